//! What stands between the brackets of `CREATE TABLE`: columns and the table's own keys.

use crate::codebase::Atom;
use crate::codebase::entity::{Field, KeyKind};

use super::tokens::{Kind, Token};

/// Words that end a column's type.
const AFTER_TYPE: &[&str] = &[
    "as",
    "auto_increment",
    "autoincrement",
    "check",
    "collate",
    "comment",
    "constraint",
    "default",
    "encode",
    "generated",
    "identity",
    "not",
    "null",
    "on",
    "primary",
    "references",
    "rowguidcol",
    "sparse",
    "unique",
];
/// Words that begin something else than a column.
const NO_COLUMN: &[&str] =
    &["check", "exclude", "foreign", "fulltext", "index", "key", "like", "period", "primary", "spatial", "unique"];
/// Types of numbers that count up, which are never empty.
const SERIALS: &[&str] = &["serial", "bigserial", "smallserial"];

/// One line of a table's definition.
pub(super) enum Line {
    Column {
        field: Field,
        /// The table that it points to.
        target: Option<String>,
    },
    Key(Vec<Atom>, KeyKind),
    Reference(Vec<Atom>, String),
}

/// A line between commas; nothing for checks and indices.
pub(super) fn line(tokens: &[Token<'_>]) -> Option<Line> {
    let mut tokens = tokens;
    if tokens.first()?.is("constraint") {
        // The name may be left out.
        let named = usize::from(!tokens.get(1)?.is_any(NO_COLUMN));
        tokens = tokens.get(1 + named..)?;
    }
    let first = tokens.first()?;
    // Columns may be called `key` or `index`: then a type follows, where keys have a bracket or a word of their own.
    let second_opens = tokens.get(1).is_some_and(|it| it.is_sign("(") || it.is_any(&["key", "index", "clustered"]));
    let named_key = tokens.get(2).is_some_and(|it| it.is_sign("("))
        && first.is_any(&["unique", "key", "index"])
        && tokens.get(1).is_some_and(|it| it.kind == Kind::Quoted || !is_sized(it.text));
    if first.is_any(NO_COLUMN) && (second_opens || named_key || first.is_any(&["check", "exclude", "like", "period"])) {
        return key(tokens);
    }
    if !first.is_name() {
        return None;
    }
    column(tokens)
}

/// Whether a word is a type that takes a size, so that `key varchar(20)` is a column.
fn is_sized(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["char", "binary", "decimal", "numeric", "int", "text", "bit", "float"].iter().any(|it| word.contains(it))
}

fn key(tokens: &[Token<'_>]) -> Option<Line> {
    let (names, after) = bracketed(tokens)?;
    let first = tokens.first()?;
    if first.is("primary") {
        return Some(Line::Key(names, KeyKind::Primary));
    }
    if first.is("unique") {
        return Some(Line::Key(names, KeyKind::Unique));
    }
    let at = after.iter().position(|it| it.is("references"))?;
    let (target, _) = name(after.get(at + 1..)?)?;
    first.is("foreign").then_some(Line::Reference(names, target))
}

/// A column with its type and what is said of it.
fn column(tokens: &[Token<'_>]) -> Option<Line> {
    let (first, rest) = tokens.split_first()?;
    let end = rest.iter().position(|it| it.is_any(AFTER_TYPE)).unwrap_or(rest.len());
    let (typed, said) = rest.split_at(end);
    let has = |one: &str, two: &str| said.windows(2).any(|pair| pair[0].is(one) && pair[1].is(two));
    let reference = said.iter().position(|it| it.is("references"));
    let target = reference.and_then(|at| name(said.get(at + 1..)?)).map(|(table, _)| table);
    let is_primary = has("primary", "key");
    let key = match () {
        () if is_primary => KeyKind::Primary,
        () if target.is_some() => KeyKind::Foreign,
        () if said.iter().any(|it| it.is("unique")) => KeyKind::Unique,
        () => KeyKind::None,
    };
    let type_name = written(typed);
    let counts = SERIALS.iter().any(|serial| type_name.eq_ignore_ascii_case(serial));
    let nullable = !is_primary && !counts && !has("not", "null");
    let field = Field { name: first.text.into(), type_name: type_name.into(), nullable, key, column: None };
    Some(Line::Column { field, target })
}

/// A type as one writes it: `varchar(50)`, `double precision`, `text[]`.
fn written(tokens: &[Token<'_>]) -> String {
    let mut text = String::new();
    let mut is_open = true;
    for token in tokens {
        let is_word = token.kind != Kind::Sign;
        if is_word && !is_open {
            text.push(' ');
        }
        let quote = if token.kind == Kind::Text { "'" } else { "" };
        text.push_str(quote);
        text.push_str(token.text);
        text.push_str(quote);
        is_open = matches!(token.text, "(" | "." | "[") && token.kind == Kind::Sign;
    }
    text
}

/// The names in the first pair of brackets, and what follows it.
pub(super) fn bracketed<'s, 't>(tokens: &'s [Token<'t>]) -> Option<(Vec<Atom>, &'s [Token<'t>])> {
    let open = tokens.iter().position(|it| it.is_sign("("))?;
    let inner = tokens.get(open + 1..)?;
    let close = closing(inner)?;
    let names = split(&inner[..close]).filter_map(|item| item.first().filter(|it| it.is_name()));
    Some((names.map(|it| it.text.into()).collect(), &inner[close..]))
}

/// Where the bracket that is open at the start closes.
pub(super) fn closing(tokens: &[Token<'_>]) -> Option<usize> {
    let mut depth = 0_u32;
    tokens.iter().position(|token| {
        let closes = depth == 0 && token.is_sign(")");
        match token.text {
            "(" if token.kind == Kind::Sign => depth += 1,
            ")" if token.kind == Kind::Sign => depth = depth.saturating_sub(1),
            _ => {}
        }
        closes
    })
}

/// What stands between commas that are in no brackets.
pub(super) fn split<'s, 't>(tokens: &'s [Token<'t>]) -> impl Iterator<Item = &'s [Token<'t>]> {
    let mut depth = 0_i32;
    tokens.split(move |token| {
        if token.kind == Kind::Sign {
            depth += i32::from(token.text == "(") - i32::from(token.text == ")");
        }
        depth == 0 && token.is_sign(",")
    })
}

/// A table's name with its schema, and the number of tokens it takes. The usual schemas go without saying.
pub(super) fn name(tokens: &[Token<'_>]) -> Option<(String, usize)> {
    let mut parts: Vec<&str> = vec![tokens.first().filter(|it| it.is_name())?.text];
    let mut taken = 1;
    while let [dot, part, ..] = tokens.get(taken..)? {
        if !dot.is_sign(".") || !part.is_name() {
            break;
        }
        parts.push(part.text);
        taken += 2;
    }
    let table = parts.pop()?;
    let schema = parts.pop().filter(|schema| !["dbo", "public"].iter().any(|it| schema.eq_ignore_ascii_case(it)));
    Some((schema.map_or_else(|| table.to_owned(), |schema| format!("{schema}.{table}")), taken))
}
