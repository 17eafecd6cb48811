//! SQLAlchemy's declarative classes, Flask-SQLAlchemy's models and SQLModel's tables.

mod columns;
mod tables;

use crate::codebase::RepoPath;
use crate::codebase::entity::{Cardinality, Entity, Field, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};

use super::Store;
use super::naming::snake;

/// SQLAlchemy.
pub struct SqlAlchemy;

const ID: &str = "sqlalchemy";

impl Store for SqlAlchemy {
    fn id(&self) -> &'static str {
        "sqlalchemy"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn records(&self, _path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        let mut records = Records::default();
        // A migration repeats classes as they then were.
        if outline.imports.iter().any(|import| import.module.split('.').next() == Some("alembic")) {
            return records;
        }
        let tables: Vec<Table<'_>> = (0..).zip(&outline.definitions).filter_map(|own| table(outline, own)).collect();
        for table in &tables {
            let class = table.class;
            let columns: Vec<columns::Column> = fields(outline, table.index)
                .filter_map(|(field, value)| columns::column(field, value, table.is_sqlmodel))
                .collect();
            // Without columns of its own, a class that derives from a table shares that table.
            let shares = || tables.iter().any(|other| !other.name.is_empty() && derives(class, &other.class.name));
            if columns.is_empty() && (table.name.is_empty() || (!table.is_sqlmodel && shares())) {
                continue;
            }
            for column in &columns {
                records.relations.extend(relation(&tables, class, column));
            }
            let mut entity = Entity {
                name: class.name.to_string(),
                table: table.name.clone(),
                store: ID.into(),
                line: class.line,
                fields: columns.into_iter().map(|column| column.field).collect(),
                doc: class.doc.clone(),
                ..Entity::default()
            };
            if let Some(stated) = given(outline, table.index, "__table_args__") {
                let listed = match stated {
                    Value::List(items) => items.iter().filter_map(Value::as_call).collect(),
                    _ => Vec::new(),
                };
                records.relations.extend(tables::constrain(&mut entity, listed.into_iter()));
            }
            records.entities.push(entity);
        }
        tables::read(outline, &mut records);
        records.relations.sort();
        records.relations.dedup();
        records
    }
}

/// A class that is a table, or whose columns one may inherit (then without a name).
struct Table<'a> {
    index: DefinitionIndex,
    class: &'a Definition,
    name: String,
    is_sqlmodel: bool,
}

fn table<'a>(outline: &'a Outline, (index, class): (DefinitionIndex, &'a Definition)) -> Option<Table<'a>> {
    if class.kind != SymbolKind::Class {
        return None;
    }
    let is_table = class.has_modifier("table=True");
    let declared = given(outline, index, "__tablename__").and_then(|value| match value {
        // A constant of the file.
        Value::Name(name) => outline.assignments.iter().find(|own| own.target == *name)?.value.as_text(),
        value => value.as_text(),
    });
    let is_abstract = given(outline, index, "__abstract__") == Some(&Value::Bool(true));
    let is_sqlmodel = is_table || derives_from_sqlmodel(outline, class, 0);
    let is_model = class.bases.iter().any(|base| base == "db.Model");
    let name = match declared {
        _ if is_abstract => String::new(),
        Some(name) => name.to_owned(),
        None if is_table => class.name.to_lowercase(),
        None if is_model => snake(&class.name),
        None => String::new(),
    };
    let has_columns = || fields(outline, index).any(|(field, value)| columns::is_column(field, value));
    let concerned = !name.is_empty() || is_sqlmodel || has_columns();
    concerned.then_some(Table { index, class, name, is_sqlmodel })
}

fn derives(class: &Definition, base: &str) -> bool {
    class.bases.iter().any(|own| last_part(own) == base)
}

/// Whether a class derives from `SQLModel`, over classes of this file.
fn derives_from_sqlmodel(outline: &Outline, class: &Definition, depth: u32) -> bool {
    depth < 8
        && class.bases.iter().any(|base| {
            let base = last_part(base);
            let of_file = outline.definitions.iter().find(|own| own.kind == SymbolKind::Class && own.name == base);
            base == "SQLModel"
                || of_file.is_some_and(|own| own.name != class.name && derives_from_sqlmodel(outline, own, depth + 1))
        })
}

/// The fields that a class body declares, with what they are given.
fn fields(outline: &Outline, class: DefinitionIndex) -> impl Iterator<Item = (&Definition, Option<&Value>)> {
    let own = outline.definitions.iter().filter(move |own| own.parent == Some(class) && own.kind == SymbolKind::Field);
    let own = own.filter(|own| own.parameters.is_empty() && !own.name.starts_with("__"));
    own.map(move |own| (own, given(outline, class, &own.name)))
}

fn given<'a>(outline: &'a Outline, class: DefinitionIndex, name: &str) -> Option<&'a Value> {
    let own = outline.assignments.iter().find(|own| own.enclosing == Some(class) && own.target == name);
    own.map(|own| &own.value)
}

/// A foreign key is one relation, from the table that it points to.
fn relation(tables: &[Table<'_>], class: &Definition, column: &columns::Column) -> Option<Relation> {
    let target = column.target.as_ref()?;
    let of_file = tables.iter().find(|table| table.name == *target || table.class.name == *target);
    let from = of_file.map_or_else(|| target.clone(), |table| table.class.name.to_string());
    let cardinality = if column.is_unique { Cardinality::OneToOne } else { Cardinality::OneToMany };
    Some(Relation { from, to: class.name.to_string(), cardinality, via: column.field.name.to_string() })
}

/// A field that is no key.
fn plain(name: &str, type_name: &str, nullable: bool) -> Field {
    Field { name: name.into(), type_name: type_name.into(), nullable, ..Field::default() }
}
