//! Endpoints put in groups by the first part of their path that tells them apart.

use std::collections::BTreeMap;

use crate::codebase::Endpoint;

/// A single group with more endpoints than this is split by the next part of the path.
const GROUP_MAX: usize = 15;

/// Endpoints by the beginning of their path (`/api/orders`), sorted; each group in the order given.
pub fn group_by_path<'a>(endpoints: &[&'a Endpoint]) -> BTreeMap<String, Vec<&'a Endpoint>> {
    let mut groups = BTreeMap::new();
    for depth in 1..=3 {
        groups = group(endpoints, depth);
        if groups.len() > 1 || endpoints.len() <= GROUP_MAX {
            break;
        }
    }
    groups
}

/// How many endpoints share each beginning of a path.
pub fn count_beginnings(endpoints: &[&Endpoint]) -> BTreeMap<String, usize> {
    group(endpoints, 1).into_iter().map(|(beginning, group)| (beginning, group.len())).collect()
}

fn group<'a>(endpoints: &[&'a Endpoint], depth: usize) -> BTreeMap<String, Vec<&'a Endpoint>> {
    let mut groups: BTreeMap<String, Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in endpoints {
        groups.entry(beginning(&endpoint.path, depth)).or_default().push(endpoint);
    }
    groups
}

/// The path up to its `depth`-th part that is neither a version, a parameter nor `api`.
fn beginning(path: &str, depth: usize) -> String {
    let mut kept = String::new();
    let mut telling = 0;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if part.contains('{') && telling > 0 {
            break;
        }
        kept.push('/');
        kept.push_str(part);
        telling += usize::from(!part.contains('{') && !is_frame(part));
        if telling == depth {
            break;
        }
    }
    if kept.is_empty() { "/".to_owned() } else { kept }
}

/// Whether a part of a path is the same for all of an API.
fn is_frame(part: &str) -> bool {
    let version =
        part.strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    version || matches!(part.to_lowercase().as_str(), "api" | "rest" | "public" | "internal")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_api_do_not_tell_apart() {
        assert_eq!(beginning("/api/v1/items/{id}/tags", 1), "/api/v1/items");
        assert_eq!(beginning("/{id}/edit", 1), "/{id}/edit");
        assert_eq!(beginning("/", 1), "/");
    }

    #[test]
    fn one_large_group_is_split() {
        let endpoints: Vec<Endpoint> = (0..20)
            .map(|index| Endpoint {
                path: format!("/shop/{}/x", ["orders", "items"][index % 2]),
                ..Endpoint::default()
            })
            .collect();
        let groups = group_by_path(&endpoints.iter().collect::<Vec<_>>());
        assert_eq!(groups.keys().collect::<Vec<_>>(), ["/shop/items", "/shop/orders"]);
    }
}
