//! Masonite: lists of `Route.get("/x", "XController@show")`, with groups and resources.

use crate::codebase::endpoint::{EndpointKind, Location};
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, HandlerRef, Route, Router, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// Masonite.
pub struct Masonite;

const ID: &str = "masonite";
/// How deep groups are written within groups.
const DEPTH_MAX: u32 = 12;
const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];
const ACCESS: Access = Access {
    maps: &[],
    calls: &[("input", Location::Query), ("header", Location::Header), ("cookie", Location::Cookie)],
};
/// What a resource answers: verb, path below it, action, and whether an API has it, too.
const RESOURCE: &[(&str, &str, &str, bool)] = &[
    ("GET", "", "index", true),
    ("GET", "/create", "create", false),
    ("POST", "", "store", true),
    ("GET", "/@id", "show", true),
    ("GET", "/@id/edit", "edit", false),
    ("PUT", "/@id", "update", true),
    ("PATCH", "/@id", "update", true),
    ("DELETE", "/@id", "destroy", true),
];

impl Framework for Masonite {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Masonite"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, &["masonite"]) {
            return routing;
        }
        for own in outline.assignments.iter().filter(|own| own.target == "ROUTES") {
            let Value::List(items) = &own.value else { continue };
            if routing.routers.is_empty() {
                let router = pythonic::given_router(ID, outline, own);
                routing.routers.push(Router { role: RouterRole::App, ..router });
            }
            let list = RouterRef::Name(own.target.clone());
            List { outline, scope: own.enclosing, routing: &mut routing }.read(&list, &AuthFact::default(), items, 0);
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        pythonic::handler_facts(outline, index, &ACCESS)
    }
}

struct List<'a> {
    outline: &'a Outline,
    scope: Option<DefinitionIndex>,
    routing: &'a mut Routing,
}

impl List<'_> {
    fn read(&mut self, parent: &RouterRef, auth: &AuthFact, items: &[Value], depth: u32) {
        for item in items.iter().filter(|_| depth <= DEPTH_MAX) {
            let item = if let Value::Spread(inner) = item { inner } else { item };
            let Value::Call(call) = item else { continue };
            let (call, middleware) = chained(call);
            let is_route = call.receiver.as_ref().and_then(Value::as_name).is_some_and(|on| last_part(on) == "Route");
            if !is_route {
                continue;
            }
            let mut stated = auth.clone();
            pythonic::add_auth(&mut stated, guards(middleware));
            if call.callee != "group" {
                let routes = self.routes(parent, call);
                self.routing.routes.extend(routes.into_iter().map(|route| Route { auth: stated.clone(), ..route }));
                continue;
            }
            pythonic::add_auth(&mut stated, guards(call.named("middleware")));
            let Some(Value::List(inner)) = call.positional(0) else { continue };
            match call.named("prefix").map(braced) {
                Some(prefix) => {
                    let below = RouterRef::Below { parent: Box::new(parent.clone()), prefix };
                    self.read(&below, &stated, inner, depth + 1);
                }
                None => self.read(parent, &stated, inner, depth + 1),
            }
        }
    }

    fn routes(&self, parent: &RouterRef, call: &CallValue) -> Vec<Route> {
        let verb = call.callee.as_str();
        let methods: Vec<Atom> = match verb {
            _ if VERBS.contains(&verb) => vec![Atom::from(verb.to_ascii_uppercase())],
            "any" => vec![Atom::new("ANY")],
            "match" => pythonic::verbs(call.positional(0)).unwrap_or_default(),
            "view" | "redirect" | "permanent_redirect" => vec![Atom::new("GET")],
            "resource" | "api" => return resource(parent, call),
            _ => return Vec::new(),
        };
        let at = usize::from(verb == "match");
        let Some(path) = call.positional(at).filter(|path| pythonic::is_path(path)) else { return Vec::new() };
        let is_own = matches!(verb, "view" | "redirect" | "permanent_redirect");
        let handler = call.positional(at + 1).filter(|_| !is_own).and_then(|it| self.handler(it));
        let base = pythonic::blank_route(ID, parent.clone(), call.line);
        vec![Route {
            methods,
            kind: if verb == "view" { EndpointKind::Page } else { pythonic::kind_of(path) },
            path: braced(path),
            handler: handler.unwrap_or_else(|| base.handler.clone()),
            ..base
        }]
    }

    fn handler(&self, value: &Value) -> Option<HandlerRef> {
        match value {
            Value::Text(action) => Some(controller_action(action)),
            value => pythonic::handler_of(self.outline, self.scope, value),
        }
    }
}

/// What `Route.resource("desks", "DeskController")` stands for.
fn resource(parent: &RouterRef, call: &CallValue) -> Vec<Route> {
    let (Some(Value::Text(base)), Some(controller)) = (call.positional(0), call.positional(1)) else {
        return Vec::new();
    };
    let Some(controller) = controller.as_text().or_else(|| controller.as_name()) else { return Vec::new() };
    let answered = RESOURCE.iter().filter(|(.., of_api)| *of_api || call.callee == "resource");
    let route = |(verb, below, action, _): &(&str, &str, &str, bool)| {
        let blank = pythonic::blank_route(ID, parent.clone(), call.line);
        let handler = controller_action(&format!("{controller}@{action}"));
        let path = braced(&Value::Text(format!("{base}{below}").into()));
        Route { methods: vec![Atom::new(verb)], path, handler, ..blank }
    };
    answered.map(route).collect()
}

/// `XController@show` names a class by its file, which bears the same name: the method is found where the file
/// imports the class, and shown by its name elsewhere.
fn controller_action(text: &str) -> HandlerRef {
    let (controller, method) = text.split_once('@').unwrap_or((text, "__call__"));
    HandlerRef::Name(format!("{controller}.{method}").into())
}

/// The call that makes a route, and what `.middleware(..)` behind it names.
fn chained(call: &CallValue) -> (&CallValue, Option<&Value>) {
    let mut call = call;
    let mut middleware = None;
    for _ in 0..DEPTH_MAX {
        let Some(Value::Call(inner)) = &call.receiver else { break };
        if call.callee == "middleware" {
            middleware = call.positional(0);
        }
        call = inner;
    }
    (call, middleware)
}

/// `auth` is Masonite's own middleware for signed-in callers.
fn guards(list: Option<&Value>) -> AuthFact {
    let names = match list {
        Some(Value::List(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let asks = names.iter().filter_map(Value::as_text).any(|name| matches!(name, "auth" | "jwt"));
    AuthFact { required: asks.then_some(true), ..AuthFact::default() }
}

/// `/users/@id:integer/?page` as `/users/{id}/{page?}`.
fn braced(path: &Value) -> Value {
    let Value::Text(text) = path else { return path.clone() };
    let part = |part: &str| {
        let name = |rest: &str| rest.split(':').next().unwrap_or_default().to_owned();
        match (part.strip_prefix('@'), part.strip_prefix('?')) {
            (Some(rest), _) => format!("{{{}}}", name(rest)),
            (_, Some(rest)) => format!("{{{}?}}", name(rest)),
            _ => part.to_owned(),
        }
    };
    Value::Text(text.split('/').map(part).collect::<Vec<_>>().join("/").into())
}
