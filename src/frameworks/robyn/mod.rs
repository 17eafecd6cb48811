//! Robyn: an app, sub-routers with prefixes, `:name` in paths.

use crate::codebase::endpoint::{EndpointKind, Location};
use crate::codebase::outline::{Call, DefinitionIndex, Outline, Value, named, positional};
use crate::codebase::routing::{AuthFact, Mount, PathSyntax, Route, Router, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access, Hung};
use super::{Framework, HandlerFacts};

/// Robyn.
pub struct Robyn;

const ID: &str = "robyn";
const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];
const ACCESS: Access = Access {
    maps: &[
        ("request.query_params", Location::Query),
        ("request.form_data", Location::Form),
        ("request.headers", Location::Header),
    ],
    calls: &[],
};

impl Framework for Robyn {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Robyn"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, &["robyn"]) {
            return routing;
        }
        for own in &outline.assignments {
            let router = pythonic::given_router(ID, outline, own);
            match &own.value {
                Value::Call(call) if call.callee == "Robyn" => {
                    routing.routers.push(Router { role: RouterRole::App, ..router });
                }
                Value::Call(call) if call.callee == "SubRouter" => {
                    let prefix = call.named("prefix").or_else(|| call.positional(1)).cloned();
                    routing.routers.push(Router { prefixes: prefix.into_iter().collect(), ..router });
                }
                _ => {}
            }
        }
        routing.routes = pythonic::hung(outline).filter_map(|hung| route(outline, &hung)).collect();
        routing.mounts = outline.calls.iter().filter_map(|call| mount(outline, call)).collect();
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        pythonic::handler_facts(outline, index, &ACCESS)
    }
}

fn route(outline: &Outline, hung: &Hung<'_>) -> Option<Route> {
    let args = &hung.decorator.args;
    let path = positional(args, 0).or_else(|| named(args, "endpoint")).filter(|path| pythonic::is_path(path))?;
    let (method, kind) = match hung.verb {
        "websocket" => ("GET".to_owned(), EndpointKind::Hub),
        verb if VERBS.contains(&verb) => (verb.to_ascii_uppercase(), pythonic::kind_of(path)),
        _ => return None,
    };
    let required = (named(args, "auth_required") == Some(&Value::Bool(true))).then_some(true);
    Some(Route {
        methods: vec![Atom::from(method)],
        path: path.clone(),
        syntax: PathSyntax::Colons,
        kind,
        auth: AuthFact { required, ..AuthFact::default() },
        ..hung.route(ID, outline)
    })
}

/// `app.include_router(sub)`.
fn mount(outline: &Outline, call: &Call) -> Option<Mount> {
    let value = &call.value;
    if value.callee != "include_router" {
        return None;
    }
    let parent = pythonic::router_of(outline, call.enclosing, value.receiver.as_ref()?)?;
    let child = pythonic::router_of(outline, call.enclosing, value.positional(0)?)?;
    Some(Mount { conditional: call.conditional, ..pythonic::blank_mount(ID, parent, child, value.line) })
}
