//! How far kept domains have moved from those that a fresh look would find.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostic};

/// Agreement of two groupings (adjusted Rand index) below which the run says that they differ.
const AGREEMENT_MIN: f64 = 0.6;
/// Files below which a few moves would look like a drift.
const FILES_MIN: usize = 40;

/// What to tell about kept domains, given the domain of each member as kept and as found afresh.
pub(super) fn note(kept: &[Option<usize>], fresh: &[Option<usize>]) -> Option<Diagnostic> {
    let both: Vec<(usize, usize)> =
        kept.iter().zip(fresh).filter_map(|(&kept, &fresh)| Some((kept?, fresh?))).collect();
    if both.len() < FILES_MIN || agreement(&both) >= AGREEMENT_MIN {
        return None;
    }
    let message = "the code has moved away from its kept domains: a fresh look would draw them much otherwise";
    Some(
        Diagnostic::warning(Code::DriftedDomains, message)
            .help("run `docagent gen --recluster` to draw them anew; ids and names of domains may then change"),
    )
}

/// The adjusted Rand index of two groupings: 1 for the same, about 0 for unrelated ones.
pub(super) fn agreement(pairs: &[(usize, usize)]) -> f64 {
    let mut cells: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut rows: BTreeMap<usize, f64> = BTreeMap::new();
    let mut columns: BTreeMap<usize, f64> = BTreeMap::new();
    for &(row, column) in pairs {
        *cells.entry((row, column)).or_default() += 1.0;
        *rows.entry(row).or_default() += 1.0;
        *columns.entry(column).or_default() += 1.0;
    }
    let pairs_in = |count: &f64| count * (count - 1.0) / 2.0;
    let together: f64 = cells.values().map(pairs_in).sum();
    let in_rows: f64 = rows.values().map(pairs_in).sum();
    let in_columns: f64 = columns.values().map(pairs_in).sum();
    let all = pairs_in(&f64::from(u32::try_from(pairs.len()).unwrap_or(u32::MAX)));
    let by_chance = if all > 0.0 { in_rows * in_columns / all } else { 0.0 };
    let most = f64::midpoint(in_rows, in_columns);
    if most > by_chance { (together - by_chance) / (most - by_chance) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_one_for_the_same_and_low_for_unrelated_groupings() {
        let same: Vec<(usize, usize)> = (0..60).map(|file| (file % 3, 2 - file % 3)).collect();
        assert!((agreement(&same) - 1.0).abs() < 1e-9);
        let unrelated: Vec<(usize, usize)> = (0..60).map(|file| (file % 3, file % 4)).collect();
        assert!(agreement(&unrelated) < 0.1);
    }

    #[test]
    fn only_a_large_difference_is_told() {
        let kept: Vec<Option<usize>> = (0..60).map(|file| Some(file / 20)).collect();
        let few_moved: Vec<Option<usize>> = (0..60).map(|file| Some(if file < 3 { 2 } else { file / 20 })).collect();
        let scattered: Vec<Option<usize>> = (0..60).map(|file| Some(file % 3)).collect();
        assert_eq!(note(&kept, &few_moved), None);
        assert_eq!(note(&kept, &scattered).map(|note| note.code), Some(Code::DriftedDomains));
        assert_eq!(note(&kept[..30], &scattered[..30]), None);
    }
}
