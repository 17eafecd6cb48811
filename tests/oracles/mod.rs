//! What we read from files, and which files they import, against programs that others wrote for the same languages.
//!
//! They are judges, never part of the program. Where one is not installed its tests say that they are skipped; `.ci/run`
//! installs all of them.

mod imports;
mod python;
mod typescript;

use std::collections::BTreeSet;
use std::fmt::Debug;

/// What only they found (`-`) and what only we found (`+`), one a line.
fn differences<T: Ord + Debug>(file: &str, theirs: &BTreeSet<T>, ours: &BTreeSet<T>) -> String {
    let missed = theirs.difference(ours).map(|one| format!("- {file}: {one:?}\n"));
    let invented = ours.difference(theirs).map(|one| format!("+ {file}: {one:?}\n"));
    missed.chain(invented).collect()
}
