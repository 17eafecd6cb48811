//! The inside of string literals: escapes, `%` formatting, docstrings, addresses.

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::outline::Value;

use super::values::join;

/// What a stretch of a string literal stands for.
pub(super) fn content(text: &str, raw: bool, formatted: bool) -> Atom {
    let braces = formatted && (text.contains("{{") || text.contains("}}"));
    let escapes = !raw && text.contains('\\');
    match (escapes, braces) {
        (false, false) => Atom::new(text),
        (true, false) => Atom::from(unescape(text)),
        (false, true) => Atom::from(text.replace("{{", "{").replace("}}", "}")),
        (true, true) => Atom::from(unescape(text).replace("{{", "{").replace("}}", "}")),
    }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('\n') | None => {}
            Some(quoted @ ('\\' | '\'' | '"')) => out.push(quoted),
            Some('x') => push_code(&mut out, &mut chars, 2),
            Some('u') => push_code(&mut out, &mut chars, 4),
            Some('U') => push_code(&mut out, &mut chars, 8),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out
}

fn push_code(out: &mut String, chars: &mut std::str::Chars<'_>, digits: usize) {
    let rest = chars.as_str();
    let code = rest.get(..digits).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
    if let Some(code) = code {
        out.push(code);
        *chars = rest.get(digits..).unwrap_or_default().chars();
    }
}

/// `"a/%s" % x` as the text that it joins.
pub(super) fn interpolate(pattern: &str, arguments: Value) -> Value {
    let mut values = match arguments {
        Value::List(values) => values,
        value => thin_vec![value],
    }
    .into_iter();
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        let (before, after) = rest.split_at(at);
        parts.push(Value::Text(Atom::new(before)));
        let mut tail = after.chars();
        tail.next();
        match tail.next() {
            Some('%') => parts.push(Value::Text(Atom::new("%"))),
            Some('s' | 'd' | 'r') => parts.push(values.next().unwrap_or_default()),
            _ => return Value::Unknown,
        }
        rest = tail.as_str();
    }
    parts.push(Value::Text(Atom::new(rest)));
    parts.retain(|part| part.as_text() != Some(""));
    join(parts)
}

/// A docstring as plain text: the common indentation and the empty lines around it removed.
pub(super) fn docstring(text: &str) -> Option<String> {
    let mut lines = text.trim().lines().map(str::trim_end);
    let first = lines.next()?.trim_start();
    let rest: Vec<&str> = lines.collect();
    let indent = rest
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or_default();
    let mut out = String::from(if is_field(first) { "" } else { first });
    for line in rest.into_iter().filter(|line| !is_field(line.trim_start())) {
        out.push('\n');
        out.push_str(line.get(indent..).unwrap_or_else(|| line.trim_start()));
    }
    out.truncate(out.trim_end().len());
    (!out.is_empty()).then_some(out)
}

/// Whether a line is a field list's (`:param x: …`), which says again what the signature says.
fn is_field(line: &str) -> bool {
    const FIELDS: &[&str] = &[":param", ":raise", ":return", ":rtype", ":type"];
    FIELDS.iter().any(|field| line.starts_with(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_unknown_ones_kept() {
        assert_eq!(content(r"a\tb\\c\d\x41\u00e9", false, false), "a\tb\\c\\dAé");
        assert_eq!(content(r"a\tb", true, false), r"a\tb");
        assert_eq!(content("{{x}}", false, true), "{x}");
        assert_eq!(content("\\x\u{e9}", false, false), "\u{e9}");
    }

    #[test]
    fn percent_formatting_joins() {
        let value = interpolate("/%s/x%%", Value::Name("a".into()));
        let expected =
            Value::Join(thin_vec![Value::Text("/".into()), Value::Name("a".into()), Value::Text("/x%".into())]);
        assert_eq!(value, expected);
        assert_eq!(interpolate("%(a)s", Value::Null), Value::Unknown);
    }

    #[test]
    fn docstrings_lose_their_indentation() {
        let text = "\n    One line.\n\n        Indented.\n    Back.\n    ";
        assert_eq!(docstring(text).as_deref(), Some("One line.\n\n    Indented.\nBack."));
        assert_eq!(docstring("  "), None);
        assert_eq!(docstring("Sends it.\n\n:param to: whom\n:return: None\n").as_deref(), Some("Sends it."));
    }
}
