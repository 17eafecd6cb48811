//! External systems: the rule table (TOML data, one file a category) and the matcher of evidence.
//!
//! One file is read at a time ([`sightings_in_code`], [`sightings_in_config`]); [`judge`] then weighs all sightings
//! and declared packages together. To add a system, add an entry to a file of `rules/`.

mod app_host;
mod code;
mod config;
mod environment;
mod hosts;
mod images;
mod judge;
mod literals;
mod overlay;
mod places;
mod redaction;
mod rules;
mod sightings;
mod table;
mod values;

use crate::codebase::external::{Sighting, Template};
use crate::codebase::outline::Outline;
use crate::codebase::{Component, ExternalSystem, Facts, LanguageId, RepoPath, SourceFile};

use sightings::Found;
use table::Family;

pub use table::Table;

/// Lines of one source file that point to external systems: imports, calls, environment reads, URL literals.
///
/// `text` is looked into only for the exact line of a key or value that the outline has without one.
pub fn sightings_in_code(
    table: &Table,
    path: &RepoPath,
    language: &LanguageId,
    outline: &Outline,
    text: &str,
) -> Vec<Sighting> {
    let Some(family) = Family::of(language.as_str()) else { return Vec::new() };
    let mut found = Found::new(table, path);
    config::read_name(table, path, text, &mut found);
    code::read(table, family, outline, text, &mut found);
    if family == Family::CSharp {
        app_host::wire(outline, &mut found);
    }
    found.finish()
}

/// Lines of one configuration, compose, infrastructure or schema file that point to external systems.
pub fn sightings_in_config(table: &Table, path: &RepoPath, text: &str) -> Vec<Sighting> {
    let mut found = Found::new(table, path);
    config::read(table, path, text, &mut found);
    found.finish()
}

/// What a bicep file, or a file of parameters for one, takes in.
pub fn template(path: &RepoPath, text: &str) -> Option<Template> {
    config::template(path, text)
}

/// Judges all sightings and declared packages together: which systems there are, how sure, who uses them.
pub fn judge(table: &Table, files: &[SourceFile], facts: &[Facts], components: &[Component]) -> Vec<ExternalSystem> {
    judge::judge(table, files, facts, components)
}
