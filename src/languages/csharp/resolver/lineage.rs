//! Base types, and the members that types have from them.

use rustc_hash::FxHashMap;
use thin_vec::ThinVec;

use crate::codebase::graph::Symbol;
use crate::codebase::outline::SymbolKind;

use super::Names;
use super::index::Place;
use super::space::Word;

/// How many bases are followed upwards.
const BASES_MAX: usize = 32;

/// Base types that the repository has, with how they are written.
pub(super) type Bases<'a> = ThinVec<(Symbol, &'a str)>;

/// What is known of the bases of all types.
#[derive(Default)]
pub(super) struct Lineages<'a> {
    /// For each declaration, its own bases.
    bases: FxHashMap<Symbol, Bases<'a>>,
    /// Each type with bases or parts: all its parts, then those of its bases, the nearest first.
    all: FxHashMap<Symbol, ThinVec<Symbol>>,
}

impl<'a> Names<'a> {
    /// Finds the bases of all types.
    pub(super) fn find_lineages(&mut self) {
        let facts = self.index.scope.facts;
        for (file, facts) in (0..).zip(facts) {
            for (position, definition) in (0..).zip(&facts.outline.definitions) {
                if definition.kind.is_type() && !definition.bases.is_empty() {
                    let symbol = Symbol { file, definition: Some(position) };
                    // A type's bases are looked up around it: what is within it is not in reach.
                    let place = Place { file, enclosing: Some(position) };
                    let bases = definition.bases.iter();
                    let found: Bases<'a> =
                        bases.filter_map(|base| Some((self.typed(place, base).symbol?, base.as_str()))).collect();
                    if !found.is_empty() {
                        self.lineages.bases.insert(symbol, found);
                    }
                }
            }
        }
        let mut all = FxHashMap::default();
        for (file, facts) in (0..).zip(facts) {
            for (position, definition) in (0..).zip(&facts.outline.definitions) {
                let symbol = Symbol { file, definition: Some(position) };
                if definition.kind.is_type() {
                    let lineage = self.ancestors(symbol);
                    if lineage.len() > 1 {
                        all.insert(symbol, lineage);
                    }
                }
            }
        }
        self.lineages.all = all;
    }

    /// Bases of a type that are types of this repository, over all its parts.
    pub(super) fn bases(&self, symbol: Symbol) -> impl Iterator<Item = (Symbol, &'a str)> {
        let mut found: Bases<'a> = ThinVec::new();
        for part in self.index.parts(&symbol) {
            found.extend(self.lineages.bases.get(part).into_iter().flatten().copied());
        }
        found.into_iter()
    }

    fn ancestors(&self, symbol: Symbol) -> ThinVec<Symbol> {
        let mut found: ThinVec<Symbol> = self.index.parts(&symbol).into();
        let mut next = 0;
        while let Some(symbol) = found.get(next).copied() {
            for (base, _) in self.lineages.bases.get(&symbol).into_iter().flatten() {
                for part in self.index.parts(base) {
                    if !found.contains(part) && found.len() < BASES_MAX {
                        found.push(*part);
                    }
                }
            }
            next += 1;
        }
        found
    }

    /// A type and all its bases, with all their parts, the nearest first.
    pub(super) fn lineage<'s>(&'s self, symbol: &'s Symbol) -> &'s [Symbol] {
        self.lineages.all.get(symbol).map_or(std::slice::from_ref(symbol), ThinVec::as_slice)
    }

    pub(super) fn derives(&self, symbol: Symbol, base: Symbol) -> bool {
        self.lineage(&symbol).iter().any(|own| self.index.is_same(*own, base))
    }

    /// A member of a type by name, its own or inherited, with the type that declares it.
    pub(super) fn member(&self, holder: Symbol, word: Word) -> Option<(Symbol, Symbol)> {
        self.lineage(&holder).iter().find_map(|symbol| {
            let mut members = self.index.held(*symbol, word);
            let found = members.find(|member| self.index.kind(*member) != Some(SymbolKind::Constructor))?;
            Some((found, *symbol))
        })
    }

    /// A member that a place can use by its plain name: of the types around it, or of a class used statically.
    pub(super) fn member_in_reach(&self, place: Place, word: Word) -> Option<Symbol> {
        // Local functions and top-level functions first.
        let top = Symbol { file: place.file, definition: None };
        let is_function = |symbol: &Symbol| self.index.kind(*symbol) == Some(SymbolKind::Function);
        for scope in self.index.around(place).chain([top]) {
            if let Some(found) = self.index.held(scope, word).find(is_function) {
                return Some(found);
            }
        }
        let holders = self.index.types_around(place).chain(self.usings.shared(place.file));
        let found = { holders }.find_map(|holder| self.member(holder, word));
        if let Some((member, _)) = found {
            return Some(member);
        }
        self.usings.statics(place.file).find_map(|class| self.member(class, word).map(|(member, _)| member))
    }
}
