//! What one project file declares.

use crate::codebase::Atom;

use crate::codebase::source::{Command, Package};
use crate::codebase::{Place, RepoPath};

/// Words in the name of a group, extra or list that is for development.
const DEV_WORDS: &[&str] = &[
    "build", "ci", "dev", "develop", "doc", "docs", "lint", "local", "mypy", "style", "test", "testing", "tests",
    "types", "typing",
];

/// What one project file declares.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) manifest: RepoPath,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) packages: Vec<Package>,
    pub(super) commands: Vec<Command>,
    /// Folders of the import path, relative to the file's.
    pub(super) roots: Vec<String>,
    /// Whether the file says that its folder is a project, not only which packages or tools are used in it.
    pub(super) is_project: bool,
    pub(super) is_workspace: bool,
}

impl Declared {
    pub(super) fn new(manifest: &RepoPath) -> Self {
        Self { manifest: manifest.clone(), ..Self::default() }
    }

    /// Adds a package as PEP 508 spells it: `celery[redis]>=5 ; python_version > "3.8"`.
    pub(super) fn require(&mut self, requirement: &str, dev: bool, line: u32) {
        if let Some((name, extras, version)) = parse_requirement(requirement) {
            self.add(&name, version, extras, dev, line);
        }
    }

    /// Adds a package.
    pub(super) fn add(&mut self, name: &str, version: Option<String>, extras: Vec<Atom>, dev: bool, line: u32) {
        self.packages.push(Package {
            name: name.to_owned(),
            ecosystem: Atom::new("pypi"),
            version,
            dev,
            extras,
            place: Place::line(self.manifest.clone(), line),
        });
    }

    /// Adds a command.
    pub(super) fn command(&mut self, name: &str, run: String, script: &str, line: u32) {
        let place = Place::line(self.manifest.clone(), line);
        self.commands.push(Command { name: name.to_owned(), run, script: script.to_owned(), place });
    }
}

/// Whether the name of a group, extra or file says that it is for development.
pub(super) fn is_dev(name: &str) -> bool {
    name.to_ascii_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| DEV_WORDS.contains(&word))
}

fn parse_requirement(text: &str) -> Option<(String, Vec<Atom>, Option<String>)> {
    let text = text.split(';').next()?.trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.trim_start();
    let (extras, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((extras, rest)) => (extras.split(',').map(|extra| Atom::new(extra.trim())).collect(), rest.trim()),
        None => (Vec::new(), rest),
    };
    let version = rest.trim_start_matches('@').trim().trim_matches(['(', ')']);
    if !(version.is_empty() || rest.starts_with(['=', '<', '>', '!', '~', '^', '@', '(', '*'])) {
        return None;
    }
    Some((name.to_owned(), extras, (!version.is_empty()).then(|| version.to_owned())))
}

/// Line numbers of byte offsets.
pub(super) struct LineIndex(Vec<usize>);

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    pub(super) fn line(&self, offset: usize) -> u32 {
        u32::try_from(self.0.partition_point(|at| *at < offset)).unwrap_or(u32::MAX - 1) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read_as_pep_508_spells_them() {
        let read = |text| parse_requirement(text).map(|(name, extras, version)| (name, extras.len(), version));
        let some = |name: &str, extras, version: &str| {
            Some((name.to_owned(), extras, (!version.is_empty()).then(|| version.to_owned())))
        };
        assert_eq!(read("fastapi[standard, all]<1.0,>=0.114.2"), some("fastapi", 2, "<1.0,>=0.114.2"));
        assert_eq!(read("Django (>=4) ; python_version > '3'"), some("Django", 0, ">=4"));
        assert_eq!(read("lib @ git+https://x.example/lib"), some("lib", 0, "git+https://x.example/lib"));
        assert_eq!(read("redis"), some("redis", 0, ""));
        assert_eq!(read("-r base.txt"), None);
        assert_eq!(read("./local/path"), None);
        assert_eq!(read("some prose here"), None);
    }

    #[test]
    fn groups_for_development_are_known_by_their_words() {
        assert!(is_dev("requirements-dev.txt") && is_dev("unit_tests") && is_dev("docs"));
        assert!(!is_dev("requirements.txt") && !is_dev("redis") && !is_dev("device"));
    }
}
