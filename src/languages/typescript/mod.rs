//! TypeScript and JavaScript: modules, classes and objects, from `.ts` and `.tsx` to the scripts of `.vue` files.

mod extract;
mod project;
mod resolve;
mod syntax;

use crate::codebase::outline::Outline;
use crate::codebase::{Component, Facts, LanguageId, RepoPath, SourceFile};

use super::{Language, ProjectFiles, Resolver, Scope};

/// TypeScript and JavaScript.
pub struct TypeScript;

impl Language for TypeScript {
    fn id(&self) -> &'static str {
        "typescript"
    }

    fn claims(&self, path: &RepoPath) -> Option<LanguageId> {
        match path.extension() {
            "ts" | "tsx" | "mts" | "cts" | "vue" | "svelte" => Some(LanguageId::new("typescript")),
            "js" | "jsx" | "mjs" | "cjs" => Some(LanguageId::new("javascript")),
            _ => None,
        }
    }

    fn outline(&self, path: &RepoPath, text: &str) -> Outline {
        let extension = path.extension();
        let blocks = match extension {
            "vue" | "svelte" => syntax::script_blocks(text),
            _ => Vec::new(),
        };
        if matches!(extension, "vue" | "svelte") && blocks.is_empty() {
            return Outline::default();
        }
        let grammar = syntax::grammar(extension);
        match syntax::parse(grammar, text, &blocks) {
            Some(tree) => extract::outline(text, grammar, &tree),
            None => Outline { syntax_errors: 1, ..Outline::default() },
        }
    }

    fn is_project_file(&self, path: &RepoPath) -> bool {
        project::is_project_file(path)
    }

    fn components(&self, project: &ProjectFiles, files: &[SourceFile], facts: &[Facts]) -> Vec<Component> {
        project::components(project, files, facts)
    }

    fn resolver<'a>(&self, scope: Scope<'a>) -> Box<dyn Resolver + 'a> {
        Box::new(resolve::Modules::new(scope))
    }
}
