//! Python.

mod bindings;
mod definitions;
mod extract;
mod grammar;
mod imports;
mod project;
mod resolver;
mod strings;
mod values;

use crate::codebase::outline::Outline;
use crate::codebase::{Component, Facts, LanguageId, RepoPath, SourceFile};

use super::{Language, ProjectFiles, Resolver, Scope};

/// Python.
pub struct Python;

impl Language for Python {
    fn id(&self) -> &'static str {
        "python"
    }

    fn claims(&self, path: &RepoPath) -> Option<LanguageId> {
        (path.extension() == "py").then(|| LanguageId::new("python"))
    }

    fn outline(&self, _path: &RepoPath, text: &str) -> Outline {
        extract::outline(text)
    }

    fn is_project_file(&self, path: &RepoPath) -> bool {
        project::is_project_file(path)
    }

    fn components(&self, project: &ProjectFiles, files: &[SourceFile], facts: &[Facts]) -> Vec<Component> {
        project::components(project, files, facts)
    }

    fn resolver<'a>(&self, scope: Scope<'a>) -> Box<dyn Resolver + 'a> {
        Box::new(resolver::PythonResolver::new(scope))
    }
}
