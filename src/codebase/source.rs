//! Files, components and the snapshot of a repository they come from.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use super::atom::Atom;
use serde::{Deserialize, Serialize};

use super::evidence::Place;

/// Path relative to the repository's root, with `/` between its parts and no leading `./`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RepoPath(Atom);

impl RepoPath {
    /// Normalises `path`: backslashes become `/`, empty and `.` parts go, `..` takes a part back.
    pub fn new(path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        let clean = !path.contains('\\') && !path.split('/').any(|part| matches!(part, "" | "." | ".."));
        if clean {
            return Self(Atom::new(path));
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split(['/', '\\']) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        Self(Atom::new(parts.join("/")))
    }

    /// The path as text; empty for the root itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The last part without its last extension: `a/b.test.ts` gives `b.test`.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The last extension, without its dot; empty if there is none.
    pub fn extension(&self) -> &str {
        self.file_name().rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// The folder that holds this path; the root's folder is the root.
    #[must_use]
    pub fn folder(&self) -> RepoPath {
        Self(Atom::new(self.0.rsplit_once('/').map_or("", |(folder, _)| folder)))
    }

    /// This folder's path with `relative` (which may hold `..`) joined to it.
    #[must_use]
    pub fn join(&self, relative: &str) -> RepoPath {
        if self.0.is_empty() {
            return Self::new(relative);
        }
        Self::new(format!("{}/{relative}", self.0))
    }

    /// Whether this path is `folder` or lies below it; everything lies below the root.
    pub fn is_under(&self, folder: &RepoPath) -> bool {
        folder.0.is_empty()
            || self.0 == folder.0
            || self.0.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The path's parts, from the root down.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for RepoPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        Self::new(path)
    }
}

/// Identifier of a language or file format: `python`, `typescript`, `csharp`, `json` ...
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LanguageId(Atom);

impl LanguageId {
    /// The identifier `id`.
    pub fn new(id: &str) -> Self {
        Self(Atom::new(id))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for LanguageId {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

/// What a file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Code that runs in the system.
    Source,
    /// Tests, their fixtures and helpers.
    Test,
    /// Written by a tool: migrations' designers, generated clients, snapshots.
    Generated,
    /// Manifests, settings, infrastructure, pipelines.
    Config,
    /// Everything else: prose, styles, pictures' descriptions.
    #[default]
    Other,
}

/// A file as the workspace lists it, before anyone has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Where it lies.
    pub path: RepoPath,
    /// Size in bytes.
    pub size: u64,
    /// Git's object id of its content, where the file is unchanged from the index.
    pub blob: Option<String>,
}

/// The repository at one moment: what there is to read, and the names it goes by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Name of the system.
    pub name: String,
    /// Commit checked out, if any.
    pub revision: Option<String>,
    /// Web address of the repository, by its remote: `https://host/owner/name`.
    pub web_url: Option<String>,
    /// Files to read, sorted by path.
    pub files: Vec<ListedFile>,
    /// Files and folders left out before reading.
    pub skipped: Vec<Skipped>,
}

/// Reads the bytes of a snapshot's files: the workspace from disk, tests from memory.
pub trait Contents: Sync {
    /// The file's bytes, or the reason in words why they cannot be had.
    ///
    /// # Errors
    /// The operating system's words, when the file vanished or cannot be read.
    fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, String>;

    /// All that is made of the file's bytes has been made.
    fn done(&self, _path: &RepoPath) {}
}

/// What one file's content is remembered by: a hash of its path and content.
pub type ContentKey = [u8; 32];

/// Facts of earlier runs.
pub trait Memory: Sync {
    /// What was remembered of this content, as bytes that only `analysis` reads.
    fn recall(&self, key: &ContentKey) -> Option<Vec<u8>>;

    /// Whether what is new will be remembered.
    fn is_kept(&self) -> bool;
}

/// Remembers nothing.
pub struct NoMemory;

impl Memory for NoMemory {
    fn recall(&self, _key: &ContentKey) -> Option<Vec<u8>> {
        None
    }

    fn is_kept(&self) -> bool {
        false
    }
}

/// What a run leaves to be remembered.
#[derive(Debug, Default)]
pub struct Memories {
    /// What was recalled, and is worth keeping.
    pub kept: Vec<ContentKey>,
    /// What is new.
    pub new: Vec<(ContentKey, Vec<u8>)>,
}

/// Files left out of the analysis for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skipped {
    /// Why: `binary`, `minified`, `vendored`, `too large`, `unreadable` ...
    pub reason: String,
    /// How many.
    pub count: usize,
    /// The first few, sorted.
    pub examples: Vec<RepoPath>,
}

/// A file that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceFile {
    /// Where it lies.
    pub path: RepoPath,
    /// Its language or format.
    pub language: LanguageId,
    /// Number of lines.
    pub lines: u32,
    /// What it is for.
    pub role: Role,
    /// Id of the component it belongs to: the nearest manifest above it.
    pub component: Option<String>,
}

/// A project: what a manifest declares and a build or deployment treats as one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Component {
    /// Stable id, unique in the repository: the name in kebab case, or the path where names clash.
    pub id: String,
    /// Name as its manifest has it, or its folder's.
    pub name: String,
    /// Its folder.
    pub path: RepoPath,
    /// Which sort of project.
    pub kind: ComponentKind,
    /// The manifest that declares it.
    pub manifest: RepoPath,
    /// One sentence from the manifest, if it has one.
    pub description: Option<String>,
    /// Ids of components of this repository that it references, sorted.
    pub references: Vec<String>,
    /// Packages it declares, sorted by name.
    pub packages: Vec<Package>,
    /// Commands its manifest defines (npm scripts, poetry scripts ...), in its own order.
    pub commands: Vec<Command>,
    /// What the language's resolver must know of it: root namespace, import roots, path aliases.
    #[serde(skip)]
    pub settings: Vec<(Atom, String)>,
}

/// Which sort of project a component is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ComponentKind {
    /// Serves requests: a web application or API.
    Service,
    /// Runs without serving HTTP: worker, console program, command line tool.
    Executable,
    /// Runs in a browser.
    Frontend,
    /// Used by other components.
    #[default]
    Library,
    /// Holds tests only.
    Test,
    /// Groups other components: a workspace root, a solution, an orchestrator.
    Workspace,
}

/// A package that a manifest declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Package {
    /// Name as the ecosystem spells it.
    pub name: String,
    /// `nuget`, `npm` or `pypi`.
    pub ecosystem: Atom,
    /// Version or range as written.
    pub version: Option<String>,
    /// Needed only to build or test.
    pub dev: bool,
    /// Extras (`celery[redis]`).
    pub extras: Vec<Atom>,
    /// Where it is declared.
    pub place: Place,
}

/// A command that a manifest names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Command {
    /// Its name: `dev`, `test`.
    pub name: String,
    /// What a person types at the component's folder: `npm run dev`.
    pub run: String,
    /// What it does, as written in the manifest.
    pub script: String,
    /// Where it is defined.
    pub place: Place,
}

/// What the repository says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// Title of its README.
    pub title: Option<String>,
    /// The first paragraphs of its README that are prose, as plain text.
    pub summary: Vec<Statement>,
}

/// A sentence or paragraph that the repository itself makes, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Plain text.
    pub text: String,
    /// Its lines.
    pub place: Place,
}
