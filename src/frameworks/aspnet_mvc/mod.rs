//! ASP.NET Core MVC and Web API: controllers with attribute routes, conventional routes, Ardalis endpoints.

pub(super) mod authorize;
mod settings;
pub(super) mod signature;

use std::sync::Arc;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{
    Argument, CallValue, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, named,
    positional,
};
use crate::codebase::routing::{HandlerRef, PathSyntax, Route, Router, RouterRef, RouterRole, Routing};

use super::Framework;

/// ASP.NET Core MVC.
pub struct AspNetMvc;

const ID: &str = "aspnet_mvc";

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

impl Framework for AspNetMvc {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "ASP.NET Core MVC"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing { settings: settings::read(outline), ..Routing::default() };
        for (index, class) in (0..).zip(&outline.definitions) {
            if is_controller(outline, index, class) {
                routing.routers.push(controller(index, class));
                for (action, method) in outline.children(index) {
                    routing.routes.extend(routes(class, action, method));
                }
            }
        }
        routing
    }
}

/// Whether MVC would take a class for a controller, or for the base of some.
fn is_controller(outline: &Outline, index: DefinitionIndex, class: &Definition) -> bool {
    if class.kind != SymbolKind::Class || class.has_modifier("static") || class.decorator("NonController").is_some() {
        return false;
    }
    let marked = ["ApiController", "Controller"].iter().any(|name| class.decorator(name).is_some());
    let derived = class.bases.iter().any(|base| {
        let base = last_part(base);
        base.ends_with("Controller") || base.ends_with("ControllerBase") || base.starts_with("EndpointBase")
    });
    let answers = || outline.children(index).any(|(_, method)| method.decorators.iter().any(|it| verb(it).is_some()));
    // A name alone may be anything: a window's controller has no base and no route.
    marked
        || derived
        || (class.name.ends_with("Controller") && (!class.bases.is_empty() || answers()))
        || (!class.bases.is_empty() && answers())
}

fn controller(index: DefinitionIndex, class: &Definition) -> Router {
    let name = class.name.strip_suffix("Controller").unwrap_or(&class.name);
    let mut tokens = vec![(Atom::new("controller"), Atom::new(name))];
    let area = class
        .decorator("Area")
        .and_then(|area| positional(&area.args, 0))
        .and_then(|area| area.as_text().or_else(|| area.as_name()));
    tokens.extend(area.map(|area| (Atom::new("area"), Atom::new(area))));
    let mut prefixes: Vec<Value> =
        class.decorators.iter().filter(|it| last_part(&it.name) == "Route").filter_map(template).collect();
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
        framework: Atom::new(ID),
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
fn verb(decorator: &Decorator) -> Option<Vec<Atom>> {
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

fn routes(class: &Definition, index: DefinitionIndex, method: &Definition) -> Vec<Route> {
    if !is_action(method) {
        return Vec::new();
    }
    selectors(method).into_iter().map(|selector| route(class, index, method, selector)).collect()
}

fn is_action(method: &Definition) -> bool {
    let is_public = method.has_modifier("public") && !method.has_modifier("static");
    if method.kind != SymbolKind::Method
        || !is_public
        || method.decorator("NonAction").is_some()
        || method.name.contains(' ')
    {
        return false;
    }
    // Without a route, an override is the framework's own hook (`Dispose`, `OnActionExecuting`), a generic method no action.
    let routed = method
        .decorators
        .iter()
        .any(|it| verb(it).is_some() || matches!(last_part(&it.name), "Route") || is_own_verb(last_part(&it.name)));
    routed || !method.has_modifier("override") && method.type_parameters.is_empty()
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

fn route(class: &Definition, index: DefinitionIndex, method: &Definition, selector: Selector<'_>) -> Route {
    let absolute = leading_text(&selector.template).is_some_and(|text| text.starts_with('/') || text.starts_with("~/"));
    Route {
        router: RouterRef::Name(class.name.clone()),
        path: selector.template,
        syntax: PathSyntax::Braces,
        absolute,
        handler: HandlerRef::Definition(index),
        tokens: vec![(Atom::new("action"), action_name(method))],
        kind: EndpointKind::Api,
        auth: authorize::stated(&method.decorators),
        exchange: Exchange {
            request: signature::request(&method.parameters, &selector.methods),
            response: signature::response(method),
            ..Exchange::default()
        },
        summary: summary(method),
        conditional: false,
        framework: Atom::new(ID),
        line: selector.decorator.map_or(method.line, |decorator| decorator.lines.first),
        methods: selector.methods,
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

/// What `[SwaggerOperation(Summary = "..")]` or `[EndpointSummary("..")]` says.
fn summary(method: &Definition) -> Option<String> {
    let swagger = method.decorator("SwaggerOperation");
    let said = swagger.and_then(|it| named(&it.args, "Summary").or_else(|| positional(&it.args, 0)));
    let said = said.or_else(|| method.decorator("EndpointSummary").and_then(|it| positional(&it.args, 0)));
    said.and_then(Value::as_text).map(str::to_owned)
}
