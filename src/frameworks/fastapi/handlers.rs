//! What a handler's signature says: callers, body and answer.

use crate::codebase::Atom;

use crate::codebase::outline::{DefinitionIndex, Outline, Parameter, Value, last_part};
use crate::codebase::routing::Route;

use super::super::pythonic;
use super::auth;

/// Types that FastAPI fills in by itself, or that come from the path or query.
const PLAIN: &[&str] = &[
    "Any",
    "BackgroundTasks",
    "HTTPConnection",
    "Request",
    "Response",
    "SecurityScopes",
    "Session",
    "AsyncSession",
    "UUID",
    "UUID4",
    "WebSocket",
    "bool",
    "bytes",
    "date",
    "datetime",
    "float",
    "int",
    "str",
];
/// Calls that say where a parameter comes from, other than the body.
const ELSEWHERE: &[&str] = &["Cookie", "Depends", "Header", "Path", "Query", "Security"];

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
    if takes_body {
        route.exchange.request = definition.parameters.iter().find_map(body);
    }
    if route.exchange.response.is_none() {
        route.exchange.response =
            definition.type_name.clone().filter(|returned| !matches!(last_part(returned), "Any" | "None"));
    }
    route
}

/// The type of a parameter that is read from the body.
fn body(parameter: &Parameter) -> Option<Atom> {
    let declared = parameter.type_name.as_deref()?;
    let (declared, marks) = match declared.strip_prefix("Annotated[") {
        Some(inner) => inner.trim_end_matches(']').split_once(',')?,
        None => (declared, ""),
    };
    let form = matches!(last_part(declared), "OAuth2PasswordRequestForm" | "OAuth2PasswordRequestFormStrict");
    if form {
        return Some(Atom::new(last_part(declared)));
    }
    let is_elsewhere = ELSEWHERE.iter().any(|mark| {
        marks.contains(&format!("{mark}("))
            || parameter.default.as_ref().is_some_and(|default| pythonic::call_of(default, &[mark]).is_some())
    });
    let name = last_part(declared);
    let is_model = name.starts_with(|first: char| first.is_uppercase()) && !PLAIN.contains(&name);
    let is_alias = name.ends_with("Dep")
        || name.ends_with("Depends")
        || auth::of_annotation(&Outline::default(), name).required.is_some();
    (is_model && !is_elsewhere && !is_alias).then(|| Atom::new(declared.trim()))
}
