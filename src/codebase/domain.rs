//! Business domains: the parts that the system's people would draw.

use std::collections::BTreeMap;

use serde::Serialize;

use super::outline::Outline;
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
    /// What a large domain falls into, the largest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
}

impl Domain {
    /// The part that holds `file`.
    pub fn part_of(&self, file: &RepoPath) -> Option<&Part> {
        self.parts.iter().find(|part| part.files.binary_search(file).is_ok())
    }
}

/// A part of a large domain: the second level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Stable id in kebab case, unique in its domain.
    pub id: String,
    /// Name in the business's words, unique in its domain.
    pub name: String,
    /// Its files, sorted.
    pub files: Vec<RepoPath>,
    /// Words that set it apart from the rest of its domain, strongest first.
    pub terms: Vec<String>,
}

/// All domains and what belongs to none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Domains {
    /// The domains: those that the configuration puts in order, then the largest first, then by id.
    pub domains: Vec<Domain>,
    /// Shared infrastructure and composition roots, sorted.
    pub shared: Vec<RepoPath>,
    /// Why each shared file is in no domain.
    pub reasons: BTreeMap<RepoPath, String>,
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

/// Files of an earlier run, each with the [`mark`] of what it defined.
pub type KeptFiles = BTreeMap<RepoPath, String>;

/// A domain as an earlier run found it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptDomain {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its files.
    pub files: KeptFiles,
    /// Names of the parts that files were in.
    pub parts: BTreeMap<RepoPath, String>,
}

/// Where each file was put by an earlier run, before the rules of the configuration: what the next run goes on from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptDomains {
    /// The domains, by id.
    pub domains: Vec<KeptDomain>,
    /// Files of no domain.
    pub shared: KeptFiles,
}

impl KeptDomains {
    /// Whether nothing was kept.
    pub fn is_empty(&self) -> bool {
        self.domains.is_empty() && self.shared.is_empty()
    }
}

/// A short mark of the names that a file defines: it tells a renamed file from a new one, and a changed file from one
/// that was only reformatted. Empty for a file that defines nothing.
pub fn mark(outline: &Outline) -> String {
    let mut names: Vec<&str> = outline.definitions.iter().map(|definition| &*definition.name).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return String::new();
    }
    let mut hasher = blake3::Hasher::new();
    for name in names {
        hasher.update(name.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().chars().take(8).collect()
}

/// Why a file is in its domain, or in none.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Explanation {
    /// The file.
    pub file: RepoPath,
    /// Id of its domain.
    pub domain: Option<String>,
    /// Whether domains are drawn by it; a test or a view is put beside what it is about afterwards.
    pub shapes: bool,
    /// What speaks for its place, the strongest of each kind first.
    pub reasons: Vec<Reason>,
    /// How well it fits the domains, best first.
    pub fits: Vec<Fit>,
}

/// One thing that speaks for a file's place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// What sort of thing.
    pub kind: ReasonKind,
    /// The thing, in words.
    pub detail: String,
    /// Its share of all that its kind says, from 0 to 1.
    pub share: f64,
}

impl Reason {
    /// Why a file is in no domain.
    pub fn shared(why: &str) -> Self {
        Self { kind: ReasonKind::Shared, detail: why.to_owned(), share: 1.0 }
    }
}

/// What speaks for a file's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasonKind {
    /// It belongs to no domain.
    Shared,
    /// A file of the domain that it uses, or that uses it.
    Dependency,
    /// A word of its names and folders.
    Word,
    /// The files that lie beside it.
    Folder,
    /// It lies in a folder that is a module of its own.
    Module,
}

/// How well a file fits a domain: each from 0 to 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Fit {
    /// The domain's id.
    pub domain: String,
    /// Share of the file's dependencies, weighed, that run there.
    pub dependencies: f64,
    /// Likeness of its words to the domain's.
    pub words: f64,
    /// Share of its folder's files that are there.
    pub folder: f64,
}

impl Fit {
    /// All signs together, as they count when a file is put somewhere.
    pub fn total(&self) -> f64 {
        self.dependencies + self.words + 0.5 * self.folder
    }
}
