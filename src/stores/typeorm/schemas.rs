//! Entities as values: `new EntitySchema({ name, columns, relations })`.

use crate::codebase::Atom;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Outline, Value};

use super::super::javascript::{is_off, is_on, named, record, text};
use super::super::naming::snake;

/// Adds the entities that schemas of a file describe.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for assignment in &outline.assignments {
        let call = assignment.value.as_call().filter(|call| call.callee == "EntitySchema");
        let Some(stated) = call.and_then(|call| record(&call.args)) else { continue };
        let Some(name) = text(Some(stated), "name") else { continue };
        let mut entity = Entity {
            name: name.to_owned(),
            table: text(Some(stated), "tableName").map_or_else(|| snake(name), str::to_owned),
            store: Atom::new("typeorm"),
            line: assignment.line,
            unique: unique_together(stated),
            ..Entity::default()
        };
        entity.fields.extend(entries(stated, "columns").map(|(name, column)| field(name, column)));
        for (name, relation) in entries(stated, "relations") {
            relate(&mut entity, (name, relation), records);
        }
        records.entities.push(entity);
    }
}

fn entries<'a>(stated: &'a Value, key: &str) -> impl Iterator<Item = (&'a Atom, &'a Value)> {
    let entries = match stated.key(key) {
        Some(Value::Record(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().map(|(name, value)| (name, value))
}

fn field(name: &Atom, column: &Value) -> Field {
    let stated = Some(column);
    let key = match () {
        () if is_on(stated, "primary") || is_on(stated, "objectId") => KeyKind::Primary,
        () if is_on(stated, "unique") => KeyKind::Unique,
        () => KeyKind::None,
    };
    Field {
        name: name.clone(),
        type_name: column.key("type").and_then(named).unwrap_or_default(),
        nullable: is_on(stated, "nullable") || is_on(stated, "deleteDate"),
        key,
        column: text(stated, "name").filter(|stored| name != stored).map(Atom::new),
    }
}

/// A relation that this side keeps, and the column that keeps it.
fn relate(entity: &mut Entity, (name, stated): (&Atom, &Value), records: &mut Records) {
    let Some(other) = stated.key("target").and_then(named).map(|it| it.to_string()) else { return };
    let own = entity.name.clone();
    let joins = |key: &str| stated.key(key).is_some() && !is_off(Some(stated), key);
    let cardinality = match text(Some(stated), "type") {
        Some("many-to-one") => Cardinality::OneToMany,
        Some("one-to-one") if joins("joinColumn") => Cardinality::OneToOne,
        Some("many-to-many") if joins("joinTable") => {
            let via = text(stated.key("joinTable"), "name").unwrap_or(name).to_owned();
            records.relations.push(Relation { from: own, to: other, cardinality: Cardinality::ManyToMany, via });
            return;
        }
        _ => return,
    };
    let via = text(stated.key("joinColumn"), "name").map_or_else(|| format!("{name}Id"), str::to_owned);
    let is_it = |field: &&mut Field| field.name == via || field.column.as_ref().is_some_and(|column| *column == via);
    match entity.fields.iter_mut().find(is_it) {
        Some(field) if field.key != KeyKind::Primary => field.key = KeyKind::Foreign,
        Some(_) => {}
        None => {
            let nullable = !is_off(Some(stated), "nullable");
            entity.fields.push(Field { name: Atom::from(&via), nullable, key: KeyKind::Foreign, ..Field::default() });
        }
    }
    records.relations.push(Relation { from: other, to: own, cardinality, via });
}

/// `uniques: [{ columns: ["a", "b"] }]`, and unique indices.
fn unique_together(stated: &Value) -> Vec<Vec<Atom>> {
    let lists = [("uniques", false), ("indices", true)].into_iter().flat_map(|(key, must_say)| {
        let items = match stated.key(key) {
            Some(Value::List(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().filter(move |item| !must_say || is_on(Some(item), "unique"))
    });
    let names = lists.filter_map(|item| match item.key("columns") {
        Some(Value::List(items)) => Some(items.iter().filter_map(Value::as_text).map(Atom::new).collect::<Vec<_>>()),
        _ => None,
    });
    names.filter(|names| names.len() > 1).collect()
}
