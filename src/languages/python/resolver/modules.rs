//! Which file a module name means: packages, source roots, relative names.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::codebase::graph::FileIndex;
use crate::codebase::{Atom, RepoPath};

use super::super::super::Scope;

/// Setting of a component that names a folder which Python's import path holds.
pub(in super::super) const ROOT_SETTING: &str = "python-root";

/// A module: a file, or a folder of modules without one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Module {
    /// A `.py` file, or the `__init__.py` of a package.
    File(FileIndex),
    /// A namespace package: a folder.
    Namespace,
}

/// All Python modules by their place.
pub(super) struct Modules {
    /// File by path without `.py`; a package's `__init__.py` by its folder.
    files: FxHashMap<String, FileIndex>,
    /// Folders that have an `__init__.py`.
    packages: BTreeSet<String>,
    /// Folders that hold Python files at any depth.
    folders: BTreeSet<String>,
    /// The folder above the top package of each folder that holds Python files.
    roots: FxHashMap<String, String>,
    /// Import path folders that components declare or lie in, sorted.
    shared_roots: Vec<String>,
}

impl Modules {
    pub(super) fn new(scope: Scope<'_>) -> Self {
        let mut files = FxHashMap::default();
        let mut folders = BTreeSet::new();
        let mut packages = BTreeSet::new();
        let python = scope.files.iter().enumerate().filter(|(_, file)| &file.language == "python");
        for (index, file) in python {
            let Ok(index) = FileIndex::try_from(index) else { continue };
            let folder = file.path.folder();
            let key = match file.path.stem() {
                "__init__" => {
                    packages.insert(folder.as_str().to_owned());
                    folder.as_str().to_owned()
                }
                _ => file.path.as_str().trim_end_matches(".py").to_owned(),
            };
            if file.path.stem() == "__init__" || !files.contains_key(&key) {
                files.insert(key, index);
            }
            add_folders(&mut folders, folder.as_str());
        }
        let roots = folders.iter().map(|folder| (folder.clone(), root_of(&packages, folder))).collect();
        let shared_roots = shared_roots(scope, &folders);
        Self { files, packages, folders, roots, shared_roots }
    }

    /// The module at a path without extension.
    pub(super) fn at(&self, path: &str) -> Option<Module> {
        if let Some(file) = self.files.get(path) {
            return Some(Module::File(*file));
        }
        self.folders.contains(path).then_some(Module::Namespace)
    }

    /// A module's submodule.
    pub(super) fn below(&self, path: &str, name: &str) -> Option<Module> {
        self.at(&join(path, name))
    }

    /// The module that a name means in a file, with its path without extension.
    pub(super) fn find(&self, from: &RepoPath, name: &str) -> Option<(Atom, Module)> {
        let dots = name.len() - name.trim_start_matches('.').len();
        let rest = name.get(dots..)?.replace('.', "/");
        let below = |root: &str| {
            let path = join(root, &rest);
            self.at(&path).map(|module| (Atom::from(path), module))
        };
        if dots > 0 {
            return below(&ancestors(from.folder().as_str()).nth(dots - 1)?);
        }
        let first = rest.split('/').next().unwrap_or_default();
        let own = self.roots.get(from.folder().as_str()).map_or("", String::as_str);
        if is_standard(first) {
            return self.packages.contains(&join(own, first)).then(|| below(own)).flatten();
        }
        ancestors(own).find_map(|root| below(&root)).or_else(|| self.only_shared(first).and_then(below))
    }

    /// The one shared root that holds a module of this name.
    fn only_shared(&self, first: &str) -> Option<&str> {
        let mut holding = self.shared_roots.iter().filter(|root| self.at(&join(root, first)).is_some());
        let only = holding.next()?;
        holding.next().is_none().then_some(only.as_str())
    }
}

/// A path below a folder; an empty one means the folder itself.
fn join(folder: &str, rest: &str) -> String {
    match (folder.is_empty(), rest.is_empty()) {
        (true, _) => rest.to_owned(),
        (false, true) => folder.to_owned(),
        (false, false) => format!("{folder}/{rest}"),
    }
}

fn add_folders(folders: &mut BTreeSet<String>, folder: &str) {
    let mut folder = folder;
    while folders.insert(folder.to_owned()) {
        match folder.rsplit_once('/') {
            Some((parent, _)) => folder = parent,
            None if folder.is_empty() => return,
            None => folder = "",
        }
    }
}

/// The folder itself and all above it, nearest first.
fn ancestors(folder: &str) -> impl Iterator<Item = String> {
    std::iter::successors(Some(folder.to_owned()), |folder| match folder.rsplit_once('/') {
        Some((parent, _)) => Some(parent.to_owned()),
        None if folder.is_empty() => None,
        None => Some(String::new()),
    })
}

/// The folder above the topmost package that `folder` belongs to; `folder` itself if it is no package.
fn root_of(packages: &BTreeSet<String>, folder: &str) -> String {
    ancestors(folder).find(|folder| !packages.contains(folder)).unwrap_or_default()
}

fn shared_roots(scope: Scope<'_>, folders: &BTreeSet<String>) -> Vec<String> {
    let mut roots = BTreeSet::new();
    for component in scope.components {
        let folder = component.path.as_str();
        roots.extend([folder.to_owned(), join(folder, "src")]);
        let declared = component.settings.iter().filter(|(key, _)| key == ROOT_SETTING);
        roots.extend(declared.map(|(_, root)| root.clone()));
    }
    roots.into_iter().filter(|root| folders.contains(root)).collect()
}

fn is_standard(name: &str) -> bool {
    static NAMES: OnceLock<Vec<&str>> = OnceLock::new();
    NAMES.get_or_init(|| include_str!("stdlib.txt").lines().collect()).binary_search(&name).is_ok()
}
