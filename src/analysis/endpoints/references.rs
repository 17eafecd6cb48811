//! What names, parameters and calls mean as routers, over all files.

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Assignment, Call, CallValue, DefinitionIndex, Outline, SymbolKind, Value};
use crate::codebase::routing::{AuthFact, HandlerRef, Route, Router, RouterRef};

use super::callers::Stated;
use super::evaluate::{self, At};
use super::paths;
use super::routers::{Anchor, DEPTH_MAX, RouterIndex, Routers};

/// How far a fluent chain is followed.
const LINKS_MAX: usize = 32;

/// What a reference to a router means, and what lies between.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Target<'a> {
    /// What it means.
    pub(super) anchor: Anchor,
    /// The prefix that unnamed groups add.
    pub(super) prefix: String,
    /// What the calls on the way say of callers, outermost first.
    pub(super) auth: Vec<Stated<'a>>,
}

impl Target<'_> {
    fn plain(anchor: Anchor) -> Self {
        Self { anchor, prefix: String::new(), auth: Vec::new() }
    }

    fn router(index: RouterIndex) -> Self {
        Self::plain(Anchor::Router(index))
    }
}

impl<'a> Routers<'a> {
    /// What a reference means at a place.
    pub(super) fn resolve(&self, at: At, reference: &RouterRef, depth: usize) -> Vec<Target<'a>> {
        if depth > DEPTH_MAX {
            return Vec::new();
        }
        match reference {
            RouterRef::Root => vec![Target::plain(Anchor::Root(at.file))],
            RouterRef::Below { parent, prefix } => {
                let prefix = evaluate::text(self.names, at, prefix);
                let parents = self.resolve(at, parent, depth + 1);
                let below = |it: Target<'a>| Target { prefix: paths::join(&it.prefix, &prefix), ..it };
                parents.into_iter().map(below).collect()
            }
            RouterRef::Module(specifier) => {
                let target = self.names.resolver(at.file).and_then(|resolver| resolver.module(at.file, specifier));
                let list = target.and_then(|file| self.of_module(file));
                list.map(Target::router).into_iter().collect()
            }
            RouterRef::Folder { path, named } => self.of_folder(at.file, path, *named),
            RouterRef::Returned(function) => self.returned(at, function, depth),
            RouterRef::Registered(name) => self.registered(at, name),
            RouterRef::Parameter { function, name } => self.passed(at.file, *function, name, depth),
            RouterRef::Name(name) => self.named(at, name, depth),
        }
    }

    /// The router that a module stands for: its list of routes, what it exports as its one value, or the only one it has.
    fn of_module(&self, file: FileIndex) -> Option<RouterIndex> {
        let module = At { file, enclosing: None };
        let outline = &self.names.scope().facts.get(file as usize)?.outline;
        let exported = outline.exports.iter().filter(|export| matches!(export.name.as_str(), "=" | "default"));
        let mut names = ["", "urlpatterns", "module.exports"].into_iter().chain(exported.map(|it| it.local.as_str()));
        names.find_map(|name| self.own(module, name)).or_else(|| {
            let is_its = |(_, (home, router)): &(usize, &(FileIndex, &Router))| {
                *home == file && router.enclosing.is_none() && router.class.is_none()
            };
            let mut routers = self.all.iter().enumerate().filter(is_its);
            routers.next().map(|(index, _)| index).filter(|_| routers.next().is_none())
        })
    }

    /// The routers of the files below a folder that stands beside a file or in one of the folders around it.
    fn of_folder(&self, file: FileIndex, folder: &str, named: bool) -> Vec<Target<'a>> {
        let scope = self.names.scope();
        let Some(home) = scope.files.get(file as usize) else { return Vec::new() };
        let base = home.path.folder().join(folder);
        let mut found = Vec::new();
        for (index, other) in
            (0..).zip(scope.files).filter(|(index, other)| *index != file && other.path.is_under(&base))
        {
            let Some(router) = self.of_module(index) else { continue };
            let states_prefix = self.all.get(router).is_some_and(|(_, router)| !router.prefixes.is_empty());
            let below = other.path.folder();
            let folders = below.as_str().strip_prefix(base.as_str()).unwrap_or_default();
            let prefix = if named && !states_prefix { parametric(folders) } else { String::new() };
            found.push(Target { prefix, ..Target::router(router) });
        }
        found
    }

    /// A router of this very file by its name, innermost scope first.
    fn own(&self, at: At, name: &str) -> Option<RouterIndex> {
        let candidates = self.by_name.get(&(at.file, name))?;
        let outline = &self.names.scope().facts.get(at.file as usize)?.outline;
        let mut scope = at.enclosing;
        loop {
            let here =
                |index: &&RouterIndex| self.all.get(**index).is_some_and(|(_, router)| router.enclosing == scope);
            if let Some(index) = candidates.iter().rev().find(here) {
                return Some(*index);
            }
            let index = scope?;
            scope = outline.definition(index)?.parent.filter(|parent| *parent < index);
        }
    }

    fn named(&self, at: At, name: &str, depth: usize) -> Vec<Target<'a>> {
        let found = |index| vec![Target::router(index)];
        if let Some(index) = self.own(at, name) {
            return found(index);
        }
        let Some(facts) = self.names.scope().facts.get(at.file as usize) else { return Vec::new() };
        if let Some(function) = at.enclosing.filter(|index| has_parameter(&facts.outline, *index, name)) {
            return self.passed(at.file, function, name, depth + 1);
        }
        if let Some(targets) = self.through_assignment(at, name, depth) {
            return targets;
        }
        let Some(resolver) = self.names.resolver(at.file) else { return Vec::new() };
        let Some(meaning) = resolver.resolve(at.file, at.enclosing, name) else { return Vec::new() };
        self.meant(meaning.symbol, name, meaning.rest, depth)
    }

    /// A router under the meaning of a name: a class, a variable, a factory, or a module that holds one.
    fn meant(&self, symbol: Symbol, name: &str, rest: usize, depth: usize) -> Vec<Target<'a>> {
        let found = |index| vec![Target::router(index)];
        let Some(facts) = self.names.scope().facts.get(symbol.file as usize) else { return Vec::new() };
        let mut tail: Vec<&str> = name.rsplit('.').take(rest).collect();
        tail.reverse();
        let tail = tail.join(".");
        let Some(index) = symbol.definition else {
            let module = At { file: symbol.file, enclosing: None };
            if !tail.is_empty() {
                return self.named(module, &tail, depth + 1);
            }
            return self.of_module(symbol.file).map(found).unwrap_or_default();
        };
        if let Some(router) = self.of_class(symbol) {
            return found(router);
        }
        let Some(definition) = facts.outline.definition(index) else { return Vec::new() };
        let inside = At { file: symbol.file, enclosing: Some(index) };
        if definition.kind.is_type() {
            let field = if tail.is_empty() { "router" } else { &tail };
            return self.field(inside, field);
        }
        let place = At { file: symbol.file, enclosing: definition.parent };
        if definition.kind == SymbolKind::Field && tail.is_empty() {
            return self.field(place, &definition.name);
        }
        // Django and Ninja: the `urls` of a router are its routes.
        if let Some(router) = self.own(place, &definition.name).filter(|_| matches!(tail.as_str(), "" | "urls")) {
            return found(router);
        }
        let returned = self.returned_by(symbol);
        if !returned.is_empty() {
            return returned;
        }
        let full = if tail.is_empty() { definition.name.to_string() } else { format!("{}.{tail}", definition.name) };
        self.through_assignment(place, &full, depth).unwrap_or_default()
    }

    /// `x = y`, `x = createRouter()`, `this.api = new Api()`: what was given stands for the name.
    fn through_assignment(&self, at: At, name: &str, depth: usize) -> Option<Vec<Target<'a>>> {
        if depth > DEPTH_MAX {
            return None;
        }
        if let Some(assignment) = evaluate::assigned(self.names, at, name) {
            let place = At { file: at.file, enclosing: assignment.enclosing };
            let reference = reference_of(&assignment.value)?;
            return (reference != RouterRef::Name(name.into())).then(|| self.resolve(place, &reference, depth + 1));
        }
        let (holder, field) = name.rsplit_once('.')?;
        let assignment = evaluate::assigned(self.names, at, holder)?;
        let place = At { file: at.file, enclosing: assignment.enclosing };
        if let Some(value) = assignment.value.key(field) {
            return Some(self.resolve(place, &reference_of(value)?, depth + 1));
        }
        let class = evaluate::class_of(self.names, place, &assignment.value)?;
        Some(self.field(At { file: class.file, enclosing: class.definition }, field))
    }

    /// The router in a class's field, however its language spells the field.
    fn field(&self, class: At, field: &str) -> Vec<Target<'a>> {
        let spellings = [field.to_owned(), format!("this.{field}"), format!("self.{field}")];
        let found = spellings.iter().find_map(|name| {
            let indices = self.by_name.get(&(class.file, name.as_str()))?;
            indices.iter().find(|index| self.is_within(**index, class)).copied()
        });
        found.map(Target::router).into_iter().collect()
    }

    fn is_within(&self, router: RouterIndex, class: At) -> bool {
        let Some((file, router)) = self.all.get(router) else { return false };
        let outline = self.names.scope().facts.get(*file as usize).map(|facts| &facts.outline);
        let mut scope = router.enclosing;
        while let Some(index) = scope {
            if Some(index) == class.enclosing {
                return true;
            }
            scope =
                outline.and_then(|outline| outline.definition(index)).and_then(|it| it.parent).filter(|it| *it < index);
        }
        false
    }

    /// Routers by a name of the whole app: those of this file's component, or else all.
    fn registered(&self, at: At, name: &str) -> Vec<Target<'a>> {
        let component = |file: FileIndex| self.names.scope().files.get(file as usize).map(|it| &it.component);
        let is_it = |(_, (_, router)): &(usize, &(FileIndex, &Router))| router.name == name;
        let found: Vec<usize> = self.all.iter().enumerate().filter(is_it).map(|(index, _)| index).collect();
        let is_near =
            |index: &usize| self.all.get(*index).is_some_and(|(file, _)| component(*file) == component(at.file));
        let near: Vec<usize> = found.iter().copied().filter(is_near).collect();
        let chosen = if near.is_empty() { found } else { near };
        chosen.into_iter().map(Target::router).collect()
    }

    fn returned(&self, at: At, function: &str, depth: usize) -> Vec<Target<'a>> {
        let resolver = self.names.resolver(at.file);
        let meaning = resolver.and_then(|resolver| resolver.resolve(at.file, at.enclosing, function));
        let Some(meaning) = meaning.filter(|meaning| meaning.rest == 0) else { return Vec::new() };
        let found = self.returned_by(meaning.symbol);
        if !found.is_empty() {
            return found;
        }
        let found = self.given_back(meaning.symbol, depth + 1);
        if found.is_empty() { self.meant(meaning.symbol, function, 0, DEPTH_MAX - 1) } else { found }
    }

    /// The routers that a function gives back without making them: `return new Api().router`.
    fn given_back(&self, function: Symbol, depth: usize) -> Vec<Target<'a>> {
        let Some(facts) = self.names.scope().facts.get(function.file as usize) else { return Vec::new() };
        let at = At { file: function.file, enclosing: function.definition };
        let is_its = |it: &&Assignment| it.target == "return" && it.enclosing.is_some() && it.enclosing == at.enclosing;
        let mut found = Vec::new();
        for reference in facts.outline.assignments.iter().filter(is_its).filter_map(|it| reference_of(&it.value)) {
            for target in self.resolve(at, &reference, depth) {
                if !found.contains(&target) {
                    found.push(target);
                }
            }
        }
        found
    }

    fn returned_by(&self, function: Symbol) -> Vec<Target<'a>> {
        let is_returned = |(_, (file, router)): &(usize, &(FileIndex, &Router))| {
            *file == function.file && router.returned_by.is_some() && router.returned_by == function.definition
        };
        let found = self.all.iter().enumerate().filter(is_returned);
        found.map(|(index, _)| Target::router(index)).collect()
    }

    /// What callers pass for a parameter; the app where nobody passes anything.
    fn passed(&self, file: FileIndex, function: DefinitionIndex, name: &str, depth: usize) -> Vec<Target<'a>> {
        let root = || vec![Target::plain(Anchor::Root(file))];
        let outline = self.names.scope().facts.get(file as usize).map(|facts| &facts.outline);
        let Some(definition) = outline.and_then(|outline| outline.definition(function)) else { return root() };
        let Some(position) = definition.parameters.iter().position(|parameter| parameter.name == name) else {
            return root();
        };
        let extends = definition.parameters.first().is_some_and(|first| first.modifiers.iter().any(|it| it == "this"));
        let mut targets = Vec::new();
        for (caller, call) in self.callers.get(definition.name.as_str()).into_iter().flatten() {
            let at = At { file: *caller, enclosing: call.enclosing };
            if !self.calls(at, call, Symbol { file, definition: Some(function) }, extends) {
                continue;
            }
            let value = match (extends && call.value.receiver.is_some(), position) {
                (true, 0) => call.value.receiver.as_ref(),
                (true, position) => call.value.positional(position - 1),
                (false, position) => call.value.named(name).or_else(|| call.value.positional(position)),
            };
            let Some((value, reference)) = value.and_then(|value| Some((value, reference_of(value)?))) else {
                continue;
            };
            let said = self.said_on(at, value, &call.value);
            for mut target in self.resolve(at, &reference, depth + 1) {
                target.auth.extend(&said);
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        if targets.is_empty() { root() } else { targets }
    }

    /// What the calls of a chain, and then the one that it is handed to, say of callers.
    fn said_on(&self, at: At, chain: &Value, taking: &CallValue) -> Vec<Stated<'a>> {
        let mut calls = vec![taking];
        let mut next = chain.as_call();
        while let Some(call) = next.filter(|_| calls.len() < LINKS_MAX) {
            calls.push(call);
            next = call.receiver.as_ref().and_then(Value::as_call);
        }
        let said = |call: &&CallValue| self.demands.get(&(at.file, call.line, call.callee.as_str())).copied();
        let mut facts: Vec<&'a AuthFact> = calls.iter().skip(1).rev().chain(calls.first()).filter_map(said).collect();
        facts.dedup();
        facts.into_iter().map(|fact| Stated { at, fact }).collect()
    }

    /// Whether a call is one of this function: resolved, or, for an extension method, by its name alone.
    fn calls(&self, at: At, call: &Call, function: Symbol, extends: bool) -> bool {
        let resolver = self.names.resolver(at.file);
        let meaning = call.value.path().and_then(|path| resolver?.resolve(at.file, at.enclosing, &path));
        match meaning {
            Some(meaning) if meaning.rest == 0 => meaning.symbol == function,
            _ => extends || call.value.receiver.is_none() && at.file == function.file,
        }
    }

    /// Whether a route only hands on what its function was given: the function's callers declare the routes.
    pub(super) fn is_wrapper(&self, at: At, route: &Route) -> bool {
        let HandlerRef::Name(handler) = &route.handler else { return false };
        let facts = self.names.scope().facts.get(at.file as usize);
        facts.zip(at.enclosing).is_some_and(|(facts, function)| has_parameter(&facts.outline, function, handler))
    }
}

/// Folders as a prefix: `/orders/_id` stands for `/orders/:id`.
fn parametric(folders: &str) -> String {
    let parts = folders.split('/').map(|part| match part.strip_prefix('_') {
        Some(name) if !name.is_empty() => format!(":{name}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn has_parameter(outline: &Outline, function: DefinitionIndex, name: &str) -> bool {
    let definition = outline.definition(function);
    definition.is_some_and(|definition| definition.parameters.iter().any(|parameter| parameter.name == name))
}

/// Calls that give a router below their receiver.
const GROUPING: &[&str] = &["MapGroup", "group", "basePath", "route"];

/// A value as a reference to a router.
fn reference_of(value: &Value) -> Option<RouterRef> {
    match value {
        Value::Name(name) => Some(RouterRef::Name(name.clone())),
        Value::Member(inner, field) => match inner.as_ref() {
            Value::Call(call) => Some(RouterRef::Name(format!("{}.{field}", call.path()?).into())),
            _ => None,
        },
        Value::Call(call) => {
            if GROUPING.contains(&call.callee.as_str()) {
                let parent = Box::new(reference_of(call.receiver.as_ref()?)?);
                return Some(RouterRef::Below { parent, prefix: call.positional(0).cloned().unwrap_or_default() });
            }
            match (call.path(), &call.receiver) {
                // `new Api()` stands for the class; `createRouter()` for what it returns.
                (Some(path), _) if call.is_new => Some(RouterRef::Name(path)),
                (Some(path), None) => Some(RouterRef::Returned(path)),
                // A fluent call (`group.WithTags("x")`) gives its receiver back.
                (_, Some(receiver)) => reference_of(receiver),
                (None, None) => None,
            }
        }
        _ => None,
    }
}
