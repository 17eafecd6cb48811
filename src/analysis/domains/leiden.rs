//! The Leiden method (Traag, Waltman, van Eck 2019) for the Reichardt-Bornholdt quality, without chance.
//!
//! Nodes are visited in their own order and ties go to the lower community, so equal graphs give equal partitions. A
//! partition to start from and nodes that must stay where they are make updates small.

use std::collections::VecDeque;

use super::network::Network;

/// Passes over the whole method; the last ones seldom move anything.
const PASSES_MAX: usize = 8;
/// Gains below this are rounding.
const GAIN_MIN: f64 = 1e-9;

/// Partitions `network` at resolution `gamma`, starting from `start` (a community for each node); nodes that are
/// `fixed` keep their community together. Communities are numbered by their first node.
pub(super) fn partition(network: &Network, gamma: f64, start: &[usize], fixed: &[bool]) -> Vec<usize> {
    let mut current = renumber(start);
    for _ in 0..PASSES_MAX {
        let next = pass(network, gamma, &current, fixed);
        if next == current {
            break;
        }
        current = next;
    }
    current
}

/// The partition in which every node is alone.
pub(super) fn singletons(nodes: usize) -> Vec<usize> {
    (0..nodes).collect()
}

/// How good a partition is: share of weight inside communities, less `gamma` times what chance would put there.
#[cfg(test)]
pub(super) fn quality(network: &Network, gamma: f64, communities: &[usize]) -> f64 {
    let volume = network.volume();
    if volume == 0.0 {
        return 0.0;
    }
    let whole = network.aggregate(communities, communities.iter().max().map_or(0, |max| max + 1));
    let inside: f64 = whole.edges().filter(|(from, to, _)| from == to).map(|(_, _, weight)| weight * 2.0).sum();
    let chance: f64 = (0..whole.len()).map(|node| (whole.degree(node) / volume).powi(2)).sum();
    inside / volume - gamma * chance
}

/// Gives communities the numbers 0, 1, 2 ... in the order of their first nodes.
pub(super) fn renumber(communities: &[usize]) -> Vec<usize> {
    let mut numbers = vec![usize::MAX; communities.iter().max().map_or(0, |max| max + 1)];
    let mut next = 0;
    communities
        .iter()
        .map(|&community| {
            if numbers[community] == usize::MAX {
                numbers[community] = next;
                next += 1;
            }
            numbers[community]
        })
        .collect()
}

/// One pass: move nodes, refine, and go on with the refined parts as nodes until nothing moves.
fn pass(network: &Network, gamma: f64, start: &[usize], fixed: &[bool]) -> Vec<usize> {
    let mut level = network.clone();
    let mut communities = start.to_vec();
    let mut stays = fixed.to_vec();
    let mut node_of: Vec<usize> = (0..network.len()).collect();
    loop {
        move_nodes(&level, gamma, &mut communities, &stays);
        let parts = renumber(&refine(&level, gamma, &communities, &stays));
        let count = parts.iter().max().map_or(0, |max| max + 1);
        if count == level.len() {
            return renumber(&node_of.iter().map(|&node| communities[node]).collect::<Vec<_>>());
        }
        let mut community_of_part = vec![0; count];
        let mut part_stays = vec![false; count];
        for (node, &part) in parts.iter().enumerate() {
            community_of_part[part] = communities[node];
            part_stays[part] |= stays[node];
        }
        level = level.aggregate(&parts, count);
        communities = renumber(&community_of_part);
        stays = part_stays;
        for node in &mut node_of {
            *node = parts[*node];
        }
    }
}

/// Moves nodes to the community where they gain most, until none gains.
fn move_nodes(network: &Network, gamma: f64, communities: &mut [usize], fixed: &[bool]) {
    let nodes = network.len();
    let scale = gamma / network.volume().max(f64::MIN_POSITIVE);
    let mut sums = vec![0.0; nodes];
    let mut sizes = vec![0_usize; nodes];
    for (node, &community) in communities.iter().enumerate() {
        sums[community] += network.degree(node);
        sizes[community] += 1;
    }
    let mut empty: Vec<usize> = (0..nodes).rev().filter(|&community| sizes[community] == 0).collect();
    let mut queue: VecDeque<usize> = (0..nodes).filter(|&node| !fixed[node]).collect();
    let mut queued: Vec<bool> = fixed.iter().map(|fixed| !fixed).collect();
    let mut ties = Ties::new(nodes);
    while let Some(node) = queue.pop_front() {
        queued[node] = false;
        let (own, degree) = (communities[node], network.degree(node));
        sums[own] -= degree;
        ties.count(network, node, |other| Some(communities[other]));
        let gain = |community: usize, tie: f64| tie - scale * degree * sums[community];
        let mut best = (own, gain(own, ties.to(own)));
        for &community in &ties.seen {
            let gained = gain(community, ties.to(community));
            if gained > best.1 + GAIN_MIN || (best.0 != own && community < best.0 && gained > best.1 - GAIN_MIN) {
                best = (community, gained);
            }
        }
        if best.1 < -GAIN_MIN
            && sizes[own] > 1
            && let Some(&alone) = empty.last()
        {
            best = (alone, 0.0);
        }
        sums[best.0] += degree;
        if best.0 == own {
            continue;
        }
        communities[node] = best.0;
        sizes[own] -= 1;
        sizes[best.0] += 1;
        if empty.last() == Some(&best.0) {
            empty.pop();
        }
        if sizes[own] == 0 {
            empty.push(own);
        }
        for &(other, _) in network.row(node) {
            if !queued[other] && !fixed[other] && communities[other] != best.0 {
                queued[other] = true;
                queue.push_back(other);
            }
        }
    }
}

/// Splits communities into parts that hold together: only well tied nodes join, only within their community. Fixed
/// nodes of a community are one part from the start.
fn refine(network: &Network, gamma: f64, communities: &[usize], fixed: &[bool]) -> Vec<usize> {
    let nodes = network.len();
    let scale = gamma / network.volume().max(f64::MIN_POSITIVE);
    let mut community_sums = vec![0.0; nodes];
    for (node, &community) in communities.iter().enumerate() {
        community_sums[community] += network.degree(node);
    }
    let mut parts = join_fixed(communities, fixed);
    let mut sums = vec![0.0; nodes];
    let mut alone = vec![true; nodes];
    for (node, &part) in parts.iter().enumerate() {
        sums[part] += network.degree(node);
        alone[part] = part == node && alone[part];
    }
    let well_tied = |tie: f64, sum: f64, all: f64| tie >= scale * sum * (all - sum) - GAIN_MIN;
    let mut outward: Vec<f64> = vec![0.0; nodes];
    for (from, to, weight) in network.edges() {
        if communities[from] == communities[to] && parts[from] != parts[to] {
            outward[parts[from]] += weight;
            outward[parts[to]] += weight;
        }
    }
    let mut ties = Ties::new(nodes);
    for node in 0..nodes {
        let (community, degree) = (communities[node], network.degree(node));
        let own = parts[node];
        if fixed[node] || !alone[own] || !well_tied(outward[own], degree, community_sums[community]) {
            continue;
        }
        ties.count(network, node, |other| (communities[other] == community).then(|| parts[other]));
        let mut best = (own, 0.0);
        for &part in ties.seen.iter().filter(|&&part| part != own) {
            let gained = ties.to(part) - scale * degree * sums[part];
            if gained > best.1 + GAIN_MIN && well_tied(outward[part], sums[part], community_sums[community]) {
                best = (part, gained);
            }
        }
        if best.0 != own {
            let tie = ties.to(best.0);
            outward[best.0] += outward[own] - 2.0 * tie;
            sums[best.0] += degree;
            alone[best.0] = false;
            parts[node] = best.0;
        }
    }
    parts
}

/// Every node alone, except that the fixed nodes of a community stand together under the first of them.
fn join_fixed(communities: &[usize], fixed: &[bool]) -> Vec<usize> {
    let mut first = vec![usize::MAX; communities.len()];
    (0..communities.len())
        .map(|node| {
            if !fixed[node] {
                return node;
            }
            let first = &mut first[communities[node]];
            if *first == usize::MAX {
                *first = node;
            }
            *first
        })
        .collect()
}

/// Weights from one node to the groups around it.
struct Ties {
    weights: Vec<f64>,
    seen: Vec<usize>,
}

impl Ties {
    fn new(groups: usize) -> Self {
        Self { weights: vec![0.0; groups], seen: Vec::new() }
    }

    /// Counts the weights from `node` to the groups of its neighbours; neighbours without a group are left out.
    fn count(&mut self, network: &Network, node: usize, group_of: impl Fn(usize) -> Option<usize>) {
        for group in self.seen.drain(..) {
            self.weights[group] = 0.0;
        }
        for &(other, weight) in network.row(node) {
            if let Some(group) = group_of(other) {
                if self.weights[group] == 0.0 {
                    self.seen.push(group);
                }
                self.weights[group] += weight;
            }
        }
    }

    fn to(&self, group: usize) -> f64 {
        self.weights[group]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cold(network: &Network, gamma: f64) -> Vec<usize> {
        partition(network, gamma, &singletons(network.len()), &vec![false; network.len()])
    }

    /// `groups` cliques of `size` nodes in a ring, one edge from each to the next.
    fn ring_of_cliques(groups: usize, size: usize) -> Vec<(usize, usize, f64)> {
        let mut edges = Vec::new();
        for group in 0..groups {
            let first = group * size;
            for a in first..first + size {
                edges.extend((a + 1..first + size).map(|b| (a, b, 1.0)));
            }
            edges.push((first, (first + size) % (groups * size), 1.0));
        }
        edges
    }

    #[test]
    fn finds_cliques_in_a_ring() {
        let network = Network::new(40, ring_of_cliques(8, 5));
        let expected: Vec<usize> = (0..40).map(|node| node / 5).collect();
        assert_eq!(cold(&network, 1.0), expected);
    }

    #[test]
    fn a_lower_gamma_never_gives_more_communities() {
        let network = Network::new(60, ring_of_cliques(12, 5));
        let counts: Vec<usize> =
            [0.1, 0.5, 1.0, 4.0].iter().map(|&gamma| cold(&network, gamma).iter().max().unwrap() + 1).collect();
        assert!(counts.is_sorted(), "{counts:?}");
    }

    #[test]
    fn comes_near_brute_force_on_tiny_graphs() {
        let gaps: Vec<f64> = (0..40)
            .map(|seed| {
                let network = Network::new(7, scattered_edges(seed));
                let best = all_partitions(7).into_iter().map(|p| quality(&network, 1.0, &p)).fold(f64::MIN, f64::max);
                best - quality(&network, 1.0, &cold(&network, 1.0))
            })
            .collect();
        assert!(gaps.iter().filter(|gap| **gap < 1e-9).count() >= 32, "{gaps:?}");
        assert!(gaps.iter().all(|gap| *gap < 0.05), "{gaps:?}");
    }

    #[test]
    fn order_of_edges_changes_nothing() {
        let mut edges = ring_of_cliques(6, 4);
        let forward = cold(&Network::new(24, edges.clone()), 0.7);
        edges.reverse();
        edges.rotate_left(7);
        assert_eq!(cold(&Network::new(24, edges), 0.7), forward);
    }

    #[test]
    fn fixed_nodes_stay_and_free_ones_join_them() {
        let network = Network::new(10, ring_of_cliques(2, 5));
        let start = vec![0, 0, 1, 1, 2, 3, 3, 3, 3, 4];
        let fixed = vec![true, true, true, true, false, true, true, true, true, false];
        let found = partition(&network, 1.0, &start, &fixed);
        assert_eq!(found[0], found[1]);
        assert_eq!(found[2], found[3]);
        assert_ne!(found[0], found[2], "fixed nodes of two communities must not be joined");
        assert!(found[4] == found[0] || found[4] == found[2]);
        assert_eq!(found[9], found[5]);
    }

    #[test]
    fn nodes_without_edges_stay_alone() {
        let network = Network::new(4, vec![(0, 1, 1.0)]);
        assert_eq!(cold(&network, 1.0), [0, 0, 1, 2]);
        assert!(cold(&Network::new(0, Vec::new()), 1.0).is_empty());
    }

    fn scattered_edges(seed: u64) -> Vec<(usize, usize, f64)> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1;
        let mut edges = Vec::new();
        for a in 0..7 {
            for b in a + 1..7 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                if (state >> 60) < 7 {
                    edges.push((a, b, 1.0));
                }
            }
        }
        edges
    }

    fn all_partitions(nodes: usize) -> Vec<Vec<usize>> {
        let mut all = vec![Vec::new()];
        for _ in 0..nodes {
            all = all
                .into_iter()
                .flat_map(|partial: Vec<usize>| {
                    let next = partial.iter().max().map_or(0, |max| max + 1);
                    (0..=next).map(move |group| [partial.clone(), vec![group]].concat())
                })
                .collect();
        }
        all
    }
}
