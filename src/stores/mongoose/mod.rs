//! Mongoose: schemas and their models, the classes of Nest and Typegoose that stand for them.

mod classes;
mod paths;

use crate::codebase::entity::{Brings, Cardinality, Entity, Lead, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Assignment, Call, CallValue, Outline, Value, last_part};
use crate::codebase::{Atom, RepoPath};

use super::javascript::{is_off, is_on, record, text};
use super::naming::plural;
use super::{ColumnNames, Store};

/// Mongoose.
pub struct Mongoose;

const ID: &str = "mongoose";

/// Paths are called as they are written.
struct MongooseNames;

impl ColumnNames for MongooseNames {
    fn of_property(&self, _prefixes: &[Atom], property: &str, stated: Option<&str>, _in_snake: bool) -> String {
        stated.unwrap_or(property).to_owned()
    }

    fn are_of_documents(&self) -> bool {
        true
    }

    fn of_key(&self, property: &str, _key: &str, _in_snake: bool) -> String {
        property.to_owned()
    }
}

impl Store for Mongoose {
    fn id(&self) -> &'static str {
        ID
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn column_names(&self) -> Option<&'static dyn ColumnNames> {
        Some(&MongooseNames)
    }

    fn systems(&self) -> &'static [&'static str] {
        &["mongodb"]
    }

    fn implicit_key(&self) -> Option<(&'static str, &'static str)> {
        Some(("_id", "ObjectId"))
    }

    fn records(&self, _path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        let mut records = Records::default();
        let mut imports = outline.imports.iter().map(|import| import.module.as_str());
        if !imports.any(|it| matches!(it, "mongoose" | "@nestjs/mongoose" | "@typegoose/typegoose")) {
            return records;
        }
        classes::read(outline, &mut records);
        let schemas: Vec<(&Assignment, &CallValue)> = outline
            .assignments
            .iter()
            .filter_map(|own| Some((own, schema_call(&own.value)?)))
            .filter(|(own, _)| !own.target.contains('.'))
            .collect();
        let models: Vec<Model<'_>> = outline.calls.iter().filter_map(model).collect();
        let of_schemas = models.iter().filter_map(|it| Some((it.schema.as_name()?, it.collection)));
        records.mentions.extend(of_schemas.map(|(name, table)| (name.to_owned(), table.map(str::to_owned))));
        records.leads.extend(outline.calls.iter().filter_map(|call| variant(outline, &call.value)));
        for model in &models {
            let known = schemas.iter().find(|(own, _)| model.schema.as_name() == Some(own.target.as_str()));
            let made = known.map(|(own, schema)| (Some(*own), *schema));
            if let Some((own, schema)) = made.or_else(|| schema_call(model.schema).map(|schema| (None, schema))) {
                let line = own.map_or(model.line, |own| own.line);
                add(outline, Named { name: model.name, collection: model.collection, line, own }, schema, &mut records);
            }
        }
        for (own, schema) in &schemas {
            let is_made = models.iter().any(|it| it.schema.as_name() == Some(own.target.as_str()));
            if !is_made && stands_alone(&schemas, own, schema) {
                let name = class_name(&own.target);
                add(
                    outline,
                    Named { name: &name, collection: None, line: own.line, own: Some(own) },
                    schema,
                    &mut records,
                );
            }
        }
        records
    }
}

/// `model("Order", orderSchema, "orders")`.
struct Model<'a> {
    name: &'a str,
    schema: &'a Value,
    collection: Option<&'a str>,
    line: u32,
}

fn model(call: &Call) -> Option<Model<'_>> {
    let value = &call.value;
    let from = value.receiver.as_ref().map(Value::as_name);
    if value.callee != "model" || from.is_some_and(|from| from.is_none()) {
        return None;
    }
    let (name, schema) = (value.positional(0)?.as_text()?, value.positional(1)?);
    Some(Model { name, schema, collection: value.positional(2).and_then(Value::as_text), line: value.line })
}

/// `new Schema({ .. })`, `mongoose.Schema({ .. })`.
fn schema_call(value: &Value) -> Option<&CallValue> {
    let call = value.as_call().filter(|call| call.callee == "Schema")?;
    let from = call.receiver.as_ref().map(|from| from.as_name().map(last_part));
    (from.is_none_or(|from| from == Some("mongoose")) && record(&call.args).is_some()).then_some(call)
}

/// Whether a schema that this file makes no model of is one of documents: no part of another, and with an id.
fn stands_alone(schemas: &[(&Assignment, &CallValue)], own: &Assignment, schema: &CallValue) -> bool {
    let is_used = |other: &CallValue| other.args.iter().any(|arg| paths::mentions(&arg.value, &own.target, 0));
    own.enclosing.is_none()
        && !is_off(schema.positional(1), "_id")
        && own.target.to_lowercase().ends_with("schema")
        && !schemas.iter().any(|(_, other)| is_used(other))
}

/// `orderItemSchema` as `OrderItem`.
fn class_name(variable: &str) -> String {
    let stem = variable.get(..variable.len() - "schema".len()).filter(|stem| !stem.is_empty()).unwrap_or(variable);
    let mut letters = stem.trim_end_matches('_').chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[derive(Clone, Copy)]
struct Named<'a> {
    name: &'a str,
    collection: Option<&'a str>,
    line: u32,
    own: Option<&'a Assignment>,
}

fn add(outline: &Outline, named: Named<'_>, schema: &CallValue, records: &mut Records) {
    let options = schema.positional(1);
    let collection = named.collection.or_else(|| text(options, "collection"));
    let mut entity = Entity {
        name: named.name.to_owned(),
        table: collection.map_or_else(|| plural(&named.name.to_lowercase()), str::to_owned),
        store: ID.into(),
        system: Some("mongodb".into()),
        line: named.line,
        doc: named.own.and_then(|own| {
            outline.definitions.iter().find(|it| it.line == own.line && own.target == it.name)?.doc.clone()
        }),
        ..Entity::default()
    };
    let Some(listed) = schema.positional(0) else { return };
    let schema = named.own.map(|own| own.target.as_str());
    for path in std::iter::once(listed).chain(added(outline, schema)).flat_map(|it| paths::read(outline, it)) {
        records.relations.extend(path.relation(named.name));
        records.leads.extend(path.lead(named.name));
        entity.fields.extend(path.field);
    }
    if is_on(options, "timestamps") {
        paths::add_dates(&mut entity.fields);
    }
    if let Some(own) = named.own {
        entity.unique = unique_together(outline, &own.target);
    }
    records.entities.push(entity);
}

/// Paths that a schema gets later: `orderSchema.add({ note: String })`, `orderSchema.add(datesSchema)`.
fn added<'a>(outline: &'a Outline, schema: Option<&'a str>) -> impl Iterator<Item = &'a Value> {
    let adds = move |call: &&Call| {
        call.value.callee == "add"
            && schema.is_some()
            && call.value.receiver.as_ref().and_then(Value::as_name) == schema
    };
    outline.calls.iter().filter(adds).filter_map(|call| {
        let added = call.value.positional(0)?;
        let named = added.as_name().and_then(|name| outline.assignments.iter().find(|own| own.target == name));
        match named {
            Some(own) => schema_call(&own.value).map_or(Some(&own.value), |schema| schema.positional(0)),
            None => Some(added),
        }
    })
}

/// `Event.discriminator("Click", clickSchema)`: clicks are kept among the events.
fn variant(outline: &Outline, call: &CallValue) -> Option<Lead> {
    if call.callee != "discriminator" {
        return None;
    }
    let base = call.receiver.as_ref()?.as_name()?;
    let modelled = outline.calls.iter().filter_map(model).find(|it| it.schema.as_name() == Some(base));
    let class = match modelled {
        Some(model) => model.name.to_owned(),
        None if base.to_lowercase().ends_with("schema") => class_name(base),
        None => base.to_owned(),
    };
    let target = call.positional(1)?.as_name()?;
    let (class, property, target) = (Atom::from(&class), Atom::new(call.positional(0)?.as_text()?), Atom::new(target));
    Some(Lead { class, property, target, brings: Brings::Variant })
}

/// `orderSchema.index({ shop: 1, number: 1 }, { unique: true })`.
fn unique_together(outline: &Outline, schema: &str) -> Vec<Vec<Atom>> {
    let of_schema = outline
        .calls
        .iter()
        .map(|call| &call.value)
        .filter(|call| call.callee == "index" && call.receiver.as_ref().and_then(Value::as_name) == Some(schema));
    let lists =
        of_schema.filter(|call| is_on(call.positional(1), "unique")).filter_map(|call| match call.positional(0) {
            Some(Value::Record(entries)) => Some(entries.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()),
            _ => None,
        });
    lists.filter(|names| names.len() > 1).collect()
}

/// A reference from one document to another, or to many.
fn reference(own: &str, target: &str, via: &str, (is_many, is_unique): (bool, bool)) -> Relation {
    let cardinality = match () {
        () if is_many => Cardinality::ManyToMany,
        () if is_unique => Cardinality::OneToOne,
        () => Cardinality::OneToMany,
    };
    let (from, to) = if is_many { (own, target) } else { (target, own) };
    Relation { from: from.to_owned(), to: to.to_owned(), cardinality, via: via.to_owned() }
}
