//! The dependency graph: files (and below them definitions) and what they use of each other.

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

/// What tells that a dependency exists, the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Scopes, imports and types say what the name means.
    #[default]
    Resolved,
    /// A member of an interface is called, and this is what implements it: its one implementation, or the one that
    /// dependency injection is told to give.
    Implementation,
    /// The receiver's type is not known; this is the only definition of the name that the place can see.
    UniqueName,
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
    /// What tells so.
    pub basis: Basis,
}

/// An edge between two files: all dependencies of one kind together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileEdge {
    /// How often.
    pub count: u32,
    /// First line in the using file that shows it.
    pub line: u32,
    /// The surest of what tells so.
    pub basis: Basis,
}

/// The graph. Edges of a file to itself, and to the implementations of an interface's members, are kept between symbols
/// and left out between files.
#[derive(Debug, Default)]
pub struct DependencyGraph {
    dependencies: Vec<Dependency>,
    /// Files; an edge holds what it is of each kind, in the order of [`DependencyKind::ALL`].
    files: DiGraphMap<FileIndex, [FileEdge; DependencyKind::ALL.len()]>,
    /// Of each file, the indices in its outline of called names that are not known to mean anything in the repository.
    unresolved: Vec<Vec<u32>>,
}

impl DependencyGraph {
    /// Builds the graph; equal dependencies are added up, the earliest line kept.
    pub fn new(mut dependencies: Vec<Dependency>) -> Self {
        // Equal ones stand side by side then, the earliest line first.
        dependencies.sort_unstable_by_key(|it| (it.from, it.to, it.kind, it.line));
        dependencies.dedup_by(|later, first| {
            let same = (later.from, later.to, later.kind) == (first.from, first.to, first.kind);
            if same {
                first.count += later.count;
                first.basis = first.basis.min(later.basis);
            }
            same
        });
        dependencies.shrink_to_fit();
        // What is run in the place of an interface is no dependency of the file that names the interface.
        let is_drawn = |it: &&Dependency| it.from.file != it.to.file && it.basis != Basis::Implementation;
        let mut between: Vec<&Dependency> = dependencies.iter().filter(is_drawn).collect();
        // The graph gives its edges back in the order in which they came.
        between.sort_by_key(|it| (it.from.file, it.to.file));
        let mut files: DiGraphMap<FileIndex, [FileEdge; DependencyKind::ALL.len()]> = DiGraphMap::new();
        for it in between {
            if !files.contains_edge(it.from.file, it.to.file) {
                files.add_edge(it.from.file, it.to.file, Default::default());
            }
            if let Some(kinds) = files.edge_weight_mut(it.from.file, it.to.file) {
                kinds[it.kind as usize].add(it.count, it.line, it.basis);
            }
        }
        Self { dependencies, files, unresolved: Vec::new() }
    }

    /// The same graph with the calls that are not known to mean anything: for each file, indices of references.
    #[must_use]
    pub fn with_unresolved(self, unresolved: Vec<Vec<u32>>) -> Self {
        Self { unresolved, ..self }
    }

    /// Indices in a file's outline of called names that mean nothing known in the repository: something of a library,
    /// or of a value whose type is not known.
    pub fn unresolved(&self, file: FileIndex) -> &[u32] {
        self.unresolved.get(file as usize).map_or(&[], Vec::as_slice)
    }

    /// All dependencies between symbols, sorted.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// The dependencies that the code itself states: without those to implementations of interfaces, which are chosen
    /// when the program runs.
    pub fn stated(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|it| it.basis != Basis::Implementation)
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
    fn add(&mut self, count: u32, line: u32, basis: Basis) {
        self.basis = if self.count == 0 { basis } else { self.basis.min(basis) };
        self.line = if self.count == 0 { line } else { self.line.min(line) };
        self.count += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(from: u32, to: u32, kind: DependencyKind, line: u32) -> Dependency {
        let symbol = |file| Symbol { file, definition: None };
        Dependency { from: symbol(from), to: symbol(to), kind, count: 1, line, basis: Basis::Resolved }
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
        let edges = |all: &[Dependency]| DependencyGraph::new(all.to_vec()).file_edges().collect::<Vec<_>>();
        let expected = vec![
            (0, 2, DependencyKind::Import, FileEdge { count: 1, line: 4, ..FileEdge::default() }),
            (0, 2, DependencyKind::Type, FileEdge { count: 2, line: 5, ..FileEdge::default() }),
            (2, 1, DependencyKind::Call, FileEdge { count: 1, line: 9, ..FileEdge::default() }),
        ];
        assert_eq!(edges(&dependencies), expected);
        dependencies.reverse();
        assert_eq!(edges(&dependencies), expected);
    }
}
