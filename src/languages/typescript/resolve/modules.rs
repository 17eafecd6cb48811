//! From a module specifier to the file it names.

use crate::codebase::RepoPath;
use crate::codebase::graph::FileIndex;

use super::super::project::Manifest;
use super::super::project::json::Json;
use super::Modules;
use super::paths::join;

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
        let folder = path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
        let found = if specifier.starts_with('.') {
            self.relative(folder, specifier)
        } else {
            self.aliased(folder, specifier).or_else(|| self.by_package(folder, specifier))
        };
        found.or_else(|| self.by_convention(folder, specifier))
    }

    fn relative(&self, folder: &str, specifier: &str) -> Option<FileIndex> {
        // More `..` than there are folders lead out of the repository.
        let ups = specifier.split('/').take_while(|part| matches!(*part, "." | "..")).filter(|part| *part == "..");
        if ups.count() > folder.split('/').filter(|part| !part.is_empty()).count() {
            return None;
        }
        let path = join(folder, specifier);
        let is_folder = specifier.ends_with('/') || matches!(specifier.rsplit('/').next(), Some("." | ".."));
        let found = if is_folder { self.folder(&path) } else { self.path(&path) };
        found.or_else(|| {
            let aliases = self.configs.of(folder);
            let folder = RepoPath::new(folder);
            let home = aliases.roots.iter().find(|root| folder.is_under(root))?;
            let rest = path.strip_prefix(home.as_str())?.trim_start_matches('/');
            aliases.roots.iter().find_map(|root| self.path(&join(root.as_str(), rest)))
        })
    }

    /// Through `paths` and `baseUrl`.
    fn aliased(&self, folder: &str, specifier: &str) -> Option<FileIndex> {
        let aliases = self.configs.of(folder);
        let found = aliases.matches(specifier).find_map(|path| self.path(&path));
        found.or_else(|| self.path(&join(aliases.base.as_ref()?.as_str(), specifier)))
    }

    /// A package of this repository by its name, or a path of the package's own `imports`.
    fn by_package(&self, from: &str, specifier: &str) -> Option<FileIndex> {
        if specifier.starts_with('#') {
            let manifest = self.manifests.above(from)?;
            let Subpath::Target(target) = subpath(manifest.json.get("imports")?, specifier) else { return None };
            return self.built(manifest.folder.as_str(), &target);
        }
        let (manifest, inner) = self.manifests.named(specifier)?;
        if !self.manifests.may_import(from, manifest) {
            return None;
        }
        self.in_package(manifest, inner)
    }

    fn in_package(&self, manifest: &Manifest, inner: &str) -> Option<FileIndex> {
        let folder = manifest.folder.as_str();
        let json = &manifest.json;
        let exports = json.get("exports");
        let key = if inner.is_empty() { ".".to_owned() } else { format!("./{inner}") };
        match exports.map(|exports| subpath(exports, &key)) {
            Some(Subpath::Hidden) => return None,
            Some(Subpath::Target(target)) => {
                if let Some(found) = self.built(folder, &target) {
                    return Some(found);
                }
            }
            Some(Subpath::Unstated) | None => {}
        }
        if !inner.is_empty() {
            let plain = self.path(&join(folder, inner)).or_else(|| self.built(folder, inner));
            // Without `exports`, a package may be published from its sources.
            return plain.or_else(|| self.path(&join(&join(folder, "src"), inner)).filter(|_| exports.is_none()));
        }
        let main = ["source", "types", "typings", "module", "main", "browser"].into_iter();
        let main = main.filter_map(|field| json.text(field)).find_map(|target| self.built(folder, target));
        main.or_else(|| {
            ["src/index", "index", "src/main", "lib/index"].iter().find_map(|at| self.path(&join(folder, at)))
        })
    }

    /// A path of a package as published, or of the source it is built from.
    fn built(&self, folder: &str, target: &str) -> Option<FileIndex> {
        let target = target.trim_start_matches("./");
        if let Some(found) = self.path(&join(folder, target)) {
            return Some(found);
        }
        let mut rest = without_extension(target);
        while let Some((_, inner)) = rest.split_once('/').filter(|(first, _)| BUILT.contains(first)) {
            rest = inner;
            let inner = rest.strip_prefix("src/").unwrap_or(rest);
            let found = self.path(&join(&join(folder, "src"), inner)).or_else(|| self.path(&join(folder, inner)));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// `@/x` and `~/x` mean the sources where bundlers say so, in configurations that are programs.
    fn by_convention(&self, from: &str, specifier: &str) -> Option<FileIndex> {
        let rest = ["@/", "~/", "$lib/", "@@/", "~~/"].iter().find_map(|prefix| specifier.strip_prefix(prefix))?;
        let home = self.manifests.above(from).map_or("", |manifest| manifest.folder.as_str());
        let folders: &[&str] = if specifier.starts_with("$lib") { &["src/lib"] } else { &["src", "", "app"] };
        folders.iter().find_map(|folder| self.path(&join(&join(home, folder), rest)))
    }

    /// The file that a path without or with an extension names.
    fn path(&self, path: &str) -> Option<FileIndex> {
        self.paths.file_or_source(path).or_else(|| self.folder(path))
    }

    /// The file that a folder stands for.
    fn folder(&self, path: &str) -> Option<FileIndex> {
        if let Some(manifest) = self.manifests.at(path).filter(|_| !path.is_empty()) {
            let mains = ["types", "typings", "module", "main"].into_iter();
            let mut mains =
                mains.filter_map(|field| manifest.json.text(field)).filter(|main| !matches!(*main, "." | "./"));
            if let Some(found) = mains.find_map(|main| self.paths.file(&join(path, main))) {
                return Some(found);
            }
        }
        self.paths.file(&join(path, "index"))
    }
}

fn without_extension(path: &str) -> &str {
    let extensions = [".d.ts", ".d.mts", ".d.cts", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx"];
    extensions.iter().find_map(|extension| path.strip_suffix(extension)).unwrap_or(path)
}

/// What `exports` or `imports` of a manifest make of a path.
#[derive(Debug, PartialEq)]
enum Subpath {
    Target(String),
    /// Stated to be nobody's business: `"./internal/*": null`.
    Hidden,
    Unstated,
}

fn subpath(map: &Json, key: &str) -> Subpath {
    let entries = map.entries();
    let is_map = entries.iter().any(|entry| entry.key.starts_with(['.', '#']));
    let target = |value: &Json, middle: &str| match condition(value, 0) {
        Some(target) => Subpath::Target(target.replace('*', middle)),
        None if matches!(value, Json::Null) => Subpath::Hidden,
        None => Subpath::Unstated,
    };
    if !is_map {
        return if key == "." { target(map, "*") } else { Subpath::Unstated };
    }
    if let Some(exact) = map.get(key) {
        return target(exact, "*");
    }
    let matching = entries.iter().filter_map(|entry| {
        let (before, after) = entry.key.split_once('*')?;
        Some((before.len(), key.strip_prefix(before)?.strip_suffix(after)?, &entry.value))
    });
    let best = matching.max_by_key(|(length, ..)| *length);
    best.map_or(Subpath::Unstated, |(_, middle, value)| target(value, middle))
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

#[cfg(test)]
mod tests {
    use super::super::super::project::json;
    use super::*;

    #[test]
    fn stated_paths_of_a_package_are_found_by_condition_and_pattern() {
        let map = json::parse(
            r#"{ ".": { "browser": "./b.js", "node": { "import": "./n.mjs" }, "default": "./d.js" },
                 "./one": ["./missing.txt", "./one.js"], "./icons/*.js": "./src/*.ts", "./icons/big/*": "./big/*.ts",
                 "./own/*": null, "./own/shown": "./shown.js", "./none": { "deno": "./deno.ts" } }"#,
        );
        let target = |path: &str| Subpath::Target(path.to_owned());
        let cases = [
            (".", target("./n.mjs")),
            ("./one", target("./missing.txt")),
            ("./icons/a.js", target("./src/a.ts")),
            ("./icons/big/a.js", target("./big/a.js.ts")),
            ("./own/x", Subpath::Hidden),
            ("./own/shown", target("./shown.js")),
            ("./none", Subpath::Unstated),
            ("./other", Subpath::Unstated),
        ];
        for (key, expected) in cases {
            assert_eq!(subpath(&map, key), expected, "{key}");
        }
        assert_eq!(subpath(&json::parse("\"./main.js\""), "."), target("./main.js"));
        assert_eq!(subpath(&json::parse("\"./main.js\""), "./x"), Subpath::Unstated);
    }
}
