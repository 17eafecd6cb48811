//! What names mean in Python: modules, imports, scopes, classes and the instances they make.

mod flow;
mod lineage;
mod meaning;
mod modules;
mod scopes;
mod types;

use std::sync::OnceLock;

use rayon::prelude::*;

use crate::codebase::graph::{Dependency, FileIndex, Symbol};
use crate::codebase::outline::{CallValue, DefinitionIndex, Import, Outline, ReferenceKind, Taken};
use crate::codebase::{Atom, RepoPath, Role, SourceFile};

use super::super::{Resolved, Resolver, Scope};
use super::imports::module_loaded;
use flow::{Flow, Sites};
use lineage::Lineages;
use meaning::{Budget, Meaning};
use modules::{Module, Modules};
use scopes::Names;

pub(super) use modules::ROOT_SETTING;

/// Resolves the names of all Python files.
pub(super) struct PythonResolver<'a> {
    scope: Scope<'a>,
    modules: Modules,
    /// Of each file, what its import statements name: asked for each time that an imported name is used.
    imported: Vec<Vec<Imported>>,
    names: Vec<Names<'a>>,
    /// Modules that `django.conf.settings` may stand for: those that say which URLs are the root.
    settings: Vec<FileIndex>,
    /// Who calls what; made when the first value is followed.
    sites: OnceLock<Sites<'a>>,
    /// What all classes derive from; read once everything else is known.
    lineages: Lineages,
}

/// What one import statement names.
struct Imported {
    /// The module, with its path without extension.
    whole: Option<(Atom, Module)>,
    /// The module of the name's first part: `a` of `import a.b`.
    top: Option<(Atom, Module)>,
}

impl Imported {
    fn all(modules: &Modules, file: &SourceFile, outline: &Outline) -> Vec<Self> {
        let find = |import: &Import| {
            let whole = modules.find(&file.path, &import.module);
            let top = match import.module.split_once('.') {
                Some((top, _)) if matches!(import.taken, Taken::Module(_)) => modules.find(&file.path, top),
                _ => whole.clone(),
            };
            Self { whole, top }
        };
        outline.imports.iter().map(find).collect()
    }
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
        let names = names.collect();
        let modules = Modules::new(scope);
        let files = scope.files.par_iter().zip(scope.facts);
        let imported = files
            .map(
                |(file, facts)| {
                    if is_python(file) { Imported::all(&modules, file, &facts.outline) } else { Vec::new() }
                },
            )
            .collect();
        let (sites, lineages) = (OnceLock::new(), Lineages::default());
        let plain = Self { scope, modules, imported, names, settings, sites, lineages };
        let lineages = Lineages::new(&plain);
        Self { lineages, ..plain }
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

    /// All classes, in order.
    fn classes(&self) -> impl Iterator<Item = (FileIndex, DefinitionIndex)> {
        let python = (0..).zip(self.scope.facts).zip(self.scope.files).filter(|(_, file)| is_python(file));
        python.flat_map(|((file, facts), _)| {
            let types = (0..).zip(&facts.outline.definitions).filter(|(_, definition)| definition.kind.is_type());
            types.map(move |(index, _)| (file, index))
        })
    }

    fn sites(&self) -> &Sites<'a> {
        self.sites.get_or_init(|| {
            let all = (0..).zip(self.scope.facts).zip(self.scope.files);
            Sites::new(all.filter(|(_, file)| is_python(file)).map(|(indexed, _)| indexed))
        })
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

    /// What the import statement at this position of a file's outline names.
    fn imported(&self, file: FileIndex, at: usize) -> Option<&Imported> {
        self.imported.get(usize::try_from(file).ok()?)?.get(at)
    }

    fn find(&self, from: FileIndex, name: &str) -> Option<(Atom, Module)> {
        self.modules.find(self.path(from)?, name)
    }

    /// The module that a call of `importlib.import_module` gives.
    fn loaded(&self, file: FileIndex, call: &CallValue) -> Option<(Atom, Module)> {
        self.find(file, &module_loaded(call)?)
    }
}

fn is_python(file: &SourceFile) -> bool {
    &file.language == "python"
}

impl Resolver for PythonResolver<'_> {
    fn imports(&self, file: FileIndex) -> Vec<(FileIndex, u32)> {
        let Some(outline) = self.outline(file) else { return Vec::new() };
        let mut found = Vec::new();
        for (at, import) in outline.imports.iter().enumerate() {
            let Some(imported) = self.imported(file, at) else { continue };
            let Some((path, module)) = &imported.whole else { continue };
            let own = match *module {
                Module::File(own) => Some(own),
                Module::Namespace => None,
            };
            let below = |name: &str| match self.modules.below(path, name) {
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
            Module::Namespace => None,
        }
    }

    fn resolve(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let mut budget = Budget::default();
        let mut parts = name.split('.');
        if parts.clone().next().is_some_and(|first| first.ends_with('@')) {
            return None;
        }
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
            Meaning::Module(_, Module::Namespace) => return None,
            Meaning::Instance(_) if is_bare => return None,
            Meaning::Definition((file, index)) | Meaning::Instance((file, index)) => {
                Symbol { file, definition: Some(index) }
            }
        };
        Some(Resolved { symbol, rest, by_name: false })
    }

    fn resolve_as(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        kind: ReferenceKind,
    ) -> Option<Resolved> {
        let found = self.resolve(file, enclosing, name)?;
        // Of a variable that is called it is not yet known what runs.
        let place = (found.symbol.file, found.symbol.definition.unwrap_or(u32::MAX));
        let is_held = kind == ReferenceKind::Call && found.rest == 0 && self.is_variable(place);
        Some(Resolved { rest: found.rest + usize::from(is_held), ..found })
    }

    fn calls(&self, file: FileIndex, open: &mut Vec<u32>) -> Vec<Dependency> {
        Flow::new(self).calls(file, open)
    }

    fn constructor(&self, class: Symbol) -> Option<Symbol> {
        let place = (class.file, class.definition?);
        self.definition(place).filter(|definition| definition.kind.is_type())?;
        let Meaning::Definition((file, index)) = self.class_member(place, "__init__", &mut Budget::default())? else {
            return None;
        };
        Some(Symbol { file, definition: Some(index) })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::extract;
    use super::*;
    use crate::codebase::{Facts, LanguageId};

    const FILES: &[(&str, &str)] = &[
        ("lib/src/shared/__init__.py", "from .clock import Clock\n"),
        ("lib/src/shared/clock.py", "class Clock:\n    def now(self): ...\n"),
        (
            "svc/app/base.py",
            "from shared import Clock\nclass Repo:\n    def __init__(self, clock: Clock):\n        self.clock = clock\n    \
                def find(self): ...\n",
        ),
        ("svc/app/__init__.py", ""),
        (
            "svc/app/config.py",
            "class Settings:\n    PREFIX: str = '/v1'\ndef load() -> Settings: ...\nsettings = load()\n",
        ),
        ("svc/app/names/__init__.py", "from .inner import *\n"),
        ("svc/app/names/inner.py", "LIMIT = 3\n_HIDDEN = 1\n"),
        (
            "svc/app/orders.py",
            "import app.config\nfrom . import names\nfrom .base import Repo as Base\nfrom app.config import settings\n\
                import logging, requests\nclass Orders(Base):\n    def place(self, other: \"Orders | None\", key):\n        \
                local = Orders()\n        local.find()\n",
        ),
        ("svc/app/logging.py", "def getLogger(): ...\n"),
        ("svc/scripts/run.py", "from app.orders import Orders\nimport helper\nimport logging\n"),
        ("svc/scripts/helper.py", "Done = object()\n"),
    ];

    fn with_resolver<T>(look: impl FnOnce(&PythonResolver<'_>, &dyn Fn(&str) -> FileIndex) -> T) -> T {
        let mut files: Vec<(&str, &str)> = FILES.to_vec();
        files.sort_unstable();
        let facts: Vec<Facts> =
            files.iter().map(|(_, text)| Facts { outline: extract::outline(text), ..Facts::default() }).collect();
        let file = |(path, _): &(&str, &str)| SourceFile {
            path: RepoPath::new(path),
            language: LanguageId::new("python"),
            ..SourceFile::default()
        };
        let files: Vec<SourceFile> = files.iter().map(file).collect();
        let component = |path: &str| crate::codebase::Component { path: path.into(), ..Default::default() };
        let components = [component("lib"), component("svc")];
        let project = BTreeMap::new();
        let scope = Scope { files: &files, facts: &facts, components: &components, project: &project };
        look(&PythonResolver::new(scope), &|path| scope.file_index(path).unwrap())
    }

    /// `file:definition+rest` of what a name means.
    fn meaning(file: &str, enclosing: Option<DefinitionIndex>, name: &str) -> String {
        with_resolver(|resolver, index| {
            let Some(found) = resolver.resolve(index(file), enclosing, name) else { return "unknown".to_owned() };
            let path = resolver.path(found.symbol.file).unwrap().as_str().to_owned();
            let outline = resolver.outline(found.symbol.file).unwrap();
            let definition =
                found.symbol.definition.map_or("", |index| outline.definition(index).unwrap().name.as_str());
            format!("{path}:{definition}+{}", found.rest)
        })
    }

    #[test]
    fn names_are_followed_through_modules_classes_and_instances() {
        let orders = "svc/app/orders.py";
        let place = Some(1);
        for (enclosing, name, expected) in [
            (None, "Base.find", "svc/app/base.py:find+0"),
            (None, "app.config.settings", "svc/app/config.py:settings+0"),
            (None, "settings.PREFIX", "svc/app/config.py:PREFIX+0"),
            (None, "settings.OTHER", "svc/app/config.py:settings+1"),
            (None, "names.LIMIT", "svc/app/names/inner.py:LIMIT+0"),
            (None, "names._HIDDEN", "svc/app/names/__init__.py:+1"),
            (place, "self.find", "svc/app/base.py:find+0"),
            (place, "self.clock.now", "lib/src/shared/clock.py:now+0"),
            (place, "other.place", "svc/app/orders.py:place+0"),
            (place, "local.find", "svc/app/base.py:find+0"),
            (place, "local", "unknown"),
            (place, "key.find", "unknown"),
            (None, "requests.get", "unknown"),
            (None, "logging.getLogger", "unknown"),
        ] {
            assert_eq!(meaning(orders, enclosing, name), expected, "{name}");
        }
    }

    #[test]
    fn imports_are_edges_to_the_most_specific_module() {
        let edges = |file: &str| {
            with_resolver(|resolver, index| {
                let found = resolver.imports(index(file)).into_iter();
                found.map(|(to, _)| resolver.path(to).unwrap().to_string()).collect::<Vec<_>>()
            })
        };
        assert_eq!(
            edges("svc/app/orders.py"),
            ["svc/app/config.py", "svc/app/names/__init__.py", "svc/app/base.py", "svc/app/config.py"]
        );
        assert_eq!(edges("svc/app/base.py"), ["lib/src/shared/__init__.py"]);
        assert_eq!(edges("svc/scripts/run.py"), ["svc/app/orders.py", "svc/scripts/helper.py"]);
    }
}
