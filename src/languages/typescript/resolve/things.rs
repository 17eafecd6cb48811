//! What names and values stand for.

use crate::codebase::Atom;
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{CallValue, DefinitionIndex, Value};

use super::generics::Types;

/// What a name, a part of one, or a value stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Thing<'a> {
    /// A definition.
    Definition(Symbol),
    /// A member of a generic class or interface, with what the type parameters stand for.
    Member(Symbol, Types<'a>),
    /// A module with its exports.
    Module(FileIndex),
    /// A value of this class or interface; it may have a definition of its own.
    Instance { class: Symbol, own: Option<Symbol>, types: Option<Types<'a>> },
    /// Values of the type that an annotation names: a list, map or set, or a stream.
    Many { at: At<'a>, item: &'a str },
    /// A fixed list of types.
    Tuple { at: At<'a>, tuple: &'a str },
    /// A list literal.
    List { at: At<'a>, values: &'a [Value] },
    /// A value of an object type.
    Shape { at: At<'a>, object: &'a str },
    /// A value of all types of an intersection.
    Mixed { at: At<'a>, annotation: &'a str },
    /// An object literal; it may have a definition of its own.
    Record { at: At<'a>, entries: &'a [(Atom, Value)], own: Option<Symbol> },
    /// What a library's function gives that holds its argument in a member: `useState(x)` in `[0]`.
    Holder { at: At<'a>, call: &'a CallValue, member: &'static str },
}

impl<'a> Thing<'a> {
    /// A value of a class or interface.
    pub(super) const fn instance(class: Symbol, types: Option<Types<'a>>) -> Self {
        Self::Instance { class, own: None, types }
    }

    /// The member of a class or interface that a value of it has.
    pub(super) fn member(symbol: Symbol, types: Option<Types<'a>>) -> Self {
        types.map_or(Self::Definition(symbol), |types| Self::Member(symbol, types))
    }

    /// The definition that it is, with what type parameters stand for in it.
    pub(super) const fn defined(self) -> Option<(Symbol, Option<Types<'a>>)> {
        match self {
            Self::Definition(symbol) => Some((symbol, None)),
            Self::Member(symbol, types) => Some((symbol, Some(types))),
            _ => None,
        }
    }

    /// The symbol that it is, if it is one.
    pub(super) const fn symbol(self) -> Option<Symbol> {
        match self {
            Self::Definition(symbol) | Self::Member(symbol, _) => Some(symbol),
            Self::Module(file) => Some(Symbol { file, definition: None }),
            Self::Instance { own, .. } | Self::Record { own, .. } => own,
            _ => None,
        }
    }
}

/// What a function has under a name.
pub(super) enum Local<'a> {
    /// Nothing: the name is one of those around it.
    None,
    /// A value of which nothing is known.
    Unknown,
    Holds(Thing<'a>),
}

impl<'a> Local<'a> {
    pub(super) fn of(thing: Option<Thing<'a>>) -> Self {
        thing.map_or(Self::Unknown, Self::Holds)
    }
}

/// A place from which names are understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct At<'a> {
    pub(super) file: FileIndex,
    pub(super) enclosing: Option<DefinitionIndex>,
    /// What type parameters stand for there.
    pub(super) types: Option<Types<'a>>,
}

impl At<'_> {
    pub(super) const fn new(file: FileIndex, enclosing: Option<DefinitionIndex>) -> Self {
        Self { file, enclosing, types: None }
    }
}
