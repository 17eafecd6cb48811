//! From a dotted name to the definition it means.

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, DefinitionIndex, SymbolKind, Value};
use crate::languages::Resolved;

use super::Modules;
use super::tables::Binding;

/// How many steps (re-exports, aliases, base classes, types) one name may take.
const STEPS_MAX: usize = 24;
/// How many values of one variable are looked at.
const VALUES_MAX: usize = 3;

/// What a name, or the first part of one, stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Thing {
    /// A definition.
    Definition(Symbol),
    /// A module with its exports.
    Module(FileIndex),
    /// A value of this class or interface; it may have a definition of its own.
    Instance { class: Symbol, own: Option<Symbol> },
}

impl Thing {
    const fn symbol(self) -> Option<Symbol> {
        match self {
            Self::Definition(symbol) => Some(symbol),
            Self::Module(file) => Some(Symbol { file, definition: None }),
            Self::Instance { own, .. } => own,
        }
    }
}

/// What a function has under a name.
enum Local {
    /// Nothing: the name is one of those around it.
    None,
    /// A value of which nothing is known.
    Unknown,
    Holds(Thing),
}

impl Local {
    fn of(thing: Option<Thing>) -> Self {
        thing.map_or(Self::Unknown, Self::Holds)
    }
}

/// A place from which names are understood.
#[derive(Clone, Copy)]
struct At {
    file: FileIndex,
    enclosing: Option<DefinitionIndex>,
}

impl Modules<'_> {
    pub(super) fn meaning(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let (found, rest) = self.walk(At { file, enclosing }, name, 0)?;
        Some(Resolved { symbol: found.symbol()?, rest, by_name: false })
    }

    /// Follows a dotted name as far as it is understood: what stands for a symbol, and how many parts are left.
    fn walk(&self, at: At, name: &str, depth: usize) -> Option<(Thing, usize)> {
        if depth > STEPS_MAX {
            return None;
        }
        let name = name.split('<').next().unwrap_or(name);
        let mut parts = name.split('.');
        let mut thing = self.root(at, parts.next()?, depth + 1)?;
        let mut left = parts.clone().count();
        let mut known = thing.symbol().map(|_| (thing, left));
        for part in parts {
            let Some(next) = self.step(thing, part, depth + 1) else { break };
            left -= 1;
            thing = next;
            if thing.symbol().is_some() {
                known = Some((thing, left));
            }
        }
        known
    }

    /// The thing that a whole dotted name stands for.
    fn whole(&self, at: At, name: &str, depth: usize) -> Option<Thing> {
        if depth > STEPS_MAX {
            return None;
        }
        let mut parts = name.split('.');
        let mut thing = self.root(at, parts.next()?, depth + 1)?;
        for part in parts {
            thing = self.step(thing, part, depth + 1)?;
        }
        Some(thing)
    }

    /// The first part of a name, from the innermost scope outwards.
    fn root(&self, at: At, name: &str, depth: usize) -> Option<Thing> {
        if depth > STEPS_MAX {
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
            return self.value(At { file: at.file, enclosing: None }, &given.value, depth + 1);
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
        definition: &Definition,
        name: &str,
        depth: usize,
    ) -> Local {
        let at = At { file, enclosing: Some(index) };
        let is_own =
            |own: &str| own == name || own.starts_with('{') && own.split(|c: char| !is_word(c)).any(|it| it == name);
        if let Some(parameter) = definition.parameters.iter().find(|parameter| is_own(&parameter.name)) {
            let type_name = parameter.type_name.as_deref().filter(|_| parameter.name == name);
            return Local::of(type_name.and_then(|type_name| self.instance(at, type_name, None, depth)));
        }
        let Some(table) = self.table(file) else { return Local::None };
        let mut given = table.assignments(name).iter().filter(|given| given.enclosing == Some(index)).peekable();
        if given.peek().is_none() {
            return Local::None;
        }
        // What bundled code reuses for many values is none of them, and following them all would never end.
        if given.clone().nth(VALUES_MAX).is_some() {
            return Local::Unknown;
        }
        Local::of(given.find_map(|given| {
            let typed = given.type_name.as_deref().and_then(|it| self.instance(at, it, None, depth));
            typed.or_else(|| self.value(at, &given.value, depth + 1))
        }))
    }

    /// What `this` or `super` stands for.
    fn receiver(&self, at: At, is_super: bool, depth: usize) -> Option<Thing> {
        let mut scope = at.enclosing;
        while let Some(index) = scope {
            let definition = self.definition(at.file, index)?;
            let symbol = Symbol { file: at.file, definition: Some(index) };
            if definition.kind == SymbolKind::Class {
                if is_super {
                    let outer = At { file: at.file, enclosing: definition.parent };
                    return definition.bases.iter().find_map(|base| self.instance(outer, base, None, depth));
                }
                return Some(Thing::Instance { class: symbol, own: None });
            }
            if definition.kind == SymbolKind::Variable {
                return Some(Thing::Definition(symbol));
            }
            scope = definition.parent.filter(|parent| *parent < index);
        }
        None
    }

    fn imported(&self, file: FileIndex, binding: Binding<'_>, depth: usize) -> Option<Thing> {
        let target = self.target(file, &binding.import.module)?;
        match binding.name {
            Some(name) => self.export(target, name, depth + 1).or_else(|| self.opaque(target, name)),
            // `require` and `import =` give what the module sets as its one export.
            None if binding.import.has_flag("cjs") => {
                self.export(target, "=", depth + 1).or(Some(Thing::Module(target)))
            }
            None => Some(Thing::Module(target)),
        }
    }

    /// A file whose exports cannot be read, or that offers the name without a definition, stands for it.
    fn opaque(&self, file: FileIndex, name: &str) -> Option<Thing> {
        let table = self.table(file)?;
        let is_component = self.scope.files.get(file as usize).is_some_and(|file| {
            !matches!(file.path.extension(), "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs")
        });
        (is_component || table.export(name).is_some()).then_some(Thing::Module(file))
    }

    /// What a module offers under a name; re-exports are seen through.
    fn export(&self, file: FileIndex, name: &str, depth: usize) -> Option<Thing> {
        if depth > STEPS_MAX {
            return None;
        }
        let table = self.table(file)?;
        let top = At { file, enclosing: None };
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
            return self.export(file, "=", depth + 1);
        }
        if name != "=" {
            let mut stars = table.stars.iter().filter_map(|import| self.target(file, &import.module));
            if let Some(found) = stars.find_map(|target| self.export(target, name, depth + 1)) {
                return Some(found);
            }
            let whole = self.export(file, "=", depth + 1)?;
            return (whole != Thing::Module(file)).then(|| self.step(whole, name, depth + 1)).flatten();
        }
        None
    }

    /// `export default new Service()`, `module.exports = createStore()`.
    fn anonymous(&self, at: At, name: &str, depth: usize) -> Option<Thing> {
        let targets: &[&str] = match name {
            "default" => &["export default", "exports.default"],
            "=" => &["module.exports", "exports"],
            _ => return None,
        };
        let table = self.table(at.file)?;
        let given = targets.iter().find_map(|target| table.assignments(target).last())?;
        let module = Symbol { file: at.file, definition: None };
        match self.value(at, &given.value, depth + 1)? {
            Thing::Instance { class, own } => Some(Thing::Instance { class, own: own.or(Some(module)) }),
            other => Some(other),
        }
    }

    /// One more part of a name.
    fn step(&self, thing: Thing, part: &str, depth: usize) -> Option<Thing> {
        if depth > STEPS_MAX {
            return None;
        }
        match thing {
            Thing::Module(file) => self.export(file, part, depth + 1),
            Thing::Instance { class, .. } => self.member(class, part, depth + 1),
            Thing::Definition(symbol) => {
                let definition = self.definition(symbol.file, symbol.definition?)?;
                match definition.kind {
                    SymbolKind::Class | SymbolKind::Interface | SymbolKind::Type | SymbolKind::Struct => {
                        self.member(symbol, part, depth + 1)
                    }
                    SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor | SymbolKind::Member => None,
                    _ => {
                        let child = self.table(symbol.file)?.definition(symbol.definition, part);
                        match child {
                            Some(child) => {
                                Some(Thing::Definition(Symbol { file: symbol.file, definition: Some(child) }))
                            }
                            None => self.step(self.held(symbol, definition, depth + 1)?, part, depth + 1),
                        }
                    }
                }
            }
        }
    }

    /// What a variable or field holds.
    fn held(&self, symbol: Symbol, definition: &Definition, depth: usize) -> Option<Thing> {
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
    fn member(&self, class: Symbol, name: &str, depth: usize) -> Option<Thing> {
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
            let Thing::Instance { class: alias, .. } = self.instance(outer, alias, None, depth + 1)? else {
                return None;
            };
            (alias != class).then(|| self.member(alias, name, depth + 1)).flatten()
        })
    }

    /// What the methods of a class give to `this.name`, where no field says so.
    fn assigned_field(&self, class: Symbol, name: &str, depth: usize) -> Option<Thing> {
        let index = class.definition?;
        let given = self.table(class.file)?.assignments(&format!("this.{name}"));
        given.iter().take(VALUES_MAX).find_map(|given| {
            let method = given.enclosing?;
            let is_own = self.definition(class.file, method)?.parent == Some(index);
            let at = At { file: class.file, enclosing: Some(method) };
            is_own.then(|| self.value(at, &given.value, depth + 1)).flatten()
        })
    }

    /// What a value is, as far as names say.
    fn value(&self, at: At, value: &Value, depth: usize) -> Option<Thing> {
        if depth > STEPS_MAX {
            return None;
        }
        match value {
            Value::Name(name) => self.whole(at, name, depth + 1),
            Value::Member(inner, part) => self.step(self.value(at, inner, depth + 1)?, part, depth + 1),
            Value::Choice(values) => values.iter().find_map(|value| self.value(at, value, depth + 1)),
            Value::Call(call) => {
                let first = call.positional(0).and_then(Value::as_name);
                if let ("require", Some(Value::Text(module)), None) =
                    (call.callee.as_str(), call.positional(0), &call.receiver)
                {
                    let target = self.target(at.file, module)?;
                    return self.export(target, "=", depth + 1).or(Some(Thing::Module(target)));
                }
                if let ("inject", Some(class), None) = (call.callee.as_str(), first, &call.receiver) {
                    return self.instance(at, class, None, depth);
                }
                let callee = match &call.receiver {
                    None => self.root(at, &call.callee, depth + 1)?,
                    Some(receiver) => self.step(self.value(at, receiver, depth + 1)?, &call.callee, depth + 1)?,
                };
                self.returned(callee, call.is_new, depth)
            }
            _ => None,
        }
    }

    /// What a call gives.
    fn returned(&self, callee: Thing, is_new: bool, depth: usize) -> Option<Thing> {
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
    fn instance(&self, at: At, type_name: &str, class: Option<DefinitionIndex>, depth: usize) -> Option<Thing> {
        let name = plain_type(type_name)?;
        if let Some(value) = name.strip_prefix("typeof ") {
            return self.whole(at, value.trim(), depth + 1);
        }
        if name == "this" {
            let class = Symbol { file: at.file, definition: Some(class?) };
            return Some(Thing::Instance { class, own: None });
        }
        match self.whole(at, name, depth + 1)? {
            Thing::Definition(class) if self.definition(class.file, class.definition?)?.kind.is_type() => {
                Some(Thing::Instance { class, own: None })
            }
            _ => None,
        }
    }

    fn definition(&self, file: FileIndex, index: DefinitionIndex) -> Option<&Definition> {
        self.outline(file)?.definition(index)
    }
}

/// Whether names of its children are known within a definition: functions and namespaces, not objects.
const fn has_scope(definition: &Definition) -> bool {
    !matches!(definition.kind, SymbolKind::Field)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

/// Types that stand for what is within their brackets.
const WRAPPERS: &[&str] = &["Promise", "Awaited", "Readonly", "Partial", "Required", "NonNullable", "Ref", "Relation"];

/// The one named type that an annotation comes down to; none for arrays, functions and unions of several.
fn plain_type(annotation: &str) -> Option<&str> {
    let mut name = annotation.trim();
    for _ in 0..8 {
        if name.contains(['|', '&']) && !name.contains('<') {
            let mut members =
                name.split(['|', '&']).map(str::trim).filter(|it| !matches!(*it, "null" | "undefined" | ""));
            name = members.next().filter(|_| members.next().is_none())?;
            continue;
        }
        name = name.strip_prefix("readonly ").unwrap_or(name).trim();
        match name.split_once('<') {
            Some((wrapper, inner)) if WRAPPERS.contains(&wrapper) => {
                let (inner, after) = inner.rsplit_once('>')?;
                if !matches!(after.trim().trim_start_matches('|').trim(), "" | "null" | "undefined") {
                    return None;
                }
                name = inner.trim();
            }
            Some((generic, inner)) => {
                let after = inner.rsplit_once('>').map_or("", |(_, after)| after.trim());
                return (!after.starts_with('[')).then_some(generic.trim()).filter(|it| is_dotted(it));
            }
            None => break,
        }
    }
    (is_dotted(name) || name.starts_with("typeof ")).then_some(name)
}

fn is_dotted(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| is_word(letter) || letter == '.')
}

#[cfg(test)]
mod tests {
    use super::plain_type;

    #[test]
    fn annotations_come_down_to_one_type() {
        let cases = [
            ("Order", Some("Order")),
            ("models.Order | null", Some("models.Order")),
            ("Promise<Order | undefined>", Some("Order")),
            ("Repository<Order>", Some("Repository")),
            ("Order[]", None),
            ("Array<Order>[]", None),
            ("A | B", None),
            ("(x: number) => void", None),
        ];
        for (annotation, expected) in cases {
            assert_eq!(plain_type(annotation), expected, "{annotation}");
        }
    }
}
