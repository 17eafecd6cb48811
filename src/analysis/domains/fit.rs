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

/// Resolution that cuts at the size of domains.
pub(super) const GAMMA: f64 = 0.5;
/// Resolutions tried in turn, until there are enough domains.
const GAMMAS: [f64; 5] = [GAMMA, 0.6, 0.8, 1.0, 1.4];
/// Domains that a reader can hold in mind.
const DOMAINS_MAX: usize = 12;
/// Share of the files below which a community is no domain.
const DOMAIN_SHARE_MIN: f64 = 0.02;
/// Files below which a community is no domain.
const DOMAIN_FILES_MIN: usize = 3;

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

/// Cuts the graph into domains. `module_of` names the module that a node is bound to; `size_of` is how many files a
/// node stands for.
pub(super) fn cut(network: &Network, module_of: &[Option<usize>], counts: &[bool]) -> Vec<Option<usize>> {
    let bound = bind(module_of);
    let groups = bound.iter().max().map_or(0, |max| max + 1);
    let level = network.aggregate(&bound, groups);
    let mut sizes = vec![0; groups];
    for (&group, _) in bound.iter().zip(counts).filter(|(_, counts)| **counts) {
        sizes[group] += 1;
    }
    let files: usize = sizes.iter().sum();
    let least = least_size(files);
    let free = vec![false; groups];
    let mut best: Option<(usize, Vec<usize>)> = None;
    for gamma in GAMMAS {
        let found = leiden::partition(&level, gamma, &leiden::singletons(groups), &free);
        let big = big_ones(&found, &sizes, least).len();
        if best.as_ref().is_none_or(|(most, _)| big > *most) {
            best = Some((big, found));
        }
        if big >= domains_min(files) {
            break;
        }
    }
    let mut parts = best.map(|(_, parts)| parts).unwrap_or_default();
    let modules = module_of.iter().flatten().max().map_or(0, |max| max + 1);
    merge_down(&level, &mut parts, &sizes, least, DOMAINS_MAX.max(modules));
    let big = big_ones(&parts, &sizes, least);
    bound.iter().map(|&group| big.binary_search(&parts[group]).ok()).collect()
}

/// Files that a domain must have among so many.
pub(super) fn least_size(files: usize) -> usize {
    let files = f64::from(u32::try_from(files).unwrap_or(u32::MAX));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count fits")]
    let share = (files * DOMAIN_SHARE_MIN).ceil() as usize;
    share.max(DOMAIN_FILES_MIN)
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

/// Merges the pair of big communities that are tied most for their size, until at most `most` are left.
fn merge_down(network: &Network, parts: &mut [usize], sizes: &[usize], least: usize, most: usize) {
    loop {
        let big = big_ones(parts, sizes, least);
        if big.len() <= most {
            return;
        }
        let whole = network.aggregate(parts, parts.iter().max().map_or(0, |max| max + 1));
        let closeness = |from: usize, to: usize, weight: f64| weight / (whole.degree(from) * whole.degree(to));
        let closest = whole
            .edges()
            .filter(|&(from, to, _)| from != to && big.binary_search(&from).is_ok() && big.binary_search(&to).is_ok())
            .map(|(from, to, weight)| (closeness(from, to, weight), from, to))
            .max_by(|a, b| a.0.total_cmp(&b.0).then((b.1, b.2).cmp(&(a.1, a.2))));
        let Some((_, into, gone)) = closest else { return };
        for part in parts.iter_mut().filter(|part| **part == gone) {
            *part = into;
        }
    }
}
