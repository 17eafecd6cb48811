//! Markdown pages that read well on a code host: GFM tables, relative links, fenced Mermaid.
//!
//! One module a page: it gathers the page's values from the survey, its template in `templates/markdown` arranges them.

mod api;
mod architecture;
mod book;
mod cells;
mod circles;
mod claims;
mod data;
mod diagrams;
mod domain;
mod domains;
mod er;
pub mod escape;
mod exchange;
mod externals;
mod flows;
pub mod links;
mod llms;
mod operations;
mod readme;
mod rules;
pub mod table;

use super::{Format, Input, OutputFile};
use book::Book;

/// Markdown pages.
#[derive(Clone, Copy, Debug)]
pub struct Markdown;

impl Format for Markdown {
    fn id(&self) -> &'static str {
        "markdown"
    }

    fn files(&self, input: &Input<'_>) -> Vec<OutputFile> {
        let book = Book::new(*input);
        let mut files = vec![readme::page(&book), architecture::page(&book), llms::page(&book)];
        files.extend(domains::page(&book));
        files.extend(domain::pages(&book));
        files.extend(api::pages(&book));
        files.extend(externals::page(&book));
        files.extend(data::pages(&book));
        files.extend(flows::page(&book));
        files.extend(operations::page(&book));
        files.sort_by(|one, two| one.path.cmp(&two.path));
        files
    }
}
