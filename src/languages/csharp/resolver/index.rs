//! All types, members and extension methods of a repository, by name.

use rustc_hash::FxHashMap;
use thin_vec::{ThinVec, thin_vec};

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, DefinitionIndex, SymbolKind};
use crate::codebase::{Atom, SourceFile};

use super::super::super::Scope;
use super::super::project::Project;
use super::reach::{Reach, razor_namespace};
use super::space::{GLOBAL, Namespace, Space, Word};

/// How many types around a type are followed.
const NESTING_MAX: usize = 32;

/// Where a name is used: in a file, within a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) file: FileIndex,
    pub(super) enclosing: Option<DefinitionIndex>,
}

impl From<Symbol> for Place {
    fn from(symbol: Symbol) -> Self {
        Self { file: symbol.file, enclosing: symbol.definition }
    }
}

/// What a choice among equals gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pick<T> {
    /// There is nothing to choose.
    Nothing,
    /// One is better than the others.
    One(T),
    /// Several are equally good.
    Several,
}

impl<T> Pick<T> {
    pub(super) fn new(best: Option<T>, clashes: bool) -> Self {
        match best {
            Some(_) if clashes => Self::Several,
            Some(best) => Self::One(best),
            None => Self::Nothing,
        }
    }

    pub(super) fn one(self) -> Option<T> {
        match self {
            Self::One(one) => Some(one),
            Self::Nothing | Self::Several => None,
        }
    }
}

/// The index.
pub(super) struct Index<'a> {
    pub(super) scope: Scope<'a>,
    pub(super) reach: Reach,
    pub(super) space: Space,
    /// For each file, the namespaces of its definitions: from which definition on, which one.
    namespaces: Vec<ThinVec<(DefinitionIndex, Namespace)>>,
    /// For each file, its definitions by what holds them (zero for the file, else the definition's index plus one) and
    /// name, sorted.
    members: Vec<ThinVec<(u32, Word, DefinitionIndex)>>,
    /// For each type that is declared in several parts, all of them, itself first.
    parts: FxHashMap<Symbol, ThinVec<Symbol>>,
    extensions: FxHashMap<Word, ThinVec<Symbol>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(scope: Scope<'a>, projects: &[Project]) -> Self {
        let mut index = Self {
            scope,
            reach: Reach::new(scope.files, projects),
            space: Space::new(),
            namespaces: Vec::with_capacity(scope.files.len()),
            members: Vec::with_capacity(scope.files.len()),
            parts: FxHashMap::default(),
            extensions: FxHashMap::default(),
        };
        for (file, source) in (0..).zip(scope.files) {
            index.namespaces.push(ThinVec::new());
            index.members.push(ThinVec::new());
            match source.language.as_str() {
                "csharp" => index.add_file(file, source, GLOBAL),
                "razor" => {
                    let project = (index.reach.home(file) as usize).checked_sub(1).and_then(|it| projects.get(it));
                    let namespace = project.map(|project| razor_namespace(project, &source.path)).unwrap_or_default();
                    let namespace = index.space.add_namespace(&namespace);
                    index.add_file(file, source, namespace);
                }
                _ => {}
            }
        }
        index.find_parts();
        index
    }

    /// Adds a file's definitions; `folder` is the namespace of those that are in none.
    fn add_file(&mut self, file: FileIndex, source: &SourceFile, folder: Namespace) {
        let Some(facts) = self.scope.facts.get(file as usize) else { return };
        let is_view = source.path.extension() == "cshtml";
        let mut runs: ThinVec<(DefinitionIndex, Namespace)> = ThinVec::new();
        let mut members: ThinVec<(u32, Word, DefinitionIndex)> =
            ThinVec::with_capacity(facts.outline.definitions.len());
        let mut written: Option<&Atom> = None;
        for (position, definition) in (0..).zip(&facts.outline.definitions) {
            if written != Some(&definition.namespace) {
                let own = &definition.namespace;
                let namespace = if own.is_empty() { folder } else { self.space.add_namespace(own) };
                runs.push((position, namespace));
                written = Some(own);
            }
            let namespace = runs.last().map_or(folder, |(_, namespace)| *namespace);
            let word = self.space.add_word(&definition.name);
            members.push((definition.parent.map_or(0, |parent| parent + 1), word, position));
            let symbol = Symbol { file, definition: Some(position) };
            // A view's class has a made-up name that no code can use.
            if definition.kind.is_type() && definition.parent.is_none() && !is_view {
                self.space.add_type(namespace, word, symbol);
                self.space.add_home(namespace, self.reach.home(file));
            }
            let extends =
                definition.parameters.first().is_some_and(|first| first.modifiers.iter().any(|it| it == "this"));
            if definition.kind == SymbolKind::Method && extends {
                self.extensions.entry(word).or_default().push(symbol);
            }
        }
        if runs.is_empty() {
            runs.push((0, folder));
        }
        members.sort_unstable();
        if let (Some(own_runs), Some(own_members)) = (self.namespaces.last_mut(), self.members.last_mut()) {
            (*own_runs, *own_members) = (runs, members);
        }
    }

    /// Finds the types that are declared in several parts; a type comes before those within it.
    fn find_parts(&mut self) {
        for (file, facts) in (0..).zip(self.scope.facts) {
            for (position, definition) in (0..).zip(&facts.outline.definitions) {
                let symbol = Symbol { file, definition: Some(position) };
                if !definition.kind.is_type() || !self.may_have_parts(symbol, definition) {
                    continue;
                }
                let Some(word) = self.space.word(&definition.name) else { continue };
                let others: ThinVec<Symbol> = match self.parent(symbol) {
                    Some(holder) => self.parts(&holder).iter().flat_map(|part| self.held(*part, word)).collect(),
                    None => self.space.types(self.namespace_at(symbol.into()), word).into(),
                };
                let is_part = |other: &Symbol| {
                    *other != symbol
                        && self.reach.together(file, other.file)
                        && self.definition(*other).is_some_and(|it| {
                            it.type_parameters.len() == definition.type_parameters.len()
                                && self.may_have_parts(*other, it)
                        })
                };
                let mut parts = thin_vec![symbol];
                parts.extend(others.into_iter().filter(is_part));
                if parts.len() > 1 {
                    self.parts.insert(symbol, parts);
                }
            }
        }
    }

    fn may_have_parts(&self, symbol: Symbol, definition: &Definition) -> bool {
        definition.has_modifier("partial") || self.language(symbol.file) == "razor"
    }

    pub(super) fn language(&self, file: FileIndex) -> &str {
        self.scope.files.get(file as usize).map_or("", |file| file.language.as_str())
    }

    pub(super) fn definition(&self, symbol: Symbol) -> Option<&'a Definition> {
        self.scope.facts.get(symbol.file as usize)?.outline.definitions.get(symbol.definition? as usize)
    }

    pub(super) fn kind(&self, symbol: Symbol) -> Option<SymbolKind> {
        self.definition(symbol).map(|definition| definition.kind)
    }

    pub(super) fn parent(&self, symbol: Symbol) -> Option<Symbol> {
        let own = symbol.definition?;
        let parent = self.definition(symbol)?.parent.filter(|parent| *parent < own)?;
        Some(Symbol { file: symbol.file, definition: Some(parent) })
    }

    /// The definition that a place lies in, and those around it, innermost first.
    pub(super) fn around(&self, place: Place) -> impl Iterator<Item = Symbol> + '_ {
        let first = place.enclosing.map(|index| Symbol { file: place.file, definition: Some(index) });
        std::iter::successors(first, |symbol| self.parent(*symbol)).take(NESTING_MAX)
    }

    /// The type that a place lies in, and the types around that.
    pub(super) fn types_around(&self, place: Place) -> impl Iterator<Item = Symbol> + '_ {
        self.around(place).filter(|symbol| self.kind(*symbol).is_some_and(SymbolKind::is_type))
    }

    /// The namespace that a place lies in; outside all definitions, the one that the file opens with.
    pub(super) fn namespace_at(&self, place: Place) -> Namespace {
        let runs = self.namespaces.get(place.file as usize).map(ThinVec::as_slice).unwrap_or_default();
        match (place.enclosing, runs) {
            (None, [(_, first), ..]) | (Some(_), [(_, first)]) => *first,
            (Some(index), runs) => {
                let after = runs.partition_point(|(start, _)| *start <= index);
                runs.get(after.saturating_sub(1)).map_or(GLOBAL, |(_, namespace)| *namespace)
            }
            (None, []) => GLOBAL,
        }
    }

    /// The type of this name in a namespace that `file` can see. Without an arity, one without type parameters first.
    pub(super) fn type_in(
        &self,
        file: FileIndex,
        namespace: Namespace,
        word: Word,
        arity: Option<usize>,
    ) -> Option<Symbol> {
        self.choose(file, self.space.types(namespace, word), arity)
    }

    /// Of declarations of one name, the one that `file` means: its own project's, else that of the one other project
    /// that offers it. Of a type in several parts it is the part in the file that is named after the type, else the first.
    pub(super) fn choose(&self, file: FileIndex, declared: &[Symbol], arity: Option<usize>) -> Option<Symbol> {
        let mut best: Option<((bool, bool, bool), bool, Symbol)> = None;
        let mut clashes = false;
        for symbol in declared.iter().copied() {
            let Some(definition) = self.definition(symbol) else { continue };
            let parameters = definition.type_parameters.len();
            if arity.is_some_and(|arity| arity != parameters) || !self.is_visible(file, symbol, definition) {
                continue;
            }
            let foreign = !self.reach.together(file, symbol.file);
            let rank = (arity.is_none() && parameters > 0, foreign, foreign && !definition.has_modifier("public"));
            let path = self.scope.files.get(symbol.file as usize).map(|file| &file.path);
            let elsewhere = path.is_none_or(|path| definition.name != path.stem());
            match &best {
                Some((known, ..)) if *known < rank => {}
                Some((known, other_elsewhere, other)) if *known == rank => {
                    clashes |= foreign && !self.reach.together(other.file, symbol.file);
                    if (elsewhere, symbol) < (*other_elsewhere, *other) {
                        best = Some((rank, elsewhere, symbol));
                    }
                }
                _ => (best, clashes) = (Some((rank, elsewhere, symbol)), false),
            }
        }
        best.filter(|_| !clashes).map(|(_, _, symbol)| symbol)
    }

    fn is_visible(&self, file: FileIndex, symbol: Symbol, definition: &Definition) -> bool {
        file == symbol.file || self.reach.sees(file, symbol.file) && !definition.has_modifier("file")
    }

    /// Whether a file may use a type (or a member's type) without being let in: it is public, or of the same project.
    pub(super) fn is_open(&self, file: FileIndex, symbol: Symbol) -> bool {
        self.reach.together(file, symbol.file)
            || self.definition(symbol).is_some_and(|definition| definition.has_modifier("public"))
    }

    /// Whether `file` can see anything of a namespace.
    pub(super) fn sees_namespace(&self, file: FileIndex, namespace: Namespace) -> bool {
        self.space.homes(namespace).is_some_and(|homes| self.reach.sees_any(file, homes))
    }

    /// All declarations of a type, itself first.
    pub(super) fn parts<'s>(&'s self, symbol: &'s Symbol) -> &'s [Symbol] {
        self.parts.get(symbol).map_or(std::slice::from_ref(symbol), ThinVec::as_slice)
    }

    /// Whether two symbols are the same type, perhaps in different parts.
    pub(super) fn is_same(&self, one: Symbol, other: Symbol) -> bool {
        one == other || self.parts.get(&one).is_some_and(|parts| parts.contains(&other))
    }

    /// A type of the file beside a view: `Login.cshtml` and the page model in `Login.cshtml.cs`.
    pub(super) fn beside_view(&self, file: FileIndex, word: Word) -> Option<Symbol> {
        let view = self.scope.files.get(file as usize).filter(|file| file.path.extension() == "cshtml")?;
        let beside = self.scope.file_index(&format!("{}.cs", view.path))?;
        let top = Symbol { file: beside, definition: None };
        self.held(top, word).find(|symbol| self.kind(*symbol).is_some_and(SymbolKind::is_type))
    }

    /// What one declaration holds under a name; without a definition, what stands at the top of the file.
    pub(super) fn held(&self, holder: Symbol, word: Word) -> impl Iterator<Item = Symbol> + '_ {
        let members = self.members.get(holder.file as usize).map(ThinVec::as_slice).unwrap_or_default();
        let key = (holder.definition.map_or(0, |index| index + 1), word);
        let start = members.partition_point(|(own, word, _)| (*own, *word) < key);
        let found = members.iter().skip(start).take_while(move |(own, word, _)| (*own, *word) == key);
        found.map(move |(_, _, index)| Symbol { file: holder.file, definition: Some(*index) })
    }

    /// The nested type of this name in a type, all its parts seen as one.
    pub(super) fn nested_type(&self, holder: Symbol, word: Word, arity: Option<usize>) -> Option<Symbol> {
        let fits = |member: &Symbol| {
            self.definition(*member).is_some_and(|definition| {
                definition.kind.is_type() && arity.is_none_or(|arity| arity == definition.type_parameters.len())
            })
        };
        self.parts(&holder).iter().find_map(|part| self.held(*part, word).find(fits))
    }

    /// Extension methods of this name.
    pub(super) fn extensions(&self, word: Word) -> &[Symbol] {
        self.extensions.get(&word).map_or(&[], ThinVec::as_slice)
    }
}
