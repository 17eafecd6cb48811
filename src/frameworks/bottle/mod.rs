//! Bottle: decorators of an app or of the module itself, apps mounted below apps.

use crate::codebase::endpoint::{EndpointKind, Location};
use crate::codebase::outline::{Argument, Call, Decorator, DefinitionIndex, Outline, Taken, Value, named, positional};
use crate::codebase::routing::{HandlerRef, Mount, PathSyntax, Route, Router, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// Bottle.
pub struct Bottle;

const ID: &str = "bottle";
const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];
const ACCESS: Access = Access {
    maps: &[
        ("request.query", Location::Query),
        ("request.params", Location::Query),
        ("request.forms", Location::Form),
        ("request.files", Location::Form),
        ("request.headers", Location::Header),
        ("request.cookies", Location::Cookie),
    ],
    calls: &[("get_cookie", Location::Cookie), ("get_header", Location::Header)],
};

impl Framework for Bottle {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Bottle"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, &["bottle"]) {
            return routing;
        }
        for own in &outline.assignments {
            let makes = |callees: &[&str]| pythonic::call_of(&own.value, callees).is_some();
            if makes(&["Bottle", "default_app"]) {
                let router = pythonic::given_router(ID, outline, own);
                routing.routers.push(Router { role: RouterRole::App, ..router });
            }
        }
        for hung in pythonic::hung(outline).filter(|hung| hung.on != "bottle") {
            routing.routes.extend(routes(&hung.route(ID, outline), hung.verb, &hung.decorator.args));
        }
        for (index, definition) in pythonic::definitions(outline) {
            for decorator in &definition.decorators {
                let Some(verb) = own_verb(outline, decorator) else { continue };
                let base = pythonic::blank_route(ID, RouterRef::Root, decorator.lines.first);
                let base = Route { handler: HandlerRef::Definition(index), ..base };
                let base = Route { conditional: definition.conditional, ..base };
                routing.routes.extend(routes(&base, verb, &decorator.args));
            }
        }
        for call in &outline.calls {
            called(outline, call, &mut routing);
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let definition = pythonic::definition(outline, index);
        let is_view =
            definition.is_some_and(|it| it.decorator("view").is_some() || it.decorator("jinja2_view").is_some());
        let is_page = is_view || pythonic::renders(outline, index, &["jinja2_template", "template"]);
        let kind = is_page.then_some(EndpointKind::Page);
        HandlerFacts { kind, ..pythonic::handler_facts(outline, index, &ACCESS) }
    }
}

/// The verb of `@get("/x")` and `@bottle.get("/x")`, which hang on the module's own app.
fn own_verb<'a>(outline: &Outline, decorator: &'a Decorator) -> Option<&'a str> {
    let verb = match decorator.name.rsplit_once('.') {
        Some(("bottle", verb)) => return Some(verb),
        Some(_) => return None,
        None => decorator.name.as_str(),
    };
    let takes = |taken: &Taken| match taken {
        Taken::Names(names) => names.iter().any(|(_, here)| here == verb),
        Taken::Star => true,
        _ => false,
    };
    outline.imports.iter().any(|import| import.module == "bottle" && takes(&import.taken)).then_some(verb)
}

/// `get("/x")`, `route(["/x", "/y"], method=["GET", "POST"])`.
fn routes(base: &Route, verb: &str, args: &[Argument]) -> Vec<Route> {
    let methods = match verb {
        _ if VERBS.contains(&verb) => vec![Atom::from(verb.to_ascii_uppercase())],
        "route" => {
            let stated = named(args, "method").or_else(|| positional(args, 1));
            pythonic::verbs(stated).unwrap_or_else(|| vec![Atom::new("GET")])
        }
        _ => return Vec::new(),
    };
    let paths = pythonic::paths(positional(args, 0).or_else(|| named(args, "path")));
    let route = |path: Value| Route {
        methods: methods.clone(),
        kind: pythonic::kind_of(&path),
        path,
        syntax: PathSyntax::NamedAngles,
        ..base.clone()
    };
    paths.into_iter().map(route).collect()
}

/// `app.route("/x", callback=f)`, `route("/x", "GET", f)`, `app.mount("/x", other)`, `app.merge(other)`.
fn called(outline: &Outline, call: &Call, routing: &mut Routing) {
    let value = &call.value;
    let callee = value.callee.as_str();
    if !VERBS.contains(&callee) && !matches!(callee, "merge" | "mount" | "route") {
        return;
    }
    let on = value.receiver.as_ref().and_then(Value::as_name);
    let router = match on {
        Some("bottle") | None => RouterRef::Root,
        Some(on) => pythonic::router(outline, call.enclosing, on),
    };
    match value.callee.as_str() {
        "mount" | "merge" if on.is_some() => {
            let (prefix, child) = match (value.callee.as_str(), value.positional(0), value.positional(1)) {
                ("merge", Some(child), None) => (Value::Null, child),
                ("mount", Some(prefix), Some(child)) => (prefix.clone(), child),
                _ => return,
            };
            let Some(child) = pythonic::router_of(outline, call.enclosing, child) else { return };
            let mount = pythonic::blank_mount(ID, router, child, value.line);
            routing.mounts.push(Mount { prefix, conditional: call.conditional, ..mount });
        }
        verb => {
            let handler = value.named("callback").or_else(|| value.positional(2));
            let handler = handler.and_then(|handler| pythonic::handler_of(outline, call.enclosing, handler));
            let Some(handler) = handler else { return };
            let base = Route { handler, ..pythonic::blank_route(ID, router, value.line) };
            routing.routes.extend(routes(&Route { conditional: call.conditional, ..base }, verb, &value.args));
        }
    }
}
