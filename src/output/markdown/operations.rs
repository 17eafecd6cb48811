//! `operations.md`: how to run, build, test and configure the system.

use askama::Template;

use super::book::Book;
use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::{ComponentKind, Place, RepoPath};
use crate::output::OutputFile;

/// Commands shown for a component.
const COMMANDS_MAX: usize = 25;
/// Settings shown.
const SETTINGS_MAX: usize = 120;
/// Places named for a setting.
const PLACES_MAX: usize = 3;

#[derive(Template)]
#[template(path = "markdown/operations.md", escape = "none")]
struct Operations {
    commands: Vec<Commands>,
    containers: Vec<Md>,
    workflows: Vec<Md>,
    settings: Table,
    settings_more: usize,
    tests: Vec<Md>,
}

struct Commands {
    component: Md,
    folder: Md,
    table: Table,
}

/// The page; `None` if nothing is known.
pub(super) fn page(book: &Book<'_>) -> Option<OutputFile> {
    let mut links = book.links("operations.md");
    let body = Operations {
        commands: commands(book, &mut links),
        containers: files(book, &mut links, is_container_file),
        workflows: files(book, &mut links, is_workflow),
        settings: settings(book, &mut links),
        settings_more: book.settings.len().saturating_sub(SETTINGS_MAX),
        tests: tests(book, &mut links),
    };
    let empty = body.commands.is_empty()
        && body.containers.is_empty()
        && body.workflows.is_empty()
        && body.settings.is_empty()
        && body.tests.is_empty();
    (!empty).then(|| book.finish("operations.md", &[], "Operations", &body, &links))
}

fn commands(book: &Book<'_>, links: &mut Links) -> Vec<Commands> {
    let mut found = Vec::new();
    for component in &book.codebase().components {
        let mut rows: Vec<[Md; 3]> = Vec::new();
        for command in component.commands.iter().take(COMMANDS_MAX) {
            let defined = links.cite(&Md::code(&command.name), &format!("command {}", command.name), &command.place);
            rows.push([Md::code(&command.run), Md::code(&command.script), defined]);
        }
        if component.manifest.extension() == "csproj" {
            let defined = links.cite_file(&Md::code(component.manifest.file_name()), &component.manifest);
            if let Some(run) = dotnet_command(component.kind) {
                rows.push([Md::code(run), Md::default(), defined]);
            }
        }
        if !rows.is_empty() {
            found.push(Commands {
                component: Md::code(&component.name),
                folder: Md::code(if component.path.as_str().is_empty() { "." } else { component.path.as_str() }),
                table: Table::new(["Type", "Runs", "Defined in"], rows),
            });
        }
    }
    found
}

/// What starts a .NET project of this kind, in its folder.
const fn dotnet_command(kind: ComponentKind) -> Option<&'static str> {
    match kind {
        ComponentKind::Service | ComponentKind::Executable | ComponentKind::Frontend => Some("dotnet run"),
        ComponentKind::Test => Some("dotnet test"),
        ComponentKind::Library | ComponentKind::Workspace => None,
    }
}

fn is_container_file(path: &RepoPath) -> bool {
    let name = path.file_name().to_lowercase();
    let yaml = matches!(path.extension(), "yml" | "yaml");
    name == "dockerfile"
        || name.starts_with("dockerfile.")
        || name.ends_with(".dockerfile")
        || yaml && (name.starts_with("docker-compose") || name.starts_with("compose"))
}

fn is_workflow(path: &RepoPath) -> bool {
    let text = path.as_str();
    text.starts_with(".github/workflows/")
        || matches!(
            text,
            ".gitlab-ci.yml"
                | "azure-pipelines.yml"
                | "Jenkinsfile"
                | ".circleci/config.yml"
                | "bitbucket-pipelines.yml"
        )
}

fn files(book: &Book<'_>, links: &mut Links, wanted: impl Fn(&RepoPath) -> bool) -> Vec<Md> {
    let paths = book.codebase().files.iter().map(|file| &file.path).filter(|path| wanted(path));
    paths.map(|path| links.cite_file(&Md::code(path.as_str()), path)).collect()
}

fn settings(book: &Book<'_>, links: &mut Links) -> Table {
    let rows = book.settings.iter().take(SETTINGS_MAX).map(|(key, places)| {
        let mut shown: Vec<Md> = Vec::new();
        for place in places.iter().take(PLACES_MAX) {
            shown.push(read_at(key, place, links));
        }
        let rest = places.len().saturating_sub(PLACES_MAX);
        if rest > 0 {
            shown.push(Md::text(&format!("{rest} more")));
        }
        let external = book.codebase().externals.iter().find(|external| external.config_keys.contains(key));
        [Md::code(key), external.map(|external| Md::text(&external.name)).unwrap_or_default(), Md::join(&shown, ", ")]
    });
    Table::new(["Setting", "For", "Read in"], rows.collect::<Vec<_>>())
}

fn read_at(key: &str, place: &Place, links: &mut Links) -> Md {
    links.cite(&Md::code(place.file.file_name()), &format!("reads {key}"), place)
}

/// Test projects and how many test files each has.
fn tests(book: &Book<'_>, links: &mut Links) -> Vec<Md> {
    let mut lines = Vec::new();
    for (position, component) in book.codebase().components.iter().enumerate() {
        let files = (0..book.codebase().files.len())
            .filter(|&file| book.survey.component_of(file) == Some(position))
            .filter(|&file| book.survey.role(file) == Some(crate::codebase::Role::Test))
            .filter(|&file| book.survey.outline(file).is_some_and(|outline| !outline.definitions.is_empty()))
            .count();
        if files > 0 {
            let link = links.cite_file(&Md::code(&component.name), &component.path);
            lines.push(Md::markdown(format!("{link}: {}", crate::output::words::count(files, "test file"))));
        }
    }
    lines
}
