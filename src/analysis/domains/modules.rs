//! Modules that the authors drew, as folders tell them: folders beside each other that have the same inner shape, the
//! projects of one area, and areas that come back in every layer.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::RepoPath;

use super::areas;
use super::roster::Roster;
use super::words::{is_technical, singular, split};

/// Siblings of one shape that make a row of modules.
const SIBLINGS_MIN: usize = 3;
/// Entries of the common shape that a module must have.
const SHAPE_MIN: usize = 2;
/// Share of all shaping files above which projects of one name are the product and no family of one area.
const FAMILY_SHARE_MAX: f64 = 0.3;
/// Share of all shaping files above which a folder holds the program and is no part of it.
const MODULE_SHARE_MAX: f64 = 0.5;

/// The modules of all members.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// The module that each member lies in.
    pub(super) of: Vec<Option<usize>>,
    /// The words of each module's name, as its folders are called.
    pub(super) names: Vec<Vec<String>>,
}

impl Modules {
    /// No modules at all, for so many members.
    pub(super) fn none(members: usize) -> Self {
        Self { of: vec![None; members], names: Vec::new() }
    }

    /// Modules such as the apps of a Django project, feature folders with a controller, a service and a model each,
    /// projects that one area has for each layer, and `Billing` below each of several layers.
    pub(super) fn found(paths: &[&RepoPath], roster: &Roster) -> Self {
        let tree = Tree::of(paths, roster);
        let mut rows: Vec<Vec<RepoPath>> = Vec::new();
        for (parent, children) in &tree.children {
            if children.len() >= SIBLINGS_MIN && !rows.iter().flatten().any(|module| parent.is_under(module)) {
                let alike = tree.modules_below(parent, children);
                let families = tree.families(children);
                rows.extend(if alike.is_empty() { families } else { joined(alike, &families) });
            }
        }
        let areas = tree.areas();
        let folders = united(rows.iter().chain(&areas));
        Self { of: paths.iter().map(|path| outermost(path, &folders)).collect(), names: names(&folders) }
    }
}

/// Numbers groups of folders from 0, those that share a folder alike.
fn united<'a>(groups: impl Iterator<Item = &'a Vec<RepoPath>>) -> BTreeMap<&'a RepoPath, usize> {
    let mut number_of: BTreeMap<&RepoPath, usize> = BTreeMap::new();
    for (next, group) in groups.enumerate() {
        let met: BTreeSet<usize> = group.iter().filter_map(|folder| number_of.get(folder).copied()).collect();
        let number = met.first().copied().unwrap_or(next);
        if met.len() > 1 {
            for other in number_of.values_mut().filter(|other| met.contains(other)) {
                *other = number;
            }
        }
        number_of.extend(group.iter().map(|folder| (folder, number)));
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    for number in number_of.values_mut() {
        let next = numbers.len();
        *number = *numbers.entry(*number).or_insert(next);
    }
    number_of
}

/// The module of the outermost folder around `path` that is one.
fn outermost(path: &RepoPath, modules: &BTreeMap<&RepoPath, usize>) -> Option<usize> {
    let mut found = None;
    let mut folder = path.folder();
    while !folder.as_str().is_empty() {
        found = modules.get(&folder).copied().or(found);
        folder = folder.folder();
    }
    found
}

/// The words that all folders of a module are called by, without those of most modules, which are the product's.
fn names(modules: &BTreeMap<&RepoPath, usize>) -> Vec<Vec<String>> {
    let count = modules.values().max().map_or(0, |max| max + 1);
    let mut folders: Vec<Vec<&RepoPath>> = vec![Vec::new(); count];
    for (folder, &module) in modules {
        folders[module].push(folder);
    }
    let in_common: Vec<BTreeSet<String>> =
        folders.iter().map(|folders| words_of_all(folders.iter().copied())).collect();
    let holders = |word: &String| in_common.iter().filter(|words| words.contains(word)).count();
    let is_product = |word: &String| holders(word) >= SIBLINGS_MIN && holders(word) * 2 > count;
    let name = |(folders, words): (&Vec<&RepoPath>, &BTreeSet<String>)| -> Vec<String> {
        let parts = folders.first().map(|folder| split(folder.file_name())).unwrap_or_default();
        let telling = |part: &&&str| {
            let word = singular(&part.to_lowercase());
            words.contains(&word) && !is_product(&word)
        };
        parts.iter().filter(telling).map(|part| (*part).to_owned()).collect()
    };
    folders.iter().zip(&in_common).map(name).collect()
}

/// Modules, each with the other projects of its family.
fn joined(modules: Vec<RepoPath>, families: &[Vec<RepoPath>]) -> Vec<Vec<RepoPath>> {
    let mut groups: Vec<Vec<RepoPath>> = Vec::new();
    for module in modules {
        let family = families.iter().find(|family| family.contains(&module));
        if groups.iter().any(|group| group.contains(&module)) {
            continue;
        }
        groups.push(family.cloned().unwrap_or_else(|| vec![module]));
    }
    groups
}

/// Folders that hold shaping files, with what lies in them.
struct Tree {
    /// Folders by the folder above them, outermost first.
    children: BTreeMap<RepoPath, BTreeSet<RepoPath>>,
    /// Names of the files and folders in each folder.
    entries: BTreeMap<RepoPath, BTreeSet<String>>,
    /// Shaping files in each folder and below it.
    sizes: BTreeMap<RepoPath, u32>,
}

impl Tree {
    fn of(paths: &[&RepoPath], roster: &Roster) -> Self {
        let mut tree = Self { children: BTreeMap::new(), entries: BTreeMap::new(), sizes: BTreeMap::new() };
        for (path, _) in paths.iter().zip(&roster.shaping).filter(|(_, shapes)| **shapes) {
            let mut folder = path.folder();
            tree.entries.entry(folder.clone()).or_default().insert(path.stem().to_owned());
            loop {
                *tree.sizes.entry(folder.clone()).or_default() += 1;
                if folder.as_str().is_empty() {
                    break;
                }
                let above = folder.folder();
                tree.entries.entry(above.clone()).or_default().insert(folder.file_name().to_owned());
                tree.children.entry(above.clone()).or_default().insert(folder);
                folder = above;
            }
        }
        tree
    }

    /// Areas across layers, but for those that make up most of the program.
    fn areas(&self) -> Vec<Vec<RepoPath>> {
        let whole = self.sizes.get(&RepoPath::default()).copied().map_or(0.0, f64::from);
        let size = |area: &Vec<RepoPath>| area.iter().filter_map(|folder| self.sizes.get(folder)).sum::<u32>();
        let mut areas = areas::across_layers(&self.children);
        areas.retain(|area| f64::from(size(area)) <= whole * MODULE_SHARE_MAX);
        areas
    }

    /// The children of `parent` that are modules: none unless most of them have one shape and a telling name.
    fn modules_below(&self, parent: &RepoPath, children: &BTreeSet<RepoPath>) -> Vec<RepoPath> {
        let whole = self.sizes.get(&RepoPath::default()).copied().map_or(0.0, f64::from);
        let shapes: Vec<(&RepoPath, BTreeSet<String>)> =
            children.iter().map(|child| (child, self.shape(child))).collect();
        let mut holders: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, shape) in &shapes {
            for entry in shape {
                *holders.entry(entry).or_default() += 1;
            }
        }
        let common = |entry: &String| holders.get(entry.as_str()).is_some_and(|&count| count >= SIBLINGS_MIN);
        let shared_words = words_of_several(children);
        let siblings: BTreeSet<String> =
            children.iter().flat_map(|child| telling_words(child, &shared_words)).collect();
        let alike: Vec<&RepoPath> = shapes
            .iter()
            .filter(|(child, shape)| {
                let size = self.sizes.get(*child).copied().map_or(0.0, f64::from);
                shape.iter().filter(|entry| common(entry)).count() >= SHAPE_MIN
                    && size <= whole * MODULE_SHARE_MAX
                    && !self.repeats(child, &siblings, &shared_words)
            })
            .map(|(child, _)| *child)
            .collect();
        let telling = alike.iter().filter(|child| !telling_words(child, &shared_words).is_empty()).count();
        let enough = telling >= SIBLINGS_MIN && telling * 2 >= children.len();
        if enough && parent.file_name() != "tests" { alike.into_iter().cloned().collect() } else { Vec::new() }
    }

    /// Projects of one area among siblings, as their names say: `Ordering.Api` and `Ordering.Domain`. What makes up
    /// much of the program is called by the product, not by an area.
    fn families(&self, siblings: &BTreeSet<RepoPath>) -> Vec<Vec<RepoPath>> {
        let whole = self.sizes.get(&RepoPath::default()).copied().map_or(0.0, f64::from);
        let shared_words = words_of_all(siblings.iter());
        let mut areas: BTreeMap<Vec<String>, Vec<RepoPath>> = BTreeMap::new();
        for folder in siblings {
            let layered = folder.file_name().rsplit_once('.').is_some_and(|(_, layer)| {
                let words: Vec<String> = split(layer).into_iter().map(|part| singular(&part.to_lowercase())).collect();
                words.iter().all(|word| is_technical(word) || word.len() < 3)
            });
            let area = telling_words(folder, &shared_words);
            if layered && !area.is_empty() {
                areas.entry(area).or_default().push(folder.clone());
            }
        }
        areas.retain(|_, projects| {
            let files: u32 = projects.iter().filter_map(|project| self.sizes.get(project)).sum();
            f64::from(files) <= whole * FAMILY_SHARE_MAX
        });
        let enough = areas.len() >= SIBLINGS_MIN && areas.values().any(|projects| projects.len() > 1);
        if enough { areas.into_values().filter(|projects| projects.len() > 1).collect() } else { Vec::new() }
    }

    /// Names of a folder's entries without the folder's own name: `orders.service` in `orders` gives `.service`.
    fn shape(&self, folder: &RepoPath) -> BTreeSet<String> {
        let own = folder.file_name().to_lowercase();
        let own_single = singular(&own);
        let entries = self.entries.get(folder).into_iter().flatten();
        entries
            .map(|entry| entry.to_lowercase().replace(&own, "").replace(&own_single, ""))
            .filter(|entry| !matches!(entry.as_str(), "" | "__init__" | "index" | "main" | "program"))
            .collect()
    }

    /// Whether two or more of the siblings' names come back inside a folder: then it is a layer across them.
    fn repeats(&self, folder: &RepoPath, siblings: &BTreeSet<String>, shared_words: &BTreeSet<String>) -> bool {
        let own: BTreeSet<String> = telling_words(folder, shared_words).into_iter().collect();
        let below = self.children.range(folder.clone()..).take_while(|(inner, _)| inner.is_under(folder));
        let inner: BTreeSet<String> =
            below.flat_map(|(_, children)| children).flat_map(|child| telling_words(child, shared_words)).collect();
        inner.iter().filter(|word| siblings.contains(*word) && !own.contains(*word)).count() >= 2
    }
}

/// Words that several of these folders' names share: names of products, which tell their parts nothing.
fn words_of_several(folders: &BTreeSet<RepoPath>) -> BTreeSet<String> {
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for word in folders.iter().flat_map(|folder| lemmas(folder).collect::<BTreeSet<_>>()) {
        *holders.entry(word).or_default() += 1;
    }
    holders.into_iter().filter(|(_, count)| *count >= SIBLINGS_MIN).map(|(word, _)| word).collect()
}

/// Words that all of these folders' names share: the product's name, mostly.
fn words_of_all<'a>(folders: impl Iterator<Item = &'a RepoPath>) -> BTreeSet<String> {
    let mut names = folders.map(|folder| lemmas(folder).collect::<BTreeSet<_>>());
    let first = names.next().unwrap_or_default();
    names.fold(first, |shared, name| shared.intersection(&name).cloned().collect())
}

pub(super) fn telling_words(folder: &RepoPath, shared: &BTreeSet<String>) -> Vec<String> {
    lemmas(folder).filter(|word| !shared.contains(word) && !is_technical(word)).collect()
}

pub(super) fn lemmas(folder: &RepoPath) -> impl Iterator<Item = String> + '_ {
    split(folder.file_name()).into_iter().map(|part| singular(&part.to_lowercase()))
}
