//! Relations between entity classes, told by the side that keeps the key.

use crate::codebase::Atom;

use crate::codebase::entity::{Cardinality, Relation};
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, Value, last_part, positional};

use super::super::javascript::{fields, is_off, options, target, text};

/// Decorators of properties that may keep a key.
pub(super) const KEPT: &[&str] = &["ManyToOne", "OneToOne", "TreeParent"];

/// How a property keeps which record it leads to.
pub(super) struct Key {
    pub(super) property: Atom,
    pub(super) columns: KeyColumns,
    pub(super) nullable: bool,
    pub(super) is_primary: bool,
}

/// The columns of a key.
pub(super) enum KeyColumns {
    /// As the class names them.
    Named(Vec<Atom>),
    /// Named after the properties that are the key of this other class: its primary key, if none is said.
    OfOther(Atom, Vec<Atom>),
}

/// The relations that a class keeps: its many-to-one and owning one-to-one sides, and join tables. One whose columns
/// another class tells goes by its property.
pub(super) fn read(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Relation> {
    let mut relations = Vec::new();
    for field in fields(outline, index) {
        if let Some(other) = field.decorator("ForeignKey").and_then(target) {
            let column = field.decorator("Column").and_then(options).and_then(|it| text(Some(it), "name"));
            let (from, to) = (other.to_string(), class.name.to_string());
            let via = column.unwrap_or(&field.name).to_owned();
            relations.push(Relation { from, to, cardinality: Cardinality::OneToMany, via });
        }
        let Some((kind, decorator)) = kept(field) else { continue };
        let Some(other) = other(class, decorator) else { continue };
        let (own, other) = (class.name.to_string(), other.to_string());
        relations.push(if kind == Cardinality::ManyToMany {
            Relation { from: own, to: other, cardinality: kind, via: join_table(field) }
        } else {
            let via = match join_columns(field) {
                Ok(names) => names.iter().map(Atom::as_str).collect::<Vec<_>>().join(","),
                Err(_) => field.name.to_string(),
            };
            Relation { from: other, to: own, cardinality: kind, via }
        });
    }
    relations
}

/// The keys that a class's properties keep.
pub(super) fn keys(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Key> {
    let keep = |field: &Definition| {
        let (_, decorator) = kept(field).filter(|(kind, _)| *kind != Cardinality::ManyToMany)?;
        let columns = match join_columns(field) {
            Ok(names) => KeyColumns::Named(names),
            Err(of) => KeyColumns::OfOther(other(class, decorator)?, of),
        };
        let is_primary = field.decorator("PrimaryColumn").is_some();
        let nullable = !is_off(options(decorator), "nullable") && !is_primary;
        Some(Key { property: field.name.clone(), columns, nullable, is_primary })
    };
    fields(outline, index).filter_map(keep).collect()
}

/// The relation that a field keeps the key or join table of.
fn kept(field: &Definition) -> Option<(Cardinality, &Decorator)> {
    field.decorators.iter().find_map(|decorator| match last_part(&decorator.name) {
        "ManyToOne" | "TreeParent" => Some((Cardinality::OneToMany, decorator)),
        "OneToOne" => field.decorator("JoinColumn").map(|_| (Cardinality::OneToOne, decorator)),
        "ManyToMany" => field.decorator("JoinTable").map(|_| (Cardinality::ManyToMany, decorator)),
        _ => None,
    })
}

/// The class that a relation leads to: a tree's parent is of its own class.
fn other(class: &Definition, decorator: &Decorator) -> Option<Atom> {
    target(decorator).or_else(|| (last_part(&decorator.name) == "TreeParent").then(|| class.name.clone()))
}

fn join_columns(field: &Definition) -> Result<Vec<Atom>, Vec<Atom>> {
    named_columns(field.decorator("JoinColumn").and_then(|join| positional(&join.args, 0)))
}

/// The columns that options of a join name; if none, the properties of the other class that it says to be the key.
pub(super) fn named_columns(stated: Option<&Value>) -> Result<Vec<Atom>, Vec<Atom>> {
    let parts = match stated {
        Some(Value::List(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let says = |key: &str| parts.iter().filter_map(|it| text(Some(it), key)).map(Atom::new).collect::<Vec<_>>();
    let names = says("name");
    if names.is_empty() { Err(says("referencedColumnName")) } else { Ok(names) }
}

/// The table between two entities where the class names it, else the field that makes it.
fn join_table(field: &Definition) -> String {
    let options = field.decorator("JoinTable").and_then(|join| positional(&join.args, 0));
    let named = options.and_then(|options| text(Some(options), "name").or_else(|| options.as_text()));
    named.unwrap_or(&field.name).to_owned()
}
