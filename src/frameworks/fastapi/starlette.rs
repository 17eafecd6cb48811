//! Starlette's lists of routes: `routes = [Route("/x", handler), Mount("/y", routes=[..])]`.

use crate::codebase::Atom;

use crate::codebase::endpoint::EndpointKind;
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, Route, Router, RouterRef, RouterRole, Routing};

use super::super::pythonic;

/// How deep lists are mounted in lists.
const DEPTH_MAX: u32 = 12;

/// Reads the lists that this file gives to a name or passes as `routes=`.
pub(super) fn lists(outline: &Outline, routing: &mut Routing) {
    for own in &outline.assignments {
        let scope = own.enclosing;
        match &own.value {
            Value::List(items) if items.iter().any(is_route) => {
                routing.routers.push(Router {
                    name: own.target.clone(),
                    enclosing: scope,
                    class: None,
                    role: RouterRole::Router,
                    prefixes: Vec::new(),
                    tokens: Vec::new(),
                    parent: None,
                    returned_by: pythonic::returned_by(outline, scope, &own.target),
                    auth: AuthFact::default(),
                    framework: super::ID.into(),
                    line: own.line,
                });
                List { outline, scope, routing }.read(&RouterRef::Name(own.target.clone()), items, 0);
            }
            Value::Call(call) if super::APPS.contains(&call.callee.as_str()) || call.callee == "Router" => {
                let app = RouterRef::Name(own.target.clone());
                List { outline, scope, routing }.read_argument(&app, call, 0);
            }
            _ => {}
        }
    }
}

fn is_route(value: &Value) -> bool {
    pythonic::call_of(value, &["Mount", "Route", "WebSocketRoute"]).is_some()
}

struct List<'a> {
    outline: &'a Outline,
    scope: Option<DefinitionIndex>,
    routing: &'a mut Routing,
}

impl List<'_> {
    fn read_argument(&mut self, parent: &RouterRef, call: &CallValue, depth: u32) {
        match call.named("routes") {
            Some(Value::List(items)) => self.read(parent, items, depth),
            Some(Value::Name(name)) => self.mount(parent, &Value::Name(name.clone()), Value::Null, call.line),
            _ => {}
        }
    }

    fn read(&mut self, parent: &RouterRef, items: &[Value], depth: u32) {
        if depth > DEPTH_MAX {
            return;
        }
        for item in items {
            match item {
                Value::Call(call) if call.callee == "Mount" => self.read_mount(parent, call, depth),
                Value::Call(call) if matches!(call.callee.as_str(), "Route" | "WebSocketRoute") => {
                    self.routing.routes.extend(route(self.outline, parent, call));
                }
                Value::Spread(inner) => self.mount(parent, inner, Value::Null, 0),
                _ => {}
            }
        }
    }

    fn read_mount(&mut self, parent: &RouterRef, call: &CallValue, depth: u32) {
        let prefix = call.positional(0).or_else(|| call.named("path")).cloned().unwrap_or(Value::Null);
        if let Some(app) = call.positional(1).or_else(|| call.named("app")) {
            self.mount(parent, app, prefix, call.line);
        } else if let Some(Value::Name(_)) = call.named("routes") {
            let list = call.named("routes").cloned().unwrap_or_default();
            self.mount(parent, &list, prefix, call.line);
        } else {
            let below = RouterRef::Below { parent: Box::new(parent.clone()), prefix };
            self.read_argument(&below, call, depth + 1);
        }
    }

    fn mount(&mut self, parent: &RouterRef, child: &Value, prefix: Value, line: u32) {
        let Some(child) = pythonic::router_of(self.outline, self.scope, child) else { return };
        self.routing.mounts.push(Mount {
            parent: parent.clone(),
            child,
            prefix,
            replaces_prefix: false,
            conditional: false,
            auth: AuthFact::default(),
            framework: super::ID.into(),
            line,
        });
    }
}

fn route(outline: &Outline, parent: &RouterRef, call: &CallValue) -> Option<Route> {
    let verb = if call.callee == "WebSocketRoute" { "websocket" } else { "route" };
    let route = super::route(outline, verb, &call.args, call.line)?;
    let handler = call.positional(1).or_else(|| call.named("endpoint"))?.as_name()?;
    let class = |name: &Atom| name.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
    let name = Atom::new(handler);
    let handler_decides = class(&name) && call.named("methods").is_none() && route.kind != EndpointKind::Hub;
    Some(Route {
        router: parent.clone(),
        methods: if handler_decides { Vec::new() } else { route.methods },
        handler: HandlerRef::Name(name),
        ..route
    })
}
