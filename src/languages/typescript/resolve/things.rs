//! What names and values stand for.

use crate::codebase::Atom;
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Value};

/// What a name, a part of one, or a value stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Thing<'a> {
    /// A definition.
    Definition(Symbol),
    /// A module with its exports.
    Module(FileIndex),
    /// A value of this class or interface; it may have a definition of its own.
    Instance { class: Symbol, own: Option<Symbol> },
    /// Values of the type that an annotation names: a list, map or set, or a stream.
    Many { at: At, item: &'a str },
    /// A value of an object type.
    Shape { at: At, object: &'a str },
    /// A value of all types of an intersection.
    Mixed { at: At, annotation: &'a str },
    /// An object literal; it may have a definition of its own.
    Record { at: At, entries: &'a [(Atom, Value)], own: Option<Symbol> },
}

impl Thing<'_> {
    /// The symbol that it is, if it is one.
    pub(super) const fn symbol(self) -> Option<Symbol> {
        match self {
            Self::Definition(symbol) => Some(symbol),
            Self::Module(file) => Some(Symbol { file, definition: None }),
            Self::Instance { own, .. } | Self::Record { own, .. } => own,
            Self::Many { .. } | Self::Shape { .. } | Self::Mixed { .. } => None,
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
pub(super) struct At {
    pub(super) file: FileIndex,
    pub(super) enclosing: Option<DefinitionIndex>,
}
