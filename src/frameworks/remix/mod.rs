//! Remix: routes are files; loaders, actions and pages of `app/routes`.

mod paths;

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::routing::Routing;

use super::javascript::files;
use super::javascript::{self, reads};
use super::{Framework, HandlerFacts};

/// Remix.
pub struct Remix;

const ID: &str = "remix";

impl Framework for Remix {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Remix"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn package(&self) -> Option<&'static str> {
        Some("@remix-run/react")
    }

    fn settings_files(&self) -> &'static [&'static str] {
        &["remix.config"]
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        by_place(ID, path, outline)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// `loader` answers GET, `action` all else; a component makes it a page.
pub(super) fn by_place(id: &str, path: &RepoPath, outline: &Outline) -> Routing {
    let Some(url) = paths::url(path) else { return Routing::default() };
    let loader = files::exported(outline, "loader").or_else(|| files::exported(outline, "clientLoader"));
    let action = files::exported(outline, "action");
    let component = files::default_export(outline);
    let mut routes = Vec::new();
    match (component, loader) {
        (Some(component), loader) => {
            let (handler, line) = loader.unwrap_or(component);
            routes.push(files::page(id, &url, handler, line));
        }
        (None, Some((handler, line))) => routes.push(files::route(id, "GET", &url, handler, line)),
        (None, None) => {}
    }
    routes.extend(action.map(|(handler, line)| files::route(id, "ANY", &url, handler, line)));
    Routing { routes, ..Routing::default() }
}
