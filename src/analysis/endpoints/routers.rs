//! The tree of routers: who is mounted below whom, over all files, and which prefixes lead to each.

use std::collections::BTreeMap;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Assignment, Call, DefinitionIndex, Outline, SymbolKind, Value};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, Route, Router, RouterRef, RouterRole};

use super::super::link::Names;
use super::evaluate::{self, At};
use super::paths;

/// Index of a router over all files.
pub(super) type RouterIndex = usize;

/// What a reference to a router means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Anchor {
    /// A router of some file.
    Router(RouterIndex),
    /// The app of the component that this file belongs to.
    Root(FileIndex),
}

/// One way on which a router is reached from an app.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Way<'a> {
    /// The file of the app it starts from.
    pub(super) app: FileIndex,
    /// The path so far.
    pub(super) prefix: String,
    /// Whether a condition stands on the way.
    pub(super) conditional: bool,
    /// What is stated about callers on the way, outermost first.
    pub(super) auth: Vec<&'a AuthFact>,
    /// Whether it ends at a router that nothing mounts.
    pub(super) loose: bool,
    /// Whether a router on the way serves its paths without a slash at their end: its token `/` is empty.
    pub(super) trims: bool,
}

/// A router hung below another one.
struct Placement<'a> {
    parent: Anchor,
    prefix: String,
    replaces: bool,
    conditional: bool,
    auth: &'a AuthFact,
}

/// How deep routers may be mounted, and how often one: more is a cycle or a mistake.
const DEPTH_MAX: usize = 12;
const WAYS_MAX: usize = 64;

/// All routers.
pub(super) struct Routers<'a> {
    names: &'a Names<'a>,
    pub(super) all: Vec<(FileIndex, &'a Router)>,
    by_name: BTreeMap<(FileIndex, &'a str), Vec<RouterIndex>>,
    by_class: BTreeMap<(FileIndex, DefinitionIndex), RouterIndex>,
    callers: BTreeMap<&'a str, Vec<(FileIndex, &'a Call)>>,
    placements: Vec<Vec<Placement<'a>>>,
}

impl<'a> Routers<'a> {
    /// Collects the routers of all files and resolves every mount.
    pub(super) fn new(names: &'a Names<'a>) -> Self {
        let scope = names.scope();
        let mut routers = Self {
            names,
            all: Vec::new(),
            by_name: BTreeMap::new(),
            by_class: BTreeMap::new(),
            callers: BTreeMap::new(),
            placements: Vec::new(),
        };
        for (file, facts) in (0..).zip(scope.facts) {
            for router in &facts.routing.routers {
                let index = routers.all.len();
                routers.all.push((file, router));
                routers.by_name.entry((file, router.name.as_str())).or_default().push(index);
                if let Some(class) = router.class {
                    routers.by_class.insert((file, class), index);
                }
            }
        }
        routers.find_callers();
        routers.place();
        routers
    }

    /// The router that a class is.
    pub(super) fn of_class(&self, class: Symbol) -> Option<RouterIndex> {
        self.by_class.get(&(class.file, class.definition?)).copied()
    }

    /// Calls of the functions that take a router as a parameter.
    fn find_callers(&mut self) {
        let facts = self.names.scope().facts;
        let mut wanted: BTreeMap<&'a str, Vec<(FileIndex, &'a Call)>> = BTreeMap::new();
        for facts in facts {
            let routing = &facts.routing;
            let refs = routing.routes.iter().map(|route| &route.router);
            let refs = refs.chain(routing.mounts.iter().flat_map(|mount| [&mount.parent, &mount.child]));
            for reference in refs.chain(routing.routers.iter().filter_map(|router| router.parent.as_ref())) {
                let function = innermost(reference);
                let RouterRef::Parameter { function, .. } = function else { continue };
                if let Some(definition) = facts.outline.definition(*function) {
                    wanted.entry(definition.name.as_str()).or_default();
                }
            }
        }
        if wanted.is_empty() {
            return;
        }
        for (file, facts) in (0..).zip(facts) {
            for call in &facts.outline.calls {
                if let Some(calls) = wanted.get_mut(call.value.callee.as_str()) {
                    calls.push((file, call));
                }
            }
        }
        self.callers = wanted;
    }

    fn place(&mut self) {
        let mut placements: Vec<Vec<Placement<'a>>> = Vec::new();
        placements.resize_with(self.all.len(), Vec::new);
        for (index, (file, router)) in self.all.iter().enumerate() {
            let Some(parent) = &router.parent else { continue };
            let at = self.at(*file, router.line);
            for (parent, prefix) in self.resolve(at, parent, 0) {
                let auth = &NO_AUTH;
                placements[index].push(Placement { parent, prefix, replaces: false, conditional: false, auth });
            }
        }
        for (file, facts) in (0..).zip(self.names.scope().facts) {
            for mount in &facts.routing.mounts {
                self.place_mount(file, mount, &mut placements);
            }
        }
        self.placements = placements;
    }

    fn place_mount(&self, file: FileIndex, mount: &'a Mount, placements: &mut [Vec<Placement<'a>>]) {
        let at = self.at(file, mount.line);
        let own = match &mount.prefix {
            Value::Null => String::new(),
            prefix => evaluate::text(self.names, at, prefix),
        };
        for (child, below) in self.resolve(at, &mount.child, 0) {
            let Anchor::Router(child) = child else { continue };
            for (parent, above) in self.resolve(at, &mount.parent, 0) {
                if parent == Anchor::Router(child) {
                    continue;
                }
                placements[child].push(Placement {
                    parent,
                    prefix: paths::join(&above, &paths::join(&own, &below)),
                    replaces: mount.replaces_prefix && !own.is_empty(),
                    conditional: mount.conditional,
                    auth: &mount.auth,
                });
            }
        }
    }

    /// The innermost definition around a line.
    pub(super) fn at(&self, file: FileIndex, line: u32) -> At {
        let facts = self.names.scope().facts.get(file as usize);
        At { file, enclosing: facts.and_then(|facts| enclosing(&facts.outline, line)) }
    }

    /// What a reference means at a place, each with the prefix that unnamed groups add.
    pub(super) fn resolve(&self, at: At, reference: &RouterRef, depth: usize) -> Vec<(Anchor, String)> {
        if depth > DEPTH_MAX {
            return Vec::new();
        }
        match reference {
            RouterRef::Root => vec![(Anchor::Root(at.file), String::new())],
            RouterRef::Below { parent, prefix } => {
                let prefix = evaluate::text(self.names, at, prefix);
                let parents = self.resolve(at, parent, depth + 1);
                parents.into_iter().map(|(anchor, above)| (anchor, paths::join(&above, &prefix))).collect()
            }
            RouterRef::Module(specifier) => {
                let target = self.names.resolver(at.file).and_then(|resolver| resolver.module(at.file, specifier));
                let list = target.and_then(|file| self.of_module(file));
                list.map(|index| (Anchor::Router(index), String::new())).into_iter().collect()
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
    fn of_folder(&self, file: FileIndex, folder: &str, named: bool) -> Vec<(Anchor, String)> {
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
            found.push((Anchor::Router(router), prefix));
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

    fn named(&self, at: At, name: &str, depth: usize) -> Vec<(Anchor, String)> {
        let found = |index| vec![(Anchor::Router(index), String::new())];
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
    fn meant(&self, symbol: Symbol, name: &str, rest: usize, depth: usize) -> Vec<(Anchor, String)> {
        let found = |index| vec![(Anchor::Router(index), String::new())];
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
    fn through_assignment(&self, at: At, name: &str, depth: usize) -> Option<Vec<(Anchor, String)>> {
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
    fn field(&self, class: At, field: &str) -> Vec<(Anchor, String)> {
        let spellings = [field.to_owned(), format!("this.{field}"), format!("self.{field}")];
        let found = spellings.iter().find_map(|name| {
            let indices = self.by_name.get(&(class.file, name.as_str()))?;
            indices.iter().find(|index| self.is_within(**index, class)).copied()
        });
        found.map(|index| (Anchor::Router(index), String::new())).into_iter().collect()
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
    fn registered(&self, at: At, name: &str) -> Vec<(Anchor, String)> {
        let component = |file: FileIndex| self.names.scope().files.get(file as usize).map(|it| &it.component);
        let is_it = |(_, (_, router)): &(usize, &(FileIndex, &Router))| router.name == name;
        let found: Vec<usize> = self.all.iter().enumerate().filter(is_it).map(|(index, _)| index).collect();
        let is_near =
            |index: &usize| self.all.get(*index).is_some_and(|(file, _)| component(*file) == component(at.file));
        let near: Vec<usize> = found.iter().copied().filter(is_near).collect();
        let chosen = if near.is_empty() { found } else { near };
        chosen.into_iter().map(|index| (Anchor::Router(index), String::new())).collect()
    }

    fn returned(&self, at: At, function: &str, depth: usize) -> Vec<(Anchor, String)> {
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
    fn given_back(&self, function: Symbol, depth: usize) -> Vec<(Anchor, String)> {
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

    fn returned_by(&self, function: Symbol) -> Vec<(Anchor, String)> {
        let is_returned = |(_, (file, router)): &(usize, &(FileIndex, &Router))| {
            *file == function.file && router.returned_by.is_some() && router.returned_by == function.definition
        };
        let found = self.all.iter().enumerate().filter(is_returned);
        found.map(|(index, _)| (Anchor::Router(index), String::new())).collect()
    }

    /// What callers pass for a parameter; the app where nobody passes anything.
    fn passed(&self, file: FileIndex, function: DefinitionIndex, name: &str, depth: usize) -> Vec<(Anchor, String)> {
        let root = || vec![(Anchor::Root(file), String::new())];
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
            let Some(reference) = value.and_then(reference_of) else { continue };
            for target in self.resolve(at, &reference, depth + 1) {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        if targets.is_empty() { root() } else { targets }
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

    /// All ways on which a router is reached.
    pub(super) fn ways(&self, router: RouterIndex) -> Vec<Way<'a>> {
        self.ways_within(router, 0)
    }

    fn ways_within(&self, index: RouterIndex, depth: usize) -> Vec<Way<'a>> {
        let Some(&(file, router)) = self.all.get(index) else { return Vec::new() };
        if depth > DEPTH_MAX {
            return Vec::new();
        }
        let at = self.at(file, router.line);
        let own: Vec<String> = router.prefixes.iter().map(|prefix| evaluate::text(self.names, at, prefix)).collect();
        let own = if own.is_empty() { vec![String::new()] } else { own };
        let start =
            |loose| Way { app: file, prefix: String::new(), conditional: false, auth: Vec::new(), loose, trims: false };
        let mut ways = Vec::new();
        let placements = self.placements.get(index).map_or(&[][..], Vec::as_slice);
        // A class or part that is mounted by name serves nothing before it is.
        let is_base = router.class.is_some() && router.role == RouterRole::Router || router.role == RouterRole::Part;
        // An app that is put below another one serves there alone.
        let is_inner = placements.iter().any(|placement| matches!(placement.parent, Anchor::Router(_)));
        if placements.is_empty() && !is_base || router.role == RouterRole::App && !is_inner {
            let bases = vec![start(router.role == RouterRole::Router)];
            extend(&mut ways, bases, &own, router);
        }
        for placement in placements {
            let above = match placement.parent {
                Anchor::Root(file) => vec![Way { app: file, ..start(false) }],
                Anchor::Router(parent) => self.ways_within(parent, depth + 1),
            };
            let above = above.into_iter().map(|mut way| {
                way.prefix = paths::join(&way.prefix, &placement.prefix);
                way.conditional |= placement.conditional;
                way.auth.push(placement.auth);
                way
            });
            let own = if placement.replaces { &[String::new()][..] } else { &own };
            extend(&mut ways, above.collect(), own, router);
        }
        ways.truncate(WAYS_MAX);
        ways
    }
}

static NO_AUTH: AuthFact = AuthFact { required: None, schemes: Vec::new(), roles: Vec::new(), policies: Vec::new() };

fn extend<'a>(ways: &mut Vec<Way<'a>>, above: Vec<Way<'a>>, own: &[String], router: &'a Router) {
    for base in above {
        for prefix in own {
            let mut way = base.clone();
            way.prefix = paths::join(&way.prefix, prefix);
            way.auth.push(&router.auth);
            way.trims |= router.tokens.iter().any(|(name, value)| name == "/" && value.is_empty());
            ways.push(way);
        }
    }
}

fn innermost(reference: &RouterRef) -> &RouterRef {
    let mut reference = reference;
    while let RouterRef::Below { parent, .. } = reference {
        reference = parent;
    }
    reference
}

/// Folders as a prefix: `/orders/_id` stands for `/orders/:id`.
fn parametric(folders: &str) -> String {
    let parts = folders.split('/').map(|part| match part.strip_prefix('_') {
        Some(name) if !name.is_empty() => format!(":{name}"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The innermost definition whose lines hold `line`.
fn enclosing(outline: &Outline, line: u32) -> Option<DefinitionIndex> {
    let holds = |(_, definition): &(u32, &crate::codebase::outline::Definition)| {
        let decorators = definition.decorators.iter().map(|decorator| decorator.lines.first).min();
        let first = decorators.map_or(definition.lines.first, |line| line.min(definition.lines.first));
        first < line && line <= definition.lines.last
            || definition.lines.contains(line) && definition.lines.first < definition.lines.last
    };
    let inside = (0..).zip(&outline.definitions).filter(holds);
    inside.min_by_key(|(_, definition)| definition.lines.last - definition.lines.first).map(|(index, _)| index)
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
