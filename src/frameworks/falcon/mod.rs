//! Falcon: `app.add_route("/x", Resource())`, answered by the resource's `on_get`, `on_post` ...

use crate::codebase::endpoint::Location;
use crate::codebase::outline::{Call, CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{Route, Router, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// Falcon.
pub struct Falcon;

const ID: &str = "falcon";
/// A route's token with the ending of its responders' names.
const SUFFIX: &str = "suffix";
const ACCESS: Access = Access {
    maps: &[
        ("req.params", Location::Query),
        ("request.params", Location::Query),
        ("req.cookies", Location::Cookie),
        ("request.cookies", Location::Cookie),
        ("req.headers", Location::Header),
        ("request.headers", Location::Header),
    ],
    calls: &[
        ("get_param", Location::Query),
        ("get_param_as_bool", Location::Query),
        ("get_param_as_date", Location::Query),
        ("get_param_as_datetime", Location::Query),
        ("get_param_as_float", Location::Query),
        ("get_param_as_int", Location::Query),
        ("get_param_as_list", Location::Query),
        ("get_param_as_uuid", Location::Query),
        ("get_header", Location::Header),
        ("get_cookie_values", Location::Cookie),
    ],
};

impl Framework for Falcon {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Falcon"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        let is_own = pythonic::imports_any(outline, &["falcon"]);
        if !is_own && !pythonic::imports_none(outline) {
            return routing;
        }
        for own in outline.assignments.iter().filter(|_| is_own) {
            if own.value.as_call().is_some_and(is_app) {
                let router = pythonic::given_router(ID, outline, own);
                routing.routers.push(Router { role: RouterRole::App, ..router });
            }
        }
        let routes = outline.calls.iter().filter_map(|call| route(outline, call));
        // Without Falcon's import only a router that another file makes proves what `add_route` is.
        routing.routes = routes.filter(|route| is_own || matches!(route.router, RouterRef::Name(_))).collect();
        routing
    }

    fn responder(&self, verb: &str, tokens: &[(Atom, Atom)]) -> String {
        match tokens.iter().find(|(name, _)| name == SUFFIX) {
            Some((_, suffix)) => format!("on_{verb}_{suffix}"),
            None => format!("on_{verb}"),
        }
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        pythonic::handler_facts(outline, index, &ACCESS)
    }
}

/// `falcon.App()`, `falcon.asgi.App()`, and `API()` of old.
fn is_app(call: &CallValue) -> bool {
    let on = call.receiver.as_ref().and_then(Value::as_name);
    matches!(call.callee.as_str(), "API" | "App") && on.is_none_or(|on| on.starts_with("falcon") || on == "asgi")
}

fn route(outline: &Outline, call: &Call) -> Option<Route> {
    let value = &call.value;
    if value.callee != "add_route" {
        return None;
    }
    let on = value.receiver.as_ref()?.as_name()?;
    let path = value.positional(0).or_else(|| value.named("uri_template")).filter(|path| pythonic::is_path(path))?;
    let resource = value.positional(1).or_else(|| value.named("resource"))?;
    let handler = pythonic::handler_of(outline, call.enclosing, resource)?;
    let suffix = value.named("suffix").and_then(Value::as_text);
    Some(Route {
        path: path.clone(),
        kind: pythonic::kind_of(path),
        handler,
        tokens: suffix.map(|suffix| (Atom::new(SUFFIX), Atom::new(suffix))).into_iter().collect(),
        conditional: call.conditional,
        ..pythonic::blank_route(ID, pythonic::router(outline, call.enclosing, on), value.line)
    })
}
