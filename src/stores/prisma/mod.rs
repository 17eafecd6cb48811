//! Prisma: models of `schema.prisma`, in one file or many.

mod schema;

use std::collections::BTreeSet;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::Outline;

use super::Store;
use schema::{Column, Model, Schema};

/// Prisma.
pub struct Prisma;

/// Types that are columns by themselves.
const SCALARS: &[&str] =
    &["BigInt", "Boolean", "Bytes", "DateTime", "Decimal", "Float", "Int", "Json", "String", "Unsupported"];

impl Store for Prisma {
    fn id(&self) -> &'static str {
        "prisma"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["prisma"]
    }

    fn records(&self, _path: &RepoPath, _outline: &Outline, text: &str) -> Records {
        let schema = Schema::read(text);
        let entities = schema.models.iter().map(|model| entity(&schema, model)).collect();
        let mut relations: Vec<Relation> = schema.models.iter().flat_map(|model| relations(&schema, model)).collect();
        relations.sort();
        relations.dedup();
        Records { entities, relations, ..Records::default() }
    }
}

fn entity(schema: &Schema<'_>, model: &Model<'_>) -> Entity {
    let foreign: BTreeSet<&str> = model.columns.iter().flat_map(Column::relation_fields).collect();
    let primary = model.attribute_fields("@@id");
    let (unique, together): (Vec<_>, Vec<_>) = model.lists("@@unique").partition(|fields| fields.len() == 1);
    let fields = model.columns.iter().filter(|column| !is_navigation(schema, column)).map(|column| {
        let key = match () {
            () if column.has("@id") || primary.contains(&column.name) => KeyKind::Primary,
            () if foreign.contains(column.name) => KeyKind::Foreign,
            () if column.has("@unique") || unique.iter().any(|fields| fields.contains(&column.name)) => KeyKind::Unique,
            () => KeyKind::None,
        };
        Field {
            name: column.name.into(),
            type_name: Atom::from(format!("{}{}", column.type_name, if column.is_list { "[]" } else { "" })),
            nullable: column.is_optional,
            key,
            column: column.mapped().map(Atom::new),
        }
    });
    Entity {
        name: model.name.to_owned(),
        table: model.mapped().unwrap_or(model.name).to_owned(),
        store: Atom::new("prisma"),
        line: model.line,
        fields: fields.collect(),
        unique: together.into_iter().map(|names| names.into_iter().map(Atom::new).collect()).collect(),
        doc: model.doc.clone(),
        ..Entity::default()
    }
}

/// Whether a column only leads to another model. A type of another file may be an enumeration: a list or a stated
/// relation of it is taken for a model.
fn is_navigation(schema: &Schema<'_>, column: &Column<'_>) -> bool {
    if SCALARS.contains(&column.type_name) || schema.enums.contains(&column.type_name) {
        return false;
    }
    if schema.model(column.type_name).is_some() {
        return true;
    }
    !schema.composites.contains(&column.type_name)
        && (column.has("@relation") || column.is_list && !column.has("@default"))
}

fn relations(schema: &Schema<'_>, model: &Model<'_>) -> Vec<Relation> {
    let mut found = Vec::new();
    for column in model.columns.iter().filter(|column| is_navigation(schema, column)) {
        let via: Vec<&str> = column.relation_fields();
        if !via.is_empty() {
            let is_one = model.is_unique(&via);
            found.push(Relation {
                from: column.type_name.to_owned(),
                to: model.name.to_owned(),
                cardinality: if is_one { Cardinality::OneToOne } else { Cardinality::OneToMany },
                via: via.join(","),
            });
        } else if column.is_list {
            found.extend(many_to_many(schema, model, column));
        }
    }
    found
}

/// Lists on both sides, which Prisma joins by a table of its own.
fn many_to_many(schema: &Schema<'_>, model: &Model<'_>, column: &Column<'_>) -> Option<Relation> {
    let other = schema.model(column.type_name)?;
    let name = column.relation_name();
    let mut back = other.columns.iter().filter(|back| {
        let is_itself = other.name == model.name && back.name == column.name;
        back.type_name == model.name && !is_itself && back.relation_name() == name
    });
    let is_list = back.any(|back| back.is_list && back.relation_fields().is_empty());
    let (from, to) = if model.name <= other.name { (model.name, other.name) } else { (other.name, model.name) };
    is_list.then(|| Relation {
        from: from.to_owned(),
        to: to.to_owned(),
        cardinality: Cardinality::ManyToMany,
        via: name.map_or_else(|| format!("_{from}To{to}"), |name| format!("_{name}")),
    })
}
