//! From a module specifier to the file it names.

use crate::codebase::RepoPath;
use crate::codebase::graph::FileIndex;

use super::super::project::Manifest;
use super::super::project::json::Json;
use super::Modules;

/// Extensions tried in order, as TypeScript does.
const EXTENSIONS: &[&str] =
    &[".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".vue", ".svelte"];

/// Extensions of what a compiler writes, and those of the sources it is written from.
const COMPILED: &[(&str, &[&str])] =
    &[(".js", &[".ts", ".tsx", ".d.ts", ".jsx"]), (".jsx", &[".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])];

/// Conditions of `exports`, the sources' own first.
const CONDITIONS: &[&str] = &["source", "development", "types", "import", "module", "node", "require", "default"];

/// Folders that hold what is built, and those that hold its sources.
const BUILT: &[&str] = &["dist", "lib", "build", "out", "esm", "cjs", "es"];

impl Modules<'_> {
    pub(super) fn find_module(&self, file: FileIndex, specifier: &str) -> Option<FileIndex> {
        let path = &self.scope.files.get(file as usize)?.path;
        let specifier = specifier.split(['?', '!']).next().unwrap_or(specifier);
        if specifier.is_empty() || specifier.contains("://") {
            return None;
        }
        let found = if specifier.starts_with('.') {
            self.relative(path, specifier)
        } else {
            self.aliased(path, specifier).or_else(|| self.by_package(path, specifier))
        };
        found.or_else(|| self.by_convention(path, specifier))
    }

    fn relative(&self, from: &RepoPath, specifier: &str) -> Option<FileIndex> {
        let folder = from.folder();
        // More `..` than there are folders lead out of the repository.
        let ups = specifier.split('/').take_while(|part| matches!(*part, "." | "..")).filter(|part| *part == "..");
        if ups.count() > folder.parts().count() {
            return None;
        }
        let path = folder.join(specifier);
        let is_folder = specifier.ends_with('/') || matches!(specifier.rsplit('/').next(), Some("." | ".."));
        let found = if is_folder { self.folder(&path) } else { self.path(&path) };
        found.or_else(|| {
            let aliases = self.configs.of(&folder);
            let home = aliases.roots.iter().find(|root| folder.is_under(root))?;
            let rest = path.as_str().strip_prefix(home.as_str())?.trim_start_matches('/').to_owned();
            aliases.roots.iter().find_map(|root| self.path(&root.join(&rest)))
        })
    }

    /// Through `paths` and `baseUrl`.
    fn aliased(&self, from: &RepoPath, specifier: &str) -> Option<FileIndex> {
        let aliases = self.configs.of(&from.folder());
        let found = aliases.matches(specifier).iter().find_map(|path| self.path(path));
        found.or_else(|| self.path(&aliases.base.as_ref()?.join(specifier)))
    }

    /// A package of this repository by its name, or a path of the package's own `imports`.
    fn by_package(&self, from: &RepoPath, specifier: &str) -> Option<FileIndex> {
        if specifier.starts_with('#') {
            let manifest = self.manifests.above(from)?;
            let target = subpath(manifest.json.get("imports")?, specifier)?;
            return self.built(&manifest.folder, &target);
        }
        let (manifest, inner) = self.manifests.named(specifier)?;
        if !self.manifests.may_import(from, manifest) {
            return None;
        }
        self.in_package(manifest, inner)
    }

    fn in_package(&self, manifest: &Manifest, inner: &str) -> Option<FileIndex> {
        let folder = &manifest.folder;
        let json = &manifest.json;
        let key = if inner.is_empty() { ".".to_owned() } else { format!("./{inner}") };
        let exports = json.get("exports");
        let exported = exports.and_then(|exports| subpath(exports, &key));
        if let Some(found) = exported.and_then(|target| self.built(folder, &target)) {
            return Some(found);
        }
        if !inner.is_empty() {
            let plain = self.path(&folder.join(inner)).or_else(|| self.built(folder, inner));
            // Without `exports`, a package may be published from its sources.
            return plain.or_else(|| self.path(&folder.join("src").join(inner)).filter(|_| exports.is_none()));
        }
        let main = ["source", "types", "typings", "module", "main", "browser"].into_iter();
        let main = main.filter_map(|field| json.text(field)).find_map(|target| self.built(folder, target));
        main.or_else(|| {
            ["src/index", "index", "src/main", "lib/index"].iter().find_map(|at| self.path(&folder.join(at)))
        })
    }

    /// A path of a package as published, or of the source it is built from.
    fn built(&self, folder: &RepoPath, target: &str) -> Option<FileIndex> {
        let target = target.trim_start_matches("./");
        if let Some(found) = self.path(&folder.join(target)) {
            return Some(found);
        }
        let stem = without_extension(target);
        let mut parts: Vec<&str> = stem.split('/').collect();
        while parts.first().is_some_and(|first| BUILT.contains(first)) {
            parts.remove(0);
            let rest = parts.join("/");
            let rest = rest.strip_prefix("src/").unwrap_or(&rest);
            let found = self.path(&folder.join("src").join(rest)).or_else(|| self.path(&folder.join(rest)));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// `@/x` and `~/x` mean the sources where bundlers say so, in configurations that are programs.
    fn by_convention(&self, from: &RepoPath, specifier: &str) -> Option<FileIndex> {
        let rest = ["@/", "~/", "$lib/", "@@/", "~~/"].iter().find_map(|prefix| specifier.strip_prefix(prefix))?;
        let home = self.manifests.above(from).map(|manifest| manifest.folder.clone()).unwrap_or_default();
        let folders: &[&str] = if specifier.starts_with("$lib") { &["src/lib"] } else { &["src", "", "app"] };
        folders.iter().find_map(|folder| self.path(&home.join(folder).join(rest)))
    }

    /// The file that a path without or with an extension names.
    pub(super) fn path(&self, path: &RepoPath) -> Option<FileIndex> {
        let text = path.as_str();
        if let Some(found) = self.scope.file_index(text) {
            return Some(found);
        }
        for (compiled, sources) in COMPILED {
            if let Some(stem) = text.strip_suffix(compiled) {
                let source = sources.iter().find_map(|source| self.scope.file_index(&format!("{stem}{source}")));
                if source.is_some() {
                    return source;
                }
            }
        }
        let with_extension =
            EXTENSIONS.iter().find_map(|extension| self.scope.file_index(&format!("{text}{extension}")));
        with_extension.or_else(|| self.folder(path))
    }

    /// The file that a folder stands for.
    fn folder(&self, path: &RepoPath) -> Option<FileIndex> {
        if let Some(manifest) = self.manifests.at(path).filter(|_| !path.as_str().is_empty()) {
            let fields = ["types", "typings", "module", "main"].into_iter();
            let mains =
                fields.filter_map(|field| manifest.json.text(field)).filter(|main| *main != "." && *main != "./");
            let main = mains.map(|main| path.join(main)).filter(|main| main != path);
            if let Some(found) = main.into_iter().find_map(|main| self.plain(&main)) {
                return Some(found);
            }
        }
        self.plain(&path.join("index"))
    }

    fn plain(&self, path: &RepoPath) -> Option<FileIndex> {
        let text = path.as_str();
        let exact = self.scope.file_index(text);
        exact.or_else(|| EXTENSIONS.iter().find_map(|extension| self.scope.file_index(&format!("{text}{extension}"))))
    }
}

fn without_extension(path: &str) -> &str {
    let extensions = [".d.ts", ".d.mts", ".d.cts", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx"];
    extensions.iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(path)
}

/// What `exports` or `imports` of a manifest make of a path.
fn subpath(map: &Json, key: &str) -> Option<String> {
    let entries = map.entries();
    let is_map = entries.iter().any(|entry| entry.key.starts_with(['.', '#']));
    if !is_map {
        return if key == "." { condition(map, 0).map(str::to_owned) } else { None };
    }
    if let Some(exact) = map.get(key) {
        return condition(exact, 0).map(str::to_owned);
    }
    let best = entries
        .iter()
        .filter_map(|entry| {
            let (before, after) = entry.key.split_once('*')?;
            let middle = key.strip_prefix(before)?.strip_suffix(after)?;
            Some((before.len(), middle, condition(&entry.value, 0)?))
        })
        .max_by_key(|(length, ..)| *length);
    best.map(|(_, middle, target)| target.replace('*', middle))
}

/// The target under the first condition that is stated.
fn condition(value: &Json, depth: usize) -> Option<&str> {
    if depth > 8 {
        return None;
    }
    match value {
        Json::Text(text) => Some(text),
        Json::List(items) => items.iter().find_map(|item| condition(item, depth + 1)),
        Json::Record(_) => CONDITIONS.iter().find_map(|name| condition(value.get(name)?, depth + 1)),
        _ => None,
    }
}
