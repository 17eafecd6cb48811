//! A class and those it derives from, in the order in which Python looks for a member (C3).

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::PythonResolver;
use super::meaning::{Budget, Place};

/// How many classes may stand between one and the last it derives from.
const DEPTH_MAX: u32 = 32;

/// The classes to look through, one at a time: most members are found in the first or second. It is what there is
/// until all lineages are known.
pub(super) struct Lineage {
    /// In order; the bases of the last one are yet to be looked at, unless `is_whole`.
    known: Vec<Place>,
    at: usize,
    is_whole: bool,
}

impl Lineage {
    pub(super) fn new(class: Place) -> Self {
        Self { known: vec![class], at: 0, is_whole: false }
    }

    pub(super) fn next(&mut self, names: &PythonResolver<'_>, budget: &mut Budget) -> Option<Place> {
        if self.at == self.known.len() && !self.is_whole {
            self.extend(names, budget);
        }
        self.at += 1;
        self.known.get(self.at - 1).copied()
    }

    fn extend(&mut self, names: &PythonResolver<'_>, budget: &mut Budget) {
        let bases = self.known.last().map_or_else(Vec::new, |last| names.bases(*last, budget));
        match bases.as_slice() {
            [] => self.is_whole = true,
            [base] if self.known.contains(base) => self.is_whole = true,
            [base] => self.known.push(*base),
            bases => {
                let above = bases.iter().map(|base| order(names, *base, budget, DEPTH_MAX)).collect();
                self.known.extend(merged(above, bases));
                self.is_whole = true;
            }
        }
    }
}

/// The lineages of all classes, each read once.
#[derive(Default)]
pub(super) struct Lineages(FxHashMap<Place, Box<[Place]>>);

impl Lineages {
    pub(super) fn new(names: &PythonResolver<'_>) -> Self {
        let classes: Vec<Place> = names.classes().collect();
        let whole = |class: Place| {
            let (mut lineage, mut budget) = (Lineage::new(class), Budget::default());
            (class, std::iter::from_fn(|| lineage.next(names, &mut budget)).collect())
        };
        Self(classes.into_par_iter().map(whole).collect())
    }
}

impl PythonResolver<'_> {
    /// A class and all it derives from.
    pub(super) fn lineage(&self, class: Place) -> &[Place] {
        self.lineages.0.get(&class).map_or(&[], AsRef::as_ref)
    }
}

fn order(names: &PythonResolver<'_>, class: Place, budget: &mut Budget, depth_left: u32) -> Vec<Place> {
    if depth_left == 0 || budget.spend().is_none() {
        return vec![class];
    }
    let bases = names.bases(class, budget);
    let above = bases.iter().map(|base| order(names, *base, budget, depth_left - 1)).collect();
    let mut order = vec![class];
    order.extend(merged(above, &bases));
    order
}

/// Takes the first class of a list that stands behind no other, again and again.
fn merged(mut lists: Vec<Vec<Place>>, bases: &[Place]) -> Vec<Place> {
    lists.push(bases.to_vec());
    let mut merged = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        let is_behind = |class: &Place| lists.iter().any(|list| list[1..].contains(class));
        let firsts = || lists.iter().filter_map(|list| list.first());
        // An order that Python would refuse is read from left to right.
        let Some(next) = firsts().find(|class| !is_behind(class)).or_else(|| firsts().next()).copied() else {
            return merged;
        };
        for list in &mut lists {
            list.retain(|class| *class != next);
        }
        merged.push(next);
    }
}
