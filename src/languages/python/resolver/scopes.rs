//! What each name of a file is bound to, ready to be looked up.

use std::collections::hash_map::Entry;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::outline::{DefinitionIndex, Outline, SymbolKind, Taken, Value};

/// Index of an import or assignment in its outline.
type Position = usize;

/// What a name is bound to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Binding {
    /// A class, function or variable.
    Definition(DefinitionIndex),
    /// A module that an import statement names, under another name.
    Alias(Position),
    /// The first part of `import a.b`.
    TopModule(Position),
    /// The name at a place among those that an import takes.
    Taken(Position, usize),
    /// A local variable, by its first assignment.
    Local(Position),
}

/// The names of one file.
#[derive(Default)]
pub(super) struct Names<'a> {
    /// By the definition around it (`None`: the module).
    bindings: FxHashMap<(Option<DefinitionIndex>, &'a str), Binding>,
    /// Assignments to a module's or class's variable, or to a function's local; also `x.y` as written.
    values: Chains<(Option<DefinitionIndex>, &'a str)>,
    /// Assignments to `self.x` in a class's methods.
    attributes: Chains<(DefinitionIndex, &'a str)>,
    /// `from x import *` at the module's level, last first.
    pub(super) stars: Vec<Position>,
    /// What an imported name means where the first import of it names nothing known: `try: .. except ImportError: ..`.
    fallbacks: FxHashMap<(Option<DefinitionIndex>, &'a str), Vec<Binding>>,
    /// The names of `__all__`, if it is a literal.
    shown: Option<FxHashSet<&'a str>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(outline: &'a Outline) -> Self {
        let mut names = Self::default();
        names.read_imports(outline);
        names.read_definitions(outline);
        names.read_assignments(outline);
        names.shown = names.values.all(&(None, "__all__")).next().and_then(|_| shown(outline));
        names
    }

    /// Whether `from x import *` takes a name of this module; `Some(true)` where `__all__` says so.
    pub(super) fn shows(&self, name: &str) -> Option<bool> {
        match &self.shown {
            Some(shown) => shown.contains(name).then_some(true),
            None => (!name.starts_with('_')).then_some(false),
        }
    }

    /// What an imported name may mean besides.
    pub(super) fn fallbacks(&self, scope: Option<DefinitionIndex>, name: &str) -> Vec<Binding> {
        self.fallbacks.get(&(scope, name)).cloned().unwrap_or_default()
    }

    pub(super) fn binding(&self, scope: Option<DefinitionIndex>, name: &str) -> Option<Binding> {
        self.bindings.get(&(scope, name)).copied()
    }

    pub(super) fn value(&self, scope: Option<DefinitionIndex>, name: &str) -> Option<Position> {
        self.values.all(&(scope, name)).next()
    }

    pub(super) fn attribute(&self, class: DefinitionIndex, name: &str) -> Option<Position> {
        self.attributes.all(&(class, name)).next()
    }

    /// All assignments to a name in a scope, in source order.
    pub(super) fn values(&self, scope: Option<DefinitionIndex>, name: &'a str) -> impl Iterator<Item = Position> {
        self.values.all(&(scope, name))
    }

    /// All assignments to `self.name` in a class's methods, in source order.
    pub(super) fn attributes(&self, class: DefinitionIndex, name: &'a str) -> impl Iterator<Item = Position> {
        self.attributes.all(&(class, name))
    }

    fn read_imports(&mut self, outline: &'a Outline) {
        for (at, import) in outline.imports.iter().enumerate() {
            match &import.taken {
                Taken::Star if import.enclosing.is_none() => self.stars.insert(0, at),
                Taken::Nothing | Taken::Star => {}
                Taken::Module(here) if *here == import.module => {
                    let first = here.split('.').next().unwrap_or_default();
                    self.import((import.enclosing, first), Binding::TopModule(at));
                }
                Taken::Module(here) => self.import((import.enclosing, here), Binding::Alias(at)),
                Taken::Names(taken) => {
                    for (which, (_, here)) in taken.iter().enumerate() {
                        self.import((import.enclosing, here), Binding::Taken(at, which));
                    }
                }
            }
        }
    }

    fn import(&mut self, key: (Option<DefinitionIndex>, &'a str), binding: Binding) {
        match self.bindings.entry(key) {
            Entry::Vacant(free) => {
                free.insert(binding);
            }
            // `import a.b` and `import a.c` bind the same `a`.
            Entry::Occupied(_) if matches!(binding, Binding::TopModule(_)) => {}
            Entry::Occupied(_) => self.fallbacks.entry(key).or_default().push(binding),
        }
    }

    /// Definitions win over imports of the same name, except variables: `try: import x / except: x = None`.
    fn read_definitions(&mut self, outline: &'a Outline) {
        for (index, definition) in (0..).zip(&outline.definitions) {
            let key = (definition.parent, definition.name.as_str());
            let is_variable = matches!(definition.kind, SymbolKind::Variable | SymbolKind::Field);
            if is_variable {
                self.bindings.entry(key).or_insert(Binding::Definition(index));
            } else {
                self.bindings.insert(key, Binding::Definition(index));
            }
        }
    }

    fn read_assignments(&mut self, outline: &'a Outline) {
        for (at, assignment) in outline.assignments.iter().enumerate() {
            let key = (assignment.enclosing, assignment.target.as_str());
            self.values.add(key, at);
            match assignment.target.split_once('.') {
                None => {
                    self.bindings.entry(key).or_insert(Binding::Local(at));
                }
                Some(("self" | "cls", name)) if !name.contains('.') => {
                    let method = assignment.enclosing.and_then(|method| definition(outline, method));
                    if let Some(class) = method.and_then(|method| method.parent) {
                        self.attributes.add((class, name), at);
                    }
                }
                Some(_) => {}
            }
        }
    }
}

/// The names of a module's `__all__`, if all that it is given are literals.
fn shown(outline: &Outline) -> Option<FxHashSet<&str>> {
    let is_changed = outline.calls.iter().any(|call| {
        let receiver = call.value.receiver.as_ref().and_then(Value::as_name);
        call.enclosing.is_none() && receiver == Some("__all__")
    });
    if is_changed {
        return None;
    }
    let mut shown = FxHashSet::default();
    for own in outline.assignments.iter().filter(|own| own.enclosing.is_none() && own.target == "__all__") {
        let Value::List(names) = &own.value else { return None };
        for name in names {
            shown.insert(name.as_text()?);
        }
    }
    Some(shown)
}

/// Positions by key, each key's in the order in which they came.
struct Chains<K> {
    /// First and last position.
    ends: FxHashMap<K, (u32, u32)>,
    /// What comes after each position; [`u32::MAX`] after the last one.
    next: Vec<u32>,
}

impl<K> Default for Chains<K> {
    fn default() -> Self {
        Self { ends: FxHashMap::default(), next: Vec::new() }
    }
}

impl<K: Eq + std::hash::Hash> Chains<K> {
    /// Adds a position, which is greater than all before it.
    fn add(&mut self, key: K, at: Position) {
        let Ok(new) = u32::try_from(at) else { return };
        self.next.resize(at + 1, u32::MAX);
        let (_, last) = self.ends.entry(key).or_insert((new, new));
        if let Some(after) = self.next.get_mut(*last as usize).filter(|_| *last != new) {
            *after = new;
        }
        *last = new;
    }

    fn all(&self, key: &K) -> impl Iterator<Item = Position> + use<'_, K> {
        let first = self.ends.get(key).map(|(first, _)| *first as usize);
        std::iter::successors(first, |at| {
            self.next.get(*at).filter(|next| **next != u32::MAX).map(|next| *next as usize)
        })
    }
}

/// A definition of an outline.
pub(super) fn definition(outline: &Outline, index: DefinitionIndex) -> Option<&crate::codebase::outline::Definition> {
    outline.definitions.get(usize::try_from(index).ok()?)
}
