//! `domains/README.md`: all domains on one page.

use askama::Template;

use super::book::{Book, domain_link};
use super::cells::{domain_sentence, example, examples};
use super::circles::domain_circles;
use super::diagrams;
use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::output::OutputFile;
use crate::output::words;

#[derive(Template)]
#[template(path = "markdown/domains.md", escape = "none")]
struct Domains {
    number: Md,
    table: Table,
    diagram: Option<Md>,
    uses: Table,
    uses_more: usize,
    circles: Vec<Md>,
    circles_more: usize,
    shared: Option<Md>,
}

/// Rows of the table of dependencies: all that a dozen domains can have.
const USES_MAX: usize = 132;
/// Circles described.
const CIRCLES_MAX: usize = 20;

/// The page; `None` without domains.
pub(super) fn page(book: &Book<'_>) -> Option<OutputFile> {
    let codebase = book.codebase();
    if codebase.domains.domains.is_empty() {
        return None;
    }
    let path = "domains/README.md";
    let mut links = book.links(path);
    let circles = domain_circles(book);
    let rows: Vec<[Md; 6]> = codebase
        .domains
        .domains
        .iter()
        .map(|domain| {
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
        })
        .collect();
    let shared = codebase.domains.shared.len();
    let body = Domains {
        number: Md::text(&words::count(codebase.domains.domains.len(), "domain")),
        table: Table::new(["Domain", "What it holds", "For example", "Files", "Endpoints", "Entities"], rows),
        diagram: diagrams::domains(book, None, &links).map(|diagram| Md::diagram(&diagram)),
        uses: domain_links(book, USES_MAX, &mut links),
        uses_more: book.survey.domains.links().count().saturating_sub(USES_MAX),
        circles: circles.iter().take(CIRCLES_MAX).map(|circle| circle.words(book, &mut links)).collect(),
        circles_more: circles.len().saturating_sub(CIRCLES_MAX),
        shared: (shared > 0).then(|| {
            let page = links.page(&Md::text("shared code"), "architecture.md");
            Md::markdown(format!("Besides, {} to no single domain: see {page}.", words::belonging(shared)))
        }),
    };
    Some(book.finish(path, &[], "Domains", &body, &links))
}

/// Which domain uses which, strongest first, each with the line that shows it.
pub(super) fn domain_links(book: &Book<'_>, rows_max: usize, links: &mut Links) -> Table {
    let mut strongest: Vec<_> = book.survey.domains.links().collect();
    strongest.sort_by(|one, two| two.2.files.cmp(&one.2.files).then((one.0, one.1).cmp(&(two.0, two.1))));
    let rows = strongest.into_iter().take(rows_max).map(|(from, to, link)| {
        [
            book.domain_at(from, links),
            book.domain_at(to, links),
            Md::text(&link.files.to_string()),
            example(book, link.example, links),
        ]
    });
    Table::new(["Domain", "uses", "File pairs", "For example"], rows.collect::<Vec<_>>())
}
