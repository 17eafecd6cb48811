//! `package.json` files, by folder and by name.

use rustc_hash::FxHashMap;

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
    by_folder: FxHashMap<String, usize>,
    by_name: FxHashMap<String, usize>,
    has_workspaces: bool,
}

impl Manifests {
    pub(in super::super) fn read(project: &ProjectFiles) -> Self {
        let mut all = Vec::new();
        let mut by_folder = FxHashMap::default();
        let mut by_name = FxHashMap::default();
        for (path, text) in project.iter().filter(|(path, _)| path.file_name() == "package.json" && !in_modules(path)) {
            let manifest = Manifest { folder: path.folder(), json: json::parse(text) };
            by_folder.insert(manifest.folder.as_str().to_owned(), all.len());
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
    pub(in super::super) fn at(&self, folder: &str) -> Option<&Manifest> {
        self.by_folder.get(folder).and_then(|index| self.all.get(*index))
    }

    /// The nearest manifest of a folder and those above it.
    pub(in super::super) fn above(&self, folder: &str) -> Option<&Manifest> {
        upwards(folder).find_map(|folder| self.at(folder))
    }

    /// The package of this repository that a module specifier names, and the path within it.
    pub(in super::super) fn named<'s>(&self, specifier: &'s str) -> Option<(&Manifest, &'s str)> {
        let parts = if specifier.starts_with('@') { 2 } else { 1 };
        let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(at, _)| at);
        let (name, rest) = specifier.split_at(end);
        let manifest = self.by_name.get(name).and_then(|index| self.all.get(*index))?;
        Some((manifest, rest.trim_start_matches('/')))
    }

    /// Whether code in `folder` may import `package` by its name: declared by its manifest or one above, or its own.
    pub(in super::super) fn may_import(&self, folder: &str, package: &Manifest) -> bool {
        let Some(name) = package.name() else { return false };
        let mut manifests = upwards(folder).filter_map(|folder| self.at(folder));
        manifests.any(|manifest| manifest.folder == package.folder || manifest.declares(name))
    }

    /// Whether a manager's workspace file or field is there.
    pub(in super::super) const fn has_workspaces(&self) -> bool {
        self.has_workspaces
    }
}

/// A folder and those above it, up to the root.
fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        (!folder.is_empty()).then_some(above)
    })
}

/// Whether a path lies among installed packages.
pub(in super::super) fn in_modules(path: &RepoPath) -> bool {
    path.parts().any(|part| part == "node_modules")
}
