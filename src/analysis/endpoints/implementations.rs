//! Routes whose handlers are known by what their class derives from: gRPC services, `ServiceStack` requests.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::Atom;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{SymbolKind, last_part};
use crate::codebase::routing::{HandlerRef, Implementation, Route};

use super::super::link::Names;
use super::routers::Way;
use super::{Composer, handlers, is_test};

/// How many classes may stand between a class and the base that is named.
const LINEAGE_MAX: usize = 4;

/// Classes by the name of the base that routes know them by.
pub(super) type Implementers = BTreeMap<Atom, Vec<Symbol>>;

/// Finds the classes that derive from any base that a route names.
pub(super) fn implementers(names: &Names<'_>) -> Implementers {
    let scope = names.scope();
    let routes = scope.facts.iter().flat_map(|facts| &facts.routing.routes);
    let wanted: BTreeSet<&Atom> = routes.filter_map(|route| implementation(route).map(|it| &it.base)).collect();
    wanted.into_iter().map(|base| (base.clone(), deriving(names, base))).collect()
}

fn implementation(route: &Route) -> Option<&Implementation> {
    match &route.handler {
        HandlerRef::Implementation(implementation) => Some(implementation),
        _ => None,
    }
}

fn deriving(names: &Names<'_>, base: &Atom) -> Vec<Symbol> {
    let mut found: Vec<Symbol> = Vec::new();
    let mut bases: BTreeSet<&str> = BTreeSet::from([base.as_str()]);
    for _ in 0..LINEAGE_MAX {
        let (bases_before, found_before) = (bases.clone(), found.len());
        for (file, facts) in (0..).zip(names.scope().facts).filter(|(file, _)| !is_test(names, *file)) {
            for (index, class) in (0..).zip(&facts.outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
                let symbol = Symbol { file, definition: Some(index) };
                if class.bases.iter().any(|it| bases_before.contains(last_part(it))) && !found.contains(&symbol) {
                    found.push(symbol);
                    bases.insert(&class.name);
                }
            }
        }
        if found.len() == found_before {
            break;
        }
    }
    found
}

impl<'a> Composer<'a> {
    /// Serves a route by the methods that implement it; whether it is one of that sort.
    pub(super) fn implemented(&mut self, file: FileIndex, route: &'a Route) -> bool {
        let Some(implementation) = implementation(route) else { return false };
        let methods = self.methods_of(implementation);
        let way = |app| Way { app, ..Way::default() };
        if methods.is_empty() {
            if let Some(index) = implementation.otherwise {
                self.serve(file, route, &way(file), &[], Some(Symbol { file, definition: Some(index) }));
            }
            return true;
        }
        let serving: Vec<(Atom, Symbol)> = if route.methods.is_empty() {
            methods.iter().map(|(name, symbol)| (Atom::from(name.to_uppercase()), *symbol)).collect()
        } else {
            let of_verb = |verb: &Atom| methods.iter().find(|(name, _)| name.eq_ignore_ascii_case(verb));
            let any = || methods.iter().find(|(name, _)| *name == "Any").or_else(|| methods.first());
            route.methods.iter().filter_map(|verb| Some((verb.clone(), of_verb(verb).or_else(any)?.1))).collect()
        };
        for (verb, symbol) in serving {
            let route = Route { methods: vec![verb], ..route.clone() };
            self.serve(file, &route, &way(symbol.file), &[], Some(symbol));
        }
        true
    }

    /// The methods that implement a route, by their names without `Async`.
    fn methods_of(&self, implementation: &Implementation) -> Vec<(&'a str, Symbol)> {
        let mut found = Vec::new();
        for class in self.implementers.get(&implementation.base).into_iter().flatten() {
            let Some(facts) = self.names.scope().facts.get(class.file as usize) else { continue };
            let Some(index) = class.definition else { continue };
            let methods = facts.outline.children(index).filter(|(_, it)| {
                let first = it.parameters.first().and_then(|it| it.type_name.as_deref());
                let fits = implementation.takes.as_deref().is_none_or(|takes| first.map(last_part) == Some(takes));
                it.kind == SymbolKind::Method && implementation.methods.contains(&it.name) && fits
            });
            found.extend(methods.map(|(method, it)| {
                let name = it.name.as_str();
                let symbol = Symbol { file: class.file, definition: Some(method) };
                (name.strip_suffix("Async").filter(|_| implementation.takes.is_some()).unwrap_or(name), symbol)
            }));
        }
        found.sort_by_key(|(_, symbol)| handlers::handler_at(self.names, *symbol).file);
        found
    }
}
