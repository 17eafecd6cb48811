//! Links facts into the dependency graph: every import and every name is resolved by its language's resolver.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::codebase::graph::{Basis, Dependency, DependencyKind, FileIndex, Symbol};
use crate::codebase::outline::ReferenceKind;
use crate::codebase::{DependencyGraph, RepoPath};
use crate::diagnostics::Diagnostic;
use crate::languages::{self, Language, Resolver, Scope};

use super::implementations;

/// The resolvers of all languages over one repository.
pub(super) struct Names<'a> {
    scope: Scope<'a>,
    resolvers: Vec<(&'static dyn Language, Box<dyn Resolver + 'a>)>,
    /// For each file, the index of its language's resolver.
    of_file: Vec<Option<u8>>,
}

impl<'a> Names<'a> {
    /// Builds the resolvers of the languages that the repository uses.
    pub(super) fn new(scope: Scope<'a>) -> Self {
        let mut resolvers: Vec<(&'static dyn Language, Box<dyn Resolver + 'a>)> = Vec::new();
        let mut by_id: BTreeMap<&'static str, u8> = BTreeMap::new();
        let mut of_file = Vec::with_capacity(scope.files.len());
        for file in scope.files {
            let index = reader_of(&file.path).map(|language| {
                *by_id.entry(language.id()).or_insert_with(|| {
                    resolvers.push((language, language.resolver(scope)));
                    u8::try_from(resolvers.len() - 1).unwrap_or(u8::MAX)
                })
            });
            of_file.push(index);
        }
        Self { scope, resolvers, of_file }
    }

    /// What the resolvers look at.
    pub(super) const fn scope(&self) -> Scope<'a> {
        self.scope
    }

    /// The index of the file at a path.
    pub(super) fn file(&self, path: &RepoPath) -> Option<FileIndex> {
        let index = self.scope.files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        FileIndex::try_from(index).ok()
    }

    /// The resolver of a file's language.
    pub(super) fn resolver(&self, file: FileIndex) -> Option<&dyn Resolver> {
        let index = (*self.of_file.get(file as usize)?)?;
        self.resolvers.get(usize::from(index)).map(|(_, resolver)| resolver.as_ref())
    }

    /// What the resolvers miss.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.resolvers.iter().flat_map(|(_, resolver)| resolver.diagnostics()).collect()
    }

    /// The dependency graph.
    pub(super) fn graph(&self) -> DependencyGraph {
        let count = u32::try_from(self.scope.files.len()).unwrap_or(u32::MAX);
        let found: Vec<Found> = (0..count).into_par_iter().map(|file| self.dependencies(file)).collect();
        let (mut dependencies, mut unresolved) = (Vec::new(), Vec::with_capacity(found.len()));
        for found in found {
            dependencies.extend(found.dependencies);
            unresolved.push(found.unresolved);
        }
        let implementing = implementations::of_calls(self.scope, &dependencies);
        dependencies.extend(implementing);
        DependencyGraph::new(dependencies).with_unresolved(unresolved)
    }

    fn dependencies(&self, file: FileIndex) -> Found {
        let mut found = Found::default();
        let (Some(resolver), Some(facts)) = (self.resolver(file), self.scope.facts.get(file as usize)) else {
            return found;
        };
        let module = Symbol { file, definition: None };
        let imports = resolver.imports(file).into_iter().map(|(target, line)| Dependency {
            from: module,
            to: Symbol { file: target, definition: None },
            kind: DependencyKind::Import,
            count: 1,
            line,
            basis: Basis::Resolved,
        });
        found.dependencies.extend(imports);
        for (index, reference) in (0..).zip(&facts.outline.references) {
            let meaning = resolver.resolve_as(file, reference.enclosing, &reference.name, reference.kind);
            if reference.kind == ReferenceKind::Call && meaning.is_none_or(|meaning| meaning.rest > 0) {
                found.unresolved.push(index);
            }
            let Some(meaning) = meaning else { continue };
            let from = Symbol { file, definition: reference.enclosing };
            if meaning.symbol == from {
                continue;
            }
            found.dependencies.push(Dependency {
                from,
                to: meaning.symbol,
                // A call on a value of unknown type still shows that the value itself is used.
                kind: if meaning.rest > 0 { DependencyKind::Binding } else { kind_of(reference.kind) },
                count: reference.count,
                line: reference.line,
                basis: if meaning.by_name { Basis::UniqueName } else { Basis::Resolved },
            });
        }
        found.dependencies.extend(resolver.calls(file, &mut found.unresolved));
        let calls = found.dependencies.iter().filter(|it| it.kind == DependencyKind::Call);
        let constructors = calls.filter_map(|call| Some(Dependency { to: resolver.constructor(call.to)?, ..*call }));
        let constructors: Vec<Dependency> = constructors.collect();
        found.dependencies.extend(constructors);
        found
    }
}

/// What one file uses.
#[derive(Default)]
struct Found {
    dependencies: Vec<Dependency>,
    /// Indices of called names that mean nothing known.
    unresolved: Vec<u32>,
}

fn reader_of(path: &RepoPath) -> Option<&'static dyn Language> {
    languages::ALL.iter().copied().find(|language| language.claims(path).is_some())
}

const fn kind_of(reference: ReferenceKind) -> DependencyKind {
    match reference {
        ReferenceKind::Inherit => DependencyKind::Inherit,
        ReferenceKind::Type => DependencyKind::Type,
        ReferenceKind::Call => DependencyKind::Call,
        ReferenceKind::Decorator | ReferenceKind::Name => DependencyKind::Binding,
    }
}
