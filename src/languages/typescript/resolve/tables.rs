//! What one file binds and offers, by name.

use rustc_hash::FxHashMap;

use crate::codebase::outline::{Assignment, DefinitionIndex, Import, Outline, SymbolKind, Taken};

/// An imported name.
#[derive(Clone, Copy)]
pub(super) struct Binding<'a> {
    pub(super) import: &'a Import,
    /// The name in the module; `None` for the module itself.
    pub(super) name: Option<&'a str>,
}

/// Lookups into one outline.
#[derive(Default)]
pub(super) struct Table<'a> {
    definitions: FxHashMap<(Option<DefinitionIndex>, &'a str), DefinitionIndex>,
    imports: FxHashMap<&'a str, Binding<'a>>,
    exports: FxHashMap<&'a str, &'a str>,
    /// Names of exports and re-exports, in source order.
    export_names: Vec<&'a str>,
    reexports: FxHashMap<&'a str, Binding<'a>>,
    pub(super) stars: Vec<&'a Import>,
    assignments: FxHashMap<&'a str, Vec<&'a Assignment>>,
    /// What is given to `this.name`, by name.
    fields: FxHashMap<&'a str, Vec<&'a Assignment>>,
    /// What is given to parameters of function literals (`each@12`), by name without line.
    parameters: FxHashMap<&'a str, Vec<&'a Assignment>>,
    /// Whether it exports as `CommonJS` does.
    pub(super) is_common: bool,
}

impl<'a> Table<'a> {
    pub(super) fn new(outline: &'a Outline) -> Self {
        let mut table = Self::default();
        for (index, definition) in (0..).zip(&outline.definitions) {
            let key = (definition.parent, definition.name.as_str());
            let is_type = |index: DefinitionIndex| {
                outline.definition(index).is_some_and(|it| matches!(it.kind, SymbolKind::Interface | SymbolKind::Type))
            };
            match table.definitions.get(&key) {
                // A value wins over a type of the same name: it has the behaviour.
                Some(known) if !is_type(*known) || is_type(index) => {}
                _ => {
                    table.definitions.insert(key, index);
                }
            }
        }
        for export in &outline.exports {
            table.exports.entry(export.name.as_str()).or_insert(export.local.as_str());
            table.export_names.push(export.name.as_str());
        }
        for assignment in &outline.assignments {
            table.add_assignment(assignment);
        }
        for import in &outline.imports {
            table.add_import(import);
        }
        table
    }

    fn add_assignment(&mut self, assignment: &'a Assignment) {
        let target = assignment.target.as_str();
        self.assignments.entry(target).or_default().push(assignment);
        if let Some(field) = target.strip_prefix("this.") {
            self.fields.entry(field).or_default().push(assignment);
        }
        if let Some((name, _)) = target.split_once('@') {
            self.parameters.entry(name).or_default().push(assignment);
        }
        self.is_common |= target.starts_with("module.exports") || target.starts_with("exports.");
    }

    fn add_import(&mut self, import: &'a Import) {
        let is_reexport = import.has_flag("reexport");
        if is_reexport {
            match &import.taken {
                Taken::Module(name) => self.export_names.push(name.as_str()),
                Taken::Names(taken) => self.export_names.extend(taken.iter().map(|(_, here)| here.as_str())),
                Taken::Nothing | Taken::Star => {}
            }
        }
        let names = if is_reexport { &mut self.reexports } else { &mut self.imports };
        match &import.taken {
            Taken::Nothing => {}
            Taken::Star => self.stars.push(import),
            Taken::Module(name) => {
                names.insert(name.as_str(), Binding { import, name: None });
            }
            Taken::Names(taken) => {
                for (there, here) in taken {
                    names.insert(here.as_str(), Binding { import, name: Some(there.as_str()) });
                }
            }
        }
    }

    pub(super) fn definition(&self, parent: Option<DefinitionIndex>, name: &str) -> Option<DefinitionIndex> {
        self.definitions.get(&(parent, name)).copied()
    }

    pub(super) fn import(&self, name: &str) -> Option<Binding<'a>> {
        self.imports.get(name).copied()
    }

    /// What an export is called here; empty where it has no name.
    pub(super) fn export(&self, name: &str) -> Option<&'a str> {
        self.exports.get(name).copied()
    }

    /// Names that it offers by itself to whoever passes all of them on.
    pub(super) fn offered(&self) -> impl Iterator<Item = &'a str> + '_ {
        let names = self.export_names.iter().copied();
        names.filter(|name| !matches!(*name, "default" | "="))
    }

    pub(super) fn reexport(&self, name: &str) -> Option<Binding<'a>> {
        self.reexports.get(name).copied()
    }

    /// What is given to a name within functions, parameters of function literals included.
    pub(super) fn locals(&self, name: &str) -> impl Iterator<Item = &'a Assignment> + Clone + '_ {
        let parameters = self.parameters.get(name).map_or(&[][..], Vec::as_slice);
        self.assignments(name).iter().chain(parameters).copied()
    }

    /// What is given to a field of `this`, in source order.
    pub(super) fn fields(&self, name: &str) -> &[&'a Assignment] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// What is given to a name, in source order.
    pub(super) fn assignments(&self, target: &str) -> &[&'a Assignment] {
        self.assignments.get(target).map_or(&[], Vec::as_slice)
    }
}
