//! How parts of the system (domains, components, folders) use each other, from the dependencies between their files.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use crate::codebase::graph::FileIndex;
use crate::codebase::{DependencyGraph, DependencyKind};

/// Which part uses which. Parts are numbered by the caller.
#[derive(Clone, Debug, Default)]
pub struct AreaMap {
    links: BTreeMap<(usize, usize), AreaLink>,
}

/// All uses of one part by another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreaLink {
    /// Pairs of files of which the first uses the second.
    pub files: u32,
    /// The pair that does so most.
    pub example: Example,
}

/// Two files of which the first uses the second, with the line that shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Example {
    /// Who uses.
    pub from: FileIndex,
    /// What is used.
    pub to: FileIndex,
    /// The line.
    pub line: u32,
    /// How often.
    uses: u32,
}

impl AreaMap {
    /// The map of the parts that `area_of` puts files in; files for which it gives `None` do not count.
    pub fn new(graph: &DependencyGraph, area_of: impl Fn(FileIndex) -> Option<usize>) -> Self {
        let mut pairs: BTreeMap<(FileIndex, FileIndex), Example> = BTreeMap::new();
        for (from, to, kind, edge) in graph.file_edges() {
            if area_of(from).is_none() || area_of(to).is_none() {
                continue;
            }
            let pair = pairs.entry((from, to)).or_insert(Example { from, to, line: edge.line, uses: 0 });
            // An import statement shows less than the line that uses what was imported.
            if kind != DependencyKind::Import {
                pair.line = edge.line;
            }
            pair.uses = pair.uses.max(edge.count);
        }
        let mut links: BTreeMap<(usize, usize), AreaLink> = BTreeMap::new();
        for pair in pairs.into_values() {
            let (Some(from), Some(to)) = (area_of(pair.from), area_of(pair.to)) else { continue };
            if from == to {
                continue;
            }
            let link = links.entry((from, to)).or_insert(AreaLink { files: 0, example: pair });
            link.files += 1;
            if pair.uses > link.example.uses {
                link.example = pair;
            }
        }
        Self { links }
    }

    /// All links, by (from, to).
    pub fn links(&self) -> impl Iterator<Item = (usize, usize, AreaLink)> + '_ {
        self.links.iter().map(|(&(from, to), &link)| (from, to, link))
    }

    /// The uses of one part by another.
    pub fn link(&self, from: usize, to: usize) -> Option<AreaLink> {
        self.links.get(&(from, to)).copied()
    }

    /// The parts that `area` uses, strongest first.
    pub fn used_by_area(&self, area: usize) -> Vec<(usize, AreaLink)> {
        strongest(self.links().filter(|&(from, _, _)| from == area).map(|(_, to, link)| (to, link)).collect())
    }

    /// The parts that use `area`, strongest first.
    pub fn users_of(&self, area: usize) -> Vec<(usize, AreaLink)> {
        strongest(self.links().filter(|&(_, to, _)| to == area).map(|(from, _, link)| (from, link)).collect())
    }

    /// Groups of parts that use each other in a circle, each sorted.
    pub fn cycles(&self) -> Vec<Vec<usize>> {
        let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
        for (from, to, _) in self.links() {
            graph.add_edge(from, to, ());
        }
        let mut cycles = tarjan_scc(&graph);
        cycles.retain(|cycle| cycle.len() > 1);
        for cycle in &mut cycles {
            cycle.sort_unstable();
        }
        cycles.sort();
        cycles
    }
}

fn strongest(mut links: Vec<(usize, AreaLink)>) -> Vec<(usize, AreaLink)> {
    links.sort_by(|one, two| two.1.files.cmp(&one.1.files).then(one.0.cmp(&two.0)));
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::Dependency;
    use crate::codebase::graph::{Basis, Symbol};

    fn uses(from: FileIndex, to: FileIndex, kind: DependencyKind, count: u32, line: u32) -> Dependency {
        let symbol = |file| Symbol { file, definition: None };
        Dependency { from: symbol(from), to: symbol(to), kind, count, line, basis: Basis::Resolved }
    }

    #[test]
    fn pairs_of_files_are_counted_once_whatever_the_kinds() {
        let graph = DependencyGraph::new(vec![
            uses(0, 2, DependencyKind::Import, 1, 1),
            uses(0, 2, DependencyKind::Call, 5, 9),
            uses(1, 2, DependencyKind::Import, 1, 3),
            uses(2, 0, DependencyKind::Type, 1, 4),
            uses(0, 1, DependencyKind::Call, 7, 7),
        ]);
        let map = AreaMap::new(&graph, |file| Some(usize::from(file == 2)));
        let found: Vec<_> = map.links().map(|(from, to, link)| (from, to, link.files, link.example.line)).collect();
        assert_eq!(found, [(0, 1, 2, 9), (1, 0, 1, 4)]);
        assert_eq!(map.cycles(), [[0, 1]]);
        assert_eq!(map.users_of(1).len(), 1);
    }
}
