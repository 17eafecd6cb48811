//! What lies behind a dot: members of values, of classes and of object literals.

use crate::codebase::Atom;
use crate::codebase::graph::Symbol;
use crate::codebase::outline::{Definition, SymbolKind, Value};

use super::Modules;
use super::annotations::{element, parts, property};
use super::generics::Types;
use super::symbols::{STEPS_MAX, VALUES_MAX};
use super::things::{At, Thing};

impl<'a> Modules<'a> {
    /// A member of a thing.
    pub(super) fn step(&self, thing: Thing<'a>, part: &str, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        match thing {
            Thing::Module(file) => self.export(file, part, depth + 1),
            Thing::Instance { class, types, .. } => self.member(class, types, part, depth + 1),
            Thing::Record { at, entries, .. } => self.entry(at, entries, part, depth + 1),
            Thing::Shape { at, object } => self.instance(at, property(object, part)?, None, depth),
            Thing::Mixed { at, annotation } => parts(annotation)
                .find_map(|part_type| self.step(self.instance(at, part_type, None, depth + 1)?, part, depth + 1)),
            Thing::Many { at, item } => position(part).and_then(|_| self.instance(at, item, None, depth)),
            Thing::Tuple { at, tuple } => self.instance(at, element(tuple, position(part)?)?, None, depth),
            Thing::List { at, values } => self.value(at, values.get(position(part)?)?, depth + 1),
            Thing::Holder { at, call, member } => (part == member).then(|| self.held_by(at, call, depth)).flatten(),
            Thing::Definition(symbol) | Thing::Member(symbol, _) => {
                let types = thing.defined()?.1;
                let definition = self.definition(symbol.file, symbol.definition?)?;
                match definition.kind {
                    SymbolKind::Class | SymbolKind::Interface | SymbolKind::Type | SymbolKind::Struct => {
                        self.member(symbol, None, part, depth + 1)
                    }
                    SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor | SymbolKind::Member => None,
                    _ => match self.table(symbol.file)?.definition(symbol.definition, part) {
                        Some(child) => Some(Thing::Definition(Symbol { file: symbol.file, definition: Some(child) })),
                        None => self.step(self.held(symbol, types, definition, depth + 1)?, part, depth + 1),
                    },
                }
            }
        }
    }

    /// What a variable or field holds; other things are themselves.
    pub(super) fn behind(&self, thing: Thing<'a>, depth: usize) -> Option<Thing<'a>> {
        let Some((symbol, types)) = thing.defined() else { return Some(thing) };
        let definition = self.definition(symbol.file, symbol.definition?)?;
        match definition.kind {
            SymbolKind::Variable | SymbolKind::Field => self.held(symbol, types, definition, depth + 1),
            _ => None,
        }
    }

    /// An entry of an object literal; what is spread into it counts, the last first.
    fn entry(&self, at: At<'a>, entries: &'a [(Atom, Value)], name: &str, depth: usize) -> Option<Thing<'a>> {
        if let Some((_, value)) = entries.iter().rev().find(|(own, _)| own == name) {
            return self.value(at, value, depth + 1);
        }
        let mut spread = entries.iter().rev().filter_map(|(_, value)| match value {
            Value::Spread(inner) => self.value(at, inner, depth + 1),
            _ => None,
        });
        spread.find_map(|inner| self.step(inner, name, depth + 1))
    }

    /// What a variable or field holds.
    fn held(
        &self,
        symbol: Symbol,
        types: Option<Types<'a>>,
        definition: &'a Definition,
        depth: usize,
    ) -> Option<Thing<'a>> {
        let at = At { types, ..At::new(symbol.file, definition.parent) };
        if let Some(found) = definition.type_name.as_deref().and_then(|it| self.instance(at, it, None, depth)) {
            return Some(found);
        }
        let table = self.table(symbol.file)?;
        let own = table
            .assignments(&definition.name)
            .iter()
            .filter(|given| given.enclosing == definition.parent || given.enclosing.is_none());
        if let Some(found) = own.rev().find_map(|given| self.value(at, &given.value, depth + 1)) {
            return (found != Thing::Definition(symbol)).then_some(found);
        }
        let class = Symbol { file: symbol.file, definition: definition.parent };
        self.assigned_field(class, types, &definition.name, depth)
    }

    /// A member of a class or interface, its bases included.
    fn member(&self, class: Symbol, types: Option<Types<'a>>, name: &str, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        let definition = self.definition(class.file, class.definition?)?;
        if let Some(index) = self.table(class.file)?.definition(class.definition, name) {
            return Some(Thing::member(Symbol { file: class.file, definition: Some(index) }, types));
        }
        // A list literal says less than what a base declares.
        let assigned = self.assigned_field(class, types, name, depth);
        if assigned.is_some_and(|it| !matches!(it, Thing::List { .. })) {
            return assigned;
        }
        let outer = At { types, ..At::new(class.file, definition.parent) };
        let inherited = definition.bases.iter().find_map(|base| {
            let Thing::Instance { class: base, types, .. } = self.instance(outer, base, None, depth + 1)? else {
                return None;
            };
            (base != class).then(|| self.member(base, types, name, depth + 1)).flatten()
        });
        let found = inherited.or_else(|| {
            let alias = definition.type_name.as_deref().filter(|_| definition.kind == SymbolKind::Type)?;
            match self.instance(outer, alias, None, depth + 1)? {
                Thing::Instance { class: alias, .. } if alias == class => None,
                other => self.step(other, name, depth + 1),
            }
        });
        found.or(assigned)
    }

    /// What the methods of a class give to `this.name`, where no field says so.
    fn assigned_field(&self, class: Symbol, types: Option<Types<'a>>, name: &str, depth: usize) -> Option<Thing<'a>> {
        let index = class.definition?;
        let given = self.table(class.file)?.fields(name);
        given.iter().take(VALUES_MAX).find_map(|given| {
            let method = given.enclosing?;
            let is_own = self.definition(class.file, method)?.parent == Some(index);
            let at = At { types, ..At::new(class.file, Some(method)) };
            is_own.then(|| self.value(at, &given.value, depth + 1)).flatten()
        })
    }
}

/// The position that a part of a name tells: `[1]`.
fn position(part: &str) -> Option<usize> {
    part.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}
