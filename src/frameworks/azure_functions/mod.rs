//! Azure Functions with HTTP triggers, in-process and isolated; their prefix stands in `host.json`.

use serde_json::Value as Json;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{
    Decorator, Definition, DefinitionIndex, Outline, Parameter, SymbolKind, Value, last_part, named, positional,
};
use crate::codebase::routing::{AuthFact, HandlerRef, PathSyntax, Route, RouterRef, Routing, Setting, SettingKind};

use super::Framework;
use super::aspnet_mvc::results;
use super::aspnet_mvc::signature::{self, Binding};

/// Azure Functions.
pub struct AzureFunctions;

const ID: &str = "azure_functions";

/// What stands before all routes where `host.json` does not say.
const DEFAULT_PREFIX: &str = "api";

impl Framework for AzureFunctions {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Azure Functions"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let methods = (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Method);
        Routing { routes: methods.filter_map(|(index, method)| route(index, method)).collect(), ..Routing::default() }
    }

    fn routing_of_text(&self, path: &RepoPath, text: &str) -> Routing {
        if path.file_name() != "host.json" {
            return Routing::default();
        }
        let parsed: Option<Json> = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
        let at = |pointer: &str| parsed.as_ref()?.pointer(pointer)?.as_str();
        let stated = at("/extensions/http/routePrefix").or_else(|| at("/http/routePrefix"));
        let prefix = Value::Text(Atom::new(stated.unwrap_or(DEFAULT_PREFIX)));
        let kind = SettingKind::GlobalPrefix { prefix, exclude: Vec::new() };
        Routing { settings: vec![Setting { kind, framework: Atom::new(ID), line: 1 }], ..Routing::default() }
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        signature::members(outline, index, Binding::Controller)
    }
}

fn route(index: DefinitionIndex, method: &Definition) -> Option<Route> {
    let function = method.decorator("Function").or_else(|| method.decorator("FunctionName"))?;
    let is_trigger = |it: &&Decorator| last_part(&it.name) == "HttpTrigger";
    let (parameter, trigger) =
        method.parameters.iter().find_map(|it| Some((it, it.decorators.iter().find(is_trigger)?)))?;
    let name = positional(&function.args, 0).cloned().unwrap_or_else(|| Value::Text(method.name.clone()));
    let path = named(&trigger.args, "Route").filter(|route| **route != Value::Null).cloned().unwrap_or(name);
    let verbs: Vec<Atom> = trigger
        .args
        .iter()
        .filter(|arg| arg.name.is_none())
        .filter_map(|arg| arg.value.as_text().map(|verb| Atom::from(verb.to_ascii_uppercase())))
        .collect();
    let methods = if verbs.is_empty() { vec![Atom::new("ANY")] } else { verbs };
    Some(Route {
        router: RouterRef::Root,
        exchange: exchange(method, parameter, &methods),
        methods,
        path,
        syntax: PathSyntax::Braces,
        absolute: false,
        handler: HandlerRef::Definition(index),
        tokens: Vec::new(),
        kind: EndpointKind::Api,
        auth: auth(trigger),
        summary: None,
        conditional: false,
        framework: Atom::new(ID),
        line: function.lines.first,
    })
}

/// `AuthorizationLevel.Function` asks for a key.
fn auth(trigger: &Decorator) -> AuthFact {
    let levels = trigger.args.iter().filter_map(|arg| arg.value.as_name());
    let level = levels.filter(|name| name.contains("AuthorizationLevel")).map(last_part).next();
    match level {
        Some("Anonymous") => AuthFact { required: Some(false), ..AuthFact::default() },
        Some(level) => AuthFact { required: Some(true), policies: vec![Atom::new(level)], ..AuthFact::default() },
        None => AuthFact::default(),
    }
}

/// A trigger may stand on an object that is the body; other parameters are those of the path, or given by other bindings.
fn exchange(method: &Definition, trigger: &Parameter, methods: &[Atom]) -> Exchange {
    let unmarked = |it: &&Parameter| {
        it.decorators.is_empty() || it.decorators.iter().any(|it| last_part(&it.name).starts_with("From"))
    };
    let mut parameters: Vec<Parameter> = method.parameters.iter().filter(unmarked).cloned().collect();
    parameters.push(Parameter { decorators: thin_vec::ThinVec::new(), ..trigger.clone() });
    let mut exchange = signature::taken(&parameters, methods, Binding::Minimal);
    // Functions bind plain parameters from the path alone.
    exchange.parameters.retain(|it| it.location != crate::codebase::endpoint::Location::Query);
    results::add(&mut exchange, method.type_name.as_deref(), method.decorators.iter());
    exchange.deprecated = method.decorators.iter().any(signature::is_obsolete);
    exchange
}
