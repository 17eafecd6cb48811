//! Areas that cut across layers: the same folder names come back below several folders, `Api/Billing`, `Core/Billing`
//! and `Sql/Billing` beside `Api/Vault`, `Core/Vault` and `Sql/Vault`.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::RepoPath;

use super::modules::{lemmas, telling_words};

/// Names that two layers must have in common: one or two come together by chance.
const NAMES_MIN: usize = 3;
/// Layers below which a name is looked for in pairs; more common names tell no area.
const LAYERS_MAX: usize = 64;
/// Letters of a word that can name an area.
const LETTERS_MIN: usize = 3;

/// Folders of one area each; `children` gives the folders inside each folder.
pub(super) fn across_layers(children: &BTreeMap<RepoPath, BTreeSet<RepoPath>>) -> Vec<Vec<RepoPath>> {
    let mut layers_with: BTreeMap<Vec<String>, Vec<(&RepoPath, &RepoPath)>> = BTreeMap::new();
    for (layer, folders) in children.iter().filter(|(_, folders)| folders.len() >= NAMES_MIN) {
        for folder in folders {
            let tells = telling_words(folder, &BTreeSet::new()).iter().any(|word| word.len() >= LETTERS_MIN);
            if tells {
                layers_with.entry(lemmas(folder).collect()).or_default().push((layer, folder));
            }
        }
    }
    layers_with.retain(|_, layers| layers.len() <= LAYERS_MAX);
    let mut shared: BTreeMap<(&RepoPath, &RepoPath), usize> = BTreeMap::new();
    for layers in layers_with.values() {
        for (one, other) in pairs(layers) {
            *shared.entry((one.0, other.0)).or_default() += 1;
        }
    }
    let is_area = |layers: &[(&RepoPath, &RepoPath)]| -> Vec<RepoPath> {
        let alike = pairs(layers).filter(|(one, other)| shared.get(&(one.0, other.0)).is_some_and(|&n| n >= NAMES_MIN));
        let folders: BTreeSet<&RepoPath> = alike.flat_map(|(one, other)| [one.1, other.1]).collect();
        folders.into_iter().cloned().collect()
    };
    layers_with.values().map(|layers| is_area(layers)).filter(|area| !area.is_empty()).collect()
}

/// Pairs of layers of which none lies in the other.
fn pairs<'a, 'b>(
    layers: &'b [(&'a RepoPath, &'a RepoPath)],
) -> impl Iterator<Item = ((&'a RepoPath, &'a RepoPath), (&'a RepoPath, &'a RepoPath))> + 'b {
    let apart = |one: &RepoPath, other: &RepoPath| !one.is_under(other) && !other.is_under(one);
    let after = move |at: usize| layers.iter().skip(at + 1);
    layers
        .iter()
        .enumerate()
        .flat_map(move |(at, one)| after(at).map(move |other| (*one, *other)))
        .filter(move |(one, other)| apart(one.0, other.0))
}
