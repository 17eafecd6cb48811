//! Actions: methods of controllers, with the verbs and templates that their attributes state.

use std::sync::Arc;

use crate::codebase::Atom;

use crate::codebase::endpoint::EndpointKind;
use crate::codebase::outline::{
    Argument, CallValue, Decorator, Definition, DefinitionIndex, SymbolKind, Value, last_part, named, positional,
};
use crate::codebase::routing::{HandlerRef, PathSyntax, Route, Router, RouterRef, RouterRole};

use super::signature::{self, Binding};
use super::{authorize, versions};

/// Attributes that state a verb, with it.
const VERBS: &[(&str, &str)] = &[
    ("HttpGet", "GET"),
    ("HttpPost", "POST"),
    ("HttpPut", "PUT"),
    ("HttpDelete", "DELETE"),
    ("HttpPatch", "PATCH"),
    ("HttpHead", "HEAD"),
    ("HttpOptions", "OPTIONS"),
];

/// A controller's class as a router.
pub(in crate::frameworks) fn controller(framework: &str, index: DefinitionIndex, class: &Definition) -> Router {
    let name = class.name.strip_suffix("Controller").unwrap_or(&class.name);
    let mut tokens = vec![(Atom::new("controller"), Atom::new(name))];
    let area = class
        .decorator("Area")
        .and_then(|area| positional(&area.args, 0))
        .and_then(|area| area.as_text().or_else(|| area.as_name()));
    tokens.extend(area.map(|area| (Atom::new("area"), Atom::new(area))));
    tokens.extend(versions::tokens(&versions::stated(&class.decorators, "ApiVersion")));
    let mut prefixes: Vec<Value> = class
        .decorators
        .iter()
        .filter(|it| matches!(last_part(&it.name), "Route" | "RoutePrefix"))
        .filter_map(template)
        .collect();
    if prefixes.is_empty() {
        prefixes.extend(class.decorators.iter().filter(|it| is_own_route(last_part(&it.name))).map(as_call));
    }
    Router {
        name: class.name.clone(),
        enclosing: class.parent,
        class: Some(index),
        role: RouterRole::Controller,
        prefixes,
        tokens,
        parent: None,
        returned_by: None,
        auth: authorize::stated(&class.decorators),
        framework: Atom::new(framework),
        line: class.line,
    }
}

/// Whether an attribute that is none of the framework's looks like a route of one's own: `[V1ApiController("orders")]`.
fn is_own_route(name: &str) -> bool {
    !matches!(name, "ApiController" | "Controller" | "NonController")
        && (name.ends_with("Controller") || name.ends_with("Route"))
}

/// Whether a method attribute that is none of the framework's looks like a verb of one's own: `[RestGetById]`.
fn is_own_verb(name: &str) -> bool {
    let starts = ["Rest", "Http", "Api", "V1", "V2"].iter().any(|start| name.starts_with(start));
    starts && ["Get", "Post", "Put", "Delete", "Patch"].iter().any(|verb| name.contains(verb))
}

/// An attribute as the construction that it is, to be understood where its class can be found.
fn as_call(decorator: &Decorator) -> Value {
    let call = CallValue {
        callee: decorator.name.clone(),
        args: decorator.args.clone(),
        is_new: true,
        lines: decorator.lines,
        line: decorator.lines.first,
        ..CallValue::default()
    };
    Value::Call(Arc::new(call))
}

/// The template that an attribute states: its first argument, or `template:`.
fn template(decorator: &Decorator) -> Option<Value> {
    let value = positional(&decorator.args, 0)
        .or_else(|| named(&decorator.args, "template"))
        .or_else(|| named(&decorator.args, "Template"));
    value.filter(|value| **value != Value::Null).cloned()
}

/// The verbs that an attribute states.
pub(in crate::frameworks) fn verb(decorator: &Decorator) -> Option<Vec<Atom>> {
    let name = last_part(&decorator.name);
    if let Some((_, verb)) = VERBS.iter().find(|(attribute, _)| *attribute == name) {
        return Some(vec![Atom::new(verb)]);
    }
    (name == "AcceptVerbs").then(|| decorator.args.iter().filter(|arg| arg.name.is_none()).flat_map(accepted).collect())
}

fn accepted(arg: &Argument) -> Vec<Atom> {
    let texts: Vec<&Value> = match &arg.value {
        Value::List(values) => values.iter().collect(),
        value => vec![value],
    };
    let verbs = texts.into_iter().filter_map(|value| value.as_text().or_else(|| value.as_name().map(last_part)));
    verbs.map(|verb| Atom::from(verb.to_ascii_uppercase())).collect()
}

/// One verb attribute of an action with its own template, or `[Route]` alone.
struct Selector<'a> {
    methods: Vec<Atom>,
    template: Value,
    decorator: Option<&'a Decorator>,
}

/// The routes of a method, if it is an action.
pub(in crate::frameworks) fn routes(
    framework: &str,
    class: &Definition,
    index: DefinitionIndex,
    method: &Definition,
) -> Vec<Route> {
    if !is_action(method) {
        return Vec::new();
    }
    let route = |it: Selector<'_>| Route {
        line: it.decorator.map_or(method.line, |decorator| decorator.lines.first),
        ..route(framework, class, index, method, it.methods, it.template)
    };
    selectors(method).into_iter().map(route).collect()
}

/// Whether a method answers requests, by a route of its own or by convention.
pub(in crate::frameworks) fn is_action(method: &Definition) -> bool {
    let is_public = method.has_modifier("public") && !method.has_modifier("static");
    if method.kind != SymbolKind::Method
        || !is_public
        || method.decorator("NonAction").is_some()
        || method.name.contains(' ')
    {
        return false;
    }
    // Without a route, an override is the framework's own hook (`Dispose`, `OnActionExecuting`), a generic method no action.
    is_routed(method) || !method.has_modifier("override") && method.type_parameters.is_empty()
}

/// Whether attributes of a method state a verb or template.
pub(in crate::frameworks) fn is_routed(method: &Definition) -> bool {
    let states = |it: &Decorator| {
        verb(it).is_some() || matches!(last_part(&it.name), "Route") || is_own_verb(last_part(&it.name))
    };
    method.decorators.iter().any(states)
}

fn selectors(method: &Definition) -> Vec<Selector<'_>> {
    let verbs: Vec<(&Decorator, Vec<Atom>)> = method.decorators.iter().filter_map(|it| Some((it, verb(it)?))).collect();
    let routed = || {
        method.decorators.iter().filter(|it| last_part(&it.name) == "Route").filter_map(|it| Some((it, template(it)?)))
    };
    let mut selectors = Vec::new();
    let mut bare: Vec<(&Decorator, Vec<Atom>)> = Vec::new();
    for (decorator, methods) in verbs {
        let own = if last_part(&decorator.name) == "AcceptVerbs" {
            named(&decorator.args, "Route").cloned()
        } else {
            template(decorator)
        };
        match own {
            Some(template) => selectors.push(Selector { methods, template, decorator: Some(decorator) }),
            None => bare.push((decorator, methods)),
        }
    }
    for (route, template) in routed() {
        if bare.is_empty() {
            let methods = vec![Atom::new("ANY")];
            selectors.push(Selector { methods, template: template.clone(), decorator: Some(route) });
        }
        for (_, methods) in &bare {
            selectors.push(Selector { methods: methods.clone(), template: template.clone(), decorator: Some(route) });
        }
    }
    if routed().next().is_none() {
        for (decorator, methods) in bare {
            selectors.push(Selector { methods, template: Value::Null, decorator: Some(decorator) });
        }
    }
    let own = method.decorators.iter().filter(|it| verb(it).is_none() && is_own_verb(last_part(&it.name)));
    selectors.extend(own.map(|it| Selector { methods: Vec::new(), template: as_call(it), decorator: Some(it) }));
    if selectors.is_empty() {
        selectors.push(Selector { methods: vec![Atom::new("ANY")], template: Value::Null, decorator: None });
    }
    selectors
}

/// One route of an action.
pub(in crate::frameworks) fn route(
    framework: &str,
    class: &Definition,
    index: DefinitionIndex,
    method: &Definition,
    methods: Vec<Atom>,
    template: Value,
) -> Route {
    let mut tokens = vec![(Atom::new("action"), action_name(method))];
    let mapped = versions::stated(&method.decorators, "MapToApiVersion");
    let own = if mapped.is_empty() { versions::stated(&method.decorators, "ApiVersion") } else { mapped };
    tokens.extend(versions::tokens(&own));
    Route {
        router: RouterRef::Name(class.name.clone()),
        absolute: leading_text(&template).is_some_and(|text| text.starts_with('/') || text.starts_with("~/")),
        path: template,
        syntax: PathSyntax::Braces,
        handler: HandlerRef::Definition(index),
        tokens,
        kind: EndpointKind::Api,
        auth: authorize::stated(&method.decorators),
        exchange: signature::exchange(Some(class), method, &methods, Binding::Controller),
        summary: method.decorators.iter().find_map(summary),
        conditional: false,
        framework: Atom::new(framework),
        line: method.line,
        methods,
    }
}

fn leading_text(template: &Value) -> Option<&str> {
    match template {
        Value::Join(parts) => parts.first().and_then(Value::as_text),
        value => value.as_text(),
    }
}

/// The name that the `action` placeholder gets: `[ActionName]`, else the method's without its `Async` suffix.
fn action_name(method: &Definition) -> Atom {
    let renamed = method.decorator("ActionName").and_then(|it| positional(&it.args, 0)).and_then(Value::as_text);
    Atom::new(renamed.unwrap_or_else(|| method.name.strip_suffix("Async").unwrap_or(&method.name)))
}

/// What `[SwaggerOperation(Summary = "..")]`, `[EndpointSummary("..")]` or `[EndpointDescription("..")]` says.
pub(in crate::frameworks) fn summary(decorator: &Decorator) -> Option<String> {
    let said = match last_part(&decorator.name) {
        "SwaggerOperation" => named(&decorator.args, "Summary").or_else(|| positional(&decorator.args, 0)),
        "EndpointSummary" | "EndpointDescription" => positional(&decorator.args, 0),
        _ => None,
    };
    said.and_then(Value::as_text).map(str::to_owned)
}
