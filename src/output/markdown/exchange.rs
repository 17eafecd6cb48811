//! What an endpoint takes and gives, as cells of a table.

use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::Endpoint;
use crate::codebase::endpoint::{Location, Parameter};

/// Type of the body and names of what else is given; the path says its own parameters.
pub(super) fn takes(endpoint: &Endpoint) -> Md {
    let exchange = &endpoint.exchange;
    let mut parts: Vec<Md> = exchange.request.as_deref().map(Md::code).into_iter().collect();
    for (location, noun) in [
        (Location::Query, "query"),
        (Location::Header, "header"),
        (Location::Cookie, "cookie"),
        (Location::Form, "form"),
    ] {
        let own = exchange.parameters.iter().filter(|parameter| parameter.location == location);
        let names: Vec<Md> = own.map(name).collect();
        if !names.is_empty() {
            parts.push(Md::markdown(format!("{noun} {}", Md::join(&names, ", "))));
        }
    }
    Md::join(&parts, "; ")
}

fn name(parameter: &Parameter) -> Md {
    let optional = if parameter.required { "" } else { "?" };
    Md::code(&format!("{}{optional}", parameter.name))
}

/// Type of the answer, and the status codes that are stated: `Order`, 201, 404.
pub(super) fn gives(endpoint: &Endpoint) -> Md {
    let exchange = &endpoint.exchange;
    let mut parts: Vec<Md> = exchange.response.as_deref().map(Md::code).into_iter().collect();
    parts.extend(exchange.statuses.iter().map(|status| {
        let carried = status.type_name.as_ref().filter(|own| exchange.response.as_ref() != Some(*own));
        match carried {
            Some(carried) => Md::markdown(format!("{} {}", status.code, Md::code(carried))),
            None => Md::text(&status.code.to_string()),
        }
    }));
    Md::join(&parts, ", ")
}

/// The operations behind one endpoint.
pub(super) fn operations(endpoint: &Endpoint, links: &mut Links) -> Table {
    let rows = endpoint.operations.iter().map(|operation| {
        let handler = &operation.handler;
        let shown = if handler.symbol.is_empty() { handler.file.file_name() } else { &handler.symbol };
        let code = links.cite(&Md::code(shown), &format!("handler of {}", operation.name), &handler.place());
        let kind = format!("{:?}", operation.kind).to_lowercase();
        let gives = operation.response.as_deref().map(Md::code).unwrap_or_default();
        [Md::code(&operation.name), Md::text(&kind), gives, code]
    });
    Table::new(["Operation", "Kind", "Gives", "Code"], rows.collect::<Vec<_>>())
}
