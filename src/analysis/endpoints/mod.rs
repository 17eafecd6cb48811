//! Endpoints: raw routing facts of all files, composed into methods, paths and handlers.
//!
//! Done once, for all frameworks: mounts over files, prefixes, inheritance, placeholders, constants.

mod attributes;
mod callers;
mod classes;
mod controllers;
mod conventional;
mod exchange;
mod handlers;
mod implementations;
mod members;
mod operations;
mod owners;
mod paths;
mod references;
mod routers;
mod settings;

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::codebase::Atom;

use crate::codebase::endpoint::{Endpoint, EndpointKind, RoutePlace};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{CallValue, DefinitionIndex, SymbolKind, Value};
use crate::codebase::routing::{
    HandlerRef, PathSyntax, Route, Router, RouterRef, RouterRole, SettingKind, TokenStyle, VERSION_TOKEN,
};
use crate::codebase::{Component, ComponentKind, Place, RepoPath, Role};
use crate::diagnostics::{Code, Diagnostic};

use crate::frameworks;

use super::evaluate::{self, At, UNKNOWN};
use super::link::Names;
pub(super) use owners::own;

use handlers::Signature;
use routers::{Anchor, Routers, Way};

/// The template of the route attribute that `call` constructs, if it is one of this repository's own.
pub(super) fn template(names: &Names<'_>, at: At, call: &CallValue) -> Option<String> {
    attributes::read(names, at, call).map(|stated| stated.template.unwrap_or_default())
}

/// Composes all endpoints, sorted by app, path and method.
pub(super) fn compose(names: &Names<'_>) -> (Vec<Endpoint>, Vec<Diagnostic>) {
    let mut composer = Composer::new(names);
    for (file, facts) in (0..).zip(names.scope().facts) {
        // What tests set up answers no one.
        for route in facts.routing.routes.iter().filter(|route| !is_test(names, file) || is_served_by_place(route)) {
            if uses(names, file, &route.framework) {
                composer.route(file, route);
            }
        }
    }
    composer.inherited();
    composer.finish()
}

struct Composer<'a> {
    names: &'a Names<'a>,
    routers: Routers<'a>,
    apps: Vec<AppSettings<'a>>,
    /// Routes that name a class as their router, by that class.
    of_class: BTreeMap<(FileIndex, DefinitionIndex), Vec<&'a Route>>,
    endpoints: Vec<Endpoint>,
    diagnostics: Vec<Diagnostic>,
    implementers: implementations::Implementers,
    extensions: callers::Extensions<'a>,
}

/// App-wide settings of one component.
struct AppSettings<'a> {
    app: &'a str,
    framework: &'a str,
    at: At,
    kind: &'a SettingKind,
}

impl<'a> Composer<'a> {
    fn new(names: &'a Names<'a>) -> Self {
        let routers = Routers::new(names);
        let mut apps = Vec::new();
        let mut of_class: BTreeMap<_, Vec<&'a Route>> = BTreeMap::new();
        for (file, facts) in (0..).zip(names.scope().facts) {
            if is_test(names, file) {
                continue;
            }
            for setting in &facts.routing.settings {
                let at = routers.at(file, setting.line);
                apps.push(AppSettings {
                    app: app_of(names, file),
                    framework: &setting.framework,
                    at,
                    kind: &setting.kind,
                });
            }
            for route in &facts.routing.routes {
                let RouterRef::Name(name) = &route.router else { continue };
                let at = routers.at(file, route.line);
                if let Some(class) = class_around(names, at, name) {
                    of_class.entry((file, class)).or_default().push(route);
                }
            }
        }
        let implementers = implementations::implementers(names);
        let extensions = callers::extensions(names);
        Self {
            names,
            routers,
            apps,
            of_class,
            endpoints: Vec::new(),
            diagnostics: Vec::new(),
            implementers,
            extensions,
        }
    }

    /// A route where it is declared.
    fn route(&mut self, file: FileIndex, route: &'a Route) {
        let at = self.routers.at(file, route.line);
        if self.implemented(file, route) || self.routers.is_wrapper(at, route) {
            return;
        }
        for target in self.routers.resolve(at, &route.router, 0) {
            let below = target.prefix;
            match target.anchor {
                Anchor::Root(root) => {
                    if self.is_of_other(root, route) {
                        continue;
                    }
                    let way = Way { app: root, prefix: below, auth: target.auth, ..Way::default() };
                    self.serve(file, route, &way, &[], None);
                }
                Anchor::Router(index) => {
                    let Some(&(home, router)) = self.routers.all.get(index) else { continue };
                    // Frameworks spell routes alike; a GraphQL server or a hub is served by another framework's app.
                    if router.framework != route.framework && route.kind == EndpointKind::Api {
                        continue;
                    }
                    let class = router.class.map(|class| Symbol { file: home, definition: Some(class) });
                    if class.is_some_and(|class| self.is_abstract(class)) {
                        continue;
                    }
                    let route = &*of_router(route, router);
                    let tokens = self.class_tokens(index);
                    for mut way in self.class_ways(index) {
                        way.prefix = paths::join(&way.prefix, &below);
                        way.auth.extend(&target.auth);
                        self.serve(file, route, &way, &tokens, class);
                    }
                }
            }
        }
    }

    /// Whether a route hangs on a parameter for which nobody passes a router, in an app of another framework.
    fn is_of_other(&self, root: FileIndex, route: &Route) -> bool {
        let RouterRef::Parameter { .. } = route.router else { return false };
        let app = app_of(self.names, root);
        let mut others = self.routers.all.iter().filter(|(file, router)| {
            router.role == RouterRole::App && app_of(self.names, *file) == app && !is_test(self.names, *file)
        });
        let Some((_, first)) = others.next() else { return false };
        first.framework != route.framework && others.all(|(_, other)| other.framework != route.framework)
    }

    fn is_abstract(&self, class: Symbol) -> bool {
        let facts = self.names.scope().facts.get(class.file as usize);
        let definition = facts.and_then(|facts| facts.outline.definition(class.definition?));
        definition.is_some_and(|definition| definition.has_modifier("abstract"))
    }

    /// Routes that controllers inherit from base classes and do not override.
    fn inherited(&mut self) {
        for index in 0..self.routers.all.len() {
            let (file, router) = self.routers.all[index];
            let Some(class) = router.class.filter(|_| router.role != RouterRole::App) else { continue };
            let class = Symbol { file, definition: Some(class) };
            if self.is_abstract(class) {
                continue;
            }
            let mut restated = self.restated(class);
            let tokens = self.class_tokens(index);
            for base in self.bases(class) {
                let Some(definition) = base.definition else { continue };
                let routes = self.of_class.get(&(base.file, definition)).cloned().unwrap_or_default();
                for route in routes {
                    let inherited = handlers::signature(self.names, base.file, &route.handler);
                    if inherited.is_some_and(|inherited| restated.contains(&inherited)) {
                        continue;
                    }
                    for way in self.class_ways(index) {
                        self.serve(base.file, route, &way, &tokens, Some(class));
                    }
                }
                restated.extend(self.restated(base));
            }
        }
    }

    /// Methods of a class that stand in for those of its bases, routes and all. A C# override without a route of its own
    /// answers its base's route.
    fn restated(&self, class: Symbol) -> Vec<Signature> {
        let facts = self.names.scope().facts.get(class.file as usize);
        let Some((facts, index)) = facts.zip(class.definition) else { return Vec::new() };
        let routes = self.of_class.get(&(class.file, index)).map_or(&[][..], Vec::as_slice);
        let is_csharp = self.file(class.file).extension() == "cs";
        let methods = facts.outline.children(index).filter(|(method, it)| {
            let handler = HandlerRef::Definition(*method);
            let is_stated = routes.iter().any(|route| route.handler == handler) || it.decorator("NonAction").is_some();
            let keeps = is_csharp && it.has_modifier("override") && !is_stated;
            it.kind == SymbolKind::Method && !keeps
        });
        methods.map(|(_, method)| handlers::signature_of(method, is_csharp)).collect()
    }

    /// A route whose attribute the repository makes itself takes what that attribute states; `None` if it states nothing.
    fn understood<'r>(&self, at: At, route: &'r Route) -> Option<Cow<'r, Route>> {
        let Some(call) = route.path.as_call().filter(|call| call.is_new) else { return Some(Cow::Borrowed(route)) };
        let stated = attributes::read(self.names, at, call).filter(|stated| !stated.methods.is_empty())?;
        let absolute = stated.template.as_deref().is_some_and(|template| template.starts_with(['/', '~']));
        let path = stated.template.map_or(Value::Null, |template| Value::Text(template.into()));
        Some(Cow::Owned(Route { path, absolute, methods: stated.methods, ..route.clone() }))
    }

    /// One route on one way: an endpoint for each method and path. `class` serves it, if one does.
    fn serve(&mut self, file: FileIndex, route: &Route, way: &Way<'a>, tokens: &[(Atom, Atom)], class: Option<Symbol>) {
        let at = self.routers.at(file, route.line);
        let Some(route) = self.understood(at, route) else { return };
        let route = route.as_ref();
        let app = app_of(self.names, way.app);
        let style = self.settings(app, &route.framework).find_map(|setting| match setting.kind {
            SettingKind::Tokens(style) => Some(*style),
            _ => None,
        });
        for raw in self.raw_paths(at, route, way, app, tokens) {
            let filled = fill(&raw, route, tokens, style);
            // Sockets that state their whole path stand outside the app's.
            let is_socket = route.kind == EndpointKind::Hub && route.absolute;
            let has_prefix = route.kind != EndpointKind::Page && !is_socket;
            let prefix = has_prefix.then(|| self.global_prefix(app, route, &filled, class)).flatten();
            let prefix = prefix.unwrap_or_default();
            let answering = handlers::find(self.names, at, route, class);
            let versions = if is_socket { vec![Default::default()] } else { self.versions(app, file, route, class) };
            for ((before, behind), (method, handler)) in
                versions.iter().flat_map(|version| answering.iter().cloned().map(move |it| (version, it)))
            {
                let prefix = paths::join(&prefix, before);
                let whole = paths::join(&paths::join(&prefix, &filled), behind);
                let mut path = paths::whole(&paths::normalise(&whole, route.syntax));
                if way.trims && path.len() > 1 {
                    path.truncate(path.trim_end_matches('/').len());
                }
                let auth = self.auth((app, &path), way, (at, route), &handler, class);
                let place = Place::line(self.file(file).clone(), route.line);
                let definition = handler.symbol.and_then(|symbol| handlers::definition(self.names, symbol));
                let own = members::opened(self.names, at, &route.framework, route.exchange.clone());
                let theirs = match handler.symbol {
                    Some(symbol) => members::opened(self.names, At::of(symbol), &route.framework, handler.exchange),
                    None => handler.exchange,
                };
                let mut exchange = exchange::merge((&method, &path), &own, theirs, definition);
                exchange::add_types(&mut exchange, &paths::types(&filled, route.syntax));
                if path.contains(UNKNOWN) {
                    let message = format!("part of the path `{method} {path}` is made at run time");
                    self.diagnostics.push(Diagnostic::note(Code::UnresolvedRoute, message).at(place.clone()));
                }
                self.endpoints.push(Endpoint {
                    method,
                    path,
                    raw_path: paths::whole(&paths::join(&paths::join(&prefix, &raw), behind)),
                    kind: handler.kind.filter(|_| route.kind == EndpointKind::Api).unwrap_or(route.kind),
                    app: app.to_owned(),
                    framework: route.framework.clone(),
                    handler: handler.handler,
                    route: RoutePlace { file: place.file, line: route.line },
                    auth,
                    exchange,
                    operations: operations::of_hub(self.names, handler.symbol, route.kind),
                    conditional: route.conditional || way.conditional || way.loose,
                    domain: None,
                    summary: route.summary.clone().or(handler.doc),
                });
            }
        }
    }

    /// Paths before placeholders are filled in: the way's prefix and the route's own part, or conventional patterns.
    fn raw_paths(&self, at: At, route: &Route, way: &Way<'_>, app: &str, tokens: &[(Atom, Atom)]) -> Vec<String> {
        if route.path == Value::Null && way.prefix.is_empty() {
            return self.conventional(at, route, app, tokens);
        }
        let own = match &route.path {
            Value::Null => String::new(),
            path => evaluate::text(self.names, at, path),
        };
        let raw = if route.absolute { own.trim_start_matches('~').to_owned() } else { paths::join(&way.prefix, &own) };
        let versions = |tokens: &'_ [(Atom, Atom)]| -> Vec<Atom> {
            tokens.iter().filter(|(name, _)| name == VERSION_TOKEN).map(|(_, version)| version.clone()).collect()
        };
        let own = versions(&route.tokens);
        paths::versioned(raw, &if own.is_empty() { versions(tokens) } else { own })
    }

    fn file(&self, file: FileIndex) -> &crate::codebase::RepoPath {
        &self.names.scope().files[file as usize].path
    }

    fn finish(mut self) -> (Vec<Endpoint>, Vec<Diagnostic>) {
        let key = |endpoint: &Endpoint| {
            let handler = &endpoint.handler;
            (
                endpoint.app.clone(),
                endpoint.path.clone(),
                endpoint.method.clone(),
                endpoint.kind,
                handler.file.clone(),
                handler.line,
            )
        };
        self.endpoints.sort_by_key(key);
        self.endpoints.dedup_by(|b, a| {
            (&a.app, &a.path, &a.method, a.kind) == (&b.app, &b.path, &b.method, b.kind)
                && (a.handler.file == b.handler.file || a.kind == EndpointKind::Page)
        });
        operations::attach(self.names, &self.routers, &mut self.endpoints);
        self.diagnostics.sort_by(|a, b| (&a.place, &a.message).cmp(&(&b.place, &b.message)));
        self.diagnostics.dedup();
        (self.endpoints, self.diagnostics)
    }
}

/// A route that hangs on another framework's router is that framework's: `app.get` alone does not tell which.
fn of_router<'r>(route: &'r Route, router: &Router) -> Cow<'r, Route> {
    let is_told = matches!(route.router, RouterRef::Root) || route.kind == EndpointKind::Graphql;
    if route.framework == router.framework || is_told {
        return Cow::Borrowed(route);
    }
    Cow::Owned(Route { framework: router.framework.clone(), ..route.clone() })
}

/// Fills the placeholders of a path in, as the app spells them.
fn fill(raw: &str, route: &Route, tokens: &[(Atom, Atom)], style: Option<TokenStyle>) -> String {
    if route.syntax == PathSyntax::Brackets {
        return raw.to_owned();
    }
    let all = tokens.iter().chain(&route.tokens);
    let values: Vec<(&str, String)> = all.map(|(name, value)| (name.as_str(), paths::styled(value, style))).collect();
    paths::fill(raw, &values)
}

/// Whether a component around a file declares the package that its framework asks for, if it asks for one.
fn uses(names: &Names<'_>, file: FileIndex, framework: &str) -> bool {
    let framework = frameworks::ALL.iter().find(|known| known.id() == framework);
    let Some(package) = framework.and_then(|framework| framework.package()) else { return true };
    let scope = names.scope();
    let Some(file) = scope.files.get(file as usize) else { return false };
    let settings = framework.map_or(&[][..], |framework| framework.settings_files());
    let is_settings = |other: &RepoPath| settings.contains(&other.stem()) && file.path.is_under(&other.folder());
    if !settings.is_empty() && scope.files.iter().any(|other| is_settings(&other.path)) {
        return true;
    }
    let around = scope.components.iter().filter(|component| file.path.is_under(&component.path));
    around.flat_map(|component| &component.packages).any(|declared| declared.name == package)
}

/// Whether a folder such as `test` is part of the route's own path, and so makes no test of it.
fn is_served_by_place(route: &Route) -> bool {
    let url = route.path.as_text().unwrap_or_default();
    route.syntax == PathSyntax::Brackets && url.split('/').any(|part| matches!(part, "test" | "tests" | "e2e"))
}

fn is_test(names: &Names<'_>, file: FileIndex) -> bool {
    names.scope().files.get(file as usize).is_some_and(|file| file.role == Role::Test)
}

/// The class of this file that a route names as its router.
fn class_around(names: &Names<'_>, at: At, name: &str) -> Option<DefinitionIndex> {
    let outline = &names.scope().facts.get(at.file as usize)?.outline;
    let is_class = |index: DefinitionIndex| {
        outline.definition(index).filter(|it| it.kind.is_type() && it.name == name).map(|_| index)
    };
    let mut scope = at.enclosing;
    while let Some(index) = scope {
        if let Some(class) = is_class(index) {
            return Some(class);
        }
        scope = outline.definition(index)?.parent.filter(|parent| *parent < index);
    }
    (0..u32::try_from(outline.definitions.len()).unwrap_or(0)).find_map(is_class)
}

/// The component that serves what a file declares: its own, or for a library the one service that references it.
fn app_of<'a>(names: &Names<'a>, file: FileIndex) -> &'a str {
    let scope = names.scope();
    let own = scope.files.get(file as usize).and_then(|file| file.component.as_deref()).unwrap_or("app");
    let component = |id: &str| scope.components.iter().find(|component| component.id == id);
    if component(own).is_none_or(|it| it.kind != ComponentKind::Library) {
        return own;
    }
    let mut hosts =
        scope.components.iter().filter(|it| it.kind == ComponentKind::Service && reaches(scope.components, it, own));
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => &host.id,
        _ => own,
    }
}

/// Whether `from` references `to`, directly or through others.
fn reaches(components: &[Component], from: &Component, to: &str) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut next: Vec<&str> = from.references.iter().map(String::as_str).collect();
    while let Some(id) = next.pop() {
        if id == to {
            return true;
        }
        if !seen.contains(&id) {
            seen.push(id);
            let found = components.iter().find(|component| component.id == id);
            next.extend(found.into_iter().flat_map(|it| it.references.iter().map(String::as_str)));
        }
    }
    false
}
