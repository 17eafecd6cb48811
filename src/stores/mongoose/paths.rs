//! The paths of a schema: its fields, those of records within it, and the documents that they refer to.

use crate::codebase::Atom;
use crate::codebase::entity::{Brings, Field, KeyKind, Lead, Relation};
use crate::codebase::outline::{Outline, Value, last_part};

use super::super::javascript::{is_on, named};

/// Types that are no schemas.
const PLAIN: &[&str] = &[
    "Array",
    "BigInt",
    "Boolean",
    "Buffer",
    "Date",
    "Decimal128",
    "Map",
    "Mixed",
    "Number",
    "ObjectId",
    "Object",
    "String",
    "UUID",
    "any",
    "bigint",
    "boolean",
    "number",
    "object",
    "string",
    "unknown",
];

/// How deep records within records are followed.
const DEPTH_MAX: usize = 6;

/// A path, with the document that it refers to. One that lies within a list has no field of its own.
#[derive(Default)]
pub(super) struct Path {
    pub(super) field: Option<Field>,
    name: String,
    target: Option<Atom>,
    is_list: bool,
    is_unique: bool,
    /// A schema of another file that is kept here.
    schema: Option<Atom>,
}

impl Path {
    pub(super) fn relation(&self, own: &str) -> Option<Relation> {
        let target = self.target.as_ref()?;
        Some(super::reference(own, target, &self.name, (self.is_list, self.is_unique)))
    }

    /// What the schema of another file brings.
    pub(super) fn lead(&self, own: &str) -> Option<Lead> {
        self.field.as_ref()?;
        let (class, property) = (Atom::new(own), Atom::from(&self.name));
        Some(Lead { class, property, target: self.schema.clone()?, brings: within(self.is_list) })
    }
}

/// What one that is kept within brings, or a list of them.
pub(super) fn within(is_list: bool) -> Brings {
    if is_list { Brings::Relations } else { Brings::Columns { prefix: Atom::default() } }
}

/// Whether a type that is named by itself is one of Mongoose's or JavaScript's.
pub(super) fn is_plain(name: &str) -> bool {
    name.contains('.') || PLAIN.contains(&name)
}

/// Adds the dates that a schema keeps by itself.
pub(super) fn add_dates(fields: &mut Vec<Field>) {
    for name in ["createdAt", "updatedAt"] {
        if fields.iter().all(|own| own.name != name) {
            fields.push(Field { name: name.into(), type_name: "Date".into(), ..Field::default() });
        }
    }
}

/// Whether a value names a variable somewhere.
pub(super) fn mentions(value: &Value, name: &str, depth: usize) -> bool {
    if depth > DEPTH_MAX {
        return false;
    }
    match value {
        Value::Name(own) => own == name,
        Value::List(items) => items.iter().any(|item| mentions(item, name, depth + 1)),
        Value::Record(entries) => entries.iter().any(|(_, item)| mentions(item, name, depth + 1)),
        Value::Call(call) => call.args.iter().any(|arg| mentions(&arg.value, name, depth + 1)),
        _ => false,
    }
}

/// The paths of a schema's definition.
pub(super) fn read(outline: &Outline, definition: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    collect(outline, definition, "", (false, 0), &mut paths);
    paths
}

fn collect(outline: &Outline, value: &Value, prefix: &str, (in_list, depth): (bool, usize), paths: &mut Vec<Path>) {
    let Value::Record(entries) = value else { return };
    if depth > DEPTH_MAX {
        return;
    }
    for (name, value) in entries {
        if let Value::Spread(inner) = value {
            let shared = inner.as_name().and_then(|name| outline.assignments.iter().find(|own| own.target == name));
            collect(outline, shared.map_or(&**inner, |own| &own.value), prefix, (in_list, depth + 1), paths);
            continue;
        }
        let full = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
        let (typed, options) = typed(value);
        // A record of paths, not of options.
        if let (Value::Record(_), None) = (typed, options) {
            collect(outline, typed, &full, (in_list, depth + 1), paths);
            continue;
        }
        let (inner, is_list) = match typed {
            Value::List(items) => (items.first().unwrap_or(&Value::Unknown), true),
            typed => (typed, false),
        };
        let part = self::typed(inner);
        let schema = part.0.as_name().and_then(|name| outline.assignments.iter().find(|own| own.target == name));
        let definition = schema.and_then(|own| super::schema_call(&own.value)).and_then(|it| it.positional(0));
        // A schema of the file is as if it stood here.
        if let Some(definition) = definition.filter(|_| !is_list) {
            collect(outline, definition, &full, (in_list, depth + 1), paths);
            continue;
        }
        let mut path = path(&full, inner, (options, is_list), in_list);
        let named = part.0.as_name().filter(|name| schema.is_none() && !is_plain(name)).map(Atom::new);
        path.schema = named.filter(|_| path.target.is_none());
        paths.push(path);
        if is_list && let (record @ Value::Record(_), None) = part {
            collect(outline, record, &full, (true, depth + 1), paths);
        }
        // What a schema within this one refers to, this one does.
        if let Some(definition) = definition {
            collect(outline, definition, &full, (true, depth + 1), paths);
        }
    }
}

/// The type that a path's value states, and its options if it has any: `{ type: String, required: true }`, `String`.
fn typed(value: &Value) -> (&Value, Option<&Value>) {
    match value.key("type") {
        // A path may be called `type`: then its value says a type again.
        Some(inner) if inner.key("type").is_none() => (inner, Some(value)),
        _ => (value, None),
    }
}

fn path(name: &str, inner: &Value, (options, is_list): (Option<&Value>, bool), in_list: bool) -> Path {
    let (element, element_options) = typed(inner);
    let refers = |options: Option<&Value>| options.and_then(|it| it.key("ref")).and_then(named);
    let target = refers(options).or_else(|| refers(element_options));
    let is_unique = is_on(options, "unique");
    let type_name = type_name(element);
    let key = match () {
        () if name == "_id" => KeyKind::Primary,
        () if target.is_some() => KeyKind::Foreign,
        () if is_unique => KeyKind::Unique,
        () => KeyKind::None,
    };
    let nullable = !is_required(options) && key != KeyKind::Primary && !is_list;
    let type_name = Atom::from(if is_list { format!("{type_name}[]") } else { type_name });
    let field = Field { name: name.into(), type_name, nullable, key, column: None };
    Path {
        field: (!in_list).then_some(field),
        name: name.to_owned(),
        target,
        is_list: is_list || in_list,
        is_unique,
        schema: None,
    }
}

/// `required: true`, `required: [true, "why"]`; what a function decides may be empty.
pub(super) fn is_required(options: Option<&Value>) -> bool {
    match options.and_then(|options| options.key("required")) {
        Some(Value::Bool(required)) => *required,
        Some(Value::List(items)) => items.first() == Some(&Value::Bool(true)),
        Some(Value::Text(_)) => true,
        _ => false,
    }
}

/// `Schema.Types.ObjectId` as `ObjectId`; a schema by its variable's name.
pub(super) fn type_name(value: &Value) -> String {
    match value {
        Value::Name(name) | Value::Text(name) => last_part(name).to_owned(),
        Value::Call(call) if call.callee == "Schema" => "object".to_owned(),
        Value::Call(call) => call.callee.to_string(),
        Value::Record(_) => "object".to_owned(),
        Value::List(items) => {
            items.first().map_or_else(|| "Mixed[]".to_owned(), |item| format!("{}[]", type_name(item)))
        }
        _ => "Mixed".to_owned(),
    }
}
