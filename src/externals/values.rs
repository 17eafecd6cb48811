//! Looks into the values of an outline.

use crate::codebase::outline::Value;

/// How deep values are looked into.
const DEEPEST: usize = 8;

/// The literal text that a value is, or starts with.
pub(super) fn leading_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Join(parts) => parts.first().and_then(Value::as_text),
        _ => None,
    }
}

/// Calls `see` with every text within `value` and the key that it stands under (empty if none).
pub(super) fn visit<'a>(value: &'a Value, see: &mut dyn FnMut(&'a str, &'a str)) {
    visit_below(value, "", DEEPEST, see);
}

fn visit_below<'a>(value: &'a Value, key: &'a str, depth: usize, see: &mut dyn FnMut(&'a str, &'a str)) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Text(text) => see(key, text),
        Value::List(items) | Value::Choice(items) => {
            for item in items {
                visit_below(item, key, depth - 1, see);
            }
        }
        Value::Record(entries) => {
            for (key, value) in entries {
                visit_below(value, key, depth - 1, see);
            }
        }
        Value::Spread(inner) => visit_below(inner, key, depth - 1, see),
        _ => {}
    }
}

/// Calls `see` with every key of records within `value`.
pub(super) fn visit_keys<'a>(value: &'a Value, see: &mut dyn FnMut(&'a str)) {
    visit_keys_below(value, DEEPEST, see);
}

fn visit_keys_below<'a>(value: &'a Value, depth: usize, see: &mut dyn FnMut(&'a str)) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Record(entries) => {
            for (key, value) in entries {
                see(key);
                visit_keys_below(value, depth - 1, see);
            }
        }
        Value::List(items) | Value::Choice(items) => {
            for item in items {
                visit_keys_below(item, depth - 1, see);
            }
        }
        Value::Call(call) => {
            for argument in &call.args {
                visit_keys_below(&argument.value, depth - 1, see);
            }
        }
        Value::Spread(inner) => visit_keys_below(inner, depth - 1, see),
        _ => {}
    }
}
