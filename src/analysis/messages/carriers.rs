//! What stands for a channel: a queue's variable, a task's function, a class that makes one queue.

use rustc_hash::FxHashMap;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::message::{ChannelRef, MessageFact, MessageRole};
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value};

use super::super::evaluate::{self, At};
use super::super::link::Names;
use super::is_test;

/// How far a variable is followed to what it is given.
const DEPTH_MAX: usize = 4;

/// The facts that give something a name, or that stand in a class or function that may stand for their channel.
pub(super) struct Carriers<'a> {
    names: &'a Names<'a>,
    of_file: FxHashMap<FileIndex, Vec<&'a MessageFact>>,
}

/// What stands for a channel.
pub(super) struct Carried<'a> {
    pub(super) file: FileIndex,
    pub(super) fact: &'a MessageFact,
    /// The channel's name where a caller gives it.
    pub(super) given: Option<&'a Value>,
}

impl<'a> Carriers<'a> {
    pub(super) fn new(names: &'a Names<'a>) -> Self {
        let mut of_file: FxHashMap<FileIndex, Vec<&'a MessageFact>> = FxHashMap::default();
        for (file, facts) in (0..).zip(names.scope().facts).filter(|(file, _)| !is_test(names, *file)) {
            let stands = |fact: &&MessageFact| {
                fact.role != MessageRole::Publish && !matches!(fact.channel, ChannelRef::Carrier(_))
            };
            let standing: Vec<&MessageFact> = facts.messages.facts.iter().filter(stands).collect();
            if !standing.is_empty() {
                of_file.insert(file, standing);
            }
        }
        Self { names, of_file }
    }

    /// The fact that says for which channel a value stands.
    pub(super) fn find(&self, at: At, value: &'a Value) -> Option<Carried<'a>> {
        self.follow(at, value, 0)
    }

    fn follow(&self, at: At, value: &'a Value, depth: usize) -> Option<Carried<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        match value {
            Value::Name(name) => self.named(at, name).or_else(|| {
                let given = evaluate::assigned(self.names, at, name)?;
                self.follow(At { file: at.file, enclosing: given.enclosing }, &given.value, depth + 1)
            }),
            Value::Call(call) => self.returned(at, call),
            Value::Choice(values) => values.iter().find_map(|value| self.follow(at, value, depth + 1)),
            // `const { queue } = await getQueues()`.
            Value::Member(inner, _) => self.follow(at, inner, depth + 1),
            _ => None,
        }
    }

    /// What a name of this or another file stands for.
    fn named(&self, at: At, name: &str) -> Option<Carried<'a>> {
        if let Some(fact) = self.here(at, name) {
            return Some(Carried { file: at.file, fact, given: None });
        }
        let meaning = self.names.resolver(at.file)?.resolve(at.file, at.enclosing, name)?;
        if meaning.rest > 0 {
            return None;
        }
        self.of_symbol(meaning.symbol)
    }

    fn outline(&self, file: FileIndex) -> Option<&'a Outline> {
        self.names.scope().facts.get(file as usize).map(|facts| &facts.outline)
    }

    /// What a name stands for in its own file: the nearest of that name.
    fn here(&self, at: At, name: &str) -> Option<&'a MessageFact> {
        let known = self.of_file.get(&at.file)?;
        let outline = self.outline(at.file)?;
        let around = chain(outline, at.enclosing);
        let class = |place| chain(outline, place).into_iter().find(|index| is_type(outline, *index));
        let is_member = name.starts_with("this.") || name.starts_with("self.");
        let visible = |fact: &&&MessageFact| {
            if fact.carrier.as_deref() != Some(name) {
                return false;
            }
            if is_member {
                return class(fact.enclosing) == class(at.enclosing);
            }
            match fact.enclosing {
                None => true,
                // A task's function is seen from where it stands.
                Some(index) => {
                    let own = outline.definition(index);
                    let home = if own.is_some_and(|own| own.name == name) {
                        own.and_then(|own| own.parent)
                    } else {
                        Some(index)
                    };
                    home.is_none_or(|home| around.contains(&home))
                }
            }
        };
        known.iter().filter(visible).max_by_key(|fact| fact.enclosing.is_some()).copied()
    }

    /// What a definition stands for: itself, or the one channel that is made in it.
    fn of_symbol(&self, symbol: Symbol) -> Option<Carried<'a>> {
        let known = self.of_file.get(&symbol.file)?;
        let outline = self.outline(symbol.file)?;
        let definition = outline.definition(symbol.definition?)?;
        let is_it = |fact: &&&MessageFact| {
            let carrier = fact.carrier.as_deref().map(|it| it.rsplit('.').next().unwrap_or(it));
            let own = fact.enclosing.filter(|index| Some(*index) == symbol.definition);
            let beside = || chain(outline, fact.enclosing).into_iter().any(|it| Some(it) == definition.parent);
            carrier == Some(definition.name.as_str())
                && (own.is_some() || fact.enclosing == definition.parent || beside())
        };
        if let Some(fact) = known.iter().find(is_it) {
            return Some(Carried { file: symbol.file, fact, given: None });
        }
        let mut inside =
            known.iter().filter(|fact| fact.role == MessageRole::Declare && definition.lines.contains(fact.line));
        let first = inside.next()?;
        let same = inside.all(|fact| fact.channel == first.channel);
        same.then_some(Carried { file: symbol.file, fact: first, given: None })
    }

    /// What a call gives back: `getQueue()`, `EmailQueue.getInstance()`, `queues.get("emails")`.
    fn returned(&self, at: At, call: &'a CallValue) -> Option<Carried<'a>> {
        let path = call.path()?;
        let resolver = self.names.resolver(at.file)?;
        let meaning = resolver.resolve(at.file, at.enclosing, &path).filter(|meaning| meaning.rest == 0);
        if let Some(symbol) = meaning.map(|meaning| meaning.symbol)
            && let Some(found) =
                self.of_symbol(symbol).or_else(|| self.of_class(symbol)).or_else(|| self.of_helper(symbol))
        {
            return Some(Carried { given: self.given(&found, symbol, call), ..found });
        }
        let receiver = call.receiver.as_ref()?.as_name()?;
        let class = resolver.resolve(at.file, at.enclosing, receiver).filter(|meaning| meaning.rest == 0)?;
        self.of_symbol(class.symbol)
    }

    /// The one channel that the class of a method makes.
    fn of_class(&self, method: Symbol) -> Option<Carried<'a>> {
        let outline = self.outline(method.file)?;
        let class = outline.definition(method.definition?)?.parent.filter(|index| is_type(outline, *index))?;
        self.of_symbol(Symbol { file: method.file, definition: Some(class) })
    }

    /// The one channel that the functions make which a function calls.
    fn of_helper(&self, function: Symbol) -> Option<Carried<'a>> {
        let outline = self.outline(function.file)?;
        let lines = outline.definition(function.definition?)?.lines;
        let resolver = self.names.resolver(function.file)?;
        let called = outline.calls.iter().filter(|call| lines.contains(call.value.line)).filter_map(|call| {
            let meaning = resolver.resolve(function.file, call.enclosing, &call.value.path()?)?;
            Some(meaning.symbol).filter(|symbol| meaning.rest == 0 && *symbol != function)
        });
        let mut made = called.filter_map(|symbol| self.of_symbol(symbol));
        let first = made.next()?;
        made.all(|it| it.fact.channel == first.fact.channel).then_some(first)
    }

    /// The argument that names the channel, where a function makes it by one of its parameters.
    fn given(&self, found: &Carried<'a>, function: Symbol, call: &'a CallValue) -> Option<&'a Value> {
        let ChannelRef::Named(Value::Name(name)) = &found.fact.channel else { return None };
        let definition = self.outline(function.file)?.definition(function.definition?)?;
        let position = definition.parameters.iter().filter(|it| !matches!(&*it.name, "self" | "cls"));
        let position = position.enumerate().find(|(_, it)| it.name == *name).map(|(position, _)| position)?;
        call.named(name).or_else(|| call.positional(position))
    }
}

/// A definition and those around it, innermost first.
fn chain(outline: &Outline, place: Option<DefinitionIndex>) -> Vec<DefinitionIndex> {
    let mut found = Vec::new();
    let mut next = place;
    while let Some(index) = next {
        found.push(index);
        next = outline.definition(index).and_then(|it| it.parent).filter(|parent| *parent < index);
    }
    found
}

fn is_type(outline: &Outline, index: DefinitionIndex) -> bool {
    outline.definition(index).is_some_and(|it| it.kind.is_type())
}
