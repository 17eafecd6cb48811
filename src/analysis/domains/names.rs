//! Names of domains in the business's words, from the names that the code itself uses.

use std::collections::BTreeSet;

use super::terms::{Bag, spread};
use super::words::{Forms, Lexicon, WordId};

/// Words that are listed for a domain.
const TERMS: usize = 8;
/// A second word that is nearly as telling as the first stands beside it.
const SECOND_SHARE: f64 = 0.75;

/// What a domain is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Title {
    /// Name for people.
    pub(super) name: String,
    /// Words that set it apart, strongest first.
    pub(super) terms: Vec<String>,
}

/// What names are made from.
pub(super) struct Speech<'a> {
    /// Every word with its forms.
    pub(super) lexicon: &'a Lexicon,
    /// Words of each file's own names and folders.
    pub(super) names: &'a [Bag],
    /// How much more a word counts as a name: entities, routes and folders are named in the business's words.
    pub(super) favour: &'a [f64],
}

/// Names all domains; `domain_of` gives each file's. Names are unique.
pub(super) fn titles(speech: &Speech, domain_of: &[Option<usize>], domains: usize) -> Vec<Title> {
    let words = speech.lexicon.len();
    let everywhere = spread(speech.names.iter(), words);
    let ranked: Vec<Vec<(f64, WordId)>> = (0..domains)
        .map(|domain| {
            let own: Vec<&Bag> =
                speech.names.iter().zip(domain_of).filter(|(_, of)| **of == Some(domain)).map(|(bag, _)| bag).collect();
            rank(speech, &own, &everywhere)
        })
        .collect();
    let mut taken = BTreeSet::new();
    let mut order: Vec<usize> = (0..domains).collect();
    let strength = |domain: usize| ranked[domain].first().map_or(0.0, |&(score, _)| score);
    order.sort_by(|&a, &b| strength(b).total_cmp(&strength(a)).then(a.cmp(&b)));
    let mut titles = vec![Title::default(); domains];
    for domain in order {
        let name =
            choose(speech.lexicon, &ranked[domain], &mut taken).unwrap_or_else(|| format!("Domain {}", domain + 1));
        let terms = ranked[domain].iter().take(TERMS).map(|&(_, word)| speech.lexicon.forms(word).lemma.clone());
        titles[domain] = Title { name, terms: terms.collect() };
    }
    titles
}

/// Words by how well they alone would pick the domain's files: the share of its files that carry them, times the root
/// of the share of their files that are its own.
fn rank(speech: &Speech, own: &[&Bag], everywhere: &[u32]) -> Vec<(f64, WordId)> {
    let here = spread(own.iter().copied(), speech.lexicon.len());
    let files = f64::from(u32::try_from(own.len().max(1)).unwrap_or(u32::MAX));
    let mut ranked: Vec<(f64, WordId)> = (0_u32..)
        .zip(here.iter().zip(everywhere))
        .filter(|(_, (here, _))| **here >= 2 || (files < 3.0 && **here > 0))
        .map(|(word, (&here, &everywhere))| {
            let (here, everywhere) = (f64::from(here), f64::from(everywhere.max(1)));
            ((here / files).sqrt() * (here / everywhere) * speech.favour[word as usize], word)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    ranked.truncate(TERMS * 2);
    ranked
}

/// The best name that no other domain has: its first word, if that is free, else the first two that make it one.
fn choose(lexicon: &Lexicon, ranked: &[(f64, WordId)], taken: &mut BTreeSet<String>) -> Option<String> {
    let (first_score, first) = *ranked.first()?;
    let first_name = display(lexicon.forms(first));
    let rival = ranked.get(1).filter(|(score, _)| *score >= first_score * SECOND_SHARE);
    let mut candidates = Vec::new();
    if let Some(&(_, second)) = rival {
        candidates.push(format!("{first_name} and {}", display(lexicon.forms(second))));
    }
    candidates.push(first_name.clone());
    for &(_, word) in &ranked[1..] {
        candidates.push(format!("{first_name} and {}", display(lexicon.forms(word))));
    }
    let name = candidates.into_iter().find(|name| !taken.contains(name))?;
    taken.insert(name.clone());
    Some(name)
}

/// A word as it stands in a heading: in the plural where the code says it so, in capitals where the code does.
pub(super) fn display(forms: &Forms) -> String {
    let capitals = forms.capitals * 2 > forms.uses;
    let mut name = if capitals { forms.lemma.to_uppercase() } else { title_case(&forms.lemma) };
    if forms.plurals * 8 >= forms.uses && !capitals {
        name = plural(&name);
    }
    name
}

/// The id of a domain of this name: kebab case.
pub(super) fn id(name: &str) -> String {
    let lower = name.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-")
}

fn title_case(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn plural(word: &str) -> String {
    if let Some(stem) = word.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    let hisses = ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending));
    if hisses { format!("{word}es") } else { format!("{word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(lemma: &str, uses: u32, plurals: u32, capitals: u32) -> Forms {
        Forms { lemma: lemma.into(), uses, plurals, capitals }
    }

    #[test]
    fn words_stand_in_headings_as_the_code_says_them() {
        let cases = [
            (forms("order", 40, 10, 0), "Orders"),
            (forms("basket", 90, 2, 0), "Basket"),
            (forms("category", 10, 5, 0), "Categories"),
            (forms("vlan", 10, 1, 8), "VLAN"),
            (forms("address", 10, 9, 0), "Addresses"),
        ];
        for (forms, expected) in cases {
            assert_eq!(display(&forms), expected);
        }
    }

    #[test]
    fn ids_are_kebab_case() {
        assert_eq!(id("Orders and Checkout"), "orders-and-checkout");
        assert_eq!(id("Écoles"), "écoles");
    }
}
