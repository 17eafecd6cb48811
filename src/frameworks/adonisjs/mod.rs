//! `AdonisJS`: routes, resources, and groups of them with prefixes and middleware.

use crate::codebase::outline::{Call, CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{AuthFact, HandlerRef, Route, RouterRef, Routing};
use crate::codebase::{Atom, Lines, RepoPath};

use super::javascript::{self, Dialect, Reader, reads, routes};
use super::{Framework, HandlerFacts, express};

/// `AdonisJS`.
pub struct AdonisJs;

const ID: &str = "adonisjs";

/// Modules whose one value is the router of the app.
const MODULES: &[&str] =
    &["@adonisjs/core/services/router", "@ioc:Adonis/Core/Route", "@adonisjs/core/services/router.js"];

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[],
    types: &[],
    plugin_types: &[],
    parameters: &[],
    nests: &[],
    groups: &[],
    has_plugins: false,
};

/// Methods of the router that declare a route.
const VERBS: &[(&str, &str)] = &[
    ("any", "ANY"),
    ("delete", "DELETE"),
    ("get", "GET"),
    ("on", "GET"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
];

/// Actions of a resource: name, method, path below it, whether a browser's form needs it alone.
const ACTIONS: &[(&str, &str, &str, bool)] = &[
    ("index", "GET", "", false),
    ("create", "GET", "/create", true),
    ("store", "POST", "", false),
    ("show", "GET", "/:id", false),
    ("edit", "GET", "/:id/edit", true),
    ("update", "PUT", "/:id", false),
    ("destroy", "DELETE", "/:id", false),
];

impl Framework for AdonisJs {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "AdonisJS"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn controllers_folder(&self) -> Option<&'static str> {
        Some("controllers")
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let Some(name) = router_name(outline) else { return Routing::default() };
        let is_on_router = |call: &&Call| root(&call.value).and_then(Value::as_name) == Some(name.as_str());
        let calls: Vec<&Call> = outline.calls.iter().filter(is_on_router).collect();
        let mut reader = Reader::new(&DIALECT, outline);
        let mut groups: Vec<&&Call> = calls.iter().filter(|call| call.value.callee == "group").collect();
        groups.sort_by_key(|call| (call.value.lines.first, std::cmp::Reverse(call.value.lines.last)));
        for call in groups {
            let Some(function) = call.value.args.first().and_then(|argument| javascript::literal(&argument.value))
            else {
                continue;
            };
            let parent = reader.group_around(call.value.line).unwrap_or(RouterRef::Root);
            let after = after(&calls, &call.value);
            let prefix = after.iter().find(|link| link.callee == "prefix").and_then(|link| link.positional(0)).cloned();
            let auth = auth(&after);
            let mut bare = function.clone();
            bare.parameters.clear();
            reader.add_group(call, &bare, parent, prefix).auth = auth;
        }
        let mut routing = Routing::default();
        for call in calls {
            let router = reader.group_around(call.value.line).unwrap_or(RouterRef::Root);
            routing.routes.extend(declared(outline, call, &router, &name));
        }
        let chained: Vec<&Call> = outline.calls.iter().filter(is_on_router).collect();
        for route in &mut routing.routes {
            let own = chained.iter().find(|call| call.value.line == route.line && is_on(&call.value, &name));
            let said = own.map(|call| auth(&after(&chained, &call.value))).unwrap_or_default();
            if said.required.is_some() {
                route.auth = said;
            }
        }
        routing.routers = reader.routers;
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// The name under which a file knows the app's router.
fn router_name(outline: &Outline) -> Option<Atom> {
    use crate::codebase::outline::Taken;
    let imported = outline.imports.iter().find(|import| MODULES.contains(&import.module.as_str()));
    if let Some(import) = imported {
        return match &import.taken {
            Taken::Module(name) => Some(name.clone()),
            Taken::Names(names) => {
                names.iter().find(|(there, _)| there == "default" || there == "Route").map(|(_, here)| here.clone())
            }
            _ => None,
        };
    }
    let used = |value: &Value| {
        value.as_call().is_some_and(|call| {
            call.callee == "use"
                && call.receiver.is_none()
                && call.positional(0).and_then(Value::as_text) == Some("Route")
        })
    };
    outline.assignments.iter().find(|it| used(&it.value)).map(|it| it.target.clone())
}

fn root(call: &CallValue) -> Option<&Value> {
    let mut receiver = call.receiver.as_ref()?;
    while let Value::Call(inner) = receiver {
        receiver = inner.receiver.as_ref()?;
    }
    Some(receiver)
}

/// Calls that hang on a call, nearest first.
fn after<'c>(calls: &[&'c Call], of: &CallValue) -> Vec<&'c CallValue> {
    let hangs = |call: &CallValue| {
        let mut receiver = call.receiver.as_ref();
        while let Some(Value::Call(inner)) = receiver {
            if inner.lines == of.lines && inner.line == of.line && inner.callee == of.callee && inner.args == of.args {
                return true;
            }
            receiver = inner.receiver.as_ref();
        }
        false
    };
    calls.iter().map(|call| &*call.value).filter(|call| hangs(call)).collect()
}

/// `.use(middleware.auth())`, `.middleware("auth")`.
fn auth(after: &[&CallValue]) -> AuthFact {
    let checks = after.iter().filter(|link| matches!(link.callee.as_str(), "use" | "middleware"));
    let values: Vec<&Value> = checks.flat_map(|link| &link.args).map(|argument| &argument.value).collect();
    let values = express::flat(&values);
    let mut fact = express::auth(&values);
    let named = values.iter().filter_map(|value| value.as_text()).map(|text| text.split(':').next().unwrap_or(text));
    for name in named.filter(|name| matches!(*name, "auth" | "admin" | "acl" | "role" | "can")) {
        fact.required = Some(true);
        fact.policies.push(name.into());
    }
    fact
}

fn declared(outline: &Outline, call: &Call, router: &RouterRef, name: &str) -> Vec<Route> {
    let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
    if !is_on(&call.value, name) {
        return Vec::new();
    }
    let callee = call.value.callee.as_str();
    if matches!(callee, "resource" | "apiResource" | "shallowResource") {
        return resource(outline, call, router, &values);
    }
    let methods = match (callee, values.get(1)) {
        ("route", Some(methods)) => routes::methods_of(methods),
        _ => routes::verb(VERBS, callee).map(Atom::new).into_iter().collect(),
    };
    let Some(path) = values.first().filter(|path| matches!(path, Value::Text(_) | Value::Join(_) | Value::Name(_)))
    else {
        return Vec::new();
    };
    if methods.is_empty() || callee != "on" && values.len() < 2 {
        return Vec::new();
    }
    let position = if callee == "route" { 2 } else { 1 };
    let handler = values.get(position).copied();
    let exchange = handler.map(|handler| reads::of_literal(outline, handler)).unwrap_or_default();
    vec![Route {
        methods,
        exchange,
        conditional: call.conditional,
        line: call.value.line,
        ..routes::route(ID, router.clone(), "", (*path).clone(), handler_of(handler, call.value.lines))
    }]
}

/// `[UsersController, "index"]`, `"UsersController.index"`, a function.
fn handler_of(value: Option<&Value>, lines: Lines) -> HandlerRef {
    match value {
        Some(Value::Text(text)) => HandlerRef::Name(text.clone()),
        Some(Value::Name(name)) => HandlerRef::Name(name.clone()),
        Some(Value::Function(function)) => HandlerRef::Inline(function.lines),
        Some(Value::List(items)) => match items.as_slice() {
            [Value::Name(class), Value::Text(method)] => HandlerRef::Name(format!("{class}.{method}").into()),
            [Value::Name(class)] => HandlerRef::Name(format!("{class}.handle").into()),
            _ => HandlerRef::Inline(lines),
        },
        _ => HandlerRef::Inline(lines),
    }
}

/// `router.resource("articles.comments", Controller).apiOnly().only(["index"])`.
fn resource(outline: &Outline, call: &Call, router: &RouterRef, values: &[&Value]) -> Vec<Route> {
    let Some(name) = values.first().and_then(|name| name.as_text()) else { return Vec::new() };
    let calls: Vec<&Call> = outline.calls.iter().collect();
    let after = after(&calls, &call.value);
    let names = |callee: &str| -> Option<Vec<&str>> {
        let link = after.iter().find(|link| link.callee == callee)?;
        match link.positional(0)? {
            Value::List(items) => Some(items.iter().filter_map(Value::as_text).collect()),
            _ => None,
        }
    };
    let is_api = call.value.callee == "apiResource" || after.iter().any(|link| link.callee == "apiOnly");
    let (only, except) = (names("only"), names("except").unwrap_or_default());
    let mut parts: Vec<String> = Vec::new();
    let resources: Vec<&str> = name.trim_matches('/').split('.').collect();
    for (index, resource) in resources.iter().enumerate() {
        parts.push((*resource).to_owned());
        if index + 1 < resources.len() {
            parts.push(format!(":{}_id", resource.trim_end_matches('s')));
        }
    }
    let base = format!("/{}", parts.join("/"));
    let controller = values.get(1).copied();
    let kept = ACTIONS.iter().filter(|(action, _, _, is_form)| {
        !(*is_form && is_api) && only.as_ref().is_none_or(|only| only.contains(action)) && !except.contains(action)
    });
    kept.map(|(action, method, below, _)| {
        let handler = match controller {
            Some(Value::Name(name) | Value::Text(name)) => HandlerRef::Name(format!("{name}.{action}").into()),
            _ => HandlerRef::Inline(call.value.lines),
        };
        let mut methods = vec![Atom::new(method)];
        if *action == "update" {
            methods.push(Atom::new("PATCH"));
        }
        Route {
            methods,
            conditional: call.conditional,
            line: call.value.line,
            ..routes::route(ID, router.clone(), "", Value::Text(format!("{base}{below}").into()), handler)
        }
    })
    .collect()
}

/// Whether what stands before the last dot is this plain name.
fn is_on(call: &CallValue, name: &str) -> bool {
    call.receiver.as_ref().and_then(Value::as_name) == Some(name)
}
