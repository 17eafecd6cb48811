//! What a dotted name means as a type: the rules of namespaces, nesting and usings.

use crate::codebase::graph::{FileIndex, Symbol};

use super::Names;
use super::index::{Pick, Place};
use super::space::{GLOBAL, Namespace, Word};

/// What is known of the number of type arguments of a name that is written without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arity {
    /// The whole name is written as in code: its last part has no type arguments.
    Last,
    /// The name starts an expression: its first part has no type arguments.
    First,
    /// Type arguments may have been left out; a type without type parameters is taken first.
    Unknown,
}

impl Arity {
    /// The simple name of a part, and its number of type arguments: `Map<,>` has two.
    fn of<'n>(self, parts: &[&'n str], position: usize) -> (&'n str, Option<usize>) {
        let part = parts.get(position).copied().unwrap_or_default();
        if let Some((name, arguments)) = part.split_once('<') {
            return (name, Some(arguments.matches(',').count() + 1));
        }
        let is_exact = match self {
            Self::Last => position + 1 == parts.len(),
            Self::First => position == 0,
            Self::Unknown => false,
        };
        (part, is_exact.then_some(0))
    }
}

impl Names<'_> {
    /// The type that the first parts of a dotted name mean at a place, and how many parts it took.
    pub(super) fn type_at(&self, place: Place, parts: &[&str], arity: Arity) -> Option<(Symbol, usize)> {
        let (first, count) = arity.of(parts, 0);
        let index = &self.index;
        if let Some(name) = first.strip_prefix("global::") {
            let rest = std::iter::once(name).chain(parts.iter().skip(1).copied());
            return self.below(place.file, GLOBAL, &rest.collect::<Vec<_>>(), arity);
        }
        let Some(word) = index.space.word(first) else { return self.through_alias(place.file, parts, arity) };
        for holder in index.types_around(place) {
            let is_parameter = |symbol: Symbol| {
                index.definition(symbol).is_some_and(|it| it.type_parameters.iter().any(|own| own == first))
            };
            if is_parameter(holder) {
                return None;
            }
            let nested = self.lineage(&holder).iter().find_map(|symbol| index.nested_type(*symbol, word, count));
            if let Some(nested) = nested {
                return Some(self.nested(nested, parts, arity));
            }
        }
        if let Some(found) = index.beside_view(place.file, word) {
            return Some(self.nested(found, parts, arity));
        }
        self.in_namespaces(place, word, parts, arity)
    }

    fn in_namespaces(&self, place: Place, word: Word, parts: &[&str], arity: Arity) -> Option<(Symbol, usize)> {
        let index = &self.index;
        let (_, count) = arity.of(parts, 0);
        let home = index.namespace_at(place);
        for level in index.space.outward(home) {
            if let Some(found) = index.type_in(place.file, level, word, count) {
                return Some(self.nested(found, parts, arity));
            }
            let inner = index.space.inner(level, word).filter(|inner| index.sees_namespace(place.file, *inner));
            if let Some(inner) = inner.filter(|_| parts.len() > 1) {
                return self.below(place.file, inner, parts.get(1..)?, arity).map(|(symbol, used)| (symbol, used + 1));
            }
            if level == home {
                match self.of_one_namespace(place.file, self.usings.inner(place.file), word, count) {
                    Pick::One(found) => return Some(self.nested(found, parts, arity)),
                    Pick::Several => return None,
                    Pick::Nothing => {}
                }
            }
        }
        // A name for something of a library means nothing else.
        if parts.first().is_some_and(|first| self.usings.alias(place.file, first).is_some()) {
            return self.through_alias(place.file, parts, arity);
        }
        match self.of_one_namespace(place.file, self.usings.outer(place.file), word, count) {
            Pick::One(found) => return Some(self.nested(found, parts, arity)),
            Pick::Several => return None,
            Pick::Nothing => {}
        }
        let mut statics = self.usings.statics(place.file);
        let found = statics.find_map(|class| index.nested_type(class, word, count))?;
        Some(self.nested(found, parts, arity))
    }

    /// The type of this name that one of several namespaces has.
    fn of_one_namespace(
        &self,
        file: FileIndex,
        namespaces: impl Iterator<Item = Namespace>,
        word: Word,
        arity: Option<usize>,
    ) -> Pick<Symbol> {
        let mut found: Option<Symbol> = None;
        let mut clashes = false;
        for namespace in namespaces {
            let Some(candidate) = self.index.type_in(file, namespace, word, arity) else { continue };
            match found {
                Some(other) if self.index.is_same(other, candidate) => {}
                Some(other) => {
                    // What another project keeps to itself is in nobody's way.
                    match (self.index.is_open(file, other), self.index.is_open(file, candidate)) {
                        (true, false) => {}
                        (false, true) => (found, clashes) = (Some(candidate), false),
                        _ => clashes = true,
                    }
                }
                None => found = Some(candidate),
            }
        }
        Pick::new(found, clashes)
    }

    /// `using Lines = Shop.Orders.OrderLines;`, `using Models = Shop.Models;`.
    fn through_alias(&self, file: FileIndex, parts: &[&str], arity: Arity) -> Option<(Symbol, usize)> {
        let target = self.usings.alias(file, parts.first()?)?;
        let whole: Vec<&str> = target.split('<').next()?.split('.').chain(parts.iter().skip(1).copied()).collect();
        let added = whole.len() - parts.len();
        let (symbol, used) = self.below(file, GLOBAL, &whole, if parts.len() == 1 { Arity::Unknown } else { arity })?;
        used.checked_sub(added).filter(|used| *used > 0).map(|used| (symbol, used))
    }

    /// A type by a name that starts in a namespace.
    pub(super) fn below(
        &self,
        file: FileIndex,
        namespace: Namespace,
        parts: &[&str],
        arity: Arity,
    ) -> Option<(Symbol, usize)> {
        let mut here = namespace;
        for position in 0..parts.len() {
            let (name, count) = arity.of(parts, position);
            let word = self.index.space.word(name)?;
            if let Some(found) = self.index.type_in(file, here, word, count) {
                let (symbol, used) = self.nested(found, parts.get(position..)?, arity);
                return Some((symbol, used + position));
            }
            here = self.index.space.inner(here, word)?;
        }
        None
    }

    /// Nested types named after a type: the innermost one, and how many of `parts` it took.
    fn nested(&self, outer: Symbol, parts: &[&str], arity: Arity) -> (Symbol, usize) {
        let (mut symbol, mut used) = (outer, 1);
        while used < parts.len() {
            let (name, count) = arity.of(parts, used);
            let Some(word) = self.index.space.word(name) else { break };
            let lineage = self.lineage(&symbol).iter();
            let Some(inner) = { lineage }.find_map(|part| self.index.nested_type(*part, word, count)) else { break };
            (symbol, used) = (inner, used + 1);
        }
        (symbol, used)
    }
}
