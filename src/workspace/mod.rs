//! The workspace: the repository's files, its git, and the pages on disk. The only user of the file system.
#![expect(clippy::disallowed_methods, reason = "this module is the shell around the file system")]

mod cache;
mod git;
mod pages;
pub mod site;
mod walk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub use cache::FactsCache;
pub use git::Changes;
pub use pages::Published;

use crate::codebase::RepoPath;
use crate::codebase::source::{Contents, Snapshot};
use crate::config::{self, Config};
use crate::diagnostics::{Diagnostic, Failure, FailureKind};

/// A repository on disk.
pub struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Opens the folder at `path`.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Usage` if there is no such folder.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let usage = |message: String| Failure::new(FailureKind::Usage, message);
        let root = path.canonicalize().map_err(|error| {
            usage(format!("cannot open `{}`: {}", path.display(), plain(&error)))
                .help("give the path of a repository's folder: `docagent gen PATH`")
        })?;
        if !root.is_dir() {
            return Err(usage(format!("`{}` is a file, not a folder", path.display()))
                .help("give the folder that holds the repository: `docagent gen PATH`"));
        }
        Ok(Self { root })
    }

    /// The text of `docagent.toml`, if there is one.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Config` if it is there and cannot be read.
    pub fn config_text(&self) -> Result<Option<String>, Failure> {
        match std::fs::read_to_string(self.root.join(config::FILE_NAME)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(Failure::new(FailureKind::Config, format!("cannot read {}: {}", config::FILE_NAME, plain(&error)))
                    .help("make it readable UTF-8 text, or remove it"))
            }
        }
    }

    /// Lists what there is to read.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Workspace` if the root itself cannot be listed, of kind `Usage` if nothing is in it.
    pub fn snapshot(&self, config: &Config) -> Result<(Snapshot, Vec<Diagnostic>), Failure> {
        let (git, diagnostics) = git::Git::open(&self.root);
        let (files, skipped) = walk::list(&self.root, &git, config)?;
        if files.is_empty() {
            return Err(Failure::new(FailureKind::Usage, "there is no file to read in this folder")
                .help("give the root of a repository with code in it: `docagent gen PATH`"));
        }
        let folder = self.root.file_name().map_or_else(|| "repository".into(), |name| name.to_string_lossy());
        let name = config.name.clone().or_else(|| git.name()).unwrap_or_else(|| folder.into_owned());
        let snapshot = Snapshot { name, revision: git.revision(), web_url: git.web_url(), files, skipped };
        Ok((snapshot, diagnostics))
    }

    /// What changed since `since`, or else since the last commit that changed the docs.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Usage` if `since` names no revision.
    pub fn changes(&self, since: Option<&str>, config: &Config) -> Result<Option<Changes>, Failure> {
        git::Git::open(&self.root).0.changes(since, &config.output).map_err(|why| {
            Failure::new(FailureKind::Usage, format!("`--since` names no revision: {why}"))
                .help("give a branch, tag or commit that this clone has; a shallow clone has few")
        })
    }

    /// Facts of earlier runs.
    pub fn cache(&self, config: &Config) -> FactsCache {
        FactsCache::open(config.cache.as_deref(), &self.root)
    }

    /// Reads the snapshot's files.
    pub fn contents(&self) -> DiskContents {
        DiskContents { root: self.root.clone() }
    }
}

/// Files of this process that were read and are not done with.
static UNDER_WAY: Mutex<BTreeSet<RepoPath>> = Mutex::new(BTreeSet::new());

/// The files that are being made sense of at this moment.
pub fn under_way() -> Vec<RepoPath> {
    UNDER_WAY.lock().map(|files| files.iter().cloned().collect()).unwrap_or_default()
}

/// Reads files below a root folder.
pub struct DiskContents {
    root: PathBuf,
}

impl Contents for DiskContents {
    fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, String> {
        if let Ok(mut files) = UNDER_WAY.lock() {
            files.insert(path.clone());
        }
        std::fs::read(self.root.join(path.as_str())).map(Arc::from).map_err(|error| plain(&error))
    }

    fn done(&self, path: &RepoPath) {
        if let Ok(mut files) = UNDER_WAY.lock() {
            files.remove(path);
        }
    }
}

/// The operating system's words in our form: lower case, without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
