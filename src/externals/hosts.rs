//! Which hosts in URL literals are systems that the code talks to, and which are only mentioned.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::codebase::outline::last_part;

/// The parts of a URL that tell who is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url<'a> {
    /// `https`.
    pub(super) scheme: &'a str,
    /// In lower case, without credentials and port.
    pub(super) host: String,
    /// From the first slash on, without query.
    pub(super) path: &'a str,
    /// Everything after `://`.
    pub(super) rest: &'a str,
}

impl<'a> Url<'a> {
    /// Reads a URL that starts with its scheme.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        if scheme.is_empty() || !scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.:".contains(char)) {
            return None;
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let path = rest[authority.len()..].split(['?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
        Some(Self { scheme, host, path, rest })
    }
}

/// The words of `hosts.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    calls: Vec<String>,
    addresses: Vec<String>,
    bases: Vec<String>,
    shown: Vec<String>,
    pages: Vec<String>,
    api_labels: Vec<String>,
    page_labels: Vec<String>,
    never: Vec<String>,
    local: Vec<String>,
    two_labels: Vec<String>,
    platforms: Vec<String>,
}

fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| toml::from_str(include_str!("hosts.toml")).unwrap_or_default())
}

fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|own| own == word)
}

/// Whether the name that a literal is given to says that people are to open it.
pub(super) fn is_shown_to_people(context: &str) -> bool {
    let words = words();
    split(last_part(context)).iter().any(|word| has(&words.shown, word))
}

/// Whether an address of a known system is rather a page of it than its interface.
pub(super) fn is_page(url: &Url, context: &str) -> bool {
    let words = words();
    let shown = url.path.split('/').any(|part| has(&words.pages, &part.to_ascii_lowercase()));
    let home = url.path.len() < 2 && !looks_like_api(url);
    let name = last_part(context).to_ascii_lowercase();
    shown || (home && !words.addresses.iter().any(|word| name.ends_with(word)) && !has(&words.calls, &name))
}

/// Whether code calls this address: the long tail of systems that no rule names.
pub(super) fn is_called(url: &Url, context: &str) -> bool {
    let words = words();
    if !is_public(&url.host) {
        return false;
    }
    let name = last_part(context).to_ascii_lowercase();
    let in_call = has(&words.calls, &name);
    let named = words.addresses.iter().any(|word| name.ends_with(word));
    let plain = name.replace(['_', '-'], "");
    let is_base = words.bases.iter().any(|base| plain.ends_with(base));
    in_call || is_base || (named && looks_like_api(url))
}

/// Whether host or path are an interface's rather than a web page's.
fn looks_like_api(url: &Url) -> bool {
    let words = words();
    let api_label = |label: &str| has(&words.api_labels, label) || label.starts_with("api-") || label.ends_with("-api");
    let version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|char| char.is_ascii_digit() || char == '.'))
    };
    url.host.split('.').any(api_label)
        || url.path.split('/').any(|part| {
            api_label(&part.to_ascii_lowercase()) || version(part) || part == "token" || part.ends_with("-data-api")
        })
}

/// Whether a host is somebody's public name.
fn is_public(host: &str) -> bool {
    let words = words();
    let plain = host.chars().all(|char| char.is_ascii_alphanumeric() || "-.".contains(char));
    let last = host.rsplit('.').next().unwrap_or_default();
    plain
        && host.contains('.')
        && last.len() > 1
        && last.chars().all(|char| char.is_ascii_alphabetic())
        && !has(&words.local, last)
        && !host.split('.').any(|label| has(&words.page_labels, label))
        && !words
            .never
            .iter()
            .any(|never| host == never || host.strip_suffix(never.as_str()).is_some_and(|rest| rest.ends_with('.')))
}

/// The domain that somebody registered: `api.shop.example.co.uk` is `example.co.uk`.
pub(super) fn registrable(host: &str) -> &str {
    let words = words();
    let labels: Vec<&str> = host.split('.').collect();
    let count = match labels.as_slice() {
        [.., second, last] if last.len() == 2 && has(&words.two_labels, second) => 3,
        [.., second, last] if has(&words.platforms, &format!("{second}.{last}")) => 3,
        _ => 2,
    };
    let kept: usize = labels.iter().rev().take(count).map(|label| label.len() + 1).sum();
    &host[(host.len() + 1).saturating_sub(kept)..]
}

/// The words of a name, in lower case: `helpLink_url` is `help`, `link`, `url`.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for char in name.chars() {
        if !char.is_alphanumeric() || (char.is_uppercase() && after_small) {
            words.push(String::new());
        }
        after_small = char.is_lowercase() || char.is_ascii_digit();
        if let Some(word) = words.last_mut().filter(|_| char.is_alphanumeric()) {
            word.extend(char.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{Url, is_called, is_shown_to_people, registrable};

    fn called(url: &str, context: &str) -> bool {
        !is_shown_to_people(context) && is_called(&Url::parse(url).unwrap(), context)
    }

    #[test]
    fn hosts_in_http_calls_and_base_urls_are_systems() {
        assert!(called("https://api.rates.dev/latest", "fetch"));
        assert!(called("https://www.rates.dev/data", "this.http.get"));
        assert!(called("https://www.trackship.com/data-api", "TrackService.baseUrl"));
        assert!(called("https://rates.dev/api/v3", "URL"));
        assert!(called("https://api.{}.rates.dev/x".replace("{}.", "").as_str(), "API_ENDPOINT"));
    }

    #[test]
    fn mentioned_hosts_are_none() {
        for (url, context) in [
            ("https://rates.dev", "products"),
            ("https://rates.dev/pricing", "productUrl"),
            ("https://api.rates.dev/logo.png", "logoUrl"),
            ("https://rates.dev/api", "docsUrl"),
            ("https://docs.rates.dev/api", "apiUrl"),
            ("http://localhost:3000/api", "fetch"),
            ("http://orders-api/api", "BaseAddress"),
            ("http://www.w3.org/2001/XMLSchema", "xmlns"),
            ("https://github.com/owner/repo", "fetch"),
            ("https://api.{}/v1", "fetch"),
            ("https://10.0.0.1/api", "fetch"),
            ("https://api.example.com/v1", "baseUrl"),
        ] {
            assert!(!called(url, context), "{url} {context}");
        }
    }

    #[test]
    fn domains_are_cut_where_they_are_registered() {
        assert_eq!(registrable("api.rates.dev"), "rates.dev");
        assert_eq!(registrable("rates.dev"), "rates.dev");
        assert_eq!(registrable("join.appspot.com"), "join.appspot.com");
        assert_eq!(registrable("api.shop.example.co.uk"), "example.co.uk");
        assert_eq!(registrable("localhost"), "localhost");
    }
}
