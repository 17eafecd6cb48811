//! Names of domains in the business's words, from the names that the code itself uses.

use std::collections::BTreeSet;

use super::roster::Member;
use super::terms::{Bag, spread};
use super::texts::Texts;
use super::words::{Forms, Lexicon, WordId, is_generic, split};

/// Words that are listed for a domain.
const TERMS: usize = 8;
/// How well a word must pick a domain's files to name it.
const NAME_MIN: f64 = 0.12;
/// Words that may stand beside the first in a name, if they tell this share of what it tells ...
const SECOND_SHARE: f64 = 0.5;
/// ... and name this share of the files, which the first does not.
const SECOND_FILES: f64 = 0.25;
/// Letters of the shortest stem by which two words are known for one.
const STEM_MIN: usize = 3;
/// Letters of the longest word that is written in capitals.
const ABBREVIATION_MAX: usize = 4;
/// Share of their uses in which two words stand together, so that they are one term.
const TOGETHER: f64 = 0.5;

/// What a domain is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Title {
    /// Name for people, if a word of the business names it.
    pub(super) name: Option<String>,
    /// Words that set it apart, strongest first.
    pub(super) terms: Vec<String>,
}

/// What names are made from.
#[derive(Clone, Copy)]
pub(super) struct Speech<'a> {
    /// The words of all files.
    pub(super) texts: &'a Texts,
    /// How much more a word counts as a name: entities and routes are named in the business's words.
    pub(super) favour: &'a [f64],
    /// Whether the groups lie inside this domain: its own name then tells nothing, and one word must do.
    pub(super) inside: Option<&'a str>,
}

impl Speech<'_> {
    /// Words that name nothing here.
    fn dull(&self) -> Vec<WordId> {
        let words = self.inside.map(split).unwrap_or_default();
        words.into_iter().filter_map(|word| self.texts.lexicon.find(word)).collect()
    }
}

/// A word that may name a domain.
struct Candidate {
    score: f64,
    word: WordId,
}

/// Names groups of members, each by what sets it apart from the other groups and from `rest`. Names are unique, and none
/// is `taken` already.
pub(super) fn titles(
    speech: &Speech,
    groups: &[Vec<Member>],
    rest: &[Member],
    mut taken: BTreeSet<String>,
) -> Vec<Title> {
    let own_words =
        |members: &[Member]| -> Vec<Bag> { members.iter().map(|&member| speech.texts.own_words(member)).collect() };
    let words: Vec<Vec<Bag>> = groups.iter().map(|group| own_words(group)).collect();
    let around = own_words(rest);
    let everywhere = spread(words.iter().flatten().chain(&around), speech.texts.lexicon.len());
    let ranked: Vec<Vec<Candidate>> =
        groups.iter().zip(&words).map(|(group, words)| rank(speech, words, group, &everywhere)).collect();
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let strength = |group: usize| ranked[group].first().map_or(0.0, |first| first.score);
    order.sort_by(|&a, &b| strength(b).total_cmp(&strength(a)).then(a.cmp(&b)));
    let mut titles = vec![Title::default(); groups.len()];
    for group in order {
        let name = choose(speech, &ranked[group], &words[group], &taken);
        taken.extend(name.clone());
        let lemma = |candidate: &Candidate| speech.texts.lexicon.forms(candidate.word).lemma.clone();
        titles[group] = Title { name, terms: ranked[group].iter().take(TERMS).map(lemma).collect() };
    }
    titles
}

/// Words that the group's files define names with, by how well each alone would pick the group's files: the root of
/// the share of its files that carry it, times the share of the files carrying it that are its own.
fn rank(speech: &Speech, words: &[Bag], members: &[Member], everywhere: &[u32]) -> Vec<Candidate> {
    let count = speech.texts.lexicon.len();
    let here = spread(words.iter(), count);
    let named = spread(members.iter().map(|&member| &speech.texts.names[member]), count);
    let files = number(members.len().max(1));
    let least = if members.len() < 3 { 1 } else { 2 };
    let dull = speech.dull();
    let reach = if speech.inside.is_some() { 1.0 } else { 0.5 };
    let mut ranked: Vec<Candidate> = (0_u32..)
        .zip(here.iter().zip(&named).zip(everywhere))
        .filter(|(word, ((_, named), _))| **named >= least && !dull.contains(word))
        .map(|(word, ((&here, _), &everywhere))| {
            let (here, everywhere) = (f64::from(here), f64::from(everywhere.max(1)));
            Candidate { score: (here / files).powf(reach) * (here / everywhere) * speech.favour[word as usize], word }
        })
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.word.cmp(&b.word)));
    ranked.truncate(TERMS * 2);
    ranked
}

/// The best name that no other domain has: the first word, with the second where the two are one term, where the first
/// leaves many of the files unnamed, or where it names nothing alone and a free word of the business stands beside it.
fn choose(speech: &Speech, ranked: &[Candidate], own: &[Bag], taken: &BTreeSet<String>) -> Option<String> {
    let lexicon = &speech.texts.lexicon;
    let first = ranked.first().filter(|first| first.score >= NAME_MIN)?;
    let lemma = |candidate: &Candidate| lexicon.forms(candidate.word).lemma.as_str();
    let pairs_well = |other: &&Candidate| !is_generic(lemma(other)) && !same_stem(lemma(first), lemma(other));
    let rivals = || ranked[1..].iter().filter(|rival| rival.score >= first.score * SECOND_SHARE);
    let term = rivals().find_map(|rival| term(lexicon, first.word, rival.word));
    let unnamed = |rival: &&Candidate| {
        let more = own.iter().filter(|words| words.holds(rival.word) && !words.holds(first.word)).count();
        number(more) >= number(own.len()) * SECOND_FILES
    };
    let with = |other: &Candidate| both(lexicon, first.word, other.word);
    let beside =
        rivals().take(TERMS / 2).filter(|_| speech.inside.is_none()).filter(pairs_well).find(unnamed).map(with);
    let alone = (!is_generic(lemma(first))).then(|| display(lexicon.forms(first.word)));
    let of_business = |other: &&Candidate| speech.favour[other.word as usize] > 1.0;
    let is_free = |other: &&Candidate| !taken.contains(&display(lexicon.forms(other.word)));
    let others = || ranked[1..].iter().filter(pairs_well).filter(is_free);
    let told = others().filter(of_business).map(with);
    let last = [display(lexicon.forms(first.word))];
    let candidates = term.into_iter().chain(beside).chain(alone).chain(told).chain(last);
    candidates.into_iter().find(|name| !taken.contains(name))
}

/// Whether two words are forms of one: `order` and `ordering`.
fn same_stem(one: &str, other: &str) -> bool {
    let stem = |word: &str| word.trim_end_matches(['e', 'y']).to_owned();
    let (one_stem, other_stem) = (stem(one), stem(other));
    let shorter = one_stem.len().min(other_stem.len());
    shorter >= STEM_MIN && (one.starts_with(&other_stem) || other.starts_with(&one_stem))
}

/// The term that two words make, if they mostly stand together.
fn term(lexicon: &Lexicon, one: WordId, other: WordId) -> Option<String> {
    let (forth, back) = (lexicon.pair(one, other), lexicon.pair(other, one));
    let (first, second, together) = if forth >= back { (one, other, forth) } else { (other, one, back) };
    let uses = lexicon.forms(one).uses.max(lexicon.forms(other).uses);
    let singular = Forms { plurals: 0, ..lexicon.forms(first).clone() };
    (f64::from(together) >= f64::from(uses) * TOGETHER)
        .then(|| format!("{} {}", display(&singular), display(lexicon.forms(second))))
}

fn both(lexicon: &Lexicon, one: WordId, other: WordId) -> String {
    format!("{} and {}", display(lexicon.forms(one)), display(lexicon.forms(other)))
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The words of a name as they stand in a heading, spelt as they are but for capitals.
pub(super) fn heading(lexicon: &Lexicon, words: &[String]) -> String {
    let shown = words.iter().map(|word| match lexicon.find(word).map(|id| lexicon.forms(id)) {
        Some(forms) if is_abbreviation(forms) => forms.lemma.to_uppercase(),
        _ => title_case(word),
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Whether a word is written in capitals: where the code does so, or where it cannot be spoken.
fn is_abbreviation(forms: &Forms) -> bool {
    let spoken = forms.lemma.contains(['a', 'e', 'i', 'o', 'u', 'y']) || !forms.lemma.is_ascii();
    let abbreviated = forms.lemma.chars().count() <= ABBREVIATION_MAX
        && (forms.capitals * 2 > forms.uses || (forms.capitals > 1 && forms.capitals > forms.titles));
    !spoken || abbreviated
}

/// A word as it stands in a heading: in the plural where the code says it so, in capitals where the code does or where
/// it cannot be spoken.
pub(super) fn display(forms: &Forms) -> String {
    if is_abbreviation(forms) {
        return forms.lemma.to_uppercase();
    }
    let name = title_case(&forms.lemma);
    if forms.plurals * 8 >= forms.uses { plural(&name) } else { name }
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
        Forms { lemma: lemma.into(), uses, plurals, capitals, titles: uses / 4 }
    }

    #[test]
    fn words_stand_in_headings_as_the_code_says_them() {
        let cases = [
            (forms("order", 40, 10, 0), "Orders"),
            (forms("basket", 90, 2, 0), "Basket"),
            (forms("category", 10, 5, 0), "Categories"),
            (forms("vlan", 10, 1, 8), "VLAN"),
            (forms("address", 10, 9, 0), "Addresses"),
            (forms("vpn", 10, 3, 0), "VPN"),
            (forms("ipam", 40, 0, 12), "IPAM"),
            (forms("password", 10, 0, 8), "Password"),
        ];
        for (forms, expected) in cases {
            assert_eq!(display(&forms), expected);
        }
    }

    #[test]
    fn forms_of_one_word_are_known() {
        assert!(same_stem("order", "ordering"));
        assert!(same_stem("organization", "organizational"));
        assert!(!same_stem("cart", "catalog") && !same_stem("id", "idea"));
    }

    #[test]
    fn ids_are_kebab_case() {
        assert_eq!(id("Orders and Checkout"), "orders-and-checkout");
        assert_eq!(id("Écoles"), "écoles");
    }
}
