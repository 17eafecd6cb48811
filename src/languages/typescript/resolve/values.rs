//! From values and types to what stands behind them: members, calls, elements.

use crate::codebase::Atom;
use crate::codebase::graph::Symbol;
use crate::codebase::outline::{CallValue, Definition, DefinitionIndex, SymbolKind, Value};

use super::Modules;
use super::annotations::{Annotation, parts, property};
use super::symbols::{STEPS_MAX, VALUES_MAX};
use super::things::{At, Thing};

/// Methods of lists, maps and sets that give one of the values.
const GIVING_ONE: &[&str] = &["[]", "at", "find", "findLast", "get", "pop", "reduce", "reduceRight", "shift"];
/// Methods of lists, maps, sets and streams that give the same values again, or some of them.
const GIVING_MANY: &[&str] = &[
    "asObservable",
    "concat",
    "filter",
    "reverse",
    "slice",
    "sort",
    "splice",
    "toReversed",
    "toSorted",
    "values",
    "with",
];
/// Operators of streams that let values pass as they are.
const PASSING: &[&str] = &[
    "catchError",
    "debounceTime",
    "delay",
    "distinctUntilChanged",
    "filter",
    "finalize",
    "first",
    "last",
    "retry",
    "shareReplay",
    "skip",
    "take",
    "takeUntil",
    "takeUntilDestroyed",
    "tap",
    "throttleTime",
];
/// What asks a container of services for the one of a class.
const LOCATORS: &[&str] = &["get", "inject", "resolve"];

impl<'a> Modules<'a> {
    /// A member of a thing.
    pub(super) fn step(&self, thing: Thing<'a>, part: &str, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        match thing {
            Thing::Module(file) => self.export(file, part, depth + 1),
            Thing::Instance { class, .. } => self.member(class, part, depth + 1),
            Thing::Record { at, entries, .. } => self.entry(at, entries, part, depth + 1),
            Thing::Shape { at, object } => self.instance(at, property(object, part)?, None, depth),
            Thing::Mixed { at, annotation } => parts(annotation)
                .find_map(|part_type| self.step(self.instance(at, part_type, None, depth + 1)?, part, depth + 1)),
            Thing::Many { .. } => None,
            Thing::Definition(symbol) => {
                let definition = self.definition(symbol.file, symbol.definition?)?;
                match definition.kind {
                    SymbolKind::Class | SymbolKind::Interface | SymbolKind::Type | SymbolKind::Struct => {
                        self.member(symbol, part, depth + 1)
                    }
                    SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor | SymbolKind::Member => None,
                    _ => match self.table(symbol.file)?.definition(symbol.definition, part) {
                        Some(child) => Some(Thing::Definition(Symbol { file: symbol.file, definition: Some(child) })),
                        None => self.step(self.held(symbol, definition, depth + 1)?, part, depth + 1),
                    },
                }
            }
        }
    }

    /// What a call of a member gives; `[]` stands for an element.
    pub(super) fn called(&self, thing: Thing<'a>, callee: &str, is_new: bool, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        match self.behind(thing, depth) {
            Some(Thing::Many { at, item }) if GIVING_ONE.contains(&callee) => self.instance(at, item, None, depth),
            Some(many @ Thing::Many { .. }) if GIVING_MANY.contains(&callee) => Some(many),
            Some(Thing::Many { .. }) => None,
            _ => self.returned(self.step(thing, callee, depth + 1)?, is_new, depth),
        }
    }

    /// What a variable or field holds; other things are themselves.
    fn behind(&self, thing: Thing<'a>, depth: usize) -> Option<Thing<'a>> {
        let Thing::Definition(symbol) = thing else { return Some(thing) };
        let definition = self.definition(symbol.file, symbol.definition?)?;
        match definition.kind {
            SymbolKind::Variable | SymbolKind::Field => self.held(symbol, definition, depth + 1),
            _ => None,
        }
    }

    /// An entry of an object literal; what is spread into it counts, the last first.
    fn entry(&self, at: At, entries: &'a [(Atom, Value)], name: &str, depth: usize) -> Option<Thing<'a>> {
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
    fn held(&self, symbol: Symbol, definition: &'a Definition, depth: usize) -> Option<Thing<'a>> {
        let at = At { file: symbol.file, enclosing: definition.parent };
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
        self.assigned_field(Symbol { file: symbol.file, definition: definition.parent }, &definition.name, depth)
    }

    /// A member of a class or interface, its bases included.
    fn member(&self, class: Symbol, name: &str, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        let definition = self.definition(class.file, class.definition?)?;
        if let Some(index) = self.table(class.file)?.definition(class.definition, name) {
            return Some(Thing::Definition(Symbol { file: class.file, definition: Some(index) }));
        }
        if let Some(found) = self.assigned_field(class, name, depth) {
            return Some(found);
        }
        let outer = At { file: class.file, enclosing: definition.parent };
        let inherited = definition.bases.iter().find_map(|base| {
            let Thing::Instance { class: base, .. } = self.instance(outer, base, None, depth + 1)? else { return None };
            (base != class).then(|| self.member(base, name, depth + 1)).flatten()
        });
        inherited.or_else(|| {
            let alias = definition.type_name.as_deref().filter(|_| definition.kind == SymbolKind::Type)?;
            match self.instance(outer, alias, None, depth + 1)? {
                Thing::Instance { class: alias, .. } if alias == class => None,
                other => self.step(other, name, depth + 1),
            }
        })
    }

    /// What the methods of a class give to `this.name`, where no field says so.
    fn assigned_field(&self, class: Symbol, name: &str, depth: usize) -> Option<Thing<'a>> {
        let index = class.definition?;
        let given = self.table(class.file)?.fields(name);
        given.iter().take(VALUES_MAX).find_map(|given| {
            let method = given.enclosing?;
            let is_own = self.definition(class.file, method)?.parent == Some(index);
            let at = At { file: class.file, enclosing: Some(method) };
            is_own.then(|| self.value(at, &given.value, depth + 1)).flatten()
        })
    }

    /// What a value is, as far as names say.
    pub(super) fn value(&self, at: At, value: &'a Value, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        match value {
            Value::Name(name) => self.whole(at, name, depth + 1),
            Value::Member(inner, part) => self.step(self.value(at, inner, depth + 1)?, part, depth + 1),
            Value::Choice(values) => values.iter().find_map(|value| self.value(at, value, depth + 1)),
            Value::Call(call) => self.call(at, call, depth),
            Value::Record(entries) => Some(Thing::Record { at, entries, own: None }),
            // An element of a list.
            Value::Spread(inner) => {
                let Thing::Many { at, item } = self.behind(self.value(at, inner, depth + 1)?, depth)? else {
                    return None;
                };
                self.instance(at, item, None, depth)
            }
            _ => None,
        }
    }

    fn call(&self, at: At, call: &'a CallValue, depth: usize) -> Option<Thing<'a>> {
        let Some(receiver) = &call.receiver else {
            return match (call.callee.as_str(), call.positional(0)) {
                ("require", Some(Value::Text(module))) => {
                    self.target(at.file, module).map(|target| self.required(target, depth))
                }
                ("import", Some(Value::Text(module))) => self.target(at.file, module).map(Thing::Module),
                ("inject", Some(Value::Name(class))) => self.instance(at, class, None, depth),
                (callee, _) => match self.root(at, callee, depth + 1) {
                    Some(callee) => {
                        self.stated(at, call, callee, depth).or_else(|| self.returned(callee, call.is_new, depth))
                    }
                    // `new Map<string, Order>()`
                    None if call.is_new => call.type_args.last().map(|item| Thing::Many { at, item: item.as_str() }),
                    None => None,
                },
            };
        };
        let Some(receiver) = self.value(at, receiver, depth + 1) else { return self.located(at, call, depth) };
        let is_stream = || matches!(self.behind(receiver, depth), Some(Thing::Many { .. }));
        if call.callee == "pipe" && is_stream() {
            let passes = |value: &Value| value.as_call().is_some_and(|it| PASSING.contains(&it.callee.as_str()));
            return call.args.iter().all(|arg| passes(&arg.value)).then(|| self.behind(receiver, depth)).flatten();
        }
        let stated = || {
            let callee = self.step(receiver, &call.callee, depth + 1).filter(|_| !call.type_args.is_empty())?;
            self.stated(at, call, callee, depth)
        };
        stated().or_else(|| self.called(receiver, &call.callee, call.is_new, depth))
    }

    /// What a generic function returns that is told to return it: `resolve<Orders>("orders")`.
    fn stated(&self, at: At, call: &'a CallValue, callee: Thing<'a>, depth: usize) -> Option<Thing<'a>> {
        let symbol = callee.symbol().filter(|_| !call.type_args.is_empty())?;
        let definition = self.definition(symbol.file, symbol.definition?)?;
        let Annotation::Named(returned) = Annotation::of(definition.type_name.as_deref()?)? else { return None };
        let position = definition.type_parameters.iter().position(|own| own == returned)?;
        self.instance(at, call.type_args.get(position)?, None, depth)
    }

    /// What a container of services that is not of this repository is asked for: `app.get(OrdersService)`.
    fn located(&self, at: At, call: &'a CallValue, depth: usize) -> Option<Thing<'a>> {
        if !LOCATORS.contains(&call.callee.as_str()) {
            return None;
        }
        if let [stated] = call.type_args.as_slice() {
            return self.instance(at, stated, None, depth);
        }
        let class = call.positional(0)?.as_name()?;
        let found = self.instance(at, class, None, depth)?;
        let Thing::Instance { class, .. } = found else { return None };
        (self.definition(class.file, class.definition?)?.kind == SymbolKind::Class).then_some(found)
    }

    /// What a call of a thing gives.
    pub(super) fn returned(&self, callee: Thing<'a>, is_new: bool, depth: usize) -> Option<Thing<'a>> {
        let Thing::Definition(symbol) = callee else { return None };
        let definition = self.definition(symbol.file, symbol.definition?)?;
        match definition.kind {
            SymbolKind::Class if is_new => Some(Thing::Instance { class: symbol, own: None }),
            SymbolKind::Function | SymbolKind::Method => {
                let at = At { file: symbol.file, enclosing: definition.parent };
                if let Some(type_name) = definition.type_name.as_deref() {
                    return self.instance(at, type_name, definition.parent, depth);
                }
                let inside = At { file: symbol.file, enclosing: symbol.definition };
                let returns = self.table(symbol.file)?.assignments("return");
                let mut own = returns.iter().filter(|given| given.enclosing == symbol.definition);
                let given = own.next().filter(|_| own.next().is_none())?;
                self.value(inside, &given.value, depth + 1)
            }
            _ => None,
        }
    }

    /// A value of the type that an annotation names. `class` is what a returned `this` means.
    pub(super) fn instance(
        &self,
        at: At,
        annotation: &'a str,
        class: Option<DefinitionIndex>,
        depth: usize,
    ) -> Option<Thing<'a>> {
        let name = match Annotation::of(annotation)? {
            Annotation::Named(name) => name,
            Annotation::Many(item) => return Some(Thing::Many { at, item }),
            Annotation::Object(object) => return Some(Thing::Shape { at, object }),
            Annotation::All(annotation) => return Some(Thing::Mixed { at, annotation }),
        };
        if let Some(value) = name.strip_prefix("typeof ") {
            return self.whole(at, value.trim(), depth + 1);
        }
        if name == "this" {
            let class = Symbol { file: at.file, definition: Some(class?) };
            return Some(Thing::Instance { class, own: None });
        }
        let Thing::Definition(found) = self.whole(at, name, depth + 1)? else { return None };
        let definition = self.definition(found.file, found.definition?)?;
        // An alias of a list stands for the list; one of an object type has members of its own.
        if let Some(alias) = definition.type_name.as_deref().filter(|_| definition.kind == SymbolKind::Type) {
            let outer = At { file: found.file, enclosing: definition.parent };
            if let Some(Annotation::Many(item)) = Annotation::of(alias) {
                return Some(Thing::Many { at: outer, item });
            }
        }
        definition.kind.is_type().then_some(Thing::Instance { class: found, own: None })
    }
}
