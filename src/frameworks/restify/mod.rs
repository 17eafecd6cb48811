//! Restify: servers, and routers that are applied to them.

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline, Value};
use crate::codebase::routing::{RouterRef, RouterRole, Routing};

use super::javascript::{self, Dialect, Reader, reads, routes};
use super::{Framework, HandlerFacts};

/// Restify.
pub struct Restify;

const ID: &str = "restify";

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[("restify", "createServer", RouterRole::App), ("restify-router", "Router", RouterRole::Router)],
    types: &["Server"],
    plugin_types: &[],
    parameters: &["server"],
    nests: &[],
    groups: &[],
    has_plugins: false,
};

/// Methods of a server that declare a route.
const VERBS: &[(&str, &str)] = &[
    ("del", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("opts", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
];

impl Framework for Restify {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Restify"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let reader = Reader::new(&DIALECT, outline);
        if !reader.is_used() {
            return Routing::default();
        }
        let mut routing = Routing::default();
        for call in &outline.calls {
            let Some(router) = reader.of(call) else { continue };
            let mut values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
            match (call.value.callee.as_str(), values.as_slice()) {
                ("add", [prefix, child]) => {
                    let child = javascript::child(child);
                    let mount = |child| javascript::mount(ID, router, child, (*prefix).clone(), call);
                    routing.mounts.extend(child.map(mount));
                }
                ("applyRoutes", [server, rest @ ..]) => {
                    let Some(parent) = reader.reference(server, call.value.line, call.enclosing) else { continue };
                    let prefix = rest.first().map_or(Value::Null, |prefix| (*prefix).clone());
                    if let RouterRef::Name(_) = &router {
                        routing.mounts.push(javascript::mount(ID, parent, router, prefix, call));
                    }
                }
                (name, [first, ..]) => {
                    let Some(verb) = routes::verb(VERBS, name) else { continue };
                    if let Some(path) = first.key("path").or_else(|| first.key("url")) {
                        values[0] = path;
                    }
                    routing.routes.extend(routes::declared(ID, outline, call, &router, &[verb], &values));
                }
                _ => {}
            }
        }
        routing.routers = reader.routers;
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}
