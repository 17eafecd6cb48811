//! What the Python frameworks share: decorators, loops over lists, callers' dependencies, spelling of types.

mod facts;
mod request;
pub(super) mod signature;

pub(super) use facts::{
    Hung, attribute, blank_mount, blank_route, blank_router, class_router, given_router, handler_of, hung,
    is_class_name, is_path, owner, paths, prefix, verbs,
};
pub(super) use request::{Access, parameters, status_code, statuses};

use crate::codebase::Atom;

use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{
    Assignment, CallValue, Decorator, Definition, DefinitionIndex, Outline, Value, last_part,
};
use crate::codebase::routing::{AuthFact, RouterRef};

use super::HandlerFacts;

/// How many functions within functions are looked through.
const NESTING_MAX: usize = 64;
/// Last parts of paths at which probes ask whether a service is alive.
const HEALTH_PATHS: &[&str] =
    &["health", "health-check", "healthcheck", "healthz", "livez", "liveness", "ping", "readiness", "ready", "readyz"];

/// Whether the file imports from one of these top-level packages.
pub(super) fn imports_any(outline: &Outline, packages: &[&str]) -> bool {
    outline.imports.iter().any(|import| packages.contains(&top(&import.module)))
}

/// Packages of all Python frameworks whose routers look alike, sorted.
const FRAMEWORKS: &[&str] = &[
    "aiohttp",
    "apiflask",
    "bottle",
    "cherrypy",
    "django",
    "falcon",
    "fastapi",
    "fastapi_utils",
    "flask",
    "flask_appbuilder",
    "flask_openapi3",
    "flask_restful",
    "flask_restplus",
    "flask_restx",
    "flask_smorest",
    "litestar",
    "masonite",
    "ninja",
    "ninja_extra",
    "pyramid",
    "quart",
    "robyn",
    "sanic",
    "starlette",
    "tornado",
];

/// Whether the file imports none of the frameworks: its routers may come from another file of any of them.
pub(super) fn imports_none(outline: &Outline) -> bool {
    !imports_any(outline, FRAMEWORKS)
}

fn top(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

/// Receiver and last name of a decorator: `router` and `get`.
pub(super) fn receiver(decorator: &Decorator) -> Option<(&str, &str)> {
    decorator.name.rsplit_once('.')
}

/// A definition of the outline.
pub(super) fn definition(outline: &Outline, index: DefinitionIndex) -> Option<&Definition> {
    outline.definitions.get(usize::try_from(index).ok()?)
}

/// All definitions with their indices.
pub(super) fn definitions(outline: &Outline) -> impl Iterator<Item = (DefinitionIndex, &Definition)> {
    (0..).zip(&outline.definitions)
}

/// A router by its name as a definition or call in `scope` sees it: a parameter of a function around it, or a name.
pub(super) fn router(outline: &Outline, scope: Option<DefinitionIndex>, name: &str) -> RouterRef {
    let mut around = scope;
    for _ in 0..NESTING_MAX {
        let Some(function) = around else { break };
        let Some(definition) = definition(outline, function) else { break };
        if is_given(outline, function, name) {
            break;
        }
        let takes = |parameter: &&crate::codebase::outline::Parameter| {
            parameter.name == name && !matches!(name, "self" | "cls")
        };
        if definition.parameters.iter().any(|parameter| takes(&parameter)) {
            return RouterRef::Parameter { function, name: Atom::new(name) };
        }
        around = definition.parent;
    }
    RouterRef::Name(Atom::new(name))
}

fn is_given(outline: &Outline, function: DefinitionIndex, name: &str) -> bool {
    outline.assignments.iter().any(|own| own.enclosing == Some(function) && own.target == name)
}

/// A router that a value names, makes or gets from a function.
pub(super) fn router_of(outline: &Outline, scope: Option<DefinitionIndex>, value: &Value) -> Option<RouterRef> {
    match value {
        Value::Name(name) => Some(router(outline, scope, name)),
        Value::Call(call) => Some(RouterRef::Returned(call.path()?)),
        Value::Member(of, name) => Some(RouterRef::Returned(format!("{}.{name}", of.as_call()?.path()?).into())),
        _ => None,
    }
}

/// The values that a value may be: those of a choice, and of a loop's variable one after the other.
pub(super) fn choices(outline: &Outline, scope: Option<DefinitionIndex>, value: &Value) -> Vec<Value> {
    match value {
        Value::Choice(values) => values.to_vec(),
        Value::Name(name) => {
            let (first, rest) = name.split_once('.').map_or((name.as_str(), ""), |(first, rest)| (first, rest));
            let given = outline.assignments.iter().rev().find(|own| own.target == first && own.enclosing == scope);
            let Some(Assignment { value: Value::Choice(values), .. }) = given else { return vec![value.clone()] };
            if rest.is_empty() {
                return values.to_vec();
            }
            let member = |value: &Value| match value {
                Value::Name(name) => Value::Name(format!("{name}.{rest}").into()),
                _ => Value::Unknown,
            };
            values.iter().map(member).collect()
        }
        value => vec![value.clone()],
    }
}

/// The function that returns the local variable `name`, if it does.
pub(super) fn returned_by(outline: &Outline, scope: Option<DefinitionIndex>, name: &str) -> Option<DefinitionIndex> {
    scope.filter(|_| {
        let mut returns = outline.assignments.iter().filter(|own| own.enclosing == scope && own.target == "return");
        returns.any(|own| own.value.as_name() == Some(name))
    })
}

/// Methods of a `methods=[..]` argument, in capitals.
pub(super) fn methods(value: Option<&Value>) -> Option<Vec<Atom>> {
    let Some(Value::List(values)) = value else { return None };
    let method = |value: &Value| {
        let name = match value {
            Value::Text(text) => text.as_str(),
            Value::Name(name) => last_part(name),
            _ => return None,
        };
        Some(Atom::from(name.to_ascii_uppercase()))
    };
    let methods: Vec<Atom> = values.iter().filter_map(method).collect();
    (!methods.is_empty()).then_some(methods)
}

/// A type that stands as a value, spelt as code: `list[Item]`.
pub(super) fn spell(value: &Value) -> Option<Atom> {
    match value {
        Value::Name(name) | Value::Text(name) => Some(name.clone()),
        Value::Call(call) if call.callee == "[]" => {
            let of = spell(call.receiver.as_ref()?)?;
            let args: Option<Vec<Atom>> = call.args.iter().map(|arg| spell(&arg.value)).collect();
            Some(format!("{of}[{}]", args?.join(", ")).into())
        }
        _ => None,
    }
}

/// The kind of an endpoint as its path tells it.
pub(super) fn kind_of(path: &Value) -> EndpointKind {
    let text = match path {
        Value::Text(text) => Some(text),
        Value::Join(parts) => match parts.last() {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        },
        _ => None,
    };
    let last = text.and_then(|text| text.trim_end_matches('/').rsplit('/').next()).unwrap_or_default();
    if HEALTH_PATHS.contains(&last) { EndpointKind::Health } else { EndpointKind::Api }
}

/// Whether a function renders a template.
pub(super) fn renders(outline: &Outline, function: DefinitionIndex, callees: &[&str]) -> bool {
    let inside = |call: &&crate::codebase::outline::Call| call.enclosing == Some(function);
    let plain = outline.calls.iter().filter(inside).filter(|call| call.value.receiver.is_none());
    plain.map(|call| call.value.callee.as_str()).any(|callee| callees.contains(&callee))
}

/// What a handler's definition says by its decorators and by what it reads from the request.
pub(super) fn handler_facts(outline: &Outline, index: DefinitionIndex, access: &Access) -> HandlerFacts {
    let Some(definition) = definition(outline, index) else { return HandlerFacts::default() };
    let mut auth = guards(&definition.decorators);
    let class = definition.parent.and_then(|class| self::definition(outline, class));
    if let Some(class) = class.filter(|class| class.kind.is_type()) {
        let of_class = guards(&class.decorators);
        if auth.required.is_none() {
            add_auth(&mut auth, of_class);
        }
    }
    let exchange = Exchange {
        parameters: parameters(outline, index, access),
        statuses: statuses(outline, index),
        deprecated: is_deprecated(definition),
        ..Exchange::default()
    };
    HandlerFacts { auth, exchange, ..HandlerFacts::default() }
}

/// Whether a decorator or the docstring says that a definition is deprecated.
pub(super) fn is_deprecated(definition: &Definition) -> bool {
    let by_doc = definition.doc.as_deref().is_some_and(|doc| doc.contains(".. deprecated::"));
    by_doc || definition.decorators.iter().any(|decorator| last_part(&decorator.name) == "deprecated")
}

/// Adds what `other` states.
pub(super) fn add_auth(auth: &mut AuthFact, other: AuthFact) {
    if auth.required.is_none() || other.required == Some(true) {
        auth.required = other.required.or(auth.required);
    }
    auth.schemes.extend(other.schemes);
    auth.roles.extend(other.roles);
    auth.policies.extend(other.policies);
    auth.asks.extend(other.asks);
}

/// A value as a call of one of these names.
pub(super) fn call_of<'a>(value: &'a Value, callees: &[&str]) -> Option<&'a CallValue> {
    value.as_call().filter(|call| callees.contains(&call.callee.as_str()))
}

/// Names of decorators that let only some callers in; compared without `_` and in lower case.
const GUARDS: &[&str] = &[
    "accessrequired",
    "adminonly",
    "adminrequired",
    "adminsonly",
    "apikeyrequired",
    "authedonly",
    "authenticated",
    "authenticationrequired",
    "authrequired",
    "hasaccess",
    "haspermission",
    "hasrole",
    "jwtrequired",
    "loginrequired",
    "permissionrequired",
    "permissionsrequired",
    "protect",
    "requireadmin",
    "requireapikey",
    "requireauth",
    "requirelogin",
    "requirepermission",
    "requirerole",
    "requiretoken",
    "requireuser",
    "requiresadmin",
    "requiresauth",
    "requireslogin",
    "requirespermission",
    "requiresrole",
    "rolerequired",
    "rolesaccepted",
    "rolesrequired",
    "staffmemberrequired",
    "superuserrequired",
    "tokenrequired",
    "userpassestest",
];
/// Names of decorators that let everybody in.
const OPENINGS: &[&str] = &["allowanonymous", "authexempt", "loginexempt", "loginnotrequired", "noauth"];

/// What decorators state about callers.
pub(super) fn guards(decorators: &[Decorator]) -> AuthFact {
    let mut auth = AuthFact::default();
    for decorator in decorators {
        add_auth(&mut auth, guard(last_part(&decorator.name), &decorator.args));
    }
    auth
}

/// What one decorator or guard states, by its name and arguments.
pub(super) fn guard(name: &str, args: &[crate::codebase::outline::Argument]) -> AuthFact {
    let plain = name.replace('_', "").to_ascii_lowercase();
    if OPENINGS.iter().any(|word| plain.contains(word)) {
        return AuthFact { required: Some(false), ..AuthFact::default() };
    }
    let is_optional = args.iter().any(|arg| arg.name.as_deref() == Some("optional") && arg.value == Value::Bool(true));
    if is_optional || !GUARDS.iter().any(|word| plain.contains(word)) {
        return AuthFact::default();
    }
    let mut auth = AuthFact { required: Some(true), ..AuthFact::default() };
    let texts: Vec<Atom> = args.iter().flat_map(|arg| texts(&arg.value)).collect();
    if plain.contains("role") {
        auth.roles = texts;
    } else {
        auth.policies.push(Atom::new(name));
        if plain.contains("permission") {
            auth.policies.extend(texts);
        }
    }
    auth
}

fn texts(value: &Value) -> Vec<Atom> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::List(items) => items.iter().filter_map(Value::as_text).map(Atom::new).collect(),
        _ => Vec::new(),
    }
}

/// The verbs that a class-based view answers, with the methods that answer them, as far as this file says.
pub(super) fn verb_methods(outline: &Outline, class: DefinitionIndex) -> Vec<(Atom, DefinitionIndex)> {
    let verbs = ["get", "post", "put", "patch", "delete"];
    let own = definitions(outline).filter(|(_, definition)| definition.parent == Some(class));
    let answers = own.filter(|(_, definition)| verbs.contains(&definition.name.as_str()));
    answers.map(|(index, method)| (Atom::from(method.name.to_ascii_uppercase()), index)).collect()
}
