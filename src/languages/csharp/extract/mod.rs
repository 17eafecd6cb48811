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

use crate::codebase::outline::Outline;

use super::grammar::grammar;

use super::super::calls::Calls;
use super::super::parser;

pub(super) use value::split_arguments;

/// Reads a C# file.
pub(super) fn outline(text: &str) -> Outline {
    // What the grammar misses at the end is missed on the last line that says something.
    let text = text.trim_end();
    let language = &grammar().language;
    let Some(tree) = parser::parse(language, text, &[]) else {
        return Outline { given_up: true, ..Outline::default() };
    };
    if tree.root_node().has_error()
        && let Some(blanked) = preproc::blank_inactive(text)
        && let Some(tree) = parser::parse(language, &blanked, &[])
    {
        return walk::outline(syntax::Source { text: &blanked, grammar: grammar(), calls: &Calls::default() }, &tree);
    }
    walk::outline(syntax::Source { text, grammar: grammar(), calls: &Calls::default() }, &tree)
}
