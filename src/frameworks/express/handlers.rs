//! What answers a route: a function, a method, or one of them within wrappers.

use crate::codebase::outline::{Call, Value, last_part};
use crate::codebase::routing::HandlerRef;

use super::lines_of;

/// How many wrappers a handler may stand in.
const WRAPPERS_MAX: usize = 6;

/// Handlers and middleware in order, lists of them opened up.
pub(in crate::frameworks) fn flat<'v>(values: &[&'v Value]) -> Vec<&'v Value> {
    let mut flat = Vec::new();
    for value in values {
        match value {
            Value::List(items) => flat.extend(items),
            value => flat.push(*value),
        }
    }
    flat
}

/// The handler that a last argument is, if it can be one.
pub(in crate::frameworks) fn of(value: &Value, call: &Call) -> Option<HandlerRef> {
    let mut value = value;
    for _ in 0..WRAPPERS_MAX {
        match value {
            Value::Name(name) => return Some(HandlerRef::Name(name.clone())),
            Value::Function(function) => return Some(HandlerRef::Inline(function.lines)),
            Value::Spread(inner) => value = inner,
            Value::Member(..) => return Some(HandlerRef::Inline(lines_of(call))),
            Value::Call(inner) if inner.callee == "bind" => value = inner.receiver.as_ref()?,
            // `wrap(handler)`: what is wrapped answers; `create(settings)` makes a handler of its own.
            Value::Call(inner) => {
                let wrapped = inner.args.iter().map(|argument| &argument.value).rev();
                let mut wrapped = wrapped.filter(|value| is_function(value));
                match wrapped.next() {
                    Some(inner) => value = inner,
                    None => return Some(HandlerRef::Inline(inner.lines)),
                }
            }
            _ => return None,
        }
    }
    None
}

/// Whether a handler's name says that it hands on to others.
pub(super) fn is_middleware(handler: &HandlerRef) -> bool {
    matches!(handler, HandlerRef::Name(name) if last_part(name).to_lowercase().ends_with("middleware"))
}

/// Whether a wrapper's argument is what it wraps.
fn is_function(value: &Value) -> bool {
    match value {
        Value::Function(_) => true,
        Value::Name(name) => !name.chars().all(|letter| letter.is_uppercase() || letter == '_'),
        Value::Call(call) => call.callee == "bind" || call.args.iter().any(|argument| is_function(&argument.value)),
        _ => false,
    }
}
