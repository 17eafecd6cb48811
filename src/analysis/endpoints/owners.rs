//! Which domain each endpoint belongs to.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::domain::Domains;
use crate::codebase::{Endpoint, Place, RepoPath};

/// Gives each endpoint the domain of its handler. A handler that answers routes of several domains, such as a method of
/// a general base class, is none's own: there the route tells.
pub(crate) fn own(endpoints: &mut [Endpoint], domains: &Domains) {
    let of = |file: &RepoPath| domains.of(file).map(|domain| domain.id.clone());
    let mut routed: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
    for endpoint in endpoints.iter() {
        routed.entry(endpoint.handler.place()).or_default().extend(of(&endpoint.route.file));
    }
    for endpoint in endpoints {
        let is_general = routed.get(&endpoint.handler.place()).is_some_and(|domains| domains.len() > 1);
        let route = if is_general { of(&endpoint.route.file) } else { None };
        endpoint.domain = route.or_else(|| of(&endpoint.handler.file));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::domain::Domain;
    use crate::codebase::endpoint::{Handler, RoutePlace};

    fn endpoint(handler: &str, route: &str) -> Endpoint {
        Endpoint {
            handler: Handler { file: handler.into(), line: 4, last_line: 9, ..Handler::default() },
            route: RoutePlace { file: route.into(), line: 1 },
            ..Endpoint::default()
        }
    }

    #[test]
    fn a_handler_of_several_domains_leaves_the_route_to_tell() {
        let domain = |id: &str, files: &[&str]| Domain {
            id: id.into(),
            files: files.iter().map(|&file| file.into()).collect(),
            ..Domain::default()
        };
        let domains = Domains {
            domains: vec![
                domain("core", &["base.py", "urls.py"]),
                domain("rack", &["rack.py"]),
                domain("site", &["site.py"]),
            ],
            ..Domains::default()
        };
        let mut endpoints = [
            endpoint("base.py", "rack.py"),
            endpoint("base.py", "site.py"),
            endpoint("site.py", "urls.py"),
            endpoint("rack.py", "gone.py"),
        ];
        own(&mut endpoints, &domains);
        let owners: Vec<_> = endpoints.iter().map(|it| it.domain.as_deref().unwrap_or_default()).collect();
        assert_eq!(owners, ["rack", "site", "site", "rack"]);
    }
}
