//! What a handler's signature says: callers, body and answer.

use crate::codebase::Atom;

use crate::codebase::endpoint::{Exchange, Location, Parameter};
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::{AuthFact, Route};

use super::super::pythonic::{self, signature};
use super::auth;

/// Classes that FastAPI fills in by itself, or that come from elsewhere than the body.
pub(super) const PLAIN: &[&str] = &[
    "Any",
    "AsyncSession",
    "BackgroundTasks",
    "HTTPConnection",
    "Request",
    "Response",
    "SecurityScopes",
    "Session",
    "WebSocket",
];
/// Classes of forms that are read as dependencies.
const FORMS: &[&str] = &["OAuth2PasswordRequestForm", "OAuth2PasswordRequestFormStrict"];

/// The route with what its handler's definition adds.
pub(super) fn complete(outline: &Outline, handler: DefinitionIndex, mut route: Route) -> Route {
    let Some(definition) = pythonic::definition(outline, handler) else { return route };
    pythonic::add_auth(&mut route.auth, auth::of_signature(outline, definition));
    if let Some(class) = definition.parent {
        pythonic::add_auth(&mut route.auth, class_auth(outline, class));
    }
    let takes_body = route.methods.iter().any(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH"));
    let path = route.path.as_text().unwrap_or_default().to_owned();
    let in_path = |name: &str| path.split('{').skip(1).any(|rest| rest.split(['}', ':']).next() == Some(name));
    let is_body = |name: &str, declared: &str| takes_body && is_model(declared) && !in_path(name);
    let taken = signature::read(outline, definition, is_body);
    route.exchange.parameters = taken.parameters;
    route.exchange.parameters.extend(asked_for(outline, definition));
    route.exchange.request = taken.request.or_else(|| takes_body.then(|| form(definition))?);
    if route.exchange.response.is_none() {
        route.exchange.response =
            definition.type_name.clone().filter(|returned| !matches!(last_part(returned), "Any" | "None" | "Response"));
    }
    route
}

/// What a class-based view asks of callers: its attributes are dependencies of all its methods.
pub(super) fn class_auth(outline: &Outline, class: DefinitionIndex) -> AuthFact {
    let mut auth = AuthFact::default();
    let is_class = pythonic::definition(outline, class).is_some_and(|it| it.kind.is_type());
    for own in outline.assignments.iter().filter(|own| is_class && own.enclosing == Some(class)) {
        if own.value.as_call().is_some() {
            pythonic::add_auth(&mut auth, auth::of_value(outline, &own.value));
        }
    }
    auth
}

/// What a dependency takes from the request: a function, a class by its constructor, or an alias of one.
pub(super) fn taken_by(outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
    let definition = pythonic::definition(outline, index)?;
    let parameters = match definition.kind {
        SymbolKind::Function => with_asked(outline, definition),
        kind if kind.is_type() => with_asked(outline, constructor(outline, index)?),
        _ => {
            let given = outline.assignments.iter().find(|it| it.target == definition.name && it.enclosing.is_none())?;
            let annotated = pythonic::call_of(&given.value, &["[]"])?;
            let asks = annotated.args.iter().find_map(|arg| pythonic::call_of(&arg.value, &["Depends", "Security"]))?;
            let named = asks.positional(0).or_else(|| asks.named("dependency")).and_then(Value::as_name);
            named.map_or_else(Vec::new, |name| asked(outline, name))
        }
    };
    Some(Exchange { parameters, ..Exchange::default() })
}

fn with_asked(outline: &Outline, function: &Definition) -> Vec<Parameter> {
    let mut parameters = signature::read(outline, function, |_, _| false).parameters;
    parameters.extend(asked_for(outline, function));
    parameters
}

/// What the dependencies of a function take from the request: their parameters are its own.
fn asked_for(outline: &Outline, definition: &Definition) -> Vec<Parameter> {
    let by_default = definition.parameters.iter().filter_map(|it| {
        let call = pythonic::call_of(it.default.as_ref()?, &["Depends"])?;
        let named = call.positional(0).or_else(|| call.named("dependency")).and_then(Value::as_name);
        named.or(it.type_name.as_deref())
    });
    let by_annotation = definition.parameters.iter().filter_map(|it| {
        let (declared, marks) = it.type_name.as_deref()?.strip_prefix("Annotated[")?.split_once(',')?;
        let (_, rest) = marks.split_once("Depends(")?;
        let named = rest.split(')').next()?.trim();
        Some(if named.is_empty() { declared.trim() } else { named })
    });
    by_default.chain(by_annotation).flat_map(|name| asked(outline, name)).collect()
}

/// The parameters of a dependency of this file; of another file, one that stands for all of its.
fn asked(outline: &Outline, name: &str) -> Vec<Parameter> {
    let own = pythonic::definitions(outline).find(|(_, own)| own.name == name && own.parent.is_none());
    let function =
        own.and_then(|(index, own)| if own.kind.is_type() { constructor(outline, index) } else { Some(own) });
    match (own, function) {
        (_, Some(function)) => signature::read(outline, function, |_, _| false).parameters,
        (None, None) if name.split('.').all(|part| !part.is_empty() && part.chars().all(is_word)) => {
            let (location, type_name) = (Location::Query, Some(Atom::new(name)));
            vec![Parameter { location, name: Atom::default(), type_name, required: false }]
        }
        _ => Vec::new(),
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn constructor(outline: &Outline, class: DefinitionIndex) -> Option<&Definition> {
    outline.children(class).map(|(_, method)| method).find(|method| method.name == "__init__")
}

/// The form that a dependency reads.
fn form(definition: &Definition) -> Option<Atom> {
    let declared = definition.parameters.iter().filter_map(|it| signature::signed(it)?.declared);
    let mut names = declared.filter_map(|declared| FORMS.iter().find(|form| **form == last_part(&declared)));
    names.next().map(Atom::new)
}

/// Whether a type without a marker is a model that the body is read into, as its name tells.
fn is_model(declared: &str) -> bool {
    let name = last_part(declared);
    let is_alias = name.ends_with("Dep")
        || name.ends_with("Depends")
        || auth::of_annotation(&Outline::default(), name).required.is_some();
    let is_class = declared.rsplit(['.', '[']).next().is_some_and(|last| last.starts_with(char::is_uppercase));
    is_class && !PLAIN.contains(&name) && !is_alias
}
