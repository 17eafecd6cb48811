//! From a C# file's bytes to its outline: parse once, walk once.

mod bindings;
mod define;
mod doc;
mod literal;
mod preproc;
mod references;
mod syntax;
mod value;
mod walk;

use std::cell::RefCell;

use tree_sitter::{Parser, Tree};

use crate::codebase::outline::Outline;

use super::grammar::grammar;

use super::super::calls::Calls;

pub(super) use value::split_arguments;

thread_local! {
    /// One parser a worker thread: making one costs more than parsing a small file.
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

/// Reads a C# file.
pub(super) fn outline(text: &str) -> Outline {
    let Some(tree) = parse(text) else { return Outline::default() };
    if tree.root_node().has_error()
        && let Some(blanked) = preproc::blank_inactive(text)
        && let Some(tree) = parse(&blanked)
    {
        return walk::outline(syntax::Source { text: &blanked, grammar: grammar(), calls: &Calls::default() }, &tree);
    }
    walk::outline(syntax::Source { text, grammar: grammar(), calls: &Calls::default() }, &tree)
}

fn parse(text: &str) -> Option<Tree> {
    PARSER.with_borrow_mut(|slot| {
        if slot.is_none() {
            let mut parser = Parser::new();
            parser.set_language(&grammar().language).ok()?;
            *slot = Some(parser);
        }
        slot.as_mut()?.parse(text, None)
    })
}
