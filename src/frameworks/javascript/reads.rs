//! What a handler's body reads of its request and says in its answer, where it does so by name.

use crate::codebase::Lines;
use crate::codebase::endpoint::{Exchange, Location, Parameter, Status};
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Parameter as Taken, Value};

use super::super::HandlerFacts;

/// How many wrappers a handler may stand in.
const WRAPPERS_MAX: usize = 6;
/// Most parameters that are listed for a handler.
const PARAMETERS_MAX: usize = 40;

/// What a function literal, within wrappers or not, reads and says.
pub(in crate::frameworks) fn of_literal(outline: &Outline, handler: &Value) -> Exchange {
    let mut value = handler;
    for _ in 0..WRAPPERS_MAX {
        match value {
            Value::Function(function) => return read(outline, function.lines, &function.parameters),
            Value::Call(call) => match call.args.last() {
                Some(last) => value = &last.value,
                None => break,
            },
            _ => break,
        }
    }
    Exchange::default()
}

/// What a function's definition reads and says.
pub(in crate::frameworks) fn of_definition(outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
    let Some(function) = outline.definition(index) else { return HandlerFacts::default() };
    if function.kind.is_type() {
        return HandlerFacts::default();
    }
    let mut exchange = read(outline, function.lines, &function.parameters);
    exchange.deprecated = says_deprecated(function.doc.as_deref());
    HandlerFacts { exchange, ..HandlerFacts::default() }
}

/// Whether a doc comment says that what it documents is not to be used any more.
pub(in crate::frameworks) fn says_deprecated(doc: Option<&str>) -> bool {
    doc.is_some_and(|doc| doc.lines().any(|line| line.starts_with("Deprecated.") || line.starts_with("Deprecated:")))
}

fn read(outline: &Outline, lines: Lines, parameters: &[Taken]) -> Exchange {
    let mut exchange = Exchange::default();
    let Some(request) = parameters.first() else { return exchange };
    let request = request.name.as_str();
    for reference in outline.references.iter().filter(|it| lines.contains(it.line)) {
        add_name(&mut exchange, request, &reference.name);
    }
    for assignment in outline.assignments.iter().filter(|it| lines.contains(it.line)) {
        if let Value::Name(name) = &assignment.value {
            add_name(&mut exchange, request, name);
            let is_body = [".body", ".request.body"].iter().any(|end| name.strip_prefix(request) == Some(end));
            if is_body && exchange.request.is_none() {
                exchange.request.clone_from(&assignment.type_name);
            }
        }
    }
    let answers = parameters.get(1).map(|parameter| parameter.name.as_str());
    for call in outline.calls.iter().filter(|call| lines.contains(call.value.line)) {
        add_call(&mut exchange, request, answers, &call.value);
    }
    exchange.parameters.truncate(PARAMETERS_MAX);
    exchange.statuses.sort();
    exchange.statuses.dedup();
    exchange
}

/// `req.query.page`, `request.headers.x-id`, `ctx.request.query.page`; of a destructured parameter `query.page`.
fn add_name(exchange: &mut Exchange, request: &str, name: &str) {
    let rest = if request.starts_with('{') {
        let first = name.split('.').next().unwrap_or_default();
        let is_taken = request.trim_matches(['{', '}']).split(',').any(|part| part.trim() == first);
        is_taken.then_some(name)
    } else {
        name.strip_prefix(request).and_then(|rest| rest.strip_prefix('.'))
    };
    let Some(rest) = rest else { return };
    let rest = rest.strip_prefix("request.").unwrap_or(rest);
    let Some((holder, field)) = rest.split_once('.') else { return };
    let location = match holder {
        "query" => Location::Query,
        "headers" | "header" => Location::Header,
        "cookies" => Location::Cookie,
        _ => return,
    };
    let field = field.split('.').next().unwrap_or(field);
    let is_method = matches!(field, "get" | "set" | "has" | "append" | "toString" | "length" | "forEach");
    if !is_method && !field.is_empty() {
        add(exchange, location, field);
    }
}

/// `c.req.query("page")`, `req.get("X-Id")`, `getCookie(c, "session")`, `res.status(404)`, `c.json(x, 201)`.
fn add_call(exchange: &mut Exchange, request: &str, answers: Option<&str>, call: &CallValue) {
    let receiver = call.receiver.as_ref().and_then(Value::as_name);
    let text = |position: usize| call.positional(position).and_then(Value::as_text);
    let below = receiver.and_then(|name| name.strip_prefix(request));
    match (call.callee.as_str(), below) {
        ("query" | "queries", Some(".req")) | ("get" | "getAll", Some(".nextUrl.searchParams")) => {
            add_known(exchange, Location::Query, text(0));
        }
        ("header", Some(".req" | "")) | ("get", Some("")) => {
            let is_header = |it: &&str| it.chars().any(|letter| letter == '-' || letter.is_uppercase());
            let found = text(0).filter(|it| below == Some(".req") || is_header(it));
            add_known(exchange, Location::Header, found);
        }
        ("get", Some(".headers" | ".request.headers")) => {
            add_known(exchange, Location::Header, text(0));
        }
        ("get" | "getAll", None) if is_search(call.receiver.as_ref()) => add_known(exchange, Location::Query, text(0)),
        ("get", Some(".cookies")) => add_known(exchange, Location::Cookie, text(0)),
        ("getCookie" | "getSignedCookie", None) => {
            add_known(exchange, Location::Cookie, text(1));
        }
        ("json" | "parseBody", Some(".req")) if exchange.request.is_none() => {
            exchange.request = call.type_args.first().cloned();
        }
        ("status" | "sendStatus" | "code", _) if receiver.is_some() && receiver == answers => {
            add_status(exchange, call.positional(0));
        }
        ("json" | "text" | "body" | "html", Some("")) => add_status(exchange, call.positional(1)),
        _ => {}
    }
}

/// `url.searchParams`, `searchParams`, `new URL(request.url).searchParams`.
fn is_search(receiver: Option<&Value>) -> bool {
    match receiver {
        Some(Value::Name(name)) => name.rsplit('.').next() == Some("searchParams"),
        Some(Value::Member(_, field)) => field == "searchParams",
        _ => false,
    }
}

fn add_known(exchange: &mut Exchange, location: Location, name: Option<&str>) {
    if let Some(name) = name {
        add(exchange, location, name);
    }
}

fn add(exchange: &mut Exchange, location: Location, name: &str) {
    if exchange.parameters.iter().all(|it| it.location != location || it.name != name) {
        exchange.parameters.push(Parameter { location, name: name.into(), type_name: None, required: false });
    }
}

/// Adds a status that a number states.
pub(in crate::frameworks) fn add_status(exchange: &mut Exchange, value: Option<&Value>) {
    if let Some(code) = value.and_then(code) {
        exchange.statuses.push(Status { code, type_name: None });
    }
}

/// A status code as a number, or as the name of one: `HttpStatus.CREATED`.
pub(in crate::frameworks) fn code(value: &Value) -> Option<u16> {
    const NAMED: &[(&str, u16)] = &[
        ("OK", 200),
        ("CREATED", 201),
        ("ACCEPTED", 202),
        ("NOCONTENT", 204),
        ("MOVEDPERMANENTLY", 301),
        ("FOUND", 302),
        ("NOTMODIFIED", 304),
        ("BADREQUEST", 400),
        ("UNAUTHORIZED", 401),
        ("PAYMENTREQUIRED", 402),
        ("FORBIDDEN", 403),
        ("NOTFOUND", 404),
        ("METHODNOTALLOWED", 405),
        ("CONFLICT", 409),
        ("GONE", 410),
        ("PAYLOADTOOLARGE", 413),
        ("UNPROCESSABLEENTITY", 422),
        ("TOOMANYREQUESTS", 429),
        ("INTERNALSERVERERROR", 500),
        ("NOTIMPLEMENTED", 501),
        ("BADGATEWAY", 502),
        ("SERVICEUNAVAILABLE", 503),
    ];
    let code = match value {
        Value::Number(number) => number.parse().ok(),
        Value::Text(text) => text.parse().ok(),
        Value::Name(name) => {
            let last = name.rsplit('.').next().unwrap_or(name).replace('_', "").to_uppercase();
            NAMED.iter().find(|(named, _)| *named == last).map(|(_, code)| *code)
        }
        _ => None,
    };
    code.filter(|code| (100..600).contains(code))
}
