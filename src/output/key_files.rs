//! The files and types that a reader should open first.

use std::collections::BTreeSet;

use super::survey::Survey;
use super::words;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, last_part};
use crate::codebase::{Domain, Endpoint, Lines};

/// Longest words for an action in a list.
const ACTION_CHARS_MAX: usize = 50;

/// A file worth opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile {
    /// Its position in the codebase.
    pub file: usize,
    /// How many other source files use it.
    pub users: u32,
    /// What it is for: a sentence of its own docs, or what it defines.
    pub about: String,
}

/// A type worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyType {
    /// Position of its file.
    pub file: usize,
    /// Dotted name in its file.
    pub name: String,
    /// `class`, `interface` ...
    pub kind: &'static str,
    /// Its lines.
    pub lines: Lines,
    /// How many other source files use it.
    pub users: u32,
    /// First sentence of its docs.
    pub about: String,
    /// What it can do: its public methods in plain words.
    pub operations: Vec<String>,
}

/// The files of `files` that most others use, and those that answer endpoints: at most `max`.
pub fn key_files(survey: &Survey<'_>, files: &[usize], max: usize) -> Vec<KeyFile> {
    let mut ranked: Vec<(u32, usize)> = files
        .iter()
        .map(|&file| (survey.users(file), file))
        .filter(|&(_, file)| defines_something(survey, file))
        .collect();
    ranked.sort_by(|one, two| two.0.cmp(&one.0).then(one.1.cmp(&two.1)));
    let key_file = |(users, file)| KeyFile { file, users, about: about_file(survey, file) };
    ranked.into_iter().take(max).map(key_file).collect()
}

/// The types of `files` that most others use, or that do most: at most `max`.
pub fn key_types(survey: &Survey<'_>, files: &[usize], max: usize) -> Vec<KeyType> {
    let mut types = Vec::new();
    let mut implemented: BTreeSet<&str> = BTreeSet::new();
    for &file in files {
        let Some(outline) = survey.outline(file) else { continue };
        for (index, definition) in (0..).zip(&outline.definitions) {
            if !definition.kind.is_type() || definition.parent.is_some() || definition.has_modifier("private") {
                continue;
            }
            if definition.kind == SymbolKind::Class {
                implemented.extend(definition.bases.iter().map(|base| last_part(base)));
            }
            types.push(KeyType {
                file,
                name: outline.dotted_name(index),
                kind: kind_word(definition.kind),
                lines: definition.lines,
                users: survey.symbol_users(file, index),
                about: definition.doc.as_deref().map(words::first_sentence).unwrap_or_default(),
                operations: operations(outline, index),
            });
        }
    }
    // An interface says nothing that the class behind it does not say better.
    types.retain(|known| known.kind != "interface" || !implemented.contains(known.name.as_str()));
    types.retain(|known| known.users > 0 || !known.about.is_empty() || !known.operations.is_empty());
    let weight = |known: &KeyType| {
        let operations = u32::try_from(known.operations.len()).unwrap_or(0);
        (known.users.min(20) + 2 * operations.min(8) + 2 * u32::from(!known.about.is_empty()), known.users)
    };
    types.sort_by(|one, two| weight(two).cmp(&weight(one)).then(one.file.cmp(&two.file)).then(one.name.cmp(&two.name)));
    types.truncate(max);
    types
}

/// What an endpoint does, in words: its own summary, or its handler's name.
pub fn endpoint_words(endpoint: &Endpoint) -> String {
    let summary = endpoint.summary.as_deref().map(words::without_route).map(words::first_sentence).unwrap_or_default();
    if summary.is_empty() { words::action(&endpoint.handler.symbol) } else { summary }
}

/// What a domain can do, in a few words each: what its endpoints do, then what its main types do; at most `max`.
pub fn actions(survey: &Survey<'_>, domain: &Domain, max: usize) -> Vec<String> {
    let mut actions: Vec<String> = Vec::new();
    let endpoints = survey.endpoints(domain);
    let types = key_types(survey, &survey.source_files(&domain.files), max);
    let words = endpoints
        .iter()
        .map(|endpoint| endpoint_words(endpoint))
        .chain(types.into_iter().flat_map(|known| known.operations));
    for words in words {
        let words = words.trim_end_matches('.').to_owned();
        let short = words.contains(' ') && words.chars().count() <= ACTION_CHARS_MAX;
        if short && !actions.iter().any(|known| known.eq_ignore_ascii_case(&words)) {
            actions.push(words);
        }
    }
    actions.truncate(max);
    actions
}

/// The word for a kind of definition.
pub const fn kind_word(kind: SymbolKind) -> &'static str {
    match kind {
        SymbolKind::Class => "class",
        SymbolKind::Struct => "struct",
        SymbolKind::Interface => "interface",
        SymbolKind::Enum => "enum",
        SymbolKind::Type => "type",
        SymbolKind::Function => "function",
        SymbolKind::Method => "method",
        SymbolKind::Constructor => "constructor",
        SymbolKind::Field => "field",
        SymbolKind::Variable => "variable",
        SymbolKind::Member => "member",
    }
}

fn defines_something(survey: &Survey<'_>, file: usize) -> bool {
    survey.outline(file).is_some_and(|outline| !outline.definitions.is_empty())
}

fn about_file(survey: &Survey<'_>, file: usize) -> String {
    let Some(outline) = survey.outline(file) else { return String::new() };
    let own = outline.doc.as_deref().map(words::first_sentence).unwrap_or_default();
    if !own.is_empty() {
        return own;
    }
    let top: Vec<&Definition> = outline.definitions.iter().filter(|definition| definition.parent.is_none()).collect();
    let documented = top.iter().filter(|definition| definition.kind.is_type());
    let sentence = documented
        .filter_map(|definition| definition.doc.as_deref())
        .map(words::first_sentence)
        .find(|doc| !doc.is_empty());
    sentence.unwrap_or_default()
}

/// Names of what a file defines at its top, most important kinds first: at most `max`, and how many more there are.
pub fn top_definitions<'a>(survey: &Survey<'a>, file: usize, max: usize) -> (Vec<&'a str>, usize) {
    let Some(outline) = survey.outline(file) else { return (Vec::new(), 0) };
    let mut top: Vec<&Definition> =
        outline.definitions.iter().filter(|definition| definition.parent.is_none()).collect();
    if top.iter().any(|definition| definition.kind.is_type() || definition.kind == SymbolKind::Function) {
        top.retain(|definition| definition.kind != SymbolKind::Variable);
    }
    let mut names: Vec<&str> = top.iter().map(|definition| definition.name.as_str()).collect();
    names.dedup();
    let more = names.len().saturating_sub(max);
    names.truncate(max);
    (names, more)
}

/// The public methods of a type in plain words, in source order, each once.
fn operations(outline: &Outline, index: DefinitionIndex) -> Vec<String> {
    let mut operations: Vec<String> = Vec::new();
    for (_, definition) in outline.children(index) {
        let hidden = ["private", "protected", "internal", "override"];
        let open = !hidden.iter().any(|modifier| definition.has_modifier(modifier));
        let silent = words::is_empty_name(&definition.name) || definition.name.starts_with(['_', '#']);
        if definition.kind != SymbolKind::Method || !open || silent {
            continue;
        }
        let words = words::humanise(definition.name.strip_suffix("Async").unwrap_or(&definition.name));
        if !words.is_empty() && !operations.contains(&words) {
            operations.push(words);
        }
    }
    operations
}
