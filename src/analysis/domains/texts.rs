//! The words of each file: what it defines, what it uses, and where it lies.

use crate::codebase::Facts;
use crate::codebase::outline::{Definition, SymbolKind, last_part};

use super::DomainInput;
use super::roster::{Member, Roster};
use super::terms::Bag;
use super::words::{Lexicon, WordId};

/// The words of all members.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Every word.
    pub(super) lexicon: Lexicon,
    /// Words of the names that a file gives: its own, its definitions', its routes' and tables'.
    pub(super) names: Vec<Bag>,
    /// Words of the names that it uses.
    pub(super) bodies: Vec<Bag>,
    /// Words of the folders above it; empty bags where folders are not to be looked at.
    pub(super) paths: Vec<Bag>,
}

impl Texts {
    /// Reads the words of all members.
    pub(super) fn read(input: &DomainInput, roster: &Roster) -> Self {
        let records = input.entities.iter().map(|entity| entity.name.as_str());
        let mut texts = Self { lexicon: Lexicon::new(records), ..Self::default() };
        let none = Facts::default();
        let extra = names_from_outside(input, roster);
        for (&file, extra) in roster.members.iter().zip(&extra) {
            let facts = input.facts.get(file).unwrap_or(&none);
            let path = &input.files[file].path;
            let mut words = Vec::new();
            let stem = path.file_name().split('.').next().unwrap_or_default();
            texts.lexicon.read(stem, |word| words.push((word, 3.0)));
            for definition in &facts.outline.definitions {
                let weight = name_weight(definition);
                texts.lexicon.read(&definition.name, |word| words.push((word, weight)));
            }
            for name in extra {
                texts.lexicon.read(name, |word| words.push((word, 2.0)));
            }
            texts.names.push(Bag::new(words));
            texts.bodies.push(body_words(facts, &mut texts.lexicon));
            let mut words: Vec<(WordId, f64)> = Vec::new();
            if !input.ignore_folders {
                for part in path.folder().parts() {
                    texts.lexicon.read(part, |word| words.push((word, 1.0)));
                }
                words.sort_unstable_by_key(|&(word, _)| word);
                words.dedup_by_key(|&mut (word, _)| word);
            }
            texts.paths.push(Bag::new(words));
        }
        texts
    }

    /// Words of a member's own names and folders.
    pub(super) fn own_words(&self, member: Member) -> Bag {
        let own = self.names[member].words().iter().chain(self.paths[member].words());
        Bag::new(own.copied().collect())
    }
}

/// Routes and tables by the member that answers or declares them.
fn names_from_outside<'a>(input: &DomainInput<'a>, roster: &Roster) -> Vec<Vec<&'a str>> {
    let mut names: Vec<Vec<&str>> = vec![Vec::new(); roster.len()];
    let member = |path| {
        let file = input.files.binary_search_by(|file| file.path.cmp(path)).ok()?;
        roster.member(file)
    };
    for endpoint in input.endpoints {
        if let Some(member) = member(&endpoint.handler.file) {
            names[member].extend(endpoint.path.split('/').filter(|part| !part.contains('{')));
        }
    }
    for entity in input.entities {
        if let Some(member) = member(&entity.file) {
            names[member].extend([entity.name.as_str(), entity.table.as_str()]);
        }
    }
    names
}

fn name_weight(definition: &Definition) -> f64 {
    match definition.kind {
        kind if kind.is_type() => 3.0,
        SymbolKind::Function | SymbolKind::Method => 1.0,
        SymbolKind::Constructor => 0.0,
        _ => 0.1,
    }
}

fn body_words(facts: &Facts, lexicon: &mut Lexicon) -> Bag {
    let mut words = Vec::new();
    for reference in &facts.outline.references {
        let count = f64::from(reference.count.max(1));
        for part in reference.name.split('.').filter(|part| !matches!(*part, "self" | "this" | "cls")) {
            lexicon.read(last_part(part), |word| words.push((word, count)));
        }
    }
    for definition in &facts.outline.definitions {
        for parameter in &definition.parameters {
            lexicon.read(&parameter.name, |word| words.push((word, 1.0)));
        }
    }
    Bag::new(words)
}
