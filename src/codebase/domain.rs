//! Business domains: the parts that the system's people would draw.

use serde::Serialize;

use super::source::RepoPath;

/// A business domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Domain {
    /// Stable id in kebab case: the page's file name.
    pub id: String,
    /// Name in the business's words.
    pub name: String,
    /// Its files, sorted.
    pub files: Vec<RepoPath>,
    /// Words that set it apart, strongest first.
    pub terms: Vec<String>,
}

/// All domains and what belongs to none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Domains {
    /// The domains, largest first, then by id.
    pub domains: Vec<Domain>,
    /// Shared infrastructure and composition roots, sorted.
    pub shared: Vec<RepoPath>,
}

impl Domains {
    /// The domain that holds `file`.
    pub fn of(&self, file: &RepoPath) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.files.binary_search(file).is_ok())
    }

    /// The domain with this id.
    pub fn get(&self, id: &str) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.id == id)
    }
}
