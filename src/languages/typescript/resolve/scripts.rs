//! Names that scripts share: of files that are no modules, all that a page loads see each other's.

use rustc_hash::FxHashMap;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::DefinitionIndex;

use super::Modules;
use super::things::At;

/// How long a name is at least that is looked for: what minifiers write is shorter.
const NAME_MIN: usize = 3;

/// By name, the one definition at the top of a script; nothing where several have one of this name.
pub(super) type Shared<'a> = FxHashMap<&'a str, Option<Symbol>>;

impl<'a> Modules<'a> {
    /// What a plain name means that a script uses and does not bind: the one definition of it in the scripts of its package.
    pub(super) fn shared_by_scripts(&self, at: At<'a>, name: &str) -> Option<Symbol> {
        let is_asked = name.len() >= NAME_MIN && !name.contains(['.', '@', '(']) && self.is_script(at.file);
        if !is_asked || self.is_bound(at, name) {
            return None;
        }
        let found = (*self.shared.get_or_init(|| self.read_scripts()).get(name)?)?;
        (self.package_folder(found.file) == self.package_folder(at.file)).then_some(found)
    }

    fn read_scripts(&self) -> Shared<'a> {
        let mut shared = Shared::default();
        for (file, facts) in (0..).zip(self.scope.facts).filter(|(file, _)| self.is_script(*file)) {
            for (index, definition) in (0..).zip(&facts.outline.definitions).filter(|(_, it)| it.parent.is_none()) {
                let symbol = Symbol { file, definition: Some(index) };
                shared.entry(definition.name.as_str()).and_modify(|known| *known = None).or_insert(Some(symbol));
            }
        }
        shared
    }

    /// Whether a file is a script: it imports and exports nothing.
    fn is_script(&self, file: FileIndex) -> bool {
        let path = self.scope.files.get(file as usize).map(|file| &file.path);
        let may_be =
            path.is_some_and(|path| matches!(path.extension(), "js" | "ts") && !path.as_str().ends_with(".d.ts"));
        let imports_none = self.outline(file).is_some_and(|it| it.imports.is_empty() && it.exports.is_empty());
        may_be && imports_none && self.table(file).is_some_and(|table| !table.is_common)
    }

    /// Whether the file itself, or a function around the place, has something of this name.
    fn is_bound(&self, at: At<'a>, name: &str) -> bool {
        let Some(table) = self.table(at.file) else { return true };
        let is_local = |scope: Option<DefinitionIndex>| {
            table.definition(scope, name).is_some() || table.locals(name).any(|given| given.enclosing == scope)
        };
        let mut scope = at.enclosing;
        while let Some((index, definition)) = scope.and_then(|index| Some((index, self.definition(at.file, index)?))) {
            let is_parameter =
                definition.parameters.iter().any(|own| own.name == name || own.name.contains(['{', '[']));
            if is_parameter || is_local(Some(index)) {
                return true;
            }
            scope = definition.parent.filter(|parent| *parent < index);
        }
        is_local(None)
    }

    /// The folder of the package that a file lies in.
    fn package_folder(&self, file: FileIndex) -> &str {
        let folder = self.scope.files.get(file as usize).map(|file| file.path.folder()).unwrap_or_default();
        self.manifests.above(folder.as_str()).map_or("", |manifest| manifest.folder.as_str())
    }
}
