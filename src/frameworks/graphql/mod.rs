//! GraphQL servers: one path for all, with the fields of their schemas as operations.

mod schema;
mod servers;

use crate::codebase::endpoint::OperationKind;
use crate::codebase::outline::{DefinitionIndex, Outline, SymbolKind, Value, last_part, positional};
use crate::codebase::routing::{HandlerRef, OperationFact, Routing};
use crate::codebase::{Atom, EndpointKind, RepoPath};

use super::Framework;
use super::javascript;

/// GraphQL.
pub struct GraphQl;

const ID: &str = "graphql";

/// Packages whose decorators make resolvers of classes.
const CODE_FIRST: &[&str] = &["@nestjs/graphql", "type-graphql"];

/// Root types, as schemas and resolver maps name them, and decorators of the same names.
const ROOTS: &[(&str, OperationKind)] = &[
    ("Query", OperationKind::Query),
    ("Mutation", OperationKind::Mutation),
    ("Subscription", OperationKind::Subscription),
];

/// Calls of schema builders that add one field to a root type.
const BUILDERS: &[(&str, OperationKind)] = &[
    ("queryField", OperationKind::Query),
    ("mutationField", OperationKind::Mutation),
    ("subscriptionField", OperationKind::Subscription),
];

impl Framework for GraphQl {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "GraphQL"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing { routes: servers::read(outline), ..Routing::default() };
        if javascript::imports_any(outline, CODE_FIRST) {
            classes(outline, &mut routing.operations);
        }
        maps(outline, &mut routing.operations);
        built(outline, &mut routing.operations);
        schema::inline(outline, &mut routing.operations);
        routing
    }

    fn routing_of_text(&self, path: &RepoPath, text: &str) -> Routing {
        let mut routing = Routing::default();
        if matches!(path.extension(), "graphql" | "gql" | "graphqls") {
            schema::read(text, 1, &mut routing.operations);
        }
        routing
    }
}

fn root(name: &str) -> Option<OperationKind> {
    ROOTS.iter().find(|(root, _)| *root == name).map(|(_, kind)| *kind)
}

fn operation(kind: OperationKind, name: Atom, handler: HandlerRef, response: Option<Atom>, line: u32) -> OperationFact {
    OperationFact { kind, name, handler, response, of: EndpointKind::Graphql, framework: Atom::new(ID), line }
}

/// `@Resolver() class { @Query(() => Order) order() }`.
fn classes(outline: &Outline, operations: &mut Vec<OperationFact>) {
    let is_resolver = |it: &crate::codebase::outline::Definition| {
        it.kind == SymbolKind::Class && (it.decorator("Resolver").is_some() || it.has_modifier("abstract"))
    };
    for (class, _) in (0..).zip(&outline.definitions).filter(|(_, it)| is_resolver(it)) {
        for (index, method) in outline.children(class) {
            for decorator in &method.decorators {
                let Some(kind) = root(last_part(&decorator.name)) else { continue };
                let first = positional(&decorator.args, 0);
                let options = decorator.args.iter().find_map(|argument| argument.value.key("name"));
                let name = first.and_then(Value::as_text).or_else(|| options.and_then(Value::as_text));
                let name = name.map_or_else(|| method.name.clone(), Atom::new);
                let stated = first.and_then(Value::as_function).and_then(|it| it.returns.as_ref()).and_then(type_of);
                let response = stated.or_else(|| method.type_name.clone());
                operations.push(operation(kind, name, HandlerRef::Definition(index), response, method.line));
            }
        }
    }
}

/// `Order` of `() => Order`, `Order[]` of `() => [Order]`.
fn type_of(value: &Value) -> Option<Atom> {
    match value {
        Value::Name(name) => Some(name.clone()),
        Value::List(items) => items.first().and_then(Value::as_name).map(|name| format!("{name}[]").into()),
        _ => None,
    }
}

/// `{ Query: { order: (parent, args) => .. }, Mutation: .. }`: resolvers by type and field.
fn maps(outline: &Outline, operations: &mut Vec<OperationFact>) {
    for assignment in &outline.assignments {
        let own = root(last_part(&assignment.target)).filter(|_| is_resolver_map(&assignment.value));
        if let Some(kind) = own.filter(|_| assignment.enclosing.is_none()) {
            fields(outline, kind, &assignment.value, assignment.line, operations);
        }
        let Value::Record(types) = &assignment.value else { continue };
        let is_map = last_part(&assignment.target).to_lowercase().contains("resolver")
            || matches!(assignment.target.as_str(), "export default" | "module.exports");
        for (name, map) in types.iter().filter(|_| is_map) {
            if let Some(kind) = root(name) {
                fields(outline, kind, map, assignment.line, operations);
            }
        }
    }
    // Resolvers that are passed where they are written: `createSchema({ typeDefs, resolvers: { Query: .. } })`.
    for call in &outline.calls {
        let stated = call.value.args.iter().filter_map(|argument| argument.value.key("resolvers"));
        let maps = stated.filter(|_| javascript::option(&call.value, "typeDefs").is_some());
        for (name, map) in
            maps.filter_map(|map| if let Value::Record(types) = map { Some(types) } else { None }).flatten()
        {
            if let Some(kind) = root(name) {
                fields(outline, kind, map, call.value.line, operations);
            }
        }
    }
}

/// Whether a record holds functions, and so resolvers: a type of that name may be anything.
fn is_resolver_map(value: &Value) -> bool {
    let Value::Record(entries) = value else { return false };
    !entries.is_empty()
        && entries.iter().all(|(_, value)| {
            matches!(value, Value::Function(_) | Value::Name(_) | Value::Spread(_) | Value::Record(_) | Value::Call(_))
        })
        && entries.iter().any(|(_, value)| value.as_function().is_some_and(|function| function.parameters.len() >= 2))
}

fn fields(outline: &Outline, kind: OperationKind, map: &Value, line: u32, operations: &mut Vec<OperationFact>) {
    let Value::Record(entries) = map else { return };
    for (name, resolver) in entries.iter().filter(|(name, _)| !name.is_empty() && !name.starts_with("__")) {
        let handler = match resolver {
            Value::Name(resolver) => HandlerRef::Name(resolver.clone()),
            Value::Function(function) => method_at(outline, name, function.lines.first)
                .map_or(HandlerRef::Inline(function.lines), HandlerRef::Definition),
            Value::Record(_) | Value::Call(_) => HandlerRef::Inline(crate::codebase::Lines::one(line)),
            _ => continue,
        };
        let line = match resolver {
            Value::Function(function) => function.lines.first,
            _ => line,
        };
        operations.push(operation(kind, name.clone(), handler, None, line));
    }
}

/// The definition that a function within a record has.
fn method_at(outline: &Outline, name: &str, line: u32) -> Option<DefinitionIndex> {
    let found = (0..)
        .zip(&outline.definitions)
        .find(|(_, it)| it.name == name && it.lines.contains(line) && !it.kind.is_type());
    found.map(|(index, _)| index)
}

/// `builder.queryField("orders", ..)`.
fn built(outline: &Outline, operations: &mut Vec<OperationFact>) {
    for call in &outline.calls {
        let Some((_, kind)) = BUILDERS.iter().find(|(name, _)| *name == call.value.callee) else { continue };
        if let Some(name) = call.value.positional(0).and_then(Value::as_text) {
            let handler = HandlerRef::Inline(call.value.lines);
            operations.push(operation(*kind, name.into(), handler, None, call.value.line));
        }
    }
}
