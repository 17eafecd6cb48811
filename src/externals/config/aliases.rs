//! What YAML aliases stand for.

use std::collections::{HashMap, HashSet};

use super::entries::Entry;

/// Most entries of one file, aliases resolved: a few lines of aliases of aliases could stand for billions.
const MOST: usize = 50_000;

/// Puts in place of each alias the entries that `anchors` names by their path. A key that stands there goes before one
/// that is merged in; an alias may only name what stands above it.
pub(super) fn resolve(entries: Vec<Entry>, anchors: &HashMap<&str, String>) -> Vec<Entry> {
    if anchors.is_empty() {
        return entries;
    }
    let written: HashSet<String> = entries.iter().map(|entry| entry.path.clone()).collect();
    let mut resolved: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let anchor = entry.value.strip_prefix('*').and_then(|name| anchors.get(name));
        let Some(anchor) = anchor.filter(|_| resolved.len() < MOST) else {
            resolved.push(entry);
            continue;
        };
        let merged = entry.path.strip_suffix(":<<");
        let place = merged.unwrap_or(&entry.path);
        let copies: Vec<Entry> = resolved
            .iter()
            .filter_map(|own| {
                let rest =
                    own.path.strip_prefix(anchor.as_str()).filter(|rest| rest.is_empty() || rest.starts_with(':'))?;
                let path = format!("{place}{rest}");
                (merged.is_none() || !written.contains(&path)).then(|| Entry { path, ..own.clone() })
            })
            .collect();
        resolved.extend(copies);
    }
    resolved
}
