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
    /// Reads a git remote's address. None for a host whose addresses we do not know, and for local remotes.
    pub fn from_remote(remote: &str, revision: &str) -> Option<Self> {
        let (host, path) = host_and_path(remote)?;
        let style = match host.as_str() {
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

/// Host in lower case and `owner/name` of a remote; user names, passwords and ports are left out.
fn host_and_path(remote: &str) -> Option<(String, &str)> {
    let (address, path) = match remote.split_once("://") {
        Some(("https" | "http" | "ssh" | "git", rest)) => rest.split_once('/')?,
        Some(_) => return None,
        None => remote.split_once(':').filter(|(address, _)| !address.contains('/'))?,
    };
    let host = address.rsplit('@').next()?.split(':').next()?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (host.contains('.') && path.contains('/')).then(|| (host.to_lowercase(), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_become_addresses_of_lines() {
        let cases = [
            ("https://github.com/acme/shop.git", "https://github.com/acme/shop/blob/abc/src/%5Bid%5D.ts#L3-L9"),
            ("git@github.com:acme/shop.git", "https://github.com/acme/shop/blob/abc/src/%5Bid%5D.ts#L3-L9"),
            ("https://user:secret@github.com/acme/shop", "https://github.com/acme/shop/blob/abc/src/%5Bid%5D.ts#L3-L9"),
            ("ssh://git@gitlab.com:22/a/b/c.git", "https://gitlab.com/a/b/c/-/blob/abc/src/%5Bid%5D.ts#L3-9"),
            ("git@bitbucket.org:acme/shop.git", "https://bitbucket.org/acme/shop/src/abc/src/%5Bid%5D.ts#lines-3:9"),
        ];
        for (remote, expected) in cases {
            let host = CodeHost::from_remote(remote, "abc").unwrap();
            assert_eq!(host.source(&"src/[id].ts".into(), Some(Lines::new(3, 9))), expected, "{remote}");
        }
    }

    #[test]
    fn unknown_hosts_are_not_guessed() {
        for remote in ["/srv/shop.git", "../shop", "file:///srv/shop", "https://git.example.com/a/b", "C:/shop", ""] {
            assert_eq!(CodeHost::from_remote(remote, "abc"), None, "{remote}");
        }
    }
}
