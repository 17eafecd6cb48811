//! What a handler reads from the request object, by the names under which a framework keeps it.

use crate::codebase::Atom;
use crate::codebase::endpoint::{Location, Parameter, Status};
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value};

use super::super::pythonic;

/// Where a framework keeps what callers give.
pub(in crate::frameworks) struct Access {
    /// Dictionaries by the end of their dotted name: `request.args`.
    pub(in crate::frameworks) maps: &'static [(&'static str, Location)],
    /// Methods that are asked for a name: `self.get_argument("page")`.
    pub(in crate::frameworks) calls: &'static [(&'static str, Location)],
}

/// Methods of those dictionaries that are asked for one name.
const GETTERS: &[&str] = &["get", "get_all", "getall", "getlist", "getone", "getunicode"];
/// Other members that are no keys.
const MEMBERS: &[&str] = &["copy", "dict", "items", "keys", "pop", "to_dict", "update", "values"];
/// Calls and exceptions that answer with the status code they are given.
const ANSWERS: &[&str] = &["HTTPException", "abort", "HttpError", "HTTPError"];

/// The parameters that a handler reads.
pub(in crate::frameworks) fn parameters(
    outline: &Outline,
    handler: DefinitionIndex,
    access: &Access,
) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    let mut add = |parameter: Parameter| {
        if !found.iter().any(|it| (it.location, &it.name) == (parameter.location, &parameter.name)) {
            found.push(parameter);
        }
    };
    for call in outline.calls.iter().filter(|call| call.enclosing == Some(handler)) {
        if let Some(parameter) = asked(&call.value, access) {
            add(parameter);
        }
    }
    for reference in outline.references.iter().filter(|it| it.enclosing == Some(handler)) {
        let key = access.maps.iter().find_map(|(map, location)| Some((*location, key_of(&reference.name, map)?)));
        if let Some((location, key)) = key {
            add(Parameter { location, name: Atom::new(key), type_name: None, required: true });
        }
    }
    found
}

/// `request.args.get("page", 1, type=int)`, `self.get_argument("page", None)`.
fn asked(call: &CallValue, access: &Access) -> Option<Parameter> {
    let Some(Value::Text(name)) = call.positional(0) else { return None };
    let by_method = access.calls.iter().find(|(method, _)| call.callee == *method);
    let (location, required) = if let Some((_, location)) = by_method {
        // Tornado refuses a request without the argument where no default is given.
        let has_no_default = call.callee.ends_with("_argument") && call.args.len() == 1;
        (*location, has_no_default || call.named("required") == Some(&Value::Bool(true)))
    } else {
        let map = call.receiver.as_ref().filter(|_| GETTERS.contains(&call.callee.as_str()))?.as_name()?;
        let found = access.maps.iter().find(|(known, _)| ends_with_name(map, known))?;
        (found.1, false)
    };
    let type_name = call.named("type").and_then(pythonic::spell);
    Some(Parameter { location, name: name.clone(), type_name, required })
}

/// `page` of `request.args.page`, which stands for `request.args["page"]`, too.
fn key_of<'a>(reference: &'a str, map: &str) -> Option<&'a str> {
    let at = reference.find(map).filter(|at| *at == 0 || reference.as_bytes().get(at - 1) == Some(&b'.'))?;
    let key = reference.get(at + map.len()..)?.strip_prefix('.')?;
    let is_key = !key.is_empty() && !key.contains('.') && !GETTERS.contains(&key) && !MEMBERS.contains(&key);
    is_key.then_some(key)
}

fn ends_with_name(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Answers that name their code, if at all.
const RESPONSES: &[&str] = &["HttpResponse", "JSONResponse", "JsonResponse", "Response"];

/// The status codes of errors that a handler raises or answers with.
pub(in crate::frameworks) fn statuses(outline: &Outline, handler: DefinitionIndex) -> Vec<Status> {
    let calls = outline.calls.iter().filter(|call| call.enclosing == Some(handler));
    let code = |call: &CallValue| {
        let named = call.named("status_code").or_else(|| call.named("status"));
        let stated = match call.callee.as_str() {
            callee if ANSWERS.contains(&callee) => named.or_else(|| call.positional(0)),
            callee if RESPONSES.contains(&callee) => named,
            _ => None,
        };
        stated.and_then(status_code)
    };
    let mut found: Vec<Status> =
        calls.filter_map(|call| code(&call.value)).map(|code| Status { code, type_name: None }).collect();
    found.sort();
    found.dedup();
    found
}

/// The code that a value states: `201`, `status.HTTP_201_CREATED`, `HTTPStatus.CREATED`.
pub(in crate::frameworks) fn status_code(value: &Value) -> Option<u16> {
    let code = match value {
        Value::Number(number) => number.parse().ok(),
        Value::Name(name) => {
            let name = name.strip_suffix(".value").unwrap_or(name);
            let last = name.rsplit('.').next()?;
            let digits = last.strip_prefix("HTTP_").and_then(|rest| rest.split('_').next());
            digits.map_or_else(|| named_code(last), |digits| digits.parse().ok())
        }
        _ => None,
    };
    code.filter(|code| (100..600).contains(code))
}

fn named_code(name: &str) -> Option<u16> {
    let found = NAMES.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    NAMES.get(found).map(|(_, code)| *code)
}

/// The usual members of `http.HTTPStatus`.
const NAMES: &[(&str, u16)] = &[
    ("ACCEPTED", 202),
    ("BAD_REQUEST", 400),
    ("CONFLICT", 409),
    ("CREATED", 201),
    ("FORBIDDEN", 403),
    ("GONE", 410),
    ("INTERNAL_SERVER_ERROR", 500),
    ("METHOD_NOT_ALLOWED", 405),
    ("NOT_FOUND", 404),
    ("NOT_MODIFIED", 304),
    ("NO_CONTENT", 204),
    ("OK", 200),
    ("SERVICE_UNAVAILABLE", 503),
    ("TOO_MANY_REQUESTS", 429),
    ("UNAUTHORIZED", 401),
    ("UNPROCESSABLE_ENTITY", 422),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_codes_are_read_in_every_spelling() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| name));
        for (value, code) in [
            (Value::Number("201".into()), Some(201)),
            (Value::Name("status.HTTP_204_NO_CONTENT".into()), Some(204)),
            (Value::Name("HTTPStatus.NOT_FOUND".into()), Some(404)),
            (Value::Name("settings.CODE".into()), None),
            (Value::Number("9000".into()), None),
        ] {
            assert_eq!(status_code(&value), code, "{value:?}");
        }
    }

    #[test]
    fn keys_are_told_from_members() {
        assert_eq!(key_of("request.args.page", "request.args"), Some("page"));
        assert_eq!(key_of("self.request.args.page", "request.args"), Some("page"));
        for other in ["request.args.get", "request.args.get.x", "my_request.args.page", "request.arguments.page"] {
            assert_eq!(key_of(other, "request.args"), None, "{other}");
        }
    }
}
