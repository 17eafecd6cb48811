//! The micro-benchmark of `PyCG`: 118 small programs that each show one way of calling in Python, with their true call graphs.
//!
//! It is an exam, never part of the program: `.ci/run` takes it from the package index (the source archive of `pycg`, Apache-2.0) to
//! `target/exams`, or `DOCAGENT_TEST_EXAMS` names the folder that holds it.
//!
//! The rules:
//! - A function is named by its module and the names around it; code at a module's level, or in a class's body, counts
//!   for the function or module around it.
//! - A call of a class is a call of the `__init__` that it or the nearest base has, and no call where none has one.
//! - Only edges with both ends in the program count: calls of built-in functions and of packages are left out.
//! - Lambdas are no symbols of our graph, so edges from and to them are left out. A variable that is given one stands
//!   for it.

mod noir;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use docagent::codebase::Codebase;
use docagent::codebase::graph::{Dependency, DependencyKind, Symbol};
use docagent::codebase::outline::{Assignment, SymbolKind, Value};

use crate::required;
use crate::sources::{Sources, exams};

/// Which part of the edges we draw is right, at least.
const PRECISION: f64 = 0.95;
/// Which part of the right edges we draw, at least.
const RECALL: f64 = 0.75;

/// Edges from caller to callee.
type Calls = BTreeSet<(String, String)>;

#[test]
fn calls_of_python_programs() {
    let Some(folder) = snippets() else {
        return required("PyCG's micro-benchmark: see .ci/run for how it is installed");
    };
    let mut categories: BTreeMap<String, Tally> = BTreeMap::new();
    let mut faults = String::new();
    for program in programs(&folder) {
        let (truth, drawn) = (truth(&program), drawn(&program));
        let name = program.strip_prefix(&folder).unwrap().display().to_string();
        let category = name.split('/').next().unwrap_or_default().to_owned();
        categories.entry(category).or_default().add(&truth, &drawn);
        for (sign, edges) in [('-', truth.difference(&drawn)), ('+', drawn.difference(&truth))] {
            edges.for_each(|(from, to)| faults.push_str(&format!("{sign} {name}: {from} -> {to}\n")));
        }
    }
    let mut all = Tally::default();
    for tally in categories.values() {
        all.merge(tally);
    }
    let mut report = String::new();
    for (category, tally) in categories.iter().map(|(name, tally)| (name.as_str(), tally)).chain([("all", &all)]) {
        let Tally { programs, right, drawn, owed } = tally;
        report.push_str(&format!(
            "{category:14} {programs:4} programs  precision {:.3} ({right}/{drawn})  recall {:.3} ({right}/{owed})\n",
            tally.precision(),
            tally.recall(),
        ));
    }
    eprintln!("{report}");
    assert!(all.owed > 200, "the exam is there as a whole");
    assert!(all.precision() >= PRECISION && all.recall() >= RECALL, "missed (-) and wrong (+):\n{faults}\n{report}");
}

#[derive(Default)]
struct Tally {
    programs: usize,
    right: u32,
    drawn: u32,
    owed: u32,
}

impl Tally {
    fn add(&mut self, truth: &Calls, drawn: &Calls) {
        let count = |edges: usize| u32::try_from(edges).unwrap();
        self.merge(&Self {
            programs: 1,
            right: count(truth.intersection(drawn).count()),
            drawn: count(drawn.len()),
            owed: count(truth.len()),
        });
    }

    fn merge(&mut self, other: &Self) {
        self.programs += other.programs;
        self.right += other.right;
        self.drawn += other.drawn;
        self.owed += other.owed;
    }

    fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from(self.drawn.max(1))
    }

    fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from(self.owed.max(1))
    }
}

/// The folder `snippets` of the benchmark, wherever in the folder of exams it lies.
fn snippets() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir(exams()).ok()?.map(|entry| entry.unwrap().path()).collect();
    versions.sort();
    versions.into_iter().map(|version| version.join("micro-benchmark/snippets")).find(|folder| folder.is_dir())
}

/// The folders `<category>/<program>`, sorted.
fn programs(snippets: &Path) -> Vec<PathBuf> {
    let below =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let mut programs: Vec<PathBuf> = below(snippets).iter().flat_map(|category| below(category)).collect();
    programs.retain(|program| program.join("callgraph.json").is_file());
    programs.sort();
    programs
}

/// The edges that the benchmark's authors drew.
fn truth(program: &Path) -> Calls {
    let text = std::fs::read_to_string(program.join("callgraph.json")).unwrap();
    let graph: BTreeMap<String, Vec<String>> = serde_json::from_str(&text).unwrap();
    let edges = graph.iter().flat_map(|(from, all)| all.iter().map(|to| (from.clone(), to.clone())));
    internal(program, edges)
}

/// The edges of ours.
fn drawn(program: &Path) -> Calls {
    let (codebase, _) = Sources::below(program, |path| path.extension() == "py").analyse();
    let edges = codebase.graph.dependencies().iter().filter(|edge| edge.kind == DependencyKind::Call);
    let named = |edge: &Dependency| {
        let from = name_of(&codebase, caller(&codebase, edge.from));
        Some((from, name_of(&codebase, callee(&codebase, edge.to)?)))
    };
    internal(program, edges.filter_map(named))
}

fn internal(program: &Path, edges: impl Iterator<Item = (String, String)>) -> Calls {
    let sources = Sources::below(program, |path| path.extension() == "py");
    let modules: BTreeSet<String> = sources.files().map(|(path, _)| module_name(path.as_str())).collect();
    let is_own = |name: &str| {
        let starts = name.match_indices('.').map(|(at, _)| &name[..at]).chain([name]);
        starts.into_iter().any(|start| modules.contains(start)) && !name.contains("<lambda")
    };
    edges.filter(|(from, to)| is_own(from) && is_own(to)).collect()
}

fn module_name(path: &str) -> String {
    let path = path.trim_end_matches(".py");
    path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".")
}

fn name_of(codebase: &Codebase, symbol: Symbol) -> String {
    let file = usize::try_from(symbol.file).unwrap();
    let module = module_name(codebase.files[file].path.as_str());
    let outline = &codebase.facts[file].outline;
    let Some((index, definition)) = symbol.definition.and_then(|index| Some((index, outline.definition(index)?)))
    else {
        return module;
    };
    let is_given = |own: &&Assignment| own.enclosing == definition.parent && own.target == definition.name;
    let values = outline.assignments.iter().filter(is_given).map(|own| &own.value);
    let is_lambda = values.into_iter().any(|value| matches!(value, Value::Function(_)));
    format!("{module}.{}", if is_lambda { "<lambda>".to_owned() } else { outline.dotted_name(index) })
}

fn kind_of(codebase: &Codebase, symbol: Symbol) -> Option<SymbolKind> {
    let outline = &codebase.facts[usize::try_from(symbol.file).unwrap()].outline;
    outline.definition(symbol.definition?).map(|definition| definition.kind)
}

/// The function or module whose code it is.
fn caller(codebase: &Codebase, mut symbol: Symbol) -> Symbol {
    let outline = &codebase.facts[usize::try_from(symbol.file).unwrap()].outline;
    while kind_of(codebase, symbol).is_some_and(|kind| !is_function(kind)) {
        symbol.definition = symbol.definition.and_then(|index| outline.definition(index)?.parent);
    }
    symbol
}

/// The function that is called: for a class, the nearest `__init__`.
fn callee(codebase: &Codebase, symbol: Symbol) -> Option<Symbol> {
    if kind_of(codebase, symbol).is_some_and(is_function) {
        return Some(symbol);
    }
    let mut classes = vec![symbol];
    let mut seen = BTreeSet::new();
    while let Some(class) = classes.pop().filter(|class| seen.insert(*class)) {
        let outline = &codebase.facts[usize::try_from(class.file).unwrap()].outline;
        let mut members = class.definition.into_iter().flat_map(|index| outline.children(index));
        if let Some((own, _)) = members.find(|(_, member)| member.name == "__init__") {
            return Some(Symbol { file: class.file, definition: Some(own) });
        }
        let mut bases: Vec<_> = codebase.graph.dependencies().iter().filter(|edge| edge.from == class).collect();
        bases.retain(|edge| edge.kind == DependencyKind::Inherit);
        bases.sort_by_key(|edge| std::cmp::Reverse(edge.line));
        classes.extend(bases.into_iter().map(|edge| edge.to));
    }
    None
}

const fn is_function(kind: SymbolKind) -> bool {
    matches!(kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor | SymbolKind::Field)
}
