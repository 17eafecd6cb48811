//! Python's project files: what is declared where, and what sort of project it makes.

mod manifest;
mod pyproject;
mod requirements;
mod setup;

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::Atom;

use crate::codebase::routing::RouterRole;
use crate::codebase::source::Command;
use crate::codebase::{Component, ComponentKind, Facts, Place, RepoPath, Role, SourceFile};

use super::super::ProjectFiles;
use super::resolver::ROOT_SETTING;
use manifest::Declared;

/// Folders whose requirement lists serve a project around them, and make none.
const SIDE_FOLDERS: &[&str] = &["ci", "doc", "docs", "e2e", "examples", "scripts", "test", "tests", "tools"];
/// What every Django project can run.
const DJANGO_COMMANDS: &[&str] = &["runserver", "migrate", "test"];

/// Whether a file declares a project, or part of one.
pub(super) fn is_project_file(path: &RepoPath) -> bool {
    matches!(path.file_name(), "pyproject.toml" | "setup.py" | "setup.cfg" | "Pipfile" | "manage.py")
        || is_requirements(path)
}

fn is_requirements(path: &RepoPath) -> bool {
    let listed = path.file_name().contains("requirements") || path.folder().file_name() == "requirements";
    listed && matches!(path.extension(), "txt" | "in")
}

/// The projects that project files declare.
pub(super) fn components(project: &ProjectFiles, files: &[SourceFile], facts: &[Facts]) -> Vec<Component> {
    let declared = declared(project);
    let folders = component_folders(&declared, files);
    let mut components: Vec<Component> = folders.iter().map(|folder| component(folder, &declared)).collect();
    for (folder, all) in &declared {
        if folders.contains(folder) {
            continue;
        }
        // A list in a folder that is no project adds to the project around it.
        let around = components.iter_mut().filter(|component| folder.is_under(&component.path));
        if let Some(around) = around.max_by_key(|component| component.path.as_str().len()) {
            let packages = all.iter().flat_map(|one| one.packages.clone());
            around.packages.extend(packages.map(|mut package| {
                package.dev |= is_side(folder);
                package
            }));
        }
    }
    let contents = contents(&folders, files, facts);
    for component in &mut components {
        component.packages.sort();
        component.packages.dedup_by(|later, first| later.name == first.name && later.place == first.place);
        let inside = contents.get(&component.path).copied().unwrap_or_default();
        component.kind = kind(component, inside);
    }
    refer(&mut components);
    components
}

/// What each project file declares, by the folder it speaks for.
fn declared(project: &ProjectFiles) -> BTreeMap<RepoPath, Vec<Declared>> {
    let mut all: BTreeMap<RepoPath, Vec<Declared>> = BTreeMap::new();
    for (path, text) in project.iter().filter(|(path, _)| is_project_file(path)) {
        let mut folder = path.folder();
        let declared = match path.file_name() {
            "pyproject.toml" => pyproject::read(path, text),
            "Pipfile" => pyproject::read_pipfile(path, text),
            "setup.py" => setup::read_code(path, text),
            "setup.cfg" => setup::read_settings(path, text),
            "manage.py" => Some(django(path)),
            _ => {
                if folder.file_name() == "requirements" {
                    folder = folder.folder();
                }
                Some(requirements::read(path, text))
            }
        };
        all.entry(folder).or_default().extend(declared);
    }
    for declared in all.values_mut() {
        declared.sort_by_key(|one| rank(&one.manifest));
    }
    all
}

/// Which project file speaks first for its folder.
fn rank(manifest: &RepoPath) -> u8 {
    match manifest.file_name() {
        "pyproject.toml" => 0,
        "setup.py" => 1,
        "setup.cfg" => 2,
        "Pipfile" => 3,
        "manage.py" => 5,
        _ => 4,
    }
}

fn django(path: &RepoPath) -> Declared {
    let command = |name: &&str| Command {
        name: (*name).to_owned(),
        run: format!("python manage.py {name}"),
        script: format!("manage.py {name}"),
        place: Place::line(path.clone(), 1),
    };
    Declared { commands: DJANGO_COMMANDS.iter().map(command).collect(), ..Declared::new(path) }
}

fn is_side(folder: &RepoPath) -> bool {
    SIDE_FOLDERS.contains(&folder.file_name())
}

/// Folders that are projects: those that say so; else lists of packages beside code; else settings of tools, where
/// nothing else is a project.
fn component_folders(declared: &BTreeMap<RepoPath, Vec<Declared>>, files: &[SourceFile]) -> BTreeSet<RepoPath> {
    let of = |wanted: fn(&Declared) -> bool| {
        declared.iter().filter(move |(_, all)| all.iter().any(wanted)).map(|(folder, _)| folder.clone())
    };
    let mut folders: BTreeSet<RepoPath> = of(|one| one.is_project).collect();
    let has_code = |folder: &RepoPath| {
        let code = |file: &&SourceFile| &file.language == "python" && file.role == Role::Source;
        files.iter().filter(code).any(|file| file.path.is_under(folder))
    };
    let lists = of(|one| !one.packages.is_empty());
    folders.extend(lists.filter(|folder| !is_side(folder) && has_code(folder)).collect::<Vec<_>>());
    let related = |folder: &RepoPath, folders: &BTreeSet<RepoPath>| {
        folders.iter().any(|other| other.is_under(folder) || folder.is_under(other))
    };
    for folder in of(|one| !one.is_project && one.packages.is_empty()).collect::<Vec<_>>() {
        if !related(&folder, &folders) && !is_side(&folder) && has_code(&folder) {
            folders.insert(folder);
        }
    }
    folders
}

fn component(folder: &RepoPath, declared: &BTreeMap<RepoPath, Vec<Declared>>) -> Component {
    let all = declared.get(folder).map_or(&[][..], Vec::as_slice);
    let named = all.iter().find_map(|one| one.name.clone());
    let by_folder = if folder.as_str().is_empty() { "app" } else { folder.file_name() };
    let name = named.unwrap_or_else(|| by_folder.to_owned());
    let roots = all.iter().flat_map(|one| &one.roots);
    Component {
        id: kebab(&name),
        name,
        path: folder.clone(),
        kind: if all.iter().any(|one| one.is_workspace) { ComponentKind::Workspace } else { ComponentKind::Library },
        manifest: all.first().map(|one| one.manifest.clone()).unwrap_or_default(),
        description: all.iter().find_map(|one| one.description.clone()),
        references: Vec::new(),
        packages: all.iter().flat_map(|one| one.packages.clone()).collect(),
        commands: all.iter().flat_map(|one| one.commands.clone()).collect(),
        settings: roots.map(|root| (Atom::new(ROOT_SETTING), folder.join(root).as_str().to_owned())).collect(),
    }
}

/// What lies in a project, projects within it left out.
#[derive(Clone, Copy, Default)]
struct Contents {
    code: u32,
    tests: u32,
    serves: bool,
    runs: bool,
}

fn contents(folders: &BTreeSet<RepoPath>, files: &[SourceFile], facts: &[Facts]) -> BTreeMap<RepoPath, Contents> {
    let mut all: BTreeMap<RepoPath, Contents> = BTreeMap::new();
    for (file, facts) in files.iter().zip(facts).filter(|(file, _)| &file.language == "python") {
        let mut folder = file.path.folder();
        while !folders.contains(&folder) && !folder.as_str().is_empty() {
            folder = folder.folder();
        }
        let inside = all.entry(folder).or_default();
        if file.role == Role::Test {
            inside.tests += 1;
            continue;
        }
        inside.code += 1;
        let is_app = facts.routing.routers.iter().any(|router| router.role == RouterRole::App);
        inside.serves |= is_app || matches!(file.path.file_name(), "asgi.py" | "manage.py" | "wsgi.py");
        inside.runs |= file.path.file_name() == "__main__.py"
            || facts.outline.calls.iter().any(|call| {
                call.enclosing.is_none() && call.conditional && matches!(call.value.callee.as_str(), "main" | "run")
            });
    }
    all
}

fn kind(component: &Component, inside: Contents) -> ComponentKind {
    match inside {
        Contents { serves: true, .. } => ComponentKind::Service,
        Contents { code: 0, tests, .. } if tests > 0 => ComponentKind::Test,
        _ if component.kind == ComponentKind::Workspace => ComponentKind::Workspace,
        Contents { runs: true, .. } => ComponentKind::Executable,
        _ if !component.commands.is_empty() => ComponentKind::Executable,
        _ => component.kind,
    }
}

/// A package that has the name of a project of this repository refers to it.
fn refer(components: &mut [Component]) {
    let ids: BTreeMap<String, String> =
        components.iter().map(|component| (kebab(&component.name), component.id.clone())).collect();
    for component in components {
        let found = component.packages.iter().filter_map(|package| ids.get(&kebab(&package.name)));
        let found: BTreeSet<String> = found.filter(|id| **id != component.id).cloned().collect();
        component.references = found.into_iter().collect();
    }
}

/// Lower case words joined by dashes, as package indexes compare names.
fn kebab(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::LanguageId;

    fn found(project: &[(&str, &str)], code: &[&str]) -> Vec<Component> {
        let project = project.iter().map(|(path, text)| (RepoPath::new(path), (*text).to_owned())).collect();
        let file = |path: &&str| SourceFile {
            path: RepoPath::new(path),
            language: LanguageId::new("python"),
            role: Role::Source,
            ..SourceFile::default()
        };
        let files: Vec<SourceFile> = code.iter().map(file).collect();
        components(&project, &files, &vec![Facts::default(); files.len()])
    }

    #[test]
    fn a_manifest_makes_a_component_and_side_lists_add_to_it() {
        let all = found(
            &[
                ("pyproject.toml", "[project]\nname = \"Shop_API\"\ndependencies = [\"fastapi>=0.1\"]\n"),
                ("docs/requirements.txt", "mkdocs\n"),
            ],
            &["shop/main.py", "shop/wsgi.py"],
        );
        let names: Vec<_> = all.iter().map(|own| (own.id.as_str(), own.kind, own.manifest.as_str())).collect();
        assert_eq!(names, [("shop-api", ComponentKind::Service, "pyproject.toml")]);
        let packages: Vec<_> = all[0].packages.iter().map(|own| (own.name.as_str(), own.dev)).collect();
        assert_eq!(packages, [("fastapi", false), ("mkdocs", true)]);
    }

    #[test]
    fn settings_of_tools_make_no_component_above_another() {
        let all = found(
            &[
                ("pyproject.toml", "[tool.ruff]\nline-length = 100\n"),
                ("api/requirements.txt", "flask==3.0  # web\n-r base.txt\n"),
                ("lib/setup.py", "from setuptools import setup\nsetup(name='lib')\n"),
                ("api/lib.txt", "no"),
            ],
            &["api/app.py", "lib/lib/__init__.py"],
        );
        let paths: Vec<_> = all.iter().map(|own| own.path.as_str()).collect();
        assert_eq!(paths, ["api", "lib"]);
    }

    #[test]
    fn a_package_of_this_repository_is_a_reference() {
        let all = found(
            &[
                ("api/pyproject.toml", "[project]\nname = \"api\"\ndependencies = [\"core_lib\"]\n"),
                ("core/pyproject.toml", "[project]\nname = \"core-lib\"\n"),
            ],
            &[],
        );
        assert_eq!(all[0].references, ["core-lib"]);
    }
}
