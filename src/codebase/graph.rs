//! The dependency graph: files (and below them definitions) and what they use of each other.

use std::collections::BTreeMap;

use petgraph::graphmap::DiGraphMap;
use serde::{Deserialize, Serialize};

use super::outline::DefinitionIndex;

/// Index of a file in [`super::Codebase::files`].
pub type FileIndex = u32;

/// A definition of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Symbol {
    /// The file.
    pub file: FileIndex,
    /// The definition in it; `None` means the file as a whole (a module).
    pub definition: Option<DefinitionIndex>,
}

/// In which way one file or definition uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DependencyKind {
    /// An import statement names the file.
    Import,
    /// A name is used that the file declares (re-exports seen through).
    Binding,
    /// A function or constructor of it is called.
    Call,
    /// A type of it is derived from or implemented.
    Inherit,
    /// A type of it is named in a signature or annotation.
    Type,
}

impl DependencyKind {
    /// All kinds, in order.
    pub const ALL: [Self; 5] = [Self::Import, Self::Binding, Self::Call, Self::Inherit, Self::Type];
}

/// A resolved dependency between two definitions (or whole files), with the line that proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// Who uses.
    pub from: Symbol,
    /// What is used.
    pub to: Symbol,
    /// How.
    pub kind: DependencyKind,
    /// How often.
    pub count: u32,
    /// First line in the using file that shows it.
    pub line: u32,
}

/// An edge between two files: all dependencies of one kind together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileEdge {
    /// How often.
    pub count: u32,
    /// First line in the using file that shows it.
    pub line: u32,
}

/// The graph. Edges of a file to itself are kept between symbols and left out between files.
#[derive(Debug, Default)]
pub struct DependencyGraph {
    dependencies: Vec<Dependency>,
    /// Files; an edge holds what it is of each kind, in the order of [`DependencyKind::ALL`].
    files: DiGraphMap<FileIndex, [FileEdge; DependencyKind::ALL.len()]>,
}

impl DependencyGraph {
    /// Builds the graph; equal dependencies are added up, the earliest line kept.
    pub fn new(dependencies: impl IntoIterator<Item = Dependency>) -> Self {
        let mut merged: BTreeMap<(Symbol, Symbol, DependencyKind), FileEdge> = BTreeMap::new();
        for dependency in dependencies {
            let key = (dependency.from, dependency.to, dependency.kind);
            merged.entry(key).or_default().add(dependency.count, dependency.line);
        }
        let dependencies: Vec<Dependency> = merged
            .into_iter()
            .map(|((from, to, kind), edge)| Dependency { from, to, kind, count: edge.count, line: edge.line })
            .collect();
        let mut between: Vec<&Dependency> = dependencies.iter().filter(|it| it.from.file != it.to.file).collect();
        // The graph gives its edges back in the order in which they came.
        between.sort_by_key(|it| (it.from.file, it.to.file));
        let mut files: DiGraphMap<FileIndex, [FileEdge; DependencyKind::ALL.len()]> = DiGraphMap::new();
        for it in between {
            if !files.contains_edge(it.from.file, it.to.file) {
                files.add_edge(it.from.file, it.to.file, Default::default());
            }
            if let Some(kinds) = files.edge_weight_mut(it.from.file, it.to.file) {
                kinds[it.kind as usize].add(it.count, it.line);
            }
        }
        Self { dependencies, files }
    }

    /// All dependencies between symbols, sorted.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// All edges between files, sorted by (from, to, kind).
    pub fn file_edges(&self) -> impl Iterator<Item = (FileIndex, FileIndex, DependencyKind, FileEdge)> + '_ {
        self.files.all_edges().flat_map(|(from, to, kinds)| {
            let present = DependencyKind::ALL.into_iter().zip(kinds).filter(|(_, edge)| edge.count > 0);
            present.map(move |(kind, edge)| (from, to, kind, *edge))
        })
    }
}

impl FileEdge {
    fn add(&mut self, count: u32, line: u32) {
        self.line = if self.count == 0 { line } else { self.line.min(line) };
        self.count += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(from: u32, to: u32, kind: DependencyKind, line: u32) -> Dependency {
        let symbol = |file| Symbol { file, definition: None };
        Dependency { from: symbol(from), to: symbol(to), kind, count: 1, line }
    }

    #[test]
    fn edges_are_added_up_and_sorted_however_they_come() {
        let mut dependencies = vec![
            dependency(2, 1, DependencyKind::Call, 9),
            dependency(1, 1, DependencyKind::Call, 1),
            dependency(0, 2, DependencyKind::Type, 7),
            dependency(0, 2, DependencyKind::Import, 4),
            dependency(0, 2, DependencyKind::Type, 5),
        ];
        let edges = |all: &[Dependency]| DependencyGraph::new(all.iter().copied()).file_edges().collect::<Vec<_>>();
        let expected = vec![
            (0, 2, DependencyKind::Import, FileEdge { count: 1, line: 4 }),
            (0, 2, DependencyKind::Type, FileEdge { count: 2, line: 5 }),
            (2, 1, DependencyKind::Call, FileEdge { count: 1, line: 9 }),
        ];
        assert_eq!(edges(&dependencies), expected);
        dependencies.reverse();
        assert_eq!(edges(&dependencies), expected);
    }
}
