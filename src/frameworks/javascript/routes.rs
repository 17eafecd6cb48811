//! Routes as calls state them: a path, middleware, a handler.

use thin_vec::ThinVec;

use crate::codebase::Atom;
use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{Call, Outline, Value};
use crate::codebase::routing::{AuthFact, HandlerRef, PathSyntax, Route, RouterRef};

use super::super::express;
use super::reads;

/// Names of methods that declare a route in most frameworks, with the HTTP method of each.
pub(in crate::frameworks) const VERBS: &[(&str, &str)] = &[
    ("all", "ANY"),
    ("delete", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
];

/// The HTTP method that a method of a router stands for.
pub(in crate::frameworks) fn verb(verbs: &[(&'static str, &'static str)], callee: &str) -> Option<&'static str> {
    verbs.iter().find(|(name, _)| *name == callee).map(|(_, method)| *method)
}

/// A route without anything said of it.
pub(in crate::frameworks) fn route(
    id: &str,
    router: RouterRef,
    method: &str,
    path: Value,
    handler: HandlerRef,
) -> Route {
    let methods = if method.is_empty() { Vec::new() } else { vec![Atom::new(method)] };
    Route {
        router,
        methods,
        kind: kind_of(path.as_text().unwrap_or_default()),
        path,
        syntax: PathSyntax::Colons,
        absolute: false,
        handler,
        tokens: Vec::new(),
        auth: AuthFact::default(),
        exchange: Exchange::default(),
        summary: None,
        conditional: false,
        framework: Atom::new(id),
        line: 0,
    }
}

/// `router.get("/x", check, handler)`: a route for each path.
pub(in crate::frameworks) fn declared(
    id: &str,
    outline: &Outline,
    call: &Call,
    router: &RouterRef,
    methods: &[&str],
    values: &[&Value],
) -> Vec<Route> {
    let Some((path, handlers)) = values.split_first() else { return Vec::new() };
    let Some(paths) = express::paths_of(path) else { return Vec::new() };
    let handlers = express::flat(handlers);
    // Options may stand before, between or after functions.
    let functions: Vec<&Value> = handlers.iter().copied().filter(|value| !matches!(value, Value::Record(_))).collect();
    let Some((handler, before)) = functions.split_last() else { return Vec::new() };
    let Some(answers) = express::handler_of(handler, call) else { return Vec::new() };
    if matches!(handler, Value::Name(name) if is_no_handler(name)) {
        return Vec::new();
    }
    let auth = express::auth(before);
    let exchange = reads::of_literal(outline, handler);
    paths
        .into_iter()
        .map(|path| Route {
            methods: methods.iter().copied().map(Atom::new).collect(),
            syntax: if matches!(path, Value::Regex(_)) { PathSyntax::Regex } else { PathSyntax::Colons },
            path: match path {
                Value::Regex(pattern) => Value::Text(pattern.replace("\\/", "/").into()),
                path => path.clone(),
            },
            auth: auth.clone(),
            exchange: exchange.clone(),
            conditional: call.conditional,
            line: line_of(call),
            ..route(id, router.clone(), "", path.clone(), answers.clone())
        })
        .collect()
}

/// The line of a route: its statement's first; within a chain, that of the verb.
pub(in crate::frameworks) fn line_of(call: &Call) -> u32 {
    match &call.value.receiver {
        Some(Value::Call(_)) => call.value.line,
        _ => call.value.lines.first,
    }
}

/// Whether a name is spelt like data that is passed, not like what answers.
fn is_no_handler(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name).to_lowercase();
    ["options", "config", "headers", "params", "payload", "body", "data"].contains(&last.as_str())
}

/// API or health check, as the path says.
pub(in crate::frameworks) fn kind_of(path: &str) -> EndpointKind {
    const PROBES: &[&str] =
        &["health", "healthz", "healthcheck", "health-check", "livez", "readyz", "liveness", "readiness"];
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if PROBES.contains(&last) { EndpointKind::Health } else { EndpointKind::Api }
}

/// Whether a value may be a path: text that starts like one, or text put together.
pub(in crate::frameworks) fn is_path_like(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty() || text.starts_with(['/', '*', ':']),
        Value::Join(_) => true,
        Value::Name(name) => express::is_constant(name),
        _ => false,
    }
}

/// The methods that a value names, in capitals.
pub(in crate::frameworks) fn methods_of(value: &Value) -> Vec<Atom> {
    match value {
        Value::Text(text) if text == "*" => vec![Atom::new("ANY")],
        Value::Text(text) => vec![Atom::from(text.to_uppercase())],
        Value::List(items) => items.iter().flat_map(methods_of).collect(),
        Value::Name(name) => {
            let last = name.rsplit('.').next().unwrap_or(name);
            let is_verb = VERBS.iter().any(|(_, verb)| *verb == last.to_uppercase());
            if is_verb { vec![Atom::from(last.to_uppercase())] } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

/// Prefixes one after the other as one.
pub(in crate::frameworks) fn joined(mut parts: Vec<Value>) -> Option<Value> {
    if parts.len() < 2 {
        return parts.pop();
    }
    let slashed = parts.into_iter().enumerate().flat_map(|(index, part)| {
        let slash = (index > 0).then(|| Value::Text(Atom::new("/")));
        slash.into_iter().chain([part])
    });
    Some(Value::Join(slashed.collect::<ThinVec<_>>()))
}
