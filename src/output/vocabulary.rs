//! The words of a domain that have a home in its code.

use super::survey::Survey;
use super::words;
use crate::codebase::outline::{DefinitionIndex, SymbolKind};
use crate::codebase::{Domain, Lines};

/// Fields named for a type.
const FIELDS_MAX: usize = 6;

/// A word, and the type that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The word, as the domain has it.
    pub word: String,
    /// Position of the file that declares the type.
    pub file: usize,
    /// Dotted name of the type in its file.
    pub name: String,
    /// Its lines.
    pub lines: Lines,
    /// First sentence of its docs.
    pub about: String,
    /// Names of its first fields.
    pub fields: Vec<String>,
}

/// Those of the domain's words that name one of its types, in the domain's order: at most `max`.
pub fn vocabulary(survey: &Survey<'_>, domain: &Domain, files: &[usize], max: usize) -> Vec<Term> {
    domain.terms.iter().filter_map(|word| home(survey, word, files)).take(max).collect()
}

/// The type that a word names: a documented one before others, then the most used.
fn home(survey: &Survey<'_>, word: &str, files: &[usize]) -> Option<Term> {
    let mut best: Option<((bool, u32), usize, DefinitionIndex)> = None;
    for &file in files {
        let Some(outline) = survey.outline(file) else { continue };
        for (index, definition) in (0..).zip(&outline.definitions) {
            if !definition.kind.is_type() || !names(&definition.name, word) {
                continue;
            }
            let weight = (definition.doc.is_some(), survey.symbol_users(file, index));
            if best.is_none_or(|(known, _, _)| weight > known) {
                best = Some((weight, file, index));
            }
        }
    }
    let (_, file, index) = best?;
    let outline = survey.outline(file)?;
    let definition = outline.definition(index)?;
    Some(Term {
        word: word.to_owned(),
        file,
        name: outline.dotted_name(index),
        lines: definition.lines,
        fields: outline
            .children(index)
            .filter(|(_, child)| child.kind == SymbolKind::Field && !child.name.starts_with('_'))
            .filter(|(_, child)| !child.has_modifier("private"))
            .map(|(_, child)| child.name.to_string())
            .take(FIELDS_MAX)
            .collect(),
        about: definition.doc.as_deref().map(words::first_sentence).unwrap_or_default(),
    })
}

/// Whether a type's name is this word, in singular or plural.
fn names(name: &str, word: &str) -> bool {
    let spoken = words::humanise(name).to_lowercase();
    spoken == word || spoken.strip_suffix('s') == Some(word) || word.strip_suffix('s') == Some(spoken.as_str())
}
