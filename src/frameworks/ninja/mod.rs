//! Django Ninja: an API and its routers, hung into Django's patterns by `api.urls`; controllers of Ninja Extra.

use crate::codebase::endpoint::{Exchange, Status};
use crate::codebase::outline::{
    Argument, Call, Decorator, Definition, DefinitionIndex, Outline, Value, last_part, named, positional,
};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, PathSyntax, Route, Router, RouterRef, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, signature};
use super::{Framework, HandlerFacts};

/// Django Ninja.
pub struct Ninja;

const ID: &str = "ninja";
const APIS: &[&str] = &["NinjaAPI", "NinjaExtraAPI"];
const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];

impl Framework for Ninja {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Django Ninja"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        let is_own = pythonic::imports_any(outline, &["ninja", "ninja_extra", "ninja_jwt"]);
        if !is_own && !pythonic::imports_any(outline, &["django"]) {
            return routing;
        }
        for own in outline.assignments.iter().filter(|_| is_own) {
            let Some(call) = own.value.as_call() else { continue };
            if APIS.contains(&call.callee.as_str()) || call.callee.ends_with("Router") {
                let auth = call.named("auth").map(callers).unwrap_or_default();
                routing.routers.push(Router { auth, ..pythonic::given_router(ID, outline, own) });
            }
        }
        for hung in pythonic::hung(outline) {
            let base = hung.route(ID, outline);
            let is_known = is_own || matches!(base.router, RouterRef::Name(_));
            routing.routes.extend(routes(&base, hung.verb, &hung.decorator.args).into_iter().filter(|_| is_known));
        }
        for (index, definition) in pythonic::definitions(outline) {
            if let Some(decorator) = definition.decorator("api_controller").filter(|_| is_own) {
                controller(outline, index, definition, decorator, &mut routing);
            }
        }
        for call in &outline.calls {
            routing.mounts.extend(mounts(outline, call));
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let Some(definition) = pythonic::definition(outline, index) else { return HandlerFacts::default() };
        let is_body = |_: &str, declared: &str| pythonic::is_class_name(declared) && !declared.ends_with("Request");
        let mut exchange = signature::read(outline, definition, is_body);
        exchange.parameters.retain(|parameter| parameter.name != "request");
        exchange.statuses = pythonic::statuses(outline, index);
        exchange.deprecated = pythonic::is_deprecated(definition);
        let auth = pythonic::guards(&definition.decorators);
        HandlerFacts { auth, exchange, ..HandlerFacts::default() }
    }
}

/// `get("/x", ..)`, `api_operation(["POST", "PATCH"], "/x")`: one route for each path.
fn routes(base: &Route, verb: &str, args: &[Argument]) -> Vec<Route> {
    let (methods, at) = match verb {
        _ if VERBS.contains(&verb) => (vec![Atom::from(verb.to_ascii_uppercase())], 0),
        "api_operation" => match pythonic::methods(positional(args, 0).or_else(|| named(args, "methods"))) {
            Some(methods) => (methods, 1),
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let path = positional(args, at).or_else(|| named(args, "path"));
    let route = |path: Value| Route {
        methods: methods.clone(),
        kind: pythonic::kind_of(&path),
        path: angled(&path),
        syntax: PathSyntax::Angles,
        auth: named(args, "auth").map(callers).unwrap_or_default(),
        exchange: Exchange { deprecated: named(args, "deprecated") == Some(&Value::Bool(true)), ..answers(args) },
        summary: named(args, "summary").and_then(Value::as_text).map(ToOwned::to_owned),
        ..base.clone()
    };
    pythonic::paths(path).into_iter().filter(is_url).map(route).collect()
}

fn is_url(path: &Value) -> bool {
    path.as_text().is_none_or(|text| text.is_empty() || text.starts_with(['/', '{']))
}

/// What `response=` says: one type, or one for each status code.
fn answers(args: &[Argument]) -> Exchange {
    let mut exchange = Exchange::default();
    match named(args, "response") {
        Some(Value::Record(entries)) => {
            for (code, declared) in entries {
                let Some(code) = pythonic::status_code(&Value::Number(code.clone())) else { continue };
                let type_name = pythonic::spell(declared);
                if code < 300 {
                    exchange.response = exchange.response.or_else(|| type_name.clone());
                }
                exchange.statuses.push(Status { code, type_name });
            }
            exchange.statuses.sort();
        }
        Some(declared) => exchange.response = pythonic::spell(declared),
        None => {}
    }
    exchange
}

/// Ninja writes Django's converters in braces: `{int:id}`.
fn angled(path: &Value) -> Value {
    match path {
        Value::Text(text) => Value::Text(text.replace('{', "<").replace('}', ">").into()),
        Value::Join(parts) => Value::Join(parts.iter().map(angled).collect()),
        path => path.clone(),
    }
}

/// What `auth=` demands: `None` lets everybody in.
fn callers(auth: &Value) -> AuthFact {
    let name = |value: &Value| match value {
        Value::Name(name) => Some(Atom::new(last_part(name))),
        Value::Call(call) => Some(call.callee.clone()),
        _ => None,
    };
    match auth {
        Value::Null => AuthFact { required: Some(false), ..AuthFact::default() },
        Value::Name(name) if name.ends_with("NOT_SET") => AuthFact::default(),
        Value::List(items) => {
            let schemes = items.iter().filter_map(name).collect();
            AuthFact { required: Some(true), schemes, ..AuthFact::default() }
        }
        auth => AuthFact { required: Some(true), schemes: name(auth).into_iter().collect(), ..AuthFact::default() },
    }
}

/// `@api_controller("/x")` over a class, with `@http_get("/y")` and `@route.get("/y")` over its methods.
fn controller(outline: &Outline, index: DefinitionIndex, class: &Definition, own: &Decorator, routing: &mut Routing) {
    let prefix = own.args.first().filter(|arg| arg.name.as_deref().is_none_or(|name| name == "prefix_or_class"));
    let auth = named(&own.args, "auth").map(callers).unwrap_or_default();
    routing.routers.push(Router {
        prefixes: prefix.map(|arg| angled(&arg.value)).into_iter().collect(),
        auth,
        ..pythonic::class_router(ID, index, class)
    });
    routing.routes.retain(|route| !is_method(outline, index, &route.handler));
    for (method, definition) in outline.children(index) {
        for decorator in &definition.decorators {
            let last = last_part(&decorator.name);
            let verb = last.strip_prefix("http_").unwrap_or(last);
            let router = RouterRef::Name(class.name.clone());
            let base = pythonic::blank_route(ID, router, decorator.lines.first);
            let base = Route { handler: HandlerRef::Definition(method), ..base };
            routing.routes.extend(routes(&base, verb, &decorator.args));
        }
    }
}

fn is_method(outline: &Outline, class: DefinitionIndex, handler: &HandlerRef) -> bool {
    let HandlerRef::Definition(index) = handler else { return false };
    pythonic::definition(outline, *index).is_some_and(|it| it.parent == Some(class))
}

/// `api.add_router("/x", router)`, where the router may be named by its module, and `api.register_controllers(..)`.
fn mounts(outline: &Outline, call: &Call) -> Vec<Mount> {
    let value = &call.value;
    if !matches!(value.callee.as_str(), "add_router" | "register_controllers") {
        return Vec::new();
    }
    let Some(parent) = value.receiver.as_ref().and_then(|on| pythonic::router_of(outline, call.enclosing, on)) else {
        return Vec::new();
    };
    let mount = |child: RouterRef, prefix: Value| Mount {
        prefix,
        conditional: call.conditional,
        auth: value.named("auth").map(callers).unwrap_or_default(),
        ..pythonic::blank_mount(ID, parent.clone(), child, value.line)
    };
    match value.callee.as_str() {
        "add_router" => {
            let prefix = value.positional(0).or_else(|| value.named("prefix")).map_or(Value::Null, angled);
            let child = match value.positional(1).or_else(|| value.named("router")) {
                Some(Value::Text(path)) => path.rsplit_once('.').map(|(module, _)| RouterRef::Module(module.into())),
                Some(child) => pythonic::router_of(outline, call.enclosing, child),
                None => None,
            };
            child.map(|child| mount(child, prefix)).into_iter().collect()
        }
        "register_controllers" => {
            let names = value.args.iter().filter_map(|arg| arg.value.as_name());
            names.map(|name| mount(RouterRef::Name(name.into()), Value::Null)).collect()
        }
        _ => Vec::new(),
    }
}
