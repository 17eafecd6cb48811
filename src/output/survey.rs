//! What many pages ask of the codebase, computed once.

use std::collections::{BTreeMap, BTreeSet};

use super::area_map::AreaMap;
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::{Codebase, Domain, Endpoint, EndpointKind, RepoPath, Role};

/// The codebase with its files put in order by domain and component.
#[derive(Debug)]
pub struct Survey<'a> {
    /// The facts.
    pub codebase: &'a Codebase,
    /// Position in `domains.domains` of each file's domain.
    domain_of: Vec<Option<usize>>,
    /// Position in `components` of each file's component.
    component_of: Vec<Option<usize>>,
    /// Number of other source files that use each file.
    users: Vec<u32>,
    /// Number of other source files that use each definition.
    symbol_users: BTreeMap<Symbol, u32>,
    /// Which domain uses which; tests do not count.
    pub domains: AreaMap,
    /// Which component uses which; tests do not count.
    pub components: AreaMap,
}

impl<'a> Survey<'a> {
    /// Surveys `codebase`.
    pub fn new(codebase: &'a Codebase) -> Self {
        let mut domain_of = vec![None; codebase.files.len()];
        for (position, domain) in codebase.domains.domains.iter().enumerate() {
            for file in &domain.files {
                if let Some(slot) = codebase.file_index(file).and_then(|index| domain_of.get_mut(index)) {
                    *slot = Some(position);
                }
            }
        }
        let by_id: BTreeMap<&str, usize> = codebase
            .components
            .iter()
            .enumerate()
            .map(|(position, component)| (component.id.as_str(), position))
            .collect();
        let component_of: Vec<Option<usize>> =
            codebase.files.iter().map(|file| file.component.as_deref().and_then(|id| by_id.get(id).copied())).collect();
        let area = |areas: &[Option<usize>], file: FileIndex| {
            let position = usize::try_from(file).ok()?;
            let runs = codebase.files.get(position).is_some_and(|file| file.role == Role::Source);
            areas.get(position).copied().flatten().filter(|_| runs)
        };
        let domains = AreaMap::new(&codebase.graph, |file| area(&domain_of, file));
        let components = AreaMap::new(&codebase.graph, |file| area(&component_of, file));
        let (users, symbol_users) = count_users(codebase);
        Self { codebase, domain_of, component_of, users, symbol_users, domains, components }
    }

    /// The path of a file.
    pub fn path(&self, file: FileIndex) -> RepoPath {
        let position = usize::try_from(file).unwrap_or(usize::MAX);
        self.codebase.files.get(position).map(|file| file.path.clone()).unwrap_or_default()
    }

    /// Position of a file's domain.
    pub fn domain_of(&self, file: usize) -> Option<usize> {
        self.domain_of.get(file).copied().flatten()
    }

    /// Position of a file's component.
    pub fn component_of(&self, file: usize) -> Option<usize> {
        self.component_of.get(file).copied().flatten()
    }

    /// How many other source files use this one.
    pub fn users(&self, file: usize) -> u32 {
        self.users.get(file).copied().unwrap_or(0)
    }

    /// How many other source files use this definition.
    pub fn symbol_users(&self, file: usize, definition: DefinitionIndex) -> u32 {
        symbol(file, definition).and_then(|symbol| self.symbol_users.get(&symbol).copied()).unwrap_or(0)
    }

    /// What a file defines.
    pub fn outline(&self, file: usize) -> Option<&'a Outline> {
        self.codebase.facts.get(file).map(|facts| &facts.outline)
    }

    /// Positions of the source files among `files`, in their order.
    pub fn source_files(&self, files: &[RepoPath]) -> Vec<usize> {
        let files = files.iter().filter_map(|path| self.codebase.file_index(path));
        files.filter(|&file| self.role(file) == Some(Role::Source)).collect()
    }

    /// What a file is for.
    pub fn role(&self, file: usize) -> Option<Role> {
        self.codebase.files.get(file).map(|file| file.role)
    }

    /// A domain's endpoints; health checks and what a framework makes belong to no business.
    pub fn endpoints(&self, domain: &Domain) -> Vec<&'a Endpoint> {
        let technical = |kind| matches!(kind, EndpointKind::Health | EndpointKind::Framework);
        let own = self.codebase.endpoints.iter().filter(|endpoint| endpoint.domain.as_ref() == Some(&domain.id));
        own.filter(|endpoint| !technical(endpoint.kind)).collect()
    }

    /// Positions of the test files that use one of `files`, with the number of those that they use, most first.
    pub fn tests_of(&self, files: &[usize]) -> Vec<(usize, usize)> {
        let wanted: BTreeSet<usize> = files.iter().copied().collect();
        let mut used: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (from, to, _, _) in self.codebase.graph.file_edges() {
            let (Ok(from), Ok(to)) = (usize::try_from(from), usize::try_from(to)) else { continue };
            if wanted.contains(&to) && self.role(from) == Some(Role::Test) {
                used.entry(from).or_default().insert(to);
            }
        }
        let mut tests: Vec<(usize, usize)> = used.into_iter().map(|(test, files)| (test, files.len())).collect();
        tests.sort_by(|one, two| two.1.cmp(&one.1).then(one.0.cmp(&two.0)));
        tests
    }
}

fn symbol(file: usize, definition: DefinitionIndex) -> Option<Symbol> {
    Some(Symbol { file: file.try_into().ok()?, definition: Some(definition) })
}

fn count_users(codebase: &Codebase) -> (Vec<u32>, BTreeMap<Symbol, u32>) {
    let source: Vec<bool> = codebase.files.iter().map(|file| file.role == Role::Source).collect();
    let mut file_pairs: BTreeSet<(FileIndex, FileIndex)> = BTreeSet::new();
    let mut symbol_pairs: BTreeSet<(Symbol, FileIndex)> = BTreeSet::new();
    for dependency in codebase.graph.stated() {
        let (from, to) = (dependency.from.file, dependency.to.file);
        let runs = usize::try_from(from).ok().and_then(|from| source.get(from)) == Some(&true);
        if from == to || !runs {
            continue;
        }
        file_pairs.insert((to, from));
        symbol_pairs.insert((dependency.to, from));
    }
    let mut users = vec![0; codebase.files.len()];
    for (used, _) in file_pairs {
        if let Some(slot) = usize::try_from(used).ok().and_then(|used| users.get_mut(used)) {
            *slot += 1;
        }
    }
    let mut symbol_users = BTreeMap::new();
    for (used, _) in symbol_pairs {
        *symbol_users.entry(used).or_insert(0) += 1;
    }
    (users, symbol_users)
}
