//! Everything that is known of one file by itself: a pure function of its bytes.

use serde::{Deserialize, Serialize};

use super::atom::Atom;
use super::endpoint::Description;
use super::entity::{Entity, Field, Lead, Relation, Ruling, TableChange};
use super::external::{Sighting, Template};
use super::message::Messages;
use super::outline::Outline;
use super::routing::Routing;

/// One file's facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Definitions, imports, references, calls.
    pub outline: Outline,
    /// Routers, mounts and routes.
    pub routing: Routing,
    /// Stored records as this file declares them.
    pub records: Records,
    /// Places that publish and consume, and what runs by the clock.
    pub messages: Messages,
    /// Lines that point to external systems.
    pub sightings: Vec<Sighting>,
    /// What the file takes in as an infrastructure template, if it is one.
    pub template: Option<Box<Template>>,
    /// The API that the file describes, if that is what it is for.
    pub description: Option<Box<Description>>,
}

/// Stored records that one file declares, by name; `analysis` joins base types and relations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Records {
    /// Entities; `id`, `file` and `domain` are filled in by `analysis`. Several of one name say different things of the
    /// same record and are to be merged. One without a table is a class that may be stored: it counts only where
    /// `mentions` of some file or another entity of its name makes it one; its base classes add their fields.
    pub entities: Vec<Entity>,
    /// Classes that are stored if a base class of theirs is, which only the linked code can tell.
    pub derived: Vec<Entity>,
    /// Records that a package brings with a context of this file. They count only where no model tells the record whole.
    pub implied: Vec<Entity>,
    /// Relations between entities: by the names that this file calls them, by table, or by a name that a folder
    /// qualifies (`shop.Order`).
    pub relations: Vec<Relation>,
    /// Properties whose columns depend on other classes.
    pub leads: Vec<Lead>,
    /// Whether the file sets up its store so that columns are called in snake case.
    pub has_snake_columns: bool,
    /// What a script does to tables, in its order.
    pub changes: Vec<TableChange>,
    /// Where this script stands among others, where it says so.
    pub version: Option<u64>,
    /// Columns that helpers give to the tables of scripts, by the helper's name.
    pub shared_columns: Vec<(Atom, Vec<Field>)>,
    /// Names of classes that some other file's context makes entities (EF Core's `DbSet<Order>`), with the table
    /// name where it says one.
    pub mentions: Vec<(String, Option<String>)>,
    /// What configuration and attributes rule on records, here or elsewhere.
    pub rulings: Vec<Ruling>,
    /// Whether types of this file say that they may be empty only if its project has them to.
    pub unmarked: bool,
}
