//! External systems: the rule table (TOML data, one file a category) and the matcher of evidence.

use crate::codebase::external::Sighting;
use crate::codebase::outline::Outline;
use crate::codebase::{Component, ExternalSystem, Facts, LanguageId, RepoPath, SourceFile};

/// Lines of one source file that point to external systems: imports, calls, environment reads, URL literals.
pub fn sightings_in_code(_path: &RepoPath, _language: &LanguageId, _outline: &Outline) -> Vec<Sighting> {
    Vec::new()
}

/// Lines of one configuration, compose, infrastructure or schema file that point to external systems.
pub fn sightings_in_config(_path: &RepoPath, _language: &LanguageId, _text: &str) -> Vec<Sighting> {
    Vec::new()
}

/// Judges all sightings and declared packages together: which systems there are, how sure, who uses them.
pub fn judge(_files: &[SourceFile], _facts: &[Facts], _components: &[Component]) -> Vec<ExternalSystem> {
    Vec::new()
}
