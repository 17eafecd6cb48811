//! Namespaces and the types that lie in them, by number: a lookup compares numbers and puts no names together.

use rustc_hash::FxHashMap;
use thin_vec::ThinVec;

use crate::codebase::Atom;
use crate::codebase::graph::Symbol;

use super::reach::{Home, Homes};

/// A simple name of a type, member or part of a namespace.
pub(super) type Word = u32;

/// A namespace.
pub(super) type Namespace = u32;

/// The namespace around all others.
pub(super) const GLOBAL: Namespace = 0;

/// All namespaces of a repository.
pub(super) struct Space {
    words: FxHashMap<Atom, Word>,
    /// For each namespace, the one around it.
    parents: Vec<Namespace>,
    inner: FxHashMap<(Namespace, Word), Namespace>,
    /// For each namespace, the projects that declare a type in it or below it.
    homes: Vec<Homes>,
    types: FxHashMap<(Namespace, Word), ThinVec<Symbol>>,
}

impl Space {
    pub(super) fn new() -> Self {
        Self {
            words: FxHashMap::default(),
            parents: vec![GLOBAL],
            inner: FxHashMap::default(),
            homes: vec![Homes::default()],
            types: FxHashMap::default(),
        }
    }

    /// The number of a name, given to it if it has none.
    pub(super) fn add_word(&mut self, name: &Atom) -> Word {
        if let Some(word) = self.words.get(name.as_str()) {
            return *word;
        }
        let word = Word::try_from(self.words.len()).unwrap_or(Word::MAX);
        self.words.insert(name.clone(), word);
        word
    }

    /// The number of a name, if anything in the repository is called so.
    pub(super) fn word(&self, name: &str) -> Option<Word> {
        self.words.get(name).copied()
    }

    /// The namespace of this dotted name, made if need be.
    pub(super) fn add_namespace(&mut self, name: &str) -> Namespace {
        let mut here = GLOBAL;
        for part in name.split('.').filter(|part| !part.is_empty()) {
            let word = match self.word(part) {
                Some(word) => word,
                None => self.add_word(&Atom::new(part)),
            };
            let next = Namespace::try_from(self.parents.len()).unwrap_or(Namespace::MAX);
            let inner = *self.inner.entry((here, word)).or_insert(next);
            if inner == next {
                self.parents.push(here);
                self.homes.push(Homes::default());
            }
            here = inner;
        }
        here
    }

    /// Notes that a project declares something in a namespace.
    pub(super) fn add_home(&mut self, namespace: Namespace, home: Home) {
        let mut here = namespace;
        while self.homes.get_mut(here as usize).is_some_and(|homes| homes.insert(home)) && here != GLOBAL {
            here = self.outer(here).unwrap_or(GLOBAL);
        }
    }

    pub(super) fn add_type(&mut self, namespace: Namespace, word: Word, symbol: Symbol) {
        self.types.entry((namespace, word)).or_default().push(symbol);
    }

    /// The namespace around another.
    pub(super) fn outer(&self, namespace: Namespace) -> Option<Namespace> {
        self.parents.get(namespace as usize).copied().filter(|_| namespace != GLOBAL)
    }

    /// A namespace and those around it, the innermost first, the global one last.
    pub(super) fn outward(&self, namespace: Namespace) -> impl Iterator<Item = Namespace> + '_ {
        std::iter::successors(Some(namespace), |here| self.outer(*here))
    }

    /// The namespace of this name directly in another.
    pub(super) fn inner(&self, namespace: Namespace, word: Word) -> Option<Namespace> {
        self.inner.get(&(namespace, word)).copied()
    }

    /// The namespace of a dotted name, seen from another one.
    pub(super) fn below(&self, namespace: Namespace, name: &str) -> Option<Namespace> {
        name.split('.').try_fold(namespace, |here, part| self.inner(here, self.word(part)?))
    }

    /// The projects that declare something in a namespace or below it.
    pub(super) fn homes(&self, namespace: Namespace) -> Option<&Homes> {
        self.homes.get(namespace as usize)
    }

    /// All types of this name in a namespace, parts of partial ones and those of other arity among them.
    pub(super) fn types(&self, namespace: Namespace, word: Word) -> &[Symbol] {
        self.types.get(&(namespace, word)).map_or(&[], ThinVec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namespaces_are_nested_and_belong_to_projects() {
        let mut space = Space::new();
        let orders = space.add_namespace("Shop.Orders");
        space.add_home(orders, 4);
        let shop = space.below(GLOBAL, "Shop").unwrap();
        assert_eq!(space.add_namespace("Shop.Orders"), orders);
        assert_eq!(space.below(shop, "Orders"), Some(orders));
        assert_eq!(space.below(GLOBAL, "Orders"), None);
        assert!(space.outward(orders).eq([orders, shop, GLOBAL]));
        assert!(space.homes(shop).is_some_and(|homes| homes.contains(4)));
    }
}
