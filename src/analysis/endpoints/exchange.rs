//! What an endpoint takes and gives: the route's statement, its handler's, and the parameters that stand in the path.

use crate::codebase::Atom;
use crate::codebase::endpoint::{Exchange, Location, Parameter};
use crate::codebase::outline::Definition;

/// Puts together what a route and its handler state. What both state, the route has said last; parameters in the path
/// are those of the path, with the types that the handler's own parameters of these names have.
pub(super) fn merge(
    (method, path): (&str, &str),
    route: &Exchange,
    handler: Exchange,
    definition: Option<&Definition>,
) -> Exchange {
    // What a whole class states of its bodies says nothing of the verbs that have none.
    let has_body = !matches!(method, "GET" | "HEAD" | "DELETE");
    let mut parameters = in_path(path);
    for parameter in &mut parameters {
        let stated = route.parameters.iter().chain(&handler.parameters);
        // What is read from the path or the query alike stands as one of the query.
        let may_be = |it: &&Parameter| matches!(it.location, Location::Path | Location::Query);
        let stated = stated.filter(may_be).filter(|it| same_name(&it.name, &parameter.name));
        let taken =
            definition.into_iter().flat_map(|it| &it.parameters).filter(|it| same_name(&it.name, &parameter.name));
        let mut types = stated.map(|it| &it.type_name).chain(taken.map(|it| &it.type_name));
        parameter.type_name = types.find_map(Clone::clone);
    }
    for stated in route.parameters.iter().chain(&handler.parameters) {
        let known = |it: &Parameter| {
            same_name(&it.name, &stated.name) && (it.location == stated.location || it.location == Location::Path)
        };
        let fits = has_body || stated.location != Location::Form;
        if fits && stated.location != Location::Path && !parameters.iter().any(known) {
            parameters.push(stated.clone());
        }
    }
    parameters.sort_by_key(|it| it.location);
    let mut statuses = route.statuses.clone();
    statuses.extend(handler.statuses.into_iter().filter(|own| route.statuses.iter().all(|it| it.code != own.code)));
    statuses.sort();
    statuses.dedup();
    Exchange {
        parameters,
        request: route.request.clone().or(handler.request.filter(|_| has_body)),
        response: route.response.clone().or(handler.response),
        statuses,
        deprecated: route.deprecated || handler.deprecated,
    }
}

/// Gives parameters of the path the types that the path states, where nothing else does.
pub(super) fn add_types(exchange: &mut Exchange, types: &[(&str, &str)]) {
    let untyped = |it: &&mut Parameter| it.location == Location::Path && it.type_name.is_none();
    for parameter in exchange.parameters.iter_mut().filter(untyped) {
        let stated = types.iter().find(|(name, _)| same_name(name, &parameter.name));
        parameter.type_name = stated.map(|(_, declared)| Atom::new(declared));
    }
}

/// ASP.NET and others do not tell capitals apart.
fn same_name(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// The parameters of a normalised path, in order: `{id}`, `{id?}`, `{*rest}`.
fn in_path(path: &str) -> Vec<Parameter> {
    let inside = path.split('{').skip(1).filter_map(|part| part.split('}').next());
    let mut parameters: Vec<Parameter> = Vec::new();
    for inside in inside.filter(|inside| *inside != "?") {
        let name = Atom::new(inside.trim_start_matches('*').trim_end_matches('?'));
        if !name.is_empty() && parameters.iter().all(|it| it.name != name) {
            let required = !inside.ends_with('?') && !inside.starts_with('*');
            parameters.push(Parameter { location: Location::Path, name, type_name: None, required });
        }
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::endpoint::Status;

    fn parameter(location: Location, name: &str, type_name: Option<&str>) -> Parameter {
        Parameter { location, name: name.into(), type_name: type_name.map(Atom::new), required: true }
    }

    #[test]
    fn a_route_wins_over_its_handler_and_the_path_names_its_own_parameters() {
        let route = Exchange {
            response: Some("Order".into()),
            statuses: vec![Status { code: 201, type_name: None }],
            ..Exchange::default()
        };
        let handler = Exchange {
            parameters: vec![
                parameter(Location::Query, "page", Some("int")),
                parameter(Location::Path, "orderId", Some("Guid")),
                parameter(Location::Query, "orderId", None),
            ],
            request: Some("NewOrder".into()),
            response: Some("object".into()),
            statuses: vec![Status { code: 404, type_name: None }, Status { code: 201, type_name: Some("X".into()) }],
            deprecated: true,
        };
        let merged = merge(("POST", "/orders/{orderid}/{*rest}/{part?}"), &route, handler, None);
        let shown: Vec<_> = merged.parameters.iter().map(|it| (it.location, &*it.name, it.required)).collect();
        assert_eq!(
            shown,
            [
                (Location::Path, "orderid", true),
                (Location::Path, "rest", false),
                (Location::Path, "part", false),
                (Location::Query, "page", true)
            ]
        );
        assert_eq!(merged.parameters[0].type_name.as_deref(), Some("Guid"));
        assert_eq!((merged.request.as_deref(), merged.response.as_deref()), (Some("NewOrder"), Some("Order")));
        assert_eq!(merged.statuses.iter().map(|it| it.code).collect::<Vec<_>>(), [201, 404]);
        assert!(merged.deprecated);
    }

    #[test]
    fn a_path_made_at_run_time_has_no_parameter_of_that_name() {
        assert_eq!(in_path("/a/{?}/{id}"), [Parameter { name: "id".into(), required: true, ..Parameter::default() }]);
    }
}
