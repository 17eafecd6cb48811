//! From a dotted name to the definition it means: scopes, imports, exports.

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Assignment, Definition, DefinitionIndex, Parameter, SymbolKind};
use crate::languages::Resolved;

use super::Modules;
use super::annotations::bound_key;
use super::tables::Binding;
use super::things::{At, Local, Thing};

/// How many steps (re-exports, aliases, base classes, types) one name may take.
pub(super) const STEPS_MAX: usize = 24;
/// How many values of one variable are looked at.
pub(super) const VALUES_MAX: usize = 4;

impl<'a> Modules<'a> {
    pub(super) fn meaning(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let at = At::new(file, enclosing);
        match self.walk(at, name, 0) {
            Some((found, rest)) => Some(Resolved { symbol: found.symbol()?, rest, by_name: false }),
            None => Some(Resolved { symbol: self.shared_by_scripts(at, name)?, rest: 0, by_name: true }),
        }
    }

    /// Follows a dotted name as far as it is understood: what stands for a symbol, and how many parts are left.
    fn walk(&self, at: At<'a>, name: &str, depth: usize) -> Option<(Thing<'a>, usize)> {
        if depth > STEPS_MAX {
            return None;
        }
        let name = name.split('<').next().unwrap_or(name);
        let (mut thing, parts) = self.first(at, name, depth)?;
        let mut left = parts.clone().count();
        let mut known = thing.symbol().map(|_| (thing, left));
        for part in parts {
            let next = self.part(thing, part, depth + 1);
            if part.ends_with("()") {
                // What is called on the way is a call of its own: half a chain shows nothing more.
                known = None;
            }
            let Some(next) = next else { break };
            left -= 1;
            thing = next;
            if thing.symbol().is_some() && !part.ends_with("()") {
                known = Some((thing, left));
            }
        }
        known
    }

    /// The thing that a whole dotted name stands for.
    pub(super) fn whole(&self, at: At<'a>, name: &str, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        let (mut thing, parts) = self.first(at, name, depth)?;
        for part in parts {
            thing = self.part(thing, part, depth + 1)?;
        }
        Some(thing)
    }

    /// What the first part of a name stands for, and the parts that follow it.
    fn first<'n>(&self, at: At<'a>, name: &'n str, depth: usize) -> Option<(Thing<'a>, std::str::Split<'n, char>)> {
        let mut parts = name.split('.');
        let first = parts.next()?;
        if first == "exports" || first == "module" && parts.clone().next() == Some("exports") {
            if first == "module" {
                parts.next();
            }
            return Some((Thing::Module(at.file), parts));
        }
        let thing = match first.strip_suffix("()") {
            Some(callee) => self.returned(self.root(at, callee, depth + 1)?, true, depth)?,
            None => self.root(at, first, depth + 1)?,
        };
        Some((thing, parts))
    }

    /// One more part of a name; `find()` is what a call of `find` gives, `[]()` an element.
    fn part(&self, thing: Thing<'a>, part: &str, depth: usize) -> Option<Thing<'a>> {
        match part.strip_suffix("()") {
            Some(callee) => self.called(thing, callee, false, depth),
            None => self.step(thing, part, depth),
        }
    }

    /// The first part of a name, from the innermost scope outwards.
    pub(super) fn root(&self, at: At<'a>, name: &str, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        // A local of which nothing is known, or an expression that is no name.
        if name.is_empty() || name.ends_with('@') {
            return None;
        }
        if matches!(name, "this" | "super") {
            return self.receiver(at, name == "super", depth);
        }
        let table = self.table(at.file)?;
        let mut scope = at.enclosing;
        while let Some(index) = scope {
            let definition = self.definition(at.file, index)?;
            if !definition.kind.is_type() {
                if let Some(inner) = table.definition(Some(index), name).filter(|_| has_scope(definition)) {
                    return Some(Thing::Definition(Symbol { file: at.file, definition: Some(inner) }));
                }
                match self.local(at.file, index, definition, name, depth) {
                    Local::None => {}
                    Local::Holds(thing) => return Some(thing),
                    Local::Unknown => return None,
                }
            }
            scope = definition.parent.filter(|parent| *parent < index);
        }
        if let Some(index) = table.definition(None, name) {
            return Some(Thing::Definition(Symbol { file: at.file, definition: Some(index) }));
        }
        if let Some(binding) = table.import(name) {
            return self.imported(at.file, binding, depth);
        }
        if let Some(given) = table.assignments(name).iter().find(|given| given.enclosing.is_none()) {
            return self.given(At::new(at.file, None), given, depth);
        }
        // `export { GET } from "./handlers"` answers for this file.
        let binding = table.reexport(name)?;
        self.export(self.target(at.file, &binding.import.module)?, binding.name?, depth + 1)
    }

    /// A parameter or local variable of a function.
    fn local(
        &self,
        file: FileIndex,
        index: DefinitionIndex,
        definition: &'a Definition,
        name: &str,
        depth: usize,
    ) -> Local<'a> {
        let at = At::new(file, Some(index));
        for parameter in &definition.parameters {
            if parameter.name == name {
                return Local::of(self.parameter(at, parameter, depth));
            }
            let is_pattern = parameter.name.starts_with('{') && parameter.name.contains(name);
            if let Some(key) = is_pattern.then(|| bound_key(&parameter.name, name)).flatten() {
                let whole = self.parameter(at, parameter, depth);
                return Local::of(whole.and_then(|whole| self.step(whole, key, depth + 1)));
            }
        }
        let Some(table) = self.table(file) else { return Local::None };
        let mut given = table.locals(name).filter(|given| given.enclosing == Some(index)).peekable();
        if given.peek().is_none() {
            return Local::None;
        }
        // What bundled code reuses for many values is none of them, and following them all would never end.
        if given.clone().nth(VALUES_MAX).is_some() {
            return Local::Unknown;
        }
        // A list literal says less than a type of the list's elements.
        let mut found: Vec<Thing<'a>> = given.filter_map(|given| self.given(at, given, depth)).collect();
        if found.iter().any(|it| !matches!(it, Thing::List { .. })) {
            found.retain(|it| !matches!(it, Thing::List { .. }));
        }
        let mut found = found.into_iter();
        let first = found.next();
        Local::of(first.filter(|first| found.all(|other| other == *first)))
    }

    fn parameter(&self, at: At<'a>, parameter: &'a Parameter, depth: usize) -> Option<Thing<'a>> {
        match (&parameter.type_name, &parameter.default) {
            (Some(annotation), _) => self.instance(at, annotation, None, depth),
            (None, Some(default)) => self.value(at, default, depth + 1),
            (None, None) => None,
        }
    }

    /// What an assignment gives: a value of the type it states, else what its value is.
    fn given(&self, at: At<'a>, given: &'a Assignment, depth: usize) -> Option<Thing<'a>> {
        let typed = given.type_name.as_deref().and_then(|it| self.instance(at, it, None, depth));
        typed.or_else(|| self.value(at, &given.value, depth + 1))
    }

    /// What `this` or `super` stands for.
    fn receiver(&self, at: At<'a>, is_super: bool, depth: usize) -> Option<Thing<'a>> {
        let mut scope = at.enclosing;
        while let Some(index) = scope {
            let definition = self.definition(at.file, index)?;
            let symbol = Symbol { file: at.file, definition: Some(index) };
            if definition.kind == SymbolKind::Class {
                if is_super {
                    let outer = At::new(at.file, definition.parent);
                    return definition.bases.iter().find_map(|base| self.instance(outer, base, None, depth));
                }
                return Some(Thing::instance(symbol, None));
            }
            if definition.kind == SymbolKind::Variable {
                return Some(Thing::Definition(symbol));
            }
            scope = definition.parent.filter(|parent| *parent < index);
        }
        None
    }

    fn imported(&self, file: FileIndex, binding: Binding<'a>, depth: usize) -> Option<Thing<'a>> {
        let target = self.target(file, &binding.import.module)?;
        match binding.name {
            Some(name) => self.export(target, name, depth + 1).or_else(|| self.opaque(target, name)),
            // `require` and `import =` give what the module sets as its one export.
            None if binding.import.has_flag("cjs") => Some(self.required(target, depth)),
            None => Some(Thing::Module(target)),
        }
    }

    /// What `require` gives: what the module sets as its one export, else all of them.
    pub(super) fn required(&self, target: FileIndex, depth: usize) -> Thing<'a> {
        self.export(target, "=", depth + 1).unwrap_or(Thing::Module(target))
    }

    /// A file whose exports cannot be read, or that offers the name without a definition, stands for it.
    fn opaque(&self, file: FileIndex, name: &str) -> Option<Thing<'a>> {
        let table = self.table(file)?;
        let is_component = self.scope.files.get(file as usize).is_some_and(|file| {
            !matches!(file.path.extension(), "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs")
        });
        (is_component || table.export(name).is_some()).then_some(Thing::Module(file))
    }

    /// What a module offers under a name; re-exports are seen through.
    pub(super) fn export(&self, file: FileIndex, name: &str, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        let table = self.table(file)?;
        let top = At::new(file, None);
        if let Some(local) = table.export(name) {
            let named = if local.is_empty() { None } else { self.whole(top, local, depth + 1) };
            return named.or_else(|| self.anonymous(top, name, depth)).or(Some(Thing::Module(file)));
        }
        if let Some(binding) = table.reexport(name) {
            let target = self.target(file, &binding.import.module)?;
            return match binding.name {
                Some(name) => self.export(target, name, depth + 1).or_else(|| self.opaque(target, name)),
                None => Some(Thing::Module(target)),
            };
        }
        if name == "default" {
            // An ECMAScript import of a CommonJS module takes all that it exports.
            return self.export(file, "=", depth + 1).or_else(|| table.is_common.then_some(Thing::Module(file)));
        }
        if name != "=" {
            if let Some(offering) = self.passed_on(file, name) {
                return self.export(offering, name, depth + 1);
            }
            let whole = self.export(file, "=", depth + 1)?;
            return (whole != Thing::Module(file)).then(|| self.step(whole, name, depth + 1)).flatten();
        }
        None
    }

    /// `export default new Service()`, `module.exports = createStore()`, `module.exports = { store: createStore() }`.
    fn anonymous(&self, at: At<'a>, name: &str, depth: usize) -> Option<Thing<'a>> {
        let table = self.table(at.file)?;
        let last = |target: &str| table.assignments(target).last();
        let whole = || last("module.exports").or_else(|| last("exports"));
        let value = match name {
            "default" => &last("export default").or_else(|| last("exports.default"))?.value,
            "=" => &whole()?.value,
            _ => match last(&format!("exports.{name}")).or_else(|| last(&format!("module.exports.{name}"))) {
                Some(given) => &given.value,
                None => whole()?.value.key(name)?,
            },
        };
        let module = Symbol { file: at.file, definition: None };
        match self.value(at, value, depth + 1)? {
            Thing::Instance { class, own, types } => Some(Thing::Instance { class, own: own.or(Some(module)), types }),
            // The members of the one export are exports of their own.
            Thing::Record { .. } if name == "=" => None,
            Thing::List { .. } => None,
            Thing::Record { at, entries, .. } => Some(Thing::Record { at, entries, own: Some(module) }),
            other => Some(other),
        }
    }

    pub(super) fn definition(&self, file: FileIndex, index: DefinitionIndex) -> Option<&'a Definition> {
        self.outline(file)?.definition(index)
    }
}

/// Whether names of its children are known within a definition: functions and namespaces, not objects.
const fn has_scope(definition: &Definition) -> bool {
    !matches!(definition.kind, SymbolKind::Field)
}
