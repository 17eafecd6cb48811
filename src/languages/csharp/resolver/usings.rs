//! What files have in use: namespaces, classes whose members need no qualifier, and names for others.

use thin_vec::ThinVec;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Import, Taken};
use crate::codebase::{Atom, RepoPath};

use super::super::project::Project;
use super::super::razor;
use super::index::{Index, Place};
use super::reach::NOWHERE;
use super::space::{GLOBAL, Namespace};

/// What one file, or everything below a folder or in a project, has in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Used {
    /// Namespaces used within the file's own namespace: they come before those around it.
    pub(super) inner: ThinVec<Namespace>,
    /// Namespaces used at the top of the file.
    pub(super) outer: ThinVec<Namespace>,
    /// Classes used statically, as written, and what they mean once that is known.
    pub(super) statics: ThinVec<(Atom, Option<Symbol>)>,
    /// Other names for types and namespaces.
    pub(super) aliases: ThinVec<(Atom, Atom)>,
    /// The class of a Razor file whose members all files below have.
    pub(super) shared: Option<Symbol>,
}

impl Used {
    fn is_empty(&self) -> bool {
        let has_names = !self.statics.is_empty() || !self.aliases.is_empty() || self.shared.is_some();
        self.inner.is_empty() && self.outer.is_empty() && !has_names
    }

    /// Adds a directive of a file in the namespace `home`; of namespaces, only those that the repository has.
    fn add(&mut self, index: &Index<'_>, home: Namespace, import: &Import) {
        let space = &index.space;
        match &import.taken {
            Taken::Module(alias) => self.aliases.push((alias.clone(), import.module.clone())),
            _ if import.has_flag("static") => self.statics.push((import.module.clone(), None)),
            // `using Models;` within `namespace Shop` is written from where it stands.
            _ if import.has_flag("inner") => {
                let mut levels = space.outward(home).skip(1);
                self.inner.extend(levels.find_map(|level| space.below(level, &import.module)));
            }
            _ => self.outer.extend(space.below(GLOBAL, &import.module)),
        }
    }
}

/// What all files have in use.
pub(super) struct Usings {
    used: Vec<Used>,
    /// For each file, which of `used` hold in it, its own first.
    of_file: Vec<ThinVec<u32>>,
}

impl Usings {
    pub(super) const fn none() -> Self {
        Self { used: Vec::new(), of_file: Vec::new() }
    }

    pub(super) fn new(index: &Index<'_>, projects: &[Project]) -> Self {
        // Files of no project share the first, each project has one.
        let mut used: Vec<Used> = vec![Used::default(); projects.len() + 1];
        for (project, used) in projects.iter().zip(used.iter_mut().skip(1)) {
            project.usings.iter().for_each(|import| used.add(index, GLOBAL, import));
        }
        for (file, facts) in (0..).zip(index.scope.facts) {
            for import in facts.outline.imports.iter().filter(|import| import.has_flag("global")) {
                for home in index.reach.homes(file) {
                    if let Some(used) = used.get_mut(home as usize) {
                        used.add(index, GLOBAL, import);
                    }
                }
            }
        }
        let mut usings = Self { used, of_file: vec![ThinVec::new(); index.scope.files.len()] };
        usings.add_files(index);
        usings
    }

    fn add_files(&mut self, index: &Index<'_>) {
        let shared = self.add_shared(index);
        for (file, (source, facts)) in (0..).zip(index.scope.files.iter().zip(index.scope.facts)) {
            let language = source.language.as_str();
            if !matches!(language, "csharp" | "razor") {
                continue;
            }
            let mut own = Used::default();
            let home = index.namespace_at(Place { file, enclosing: None });
            let imports = facts.outline.imports.iter().filter(|import| !import.has_flag("global"));
            imports.for_each(|import| own.add(index, home, import));
            let mut numbers: ThinVec<u32> = self.push(own).into_iter().collect();
            for home in index.reach.homes(file) {
                let is_known = self.used.get(home as usize).is_some_and(|used| !used.is_empty());
                numbers.extend(Some(home).filter(|_| is_known));
            }
            if language == "razor" {
                let is_above = |(path, _): &&(&RepoPath, u32)| {
                    path.extension() == source.path.extension() && source.path.is_under(&path.folder())
                };
                numbers.extend(shared.iter().filter(is_above).map(|(_, number)| *number));
            }
            if let Some(slot) = self.of_file.get_mut(file as usize) {
                *slot = numbers;
            }
        }
    }

    /// Adds what Razor files say for all files of their folders, the deepest folder first.
    fn add_shared<'a>(&mut self, index: &Index<'a>) -> Vec<(&'a RepoPath, u32)> {
        let mut shared: Vec<(&RepoPath, u32)> = Vec::new();
        for (file, (source, facts)) in (0..).zip(index.scope.files.iter().zip(index.scope.facts)) {
            if !razor::is_shared(&source.path) {
                continue;
            }
            let class = facts.outline.definitions.first().map(|_| Symbol { file, definition: Some(0) });
            let mut used = Used { shared: class, ..Used::default() };
            facts.outline.imports.iter().for_each(|import| used.add(index, GLOBAL, import));
            shared.extend(self.push(used).map(|number| (&source.path, number)));
        }
        shared.sort_by_key(|(path, _)| std::cmp::Reverse(path.as_str().matches('/').count()));
        shared
    }

    fn push(&mut self, mut used: Used) -> Option<u32> {
        if used.is_empty() {
            return None;
        }
        for namespaces in [&mut used.inner, &mut used.outer] {
            namespaces.sort_unstable();
            namespaces.dedup();
        }
        let number = u32::try_from(self.used.len()).ok()?;
        self.used.push(used);
        Some(number)
    }

    /// Says which classes are used statically. `meaning` is asked with a file that has the directive.
    pub(super) fn find_statics(&mut self, meaning: impl Fn(FileIndex, &str) -> Option<Symbol>) {
        for (file, numbers) in (0..).zip(&self.of_file) {
            for number in numbers {
                let statics = self.used.get_mut(*number as usize).map(|used| &mut used.statics);
                for (name, symbol) in statics.into_iter().flatten().filter(|(_, symbol)| symbol.is_none()) {
                    *symbol = meaning(file, name);
                }
            }
        }
    }

    /// All that holds in a file.
    fn of(&self, file: FileIndex) -> impl Iterator<Item = &Used> {
        let numbers = self.of_file.get(file as usize).map(ThinVec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| self.used.get(*number as usize))
    }

    /// Namespaces used within the file's own namespace.
    pub(super) fn inner(&self, file: FileIndex) -> impl Iterator<Item = Namespace> + '_ {
        self.of(file).flat_map(|used| &used.inner).copied()
    }

    /// Namespaces used at the top of the file, in its project or by files above it.
    pub(super) fn outer(&self, file: FileIndex) -> impl Iterator<Item = Namespace> + '_ {
        self.of(file).flat_map(|used| &used.outer).copied()
    }

    /// Classes used statically.
    pub(super) fn statics(&self, file: FileIndex) -> impl Iterator<Item = Symbol> + '_ {
        self.of(file).flat_map(|used| &used.statics).filter_map(|(_, symbol)| *symbol)
    }

    /// The classes whose members a Razor file has from the files above it, the nearest first.
    pub(super) fn shared(&self, file: FileIndex) -> impl Iterator<Item = Symbol> + '_ {
        self.of(file).filter_map(|used| used.shared)
    }

    /// What a name stands for by a directive of the file or its project, as written.
    pub(super) fn alias(&self, file: FileIndex, name: &str) -> Option<&str> {
        let mut aliases = self.of(file).flat_map(|used| &used.aliases);
        aliases.find(|(alias, _)| alias == name).map(|(_, target)| target.as_str())
    }
}

const _: () = assert!(NOWHERE == 0, "files of no project share the first entry");
