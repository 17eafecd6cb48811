//! Models that calls make: `Order.init({ .. }, { .. })`, `sequelize.define("order", { .. })`.

use crate::codebase::Atom;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Call, CallValue, Outline, SymbolKind, Value};

use super::super::javascript::{is_off, is_on, named, text};
use super::super::naming::{plural, snake};
use super::type_name;

/// Adds the models that a file makes.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for call in &outline.calls {
        let Some(model) = model(outline, call) else { continue };
        let Some(Value::Record(attributes)) = attributes(outline, model.attributes) else { continue };
        let options = model.options;
        let stated = text(options, "tableName").map(str::to_owned);
        let singular = text(options, "modelName").unwrap_or(&model.name).to_owned();
        let keeps_name = is_on(options, "freezeTableName");
        let by_rule = || if keeps_name { singular.clone() } else { plural(&singular) };
        let underscored = is_on(options, "underscored");
        let by_rule = || if underscored { snake(&by_rule()) } else { by_rule() };
        let mut entity = Entity {
            table: stated.unwrap_or_else(by_rule),
            name: model.name,
            store: super::ID.into(),
            line: model.line,
            doc: model.doc,
            ..Entity::default()
        };
        for (name, value) in attributes {
            let (field, target, is_unique) = attribute(name, value, underscored);
            if field.type_name == super::NO_COLUMN {
                continue;
            }
            if let Some(target) = target {
                let cardinality = if is_unique { Cardinality::OneToOne } else { Cardinality::OneToMany };
                let (to, via) = (entity.name.clone(), name.to_string());
                records.relations.push(Relation { from: target, to, cardinality, via });
            }
            entity.fields.push(field);
        }
        entity.fields.extend(stamps(options).filter(|stamp| attributes.iter().all(|(own, _)| *own != stamp.name)));
        entity.unique = unique_together(options);
        records.entities.push(entity);
    }
}

/// A call that makes a model.
struct Model<'a> {
    name: String,
    attributes: &'a Value,
    options: Option<&'a Value>,
    line: u32,
    doc: Option<String>,
}

fn model<'a>(outline: &'a Outline, call: &'a Call) -> Option<Model<'a>> {
    let value: &CallValue = &call.value;
    if value.callee == "define" {
        let name = value.positional(0)?.as_text()?.to_owned();
        let from = value.receiver.as_ref()?.as_name()?.to_lowercase();
        if !from.ends_with("sequelize") && !matches!(from.as_str(), "db" | "database" | "connection") {
            return None;
        }
        let (attributes, options) = (value.positional(1)?, value.positional(2));
        return Some(Model { name, attributes, options, line: value.line, doc: None });
    }
    let on = value.receiver.as_ref().and_then(Value::as_name)?;
    let (attributes, options) = (value.positional(0)?, value.positional(1));
    if value.callee != "init" || !matches!(options, Some(Value::Record(entries)) if !entries.is_empty()) {
        return None;
    }
    // `super.init(..)` and `this.init(..)` speak of the class around them.
    let name = if matches!(on, "super" | "this") {
        let mut around = call.enclosing;
        let mut found = None;
        while let Some(definition) = around.and_then(|index| outline.definition(index)) {
            if definition.kind == SymbolKind::Class {
                found = Some(definition.name.to_string());
                break;
            }
            around = definition.parent;
        }
        found?
    } else {
        on.to_owned()
    };
    let class = outline.definitions.iter().find(|it| it.kind == SymbolKind::Class && it.name == name.as_str());
    let (line, doc) = class.map_or((value.line, None), |class| (class.line, class.doc.clone()));
    Some(Model { name, attributes, options, line, doc })
}

/// Attributes as they stand in the call, or in a variable of the file.
fn attributes<'a>(outline: &'a Outline, value: &'a Value) -> Option<&'a Value> {
    match value {
        Value::Name(name) => outline.assignments.iter().find(|own| own.target == name.as_str()).map(|own| &own.value),
        value => Some(value),
    }
}

/// An attribute as a field, the model or table that it refers to, and whether no two rows share its value.
fn attribute(name: &Atom, value: &Value, underscored: bool) -> (Field, Option<String>, bool) {
    let options = value.key("type").map(|_| value);
    let typed = options.and_then(|options| options.key("type")).unwrap_or(value);
    let is_primary = is_on(options, "primaryKey");
    let refers = options.and_then(|options| options.key("references")).and_then(|it| it.key("model"));
    let target = refers.and_then(|model| model.key("tableName").and_then(named).or_else(|| named(model)));
    let unique = options.and_then(|options| options.key("unique"));
    let is_unique = matches!(unique, Some(Value::Bool(true) | Value::Record(_)));
    let key = match () {
        () if is_primary => KeyKind::Primary,
        () if target.is_some() => KeyKind::Foreign,
        () if is_unique => KeyKind::Unique,
        () => KeyKind::None,
    };
    let by_rule = || Some(snake(name)).filter(|column| underscored && name != column);
    let column = text(options, "field").map(str::to_owned).or_else(by_rule).filter(|column| name != column);
    let field = Field {
        name: name.clone(),
        type_name: type_name(typed).unwrap_or_default().into(),
        nullable: !is_primary && !is_off(options, "allowNull"),
        key,
        column: column.map(Atom::from),
    };
    (field, target.map(|target| target.to_string()), is_unique)
}

/// The dates that Sequelize keeps by itself, unless it is told not to, or by which name.
pub(super) fn stamps(options: Option<&Value>) -> impl Iterator<Item = Field> {
    let is_kept = !is_off(options, "timestamps");
    let is_soft = is_on(options, "paranoid");
    let all = [("createdAt", is_kept), ("updatedAt", is_kept), ("deletedAt", is_kept && is_soft)];
    let named = all.map(|(name, is_kept)| {
        let stated = text(options, name).unwrap_or(name).to_owned();
        (stated, is_kept && !is_off(options, name), name == "deletedAt")
    });
    let kept = named.into_iter().filter(|(_, is_kept, _)| *is_kept);
    kept.map(|(name, _, nullable)| Field { name: name.into(), type_name: "DATE".into(), nullable, ..Field::default() })
}

/// `indexes: [{ unique: true, fields: ["a", "b"] }]`.
fn unique_together(options: Option<&Value>) -> Vec<Vec<Atom>> {
    let Some(Value::List(indexes)) = options.and_then(|options| options.key("indexes")) else { return Vec::new() };
    let of = |index: &Value| match index.key("fields") {
        Some(Value::List(items)) if is_on(Some(index), "unique") && index.key("where").is_none() => {
            let names: Vec<Atom> = items.iter().filter_map(Value::as_text).map(Atom::new).collect();
            (names.len() > 1).then_some(names)
        }
        _ => None,
    };
    indexes.iter().filter_map(of).collect()
}
