//! `architecture.md`: what runs, what it is made of, and which way the dependencies point.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use askama::Template;

use super::book::Book;
use super::cells::{component_kind, file_link, file_words, some_of, users};
use super::circles::circles;
use super::diagrams;
use super::domains::domain_links;
use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::{Component, ComponentKind, Role};
use crate::output::OutputFile;
use crate::output::folder_map::FolderMap;
use crate::output::key_files::key_files;
use crate::output::words;

/// Packages named for a component.
const PACKAGES_MAX: usize = 8;
/// Rows of a table of dependencies.
const ROWS_MAX: usize = 30;
/// Circles described.
const CIRCLES_MAX: usize = 10;
/// Components whose folders are shown, and folders of each.
const SECTIONS_MAX: usize = 12;
const FOLDERS_MAX: usize = 15;

#[derive(Template)]
#[template(path = "markdown/architecture.md", escape = "none")]
struct Architecture {
    containers: Option<Md>,
    components: Table,
    references: Option<Md>,
    layers: Vec<Md>,
    cycles: Vec<Md>,
    cycles_more: usize,
    tests: Md,
    folders_more: usize,
    domain_diagram: Option<Md>,
    domain_links: Table,
    domain_links_more: usize,
    folders: Vec<FolderSection>,
    shared: Table,
    shared_files: Md,
}

struct FolderSection {
    component: Md,
    folders: Table,
}

/// The page.
pub(super) fn page(book: &Book<'_>) -> OutputFile {
    let mut links = book.links("architecture.md");
    let circles = circles(book);
    let maps = folder_maps(book);
    let shown = maps.iter().take(SECTIONS_MAX);
    let folders = shown.map(|(component, map)| folder_section(book, component, map, &mut links)).collect();
    let body = Architecture {
        containers: diagrams::containers(book, &links).map(|diagram| Md::diagram(&diagram)),
        components: components(book, &mut links),
        references: diagrams::components(book).map(|diagram| Md::diagram(&diagram)),
        layers: layers(book),
        cycles: circles.iter().take(CIRCLES_MAX).map(|circle| circle.words(book, &mut links)).collect(),
        cycles_more: circles.len().saturating_sub(CIRCLES_MAX),
        tests: tests(book, &mut links),
        folders_more: maps.len().saturating_sub(SECTIONS_MAX),
        domain_diagram: diagrams::domains(book, None, &links).map(|diagram| Md::diagram(&diagram)),
        domain_links: domain_links(book, ROWS_MAX, &mut links),
        domain_links_more: book.survey.domains.links().count().saturating_sub(ROWS_MAX),
        folders,
        shared: shared(book, &mut links),
        shared_files: Md::text(&words::belonging(book.codebase().domains.shared.len())),
    };
    book.finish("architecture.md", &[], "Architecture", &body, &links)
}

fn components(book: &Book<'_>, links: &mut Links) -> Table {
    let mut rows = Vec::new();
    let apart = |component: &Component| component.kind == ComponentKind::Test;
    for (position, component) in book.codebase().components.iter().enumerate().filter(|(_, it)| !apart(it)) {
        let files = (0..book.codebase().files.len())
            .filter(|&file| book.survey.component_of(file) == Some(position))
            .filter(|&file| matches!(book.survey.role(file), Some(Role::Source | Role::Test)))
            .count();
        let references: Vec<&str> = component
            .references
            .iter()
            .map(|id| book.codebase().component(id).map_or(id.as_str(), |reference| reference.name.as_str()))
            .collect();
        // A workspace names its members: all of them, so that says nothing.
        let references = if component.kind == ComponentKind::Workspace { Vec::new() } else { references };
        let packages: Vec<&str> =
            component.packages.iter().filter(|package| !package.dev).map(|package| package.name.as_str()).collect();
        let name = Md::code(&book.component_name(component));
        let description = component.description.as_deref().map(words::first_sentence).unwrap_or_default();
        let named =
            |names: &[&str], max| if names.is_empty() { Md::default() } else { Md::markdown(some_of(names, max)) };
        rows.push([
            links.cite_file(&name, &component.manifest),
            Md::text(component_kind(component)),
            Md::text(&description),
            Md::text(&words::thousands(files)),
            named(&references, ROWS_MAX),
            named(&packages, PACKAGES_MAX),
        ]);
    }
    Table::new(["Component", "Kind", "What it is", "Code files", "References", "Packages"], rows)
}

/// Components by their distance from those that reference nothing, top first.
fn layers(book: &Book<'_>) -> Vec<Md> {
    let shown: Vec<&Component> = book
        .codebase()
        .components
        .iter()
        .filter(|component| !matches!(component.kind, ComponentKind::Test | ComponentKind::Workspace))
        .collect();
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    let mut layers: Vec<Vec<&str>> = Vec::new();
    let known: BTreeSet<&str> = shown.iter().map(|component| component.id.as_str()).collect();
    loop {
        let ready: Vec<&Component> = shown
            .iter()
            .copied()
            .filter(|component| !placed.contains(component.id.as_str()))
            .filter(|component| {
                component.references.iter().all(|id| !known.contains(id.as_str()) || placed.contains(id.as_str()))
            })
            .collect();
        if ready.is_empty() {
            break;
        }
        placed.extend(ready.iter().map(|component| component.id.as_str()));
        layers.push(ready.iter().map(|component| component.name.as_str()).collect());
    }
    // One layer is no order, and what is left over is part of a circle.
    if layers.len() < 2 {
        return Vec::new();
    }
    layers.iter().rev().map(|names| Md::markdown(some_of(names, ROWS_MAX))).collect()
}

/// Links to the test projects.
fn tests(book: &Book<'_>, links: &mut Links) -> Md {
    let projects = book.codebase().components.iter().filter(|component| component.kind == ComponentKind::Test);
    let shown: Vec<Md> = projects.map(|it| links.cite_file(&Md::code(&it.name), &it.manifest)).collect();
    Md::join(&shown, ", ")
}

/// The folders of the components that have several, largest component first.
fn folder_maps<'a>(book: &Book<'a>) -> Vec<(&'a Component, FolderMap)> {
    let components = book.codebase().components.iter().enumerate();
    let mut maps: Vec<(&Component, FolderMap)> = components
        .filter(|(_, component)| component.kind != ComponentKind::Test)
        .filter_map(|(position, component)| Some((component, FolderMap::new(&book.survey, component, position)?)))
        .collect();
    let files = |map: &FolderMap| map.folders.iter().map(|folder| folder.files.len()).sum::<usize>();
    maps.sort_by_key(|(_, map)| Reverse(files(map)));
    maps
}

fn folder_section(book: &Book<'_>, component: &Component, map: &FolderMap, links: &mut Links) -> FolderSection {
    let mut kept: Vec<usize> = (0..map.folders.len()).collect();
    kept.sort_by_key(|&at| Reverse(map.folders.get(at).map_or(0, |folder| folder.files.len())));
    kept.truncate(FOLDERS_MAX);
    kept.sort_unstable();
    let name = |at: usize| map.folders.get(at).map(|folder| shown_folder(folder.path.as_str(), component));
    let mut rows = Vec::new();
    for at in kept {
        let Some(folder) = map.folders.get(at) else { continue };
        let uses: Vec<String> = map.uses.used_by_area(at).iter().filter_map(|(to, _)| name(*to)).collect();
        let uses: Vec<&str> = uses.iter().map(String::as_str).collect();
        let files = key_files(&book.survey, &folder.files, 3);
        let files: Vec<Md> = files.iter().map(|key| file_link(book, key.file, links)).collect();
        rows.push([
            links.cite_file(&Md::code(&shown_folder(folder.path.as_str(), component)), &folder.path),
            Md::text(&folder.files.len().to_string()),
            if uses.is_empty() { Md::default() } else { Md::markdown(some_of(&uses, 8)) },
            Md::join(&files, ", "),
        ]);
    }
    let folders = Table::new(["Folder", "Files", "Uses", "Most used files"], rows);
    FolderSection { component: Md::code(&book.component_name(component)), folders }
}

/// A folder's path below its component; the component's own files stand under `.`.
fn shown_folder(path: &str, component: &Component) -> String {
    let below = path.strip_prefix(component.path.as_str()).unwrap_or(path).trim_start_matches('/');
    if below.is_empty() { "(top)".to_owned() } else { format!("{below}/") }
}

fn shared(book: &Book<'_>, links: &mut Links) -> Table {
    let files: Vec<usize> =
        book.codebase().domains.shared.iter().filter_map(|path| book.codebase().file_index(path)).collect();
    let source: Vec<usize> = files.into_iter().filter(|&file| book.survey.role(file) == Some(Role::Source)).collect();
    let rows = key_files(&book.survey, &source, 12).into_iter().filter(|key| key.users > 0).map(|key| {
        let path = book.codebase().files.get(key.file).map(|file| &file.path);
        let reason = path.and_then(|path| book.codebase().domains.reasons.get(path));
        [
            file_link(book, key.file, links),
            file_words(book, key.file, &key.about),
            reason.map(|reason| Md::text(reason)).unwrap_or_default(),
            users(key.users),
        ]
    });
    Table::new(["File", "What it is", "Why it is shared", "Used by"], rows.collect::<Vec<_>>())
}
