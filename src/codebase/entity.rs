//! What the system keeps: stored records, their fields and relations.

use super::atom::Atom;
use serde::{Deserialize, Serialize};

use super::source::RepoPath;

/// A stored record: a table, collection or document type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    /// Stable id: the name, made unique by its folder where names clash.
    pub id: String,
    /// Name of its class or model.
    pub name: String,
    /// Table or collection, as declared or by the store's convention.
    pub table: String,
    /// Store or ORM id: `efcore`, `sqlalchemy`, `prisma` ...
    pub store: Atom,
    /// The file that declares it.
    pub file: RepoPath,
    /// The line of its name.
    pub line: u32,
    /// Id of the domain that owns it.
    pub domain: Option<String>,
    /// Its fields, in declared order.
    pub fields: Vec<Field>,
    /// Fields that are unique only together, each list in declared order.
    pub unique: Vec<Vec<Atom>>,
    /// Id of the external system that keeps it, where that is known: `postgresql`.
    pub system: Option<Atom>,
    /// What its doc comment says.
    pub doc: Option<String>,
}

/// A field of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: Atom,
    /// Its type, as written.
    #[serde(rename = "type")]
    pub type_name: Atom,
    /// Whether it may be empty.
    pub nullable: bool,
    /// Which key it is.
    pub key: KeyKind,
    /// What the store calls it, where that is another name.
    pub column: Option<Atom>,
}

/// One step of a script that builds a database: tables come, change and go in the order of the scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableChange {
    /// A table, if there is none of its name yet.
    Create(Box<Entity>),
    /// A table is gone.
    Drop(String),
    /// A table has another name from now on.
    Rename(String, String),
    /// A column is there from now on.
    AddColumn(String, Field),
    /// A column is gone.
    DropColumn(String, Atom),
    /// A column has another name from now on.
    RenameColumn(String, Atom, Atom),
    /// Columns are a key from now on.
    Key(String, Vec<Atom>, KeyKind),
    /// Columns point to another table.
    Reference(String, Vec<Atom>, String),
    /// Whether a column may be empty.
    Nullable(String, Atom, bool),
    /// A column has another type from now on.
    Type(String, Atom, Atom),
    /// A table has the columns that a helper of this name gives it.
    Borrow(String, Atom),
}

/// What code rules on a record that its class does not show. A record is called by its name, a part of it or what it
/// leads to by the property too: `Order.Address`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ruling {
    /// Whether a field may be empty.
    Nullable(String, Atom, bool),
    /// A property that is not kept.
    Unkept(String, Atom),
    /// A class that is not stored.
    Unstored(String),
    /// Classes that derive from it have tables of their own, with what they add and its key.
    TablePerType(String),
    /// Classes that derive from it have tables of their own, with all its columns.
    TablePerConcreteType(String),
    /// A field tells which class a row is of.
    Discriminated(String),
    /// The property of the other class that leads back where this one leads from.
    Inverse(String, Atom, Atom),
    /// What a property leads to is joined by a table that is told by itself.
    JoinTable(String, Atom),
}

impl Ruling {
    /// The record that it speaks of.
    pub fn record(&self) -> &str {
        match self {
            Self::Nullable(record, ..)
            | Self::Unkept(record, _)
            | Self::Unstored(record)
            | Self::TablePerType(record)
            | Self::TablePerConcreteType(record)
            | Self::Discriminated(record)
            | Self::Inverse(record, ..)
            | Self::JoinTable(record, ..) => record,
        }
    }
}

/// Which key a field is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// Of the primary key.
    Primary,
    /// Points to another entity.
    Foreign,
    /// Unique.
    Unique,
    /// No key.
    #[default]
    None,
}

/// A property whose columns depend on another record. Among the fields of its class stands one of its name, until the
/// other is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    /// The class that has it.
    pub class: Atom,
    /// Its name.
    pub property: Atom,
    /// The class that it leads to, as the file calls it.
    pub target: Atom,
    /// What of the other stands here.
    pub brings: Brings,
}

/// What of another record stands in the one that leads to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Brings {
    /// All columns, with this before their names.
    Columns {
        /// Empty for none.
        prefix: Atom,
    },
    /// Only what it refers to: a list of others is kept within.
    Relations,
    /// All columns, of records that are kept among those of the class; no field stands for them.
    Variant,
    /// A key, in columns named after property and key.
    Key {
        /// The properties of the other that are its key, if not the primary one.
        of: Vec<Atom>,
    },
}

/// A relation between two entities.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Relation {
    /// Id (in facts: name) of the entity on the "one" or owning side.
    pub from: String,
    /// Id (in facts: name) of the other entity.
    pub to: String,
    /// How many to how many.
    pub cardinality: Cardinality,
    /// The field or join table that makes it.
    pub via: String,
}

/// How many to how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cardinality {
    /// One to one.
    #[serde(rename = "one-to-one")]
    OneToOne,
    /// One to many.
    #[serde(rename = "one-to-many")]
    OneToMany,
    /// Many to many.
    #[serde(rename = "many-to-many")]
    ManyToMany,
}
