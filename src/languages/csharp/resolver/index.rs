//! All types, namespaces, members and extension methods of a repository, by name.

use std::collections::{HashMap, HashSet};

use crate::codebase::Atom;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, DefinitionIndex, SymbolKind};

use super::super::super::Scope;
use super::reach::Reach;

/// How many types around a type are followed.
const NESTING_MAX: usize = 32;

/// The index.
pub(super) struct Index<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) reach: Reach,
    /// Full names (`Shop.Orders.Order`, `Shop.Outer.Nested`) to declarations: several for partial types.
    types: HashMap<Atom, Vec<Symbol>>,
    full_names: HashMap<Symbol, Atom>,
    namespaces: HashSet<Atom>,
    /// Simple names of types: whatever is not among them (nor part of a namespace) is no name of this repository.
    words: HashSet<&'a str>,
    namespace_words: HashSet<Atom>,
    members: HashMap<(Symbol, &'a str), Vec<DefinitionIndex>>,
    extensions: HashMap<&'a str, Vec<Symbol>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        let mut index = Self {
            scope,
            reach: Reach::new(scope),
            types: HashMap::new(),
            full_names: HashMap::new(),
            namespaces: HashSet::new(),
            words: HashSet::new(),
            namespace_words: HashSet::new(),
            members: HashMap::new(),
            extensions: HashMap::new(),
        };
        for (file, source) in (0..).zip(scope.files) {
            if matches!(source.language.as_str(), "csharp" | "razor") {
                index.add_file(file, source.path.extension() == "cshtml");
            }
        }
        let namespaces = &index.namespaces;
        index.reach.keep_known(scope, |name| namespaces.contains(name));
        index
    }

    /// Whether any type or part of a namespace has this simple name.
    pub(super) fn knows(&self, word: &str) -> bool {
        self.words.contains(word) || self.namespace_words.contains(word)
    }

    fn add_file(&mut self, file: FileIndex, is_view: bool) {
        let Some(facts) = self.scope.facts.get(file as usize) else { return };
        for (position, definition) in (0..).zip(&facts.outline.definitions) {
            let symbol = Symbol { file, definition: Some(position) };
            let holder = Symbol { file, definition: definition.parent };
            self.members.entry((holder, definition.name.as_str())).or_default().push(position);
            // A view's class has a made-up name that no code can use.
            if definition.kind.is_type() && !(is_view && definition.parent.is_none()) {
                self.words.insert(&definition.name);
                self.add_type(symbol, definition);
            }
            let extends =
                definition.parameters.first().is_some_and(|first| first.modifiers.iter().any(|it| it == "this"));
            if definition.kind == SymbolKind::Method && extends {
                self.extensions.entry(definition.name.as_str()).or_default().push(symbol);
            }
        }
    }

    fn add_type(&mut self, symbol: Symbol, definition: &Definition) {
        let outer = definition.parent.map(|parent| Symbol { file: symbol.file, definition: Some(parent) });
        let full = if let Some(outer) = outer.and_then(|outer| self.full_names.get(&outer)) {
            join(outer, &definition.name)
        } else {
            let namespace = self.namespace_of(symbol.file, definition);
            self.add_namespace(&namespace);
            join(&namespace, &definition.name)
        };
        self.types.entry(full.clone()).or_default().push(symbol);
        self.full_names.insert(symbol, full);
    }

    fn add_namespace(&mut self, namespace: &str) {
        let mut end = namespace.len();
        while end > 0 && !self.namespaces.contains(namespace.get(..end).unwrap_or_default()) {
            let here = namespace.get(..end).unwrap_or_default();
            self.namespace_words.insert(Atom::new(here.rsplit('.').next().unwrap_or(here)));
            self.namespaces.insert(Atom::new(here));
            end = namespace.get(..end).and_then(|part| part.rfind('.')).unwrap_or(0);
        }
    }

    /// The namespace that a definition lies in; a Razor file's comes from its folder.
    fn namespace_of(&self, file: FileIndex, definition: &Definition) -> Atom {
        let is_razor = self.scope.files.get(file as usize).is_some_and(|file| file.language.as_str() == "razor");
        if is_razor && definition.namespace.is_empty() {
            self.reach.razor_namespace(file)
        } else {
            definition.namespace.clone()
        }
    }

    pub(super) fn definition(&self, symbol: Symbol) -> Option<&'a Definition> {
        self.scope.facts.get(symbol.file as usize)?.outline.definitions.get(symbol.definition? as usize)
    }

    pub(super) fn parent(&self, symbol: Symbol) -> Option<Symbol> {
        let own = symbol.definition?;
        let parent = self.definition(symbol)?.parent.filter(|parent| *parent < own)?;
        Some(Symbol { file: symbol.file, definition: Some(parent) })
    }

    /// The type that a place lies in, and the types around that.
    pub(super) fn types_around(&self, file: FileIndex, enclosing: Option<DefinitionIndex>) -> Vec<Symbol> {
        let mut around = Vec::new();
        let mut next = enclosing.map(|index| Symbol { file, definition: Some(index) });
        while let Some(symbol) = next.filter(|_| around.len() < NESTING_MAX) {
            if self.definition(symbol).is_some_and(|definition| definition.kind.is_type()) {
                around.push(symbol);
            }
            next = self.parent(symbol);
        }
        around
    }

    /// The namespace that a place lies in.
    pub(super) fn namespace_at(&self, file: FileIndex, enclosing: Option<DefinitionIndex>) -> Atom {
        let facts = self.scope.facts.get(file as usize);
        // Outside all definitions: the namespace that the file opens with, which is its only one in practice.
        let first = || facts.and_then(|facts| facts.outline.definitions.first());
        let around = self.definition(Symbol { file, definition: enclosing }).or_else(first);
        around.map_or_else(|| self.reach.razor_namespace(file), |around| self.namespace_of(file, around))
    }

    /// The type of this full name that `file` can see; its own project's first, the file named after it first.
    pub(super) fn type_named(&self, file: FileIndex, full: &str) -> Option<Symbol> {
        let visible = self.types.get(full)?.iter().copied().filter(|symbol| self.reach.sees(file, symbol.file));
        visible.min_by_key(|symbol| {
            let path = self.scope.files.get(symbol.file as usize).map(|file| &file.path);
            let named_after = path.is_some_and(|path| Some(path.stem()) == full.rsplit('.').next());
            (self.reach.project(symbol.file) != self.reach.project(file), !named_after, *symbol)
        })
    }

    /// All declarations of a partial type, itself among them.
    pub(super) fn parts(&self, symbol: Symbol) -> Vec<Symbol> {
        let Some(all) = self.full_names.get(&symbol).and_then(|full| self.types.get(full)) else { return vec![symbol] };
        let is_partial = self.definition(symbol).is_some_and(|definition| definition.has_modifier("partial"));
        let is_razor = self.scope.files.get(symbol.file as usize).is_some_and(|file| file.language.as_str() == "razor");
        if all.len() == 1 || !(is_partial || is_razor) {
            return vec![symbol];
        }
        let project = self.reach.project(symbol.file);
        let mut parts = vec![symbol];
        parts.extend(all.iter().copied().filter(|part| *part != symbol && self.reach.project(part.file) == project));
        parts
    }

    /// A type of the file beside a view: `Login.cshtml` and the page model in `Login.cshtml.cs`.
    pub(super) fn beside_view(&self, file: FileIndex, name: &str) -> Option<Symbol> {
        let view = self.scope.files.get(file as usize).filter(|file| file.path.extension() == "cshtml")?;
        let beside = self.scope.file_index(&format!("{}.cs", view.path))?;
        let definitions = &self.scope.facts.get(beside as usize)?.outline.definitions;
        let found = definitions.iter().position(|it| it.kind.is_type() && it.parent.is_none() && it.name == name)?;
        Some(Symbol { file: beside, definition: DefinitionIndex::try_from(found).ok() })
    }

    pub(super) fn is_namespace(&self, name: &str) -> bool {
        self.namespaces.contains(name)
    }

    /// What one declaration holds under a name; without a definition, what stands at the top of the file.
    pub(super) fn held<'s>(&'s self, holder: Symbol, name: &'s str) -> impl Iterator<Item = Symbol> + 's {
        let indices = self.members.get(&(holder, name)).map_or(&[][..], Vec::as_slice);
        indices.iter().map(move |index| Symbol { file: holder.file, definition: Some(*index) })
    }

    /// The nested type of this name in a type, all its parts seen as one.
    pub(super) fn nested_type(&self, holder: Symbol, name: &str) -> Option<Symbol> {
        if !self.words.contains(name) {
            return None;
        }
        let parts = self.parts(holder);
        let mut all = parts.iter().flat_map(|part| self.held(*part, name));
        all.find(|member| self.definition(*member).is_some_and(|it| it.kind.is_type()))
    }

    /// Extension methods of this name.
    pub(super) fn extensions(&self, name: &str) -> &[Symbol] {
        self.extensions.get(name).map_or(&[], Vec::as_slice)
    }
}

pub(super) fn join(namespace: &str, name: &str) -> Atom {
    if namespace.is_empty() { Atom::new(name) } else { Atom::from(format!("{namespace}.{name}")) }
}

/// A namespace and those around it, the innermost first, the global one last.
pub(super) fn outward(namespace: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(namespace);
    std::iter::from_fn(move || {
        let here = next?;
        next = if here.is_empty() {
            None
        } else {
            Some(here.rfind('.').and_then(|dot| here.get(..dot)).unwrap_or_default())
        };
        Some(here)
    })
}
