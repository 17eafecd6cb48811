//! From a name to what it means, one part at a time.

use crate::codebase::Atom;
use crate::codebase::graph::FileIndex;
use crate::codebase::outline::{Definition, DefinitionIndex, SymbolKind, Taken};

use super::PythonResolver;
use super::lineage::Lineage;
use super::modules::Module;
use super::scopes::{Binding, definition};

/// A class, function or variable: its file and index there.
pub(super) type Place = (FileIndex, DefinitionIndex);

/// How many scopes within scopes are looked through.
const NESTING_MAX: usize = 64;

/// What a name, or part of one, means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A module, with its path without extension.
    Module(Atom, Module),
    /// A definition itself.
    Definition(Place),
    /// An object made by a class.
    Instance(Place),
}

/// How many steps one name may take: imports may go in circles.
pub(super) struct Budget(u32);

impl Default for Budget {
    fn default() -> Self {
        Self(400)
    }
}

impl Budget {
    /// Takes one step, if one is left.
    pub(super) fn spend(&mut self) -> Option<()> {
        self.0 = self.0.checked_sub(1)?;
        Some(())
    }
}

/// What one scope says of a name.
enum Found {
    Meaning(Option<Meaning>),
    NotHere,
}

impl<'a> PythonResolver<'a> {
    pub(super) fn definition(&self, (file, index): Place) -> Option<&'a Definition> {
        definition(self.outline(file)?, index)
    }

    /// What a name without dots means at a place.
    pub(super) fn lookup(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        budget: &mut Budget,
    ) -> Option<Meaning> {
        budget.spend()?;
        let mut scope = enclosing;
        for _ in 0..NESTING_MAX {
            let Some(index) = scope else { break };
            let definition = self.definition((file, index))?;
            let found = if definition.kind.is_type() {
                // Names of a class body are seen in the body itself, not from its methods.
                if scope == enclosing { self.bound(file, scope, name, budget) } else { Found::NotHere }
            } else {
                match self.parameter((file, index), definition, name, budget) {
                    Found::NotHere => self.bound(file, scope, name, budget),
                    Found::Meaning(meaning) => Found::Meaning(meaning),
                }
            };
            if let Found::Meaning(meaning) = found {
                return meaning;
            }
            scope = definition.parent;
        }
        self.module_name(file, name, budget)
    }

    fn parameter(&self, function: Place, definition: &Definition, name: &str, budget: &mut Budget) -> Found {
        match definition.parameters.iter().position(|parameter| parameter.name == name) {
            Some(at) => Found::Meaning(self.parameter_meaning(function, at, budget)),
            None => Found::NotHere,
        }
    }

    /// What is known of a function's parameter by itself: the object or class of a method's first one, and what its
    /// annotation says.
    pub(super) fn parameter_meaning(&self, function: Place, at: usize, budget: &mut Budget) -> Option<Meaning> {
        let definition = self.definition(function)?;
        let class = definition.parent.map(|parent| (function.0, parent));
        let class = class.filter(|class| self.definition(*class).is_some_and(|parent| parent.kind.is_type()));
        match class {
            Some(class) if at == 0 && definition.has_modifier("class") => return Some(Meaning::Definition(class)),
            Some(class) if at == 0 && !definition.has_modifier("static") => return Some(Meaning::Instance(class)),
            _ => {}
        }
        let declared = definition.parameters.get(at)?.type_name.as_deref()?;
        self.annotated(function.0, definition.parent, declared, budget)
    }

    fn bound(&self, file: FileIndex, scope: Option<DefinitionIndex>, name: &str, budget: &mut Budget) -> Found {
        match self.names(file).and_then(|names| names.binding(scope, name)) {
            Some(binding) => Found::Meaning(self.follow(file, binding, budget).or_else(|| {
                let others = self.names(file)?.fallbacks(scope, name);
                others.into_iter().find_map(|binding| self.follow(file, binding, budget))
            })),
            None => Found::NotHere,
        }
    }

    /// What a name of a module means.
    pub(super) fn module_name(&self, file: FileIndex, name: &str, budget: &mut Budget) -> Option<Meaning> {
        budget.spend()?;
        if let Found::Meaning(meaning) = self.bound(file, None, name, budget) {
            return meaning;
        }
        let stars = &self.names(file)?.stars;
        let modules = stars.iter().filter_map(|at| self.imported(file, *at)?.whole.as_ref());
        modules.into_iter().find_map(|(path, module)| match *module {
            Module::File(star) if star != file => self.shown_name(path, star, name, budget),
            _ => None,
        })
    }

    /// What `from x import *` takes under a name.
    fn shown_name(&self, path: &str, star: FileIndex, name: &str, budget: &mut Budget) -> Option<Meaning> {
        let is_listed = self.names(star)?.shows(name)?;
        let meaning = self.module_name(star, name, budget);
        // A package's modules are taken where it lists them.
        meaning.or_else(|| if is_listed { self.submodule(path, name) } else { None })
    }

    pub(super) fn follow(&self, file: FileIndex, binding: Binding, budget: &mut Budget) -> Option<Meaning> {
        budget.spend()?;
        let outline = self.outline(file)?;
        match binding {
            Binding::Definition(index) => Some(Meaning::Definition((file, index))),
            Binding::Alias(at) => {
                let (path, module) = self.imported(file, at)?.whole.clone()?;
                Some(Meaning::Module(path, module))
            }
            Binding::TopModule(at) => {
                let (path, module) = self.imported(file, at)?.top.clone()?;
                Some(Meaning::Module(path, module))
            }
            Binding::Taken(at, which) => self.taken(file, at, which, budget),
            Binding::Local(at) => {
                let assignment = outline.assignments.get(at)?;
                match assignment.type_name.as_deref() {
                    Some(declared) => self.annotated(file, assignment.enclosing, declared, budget),
                    None => self.valued(file, assignment.enclosing, &assignment.value, budget),
                }
            }
        }
    }

    fn taken(&self, file: FileIndex, at: usize, which: usize, budget: &mut Budget) -> Option<Meaning> {
        let import = self.outline(file)?.imports.get(at)?;
        let Taken::Names(names) = &import.taken else { return None };
        let (there, _) = names.get(which)?;
        if import.module == "django.conf" && there == "settings" {
            return self.django_settings(file).map(|settings| Meaning::Module(Atom::default(), Module::File(settings)));
        }
        let (path, module) = self.imported(file, at)?.whole.clone()?;
        let named = match module {
            Module::File(own) if own != file => self.module_name(own, there, budget),
            _ => None,
        };
        named.or_else(|| self.submodule(&path, there))
    }

    fn submodule(&self, path: &str, name: &str) -> Option<Meaning> {
        let module = self.modules.below(path, name)?;
        let path = if path.is_empty() { Atom::new(name) } else { [path, "/", name].into_iter().collect() };
        Some(Meaning::Module(path, module))
    }

    /// What a part after a dot means.
    pub(super) fn member(&self, of: &Meaning, name: &str, budget: &mut Budget) -> Option<Meaning> {
        budget.spend()?;
        match of {
            Meaning::Module(path, Module::File(file)) => {
                let submodule = || if path.is_empty() { None } else { self.submodule(path, name) };
                self.module_name(*file, name, budget).or_else(submodule)
            }
            Meaning::Module(path, Module::Namespace) => self.submodule(path, name),
            Meaning::Instance(class) => self.class_member(*class, name, budget),
            Meaning::Definition(place) => match self.definition(*place)?.kind {
                kind if kind.is_type() => self.class_member(*place, name, budget),
                SymbolKind::Variable | SymbolKind::Field => {
                    let meaning = self.value_of(*place, budget)?;
                    self.member(&meaning, name, budget)
                }
                SymbolKind::Member => {
                    let class = self.definition(*place)?.parent?;
                    self.class_member((place.0, class), name, budget)
                }
                _ => None,
            },
        }
    }

    /// A member of a class or of the nearest of its bases: what the class declares, then what its methods give to
    /// `self`.
    pub(super) fn class_member(&self, class: Place, name: &str, budget: &mut Budget) -> Option<Meaning> {
        let known = self.lineage(class);
        let mut unknown = known.is_empty().then(|| Lineage::new(class));
        let mut known = known.iter().copied();
        while let Some(class) = known.next().or_else(|| unknown.as_mut()?.next(self, budget)) {
            budget.spend()?;
            if let Found::Meaning(meaning) = self.bound(class.0, Some(class.1), name, budget) {
                return meaning;
            }
            if let Some(at) = self.names(class.0)?.attribute(class.1, name) {
                return self.follow(class.0, Binding::Local(at), budget);
            }
        }
        None
    }

    /// The classes of this repository that a class derives from.
    pub(super) fn bases(&self, class: Place, budget: &mut Budget) -> Vec<Place> {
        let Some(definition) = self.definition(class) else { return Vec::new() };
        let base = |base: &Atom| {
            let name = base.split('[').next().unwrap_or(base);
            match self.dotted(class.0, definition.parent, name, budget) {
                Some(Meaning::Definition(place)) if place != class => Some(place),
                _ => None,
            }
        };
        definition.bases.iter().filter_map(base).collect()
    }

    /// What a dotted name means, if all of it is understood.
    pub(super) fn dotted(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        budget: &mut Budget,
    ) -> Option<Meaning> {
        let mut parts = name.split('.');
        let first = self.lookup(file, enclosing, parts.next()?, budget)?;
        parts.try_fold(first, |meaning, part| self.member(&meaning, part, budget))
    }
}
