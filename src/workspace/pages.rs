//! The pages on disk: read as they stand, replaced whole, one atomic rename a file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::{Workspace, plain};
use crate::codebase::RepoPath;
use crate::diagnostics::{Failure, FailureKind};
use crate::output::OutputFile;

/// What publishing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Files written, below the output folder.
    pub written: Vec<RepoPath>,
    /// Files removed, because nothing makes them any more.
    pub removed: Vec<RepoPath>,
    /// How many files stood there already, byte for byte.
    pub unchanged: usize,
}

impl Workspace {
    /// All text files below the output folder, by their path in it; files that are no UTF-8 are not ours.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Workspace` if the folder is there and cannot be read.
    pub fn pages(&self, folder: &RepoPath) -> Result<BTreeMap<RepoPath, String>, Failure> {
        let root = self.root.join(folder.as_str());
        let mut pages = BTreeMap::new();
        let mut folders = vec![RepoPath::default()];
        while let Some(below) = folders.pop() {
            let path = root.join(below.as_str());
            let entries = match fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(refused("read", &folder.join(below.as_str()), &error)),
            };
            for entry in entries.filter_map(Result::ok) {
                let name = below.join(&entry.file_name().to_string_lossy());
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(name),
                    Ok(kind) if kind.is_file() => {
                        if let Ok(text) = fs::read_to_string(entry.path()) {
                            pages.insert(name, text);
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(pages)
    }

    /// Writes the files that differ and removes the obsolete ones. A file is replaced whole or not at all.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Workspace` that names the file; files written before it stay whole.
    pub fn publish(
        &self,
        folder: &RepoPath,
        files: &[OutputFile],
        obsolete: &[RepoPath],
    ) -> Result<Published, Failure> {
        let root = self.root.join(folder.as_str());
        let mut published = Published::default();
        for file in files {
            let path = root.join(file.path.as_str());
            if fs::read(&path).is_ok_and(|bytes| bytes == file.text.as_bytes()) {
                published.unchanged += 1;
                continue;
            }
            replace(&path, &file.text).map_err(|error| refused("write", &folder.join(file.path.as_str()), &error))?;
            published.written.push(file.path.clone());
        }
        for path in obsolete {
            let full = root.join(path.as_str());
            match fs::remove_file(&full) {
                Ok(()) => published.removed.push(path.clone()),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(refused("remove", &folder.join(path.as_str()), &error)),
            }
            // Only an empty folder goes; the call fails on any other.
            let _ = full.parent().map(fs::remove_dir);
        }
        Ok(published)
    }
}

/// Writes beside the target, then renames: a reader sees the old file or the new one.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().prefix(".docagent-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private to their owner; pages are read by everyone.
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist(path)?;
    Ok(())
}

fn refused(verb: &str, path: &RepoPath, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Workspace, format!("cannot {verb} `{path}`: {}", plain(error)))
        .help("make the output folder writable, or choose another with `--out DIR`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile { path: path.into(), text: text.into() }
    }

    #[test]
    fn only_differences_are_written() {
        let root = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(root.path()).unwrap();
        let folder = RepoPath::new("docs/docagent");
        let files = [file("README.md", "a\n"), file("domains/x.md", "x\n")];
        let first = workspace.publish(&folder, &files, &[]).unwrap();
        assert_eq!(first.written.len(), 2);
        let second = workspace.publish(&folder, &files, &[]).unwrap();
        assert_eq!((second.written.len(), second.unchanged), (0, 2));
        let third = workspace.publish(&folder, &files[..1], &["domains/x.md".into()]).unwrap();
        assert_eq!(third.removed, [RepoPath::new("domains/x.md")]);
        let left = workspace.pages(&folder).unwrap();
        assert_eq!(left.into_iter().collect::<Vec<_>>(), [(RepoPath::new("README.md"), "a\n".to_owned())]);
        assert!(!root.path().join("docs/docagent/domains").exists());
    }
}
