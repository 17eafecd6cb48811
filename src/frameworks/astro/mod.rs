//! Astro: routes are files; endpoints and pages of `src/pages`.

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::routing::Routing;

use super::javascript::files::{self, VERBS};
use super::javascript::{self, reads};
use super::{Framework, HandlerFacts};

/// Astro.
pub struct Astro;

const ID: &str = "astro";

/// Extensions of pages that are no code by themselves.
const PAGES: &[&str] = &["astro", "html", "md", "mdx"];

impl Framework for Astro {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Astro"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn package(&self) -> Option<&'static str> {
        Some("astro")
    }

    fn settings_files(&self) -> &'static [&'static str] {
        &["astro.config"]
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !matches!(path.extension(), "ts" | "js" | "mts" | "mjs") {
            return routing;
        }
        let Some(url) = url(path) else { return routing };
        for (export, method) in VERBS.iter().map(|verb| (*verb, *verb)).chain([("ALL", "ANY")]) {
            let found = files::exported(outline, export);
            routing.routes.extend(found.map(|(handler, line)| files::route(ID, method, &url, handler, line)));
        }
        routing
    }

    fn routing_of_text(&self, path: &RepoPath, _text: &str) -> Routing {
        let page = url(path).filter(|_| PAGES.contains(&path.extension()));
        Routing { routes: page.map(|url| files::whole_page(ID, &url)).into_iter().collect(), ..Routing::default() }
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// The URL of a file below `src/pages`; `_` keeps files and folders out.
fn url(path: &RepoPath) -> Option<String> {
    let parts = files::below(path, &["src", "pages"])?;
    if parts.iter().any(|part| part.starts_with('_')) {
        return None;
    }
    let (name, folders) = parts.split_last()?;
    let stem = files::stem(name);
    Some(files::url(folders.iter().copied().chain((stem != "index").then_some(stem))))
}
