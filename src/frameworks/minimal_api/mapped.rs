//! Mapping calls as routes.

use crate::codebase::Atom;

use crate::codebase::endpoint::EndpointKind;
use crate::codebase::outline::{
    Call, CallValue, DefinitionIndex, FunctionValue, Outline, SymbolKind, Value, last_part,
};
use crate::codebase::routing::{HandlerRef, PathSyntax, Route, RouterRef};

use super::super::aspnet_mvc::signature::{self, Binding};
use super::super::aspnet_mvc::{actions, authorize, results, versions};
use super::fluent::{self, Said, Words};
use super::receiver::Receivers;

/// Calls that map a handler, with the verb they stand for.
const VERBS: &[(&str, &str)] = &[
    ("MapGet", "GET"),
    ("MapPost", "POST"),
    ("MapPut", "PUT"),
    ("MapDelete", "DELETE"),
    ("MapPatch", "PATCH"),
    ("Map", "ANY"),
    ("MapMethods", ""),
];

/// What `MapIdentityApi<TUser>()` serves.
const IDENTITY: &[(&str, &str)] = &[
    ("POST", "/register"),
    ("POST", "/login"),
    ("POST", "/refresh"),
    ("GET", "/confirmEmail"),
    ("POST", "/resendConfirmationEmail"),
    ("POST", "/forgotPassword"),
    ("POST", "/resetPassword"),
    ("POST", "/manage/2fa"),
    ("GET", "/manage/info"),
    ("POST", "/manage/info"),
];

/// Whether a call of this name may map something.
pub(super) fn is_mapping(callee: &str) -> bool {
    VERBS.iter().any(|(name, _)| *name == callee) || special(callee).is_some() || callee == "MapIdentityApi"
}

/// Surfaces that are no plain endpoint: their kind and verb.
fn special(callee: &str) -> Option<(EndpointKind, &'static str)> {
    match callee {
        "MapHealthChecks" | "UseHealthChecks" => Some((EndpointKind::Health, "GET")),
        "MapHub" => Some((EndpointKind::Hub, "ANY")),
        "MapGraphQL" => Some((EndpointKind::Graphql, "POST")),
        _ => None,
    }
}

/// The routes that a call maps.
pub(super) fn routes(outline: &Outline, receivers: &Receivers<'_>, said: &Said, call: &Call) -> Vec<Route> {
    let value = &call.value;
    if !is_mapping(&value.callee) {
        return Vec::new();
    }
    let Some(router) = value.receiver.as_ref().and_then(|receiver| receivers.of(receiver, call.enclosing)) else {
        return Vec::new();
    };
    let mut words = words(value, said);
    if let RouterRef::Parameter { function, name } = innermost(&router) {
        add_group(&mut words, fluent::of_parameter(outline, *function, name));
    }
    let blank = blank(call, router, words);
    if value.callee == "MapIdentityApi" {
        let made = |(verb, path): &(&'static str, &'static str)| Route {
            methods: vec![Atom::new(verb)],
            path: Value::Text(Atom::new(path)),
            kind: EndpointKind::Framework,
            ..blank.clone()
        };
        return IDENTITY.iter().map(made).collect();
    }
    if let Some((kind, verb)) = special(&value.callee) {
        return special_route(value, kind, verb, blank).into_iter().collect();
    }
    plain_route(outline, call, blank).into_iter().collect()
}

/// What a mapping's chain says of it, and the chain of groups that it stands on:
/// `app.MapGroup("/a").RequireAuthorization().MapGet(..)`.
fn words(mapping: &CallValue, said: &Said) -> Words {
    let mut words = said.of(mapping);
    if let Some(Value::Call(group)) = &mapping.receiver {
        add_group(&mut words, fluent::of_chain(group));
    }
    words
}

/// Adds what is said of a route's group.
fn add_group(words: &mut Words, of_group: Words) {
    match (words.auth.required, of_group.auth.required) {
        (None, _) => words.auth = of_group.auth,
        (Some(true), Some(true)) => {
            words.auth.schemes.extend(of_group.auth.schemes);
            words.auth.roles.extend(of_group.auth.roles);
            words.auth.policies.extend(of_group.auth.policies);
        }
        (Some(true), Some(false)) => words.auth.required = Some(false),
        _ => {}
    }
}

fn innermost(router: &RouterRef) -> &RouterRef {
    let mut router = router;
    while let RouterRef::Below { parent, .. } = router {
        router = parent;
    }
    router
}

fn blank(call: &Call, router: RouterRef, words: Words) -> Route {
    Route {
        router,
        methods: Vec::new(),
        path: Value::Null,
        syntax: PathSyntax::Braces,
        absolute: false,
        handler: HandlerRef::Inline(call.statement),
        tokens: versions::tokens(&words.versions),
        kind: EndpointKind::Api,
        auth: words.auth,
        exchange: words.exchange,
        summary: words.summary,
        conditional: call.conditional,
        framework: Atom::new(super::ID),
        line: call.value.line,
    }
}

fn special_route(call: &CallValue, kind: EndpointKind, verb: &'static str, blank: Route) -> Option<Route> {
    let path = match call.positional(0).or_else(|| call.named("pattern")).or_else(|| call.named("path")) {
        Some(path) => path.clone(),
        None if kind == EndpointKind::Graphql => Value::Text(Atom::new("/graphql")),
        None => return None,
    };
    let handler = call.type_args.first().map_or(blank.handler, |name| HandlerRef::Name(name.clone()));
    Some(Route { methods: vec![Atom::new(verb)], path, kind, handler, ..blank })
}

fn plain_route(outline: &Outline, call: &Call, blank: Route) -> Option<Route> {
    let value = &call.value;
    let (path, handler) = path_and_handler(value)?;
    if value.callee == "Map" && branches(handler) {
        return None;
    }
    let methods = match VERBS.iter().find(|(name, _)| *name == value.callee) {
        Some((_, "")) => listed_methods(value),
        Some((_, verb)) => vec![Atom::new(verb)],
        None => return None,
    };
    let mut route = Route { methods, path, ..blank };
    match handler {
        Value::Function(function) => {
            let forwarded = function.returns.as_ref().and_then(|value| forwarded_to(outline, call.enclosing, value));
            describe(&mut route, outline, forwarded, function);
        }
        Value::Name(name) => {
            let method = method_named(outline, call.enclosing, name);
            describe(&mut route, outline, method, &FunctionValue::default());
            if method.is_none() {
                route.handler = HandlerRef::Name(name.clone());
            }
        }
        // A delegate made elsewhere: `MapGet("/x", handlers.Make())`.
        _ => {}
    }
    Some(route)
}

/// `MapGet("/x", handler)`; `MapGet(handler, "{id}")` and `MapGet(handler)` of endpoint-group classes.
fn path_and_handler(call: &CallValue) -> Option<(Value, &Value)> {
    let is_handler = |value: &Value| matches!(value, Value::Function(_));
    let is_path = |value: &Value| matches!(value, Value::Text(_) | Value::Join(_));
    let last = if call.callee == "MapMethods" { 2 } else { 1 };
    let first = call.positional(0).or_else(|| call.named("pattern"));
    let second = call.positional(last).or_else(|| call.named("handler")).or_else(|| call.named("requestDelegate"));
    match (first?, second) {
        (handler, Some(path)) if !is_path(handler) && is_path(path) => Some((path.clone(), handler)),
        (path, Some(handler)) if !is_handler(path) => Some((path.clone(), handler)),
        (handler, None) if is_handler(handler) || handler.as_name().is_some() => {
            Some((Value::Text(Atom::default()), handler))
        }
        _ => None,
    }
}

/// `app.Map("/x", branch => ..)` builds a pipeline of middleware, no endpoint.
fn branches(handler: &Value) -> bool {
    handler.as_function().is_some_and(|it| matches!(it.parameters.as_slice(), [only] if only.type_name.is_none()))
}

fn listed_methods(call: &CallValue) -> Vec<Atom> {
    let listed = match call.positional(1) {
        Some(Value::List(values)) => values.as_slice(),
        _ => &[],
    };
    let words = listed.iter().filter_map(|value| value.as_text().or_else(|| value.as_name().map(last_part)));
    let methods: Vec<Atom> = words.map(|word| Atom::from(word.to_ascii_uppercase())).collect();
    if methods.is_empty() { vec![Atom::new("ANY")] } else { methods }
}

/// The method of the same class that a function literal does nothing but call.
fn forwarded_to(outline: &Outline, enclosing: Option<DefinitionIndex>, value: &Value) -> Option<DefinitionIndex> {
    let call = value.as_call().filter(|call| !call.is_new)?;
    let own = match &call.receiver {
        None => true,
        Some(receiver) => receiver.as_name() == Some("this"),
    };
    if own { method_named(outline, enclosing, &call.callee) } else { None }
}

/// A method or local function that is in reach by its plain name.
fn method_named(outline: &Outline, enclosing: Option<DefinitionIndex>, name: &str) -> Option<DefinitionIndex> {
    let name = name.strip_prefix("this.").unwrap_or(name);
    let mut scope = enclosing;
    loop {
        let is_it = |it: &crate::codebase::outline::Definition| {
            it.parent == scope && it.name == name && matches!(it.kind, SymbolKind::Method | SymbolKind::Function)
        };
        if let Some(index) = outline.definitions.iter().position(is_it) {
            return DefinitionIndex::try_from(index).ok();
        }
        let index = scope?;
        scope = outline.definition(index)?.parent.filter(|parent| *parent < index);
    }
}

/// Fills in what the handler's signature says, where the chain did not say it.
fn describe(route: &mut Route, outline: &Outline, method: Option<DefinitionIndex>, literal: &FunctionValue) {
    let definition = method.and_then(|index| outline.definition(index));
    if let Some(index) = method {
        route.handler = HandlerRef::Definition(index);
    }
    let parameters = if literal.parameters.is_empty() {
        definition.map(|definition| &definition.parameters)
    } else {
        Some(&literal.parameters)
    };
    let parameters = parameters.map_or(&[][..], |parameters| parameters);
    let taken = signature::taken(parameters, &route.methods, Binding::Minimal);
    let exchange = &mut route.exchange;
    exchange.request = exchange.request.take().or(taken.request);
    exchange.parameters = taken.parameters;
    let decorators = || literal.decorators.iter().chain(definition.into_iter().flat_map(|it| &it.decorators));
    let stated = exchange.statuses.clone();
    results::add(exchange, definition.and_then(|it| it.type_name.as_deref()), decorators());
    if !stated.is_empty() {
        exchange.statuses = stated;
    }
    exchange.deprecated = decorators().any(signature::is_obsolete);
    route.summary = route.summary.take().or_else(|| decorators().find_map(actions::summary));
    let of_handler = definition.map(|it| authorize::stated(&it.decorators)).unwrap_or_default();
    let auths = [authorize::stated(&literal.decorators), of_handler];
    if route.auth.required.is_none() || auths.iter().any(|it| it.required == Some(false)) {
        route.auth = auths.into_iter().find(|it| it.required.is_some()).unwrap_or_default();
    }
}
