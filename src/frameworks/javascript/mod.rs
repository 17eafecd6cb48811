//! What the JavaScript frameworks share: which values are routers, chains of calls on them, groups, plugins.
//!
//! A framework describes itself by a [`Dialect`]; a [`Reader`] then tells, for each call of a file, the router that it
//! is made on, if its receiver is one.

pub(super) mod classes;
pub(super) mod files;
pub(super) mod reads;
pub(super) mod routes;

use std::collections::BTreeMap;

use crate::codebase::outline::{
    Assignment, Call, CallValue, Definition, DefinitionIndex, FunctionValue, Import, Outline, Parameter, SymbolKind,
    Taken, Value, last_part,
};
use crate::codebase::routing::{AuthFact, Mount, Router, RouterRef, RouterRole};
use crate::codebase::{Atom, Lines};

use super::express;

/// Ids of the languages that these frameworks are used from.
pub(super) const LANGUAGES: &[&str] = &["javascript", "typescript"];

/// Longest chain of calls that is followed.
const CHAIN_MAX: usize = 256;

/// How a framework's routers are made and told.
pub(super) struct Dialect {
    /// Framework id.
    pub(super) id: &'static str,
    /// Package, name exported by it, and what calling or constructing that gives. A package's one value is `default`.
    pub(super) makers: &'static [(&'static str, &'static str, RouterRole)],
    /// Types of parameters and fields that are routers.
    pub(super) types: &'static [&'static str],
    /// Beginnings of the names of types of functions that take a router first.
    pub(super) plugin_types: &'static [&'static str],
    /// Names of parameters that are routers without a type.
    pub(super) parameters: &'static [&'static str],
    /// Methods that give a router at a prefix below.
    pub(super) nests: &'static [&'static str],
    /// Methods that call a function literal with a router below.
    pub(super) groups: &'static [&'static str],
    /// Whether a function that takes a router is one itself, which `register` mounts.
    pub(super) has_plugins: bool,
}

/// A function literal whose routes hang on a router of its own.
struct Group {
    lines: Lines,
    parameter: Option<Atom>,
    router: Atom,
}

/// The routers of a file, and how to tell others.
pub(super) struct Reader<'o> {
    dialect: &'static Dialect,
    pub(super) outline: &'o Outline,
    imports: bool,
    makers: BTreeMap<Atom, RouterRole>,
    pub(super) routers: Vec<Router>,
    /// Names of routers by the call that makes them: a chain may hang on it at once.
    made: Vec<(Lines, Atom)>,
    groups: Vec<Group>,
}

impl<'o> Reader<'o> {
    pub(super) fn new(dialect: &'static Dialect, outline: &'o Outline) -> Self {
        let mut reader = Self {
            dialect,
            outline,
            imports: false,
            makers: BTreeMap::new(),
            routers: Vec::new(),
            made: Vec::new(),
            groups: Vec::new(),
        };
        for import in &outline.imports {
            reader.read_import(import);
        }
        // Without the package only a function that takes a router may have to do with it.
        if !reader.imports {
            reader.read_plugins();
            return reader;
        }
        for assignment in &outline.assignments {
            reader.read_assignment(assignment);
        }
        reader.read_unnamed();
        reader.read_plugins();
        reader.read_groups();
        reader
    }

    /// Whether the file has to do with the framework at all.
    pub(super) fn is_used(&self) -> bool {
        self.imports || !self.routers.is_empty()
    }

    /// Whether the file imports one of the framework's packages.
    pub(super) fn imports(&self) -> bool {
        self.imports
    }

    fn read_import(&mut self, import: &Import) {
        for (package, export, role) in self.dialect.makers {
            if !is_of_package(&import.module, package) {
                continue;
            }
            self.imports = true;
            match &import.taken {
                Taken::Module(name) => {
                    self.add_maker(name, export, *role);
                }
                Taken::Names(names) => {
                    for (there, here) in names {
                        if there == export {
                            self.makers.insert(here.clone(), *role);
                        } else if there == "default" {
                            self.add_maker(here, export, *role);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn add_maker(&mut self, module: &Atom, export: &str, role: RouterRole) {
        let path = if export == "default" { module.clone() } else { Atom::from(format!("{module}.{export}")) };
        self.makers.insert(path, role);
    }

    /// What a call makes, if that is a router.
    pub(super) fn made_by(&self, call: &CallValue) -> Option<RouterRole> {
        if let Some(Value::Call(inner)) = &call.receiver {
            let required = (inner.callee == "require").then(|| inner.positional(0).and_then(Value::as_text))??;
            let export = if call.callee.is_empty() { "default" } else { call.callee.as_str() };
            let makers = self.dialect.makers.iter();
            let found = makers.clone().find(|(package, own, _)| *package == required && *own == export);
            return found.map(|(_, _, role)| *role);
        }
        if self.makers.is_empty() {
            return None;
        }
        self.makers.get(call.path()?.as_str()).copied()
    }

    fn read_assignment(&mut self, assignment: &Assignment) {
        let Some(call) = assignment.value.as_call() else { return };
        let (root, prefixes) = self.root_of(&assignment.value);
        let role = match root {
            Some(Root::Made(made)) => {
                let Some(role) = self.made_by(made) else { return };
                self.made.push((made.lines, named(self.outline, assignment).0));
                role
            }
            Some(Root::Name(_)) if self.dialect.nests.contains(&call.callee.as_str()) => RouterRole::Router,
            _ => return,
        };
        let (name, enclosing) = named(self.outline, assignment);
        let parent = match &root {
            Some(Root::Name(parent)) => self.named(parent, assignment.line, assignment.enclosing),
            _ => None,
        };
        let own = match root {
            Some(Root::Made(made)) => option(made, "prefix").cloned(),
            _ => None,
        };
        let prefix = routes::joined(own.into_iter().chain(prefixes.into_iter().rev().cloned()).collect());
        self.routers.push(Router {
            prefixes: prefix.into_iter().collect(),
            parent,
            returned_by: returned_by(self.outline, assignment, &name, enclosing),
            ..router(self.dialect.id, name, enclosing, role, assignment.line)
        });
    }

    /// Routers that are passed on where they are made, or exported so.
    fn read_unnamed(&mut self) {
        for call in &self.outline.calls {
            let Some(role) = self.made_by(&call.value) else { continue };
            if self.made.iter().any(|(lines, _)| *lines == call.value.lines) {
                continue;
            }
            let name = Atom::from(format!("new:{}", call.value.line));
            self.made.push((call.value.lines, name.clone()));
            let prefix = option(&call.value, "prefix").cloned();
            self.routers.push(Router {
                prefixes: prefix.into_iter().collect(),
                ..router(self.dialect.id, name, call.enclosing, role, call.value.line)
            });
        }
    }

    /// Functions that take a router and are mounted as one.
    fn read_plugins(&mut self) {
        if !self.dialect.has_plugins {
            return;
        }
        for function in &self.outline.definitions {
            let Some(first) = function.parameters.first() else { continue };
            let type_name = first.type_name.as_deref();
            let is_typed = type_name.is_some_and(|name| self.is_router_type(name))
                || function.type_name.as_deref().is_some_and(|name| self.is_plugin_type(name));
            let is_named = type_name.is_none() && self.dialect.parameters.contains(&first.name.as_str());
            if !(is_typed || is_named) || function.kind.is_type() {
                continue;
            }
            let told = is_typed || self.imports || first.name == self.dialect.id;
            // What only its name tells serves nothing until something mounts it.
            let role = if told { RouterRole::Router } else { RouterRole::Part };
            self.add_function(
                function.lines,
                &function.parameters,
                router(self.dialect.id, function.name.clone(), function.parent, role, function.line),
            );
        }
    }

    /// Lets routes on a function's first parameter hang on a router that the function is.
    pub(super) fn add_function(&mut self, lines: Lines, parameters: &[Parameter], router: Router) {
        let parameter = parameters.first().map(|first| first.name.clone());
        self.groups.push(Group { lines, parameter, router: router.name.clone() });
        self.routers.push(router);
    }

    /// Function literals that are called with a router below.
    fn read_groups(&mut self) {
        let is_group = |call: &&Call| self.dialect.groups.contains(&call.value.callee.as_str());
        let mut calls: Vec<&Call> = self.outline.calls.iter().filter(is_group).collect();
        calls.sort_by_key(|call| (call.value.lines.first, std::cmp::Reverse(call.value.lines.last)));
        for call in calls {
            let mut functions = call.value.args.iter().filter_map(|argument| literal(&argument.value));
            let Some(function) = functions.next_back() else { continue };
            let Some(parent) = self.of(call) else { continue };
            let first = call.value.positional(0);
            let stated = call.value.positional(1).and_then(|options| options.key("prefix"));
            let stated = stated.or(first.filter(|first| routes::is_path_like(first)));
            self.add_group(call, function, parent, stated.cloned());
        }
    }

    /// Lets routes within a function literal hang on a router of its own.
    pub(super) fn add_group(
        &mut self,
        call: &Call,
        function: &FunctionValue,
        parent: RouterRef,
        prefix: Option<Value>,
    ) -> &mut Router {
        let name = Atom::from(format!("{}:{}", call.value.callee, function.lines.first));
        let parameter = function.parameters.first().map(|parameter| parameter.name.clone());
        self.groups.push(Group { lines: function.lines, parameter, router: name.clone() });
        let group = router(self.dialect.id, name, call.enclosing, RouterRole::Router, call.value.line);
        self.routers.push(Router { prefixes: prefix.into_iter().collect(), parent: Some(parent), ..group });
        let last = self.routers.len() - 1;
        &mut self.routers[last]
    }

    /// The innermost group without a parameter around a line.
    pub(super) fn group_around(&self, line: u32) -> Option<RouterRef> {
        let around = self.groups.iter().filter(|group| group.parameter.is_none() && group.lines.contains(line));
        let innermost = around.min_by_key(|group| group.lines.last - group.lines.first);
        innermost.map(|group| RouterRef::Name(group.router.clone()))
    }

    /// The router that a call is made on, if its receiver is one.
    pub(super) fn of(&self, call: &Call) -> Option<RouterRef> {
        self.reference(call.value.receiver.as_ref()?, call.value.line, call.enclosing)
    }

    /// The router that a value is, at a place.
    pub(super) fn reference(&self, value: &Value, line: u32, enclosing: Option<DefinitionIndex>) -> Option<RouterRef> {
        let (root, prefixes) = self.root_of(value);
        match root? {
            Root::Made(made) => {
                let (_, name) = self.made.iter().find(|(lines, _)| *lines == made.lines)?;
                Some(RouterRef::Name(name.clone()))
            }
            Root::Name(name) => {
                let found = self.named(name, line, enclosing)?;
                Some(prefixes.into_iter().rev().fold(found, |parent, prefix| RouterRef::Below {
                    parent: Box::new(parent),
                    prefix: prefix.clone(),
                }))
            }
        }
    }

    /// What a chain of calls starts with, and the prefixes within it, last one first.
    fn root_of<'v>(&self, value: &'v Value) -> (Option<Root<'v>>, Vec<&'v Value>) {
        let mut prefixes = Vec::new();
        let mut value = value;
        for _ in 0..CHAIN_MAX {
            match value {
                Value::Name(name) => return (Some(Root::Name(name)), prefixes),
                Value::Call(call) if self.made_by(call).is_some() => return (Some(Root::Made(call)), prefixes),
                Value::Call(call) => {
                    let is_nest = self.dialect.nests.contains(&call.callee.as_str());
                    let is_group = call.args.iter().any(|argument| literal(&argument.value).is_some());
                    prefixes.extend(call.positional(0).filter(|_| is_nest && !is_group));
                    let Some(receiver) = &call.receiver else { return (None, prefixes) };
                    value = receiver;
                }
                _ => return (None, prefixes),
            }
        }
        (None, prefixes)
    }

    /// The router that a name means at a place.
    pub(super) fn named(&self, name: &Atom, line: u32, enclosing: Option<DefinitionIndex>) -> Option<RouterRef> {
        let is_around = |group: &&Group| group.lines.contains(line) && group.parameter.as_ref() == Some(name);
        let around = self.groups.iter().filter(is_around);
        if let Some(group) = around.min_by_key(|group| group.lines.last - group.lines.first) {
            return Some(RouterRef::Name(group.router.clone()));
        }
        let mut scope = enclosing;
        loop {
            if self.routers.iter().any(|router| router.name == *name && router.enclosing == scope) {
                return Some(RouterRef::Name(name.clone()));
            }
            let Some(index) = scope else { break };
            let definition = self.outline.definition(index)?;
            if let Some(parameter) = definition.parameters.iter().find(|parameter| parameter.name == *name) {
                let is_router = match parameter.type_name.as_deref() {
                    Some(type_name) => self.is_router_type(type_name),
                    None => self.imports && self.dialect.parameters.contains(&name.as_str()),
                };
                return is_router.then(|| RouterRef::Parameter { function: index, name: name.clone() });
            }
            scope = definition.parent.filter(|parent| *parent < index);
        }
        if self.routers.iter().any(|router| router.name == *name && name.starts_with("this.")) {
            return Some(RouterRef::Name(name.clone()));
        }
        self.imports.then(|| self.other(name)).flatten()
    }

    /// A name that this file does not make a router itself: a field of such a type, or something of another file.
    fn other(&self, name: &Atom) -> Option<RouterRef> {
        let field = name.strip_prefix("this.").and_then(|field| {
            self.outline.definitions.iter().find(|it| it.kind == SymbolKind::Field && it.name == field)
        });
        if let Some(field) = field {
            let is_typed = field.type_name.as_deref().is_some_and(|name| self.is_router_type(name));
            return is_typed.then(|| RouterRef::Name(name.clone()));
        }
        let root = name.split('.').next().unwrap_or(name);
        let is_given = self.outline.assignments.iter().any(|it| it.target == root && it.value.as_call().is_some());
        (is_given || is_own_import(self.outline, root)).then(|| RouterRef::Name(name.clone()))
    }

    pub(super) fn is_router_type(&self, type_name: &str) -> bool {
        let name = type_name.split(['<', '|', ' ', '&']).next().unwrap_or(type_name);
        self.dialect.types.contains(&last_part(name))
    }

    fn is_plugin_type(&self, type_name: &str) -> bool {
        self.dialect.plugin_types.iter().any(|start| last_part(type_name).starts_with(start))
    }

    /// Adds to routers what `router.use(check)` and the like ask of all their callers.
    pub(super) fn guard(&mut self, reference: &RouterRef, fact: AuthFact) {
        let RouterRef::Name(name) = reference else { return };
        let Some(router) = self.routers.iter_mut().find(|router| router.name == *name) else { return };
        router.auth.required = router.auth.required.or(fact.required);
        router.auth.schemes.extend(fact.schemes);
        router.auth.roles.extend(fact.roles);
        router.auth.policies.extend(fact.policies);
    }
}

/// What a chain of calls starts with.
enum Root<'v> {
    Made(&'v CallValue),
    Name(&'v Atom),
}

/// A router without anything said of it.
pub(super) fn router(
    id: &'static str,
    name: Atom,
    enclosing: Option<DefinitionIndex>,
    role: RouterRole,
    line: u32,
) -> Router {
    Router {
        name,
        enclosing,
        class: None,
        role,
        prefixes: Vec::new(),
        tokens: Vec::new(),
        parent: None,
        returned_by: None,
        auth: AuthFact::default(),
        framework: Atom::new(id),
        line,
    }
}

/// A mount without anything said of it.
pub(super) fn mount(id: &'static str, parent: RouterRef, child: RouterRef, prefix: Value, call: &Call) -> Mount {
    Mount {
        parent,
        child,
        prefix,
        replaces_prefix: false,
        conditional: call.conditional,
        auth: AuthFact::default(),
        framework: Atom::new(id),
        line: call.value.line,
    }
}

/// What can be mounted: a name, what a function gives, a constructed router, a required or imported module.
pub(super) fn child(value: &Value) -> Option<RouterRef> {
    express::child_of(value)
}

/// What the names of middleware say of callers.
pub(super) fn auth(before: &[&Value]) -> AuthFact {
    express::auth(before)
}

/// The value of an option that a call is given in a record.
pub(super) fn option<'v>(call: &'v CallValue, key: &str) -> Option<&'v Value> {
    call.args.iter().find_map(|argument| argument.value.key(key))
}

/// A function literal, within wrappers or not.
pub(super) fn literal(value: &Value) -> Option<&FunctionValue> {
    match value {
        Value::Function(function) => Some(function),
        Value::Call(call) if call.args.len() == 1 => call.args[0].value.as_function(),
        _ => None,
    }
}

/// Whether a module as imported is of a package: itself, a part of it, or its address at a registry.
pub(super) fn is_of_package(module: &str, package: &str) -> bool {
    let bare = module.strip_prefix("npm:").or_else(|| module.strip_prefix("jsr:")).unwrap_or(module);
    if let Some(address) = bare.strip_prefix("https://") {
        let last = package.rsplit('/').next().unwrap_or(package);
        return address.split('/').skip(1).any(|part| part.split('@').next() == Some(last) && !part.starts_with('@'));
    }
    let rest = bare.strip_prefix(package);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('@') && !package.is_empty())
}

/// Whether the file imports from one of these packages.
pub(super) fn imports_any(outline: &Outline, packages: &[&str]) -> bool {
    outline.imports.iter().any(|import| packages.iter().any(|package| is_of_package(&import.module, package)))
}

/// Whether a name is imported from a file of this repository.
fn is_own_import(outline: &Outline, name: &str) -> bool {
    outline.imports.iter().any(|import| {
        let takes = match &import.taken {
            Taken::Module(own) => own == name,
            Taken::Names(names) => names.iter().any(|(_, here)| here == name),
            _ => false,
        };
        takes && import.module.starts_with(['.', '@', '~', '#', '/'])
    })
}

/// The name that a router goes by, and the definition in which it does.
fn named(outline: &Outline, assignment: &Assignment) -> (Atom, Option<DefinitionIndex>) {
    let target = &assignment.target;
    let around = assignment.enclosing.and_then(|index| outline.definition(index));
    match around {
        _ if target == "export default" || target == "module.exports" => (Atom::default(), None),
        Some(around) if target.starts_with("this.") => (target.clone(), class_of(outline, assignment, around)),
        Some(around) if around.kind == SymbolKind::Class => {
            (Atom::from(format!("this.{target}")), assignment.enclosing)
        }
        _ => (target.clone(), assignment.enclosing),
    }
}

fn class_of(outline: &Outline, assignment: &Assignment, around: &Definition) -> Option<DefinitionIndex> {
    let mut index = assignment.enclosing;
    let mut around = Some(around);
    while let Some(definition) = around {
        if definition.kind == SymbolKind::Class {
            return index;
        }
        index = definition.parent.filter(|parent| Some(*parent) < index);
        around = index.and_then(|index| outline.definition(index));
    }
    None
}

/// The function that gives a router back.
fn returned_by(
    outline: &Outline,
    made: &Assignment,
    name: &Atom,
    enclosing: Option<DefinitionIndex>,
) -> Option<DefinitionIndex> {
    if made.target == "return" {
        return made.enclosing;
    }
    let is_it = |value: &Value| {
        let mut value = value;
        for _ in 0..CHAIN_MAX {
            match value {
                Value::Call(call) => match &call.receiver {
                    Some(receiver) => value = receiver,
                    None => return false,
                },
                value => return value.as_name() == Some(name),
            }
        }
        false
    };
    let returns = outline.assignments.iter().filter(|it| it.target == "return" && is_it(&it.value));
    let mut functions = returns.filter_map(|it| it.enclosing);
    functions.find(|function| {
        let parent = outline.definition(*function).and_then(|definition| definition.parent);
        Some(*function) == enclosing || name.starts_with("this.") && parent == enclosing
    })
}

#[cfg(test)]
mod tests {
    use super::is_of_package;

    #[test]
    fn packages_are_told_by_name_and_address() {
        for (module, package, expected) in [
            ("hono", "hono", true),
            ("hono/jwt", "hono", true),
            ("honoluluu", "hono", false),
            ("npm:hono@4", "hono", true),
            ("jsr:@oak/oak@17", "@oak/oak", true),
            ("https://deno.land/x/oak@v12.6.1/mod.ts", "oak", true),
            ("https://deno.land/x/soak/mod.ts", "oak", false),
        ] {
            assert_eq!(is_of_package(module, package), expected, "{module}");
        }
    }
}
