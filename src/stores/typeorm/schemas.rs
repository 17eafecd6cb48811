//! Entities as values: `new EntitySchema({ name, columns, relations })`.

use crate::codebase::Atom;
use crate::codebase::entity::{Brings, Cardinality, Entity, Field, KeyKind, Lead, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Outline, Value, last_part};

use super::super::javascript::{is_off, is_on, named, record, text};
use super::columns::tree_columns;
use super::names::snake;
use super::relations::named_columns;

/// Adds the entities that schemas of a file describe.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for assignment in &outline.assignments {
        let call = assignment.value.as_call().filter(|call| call.callee == "EntitySchema");
        let Some(stated) = call.and_then(|call| record(&call.args)) else { continue };
        let Some(name) = text(Some(stated), "name") else { continue };
        // A class that the records are made of gives them its name.
        let name = stated.key("target").and_then(Value::as_name).map_or(name, last_part);
        let mut entity = Entity {
            name: name.to_owned(),
            table: text(Some(stated), "tableName").map_or_else(|| snake(name), str::to_owned),
            store: Atom::new("typeorm"),
            line: assignment.line,
            unique: unique_together(stated),
            ..Entity::default()
        };
        let columns = entries(stated, "columns").filter(|(_, column)| !is_on(Some(column), "virtualProperty"));
        entity.fields.extend(columns.map(|(name, column)| field(name, column)));
        if let Some(Value::List(trees)) = stated.key("trees") {
            let kinds = trees.iter().filter_map(|tree| text(Some(tree), "type"));
            entity.fields.extend(kinds.flat_map(tree_columns));
        }
        for (property, embedded) in entries(stated, "embeddeds") {
            let Some(target) = embedded.key("schema").and_then(named) else { continue };
            entity.fields.push(Field { name: property.clone(), type_name: target.clone(), ..Field::default() });
            let prefix = text(Some(embedded), "prefix").map_or_else(|| property.clone(), Atom::new);
            let brings = Brings::Columns { prefix };
            records.leads.push(Lead { class: Atom::new(name), property: property.clone(), target, brings });
        }
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
    let implied = is_on(stated, "objectId").then_some("_id");
    Field {
        name: name.clone(),
        type_name: column.key("type").and_then(named).unwrap_or_default(),
        nullable: is_on(stated, "nullable") || is_on(stated, "deleteDate"),
        key,
        column: text(stated, "name").or(implied).map(Atom::new),
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
    let nullable = !is_off(Some(stated), "nullable");
    let columns = match named_columns(stated.key("joinColumn")) {
        Ok(columns) => columns,
        Err(of) => {
            let (class, property, target) = (Atom::from(&own), name.clone(), Atom::from(&other));
            let (key, column) = (KeyKind::Foreign, None);
            entity.fields.push(Field { name: name.clone(), type_name: target.clone(), nullable, key, column });
            records.leads.push(Lead { class, property, target, brings: Brings::Key { of } });
            records.relations.push(Relation { from: other, to: own, cardinality, via: name.to_string() });
            return;
        }
    };
    for via in &columns {
        let is_it = |field: &&mut Field| field.column.as_ref().unwrap_or(&field.name) == via;
        match entity.fields.iter_mut().find(is_it) {
            Some(field) if field.key != KeyKind::Primary => field.key = KeyKind::Foreign,
            Some(_) => {}
            None => {
                let (name, column) = (via.clone(), Some(via.clone()));
                entity.fields.push(Field { name, nullable, key: KeyKind::Foreign, column, ..Field::default() });
            }
        }
    }
    let via = columns.iter().map(Atom::as_str).collect::<Vec<_>>().join(",");
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
