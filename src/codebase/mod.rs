//! The nouns of docagent: what a repository is made of, once it has been read.
//!
//! Nothing here does I/O, awaits, or knows tree-sitter: these are values that the other folders
//! produce (`languages`, `frameworks`, `stores`, `externals`), link (`analysis`), and show
//! (`agents`, `output`). Everything is sorted, so that equal repositories give equal bytes.

mod atom;
pub mod citation;
pub mod domain;
pub mod endpoint;
pub mod entity;
pub mod evidence;
pub mod external;
pub mod facts;
pub mod graph;
pub mod message;
pub mod outline;
pub mod pins;
pub mod redact;
pub mod routing;
pub mod schema;
pub mod sharing;
pub mod source;
pub mod system_rule;

use serde::Serialize;

pub use atom::Atom;
pub use citation::FactId;
pub use domain::{Domain, Domains, KeptDomains};
pub use endpoint::{Auth, Endpoint, EndpointKind};
pub use entity::{Entity, Field, KeyKind, Relation};
pub use evidence::{Evidence, EvidenceKind, Lines, Place};
pub use external::{Confidence, ExternalSystem, Requirement, Scope};
pub use facts::Facts;
pub use graph::{Dependency, DependencyGraph, DependencyKind};
pub use message::{Channel, Flow, Job, Party};
pub use source::{Component, ComponentKind, LanguageId, RepoPath, Role, Snapshot, SourceFile};

/// A whole repository, read and linked: the one value that pages, agents and JSON are made from.
#[derive(Debug, Default, Serialize)]
pub struct Codebase {
    /// Name of the system: the repository's folder, or the name its remote gives it.
    pub name: String,
    /// Commit that was read, if the root is in a git repository.
    pub revision: Option<String>,
    /// Web address of the repository, if its remote has one.
    pub web_url: Option<String>,
    /// What the repository says of itself, in its own words.
    pub about: source::About,
    /// Every file that was listed and not skipped, sorted by path.
    pub files: Vec<SourceFile>,
    /// What was left out and why, sorted by reason.
    pub skipped: Vec<source::Skipped>,
    /// Projects, sorted by path.
    pub components: Vec<Component>,
    /// Facts of each file, in the order of `files`; empty for files that are no source code.
    #[serde(skip)]
    pub facts: Vec<Facts>,
    /// Resolved dependencies between files.
    #[serde(skip)]
    pub graph: DependencyGraph,
    /// Business domains and shared code.
    pub domains: Domains,
    /// What the next run goes on from.
    #[serde(skip)]
    pub kept_domains: KeptDomains,
    /// Endpoints, sorted by app, path and method.
    pub endpoints: Vec<Endpoint>,
    /// Descriptions of APIs that the repository holds, beside what the code answers; sorted by file.
    pub comparisons: Vec<endpoint::Comparison>,
    /// The types of what endpoints take and give.
    #[serde(skip)]
    pub schemas: schema::Schemas,
    /// External systems, sorted by category and name.
    pub externals: Vec<ExternalSystem>,
    /// Stored records, sorted by name.
    pub entities: Vec<Entity>,
    /// Relations between entities, sorted.
    pub relations: Vec<Relation>,
    /// What carries messages, sorted by id.
    pub channels: Vec<Channel>,
    /// What runs by the clock or beside its host, sorted by id.
    pub jobs: Vec<Job>,
    /// What happens after a message came or a clock struck, sorted by id.
    pub flows: Vec<Flow>,
}

impl Codebase {
    /// Index in `files` (and `facts`) of the file at `path`.
    pub fn file_index(&self, path: &RepoPath) -> Option<usize> {
        self.files.binary_search_by(|file| file.path.cmp(path)).ok()
    }

    /// The component with this id.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.id == id)
    }
}
