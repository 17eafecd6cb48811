//! What a handler's signature says: callers, body and answer.

use crate::codebase::Atom;

use crate::codebase::outline::{Definition, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, Route};

use super::super::pythonic::{self, signature};
use super::auth;

/// Classes that FastAPI fills in by itself, or that come from elsewhere than the body.
const PLAIN: &[&str] = &[
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
    for parameter in &definition.parameters {
        if let Some(default) = parameter.default.as_ref().filter(|default| matches!(default, Value::Call(_))) {
            pythonic::add_auth(&mut route.auth, auth::of_value(outline, default));
        }
        if let Some(annotation) = &parameter.type_name {
            pythonic::add_auth(&mut route.auth, auth::of_annotation(outline, annotation));
        }
    }
    if let Some(class) = definition.parent {
        pythonic::add_auth(&mut route.auth, class_auth(outline, class));
    }
    let takes_body = route.methods.iter().any(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH"));
    let taken = signature::read(outline, definition, |declared| takes_body && is_model(declared));
    route.exchange.parameters = taken.parameters;
    for dependency in dependencies(outline, definition) {
        let asked = signature::read(outline, dependency, |_| false).parameters;
        route.exchange.parameters.extend(asked);
    }
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

/// Functions, and constructors of classes, of this file that a handler depends on: their parameters are its own.
fn dependencies<'a>(outline: &'a Outline, definition: &Definition) -> Vec<&'a Definition> {
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
    let named = by_default.chain(by_annotation);
    named.filter_map(|name| asked(outline, name)).collect()
}

fn asked<'a>(outline: &'a Outline, name: &str) -> Option<&'a Definition> {
    let (index, found) = pythonic::definitions(outline).find(|(_, own)| own.name == name && own.parent.is_none())?;
    if !found.kind.is_type() {
        return Some(found);
    }
    outline.children(index).map(|(_, method)| method).find(|method| method.name == "__init__")
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
