//! Lists the files to read: no link is followed, ignored and vendored folders are left out and counted.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::codebase::RepoPath;
use crate::codebase::source::{ListedFile, Skipped};
use crate::config::Config;
use crate::diagnostics::{Failure, FailureKind};

use super::git::Git;
use super::plain;

/// Folders that hold other people's code or a tool's leavings, whatever the ignore rules say.
const VENDORED: &[&str] = &[
    ".docusaurus",
    ".eggs",
    ".git",
    ".gradle",
    ".hg",
    ".idea",
    ".mypy_cache",
    ".next",
    ".nox",
    ".nuxt",
    ".pnpm-store",
    ".pytest_cache",
    ".ruff_cache",
    ".svelte-kit",
    ".svn",
    ".terraform",
    ".tox",
    ".turbo",
    ".venv",
    ".vs",
    ".yarn",
    "__pycache__",
    "bower_components",
    "jspm_packages",
    "node_modules",
    "site-packages",
    "third-party",
    "third_party",
    "venv",
    "vendor",
    "vendored",
    "vendors",
];

/// Most examples kept of one reason.
const EXAMPLES: usize = 5;

/// All files below `root` that should be read, sorted, and what was left out.
pub(super) fn list(root: &Path, git: &Git, config: &Config) -> Result<(Vec<ListedFile>, Vec<Skipped>), Failure> {
    let mut walk = Walk { git, config, files: Vec::new(), skipped: BTreeMap::new() };
    let mut folders = vec![RepoPath::default()];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(root.join(folder.as_str())) {
            Ok(entries) => entries,
            Err(error) if folder.as_str().is_empty() => {
                return Err(Failure::new(FailureKind::Workspace, format!("cannot list the folder: {}", plain(&error)))
                    .help("make the folder readable"));
            }
            Err(_) => {
                walk.skip("unreadable", &folder);
                continue;
            }
        };
        let entries: Vec<_> = entries.filter_map(Result::ok).collect();
        let is_dotnet = entries.iter().any(|entry| entry.path().extension().is_some_and(|it| it == "csproj"));
        for entry in entries {
            let path = folder.join(&entry.file_name().to_string_lossy());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    if walk.enters(&path, is_dotnet) {
                        folders.push(path);
                    }
                }
                Ok(kind) if kind.is_file() => walk.file(path, &entry),
                Ok(_) => walk.skip("symbolic link", &path),
                Err(_) => walk.skip("unreadable", &path),
            }
        }
    }
    Ok(walk.finish())
}

struct Walk<'a> {
    git: &'a Git,
    config: &'a Config,
    files: Vec<ListedFile>,
    skipped: BTreeMap<&'static str, Vec<RepoPath>>,
}

impl Walk<'_> {
    fn skip(&mut self, reason: &'static str, path: &RepoPath) {
        self.skipped.entry(reason).or_default().push(path.clone());
    }

    /// Whether to look into a folder.
    fn enters(&mut self, path: &RepoPath, beside_csproj: bool) -> bool {
        let name = path.file_name();
        if name == ".git" || *path == self.config.output {
            return false;
        }
        let built = beside_csproj && matches!(name, "bin" | "obj");
        let web_libraries = path.as_str().ends_with("wwwroot/lib");
        if built || web_libraries || VENDORED.contains(&name) {
            self.skip("vendored or built", path);
            return false;
        }
        if self.git.ignores(path.as_str(), true) {
            self.skip("git-ignored", path);
            return false;
        }
        true
    }

    fn file(&mut self, path: RepoPath, entry: &std::fs::DirEntry) {
        if !self.config.files.admit(&path) {
            return self.skip("excluded by docagent.toml", &path);
        }
        if self.git.ignores(path.as_str(), false) {
            return self.skip("git-ignored", &path);
        }
        let Ok(metadata) = entry.metadata() else { return self.skip("unreadable", &path) };
        if metadata.len() > self.config.files.max_bytes {
            return self.skip("too large", &path);
        }
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let blob = self.git.tracked(path.as_str()).filter(|tracked| {
            let seconds = changed.and_then(|time| i32::try_from(time.as_secs()).ok());
            let own = u32::try_from(metadata.len()).ok().zip(seconds);
            own.is_some() && tracked.stamp == own
        });
        let blob = blob.map(|tracked| tracked.blob.clone());
        self.files.push(ListedFile { path, size: metadata.len(), blob });
    }

    fn finish(mut self) -> (Vec<ListedFile>, Vec<Skipped>) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let skipped = self.skipped.into_iter().map(|(reason, mut paths)| {
            paths.sort();
            Skipped {
                reason: reason.to_owned(),
                count: paths.len(),
                examples: paths.into_iter().take(EXAMPLES).collect(),
            }
        });
        (self.files, skipped.collect())
    }
}
