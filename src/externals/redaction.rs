//! Takes the secrets out of URLs and connection strings: scheme, host, port and database name stay.

/// Keys of connection strings whose values may be shown.
const OPEN_KEYS: &[&str] = &[
    "server",
    "data source",
    "datasource",
    "host",
    "address",
    "addr",
    "port",
    "initial catalog",
    "database",
    "accountendpoint",
    "filename",
];

/// Most characters that a detail may have.
const LONGEST: usize = 120;

/// What may be shown of a URL or connection string.
pub(super) fn redact(value: &str) -> String {
    let shown = match value.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => url(scheme, rest),
        _ if value.contains(';') || value.split(',').next().is_some_and(|first| first.contains('=')) => pairs(value),
        _ => host_and_port(value),
    };
    shown.chars().take(LONGEST).collect()
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
}

fn url(scheme: &str, rest: &str) -> String {
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    // The last `@` ends the credentials: a password may hold one itself, and a slash before it too.
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}://{rest}")
}

fn pairs(value: &str) -> String {
    let open: Vec<&str> = value
        .split(';')
        .filter(|pair| {
            let key = pair.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
            OPEN_KEYS.contains(&key.as_str())
        })
        .map(str::trim)
        .collect();
    open.join(";")
}

fn host_and_port(value: &str) -> String {
    value.split([',', ';', '?']).next().unwrap_or_default().rsplit('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn secrets_never_stay() {
        for (value, shown) in [
            ("postgresql://user:s3cret@db:5432/shop?sslmode=require&password=s3cret", "postgresql://db:5432/shop"),
            ("mongodb+srv://u:p@ss/w@cluster.example.net/app", "mongodb+srv://cluster.example.net/app"),
            ("redis://cache:6379", "redis://cache:6379"),
            ("Server=db,1433;Initial Catalog=Shop;User Id=sa;Password=s3cret;", "Server=db,1433;Initial Catalog=Shop"),
            ("DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=s3cret==", ""),
            ("Endpoint=sb://bus.servicebus.windows.net/;SharedAccessKey=s3cret", ""),
            ("cache:6379,password=s3cret", "cache:6379"),
            ("Password=s3cret", ""),
            ("https://key:s3cret@o1.ingest.sentry.io/42", "https://o1.ingest.sentry.io/42"),
        ] {
            assert_eq!(redact(value), shown, "{value}");
            assert!(!redact(value).contains("s3cret"));
        }
    }
}
