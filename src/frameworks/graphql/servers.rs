//! Servers of GraphQL: Apollo, Yoga, Mercurius, Nest's module, `express-graphql` and their like.

use crate::codebase::outline::{Call, Outline, Value};
use crate::codebase::routing::{HandlerRef, Route, RouterRef};
use crate::codebase::{Atom, EndpointKind};

use super::super::javascript::{self, routes};
use super::ID;

/// Packages that serve GraphQL.
const PACKAGES: &[&str] = &[
    "@apollo/server",
    "@as-integrations",
    "@hono/graphql-server",
    "@nestjs/graphql",
    "@pothos/core",
    "apollo-server",
    "apollo-server-express",
    "apollo-server-fastify",
    "apollo-server-koa",
    "express-graphql",
    "graphql-http",
    "graphql-yoga",
    "koa-graphql",
    "mercurius",
];

/// Calls that make middleware of a server or schema.
const MIDDLEWARE: &[&str] =
    &["createHandler", "expressMiddleware", "fastifyApolloHandler", "graphqlHTTP", "graphqlServer", "koaMiddleware"];

/// The endpoints that a file's servers answer at.
pub(super) fn read(outline: &Outline) -> Vec<Route> {
    if !javascript::imports_any(outline, PACKAGES) {
        return Vec::new();
    }
    outline.calls.iter().filter_map(|call| served(outline, call)).collect()
}

fn served(outline: &Outline, call: &Call) -> Option<Route> {
    let callee = call.value.callee.as_str();
    let options =
        call.value.args.iter().map(|argument| &argument.value).find(|value| matches!(value, Value::Record(_)));
    let option = |key: &str| options.and_then(|options| options.key(key)).cloned();
    let default = || Value::Text(Atom::new("/graphql"));
    let receiver = call.value.receiver.as_ref().and_then(Value::as_name);
    let (router, path) = match (callee, receiver) {
        ("startStandaloneServer", None) => (RouterRef::Root, Value::Text(Atom::new("/"))),
        ("createYoga", None) => (RouterRef::Root, option("graphqlEndpoint").unwrap_or_else(default)),
        ("applyMiddleware", Some(_)) => {
            let app = options.and_then(|options| options.key("app")).and_then(Value::as_name);
            (app.map_or(RouterRef::Root, |app| RouterRef::Name(app.into())), option("path").unwrap_or_else(default))
        }
        ("forRoot" | "forRootAsync", Some("GraphQLModule")) => {
            (RouterRef::Root, option("path").unwrap_or_else(default))
        }
        ("register", Some(app)) if call.value.positional(0).and_then(Value::as_name).is_some_and(is_mercurius) => {
            if option("routes") == Some(Value::Bool(false)) {
                return None;
            }
            (RouterRef::Name(app.into()), option("path").unwrap_or_else(default))
        }
        ("use" | "all" | "post", Some(app)) => {
            let path = call.value.positional(0).filter(|path| routes::is_path_like(path))?;
            if !call.value.args.iter().any(|argument| is_middleware(outline, &argument.value)) {
                return None;
            }
            (RouterRef::Name(app.into()), path.clone())
        }
        _ => return None,
    };
    let handler = HandlerRef::Inline(call.value.lines);
    let route = routes::route(ID, router, "POST", path, handler);
    Some(Route { kind: EndpointKind::Graphql, conditional: call.conditional, line: call.value.line, ..route })
}

fn is_mercurius(name: &str) -> bool {
    name.to_lowercase().contains("mercurius")
}

fn is_middleware(outline: &Outline, value: &Value) -> bool {
    match value {
        Value::Call(call) => MIDDLEWARE.contains(&call.callee.as_str()),
        Value::Name(name) => outline.assignments.iter().any(|it| {
            it.target == *name && it.value.as_call().is_some_and(|call| MIDDLEWARE.contains(&call.callee.as_str()))
        }),
        _ => false,
    }
}
