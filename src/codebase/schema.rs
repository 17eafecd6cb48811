//! Types as their JSON looks: what endpoints take and give, down to plain values.

use std::collections::BTreeMap;

use serde::Serialize;

use super::atom::Atom;
use super::evidence::Place;
use super::source::RepoPath;

/// Index of a schema in [`Schemas::list`].
pub type SchemaIndex = u32;

/// What JSON stands for a type.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Shape {
    /// Anything: the type is not known.
    #[default]
    Any,
    /// No content.
    Nothing,
    /// Text, in a format of JSON Schema (`uuid`, `date-time`), or in any.
    Text(Option<Atom>),
    /// A whole number, in a format (`int32`).
    Whole(Option<Atom>),
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// Bytes of a file.
    Binary,
    /// One of these texts.
    Literals(Vec<Atom>),
    /// A list.
    List(Box<Shape>),
    /// Values by key.
    Map(Box<Shape>),
    /// Also null.
    Nullable(Box<Shape>),
    /// One of these.
    Either(Vec<Shape>),
    /// All of these together.
    All(Vec<Shape>),
    /// A record without a name of its own.
    Record(Vec<SchemaField>),
    /// A named type.
    Named(SchemaIndex),
}

/// A member of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SchemaField {
    /// Its key in JSON.
    pub name: Atom,
    /// What it holds.
    pub shape: Shape,
    /// Whether it is always there.
    pub required: bool,
    /// What it is, in the code's words.
    pub doc: Option<String>,
}

/// A named type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Schema {
    /// Its name, which no other schema has: `OrderDto`, `PagedOfOrderDto`.
    pub name: String,
    /// What it looks like; never [`Shape::Named`] itself.
    pub shape: Shape,
    /// What it is, in the code's words.
    pub doc: Option<String>,
    /// Where it is defined.
    pub place: Place,
}

/// The types of all endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Schemas {
    /// Named types, sorted by name.
    pub list: Vec<Schema>,
    /// What a type, as a file writes it, stands for.
    #[serde(skip)]
    pub shapes: BTreeMap<(RepoPath, Atom), Shape>,
}

impl Schemas {
    /// What a type stands for that a file writes so.
    pub fn shape(&self, file: &RepoPath, type_name: &Atom) -> Option<&Shape> {
        self.shapes.get(&(file.clone(), type_name.clone()))
    }

    /// A named type.
    pub fn get(&self, index: SchemaIndex) -> Option<&Schema> {
        self.list.get(usize::try_from(index).ok()?)
    }
}
