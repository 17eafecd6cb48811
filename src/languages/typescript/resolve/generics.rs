//! What type parameters stand for.

use crate::codebase::Atom;
use crate::codebase::graph::FileIndex;
use crate::codebase::outline::DefinitionIndex;

use super::annotations::arguments;
use super::things::At;

/// Type arguments, as an annotation or a call states them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Arguments<'a> {
    Text(&'a str),
    List(&'a [Atom]),
}

/// The type parameters of a class or function, and what they are given at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Types<'a> {
    parameters: &'a [Atom],
    arguments: Arguments<'a>,
    file: FileIndex,
    enclosing: Option<DefinitionIndex>,
}

impl<'a> Types<'a> {
    /// What `parameters` stand for where they are given `arguments` at a place.
    pub(super) fn new(parameters: &'a [Atom], arguments: Arguments<'a>, at: At<'a>) -> Option<Self> {
        if parameters.is_empty() {
            return None;
        }
        let plain = Self { parameters, arguments, file: at.file, enclosing: at.enclosing };
        let passed_on = at.types.and_then(|around| around.passed_on(arguments));
        Some(passed_on.map_or(plain, |around| Self { parameters, ..around }))
    }

    /// The type that a type parameter stands for, with the place where it is written.
    pub(super) fn given(&self, parameter: &str) -> Option<(&'a str, At<'a>)> {
        let position = self.parameters.iter().position(|own| own == parameter)?;
        Some((self.arguments.get(position)?, At::new(self.file, self.enclosing)))
    }

    /// The same for a generic type within a generic one that passes its own parameters on: `Page<T>` in `Repository<T>`.
    fn passed_on(self, inner: Arguments<'a>) -> Option<Self> {
        let mut asked = inner.all();
        if asked.clone().eq(self.parameters.iter().map(Atom::as_str)) {
            return Some(self);
        }
        let position = self.parameters.iter().position(|own| Some(own.as_str()) == asked.clone().next())?;
        let one = match self.arguments {
            Arguments::Text(text) => Arguments::Text(arguments(text).nth(position)?),
            Arguments::List(all) => Arguments::List(all.get(position..=position)?),
        };
        asked.nth(1).is_none().then_some(Self { arguments: one, ..self })
    }
}

impl<'a> Arguments<'a> {
    fn all(self) -> impl Iterator<Item = &'a str> + Clone {
        let (text, list) = match self {
            Self::Text(text) => (Some(text), &[][..]),
            Self::List(list) => (None, list),
        };
        text.into_iter().flat_map(arguments).chain(list.iter().map(Atom::as_str))
    }

    fn get(self, position: usize) -> Option<&'a str> {
        self.all().nth(position)
    }
}
