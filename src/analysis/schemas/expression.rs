//! Types as the three languages write them, taken apart: names with arguments, lists, unions, records.

/// The languages' ways of writing types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    CSharp,
    Python,
    TypeScript,
}

/// A type, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression<'t> {
    /// A name, with its type arguments.
    Name(&'t str, Vec<Expression<'t>>),
    /// `T[]`.
    List(Box<Expression<'t>>),
    /// `T?`.
    Nullable(Box<Expression<'t>>),
    /// `A | B`.
    Either(Vec<Expression<'t>>),
    /// `A & B`.
    All(Vec<Expression<'t>>),
    /// A literal text.
    Literal(&'t str),
    /// `{ a: T; b?: U }`: names, whether they are always there, types.
    Record(Vec<(&'t str, bool, Expression<'t>)>),
    /// Something that is not read: a function, a tuple.
    Unknown,
}

/// How deep a type is taken apart.
const DEPTH_MAX: usize = 16;

/// Takes a type apart.
pub(super) fn parse(text: &str, dialect: Dialect) -> Expression<'_> {
    at_depth(text, dialect, 0)
}

fn at_depth(text: &str, dialect: Dialect, depth: usize) -> Expression<'_> {
    let text = text.trim();
    if depth > DEPTH_MAX || text.is_empty() {
        return Expression::Unknown;
    }
    let inner = |text| at_depth(text, dialect, depth + 1);
    for (sign, joined) in [('|', Expression::Either as fn(Vec<_>) -> _), ('&', Expression::All)] {
        let parts: Vec<&str> = split(text, &[sign]).into_iter().filter(|part| !part.trim().is_empty()).collect();
        if parts.len() > 1 {
            return joined(parts.into_iter().map(inner).collect());
        }
    }
    let text = text.trim_start_matches(['|', '&']).trim_start();
    if let Some(quoted) = quoted(text) {
        // A text in the place of a type is a name that Python is to look up later.
        return if dialect == Dialect::Python { inner(quoted) } else { Expression::Literal(quoted) };
    }
    if let Some(list) = text.strip_suffix("[]").or_else(|| text.strip_suffix("[,]")) {
        return Expression::List(Box::new(inner(list)));
    }
    if let Some(nullable) = text.strip_suffix('?') {
        return Expression::Nullable(Box::new(inner(nullable)));
    }
    if let Some(rest) = text.strip_prefix("readonly ") {
        return inner(rest);
    }
    if let Some(record) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        return Expression::Record(
            split(record, &[';', ',']).into_iter().filter_map(|it| member(it, &inner)).collect(),
        );
    }
    if let Some(within) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return if split(within, &[',']).len() == 1 && !within.contains(':') {
            inner(within)
        } else {
            Expression::Unknown
        };
    }
    named(text, &inner)
}

/// `name`, `name<A, B>`, `name[A, B]`.
fn named<'t>(text: &'t str, inner: &impl Fn(&'t str) -> Expression<'t>) -> Expression<'t> {
    let end = text.find(['<', '[', '(']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "_$.:@".contains(letter));
    if !is_name || name.starts_with(|first: char| first.is_ascii_digit()) {
        return Expression::Unknown;
    }
    let name = name.rsplit("::").next().unwrap_or(name);
    let arguments = rest.strip_prefix(['<', '[']).and_then(|rest| rest.strip_suffix(['>', ']']));
    match (rest.is_empty(), arguments) {
        (true, _) => Expression::Name(name, Vec::new()),
        (false, Some(arguments)) => Expression::Name(name, split(arguments, &[',']).into_iter().map(inner).collect()),
        (false, None) => Expression::Unknown,
    }
}

fn member<'t>(text: &'t str, inner: &impl Fn(&'t str) -> Expression<'t>) -> Option<(&'t str, bool, Expression<'t>)> {
    let (name, declared) = text.split_once(':')?;
    let name = name.trim().trim_start_matches("readonly ").trim();
    let (name, required) = name.strip_suffix('?').map_or((name, true), |name| (name, false));
    let name = quoted(name).unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || "_$-.".contains(letter));
    is_name.then(|| (name, required, inner(declared)))
}

fn quoted(text: &str) -> Option<&str> {
    let sign = text.chars().next().filter(|sign| matches!(sign, '"' | '\'' | '`'))?;
    let inside = text.strip_prefix(sign)?.strip_suffix(sign)?;
    (!inside.contains(sign)).then_some(inside)
}

/// The parts between these signs, brackets and texts left whole.
fn split<'t>(text: &'t str, signs: &[char]) -> Vec<&'t str> {
    let (mut parts, mut start, mut depth, mut open) = (Vec::new(), 0, 0_usize, None);
    let mut before = ' ';
    for (at, letter) in text.char_indices() {
        match (open, letter) {
            (Some(sign), letter) if letter == sign => open = None,
            (None, '"' | '\'' | '`') => open = Some(letter),
            (None, '<' | '[' | '(' | '{') => depth += 1,
            // The arrow of a function type closes nothing.
            (None, '>') if before == '=' => {}
            (None, '>' | ']' | ')' | '}') => depth = depth.saturating_sub(1),
            (None, letter) if depth == 0 && signs.contains(&letter) => {
                parts.push(&text[start..at]);
                start = at + letter.len_utf8();
            }
            _ => {}
        }
        before = letter;
    }
    if !text[start..].trim().is_empty() {
        parts.push(&text[start..]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Expression<'_> {
        Expression::Name(text, Vec::new())
    }

    #[test]
    fn types_are_taken_apart() {
        let cases = [
            (Dialect::CSharp, "Dictionary<string, List<Order?>>[]", {
                let orders = Expression::Name("List", vec![Expression::Nullable(Box::new(name("Order")))]);
                Expression::List(Box::new(Expression::Name("Dictionary", vec![name("string"), orders])))
            }),
            (Dialect::CSharp, "global::Shop.Order", name("Shop.Order")),
            (Dialect::CSharp, "(int a, string b)", Expression::Unknown),
            (Dialect::Python, "list[\"Tag\"] | None", {
                Expression::Either(vec![Expression::Name("list", vec![name("Tag")]), name("None")])
            }),
            (Dialect::Python, "Annotated[int, Query(ge=1, le=2)]", {
                Expression::Name("Annotated", vec![name("int"), Expression::Unknown])
            }),
            (Dialect::TypeScript, "'a' | 'b|c'", {
                Expression::Either(vec![Expression::Literal("a"), Expression::Literal("b|c")])
            }),
            (Dialect::TypeScript, "{ a: string; b?: Foo<X, Y> }", {
                let foo = Expression::Name("Foo", vec![name("X"), name("Y")]);
                Expression::Record(vec![("a", true, name("string")), ("b", false, foo)])
            }),
            (Dialect::TypeScript, "(a: X) => Y", Expression::Unknown),
            (Dialect::TypeScript, "(A | B)[]", {
                Expression::List(Box::new(Expression::Either(vec![name("A"), name("B")])))
            }),
            (Dialect::TypeScript, "A & { x: number }", {
                Expression::All(vec![name("A"), Expression::Record(vec![("x", true, name("number"))])])
            }),
        ];
        for (dialect, text, expected) in cases {
            assert_eq!(parse(text, dialect), expected, "{text}");
        }
    }

    #[test]
    fn what_never_ends_is_unknown() {
        let deep = format!("{}X{}", "List<".repeat(10_000), ">".repeat(10_000));
        assert!(matches!(parse(&deep, Dialect::CSharp), Expression::Name("List", _)));
        for text in ["", "<", "[]", "?", "List<", "{", "a b", "\"", "|", "é<"] {
            parse(text, Dialect::TypeScript);
        }
    }
}
