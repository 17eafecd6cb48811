//! Koa: routers with prefixes, nested and mounted.

use crate::codebase::outline::{Call, CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{Mount, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::javascript::{self, Dialect, Reader, reads, routes};
use super::{Framework, HandlerFacts, express};

/// Koa.
pub struct Koa;

const ID: &str = "koa";

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[
        ("koa", "default", RouterRole::App),
        ("@koa/router", "default", RouterRole::Router),
        ("@koa/router", "Router", RouterRole::Router),
        ("koa-router", "default", RouterRole::Router),
        ("koa-joi-router", "default", RouterRole::Router),
        ("koa-tree-router", "default", RouterRole::Router),
    ],
    types: &["Router", "KoaRouter"],
    plugin_types: &[],
    parameters: &["router"],
    nests: &[],
    groups: &[],
    has_plugins: false,
};

/// Methods of a router that declare a route.
const VERBS: &[(&str, &str)] = &[
    ("all", "ANY"),
    ("del", "DELETE"),
    ("delete", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
];

impl Framework for Koa {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Koa"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        nested(&DIALECT, VERBS, outline)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// Routers that give their routes as middleware: `app.use("/x", router.routes())`.
pub(super) fn nested(dialect: &'static Dialect, verbs: &[(&'static str, &'static str)], outline: &Outline) -> Routing {
    let mut reader = Reader::new(dialect, outline);
    if !reader.is_used() {
        return Routing::default();
    }
    let mut routing = Routing::default();
    for call in &outline.calls {
        let Some(router) = reader.of(call) else { continue };
        let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
        match call.value.callee.as_str() {
            "use" => {
                let found = mounts(dialect.id, call, &router, &values);
                let is_plain = values.iter().all(|value| !matches!(value, Value::Text(_) | Value::List(_)));
                if is_plain && !call.conditional {
                    reader.guard(&router, javascript::auth(&values));
                }
                routing.mounts.extend(found);
            }
            "prefix" => set_prefix(&mut reader, &router, &values),
            "register" if values.len() > 2 => {
                let methods = routes::methods_of(values[1]);
                let names: Vec<&str> = methods.iter().map(Atom::as_str).collect();
                let rest: Vec<&Value> = [values[0]].into_iter().chain(values[2..].iter().copied()).collect();
                routing.routes.extend(routes::declared(dialect.id, outline, call, &router, &names, &rest));
            }
            name => {
                let Some(verb) = routes::verb(verbs, name) else { continue };
                let values = unnamed(&values);
                let slashed = slashed(values);
                let values = slashed.iter().chain(values.iter().skip(usize::from(slashed.is_some())).copied());
                let values: Vec<&Value> = values.collect();
                routing.routes.extend(routes::declared(dialect.id, outline, call, &router, &[verb], &values));
            }
        }
    }
    routing.routers = reader.routers;
    routing
}

/// `router.get("name", "/path", handler)` without its name.
fn unnamed<'s, 'v>(values: &'s [&'v Value]) -> &'s [&'v Value] {
    match values {
        [Value::Text(_), second, _, ..] if routes::is_path_like(second) && second.as_name().is_none() => &values[1..],
        values => values,
    }
}

/// The path of `router.post("orders.list", handler)`: a router that is mounted at `/` answers it as `/orders.list`.
fn slashed(values: &[&Value]) -> Option<Value> {
    let [first @ Value::Text(text), _, ..] = values else { return None };
    let is_bare = !routes::is_path_like(first) && !text.contains(char::is_whitespace) && !text.contains("://");
    is_bare.then(|| Value::Text(Atom::from(format!("/{text}"))))
}

fn mounts(id: &'static str, call: &Call, router: &RouterRef, values: &[&Value]) -> Vec<Mount> {
    let (prefix, rest) = match values.split_first() {
        Some((first, rest)) if !rest.is_empty() && routes::is_path_like(first) => ((*first).clone(), rest),
        _ => (Value::Null, values),
    };
    let rest = express::flat(rest);
    let mut found = Vec::new();
    for (index, value) in rest.iter().enumerate() {
        let Some((child, inner)) = child(value) else { continue };
        let prefix = if inner == Value::Null { prefix.clone() } else { inner };
        let auth = javascript::auth(&rest[..index]);
        found.push(Mount { auth, ..javascript::mount(id, router.clone(), child, prefix, call) });
    }
    found
}

/// `router.routes()`, `mount("/x", app)`, `combineRouters(..)()`.
fn child(value: &Value) -> Option<(RouterRef, Value)> {
    match value {
        Value::Call(call) if matches!(call.callee.as_str(), "routes" | "middleware") => {
            let router = call.receiver.as_ref()?;
            let child = match router {
                Value::Call(inner) if inner.is_new => None,
                router => javascript::child(router),
            };
            Some((child?, Value::Null))
        }
        Value::Call(call) if call.callee == "mount" && call.receiver.is_none() => mounted(call),
        Value::Name(name) => Some((RouterRef::Name(name.clone()), Value::Null)),
        Value::Call(call) if call.receiver.is_none() && call.args.is_empty() => {
            Some((RouterRef::Returned(call.path()?), Value::Null))
        }
        _ => None,
    }
}

fn mounted(call: &CallValue) -> Option<(RouterRef, Value)> {
    match (call.positional(0)?, call.positional(1)) {
        (prefix, Some(app)) => Some((javascript::child(app)?, prefix.clone())),
        (app, None) => Some((javascript::child(app)?, Value::Null)),
    }
}

/// `router.prefix("/x")` after it was made.
fn set_prefix(reader: &mut Reader<'_>, router: &RouterRef, values: &[&Value]) {
    let (RouterRef::Name(name), [prefix]) = (router, values) else { return };
    let known = reader.routers.iter_mut().find(|router| router.name == *name && router.prefixes.is_empty());
    if let Some(known) = known {
        known.prefixes.push((*prefix).clone());
    }
}
