//! Sanic: apps, blueprints and their groups, versions in the path.

use thin_vec::thin_vec;

use crate::codebase::endpoint::{EndpointKind, Location};
use crate::codebase::outline::{
    Argument, Assignment, Call, CallValue, DefinitionIndex, Outline, Value, named, positional,
};
use crate::codebase::routing::{
    HandlerRef, Mount, PathSyntax, Route, Router, RouterRef, RouterRole, Routing, Setting, SettingKind, Versions,
};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// Sanic.
pub struct Sanic;

const ID: &str = "sanic";
const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];
const ACCESS: Access = Access {
    maps: &[
        ("request.args", Location::Query),
        ("request.form", Location::Form),
        ("request.files", Location::Form),
        ("request.headers", Location::Header),
        ("request.cookies", Location::Cookie),
    ],
    calls: &[],
};

impl Framework for Sanic {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Sanic"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, &["sanic"]) {
            return routing;
        }
        for own in &outline.assignments {
            let Some(call) = own.value.as_call() else { continue };
            routing.routers.extend(router(outline, own, call));
            if is_group(call) {
                let group = RouterRef::Name(own.target.clone());
                for member in call.args.iter().filter(|arg| arg.name.is_none()) {
                    let members = match &member.value {
                        Value::List(items) => items.as_slice(),
                        value => std::slice::from_ref(value),
                    };
                    let mount = |child| mount(outline, own.enclosing, &group, child, call.line);
                    routing.mounts.extend(members.iter().filter_map(mount));
                }
            }
        }
        for hung in pythonic::hung(outline) {
            let made = routes(&hung.route(ID, outline), hung.verb, &hung.decorator.args, 0);
            if !made.is_empty() {
                version(outline, hung.on, hung.index, &hung.decorator.args, &mut routing);
            }
            routing.routes.extend(made);
        }
        for call in &outline.calls {
            called(outline, call, &mut routing);
        }
        if !routing.versions.is_empty() {
            let prefix = Value::Text(Atom::new("/v"));
            let kind = SettingKind::UriVersioning { behind: false, prefix, default: None };
            routing.settings.push(Setting { kind, framework: ID.into(), line: 1 });
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        pythonic::handler_facts(outline, index, &ACCESS)
    }
}

fn is_group(call: &CallValue) -> bool {
    call.callee == "BlueprintGroup"
        || call.callee == "group"
            && call.receiver.as_ref().and_then(Value::as_name).is_some_and(pythonic::is_class_name)
}

fn router(outline: &Outline, own: &Assignment, call: &CallValue) -> Option<Router> {
    let mut router = pythonic::given_router(ID, outline, own);
    match call.callee.as_str() {
        "Sanic" => router.role = RouterRole::App,
        "Blueprint" => {
            let prefix = call.named("url_prefix").or_else(|| call.positional(1));
            router.prefixes = prefix.filter(|prefix| pythonic::is_path(prefix)).cloned().into_iter().collect();
        }
        _ if is_group(call) => {
            let prefix = call.named("url_prefix").cloned();
            let segment =
                call.named("version").and_then(number).map(|number| Value::Text(format!("/v{number}").into()));
            router.prefixes = match (segment, prefix) {
                (Some(segment), Some(prefix)) => vec![Value::Join(thin_vec![segment, prefix])],
                (segment, prefix) => segment.or(prefix).into_iter().collect(),
            };
        }
        _ => return None,
    }
    Some(router)
}

/// `1`, `"1"` and `"v1"` are the same version.
fn number(value: &Value) -> Option<Atom> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::Text(text) => Some(Atom::new(text.trim_start_matches(['/', 'v']))),
        _ => None,
    }
}

/// The version that a route states, or else the blueprint of this file that it hangs on.
fn version(outline: &Outline, on: &str, handler: DefinitionIndex, args: &[Argument], routing: &mut Routing) {
    let given = outline.assignments.iter().find(|own| own.target == on).and_then(|own| own.value.as_call());
    let stated = named(args, "version").or_else(|| given.filter(|call| !is_group(call))?.named("version"));
    if let Some(number) = stated.and_then(number) {
        routing.versions.push(Versions { definition: handler, versions: vec![Value::Text(number)] });
    }
}

/// `get("/x")`, `route("/x", methods=[..])`, `websocket("/x")`: one route for each path.
fn routes(base: &Route, verb: &str, args: &[Argument], at: usize) -> Vec<Route> {
    let (methods, hub) = match verb {
        _ if VERBS.contains(&verb) => (vec![Atom::from(verb.to_ascii_uppercase())], false),
        "route" | "add_route" => (pythonic::verbs(named(args, "methods")).unwrap_or_default(), false),
        "websocket" | "add_websocket_route" => (vec![Atom::new("GET")], true),
        _ => return Vec::new(),
    };
    let uri = positional(args, at).or_else(|| named(args, "uri"));
    let route = |path: Value| Route {
        methods: methods.clone(),
        kind: if hub { EndpointKind::Hub } else { pythonic::kind_of(&path) },
        path,
        syntax: PathSyntax::NamedAngles,
        ..base.clone()
    };
    pythonic::paths(uri).into_iter().map(route).map(answer_get).collect()
}

/// A function without methods answers GET; a class answers what it defines.
fn answer_get(mut route: Route) -> Route {
    let is_class = matches!(&route.handler, HandlerRef::Name(name) if pythonic::is_class_name(name));
    if route.methods.is_empty() && !is_class {
        route.methods.push(Atom::new("GET"));
    }
    route
}

/// `app.add_route(handler, "/x")` and `app.blueprint(bp, url_prefix="/y")`.
fn called(outline: &Outline, call: &Call, routing: &mut Routing) {
    let value = &call.value;
    let Some(on) = value.receiver.as_ref().and_then(Value::as_name) else { return };
    if !matches!(value.callee.as_str(), "add_route" | "add_websocket_route" | "blueprint") {
        return;
    }
    let router = pythonic::router(outline, call.enclosing, on);
    match value.callee.as_str() {
        "add_route" | "add_websocket_route" => {
            let given = value.positional(0).or_else(|| value.named("handler"));
            let handler = given.and_then(|handler| class_or_function(outline, call.enclosing, handler));
            let Some(handler) = handler else { return };
            let base =
                Route { handler, conditional: call.conditional, ..pythonic::blank_route(ID, router, value.line) };
            let at = usize::from(value.positional(0).is_some());
            routing.routes.extend(routes(&base, &value.callee, &value.args, at));
        }
        "blueprint" => {
            let Some(child) = value.positional(0).or_else(|| value.named("blueprint")) else { return };
            for child in pythonic::choices(outline, call.enclosing, child) {
                let Some(mount) = mount(outline, call.enclosing, &router, &child, value.line) else { continue };
                let given = outline.assignments.iter().find(|own| Some(own.target.as_str()) == child.as_name());
                let is_grouped = given.and_then(|own| own.value.as_call()).is_some_and(is_group);
                routing.mounts.push(Mount {
                    prefix: pythonic::prefix(value.named("url_prefix")),
                    replaces_prefix: !is_grouped,
                    conditional: call.conditional,
                    ..mount
                });
            }
        }
        _ => {}
    }
}

/// A class-based view stays a name, so that its own methods decide the verbs.
fn class_or_function(outline: &Outline, scope: Option<DefinitionIndex>, value: &Value) -> Option<HandlerRef> {
    match value {
        Value::Call(call) if call.callee == "as_view" => {
            Some(HandlerRef::Name(call.receiver.as_ref()?.as_name()?.into()))
        }
        value => pythonic::handler_of(outline, scope, value),
    }
}

fn mount(
    outline: &Outline,
    scope: Option<DefinitionIndex>,
    parent: &RouterRef,
    child: &Value,
    line: u32,
) -> Option<Mount> {
    Some(pythonic::blank_mount(ID, parent.clone(), pythonic::router_of(outline, scope, child)?, line))
}
