//! Relations between entity classes, told by the side that keeps the key.

use crate::codebase::Atom;

use crate::codebase::entity::{Cardinality, Relation};
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, Value, last_part, positional};

use super::super::javascript::{fields, options, target};

/// The relations that a class keeps: its many-to-one and owning one-to-one sides, and join tables.
pub(super) fn read(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Relation> {
    let mut relations = Vec::new();
    for field in fields(outline, index) {
        let Some((kind, decorator)) = kept(field) else { continue };
        let Some(other) = target(decorator) else { continue };
        relations.push(if kind == Cardinality::ManyToMany {
            Relation { from: class.name.to_string(), to: other.to_string(), cardinality: kind, via: join_table(field) }
        } else {
            let via = columns(field).join(",");
            Relation { from: other.to_string(), to: class.name.to_string(), cardinality: kind, via }
        });
    }
    relations
}

/// Key columns of a class's relations: the field, its column, the property that may hold it, whether it may be empty.
pub(super) fn key_columns(outline: &Outline, index: DefinitionIndex) -> Vec<(&Definition, Atom, Atom, bool)> {
    let mut found = Vec::new();
    for field in fields(outline, index) {
        let Some((kind, decorator)) = kept(field) else { continue };
        if kind == Cardinality::ManyToMany {
            continue;
        }
        let required = options(decorator).and_then(|options| options.key("nullable")) == Some(&Value::Bool(false));
        let is_key = field.decorator("PrimaryColumn").is_some();
        let property = Atom::from(format!("{}Id", field.name));
        for column in columns(field) {
            found.push((field, column.into(), property.clone(), !required && !is_key));
        }
    }
    found
}

/// The relation that a field keeps the key or join table of.
fn kept(field: &Definition) -> Option<(Cardinality, &Decorator)> {
    field.decorators.iter().find_map(|decorator| match last_part(&decorator.name) {
        "ManyToOne" => Some((Cardinality::OneToMany, decorator)),
        "OneToOne" => field.decorator("JoinColumn").map(|_| (Cardinality::OneToOne, decorator)),
        "ManyToMany" => field.decorator("JoinTable").map(|_| (Cardinality::ManyToMany, decorator)),
        _ => None,
    })
}

/// The columns that keep a relation: those `@JoinColumn` names, else the field's name and `Id`.
fn columns(field: &Definition) -> Vec<String> {
    let default = || format!("{}Id", field.name);
    let Some(stated) = field.decorator("JoinColumn").and_then(|join| positional(&join.args, 0)) else {
        return vec![default()];
    };
    let named = |value: &Value| value.key("name").and_then(Value::as_text).map_or_else(default, str::to_owned);
    match stated {
        Value::List(items) => items.iter().map(named).collect(),
        value => vec![named(value)],
    }
}

/// The table between two entities where the class names it, else the field that makes it.
fn join_table(field: &Definition) -> String {
    let options = field.decorator("JoinTable").and_then(|join| positional(&join.args, 0));
    let named = options.and_then(|options| options.key("name").and_then(Value::as_text).or_else(|| options.as_text()));
    named.unwrap_or(&field.name).to_owned()
}
