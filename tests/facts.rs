//! Facts as compact text for snapshots: one line of JSON each, with what is empty left out.

use serde::Serialize;
use serde_json::Value;

/// One line for each fact, under the name of its list.
pub(crate) fn lines(facts: &impl Serialize) -> String {
    let mut text = String::new();
    let Value::Object(lists) = serde_json::to_value(facts).expect("facts can be written as JSON") else {
        panic!("facts are records");
    };
    for (name, list) in lists {
        match list {
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => {
                text.push_str(&format!("{name}\n"));
                for (index, item) in items.into_iter().enumerate() {
                    text.push_str(&format!("  {index}: {}\n", told(item)));
                }
            }
            other if is_empty(&other) => {}
            other => text.push_str(&format!("{name}: {other}\n")),
        }
    }
    text
}

/// The value without its empty parts.
fn told(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, told(value)));
            // `required` is told three ways: an open route is not one that says nothing.
            Value::Object(
                entries.filter(|(key, value)| key == "required" && value.is_boolean() || !is_empty(value)).collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(told).collect()),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        Value::Number(_) | Value::Bool(true) => false,
    }
}
