//! Where each file stood in an earlier run. A file that was renamed or moved is known by what it defines.

use std::collections::BTreeMap;

use crate::codebase::{Facts, KeptDomains, RepoPath, domain};

use super::DomainInput;
use super::roster::Roster;

/// Where a file stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Before {
    /// In the domain of this index.
    Domain(usize),
    /// In none.
    Shared,
    /// It was not there.
    Unknown,
}

/// What is known of all members from an earlier run.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Where each stood.
    pub(super) before: Vec<Before>,
    /// Whether each is new, or defines other names than it did.
    pub(super) changed: Vec<bool>,
}

/// What each member defines, in short.
pub(super) fn marks(input: &DomainInput, roster: &Roster) -> Vec<String> {
    let none = Facts::default();
    roster.members.iter().map(|&file| domain::mark(&input.facts.get(file).unwrap_or(&none).outline)).collect()
}

/// Finds each member in what was kept.
pub(super) fn standing(kept: &KeptDomains, paths: &[&RepoPath], marks: &[String]) -> Standing {
    let mut known: BTreeMap<&RepoPath, (Before, &str)> = BTreeMap::new();
    for (index, kept) in kept.domains.iter().enumerate() {
        for (path, mark) in &kept.files {
            known.entry(path).or_insert((Before::Domain(index), mark));
        }
    }
    for (path, mark) in &kept.shared {
        known.entry(path).or_insert((Before::Shared, mark));
    }
    let mut standing = Standing::default();
    for (path, mark) in paths.iter().zip(marks) {
        let (before, earlier) = known.remove(*path).unwrap_or((Before::Unknown, ""));
        standing.before.push(before);
        standing.changed.push(before == Before::Unknown || earlier != mark);
    }
    follow_renames(&mut standing, paths, marks, &known);
    standing
}

/// Gives new files the place of files that went away, where one thing tells that they are the same.
fn follow_renames(
    standing: &mut Standing,
    paths: &[&RepoPath],
    marks: &[String],
    gone: &BTreeMap<&RepoPath, (Before, &str)>,
) {
    if gone.is_empty() {
        return;
    }
    let mut by_mark = Places::default();
    let mut by_name = Places::default();
    let mut by_folder = Places::default();
    for (path, (before, mark)) in gone {
        by_mark.enter((*mark).to_owned(), *before);
        by_name.enter(path.file_name().to_owned(), *before);
        by_folder.enter(siblings(path), *before);
    }
    for (member, path) in paths.iter().enumerate() {
        if standing.before[member] == Before::Unknown {
            let same = Some(&marks[member]).filter(|mark| !mark.is_empty()).and_then(|mark| by_mark.only(mark));
            standing.changed[member] = same.is_none();
            let found = same.or_else(|| by_name.only(path.file_name())).or_else(|| by_folder.only(&siblings(path)));
            standing.before[member] = found.unwrap_or(Before::Unknown);
        }
    }
}

/// Files that may be one another's new name: of one folder and one kind.
fn siblings(path: &RepoPath) -> String {
    format!("{}/*.{}", path.folder(), path.extension())
}

/// Where the files of one sort stood; two places are as good as none.
#[derive(Default)]
struct Places(BTreeMap<String, Option<Before>>);

impl Places {
    fn enter(&mut self, sort: String, before: Before) {
        let place = self.0.entry(sort).or_insert(Some(before));
        if *place != Some(before) {
            *place = None;
        }
    }

    fn only(&self, sort: &str) -> Option<Before> {
        self.0.get(sort).copied().flatten()
    }
}
