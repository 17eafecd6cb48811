//! What C# names mean: namespaces, usings, projects, partial and nested types, members of typed values, extensions.
//!
//! A name is resolved as the compiler would, as far as the sources of the repository say: own namespace first, then
//! those around it, then what the file has in use; a type of its own project first, then of those that the project
//! references. Where two declarations are equally good, nothing is said. A type that is declared in several parts is
//! resolved to one of them: the part in the file that is named after the type, else the first; members of all parts
//! are found.

mod extensions;
mod index;
mod lineage;
mod locals;
mod lookup;
mod overloads;
mod paths;
mod reach;
mod sequences;
mod space;
#[cfg(test)]
mod tests;
mod typing;
mod usings;

use std::sync::OnceLock;

use crate::codebase::graph::FileIndex;
use crate::codebase::outline::{DefinitionIndex, ReferenceKind, SymbolKind, last_part};

use super::super::{Resolved, Resolver, Scope};
use super::project;
use index::{Index, Place};
use lineage::Lineages;
use locals::Locals;
use lookup::Arity;
use space::GLOBAL;
use usings::Usings;

/// The C# resolver.
pub(super) struct Names<'a> {
    index: Index<'a>,
    usings: Usings,
    lineages: Lineages<'a>,
    /// For each file, where its local names come from; read when the first of them is asked for.
    locals: Vec<OnceLock<Locals<'a>>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        let projects = project::projects(scope.project);
        let index = Index::new(scope, &projects);
        let usings = Usings::new(&index, &projects);
        let locals = scope.files.iter().map(|_| OnceLock::new()).collect();
        let mut names = Self { index, usings, lineages: Lineages::default(), locals };
        let mut usings = std::mem::replace(&mut names.usings, Usings::none());
        usings.find_statics(|file, class| {
            let parts: Vec<&str> = class.split('.').collect();
            let (symbol, used) = names.below(file, GLOBAL, &parts, Arity::Unknown)?;
            (used == parts.len()).then_some(symbol)
        });
        names.usings = usings;
        names.find_lineages();
        names
    }

    fn resolve_type(&self, place: Place, parts: &[&str], arity: Arity) -> Option<Resolved> {
        let (symbol, used) = self.type_at(place, parts, arity)?;
        Some(Resolved { symbol, rest: parts.len() - used.min(parts.len()), by_name: false })
    }

    fn resolve_attribute(&self, place: Place, name: &str) -> Option<Resolved> {
        let (plain, arguments) = name.split_once('<').map_or((name, ""), |(plain, _)| name.split_at(plain.len()));
        let full = format!("{plain}Attribute{arguments}");
        let whole = |name: &str| {
            let parts: Vec<&str> = name.split('.').collect();
            self.resolve_type(place, &parts, Arity::Last).filter(|found| found.rest == 0)
        };
        whole(&full).or_else(|| {
            let found = whole(name)?;
            let is_attribute = self.lineage(&found.symbol).iter().any(|symbol| {
                let bases = self.index.definition(*symbol).map(|definition| definition.bases.as_slice());
                bases.unwrap_or_default().iter().any(|base| last_part(base).ends_with("Attribute"))
            });
            is_attribute.then_some(found)
        })
    }

    /// A call by plain name is of a method, or constructs a type; fields of that name are not meant.
    fn resolve_call(&self, place: Place, parts: &[&str], arity: Arity) -> Option<Resolved> {
        let [only] = parts else {
            let found = self.resolve_path(place, parts, arity);
            let is_known = found.is_some_and(|found| found.rest == 0 && !found.by_name);
            // Names leave out type arguments that the calls themselves have: `provider.Get<IOrders>().Find()`.
            return if is_known { found } else { self.resolve_chain(place, parts).or(found) };
        };
        let method = self.index.space.word(only).and_then(|word| self.member_in_reach(place, word));
        let callable =
            method.filter(|symbol| matches!(self.index.kind(*symbol), Some(SymbolKind::Method | SymbolKind::Function)));
        match callable {
            Some(symbol) => Some(Resolved { symbol, rest: 0, by_name: false }),
            None => self.resolve_type(place, parts, if arity == Arity::First { Arity::Last } else { arity }),
        }
    }
}

impl Resolver for Names<'_> {
    fn imports(&self, _file: FileIndex) -> Vec<(FileIndex, u32)> {
        Vec::new()
    }

    fn module(&self, _file: FileIndex, _specifier: &str) -> Option<FileIndex> {
        None
    }

    fn resolve(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let name = name.split('<').next().unwrap_or(name);
        let parts: Vec<&str> = name.trim_end_matches('?').split('.').collect();
        self.resolve_path(Place { file, enclosing }, &parts, Arity::Unknown)
    }

    fn resolve_as(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        kind: ReferenceKind,
    ) -> Option<Resolved> {
        let place = Place { file, enclosing };
        let parts: Vec<&str> = name.split('.').collect();
        // Tags of Razor components leave type arguments out.
        let is_razor = self.index.language(file) == "razor";
        let exact = |arity: Arity| if is_razor { Arity::Unknown } else { arity };
        match kind {
            ReferenceKind::Type | ReferenceKind::Inherit => self.resolve_type(place, &parts, exact(Arity::Last)),
            ReferenceKind::Decorator => self.resolve_attribute(place, name),
            ReferenceKind::Call => {
                let found = self.resolve_call(place, &parts, exact(Arity::First))?;
                Some(self.with_overload(place, &parts, found))
            }
            // What is not called is no method of a value of unknown type.
            ReferenceKind::Name => self.resolve_path(place, &parts, exact(Arity::First)).filter(|found| !found.by_name),
        }
    }
}
