//! `package.json` files, by folder and by name.

use std::collections::BTreeMap;

use crate::codebase::RepoPath;
use crate::languages::ProjectFiles;

use super::json::{self, Json};

/// Lists of dependencies in a manifest, and whether each is for development only.
pub(super) const DEPENDENCIES: &[(&str, bool)] =
    &[("dependencies", false), ("devDependencies", true), ("optionalDependencies", false), ("peerDependencies", false)];

/// A `package.json`.
pub(in super::super) struct Manifest {
    /// Its folder.
    pub(in super::super) folder: RepoPath,
    /// Its content.
    pub(in super::super) json: Json,
}

impl Manifest {
    pub(in super::super) fn name(&self) -> Option<&str> {
        self.json.text("name").filter(|name| !name.is_empty())
    }

    /// Whether it declares this package, for whatever use.
    pub(in super::super) fn declares(&self, package: &str) -> bool {
        DEPENDENCIES.iter().any(|(list, _)| self.json.get(list).is_some_and(|list| list.get(package).is_some()))
    }
}

/// All `package.json` files of a repository.
pub(in super::super) struct Manifests {
    all: Vec<Manifest>,
    by_folder: BTreeMap<RepoPath, usize>,
    by_name: BTreeMap<String, usize>,
    has_workspaces: bool,
}

impl Manifests {
    pub(in super::super) fn read(project: &ProjectFiles) -> Self {
        let mut all = Vec::new();
        let mut by_folder = BTreeMap::new();
        let mut by_name = BTreeMap::new();
        for (path, text) in project.iter().filter(|(path, _)| path.file_name() == "package.json" && !in_modules(path)) {
            let manifest = Manifest { folder: path.folder(), json: json::parse(text) };
            by_folder.insert(manifest.folder.clone(), all.len());
            if let Some(name) = manifest.name() {
                by_name.entry(name.to_owned()).or_insert(all.len());
            }
            all.push(manifest);
        }
        let has_workspaces = all.iter().any(|manifest| manifest.json.get("workspaces").is_some())
            || project.keys().any(|path| matches!(path.file_name(), "pnpm-workspace.yaml" | "lerna.json"));
        Self { all, by_folder, by_name, has_workspaces }
    }

    pub(in super::super) fn iter(&self) -> impl Iterator<Item = &Manifest> {
        self.all.iter()
    }

    /// The manifest of this very folder.
    pub(in super::super) fn at(&self, folder: &RepoPath) -> Option<&Manifest> {
        self.by_folder.get(folder).and_then(|index| self.all.get(*index))
    }

    /// The nearest manifest above a file.
    pub(in super::super) fn above(&self, path: &RepoPath) -> Option<&Manifest> {
        let mut folder = path.folder();
        loop {
            if let Some(found) = self.at(&folder) {
                return Some(found);
            }
            if folder.as_str().is_empty() {
                return None;
            }
            folder = folder.folder();
        }
    }

    /// The package of this repository that a module specifier names, and the path within it.
    pub(in super::super) fn named<'s>(&self, specifier: &'s str) -> Option<(&Manifest, &'s str)> {
        let parts = if specifier.starts_with('@') { 2 } else { 1 };
        let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(at, _)| at);
        let (name, rest) = specifier.split_at(end);
        let manifest = self.by_name.get(name).and_then(|index| self.all.get(*index))?;
        Some((manifest, rest.trim_start_matches('/')))
    }

    /// Whether code at `path` may import `package` by its name: declared by it or a manifest above, its own, or a
    /// workspace's that its root links.
    pub(in super::super) fn may_import(&self, path: &RepoPath, package: &Manifest) -> bool {
        let Some(name) = package.name() else { return false };
        let mut folder = path.folder();
        loop {
            if self.at(&folder).is_some_and(|manifest| manifest.folder == package.folder || manifest.declares(name)) {
                return true;
            }
            if folder.as_str().is_empty() {
                return false;
            }
            folder = folder.folder();
        }
    }

    /// Whether a manager's workspace file or field is there.
    pub(in super::super) const fn has_workspaces(&self) -> bool {
        self.has_workspaces
    }
}

/// Whether a path lies among installed packages.
pub(in super::super) fn in_modules(path: &RepoPath) -> bool {
    path.parts().any(|part| part == "node_modules")
}
