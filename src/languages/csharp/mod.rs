//! C#: files, Razor pages, projects and solutions, names.

mod extract;
mod grammar;
mod project;
mod resolver;

use crate::codebase::outline::Outline;
use crate::codebase::{Component, Facts, LanguageId, RepoPath, SourceFile};

use super::{Language, ProjectFiles, Resolver, Scope};

/// CSharp.
pub struct CSharp;

impl Language for CSharp {
    fn id(&self) -> &'static str {
        "csharp"
    }

    fn claims(&self, path: &RepoPath) -> Option<LanguageId> {
        (path.extension() == "cs").then(|| LanguageId::new("csharp"))
    }

    fn outline(&self, _path: &RepoPath, text: &str) -> Outline {
        extract::outline(text)
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
