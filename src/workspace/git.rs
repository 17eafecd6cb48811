//! What git knows of the workspace: revision, remote, tracked files, ignore rules.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use git2::Repository;

use crate::codebase::RepoPath;
use crate::diagnostics::{Code, Diagnostic};

/// A git repository around (or at) the root; outside one, a bare stand-in that only reads ignore files.
pub(super) struct Git {
    repository: Option<Repository>,
    /// Folder of the root below the work tree: empty or ending in `/`.
    prefix: String,
    tracked: BTreeMap<String, Tracked>,
    real: bool,
    /// Keeps the stand-in's folder alive.
    _stand_in: Option<tempfile::TempDir>,
}

/// What changed in the work tree since a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The revision, abbreviated.
    pub since: String,
    /// Files added, changed or removed, sorted; the docs themselves left out.
    pub files: Vec<RepoPath>,
}

/// How many commits are looked through for the last one that wrote the docs.
const COMMITS_MAX: usize = 5_000;

/// A file of git's index.
pub(super) struct Tracked {
    /// Object id of the indexed content.
    pub(super) blob: String,
    /// Size in bytes when it was indexed, and seconds of its change time, where they prove that it is unchanged.
    pub(super) stamp: Option<(u32, i32)>,
}

impl Git {
    /// Finds the repository that `root` lies in. Without one, `.gitignore` files still count.
    pub(super) fn open(root: &Path) -> (Self, Vec<Diagnostic>) {
        match Repository::discover(root) {
            Ok(repository) if repository.workdir().is_some() => (Self::real(repository, root), Vec::new()),
            _ => {
                let note =
                    Diagnostic::note(Code::NoGit, "this folder is in no git repository: every file is looked at")
                        .help("run `git init` to have revisions in the docs and faster updates");
                (Self::stand_in(root), vec![note])
            }
        }
    }

    fn real(repository: Repository, root: &Path) -> Self {
        let workdir: PathBuf = repository.workdir().and_then(|dir| dir.canonicalize().ok()).unwrap_or_default();
        let below = root.strip_prefix(&workdir).map(slashed).unwrap_or_default();
        let prefix = if below.is_empty() { below } else { format!("{below}/") };
        let tracked = tracked(&repository, &prefix);
        Self { repository: Some(repository), prefix, tracked, real: true, _stand_in: None }
    }

    fn stand_in(root: &Path) -> Self {
        let folder = tempfile::tempdir().ok();
        let repository = folder.as_ref().and_then(|folder| {
            let repository = Repository::init_bare(folder.path()).ok()?;
            repository.set_workdir(root, false).ok()?;
            Some(repository)
        });
        Self { repository, prefix: String::new(), tracked: BTreeMap::new(), real: false, _stand_in: folder }
    }

    /// The index's entry of a file.
    pub(super) fn tracked(&self, path: &str) -> Option<&Tracked> {
        self.tracked.get(path)
    }

    /// Whether git ignores this path (`folder/` for a folder) and tracks nothing in it.
    pub(super) fn ignores(&self, path: &str, is_folder: bool) -> bool {
        let Some(repository) = &self.repository else { return false };
        // What git tracks is not ignored; asking git of each path costs more than reading the files.
        if self.tracks(path, is_folder) {
            return false;
        }
        let full = if is_folder { format!("{}{path}/", self.prefix) } else { format!("{}{path}", self.prefix) };
        repository.is_path_ignored(&full).unwrap_or(false)
    }

    /// Whether the index holds the file, or something in the folder.
    fn tracks(&self, path: &str, is_folder: bool) -> bool {
        if !is_folder {
            return self.tracked.contains_key(path);
        }
        let below = format!("{path}/");
        self.tracked.range(below.clone()..).next().is_some_and(|(first, _)| first.starts_with(&below))
    }

    /// Id of the commit checked out.
    pub(super) fn revision(&self) -> Option<String> {
        let repository = self.repository.as_ref().filter(|_| self.real)?;
        Some(repository.head().ok()?.peel_to_commit().ok()?.id().to_string())
    }

    /// What changed since `since`, or else since the last commit that changed the docs in `folder`. Nothing outside
    /// git, before the first such commit, or where a shallow clone hides it.
    ///
    /// # Errors
    /// Git's words, if `since` names no revision.
    pub(super) fn changes(&self, since: Option<&str>, folder: &RepoPath) -> Result<Option<Changes>, String> {
        let Some(repository) = self.repository.as_ref().filter(|_| self.real) else { return Ok(None) };
        let docs = format!("{}{folder}", self.prefix);
        let commit = match since {
            Some(revision) => {
                let object = repository.revparse_single(revision).map_err(|error| error.message().to_owned())?;
                Some(object.peel_to_commit().map_err(|error| error.message().to_owned())?)
            }
            None => last_commit_of(repository, &docs),
        };
        let Some(commit) = commit else { return Ok(None) };
        let changed = self.changed_paths(repository, &commit).unwrap_or_default();
        let mut files: Vec<RepoPath> = changed
            .iter()
            .filter(|path| !path.starts_with(&format!("{docs}/")))
            .filter_map(|path| path.strip_prefix(&self.prefix).map(RepoPath::new))
            .collect();
        files.sort();
        files.dedup();
        let since = commit.id().to_string().chars().take(10).collect();
        Ok(Some(Changes { since, files }))
    }

    fn changed_paths(&self, repository: &Repository, commit: &git2::Commit<'_>) -> Result<Vec<String>, git2::Error> {
        let mut options = git2::DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true);
        if !self.prefix.is_empty() {
            options.pathspec(&self.prefix);
        }
        let diff = repository.diff_tree_to_workdir_with_index(Some(&commit.tree()?), Some(&mut options))?;
        let paths = diff.deltas().flat_map(|delta| [delta.old_file().path(), delta.new_file().path()]);
        Ok(paths.flatten().map(slashed).collect())
    }

    /// Name of the repository by its remote, if the root is the work tree's root.
    pub(super) fn name(&self) -> Option<String> {
        let url = self.web_url()?;
        url.rsplit('/').next().map(str::to_owned)
    }

    /// Web address of the remote `origin`, without user, password or `.git`. None below the work tree's root, whose
    /// files' addresses it would not be the start of.
    pub(super) fn web_url(&self) -> Option<String> {
        let repository = self.repository.as_ref().filter(|_| self.real && self.prefix.is_empty())?;
        let remote = repository.find_remote("origin").ok()?;
        web_url(remote.url().ok()?)
    }
}

/// The newest commit, along first parents, in which the folder differs from the commit before.
fn last_commit_of<'r>(repository: &'r Repository, folder: &str) -> Option<git2::Commit<'r>> {
    let entry = |commit: &git2::Commit<'_>| {
        let tree = commit.tree().ok()?;
        tree.get_path(Path::new(folder)).ok().map(|entry| entry.id())
    };
    let mut commit = repository.head().ok()?.peel_to_commit().ok()?;
    let now = entry(&commit)?;
    for _ in 0..COMMITS_MAX {
        match commit.parent(0) {
            Ok(parent) if entry(&parent) == Some(now) => commit = parent,
            Ok(_) => return Some(commit),
            // A root commit wrote it; a shallow clone's edge says nothing.
            Err(_) if commit.parent_count() == 0 && !repository.is_shallow() => return Some(commit),
            Err(_) => return None,
        }
    }
    None
}

fn tracked(repository: &Repository, prefix: &str) -> BTreeMap<String, Tracked> {
    let Ok(index) = repository.index() else { return BTreeMap::new() };
    let written = index.path().and_then(|path| std::fs::metadata(path).ok()?.modified().ok());
    let written = written.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let written = written.map_or(0, |time| i32::try_from(time.as_secs()).unwrap_or(0));
    let entries = index.iter().filter_map(|entry| {
        let path = String::from_utf8(entry.path).ok()?;
        let path = path.strip_prefix(prefix)?.to_owned();
        // A file changed in the second in which the index was written may have changed again after it: git's racy
        // entries, whose stamp proves nothing.
        let seconds = entry.mtime.seconds();
        let stamp = (seconds < written).then_some((entry.file_size, seconds));
        Some((path, Tracked { blob: entry.id.to_string(), stamp }))
    });
    entries.collect()
}

/// `https://host/owner/name` of a remote in any of git's spellings; nothing for a local path.
fn web_url(remote: &str) -> Option<String> {
    let rest = match remote.split_once("://") {
        Some(("http" | "https" | "ssh" | "git", rest)) => rest.to_owned(),
        Some(_) => return None,
        None => {
            let (host, path) = remote.split_once(':')?;
            if host.contains('/') || !host.contains('@') {
                return None;
            }
            format!("{host}/{path}")
        }
    };
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let path = path.trim_end_matches('/').trim_end_matches(".git");
    Some(format!("https://{host}/{path}"))
}

pub(super) fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::web_url;

    #[test]
    fn remotes_become_web_addresses_without_secrets() {
        for (remote, expected) in [
            ("https://github.com/owner/name.git", Some("https://github.com/owner/name")),
            ("https://user:token@github.com/owner/name", Some("https://github.com/owner/name")),
            ("git@gitlab.com:group/sub/name.git", Some("https://gitlab.com/group/sub/name")),
            ("ssh://git@host:2222/owner/name.git", Some("https://host/owner/name")),
            ("/srv/git/name.git", None),
            ("file:///srv/git/name.git", None),
        ] {
            assert_eq!(web_url(remote).as_deref(), expected, "{remote}");
        }
    }
}
