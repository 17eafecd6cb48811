//! WebSocket gateways: one hub each, with the messages that clients send as its operations.

use crate::codebase::Atom;
use crate::codebase::endpoint::{EndpointKind, OperationKind};
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{HandlerRef, OperationFact, Route, RouterRef, Routing};

use super::super::javascript::routes;
use super::{ID, auth};

/// `@WebSocketGateway({ namespace: "orders", path: "/ws" })` with its `@SubscribeMessage` methods.
pub(super) fn read(outline: &Outline, index: DefinitionIndex, class: &Definition, routing: &mut Routing) {
    let Some(gateway) = class.decorator("WebSocketGateway") else { return };
    let option = |key: &str| gateway.args.iter().find_map(|argument| argument.value.key(key)).cloned();
    let parts: Vec<Value> = [option("path"), option("namespace")].into_iter().flatten().collect();
    let path = routes::joined(parts).unwrap_or_else(|| Value::Text(Atom::new("/socket.io")));
    let route = routes::route(ID, RouterRef::Root, "ANY", path, HandlerRef::Definition(index));
    routing.routes.push(Route {
        kind: EndpointKind::Hub,
        absolute: true,
        auth: auth::read(&class.decorators),
        line: gateway.lines.first,
        ..route
    });
    for (method_index, method) in outline.children(index) {
        for decorator in method.decorators.iter().filter(|it| last_part(&it.name) == "SubscribeMessage") {
            let stated = decorator.args.first().map(|argument| &argument.value);
            let name = stated.and_then(|stated| stated.as_text().or_else(|| stated.as_name()));
            routing.operations.push(OperationFact {
                kind: OperationKind::Message,
                name: name.map_or_else(|| method.name.clone(), Atom::new),
                handler: HandlerRef::Definition(method_index),
                response: method.type_name.clone(),
                of: EndpointKind::Hub,
                framework: Atom::new(ID),
                line: decorator.lines.first,
            });
        }
    }
}
