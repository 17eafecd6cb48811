//! Where in the repository something stands: what every claim of the docs is proved by.

use serde::{Deserialize, Serialize};

use super::source::RepoPath;

/// A range of lines, counted from 1, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Lines {
    /// First line.
    pub first: u32,
    /// Last line, never before `first`.
    pub last: u32,
}

impl Lines {
    /// The lines from `first` to `last`.
    pub const fn new(first: u32, last: u32) -> Self {
        Self { first, last: if last < first { first } else { last } }
    }

    /// The one line `line`.
    pub const fn one(line: u32) -> Self {
        Self { first: line, last: line }
    }

    /// Whether `line` is one of these.
    pub const fn contains(&self, line: u32) -> bool {
        self.first <= line && line <= self.last
    }
}

/// Lines of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    pub file: RepoPath,
    /// Its lines.
    pub lines: Lines,
}

impl Place {
    /// One line of a file.
    pub const fn line(file: RepoPath, line: u32) -> Self {
        Self { file, lines: Lines::one(line) }
    }

    /// Lines of a file.
    pub const fn new(file: RepoPath, lines: Lines) -> Self {
        Self { file, lines }
    }
}

/// What sort of line proves that an external system is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// A manifest declares a package.
    Package,
    /// Code imports a module.
    Import,
    /// Code calls a function or constructs a type.
    Call,
    /// A settings file has a key or value.
    Config,
    /// An environment variable is read or set.
    Env,
    /// A URL or connection string literal names a host or scheme.
    Url,
    /// A compose file or Dockerfile names a container image.
    Image,
    /// Infrastructure code provisions a resource.
    Iac,
    /// A data schema names its provider.
    Schema,
}

/// A line that proves something about an external system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Evidence {
    /// What sort of line.
    pub kind: EvidenceKind,
    /// The file.
    pub file: RepoPath,
    /// The line.
    pub line: u32,
    /// What stands there, in a few words and with secrets removed: `UseSqlServer`, `redis:7`.
    pub detail: String,
}
