//! Where the links of pages lead: to pages, to source, to the web. The one place that reads link targets.

use crate::codebase::{Lines, RepoPath};

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Another host or scheme: not looked at.
    Web,
    /// A file of the docs (of the page itself, for a bare `#anchor`), and an anchor in it.
    Page {
        /// Path below the docs folder.
        path: RepoPath,
        /// Without `#`.
        anchor: Option<String>,
    },
    /// A file or folder of the repository.
    Source {
        /// Path below the root; empty for the root itself.
        path: RepoPath,
        /// The lines that `#L3-L9` names.
        lines: Option<Lines>,
    },
    /// Nothing that could exist: outside the repository, or an absolute path.
    Nowhere,
}

/// Reads the link `destination` as it stands in `page` of the docs in `folder`.
pub(super) fn target(folder: &RepoPath, page: &RepoPath, destination: &str) -> Target {
    if is_web(destination) {
        return Target::Web;
    }
    let (path, anchor) = match destination.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor.to_owned())),
        None => (destination, None),
    };
    if path.is_empty() {
        return anchor
            .map_or(Target::Nowhere, |anchor| Target::Page { path: page.clone(), anchor: Some(decoded(&anchor)) });
    }
    let from = folder.join(page.as_str()).folder();
    let Some(path) = joined(&from, &decoded(path)) else {
        return Target::Nowhere;
    };
    match below(&path, folder) {
        Some(page) => Target::Page { path: page, anchor: anchor.map(|anchor| decoded(&anchor)) },
        None => Target::Source { lines: anchor.as_deref().and_then(line_range), path },
    }
}

/// The link from `page` to `other`, both below the docs folder.
pub(super) fn relative(page: &RepoPath, other: &RepoPath) -> String {
    let from = page.folder();
    let shared = from.parts().zip(other.parts()).take_while(|(left, right)| left == right).count();
    let up = from.parts().skip(shared).map(|_| "..");
    up.chain(other.parts().skip(shared)).map(encoded).collect::<Vec<_>>().join("/")
}

/// `path` percent-encoded so that it stands in any Markdown link; `/` stays.
pub(super) fn encoded(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b if b.is_ascii_alphanumeric() || b"/-_.~@+,=:".contains(&b) => char::from(b).to_string(),
            b => format!("%{b:02X}"),
        })
        .collect()
}

/// `text` without its percent-encoding.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let (value, length) = hex.filter(|_| byte == b'%').map_or((byte, 1), |value| (value, 3));
        out.push(value);
        at += length;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether `destination` has a scheme (`https:`, `mailto:`) or a host (`//`).
fn is_web(destination: &str) -> bool {
    if destination.starts_with("//") {
        return true;
    }
    let end = destination.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
    end.is_some_and(|end| end > 1 && destination[end..].starts_with(':'))
}

/// `relative` joined to `from`; none where it is absolute or leaves the repository.
fn joined(from: &RepoPath, relative: &str) -> Option<RepoPath> {
    if relative.starts_with(['/', '\\']) {
        return None;
    }
    let mut depth = from.parts().count();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.checked_sub(1)?,
            _ => depth += 1,
        }
    }
    Some(from.join(relative))
}

/// `path` as seen from `folder`, if it lies there.
fn below(path: &RepoPath, folder: &RepoPath) -> Option<RepoPath> {
    if folder.as_str().is_empty() || !path.is_under(folder) {
        return None;
    }
    path.as_str().get(folder.as_str().len()..).map(RepoPath::new)
}

/// The lines of an anchor like `L12` or `L12-L30`.
fn line_range(anchor: &str) -> Option<Lines> {
    let (first, last) = anchor.split_once('-').unwrap_or((anchor, anchor));
    let line = |text: &str| text.strip_prefix('L').and_then(|digits| digits.parse().ok());
    Some(Lines { first: line(first)?, last: line(last)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, lines: Option<(u32, u32)>) -> Target {
        Target::Source { path: path.into(), lines: lines.map(|(first, last)| Lines { first, last }) }
    }

    fn page(path: &str, anchor: Option<&str>) -> Target {
        Target::Page { path: path.into(), anchor: anchor.map(str::to_owned) }
    }

    #[test]
    fn targets_are_told_apart() {
        let cases = [
            ("https://example.com/a#b", Target::Web),
            ("mailto:a@example.com", Target::Web),
            ("//example.com", Target::Web),
            ("#rules", page("domains/basket.md", Some("rules"))),
            ("../README.md#start", page("README.md", Some("start"))),
            ("orders.md", page("domains/orders.md", None)),
            ("../../../src/Basket.cs#L3-L9", source("src/Basket.cs", Some((3, 9)))),
            ("../../../src/Basket.cs#L3", source("src/Basket.cs", Some((3, 3)))),
            ("../../../src/%5Bid%5D/a%20b.ts", source("src/[id]/a b.ts", None)),
            ("../../../src/Basket.cs#notes", source("src/Basket.cs", None)),
            ("../../..", source("", None)),
            ("../../../../outside", Target::Nowhere),
            ("/etc/passwd", Target::Nowhere),
            ("", Target::Nowhere),
        ];
        for (destination, expected) in cases {
            let found = target(&"docs/docagent".into(), &"domains/basket.md".into(), destination);
            assert_eq!(found, expected, "{destination}");
        }
    }

    #[test]
    fn relative_links_climb_no_further_than_they_must() {
        let cases = [
            ("index.md", "domains/basket.md", "domains/basket.md"),
            ("domains/basket.md", "domains/orders.md", "orders.md"),
            ("domains/basket.md", "api/web app.md", "../api/web%20app.md"),
            ("domains/basket.md", "index.md", "../index.md"),
        ];
        for (from, to, expected) in cases {
            assert_eq!(relative(&from.into(), &to.into()), expected);
        }
    }
}
