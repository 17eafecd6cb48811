//! What a handler's signature says: callers, body and answer.

use crate::codebase::Atom;

use crate::codebase::outline::{Definition, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::Route;

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
        // Attributes of a class-based view are dependencies of all its methods.
        for own in outline.assignments.iter().filter(|own| own.enclosing == Some(class)) {
            pythonic::add_auth(&mut route.auth, auth::of_value(outline, &own.value));
        }
    }
    let takes_body = route.methods.iter().any(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH"));
    let taken = signature::read(outline, definition, |declared| takes_body && is_model(declared));
    route.exchange.parameters = taken.parameters;
    route.exchange.request = taken.request.or_else(|| takes_body.then(|| form(definition))?);
    if route.exchange.response.is_none() {
        route.exchange.response =
            definition.type_name.clone().filter(|returned| !matches!(last_part(returned), "Any" | "None" | "Response"));
    }
    route
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
