//! An undirected weighted graph in sorted rows, for algorithms that must not depend on hash order.

/// Undirected weighted graph. Equal input gives equal rows, and sums are always taken in the same order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Network {
    /// Where each node's row starts; one entry more than nodes.
    starts: Vec<usize>,
    /// Neighbours and weights of all rows, sorted by neighbour within a row; no loops.
    links: Vec<(usize, f64)>,
    /// Weight of each node's loop: what it holds inside.
    loops: Vec<f64>,
    /// Sum of weights at each node, loops counted twice.
    degrees: Vec<f64>,
}

impl Network {
    /// Builds the graph of `nodes` nodes; parallel edges are added up, edges of a node to itself are loops.
    pub(super) fn new(nodes: usize, mut edges: Vec<(usize, usize, f64)>) -> Self {
        for edge in &mut edges {
            *edge = (edge.0.min(edge.1), edge.0.max(edge.1), edge.2);
        }
        edges.retain(|&(_, high, weight)| high < nodes && weight > 0.0);
        edges.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        edges.dedup_by(|next, kept| {
            let same = (next.0, next.1) == (kept.0, kept.1);
            if same {
                kept.2 += next.2;
            }
            same
        });
        let mut loops = vec![0.0; nodes];
        let mut both = Vec::with_capacity(edges.len() * 2);
        for (low, high, weight) in edges {
            if low == high {
                loops[low] += weight;
            } else {
                both.push((low, high, weight));
                both.push((high, low, weight));
            }
        }
        both.sort_unstable_by_key(|&(from, to, _)| (from, to));
        let mut starts = vec![0; nodes + 1];
        let mut degrees: Vec<f64> = loops.iter().map(|weight| weight * 2.0).collect();
        for &(from, _, weight) in &both {
            starts[from + 1] += 1;
            degrees[from] += weight;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        Self { starts, links: both.into_iter().map(|(_, to, weight)| (to, weight)).collect(), loops, degrees }
    }

    /// Number of nodes.
    pub(super) fn len(&self) -> usize {
        self.loops.len()
    }

    /// Neighbours of a node with the weights of the edges to them, sorted.
    pub(super) fn row(&self, node: usize) -> &[(usize, f64)] {
        &self.links[self.starts[node]..self.starts[node + 1]]
    }

    /// Sum of weights at a node, its loop counted twice.
    pub(super) fn degree(&self, node: usize) -> f64 {
        self.degrees[node]
    }

    /// Sum of all degrees: twice the total weight.
    pub(super) fn volume(&self) -> f64 {
        self.degrees.iter().sum()
    }

    /// All edges, loops included, each once.
    pub(super) fn edges(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        let loops = self.loops.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        let loops = loops.map(|(node, &weight)| (node, node, weight));
        let links = (0..self.len()).flat_map(|from| self.row(from).iter().map(move |&(to, weight)| (from, to, weight)));
        loops.chain(links.filter(|&(from, to, _)| from < to))
    }

    /// The graph of `nodes` (sorted) and the edges between them; nodes are numbered by their place.
    pub(super) fn induced(&self, nodes: &[usize]) -> Self {
        let place = |node: usize| nodes.binary_search(&node).ok();
        let mut edges = Vec::new();
        for (at, &node) in nodes.iter().enumerate() {
            let later = self.row(node).iter().filter(|(other, _)| *other > node);
            edges.extend(later.filter_map(|&(other, weight)| Some((at, place(other)?, weight))));
            edges.push((at, at, self.loops[node]));
        }
        Self::new(nodes.len(), edges)
    }

    /// The graph whose nodes are the groups `0..groups` of this graph's nodes.
    pub(super) fn aggregate(&self, group_of: &[usize], groups: usize) -> Self {
        let edges = self.edges().map(|(from, to, weight)| (group_of[from], group_of[to], weight)).collect();
        Self::new(groups, edges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_parallel_edges_up_in_any_order() {
        let one = Network::new(3, vec![(0, 1, 1.0), (1, 0, 2.0), (2, 2, 0.5), (1, 2, 1.0)]);
        let other = Network::new(3, vec![(2, 1, 1.0), (2, 2, 0.5), (0, 1, 2.0), (0, 1, 1.0)]);
        assert_eq!(one, other);
        assert_eq!(one.row(1), [(0, 3.0), (2, 1.0)]);
        assert_eq!((one.degree(2), one.volume()), (2.0, 9.0));
    }

    #[test]
    fn keeps_its_volume_when_aggregated() {
        let network = Network::new(4, vec![(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0)]);
        let halves = network.aggregate(&[0, 0, 1, 1], 2);
        assert_eq!(halves.edges().collect::<Vec<_>>(), [(0, 0, 1.0), (1, 1, 3.0), (0, 1, 2.0)]);
        assert!((halves.volume() - network.volume()).abs() < 1e-12);
    }

    #[test]
    fn a_part_of_it_holds_the_edges_between_its_nodes() {
        let network = Network::new(4, vec![(0, 1, 1.0), (1, 3, 2.0), (2, 3, 3.0), (3, 3, 0.5)]);
        let induced = network.induced(&[1, 3]);
        assert_eq!(induced.edges().collect::<Vec<_>>(), [(1, 1, 0.5), (0, 1, 2.0)]);
    }

    #[test]
    fn leaves_out_edges_to_nodes_that_are_not_there() {
        assert_eq!(Network::new(2, vec![(0, 5, 1.0)]).edges().count(), 0);
    }
}
