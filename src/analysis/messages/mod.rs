//! Messages and jobs: what single files say of channels, joined by the channels' names and by the types of messages.
//!
//! A channel's name is followed through constants, through what stands for the channel in other files, and through one
//! level of helper: a function that publishes what it is given speaks for its callers. What tests do never counts.

mod buses;
mod callers;
mod carriers;
mod channel_names;
mod flows;
mod helpers;
mod jobs;
mod parties;
mod schedules;
mod spoken;

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::message::{Channel, ChannelKind, ChannelRef, Job, MessageFact, MessageRole, Party};
use crate::codebase::outline::{DefinitionIndex, last_part};
use crate::codebase::{Atom, DependencyGraph, Domains, ExternalSystem, Role};
use crate::messaging;

use super::components::kebab;
use super::evaluate::{At, UNKNOWN};
use super::link::Names;
use carriers::Carriers;

pub(super) use flows::follow;

/// Channels and jobs of a repository.
#[derive(Default)]
pub(super) struct Joined {
    /// Channels, sorted by id.
    pub(super) channels: Vec<Channel>,
    /// Jobs, sorted by id.
    pub(super) jobs: Vec<Job>,
}

impl Joined {
    /// Says of each party in which domain it lies.
    pub(super) fn own(&mut self, domains: &Domains) {
        let of_channels = self.channels.iter_mut().flat_map(|it| it.publishers.iter_mut().chain(&mut it.consumers));
        let of_jobs = self.jobs.iter_mut().flat_map(|it| [&mut it.declared, &mut it.handler]);
        for party in of_channels.chain(of_jobs) {
            party.domain = domains.of(&party.file).map(|domain| domain.id.clone());
        }
    }
}

/// Joins the messages of all files.
pub(super) fn join(names: &Names<'_>, graph: &DependencyGraph, externals: &[ExternalSystem]) -> Joined {
    let scope = names.scope();
    let is_silent = |facts: &crate::codebase::Facts| facts.messages.facts.is_empty() && facts.messages.jobs.is_empty();
    if scope.facts.iter().all(is_silent) {
        return Joined::default();
    }
    let mut joiner = Joiner {
        names,
        graph,
        externals,
        carriers: Carriers::new(names),
        declared: BTreeMap::new(),
        found: BTreeMap::new(),
    };
    let buses = buses::Buses::new(&joiner);
    let mut open = callers::Open::default();
    for (file, facts) in (0..).zip(scope.facts).filter(|(file, _)| !is_test(names, *file)) {
        for fact in &facts.messages.facts {
            if fact.library == buses::LIBRARY {
                buses.add(&mut joiner, file, fact, &mut open);
            } else {
                joiner.add(file, fact, &mut open);
            }
        }
    }
    open.close(&mut joiner);
    callers::send_by_calling(&mut joiner);
    spoken::add(&mut joiner);
    let jobs = jobs::collect(&mut joiner);
    Joined { channels: joiner.finish(), jobs }
}

/// What tells channels apart: the library, the name, and the file where the name is not known.
type Key = (Atom, String, Option<FileIndex>);

/// What is known of a channel so far.
#[derive(Default)]
struct Gathered {
    kinds: BTreeSet<ChannelKind>,
    broker: Option<Atom>,
    publishers: BTreeSet<Party>,
    consumers: BTreeSet<Party>,
    /// The code that consumes.
    handlers: Vec<Symbol>,
}

/// The state of joining.
struct Joiner<'a> {
    names: &'a Names<'a>,
    graph: &'a DependencyGraph,
    externals: &'a [ExternalSystem],
    carriers: Carriers<'a>,
    /// Whether a library is declared by a component, by component and library.
    declared: BTreeMap<(String, Atom), bool>,
    found: BTreeMap<Key, Gathered>,
}

impl<'a> Joiner<'a> {
    /// Adds a fact; one whose channel only callers know is left open.
    fn add(&mut self, file: FileIndex, fact: &'a MessageFact, open: &mut callers::Open<'a>) {
        let by_carrier = matches!(fact.channel, ChannelRef::Carrier(_));
        if !fact.proven && !by_carrier && !self.declares(file, &fact.library) {
            return;
        }
        if fact.role != MessageRole::Declare && open.leave(self.names, file, fact) {
            return;
        }
        for name in self.channels(file, &fact.channel, fact.enclosing, &fact.library) {
            self.place(file, fact, name);
        }
    }

    /// Puts a fact at its channel.
    fn place(&mut self, file: FileIndex, fact: &MessageFact, name: String) {
        let (party, symbol) = parties::of(self.names, file, fact);
        let unknown = (name == UNKNOWN).then_some(file);
        if unknown.is_some() && fact.role == MessageRole::Declare {
            return;
        }
        let gathered = self.found.entry((fact.library.clone(), name, unknown)).or_default();
        if fact.role != MessageRole::Publish || gathered.kinds.is_empty() {
            gathered.kinds.insert(fact.kind);
        }
        if let ChannelRef::Called(name) = &fact.channel
            && let Some(function) = parties::meant(self.names, At { file, enclosing: fact.enclosing }, name)
        {
            gathered.consumers.insert(parties::at_symbol(self.names, function));
            gathered.handlers.push(function);
        }
        match fact.role {
            MessageRole::Publish => {
                gathered.publishers.insert(party);
            }
            MessageRole::Consume => {
                gathered.consumers.insert(party);
                gathered.handlers.extend(symbol);
            }
            MessageRole::Declare => {}
        }
    }

    /// Whether the definition that a fact stands in publishes to this channel already.
    fn is_published(&self, file: FileIndex, fact: &MessageFact, name: &str) -> bool {
        let (party, _) = parties::of(self.names, file, fact);
        let known = self.found.get(&(fact.library.clone(), name.to_owned(), None));
        let is_same = |other: &Party| other.file == party.file && other.symbol == party.symbol;
        known.is_some_and(|known| known.publishers.iter().any(is_same))
    }

    /// The names of the channels that a file speaks of: several where branches make messages of different types.
    fn channels(
        &self,
        file: FileIndex,
        channel: &ChannelRef,
        enclosing: Option<DefinitionIndex>,
        library: &Atom,
    ) -> Vec<String> {
        let at = At { file, enclosing };
        match channel {
            ChannelRef::Named(value) => channel_names::of(self.names, at, value).into_iter().collect(),
            ChannelRef::Type(name) => type_name(name).into_iter().collect(),
            ChannelRef::TypeOf(value) => {
                channel_names::types_of(self.names, at, value).iter().filter_map(|name| type_name(name)).collect()
            }
            ChannelRef::Called(name) => {
                let meant = parties::meant(self.names, at, name);
                let function = meant.and_then(|it| Some((it.file, it.definition?)));
                function
                    .and_then(|(file, index)| channel_names::of_function(self.names, file, index))
                    .into_iter()
                    .collect()
            }
            ChannelRef::Function(index) => channel_names::of_function(self.names, file, *index).into_iter().collect(),
            ChannelRef::Carrier(value) => {
                let Some(found) = self.carriers.find(at, value).filter(|it| it.fact.library == *library) else {
                    return Vec::new();
                };
                if let Some(given) = found.given {
                    return channel_names::of(self.names, at, given).into_iter().collect();
                }
                match &found.fact.channel {
                    // What stands for it stands for another in turn: no queue is made so.
                    ChannelRef::Carrier(_) => Vec::new(),
                    channel => self.channels(found.file, channel, found.fact.enclosing, library),
                }
            }
        }
    }

    /// Whether the component of a file, or one that it references, declares one of a library's packages.
    fn declares(&mut self, file: FileIndex, library: &Atom) -> bool {
        let scope = self.names.scope();
        let component = scope.files.get(file as usize).and_then(|file| file.component.clone()).unwrap_or_default();
        let known = (component, library.clone());
        if let Some(known) = self.declared.get(&known) {
            return *known;
        }
        let packages = messaging::by_id(library).map_or(&[][..], messaging::Messaging::packages);
        let is_one = |name: &str| {
            packages.iter().any(|package| {
                let rest = name.get(..package.len()).filter(|start| start.eq_ignore_ascii_case(package));
                rest.is_some() && name.get(package.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        let mut seen = BTreeSet::new();
        let mut waiting = vec![known.0.as_str()];
        let mut declares = false;
        while let Some(id) = waiting.pop().filter(|_| !declares) {
            let Some(component) = scope.components.iter().find(|it| it.id == id).filter(|_| seen.insert(id)) else {
                continue;
            };
            declares = component.packages.iter().any(|package| is_one(&package.name));
            waiting.extend(component.references.iter().map(String::as_str));
        }
        self.declared.insert(known, declares);
        declares
    }

    /// All channels that somebody publishes to or consumes from.
    fn finish(self) -> Vec<Channel> {
        let mut channels: Vec<Channel> = Vec::new();
        for ((library, name, _), gathered) in self.found {
            if gathered.publishers.is_empty() && gathered.consumers.is_empty() {
                continue;
            }
            let broker = gathered.broker.or_else(|| broker_of(&library, self.externals));
            channels.push(Channel {
                id: String::new(),
                name,
                kind: gathered.kinds.last().copied().unwrap_or_default(),
                broker,
                libraries: vec![library],
                publishers: gathered.publishers.into_iter().collect(),
                consumers: gathered.consumers.into_iter().collect(),
            });
        }
        channels.sort_by(|a, b| (&a.name, &a.libraries).cmp(&(&b.name, &b.libraries)));
        let mut taken = BTreeSet::new();
        for channel in &mut channels {
            channel.id = unique(&mut taken, &kebab(&channel.name));
        }
        channels.sort_by(|a, b| a.id.cmp(&b.id));
        channels
    }
}

/// An id that nothing else has.
fn unique(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let wanted = if wanted.is_empty() { "unknown" } else { wanted };
    let mut id = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        id = format!("{wanted}-{number}");
        number += 1;
    }
    id
}

/// A type's simple name, if it is one.
fn type_name(written: &str) -> Option<String> {
    let name = last_part(written.trim_end_matches(['?', '[', ']']));
    let is_name = name.starts_with(|letter: char| letter.is_uppercase())
        && name.chars().all(|it| it.is_alphanumeric() || it == '_');
    // A single capital is a type parameter, and these are no messages.
    (is_name && name.len() > 1 && !matches!(name, "Task" | "String" | "Object" | "List" | "Guid"))
        .then(|| name.to_owned())
}

/// The broker of a library's messages: the one that it knows, or the only one of several that the repository uses.
fn broker_of(library: &str, externals: &[ExternalSystem]) -> Option<Atom> {
    let brokers = messaging::by_id(library).map_or(&[][..], messaging::Messaging::brokers);
    if let [only] = brokers {
        return Some(Atom::new(only));
    }
    let mut used = brokers.iter().filter(|id| externals.iter().any(|external| external.id == **id));
    used.next().filter(|_| used.next().is_none()).map(Atom::new)
}

fn is_test(names: &Names<'_>, file: FileIndex) -> bool {
    names.scope().files.get(file as usize).is_none_or(|file| file.role == Role::Test)
}
