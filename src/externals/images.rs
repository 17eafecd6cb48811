//! Names of container images.

/// An image's name without registry, `library/`, tag and digest: `docker.io/library/postgres:15` is `postgres`.
pub(super) fn normalise(image: &str) -> String {
    let name = image.split('@').next().unwrap_or(image);
    let (folders, last) = name.rsplit_once('/').map_or(("", name), |(folders, last)| (folders, last));
    let last = last.split(':').next().unwrap_or(last);
    let folders = match folders.split_once('/') {
        Some((registry, rest)) if is_registry(registry) => rest,
        None if is_registry(folders) => "",
        _ => folders,
    };
    let folders = folders.strip_prefix("library").map_or(folders, |rest| rest.trim_start_matches('/'));
    let joined = if folders.is_empty() { last.to_owned() } else { format!("{folders}/{last}") };
    joined.to_ascii_lowercase()
}

fn is_registry(part: &str) -> bool {
    part.contains(['.', ':']) || part == "localhost"
}

/// An image as compose files write it, with defaults put in for variables: `${DB_IMAGE:-postgres:16}`.
pub(super) fn with_defaults(image: &str) -> String {
    let mut text = String::new();
    let mut rest = image.trim().trim_matches(['"', '\'']);
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let Some((variable, after)) = after.split_once('}') else { break };
        let default = variable.split_once(":-").or_else(|| variable.split_once('-')).map(|(_, default)| default);
        text.push_str(default.unwrap_or_default());
        rest = after;
    }
    text.push_str(rest);
    text.trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{normalise, with_defaults};

    #[test]
    fn registry_and_tag_are_stripped() {
        for (image, name) in [
            ("postgres", "postgres"),
            ("postgres:16-alpine", "postgres"),
            ("docker.io/library/postgres:15", "postgres"),
            ("library/redis@sha256:abcdef", "redis"),
            ("mcr.microsoft.com/mssql/server:2022-latest", "mssql/server"),
            ("mcr.microsoft.com/azure-sql-edge", "azure-sql-edge"),
            ("localhost:5000/team/api:1", "team/api"),
            ("ghcr.io/Owner/App", "owner/app"),
            ("bitnami/redis", "bitnami/redis"),
        ] {
            assert_eq!(normalise(image), name, "{image}");
        }
    }

    #[test]
    fn variables_take_their_defaults() {
        assert_eq!(with_defaults("${DB_IMAGE:-postgres:16}"), "postgres:16");
        assert_eq!(with_defaults("\"${REGISTRY-}web\""), "web");
        assert_eq!(with_defaults("${REGISTRY}/redis"), "redis");
    }
}
