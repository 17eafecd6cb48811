//! Components: what `package.json` files and the monorepo tools declare.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::source::{Command, Package};
use crate::codebase::{Component, ComponentKind, Facts, Place, RepoPath, Role, SourceFile};
use crate::languages::ProjectFiles;

use super::json::{self, Json};
use super::packages::{DEPENDENCIES, Manifest, Manifests};

/// Packages whose program serves requests once it listens.
const SERVERS: &[&str] = &[
    "express",
    "@nestjs/core",
    "fastify",
    "koa",
    "hono",
    "@hono/node-server",
    "@hapi/hapi",
    "restify",
    "polka",
    "@adonisjs/core",
    "apollo-server",
    "@apollo/server",
];

/// Packages that serve pages and requests by themselves.
const SITES: &[&str] = &["next", "nuxt", "@remix-run/node", "@remix-run/serve", "@sveltejs/kit", "astro"];

/// Packages of programs that run in a browser or app.
const FRONTENDS: &[&str] =
    &["react", "react-dom", "vue", "@angular/core", "svelte", "solid-js", "preact", "react-native", "lit"];

/// Packages that make a package of tests of its own.
const TEST_TOOLS: &[&str] = &["@playwright/test", "cypress", "playwright"];

/// All components, with ids that are unique among them.
pub(in super::super) fn components(project: &ProjectFiles, files: &[SourceFile], facts: &[Facts]) -> Vec<Component> {
    let manifests = Manifests::read(project);
    let uses = Uses::read(&manifests, project, files, facts);
    let mut components: Vec<Component> = manifests
        .iter()
        .filter(|manifest| manifest.json != Json::Null)
        .map(|manifest| of_manifest(manifest, &manifests, project, files, &uses))
        .collect();
    components.extend(of_projects(&uses));
    name_apart(&mut components);
    refer(&mut components, &manifests, &uses);
    components
}

/// What lies in each component's folder, by the folder of its manifest.
struct Uses<'a> {
    /// Modules imported by code that is no test.
    modules: BTreeMap<RepoPath, BTreeSet<&'a str>>,
    /// Folders whose code listens for requests.
    listening: BTreeSet<RepoPath>,
    /// Folders of programs and libraries that a tool other than the package manager declares.
    projects: Vec<(RepoPath, RepoPath, Json)>,
}

impl<'a> Uses<'a> {
    fn read(manifests: &Manifests, project: &ProjectFiles, files: &[SourceFile], facts: &'a [Facts]) -> Self {
        let projects = projects(project, manifests);
        let mut homes: BTreeSet<RepoPath> = manifests.iter().map(|manifest| manifest.folder.clone()).collect();
        homes.extend(projects.iter().map(|(folder, ..)| folder.clone()));
        let mut uses = Self { modules: BTreeMap::new(), listening: BTreeSet::new(), projects };
        for (file, facts) in files.iter().zip(facts).filter(|(file, _)| file.role == Role::Source) {
            let Some(home) = home_of(&homes, &file.path) else { continue };
            let outline = &facts.outline;
            let listens = outline.calls.iter().any(|call| {
                matches!(call.value.callee.as_str(), "listen" | "serve" | "createServer")
                    && call
                        .value
                        .receiver
                        .as_ref()
                        .is_none_or(|receiver| receiver.as_name().is_none_or(|it| it != "page"))
            });
            if listens {
                uses.listening.insert(home.clone());
            }
            let modules = uses.modules.entry(home).or_default();
            modules.extend(
                outline.imports.iter().filter(|import| !import.has_flag("type")).map(|import| import.module.as_str()),
            );
        }
        uses
    }

    fn imports(&self, folder: &RepoPath, packages: &[&str]) -> bool {
        let modules = self.modules.get(folder);
        modules
            .is_some_and(|modules| packages.iter().any(|package| modules.iter().any(|module| is_of(module, package))))
    }
}

fn is_of(module: &str, package: &str) -> bool {
    module.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn home_of(homes: &BTreeSet<RepoPath>, path: &RepoPath) -> Option<RepoPath> {
    let mut folder = path.folder();
    loop {
        if homes.contains(&folder) {
            return Some(folder);
        }
        if folder.as_str().is_empty() {
            return None;
        }
        folder = folder.folder();
    }
}

fn of_manifest(
    manifest: &Manifest,
    manifests: &Manifests,
    project: &ProjectFiles,
    files: &[SourceFile],
    uses: &Uses<'_>,
) -> Component {
    let path = manifest.folder.join("package.json");
    let folder = manifest.folder.as_str();
    let name = manifest.name().or_else(|| folder.rsplit('/').next()).unwrap_or_default();
    let mut packages: Vec<Package> =
        DEPENDENCIES.iter().flat_map(|(list, dev)| packages(&manifest.json, list, *dev, &path)).collect();
    packages.sort();
    packages.dedup_by(|b, a| a.name == b.name);
    let run = runner(manifest, manifests, project, files);
    let scripts = manifest.json.get("scripts").map_or(&[][..], Json::entries);
    let commands = scripts.iter().filter_map(|script| {
        Some(Command {
            name: script.key.clone(),
            run: format!("{run} {}", script.key),
            script: script.value.as_text()?.to_owned(),
            place: Place::line(path.clone(), script.line),
        })
    });
    Component {
        id: String::new(),
        name: if name.is_empty() { "app".to_owned() } else { name.to_owned() },
        path: manifest.folder.clone(),
        kind: kind(manifest, manifests, uses),
        description: manifest.json.text("description").filter(|text| !text.trim().is_empty()).map(str::to_owned),
        commands: commands.collect(),
        manifest: path,
        packages,
        ..Component::default()
    }
}

fn packages(json: &Json, list: &str, dev: bool, path: &RepoPath) -> Vec<Package> {
    let entries = json.get(list).map_or(&[][..], Json::entries);
    let package = |entry: &json::Entry| Package {
        name: entry.key.clone(),
        ecosystem: "npm".into(),
        version: entry.value.as_text().map(str::to_owned),
        dev,
        extras: Vec::new(),
        place: Place::line(path.clone(), entry.line),
    };
    entries.iter().map(package).collect()
}

/// How a script is run, by the lock file that is nearest.
fn runner(manifest: &Manifest, manifests: &Manifests, project: &ProjectFiles, files: &[SourceFile]) -> &'static str {
    const LOCKS: &[(&str, &str)] = &[
        ("pnpm-lock.yaml", "pnpm run"),
        ("yarn.lock", "yarn"),
        ("bun.lockb", "bun run"),
        ("bun.lock", "bun run"),
        ("package-lock.json", "npm run"),
    ];
    let mut folder = manifest.folder.clone();
    loop {
        let has = |name: &str| {
            let path = folder.join(name);
            files.binary_search_by(|file| file.path.cmp(&path)).is_ok() || project.contains_key(&path)
        };
        if let Some((_, run)) = LOCKS.iter().find(|(lock, _)| has(lock)) {
            return run;
        }
        let declared =
            manifests.at(folder.as_str()).and_then(|manifest| manifest.json.text("packageManager")).unwrap_or_default();
        let declared = declared.split('@').next().unwrap_or_default();
        match declared {
            "pnpm" => return "pnpm run",
            "yarn" => return "yarn",
            "bun" => return "bun run",
            "npm" => return "npm run",
            _ if has("pnpm-workspace.yaml") => return "pnpm run",
            _ => {}
        }
        if folder.as_str().is_empty() {
            return "npm run";
        }
        folder = folder.folder();
    }
}

/// Which sort of project a manifest declares.
fn kind(manifest: &Manifest, manifests: &Manifests, uses: &Uses<'_>) -> ComponentKind {
    let folder = &manifest.folder;
    let has = |packages: &[&str]| packages.iter().any(|package| manifest.declares(package));
    let has_inner = manifests.iter().any(|other| other.folder != *folder && other.folder.is_under(folder))
        || uses.projects.iter().any(|(inner, ..)| inner.is_under(folder));
    let groups = manifest.json.get("workspaces").is_some() || folder.as_str().is_empty() && manifests.has_workspaces();
    let serves = has(SERVERS) && uses.listening.contains(folder) && uses.imports(folder, SERVERS);
    let own_code = uses.modules.contains_key(folder);
    match () {
        () if has_inner && !serves && (groups || uses.projects.iter().any(|(inner, ..)| inner.is_under(folder))) => {
            ComponentKind::Workspace
        }
        () if serves => ComponentKind::Service,
        () if declares_runtime(manifest, SITES) && (own_code || !has_inner) => ComponentKind::Service,
        () if has(TEST_TOOLS) && is_test_folder(folder) => ComponentKind::Test,
        () if is_program(manifest) && has(FRONTENDS) => ComponentKind::Frontend,
        () if manifest.json.get("bin").is_some() => ComponentKind::Executable,
        () if manifest.json.get("scripts").is_some_and(|scripts| scripts.get("start").is_some()) && own_code => {
            ComponentKind::Executable
        }
        () if groups && has_inner => ComponentKind::Workspace,
        () => ComponentKind::Library,
    }
}

fn declares_runtime(manifest: &Manifest, packages: &[&str]) -> bool {
    let lists = ["dependencies", "devDependencies"];
    packages
        .iter()
        .any(|package| lists.iter().any(|list| manifest.json.get(list).is_some_and(|list| list.get(package).is_some())))
        && is_program(manifest)
}

/// Whether a package is run or bundled, not imported.
fn is_program(manifest: &Manifest) -> bool {
    let json = &manifest.json;
    let is_published = ["main", "module", "exports", "types"].iter().any(|field| json.get(field).is_some());
    let is_peer = json.get("peerDependencies").is_some_and(|list| FRONTENDS.iter().any(|it| list.get(it).is_some()));
    !is_peer && (!is_published || json.get("private") == Some(&Json::Bool(true)) && json.get("exports").is_none())
}

fn is_test_folder(folder: &RepoPath) -> bool {
    let name = folder.file_name();
    ["e2e", "test", "cypress", "playwright"].iter().any(|word| name.contains(word))
}

/// Projects that nx (`project.json`) and Nest (`nest-cli.json`) declare below one `package.json`:
/// folder, file, and what is said of it.
fn projects(project: &ProjectFiles, manifests: &Manifests) -> Vec<(RepoPath, RepoPath, Json)> {
    let mut found = Vec::new();
    for (path, text) in project {
        match path.file_name() {
            "project.json" => {
                let json = json::parse(text);
                let is_nx = ["targets", "projectType", "sourceRoot"].iter().any(|key| json.get(key).is_some());
                if is_nx && manifests.at(path.folder().as_str()).is_none() {
                    found.push((path.folder(), path.clone(), json));
                }
            }
            "nest-cli.json" => {
                let json = json::parse(text);
                for entry in json.get("projects").map_or(&[][..], Json::entries) {
                    let Some(root) = entry.value.text("root") else { continue };
                    let folder = path.folder().join(root);
                    if folder != path.folder() && manifests.at(folder.as_str()).is_none() {
                        found.push((folder, path.clone(), entry.value.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    found.dedup_by(|b, a| a.0 == b.0);
    found
}

fn of_projects(uses: &Uses<'_>) -> Vec<Component> {
    let component = |(folder, file, json): &(RepoPath, RepoPath, Json)| {
        let is_library = json.text("projectType").or_else(|| json.text("type")) == Some("library");
        let kind = match () {
            () if is_library => ComponentKind::Library,
            () if folder.file_name().contains("e2e") => ComponentKind::Test,
            () if uses.imports(folder, SERVERS) && uses.listening.contains(folder) => ComponentKind::Service,
            () if uses.imports(folder, SITES) => ComponentKind::Service,
            () if uses.imports(folder, FRONTENDS) => ComponentKind::Frontend,
            () => ComponentKind::Executable,
        };
        Component {
            name: json.text("name").unwrap_or_else(|| folder.file_name()).to_owned(),
            path: folder.clone(),
            kind,
            manifest: file.clone(),
            ..Component::default()
        }
    };
    uses.projects.iter().map(component).collect()
}

/// Gives ids: the name without its scope, the whole name where two would clash, else the path.
fn name_apart(components: &mut [Component]) {
    let short = |component: &Component| kebab(component.name.rsplit('/').next().unwrap_or_default());
    let long = |component: &Component| kebab(&component.name);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for component in components.iter() {
        *counts.entry(short(component)).or_default() += 1;
    }
    let mut taken = BTreeSet::new();
    for component in components.iter_mut() {
        let is_alone = counts.get(&short(component)) == Some(&1);
        let candidates = [if is_alone { short(component) } else { long(component) }, kebab(component.path.as_str())];
        let id = candidates.into_iter().find(|id| !id.is_empty() && !taken.contains(id));
        component.id = id.unwrap_or_else(|| format!("package-{}", taken.len() + 1));
        taken.insert(component.id.clone());
    }
}

fn kebab(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// References between the repository's own packages: declared, or imported through an alias to a project's folder.
fn refer(components: &mut [Component], manifests: &Manifests, uses: &Uses<'_>) {
    let by_name: BTreeMap<String, String> =
        components.iter().map(|component| (component.name.clone(), component.id.clone())).collect();
    for component in components.iter_mut() {
        let mut found: BTreeSet<String> = BTreeSet::new();
        if let Some(manifest) = manifests.at(component.path.as_str()) {
            let declared = DEPENDENCIES.iter().filter_map(|(list, _)| manifest.json.get(list));
            let names = declared.flat_map(|list| list.entries().iter().map(|entry| entry.key.as_str()));
            found.extend(names.filter_map(|name| by_name.get(name).cloned()));
        }
        let modules = uses.modules.get(&component.path).into_iter().flatten();
        found.extend(modules.filter_map(|module| {
            let (manifest, _) = manifests.named(module)?;
            by_name.get(manifest.name()?).cloned()
        }));
        found.remove(&component.id);
        component.references = found.into_iter().collect();
    }
}
