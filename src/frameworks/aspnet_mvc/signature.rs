//! What an action takes: its parameters' places by their attributes, and by what ASP.NET infers where they have none.

use crate::codebase::Atom;

use crate::codebase::endpoint::{Exchange, Location, Parameter as Taken};
use crate::codebase::outline::{
    Decorator, Definition, DefinitionIndex, Outline, Parameter, SymbolKind, Value, last_part, named, positional,
};

use super::results;

/// Types that one value of a request fills.
const SIMPLE: &[&str] = &[
    "string",
    "String",
    "StringValues",
    "int",
    "Int32",
    "long",
    "Int64",
    "short",
    "byte",
    "bool",
    "Boolean",
    "double",
    "float",
    "decimal",
    "char",
    "uint",
    "ulong",
    "ushort",
    "sbyte",
    "Guid",
    "DateTime",
    "DateTimeOffset",
    "DateOnly",
    "TimeOnly",
    "TimeSpan",
    "Uri",
    "Version",
];

/// Types that the framework fills by itself, and those that say nothing.
const GIVEN: &[&str] = &[
    "object",
    "dynamic",
    "CancellationToken",
    "HttpContext",
    "HttpRequest",
    "HttpResponse",
    "ClaimsPrincipal",
    "IPrincipal",
    "LinkGenerator",
    "ApiVersion",
    "PipeReader",
    "Stream",
    "ModelStateDictionary",
    "ODataQueryOptions",
    "FunctionContext",
    "ExecutionContext",
    "HttpRequestData",
    "HttpRequestMessage",
];

/// Types that hold many of their type argument.
const SEQUENCES: &[&str] =
    &["List", "IList", "IEnumerable", "ICollection", "IReadOnlyList", "IReadOnlyCollection", "HashSet", "Nullable"];

/// How parameters without an attribute are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::frameworks) enum Binding {
    /// As controllers do: a value that is missing becomes its type's default; an object is read from the query where the
    /// request has no body.
    Controller,
    /// As minimal APIs do: a value that is missing is refused unless its type allows for it; an object is a service
    /// where the request has no body.
    Minimal,
}

/// All that a method of a class says about what it takes and gives.
pub(in crate::frameworks) fn exchange(
    class: Option<&Definition>,
    method: &Definition,
    methods: &[Atom],
    binding: Binding,
) -> Exchange {
    let decorators = || class.into_iter().flat_map(|class| &class.decorators).chain(&method.decorators);
    let mut exchange = taken(&method.parameters, methods, binding);
    results::add(&mut exchange, method.type_name.as_deref(), decorators());
    exchange.deprecated = decorators().any(is_obsolete);
    exchange
}

/// `[Obsolete]`.
pub(in crate::frameworks) fn is_obsolete(decorator: &Decorator) -> bool {
    last_part(&decorator.name) == "Obsolete"
}

/// What parameters say that a request holds.
pub(in crate::frameworks) fn taken(parameters: &[Parameter], methods: &[Atom], binding: Binding) -> Exchange {
    // Where the verb is stated elsewhere, an object may be a body.
    let has_body =
        methods.is_empty() || methods.iter().any(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH"));
    let mut exchange = Exchange::default();
    for parameter in parameters.iter().filter(|it| !it.modifiers.iter().any(|modifier| modifier == "this")) {
        let Some(type_name) = parameter.type_name.clone() else { continue };
        let required = is_required(parameter, binding);
        let place = |location, name| Taken { location, name, type_name: Some(type_name.clone()), required };
        if let Some((decorator, bound)) = bound(&parameter.decorators) {
            let name = || named_by(decorator).unwrap_or_else(|| parameter.name.clone());
            match bound {
                Bound::Body => exchange.request = exchange.request.take().or(Some(type_name)),
                Bound::At(Location::Form) if is_data(&type_name) && !is_file(&type_name) => {
                    exchange.request = exchange.request.take().or(Some(type_name));
                }
                Bound::At(location) => exchange.parameters.push(place(location, name())),
                // Its members are the parameters: it has no name of its own.
                Bound::Members => exchange.parameters.push(place(Location::Query, Atom::default())),
                Bound::Service => {}
            }
        } else if is_file(&type_name) {
            exchange.parameters.push(place(Location::Form, parameter.name.clone()));
        } else if is_simple(&type_name) {
            exchange.parameters.push(place(Location::Query, parameter.name.clone()));
        } else if is_data(&type_name) {
            match (has_body, binding) {
                (true, _) => exchange.request = exchange.request.take().or(Some(type_name)),
                (false, Binding::Controller) => {
                    exchange.parameters.push(place(Location::Query, parameter.name.clone()));
                }
                (false, Binding::Minimal) => {}
            }
        }
    }
    exchange
}

/// What an attribute says about where a parameter comes from.
enum Bound {
    At(Location),
    Body,
    Members,
    Service,
}

fn bound(decorators: &[Decorator]) -> Option<(&Decorator, Bound)> {
    decorators.iter().find_map(|decorator| {
        let bound = match last_part(&decorator.name) {
            "FromQuery" | "FromUri" | "QueryParam" => Bound::At(Location::Query),
            "FromRoute" | "RouteParam" => Bound::At(Location::Path),
            "FromHeader" => Bound::At(Location::Header),
            "FromCookie" => Bound::At(Location::Cookie),
            "FromForm" | "FormField" => Bound::At(Location::Form),
            "FromBody" => Bound::Body,
            "AsParameters" => Bound::Members,
            "FromServices" | "FromKeyedServices" | "FromClaim" | "HasPermission" | "BindNever" => Bound::Service,
            "ModelBinder" | "SwaggerIgnore" | "JsonIgnore" | "BindFrom" => return None,
            name if name.starts_with("From") => Bound::Service,
            _ => return None,
        };
        Some((decorator, bound))
    })
}

/// The name in the request that an attribute gives: `[FromHeader(Name = "x-request-id")]`.
fn named_by(decorator: &Decorator) -> Option<Atom> {
    let said = named(&decorator.args, "Name").or_else(|| positional(&decorator.args, 0));
    said.and_then(Value::as_text).map(Atom::new)
}

fn is_required(parameter: &Parameter, binding: Binding) -> bool {
    let demands = parameter.decorators.iter().any(demands);
    let nullable = parameter.type_name.as_deref().is_some_and(|name| name.ends_with('?'));
    demands || (binding == Binding::Minimal && !nullable && parameter.default.is_none())
}

fn demands(decorator: &Decorator) -> bool {
    matches!(last_part(&decorator.name), "Required" | "BindRequired")
}

/// Whether one value of a request, or a row of such, fills this type.
pub(in crate::frameworks) fn is_simple(type_name: &str) -> bool {
    let element = element(type_name);
    SIMPLE.contains(&last_part(element)) && !element.contains('<')
}

fn is_file(type_name: &str) -> bool {
    matches!(last_part(element(type_name)), "IFormFile" | "IFormFileCollection" | "IFormCollection")
}

/// The type without what makes it optional or many.
fn element(type_name: &str) -> &str {
    let mut name = type_name.trim_end_matches('?').trim_end_matches("[]").trim_end_matches('?');
    if let Some((outer, inner)) = name.strip_suffix('>').and_then(|name| name.split_once('<'))
        && SEQUENCES.contains(&last_part(outer))
    {
        name = inner.trim_end_matches('?');
    }
    name
}

/// Whether a type looks like data: no scalar, no service, nothing that the framework gives.
fn is_data(type_name: &str) -> bool {
    let name = last_part(element(type_name));
    let mut letters = name.chars();
    let is_interface = letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase);
    let is_service = is_interface
        || ["Service", "Services", "Context", "Manager", "Repository", "Mediator", "Sender", "Handler", "Logger"]
            .iter()
            .any(|end| name.ends_with(end));
    !is_service && !GIVEN.contains(&name) && !is_simple(type_name)
}

/// What the members of a type say, where its members are parameters: properties that can be set, and the parameters of
/// its primary constructor.
pub(in crate::frameworks) fn members(outline: &Outline, index: DefinitionIndex, binding: Binding) -> Option<Exchange> {
    let class = outline.definition(index)?;
    if !matches!(class.kind, SymbolKind::Class | SymbolKind::Struct) {
        return None;
    }
    let mut exchange = Exchange::default();
    let properties = outline.children(index).map(|(_, it)| it).filter(|it| is_settable(it));
    let properties = properties.map(|it| Parameter {
        name: it.name.clone(),
        type_name: it.type_name.clone(),
        default: (!it.has_modifier("required")).then_some(Value::Null),
        decorators: it.decorators.clone(),
        ..Parameter::default()
    });
    for parameter in class.parameters.iter().cloned().chain(properties) {
        let mut own = taken(std::slice::from_ref(&parameter), &[Atom::new("GET")], binding);
        exchange.parameters.append(&mut own.parameters);
        exchange.request = exchange.request.or(own.request);
    }
    Some(exchange)
}

fn is_settable(member: &Definition) -> bool {
    member.kind == SymbolKind::Field
        && member.has_modifier("public")
        && !member.has_modifier("static")
        && (member.has_modifier("set") || member.has_modifier("init"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_apart() {
        for (name, simple, data) in [
            ("int?", true, false),
            ("string[]", true, false),
            ("List<Guid>", true, false),
            ("OrderDto", false, true),
            ("List<OrderDto>", false, true),
            ("IOrders", false, false),
            ("ILogger<OrdersApi>", false, false),
            ("CatalogContext", false, false),
            ("CancellationToken", false, false),
        ] {
            assert_eq!((is_simple(name), is_data(name)), (simple, data), "{name}");
        }
    }
}
