//! C#: files, Razor pages, projects and solutions, names.

mod extract;
mod grammar;
mod project;
mod razor;
mod resolver;

use crate::codebase::outline::Outline;
use crate::codebase::{Component, Facts, LanguageId, RepoPath, SourceFile};

use super::{Language, ProjectFiles, Resolver, Scope};

/// C#.
pub struct CSharp;

impl Language for CSharp {
    fn id(&self) -> &'static str {
        "csharp"
    }

    fn claims(&self, path: &RepoPath) -> Option<LanguageId> {
        match path.extension() {
            "cs" => Some(LanguageId::new("csharp")),
            "cshtml" | "razor" => Some(LanguageId::new("razor")),
            _ => None,
        }
    }

    fn outline(&self, path: &RepoPath, text: &str) -> Outline {
        if path.extension() == "cs" { extract::outline(text) } else { razor::outline(path, text) }
    }

    fn is_project_file(&self, path: &RepoPath) -> bool {
        project::is_project_file(path)
    }

    fn components(&self, project: &ProjectFiles, _files: &[SourceFile], _facts: &[Facts]) -> Vec<Component> {
        project::components(project)
    }

    fn resolver<'a>(&self, scope: Scope<'a>) -> Box<dyn Resolver + 'a> {
        Box::new(resolver::Names::new(scope))
    }
}
