//! Drizzle: tables as values, `export const orders = pgTable("orders", { .. })`, and relations between them.

mod columns;

use crate::codebase::entity::{Cardinality, Entity, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Assignment, CallValue, Outline, Value, last_part};
use crate::codebase::{Atom, RepoPath};

use super::Store;

/// Drizzle.
pub struct Drizzle;

/// Functions that make tables, and the system that keeps those.
const TABLES: &[(&str, &str)] = &[
    ("mysqlTable", "mysql"),
    ("pgTable", "postgresql"),
    ("singlestoreTable", "singlestore"),
    ("sqliteTable", "sqlite"),
    ("mssqlTable", "microsoft.sql_server"),
    ("cockroachTable", "cockroachdb"),
];
/// Functions that make functions that make tables, by the same systems.
const MAKERS: &[(&str, &str)] = &[
    ("mysqlTableCreator", "mysql"),
    ("pgTableCreator", "postgresql"),
    ("singlestoreTableCreator", "singlestore"),
    ("sqliteTableCreator", "sqlite"),
    ("pgSchema", "postgresql"),
    ("mysqlSchema", "mysql"),
];

impl Store for Drizzle {
    fn id(&self) -> &'static str {
        "drizzle"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn records(&self, _path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        let mut records = Records::default();
        if !outline.imports.iter().any(|import| import.module.starts_with("drizzle-orm")) {
            return records;
        }
        for assignment in &outline.assignments {
            // `pgTable(..).enableRLS()` is the table too.
            let Some(call) = assignment.value.as_call().map(columns::first_call) else { continue };
            if let Some((system, schema)) = table_maker(outline, call) {
                read(outline, assignment, call, (system, schema), &mut records);
            }
        }
        records
    }
}

/// The system of a call that makes a table, and the schema it is in: `pgTable(..)`, `mySchema.table(..)`,
/// `createTable(..)` of a creator in this file.
fn table_maker<'a>(outline: &'a Outline, call: &CallValue) -> Option<(&'static str, Option<&'a str>)> {
    if let Some((_, system)) = TABLES.iter().find(|(name, _)| *name == call.callee) {
        return Some((system, None));
    }
    let maker = match &call.receiver {
        None => call.callee.as_str(),
        Some(Value::Name(schema)) if call.callee == "table" => schema,
        _ => return None,
    };
    let made = outline.assignments.iter().find(|own| own.target == maker)?.value.as_call()?;
    let (_, system) = MAKERS.iter().find(|(name, _)| *name == made.callee)?;
    let schema = if call.callee == "table" { made.positional(0).and_then(Value::as_text) } else { None };
    Some((system, schema))
}

fn read(
    outline: &Outline,
    assignment: &Assignment,
    call: &CallValue,
    (system, schema): (&str, Option<&str>),
    records: &mut Records,
) {
    let name = last_part(&assignment.target);
    let Some(table) = call.positional(0).and_then(Value::as_text) else { return };
    let columns = columns::read(outline, call);
    let mut entity = Entity {
        name: name.to_owned(),
        table: schema.map_or_else(|| table.to_owned(), |schema| format!("{schema}.{table}")),
        store: "drizzle".into(),
        system: Some(system.into()),
        line: assignment.line,
        doc: outline
            .definitions
            .iter()
            .find(|it| it.line == assignment.line && it.name == name)
            .and_then(|it| it.doc.clone()),
        ..Entity::default()
    };
    let mut relations: Vec<(Vec<Atom>, String)> = Vec::new();
    let mut unique: Vec<Atom> = Vec::new();
    for column in columns {
        let name = &column.field.name;
        relations.extend(column.target.map(|target| (vec![name.clone()], target)));
        unique.extend(column.is_unique.then(|| name.clone()));
        entity.fields.push(column.field);
    }
    for constraint in columns::constraints(call) {
        apply(&mut entity, constraint, &mut relations);
    }
    for (names, target) in relations {
        let is_one = is_unique(&entity, &names) || names.iter().all(|name| unique.contains(name));
        let cardinality = if is_one { Cardinality::OneToOne } else { Cardinality::OneToMany };
        let via = names.iter().map(Atom::as_str).collect::<Vec<_>>().join(",");
        records.relations.push(Relation { from: target, to: name.to_owned(), cardinality, via });
    }
    records.entities.push(entity);
}

fn apply(entity: &mut Entity, (kind, names, target): columns::Constraint, relations: &mut Vec<(Vec<Atom>, String)>) {
    if kind == KeyKind::Unique && names.len() > 1 {
        entity.unique.push(names);
        return;
    }
    for field in entity.fields.iter_mut().filter(|field| names.contains(&field.name) && kind < field.key) {
        field.key = kind;
    }
    if kind == KeyKind::Primary {
        for field in entity.fields.iter_mut().filter(|field| names.contains(&field.name)) {
            field.nullable = false;
        }
    }
    relations.extend(target.map(|target| (names, target)));
}

/// Whether these fields together name at most one row.
fn is_unique(entity: &Entity, names: &[Atom]) -> bool {
    let same = |own: &[&Atom]| own.len() == names.len() && own.iter().all(|it| names.contains(it));
    let primary: Vec<&Atom> = entity.fields.iter().filter(|it| it.key == KeyKind::Primary).map(|it| &it.name).collect();
    let alone = entity.unique.iter().any(|own| same(&own.iter().collect::<Vec<_>>()));
    alone || same(&primary)
}
