//! `domains/README.md`: all domains on one page.

use askama::Template;

use super::book::{Book, domain_link};
use super::cells::{domain_sentence, examples};
use super::diagrams;
use super::escape::Md;
use super::table::Table;
use crate::output::OutputFile;
use crate::output::words;

#[derive(Template)]
#[template(path = "markdown/domains.md", escape = "none")]
struct Domains {
    number: Md,
    table: Table,
    diagram: Option<Md>,
    shared: Option<Md>,
}

/// The page; `None` without domains.
pub(super) fn page(book: &Book<'_>) -> Option<OutputFile> {
    let codebase = book.codebase();
    if codebase.domains.domains.is_empty() {
        return None;
    }
    let path = "domains/README.md";
    let links = book.links(path);
    let rows = codebase.domains.domains.iter().map(|domain| {
        let number = |number: usize| if number == 0 { Md::default() } else { Md::text(&number.to_string()) };
        let entities = codebase.entities.iter().filter(|entity| entity.domain.as_ref() == Some(&domain.id)).count();
        [
            domain_link(book, domain, &links),
            domain_sentence(book, domain),
            examples(book, domain),
            number(domain.files.len()),
            number(book.survey.endpoints(domain).len()),
            number(entities),
        ]
    });
    let shared = codebase.domains.shared.len();
    let body = Domains {
        number: Md::text(&words::count(codebase.domains.domains.len(), "domain")),
        table: Table::new(["Domain", "What it holds", "For example", "Files", "Endpoints", "Entities"], rows),
        diagram: diagrams::domains(book, None, &links).map(|diagram| Md::diagram(&diagram)),
        shared: (shared > 0).then(|| {
            let page = links.page(&Md::text("shared code"), "architecture.md");
            Md::markdown(format!("Besides, {} to no single domain: see {page}.", words::belonging(shared)))
        }),
    };
    Some(book.finish(path, &[], "Domains", &body, &links))
}
