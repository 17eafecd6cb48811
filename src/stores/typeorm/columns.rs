//! The columns of an entity class.

use crate::codebase::Atom;

use crate::codebase::entity::{Field, KeyKind};
use crate::codebase::outline::{
    Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, positional,
};

use super::super::javascript::{fields, is_on, options, target};
use super::relations::key_columns;

/// Decorators that make a property a column.
const COLUMNS: &[&str] = &[
    "Column",
    "CreateDateColumn",
    "DeleteDateColumn",
    "ObjectIdColumn",
    "PrimaryColumn",
    "PrimaryGeneratedColumn",
    "UpdateDateColumn",
    "VersionColumn",
    "ViewColumn",
];

/// How deep classes embedded in others are followed.
const EMBEDDED_MAX: usize = 3;

/// The columns of a class, those of its relations' keys included.
pub(super) fn read(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Field> {
    read_nested(outline, index, class, 0).into_iter().map(|(_, field)| field).collect()
}

fn read_nested(
    outline: &Outline,
    index: DefinitionIndex,
    class: &Definition,
    depth: usize,
) -> Vec<(Option<Atom>, Field)> {
    let unique: Vec<Atom> = unique_columns(class).into_iter().filter(|names| names.len() == 1).flatten().collect();
    let mut columns: Vec<(Option<Atom>, Field)> = Vec::new();
    for field in fields(outline, index) {
        if let Some(parts) = embedded(outline, field, depth) {
            columns.extend(parts);
            continue;
        }
        let Some(decorator) = column(field) else { continue };
        let stated = options(decorator);
        let named = stated.and_then(|options| options.key("name")).and_then(Value::as_text).map(Atom::new);
        let says = |key: &str| stated.and_then(|options| options.key(key)) == Some(&Value::Bool(true));
        let is_index = field
            .decorator("Index")
            .is_some_and(|index| options(index).and_then(|options| options.key("unique")) == Some(&Value::Bool(true)));
        let name = last_part(&decorator.name);
        let key = match () {
            () if name.starts_with("Primary") || name == "ObjectIdColumn" || says("primary") => KeyKind::Primary,
            () if says("unique") || is_index || unique.contains(&field.name) => KeyKind::Unique,
            () => KeyKind::None,
        };
        let nullable = says("nullable") || name == "DeleteDateColumn";
        let column = named.clone().filter(|named| *named != field.name);
        let (name, type_name) = (field.name.clone(), type_of(field, decorator));
        columns.push((named, Field { name, type_name, nullable, key, column }));
    }
    for (relation, column, property, nullable) in key_columns(outline, index) {
        let is_it = |(named, own): &&mut (Option<Atom>, Field)| {
            named.as_ref().unwrap_or(&own.name) == &column || own.name == column || own.name == property
        };
        match columns.iter_mut().find(is_it) {
            Some((_, own)) if own.key != KeyKind::Primary => own.key = KeyKind::Foreign,
            Some(_) => {}
            None => {
                let key =
                    if relation.decorator("PrimaryColumn").is_some() { KeyKind::Primary } else { KeyKind::Foreign };
                columns.push((None, Field { name: column, nullable, key, ..Field::default() }));
            }
        }
    }
    columns
}

/// The decorator that makes a field a column; one on a relation only says that the relation is its key.
fn column(field: &Definition) -> Option<&Decorator> {
    let relates = field.decorators.iter().any(|it| matches!(last_part(&it.name), "ManyToOne" | "OneToOne"));
    field.decorators.iter().find(|it| COLUMNS.contains(&last_part(&it.name))).filter(|_| !relates)
}

/// What a class says to be unique: columns by themselves, and several together.
pub(super) fn unique_columns(class: &Definition) -> Vec<Vec<Atom>> {
    let decorators = class.decorators.iter().filter(|it| {
        let name = last_part(&it.name);
        let is_partial = options(it).is_some_and(|options| options.key("where").is_some());
        name == "Unique" || name == "Index" && is_on(options(it), "unique") && !is_partial
    });
    let listed = |decorator: &Decorator| {
        let lists = decorator.args.iter().map(|argument| match &argument.value {
            Value::Function(function) => function.returns.as_ref().unwrap_or(&Value::Unknown),
            value => value,
        });
        let names = lists.into_iter().find_map(|value| match value {
            Value::List(items) => Some(items.iter().filter_map(column_name).collect::<Vec<_>>()),
            _ => None,
        });
        names.unwrap_or_default()
    };
    decorators.map(listed).filter(|names| !names.is_empty()).collect()
}

/// A column by its name, or by the property of a function's parameter.
fn column_name(value: &Value) -> Option<Atom> {
    value.as_text().or_else(|| value.as_name().map(last_part)).map(Atom::new)
}

/// The columns of a class of this file that is embedded in another; of one that lies elsewhere, the whole as one.
fn embedded(outline: &Outline, field: &Definition, depth: usize) -> Option<Vec<(Option<Atom>, Field)>> {
    let decorator = field.decorator("Column")?;
    let Value::Function(_) = positional(&decorator.args, 0)? else { return None };
    let name = target(decorator)?;
    // `@Column(type => String)` states a type.
    if matches!(name.as_str(), "String" | "Number" | "Boolean" | "Date" | "Object" | "Buffer") {
        return None;
    }
    let class = (0..).zip(&outline.definitions).find(|(_, it)| it.kind == SymbolKind::Class && it.name == name);
    let prefix = match options(decorator).and_then(|options| options.key("prefix")) {
        Some(Value::Text(prefix)) => prefix.to_string(),
        Some(Value::Bool(false)) => String::new(),
        _ => field.name.to_string(),
    };
    let Some((index, class)) = class.filter(|_| depth < EMBEDDED_MAX) else {
        let whole = Field { name: field.name.clone(), type_name: name, ..Field::default() };
        return Some(vec![(None, whole)]);
    };
    let inner = read_nested(outline, index, class, depth + 1).into_iter().map(|(named, own)| {
        let inner = named.unwrap_or_else(|| own.name.clone());
        let column = Atom::from(if prefix.is_empty() { inner.to_string() } else { join(&prefix, &inner) });
        let name = Atom::from(format!("{}.{}", field.name, own.name));
        (Some(column.clone()), Field { name, column: Some(column), ..own })
    });
    Some(inner.collect())
}

/// `address` and `street` as `addressStreet`.
fn join(prefix: &str, name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{prefix}{first}{}", letters.as_str())
}

/// The declared type without `null`, else the column's.
fn type_of(field: &Definition, decorator: &Decorator) -> Atom {
    let declared = field.type_name.as_deref().map(|declared| {
        let parts = declared.split('|').map(str::trim).filter(|part| !matches!(*part, "null" | "undefined"));
        parts.collect::<Vec<_>>().join(" | ")
    });
    let stated = || {
        let first = positional(&decorator.args, 0)?;
        first.as_text().or_else(|| first.key("type").and_then(Value::as_text)).map(str::to_owned)
    };
    declared.filter(|declared| !declared.is_empty()).or_else(stated).unwrap_or_default().into()
}
