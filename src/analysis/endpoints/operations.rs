//! Operations: what stands behind an endpoint that is one path for many things, as GraphQL and hubs are.

use crate::codebase::endpoint::{Endpoint, EndpointKind, Operation, OperationKind};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, SymbolKind};
use crate::codebase::routing::OperationFact;

use super::super::link::Names;
use super::evaluate::At;
use super::handlers;
use super::routers::Routers;
use super::{app_of, is_test};

/// Methods that a hub has for its host, not for its callers.
const LIFECYCLE: &[&str] = &["Dispose", "OnConnectedAsync", "OnDisconnectedAsync", "OnReconnected"];

/// Gives each operation to the endpoints of its kind and framework that its app serves; a hub's are its class's public
/// methods.
pub(super) fn attach(names: &Names<'_>, routers: &Routers<'_>, endpoints: &mut [Endpoint]) {
    for (file, facts) in (0..).zip(names.scope().facts) {
        if is_test(names, file) {
            continue;
        }
        for fact in &facts.routing.operations {
            let operation = operation(names, routers.at(file, fact.line), fact);
            let app = app_of(names, file);
            let serving = endpoints.iter_mut().filter(|it| it.kind == fact.of && it.framework == fact.framework);
            let mut serving: Vec<&mut Endpoint> = serving.collect();
            // A library's operations are served by whichever app has such an endpoint, if only one has.
            if serving.iter().any(|it| it.app == app) {
                serving.retain(|it| it.app == app);
            } else if serving.iter().any(|it| it.app != serving[0].app) {
                continue;
            }
            // A hub's messages stand in its class.
            let file = &names.scope().files[file as usize].path;
            let is_around = |it: &Endpoint| {
                let handler = &it.handler;
                handler.file == *file && (handler.line..=handler.last_line).contains(&fact.line)
            };
            if serving.iter().any(|it| is_around(it)) {
                serving.retain(|it| is_around(it));
            }
            for endpoint in serving {
                endpoint.operations.push(operation.clone());
            }
        }
    }
    for endpoint in endpoints.iter_mut() {
        // What answers a field says more than the schema that declares it.
        endpoint.operations.sort_by(|a, b| {
            let key = |it: &Operation| (it.kind, it.name.clone(), it.handler.symbol.is_empty());
            key(a).cmp(&key(b))
        });
        endpoint.operations.dedup_by(|b, a| (a.kind, &a.name) == (b.kind, &b.name));
    }
}

fn operation(names: &Names<'_>, at: At, fact: &OperationFact) -> Operation {
    let found = handlers::answering(names, at, &fact.handler, fact.line);
    Operation { kind: fact.kind, name: fact.name.clone(), handler: found, response: fact.response.clone() }
}

/// The messages that clients may send to a hub's class: its public methods.
pub(super) fn of_hub(names: &Names<'_>, class: Option<Symbol>, kind: EndpointKind) -> Vec<Operation> {
    let Some(class) = class.filter(|_| kind == EndpointKind::Hub) else { return Vec::new() };
    let file: FileIndex = class.file;
    // Elsewhere each message is declared.
    if names.scope().files.get(file as usize).is_none_or(|file| file.path.extension() != "cs") {
        return Vec::new();
    }
    let Some((facts, index)) = names.scope().facts.get(file as usize).zip(class.definition) else { return Vec::new() };
    if !facts.outline.definition(index).is_some_and(|it| it.kind.is_type()) {
        return Vec::new();
    }
    let is_message = |it: &Definition| {
        it.kind == SymbolKind::Method
            && it.has_modifier("public")
            && !it.has_modifier("override")
            && !it.has_modifier("static")
            && !LIFECYCLE.contains(&it.name.as_str())
    };
    let methods = facts.outline.children(index).filter(|(_, it)| is_message(it));
    methods
        .map(|(method, it)| Operation {
            kind: OperationKind::Message,
            name: it.name.clone(),
            handler: handlers::handler_at(names, Symbol { file, definition: Some(method) }),
            response: it.type_name.clone(),
        })
        .collect()
}
