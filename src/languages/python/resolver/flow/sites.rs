//! Who calls a function, and what it is given.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::Facts;
use crate::codebase::graph::FileIndex;
use crate::codebase::outline::{Argument, Definition, SymbolKind, last_part};

use super::super::meaning::Place;
use super::{At, Flow, HELD_MAX, Held};

/// How many calls of one name are looked at: of `get` there may be thousands.
const SITES_MAX: usize = 60;

/// Calls and decorations, by the last name of what is called.
pub(in super::super) struct Sites<'a>(FxHashMap<&'a str, Vec<Site>>);

/// A call, or a decorator of a definition: its file and index there.
#[derive(Clone, Copy)]
enum Site {
    Call(FileIndex, usize),
    Decorated(FileIndex, usize),
}

impl<'a> Sites<'a> {
    /// Calls of names that functions and classes of these files have.
    pub(in super::super) fn new(files: impl Iterator<Item = (FileIndex, &'a Facts)> + Clone) -> Self {
        let is_callable = |own: &&Definition| own.kind.is_type() || super::is_function(own);
        let definitions = files.clone().flat_map(|(_, facts)| &facts.outline.definitions).filter(is_callable);
        let callable: FxHashSet<&str> = definitions.map(|own| own.name.as_str()).collect();
        let mut sites: FxHashMap<&str, Vec<Site>> = FxHashMap::default();
        let mut add = |name: &'a str, site: Site| {
            if callable.contains(name) {
                sites.entry(name).or_default().push(site);
            }
        };
        for (file, facts) in files {
            for (index, call) in facts.outline.calls.iter().enumerate().filter(|(_, call)| !call.value.args.is_empty())
            {
                add(call.value.callee.as_str(), Site::Call(file, index));
            }
            for (index, definition) in facts.outline.definitions.iter().enumerate() {
                for decorator in definition.decorators.iter().filter(|decorator| decorator.args.is_empty()) {
                    add(last_part(&decorator.name), Site::Decorated(file, index));
                }
            }
        }
        Self(sites)
    }
}

impl<'a> Flow<'_, 'a> {
    /// What the callers of a function give to a parameter, or its default.
    pub(super) fn given(&mut self, function: Place, position: usize) -> Vec<Held<'a>> {
        if let Some(known) = self.parameters.get(&(function, position)) {
            return known.clone();
        }
        // Who asks again on the way to the answer learns nothing more.
        self.parameters.insert((function, position), Vec::new());
        let held = self.ask_callers(function, position);
        self.parameters.insert((function, position), held.clone());
        held
    }

    fn ask_callers(&mut self, function: Place, position: usize) -> Vec<Held<'a>> {
        let Some(definition) = self.definition(function) else { return Vec::new() };
        let Some(parameter) = definition.parameters.get(position).filter(|own| own.modifiers.is_empty()) else {
            return Vec::new();
        };
        let mut held = Vec::new();
        if let Some(default) = &parameter.default {
            let at = At { file: function.0, scope: definition.parent, line: definition.line };
            held = self.held(at, default);
        }
        let class = definition.parent.filter(|_| definition.kind == SymbolKind::Constructor);
        let class = class.and_then(|class| self.definition((function.0, class)));
        let name = class.map_or(definition.name.as_str(), |class| class.name.as_str());
        let sites = self.names.sites().0.get(name).map_or(&[][..], Vec::as_slice);
        if sites.len() > SITES_MAX {
            return held;
        }
        for site in sites.iter().copied() {
            let found = match site {
                Site::Call(file, index) => self.argument(file, index, function, position),
                Site::Decorated(file, index) => self.decorated(file, index, function, position),
            };
            add(&mut held, found);
            if held.len() > HELD_MAX {
                return Vec::new();
            }
        }
        held
    }

    /// What a call gives to the parameter, if it is one of this function.
    fn argument(&mut self, file: FileIndex, index: usize, function: Place, position: usize) -> Vec<Held<'a>> {
        let Some(call) = self.names.outline(file).and_then(|outline| outline.calls.get(index)) else {
            return Vec::new();
        };
        let at = At { file, scope: call.enclosing, line: call.value.line };
        let Some(first) = self.callee(at, &call.value).iter().find_map(|one| self.first_given(one, function)) else {
            return Vec::new();
        };
        let named = self.definition(function).and_then(|own| own.parameters.get(position));
        let by_name = |own: &&'a Argument| own.name.is_some() && own.name.as_ref() == named.map(|named| &named.name);
        let mut positional = call.value.args.iter().filter(|own| own.name.is_none());
        let given = call.value.args.iter().find(by_name);
        let given = given.or_else(|| positional.nth(position.checked_sub(first)?));
        given.map_or_else(Vec::new, |given| self.held(at, &given.value))
    }

    /// How many parameters are given by the receiver, if what is called is this function.
    fn first_given(&self, called: &Held<'a>, function: Place) -> Option<usize> {
        match called {
            Held::Definition(place) if *place == function => Some(0),
            Held::Method(place) if *place == function => Some(1),
            Held::Definition(class) => {
                let is_type = self.definition(*class)?.kind.is_type();
                (is_type && self.class_member(*class, "__init__") == Some(function)).then_some(1)
            }
            _ => None,
        }
    }

    /// What a decorator gets: the definition itself.
    fn decorated(&mut self, file: FileIndex, index: usize, function: Place, position: usize) -> Vec<Held<'a>> {
        let Ok(own) = u32::try_from(index) else { return Vec::new() };
        let Some(definition) = self.definition((file, own)).filter(|_| position == 0) else { return Vec::new() };
        let at = At { file, scope: definition.parent, line: definition.line };
        let mut decorators = definition.decorators.iter();
        let is_given = decorators.any(|decorator| self.name(at, &decorator.name) == [Held::Definition(function)]);
        if is_given { vec![Held::Definition((file, own))] } else { Vec::new() }
    }
}

/// Adds what is new.
pub(super) fn add<'a>(held: &mut Vec<Held<'a>>, more: Vec<Held<'a>>) {
    for one in more {
        if !held.contains(&one) {
            held.push(one);
        }
    }
}
