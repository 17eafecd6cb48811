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
    files: BTreeMap<(FileIndex, FileIndex, DependencyKind), FileEdge>,
}

impl DependencyGraph {
    /// Builds the graph; equal dependencies are added up, the earliest line kept.
    pub fn new(dependencies: impl IntoIterator<Item = Dependency>) -> Self {
        let mut merged: BTreeMap<(Symbol, Symbol, DependencyKind), FileEdge> = BTreeMap::new();
        let mut files: BTreeMap<(FileIndex, FileIndex, DependencyKind), FileEdge> = BTreeMap::new();
        for dependency in dependencies {
            let key = (dependency.from, dependency.to, dependency.kind);
            add(merged.entry(key).or_default(), &dependency);
            if dependency.from.file != dependency.to.file {
                let key = (dependency.from.file, dependency.to.file, dependency.kind);
                add(files.entry(key).or_default(), &dependency);
            }
        }
        let dependencies = merged
            .into_iter()
            .map(|((from, to, kind), edge)| Dependency { from, to, kind, count: edge.count, line: edge.line })
            .collect();
        Self { dependencies, files }
    }

    /// All dependencies between symbols, sorted.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// All edges between files, sorted by (from, to, kind).
    pub fn file_edges(&self) -> impl Iterator<Item = (FileIndex, FileIndex, DependencyKind, FileEdge)> + '_ {
        self.files.iter().map(|(&(from, to, kind), &edge)| (from, to, kind, edge))
    }

    /// The file graph for algorithms: one edge for each pair, weighted by the number of uses.
    pub fn file_graph(&self) -> DiGraphMap<FileIndex, u32> {
        let mut graph = DiGraphMap::new();
        for (from, to, _, edge) in self.file_edges() {
            match graph.edge_weight_mut(from, to) {
                Some(weight) => *weight += edge.count,
                None => {
                    graph.add_edge(from, to, edge.count);
                }
            }
        }
        graph
    }
}

fn add(edge: &mut FileEdge, dependency: &Dependency) {
    edge.line = if edge.count == 0 { dependency.line } else { edge.line.min(dependency.line) };
    edge.count += dependency.count;
}
