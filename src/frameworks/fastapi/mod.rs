//! FastAPI, and Starlette below it.

mod auth;
mod handlers;
mod starlette;
mod words;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Exchange, Location, Status};
use crate::codebase::outline::{Argument, Assignment, Call, Decorator, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::outline::{named, positional};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, PathSyntax, Route, Router, RouterRole, Routing};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// FastAPI and Starlette.
pub struct FastApi;

pub(super) const ID: &str = "fastapi";

const APPS: &[&str] = &["FastAPI", "Starlette"];
/// What Starlette's request object holds.
const ACCESS: Access = Access {
    maps: &[
        ("request.query_params", Location::Query),
        ("request.headers", Location::Header),
        ("request.cookies", Location::Cookie),
    ],
    calls: &[],
};
const VERBS: &[&str] = &["delete", "get", "head", "options", "patch", "post", "put", "trace"];

impl Framework for FastApi {
    fn id(&self) -> &'static str {
        "fastapi"
    }

    fn name(&self) -> &'static str {
        "FastAPI"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        let is_own = pythonic::imports_any(outline, &["fastapi", "fastapi_utils", "starlette"]);
        if !is_own && !pythonic::imports_none(outline) {
            return routing;
        }
        let hung = receivers(outline);
        routing.routers.extend(outline.assignments.iter().filter_map(|own| router(outline, own, &hung, is_own)));
        for (index, definition) in pythonic::definitions(outline) {
            for decorator in &definition.decorators {
                let known = |name: &str| is_own || routing.routers.iter().any(|router| router.name == name);
                routing.routes.extend(decorated(outline, index, decorator, known));
            }
        }
        for call in &outline.calls {
            routing.mounts.extend(mounts(outline, call, is_own));
            if is_own {
                routing.routes.extend(called(outline, call));
            }
        }
        if is_own {
            starlette::lists(outline, &mut routing);
        }
        routing
    }

    fn class_states(&self, outline: &Outline, class: DefinitionIndex, _route: &Route) -> Option<HandlerFacts> {
        Some(HandlerFacts { auth: handlers::class_auth(outline, class), ..HandlerFacts::default() })
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        handlers::taken_by(outline, index)
    }

    fn asked(&self, outline: &Outline, index: DefinitionIndex) -> AuthFact {
        auth::of_asked(outline, index)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let mut facts = pythonic::handler_facts(outline, index, &ACCESS);
        let required = pythonic::definition(outline, index).and_then(|it| it.decorator("requires"));
        if let Some(required) = required {
            pythonic::add_auth(&mut facts.auth, auth::of_scopes(&required.args));
        }
        facts
    }
}

/// Names that routes of this file are hung on.
fn receivers(outline: &Outline) -> Vec<&str> {
    let decorators = outline.definitions.iter().flat_map(|definition| &definition.decorators);
    let hung = decorators.filter(|decorator| !decorator.args.is_empty()).filter_map(pythonic::receiver);
    let mut names: Vec<&str> = hung.filter(|(_, verb)| is_route_verb(verb)).map(|(name, _)| name).collect();
    let includes = outline.calls.iter().filter(|call| call.value.callee == "include_router");
    names.extend(includes.filter_map(|call| call.value.receiver.as_ref()?.as_name()));
    names.sort_unstable();
    names.dedup();
    names
}

fn is_route_verb(verb: &str) -> bool {
    VERBS.contains(&verb) || matches!(verb, "api_route" | "route" | "websocket" | "websocket_route")
}

/// `x = FastAPI()`, `x = APIRouter(prefix=..)`, or any other call if routes hang on `x`.
fn router(outline: &Outline, given: &Assignment, hung: &[&str], is_own: bool) -> Option<Router> {
    let call = given.value.as_call()?;
    let is_app = APPS.contains(&call.callee.as_str());
    let is_class = call.callee.starts_with(|first: char| first.is_uppercase()) && call.callee != "[]";
    let is_named = call.callee.ends_with("Router") && (is_own || call.named("prefix").is_some());
    let is_hung = is_class && hung.contains(&given.target.as_str());
    if !(is_app || is_named || is_hung) {
        return None;
    }
    let enclosing = scope_of(outline, given);
    let prefix = call.named("prefix").filter(|_| !is_app).cloned();
    Some(Router {
        name: given.target.clone(),
        enclosing,
        class: None,
        role: if is_app { RouterRole::App } else { RouterRole::Router },
        prefixes: prefix.into_iter().collect(),
        tokens: Vec::new(),
        parent: None,
        returned_by: pythonic::returned_by(outline, given.enclosing, &given.target),
        auth: auth::of_list(outline, call.named("dependencies")),
        framework: ID.into(),
        line: given.line,
    })
}

/// Where a router's name holds: the class for `self.x`, else the function around.
fn scope_of(outline: &Outline, given: &Assignment) -> Option<DefinitionIndex> {
    if given.target.starts_with("self.") {
        return pythonic::definition(outline, given.enclosing?)?.parent;
    }
    given.enclosing
}

/// `@router.get("/x")` over a function or method.
fn decorated(
    outline: &Outline,
    index: DefinitionIndex,
    decorator: &Decorator,
    known: impl Fn(&str) -> bool,
) -> Option<Route> {
    let (name, verb) = pythonic::receiver(decorator)?;
    if !is_route_verb(verb) || !known(name) {
        return None;
    }
    let definition = pythonic::definition(outline, index)?;
    let route = Route {
        router: pythonic::router(outline, definition.parent, name),
        handler: HandlerRef::Definition(index),
        conditional: definition.conditional,
        ..route(outline, verb, &decorator.args, decorator.lines.first)?
    };
    Some(handlers::complete(outline, index, route))
}

/// What the arguments of `get`, `api_route`, `add_api_route` … say.
fn route(outline: &Outline, verb: &str, args: &[Argument], line: u32) -> Option<Route> {
    let path = positional(args, 0).or_else(|| named(args, "path"))?;
    let is_path = match path {
        Value::Text(text) => text.is_empty() || text.starts_with('/'),
        path => matches!(path, Value::Join(_) | Value::Name(_) | Value::Choice(_)),
    };
    if !is_path {
        return None;
    }
    let mut kind = pythonic::kind_of(path);
    if named(args, "response_class").and_then(Value::as_name).is_some_and(|name| last_part(name) == "HTMLResponse") {
        kind = EndpointKind::Page;
    }
    let methods = match verb {
        _ if VERBS.contains(&verb) => vec![Atom::from(verb.to_ascii_uppercase())],
        "websocket" | "websocket_route" | "add_api_websocket_route" | "add_websocket_route" => {
            kind = EndpointKind::Hub;
            vec![Atom::new("GET")]
        }
        _ => pythonic::methods(named(args, "methods")).unwrap_or_else(|| vec![Atom::new("GET")]),
    };
    Some(Route {
        router: crate::codebase::routing::RouterRef::Root,
        methods,
        path: path.clone(),
        syntax: PathSyntax::Braces,
        absolute: false,
        handler: HandlerRef::Inline(crate::codebase::Lines::one(line)),
        tokens: Vec::new(),
        kind,
        auth: auth::of_list(outline, named(args, "dependencies")),
        exchange: stated(args),
        summary: named(args, "summary").and_then(Value::as_text).map(ToOwned::to_owned),
        conditional: false,
        framework: ID.into(),
        line,
    })
}

/// What a route's arguments say of its answers.
fn stated(args: &[Argument]) -> Exchange {
    let code = named(args, "status_code").and_then(pythonic::status_code);
    let mut statuses: Vec<Status> = code.map(|code| Status { code, type_name: None }).into_iter().collect();
    if let Some(Value::Record(entries)) = named(args, "responses") {
        for (key, answer) in entries {
            let code = pythonic::status_code(&Value::Number(key.clone()));
            let Some(code) = code.or_else(|| pythonic::status_code(&Value::Name(key.clone()))) else { continue };
            let type_name = answer.key("model").and_then(pythonic::spell);
            statuses.retain(|own| own.code != code);
            statuses.push(Status { code, type_name });
        }
    }
    statuses.sort();
    Exchange {
        response: named(args, "response_model").and_then(pythonic::spell),
        statuses,
        deprecated: named(args, "deprecated") == Some(&Value::Bool(true)),
        ..Exchange::default()
    }
}

/// `app.add_api_route("/x", handler)` and `router.get("/x")(handler)`.
fn called(outline: &Outline, call: &Call) -> Option<Route> {
    let value = &call.value;
    let (on, verb, args, handler) = match (&value.receiver, value.callee.as_str()) {
        (Some(on), "add_api_route" | "add_route" | "add_api_websocket_route" | "add_websocket_route") => {
            (on, value.callee.as_str(), &value.args, value.positional(1).or_else(|| value.named("endpoint"))?)
        }
        (Some(Value::Call(inner)), "") if is_route_verb(&inner.callee) => {
            (inner.receiver.as_ref()?, inner.callee.as_str(), &inner.args, value.positional(0)?)
        }
        _ => return None,
    };
    let handler = handler.as_name()?;
    let router = pythonic::router_of(outline, call.enclosing, on)?;
    let route = Route { router, conditional: call.conditional, ..route(outline, verb, args, value.line)? };
    let own = pythonic::definitions(outline).find(|(_, definition)| {
        definition.name == handler && (definition.parent.is_none() || definition.parent == call.enclosing)
    });
    Some(match own {
        Some((index, _)) => {
            handlers::complete(outline, index, Route { handler: HandlerRef::Definition(index), ..route })
        }
        None => Route { handler: HandlerRef::Name(Atom::new(handler)), ..route },
    })
}

/// `app.include_router(x.router, prefix=..)` and `app.mount("/x", other)`.
fn mounts(outline: &Outline, call: &Call, is_own: bool) -> Vec<Mount> {
    let value = &call.value;
    let (child, prefix) = match value.callee.as_str() {
        "include_router" => (value.positional(0).or_else(|| value.named("router")), value.named("prefix")),
        "mount" if is_own => (value.positional(1).or_else(|| value.named("app")), value.positional(0)),
        _ => return Vec::new(),
    };
    let (Some(child), Some(on)) = (child, &value.receiver) else { return Vec::new() };
    let Some(parent) = pythonic::router_of(outline, call.enclosing, on) else { return Vec::new() };
    let children = pythonic::choices(outline, call.enclosing, child);
    let prefixes = prefix.map_or_else(Vec::new, |prefix| pythonic::choices(outline, call.enclosing, prefix));
    let is_loop = children.len() > 1;
    let mount = |(at, child): (usize, &Value)| {
        // A loop over pairs gives each router its own prefix.
        let prefix = if prefixes.len() == children.len() { prefixes.get(at) } else { prefix };
        Some(Mount {
            parent: parent.clone(),
            child: pythonic::router_of(outline, call.enclosing, child)?,
            prefix: prefix.cloned().unwrap_or(Value::Null),
            replaces_prefix: false,
            conditional: call.conditional || is_loop,
            auth: auth::of_list(outline, value.named("dependencies")),
            framework: ID.into(),
            line: value.line,
        })
    };
    children.iter().enumerate().filter_map(mount).collect()
}
