//! What names mean in Python: modules, imports, scopes, classes and the instances they make.

mod meaning;
mod modules;
mod scopes;
mod types;

use rayon::prelude::*;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Outline, Taken};
use crate::codebase::{RepoPath, Role, SourceFile};

use super::super::{Resolved, Resolver, Scope};
use meaning::{Budget, Meaning};
use modules::{Module, Modules};
use scopes::Names;

pub(super) use modules::ROOT_SETTING;

/// Resolves the names of all Python files.
pub(super) struct PythonResolver<'a> {
    scope: Scope<'a>,
    modules: Modules,
    names: Vec<Names<'a>>,
    /// Modules that `django.conf.settings` may stand for: those that say which URLs are the root.
    settings: Vec<FileIndex>,
}

impl<'a> PythonResolver<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        let names = scope
            .files
            .par_iter()
            .zip(scope.facts)
            .map(|(file, facts)| if is_python(file) { Names::new(&facts.outline) } else { Names::default() });
        let settings = (0..).zip(scope.facts).zip(scope.files).filter(|((_, facts), file)| {
            let mut own = facts.outline.assignments.iter();
            is_python(file) && file.role != Role::Test && own.any(|own| own.target == "ROOT_URLCONF")
        });
        let settings = settings.map(|((index, _), _)| index).collect();
        Self { scope, modules: Modules::new(scope), names: names.collect(), settings }
    }

    /// The module that `django.conf.settings` stands for in a file: the one that lies nearest.
    fn django_settings(&self, file: FileIndex) -> Option<FileIndex> {
        let path = self.path(file)?;
        let shared = |other: &FileIndex| {
            let other = self.path(*other).into_iter().flat_map(RepoPath::parts);
            path.parts().zip(other).take_while(|(own, other)| own == other).count()
        };
        self.settings.iter().copied().rev().max_by_key(shared)
    }

    fn path(&self, file: FileIndex) -> Option<&'a RepoPath> {
        self.scope.files.get(usize::try_from(file).ok()?).map(|file| &file.path)
    }

    fn outline(&self, file: FileIndex) -> Option<&'a Outline> {
        self.scope.facts.get(usize::try_from(file).ok()?).map(|facts| &facts.outline)
    }

    fn names(&self, file: FileIndex) -> Option<&Names<'a>> {
        self.names.get(usize::try_from(file).ok()?)
    }

    fn find(&self, from: FileIndex, name: &str) -> Option<(String, Module)> {
        self.modules.find(self.path(from)?, name)
    }
}

fn is_python(file: &SourceFile) -> bool {
    &file.language == "python"
}

impl Resolver for PythonResolver<'_> {
    fn imports(&self, file: FileIndex) -> Vec<(FileIndex, u32)> {
        let Some(outline) = self.outline(file) else { return Vec::new() };
        let mut found = Vec::new();
        for import in &outline.imports {
            let Some((path, module)) = self.find(file, &import.module) else { continue };
            let own = match module {
                Module::File(own) => Some(own),
                Module::Namespace(_) => None,
            };
            let below = |name: &str| match self.modules.below(&path, name) {
                Some(Module::File(below)) => Some(below),
                _ => own,
            };
            match &import.taken {
                Taken::Names(names) => {
                    found.extend(names.iter().filter_map(|(there, _)| Some((below(there)?, import.line))));
                }
                Taken::Nothing | Taken::Module(_) | Taken::Star => found.extend(own.map(|own| (own, import.line))),
            }
        }
        found.retain(|(to, _)| *to != file);
        found.sort_unstable_by_key(|(to, line)| (*line, *to));
        found.dedup();
        found
    }

    fn module(&self, file: FileIndex, specifier: &str) -> Option<FileIndex> {
        match self.find(file, specifier)?.1 {
            Module::File(found) => Some(found),
            Module::Namespace(_) => None,
        }
    }

    fn resolve(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let mut budget = Budget::default();
        let mut parts = name.split('.');
        let mut meaning = self.lookup(file, enclosing, parts.next()?, &mut budget)?;
        let mut rest = name.matches('.').count();
        let is_bare = rest == 0;
        for part in parts {
            let Some(next) = self.member(&meaning, part, &mut budget) else { break };
            meaning = next;
            rest -= 1;
        }
        let symbol = match meaning {
            Meaning::Module(_, Module::File(file)) => Symbol { file, definition: None },
            Meaning::Module(_, Module::Namespace(_)) => return None,
            Meaning::Instance(_) if is_bare => return None,
            Meaning::Definition((file, index)) | Meaning::Instance((file, index)) => {
                Symbol { file, definition: Some(index) }
            }
        };
        Some(Resolved { symbol, rest, by_name: false })
    }
}
