//! Nitro, the server of Nuxt, by itself: handlers of `routes` and `api`.

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::routing::Routing;

use super::javascript::files;
use super::javascript::{self, reads};
use super::{Framework, HandlerFacts, nuxt};

/// Nitro.
pub struct Nitro;

const ID: &str = "nitro";

impl Framework for Nitro {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Nitro"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn package(&self) -> Option<&'static str> {
        Some("nitropack")
    }

    fn settings_files(&self) -> &'static [&'static str] {
        &["nitro.config"]
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        let routes = files::below(path, &["routes"]).map(|parts| (parts, ""));
        let found = routes.or_else(|| Some((files::below(path, &["api"])?, "api")));
        nuxt::handlers(ID, found, outline)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}
