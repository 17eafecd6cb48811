//! The names of channels: constants, settings, functions, types.

use crate::codebase::Atom;
use crate::codebase::graph::FileIndex;
use crate::codebase::outline::{Assignment, CallValue, DefinitionIndex, SymbolKind, Value};
use crate::messaging::types;

use super::super::evaluate::{self, At, UNKNOWN};
use super::super::link::Names;

/// How far a name is followed to the setting that it is given.
const DEPTH_MAX: usize = 5;
/// No channel has a longer name.
const NAME_MAX: usize = 200;

/// Words in the names of objects that hold settings, in lower case.
const HOLDERS: &[&str] = &["config", "configuration", "settings", "environ", "env"];
/// Calls that read a setting by the name that they are given.
const READERS: &[&str] =
    &["get", "getOrThrow", "getenv", "GetEnvironmentVariable", "GetSection", "GetValue", "GetRequiredSection", "[]"];

/// The name that a value says; `<config: KEY>` where a setting says it, `{?}` where nothing does.
pub(super) fn of(names: &Names<'_>, at: At, value: &Value) -> Option<String> {
    let text = evaluate::text(names, at, value);
    let set = || set_by_constructor(names, at, value.as_name()?);
    if let Some((place, given)) = set().filter(|_| text == UNKNOWN) {
        return Some(evaluate::text(names, place, given))
            .filter(|text| text != UNKNOWN && !text.is_empty())
            .or_else(|| config(names, place, given, 0))
            .or_else(|| Some(UNKNOWN.to_owned()));
    }
    let text = if text == UNKNOWN || text.is_empty() {
        config(names, at, value, 0).unwrap_or(UNKNOWN.to_owned())
    } else {
        text
    };
    // Azure Functions write a setting's name between percent signs.
    let setting = text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')).filter(|key| !key.is_empty());
    let text = setting.map_or_else(|| without_place(&text).to_owned(), |key| format!("<config: {key}>"));
    let is_name = text.len() <= NAME_MAX && !text.chars().any(char::is_control);
    is_name.then_some(text)
}

/// The value that the constructor of the class around a place gives a field, if it gives it one.
fn set_by_constructor<'a>(names: &Names<'a>, at: At, field: &str) -> Option<(At, &'a Value)> {
    let outline = &names.scope().facts.get(at.file as usize)?.outline;
    let mut class = at.enclosing;
    while let Some(index) = class.filter(|index| outline.definition(*index).is_some_and(|it| !it.kind.is_type())) {
        class = outline.definition(index)?.parent.filter(|parent| *parent < index);
    }
    let class = class?;
    let is_constructor = |index: DefinitionIndex| {
        let own = outline.definition(index);
        own.is_some_and(|it| it.kind == SymbolKind::Constructor && it.parent == Some(class))
    };
    let sets = |it: &&Assignment| {
        it.enclosing.is_some_and(is_constructor) && it.target.strip_prefix("this.").unwrap_or(&it.target) == field
    };
    let mut given = outline.assignments.iter().filter(sets);
    let only = given.next().filter(|_| given.next().is_none())?;
    Some((At { file: at.file, enclosing: only.enclosing }, &only.value))
}

/// The name of a queue or topic that a web address or a resource name of a cloud ends with.
fn without_place(text: &str) -> &str {
    let last = match text {
        _ if text.starts_with("arn:") => text.rsplit(':').next(),
        _ if text.contains("://") => text.trim_end_matches('/').rsplit('/').next(),
        _ => None,
    };
    last.filter(|last| !last.is_empty()).unwrap_or(text)
}

/// The setting that a value reads.
fn config(names: &Names<'_>, at: At, value: &Value, depth: usize) -> Option<String> {
    if depth > DEPTH_MAX {
        return None;
    }
    match value {
        Value::Name(name) => key_of_name(name).as_deref().map(shown).or_else(|| {
            let (place, given) = evaluate::constant(names, at, name)?;
            config(names, place, given, depth + 1)
        }),
        Value::Call(call) => key_of_call(call).as_deref().map(shown),
        Value::Choice(values) => values.iter().find_map(|value| config(names, at, value, depth + 1)),
        Value::Member(inner, member) => match config(names, at, inner, depth + 1) {
            Some(_) => None,
            None => inner
                .as_call()
                .and_then(CallValue::path)
                .and_then(|path| key_of_name(&format!("{path}.{member}")))
                .as_deref()
                .map(shown),
        },
        _ => None,
    }
}

fn shown(key: &str) -> String {
    format!("<config: {key}>")
}

/// The rest of a dotted name behind what holds settings: `Queues.Mail` of `_globalSettings.Queues.Mail`.
fn key_of_name(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    let holds = |part: &&str| {
        let part = part.trim_start_matches('_').to_lowercase();
        HOLDERS.iter().any(|word| part == *word || part.ends_with(word) && *word != "env")
    };
    // `_options.Value.Topic`; options alone may be any argument.
    let is_value = |part: &&str| matches!(*part, "Value" | "CurrentValue");
    let at = parts.iter().rposition(holds).or_else(|| parts.iter().position(is_value).filter(|at| *at > 0))?;
    let rest: Vec<&str> = parts[at + 1..].iter().copied().filter(|part| !is_value(part)).collect();
    (!rest.is_empty()).then(|| rest.join("."))
}

fn key_of_call(call: &CallValue) -> Option<String> {
    if !READERS.contains(&call.callee.as_str()) {
        return None;
    }
    let holder = call.receiver.as_ref().and_then(Value::as_name).unwrap_or_default().to_lowercase();
    let reads = call.callee.to_lowercase().contains("env") || HOLDERS.iter().any(|word| holder.contains(word));
    call.positional(0).and_then(Value::as_text).filter(|_| reads).map(ToOwned::to_owned)
}

/// The dotted name of a function in its package: `shop.tasks.send_mail`. Its package begins below the outermost folder
/// that is no package.
pub(super) fn of_function(names: &Names<'_>, file: FileIndex, index: DefinitionIndex) -> Option<String> {
    let scope = names.scope();
    let path = &scope.files.get(file as usize)?.path;
    let name = scope.facts.get(file as usize)?.outline.dotted_name(index);
    if path.extension() != "py" {
        return Some(name);
    }
    let stem = path.stem();
    let mut parts = if stem == "__init__" { vec![] } else { vec![stem.to_owned()] };
    let mut folder = path.folder();
    while !folder.as_str().is_empty() && scope.file_index(&format!("{folder}/__init__.py")).is_some() {
        parts.push(folder.file_name().to_owned());
        folder = folder.folder();
    }
    parts.reverse();
    parts.push(name);
    Some(parts.join("."))
}

/// The types that a value may have, by their names as written: several where branches make different ones.
pub(super) fn types_of(names: &Names<'_>, at: At, value: &Value) -> Vec<Atom> {
    let mut found = Vec::new();
    add_types(names, at, value, 0, &mut found);
    found
}

fn add_types(names: &Names<'_>, at: At, value: &Value, depth: usize, found: &mut Vec<Atom>) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::Name(name) => {
            let Some(facts) = names.scope().facts.get(at.file as usize) else { return };
            let outline = &facts.outline;
            let before = found.len();
            for given in outline.assignments.iter().filter(|it| it.target == *name && it.enclosing == at.enclosing) {
                add_types(names, at, &given.value, depth + 1, found);
            }
            if found.len() == before {
                let declared = types::declared(outline, at.enclosing, name).filter(|it| *it != "var");
                found.extend(declared.map(Atom::new));
            }
        }
        Value::Choice(values) => values.iter().for_each(|value| add_types(names, at, value, depth + 1, found)),
        Value::Call(call) if call.is_new => found.push(call.callee.clone()),
        Value::Call(call) => found.extend(returned(names, at, value, call)),
        _ => {}
    }
}

/// The type that a call says it gives; what it gives may be awaited.
fn returned(names: &Names<'_>, at: At, value: &Value, call: &CallValue) -> Option<Atom> {
    let class = evaluate::class_of(names, at, value).or_else(|| {
        let meaning = names.resolver(at.file)?.resolve(at.file, at.enclosing, &call.path()?)?;
        let facts = names.scope().facts.get(meaning.symbol.file as usize)?;
        let returned = facts.outline.definition(meaning.symbol.definition?)?.type_name.as_deref()?;
        let inner = types::arguments(returned).into_iter().next()?;
        let place = meaning.symbol;
        Some(names.resolver(place.file)?.resolve(place.file, place.definition, &inner)?.symbol)
    })?;
    let definition = names.scope().facts.get(class.file as usize)?.outline.definition(class.definition?)?;
    (definition.kind != SymbolKind::Interface && definition.kind.is_type()).then(|| definition.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_by_what_holds_them() {
        let key = |name| key_of_name(name);
        assert_eq!(key("_globalSettings.Queues.Mail").as_deref(), Some("Queues.Mail"));
        assert_eq!(key("_options.Value.Topic").as_deref(), Some("Topic"));
        assert_eq!(key("process.env.QUEUE").as_deref(), Some("QUEUE"));
        assert_eq!(key("os.environ.QUEUE").as_deref(), Some("QUEUE"));
        assert_eq!(key("order.Topic"), None);
        assert_eq!(key("settings"), None);
    }

    #[test]
    fn addresses_end_with_the_name() {
        assert_eq!(without_place("https://sqs.eu-west-1.amazonaws.com/1234/orders"), "orders");
        assert_eq!(without_place("arn:aws:sns:eu-west-1:1234:prices"), "prices");
        assert_eq!(without_place("orders/placed"), "orders/placed");
    }
}
