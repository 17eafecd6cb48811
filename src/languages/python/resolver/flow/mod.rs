//! Calls that no name alone explains: of functions that variables, parameters, fields, lists and dictionaries hold.
//!
//! A question asked backwards: what may this expression hold? Its answers are followed through assignments (the last one
//! before the place, in straight-line code), returns, arguments of the calls of a function, and decorators. Whatever is
//! not understood holds nothing, and what may be too many things is not told at all.

mod members;
mod sites;
mod values;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::Atom;
use crate::codebase::graph::{Basis, Dependency, DependencyKind, FileIndex, Symbol};
use crate::codebase::outline::{Call, Definition, DefinitionIndex, SymbolKind, Value};

use super::PythonResolver;
use super::meaning::{Meaning, Place};
use super::modules::Module;

pub(super) use sites::Sites;

/// How many steps one call may take.
const STEPS_MAX: u32 = 400;
/// How deep questions may lie within questions.
const DEPTH_MAX: u32 = 40;
/// How many things an expression may hold before it is said to hold nothing known.
const HELD_MAX: usize = 12;

/// What an expression may hold.
#[derive(Clone, Debug)]
enum Held<'a> {
    Module(Atom, Module),
    /// A function or class itself.
    Definition(Place),
    /// A method of an object: its first parameter is given.
    Method(Place),
    /// An object made by a class.
    Instance(Place),
    /// What `super()` stands for in a class.
    Super(Place),
    /// A list, dictionary or lambda as it is written, with the place to read its names from.
    Literal(At, &'a Value),
}

impl PartialEq for Held<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Module(own, _), Self::Module(other, _)) => own == other,
            (Self::Definition(own), Self::Definition(other))
            | (Self::Method(own), Self::Method(other))
            | (Self::Instance(own), Self::Instance(other))
            | (Self::Super(own), Self::Super(other)) => own == other,
            (Self::Literal(_, own), Self::Literal(_, other)) => std::ptr::eq(*own, *other),
            _ => false,
        }
    }
}

/// A place to read names from.
#[derive(Clone, Copy, Debug)]
struct At {
    file: FileIndex,
    scope: Option<DefinitionIndex>,
    /// The line, where it matters what was assigned before.
    line: u32,
}

/// Questions that one file asks.
pub(super) struct Flow<'r, 'a> {
    names: &'r PythonResolver<'a>,
    steps: u32,
    depth: u32,
    /// What parameters hold, as far as it was asked.
    parameters: FxHashMap<(Place, usize), Vec<Held<'a>>>,
    /// What functions return, as far as it was asked.
    returns: FxHashMap<Place, Vec<Held<'a>>>,
}

impl<'r, 'a> Flow<'r, 'a> {
    pub(super) fn new(names: &'r PythonResolver<'a>) -> Self {
        Self { names, steps: 0, depth: 0, parameters: FxHashMap::default(), returns: FxHashMap::default() }
    }

    /// The calls of a file whose names alone mean nothing known (indices of references), and those without a name;
    /// what is explained is taken from the list.
    pub(super) fn calls(&mut self, file: FileIndex, open: &mut Vec<u32>) -> Vec<Dependency> {
        let Some(outline) = self.names.outline(file) else { return Vec::new() };
        let reference = |index: &u32| outline.references.get(*index as usize);
        let unknown: FxHashSet<_> =
            open.iter().filter_map(reference).map(|own| (own.enclosing, own.name.as_str())).collect();
        let mut explained = FxHashSet::default();
        let mut found = Vec::new();
        for call in &outline.calls {
            // `handlers["a"]()` is referred to as `handlers.a`.
            let path = call.value.path().filter(|_| call.value.type_args.is_empty());
            if path.as_ref().is_some_and(|path| !unknown.contains(&(call.enclosing, path.as_str()))) {
                continue;
            }
            let targets = self.targets(file, call);
            if !targets.is_empty() {
                explained.extend(path.map(|path| (call.enclosing, path)));
            }
            found.extend(targets.into_iter().map(|to| edge(file, call.enclosing, to, call.value.line)));
        }
        self.decorations(file, &mut found);
        open.retain(|index| reference(index).is_none_or(|own| !explained.contains(&(own.enclosing, own.name.clone()))));
        found
    }

    /// What one call runs.
    fn targets(&mut self, file: FileIndex, call: &'a Call) -> Vec<Symbol> {
        self.steps = STEPS_MAX;
        let at = At { file, scope: call.enclosing, line: call.value.line };
        let held = self.callee(at, &call.value);
        if held.len() > HELD_MAX {
            return Vec::new();
        }
        let mut targets = Vec::new();
        for one in held {
            let place = match one {
                Held::Definition(place) | Held::Method(place) => Some(place).filter(|place| self.can_run(*place)),
                Held::Instance(class) => self.class_member(class, "__call__"),
                _ => None,
            };
            targets.extend(place.map(|(file, index)| Symbol { file, definition: Some(index) }));
        }
        targets.sort_unstable();
        targets.dedup();
        targets
    }

    /// A decorator is called where the function or class that it decorates is defined.
    fn decorations(&mut self, file: FileIndex, found: &mut Vec<Dependency>) {
        let Some(outline) = self.names.outline(file) else { return };
        for definition in &outline.definitions {
            for decorator in &definition.decorators {
                self.steps = STEPS_MAX;
                let at = At { file, scope: definition.parent, line: decorator.lines.first };
                let mut held = self.name(at, &decorator.name);
                if !decorator.args.is_empty() {
                    found.extend(self.functions(&held).map(|to| edge(file, at.scope, to, at.line)));
                    held = held.into_iter().flat_map(|one| self.returned(&one)).collect();
                }
                found.extend(self.functions(&held).map(|to| edge(file, at.scope, to, at.line)));
            }
        }
    }

    fn functions(&self, held: &[Held<'a>]) -> impl Iterator<Item = Symbol> {
        let places = held.iter().filter_map(|one| match one {
            Held::Definition(place) | Held::Method(place) => Some(*place),
            _ => None,
        });
        let places: Vec<Place> = places.filter(|place| self.can_run(*place)).collect();
        places.into_iter().map(|(file, index)| Symbol { file, definition: Some(index) })
    }

    fn can_run(&self, place: Place) -> bool {
        self.definition(place).is_some_and(|definition| definition.kind.is_type() || is_function(definition))
    }

    fn definition(&self, place: Place) -> Option<&'a Definition> {
        self.names.definition(place)
    }
}

fn is_function(definition: &Definition) -> bool {
    matches!(definition.kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor)
}

fn edge(file: FileIndex, from: Option<DefinitionIndex>, to: Symbol, line: u32) -> Dependency {
    let from = Symbol { file, definition: from };
    Dependency { from, to, kind: DependencyKind::Call, count: 1, line, basis: Basis::Resolved }
}

impl Held<'_> {
    fn of(meaning: Meaning) -> Self {
        match meaning {
            Meaning::Module(path, module) => Self::Module(path, module),
            Meaning::Definition(place) => Self::Definition(place),
            Meaning::Instance(class) => Self::Instance(class),
        }
    }
}
