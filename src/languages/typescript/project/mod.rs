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
        || is_tsconfig(path)
        || is_next_config(name)
}

/// `tsconfig.json`, `tsconfig.base.json`, `jsconfig.json` ..., and what packages of shared configurations call theirs:
/// `packages/typescript-config/nextjs.json`.
fn is_tsconfig(path: &RepoPath) -> bool {
    let name = path.file_name();
    let Some(stem) = name.strip_suffix(".json") else { return false };
    let folder = path.folder();
    let is_shared = || {
        let folder = folder.file_name();
        (folder.contains("tsconfig") || folder.contains("typescript")) && !matches!(stem, "package" | "project")
    };
    stem.starts_with("tsconfig") || stem.starts_with("jsconfig") || is_shared()
}

/// `next.config.js`, `next.config.mjs`, `next.config.ts`.
fn is_next_config(name: &str) -> bool {
    name.strip_prefix("next.config.").is_some_and(|extension| matches!(extension, "js" | "mjs" | "cjs" | "ts"))
}
