//! From signals to a partition: the layers are mixed into one graph, and the graph is cut at a human number of parts.

use super::leiden;
use super::network::Network;

/// A signal: ties between members, and how much it counts against the others.
pub(super) struct Layer {
    /// Its ties.
    pub(super) ties: Vec<(usize, usize, f64)>,
    /// Its weight.
    pub(super) weight: f64,
}

/// How fine a graph is cut.
pub(super) struct Grain {
    /// Resolutions tried in turn, until there are enough communities.
    gammas: &'static [f64],
    /// Communities that so many files should give, where they can.
    enough: fn(usize) -> usize,
    /// Communities that a reader can hold in mind.
    most: usize,
    /// Share of the files below which a community is too small.
    least_share: f64,
    /// Files below which a community is too small.
    least_files: usize,
}

/// Domains: the top level.
pub(super) const DOMAINS: Grain =
    Grain { gammas: &[0.5, 0.6, 0.8, 1.0, 1.4], enough: domains_min, most: 12, least_share: 0.02, least_files: 3 };
/// Parts of a large domain: the second level.
pub(super) const PARTS: Grain = Grain { gammas: &[1.0], enough: |_| 1, most: 10, least_share: 0.04, least_files: 3 };

impl Grain {
    /// The resolution that is tried first.
    pub(super) fn gamma(&self) -> f64 {
        self.gammas.first().copied().unwrap_or(1.0)
    }

    /// Files that a community must have among so many.
    pub(super) fn least_size(&self, files: usize) -> usize {
        let files = f64::from(u32::try_from(files).unwrap_or(u32::MAX));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count fits")]
        let share = (files * self.least_share).ceil() as usize;
        share.max(self.least_files)
    }
}

/// Large modules that are domains by themselves, if they hold this much of the code.
const STATED_MIN: usize = 4;
const STATED_PERCENT: usize = 50;

/// Mixes layers: each is scaled to one unit of weight a node before its own weight applies.
pub(super) fn mix(nodes: usize, layers: Vec<Layer>) -> Network {
    let scale = f64::from(u32::try_from(nodes).unwrap_or(u32::MAX));
    let mut edges = Vec::new();
    for layer in layers {
        let total: f64 = layer.ties.iter().map(|tie| tie.2).sum();
        if total > 0.0 {
            let factor = layer.weight * scale / total;
            edges.extend(layer.ties.into_iter().map(|(from, to, weight)| (from, to, weight * factor)));
        }
    }
    Network::new(nodes, edges)
}

/// Cuts the graph into communities. `module_of` names the module that a node is bound to; only nodes that count make a
/// community large.
pub(super) fn cut(
    network: &Network,
    module_of: &[Option<usize>],
    counts: &[bool],
    grain: &Grain,
) -> Vec<Option<usize>> {
    let bound = bind(module_of);
    let groups = bound.iter().max().map_or(0, |max| max + 1);
    let level = network.aggregate(&bound, groups);
    let mut sizes = vec![0; groups];
    for (&group, _) in bound.iter().zip(counts).filter(|(_, counts)| **counts) {
        sizes[group] += 1;
    }
    let files: usize = sizes.iter().sum();
    let least = grain.least_size(files);
    let mut is_module = vec![false; groups];
    for (&group, _) in bound.iter().zip(module_of).filter(|(_, module)| module.is_some()) {
        is_module[group] = true;
    }
    let stated = stated(&sizes, &is_module, least);
    let mut best: Option<(usize, Vec<usize>)> = None;
    for &gamma in grain.gammas {
        let found = leiden::partition(&level, gamma, &leiden::singletons(groups), &stated);
        let big = big_ones(&found, &sizes, least).len();
        if best.as_ref().is_none_or(|(most, _)| big > *most) {
            best = Some((big, found));
        }
        if big >= (grain.enough)(files) {
            break;
        }
    }
    let mut parts = best.map(|(_, parts)| parts).unwrap_or_default();
    let modules = is_module.iter().filter(|is_module| **is_module).count();
    merge_down(&level, &mut parts, &Sizes { files: &sizes, least, stated: &stated }, grain.most.max(modules));
    let big = big_ones(&parts, &sizes, least);
    bound.iter().map(|&group| big.binary_search(&parts[group]).ok()).collect()
}

/// Domains that so many files should give, where they can.
const fn domains_min(files: usize) -> usize {
    match files {
        0..=20 => 1,
        21..=40 => 2,
        41..=60 => 3,
        _ => 4,
    }
}

/// Modules that are the domains themselves: several large ones that hold most of the code. Where modules are many and
/// small they only say which files belong together.
fn stated(sizes: &[usize], is_module: &[bool], least: usize) -> Vec<bool> {
    let large: Vec<bool> = sizes.iter().zip(is_module).map(|(&size, &is_module)| is_module && size >= least).collect();
    let held: usize = sizes.iter().zip(&large).filter(|(_, large)| **large).map(|(size, _)| size).sum();
    let enough = large.iter().filter(|large| **large).count() >= STATED_MIN;
    if enough && held * 100 >= sizes.iter().sum::<usize>() * STATED_PERCENT { large } else { vec![false; sizes.len()] }
}

/// Numbers the groups of nodes: a module is one group, every other node its own.
fn bind(module_of: &[Option<usize>]) -> Vec<usize> {
    let mut first_of: Vec<Option<usize>> = vec![None; module_of.iter().flatten().max().map_or(0, |max| max + 1)];
    let groups: Vec<usize> = module_of
        .iter()
        .enumerate()
        .map(|(node, module)| module.map_or(node, |module| *first_of[module].get_or_insert(node)))
        .collect();
    leiden::renumber(&groups)
}

/// Communities with at least `least` files, sorted.
fn big_ones(parts: &[usize], sizes: &[usize], least: usize) -> Vec<usize> {
    let mut files = vec![0; parts.iter().max().map_or(0, |max| max + 1)];
    for (&part, size) in parts.iter().zip(sizes) {
        files[part] += size;
    }
    (0..files.len()).filter(|&part| files[part] >= least).collect()
}

/// What is known of groups when they are merged.
struct Sizes<'a> {
    /// Files of each.
    files: &'a [usize],
    /// Files that make a community big.
    least: usize,
    /// Groups that are domains by themselves and are not merged with each other.
    stated: &'a [bool],
}

/// Merges the pair of big communities that are tied most for their size, until at most `most` are left.
fn merge_down(network: &Network, parts: &mut [usize], sizes: &Sizes, most: usize) {
    loop {
        let big = big_ones(parts, sizes.files, sizes.least);
        if big.len() <= most {
            return;
        }
        let whole = network.aggregate(parts, parts.iter().max().map_or(0, |max| max + 1));
        let mut is_stated = vec![false; parts.iter().max().map_or(0, |max| max + 1)];
        for (&part, _) in parts.iter().zip(sizes.stated).filter(|(_, stated)| **stated) {
            is_stated[part] = true;
        }
        let closeness = |from: usize, to: usize, weight: f64| weight / (whole.degree(from) * whole.degree(to));
        let closest = whole
            .edges()
            .filter(|&(from, to, _)| from != to && big.binary_search(&from).is_ok() && big.binary_search(&to).is_ok())
            .filter(|&(from, to, _)| !(is_stated[from] && is_stated[to]))
            .map(|(from, to, weight)| (closeness(from, to, weight), from, to))
            .max_by(|a, b| a.0.total_cmp(&b.0).then((b.1, b.2).cmp(&(a.1, a.2))));
        let Some((_, into, gone)) = closest else { return };
        for part in parts.iter_mut().filter(|part| **part == gone) {
            *part = into;
        }
    }
}
