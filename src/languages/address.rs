//! String literals that name a place on a network: URLs, connection strings, host names.

use crate::codebase::Atom;

use crate::codebase::outline::Value;

/// Keys of which a connection string has one, in lower case.
const CONNECTION_KEYS: &[&str] = &[
    "accountendpoint=",
    "accountname=",
    "data source=",
    "dbname=",
    "defaultendpointsprotocol=",
    "endpoint=",
    "host=",
    "hostname=",
    "instrumentationkey=",
    "server=",
];
/// Endings that host names of public services have. Others (`.py`, `.name`) are more often files or attributes.
const PUBLIC_ENDINGS: &[&str] =
    &["ai", "app", "cloud", "co", "com", "dev", "eu", "gov", "io", "net", "online", "org", "sh", "us", "xyz"];

/// Whether a literal's source text is worth a closer look; cheap.
pub(super) fn may_be_address(literal: &str) -> bool {
    literal.len() > 5 && (literal.contains("://") || literal.contains('=') || literal.contains('.'))
}

/// The text of a literal, with `{}` for each part that is put in at run time.
pub(super) fn text(value: &Value) -> Atom {
    match value {
        Value::Text(text) => text.clone(),
        Value::Join(parts) => parts.iter().map(|part| part.as_text().unwrap_or("{}")).collect::<String>().into(),
        _ => Atom::default(),
    }
}

/// Whether a text is a URL, a connection string or a public host name.
pub(super) fn is_address(text: &str) -> bool {
    is_url(text) || is_connection_string(text) || is_host(text)
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '{' | '}');
    let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic() || c == '{');
    starts && scheme.len() >= 2 && scheme.chars().all(word) && !rest.is_empty() && !rest.starts_with(' ')
}

fn is_connection_string(text: &str) -> bool {
    if !text.contains('=') || text.contains(['<', '\n']) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let separator = if lower.contains(';') { ';' } else { ' ' };
    let pairs: Vec<&str> = lower.split(separator).map(str::trim).filter(|part| part.contains('=')).collect();
    pairs.len() >= 2 && pairs.iter().any(|pair| CONNECTION_KEYS.iter().any(|key| pair.starts_with(key)))
}

fn is_host(text: &str) -> bool {
    let host = text.split(['/', ':']).next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let ending = host.rsplit('.').next().unwrap_or_default();
    host.len() > 5 && host.contains('.') && PUBLIC_ENDINGS.contains(&ending) && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        let yes = [
            "https://api.example.com/v1",
            "postgresql+psycopg://{}:{}@{}/app",
            "{}://{}/x",
            "redis://cache:6379/0",
            "Server=(local);Initial Catalog=shop",
            "host=db port=5432 dbname=shop",
            "smtp.example.com",
            "smtp.example.com:587",
        ];
        let no = [
            "://",
            "a = b",
            "see http",
            "app.models.User",
            "settings.py",
            "x=1;y=2",
            "Use key=value; or key=other",
            "config.name",
            "<a href=\"x\" host=1>",
            "v1.0",
        ];
        for text in yes {
            assert!(may_be_address(text) && is_address(text), "{text}");
        }
        for text in no {
            assert!(!is_address(text), "{text}");
        }
    }
}
