//! TypeScript and JavaScript: modules, classes and objects, from `.ts` and `.tsx` to the scripts of `.vue` files.

mod extract;
mod project;
mod resolve;
mod syntax;

use crate::codebase::outline::Outline;
use crate::codebase::{Component, Facts, LanguageId, RepoPath, SourceFile};

use super::{Language, ProjectFiles, Resolver, Scope, parser};

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
        match parser::parse(&grammar.language, text, &blocks) {
            Some(tree) => extract::outline(text, grammar, &tree),
            None => Outline { given_up: true, ..Outline::default() },
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

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(path: &str, text: &str) -> Outline {
        TypeScript.outline(&path.into(), text)
    }

    #[test]
    fn deep_and_broken_texts_are_read_to_their_end() {
        let texts = [
            format!("const x = {};\nexport const after = 1;", "a + ".repeat(30_000) + "a"),
            format!("const x = {}{};\nexport const after = 1;", "[".repeat(20_000), "]".repeat(20_000)),
            format!("x{};\nexport const after = 1;", ".call()".repeat(5_000)),
            format!("{}0{};\nexport const after = 1;", "f(".repeat(5_000), ")".repeat(5_000)),
        ];
        for text in texts {
            let outline = outline("deep.ts", &text);
            assert!(outline.definitions.iter().any(|it| it.name == "after"), "{}", &text[..40]);
        }
        assert!(outline("broken.tsx", &"<a>{(".repeat(2_000)).syntax_errors > 0);
    }

    #[test]
    fn lines_of_script_blocks_are_those_of_their_file() {
        let text = "<template>\n</template>\n<script>\nexport const one = 1;\n</script>\n<script setup lang=\"ts\">\nconst two: number = 2;\n</script>\n";
        let found = outline("Page.vue", text);
        let lines: Vec<_> = found.definitions.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(lines, [("one", 4), ("two", 7)]);
        assert_eq!(outline("Plain.vue", "<template>const three = 3;</template>"), Outline::default());
    }
}
