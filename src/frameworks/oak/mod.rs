//! Oak: routers that are written as Koa's are, from Deno's and other registries.

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::routing::{RouterRole, Routing};

use super::javascript::routes::VERBS;
use super::javascript::{self, Dialect, reads};
use super::{Framework, HandlerFacts, koa};

/// Oak.
pub struct Oak;

const ID: &str = "oak";

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[
        ("oak", "Application", RouterRole::App),
        ("oak", "Router", RouterRole::Router),
        ("@oak/oak", "Application", RouterRole::App),
        ("@oak/oak", "Router", RouterRole::Router),
        ("@oakserver/oak", "Application", RouterRole::App),
        ("@oakserver/oak", "Router", RouterRole::Router),
    ],
    types: &["Router"],
    plugin_types: &[],
    parameters: &["router"],
    nests: &[],
    groups: &[],
    has_plugins: false,
};

impl Framework for Oak {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Oak"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        koa::nested(&DIALECT, VERBS, outline)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}
