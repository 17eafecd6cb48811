//! Nuxt: routes are files; handlers of `server/api` and `server/routes`, pages.

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::routing::{HandlerRef, Routing};

use super::javascript::files;
use super::javascript::{self, reads};
use super::{Framework, HandlerFacts};

/// Nuxt.
pub struct Nuxt;

const ID: &str = "nuxt";

/// Ends of file names that name the method.
const METHODS: &[&str] = &["connect", "delete", "get", "head", "options", "patch", "post", "put", "trace"];

impl Framework for Nuxt {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Nuxt"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn package(&self) -> Option<&'static str> {
        Some("nuxt")
    }

    fn settings_files(&self) -> &'static [&'static str] {
        &["nuxt.config"]
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        if path.extension() == "vue" {
            let page = files::below(path, &["pages"]).map(|parts| files::whole_page(ID, &url(&parts, &[], "")));
            return Routing { routes: page.into_iter().collect(), ..Routing::default() };
        }
        let api = files::below(path, &["server", "api"]).map(|parts| (parts, "api"));
        let found = api.or_else(|| Some((files::below(path, &["server", "routes"])?, "")));
        handlers(ID, found, outline)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// The handler that a file exports: `export default defineEventHandler(..)`.
pub(super) fn handlers(id: &str, found: Option<(Vec<&str>, &str)>, outline: &Outline) -> Routing {
    let (Some((parts, first)), Some((handler, line))) = (found, files::default_export(outline)) else {
        return Routing::default();
    };
    let is_handler = outline.assignments.iter().any(|it| {
        let call = it.value.as_call().filter(|_| it.target == "export default");
        call.is_some_and(|call| call.callee.ends_with("Handler"))
    });
    let is_function = matches!(handler, HandlerRef::Definition(_));
    if !is_handler && !is_function {
        return Routing::default();
    }
    let name = parts.last().copied().unwrap_or_default();
    let method =
        files::stem(name).rsplit('.').find(|part| METHODS.contains(part) && name.contains(&format!(".{part}.")));
    let method = method.map_or_else(|| "ANY".to_owned(), str::to_uppercase);
    let route = files::route(id, &method, &url(&parts, METHODS, first), handler, line);
    Routing { routes: vec![route], ..Routing::default() }
}

/// The URL of a file: without its extension, its method and `index`.
fn url(parts: &[&str], methods: &[&str], first: &str) -> String {
    let (name, folders) = parts.split_last().map_or(("", parts), |(name, folders)| (*name, folders));
    let mut stem = files::stem(name);
    while let Some((before, end)) = stem.rsplit_once('.').filter(|_| !stem.ends_with(']')) {
        if !methods.contains(&end) && !matches!(end, "dev" | "prod") {
            break;
        }
        stem = before;
    }
    let last = (stem != "index").then_some(stem);
    files::url([first].into_iter().chain(folders.iter().copied()).chain(last))
}
