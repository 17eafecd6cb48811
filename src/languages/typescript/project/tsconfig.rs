//! `tsconfig.json` files: what `paths`, `baseUrl` and `rootDirs` make of a specifier.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rustc_hash::FxHashMap;

use crate::codebase::RepoPath;
use crate::languages::ProjectFiles;

use super::is_tsconfig;
use super::json::{self, Json};
use super::packages::Manifests;

/// Stands for the folder of the configuration that extends the one in which it is written.
const CONFIG_DIR: &str = "${configDir}";

/// How long a chain of `extends` may be.
const EXTENDS_MAX: usize = 8;

/// What a configuration says about specifiers that are not relative.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Aliases {
    /// Folder that plain specifiers are looked up in, if any.
    pub(in super::super) base: Option<RepoPath>,
    /// Pattern with at most one `*`, and the paths it stands for.
    pub(in super::super) paths: Vec<(String, Vec<RepoPath>)>,
    /// Folders that are laid over each other.
    pub(in super::super) roots: Vec<RepoPath>,
}

impl Aliases {
    fn is_empty(&self) -> bool {
        self.base.is_none() && self.paths.is_empty() && self.roots.is_empty()
    }

    /// The paths that the best matching pattern makes of a specifier: an exact one, else the longest prefix.
    pub(in super::super) fn matches(&self, specifier: &str) -> impl Iterator<Item = String> {
        let best = self
            .paths
            .iter()
            .filter_map(|(pattern, targets)| match pattern.split_once('*') {
                None => (pattern == specifier).then_some((usize::MAX, "", targets)),
                Some((before, after)) => {
                    let middle = specifier.strip_prefix(before)?.strip_suffix(after)?;
                    Some((before.len(), middle, targets))
                }
            })
            .max_by_key(|(length, ..)| *length);
        let (middle, targets) = best.map_or(("", &[][..]), |(_, middle, targets)| (middle, targets.as_slice()));
        targets.iter().map(move |target| target.as_str().replacen('*', middle, 1))
    }
}

/// All configurations of a repository.
pub(in super::super) struct TsConfigs {
    configs: BTreeMap<RepoPath, Json>,
    by_folder: Mutex<FxHashMap<String, Arc<Aliases>>>,
    manifests: BTreeMap<String, RepoPath>,
}

impl TsConfigs {
    pub(in super::super) fn read(project: &ProjectFiles, manifests: &Manifests) -> Self {
        let configs = project
            .iter()
            .filter(|(path, _)| is_tsconfig(path))
            .map(|(path, text)| (path.clone(), json::parse(text)))
            .collect();
        let manifests = manifests
            .iter()
            .filter_map(|manifest| Some((manifest.name()?.to_owned(), manifest.folder.clone())))
            .collect();
        Self { configs, by_folder: Mutex::default(), manifests }
    }

    /// What holds for the files of a folder: the nearest configuration above that says anything.
    pub(in super::super) fn of(&self, folder: &str) -> Arc<Aliases> {
        let known = |folder: &str| self.by_folder.lock().ok().and_then(|known| known.get(folder).cloned());
        let mut passed = Vec::new();
        let mut at = folder;
        let found = loop {
            if let Some(found) = known(at) {
                break found;
            }
            passed.push(at);
            let own = self.in_folder(&RepoPath::new(at));
            if at.is_empty() || !own.is_empty() {
                break Arc::new(own);
            }
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
        };
        if let Ok(mut known) = self.by_folder.lock() {
            known.extend(passed.into_iter().map(|folder| (folder.to_owned(), Arc::clone(&found))));
        }
        found
    }

    /// `tsconfig.json` of this folder first; then its siblings (`tsconfig.app.json`) in order.
    fn in_folder(&self, folder: &RepoPath) -> Aliases {
        for name in ["tsconfig.json", "jsconfig.json"] {
            let aliases = self.aliases(&folder.join(name), folder, 0);
            if !aliases.is_empty() {
                return aliases;
            }
        }
        let first = folder.join("");
        let siblings = self.configs.range(first..).map(|(path, _)| path);
        let siblings = siblings.take_while(|path| path.is_under(folder)).filter(|path| path.folder() == *folder);
        siblings.map(|path| self.aliases(path, folder, 0)).find(|aliases| !aliases.is_empty()).unwrap_or_default()
    }

    /// What a configuration says; `home` is the folder of the one that extends the others, `${configDir}`.
    fn aliases(&self, path: &RepoPath, home: &RepoPath, depth: usize) -> Aliases {
        let Some(config) = self.configs.get(path).filter(|_| depth <= EXTENDS_MAX) else { return Aliases::default() };
        let mut aliases = Aliases::default();
        for parent in config.get("extends").map(Json::texts).unwrap_or_default() {
            let inherited = self.extended(path, parent).map(|parent| self.aliases(&parent, home, depth + 1));
            let inherited = inherited.unwrap_or_default();
            aliases = Aliases {
                base: inherited.base.or(aliases.base),
                paths: if inherited.paths.is_empty() { aliases.paths } else { inherited.paths },
                roots: if inherited.roots.is_empty() { aliases.roots } else { inherited.roots },
            };
        }
        let folder = path.folder();
        let located = |base: &RepoPath, target: &str| match target.strip_prefix(CONFIG_DIR) {
            Some(rest) => home.join(rest.trim_start_matches('/')),
            None => base.join(target),
        };
        let Some(options) = config.get("compilerOptions") else { return aliases };
        if let Some(base) = options.text("baseUrl") {
            aliases.base = Some(located(&folder, base));
        }
        if let Some(paths) = options.get("paths") {
            let base = aliases.base.clone().unwrap_or_else(|| folder.clone());
            let entry = |entry: &json::Entry| {
                let targets = entry.value.texts().into_iter().map(|target| located(&base, target)).collect();
                (entry.key.clone(), targets)
            };
            aliases.paths = paths.entries().iter().map(entry).collect();
        }
        if let Some(roots) = options.get("rootDirs") {
            aliases.roots = roots.texts().into_iter().map(|root| located(&folder, root)).collect();
        }
        aliases
    }

    /// Configurations that `extends` names and that are not in the repository, each with those that name it.
    pub(in super::super) fn missing(&self) -> BTreeMap<&str, Vec<&RepoPath>> {
        let mut missing: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
        for (path, config) in &self.configs {
            for base in config.get("extends").map(Json::texts).unwrap_or_default() {
                if self.extended(path, base).is_none() {
                    missing.entry(base).or_default().push(path);
                }
            }
        }
        missing
    }

    /// The configuration that `extends` names: a file, or one of a package of this repository.
    fn extended(&self, from: &RepoPath, name: &str) -> Option<RepoPath> {
        let base = if name.starts_with('.') || name.starts_with('/') {
            from.folder().join(name)
        } else {
            let (package, rest) = self.manifests.iter().find_map(|(package, folder)| {
                let rest = name.strip_prefix(package.as_str())?;
                (rest.is_empty() || rest.starts_with('/')).then_some((folder, rest))
            })?;
            package.join(rest.trim_start_matches('/'))
        };
        let candidates = [base.clone(), RepoPath::new(format!("{base}.json")), base.join("tsconfig.json")];
        candidates.into_iter().find(|path| self.configs.contains_key(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configs(files: &[(&str, &str)]) -> TsConfigs {
        let project = files.iter().map(|(path, text)| (RepoPath::new(path), (*text).to_owned())).collect();
        TsConfigs::read(&project, &Manifests::read(&project))
    }

    #[test]
    fn paths_are_inherited_and_relative_to_their_own_file() {
        let configs = configs(&[
            ("tsconfig.base.json", r#"{"compilerOptions": {"baseUrl": ".", "paths": {"@shop/*": ["libs/*/src"]}}}"#),
            ("apps/api/tsconfig.json", r#"{"extends": "../../tsconfig.base.json", /* none */ }"#),
            ("apps/web/tsconfig.json", r#"{"extends": "@missing/config", "references": []}"#),
            ("apps/web/tsconfig.app.json", r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"], "@/ui": ["./ui"]}}}"#),
        ]);
        let of = |folder: &str, specifier: &str| configs.of(folder).matches(specifier).collect::<Vec<_>>();
        assert_eq!(of("apps/api/src", "@shop/model"), ["libs/model/src"]);
        assert_eq!(of("apps/web/src", "@/a/b"), ["apps/web/src/a/b"]);
        assert_eq!(of("apps/web/src", "@/ui"), ["apps/web/ui"]);
        // The base of a monorepo holds where nothing nearer says anything.
        assert_eq!(of("other", "@shop/model"), ["libs/model/src"]);
        assert_eq!(of("other", "@/ui"), [] as [&str; 0]);
    }
}
