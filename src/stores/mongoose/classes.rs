//! Classes that stand for schemas: Nest's `@Schema()` with `@Prop()`, Typegoose's `@prop()`.

use crate::codebase::Atom;
use crate::codebase::entity::{Brings, Entity, Field, KeyKind, Lead};
use crate::codebase::facts::Records;
use crate::codebase::outline::{
    CallValue, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, positional,
};

use super::super::javascript::{bare, fields, held, is_off, is_on, named, options, text};
use super::super::naming::plural;
use super::paths;

/// Adds the documents that classes of a file stand for, and classes whose fields they may inherit.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
        let kept: Vec<(&Definition, &Decorator)> = fields(outline, index)
            .filter_map(|field| Some((field, field.decorator("Prop").or_else(|| field.decorator("prop"))?)))
            .collect();
        let schema = class.decorator("Schema");
        if !kept.is_empty() || schema.is_some() {
            add(outline, (index, class), &kept, records);
        }
    }
    for call in outline.calls.iter().map(|call| &call.value) {
        match call.callee.as_str() {
            "forFeature" => register(call, records),
            "getModelForClass" => {
                records
                    .mentions
                    .extend(call.positional(0).and_then(Value::as_name).map(|name| (name.to_owned(), None)));
            }
            _ => {}
        }
    }
}

/// The classes that a module of Nest makes models of: `forFeature([{ name: Event.name, schema: EventSchema }])`.
fn register(call: &CallValue, records: &mut Records) {
    let listed = |value: Option<&Value>| match value {
        Some(Value::List(items)) => items.to_vec(),
        _ => Vec::new(),
    };
    for model in listed(call.positional(0)) {
        let Some(class) = model.key("name").and_then(named) else { continue };
        for variant in listed(model.key("discriminators")) {
            let Some(target) = variant.key("name").and_then(named) else { continue };
            let (class, property) = (class.clone(), target.clone());
            records.leads.push(Lead { class, property, target, brings: Brings::Variant });
        }
        records.mentions.push((class.to_string(), None));
    }
}

fn add(
    outline: &Outline,
    (_, class): (DefinitionIndex, &Definition),
    kept: &[(&Definition, &Decorator)],
    records: &mut Records,
) {
    let decorator = class.decorator("Schema").or_else(|| class.decorator("modelOptions"));
    let stated = decorator.and_then(options);
    // Typegoose keeps what concerns the schema apart.
    let stated = stated.and_then(|it| it.key("schemaOptions")).or(stated);
    let is_schema = class.decorator("Schema").is_some() && !is_off(stated, "_id");
    let is_stored = is_schema || has_model(outline, &class.name);
    let table = || text(stated, "collection").map_or_else(|| plural(&class.name.to_lowercase()), str::to_owned);
    let mut entity = Entity {
        name: class.name.to_string(),
        table: if is_stored { table() } else { String::new() },
        store: super::ID.into(),
        system: Some("mongodb".into()),
        line: class.line,
        doc: class.doc.clone(),
        ..Entity::default()
    };
    for (field, decorator) in kept {
        let (own, target) = property(field, decorator);
        if let Some((target, is_many)) = target {
            let ways = (is_many, is_on(options(decorator), "unique"));
            records.relations.push(super::reference(&class.name, &target, &field.name, ways));
        } else if let Some((target, is_list)) = kept_within(field, decorator) {
            let (class, property) = (class.name.clone(), field.name.clone());
            records.leads.push(Lead { class, property, target, brings: paths::within(is_list) });
        }
        entity.fields.push(own);
    }
    if is_on(stated, "timestamps") {
        paths::add_dates(&mut entity.fields);
    }
    records.entities.push(entity);
}

/// The class whose records a property keeps within its own, and whether it is a list of them.
fn kept_within(field: &Definition, decorator: &Decorator) -> Option<(Atom, bool)> {
    let first = positional(&decorator.args, 0);
    let stated = first.filter(|it| !matches!(it, Value::Record(_))).or_else(|| options(decorator)?.key("type"));
    let (stated, is_list) = match stated {
        Some(Value::List(items)) => (Some(items.first()?), true),
        stated => (stated, false),
    };
    let declared = field.type_name.as_deref().map(held).filter(|name| !paths::is_plain(name) && !name.is_empty());
    let stated = match stated {
        Some(value) => Some(named(value).filter(|name| value.as_name() != Some(name) || !paths::is_plain(name))?),
        None => None,
    };
    let class = stated.map(|name| Atom::new(name.strip_suffix("Schema").unwrap_or(&name)));
    // A variable of a schema may be called otherwise than the class that is declared.
    Some((declared.map(Atom::new).or(class)?, is_list)).filter(|(name, _)| !paths::is_plain(name))
}

/// Whether the file makes a model of a class: `getModelForClass(User)`.
fn has_model(outline: &Outline, class: &str) -> bool {
    outline.calls.iter().map(|call| &call.value).any(|call| {
        matches!(call.callee.as_str(), "getModelForClass" | "createForClass" | "getDiscriminatorModelForClass")
            && call.callee != "createForClass"
            && call.positional(0).and_then(Value::as_name) == Some(class)
    })
}

/// A property as a field, with the document that it refers to and whether to many.
fn property(field: &Definition, decorator: &Decorator) -> (Field, Option<(Atom, bool)>) {
    let stated = options(decorator);
    let (declared, is_optional) = bare(field.type_name.as_deref().unwrap_or_default());
    // `@Prop([{ type: ObjectId, ref: "Tag" }])` and `@Prop({ type: [{ type: ObjectId, ref: "Tag" }] })`.
    let listed = match positional(&decorator.args, 0) {
        Some(Value::List(items)) => items.first(),
        _ => match stated.and_then(|it| it.key("type")) {
            Some(Value::List(items)) => items.first(),
            _ => None,
        },
    };
    let is_list = listed.is_some() || declared.ends_with("[]") || declared.starts_with("Array<");
    let refers = |options: Option<&Value>| options.and_then(|it| it.key("ref")).and_then(named);
    let target = refers(stated).or_else(|| refers(listed));
    let is_unique = is_on(stated, "unique");
    let key = match () {
        () if field.name == "_id" => KeyKind::Primary,
        () if target.is_some() => KeyKind::Foreign,
        () if is_unique => KeyKind::Unique,
        () => KeyKind::None,
    };
    let type_name = match stated.and_then(|it| it.key("type")) {
        _ if !declared.is_empty() => declared,
        Some(value) => paths::type_name(value),
        None => String::new(),
    };
    let nullable = (is_optional || !paths::is_required(stated)) && key != KeyKind::Primary && !is_list;
    let own = Field { name: field.name.clone(), type_name: type_name.into(), nullable, key, column: None };
    (own, target.map(|target| (target, is_list)))
}
