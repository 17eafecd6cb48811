//! `operations.md`: how to run, build, test and configure the system.

use askama::Template;

use super::book::Book;
use super::cells::file_name;
use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::{Place, RepoPath, Role};
use crate::output::OutputFile;
use crate::output::words;

/// Commands shown.
const COMMANDS_MAX: usize = 80;
/// Settings shown.
const SETTINGS_MAX: usize = 120;
/// Places named for a setting.
const PLACES_MAX: usize = 3;

#[derive(Template)]
#[template(path = "markdown/operations.md", escape = "none")]
struct Operations {
    commands: Table,
    commands_more: usize,
    containers: Vec<Md>,
    workflows: Vec<Md>,
    settings: Table,
    settings_more: usize,
    tests: Vec<Md>,
}

/// The page; `None` if nothing is known.
pub(super) fn page(book: &Book<'_>) -> Option<OutputFile> {
    if !is_needed(book) {
        return None;
    }
    let mut links = book.links("operations.md");
    let commands: usize = book.codebase().components.iter().map(|component| component.commands.len()).sum();
    let body = Operations {
        commands: command_table(book, &mut links),
        commands_more: commands.saturating_sub(COMMANDS_MAX),
        containers: files(book, &mut links, is_container_file),
        workflows: files(book, &mut links, is_workflow),
        settings: setting_table(book, &mut links),
        settings_more: book.settings.len().saturating_sub(SETTINGS_MAX),
        tests: tests(book, &mut links),
    };
    Some(book.finish("operations.md", &[], "Operations", &body, &links))
}

/// Whether there is anything to say.
pub(super) fn is_needed(book: &Book<'_>) -> bool {
    let codebase = book.codebase();
    !book.settings.is_empty()
        || codebase.components.iter().any(|component| !component.commands.is_empty())
        || codebase.files.iter().any(|file| {
            is_container_file(&file.path)
                || is_workflow(&file.path)
                || file.role == Role::Test && file.component.is_some()
        })
}

fn command_table(book: &Book<'_>, links: &mut Links) -> Table {
    let all = book
        .codebase()
        .components
        .iter()
        .flat_map(|component| component.commands.iter().map(move |it| (component, it)));
    let rows = all.take(COMMANDS_MAX).map(|(component, command)| {
        let folder = if component.path.as_str().is_empty() { "." } else { component.path.as_str() };
        let what = format!("command {} of {}", command.name, component.id);
        let script = if command.script == command.run { "" } else { &command.script };
        [
            Md::code(&command.run),
            Md::code(folder),
            Md::code(&words::shorten(script, 120)),
            links.cite(&Md::code(component.manifest.file_name()), &what, &command.place),
        ]
    });
    Table::new(["Type", "In folder", "Runs", "Defined in"], rows.collect::<Vec<_>>())
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

fn setting_table(book: &Book<'_>, links: &mut Links) -> Table {
    let rows = book.settings.iter().take(SETTINGS_MAX).map(|(key, setting)| {
        let mut shown: Vec<Md> = Vec::new();
        for place in setting.places.iter().take(PLACES_MAX) {
            shown.push(read_at(key, place, links));
        }
        let rest = setting.places.len().saturating_sub(PLACES_MAX);
        if rest > 0 {
            shown.push(Md::text(&format!("{rest} more")));
        }
        let external = book.codebase().externals.iter().find(|external| external.config_keys.contains(key));
        [
            Md::code(key),
            external.map(|external| Md::text(&external.name)).unwrap_or_default(),
            Md::code(setting.default.as_deref().unwrap_or_default()),
            Md::join(&shown, ", "),
        ]
    });
    Table::new(["Setting", "For", "Default", "Read in"], rows.collect::<Vec<_>>())
}

fn read_at(key: &str, place: &Place, links: &mut Links) -> Md {
    links.cite(&file_name(&place.file), &format!("reads {key}"), place)
}

/// Test projects and how many test files each has.
fn tests(book: &Book<'_>, links: &mut Links) -> Vec<Md> {
    let mut lines = Vec::new();
    for (position, component) in book.codebase().components.iter().enumerate() {
        let files = (0..book.codebase().files.len())
            .filter(|&file| book.survey.component_of(file) == Some(position))
            .filter(|&file| book.survey.role(file) == Some(Role::Test))
            .filter(|&file| book.survey.outline(file).is_some_and(|outline| !outline.definitions.is_empty()))
            .count();
        if files > 0 {
            let link = links.cite_file(&Md::code(&component.name), &component.path);
            lines.push(Md::markdown(format!("{link}: {}", words::count(files, "test file"))));
        }
    }
    lines
}
