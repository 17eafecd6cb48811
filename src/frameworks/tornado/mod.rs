//! Tornado: lists of `(pattern, Handler)`, `url(..)` and `URLSpec(..)`, given to an `Application`.

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Location};
use crate::codebase::outline::{Call, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{Mount, PathSyntax, Route, Router, RouterRef, RouterRole, Routing};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// Tornado.
pub struct Tornado;

const ID: &str = "tornado";
/// Calls that make one rule of a list.
const RULES: &[&str] = &["Rule", "URLSpec", "url"];
const ACCESS: Access = Access {
    maps: &[("request.headers", Location::Header)],
    calls: &[
        ("get_argument", Location::Query),
        ("get_arguments", Location::Query),
        ("get_query_argument", Location::Query),
        ("get_query_arguments", Location::Query),
        ("get_body_argument", Location::Form),
        ("get_body_arguments", Location::Form),
        ("get_cookie", Location::Cookie),
        ("get_secure_cookie", Location::Cookie),
        ("get_signed_cookie", Location::Cookie),
    ],
};

impl Framework for Tornado {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Tornado"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, &["tornado"]) {
            return routing;
        }
        for own in &outline.assignments {
            let router = pythonic::given_router(ID, outline, own);
            match &own.value {
                Value::Call(call) if is_app(outline, &call.callee) => {
                    routing.routers.push(Router { role: RouterRole::App, ..router });
                }
                Value::List(items) if items.iter().any(|item| rule(item).is_some()) => {
                    let list = RouterRef::Name(own.target.clone());
                    if !routing.routers.iter().any(|it| it.name == router.name && it.enclosing == router.enclosing) {
                        routing.routers.push(router);
                    }
                    List { outline, scope: own.enclosing, conditional: own.conditional, line: own.line }.read(
                        &list,
                        items,
                        &mut routing,
                    );
                }
                _ => {}
            }
        }
        for call in &outline.calls {
            called(outline, call, &mut routing);
        }
        routing
    }

    fn base_verbs(&self, base: &str) -> &'static [&'static str] {
        match base {
            "RedirectHandler" | "StaticFileHandler" | "WebSocketHandler" => &["GET"],
            _ => &[],
        }
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let definition = pythonic::definition(outline, index);
        let is_socket = |base: &str| last_part(base) == "WebSocketHandler";
        let is_hub = definition.is_some_and(|it| it.bases.iter().any(|base| is_socket(base)));
        let renders = outline.calls.iter().any(|call| {
            let on_self = call.value.receiver.as_ref().and_then(Value::as_name) == Some("self");
            call.enclosing == Some(index) && on_self && call.value.callee == "render"
        });
        let kind = if is_hub { Some(EndpointKind::Hub) } else { renders.then_some(EndpointKind::Page) };
        HandlerFacts { kind, ..pythonic::handler_facts(outline, index, &ACCESS) }
    }
}

/// Whether a call makes an application: Tornado's class, or one of this file that derives from it.
fn is_app(outline: &Outline, name: &str) -> bool {
    let derives = |own: &crate::codebase::outline::Definition| {
        own.name == name && own.bases.iter().any(|base| last_part(base) == "Application")
    };
    name == "Application" || outline.definitions.iter().any(derives)
}

/// Pattern and handler of one rule; a handler is named as classes are.
fn rule(item: &Value) -> Option<(&Value, &Value)> {
    let (path, handler) = match item {
        Value::List(parts) => (parts.first()?, parts.get(1)?),
        Value::Call(call) if RULES.contains(&call.callee.as_str()) => (
            call.positional(0).or_else(|| call.named("pattern"))?,
            call.positional(1).or_else(|| call.named("handler"))?,
        ),
        _ => return None,
    };
    let is_path = match path {
        Value::Text(text) => text.trim_start_matches(['^', '(']).starts_with(['/', '.']),
        path => pythonic::is_path(path) || path.as_call().is_some(),
    };
    let is_handler = match handler {
        Value::Name(name) => pythonic::is_class_name(name),
        Value::List(_) | Value::Call(_) => path.as_text().is_some(),
        _ => false,
    };
    (is_path && is_handler).then_some((path, handler))
}

struct List<'a> {
    outline: &'a Outline,
    scope: Option<DefinitionIndex>,
    conditional: bool,
    line: u32,
}

impl List<'_> {
    fn read(&self, parent: &RouterRef, items: &[Value], routing: &mut Routing) {
        for item in items {
            if let Value::Spread(inner) = item {
                routing.mounts.extend(self.mount(parent, inner));
            } else if let Some((path, handler)) = rule(item) {
                routing.routes.extend(self.route(parent, path, handler, item));
            }
        }
    }

    fn route(&self, parent: &RouterRef, path: &Value, handler: &Value, item: &Value) -> Option<Route> {
        let handler = handler.as_name().map(|_| handler)?;
        let handler = pythonic::handler_of(self.outline, self.scope, handler)?;
        let line = item.as_call().map_or(self.line, |call| call.line);
        Some(Route {
            kind: pythonic::kind_of(path),
            path: path.clone(),
            syntax: PathSyntax::Regex,
            conditional: self.conditional,
            handler,
            ..pythonic::blank_route(ID, parent.clone(), line)
        })
    }

    fn mount(&self, parent: &RouterRef, list: &Value) -> Option<Mount> {
        let child = pythonic::router_of(self.outline, self.scope, list)?;
        let mount = pythonic::blank_mount(ID, parent.clone(), child, self.line);
        Some(Mount { conditional: self.conditional, ..mount })
    }
}

/// `Application(handlers)`, `super().__init__(handlers)` of an application's class, `app.add_handlers(host, handlers)`.
fn called(outline: &Outline, call: &Call, routing: &mut Routing) {
    let value = &call.value;
    let (parent, list) = match value.callee.as_str() {
        name if is_app(outline, name) => {
            (app_of(outline, call), value.positional(0).or_else(|| value.named("handlers")))
        }
        "__init__" if is_within_app(outline, call.enclosing) => {
            let handlers = value.named("handlers");
            let own = value.args.iter().find(|arg| arg.name.is_none() && arg.value.as_name() != Some("self"));
            (RouterRef::Root, handlers.or_else(|| own.map(|arg| &arg.value)))
        }
        "add_handlers" => {
            let Some(on) = value.receiver.as_ref().and_then(Value::as_name) else { return };
            (
                pythonic::router(outline, call.enclosing, on),
                value.positional(1).or_else(|| value.named("host_handlers")),
            )
        }
        _ => return,
    };
    let reader = List { outline, scope: call.enclosing, conditional: call.conditional, line: value.line };
    match list {
        Some(Value::List(items)) => reader.read(&parent, items, routing),
        Some(list @ (Value::Name(_) | Value::Call(_))) => routing.mounts.extend(reader.mount(&parent, list)),
        _ => {}
    }
}

/// The name that an application is given, or else the component's app.
fn app_of(outline: &Outline, call: &Call) -> RouterRef {
    let is_it = |value: &Value| value.as_call() == Some(&*call.value);
    let given = outline.assignments.iter().find(|own| own.target != "return" && is_it(&own.value));
    given.map_or(RouterRef::Root, |own| RouterRef::Name(own.target.clone()))
}

fn is_within_app(outline: &Outline, method: Option<DefinitionIndex>) -> bool {
    let class = method.and_then(|method| pythonic::definition(outline, method)?.parent);
    let class = class.and_then(|class| pythonic::definition(outline, class));
    class.is_some_and(|class| is_app(outline, &class.name))
}
