//! What the folders say: which files lie together.

use std::collections::BTreeMap;

use crate::codebase::RepoPath;

use super::roster::{Member, Roster};

/// Files of the same folder that a file is tied to on each side.
const RING: usize = 4;

/// Ties between the files of each folder.
pub(super) fn tree_ties(paths: &[&RepoPath], roster: &Roster) -> Vec<(Member, Member, f64)> {
    let mut folders: BTreeMap<RepoPath, Vec<Member>> = BTreeMap::new();
    for (member, path) in paths.iter().enumerate().filter(|&(member, _)| roster.shaping[member]) {
        folders.entry(path.folder()).or_default().push(member);
    }
    let mut ties = Vec::new();
    for members in folders.values() {
        for (at, &member) in members.iter().enumerate() {
            let others =
                (1..=RING.min(members.len().saturating_sub(1))).map(|step| members[(at + step) % members.len()]);
            ties.extend(others.map(|other| (member, other, 1.0)));
        }
    }
    ties
}
