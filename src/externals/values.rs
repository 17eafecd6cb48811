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

/// Calls `see` with the names that `value` may be.
pub(super) fn visit_names<'a>(value: &'a Value, see: &mut dyn FnMut(&'a str)) {
    match value {
        Value::Name(name) => see(name),
        Value::Choice(items) => items.iter().filter_map(Value::as_name).for_each(see),
        _ => {}
    }
}

/// Calls `see` with every key of records within `value`, and what stands under it.
pub(super) fn visit_entries<'a>(value: &'a Value, see: &mut dyn FnMut(&'a str, &'a Value)) {
    visit_entries_below(value, DEEPEST, see);
}

fn visit_entries_below<'a>(value: &'a Value, depth: usize, see: &mut dyn FnMut(&'a str, &'a Value)) {
    if depth == 0 {
        return;
    }
    match value {
        Value::Record(entries) => {
            for (key, value) in entries {
                see(key, value);
                visit_entries_below(value, depth - 1, see);
            }
        }
        Value::List(items) | Value::Choice(items) => {
            for item in items {
                visit_entries_below(item, depth - 1, see);
            }
        }
        Value::Call(call) => {
            for argument in &call.args {
                visit_entries_below(&argument.value, depth - 1, see);
            }
        }
        Value::Spread(inner) => visit_entries_below(inner, depth - 1, see),
        _ => {}
    }
}

/// The line, from `first` on, that holds `word` as a whole word; `first` where none near does.
pub(super) fn line_of(source: &str, first: u32, word: &str) -> u32 {
    const NEAR: usize = 400;
    let before = usize::try_from(first.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut lines = source.lines().skip(before).take(NEAR).zip(first..);
    lines.find(|(line, _)| has_word(line, word)).map_or(first, |(_, number)| number)
}

fn has_word(line: &str, word: &str) -> bool {
    let inside = |char: char| char.is_alphanumeric() || char == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(inside) && !line[at + word.len()..].starts_with(inside))
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn keys_are_found_on_their_own_line() {
        let source = "load({\n  A_KEY_OLD: 1,\n  A_KEY: 2,\n})\n";
        assert_eq!(line_of(source, 1, "A_KEY"), 3);
        assert_eq!(line_of(source, 2, "B_KEY"), 2);
    }
}
