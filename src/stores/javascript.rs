//! What the ORMs of JavaScript have in common: options in records, classes named by functions, types in wrappers.

use crate::codebase::Atom;
use crate::codebase::outline::{
    Argument, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, positional,
};

/// Types that stand for what they hold.
const WRAPPERS: &[&str] = &[
    "Array",
    "Collection",
    "HydratedDocument",
    "IdentifiedReference",
    "LazyRef",
    "Loaded",
    "Nullable",
    "Opt",
    "PopulatedDoc",
    "Promise",
    "Ref",
    "Reference",
    "Rel",
    "Relation",
];

/// The fields of a class.
pub(super) fn fields(outline: &Outline, class: DefinitionIndex) -> impl Iterator<Item = &Definition> {
    outline.children(class).map(|(_, field)| field).filter(|field| field.kind == SymbolKind::Field)
}

/// The options of a decorator: its first record.
pub(super) fn options(decorator: &Decorator) -> Option<&Value> {
    record(&decorator.args)
}

/// The first record among arguments.
pub(super) fn record(args: &[Argument]) -> Option<&Value> {
    args.iter().map(|argument| &argument.value).find(|value| matches!(value, Value::Record(_)))
}

/// Whether options turn something on.
pub(super) fn is_on(options: Option<&Value>, key: &str) -> bool {
    options.and_then(|options| options.key(key)) == Some(&Value::Bool(true))
}

/// Whether options turn something off.
pub(super) fn is_off(options: Option<&Value>, key: &str) -> bool {
    options.and_then(|options| options.key(key)) == Some(&Value::Bool(false))
}

/// The text of an option.
pub(super) fn text<'a>(options: Option<&'a Value>, key: &str) -> Option<&'a str> {
    options.and_then(|options| options.key(key)).and_then(Value::as_text)
}

/// The class that a relation's decorator names: `() => Order`, `"Order"`.
pub(super) fn target(decorator: &Decorator) -> Option<Atom> {
    named(positional(&decorator.args, 0)?)
}

/// The class that a value names: itself, by text, or by a function that returns it.
pub(super) fn named(value: &Value) -> Option<Atom> {
    let name = match value {
        Value::Function(function) => match function.returns.as_ref()? {
            Value::List(items) => items.first()?.as_name()?,
            returned => returned.as_name()?,
        },
        Value::Text(name) | Value::Name(name) => name,
        _ => return None,
    };
    // `User.name` names the class `User`.
    let name = name.strip_suffix(".name").unwrap_or(name);
    Some(Atom::new(last_part(name)))
}

/// A declared type without `null`, `undefined` and what wraps it: the type, and whether it may be empty.
pub(super) fn bare(declared: &str) -> (String, bool) {
    let is_nothing = |part: &&str| matches!(*part, "null" | "undefined");
    let parts: Vec<&str> = declared.split('|').map(str::trim).collect();
    let is_optional = parts.iter().any(is_nothing);
    let kept: Vec<&str> = parts.into_iter().filter(|part| !is_nothing(part)).collect();
    (kept.join(" | "), is_optional)
}

/// The class within `Ref<User>` or `Types.Array<User>[]`.
pub(super) fn held(declared: &str) -> &str {
    let mut name = declared.split('|').map(str::trim).find(|part| *part != "null").unwrap_or(declared);
    for _ in 0..4 {
        name = name.trim().trim_end_matches("[]");
        let Some((outer, inner)) = name.split_once('<') else { break };
        if !WRAPPERS.contains(&last_part(outer)) {
            break;
        }
        name = inner.strip_suffix('>').unwrap_or(inner).split([',', '&']).next().unwrap_or(inner);
    }
    last_part(name)
}
