//! Helpers: functions that publish what they are given. Their callers know the channel.

use std::collections::BTreeMap;

use crate::codebase::Lines;
use crate::codebase::graph::{DependencyKind, FileIndex, Symbol};
use crate::codebase::message::{ChannelRef, MessageFact, MessageRole};
use crate::codebase::outline::{Call, CallValue, Definition, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::messaging::{self, Messaging};

use super::super::evaluate;
use super::super::evaluate::{At, UNKNOWN};
use super::super::link::Names;
use super::{Joiner, channel_names, type_name};

/// Functions that publish, with the facts whose channel a parameter says.
#[derive(Default)]
pub(super) struct Open<'a> {
    helpers: BTreeMap<Symbol, Vec<Helper<'a>>>,
}

/// A function that publishes what a parameter says.
#[derive(Clone)]
pub(super) struct Helper<'a> {
    pub(super) file: FileIndex,
    pub(super) fact: &'a MessageFact,
    /// Position of the parameter among those that a caller gives.
    pub(super) position: usize,
    pub(super) parameter: &'a str,
    /// Whether the parameter's type is the channel, not its value.
    pub(super) typed: bool,
    /// Whether it keeps what it is given to be published by another function.
    pub(super) later: bool,
}

impl<'a> Open<'a> {
    /// Whether a fact's channel is said by a parameter of the function that it stands in; it is kept for later if so.
    pub(super) fn leave(&mut self, names: &Names<'a>, file: FileIndex, fact: &'a MessageFact) -> bool {
        let (value, typed) = match &fact.channel {
            ChannelRef::Named(value) => (value, false),
            ChannelRef::TypeOf(value) => (value, true),
            _ => return false,
        };
        let Some(name) = value.as_name() else { return false };
        let at = At { file, enclosing: fact.enclosing };
        let Some((function, position, parameter)) = parameter(names, at, name) else { return false };
        if !typed && evaluate::text(names, at, value) != UNKNOWN {
            return false;
        }
        self.add(function, Helper { file, fact, position, parameter, typed, later: false });
        // A parameter of a message's own type says the channel by itself.
        !typed
    }

    pub(super) fn add(&mut self, function: Symbol, helper: Helper<'a>) {
        self.helpers.entry(function).or_default().push(helper);
    }

    /// Publishes for the callers of all helpers; a helper whose channel no caller tells publishes to an unknown one.
    pub(super) fn close(self, joiner: &mut Joiner<'a>) {
        if self.helpers.is_empty() {
            return;
        }
        let mut callers: BTreeMap<Symbol, Vec<Symbol>> = BTreeMap::new();
        for it in joiner.graph.dependencies().iter().filter(|it| it.kind == DependencyKind::Call) {
            if self.helpers.contains_key(&it.to) {
                callers.entry(it.to).or_default().push(it.from);
            }
        }
        let all = || self.helpers.iter().flat_map(|(function, helpers)| helpers.iter().map(move |it| (function, it)));
        for later in [false, true] {
            for (function, helper) in all().filter(|(_, helper)| helper.later == later) {
                let mut told = false;
                for caller in callers.get(function).into_iter().flatten() {
                    told |= publish_for(joiner, *function, *caller, helper);
                }
                if !told && !helper.typed {
                    let fact = helper.fact;
                    joiner.place(helper.file, fact, UNKNOWN.to_owned());
                }
            }
        }
    }
}

/// The function around a place that has a parameter of this name, and the parameter's position for callers.
fn parameter<'a>(names: &Names<'a>, at: At, name: &str) -> Option<(Symbol, usize, &'a str)> {
    let outline = &names.scope().facts.get(at.file as usize)?.outline;
    let mut next = at.enclosing;
    while let Some(index) = next {
        let definition = outline.definition(index)?;
        if definition.kind.is_type() {
            return None;
        }
        if let Some((position, parameter)) = position_of(definition, name) {
            return Some((Symbol { file: at.file, definition: Some(index) }, position, parameter));
        }
        next = definition.parent.filter(|parent| *parent < index);
    }
    None
}

/// A parameter's position among those that a caller gives, and its name.
pub(super) fn position_of<'a>(definition: &'a Definition, name: &str) -> Option<(usize, &'a str)> {
    let given = definition
        .parameters
        .iter()
        .filter(|it| !matches!(&*it.name, "self" | "cls") && !it.modifiers.iter().any(|modifier| modifier == "this"));
    given.enumerate().find(|(_, it)| it.name == name).map(|(position, it)| (position, it.name.as_str()))
}

/// Publishes for the calls of a helper in one caller; whether any of them tells the channel.
fn publish_for(joiner: &mut Joiner<'_>, function: Symbol, caller: Symbol, helper: &Helper<'_>) -> bool {
    let names = joiner.names;
    if super::is_test(names, caller.file) {
        return false;
    }
    let (Some(outline), Some(name)) = (outline(names, caller.file), name_of(names, function)) else { return false };
    let mut told = false;
    let calls = outline.calls.iter().filter(|it| it.value.callee == name && is_within(outline, it.enclosing, caller));
    for call in calls {
        let at = At { file: caller.file, enclosing: call.enclosing };
        let channels = channels(names, at, &call.value, helper);
        told |= !channels.is_empty();
        let fact = MessageFact {
            party: party(call, helper),
            enclosing: call.enclosing,
            line: call.value.line,
            ..helper.fact.clone()
        };
        for channel in channels {
            if !helper.later || !joiner.is_published(caller.file, &fact, &channel) {
                joiner.place(caller.file, &fact, channel);
            }
        }
    }
    told
}

/// Publishes for plain calls of tasks' functions, where a library sends these to a worker.
pub(super) fn send_by_calling(joiner: &mut Joiner<'_>) {
    let names = joiner.names;
    let mut tasks: BTreeMap<Symbol, &MessageFact> = BTreeMap::new();
    for (file, facts) in (0..).zip(names.scope().facts).filter(|(file, _)| !super::is_test(names, *file)) {
        for fact in facts.messages.facts.iter().filter(|fact| fact.role == MessageRole::Consume) {
            let sends = messaging::by_id(&fact.library).is_some_and(Messaging::sends_by_calling);
            if let HandlerRef::Definition(index) = fact.party
                && sends
            {
                tasks.insert(Symbol { file, definition: Some(index) }, fact);
            }
        }
    }
    let calls = joiner.graph.dependencies().iter().filter(|it| it.kind == DependencyKind::Call && it.from != it.to);
    let called: Vec<(Symbol, Symbol)> =
        calls.filter(|it| tasks.contains_key(&it.to)).map(|it| (it.from, it.to)).collect();
    for (caller, task) in called.into_iter().filter(|(caller, _)| !super::is_test(names, caller.file)) {
        let Some(fact) = tasks.get(&task) else { continue };
        let (Some(outline), Some(name)) = (outline(names, caller.file), name_of(names, task)) else { continue };
        for call in &outline.calls {
            if call.value.callee != name || !is_within(outline, call.enclosing, caller) {
                continue;
            }
            let own = MessageFact {
                role: MessageRole::Publish,
                party: HandlerRef::Inline(Lines::one(call.value.line)),
                enclosing: call.enclosing,
                line: call.value.line,
                ..(*fact).clone()
            };
            for channel in joiner.channels(task.file, &fact.channel, fact.enclosing, &fact.library) {
                joiner.place(caller.file, &own, channel);
            }
        }
    }
}

/// Who publishes or consumes for a call of a helper: of what consumes, the function that the call gives it.
fn party(call: &Call, helper: &Helper<'_>) -> HandlerRef {
    let around = || call.enclosing.map_or(HandlerRef::Inline(Lines::one(call.value.line)), HandlerRef::Definition);
    if helper.fact.role != MessageRole::Consume {
        return around();
    }
    let after = call.value.args.iter().filter(|it| it.name.is_none()).skip(helper.position + 1);
    let given = after.map(|it| &it.value).find_map(|value| match value {
        Value::Function(function) => Some(HandlerRef::Inline(function.lines)),
        Value::Name(name) => Some(HandlerRef::Name(name.clone())),
        _ => None,
    });
    given.unwrap_or_else(around)
}

fn outline<'a>(names: &Names<'a>, file: FileIndex) -> Option<&'a Outline> {
    names.scope().facts.get(file as usize).map(|facts| &facts.outline)
}

fn name_of<'a>(names: &Names<'a>, symbol: Symbol) -> Option<&'a str> {
    outline(names, symbol.file)?.definition(symbol.definition?).map(|it| it.name.as_str())
}

fn is_within(outline: &Outline, place: Option<u32>, caller: Symbol) -> bool {
    let around = place.and_then(|index| outline.definition(index)).and_then(|it| it.parent);
    place == caller.definition || around.is_some() && around == caller.definition
}

/// The channels that a call gives its helper.
fn channels(names: &Names<'_>, at: At, call: &CallValue, helper: &Helper<'_>) -> Vec<String> {
    let given = call.named(helper.parameter).or_else(|| call.positional(helper.position));
    let is_call = |value: &&Value| matches!(value, Value::Call(_));
    if helper.typed {
        let given = given.or_else(|| call.args.iter().map(|it| &it.value).find(is_call));
        let types = given.map(|given| channel_names::types_of(names, at, given)).unwrap_or_default();
        return types.iter().filter_map(|name| type_name(name)).collect();
    }
    let name = given.and_then(|given| channel_names::of(names, at, given));
    name.filter(|name| name != UNKNOWN).into_iter().collect()
}
