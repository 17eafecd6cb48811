//! Flask-AppBuilder: views and APIs are classes whose `@expose` methods stand below the class's own path.

use crate::codebase::Atom;
use crate::codebase::endpoint::EndpointKind;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, Value, last_part, named, positional};
use crate::codebase::routing::{AuthFact, HandlerRef, PathSyntax, Route, Router, RouterRef, RouterRole, Routing};

use super::super::pythonic;
use super::ID;

/// Decorators that demand a permission of callers.
const GUARDS: &[&str] = &["has_access", "has_access_api", "protect"];

/// Reads the classes with exposed methods.
pub(super) fn read(outline: &Outline, routing: &mut Routing) {
    for (index, class) in pythonic::definitions(outline).filter(|(_, it)| it.kind.is_type()) {
        let exposed: Vec<Route> = outline.children(index).flat_map(|(at, method)| exposed(class, at, method)).collect();
        if exposed.is_empty() {
            continue;
        }
        routing.routers.push(Router {
            role: RouterRole::Controller,
            prefixes: vec![base(outline, index, class)],
            ..pythonic::class_router(ID, index, class)
        });
        routing.routes.extend(exposed);
    }
}

/// `route_base`, or `/api/{version}/{resource_name}` of an API, or the class's name.
fn base(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Value {
    let stated = |name: &str| pythonic::attribute(outline, index, name);
    if let Some(base) = stated("route_base").filter(|base| **base != Value::Null) {
        return base.clone();
    }
    let plain = class.name.to_lowercase();
    let resource = stated("resource_name").and_then(Value::as_text);
    let is_api = resource.is_some() || class.bases.iter().any(|base| last_part(base).ends_with("Api"));
    if !is_api {
        return Value::Text(format!("/{plain}").into());
    }
    let version = stated("version").and_then(Value::as_text).unwrap_or("v1");
    Value::Text(format!("/api/{version}/{}", resource.unwrap_or(&plain)).into())
}

fn exposed(class: &Definition, index: DefinitionIndex, method: &Definition) -> Vec<Route> {
    let mut auth = pythonic::guards(&method.decorators);
    if method.decorators.iter().any(|own| GUARDS.contains(&last_part(&own.name))) {
        auth = AuthFact { required: Some(true), ..auth };
    }
    let decorators = method.decorators.iter().filter(|decorator| last_part(&decorator.name) == "expose");
    let route = |decorator: &crate::codebase::outline::Decorator| {
        let path = positional(&decorator.args, 0).or_else(|| named(&decorator.args, "url"));
        let methods = pythonic::methods(named(&decorator.args, "methods"));
        let router = RouterRef::Name(class.name.clone());
        Route {
            methods: methods.unwrap_or_else(|| vec![Atom::new("GET")]),
            path: path.cloned().unwrap_or_else(|| Value::Text(Atom::new("/"))),
            syntax: PathSyntax::Angles,
            kind: EndpointKind::Api,
            handler: HandlerRef::Definition(index),
            auth: auth.clone(),
            ..pythonic::blank_route(ID, router, decorator.lines.first)
        }
    };
    decorators.map(route).collect()
}
