//! Pyramid: routes with names, and views that name their route, often in another file.

use crate::codebase::endpoint::{EndpointKind, Location};
use crate::codebase::outline::{
    Argument, Call, Decorator, DefinitionIndex, Outline, Value, last_part, named, positional,
};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, Route, Router, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// Pyramid.
pub struct Pyramid;

const ID: &str = "pyramid";
/// The function with which a module adds to a configuration.
const INCLUDE: &str = "includeme";
const ACCESS: Access = Access {
    maps: &[
        ("request.GET", Location::Query),
        ("request.params", Location::Query),
        ("request.POST", Location::Form),
        ("request.headers", Location::Header),
        ("request.cookies", Location::Cookie),
    ],
    calls: &[],
};

impl Framework for Pyramid {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Pyramid"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        // `includeme(config)` is Pyramid's own word: a file of routes need import nothing of it.
        let included = pythonic::definitions(outline).find(|(_, it)| it.parent.is_none() && it.name == INCLUDE);
        if included.is_none() && !pythonic::imports_any(outline, &["pyramid"]) {
            return routing;
        }
        if let Some((index, definition)) = included {
            let router = pythonic::blank_router(ID, "", None, definition.line);
            routing.routers.push(Router { returned_by: Some(index), ..router });
        }
        for own in &outline.assignments {
            if pythonic::call_of(&own.value, &["Configurator"]).is_some() {
                let prefix = own.value.as_call().and_then(|call| call.named("route_prefix")).cloned();
                let router = pythonic::given_router(ID, outline, own);
                routing.routers.push(Router {
                    role: RouterRole::App,
                    prefixes: prefix.into_iter().collect(),
                    ..router
                });
            }
        }
        for (index, definition) in pythonic::definitions(outline) {
            let class = definition.parent.and_then(|class| pythonic::definition(outline, class));
            let defaults = class.unwrap_or(definition).decorator("view_defaults");
            for decorator in &definition.decorators {
                if last_part(&decorator.name) == "view_config" {
                    routing.routes.extend(view(decorator, defaults, HandlerRef::Definition(index)));
                }
            }
        }
        for call in &outline.calls {
            called(outline, call, &mut routing);
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        pythonic::handler_facts(outline, index, &ACCESS)
    }
}

/// A route's name as it holds in the whole app.
fn registered(name: &str) -> Atom {
    Atom::from(format!("@{name}"))
}

/// `@view_config(route_name="x", request_method="GET")`, with what the class's `@view_defaults` adds.
fn view(decorator: &Decorator, defaults: Option<&Decorator>, handler: HandlerRef) -> Option<Route> {
    let defaults: &[Argument] = defaults.map_or(&[], |defaults| &defaults.args);
    answer(&decorator.args, defaults, handler, decorator.lines.first)
}

fn answer(args: &[Argument], defaults: &[Argument], handler: HandlerRef, line: u32) -> Option<Route> {
    let stated = |name: &str| named(args, name).or_else(|| named(defaults, name));
    let name = stated("route_name")?.as_text()?;
    let methods = pythonic::verbs(stated("request_method")).unwrap_or_else(|| vec![Atom::new("ANY")]);
    let renderer = stated("renderer").and_then(Value::as_text).unwrap_or_default();
    let is_page = [".jinja2", ".mako", ".mak", ".pt", ".html"].iter().any(|end| renderer.ends_with(end));
    let auth = match stated("permission") {
        Some(Value::Text(permission)) => {
            AuthFact { required: Some(true), policies: vec![permission.clone()], ..AuthFact::default() }
        }
        Some(Value::Name(name)) if name.ends_with("NO_PERMISSION_REQUIRED") => {
            AuthFact { required: Some(false), ..AuthFact::default() }
        }
        _ => AuthFact::default(),
    };
    Some(Route {
        methods,
        kind: if is_page { EndpointKind::Page } else { EndpointKind::Api },
        handler,
        auth,
        ..pythonic::blank_route(ID, RouterRef::Registered(registered(name)), line)
    })
}

/// `config.add_route("x", "/x")`, `config.add_view(f, route_name="x")`, `config.include(".routes", route_prefix="/y")`.
fn called(outline: &Outline, call: &Call, routing: &mut Routing) {
    let value = &call.value;
    let Some(on) = value.receiver.as_ref().and_then(Value::as_name) else { return };
    if !matches!(value.callee.as_str(), "add_route" | "add_view" | "include") {
        return;
    }
    let parent = config(outline, call.enclosing, on);
    match value.callee.as_str() {
        "add_route" => {
            let name = positional(&value.args, 0).or_else(|| named(&value.args, "name")).and_then(Value::as_text);
            let pattern = value.positional(1).or_else(|| value.named("pattern")).or_else(|| value.named("path"));
            let (Some(name), Some(pattern)) = (name, pattern) else { return };
            routing.routers.push(Router {
                prefixes: vec![starred(pattern)],
                parent: Some(parent),
                ..pythonic::blank_router(ID, &registered(name), None, value.line)
            });
        }
        "add_view" => {
            let given = value.positional(0).or_else(|| value.named("view"));
            let handler = given.and_then(|given| pythonic::handler_of(outline, call.enclosing, given));
            let route = handler.and_then(|handler| answer(&value.args, &[], handler, value.line));
            routing.routes.extend(route.map(|route| Route { conditional: call.conditional, ..route }));
        }
        "include" => {
            let child = match value.positional(0) {
                Some(Value::Text(module)) => RouterRef::Module(module.clone()),
                Some(Value::Name(name)) if last_part(name) == INCLUDE => RouterRef::Returned(name.clone()),
                Some(Value::Name(name)) => RouterRef::Returned(format!("{name}.{INCLUDE}").into()),
                _ => return,
            };
            let prefix = pythonic::prefix(value.named("route_prefix"));
            let mount = pythonic::blank_mount(ID, parent, child, value.line);
            routing.mounts.push(Mount { prefix, conditional: call.conditional, ..mount });
        }
        _ => {}
    }
}

/// The configuration that a name stands for: that of `includeme` is what others include.
fn config(outline: &Outline, scope: Option<DefinitionIndex>, name: &str) -> RouterRef {
    let function = scope.and_then(|scope| pythonic::definition(outline, scope));
    match function {
        Some(function) if function.name == INCLUDE && function.parent.is_none() => RouterRef::Name(Atom::default()),
        _ => pythonic::router(outline, scope, name),
    }
}

/// `*rest` at a pattern's end catches all.
fn starred(pattern: &Value) -> Value {
    let Value::Text(text) = pattern else { return pattern.clone() };
    match text.rsplit_once('*') {
        Some((before, name)) if !before.ends_with('{') && !name.contains('/') => {
            Value::Text(format!("{before}{{*{name}}}").into())
        }
        _ => pattern.clone(),
    }
}
