//! Tables without a class, `Table("tags_of_posts", metadata, Column(..))`, and constraints over several columns.

use crate::codebase::entity::{Cardinality, Entity, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{CallValue, Outline, Value};
use crate::codebase::{Atom, outline::last_part};

use super::columns;

/// Adds the tables of a file. One that only links two others is a relation between those.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    if !outline.imports.iter().any(|import| import.module.contains("sqlalchemy") || import.module.contains("sqlmodel"))
        && !outline.assignments.iter().any(|own| own.value.as_call().is_some_and(is_of_database))
    {
        return;
    }
    for assignment in &outline.assignments {
        let Some(call) = assignment.value.as_call().filter(|call| call.callee == "Table") else { continue };
        let Some(name) = call.positional(0).and_then(Value::as_text) else { continue };
        let parts: Vec<&CallValue> = call.args.iter().filter_map(|arg| arg.value.as_call()).collect();
        let made: Vec<columns::Column> =
            parts.iter().filter(|it| it.callee == "Column").filter_map(|it| columns::of_table(it)).collect();
        if made.is_empty() {
            continue;
        }
        let targets: Vec<&String> = made.iter().filter_map(|column| column.target.as_ref()).collect();
        if let ([one, other], 2) = (targets.as_slice(), made.len()) {
            let mut ends = [(*one).clone(), (*other).clone()];
            ends.sort();
            let ([from, to], via) = (ends, name.to_owned());
            records.relations.push(Relation { from, to, cardinality: Cardinality::ManyToMany, via });
            continue;
        }
        let mut entity = Entity {
            name: name.to_owned(),
            table: name.to_owned(),
            store: super::ID.into(),
            line: assignment.line,
            ..Entity::default()
        };
        for column in made {
            if let Some(from) = column.target {
                let cardinality = if column.is_unique { Cardinality::OneToOne } else { Cardinality::OneToMany };
                let (to, via) = (name.to_owned(), column.field.name.to_string());
                records.relations.push(Relation { from, to, cardinality, via });
            }
            entity.fields.push(column.field);
        }
        let relations = constrain(&mut entity, parts.into_iter());
        records.relations.extend(relations);
        records.entities.push(entity);
    }
}

/// Flask's `db.Table(..)`.
fn is_of_database(call: &CallValue) -> bool {
    call.callee == "Table" && call.receiver.as_ref().and_then(Value::as_name) == Some("db")
}

/// What constraints say: keys over columns, and the relations that they make.
pub(super) fn constrain<'v>(entity: &mut Entity, calls: impl Iterator<Item = &'v CallValue>) -> Vec<Relation> {
    let mut relations = Vec::new();
    for call in calls {
        match call.callee.as_str() {
            "UniqueConstraint" => mark(entity, named(call.args.iter().map(|arg| &arg.value)), KeyKind::Unique),
            "PrimaryKeyConstraint" => mark(entity, named(call.args.iter().map(|arg| &arg.value)), KeyKind::Primary),
            "Index" if call.named("unique") == Some(&Value::Bool(true)) && !is_partial(call) => {
                mark(entity, named(call.args.iter().skip(1).map(|arg| &arg.value)), KeyKind::Unique);
            }
            "ForeignKeyConstraint" => {
                let own = call.positional(0).map(listed).unwrap_or_default();
                let target = call.positional(1).map(listed).and_then(|names| names.into_iter().next());
                let Some((table, _)) = target.as_ref().and_then(|target| target.rsplit_once('.')) else { continue };
                mark(entity, own.clone(), KeyKind::Foreign);
                relations.push(Relation {
                    from: last_part(table).to_owned(),
                    to: entity.name.clone(),
                    cardinality: Cardinality::OneToMany,
                    via: own.iter().map(Atom::as_str).collect::<Vec<_>>().join(","),
                });
            }
            _ => {}
        }
    }
    relations
}

/// Whether an index is one over some rows only.
fn is_partial(call: &CallValue) -> bool {
    call.args.iter().any(|arg| arg.name.as_deref().is_some_and(|name| name.ends_with("_where")))
}

fn mark(entity: &mut Entity, names: Vec<Atom>, kind: KeyKind) {
    if kind == KeyKind::Unique && names.len() > 1 {
        entity.unique.push(names);
        return;
    }
    let is_named = |name: &Atom, column: Option<&Atom>| names.iter().any(|own| own == name || Some(own) == column);
    for field in entity.fields.iter_mut().filter(|it| is_named(&it.name, it.column.as_ref()) && kind < it.key) {
        field.key = kind;
        field.nullable &= kind != KeyKind::Primary;
    }
}

fn listed(value: &Value) -> Vec<Atom> {
    match value {
        Value::List(items) => named(items.iter()),
        _ => Vec::new(),
    }
}

fn named<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<Atom> {
    values.filter_map(Value::as_text).map(Atom::new).collect()
}
