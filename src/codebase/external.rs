//! What the system talks to that is not itself: databases, clouds, queues, other people's APIs.

use super::atom::Atom;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::source::RepoPath;

/// A system outside this code, reached over a socket (or an embedded store such as `SQLite`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExternalSystem {
    /// Stable id: OpenTelemetry's name where it has one, else `vendor.service`.
    pub id: Atom,
    /// Name as its maker spells it.
    pub name: String,
    /// `database`, `cache`, `queue`, `storage`, `identity`, `email`, `payment` ...
    pub category: Atom,
    /// Who makes or runs it.
    pub vendor: Option<String>,
    /// When it is used.
    pub scope: Scope,
    /// Whether the system works without it.
    pub requirement: Requirement,
    /// Who calls whom.
    pub direction: Direction,
    /// How sure the evidence makes us.
    pub confidence: Confidence,
    /// Ids of the components that use it, sorted.
    pub used_by: Vec<String>,
    /// Lines that prove it, strongest first.
    pub evidence: Vec<Evidence>,
    /// Id of the system that this one runs, or is run as: SQL Server and Azure SQL Database.
    pub deployed_as: Option<Atom>,
    /// Configuration keys and environment variables that set it up, sorted.
    pub config_keys: Vec<String>,
}

/// One line of one file that points to an external system, before all of them are judged together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sighting {
    /// Id of the rule-table row; `host:api.example.com` for a host that no row names;
    /// `connection:ordersdb` for a connection string that is read by this name.
    pub system: Atom,
    /// The line.
    pub evidence: Evidence,
    /// Configuration key or environment variable that stands there.
    pub config_key: Option<Atom>,
    /// Whether the line alone cannot tell, so that a second kind of evidence is needed.
    pub weak: bool,
    /// Whether it stands under a condition on configuration.
    pub conditional: bool,
    /// Whether the key that stands there must be set: `false` where it may be empty or absent, nothing where the line
    /// does not say.
    pub needed: Option<bool>,
    /// Scope that the line itself shows (a development-only compose file), if it does.
    pub scope: Option<Scope>,
    /// Who uses the system, where a line that provides it tells.
    pub users: Vec<User>,
}

/// What an infrastructure template takes in, as far as it decides which resources there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Parameters and variables, with what they are unless somebody gives another value.
    pub parameters: Vec<(Atom, Option<Atom>)>,
    /// Templates that it deploys.
    pub modules: Vec<TemplateModule>,
    /// Lines of resources that are there under a condition.
    pub conditions: Vec<(u32, Atom)>,
}

/// A template that another one deploys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateModule {
    /// Its file.
    pub path: RepoPath,
    /// What must hold for it.
    pub condition: Option<Atom>,
    /// Values that its parameters are given.
    pub given: Vec<(Atom, Atom)>,
}

/// Who uses a system, as the lines that wire a deployment name it; a component is found for it later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum User {
    /// The code in this folder.
    At(RepoPath),
    /// A project as .NET's generated names spell it: `Ordering_API`.
    Project(Atom),
    /// Whoever reads the connection string of this name.
    Reader(Atom),
}

/// When an external is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// By the running system.
    #[default]
    Runtime,
    /// To host or deliver it.
    Deployment,
    /// On a developer's machine only.
    Dev,
    /// In tests only.
    Test,
}

/// Whether the system works without an external.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Requirement {
    /// It is always used.
    #[default]
    Required,
    /// A setting turns it on.
    Optional,
    /// A setting chooses it among others.
    Alternative,
}

/// Who calls whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// We call it.
    #[default]
    Outbound,
    /// It calls us.
    Inbound,
}

/// How strong the evidence is, weakest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A manifest names a package, and nothing else does: no claim that it is used.
    #[default]
    Declared,
    /// Settings name it.
    Configured,
    /// Infrastructure or compose files provide it.
    Provisioned,
    /// Code imports its driver.
    Imported,
    /// Code calls it.
    Called,
}
