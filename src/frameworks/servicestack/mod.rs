//! `ServiceStack`: routes stand on request objects; the method of a service that takes the object answers.

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Exchange, Location, Parameter};
use crate::codebase::outline::{
    CallValue, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, named, positional,
};
use crate::codebase::routing::{AuthFact, HandlerRef, Implementation, PathSyntax, Route, RouterRef, Routing};

use super::aspnet_mvc::signature::{self, Binding};
use super::{Framework, HandlerFacts};

/// `ServiceStack`.
pub struct ServiceStack;

const ID: &str = "servicestack";

/// Methods of a service that answer requests.
const ANSWERING: &[&str] = &[
    "Any",
    "AnyAsync",
    "Get",
    "GetAsync",
    "Post",
    "PostAsync",
    "Put",
    "PutAsync",
    "Patch",
    "PatchAsync",
    "Delete",
    "DeleteAsync",
];

/// How far a chain of `Routes.Add` is followed.
const LINKS_MAX: usize = 64;

impl Framework for ServiceStack {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "ServiceStack"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        if !outline.imports.iter().any(|import| import.module.split('.').next() == Some("ServiceStack")) {
            return Routing::default();
        }
        let mut routes = Vec::new();
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| is_request(it)) {
            let stated = class.decorators.iter().filter(|it| last_part(&it.name) == "Route");
            routes.extend(stated.filter_map(|decorator| of_request(index, class, decorator)));
        }
        let added = outline.calls.iter().filter(|call| call.value.callee == "Add" && is_of_routes(&call.value));
        routes.extend(added.filter_map(|call| of_call(&call.value, call.enclosing)));
        Routing { routes, ..Routing::default() }
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        signature::members(outline, index, Binding::Controller)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let Some(method) = outline.definition(index) else { return HandlerFacts::default() };
        let class = method.parent.and_then(|parent| outline.definition(parent));
        let mut auth = class.map(|class| stated(&class.decorators)).unwrap_or_default();
        let own = stated(&method.decorators);
        auth.required = own.required.or(auth.required);
        auth.roles.extend(own.roles);
        auth.policies.extend(own.policies);
        HandlerFacts { auth, ..HandlerFacts::default() }
    }
}

/// A plain object: no controller takes its routes.
fn is_request(class: &Definition) -> bool {
    let is_controller = |base: &Atom| last_part(base).contains("Controller");
    class.kind == SymbolKind::Class && !class.name.ends_with("Controller") && !class.bases.iter().any(is_controller)
}

fn of_request(index: DefinitionIndex, class: &Definition, decorator: &Decorator) -> Option<Route> {
    let args = &decorator.args;
    let path = positional(args, 0).or_else(|| named(args, "Path"))?;
    let verbs = positional(args, 1).or_else(|| named(args, "Verbs")).and_then(Value::as_text);
    let mut route = route(&class.name, Some(index), path, verbs, decorator.lines.first);
    route.auth = stated(&class.decorators);
    route.summary = named(args, "Summary").and_then(Value::as_text).map(str::to_owned).or_else(|| class.doc.clone());
    route.exchange.response = class.bases.iter().find_map(|base| {
        let (name, given) = base.strip_suffix('>')?.split_once('<')?;
        (last_part(name) == "IReturn").then(|| Atom::new(given))
    });
    route.exchange.deprecated = class.decorators.iter().any(signature::is_obsolete);
    Some(route)
}

/// `Routes.Add<Hello>("/hello", "GET").Add<Hello>("/hello/{Name}")`.
fn of_call(call: &CallValue, enclosing: Option<DefinitionIndex>) -> Option<Route> {
    let request = call.type_args.first()?;
    let verbs = call.positional(1).and_then(Value::as_text);
    Some(route(request, enclosing, call.positional(0)?, verbs, call.line))
}

fn is_of_routes(call: &CallValue) -> bool {
    let mut current = &call.receiver;
    for _ in 0..LINKS_MAX {
        match current {
            Some(Value::Name(name)) => return last_part(name) == "Routes",
            Some(Value::Call(inner)) if inner.callee == "Add" => current = &inner.receiver,
            _ => return false,
        }
    }
    false
}

fn route(request: &str, otherwise: Option<DefinitionIndex>, path: &Value, verbs: Option<&str>, line: u32) -> Route {
    let verbs = verbs.unwrap_or_default().split([',', ' ']).filter(|verb| !verb.is_empty());
    let methods: Vec<Atom> = verbs.map(|verb| Atom::from(verb.to_ascii_uppercase())).collect();
    let is_read = methods.iter().all(|method| matches!(method.as_str(), "GET" | "DELETE")) && !methods.is_empty();
    let mut exchange = Exchange::default();
    let type_name = Some(Atom::new(request));
    if is_read {
        exchange.parameters.push(Parameter { location: Location::Query, type_name, ..Parameter::default() });
    } else {
        exchange.request = type_name;
    }
    Route {
        router: RouterRef::Root,
        methods,
        path: path.clone(),
        syntax: PathSyntax::Braces,
        absolute: false,
        handler: HandlerRef::Implementation(Box::new(Implementation {
            base: Atom::new("Service"),
            methods: ANSWERING.iter().map(Atom::new).collect(),
            takes: Some(Atom::new(request)),
            otherwise,
        })),
        tokens: Vec::new(),
        kind: EndpointKind::Api,
        auth: AuthFact::default(),
        exchange,
        summary: None,
        conditional: false,
        framework: Atom::new(ID),
        line,
    }
}

/// `[Authenticate]`, `[RequiredRole("Admin")]`, `[ValidateHasRole("Admin")]`.
fn stated(decorators: &[Decorator]) -> AuthFact {
    let mut fact = AuthFact::default();
    for decorator in decorators {
        let named =
            || positional(&decorator.args, 0).and_then(|it| it.as_text().or_else(|| it.as_name())).map(Atom::new);
        match last_part(&decorator.name) {
            "Authenticate" | "ValidateIsAuthenticated" => {}
            "RequiredRole" | "RequiresAnyRole" | "ValidateHasRole" => fact.roles.extend(named()),
            "ValidateIsAdmin" => fact.roles.push(Atom::new("Admin")),
            "RequiredPermission" | "ValidateHasPermission" => fact.policies.extend(named()),
            _ => continue,
        }
        fact.required = Some(true);
    }
    fact
}
