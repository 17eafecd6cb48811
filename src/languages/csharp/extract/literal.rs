//! Which string literals may name a system outside.

/// Keys of connection strings, in lower case.
const CONNECTION_KEYS: &[&str] = &[
    "server=",
    "data source=",
    "host=",
    "accountendpoint=",
    "accountname=",
    "endpoint=",
    "initial catalog=",
    "database=",
    "usedevelopmentstorage",
    "instrumentationkey=",
    "filename=",
    "user id=",
];

/// Whether a literal, as written, names a scheme, a connection or a well-formed host.
pub(super) fn looks_external(text: &str) -> bool {
    if text.contains("://") {
        return true;
    }
    if text.contains('=') {
        let lower = text.to_ascii_lowercase();
        return CONNECTION_KEYS.iter().any(|key| lower.contains(key));
    }
    is_host(text.trim_matches(['"', '$', '@']))
}

/// `api.example.com`, `smtp.example.com:587`: dotted lower-case labels that end in a common top-level domain.
fn is_host(text: &str) -> bool {
    const TOP_LEVEL: &[&str] = &["com", "net", "org", "io", "dev", "app", "cloud", "ai", "co", "eu", "de", "uk"];
    let host = text.split([':', '/']).next().unwrap_or_default();
    let plain = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    host.matches('.').count() >= 1
        && host.len() >= 6
        && host.split('.').all(plain)
        && host.rsplit('.').next().is_some_and(|last| TOP_LEVEL.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::looks_external;

    #[test]
    fn tells_systems_from_words() {
        for text in ["\"https://a.b\"", "\"Server=.;Database=x\"", "\"smtp.example.com\"", "\"redis://cache\""] {
            assert!(looks_external(text), "{text}");
        }
        for text in ["\"a=b\"", "\"Order.cs\"", "\"hello world\"", "\"v1.2\"", "\"Shop.Web.com\""] {
            assert!(!looks_external(text), "{text}");
        }
    }
}
