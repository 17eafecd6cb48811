//! Flask and Quart, with flask-restx, flask-restful and flask-smorest.

mod appbuilder;
mod views;

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::Location;
use crate::codebase::outline::{Assignment, Call, CallValue, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, Mount, Router, RouterRef, RouterRole, Routing};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// Flask.
pub struct Flask;

pub(super) const ID: &str = "flask";

const PACKAGES: &[&str] = &[
    "apiflask",
    "flask",
    "flask_appbuilder",
    "flask_openapi3",
    "flask_restful",
    "flask_restplus",
    "flask_restx",
    "flask_smorest",
    "quart",
];
const APPS: &[&str] = &["APIFlask", "Flask", "OpenAPI", "Quart"];
const BLUEPRINTS: &[&str] = &["APIBlueprint", "Blueprint"];

impl Framework for Flask {
    fn id(&self) -> &'static str {
        "flask"
    }

    fn name(&self) -> &'static str {
        "Flask"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        // `register_blueprint` is Flask's own word: the file that mounts may import nothing else of it.
        let mounts_any = outline.calls.iter().any(|call| call.value.callee == "register_blueprint");
        let is_own = mounts_any || pythonic::imports_any(outline, PACKAGES);
        if !is_own && !pythonic::imports_none(outline) {
            return routing;
        }
        routing.routers.extend(outline.assignments.iter().filter_map(|own| router(outline, own)));
        for router in &mut routing.routers {
            pythonic::add_auth(&mut router.auth, before_request(outline, &router.name));
        }
        for (index, definition) in pythonic::definitions(outline) {
            for decorator in &definition.decorators {
                routing.routes.extend(views::decorated(outline, index, decorator));
            }
        }
        for call in &outline.calls {
            routing.mounts.extend(mounts(outline, call));
            routing.routes.extend(views::called(outline, call));
        }
        if is_own {
            appbuilder::read(outline, &mut routing);
        } else {
            // Without an import only a router that another file makes proves what a route is.
            routing.mounts.clear();
            routing.routers.clear();
            routing.routes.retain(|route| matches!(route.router, RouterRef::Name(_)) && views::is_plain(&route.path));
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        views::facts(outline, index, &ACCESS)
    }
}

/// What Flask's request object holds.
const ACCESS: Access = Access {
    maps: &[
        ("request.args", Location::Query),
        ("request.values", Location::Query),
        ("request.form", Location::Form),
        ("request.files", Location::Form),
        ("request.headers", Location::Header),
        ("request.cookies", Location::Cookie),
    ],
    calls: &[],
};

/// `x = Flask(..)`, `x = Blueprint(..)`, `x = Namespace(..)`, `x = Api(parent)`.
fn router(outline: &Outline, given: &Assignment) -> Option<Router> {
    let call = given.value.as_call()?;
    let (role, prefix, parent) = match call.callee.as_str() {
        name if is_app(outline, name) => (RouterRole::App, None, None),
        name if BLUEPRINTS.contains(&name) => (RouterRole::Router, call.named("url_prefix").cloned(), None),
        "Namespace" => (RouterRole::Router, Some(namespace_path(call)), None),
        name if is_api_class(outline, name) => {
            let parent = call.positional(0).or_else(|| call.named("app"));
            let parent = parent.and_then(|parent| pythonic::router_of(outline, given.enclosing, parent));
            (RouterRole::Router, call.named("prefix").cloned(), parent)
        }
        _ => return None,
    };
    let enclosing = match given.target.strip_prefix("self.") {
        Some(_) => pythonic::definition(outline, given.enclosing?)?.parent,
        None => given.enclosing,
    };
    Some(Router {
        name: given.target.clone(),
        enclosing,
        class: None,
        role,
        prefixes: prefix.into_iter().filter(|prefix| *prefix != Value::Null).collect(),
        tokens: Vec::new(),
        parent,
        returned_by: pythonic::returned_by(outline, given.enclosing, &given.target),
        auth: AuthFact::default(),
        framework: ID.into(),
        line: given.line,
    })
}

/// Whether a call makes an API: of a class of that name, or of a class of this file that derives from it.
fn is_api_class(outline: &Outline, name: &str) -> bool {
    let derives = |own: &crate::codebase::outline::Definition| {
        own.name == name && own.bases.iter().any(|base| last_part(base) == "Api")
    };
    name == "Api" || outline.definitions.iter().any(derives)
}

/// Whether a call makes an app: of Flask's class, or of a class of this file that derives from it.
fn is_app(outline: &Outline, name: &str) -> bool {
    let derives = |definition: &crate::codebase::outline::Definition| {
        definition.name == name && definition.bases.iter().any(|base| APPS.contains(&last_part(base)))
    };
    APPS.contains(&name) || outline.definitions.iter().any(derives)
}

/// A namespace is served below its name unless it says otherwise.
fn namespace_path(call: &CallValue) -> Value {
    if let Some(path) = call.named("path") {
        return path.clone();
    }
    match call.positional(0).or_else(|| call.named("name")) {
        Some(Value::Text(name)) => Value::Text(format!("/{name}").into()),
        Some(name) => Value::Join(thin_vec![Value::Text(Atom::new("/")), name.clone()]),
        None => Value::Null,
    }
}

/// What `@bp.before_request` functions demand of all callers.
fn before_request(outline: &Outline, router: &str) -> AuthFact {
    let mut auth = AuthFact::default();
    for definition in &outline.definitions {
        let is_first = definition.decorators.iter().any(|decorator| {
            pythonic::receiver(decorator).is_some_and(|(on, what)| on == router && what == "before_request")
        });
        if is_first {
            pythonic::add_auth(&mut auth, pythonic::guards(&definition.decorators));
        }
    }
    auth
}

/// `app.register_blueprint(bp, url_prefix=..)`, `api.add_namespace(ns, "/x")`, `api.init_app(app)`.
fn mounts(outline: &Outline, call: &Call) -> Vec<Mount> {
    let value = &call.value;
    let Some(on) = &value.receiver else { return Vec::new() };
    let (parent, child, prefix) = match value.callee.as_str() {
        "register_blueprint" | "register_api" => {
            let child = value.positional(0).or_else(|| value.named("blueprint"));
            (Some(on), child, value.named("url_prefix"))
        }
        "add_namespace" => (Some(on), value.positional(0), value.positional(1).or_else(|| value.named("path"))),
        "init_app" if is_api(outline, on) => (value.positional(0), Some(on), None),
        _ => return Vec::new(),
    };
    let (Some(parent), Some(child)) = (parent, child) else { return Vec::new() };
    let Some(parent) = pythonic::router_of(outline, call.enclosing, parent) else { return Vec::new() };
    let children = pythonic::choices(outline, call.enclosing, child);
    let prefixes = prefix.map_or_else(Vec::new, |prefix| pythonic::choices(outline, call.enclosing, prefix));
    let mount = |(at, child): (usize, &Value)| {
        let prefix = if prefixes.len() == children.len() { prefixes.get(at) } else { prefix };
        Some(mount(&parent, pythonic::router_of(outline, call.enclosing, child)?, prefix, call, children.len() > 1))
    };
    children.iter().enumerate().filter_map(mount).collect()
}

fn mount(parent: &RouterRef, child: RouterRef, prefix: Option<&Value>, call: &Call, is_loop: bool) -> Mount {
    Mount {
        parent: parent.clone(),
        child,
        prefix: prefix.cloned().unwrap_or(Value::Null),
        replaces_prefix: true,
        conditional: call.conditional || is_loop,
        auth: AuthFact::default(),
        framework: ID.into(),
        line: call.value.line,
    }
}

fn is_api(outline: &Outline, value: &Value) -> bool {
    let name = value.as_name();
    outline.assignments.iter().any(|own| {
        Some(own.target.as_str()) == name && own.value.as_call().is_some_and(|call| is_api_class(outline, &call.callee))
    })
}

/// A definition of this file by its name, as `scope` sees it.
fn local(outline: &Outline, scope: Option<DefinitionIndex>, name: &str) -> Option<DefinitionIndex> {
    let seen = |parent: Option<DefinitionIndex>| parent.is_none() || parent == scope;
    let mut own = pythonic::definitions(outline).filter(|(_, own)| own.name == name && seen(own.parent));
    own.next().map(|(index, _)| index)
}
