//! Facts as the libraries make them.

use crate::codebase::message::{ChannelKind, ChannelRef, JobFact, MessageFact, MessageRole, Runs, ScheduleFact};
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, Lines};

/// How deep choices are looked through for what stands for a channel.
const CHOICES_MAX: usize = 4;

/// A fact of a place within `enclosing`.
pub(super) fn fact(
    library: &'static str,
    role: MessageRole,
    kind: ChannelKind,
    channel: ChannelRef,
    (enclosing, line): (Option<DefinitionIndex>, u32),
) -> MessageFact {
    let party = enclosing.map_or_else(|| HandlerRef::Inline(Lines::one(line)), HandlerRef::Definition);
    MessageFact {
        role,
        channel,
        kind,
        carrier: None,
        party,
        enclosing,
        library: Atom::new(library),
        proven: true,
        line,
    }
}

/// A job that a line within `enclosing` declares.
pub(super) fn job(
    library: &'static str,
    schedule: ScheduleFact,
    runs: Runs,
    (enclosing, line): (Option<DefinitionIndex>, u32),
) -> JobFact {
    JobFact { name: None, schedule, runs, enclosing, library: Atom::new(library), proven: true, line }
}

/// What a value given as a handler names: a function literal, a function, what a method of an object is bound to.
pub(super) fn handler(value: &Value) -> Option<HandlerRef> {
    match value {
        Value::Function(function) => Some(HandlerRef::Inline(function.lines)),
        Value::Name(name) => Some(HandlerRef::Name(name.clone())),
        Value::Call(call) if call.callee == "bind" => call.receiver.as_ref().and_then(handler),
        Value::Call(call) => call.args.iter().find_map(|argument| match &argument.value {
            Value::Function(function) => Some(HandlerRef::Inline(function.lines)),
            _ => None,
        }),
        _ => None,
    }
}

/// The name that what a call makes is given: the target of the assignment that holds the call.
pub(super) fn carrier(outline: &Outline, call: &CallValue) -> Option<Atom> {
    let holds = outline.assignments.iter().find(|it| it.target != "return" && holds(&it.value, call, 0));
    holds.map(|it| it.target.clone())
}

/// Whether a value is this call, or one of the values that are chosen from is.
fn holds(value: &Value, call: &CallValue, depth: usize) -> bool {
    match value {
        Value::Call(own) => std::ptr::eq(own.as_ref(), call),
        Value::Choice(values) => depth < CHOICES_MAX && values.iter().any(|value| holds(value, call, depth + 1)),
        _ => false,
    }
}

/// The values of a list, or the one value.
pub(super) fn each(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    }
}

/// Whether the file imports one of these modules, or something below it.
pub(super) fn imports(outline: &Outline, modules: &[&str]) -> bool {
    outline.imports.iter().any(|import| {
        modules.iter().any(|module| {
            let rest = import.module.strip_prefix(module);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
        })
    })
}
