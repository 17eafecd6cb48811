//! Which hosts in URL literals are systems that the code talks to, and which are only mentioned.

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

/// Functions that do HTTP.
const CALLS: &[&str] = &[
    "fetch",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "request",
    "axios",
    "got",
    "ky",
    "urlopen",
    "send",
    "getasync",
    "postasync",
    "putasync",
    "deleteasync",
    "patchasync",
    "sendasync",
    "getfromjsonasync",
    "getstringasync",
    "getstreamasync",
    "postasjsonasync",
    "getbytearrayasync",
    "httprequestmessage",
    "httprequestbuilder",
    "restclient",
    "restrequest",
    "superagent",
    "ofetch",
    "usefetch",
    "download",
    "urlretrieve",
    "executeasync",
    "webrequest",
    "client",
    "asyncclient",
    "create",
    "extend",
];

/// Words that names of addresses to be called end with.
const ADDRESSES: &[&str] =
    &["url", "uri", "endpoint", "baseaddress", "host", "api", "server", "domain", "baseurl", "webhook", "base"];

/// Names of addresses that other parts are put to, so that they are called whatever they look like.
const BASES: &[&str] = &["baseurl", "baseuri", "baseaddress", "apiurl", "apiuri", "apibase", "apihost", "apiendpoint"];

/// Words in a name that say that its address is shown to people, not called.
const SHOWN: &[&str] = &[
    "href",
    "src",
    "link",
    "links",
    "to",
    "logo",
    "icon",
    "image",
    "avatar",
    "doc",
    "docs",
    "documentation",
    "help",
    "website",
    "homepage",
    "home",
    "license",
    "support",
    "contact",
    "terms",
    "privacy",
    "blog",
    "wiki",
    "info",
    "more",
    "guide",
    "changelog",
    "releases",
    "sponsor",
    "donate",
    "xmlns",
    "schema",
    "namespace",
    "ns",
    "referer",
    "referrer",
    "title",
    "description",
    "placeholder",
    "example",
    "vocab",
    "favicon",
    "thumbnail",
    "poster",
    "social",
    "faq",
    "feedback",
    "repository",
    "author",
];

/// Hosts, and domains with all below them, that are never systems: examples, schemas, documentation.
const NEVER: &[&str] = &[
    "example.com",
    "example.org",
    "example.net",
    "w3.org",
    "schema.org",
    "json-schema.org",
    "xmlsoap.org",
    "openxmlformats.org",
    "schemas.microsoft.com",
    "purl.org",
    "ietf.org",
    "tempuri.org",
    "readthedocs.io",
    "wikipedia.org",
    "mozilla.org",
    "stackoverflow.com",
    "github.com",
    "githubusercontent.com",
    "npmjs.com",
    "pypi.org",
    "shields.io",
    "creativecommons.org",
    "opensource.org",
    "gnu.org",
    "apache.org",
    "ogp.me",
    "sitemaps.org",
    "fonts.googleapis.com",
    "gstatic.com",
    "jsdelivr.net",
    "unpkg.com",
    "cdnjs.cloudflare.com",
    "aka.ms",
    "go.microsoft.com",
    "learn.microsoft.com",
    "docs.microsoft.com",
    "youtu.be",
    "youtube.com",
    "medium.com",
    "dev.to",
    "discord.gg",
    "goo.gl",
    "bit.ly",
    "host.docker.internal",
    "domain.com",
    "yourdomain.com",
    "mydomain.com",
    "site.com",
    "foo.com",
    "bar.com",
    "test.com",
    "acme.com",
    "ns.adobe.com",
    "placehold.co",
    "picsum.photos",
    "via.placeholder.com",
    "loremflickr.com",
    "dicebear.com",
    "playwright.dev",
    "nextjs.org",
    "reactjs.org",
    "python.org",
    "nodejs.org",
    "microsoft.com",
    "google.com",
    "daisy.org",
    "idpf.org",
    "a9.com",
    "itunes.com",
    "podcastindex.org",
];

/// Last labels of hosts that no public name has.
const LOCAL: &[&str] = &[
    "local",
    "localhost",
    "internal",
    "test",
    "example",
    "invalid",
    "lan",
    "svc",
    "home",
    "corp",
    "arpa",
    "localdomain",
];

/// Public suffixes of two labels below which domains are registered.
const TWO_LABELS: &[&str] = &["co", "com", "org", "net", "gov", "ac", "edu", "gob", "or", "ne", "go"];

/// Domains below which a platform gives each customer a name.
const PLATFORMS: &[&str] = &[
    "appspot.com",
    "azurewebsites.net",
    "cloudfront.net",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "herokuapp.com",
    "netlify.app",
    "onrender.com",
    "pages.dev",
    "railway.app",
    "run.app",
    "vercel.app",
    "web.app",
    "workers.dev",
    "amazonaws.com",
];

/// Whether the name that a literal is given to says that people are to open it.
pub(super) fn is_shown_to_people(context: &str) -> bool {
    words(last_part(context)).iter().any(|word| SHOWN.contains(&word.as_str()))
}

/// Whether an address of a known system is rather a page of it than its interface.
pub(super) fn is_page(url: &Url, context: &str) -> bool {
    const PAGES: &[&str] =
        &["docs", "documentation", "pricing", "login", "signup", "dashboard", "terms", "privacy", "help"];
    let shown = url.path.split('/').any(|part| PAGES.contains(&part.to_ascii_lowercase().as_str()));
    let home = url.path.len() < 2 && !looks_like_api(url);
    let name = last_part(context).to_ascii_lowercase();
    shown || (home && !ADDRESSES.iter().any(|word| name.ends_with(word)) && !CALLS.contains(&name.as_str()))
}

/// Whether code calls this address: the long tail of systems that no rule names.
pub(super) fn is_called(url: &Url, context: &str) -> bool {
    if !is_public(&url.host) {
        return false;
    }
    let name = last_part(context).to_ascii_lowercase();
    let in_call = CALLS.contains(&name.as_str());
    let named = ADDRESSES.iter().any(|word| name.ends_with(word));
    let plain = name.replace(['_', '-'], "");
    let is_base = BASES.iter().any(|base| plain.ends_with(base));
    in_call || is_base || (named && looks_like_api(url))
}

/// Whether host or path are an interface's rather than a web page's.
fn looks_like_api(url: &Url) -> bool {
    let api_label = |label: &str| {
        matches!(
            label,
            "api"
                | "apis"
                | "rest"
                | "graphql"
                | "auth"
                | "oauth"
                | "oauth2"
                | "webhook"
                | "hooks"
                | "data"
                | "gateway"
                | "services"
                | "service"
                | "ws"
        ) || label.starts_with("api-")
            || label.ends_with("-api")
    };
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
    let plain = host.chars().all(|char| char.is_ascii_alphanumeric() || "-.".contains(char));
    let last = host.rsplit('.').next().unwrap_or_default();
    plain
        && host.contains('.')
        && last.len() > 1
        && last.chars().all(|char| char.is_ascii_alphabetic())
        && !LOCAL.contains(&last)
        && !host.split('.').any(|label| {
            matches!(
                label,
                "docs"
                    | "doc"
                    | "www-docs"
                    | "developer"
                    | "developers"
                    | "example"
                    | "wiki"
                    | "help"
                    | "blog"
                    | "cdn"
                    | "static"
                    | "assets"
                    | "fonts"
                    | "forum"
                    | "community"
            )
        })
        && !NEVER.iter().any(|never| host == *never || host.strip_suffix(never).is_some_and(|rest| rest.ends_with('.')))
}

/// The domain that somebody registered: `api.shop.example.co.uk` is `example.co.uk`.
pub(super) fn registrable(host: &str) -> &str {
    let labels: Vec<&str> = host.split('.').collect();
    let count = match labels.as_slice() {
        [.., second, last] if last.len() == 2 && TWO_LABELS.contains(second) => 3,
        [.., second, last] if PLATFORMS.contains(&format!("{second}.{last}").as_str()) => 3,
        _ => 2,
    };
    let kept: usize = labels.iter().rev().take(count).map(|label| label.len() + 1).sum();
    &host[(host.len() + 1).saturating_sub(kept)..]
}

/// The words of a name, in lower case: `helpLink_url` is `help`, `link`, `url`.
fn words(name: &str) -> Vec<String> {
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
