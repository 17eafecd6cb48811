//! `README.md`: where everyone starts.

use std::collections::BTreeMap;

use askama::Template;

use super::book::{Book, domain_link, domain_page, is_api};
use super::cells::{domain_sentence, endpoint_counts, examples, file_link, file_words, language_name, users};
use super::claims::{claims, plain};
use super::diagrams;
use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::message::JobTrigger;
use crate::codebase::{Endpoint, Role};
use crate::output::OutputFile;
use crate::output::key_files::key_files;
use crate::output::words;
use crate::plan::SectionId;

/// A first paragraph shorter than this is shown with the second.
const QUOTE_CHARS_MIN: usize = 50;

#[derive(Template)]
#[template(path = "markdown/readme.md", escape = "none")]
struct Readme {
    summary: Vec<Md>,
    quotes: Vec<Md>,
    audience: Vec<Md>,
    capabilities: Vec<Md>,
    glance: Table,
    context: Option<Md>,
    domains: Table,
    paths: Vec<Md>,
    key_files: Table,
}

/// The page.
pub(super) fn page(book: &Book<'_>) -> OutputFile {
    let mut links = book.links("README.md");
    let overview = SectionId::overview();
    let summary = claims(book, &overview, "summary", &mut links);
    let quotes = if summary.is_empty() { quotes(book, &mut links) } else { Vec::new() };
    let summary = if summary.is_empty() && quotes.is_empty() { vec![one_line(book)] } else { summary };
    let body = Readme {
        summary,
        quotes,
        audience: claims(book, &overview, "audience", &mut links),
        capabilities: claims(book, &overview, "capabilities", &mut links),
        glance: glance(book, &links),
        context: diagrams::context(book, &links).map(|diagram| Md::diagram(&diagram)),
        domains: domains(book, &links),
        paths: paths(book, &links),
        key_files: first_files(book, &mut links),
    };
    book.finish("README.md", &[], book.title(), &body, &links)
}

/// What the repository says of itself, with links.
fn quotes(book: &Book<'_>, links: &mut Links) -> Vec<Md> {
    let about = &book.codebase().about;
    // The first paragraph says what it is; a second is needed only where that is a mere slogan.
    let short = about.summary.first().is_some_and(|first| first.text.chars().count() < QUOTE_CHARS_MIN);
    let statements = about.summary.iter().take(if short { 2 } else { 1 }).enumerate();
    statements
        .map(|(index, statement)| {
            let source = Md::text(statement.place.file.file_name());
            let source = links.cite(&source, &format!("summary {index}"), &statement.place);
            Md::text(&words::shorten(&statement.text, 500)).and(&Md::literal(" — ")).and(&source)
        })
        .collect()
}

fn glance(book: &Book<'_>, links: &Links) -> Table {
    let codebase = book.codebase();
    let mut rows: Vec<[Md; 2]> = Vec::new();
    let mut add = |name: Md, value: String| {
        if !value.is_empty() {
            rows.push([name, Md::text(&value)]);
        }
    };
    add(Md::text("Source code"), languages(book));
    let domains = &codebase.domains.domains;
    if !domains.is_empty() {
        let names: Vec<&str> = domains.iter().map(|domain| domain.name.as_str()).collect();
        add(links.page(&Md::text("Domains"), "domains/README.md"), format!("{}: {}", domains.len(), names.join("; ")));
    }
    let endpoints: Vec<&Endpoint> = codebase.endpoints.iter().collect();
    add(links.page(&Md::text("Endpoints"), "api/README.md"), endpoint_counts(&endpoints));
    let externals = codebase.externals.iter().filter(|external| diagrams::is_in_use(external));
    let names: Vec<&str> = externals.map(|external| external.name.as_str()).collect();
    if !names.is_empty() {
        let text = format!("{}: {}", names.len(), first_of(&names, 10));
        add(links.page(&Md::text("External systems"), "externals.md"), text);
    }
    if !codebase.entities.is_empty() {
        let names: Vec<&str> = codebase.entities.iter().map(|entity| entity.name.as_str()).collect();
        let text = format!("{}: {}", names.len(), first_of(&names, 8));
        add(links.page(&Md::text("Stored entities"), "data/README.md"), text);
    }
    let jobs = codebase.jobs.iter().filter(|job| job.trigger != JobTrigger::Continuous).count();
    let counts = [(codebase.channels.len(), "channel"), (jobs, "scheduled job")];
    let counts: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| words::count(*number, noun)).collect();
    add(links.page(&Md::text("Messages and jobs"), super::flows::PAGE), words::list(&counts));
    if codebase.components.len() > 1 {
        let names: Vec<String> = codebase.components.iter().map(|component| book.component_name(component)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let text = format!("{}: {}", names.len(), first_of(&names, 8));
        add(links.page(&Md::text("Components"), "architecture.md#components"), text);
    }
    Table::new(["What", "How many"], rows)
}

fn first_of(names: &[&str], max: usize) -> String {
    let mut shown: Vec<String> = names.iter().take(max).map(ToString::to_string).collect();
    if names.len() > max {
        shown.push(format!("{} more", names.len() - max));
    }
    words::list(&shown)
}

/// `199 files, 12,345 lines: C# (180), TypeScript (19); 40 test files`.
fn languages(book: &Book<'_>) -> String {
    let mut languages: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut tests = 0;
    for (index, file) in book.codebase().files.iter().enumerate() {
        let code = book
            .survey
            .outline(index)
            .is_some_and(|outline| !outline.definitions.is_empty() || !outline.imports.is_empty());
        tests += usize::from(file.role == Role::Test && code);
        if file.role == Role::Source && code {
            let entry = languages.entry(language_name(&file.language)).or_default();
            entry.0 += 1;
            entry.1 += usize::try_from(file.lines).unwrap_or(0);
        }
    }
    if languages.is_empty() {
        return String::new();
    }
    let (files, lines) = languages.values().fold((0, 0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
    let mut by_size: Vec<(&String, &(usize, usize))> = languages.iter().collect();
    by_size.sort_by(|one, two| two.1.cmp(one.1).then(one.0.cmp(two.0)));
    let names: Vec<String> =
        by_size.iter().map(|(name, (files, _))| format!("{name} ({})", words::thousands(*files))).collect();
    let tests = if tests > 0 { format!("; besides, {}", words::count(tests, "test file")) } else { String::new() };
    format!("{} with {}: {}{tests}", words::count(files, "file"), words::count(lines, "line"), names.join(", "))
}

fn domains(book: &Book<'_>, links: &Links) -> Table {
    let rows = book
        .codebase()
        .domains
        .domains
        .iter()
        .map(|domain| [domain_link(book, domain, links), domain_sentence(book, domain), examples(book, domain)]);
    Table::new(["Domain", "What it holds", "For example"], rows)
}

/// A reading path for each kind of reader, along pages that exist.
fn paths(book: &Book<'_>, links: &Links) -> Vec<Md> {
    let codebase = book.codebase();
    let page = |present: bool, title: &str, path: &str| present.then(|| links.page(&Md::text(title), path));
    let domains = page(!codebase.domains.domains.is_empty(), "domains", "domains/README.md");
    let api = page(!codebase.endpoints.is_empty(), "endpoints", "api/README.md");
    let externals = page(!codebase.externals.is_empty(), "external systems", "externals.md");
    let data = page(!codebase.entities.is_empty(), "data", "data/README.md");
    let flows = page(super::flows::is_needed(book), "messages and jobs", super::flows::PAGE);
    let operations = page(super::operations::is_needed(book), "how to run and configure it", "operations.md");
    let architecture = page(true, "architecture", "architecture.md");
    let largest = codebase.domains.domains.first();
    let largest =
        largest.map(|domain| links.page(&Md::text(&format!("the {} domain", domain.name)), &domain_page(domain)));
    let path = |reader: &str, steps: Vec<Option<Md>>| {
        let steps: Vec<Md> = steps.into_iter().flatten().collect();
        Md::bold(&Md::text(reader)).and(&Md::literal(": ")).and(&Md::join(&steps, ", then "))
    };
    vec![
        path("What it does, in the business's words", vec![domains.clone(), data.clone()]),
        path("How it is built", vec![architecture, externals, flows, data]),
        path("New here and going to change it", vec![operations, largest.or(domains), api]),
    ]
    .into_iter()
    .filter(|path| path.as_str().contains("]("))
    .collect()
}

/// The files of the whole system that most others use.
fn first_files(book: &Book<'_>, links: &mut Links) -> Table {
    let source: Vec<usize> =
        (0..book.codebase().files.len()).filter(|&file| book.survey.role(file) == Some(Role::Source)).collect();
    let rows = key_files(&book.survey, &source, 8).into_iter().filter(|key| key.users > 0).map(|key| {
        let domain = book.survey.domain_of(key.file).map(|domain| book.domain_at(domain, links)).unwrap_or_default();
        [file_link(book, key.file, links), file_words(book, key.file, &key.about), domain, users(key.users)]
    });
    Table::new(["File", "What it is", "Domain", "Used by"], rows.collect::<Vec<_>>())
}

/// One line on what the system is: for assistants and search results.
pub(super) fn one_line(book: &Book<'_>) -> Md {
    if let Some(words) = plain(book, &SectionId::overview(), "summary") {
        return words;
    }
    if let Some(statement) = book.codebase().about.summary.first() {
        return Md::text(&words::first_sentence(&statement.text));
    }
    let names: Vec<&str> = book.codebase().domains.domains.iter().map(|domain| domain.name.as_str()).collect();
    let endpoints = book.codebase().endpoints.iter().filter(|endpoint| is_api(endpoint)).count();
    let api = if endpoints > 0 { format!("{}; ", words::count(endpoints, "API endpoint")) } else { String::new() };
    let domains = if names.is_empty() { String::new() } else { format!("domains: {}", names.join("; ")) };
    Md::text(&words::capitalise(&format!("{api}{domains}")))
}
