//! A repository's own buses: classes that hand events to a broker, the interfaces that they implement, and the services
//! that keep events to publish them later.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::Atom;
use crate::codebase::graph::{DependencyKind, FileIndex, Symbol};
use crate::codebase::message::{ChannelRef, MessageFact, MessageRole};
use crate::codebase::outline::{Definition, DefinitionIndex, SymbolKind, last_part};
use crate::codebase::routing::HandlerRef;

use super::super::evaluate::At;
use super::super::link::Names;
use super::callers::{self, Helper, Open};
use super::{Joiner, is_test, parties, type_name};

/// Id of the library whose facts are read here.
pub(super) const LIBRARY: &str = "own_bus";

/// Names of methods that take an event.
const TAKING: &[&str] = &["Handle", "HandleAsync", "Consume", "ConsumeAsync", "Process", "ProcessAsync"];

/// The repository's own buses.
pub(super) struct Buses {
    /// Brokers by the classes that hand events to them, and by the interfaces of these.
    of_type: BTreeMap<Symbol, Atom>,
    /// Last names of the types of event that the buses take.
    events: BTreeSet<String>,
}

impl Buses {
    pub(super) fn new(joiner: &Joiner<'_>) -> Self {
        let names = joiner.names;
        let mut of_type: BTreeMap<Symbol, Atom> = BTreeMap::new();
        for (file, facts) in (0..).zip(names.scope().facts).filter(|(file, _)| !is_test(names, *file)) {
            for bus in &facts.messages.buses {
                if joiner.externals.iter().any(|external| external.id == bus.broker) {
                    of_type.insert(Symbol { file, definition: Some(bus.class) }, bus.broker.clone());
                }
            }
        }
        let inherit = joiner.graph.dependencies().iter().filter(|it| it.kind == DependencyKind::Inherit);
        let above: Vec<(Symbol, Atom)> =
            inherit.filter_map(|it| Some((it.to, of_type.get(&it.from)?.clone()))).collect();
        // Several buses behind one interface are chosen from when the program runs: none is the broker then.
        for (interface, broker) in above {
            let known = of_type.entry(interface).or_insert_with(|| broker.clone());
            if *known != broker {
                *known = Atom::default();
            }
        }
        let mut events = BTreeSet::new();
        for symbol in of_type.keys() {
            let publishing = members(names, *symbol).filter(|(_, it)| it.name.starts_with("Publish"));
            let taken = publishing.filter_map(|(_, it)| it.parameters.first()?.type_name.as_deref());
            events.extend(taken.filter_map(type_name));
        }
        Self { of_type, events }
    }

    /// Adds a fact of a file, if it has to do with one of the buses.
    pub(super) fn add<'a>(&self, joiner: &mut Joiner<'a>, file: FileIndex, fact: &'a MessageFact, open: &mut Open<'a>) {
        if self.of_type.is_empty() {
            return;
        }
        match fact.role {
            MessageRole::Publish => self.publish(joiner, file, fact, open),
            _ => self.consume(joiner, file, fact),
        }
    }

    /// `bus.AddSubscription<Event, Handler>()`: the handler's method consumes.
    fn consume(&self, joiner: &mut Joiner<'_>, file: FileIndex, fact: &MessageFact) {
        let (ChannelRef::Type(event), HandlerRef::Name(handler)) = (&fact.channel, &fact.party) else { return };
        let names = joiner.names;
        let Some(name) = type_name(event) else { return };
        let Some(class) = parties::meant(names, At { file, enclosing: fact.enclosing }, handler) else { return };
        let method = members(names, class).find(|(_, it)| {
            let takes =
                it.parameters.first().and_then(|it| it.type_name.as_deref()).is_some_and(|it| last_part(it) == name);
            TAKING.contains(&it.name.as_str()) && takes
        });
        let definition = method.map(|(index, _)| index).or(class.definition).unwrap_or_default();
        let fact =
            MessageFact { party: HandlerRef::Definition(definition), enclosing: Some(definition), ..fact.clone() };
        self.place(joiner, class.file, &fact, name);
    }

    fn place(&self, joiner: &mut Joiner<'_>, file: FileIndex, fact: &MessageFact, name: String) {
        let mut brokers: Vec<&Atom> = self.of_type.values().collect();
        brokers.dedup();
        joiner.place(file, fact, name.clone());
        if let ([broker], Some(channel)) = (brokers.as_slice(), joiner.found.get_mut(&(Atom::new(LIBRARY), name, None)))
        {
            channel.broker = Some((*broker).clone()).filter(|it| !it.is_empty());
        }
    }

    fn publish<'a>(&self, joiner: &mut Joiner<'a>, file: FileIndex, fact: &'a MessageFact, open: &mut Open<'a>) {
        let names = joiner.names;
        let at = At { file, enclosing: fact.enclosing };
        let Some(method) = fact.carrier.as_deref().and_then(|path| parties::meant(names, at, path)) else { return };
        let Some(owner) = parent(names, method).filter(|owner| self.of_type.contains_key(owner)) else { return };
        let within = class_around(names, at);
        if within.is_some_and(|class| class == owner || self.of_type.contains_key(&class)) {
            return;
        }
        let said = joiner.channels(file, &fact.channel, fact.enclosing, &fact.library);
        let is_one = |name: &String| !self.events.contains(name) && !is_type_parameter(names, at, name);
        let said: Vec<String> = said.into_iter().filter(is_one).collect();
        if said.is_empty() {
            // A service that publishes any event: what its methods are given is published, now or later.
            self.forwards(names, file, fact, within, open);
        }
        for name in said {
            self.place(joiner, file, fact, name);
        }
    }

    /// Leaves the methods of a service that take any event open: their callers know which.
    fn forwards<'a>(
        &self,
        names: &Names<'a>,
        file: FileIndex,
        fact: &'a MessageFact,
        class: Option<Symbol>,
        open: &mut Open<'a>,
    ) {
        let Some(class) = class else { return };
        for (index, method) in members(names, class) {
            let takes = method
                .parameters
                .iter()
                .find(|it| it.type_name.as_deref().and_then(type_name).is_some_and(|own| self.events.contains(&own)));
            let Some((position, parameter)) = takes.and_then(|it| callers::position_of(method, &it.name)) else {
                continue;
            };
            let function = Symbol { file, definition: Some(index) };
            let later = fact.enclosing != Some(index);
            open.add(function, Helper { file, fact, position, parameter, typed: true, later });
        }
    }
}

fn members<'a>(names: &Names<'a>, class: Symbol) -> impl Iterator<Item = (DefinitionIndex, &'a Definition)> + use<'a> {
    let outline = names.scope().facts.get(class.file as usize).map(|facts| &facts.outline);
    let children = outline.zip(class.definition).into_iter().flat_map(|(outline, index)| outline.children(index));
    children.filter(|(_, it)| it.kind == SymbolKind::Method)
}

fn parent(names: &Names<'_>, symbol: Symbol) -> Option<Symbol> {
    let outline = &names.scope().facts.get(symbol.file as usize)?.outline;
    let definition = outline.definition(symbol.definition?)?.parent?;
    Some(Symbol { file: symbol.file, definition: Some(definition) })
}

fn class_around(names: &Names<'_>, at: At) -> Option<Symbol> {
    let outline = &names.scope().facts.get(at.file as usize)?.outline;
    let mut next = at.enclosing;
    while let Some(index) = next {
        let definition = outline.definition(index)?;
        if definition.kind.is_type() {
            return Some(Symbol { file: at.file, definition: Some(index) });
        }
        next = definition.parent.filter(|parent| *parent < index);
    }
    None
}

fn is_type_parameter(names: &Names<'_>, at: At, name: &str) -> bool {
    let Some(facts) = names.scope().facts.get(at.file as usize) else { return false };
    let around = at.enclosing.and_then(|index| facts.outline.definition(index));
    let class = class_around(names, at).and_then(|class| facts.outline.definition(class.definition?));
    [around, class].into_iter().flatten().any(|it| it.type_parameters.iter().any(|own| own == name))
}
