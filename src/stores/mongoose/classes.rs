//! Classes that stand for schemas: Nest's `@Schema()` with `@Prop()`, Typegoose's `@prop()`.

use crate::codebase::Atom;
use crate::codebase::entity::{Entity, Field, KeyKind};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, positional};

use super::super::javascript::{bare, fields, is_off, is_on, named, options, text};
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
        }
        entity.fields.push(own);
    }
    if is_on(stated, "timestamps") {
        entity.fields.extend(["createdAt", "updatedAt"].map(paths::date));
    }
    records.entities.push(entity);
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
