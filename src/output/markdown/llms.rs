//! `llms.txt`: the pages for assistants, in the shape of llmstxt.org.

use askama::Template;

use super::book::{Book, app_page, domain_page, render, tidy};
use super::cells::{domain_sentence, endpoint_counts};
use super::escape::Md;
use super::readme::one_line;
use crate::output::OutputFile;

#[derive(Template)]
#[template(path = "markdown/llms.txt", escape = "none")]
struct Llms {
    title: Md,
    summary: Md,
    pages: Vec<Md>,
    domains: Vec<Md>,
    apps: Vec<Md>,
}

/// The file.
pub(super) fn page(book: &Book<'_>) -> OutputFile {
    let codebase = book.codebase();
    let links = book.links("llms.txt");
    let line = |title: &str, page: &str, about: &Md| {
        links.page(&Md::text(title), page).and(&Md::markdown(format!(": {about}")))
    };
    let mut pages = vec![
        line("Overview", "README.md", &Md::text("what the system does, numbers, context, domains")),
        line("Architecture", "architecture.md", &Md::text("components, layers, dependencies, folders, shared code")),
    ];
    let optional = [
        (
            !codebase.externals.is_empty(),
            "External systems",
            "externals.md",
            "what it talks to, with evidence and settings",
        ),
        (!codebase.entities.is_empty(), "Data", "data/README.md", "entities, fields, relations"),
        (
            super::flows::is_needed(book),
            "Messages and jobs",
            super::flows::PAGE,
            "channels, who publishes and consumes, schedules",
        ),
        (super::operations::is_needed(book), "Operations", "operations.md", "run, test, configure"),
    ];
    pages.extend(
        optional
            .iter()
            .filter(|(present, ..)| *present)
            .map(|(_, title, page, about)| line(title, page, &Md::text(about))),
    );
    let domains = codebase.domains.domains.iter();
    let body = Llms {
        title: Md::text(book.title()),
        summary: one_line(book),
        pages,
        domains: domains
            .map(|domain| line(&domain.name, &domain_page(domain), &domain_sentence(book, domain)))
            .collect(),
        apps: book
            .apps
            .iter()
            .map(|(app, endpoints)| line(book.app_name(app), &app_page(app), &Md::text(&endpoint_counts(endpoints))))
            .collect(),
    };
    OutputFile { path: "llms.txt".into(), text: tidy(&render(&body)) }
}
