//! The columns of an entity class.

use crate::codebase::Atom;

use crate::codebase::entity::{Field, KeyKind};
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, Value, last_part, positional};

use super::super::javascript::{fields, options};
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

/// The columns of a class, those of its relations' keys included.
pub(super) fn read(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Field> {
    let unique = unique_columns(class);
    let mut columns: Vec<(Option<Atom>, Field)> = Vec::new();
    for field in fields(outline, index) {
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
    columns.into_iter().map(|(_, field)| field).collect()
}

/// The decorator that makes a field a column; one on a relation only says that the relation is its key.
fn column(field: &Definition) -> Option<&Decorator> {
    let relates = field.decorators.iter().any(|it| matches!(last_part(&it.name), "ManyToOne" | "OneToOne"));
    field.decorators.iter().find(|it| COLUMNS.contains(&last_part(&it.name))).filter(|_| !relates)
}

/// Columns that are unique by themselves, as the class says.
fn unique_columns(class: &Definition) -> Vec<Atom> {
    let decorators = class.decorators.iter().filter(|it| {
        let name = last_part(&it.name);
        name == "Unique"
            || name == "Index" && options(it).and_then(|options| options.key("unique")) == Some(&Value::Bool(true))
    });
    decorators
        .filter_map(|decorator| {
            let lists = decorator.args.iter().map(|argument| &argument.value);
            match lists.into_iter().find(|value| matches!(value, Value::List(_))) {
                Some(Value::List(items)) if items.len() == 1 => items.first()?.as_text().map(Atom::new),
                _ => None,
            }
        })
        .collect()
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
