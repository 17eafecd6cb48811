//! Repositories in memory, as `analysis` is given them, and what it makes of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use docagent::analysis::{self, Options};
use docagent::codebase::source::{Contents, ListedFile, NoMemory, Snapshot};
use docagent::codebase::{Codebase, RepoPath};
use docagent::diagnostics::Diagnostic;
use docagent::externals::Table;

/// Bytes by path.
#[derive(Clone, Default)]
pub(crate) struct Sources(BTreeMap<RepoPath, Arc<[u8]>>);

impl Contents for Sources {
    fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }
}

impl<P: AsRef<str>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Sources {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (RepoPath::new(path), Arc::from(bytes.into()))).collect())
    }
}

impl Sources {
    /// All files below a folder whose path, relative to it, is wanted.
    pub(crate) fn below(folder: &Path, is_wanted: impl Fn(&RepoPath) -> bool) -> Self {
        let relative = |path: &PathBuf| RepoPath::new(path.strip_prefix(folder).unwrap().to_str().unwrap());
        let paths = files_below(folder).into_iter().map(|path| (relative(&path), path));
        paths
            .filter(|(name, _)| is_wanted(name))
            .map(|(name, path)| (name.to_string(), std::fs::read(path).unwrap()))
            .collect()
    }

    /// The files, sorted by path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&RepoPath, &[u8])> {
        self.0.iter().map(|(path, bytes)| (path, bytes.as_ref()))
    }

    /// The snapshot that lists them.
    pub(crate) fn snapshot(&self) -> Snapshot {
        let listed = |(path, bytes): (&RepoPath, &[u8])| ListedFile {
            path: path.clone(),
            size: u64::try_from(bytes.len()).unwrap(),
            blob: None,
        };
        Snapshot { name: "sample".to_owned(), files: self.files().map(listed).collect(), ..Snapshot::default() }
    }

    /// Reads and links them.
    pub(crate) fn analyse(&self) -> (Codebase, Vec<Diagnostic>) {
        self.analyse_as(&self.snapshot())
    }

    /// Reads and links what a snapshot lists of them.
    pub(crate) fn analyse_as(&self, snapshot: &Snapshot) -> (Codebase, Vec<Diagnostic>) {
        analysis::codebase(snapshot, analysis::read(snapshot, self, &NoMemory, Table::compiled()), Options::default())
    }
}

/// The files below a folder, sorted; links are not followed.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let entry = entry.unwrap();
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

/// A folder of this project.
pub(crate) fn own(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// The folder that holds exams and what they need, as `.ci/run` fills it.
pub(crate) fn exams() -> PathBuf {
    std::env::var_os("DOCAGENT_TEST_EXAMS").map_or_else(|| own("target/exams"), PathBuf::from)
}
