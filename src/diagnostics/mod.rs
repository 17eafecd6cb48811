//! Diagnostics: what a run tells its user besides its result, and how a run ends.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::codebase::Place;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Something was left out or may be wrong.
    Warning,
    /// Something asked for could not be done.
    Error,
}

/// What a diagnostic is about. The name in kebab case is its code: `unresolved-prefix`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Code {
    /// A file could not be read.
    UnreadableFile,
    /// A file is not UTF-8: its bytes were read with replacements.
    InvalidUtf8,
    /// The grammar could not parse part of a file.
    SyntaxError,
    /// A project file could not be parsed.
    BrokenManifest,
    /// Part of a route is made at run time.
    UnresolvedRoute,
    /// A statement of the model cites what its brief does not hold.
    UnprovedStatement,
    /// A reply of the model could not be used.
    UnusableReply,
    /// A call of the model failed.
    ModelFailure,
    /// The cost cap stopped further calls.
    BudgetReached,
    /// A page is out of date.
    StalePage,
    /// A link leads nowhere.
    BrokenLink,
    /// A diagram does not parse.
    BrokenDiagram,
    /// Git could not be asked.
    NoGit,
    /// Earlier state could not be read and was set aside.
    BrokenState,
    /// A rule of the configuration matches nothing any more.
    UnmatchedRule,
    /// The kept domains differ much from those that a fresh look would find.
    DriftedDomains,
}

impl Code {
    /// The code as users see it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnreadableFile => "unreadable-file",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::SyntaxError => "syntax-error",
            Self::BrokenManifest => "broken-manifest",
            Self::UnresolvedRoute => "unresolved-route",
            Self::UnprovedStatement => "unproved-statement",
            Self::UnusableReply => "unusable-reply",
            Self::ModelFailure => "model-failure",
            Self::BudgetReached => "budget-reached",
            Self::StalePage => "stale-page",
            Self::BrokenLink => "broken-link",
            Self::BrokenDiagram => "broken-diagram",
            Self::NoGit => "no-git",
            Self::BrokenState => "broken-state",
            Self::UnmatchedRule => "unmatched-rule",
            Self::DriftedDomains => "drifted-domains",
        }
    }
}

/// Something a run tells its user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub code: Code,
    /// One line: lower case, no final period, names in backticks.
    pub message: String,
    /// Where, if anywhere.
    pub place: Option<Place>,
    /// What to type or change next.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, code, message: message.into(), place: None, help: None }
    }

    /// A note.
    pub fn note(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::warning(code, message) }
    }

    /// An error.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, ..Self::warning(code, message) }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}[{}]: {}", self.code.as_str(), self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  --> {}:{}", place.file, place.lines.first)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}

/// Why a run ended without its result.
#[derive(Debug)]
pub struct Failure {
    /// What sort of failure: decides the exit code.
    pub kind: FailureKind,
    /// One line: lower case, no final period.
    pub message: String,
    /// What to type or change next.
    pub help: Option<String>,
}

/// What sort of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The command line asks for something that cannot be.
    Usage,
    /// `docagent.toml` or the environment is wrong.
    Config,
    /// The file system or git refused.
    Workspace,
    /// Pages are stale or broken (`check`).
    Stale,
    /// The model or the budget stopped some pages.
    Model,
    /// A defect of docagent.
    Internal,
}

impl Failure {
    /// A failure with its message.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None }
    }

    /// The same, with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The process's exit code.
    pub const fn exit_code(&self) -> u8 {
        match self.kind {
            FailureKind::Internal | FailureKind::Workspace => 1,
            FailureKind::Usage | FailureKind::Config => 2,
            FailureKind::Stale => 3,
            FailureKind::Model => 4,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
