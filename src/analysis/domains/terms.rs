//! What files talk about: weighted words, and which files talk alike.

use super::words::WordId;

/// Share of the files above which a word tells nothing.
const COMMON_SHARE: f64 = 0.4;
/// Strongest words of a file that are compared.
const COMPARED_WORDS: usize = 40;
/// Files looked at for each word, those first in which it weighs most: keeps the cost in proportion to the files.
const COMPARED_FILES: usize = 256;
/// Nearest files that a file is tied to.
const NEAREST: usize = 10;
/// Likeness below which two files are not tied.
const LIKENESS_MIN: f64 = 0.05;

/// Words of one file with how much they count, sorted by word.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bag(Vec<(WordId, f64)>);

impl Bag {
    /// Adds all counts of equal words up.
    pub(super) fn new(mut counts: Vec<(WordId, f64)>) -> Self {
        counts.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        counts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        Self(counts)
    }

    /// Words and counts.
    pub(super) fn words(&self) -> &[(WordId, f64)] {
        &self.0
    }

    /// Whether a word is among them.
    pub(super) fn holds(&self, word: WordId) -> bool {
        self.0.binary_search_by_key(&word, |&(own, _)| own).is_ok()
    }

    /// How much a word counts; nothing if it is not among them.
    pub(super) fn weight(&self, word: WordId) -> f64 {
        self.0.binary_search_by_key(&word, |&(own, _)| own).map_or(0.0, |at| self.0[at].1)
    }

    /// Cosine of two bags that were scaled to length 1.
    pub(super) fn likeness(&self, other: &Self) -> f64 {
        let (mut left, mut right, mut sum) = (0, 0, 0.0);
        while let (Some(&(a, x)), Some(&(b, y))) = (self.0.get(left), other.0.get(right)) {
            match a.cmp(&b) {
                std::cmp::Ordering::Less => left += 1,
                std::cmp::Ordering::Greater => right += 1,
                std::cmp::Ordering::Equal => {
                    sum += x * y;
                    left += 1;
                    right += 1;
                }
            }
        }
        sum
    }

    /// The same words, scaled to length 1.
    pub(super) fn unit(mut self) -> Self {
        let length = self.0.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        if length > 0.0 {
            for (_, weight) in &mut self.0 {
                *weight /= length;
            }
        }
        self
    }
}

/// In how many of `bags` each of `words` words stands.
pub(super) fn spread<'a>(bags: impl Iterator<Item = &'a Bag>, words: usize) -> Vec<u32> {
    let mut spread = vec![0; words];
    for (word, _) in bags.flat_map(Bag::words) {
        spread[*word as usize] += 1;
    }
    spread
}

/// Weighs counts by how rare their words are among the files that are `counted`, and scales each bag to length 1.
pub(super) fn weigh(bags: &[Bag], counted: &[bool], words: usize) -> Vec<Bag> {
    let spread = spread(bags.iter().zip(counted).filter(|(_, counts)| **counts).map(|(bag, _)| bag), words);
    let files = f64::from(u32::try_from(counted.iter().filter(|counts| **counts).count()).unwrap_or(u32::MAX));
    let rarity: Vec<f64> = spread
        .iter()
        .map(|&files_with| {
            let files_with = f64::from(files_with);
            let tells = files_with >= 2.0 && files_with <= (files * COMMON_SHARE).max(3.0);
            if tells { (files / files_with).ln() } else { 0.0 }
        })
        .collect();
    bags.iter()
        .map(|bag| {
            let weighed = bag
                .words()
                .iter()
                .map(|&(word, count)| (word, (1.0 + count.max(1.0).ln()) * count.min(1.0) * rarity[word as usize]));
            Bag(weighed.filter(|(_, weight)| *weight > 0.0).collect()).unit()
        })
        .collect()
}

/// Ties each of the `counted` files to those that talk most like it.
pub(super) fn ties(bags: &[Bag], counted: &[bool], words: usize) -> Vec<(usize, usize, f64)> {
    let mut files_with: Vec<Vec<(usize, f64)>> = vec![Vec::new(); words];
    let strongest: Vec<Vec<(WordId, f64)>> =
        bags.iter().zip(counted).map(|(bag, counts)| if *counts { strongest(bag) } else { Vec::new() }).collect();
    for (file, words) in strongest.iter().enumerate() {
        for &(word, weight) in words {
            files_with[word as usize].push((file, weight));
        }
    }
    for files in &mut files_with {
        keep_heaviest(files, COMPARED_FILES);
    }
    let mut likeness = vec![0.0; bags.len()];
    let mut seen = Vec::new();
    let mut ties = Vec::new();
    for (file, words) in strongest.iter().enumerate() {
        for &(word, weight) in words {
            for &(other, other_weight) in &files_with[word as usize] {
                if likeness[other] == 0.0 {
                    seen.push(other);
                }
                likeness[other] += weight * other_weight;
            }
        }
        let mut near: Vec<(usize, f64)> = seen.drain(..).map(|other| (other, likeness[other])).collect();
        for &(other, _) in &near {
            likeness[other] = 0.0;
        }
        near.retain(|&(other, alike)| other != file && alike >= LIKENESS_MIN);
        keep_heaviest(&mut near, NEAREST);
        ties.extend(near.into_iter().map(|(other, alike)| (file, other, alike)));
    }
    ties
}

fn strongest(bag: &Bag) -> Vec<(WordId, f64)> {
    let mut words = bag.words().to_vec();
    keep_heaviest(&mut words, COMPARED_WORDS);
    words
}

/// The `most` entries of the greatest weight, heaviest first; among equals those of the lowest number.
fn keep_heaviest<T: Ord>(weighed: &mut Vec<(T, f64)>, most: usize) {
    let order = |a: &(T, f64), b: &(T, f64)| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    if weighed.len() > most {
        weighed.select_nth_unstable_by(most, order);
        weighed.truncate(most);
    }
    weighed.sort_unstable_by(order);
}
