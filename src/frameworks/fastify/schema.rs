//! What a route's JSON schema and type arguments say that it takes and gives.

use crate::codebase::Atom;
use crate::codebase::endpoint::{Exchange, Location, Parameter, Status};
use crate::codebase::outline::{Outline, Value};
use crate::codebase::routing::Route;

/// Reads `schema: { params, querystring, headers, body, response, summary, deprecated }`.
pub(super) fn read(outline: &Outline, schema: &Value, route: &mut Route) {
    let schema = given(outline, schema);
    let exchange = &mut route.exchange;
    for (key, location) in [
        ("params", Location::Path),
        ("querystring", Location::Query),
        ("query", Location::Query),
        ("headers", Location::Header),
    ] {
        if let Some(part) = schema.key(key) {
            parameters(given(outline, part), location, exchange);
        }
    }
    if let Some(name) = schema.key("body").and_then(type_of) {
        exchange.request = Some(name);
    }
    if let Some(Value::Record(answers)) = schema.key("response").map(|it| given(outline, it)) {
        for (code, answer) in answers {
            let Some(code) = code.parse().ok().filter(|code| (100..600).contains(code)) else { continue };
            let type_name = type_of(answer);
            if code < 300 && exchange.response.is_none() {
                exchange.response.clone_from(&type_name);
            }
            exchange.statuses.retain(|status| status.code != code);
            exchange.statuses.push(Status { code, type_name });
        }
        exchange.statuses.sort();
    }
    exchange.deprecated |= schema.key("deprecated") == Some(&Value::Bool(true));
    let summary = schema.key("summary").or_else(|| schema.key("description")).and_then(Value::as_text);
    route.summary = summary.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
}

/// `get<{ Querystring: Paging; Body: NewOrder; Reply: Order }>`.
pub(super) fn read_types(type_args: &[Atom], exchange: &mut Exchange) {
    let Some(generic) = type_args.first() else { return };
    let inside = generic.trim().trim_start_matches('{').trim_end_matches('}');
    for part in inside.split([';', ',']) {
        let Some((key, name)) = part.split_once(':') else { continue };
        let name = name.trim();
        if !name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '[' | ']')) {
            continue;
        }
        match key.trim() {
            "Body" if exchange.request.is_none() => exchange.request = Some(name.into()),
            "Reply" if exchange.response.is_none() => exchange.response = Some(name.into()),
            _ => {}
        }
    }
}

/// The value of a constant of this file, or the value itself.
fn given<'v>(outline: &'v Outline, value: &'v Value) -> &'v Value {
    let found = value.as_name().and_then(|name| outline.assignments.iter().find(|it| it.target == name));
    found.map_or(value, |found| &found.value)
}

/// `{ type: "object", properties: { page: { type: "integer" } }, required: ["page"] }`, or a type's call:
/// `Type.Object({ page: Type.Integer() })`, `z.object({ page: z.number() })`.
fn parameters(part: &Value, location: Location, exchange: &mut Exchange) {
    let required = match part.key("required") {
        Some(Value::List(names)) => names.iter().filter_map(Value::as_text).collect(),
        _ => Vec::new(),
    };
    let fields = part.key("properties").or_else(|| {
        let call = part.as_call().filter(|call| matches!(call.callee.as_str(), "Object" | "object"));
        call.and_then(|call| call.positional(0))
    });
    let fields = match fields.unwrap_or(part) {
        Value::Record(fields) if fields.iter().all(|(name, _)| name != "$ref" && name != "type") => fields,
        _ => return,
    };
    for (name, field) in fields {
        let type_name = match field {
            Value::Record(_) => field.key("type").and_then(Value::as_text).map(Atom::new),
            Value::Call(_) => Some(called(field)),
            _ => None,
        };
        let is_optional = matches!(field, Value::Call(_)) && says_optional(field);
        let is_required = required.contains(&name.as_str()) || matches!(field, Value::Call(_)) && !is_optional;
        exchange.parameters.retain(|it| it.location != location || it.name != *name);
        let required = is_required || location == Location::Path;
        exchange.parameters.push(Parameter { location, name: name.clone(), type_name, required });
    }
}

/// `z.string().uuid()` is a `string`.
fn called(value: &Value) -> Atom {
    let mut name = Atom::default();
    let mut value = Some(value);
    while let Some(Value::Call(call)) = value {
        name = call.callee.clone();
        value = if matches!(name.as_str(), "Optional" | "optional") && call.positional(0).is_some() {
            call.positional(0)
        } else {
            call.receiver.as_ref()
        };
    }
    Atom::from(name.to_lowercase())
}

fn says_optional(value: &Value) -> bool {
    let mut value = Some(value);
    while let Some(Value::Call(call)) = value {
        if matches!(call.callee.as_str(), "Optional" | "optional" | "default" | "nullish") {
            return true;
        }
        value = call.receiver.as_ref();
    }
    false
}

/// A type's name: `NewOrderSchema`, or what a reference points at: `{ $ref: "order#" }`.
fn type_of(value: &Value) -> Option<Atom> {
    match value {
        Value::Name(name) => Some(name.clone()),
        Value::Record(_) => {
            let target = value.key("$ref")?.as_text()?;
            Some(Atom::new(target.trim_end_matches('#').rsplit(['/', '#']).next().unwrap_or(target)))
        }
        Value::Call(call) if call.callee == "ref" || call.callee == "Ref" => {
            call.positional(0).and_then(|it| it.as_name().or_else(|| it.as_text())).map(Atom::new)
        }
        _ => None,
    }
}
