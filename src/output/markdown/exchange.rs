//! What an endpoint takes and gives, as cells of a table.

use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::Endpoint;
use crate::codebase::endpoint::{Location, Parameter};

/// Names of parameters that a cell shows; the `OpenAPI` document has them all.
const NAMES_MAX: usize = 8;

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
        let own: Vec<&Parameter> = exchange.parameters.iter().filter(|it| it.location == location).collect();
        let mut names: Vec<Md> = own.iter().take(NAMES_MAX).map(|it| name(it)).collect();
        if own.len() > NAMES_MAX {
            names.push(Md::text(&format!("{} more", own.len() - NAMES_MAX)));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::endpoint::{Exchange, Status};

    #[test]
    fn cells_name_what_is_given_and_stay_short() {
        let parameter = |location, name: &str, required| Parameter {
            location,
            name: name.into(),
            required,
            ..Parameter::default()
        };
        let mut parameters = vec![parameter(Location::Path, "id", true), parameter(Location::Header, "X-Key", true)];
        parameters.extend((0..10).map(|number| parameter(Location::Query, &format!("q{number}"), false)));
        let exchange = Exchange {
            parameters,
            request: Some("NewOrder".into()),
            response: Some("Order".into()),
            statuses: vec![
                Status { code: 201, type_name: Some("Order".into()) },
                Status { code: 404, type_name: Some("Problem".into()) },
            ],
            deprecated: false,
        };
        let endpoint = Endpoint { exchange, ..Endpoint::default() };
        let query = "query `q0?`, `q1?`, `q2?`, `q3?`, `q4?`, `q5?`, `q6?`, `q7?`, 2 more";
        assert_eq!(takes(&endpoint).to_string(), format!("`NewOrder`; {query}; header `X-Key`"));
        assert_eq!(gives(&endpoint).to_string(), "`Order`, 201, 404 `Problem`");
        assert!(takes(&Endpoint::default()).is_empty());
    }
}
