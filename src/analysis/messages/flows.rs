//! Flows: what happens after a message came or a clock struck, a few calls deep.
//!
//! A step is what the graph shows: a call, a message that is sent, a stored record that is named, another system whose
//! client is called. Nothing is said of the order of branches or of what calls through unknown values do.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::graph::{Basis, Dependency, DependencyKind, FileIndex, Symbol};
use crate::codebase::message::{Flow, JobTrigger, Party, Step, StepKind, Trigger, TriggerKind};
use crate::codebase::outline::Outline;
use crate::codebase::{Codebase, EvidenceKind, RepoPath, Role};

use super::super::components::kebab;
use super::unique;

/// How many calls deep a flow is followed.
const DEPTH_MAX: usize = 3;
/// Most steps of a flow.
const STEPS_MAX: usize = 24;

/// The flow of each consumer and of each job.
pub(in crate::analysis) fn follow(codebase: &Codebase) -> Vec<Flow> {
    if codebase.channels.is_empty() && codebase.jobs.is_empty() {
        return Vec::new();
    }
    let map = Map::new(codebase);
    let mut taken = BTreeSet::new();
    let mut flows = Vec::new();
    for channel in &codebase.channels {
        for consumer in &channel.consumers {
            let title = format!("{} on {}", shown(consumer), channel.name);
            let trigger = Trigger { kind: TriggerKind::Message, of: channel.id.clone() };
            flows.extend(map.flow(&mut taken, &channel.id, title, trigger, consumer));
        }
    }
    for job in &codebase.jobs {
        let title = format!("{} by schedule", job.name);
        let trigger = Trigger { kind: TriggerKind::Schedule, of: job.id.clone() };
        let starts = job.trigger != JobTrigger::Continuous;
        flows.extend(starts.then(|| map.flow(&mut taken, &job.id, title, trigger, &job.handler)).flatten());
    }
    flows.sort_by(|a, b| a.id.cmp(&b.id));
    flows
}

fn shown(party: &Party) -> &str {
    if party.symbol.is_empty() { party.file.file_name() } else { &party.symbol }
}

/// What stands where, for steps.
struct Map<'a> {
    codebase: &'a Codebase,
    /// Ids of entities by the place of their class.
    entities: FxHashMap<Symbol, &'a str>,
    /// Ids and names of channels by the file and line that publishes to them.
    published: BTreeMap<(&'a RepoPath, u32), Vec<(&'a str, &'a str)>>,
    /// Systems by the file and line that calls them.
    called: BTreeMap<(&'a RepoPath, u32), (&'a str, StepKind)>,
}

/// Categories of systems that keep records.
const STORES: &[&str] = &["database", "cache", "storage", "search", "datastore", "vector", "warehouse"];

impl<'a> Map<'a> {
    fn new(codebase: &'a Codebase) -> Self {
        let mut entities = FxHashMap::default();
        for entity in &codebase.entities {
            let Some(file) = codebase.file_index(&entity.file) else { continue };
            let definitions = &codebase.facts[file].outline.definitions;
            let class = (0..).zip(definitions).find(|(_, it)| it.kind.is_type() && it.line == entity.line);
            if let (Some((index, _)), Ok(file)) = (class, FileIndex::try_from(file)) {
                entities.insert(Symbol { file, definition: Some(index) }, entity.id.as_str());
            }
        }
        let mut published: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for channel in &codebase.channels {
            for party in &channel.publishers {
                published.entry((&party.file, party.line)).or_default().push((&*channel.id, &*channel.name));
            }
        }
        let mut called = BTreeMap::new();
        // What carries messages is told by the channels.
        for external in codebase.externals.iter().filter(|it| it.category != "queue") {
            let kind = if STORES.contains(&&*external.category) { StepKind::Query } else { StepKind::Http };
            for it in external.evidence.iter().filter(|it| it.kind == EvidenceKind::Call) {
                called.insert((&it.file, it.line), (&*external.id, kind));
            }
        }
        Self { codebase, entities, published, called }
    }

    /// The flow that starts at a definition; nothing where it does nothing that is known.
    fn flow(
        &self,
        taken: &mut BTreeSet<String>,
        of: &str,
        title: String,
        trigger: Trigger,
        start: &Party,
    ) -> Option<Flow> {
        let start = self.symbol(start)?;
        let mut steps = Steps { seen: FxHashSet::default(), known: BTreeSet::new(), all: Vec::new() };
        self.walk(start, 0, &mut steps);
        if steps.all.is_empty() {
            return None;
        }
        let id = unique(taken, &kebab(&format!("{of} {}", self.name(start))));
        Some(Flow { id, title, trigger, steps: steps.all })
    }

    fn symbol(&self, party: &Party) -> Option<Symbol> {
        let file = self.codebase.file_index(&party.file)?;
        let definitions = &self.codebase.facts[file].outline.definitions;
        let outline = &self.codebase.facts[file].outline;
        let is_it = |(index, it): &(u32, &crate::codebase::outline::Definition)| {
            it.line == party.line && outline.dotted_name(*index) == party.symbol
        };
        let (index, _) = (0..).zip(definitions).find(is_it)?;
        Some(Symbol { file: FileIndex::try_from(file).ok()?, definition: Some(index) })
    }

    fn outline(&self, file: FileIndex) -> Option<&'a Outline> {
        self.codebase.facts.get(file as usize).map(|facts| &facts.outline)
    }

    fn name(&self, symbol: Symbol) -> String {
        let outline = self.outline(symbol.file).zip(symbol.definition);
        outline.map(|(outline, index)| outline.dotted_name(index)).unwrap_or_default()
    }

    /// Adds what a definition does, and what it calls does, in order of the lines.
    fn walk(&self, from: Symbol, depth: usize, steps: &mut Steps) {
        if depth >= DEPTH_MAX || !steps.seen.insert(from) {
            return;
        }
        for (line, next) in self.lines_of(from) {
            if steps.all.len() >= STEPS_MAX {
                return;
            }
            match next {
                Next::Step { to, label, kind } => self.push(steps, from, to, label, kind, line),
                Next::Call(to) => {
                    let called = self.name(to);
                    let simple = called.rsplit('.').next().unwrap_or(&called).to_owned();
                    self.push(steps, from, called, simple, StepKind::Call, line);
                    self.walk(to, depth + 1, steps);
                }
            }
        }
    }

    fn push(&self, steps: &mut Steps, from: Symbol, to: String, label: String, kind: StepKind, line: u32) {
        let file = self.codebase.files[from.file as usize].path.clone();
        let step = Step { from: self.name(from), to, label, kind, file, line };
        if steps.known.insert((step.from.clone(), step.to.clone(), step.kind)) {
            steps.all.push(step);
        }
    }

    /// What the lines of a definition show, sorted.
    fn lines_of(&self, from: Symbol) -> Vec<(u32, Next)> {
        let mut found: Vec<(u32, Next)> = Vec::new();
        let source = &self.codebase.files[from.file as usize];
        let lines = self.outline(from.file).zip(from.definition).and_then(|(outline, index)| outline.definition(index));
        let Some(lines) = lines.map(|definition| definition.lines) else { return found };
        let range = (&source.path, lines.first)..=(&source.path, lines.last);
        for ((_, line), channels) in self.published.range(range.clone()) {
            let step = |(id, name): &(&str, &str)| Next::Step {
                to: (*id).to_owned(),
                label: format!("publish {name}"),
                kind: StepKind::Publish,
            };
            found.extend(channels.iter().map(|channel| (*line, step(channel))));
        }
        for ((_, line), (id, kind)) in self.called.range(range) {
            found.push((*line, Next::Step { to: (*id).to_owned(), label: format!("use {id}"), kind: *kind }));
        }
        let uses = self.dependencies(from);
        for it in uses {
            if let Some(entity) = self.entities.get(&it.to) {
                let step =
                    Next::Step { to: (*entity).to_owned(), label: format!("use {entity}"), kind: StepKind::Query };
                found.push((it.line, step));
            } else if it.kind == DependencyKind::Call && self.is_code(it.to) && !stands_for(uses, it) {
                found.push((it.line, Next::Call(it.to)));
            }
        }
        found.sort_by_key(|(line, next)| (*line, matches!(next, Next::Step { .. })));
        found
    }

    /// Whether a symbol is a function or method of code that is no test.
    fn is_code(&self, symbol: Symbol) -> bool {
        let definition =
            self.outline(symbol.file).zip(symbol.definition).and_then(|(outline, index)| outline.definition(index));
        let is_function = definition.is_some_and(|it| {
            use crate::codebase::outline::SymbolKind::{Function, Method};
            matches!(it.kind, Function | Method)
        });
        is_function && self.codebase.files.get(symbol.file as usize).is_some_and(|file| file.role == Role::Source)
    }

    fn dependencies(&self, from: Symbol) -> &'a [Dependency] {
        let all = self.codebase.graph.dependencies();
        let start = all.partition_point(|it| it.from < from);
        let end = all.partition_point(|it| it.from <= from);
        &all[start..end]
    }
}

/// Whether another dependency of the same line says which code runs in the place of this one's interface.
fn stands_for(uses: &[Dependency], it: &Dependency) -> bool {
    it.basis != Basis::Implementation
        && uses
            .iter()
            .any(|other| other.basis == Basis::Implementation && other.line == it.line && other.count == it.count)
}

/// What a line shows.
enum Next {
    Step { to: String, label: String, kind: StepKind },
    Call(Symbol),
}

/// The steps so far.
struct Steps {
    seen: FxHashSet<Symbol>,
    known: BTreeSet<(String, String, StepKind)>,
    all: Vec<Step>,
}
