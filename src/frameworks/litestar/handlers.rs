//! Decorated functions and controllers' methods, and what their signatures say.

use crate::codebase::Atom;
use crate::codebase::endpoint::{EndpointKind, Exchange, Location, Status};
use crate::codebase::outline::{
    Decorator, Definition, DefinitionIndex, Outline, Taken, Value, last_part, named, positional,
};
use crate::codebase::routing::{HandlerRef, Route, Router, RouterRef, Routing};

use super::super::HandlerFacts;
use super::super::pythonic::{self, Access, signature};
use super::{ID, PACKAGES};

const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];
const SOCKETS: &[&str] = &["websocket", "websocket_listener", "websocket_stream"];
const ACCESS: Access = Access {
    maps: &[
        ("request.query_params", Location::Query),
        ("request.headers", Location::Header),
        ("request.cookies", Location::Cookie),
    ],
    calls: &[],
};
/// Parameters that Litestar fills in by their names.
const RESERVED: &[&str] = &["body", "cookies", "data", "headers", "query", "request", "scope", "socket", "state"];

/// Reads decorated functions, each a router of its own that lists name, and controllers.
pub(super) fn read(outline: &Outline, routing: &mut Routing) {
    for (index, definition) in pythonic::definitions(outline) {
        if definition.kind.is_type() {
            let handles = |method: &Definition| method.decorators.iter().any(|own| verb(outline, own).is_some());
            let is_controller = definition.bases.iter().any(|base| last_part(base).ends_with("Controller"));
            if is_controller || outline.children(index).any(|(_, method)| handles(method)) {
                routing.routers.push(controller(outline, index, definition));
            }
            continue;
        }
        let class = definition.parent.and_then(|class| pythonic::definition(outline, class));
        let class = class.filter(|class| class.kind.is_type());
        let router = class.map_or(&definition.name, |class| &class.name);
        let mut is_handler = false;
        for decorator in &definition.decorators {
            let Some(verb) = verb(outline, decorator) else { continue };
            is_handler = true;
            routing.routes.extend(routes(&RouterRef::Name(router.clone()), index, decorator, verb));
        }
        if is_handler && class.is_none() {
            let own = pythonic::blank_router(ID, &definition.name, definition.parent, definition.line);
            routing.routers.push(own);
        }
    }
}

fn controller(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Router {
    let path = pythonic::attribute(outline, index, "path").filter(|path| pythonic::is_path(path));
    let auth = super::guards(pythonic::attribute(outline, index, "guards"));
    Router { prefixes: path.cloned().into_iter().collect(), auth, ..pythonic::class_router(ID, index, class) }
}

/// The verb of a decorator, if Litestar's.
fn verb<'a>(outline: &Outline, decorator: &'a Decorator) -> Option<&'a str> {
    let (module, verb) = decorator.name.rsplit_once('.').unwrap_or(("", &decorator.name));
    let is_known = VERBS.contains(&verb) || SOCKETS.contains(&verb) || verb == "route";
    let takes = |taken: &Taken| matches!(taken, Taken::Names(names) if names.iter().any(|(_, here)| here == verb));
    let is_imported = || {
        let own = outline
            .imports
            .iter()
            .filter(|import| PACKAGES.contains(&import.module.split('.').next().unwrap_or_default()));
        own.into_iter().any(|import| takes(&import.taken))
    };
    (is_known && (PACKAGES.contains(&module) || module.is_empty() && is_imported())).then_some(verb)
}

fn routes(router: &RouterRef, index: DefinitionIndex, decorator: &Decorator, verb: &str) -> Vec<Route> {
    let args = &decorator.args;
    let methods = match verb {
        "route" => pythonic::verbs(named(args, "http_method")).unwrap_or_default(),
        verb if SOCKETS.contains(&verb) => vec![Atom::new("GET")],
        verb => vec![Atom::from(verb.to_ascii_uppercase())],
    };
    let code = named(args, "status_code").and_then(pythonic::status_code);
    let exchange = Exchange {
        statuses: code.map(|code| Status { code, type_name: None }).into_iter().collect(),
        deprecated: named(args, "deprecated") == Some(&Value::Bool(true)),
        ..Exchange::default()
    };
    let mut paths = pythonic::paths(positional(args, 0).or_else(|| named(args, "path")));
    if paths.is_empty() {
        paths.push(Value::Text(Atom::default()));
    }
    let route = |path: Value| Route {
        methods: methods.clone(),
        kind: if SOCKETS.contains(&verb) { EndpointKind::Hub } else { pythonic::kind_of(&path) },
        path,
        handler: HandlerRef::Definition(index),
        auth: super::guards(named(args, "guards")),
        exchange: exchange.clone(),
        summary: named(args, "summary").and_then(Value::as_text).map(ToOwned::to_owned),
        ..pythonic::blank_route(ID, router.clone(), decorator.lines.first)
    };
    paths.into_iter().map(route).collect()
}

/// What a handler's signature says: `data` is the body, plain types come from path and query.
pub(super) fn facts(outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
    let Some(definition) = pythonic::definition(outline, index) else { return HandlerFacts::default() };
    let mut exchange = signature::read(outline, definition, |_, _| false);
    exchange.parameters.retain(|parameter| !RESERVED.contains(&parameter.name.as_str()));
    exchange.parameters.extend(pythonic::parameters(outline, index, &ACCESS));
    let data = definition.parameters.iter().filter(|parameter| parameter.name == "data").find_map(signature::signed);
    exchange.request = data.and_then(|data| data.declared);
    exchange.response = definition.type_name.clone().filter(|returned| returned != "None");
    exchange.statuses = pythonic::statuses(outline, index);
    exchange.deprecated = pythonic::is_deprecated(definition);
    let is_page = definition.type_name.as_deref().is_some_and(|returned| last_part(returned) == "Template");
    HandlerFacts { exchange, kind: is_page.then_some(EndpointKind::Page), ..HandlerFacts::default() }
}
