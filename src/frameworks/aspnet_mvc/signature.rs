//! What an action takes and gives, read off its parameters, its return type and its attributes.

use crate::codebase::Atom;

use crate::codebase::outline::{Decorator, Definition, Parameter, Value, last_part, positional};

/// Wrappers around what is really returned.
const WRAPPERS: &[&str] = &[
    "Task",
    "ValueTask",
    "ActionResult",
    "Ok",
    "Created",
    "CreatedAtRoute",
    "Accepted",
    "AcceptedAtRoute",
    "JsonHttpResult",
    "ServerSentEventsResult",
    "JsonResult",
];

/// Return types that say nothing about the body.
const SILENT: &[&str] = &[
    "IActionResult",
    "ActionResult",
    "IResult",
    "Task",
    "ValueTask",
    "void",
    "ViewResult",
    "JsonResult",
    "Result",
    "Results",
    "NoContent",
    "Ok",
    "NotFound",
    "BadRequest",
    "Created",
    "Accepted",
    "FileResult",
    "FileContentResult",
    "FileStreamResult",
    "ContentResult",
    "RedirectResult",
    "RedirectToActionResult",
    "PartialViewResult",
    "StatusCodeResult",
    "Void",
    "NoContentResult",
    "OkResult",
    "HttpResponseMessage",
    "ValidationProblem",
    "ProblemHttpResult",
    "RedirectHttpResult",
];

/// Parameter types that are never a body.
const PLAIN: &[&str] = &[
    "string",
    "int",
    "long",
    "short",
    "byte",
    "bool",
    "double",
    "float",
    "decimal",
    "char",
    "object",
    "uint",
    "ulong",
    "Guid",
    "DateTime",
    "DateTimeOffset",
    "DateOnly",
    "TimeOnly",
    "TimeSpan",
    "CancellationToken",
    "HttpContext",
    "HttpRequest",
    "HttpResponse",
    "ClaimsPrincipal",
    "LinkGenerator",
    "Uri",
    "ApiVersion",
];

/// The type of the body, if a parameter is one.
pub(in crate::frameworks) fn request(parameters: &[Parameter], methods: &[Atom]) -> Option<Atom> {
    let bound = |names: &[&str]| {
        parameters.iter().find(|parameter| parameter.decorators.iter().any(|it| names.contains(&last_part(&it.name))))
    };
    if let Some(body) = bound(&["FromBody", "FromForm", "AsParameters"]) {
        return body.type_name.clone();
    }
    if !methods.iter().any(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH")) {
        return None;
    }
    let unbound = parameters.iter().filter(|parameter| parameter.decorators.iter().all(|it| !is_binding(&it.name)));
    let mut bodies = unbound.filter_map(|parameter| parameter.type_name.clone()).filter(|name| is_body(name));
    bodies.next()
}

fn is_binding(attribute: &str) -> bool {
    let name = last_part(attribute);
    name.starts_with("From")
}

/// Whether a type looks like data: no scalar, no service.
fn is_body(type_name: &str) -> bool {
    let name = last_part(type_name.trim_end_matches('?'));
    let is_service = name.starts_with('I') && name.chars().nth(1).is_some_and(char::is_uppercase);
    let is_service = is_service
        && !type_name.contains("IFormFile")
        && !type_name.starts_with("IEnumerable")
        && !type_name.starts_with("IList");
    let is_service = is_service
        || ["Service", "Services", "Context", "Manager", "Repository", "Mediator", "Sender", "Handler"]
            .iter()
            .any(|end| name.ends_with(end));
    !is_service && !PLAIN.contains(&name) && !type_name.ends_with(']')
}

/// The type of the answer, if the declaration says it.
pub(in crate::frameworks) fn response(definition: &Definition) -> Option<Atom> {
    produced(&definition.decorators).or_else(|| definition.type_name.as_deref().and_then(unwrapped))
}

/// `[ProducesResponseType(typeof(Order), 200)]`, `[Produces(typeof(Order))]`.
fn produced(decorators: &[Decorator]) -> Option<Atom> {
    let named = decorators.iter().filter(|it| matches!(last_part(&it.name), "ProducesResponseType" | "Produces"));
    named.flat_map(|decorator| &decorator.args).find_map(|arg| typeof_name(&arg.value))
}

fn typeof_name(value: &Value) -> Option<Atom> {
    let call = value.as_call().filter(|call| call.callee == "typeof")?;
    let name = positional(&call.args, 0)?.as_name()?;
    (!SILENT.contains(&last_part(name))).then(|| Atom::new(name))
}

/// The type inside `Task<ActionResult<Order>>` or `Results<Ok<Order>, NotFound>`.
pub(in crate::frameworks) fn unwrapped(type_name: &str) -> Option<Atom> {
    let mut current = type_name.trim();
    for _ in 0..8 {
        let Some((outer, rest)) = current.split_once('<') else { break };
        let outer = last_part(outer);
        let inner = rest.strip_suffix('>')?;
        if outer == "Results" {
            current = inner;
            // Of several results the first one is what goes well.
            let end = top_level_comma(current).unwrap_or(current.len());
            current = current.get(..end)?.trim();
        } else if WRAPPERS.contains(&outer) {
            current = inner.trim();
        } else {
            break;
        }
    }
    let name = last_part(current.trim_end_matches('?'));
    (!SILENT.contains(&name) && !current.is_empty()).then(|| Atom::new(current))
}

fn top_level_comma(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (index, sign) in text.char_indices() {
        match sign {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return Some(index),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[test]
    fn finds_the_answer_inside_its_wrappers() {
        let cases = [
            ("Task<ActionResult<List<Order>>>", Some("List<Order>")),
            ("Task<Results<Ok<Order>, NotFound>>", Some("Order")),
            ("Task<IActionResult>", None),
            ("IResult", None),
            ("OrderDto?", Some("OrderDto?")),
        ];
        for (written, expected) in cases {
            assert_eq!(unwrapped(written).as_deref(), expected, "{written}");
        }
    }
}
