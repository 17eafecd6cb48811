//! What specifiers and names mean, over all files.

mod annotations;
mod generics;
mod members;
mod modules;
mod paths;
mod scripts;
mod symbols;
mod tables;
mod things;
mod values;

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::codebase::Place;
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::diagnostics::{Code, Diagnostic};
use crate::languages::{Resolved, Resolver, Scope};

use super::project::{Manifests, TsConfigs};
use paths::Paths;
use tables::Table;

/// The resolver of TypeScript and JavaScript.
pub(super) struct Modules<'a> {
    scope: Scope<'a>,
    manifests: Manifests,
    configs: TsConfigs,
    paths: Paths<'a>,
    /// What each file binds and offers, built when first asked for.
    tables: Vec<OnceLock<Table<'a>>>,
    /// Which file offers each name that a file passes on with `export *`.
    stars: Vec<OnceLock<FxHashMap<&'a str, FileIndex>>>,
    specifiers: Vec<OnceLock<FxHashMap<&'a str, Option<FileIndex>>>>,
    shared: OnceLock<scripts::Shared<'a>>,
}

impl<'a> Modules<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        let manifests = Manifests::read(scope.project);
        let configs = TsConfigs::read(scope.project, &manifests);
        Self {
            scope,
            manifests,
            configs,
            paths: Paths::new(scope.files),
            tables: once_each(scope.files.len()),
            stars: once_each(scope.files.len()),
            specifiers: once_each(scope.files.len()),
            shared: OnceLock::new(),
        }
    }

    fn outline(&self, file: FileIndex) -> Option<&'a Outline> {
        self.scope.facts.get(file as usize).map(|facts| &facts.outline)
    }

    fn table(&self, file: FileIndex) -> Option<&Table<'a>> {
        let outline = self.outline(file)?;
        Some(self.tables.get(file as usize)?.get_or_init(|| Table::new(outline)))
    }

    /// The file that offers a name which `file` passes on with `export *`.
    fn passed_on(&self, file: FileIndex, name: &str) -> Option<FileIndex> {
        let table = self.table(file).filter(|table| !table.stars.is_empty())?;
        let known = self.stars.get(file as usize)?.get_or_init(|| {
            let mut offered = FxHashMap::default();
            let mut seen = FxHashSet::from_iter([file]);
            let mut waiting = self.star_targets(file, table);
            // In the order in which they are written: the first to offer a name wins.
            while let Some(next) = waiting.pop() {
                let Some(table) = self.table(next).filter(|_| seen.insert(next)) else { continue };
                for name in table.offered() {
                    offered.entry(name).or_insert(next);
                }
                waiting.extend(self.star_targets(next, table));
            }
            offered
        });
        known.get(name).copied()
    }

    /// The files that a file passes on, the last first.
    fn star_targets(&self, file: FileIndex, table: &Table<'a>) -> Vec<FileIndex> {
        table.stars.iter().rev().filter_map(|import| self.target(file, &import.module)).collect()
    }

    /// The file that a specifier names in `file`; those of its imports are looked for once.
    fn target(&self, file: FileIndex, specifier: &str) -> Option<FileIndex> {
        let outline = self.outline(file)?;
        let known = self.specifiers.get(file as usize)?.get_or_init(|| {
            let found = outline.imports.iter().map(|import| {
                let module = import.module.as_str();
                (module, self.find_module(file, module))
            });
            found.collect()
        });
        match known.get(specifier) {
            Some(found) => *found,
            None => self.find_module(file, specifier),
        }
    }
}

/// Room for one value a file, each made when first asked for.
fn once_each<T>(count: usize) -> Vec<OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

impl Resolver for Modules<'_> {
    fn imports(&self, file: FileIndex) -> Vec<(FileIndex, u32)> {
        let Some(outline) = self.outline(file) else { return Vec::new() };
        let found = outline.imports.iter().filter_map(|import| {
            let target = self.target(file, &import.module)?;
            (target != file).then_some((target, import.line))
        });
        found.collect()
    }

    fn module(&self, file: FileIndex, specifier: &str) -> Option<FileIndex> {
        self.target(file, specifier)
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        let missing = self.configs.missing().into_iter();
        let told = missing.filter_map(|(base, users)| {
            let (first, others) = users.split_first()?;
            let users = match others.len() {
                0 => format!("`{first}` extends"),
                more => format!("`{first}` and {more} more extend"),
            };
            let message = format!("`{base}`, which {users}, is not in the repository");
            let help = "imports through `paths` that only it states stay unresolved: state them in the repository too";
            let place = Place::line((*first).clone(), 1);
            Some(Diagnostic::warning(Code::BrokenManifest, message).at(place).help(help))
        });
        told.collect()
    }

    fn resolve(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let meaning = self.meaning(file, enclosing, name)?;
        let is_module = meaning.symbol.definition.is_none();
        // A file is not what its own names mean.
        (!is_module || meaning.symbol != Symbol { file, definition: None }).then_some(meaning)
    }
}
