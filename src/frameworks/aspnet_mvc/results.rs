//! What an action gives: its return type without its wrappers, and the status codes that attributes and unions state.

use crate::codebase::Atom;

use crate::codebase::endpoint::{Exchange, Status};
use crate::codebase::outline::{Argument, Decorator, Value, last_part, named, positional};

/// Wrappers around what is really returned.
const WRAPPERS: &[&str] =
    &["Task", "ValueTask", "ActionResult", "JsonHttpResult", "ServerSentEventsResult", "JsonResult"];

/// Typed results, with the status code that each stands for.
const TYPED: &[(&str, u16)] = &[
    ("Ok", 200),
    ("Created", 201),
    ("CreatedAtRoute", 201),
    ("Accepted", 202),
    ("AcceptedAtRoute", 202),
    ("NoContent", 204),
    ("RedirectHttpResult", 302),
    ("BadRequest", 400),
    ("ValidationProblem", 400),
    ("UnauthorizedHttpResult", 401),
    ("ForbidHttpResult", 403),
    ("NotFound", 404),
    ("Conflict", 409),
    ("UnprocessableEntity", 422),
    ("InternalServerError", 500),
];

/// Return types that say nothing about the body.
const SILENT: &[&str] = &[
    "IActionResult",
    "IHttpActionResult",
    "ActionResult",
    "IResult",
    "Task",
    "ValueTask",
    "void",
    "Void",
    "ViewResult",
    "PartialViewResult",
    "JsonResult",
    "Result",
    "Results",
    "FileResult",
    "FileContentResult",
    "FileStreamResult",
    "ContentResult",
    "RedirectResult",
    "RedirectToActionResult",
    "RedirectToRouteResult",
    "StatusCodeResult",
    "NoContentResult",
    "OkResult",
    "HttpResponseMessage",
    "HttpResponseData",
    "ProblemHttpResult",
];

/// How deep types are read.
const DEPTH_MAX: usize = 8;

/// Adds what a return type and attributes say.
pub(in crate::frameworks) fn add<'a>(
    exchange: &mut Exchange,
    type_name: Option<&str>,
    decorators: impl Iterator<Item = &'a Decorator>,
) {
    for decorator in decorators {
        add_attribute(exchange, decorator);
    }
    if let Some(type_name) = type_name {
        add_type(exchange, type_name);
    }
}

/// One status; the type of the first that means success is the endpoint's answer.
pub(in crate::frameworks) fn add_status(exchange: &mut Exchange, code: u16, type_name: Option<Atom>) {
    if (200..300).contains(&code) && exchange.response.is_none() {
        exchange.response.clone_from(&type_name);
    }
    match exchange.statuses.iter_mut().find(|it| it.code == code) {
        Some(known) => known.type_name = known.type_name.take().or(type_name),
        None => exchange.statuses.push(Status { code, type_name }),
    }
    exchange.statuses.sort();
}

/// `[ProducesResponseType(typeof(Order), 200)]`, `[ProducesResponseType<Order>(200)]`, `[SwaggerResponse(404, "..")]`,
/// `[Produces(typeof(Order))]`, `[ResponseType(typeof(Order))]`.
fn add_attribute(exchange: &mut Exchange, decorator: &Decorator) {
    let args = &decorator.args;
    let stated = || named(args, "<>").and_then(type_of).or_else(|| args.iter().find_map(|arg| typeof_name(&arg.value)));
    match last_part(&decorator.name) {
        "ProducesResponseType" | "SwaggerResponse" => match status_among(args) {
            Some(code) => add_status(exchange, code, stated()),
            None => exchange.response = exchange.response.take().or_else(stated),
        },
        "Produces" | "ResponseType" => exchange.response = exchange.response.take().or_else(stated),
        _ => {}
    }
}

fn status_among(args: &[Argument]) -> Option<u16> {
    let named = named(args, "statusCode").or_else(|| named(args, "StatusCode"));
    named.into_iter().chain([0, 1].into_iter().filter_map(|at| positional(args, at))).find_map(status)
}

/// `404`, `StatusCodes.Status404NotFound`, `(int)HttpStatusCode.NotFound`.
pub(in crate::frameworks) fn status(value: &Value) -> Option<u16> {
    let written = match value {
        Value::Number(number) => number.as_str(),
        Value::Name(name) => match last_part(name) {
            "OK" => return Some(200),
            "Created" => return Some(201),
            "Accepted" => return Some(202),
            "NoContent" => return Some(204),
            "BadRequest" => return Some(400),
            "Unauthorized" => return Some(401),
            "Forbidden" => return Some(403),
            "NotFound" => return Some(404),
            "Conflict" => return Some(409),
            "InternalServerError" => return Some(500),
            last => last.strip_prefix("Status")?.get(..3)?,
        },
        _ => return None,
    };
    written.parse().ok().filter(|code| (100..600).contains(code))
}

fn typeof_name(value: &Value) -> Option<Atom> {
    let call = value.as_call().filter(|call| call.callee == "typeof")?;
    type_of(positional(&call.args, 0)?)
}

fn type_of(value: &Value) -> Option<Atom> {
    value.as_name().filter(|name| !SILENT.contains(&last_part(name))).map(Atom::new)
}

/// `Task<ActionResult<Order>>` gives an `Order`; `Results<Ok<Order>, NotFound>` states two codes.
fn add_type(exchange: &mut Exchange, type_name: &str) {
    let mut current = type_name.trim();
    for _ in 0..DEPTH_MAX {
        let (outer, inner) = split(current);
        if outer == "Results" {
            for part in top_level(inner) {
                let (outer, inner) = split(part);
                add_typed(exchange, outer, inner);
            }
            return;
        }
        if add_typed(exchange, outer, inner) {
            return;
        }
        if inner.is_empty() || !WRAPPERS.contains(&outer) {
            break;
        }
        current = inner;
    }
    let name = last_part(current.trim_end_matches('?'));
    if exchange.response.is_none() && !current.is_empty() && !SILENT.contains(&name) {
        exchange.response = Some(Atom::new(current));
    }
}

fn add_typed(exchange: &mut Exchange, outer: &str, inner: &str) -> bool {
    let typed = TYPED.iter().find(|(name, _)| *name == outer);
    if let Some((_, code)) = typed {
        add_status(exchange, *code, (!inner.is_empty()).then(|| Atom::new(inner)));
    }
    typed.is_some()
}

/// A generic type's name and what stands between its brackets.
fn split(type_name: &str) -> (&str, &str) {
    let type_name = type_name.trim();
    let bare = type_name.trim_end_matches('?');
    match bare.strip_suffix('>').and_then(|it| it.split_once('<')) {
        Some((outer, inner)) => (last_part(outer), inner.trim()),
        None => (last_part(bare), ""),
    }
}

pub(in crate::frameworks) fn top_level(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (index, sign) in text.char_indices() {
        match sign {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_answer_inside_its_wrappers() {
        let cases: [(&str, Option<&str>, &[u16]); 7] = [
            ("Task<ActionResult<List<Order>>>", Some("List<Order>"), &[]),
            ("Task<Results<Ok<Order>, NotFound>>", Some("Order"), &[200, 404]),
            ("Results<Created<Map<string, Order>>, BadRequest<string>>", Some("Map<string, Order>"), &[201, 400]),
            ("Task<Created>", None, &[201]),
            ("Task<IActionResult>", None, &[]),
            ("IResult", None, &[]),
            ("OrderDto?", Some("OrderDto?"), &[]),
        ];
        for (written, response, statuses) in cases {
            let mut exchange = Exchange::default();
            add(&mut exchange, Some(written), std::iter::empty());
            let codes: Vec<u16> = exchange.statuses.iter().map(|it| it.code).collect();
            assert_eq!((exchange.response.as_deref(), &*codes), (response, statuses), "{written}");
        }
    }
}
