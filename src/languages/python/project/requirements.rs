//! Lists of packages: `requirements.txt` and its like.

use crate::codebase::RepoPath;

use super::manifest::{Declared, is_dev};

/// Reads a list; what it includes is read where it lies.
pub(super) fn read(path: &RepoPath, text: &str) -> Declared {
    let mut declared = Declared::new(path);
    let dev = is_dev(path.file_name());
    for (line, entry) in (1..).zip(text.lines()) {
        let entry = entry.split(" #").next().unwrap_or_default().trim();
        if !entry.is_empty() && !entry.starts_with(['#', '-']) {
            let entry = entry.split(" --").next().unwrap_or(entry).trim_end_matches('\\');
            declared.require(entry, dev, line);
        }
    }
    declared
}
