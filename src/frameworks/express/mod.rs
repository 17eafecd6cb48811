//! Express: apps and routers, what is mounted on them, and who may call.

mod handlers;
mod middleware;
mod receivers;
mod tables;

use std::sync::LazyLock;

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::endpoint::EndpointKind;
use crate::codebase::outline::{Call, CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{Mount, PathSyntax, Route, RouterRef, Routing};
use crate::codebase::{Lines, RepoPath};

use super::javascript::reads;
use super::{Framework, HandlerFacts};
pub(super) use handlers::{flat, of as handler_of};
pub(super) use middleware::{auth, proves};
use receivers::Receivers;

/// Express.
pub struct Express;

const ID: &str = "express";

/// Methods of an app or router that declare a route, with the HTTP method of each.
const VERBS: &[(&str, &str)] = &[
    ("all", "ANY"),
    ("delete", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
];

/// The path of a route whose router has it already.
static NO_PATH: LazyLock<Value> = LazyLock::new(|| Value::Text(Atom::default()));

impl Framework for Express {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Express"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let is_route = |call: &Call| verb(&call.value.callee).is_some() || call.value.callee == "use";
        let receivers = Receivers::read(outline);
        if !receivers.has_routers() && !outline.calls.iter().any(is_route) {
            return Routing::default();
        }
        let mut routing = Routing::default();
        for call in outline.calls.iter().filter(|call| is_route(call)) {
            let Some(receiver) = receivers.of(call) else { continue };
            if call.value.callee == "use" {
                for values in tables::filled(outline, call) {
                    routing.mounts.extend(mounts(call, &receiver, &values.iter().collect::<Vec<_>>()));
                }
            } else {
                routing.routes.extend(routes(outline, call, &receiver));
            }
        }
        routing.routers = receivers.into_routers(outline);
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

fn verb(callee: &str) -> Option<&'static str> {
    VERBS.iter().find(|(name, _)| *name == callee).map(|(_, method)| *method)
}

/// `app.get("/x", check, handler)` and `router.route("/x").get(handler)`.
fn routes(outline: &Outline, call: &Call, receiver: &receivers::Receiver) -> Vec<Route> {
    let Some(method) = verb(&call.value.callee) else { return Vec::new() };
    let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
    let (paths, handlers): (Vec<&Value>, &[&Value]) = if receiver.has_path {
        (vec![&*NO_PATH], &values)
    } else {
        let Some((path, handlers)) = values.split_first() else { return Vec::new() };
        let Some(paths) = paths_of(path) else { return Vec::new() };
        (paths, handlers)
    };
    let handlers = handlers::flat(handlers);
    let Some((last, before)) = handlers.split_last() else { return Vec::new() };
    let Some(handler) = handlers::of(last, call) else { return Vec::new() };
    if receiver.by_name && !before_are_middleware(before) || handlers::is_middleware(&handler) {
        return Vec::new();
    }
    let auth = middleware::auth(before);
    let exchange = reads::of_literal(outline, last);
    paths
        .into_iter()
        .map(|path| Route {
            router: receiver.router.clone(),
            methods: vec![Atom::new(method)],
            path: match path {
                Value::Regex(pattern) => Value::Text(pattern.replace("\\/", "/").into()),
                path => path.clone(),
            },
            syntax: if matches!(path, Value::Regex(_)) { PathSyntax::Regex } else { PathSyntax::Colons },
            absolute: false,
            handler: handler.clone(),
            tokens: Vec::new(),
            kind: kind(path),
            auth: auth.clone(),
            exchange: exchange.clone(),
            summary: None,
            conditional: call.conditional,
            framework: Atom::new(ID),
            line: line_of(call, receiver),
        })
        .collect()
}

/// The line of the route's statement; in a chain on `route("/x")` that of the verb.
fn line_of(call: &Call, receiver: &receivers::Receiver) -> u32 {
    if receiver.has_path { call.value.line } else { call.value.lines.first }
}

fn before_are_middleware(before: &[&Value]) -> bool {
    before.iter().all(|value| !matches!(value, Value::Record(_) | Value::Text(_) | Value::Number(_)))
}

/// The paths of a route, if the argument can be one: a setting's name (`app.get("env")`) is none.
pub(super) fn paths_of(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Text(text) => is_path(text).then(|| vec![value]),
        Value::Join(parts) => {
            let starts = parts.first().is_some_and(|first| first.as_text().is_none_or(is_path));
            starts.then(|| vec![value])
        }
        Value::Regex(_) | Value::Name(_) | Value::Call(_) | Value::Choice(_) => Some(vec![value]),
        Value::List(items) => Some(items.iter().filter(|item| paths_of(item).is_some()).collect()),
        _ => None,
    }
}

fn is_path(text: &str) -> bool {
    text.is_empty() || text.starts_with(['/', '*', '(', '^', ':'])
}

fn kind(path: &Value) -> EndpointKind {
    const PROBES: &[&str] =
        &["health", "healthz", "healthcheck", "health-check", "livez", "readyz", "liveness", "readiness"];
    let last = path.as_text().and_then(|path| path.trim_end_matches('/').rsplit('/').next());
    if last.is_some_and(|last| PROBES.contains(&last)) { EndpointKind::Health } else { EndpointKind::Api }
}

/// `app.use("/x", check, router)`: each argument that may be a router is mounted; what is none resolves to nothing.
fn mounts(call: &Call, receiver: &receivers::Receiver, values: &[&Value]) -> Vec<Mount> {
    let (prefixes, rest): (Vec<&Value>, &[&Value]) = match values.split_first() {
        Some((first, rest)) if !rest.is_empty() && is_prefix(first) => match paths_of(first) {
            Some(paths) => (paths, rest),
            None => return Vec::new(),
        },
        _ => (vec![&Value::Null], values),
    };
    let rest = handlers::flat(rest);
    let mut mounts = Vec::new();
    for (index, value) in rest.iter().enumerate() {
        let Some(child) = child_of(value) else { continue };
        let auth = middleware::auth(rest.get(..index).unwrap_or_default());
        for prefix in &prefixes {
            mounts.push(Mount {
                parent: receiver.router.clone(),
                child: child.clone(),
                prefix: prefix_of(prefix),
                replaces_prefix: false,
                conditional: call.conditional,
                auth: auth.clone(),
                framework: Atom::new(ID),
                line: call.value.lines.first,
            });
        }
    }
    mounts
}

/// A base path that only the deployment knows adds nothing to the paths that the code declares.
fn prefix_of(value: &Value) -> Value {
    match value {
        Value::Name(name) if name.to_lowercase().contains("base") => {
            Value::Choice(thin_vec![Value::Text(Atom::default()), value.clone()])
        }
        value => value.clone(),
    }
}

/// Whether a first argument of `use` is a path: a name is one where others follow that can be mounted.
fn is_prefix(value: &Value) -> bool {
    match value {
        Value::Text(_) | Value::Join(_) | Value::Regex(_) => true,
        Value::List(items) => {
            let is_path = |item: &Value| match item {
                Value::Name(name) => is_constant(name),
                item => matches!(item, Value::Text(_) | Value::Regex(_) | Value::Join(_)),
            };
            items.iter().all(is_path)
        }
        Value::Name(name) => is_constant(name),
        _ => false,
    }
}

/// Whether a name is spelt like a path and not like a middleware: `API_PREFIX`, `config.basePath`.
pub(super) fn is_constant(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let lower = last.to_lowercase();
    let shouts = last.len() > 1 && !last.chars().any(char::is_lowercase);
    shouts || ["prefix", "path", "base", "root", "url", "route"].iter().any(|word| lower.ends_with(word))
}

pub(super) fn child_of(value: &Value) -> Option<RouterRef> {
    match value {
        Value::Name(name) => Some(RouterRef::Name(name.clone())),
        Value::Member(inner, field) => {
            let path = inner.as_call().and_then(CallValue::path)?;
            Some(RouterRef::Name(format!("{path}.{field}").into()))
        }
        Value::Call(call) if call.callee == "require" => Some(RouterRef::Module(call.positional(0)?.as_text()?.into())),
        Value::Call(call) if call.is_new => call.path().map(RouterRef::Name),
        // `router.routes()` and `controller.getRouter()` are methods of what is mounted.
        Value::Call(call) => match &call.receiver {
            Some(Value::Call(inner)) if inner.is_new => {
                inner.path().map(|path| RouterRef::Returned(format!("{path}.{}", call.callee).into()))
            }
            Some(Value::Call(_)) => None,
            _ => call.path().map(RouterRef::Returned),
        },
        _ => None,
    }
}

/// The lines of a value that stands in a call.
fn lines_of(call: &Call) -> Lines {
    call.value.lines
}
