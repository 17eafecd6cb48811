//! Project files: `package.json` and its workspaces, `tsconfig.json`, and the monorepo tools' own.

mod components;
pub(super) mod json;
mod packages;
mod tsconfig;

use crate::codebase::RepoPath;

pub(super) use components::components;
pub(super) use packages::{Manifest, Manifests, in_modules};
pub(super) use tsconfig::TsConfigs;

/// Whether a file is one of them.
pub(super) fn is_project_file(path: &RepoPath) -> bool {
    let name = path.file_name();
    if in_modules(path) {
        return false;
    }
    matches!(name, "package.json" | "pnpm-workspace.yaml" | "lerna.json" | "nx.json" | "project.json" | "nest-cli.json")
        || is_tsconfig(name)
        || is_next_config(name)
}

/// `tsconfig.json`, `tsconfig.base.json`, `jsconfig.json` ...
fn is_tsconfig(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or_default();
    stem.starts_with("tsconfig") || stem.starts_with("jsconfig")
}

/// `next.config.js`, `next.config.mjs`, `next.config.ts`.
fn is_next_config(name: &str) -> bool {
    name.strip_prefix("next.config.").is_some_and(|extension| matches!(extension, "js" | "mjs" | "cjs" | "ts"))
}
