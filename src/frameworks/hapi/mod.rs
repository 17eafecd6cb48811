//! Hapi: routes as records, lists of them, plugins with prefixes.

use crate::codebase::endpoint::{Exchange, Location, Parameter, Status};
use crate::codebase::outline::{Call, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{AuthFact, HandlerRef, PathSyntax, Route, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, Lines, RepoPath};

use super::javascript::{self, Dialect, Reader, reads, routes};
use super::{Framework, HandlerFacts};

/// Hapi.
pub struct Hapi;

const ID: &str = "hapi";

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[
        ("@hapi/hapi", "server", RouterRole::App),
        ("@hapi/hapi", "Server", RouterRole::App),
        ("hapi", "server", RouterRole::App),
        ("hapi", "Server", RouterRole::App),
    ],
    types: &["Server"],
    plugin_types: &[],
    parameters: &["server"],
    nests: &[],
    groups: &[],
    has_plugins: false,
};

impl Framework for Hapi {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Hapi"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut reader = Reader::new(&DIALECT, outline);
        let mut routing = lists(outline);
        plugins(&mut reader);
        for call in &outline.calls {
            if call.value.callee == "route" && reader.is_used() {
                let Some(router) = reader.of(call) else { continue };
                let Some(stated) = call.value.positional(0) else { continue };
                let found = records(stated).into_iter().filter_map(|it| route(outline, it, &router, call.value.lines));
                let found = found.map(|route| Route { conditional: call.conditional, ..route });
                routing.routes.extend(found.collect::<Vec<_>>());
                for list in named_lists(stated) {
                    routing.mounts.push(javascript::mount(ID, router.clone(), list, Value::Null, call));
                }
            }
            if call.value.callee == "register" && reader.is_used() {
                let Some(router) = reader.of(call) else { continue };
                registered(call, &router, &mut routing);
            }
        }
        if routing.routes.is_empty() && !reader.is_used() {
            return Routing::default();
        }
        routing.routers.extend(reader.routers);
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// The records of a list, or the one.
fn records(value: &Value) -> Vec<&Value> {
    match value {
        Value::List(items) => items.iter().filter(|item| matches!(item, Value::Record(_))).collect(),
        value => vec![value],
    }
}

/// Names of lists that stand where routes may, spread or not.
fn named_lists(value: &Value) -> Vec<RouterRef> {
    match value {
        Value::List(items) => items.iter().flat_map(named_lists).collect(),
        Value::Spread(inner) => named_lists(inner),
        Value::Record(_) => Vec::new(),
        value => javascript::child(value).into_iter().collect(),
    }
}

/// Lists of routes that are given to a server elsewhere.
fn lists(outline: &Outline) -> Routing {
    let mut routing = Routing::default();
    for assignment in &outline.assignments {
        let Value::List(items) = &assignment.value else { continue };
        let is_exported = matches!(assignment.target.as_str(), "module.exports" | "export default");
        let name = if is_exported { Atom::default() } else { assignment.target.clone() };
        let router = RouterRef::Name(name.clone());
        let found: Vec<Route> =
            items.iter().filter_map(|it| route(outline, it, &router, Lines::one(assignment.line))).collect();
        if found.is_empty() {
            continue;
        }
        routing.routers.push(javascript::router(ID, name, assignment.enclosing, RouterRole::Part, assignment.line));
        routing.routes.extend(found);
    }
    routing
}

/// `{ method, path, handler, options }`.
fn route(outline: &Outline, record: &Value, router: &RouterRef, lines: Lines) -> Option<Route> {
    let methods = routes::methods_of(record.key("method")?);
    let path = record.key("path")?;
    let options = record.key("options").or_else(|| record.key("config"));
    let handler = record.key("handler").or_else(|| options.and_then(|options| options.key("handler")));
    if methods.is_empty() || handler.is_none() && options.is_none() {
        return None;
    }
    let answers = match handler {
        Some(Value::Name(name)) => HandlerRef::Name(name.clone()),
        Some(Value::Function(function)) => HandlerRef::Inline(function.lines),
        _ => HandlerRef::Inline(lines),
    };
    let mut exchange = handler.map(|handler| reads::of_literal(outline, handler)).unwrap_or_default();
    if let Some(options) = options {
        validated(options, &mut exchange);
    }
    let summary = options.and_then(|options| options.key("description")).and_then(Value::as_text);
    let line = match handler {
        Some(Value::Function(function)) => function.lines.first,
        _ => lines.first,
    };
    Some(Route {
        methods,
        syntax: PathSyntax::Braces,
        auth: options.and_then(|options| options.key("auth")).map(auth).unwrap_or_default(),
        exchange,
        summary: summary.map(str::to_owned),
        line: line.min(lines.last).max(lines.first),
        ..routes::route(ID, router.clone(), "", path.clone(), answers)
    })
}

/// `auth: "jwt"`, `auth: false`, `auth: { strategy, scope, mode }`.
fn auth(value: &Value) -> AuthFact {
    let texts = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => vec![text.clone()],
        Some(Value::List(items)) => items.iter().filter_map(Value::as_text).map(Atom::new).collect(),
        _ => Vec::new(),
    };
    match value {
        Value::Bool(false) => AuthFact { required: Some(false), ..AuthFact::default() },
        Value::Text(scheme) => AuthFact { required: Some(true), schemes: vec![scheme.clone()], ..AuthFact::default() },
        Value::Record(_) => {
            let mode = value.key("mode").and_then(Value::as_text);
            let schemes = texts(value.key("strategy").or_else(|| value.key("strategies")));
            let required = (!matches!(mode, Some("try" | "optional"))).then_some(true);
            AuthFact { required, schemes, roles: texts(value.key("scope")), ..AuthFact::default() }
        }
        _ => AuthFact::default(),
    }
}

/// `validate: { query: Joi.object({ page: Joi.number() }), payload: NewOrder }`, `response: { schema }`.
fn validated(options: &Value, exchange: &mut Exchange) {
    let validate = options.key("validate");
    let part = |key: &str| validate.and_then(|validate| validate.key(key));
    for (key, location) in [("query", Location::Query), ("headers", Location::Header)] {
        let fields = part(key).and_then(|it| it.as_call().map_or(Some(it), |call| call.positional(0)));
        let Some(Value::Record(fields)) = fields else { continue };
        for (name, field) in fields {
            let mut chain = Vec::new();
            let mut value = Some(field);
            while let Some(Value::Call(call)) = value {
                chain.push(call.callee.clone());
                value = call.receiver.as_ref();
            }
            exchange.parameters.retain(|it| it.location != location || it.name != *name);
            let required = chain.iter().any(|link| link == "required");
            let type_name = chain.pop();
            exchange.parameters.push(Parameter { location, name: name.clone(), type_name, required });
        }
    }
    exchange.request = part("payload").and_then(Value::as_name).map(Atom::new).or(exchange.request.take());
    let Some(answer) = options.key("response") else { return };
    exchange.response = answer.key("schema").and_then(Value::as_name).map(Atom::new);
    if let Some(Value::Record(statuses)) = answer.key("status") {
        for (code, answer) in statuses {
            let Ok(code) = code.parse() else { continue };
            exchange.statuses.push(Status { code, type_name: answer.as_name().map(Atom::new) });
        }
    }
}

/// A plugin `{ name, register(server) { .. } }` is a router: what its function declares hangs on it.
fn plugins(reader: &mut Reader<'_>) {
    for assignment in &reader.outline.assignments {
        let Some(function) = assignment.value.key("register").and_then(Value::as_function) else { continue };
        if function.parameters.is_empty() {
            continue;
        }
        let is_exported = assignment.target.starts_with("exports.") || assignment.target.starts_with("module.exports");
        let is_default = is_exported || assignment.target == "export default";
        let name = if is_default { Atom::default() } else { assignment.target.clone() };
        let plugin = javascript::router(ID, name, assignment.enclosing, RouterRole::Router, assignment.line);
        reader.add_function(function.lines, &function.parameters, plugin);
    }
}

/// `server.register({ plugin, routes: { prefix } })`, `server.register([a, b], { routes: { prefix } })`.
fn registered(call: &Call, router: &RouterRef, routing: &mut Routing) {
    let options = call.value.positional(1);
    let of = |value: &Value| value.key("routes").and_then(|routes| routes.key("prefix")).cloned();
    let outer = options.and_then(of);
    let items = match call.value.positional(0) {
        Some(Value::List(items)) => items.iter().collect(),
        Some(value) => vec![value],
        None => return,
    };
    for item in items {
        let plugin = item.key("plugin").or_else(|| item.key("register")).unwrap_or(item);
        let prefix = of(item).or_else(|| outer.clone()).unwrap_or(Value::Null);
        let child = javascript::child(plugin);
        routing.mounts.extend(child.map(|child| javascript::mount(ID, router.clone(), child, prefix, call)));
    }
}
