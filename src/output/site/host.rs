//! Where people read the repository's code on the web.

use crate::codebase::{Lines, RepoPath};
use crate::output::links::encoded;

/// A repository on a code host, at one revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeHost {
    repository: String,
    revision: String,
    style: Style,
}

/// How a host spells addresses of files and lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    GitHub,
    GitLab,
    Bitbucket,
}

impl CodeHost {
    /// The repository at `https://host/owner/name`. None for a host whose addresses of lines we do not know.
    pub fn new(web_url: &str, revision: &str) -> Option<Self> {
        let repository = web_url.trim_end_matches('/');
        let (host, path) = repository.strip_prefix("https://")?.split_once('/')?;
        let style = match host {
            "github.com" | "codeberg.org" => Style::GitHub,
            "gitlab.com" => Style::GitLab,
            "bitbucket.org" => Style::Bitbucket,
            host if host.starts_with("gitlab.") => Style::GitLab,
            host if host.starts_with("github.") => Style::GitHub,
            _ => return None,
        };
        let repository = format!("https://{host}/{}", encoded(path));
        Some(Self { repository, revision: encoded(revision), style })
    }

    /// The repository's own address.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The address of a file or folder, at some of its lines.
    pub fn source(&self, path: &RepoPath, lines: Option<Lines>) -> String {
        let Self { repository, revision, style } = self;
        let path = encoded(path.as_str());
        let (view, anchor) = match style {
            Style::GitHub => ("blob", "L"),
            Style::GitLab => ("-/blob", "L"),
            Style::Bitbucket => ("src", "lines-"),
        };
        let range = match (lines, style) {
            (None, _) => String::new(),
            (Some(Lines { first, last }), _) if first == last => format!("#{anchor}{first}"),
            (Some(Lines { first, last }), Style::GitHub) => format!("#L{first}-L{last}"),
            (Some(Lines { first, last }), Style::GitLab) => format!("#L{first}-{last}"),
            (Some(Lines { first, last }), Style::Bitbucket) => format!("#lines-{first}:{last}"),
        };
        format!("{repository}/{view}/{revision}/{path}{range}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_spell_lines_their_own_way() {
        let cases = [
            ("https://github.com/acme/shop", "https://github.com/acme/shop/blob/abc/src/%5Bid%5D.ts#L3-L9"),
            ("https://gitlab.com/a/b/c", "https://gitlab.com/a/b/c/-/blob/abc/src/%5Bid%5D.ts#L3-9"),
            ("https://bitbucket.org/acme/shop", "https://bitbucket.org/acme/shop/src/abc/src/%5Bid%5D.ts#lines-3:9"),
        ];
        for (web_url, expected) in cases {
            let host = CodeHost::new(web_url, "abc").unwrap();
            assert_eq!(host.source(&"src/[id].ts".into(), Some(Lines::new(3, 9))), expected);
        }
    }

    #[test]
    fn unknown_hosts_are_not_guessed() {
        for web_url in ["https://git.example.com/a/b", "http://github.com/a/b", "https://github.com", ""] {
            assert_eq!(CodeHost::new(web_url, "abc"), None, "{web_url}");
        }
    }
}
