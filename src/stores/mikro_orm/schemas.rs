//! Entities as values: `defineEntity({ name, properties })`, `new EntitySchema({ name, properties })`.

use crate::codebase::entity::{Entity, Field, KeyKind};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Assignment, CallValue, Outline, Value, last_part};

use super::super::javascript::{is_on, named, record, text};
use super::super::naming::snake;
use super::classes::stored_as;
use super::{Kind, relation};

/// How far a chain of calls is followed.
const LINKS_MAX: usize = 16;

/// Adds the entities that values of a file describe.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for assignment in &outline.assignments {
        let call =
            assignment.value.as_call().filter(|it| matches!(it.callee.as_str(), "EntitySchema" | "defineEntity"));
        if let Some(call) = call {
            add(assignment, call, records);
        }
    }
}

fn add(assignment: &Assignment, call: &CallValue, records: &mut Records) {
    let Some(stated) = record(&call.args) else { return };
    let properties = match stated.key("properties") {
        Some(Value::Function(function)) => function.returns.as_ref(),
        other => other,
    };
    let Some(Value::Record(properties)) = properties else { return };
    let class = stated.key("class").and_then(Value::as_name).map(last_part);
    let variable = last_part(&assignment.target);
    let name = text(Some(stated), "name").or(class).unwrap_or_else(|| variable.trim_end_matches("Schema"));
    let table = text(Some(stated), "tableName").or_else(|| text(Some(stated), "collection"));
    let is_abstract = is_on(Some(stated), "abstract");
    let mut entity = Entity {
        name: name.to_owned(),
        table: table.map_or_else(|| snake(name), str::to_owned),
        store: super::ID.into(),
        line: assignment.line,
        ..Entity::default()
    };
    for (name, value) in properties {
        let said = match value {
            Value::Call(call) => chained(call),
            Value::Function(function) => match &function.returns {
                Some(Value::Call(call)) => chained(call),
                _ => None,
            },
            value => stated_property(value),
        };
        let Some(said) = said else { continue };
        if let Some((kind, target)) = &said.relation {
            let via = if *kind == Kind::ManyToMany { said.pivot.as_deref().unwrap_or(name) } else { name.as_str() };
            records.relations.push(relation(&entity.name, target, *kind, via));
            if *kind == Kind::ManyToMany {
                continue;
            }
        }
        let by_rule = if said.relation.is_some() { format!("{}_id", snake(name)) } else { snake(name) };
        let column = stored_as(name, said.column.as_deref(), &by_rule);
        let type_name = said.relation.as_ref().map_or(said.type_name.as_str(), |(_, target)| target).into();
        entity.fields.push(Field { name: name.clone(), type_name, nullable: said.nullable, key: said.key, column });
    }
    if !is_abstract {
        records.entities.push(entity);
    }
}

/// What is said of a property.
#[derive(Default)]
struct Property {
    type_name: String,
    nullable: bool,
    key: KeyKind,
    column: Option<String>,
    pivot: Option<String>,
    relation: Option<(Kind, String)>,
}

/// `p.string().nullable().unique()`, `() => p.manyToOne(User)`.
fn chained(call: &CallValue) -> Option<Property> {
    let mut links = vec![call];
    while let Some(Value::Call(before)) = links.last().and_then(|link| link.receiver.as_ref()) {
        if links.len() >= LINKS_MAX {
            break;
        }
        links.push(before);
    }
    let made = links.last()?;
    let find = |callee: &str| links.iter().find(|link| link.callee == callee);
    if find("mappedBy").is_some() || made.callee == "oneToMany" || find("persist").is_some() {
        return None;
    }
    let kind = match made.callee.as_str() {
        "manyToOne" => Some(Kind::ManyToOne),
        "oneToOne" => Some(Kind::OneToOne),
        "manyToMany" => Some(Kind::ManyToMany),
        _ => None,
    };
    let relation = kind.and_then(|kind| Some((kind, named(made.positional(0)?)?.to_string())));
    let is_primary = find("primary").is_some();
    let key = match () {
        () if is_primary => KeyKind::Primary,
        () if relation.is_some() => KeyKind::Foreign,
        () if find("unique").is_some() => KeyKind::Unique,
        () => KeyKind::None,
    };
    let argument = |callee: &str| find(callee).and_then(|link| link.positional(0)).and_then(Value::as_text);
    Some(Property {
        type_name: made.callee.to_string(),
        nullable: !is_primary && find("nullable").is_some(),
        key,
        column: argument("fieldName").or_else(|| argument("name")).map(str::to_owned),
        pivot: argument("pivotTable").map(str::to_owned),
        relation,
    })
}

/// `{ type: "string", nullable: true }`, `{ kind: "m:1", entity: () => User }`.
fn stated_property(value: &Value) -> Option<Property> {
    let stated = Some(value);
    let kind = text(stated, "kind").or_else(|| text(stated, "reference"));
    let kind = match kind {
        Some("m:1") => Some(Kind::ManyToOne),
        Some("1:1") => Some(Kind::OneToOne),
        Some("m:n") => Some(Kind::ManyToMany),
        Some("1:m") => return None,
        _ => None,
    };
    value.key("type").or(value.key("entity")).or(value.key("enum"))?;
    if value.key("mappedBy").is_some() {
        return None;
    }
    let relation = kind.and_then(|kind| Some((kind, value.key("entity").and_then(named)?.to_string())));
    let is_primary = is_on(stated, "primary");
    let key = match () {
        () if is_primary => KeyKind::Primary,
        () if relation.is_some() => KeyKind::Foreign,
        () if is_on(stated, "unique") => KeyKind::Unique,
        () => KeyKind::None,
    };
    let type_name = value.key("type").and_then(named).map(|it| it.to_string()).unwrap_or_default();
    Some(Property {
        type_name,
        nullable: !is_primary && is_on(stated, "nullable"),
        key,
        column: text(stated, "fieldName").or_else(|| text(stated, "name")).map(str::to_owned),
        pivot: text(stated, "pivotTable").map(str::to_owned),
        relation,
    })
}
