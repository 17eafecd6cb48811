//! Which words make good names: those of entities and routes are the business's own, those of projects the product's.

use std::collections::{BTreeMap, BTreeSet};

use super::DomainInput;
use super::texts::Texts;
use super::words::{self, WordId};

/// How much more the word of an entity, and of a route, counts in a name.
const ENTITY_FAVOUR: f64 = 1.8;
const ROUTE_FAVOUR: f64 = 1.4;
/// How much less a word counts in a name that half of the projects are called by: it is the product's.
const PRODUCT_FAVOUR: f64 = 0.1;
/// How much less a word counts in a name that could stand over anything.
const GENERIC_FAVOUR: f64 = 0.5;

/// How much each word counts in a name.
pub(super) fn favour(input: &DomainInput, texts: &Texts) -> Vec<f64> {
    let mut favour = vec![1.0_f64; texts.lexicon.len()];
    let routes =
        input.endpoints.iter().flat_map(|endpoint| endpoint.path.split('/').filter(|part| !part.contains('{')));
    let entities = input.entities.iter().map(|entity| entity.name.as_str());
    for (name, factor) in routes.map(|part| (part, ROUTE_FAVOUR)).chain(entities.map(|name| (name, ENTITY_FAVOUR))) {
        for word in texts.lexicon.known(name) {
            let own: &mut f64 = &mut favour[word as usize];
            *own = own.max(factor);
        }
    }
    for word in product_words(input, texts) {
        favour[word as usize] *= PRODUCT_FAVOUR;
    }
    for word in texts.lexicon.all().filter(|&word| words::is_generic(&texts.lexicon.forms(word).lemma)) {
        favour[word as usize] *= GENERIC_FAVOUR;
    }
    favour
}

/// Words that at least half of the projects are called by.
fn product_words(input: &DomainInput, texts: &Texts) -> Vec<WordId> {
    let mut projects: BTreeMap<WordId, usize> = BTreeMap::new();
    for component in input.components {
        let words: BTreeSet<WordId> =
            words::split(&component.name).into_iter().filter_map(|part| texts.lexicon.find(part)).collect();
        for word in words {
            *projects.entry(word).or_default() += 1;
        }
    }
    projects.into_iter().filter(|(_, count)| count * 2 >= input.components.len()).map(|(word, _)| word).collect()
}
