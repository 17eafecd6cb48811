//! Controllers as decorated classes: methods, parameters, answers.

use crate::codebase::Atom;
use crate::codebase::endpoint::{Exchange, Location, Parameter, Status};
use crate::codebase::outline::{
    Assignment, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, positional,
};
use crate::codebase::routing::{AuthFact, HandlerRef, PathSyntax, Route, Router, RouterRef, RouterRole, Routing};

use super::{imports_any, reads, router, routes};

/// How a framework marks its controllers.
pub(in crate::frameworks) struct Controllers {
    pub(in crate::frameworks) id: &'static str,
    /// Packages that its decorators come from.
    pub(in crate::frameworks) packages: &'static [&'static str],
    /// Decorators of classes, their path first; empty where a class needs none.
    pub(in crate::frameworks) classes: &'static [&'static str],
    /// Decorators of methods.
    pub(in crate::frameworks) verbs: &'static [(&'static str, &'static str)],
    pub(in crate::frameworks) syntax: PathSyntax,
    /// What decorators say of callers.
    pub(in crate::frameworks) auth: fn(&[Decorator]) -> AuthFact,
}

/// The controllers of a file with their routes.
pub(in crate::frameworks) fn read(controllers: &Controllers, outline: &Outline) -> Routing {
    let mut routing = Routing::default();
    if !imports_any(outline, controllers.packages) {
        return routing;
    }
    for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
        let routes = of_class(controllers, outline, index, class);
        let stated = class.decorators.iter().find(|it| controllers.classes.contains(&last_part(&it.name)));
        let is_one = stated.is_some() || controllers.classes.is_empty() && !routes.is_empty();
        if is_one {
            let own = router(controllers.id, class.name.clone(), class.parent, RouterRole::Controller, class.line);
            let options = stated.and_then(|stated| positional(&stated.args, 0));
            let prefix =
                options.map(|options| options.key("path").or_else(|| options.key("basePath")).unwrap_or(options));
            routing.routers.push(Router {
                class: Some(index),
                prefixes: prefix.filter(|prefix| !matches!(prefix, Value::Record(_))).cloned().into_iter().collect(),
                auth: (controllers.auth)(&class.decorators),
                ..own
            });
        }
        routing.routes.extend(routes);
    }
    routing
}

fn of_class(controllers: &Controllers, outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Route> {
    let mut routes = Vec::new();
    for (method_index, method) in outline.children(index) {
        for decorator in &method.decorators {
            let Some((verb, path)) = stated(controllers, decorator) else { continue };
            let is_regex = matches!(path, Value::Regex(_));
            let path = match path {
                Value::Regex(pattern) => Value::Text(pattern.replace("\\/", "/").into()),
                path => path,
            };
            let mut exchange = exchange(method);
            exchange.deprecated |= reads::says_deprecated(class.doc.as_deref());
            routes.push(Route {
                syntax: if is_regex { PathSyntax::Regex } else { controllers.syntax },
                auth: (controllers.auth)(&method.decorators),
                exchange,
                line: decorator.lines.first,
                ..routes::route(
                    controllers.id,
                    RouterRef::Name(class.name.clone()),
                    &verb,
                    path,
                    HandlerRef::Definition(method_index),
                )
            });
        }
    }
    routes
}

/// Method and path that a decorator states: `@Get("/x")`, `@operation("get", "/x")`.
fn stated(controllers: &Controllers, decorator: &Decorator) -> Option<(Atom, Value)> {
    let name = last_part(&decorator.name);
    let path =
        |position| positional(&decorator.args, position).cloned().unwrap_or_else(|| Value::Text(Atom::default()));
    if name == "operation" {
        let method = positional(&decorator.args, 0)?.as_text()?;
        return Some((Atom::from(method.to_uppercase()), path(1)));
    }
    routes::verb(controllers.verbs, name).map(|verb| (Atom::new(verb), path(0)))
}

/// Decorators of parameters, by where what they take stands.
const PARAMETERS: &[(&str, Location)] = &[
    ("Cookie", Location::Cookie),
    ("CookieParam", Location::Cookie),
    ("Header", Location::Header),
    ("HeaderParam", Location::Header),
    ("Headers", Location::Header),
    ("Param", Location::Path),
    ("Path", Location::Path),
    ("Query", Location::Query),
    ("QueryParam", Location::Query),
    ("FormField", Location::Form),
    ("UploadedFile", Location::Form),
    ("param.header", Location::Header),
    ("param.path", Location::Path),
    ("param.query", Location::Query),
];

/// Decorators of a method that describe a parameter, by where it stands.
const DESCRIBED: &[(&str, Location)] = &[
    ("ApiCookieAuth", Location::Cookie),
    ("ApiHeader", Location::Header),
    ("ApiParam", Location::Path),
    ("ApiQuery", Location::Query),
];

/// Decorators of the parameter that takes the body.
const BODIES: &[&str] = &["Body", "BodyProp", "RequestBody", "requestBody"];

/// Decorators of answers that name their status.
const ANSWERS: &[(&str, u16)] = &[
    ("ApiAcceptedResponse", 202),
    ("ApiBadGatewayResponse", 502),
    ("ApiBadRequestResponse", 400),
    ("ApiConflictResponse", 409),
    ("ApiCreatedResponse", 201),
    ("ApiForbiddenResponse", 403),
    ("ApiFoundResponse", 302),
    ("ApiGoneResponse", 410),
    ("ApiInternalServerErrorResponse", 500),
    ("ApiMovedPermanentlyResponse", 301),
    ("ApiNoContentResponse", 204),
    ("ApiNotFoundResponse", 404),
    ("ApiNotImplementedResponse", 501),
    ("ApiOkResponse", 200),
    ("ApiPayloadTooLargeResponse", 413),
    ("ApiServiceUnavailableResponse", 503),
    ("ApiTooManyRequestsResponse", 429),
    ("ApiUnauthorizedResponse", 401),
    ("ApiUnprocessableEntityResponse", 422),
];

/// What a method's signature and decorators say that it takes and gives.
pub(in crate::frameworks) fn exchange(method: &Definition) -> Exchange {
    let mut exchange = Exchange {
        deprecated: reads::says_deprecated(method.doc.as_deref()) || method.decorator("Deprecated").is_some(),
        ..Exchange::default()
    };
    for parameter in &method.parameters {
        for decorator in &parameter.decorators {
            take(&mut exchange, decorator, parameter);
        }
    }
    for decorator in &method.decorators {
        describe(&mut exchange, decorator);
        answer(&mut exchange, decorator);
    }
    exchange.response = returned(method).or(exchange.response.take());
    exchange.statuses.sort();
    exchange.statuses.dedup_by(|b, a| a.code == b.code);
    exchange
}

fn take(exchange: &mut Exchange, decorator: &Decorator, parameter: &crate::codebase::outline::Parameter) {
    let name = last_part(&decorator.name);
    let first = positional(&decorator.args, 0);
    let key = first.and_then(|first| first.as_text().or_else(|| first.key("name").and_then(Value::as_text)));
    if BODIES.contains(&name) {
        if key.is_none() || exchange.request.is_none() && name == "Body" && key.is_none() {
            exchange.request.clone_from(&parameter.type_name);
        }
        return;
    }
    let dotted = PARAMETERS.iter().find(|(own, _)| decorator.name.starts_with(&format!("{own}.")));
    let own = PARAMETERS.iter().find(|(own, _)| *own == name && !decorator.name.starts_with("param."));
    let Some((_, location)) = dotted.or(own) else { return };
    // Without a key the whole of them is taken: an object of a type.
    let takes_all =
        key.is_none() && matches!(name, "Query" | "Headers" | "Param") && is_object(parameter.type_name.as_deref());
    if takes_all {
        if *location == Location::Query && parameter.type_name.is_some() {
            let type_name = parameter.type_name.clone();
            let members = Parameter { location: Location::Query, name: Atom::default(), type_name, required: false };
            exchange.parameters.push(members);
        }
        return;
    }
    let is_optional = parameter.default.is_some()
        || parameter.modifiers.iter().any(|it| it == "?")
        || parameter.type_name.as_deref().is_some_and(|it| it.contains("undefined"));
    exchange.parameters.push(Parameter {
        location: *location,
        name: key.map_or_else(|| parameter.name.clone(), Atom::new),
        type_name: parameter.type_name.clone(),
        required: *location == Location::Path || !is_optional,
    });
}

/// The fields of an object that is read from the query as a whole.
pub(in crate::frameworks) fn members(outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
    let is_object = |it: &&Definition| matches!(it.kind, SymbolKind::Class | SymbolKind::Interface);
    outline.definition(index).filter(is_object)?;
    let fields = outline.children(index).filter(|(_, it)| it.kind == SymbolKind::Field && !it.has_modifier("static"));
    let is_given = |it: &Assignment| it.enclosing == Some(index) && it.value != Value::Unknown;
    let has_default = |name: &str| outline.assignments.iter().any(|it| is_given(it) && it.target == name);
    let parameters = fields.map(|(_, field)| Parameter {
        location: Location::Query,
        name: field.name.clone(),
        type_name: field.type_name.clone(),
        required: !field.has_modifier("?") && field.decorator("IsOptional").is_none() && !has_default(&field.name),
    });
    Some(Exchange { parameters: parameters.collect(), ..Exchange::default() })
}

/// Whether a type is one of this repository's, and no plain value.
fn is_object(type_name: Option<&str>) -> bool {
    let plain = ["string", "number", "boolean", "any", "unknown", "Date", "bigint"];
    type_name.is_none_or(|name| !plain.contains(&name.trim_end_matches("[]")) && !name.contains('|'))
}

/// Adds what decorators of a class say of all its methods.
pub(in crate::frameworks) fn describe_all(exchange: &mut Exchange, decorators: &[Decorator]) {
    for decorator in decorators {
        describe(exchange, decorator);
        answer(exchange, decorator);
    }
    exchange.statuses.sort();
    exchange.statuses.dedup_by(|b, a| a.code == b.code);
}

/// `@ApiQuery({ name, type, required })`.
fn describe(exchange: &mut Exchange, decorator: &Decorator) {
    let found = DESCRIBED.iter().find(|(own, _)| *own == last_part(&decorator.name));
    let (Some((_, location)), Some(options)) = (found, positional(&decorator.args, 0)) else { return };
    let Some(name) = options.key("name").and_then(Value::as_text) else { return };
    let type_name = options.key("type").or_else(|| options.key("enum")).and_then(|it| match it {
        Value::Name(name) | Value::Text(name) => Some(Atom::from(match name.as_str() {
            "String" | "Number" | "Boolean" => name.to_lowercase(),
            name => name.to_owned(),
        })),
        _ => None,
    });
    let required = options.key("required") != Some(&Value::Bool(false));
    if let Some(known) = exchange.parameters.iter_mut().find(|it| it.location == *location && it.name == name) {
        known.type_name = known.type_name.take().or(type_name);
        known.required &= required || *location == Location::Path;
        return;
    }
    let required = required || *location == Location::Path;
    exchange.parameters.push(Parameter { location: *location, name: name.into(), type_name, required });
}

/// `@HttpCode(204)`, `@ApiResponse({ status, type })`, `@ApiOkResponse({ type })`, `@Response<Problem>(404)`,
/// `@ApiOperation({ deprecated: true })`.
fn answer(exchange: &mut Exchange, decorator: &Decorator) {
    let name = last_part(&decorator.name);
    let first = positional(&decorator.args, 0);
    if name == "ApiOperation" {
        exchange.deprecated |= first.and_then(|it| it.key("deprecated")) == Some(&Value::Bool(true));
        return;
    }
    let code = match name {
        "HttpCode" | "Response" | "SuccessResponse" | "OnUndefined" => first.and_then(reads::code),
        "ApiResponse" => first.and_then(|it| it.key("status")).and_then(reads::code),
        _ => ANSWERS.iter().find(|(own, _)| *own == name).map(|(_, code)| *code),
    };
    let Some(code) = code else { return };
    let type_name = first.and_then(|it| it.key("type")).and_then(type_of);
    if code < 300 && exchange.response.is_none() {
        exchange.response.clone_from(&type_name);
    }
    exchange.statuses.push(Status { code, type_name });
}

fn type_of(value: &Value) -> Option<Atom> {
    match value {
        Value::Name(name) => Some(name.clone()),
        Value::List(items) => items.first().and_then(Value::as_name).map(|name| format!("{name}[]").into()),
        // `type: () => Order`.
        Value::Function(function) => function.returns.as_ref().and_then(Value::as_name).map(Atom::new),
        _ => None,
    }
}

/// The type that a method says it gives, without what makes it wait.
fn returned(method: &Definition) -> Option<Atom> {
    let own = method.type_name.as_deref()?;
    let inner = own.strip_prefix("Promise<").or_else(|| own.strip_prefix("Observable<"));
    let own = inner.and_then(|inner| inner.strip_suffix('>')).unwrap_or(own);
    (!matches!(own, "void" | "any" | "unknown" | "object")).then(|| own.into())
}
