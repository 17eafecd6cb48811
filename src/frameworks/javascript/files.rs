//! Routes that are files: what a module exports, and the URL that its place stands for.

use crate::codebase::outline::Value;
use crate::codebase::outline::{Outline, Taken};
use crate::codebase::routing::{HandlerRef, PathSyntax, Route, RouterRef};
use crate::codebase::{Atom, EndpointKind, Lines, RepoPath};

use super::routes;

/// Names that a route file exports to answer.
pub(in crate::frameworks) const VERBS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// What a module exports under a name, as a handler with its line.
pub(in crate::frameworks) fn exported(outline: &Outline, name: &str) -> Option<(HandlerRef, u32)> {
    if let Some(export) = outline.exports.iter().find(|export| export.name == name) {
        return Some((named(outline, &export.local, export.line), export.line));
    }
    let reexport = outline.imports.iter().find(|import| {
        import.has_flag("reexport")
            && matches!(&import.taken, Taken::Names(names) if names.iter().any(|(_, here)| here == name))
    })?;
    Some((HandlerRef::Name(Atom::new(name)), reexport.line))
}

/// The default export of a module, as a handler with its line.
pub(in crate::frameworks) fn default_export(outline: &Outline) -> Option<(HandlerRef, u32)> {
    exported(outline, "default").or_else(|| exported(outline, "="))
}

/// What a local name means as a handler.
pub(in crate::frameworks) fn named(outline: &Outline, local: &str, line: u32) -> HandlerRef {
    let definition = (0..).zip(&outline.definitions).find(|(_, it)| it.parent.is_none() && it.name == local);
    match definition {
        Some((index, _)) => HandlerRef::Definition(index),
        None if local.is_empty() => HandlerRef::Inline(Lines::one(line)),
        None => HandlerRef::Name(local.into()),
    }
}

/// A route of a file.
pub(in crate::frameworks) fn route(id: &str, method: &str, url: &str, handler: HandlerRef, line: u32) -> Route {
    Route {
        syntax: PathSyntax::Brackets,
        line,
        ..routes::route(id, RouterRef::Root, method, Value::Text(url.into()), handler)
    }
}

/// A page that a file shows.
pub(in crate::frameworks) fn page(id: &str, url: &str, handler: HandlerRef, line: u32) -> Route {
    Route { kind: EndpointKind::Page, ..route(id, "GET", url, handler, line) }
}

/// The page that a file is as a whole.
pub(in crate::frameworks) fn whole_page(id: &str, url: &str) -> Route {
    page(id, url, HandlerRef::Inline(Lines::one(1)), 1)
}

/// Parts of a path below the first place where these folders follow each other, the file's name included.
pub(in crate::frameworks) fn below<'p>(path: &'p RepoPath, folders: &[&str]) -> Option<Vec<&'p str>> {
    let parts: Vec<&str> = path.parts().collect();
    let at = parts.windows(folders.len()).position(|window| window == folders)?;
    let rest = &parts[at + folders.len()..];
    (!rest.is_empty()).then(|| rest.to_vec())
}

/// The name of a file without its last extension.
pub(in crate::frameworks) fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Parts as a URL, without groups `(x)` and empty ones; a matcher's name is left out: `[id=uuid]`.
pub(in crate::frameworks) fn url<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut url = String::new();
    for part in parts {
        let is_group = part.starts_with('(') && part.ends_with(')');
        if part.is_empty() || is_group {
            continue;
        }
        url.push('/');
        match part.split_once('=') {
            Some((before, after)) if part.starts_with('[') => {
                url.push_str(before);
                url.extend(after.chars().filter(|letter| *letter == ']'));
            }
            _ => url.push_str(part),
        }
    }
    if url.is_empty() {
        url.push('/');
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_urls() {
        assert_eq!(url(["(shop)", "orders", "[id=uuid]", "[[page=n]]"]), "/orders/[id]/[[page]]");
        assert_eq!(url([]), "/");
        let path = RepoPath::from("apps/web/src/routes/api/+server.ts");
        assert_eq!(below(&path, &["src", "routes"]), Some(vec!["api", "+server.ts"]));
        assert_eq!(below(&path, &["pages"]), None);
    }
}
