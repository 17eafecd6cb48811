//! Routes and what answers them: functions, class-based views, resources.

use crate::codebase::Atom;

use crate::codebase::Lines;
use crate::codebase::endpoint::{EndpointKind, Exchange, Status};
use crate::codebase::outline::{
    Argument, Call, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, named, positional,
};
use crate::codebase::routing::{AuthFact, HandlerRef, PathSyntax, Route, RouterRef};

use super::super::HandlerFacts;
use super::super::pythonic::{self, Access};
use super::{ID, local};

const VERBS: &[&str] = &["delete", "get", "patch", "post", "put"];
/// Bases of class-based views that add no verbs of their own.
const PLAIN_BASES: &[&str] = &["MethodResource", "MethodView", "Resource", "View", "object"];
/// Calls that answer with a page.
const RENDERERS: &[&str] = &["render_template", "render_template_string"];
/// Fields that list the decorators of all methods of a class-based view.
const DECORATOR_LISTS: &[&str] = &["decorators", "method_decorators"];

/// `@app.route("/x", methods=[..])`, `@bp.get("/x")`, `@ns.route("/x")` over a resource.
pub(super) fn decorated(outline: &Outline, index: DefinitionIndex, decorator: &Decorator) -> Vec<Route> {
    let Some((on, verb)) = pythonic::receiver(decorator) else { return Vec::new() };
    let is_verb = VERBS.contains(&verb);
    if !is_verb && verb != "route" && verb != "websocket" {
        return Vec::new();
    }
    let Some(definition) = pythonic::definition(outline, index) else { return Vec::new() };
    let router = pythonic::router(outline, definition.parent, on);
    let line = decorator.lines.first;
    let methods = if is_verb {
        vec![Atom::from(verb.to_ascii_uppercase())]
    } else {
        pythonic::methods(named(&decorator.args, "methods")).unwrap_or_default()
    };
    let base =
        Route { kind: if verb == "websocket" { EndpointKind::Hub } else { EndpointKind::Api }, ..route(router, line) };
    let base = Route { methods, conditional: definition.conditional, ..base };
    let found = paths(&decorator.args).into_iter().map(|path| Route { path, ..base.clone() });
    found.flat_map(|route| answered(outline, index, definition, route)).collect()
}

/// `app.add_url_rule("/x", view_func=f)` and `api.add_resource(R, "/a", "/b")`.
pub(super) fn called(outline: &Outline, call: &Call) -> Vec<Route> {
    let value = &call.value;
    let (paths, handler) = match value.callee.as_str() {
        "add_url_rule" => {
            let path = value.positional(0).or_else(|| value.named("rule")).cloned();
            (
                path.into_iter().collect::<Vec<_>>(),
                value.named("view_func").or_else(|| value.positional(2)).or_else(|| value.positional(1)),
            )
        }
        // Wrappers of an API's own class, too: `add_org_resource`.
        callee if callee.starts_with("add_") && callee.ends_with("resource") => {
            let paths = value.args.iter().filter(|arg| arg.name.is_none()).skip(1);
            (paths.map(|arg| arg.value.clone()).collect(), value.positional(0))
        }
        _ => return Vec::new(),
    };
    let Some(name) = handler.and_then(view_name) else { return Vec::new() };
    let Some(router) = value.receiver.as_ref().and_then(|on| pythonic::router_of(outline, call.enclosing, on)) else {
        return Vec::new();
    };
    let methods = pythonic::methods(value.named("methods")).unwrap_or_default();
    let base = Route { methods, conditional: call.conditional, ..route(router, value.line) };
    let found = paths.into_iter().filter(is_path).map(|path| Route { path, ..base.clone() });
    let own = local(outline, call.enclosing, &name);
    let definition = own.and_then(|index| Some((index, pythonic::definition(outline, index)?)));
    found
        .flat_map(|route| match definition {
            Some((index, definition)) => answered(outline, index, definition, route),
            None => vec![Route { handler: HandlerRef::Name(name.clone()), ..route }],
        })
        .collect()
}

/// `f`, or the class of `X.as_view("x")`; decorators around it are seen through.
fn view_name(value: &Value) -> Option<Atom> {
    match value {
        Value::Name(name) => Some(name.clone()),
        Value::Call(call) if call.callee == "as_view" => call.receiver.as_ref()?.as_name().map(Atom::new),
        Value::Call(call) => view_name(call.positional(0)?),
        _ => None,
    }
}

fn route(router: RouterRef, line: u32) -> Route {
    Route {
        router,
        methods: Vec::new(),
        path: Value::Null,
        syntax: PathSyntax::Angles,
        absolute: false,
        handler: HandlerRef::Inline(Lines::one(line)),
        tokens: Vec::new(),
        kind: EndpointKind::Api,
        auth: AuthFact::default(),
        exchange: Exchange::default(),
        summary: None,
        conditional: false,
        framework: ID.into(),
        line,
    }
}

/// All paths that a decorator names.
fn paths(args: &[Argument]) -> Vec<Value> {
    let paths = args.iter().filter(|arg| arg.name.as_deref().is_none_or(|name| name == "rule"));
    paths.map(|arg| arg.value.clone()).filter(is_path).collect()
}

/// A literal that starts as paths do.
pub(super) fn is_plain(path: &Value) -> bool {
    path.as_text().is_some_and(|path| path.is_empty() || path.starts_with('/'))
}

fn is_path(value: &Value) -> bool {
    matches!(value, Value::Text(_) | Value::Join(_) | Value::Name(_) | Value::Choice(_))
}

/// The route with its handler: one for each verb of a class-based view of this file.
fn answered(outline: &Outline, index: DefinitionIndex, definition: &Definition, route: Route) -> Vec<Route> {
    if definition.kind == SymbolKind::Class {
        return class_view(outline, index, definition, &route);
    }
    let get = || vec![Atom::new("GET")];
    let methods = if route.methods.is_empty() { get() } else { route.methods };
    let auth = pythonic::guards(&definition.decorators);
    let kind = kind(outline, index, &route.path, route.kind);
    vec![Route { methods, auth, kind, handler: HandlerRef::Definition(index), ..route }]
}

fn class_view(outline: &Outline, index: DefinitionIndex, class: &Definition, route: &Route) -> Vec<Route> {
    let mut auth = pythonic::guards(&class.decorators);
    let lists = outline.assignments.iter().filter(|own| own.enclosing == Some(index));
    for list in lists.filter(|own| DECORATOR_LISTS.contains(&own.target.as_str())) {
        let Value::List(items) = &list.value else { continue };
        for name in items.iter().filter_map(Value::as_name) {
            pythonic::add_auth(&mut auth, pythonic::guard(last_part(name), &[]));
        }
    }
    let verbs = pythonic::verb_methods(outline, index);
    let inherits = class.bases.iter().any(|base| !PLAIN_BASES.contains(&last_part(base)));
    if verbs.is_empty() || inherits {
        // Which verbs it answers is told by a base class, which may lie in another file.
        return vec![Route { auth, handler: HandlerRef::Definition(index), ..route.clone() }];
    }
    let asked = |verb: &Atom| route.methods.is_empty() || route.methods.contains(verb);
    let answer = |(verb, method): (Atom, DefinitionIndex)| {
        let mut auth = auth.clone();
        if let Some(definition) = pythonic::definition(outline, method) {
            pythonic::add_auth(&mut auth, pythonic::guards(&definition.decorators));
        }
        let kind = kind(outline, method, &route.path, route.kind);
        Route { methods: vec![verb], auth, kind, handler: HandlerRef::Definition(method), ..route.clone() }
    };
    verbs.into_iter().filter(|(verb, _)| asked(verb)).map(answer).collect()
}

/// What a handler reads from the request, and what decorators of documenting extensions say of body and answers:
/// smorest's and `APIFlask`'s `arguments`, `input`, `response`, `output`; restx's `expect`, `marshal_with`, `response`.
pub(super) fn facts(outline: &Outline, index: DefinitionIndex, access: &Access) -> HandlerFacts {
    let mut facts = pythonic::handler_facts(outline, index, access);
    // Decorators have told of callers where the route was read.
    facts.auth = AuthFact::default();
    let Some(definition) = pythonic::definition(outline, index) else { return facts };
    for decorator in &definition.decorators {
        let args = &decorator.args;
        let (first, second) = (positional(args, 0), positional(args, 1));
        let schema = |value: Option<&Value>| value.and_then(schema);
        let location = named(args, "location").and_then(Value::as_text);
        match last_part(&decorator.name) {
            "arguments" | "input" | "expect" if location.is_none_or(|location| location == "json") => {
                facts.exchange.request = facts.exchange.request.or_else(|| schema(first));
            }
            "marshal_with" | "marshal_list_with" | "output" => {
                facts.exchange.response = facts.exchange.response.or_else(|| schema(first));
            }
            "response" | "alt_response" | "doc_response" => {
                let Some(code) = first.and_then(pythonic::status_code) else { continue };
                let declared = schema(named(args, "schema").or_else(|| named(args, "model")).or(second));
                if code < 300 {
                    facts.exchange.response = facts.exchange.response.or_else(|| declared.clone());
                }
                facts.exchange.statuses.retain(|own| own.code != code);
                facts.exchange.statuses.push(Status { code, type_name: declared });
            }
            _ => {}
        }
    }
    facts.exchange.statuses.sort();
    facts
}

/// A schema's class or model by its name: `DeskSchema`, `DeskSchema(many=True)`.
fn schema(value: &Value) -> Option<Atom> {
    match value {
        Value::Name(name) => Some(name.clone()),
        Value::Call(call) if call.callee != "[]" => call.path(),
        _ => None,
    }
}

fn kind(outline: &Outline, handler: DefinitionIndex, path: &Value, declared: EndpointKind) -> EndpointKind {
    match pythonic::kind_of(path) {
        EndpointKind::Api if declared == EndpointKind::Api && pythonic::renders(outline, handler, RENDERERS) => {
            EndpointKind::Page
        }
        EndpointKind::Api => declared,
        kind => kind,
    }
}
