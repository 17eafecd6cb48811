//! `SvelteKit`: routes are files; handlers, form actions and pages of `src/routes`.

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline, SymbolKind};
use crate::codebase::routing::{HandlerRef, Routing};

use super::javascript::files::{self, VERBS};
use super::javascript::{self, reads};
use super::{Framework, HandlerFacts};

/// `SvelteKit`.
pub struct SvelteKit;

const ID: &str = "sveltekit";

impl Framework for SvelteKit {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "SvelteKit"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn package(&self) -> Option<&'static str> {
        Some("@sveltejs/kit")
    }

    fn settings_files(&self) -> &'static [&'static str] {
        &["svelte.config"]
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        let Some(parts) = files::below(path, &["src", "routes"]) else { return Routing::default() };
        let Some((name, folders)) = parts.split_last() else { return Routing::default() };
        let url = files::url(folders.iter().copied());
        let mut routing = Routing::default();
        match *name {
            "+server.ts" | "+server.js" => {
                let answering = VERBS.iter().map(|verb| (*verb, *verb)).chain([("fallback", "ANY")]);
                for (export, method) in answering {
                    let found = files::exported(outline, export);
                    routing.routes.extend(found.map(|(handler, line)| files::route(ID, method, &url, handler, line)));
                }
            }
            "+page.server.ts" | "+page.server.js" => {
                let Some((_, line)) = files::exported(outline, "actions") else { return routing };
                let handler = action(outline).map_or(HandlerRef::Name("actions".into()), HandlerRef::Definition);
                routing.routes.push(files::route(ID, "POST", &url, handler, line));
            }
            "+page.svelte" | "+page@.svelte" => routing.routes.push(files::whole_page(ID, &url)),
            _ => {}
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// The one action of a page, or its default one.
fn action(outline: &Outline) -> Option<DefinitionIndex> {
    let (actions, _) = (0..).zip(&outline.definitions).find(|(_, it)| it.name == "actions" && it.parent.is_none())?;
    let mut methods = outline.children(actions).filter(|(_, it)| it.kind == SymbolKind::Method);
    let first = methods.next()?;
    let default = (first.1.name == "default").then_some(first.0);
    default.or_else(|| methods.find(|(_, it)| it.name == "default").map(|(index, _)| index)).or(Some(first.0))
}
