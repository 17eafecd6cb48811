//! Entities as classes: `@PrimaryKey`, `@Property`, `@ManyToOne` and their like.

use crate::codebase::Atom;
use crate::codebase::entity::{Entity, Field, KeyKind};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};

use super::super::javascript::{bare, fields, held, is_off, is_on, options, target, text};
use super::super::naming::snake;
use super::{Kind, relation};

/// Decorators that make a property a column.
const COLUMNS: &[&str] = &["Enum", "PrimaryKey", "Property", "SerializedPrimaryKey"];

/// Adds the entities of a file, and classes whose columns they may inherit.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
        let decorator = class.decorator("Entity");
        let stated = decorator.and_then(options);
        let is_stored = decorator.is_some() && !is_on(stated, "abstract") && !is_on(stated, "virtual");
        let mut entity = Entity {
            name: class.name.to_string(),
            store: super::ID.into(),
            line: class.line,
            doc: class.doc.clone(),
            unique: unique_together(class),
            ..Entity::default()
        };
        let relations = records.relations.len();
        for field in fields(outline, index) {
            property(outline, (class, field), &mut entity, records);
        }
        if is_stored {
            let named = text(stated, "tableName").or_else(|| text(stated, "collection"));
            entity.table = named.map_or_else(|| snake(&class.name), str::to_owned);
        }
        if is_stored || !entity.fields.is_empty() && class.decorator("Embeddable").is_none() {
            records.entities.push(entity);
        } else {
            records.relations.truncate(relations);
        }
    }
}

fn property(outline: &Outline, (class, field): (&Definition, &Definition), entity: &mut Entity, records: &mut Records) {
    for decorator in &field.decorators {
        let stated = options(decorator);
        match last_part(&decorator.name) {
            "Enum" | "PrimaryKey" | "Property"
                if !is_off(stated, "persist") && entity.fields.iter().all(|own| own.name != field.name) =>
            {
                entity.fields.push(column(field, decorator));
            }
            "Embedded" => entity.fields.extend(embedded(outline, field, decorator)),
            name @ ("ManyToOne" | "OneToOne" | "ManyToMany") => {
                let is_walked = stated.is_some_and(|it| it.key("mappedBy").is_some()) || is_inverse(decorator, name);
                let by_type = || field.type_name.as_deref().map(held).map(Atom::new);
                let by_option = || stated.and_then(|it| it.key("entity")).and_then(super::super::javascript::named);
                let Some(other) = target(decorator).or_else(by_option).or_else(by_type) else { continue };
                if is_walked {
                    continue;
                }
                let kind = match name {
                    "ManyToOne" => Kind::ManyToOne,
                    "OneToOne" => Kind::OneToOne,
                    _ => Kind::ManyToMany,
                };
                let pivot = text(stated, "pivotTable").unwrap_or(&field.name);
                let via = if kind == Kind::ManyToMany { pivot } else { field.name.as_str() };
                records.relations.push(relation(&class.name, &other, kind, via));
                if kind != Kind::ManyToMany {
                    entity.fields.push(key_column(field, stated, &other));
                }
            }
            _ => {}
        }
    }
}

/// Whether the other side keeps a relation: a second function names the property there, and nothing says otherwise.
fn is_inverse(decorator: &Decorator, kind: &str) -> bool {
    let functions = decorator.args.iter().filter(|arg| matches!(arg.value, Value::Function(_))).count();
    let stated = options(decorator);
    let owns = is_on(stated, "owner") || stated.is_some_and(|it| it.key("inversedBy").is_some());
    kind != "ManyToOne" && functions > 1 && !owns
}

fn column(field: &Definition, decorator: &Decorator) -> Field {
    let stated = options(decorator);
    let (declared, is_optional) = bare(field.type_name.as_deref().unwrap_or_default());
    let stated_type = stated.and_then(|it| it.key("type")).and_then(|it| match it {
        Value::Text(name) | Value::Name(name) => Some(last_part(name).to_owned()),
        Value::Call(call) => Some(call.callee.to_string()),
        _ => None,
    });
    let key = match () {
        () if last_part(&decorator.name) == "PrimaryKey" || is_on(stated, "primary") => KeyKind::Primary,
        () if is_on(stated, "unique") || is_unique(field) => KeyKind::Unique,
        () => KeyKind::None,
    };
    let type_name = if declared.is_empty() { stated_type.unwrap_or_default() } else { held(&declared).to_owned() };
    Field {
        name: field.name.clone(),
        type_name: type_name.into(),
        nullable: key != KeyKind::Primary && (is_on(stated, "nullable") || is_optional),
        key,
        column: stored_as(&field.name, text(stated, "fieldName").or_else(|| text(stated, "name")), &snake(&field.name)),
    }
}

/// The column of a property, where that is called otherwise.
pub(super) fn stored_as(name: &str, stated: Option<&str>, by_rule: &str) -> Option<Atom> {
    Some(stated.unwrap_or(by_rule)).filter(|column| *column != name).map(Atom::new)
}

/// The column that keeps a relation.
fn key_column(field: &Definition, stated: Option<&Value>, target: &str) -> Field {
    let is_primary = is_on(stated, "primary") || field.decorator("PrimaryKey").is_some();
    let (_, is_optional) = bare(field.type_name.as_deref().unwrap_or_default());
    let named = text(stated, "fieldName").or_else(|| text(stated, "joinColumn")).or_else(|| text(stated, "name"));
    Field {
        name: field.name.clone(),
        type_name: target.into(),
        nullable: !is_primary && (is_on(stated, "nullable") || is_optional),
        key: if is_primary { KeyKind::Primary } else { KeyKind::Foreign },
        column: stored_as(&field.name, named, &format!("{}_id", snake(&field.name))),
    }
}

/// `@Unique()` on the property itself.
fn is_unique(field: &Definition) -> bool {
    field.decorator("Unique").is_some()
}

/// The columns of an embedded class of this file; of one that lies elsewhere, the whole as one field.
fn embedded(outline: &Outline, field: &Definition, decorator: &Decorator) -> Vec<Field> {
    let name = target(decorator).or_else(|| field.type_name.as_deref().map(held).map(Atom::new)).unwrap_or_default();
    let stated = options(decorator);
    let is_kept_whole = is_on(stated, "object") || is_on(stated, "array");
    let class: Option<DefinitionIndex> =
        (0..).zip(&outline.definitions).find(|(_, it)| it.kind == SymbolKind::Class && it.name == name).map(|it| it.0);
    let Some(class) = class.filter(|_| !is_kept_whole) else {
        let nullable = is_on(stated, "nullable");
        return vec![Field { name: field.name.clone(), type_name: name, nullable, ..Field::default() }];
    };
    let prefix = if is_off(stated, "prefix") { String::new() } else { format!("{}_", field.name) };
    let inner = fields(outline, class).filter_map(|own| {
        let decorator = own.decorators.iter().find(|it| COLUMNS.contains(&last_part(&it.name)))?;
        let column = column(own, decorator);
        Some(Field { name: format!("{prefix}{}", own.name).into(), column: None, ..column })
    });
    inner.collect()
}

/// `@Unique({ properties: ["a", "b"] })` on a class.
fn unique_together(class: &Definition) -> Vec<Vec<Atom>> {
    let stated = class.decorators.iter().filter(|it| last_part(&it.name) == "Unique").filter_map(options);
    let lists = stated.filter_map(|it| match it.key("properties") {
        Some(Value::List(items)) => Some(items.iter().filter_map(Value::as_text).map(Atom::new).collect::<Vec<_>>()),
        _ => None,
    });
    lists.filter(|names| names.len() > 1).collect()
}
