//! aiohttp's web server: tables of routes, lists of `web.get(..)`, `app.router.add_get(..)`, sub-applications.

use crate::codebase::endpoint::{EndpointKind, Location};
use crate::codebase::outline::{Argument, Call, CallValue, DefinitionIndex, Outline, Value, named, positional};
use crate::codebase::routing::{Mount, Route, Router, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// aiohttp.
pub struct Aiohttp;

const ID: &str = "aiohttp";
const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];
const ACCESS: Access = Access {
    maps: &[
        ("request.query", Location::Query),
        ("request.rel_url.query", Location::Query),
        ("request.headers", Location::Header),
        ("request.cookies", Location::Cookie),
    ],
    calls: &[],
};

impl Framework for Aiohttp {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "aiohttp"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, &["aiohttp"]) {
            return routing;
        }
        for own in &outline.assignments {
            let role = match &own.value {
                Value::Call(call) if call.callee == "Application" => RouterRole::App,
                Value::Call(call) if call.callee == "RouteTableDef" => RouterRole::Router,
                Value::List(items) if items.iter().any(|item| definition(item).is_some()) => {
                    let list = RouterRef::Name(own.target.clone());
                    routing.routes.extend(items.iter().filter_map(|item| listed(outline, own.enclosing, &list, item)));
                    RouterRole::Router
                }
                _ => continue,
            };
            routing.routers.push(Router { role, ..pythonic::given_router(ID, outline, own) });
        }
        for hung in pythonic::hung(outline) {
            let base = hung.route(ID, outline);
            routing.routes.extend(route(base, hung.verb, &hung.decorator.args));
        }
        for call in &outline.calls {
            called(outline, call, &mut routing);
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let makes = |call: &Call| call.enclosing == Some(index) && call.value.callee == "WebSocketResponse";
        let is_socket = outline.calls.iter().any(makes);
        let kind = is_socket.then_some(EndpointKind::Hub);
        HandlerFacts { kind, ..pythonic::handler_facts(outline, index, &ACCESS) }
    }
}

/// A route by the word that declares it: `get("/x", ..)`, `route("PUT", "/x", ..)`, `view("/x", ..)`.
fn route(base: Route, verb: &str, args: &[Argument]) -> Option<Route> {
    let (methods, at) = match verb {
        _ if VERBS.contains(&verb) => (vec![Atom::from(verb.to_ascii_uppercase())], 0),
        "route" => (pythonic::verbs(positional(args, 0).or_else(|| named(args, "method")))?, 1),
        "view" => (Vec::new(), 0),
        _ => return None,
    };
    let path = positional(args, at).or_else(|| named(args, "path")).filter(|path| pythonic::is_path(path))?;
    Some(Route { methods, kind: pythonic::kind_of(path), path: path.clone(), ..base })
}

/// `web.get("/x", handler)`.
fn definition(value: &Value) -> Option<&CallValue> {
    let call = value.as_call()?;
    let is_verb = VERBS.contains(&call.callee.as_str()) || matches!(call.callee.as_str(), "route" | "view");
    let is_web = call.receiver.as_ref().is_none_or(|on| on.as_name().is_some_and(|on| on.ends_with("web")));
    (is_verb && is_web && call.args.len() >= 2).then_some(call)
}

fn listed(outline: &Outline, scope: Option<DefinitionIndex>, list: &RouterRef, item: &Value) -> Option<Route> {
    let call = definition(item)?;
    let at = if call.callee == "route" { 2 } else { 1 };
    let handler = pythonic::handler_of(outline, scope, call.positional(at).or_else(|| call.named("handler"))?)?;
    let base = Route { handler, ..pythonic::blank_route(ID, list.clone(), call.line) };
    route(base, &call.callee, &call.args)
}

/// `app.router.add_get(..)`, `app.add_routes(..)`, `app.add_subapp(..)`, also by another name of the method.
fn called(outline: &Outline, call: &Call, routing: &mut Routing) {
    let value = &call.value;
    let (on, callee) = match &value.receiver {
        Some(Value::Call(resource)) if resource.callee == "add_resource" && value.callee == "add_route" => {
            routing.routes.extend(on_resource(outline, call, resource));
            return;
        }
        Some(_) => (pythonic::owner(value, ".router").map(Atom::new), value.callee.clone()),
        None => match bound(outline, call.enclosing, &value.callee) {
            Some((on, callee)) => (Some(on), callee),
            None => return,
        },
    };
    let Some(on) = on.filter(|_| callee.starts_with("add_")) else { return };
    let router = pythonic::router(outline, call.enclosing, &on);
    match callee.as_str() {
        "add_routes" => match value.positional(0) {
            Some(Value::List(items)) => {
                for item in items {
                    match item {
                        Value::Spread(inner) => routing.mounts.extend(mount(outline, call, &router, inner)),
                        item => routing.routes.extend(listed(outline, call.enclosing, &router, item)),
                    }
                }
            }
            Some(list) => routing.mounts.extend(mount(outline, call, &router, list)),
            None => {}
        },
        "add_subapp" => {
            let below = value.positional(1).and_then(|child| mount(outline, call, &router, child));
            routing.mounts.extend(below.map(|it| Mount { prefix: pythonic::prefix(value.positional(0)), ..it }));
        }
        callee => {
            let Some(verb) = callee.strip_prefix("add_") else { return };
            let at = if verb == "route" { 2 } else { 1 };
            let handler = value.positional(at).or_else(|| value.named("handler"));
            let handler = handler.and_then(|handler| pythonic::handler_of(outline, call.enclosing, handler));
            let Some(handler) = handler else { return };
            let base = Route { handler, ..pythonic::blank_route(ID, router, value.line) };
            routing.routes.extend(route(Route { conditional: call.conditional, ..base }, verb, &value.args));
        }
    }
}

/// `add_route = app.router.add_route`: the object and method that a plain name stands for.
fn bound(outline: &Outline, scope: Option<DefinitionIndex>, name: &str) -> Option<(Atom, Atom)> {
    let given = outline.assignments.iter().find(|own| own.target == name && own.enclosing == scope)?;
    let (on, method) = given.value.as_name()?.rsplit_once('.')?;
    let on = on.strip_suffix(".router").unwrap_or(on);
    method.starts_with("add_").then(|| (Atom::new(on), Atom::new(method)))
}

fn on_resource(outline: &Outline, call: &Call, resource: &CallValue) -> Option<Route> {
    let router = pythonic::router(outline, call.enclosing, pythonic::owner(resource, ".router")?);
    let handler = pythonic::handler_of(outline, call.enclosing, call.value.positional(1)?)?;
    let path = resource.positional(0).filter(|path| pythonic::is_path(path))?.clone();
    let methods = pythonic::verbs(call.value.positional(0))?;
    let kind = pythonic::kind_of(&path);
    Some(Route { methods, path, handler, kind, ..pythonic::blank_route(ID, router, call.value.line) })
}

fn mount(outline: &Outline, call: &Call, parent: &RouterRef, child: &Value) -> Option<Mount> {
    let child = pythonic::router_of(outline, call.enclosing, child)?;
    let mount = pythonic::blank_mount(ID, parent.clone(), child, call.value.line);
    Some(Mount { conditional: call.conditional, ..mount })
}
