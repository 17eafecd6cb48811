//! Projects and solutions as components, and what the resolver must know of them.

mod msbuild;
mod solution;

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::Atom;

use crate::codebase::outline::Import;
use crate::codebase::source::{Command, Package};
use crate::codebase::{Component, ComponentKind, Place, RepoPath};

use super::super::ProjectFiles;
use msbuild::{Declared, Sheet, target};

/// Packages that only test projects have.
const TEST_PACKAGES: &[&str] =
    &["microsoft.net.test.sdk", "xunit", "xunit.v3", "nunit", "mstest", "mstest.testframework", "tunit"];

/// How many files above, and files that those take in, say something of one project.
const SHEETS_MAX: usize = 32;

/// A project with everything that the files above it add.
#[derive(Clone, Debug, Default)]
pub(super) struct Project {
    pub(super) manifest: RepoPath,
    /// Projects that it references itself.
    pub(super) references: Vec<RepoPath>,
    /// Those of them whose types its code may use, and whether projects that reference this one may use them, too.
    pub(super) gives_types: Vec<(RepoPath, bool)>,
    /// Whether it may not use the types of projects that it references only through others.
    pub(super) is_direct_only: bool,
    /// What every file of it has in use.
    pub(super) usings: Vec<Import>,
    /// Source files from elsewhere that are compiled into it, as patterns of paths.
    pub(super) linked: Vec<RepoPath>,
    pub(super) root_namespace: String,
    /// Whether its types say what may be empty.
    is_null_aware: bool,
    sheet: Sheet,
    /// Packages, with the file that declares each.
    packages: Vec<(RepoPath, Declared)>,
}

/// Whether projects are read from this file.
pub(super) fn is_project_file(path: &RepoPath) -> bool {
    matches!(path.extension(), "csproj" | "sln" | "slnx" | "props" | "targets" | "projitems")
        || path.file_name() == "packages.config"
}

/// All projects, sorted by manifest.
pub(super) fn projects(files: &ProjectFiles) -> Vec<Project> {
    let sheets: Sheets<'_> = files
        .iter()
        .filter(|(path, _)| matches!(path.extension(), "csproj" | "props" | "targets" | "projitems" | "config"))
        .map(|(path, text)| (path, Sheet::read(text)))
        .collect();
    let manifests: Vec<&RepoPath> = sheets.keys().copied().filter(|path| path.extension() == "csproj").collect();
    let mut projects: Vec<Project> = manifests.iter().filter_map(|manifest| project(manifest, &sheets)).collect();
    let known: BTreeSet<&RepoPath> = manifests.into_iter().collect();
    let actual = |reference: &RepoPath| {
        if known.contains(reference) {
            return Some(reference.clone());
        }
        // Written with a property or another case: the file name says which project is meant.
        let name = reference.file_name();
        let mut same = known.iter().filter(|path| path.file_name().eq_ignore_ascii_case(name));
        let only = same.next().filter(|_| same.next().is_none());
        only.map(|path| (*path).clone())
    };
    for project in &mut projects {
        project.references = project.references.iter().filter_map(actual).collect();
        project.references.sort();
        project.references.dedup();
        let gives_types = project.gives_types.iter();
        project.gives_types = gives_types.filter_map(|(path, shared)| Some((actual(path)?, *shared))).collect();
        project.gives_types.sort();
        project.gives_types.dedup();
    }
    projects
}

type Sheets<'a> = BTreeMap<&'a RepoPath, Sheet>;

/// One project, with what the files that it takes in and the nearest `Directory.*.props` above it add.
fn project(manifest: &RepoPath, sheets: &Sheets<'_>) -> Option<Project> {
    let own = sheets.get(manifest)?;
    let mut project = Project { manifest: manifest.clone(), sheet: own.clone(), ..Project::default() };
    let is_host = own.sdk.contains("Aspire.AppHost") || own.is_true("IsAspireHost");
    for (path, sheet) in parts(manifest, sheets) {
        for (name, value) in sheet.properties_of(manifest.stem()) {
            project.sheet.properties.entry(name.clone()).or_insert_with(|| value.clone());
        }
        if path != manifest {
            project.sheet.usings.extend(sheet.usings.iter().cloned());
            project.sheet.unused.extend(sheet.unused.iter().cloned());
        }
        for reference in &sheet.references {
            let target = target(&path.folder(), &reference.path);
            // An Aspire host starts the projects that it references; it does not use their types.
            if reference.gives_types && !(is_host && reference.is_resource.unwrap_or(true)) {
                project.gives_types.push((target.clone(), !reference.private));
            }
            project.references.push(target);
        }
        let elsewhere = |written: &&String| written.contains("..") || written.starts_with("$(") || path != manifest;
        let linked = sheet.compiled.iter().filter(elsewhere).map(|written| target(&path.folder(), written));
        project.linked.extend(linked.filter(|pattern| pattern.extension() == "cs"));
    }
    let sheet = &project.sheet;
    project.is_direct_only = sheet.is_true("DisableTransitiveProjectReferences");
    project.packages = packages(manifest, sheets, sheet);
    let root_namespace = sheet.property("RootNamespace").filter(|name| !name.contains("$(")).map(str::to_owned);
    project.root_namespace = root_namespace.unwrap_or_else(|| manifest.stem().replace(['-', ' '], "_"));
    project.is_null_aware = sheet.property("Nullable").is_some_and(|it| matches!(it, "enable" | "annotations"));
    let mut usings = sheet.usings.clone();
    if sheet.is_true("ImplicitUsings") {
        let implicit = implicit_usings(&sheet.sdk).iter();
        usings.extend(implicit.map(|name| Import { module: Atom::new(name), ..Import::default() }));
    }
    usings.retain(|using| !sheet.unused.iter().any(|name| using.module == *name));
    project.usings = usings;
    Some(project)
}

/// The manifest, the files that it takes in, and the nearest `Directory.Build` files with those that they take in.
fn parts<'s>(manifest: &'s RepoPath, sheets: &'s Sheets<'_>) -> Vec<(&'s RepoPath, &'s Sheet)> {
    let folder = manifest.folder();
    let roots = ["Directory.Build.props", "Directory.Build.targets"];
    let above = roots.into_iter().filter_map(|name| above(&folder, name, sheets)).map(|(path, _)| path);
    let mut paths: Vec<&RepoPath> = std::iter::once(manifest).chain(above).collect();
    let mut next = 0;
    while let Some(path) = paths.get(next).copied().filter(|_| paths.len() < SHEETS_MAX) {
        let imports = sheets.get(path).into_iter().flat_map(|sheet| &sheet.imports);
        let found = imports.filter_map(|written| imported(&path.folder(), written, sheets));
        for path in found {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        next += 1;
    }
    paths.into_iter().filter_map(|path| Some((path, sheets.get(path)?))).collect()
}

/// The file that `<Import Project="..">` takes in: by path, or the nearest of its name above.
fn imported<'s>(folder: &RepoPath, written: &str, sheets: &'s Sheets<'_>) -> Option<&'s RepoPath> {
    if written.contains("GetPathOfFileAbove") || written.contains("GetDirectoryNameOfFileAbove") {
        let name =
            ["Directory.Build.props", "Directory.Build.targets"].into_iter().find(|name| written.contains(name))?;
        return above(&folder.folder(), name, sheets).map(|(path, _)| path).filter(|_| !folder.as_str().is_empty());
    }
    let path = target(folder, written);
    if let Some((path, _)) = sheets.get_key_value(&path) {
        return Some(path);
    }
    // Written with a property: the file name says which is meant, if only one has it.
    let mut same = sheets.keys().filter(|other| written.contains("$(") && other.file_name() == path.file_name());
    same.next().filter(|_| same.next().is_none()).copied()
}

/// The nearest file of this name in a folder and those above it.
fn above<'s>(folder: &RepoPath, name: &str, sheets: &'s Sheets<'_>) -> Option<(&'s RepoPath, &'s Sheet)> {
    nearest(folder, name).find_map(|path| sheets.get_key_value(&path).map(|(path, sheet)| (*path, sheet)))
}

/// Packages of a project, its own and those that files above give to all projects, central versions put in. What such a
/// file gives under a condition is left out: it may be meant for other projects.
fn packages(manifest: &RepoPath, sheets: &Sheets<'_>, joined: &Sheet) -> Vec<(RepoPath, Declared)> {
    let folder = manifest.folder();
    let central = above(&folder, "Directory.Packages.props", sheets);
    let legacy = folder.join("packages.config");
    let own = sheets.get_key_value(manifest).into_iter().chain(sheets.get_key_value(&legacy));
    let own = own.flat_map(|(path, sheet)| sheet.packages.iter().map(|package| ((*path).clone(), package.clone())));
    let shared = parts(manifest, sheets).into_iter().filter(|(path, _)| *path != manifest).chain(central);
    let shared = shared.flat_map(|(path, sheet)| {
        let given = sheet.packages.iter().filter(|package| !package.conditional);
        given.map(|package| (path.clone(), package.clone()))
    });
    let mut packages: Vec<(RepoPath, Declared)> = own.collect();
    for (path, package) in shared {
        if packages.iter().all(|(_, known)| !known.name.eq_ignore_ascii_case(&package.name)) {
            packages.push((path, package));
        }
    }
    let central = central.map(|(_, sheet)| sheet);
    for (_, package) in &mut packages {
        let version =
            central.and_then(|central| central.versions.iter().find(|it| it.name.eq_ignore_ascii_case(&package.name)));
        package.version = package.version.take().or_else(|| version.and_then(|version| version.version.clone()));
        package.version = package.version.take().map(|version| expand(&version, joined, central));
    }
    packages
}

/// Paths of a file of this name in a folder and those above it, nearest first.
fn nearest(folder: &RepoPath, name: &str) -> impl Iterator<Item = RepoPath> {
    let mut next = Some(folder.clone());
    let name = name.to_owned();
    std::iter::from_fn(move || {
        let here = next.take()?;
        if !here.as_str().is_empty() {
            next = Some(here.folder());
        }
        Some(here.join(&name))
    })
}

/// `$(Name)` by the property's value.
fn expand(version: &str, own: &Sheet, central: Option<&Sheet>) -> String {
    let Some(name) = version.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')) else {
        return version.to_owned();
    };
    let value = own.property(name).or_else(|| central.and_then(|central| central.property(name)));
    value.unwrap_or(version).to_owned()
}

/// Namespaces that `ImplicitUsings` brings in.
fn implicit_usings(sdk: &str) -> &'static [&'static str] {
    const PLAIN: &[&str] = &[
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Threading",
        "System.Threading.Tasks",
    ];
    const HOSTED: &[&str] = &[
        "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting",
        "Microsoft.Extensions.Logging",
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Threading",
        "System.Threading.Tasks",
    ];
    const WEB: &[&str] = &[
        "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting",
        "Microsoft.Extensions.Logging",
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net.Http",
        "System.Net.Http.Json",
        "System.Threading",
        "System.Threading.Tasks",
    ];
    match sdk {
        sdk if sdk.contains("Sdk.Web") => WEB,
        sdk if sdk.contains("Sdk.Worker") => HOSTED,
        _ => PLAIN,
    }
}

/// The components that project files declare: projects, and solutions that group them.
pub(super) fn components(files: &ProjectFiles) -> Vec<Component> {
    let projects = projects(files);
    let names: BTreeMap<&RepoPath, String> =
        projects.iter().map(|project| (&project.manifest, id(name(project)))).collect();
    let mut components: Vec<Component> = projects.iter().map(|project| component(project, &names)).collect();
    components.extend(solutions(files, &projects, &names));
    components
}

fn component(project: &Project, names: &BTreeMap<&RepoPath, String>) -> Component {
    let kind = kind(project);
    let is_test = kind == ComponentKind::Test;
    let mut packages: Vec<Package> = project
        .packages
        .iter()
        .map(|(file, package)| Package {
            name: package.name.clone(),
            ecosystem: Atom::new("nuget"),
            version: package.version.clone(),
            dev: package.private || is_test,
            extras: Vec::new(),
            place: Place::line(file.clone(), package.line),
        })
        .collect();
    packages.sort();
    let mut references: Vec<String> = project.references.iter().filter_map(|path| names.get(path).cloned()).collect();
    references.sort();
    Component {
        id: id(name(project)),
        name: name(project).to_owned(),
        path: project.manifest.folder(),
        kind,
        manifest: project.manifest.clone(),
        description: project.sheet.property("Description").map(str::to_owned),
        references,
        packages,
        commands: commands(kind, &project.manifest),
        settings: vec![
            (Atom::new("root-namespace"), project.root_namespace.clone()),
            (Atom::new("null-aware"), project.is_null_aware.to_string()),
        ],
    }
}

fn name(project: &Project) -> &str {
    project.manifest.stem()
}

fn commands(kind: ComponentKind, manifest: &RepoPath) -> Vec<Command> {
    let (name, run) = match kind {
        ComponentKind::Service | ComponentKind::Executable | ComponentKind::Frontend | ComponentKind::Workspace => {
            ("run", "dotnet run")
        }
        ComponentKind::Test => ("test", "dotnet test"),
        ComponentKind::Library => return Vec::new(),
    };
    let script = format!("{run} --project {}", manifest.folder());
    let script = if name == "test" { format!("{run} {}", manifest.folder()) } else { script };
    vec![Command { name: name.to_owned(), run: run.to_owned(), script, place: Place::line(manifest.clone(), 1) }]
}

fn kind(project: &Project) -> ComponentKind {
    let sheet = &project.sheet;
    let has_package =
        |names: &[&str]| project.packages.iter().any(|(_, it)| names.contains(&it.name.to_ascii_lowercase().as_str()));
    let is_exe = sheet
        .property("OutputType")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("exe") || kind.eq_ignore_ascii_case("winexe"));
    let is_library = sheet.property("OutputType").is_some_and(|kind| kind.eq_ignore_ascii_case("library"));
    let old_web =
        sheet.property("ProjectTypeGuids").is_some_and(|guids| guids.to_ascii_lowercase().contains("349c5851"));
    if sheet.is_true("IsTestProject") || has_package(TEST_PACKAGES) || sheet.sdk.contains("MSTest.Sdk") {
        ComponentKind::Test
    } else if sheet.sdk.contains("Aspire.AppHost")
        || sheet.is_true("IsAspireHost")
        || has_package(&["aspire.hosting.apphost"])
    {
        ComponentKind::Workspace
    } else if sheet.sdk.contains("BlazorWebAssembly") {
        ComponentKind::Frontend
    } else if sheet.sdk.contains("Sdk.Web") && !is_library
        || old_web
        || is_exe && sheet.frameworks.iter().any(|name| name == "Microsoft.AspNetCore.App")
        || sheet.property("AzureFunctionsVersion").is_some()
    {
        ComponentKind::Service
    } else if is_exe || sheet.sdk.contains("Sdk.Worker") {
        ComponentKind::Executable
    } else {
        ComponentKind::Library
    }
}

/// One component for each folder that holds a solution and no project: the solution that groups most.
fn solutions(files: &ProjectFiles, projects: &[Project], names: &BTreeMap<&RepoPath, String>) -> Vec<Component> {
    let mut largest: BTreeMap<RepoPath, (Vec<RepoPath>, &RepoPath)> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| matches!(path.extension(), "sln" | "slnx")) {
        let grouped = solution::projects(path, text);
        let folder = path.folder();
        if projects.iter().any(|project| project.manifest.folder() == folder) {
            continue;
        }
        let entry = largest.entry(folder).or_insert_with(|| (Vec::new(), path));
        if grouped.len() > entry.0.len() {
            *entry = (grouped, path);
        }
    }
    let solutions = largest.into_iter().filter(|(_, (grouped, _))| grouped.len() > 1);
    solutions.map(|(folder, (grouped, path))| workspace(folder, &grouped, path, names)).collect()
}

fn workspace(
    folder: RepoPath,
    grouped: &[RepoPath],
    path: &RepoPath,
    names: &BTreeMap<&RepoPath, String>,
) -> Component {
    let mut references: Vec<String> = grouped.iter().filter_map(|project| names.get(project).cloned()).collect();
    references.sort();
    let command = |name: &str| Command {
        name: name.to_owned(),
        run: format!("dotnet {name} {}", path.file_name()),
        script: format!("dotnet {name}"),
        place: Place::line(path.clone(), 1),
    };
    Component {
        id: format!("{}-solution", id(path.stem())),
        name: path.stem().to_owned(),
        path: folder,
        kind: ComponentKind::Workspace,
        manifest: path.clone(),
        references,
        commands: vec![command("build"), command("test")],
        ..Component::default()
    }
}

/// `Shop.PublicApi` as `shop-public-api`.
fn id(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 4);
    let mut previous_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            if !id.ends_with('-') && !id.is_empty() {
                id.push('-');
            }
            previous_lower = false;
            continue;
        }
        if letter.is_uppercase() && previous_lower {
            id.push('-');
        }
        previous_lower = letter.is_lowercase() || letter.is_ascii_digit();
        id.extend(letter.to_lowercase());
    }
    id.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> ProjectFiles {
        entries.iter().map(|(path, text)| (RepoPath::new(path), (*text).to_owned())).collect()
    }

    #[test]
    fn kinds_follow_sdk_and_packages() {
        let cases = [
            (r#"<Project Sdk="Microsoft.NET.Sdk.Web"/>"#, ComponentKind::Service),
            (r#"<Project Sdk="Microsoft.NET.Sdk.BlazorWebAssembly"/>"#, ComponentKind::Frontend),
            (r#"<Project Sdk="Microsoft.NET.Sdk.Worker"/>"#, ComponentKind::Executable),
            (r#"<Project Sdk="Aspire.AppHost.Sdk/13.1.0"/>"#, ComponentKind::Workspace),
            (
                r#"<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="xunit"/></ItemGroup></Project>"#,
                ComponentKind::Test,
            ),
            (
                r#"<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>"#,
                ComponentKind::Executable,
            ),
            (r#"<Project Sdk="Microsoft.NET.Sdk"/>"#, ComponentKind::Library),
            ("no xml", ComponentKind::Library),
        ];
        for (text, expected) in cases {
            assert_eq!(components(&files(&[("a/A.csproj", text)]))[0].kind, expected, "{text}");
        }
    }

    #[test]
    fn files_above_give_packages_to_all_projects() {
        let shared = r#"<Project><ItemGroup><PackageReference Include="Serilog" Version="4.0"/></ItemGroup>
            <ItemGroup Condition="'$(IsTestProject)' == 'true'"><PackageReference Include="xunit"/></ItemGroup></Project>"#;
        let central = r#"<Project><ItemGroup><PackageVersion Include="Dapper" Version="2.1"/>
            <GlobalPackageReference Include="MinVer" Version="5.0"/></ItemGroup></Project>"#;
        let own =
            r#"<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Dapper"/></ItemGroup></Project>"#;
        let legacy = r#"<packages><package id="Npgsql" version="4.1"/></packages>"#;
        let files = files(&[
            ("Directory.Build.props", shared),
            ("Directory.Packages.props", central),
            ("a/A.csproj", own),
            ("a/packages.config", legacy),
        ]);
        let packages: Vec<_> = components(&files)[0]
            .packages
            .iter()
            .map(|it| format!("{} {} {} {}", it.name, it.version.as_deref().unwrap_or("-"), it.dev, it.place.file))
            .collect();
        assert_eq!(
            packages,
            [
                "Dapper 2.1 false a/A.csproj",
                "MinVer 5.0 true Directory.Packages.props",
                "Npgsql 4.1 false a/packages.config",
                "Serilog 4.0 false Directory.Build.props"
            ]
        );
    }

    #[test]
    fn a_condition_may_ask_for_the_projects_name() {
        let shared = "<Project><PropertyGroup><IsTestProject Condition=\"'$(IsTestProject)' == '' and $(MSBuildProjectName.EndsWith('.Test'))\">true</IsTestProject></PropertyGroup></Project>";
        let web = r#"<Project Sdk="Microsoft.NET.Sdk.Web"/>"#;
        let files =
            files(&[("Directory.Build.props", shared), ("Api/Api.csproj", web), ("Api.Test/Api.Test.csproj", web)]);
        let kinds: Vec<_> = components(&files).into_iter().map(|component| (component.id, component.kind)).collect();
        let expected = [("api-test", ComponentKind::Test), ("api", ComponentKind::Service)];
        assert_eq!(kinds, expected.map(|(id, kind)| (id.to_owned(), kind)));
    }

    #[test]
    fn joins_what_files_above_add() {
        let files = files(&[
            (
                "Directory.Packages.props",
                "<Project><ItemGroup><PackageVersion Include=\"Dapper\" Version=\"2.1\"/></ItemGroup></Project>",
            ),
            (
                "Directory.Build.props",
                "<Project><PropertyGroup><ImplicitUsings>enable</ImplicitUsings></PropertyGroup></Project>",
            ),
            (
                "src/Web/Web.csproj",
                "<Project Sdk=\"Microsoft.NET.Sdk.Web\">\n<ItemGroup>\n<PackageReference Include=\"Dapper\"/>\n<ProjectReference Include=\"..\\Core\\Core.csproj\"/></ItemGroup></Project>",
            ),
            ("src/Core/Core.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"/>"),
            (
                "Shop.sln",
                "Project(\"{F}\") = \"W\", \"src\\Web\\Web.csproj\", \"{A}\"\nProject(\"{F}\") = \"C\", \"src\\Core\\Core.csproj\", \"{B}\"\n",
            ),
        ]);
        let components = components(&files);
        let [core, web, solution] = components.as_slice() else { panic!("{components:?}") };
        assert_eq!((core.id.as_str(), web.references.as_slice()), ("core", &["core".to_owned()][..]));
        assert_eq!((web.packages[0].version.as_deref(), web.packages[0].place.lines.first), (Some("2.1"), 3));
        assert_eq!(solution.references, ["core", "web"]);
        assert!(projects(&files)[1].usings.iter().any(|it| it.module == "Microsoft.AspNetCore.Builder"));
    }
}
