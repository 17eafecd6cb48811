//! Texts to syntax trees: one parser a worker, and a budget that no text exceeds.

use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{Language, ParseOptions, ParseState, Parser, Point, Range, Tree};

/// Bytes of text for each hundred steps that the parser may take. Real code takes a hundred steps in some 50 to 100
/// bytes, and so do random bytes: what comes near to this bound is recovery from errors that has become quadratic. It is
/// no time limit, so that a text is parsed on every machine or on none.
const BYTES_PER_HUNDRED_STEPS: usize = 4;
/// Hundreds of steps that any text may take.
const HUNDREDS_MIN: usize = 10_000;

/// Parses `text`, or only the parts of it that `ranges` name; `None` if that takes too many steps.
pub(super) fn parse(language: &Language, text: &str, ranges: &[Range]) -> Option<Tree> {
    thread_local! {
        static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
    }
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(language).ok()?;
        parser.set_included_ranges(ranges).ok()?;
        let mut left = HUNDREDS_MIN + text.len() / BYTES_PER_HUNDRED_STEPS;
        let mut progress = |_: &ParseState| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let bytes = text.as_bytes();
        let mut read = |offset: usize, _: Point| bytes.get(offset..).unwrap_or_default();
        let tree = parser.parse_with_options(&mut read, None, Some(options));
        // Else the next text would be taken as the rest of one that was given up.
        parser.reset();
        tree
    })
}
