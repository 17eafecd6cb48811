//! Hono: apps, what they route to, chains of calls, OpenAPI routes and validators.

use crate::codebase::endpoint::{Exchange, Location, Parameter, Status};
use crate::codebase::outline::{Call, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{PathSyntax, Route, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::javascript::routes::{self, VERBS};
use super::javascript::{self, Dialect, Reader, reads};
use super::{Framework, HandlerFacts, express};

/// Hono.
pub struct Hono;

const ID: &str = "hono";

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[
        ("hono", "Hono", RouterRole::App),
        ("hono/quick", "Hono", RouterRole::App),
        ("hono/tiny", "Hono", RouterRole::App),
        ("@hono/hono", "Hono", RouterRole::App),
        ("@hono/zod-openapi", "OpenAPIHono", RouterRole::App),
        ("hono-openapi", "Hono", RouterRole::App),
    ],
    types: &["Hono", "OpenAPIHono"],
    plugin_types: &[],
    parameters: &["app", "api", "router"],
    nests: &["basePath"],
    groups: &[],
    has_plugins: false,
};

impl Framework for Hono {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Hono"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut reader = Reader::new(&DIALECT, outline);
        if !reader.is_used() {
            return Routing::default();
        }
        let mut routing = Routing::default();
        let mut guards = Vec::new();
        for call in &outline.calls {
            let Some(router) = reader.of(call) else { continue };
            let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
            match call.value.callee.as_str() {
                "on" if values.len() > 2 => routing.routes.extend(on(outline, call, &router, &values)),
                "openapi" => routing.routes.extend(openapi(outline, call, &router)),
                "route" | "mount" => {
                    let (Some(prefix), Some(child)) = (values.first(), values.get(1)) else { continue };
                    let made = reader.reference(child, call.value.line, call.enclosing);
                    let child = made.filter(|_| child.as_call().is_some()).or_else(|| javascript::child(child));
                    routing
                        .mounts
                        .extend(child.map(|child| javascript::mount(ID, router, child, (*prefix).clone(), call)));
                }
                "use" => guards.push((router, values, call.value.line)),
                name => {
                    let Some(verb) = routes::verb(VERBS, name) else { continue };
                    let mut found = routes::declared(ID, outline, call, &router, &[verb], &values);
                    for route in &mut found {
                        validated(&values, &mut route.exchange);
                    }
                    routing.routes.extend(found);
                }
            }
        }
        for (router, values, line) in guards {
            guard(&mut reader, &mut routing.routes, &router, &values, line);
        }
        routing.routers = reader.routers;
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// `app.on(["GET", "POST"], ["/a", "/b"], handler)`.
fn on(outline: &Outline, call: &Call, router: &RouterRef, values: &[&Value]) -> Vec<Route> {
    let methods = routes::methods_of(values[0]);
    if methods.is_empty() {
        return Vec::new();
    }
    let names: Vec<&str> = methods.iter().map(Atom::as_str).collect();
    routes::declared(ID, outline, call, router, &names, &values[1..])
}

/// `app.openapi(createRoute({ method, path, request, responses }), handler)`.
fn openapi(outline: &Outline, call: &Call, router: &RouterRef) -> Option<Route> {
    let mut stated = call.value.positional(0)?;
    if let Some(name) = stated.as_name() {
        stated = outline.assignments.iter().find(|it| it.target == name).map(|it| &it.value)?;
    }
    let options = stated.as_call()?.positional(0)?;
    let method = options.key("method")?.as_text()?.to_uppercase();
    let handler = call.value.positional(1)?;
    let answers = express::handler_of(handler, call)?;
    let mut exchange = reads::of_literal(outline, handler);
    if let Some(request) = options.key("request") {
        for (key, location) in
            [("query", Location::Query), ("headers", Location::Header), ("cookies", Location::Cookie)]
        {
            add_fields(&mut exchange, request.key(key), location);
        }
        exchange.request = request.key("body").and_then(content).or(exchange.request);
    }
    if let Some(Value::Record(answers)) = options.key("responses") {
        for (code, answer) in answers {
            let Ok(code) = code.parse::<u16>() else { continue };
            let type_name = content(answer);
            if code < 300 && exchange.response.is_none() {
                exchange.response.clone_from(&type_name);
            }
            exchange.statuses.retain(|status| status.code != code);
            exchange.statuses.push(Status { code, type_name });
        }
        exchange.statuses.sort();
    }
    exchange.deprecated = options.key("deprecated") == Some(&Value::Bool(true));
    let summary = options.key("summary").or_else(|| options.key("description")).and_then(Value::as_text);
    let middleware: Vec<&Value> = options.key("middleware").into_iter().collect();
    Some(Route {
        exchange,
        auth: javascript::auth(&express::flat(&middleware)),
        summary: summary.map(|text| text.trim().to_owned()),
        syntax: PathSyntax::Braces,
        conditional: call.conditional,
        line: routes::line_of(call),
        ..routes::route(ID, router.clone(), &method, options.key("path")?.clone(), answers)
    })
}

/// `{ content: { "application/json": { schema: Order } } }`.
fn content(value: &Value) -> Option<Atom> {
    let Value::Record(kinds) = value.key("content")? else { return None };
    kinds.iter().find_map(|(_, kind)| kind.key("schema")?.as_name().map(Atom::new))
}

/// `zValidator("query", z.object({ page: z.string() }))`, `validator("json", ..)`.
fn validated(values: &[&Value], exchange: &mut Exchange) {
    for call in values.iter().filter_map(|value| value.as_call()) {
        if !call.callee.to_lowercase().ends_with("validator") {
            continue;
        }
        let (Some(target), schema) = (call.positional(0).and_then(Value::as_text), call.positional(1)) else {
            continue;
        };
        match target {
            "json" | "form" => {
                exchange.request = schema.and_then(Value::as_name).map(Atom::new).or(exchange.request.take());
            }
            "query" => add_fields(exchange, schema, Location::Query),
            "header" => add_fields(exchange, schema, Location::Header),
            "cookie" => add_fields(exchange, schema, Location::Cookie),
            _ => {}
        }
    }
}

/// The fields of `z.object({ .. })`.
fn add_fields(exchange: &mut Exchange, schema: Option<&Value>, location: Location) {
    let fields =
        schema.and_then(Value::as_call).filter(|call| call.callee == "object").and_then(|call| call.positional(0));
    let Some(Value::Record(fields)) = fields else { return };
    for (name, field) in fields {
        let mut chain = Vec::new();
        let mut value = Some(field);
        while let Some(Value::Call(call)) = value {
            chain.push(call.callee.clone());
            value = call.receiver.as_ref();
        }
        let required = !chain.iter().any(|link| matches!(link.as_str(), "optional" | "default" | "nullish"));
        let type_name = chain.into_iter().next_back();
        exchange.parameters.retain(|it| it.location != location || it.name != *name);
        exchange.parameters.push(Parameter { location, name: name.clone(), type_name, required });
    }
}

/// `app.use("/admin/*", check)` and `app.use(check)`: what comes after it and lies below asks the same.
fn guard(reader: &mut Reader<'_>, all: &mut [Route], router: &RouterRef, values: &[&Value], line: u32) {
    let Some((first, rest)) = values.split_first() else { return };
    let (prefix, checks) = match first {
        Value::Text(text) if !matches!(text.as_str(), "*" | "/*") => (Some(text.trim_end_matches('*')), rest),
        Value::Text(_) => (None, rest),
        _ => (None, values),
    };
    let fact = javascript::auth(checks);
    if fact.required.is_none() {
        return;
    }
    let Some(prefix) = prefix else {
        let none_before = all.iter().all(|route| route.router != *router || route.line > line);
        if none_before {
            reader.guard(router, fact);
            return;
        }
        all.iter_mut()
            .filter(|route| route.router == *router && route.line > line)
            .for_each(|it| it.auth = fact.clone());
        return;
    };
    let is_below = |path: &str| path.starts_with(prefix) || path == prefix.trim_end_matches('/');
    for route in all.iter_mut().filter(|route| route.router == *router && route.line > line) {
        if route.path.as_text().is_some_and(is_below) && route.auth.required.is_none() {
            route.auth = fact.clone();
        }
    }
}
