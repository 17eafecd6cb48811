//! What lies behind a dot.

use crate::codebase::outline::{SymbolKind, Value};

use super::super::meaning::{Budget, Meaning, Place};
use super::sites::add;
use super::{At, Flow, Held, is_function};

impl<'a> Flow<'_, 'a> {
    /// What a member of something holds.
    pub(super) fn member(&mut self, of: &Held<'a>, name: &str) -> Vec<Held<'a>> {
        if self.steps == 0 {
            return Vec::new();
        }
        self.steps -= 1;
        match of {
            Held::Module(path, module) => {
                let of = Meaning::Module(path.clone(), *module);
                let meaning = self.names.member(&of, name, &mut Budget::default());
                meaning.map(Held::of).into_iter().flat_map(|one| self.seen_through(one)).collect()
            }
            Held::Instance(class) => self.of_object(*class, 0, name, true),
            Held::Super(class) => self.of_object(*class, 1, name, true),
            Held::Definition(class) if self.definition(*class).is_some_and(|own| own.kind.is_type()) => {
                self.of_object(*class, 0, name, false)
            }
            Held::Literal(at, Value::Record(entries)) => {
                let asked = entries.iter().filter(|(key, _)| key == name);
                asked.flat_map(|(_, value)| self.held(*at, value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A member of a class's object, or of the class itself: of the nearest class that has one, so many left out.
    fn of_object(&mut self, own: Place, left_out: usize, name: &str, is_object: bool) -> Vec<Held<'a>> {
        for class in self.names.lineage(own).iter().skip(left_out).copied() {
            if let Some(member) = self.declared(class, name) {
                return self.of_member(member, own, is_object);
            }
            let assigned = self.given_to_self(class, name);
            if !assigned.is_empty() {
                return assigned;
            }
        }
        Vec::new()
    }

    fn of_member(&mut self, member: Place, class: Place, is_object: bool) -> Vec<Held<'a>> {
        let Some(definition) = self.definition(member) else { return Vec::new() };
        if is_function(definition) {
            let is_bound = match () {
                () if definition.has_modifier("static") => false,
                () => is_object || definition.has_modifier("class"),
            };
            return vec![if is_bound { Held::Method(member) } else { Held::Definition(member) }];
        }
        match definition.kind {
            // A property is read, not called.
            SymbolKind::Field if !definition.decorators.is_empty() => self.returned_by_property(member),
            SymbolKind::Field | SymbolKind::Variable => {
                let name = definition.name.clone();
                let mut held = self.given_to_self(class, &name);
                let meaning = self.names.value_of(member, &mut Budget::default());
                add(&mut held, meaning.map(Held::of).into_iter().collect());
                held
            }
            _ => vec![Held::Definition(member)],
        }
    }

    fn returned_by_property(&mut self, property: Place) -> Vec<Held<'a>> {
        let meaning = self.names.value_of(property, &mut Budget::default());
        meaning.map(Held::of).into_iter().collect()
    }

    /// What the methods of a class give to `self.name`.
    fn given_to_self(&mut self, class: Place, name: &str) -> Vec<Held<'a>> {
        let (Some(outline), Some(names)) = (self.names.outline(class.0), self.names.names(class.0)) else {
            return Vec::new();
        };
        let mut held = Vec::new();
        for own in names.attributes(class.1, name).filter_map(|at| outline.assignments.get(at)) {
            let at = At { file: class.0, scope: own.enclosing, line: own.line };
            match &own.type_name {
                Some(declared) => {
                    let meaning = self.names.annotated(at.file, at.scope, declared, &mut Budget::default());
                    add(&mut held, meaning.map(Held::of).into_iter().collect());
                }
                None => add(&mut held, self.held(at, &own.value)),
            }
        }
        held
    }

    /// The definition of a name in a class's body.
    fn declared(&self, class: Place, name: &str) -> Option<Place> {
        match self.names.names(class.0)?.binding(Some(class.1), name)? {
            super::super::scopes::Binding::Definition(index) => Some((class.0, index)),
            _ => None,
        }
    }

    /// The method of this name of a class or the nearest of its bases.
    pub(super) fn class_member(&self, class: Place, name: &str) -> Option<Place> {
        let found = self.names.lineage(class).iter().find_map(|class| self.declared(*class, name))?;
        self.definition(found).is_some_and(is_function).then_some(found)
    }

    /// The class that a method, or a function within one, belongs to.
    pub(super) fn enclosing_class(&self, at: At) -> Option<Place> {
        let mut scope = at.scope?;
        for _ in 0..super::DEPTH_MAX {
            let definition = self.definition((at.file, scope))?;
            if definition.kind.is_type() {
                return Some((at.file, scope));
            }
            scope = definition.parent?;
        }
        None
    }
}
