//! NestJS: controllers, modules that are given a path, versions, guards.

mod auth;
mod gateways;
mod modules;
mod settings;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{
    Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, positional,
};
use crate::codebase::routing::{HandlerRef, PathSyntax, Route, Router, RouterRef, RouterRole, Routing, Versions};

use super::Framework;
use super::javascript::{classes, reads};

/// NestJS.
pub struct NestJs;

const ID: &str = "nestjs";

/// Decorators that make a method answer requests, with the HTTP method of each.
const VERBS: &[(&str, &str)] = &[
    ("All", "ANY"),
    ("Delete", "DELETE"),
    ("Get", "GET"),
    ("Head", "HEAD"),
    ("Options", "OPTIONS"),
    ("Patch", "PATCH"),
    ("Post", "POST"),
    ("Put", "PUT"),
    ("Sse", "GET"),
];

impl Framework for NestJs {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "NestJS"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        classes::members(outline, index)
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        if !outline.imports.iter().any(|import| import.module.starts_with("@nestjs/")) {
            return Routing::default();
        }
        let mut routing = Routing { settings: settings::read(outline), ..Routing::default() };
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
            if let Some(module) = class.decorator("Module") {
                routing.routers.push(modules::router(index, class));
                routing.mounts.extend(modules::mounts(class, module));
            }
            gateways::read(outline, index, class, &mut routing);
            controller(outline, index, class, &mut routing);
        }
        routing.mounts.extend(modules::registered(outline));
        routing
    }
}

/// A class with the methods of it that answer requests. A base class need not say that it is a controller.
fn controller(outline: &Outline, index: DefinitionIndex, class: &Definition, routing: &mut Routing) {
    let stated = class.decorator("Controller");
    let mut is_health = false;
    if let Some(controller) = stated {
        let options = positional(&controller.args, 0);
        is_health = options.is_some_and(says_health);
        routing.routers.push(Router {
            name: class.name.clone(),
            enclosing: class.parent,
            class: Some(index),
            role: RouterRole::Controller,
            prefixes: options.map_or_else(Vec::new, |options| paths(options, "path")),
            tokens: Vec::new(),
            parent: None,
            returned_by: None,
            auth: auth::read(&class.decorators),
            framework: Atom::new(ID),
            line: class.line,
        });
        let versions = options.and_then(|options| options.key("version")).or_else(|| version(&class.decorators));
        routing.versions.extend(versions.map(|value| Versions { definition: index, versions: listed(value) }));
    }
    for (method_index, method) in outline.children(index) {
        for decorator in &method.decorators {
            let Some((_, verb)) = VERBS.iter().find(|(name, _)| *name == last_part(&decorator.name)) else { continue };
            let whole = Answering { class, index: method_index, method, decorator, verb, is_health };
            routing.routes.extend(whole.routes());
        }
        let versions = version(&method.decorators);
        routing.versions.extend(versions.map(|value| Versions { definition: method_index, versions: listed(value) }));
    }
}

/// A method that answers requests.
struct Answering<'o> {
    class: &'o Definition,
    index: DefinitionIndex,
    method: &'o Definition,
    decorator: &'o Decorator,
    verb: &'static str,
    is_health: bool,
}

impl Answering<'_> {
    fn routes(&self) -> Vec<Route> {
        let path = positional(&self.decorator.args, 0);
        let paths = path.map_or_else(|| vec![Value::Text(Atom::default())], |path| paths(path, "path"));
        let is_health =
            self.is_health || self.method.decorator("HealthCheck").is_some() || path.is_some_and(says_health);
        paths
            .into_iter()
            .map(|path| Route {
                router: RouterRef::Name(self.class.name.clone()),
                methods: vec![Atom::new(self.verb)],
                path,
                syntax: PathSyntax::Colons,
                absolute: false,
                handler: HandlerRef::Definition(self.index),
                tokens: Vec::new(),
                kind: if is_health { EndpointKind::Health } else { EndpointKind::Api },
                auth: auth::read(&self.method.decorators),
                exchange: self.exchange(),
                summary: self.summary(),
                conditional: false,
                framework: Atom::new(ID),
                line: self.decorator.lines.first,
            })
            .collect()
    }

    /// What the method states, and its class for all of its methods.
    fn exchange(&self) -> Exchange {
        let mut exchange = classes::exchange(self.method);
        classes::describe_all(&mut exchange, &self.class.decorators);
        exchange.deprecated |= reads::says_deprecated(self.class.doc.as_deref());
        exchange
    }

    fn summary(&self) -> Option<String> {
        let operation = self.method.decorator("ApiOperation")?;
        let options = positional(&operation.args, 0)?;
        let text = options.key("summary").or_else(|| options.key("description"))?.as_text()?;
        (!text.trim().is_empty()).then(|| text.trim().to_owned())
    }
}

fn version(decorators: &[Decorator]) -> Option<&Value> {
    let version = decorators.iter().find(|decorator| last_part(&decorator.name) == "Version")?;
    positional(&version.args, 0)
}

/// The paths that a decorator's argument states: one, several, or those under a key of its options.
fn paths(value: &Value, key: &str) -> Vec<Value> {
    match value {
        Value::Record(_) => {
            value.key(key).map_or_else(|| vec![Value::Text(Atom::default())], |value| paths(value, key))
        }
        value => listed(value),
    }
}

/// The elements of a list, or the one value.
fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::List(items) => items.to_vec(),
        value => vec![value.clone()],
    }
}

fn says_health(value: &Value) -> bool {
    let path = value.as_text().or_else(|| value.key("path").and_then(Value::as_text)).unwrap_or_default();
    let last = path.trim_matches('/').rsplit('/').next().unwrap_or_default();
    ["health", "healthz", "healthcheck", "health-check", "livez", "readyz", "liveness", "readiness"].contains(&last)
}
