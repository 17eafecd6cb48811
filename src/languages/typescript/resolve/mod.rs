//! What specifiers and names mean, over all files.

mod annotations;
mod modules;
mod symbols;
mod tables;
mod things;
mod values;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::languages::{Resolved, Resolver, Scope};

use super::project::{Manifests, TsConfigs};
use tables::Table;

/// The resolver of TypeScript and JavaScript.
pub(super) struct Modules<'a> {
    scope: Scope<'a>,
    manifests: Manifests,
    configs: TsConfigs,
    /// What each file binds and offers, built when first asked for.
    tables: Vec<OnceLock<Table<'a>>>,
    specifiers: Vec<OnceLock<FxHashMap<&'a str, Option<FileIndex>>>>,
}

impl<'a> Modules<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        let manifests = Manifests::read(scope.project);
        let configs = TsConfigs::read(scope.project, &manifests);
        let mut tables = Vec::new();
        tables.resize_with(scope.files.len(), OnceLock::new);
        let mut specifiers = Vec::new();
        specifiers.resize_with(scope.files.len(), OnceLock::new);
        Self { scope, manifests, configs, tables, specifiers }
    }

    fn outline(&self, file: FileIndex) -> Option<&'a Outline> {
        self.scope.facts.get(file as usize).map(|facts| &facts.outline)
    }

    fn table(&self, file: FileIndex) -> Option<&Table<'a>> {
        let outline = self.outline(file)?;
        Some(self.tables.get(file as usize)?.get_or_init(|| Table::new(outline)))
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

    fn resolve(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let meaning = self.meaning(file, enclosing, name)?;
        let is_module = meaning.symbol.definition.is_none();
        // A file is not what its own names mean.
        (!is_module || meaning.symbol != Symbol { file, definition: None }).then_some(meaning)
    }
}
