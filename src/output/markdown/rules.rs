//! The rules that a domain's code states, as lists that a reader can check line by line.

use super::book::Book;
use super::escape::Md;
use super::links::Links;
use crate::codebase::{Lines, Place};
use crate::output::statements::{Statement, Statements};

/// Places named in one list.
const LINES_MAX: usize = 15;
/// Statements named for one place.
const STATEMENTS_MAX: usize = 8;

/// Rules of one sort.
pub(super) struct RuleList {
    /// What sort.
    pub(super) title: &'static str,
    /// One line for each place in the code.
    pub(super) lines: Vec<Md>,
    /// Places left out.
    pub(super) more: usize,
}

/// The rules that `files` state.
pub(super) fn rules(book: &Book<'_>, files: &[usize], links: &mut Links) -> Vec<RuleList> {
    let found = Statements::new(&book.survey, files);
    let lists = [
        list("What is refused", &found.refusals, "; ", links),
        list("Limits on input and data", &found.limits, "; ", links),
        list("Choices", &found.choices, "; ", links),
        list("Numbers", &found.numbers, "; ", links),
        list("Said in the code", &found.sentences, " ", links),
    ];
    lists.into_iter().filter(|list| !list.lines.is_empty()).collect()
}

/// One line for each definition: its link, then what it states.
fn list(title: &'static str, found: &[Statement], separator: &str, links: &mut Links) -> RuleList {
    let places: Vec<&[Statement]> =
        found.chunk_by(|one, two| (&one.file, &one.symbol) == (&two.file, &two.symbol)).collect();
    let lines = places.iter().take(LINES_MAX).filter_map(|statements| {
        let (first, last) = (statements.first()?, statements.last()?);
        let mut texts: Vec<String> = Vec::new();
        for statement in *statements {
            let text = Md::prose(&statement.text).to_string();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let rest = texts.len().saturating_sub(STATEMENTS_MAX);
        texts.truncate(STATEMENTS_MAX);
        if rest > 0 {
            texts.push(format!("and {rest} more"));
        }
        let (shown, what) = if first.symbol.is_empty() {
            (first.file.file_name(), "statements of the file")
        } else {
            (first.symbol.as_str(), first.symbol.as_str())
        };
        let lines = Lines::new(first.lines.first, last.lines.last.max(first.lines.last));
        let link = links.cite(&Md::code(shown), &format!("{title}: {what}"), &Place::new(first.file.clone(), lines));
        Some(Md::markdown(format!("{link}: {}", texts.join(separator))))
    });
    RuleList { title, lines: lines.collect(), more: places.len().saturating_sub(LINES_MAX) }
}
