//! What each name of a file is bound to, ready to be looked up.

use std::collections::HashMap;

use crate::codebase::outline::{DefinitionIndex, Outline, SymbolKind, Taken};

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
    bindings: HashMap<(Option<DefinitionIndex>, &'a str), Binding>,
    /// First assignment to a module's or class's variable, or to a function's local.
    values: HashMap<(Option<DefinitionIndex>, &'a str), Position>,
    /// First assignment to `self.x` in a class's methods.
    attributes: HashMap<(DefinitionIndex, &'a str), Position>,
    /// `from x import *` at the module's level, last first.
    pub(super) stars: Vec<Position>,
}

impl<'a> Names<'a> {
    pub(super) fn new(outline: &'a Outline) -> Self {
        let mut names = Self::default();
        names.read_imports(outline);
        names.read_definitions(outline);
        names.read_assignments(outline);
        names
    }

    pub(super) fn binding(&self, scope: Option<DefinitionIndex>, name: &str) -> Option<Binding> {
        self.bindings.get(&(scope, name)).copied()
    }

    pub(super) fn value(&self, scope: Option<DefinitionIndex>, name: &str) -> Option<Position> {
        self.values.get(&(scope, name)).copied()
    }

    pub(super) fn attribute(&self, class: DefinitionIndex, name: &str) -> Option<Position> {
        self.attributes.get(&(class, name)).copied()
    }

    fn read_imports(&mut self, outline: &'a Outline) {
        for (at, import) in outline.imports.iter().enumerate() {
            match &import.taken {
                Taken::Star if import.enclosing.is_none() => self.stars.insert(0, at),
                Taken::Nothing | Taken::Star => {}
                Taken::Module(here) if *here == import.module => {
                    let first = here.split('.').next().unwrap_or_default();
                    self.bindings.entry((import.enclosing, first)).or_insert(Binding::TopModule(at));
                }
                Taken::Module(here) => {
                    self.bindings.entry((import.enclosing, here)).or_insert(Binding::Alias(at));
                }
                Taken::Names(taken) => {
                    for (which, (_, here)) in taken.iter().enumerate() {
                        self.bindings.entry((import.enclosing, here)).or_insert(Binding::Taken(at, which));
                    }
                }
            }
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
            match assignment.target.split_once('.') {
                None => {
                    let key = (assignment.enclosing, assignment.target.as_str());
                    self.values.entry(key).or_insert(at);
                    self.bindings.entry(key).or_insert(Binding::Local(at));
                }
                Some(("self" | "cls", name)) if !name.contains('.') => {
                    let method = assignment.enclosing.and_then(|method| definition(outline, method));
                    if let Some(class) = method.and_then(|method| method.parent) {
                        self.attributes.entry((class, name)).or_insert(at);
                    }
                }
                Some(_) => {}
            }
        }
    }
}

/// A definition of an outline.
pub(super) fn definition(outline: &Outline, index: DefinitionIndex) -> Option<&crate::codebase::outline::Definition> {
    outline.definitions.get(usize::try_from(index).ok()?)
}
