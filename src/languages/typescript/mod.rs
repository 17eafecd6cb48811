//! TypeScript and JavaScript: modules, classes and objects, from `.ts` and `.tsx` to the scripts of `.vue` files.

mod extract;
mod syntax;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::{Component, Facts, LanguageId, RepoPath, SourceFile};

use super::{Language, ProjectFiles, Resolved, Resolver, Scope};

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

    fn is_project_file(&self, _path: &RepoPath) -> bool {
        false
    }

    fn components(&self, _project: &ProjectFiles, _files: &[SourceFile], _facts: &[Facts]) -> Vec<Component> {
        Vec::new()
    }

    fn resolver<'a>(&self, scope: Scope<'a>) -> Box<dyn Resolver + 'a> {
        Box::new(Names { _scope: scope })
    }
}

struct Names<'a> {
    _scope: Scope<'a>,
}

impl Resolver for Names<'_> {
    fn imports(&self, _file: FileIndex) -> Vec<(FileIndex, u32)> {
        Vec::new()
    }

    fn module(&self, _file: FileIndex, _specifier: &str) -> Option<FileIndex> {
        None
    }

    fn resolve(&self, _file: FileIndex, _enclosing: Option<DefinitionIndex>, _name: &str) -> Option<Resolved> {
        let _: Option<Symbol> = None;
        None
    }
}
