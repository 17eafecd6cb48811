//! Parts of the system that use each other in a circle.

use std::collections::BTreeSet;

use super::book::Book;
use super::cells::example;
use super::escape::Md;
use super::links::Links;
use crate::output::area_map::{AreaLink, AreaMap};
use crate::output::words;

/// Parts that use each other: a pair, or a longer circle that holds no such pair.
pub(super) struct Circle {
    what: &'static str,
    names: Vec<Md>,
    /// Of a pair: both ways, the thinner first.
    ways: Option<(AreaLink, AreaLink)>,
}

impl Circle {
    /// The circle in a sentence.
    pub(super) fn words(&self, book: &Book<'_>, links: &mut Links) -> Md {
        let names: Vec<String> = self.names.iter().map(|name| Md::bold(name).to_string()).collect();
        let names = words::list(&names);
        let Some((thin, thick)) = self.ways else {
            return Md::markdown(format!("{} {names} use each other in a circle.", self.what));
        };
        let example = example(book, thin.example, links);
        Md::markdown(format!(
            "{} {names} use each other: {} one way, {} the other. The thinner way: {example}.",
            self.what,
            words::count(thin.files as usize, "pair"),
            thick.files
        ))
    }
}

/// Circles of components and of domains, those that a few files make first.
pub(super) fn circles(book: &Book<'_>) -> Vec<Circle> {
    let component = |position: usize| Some(Md::code(&book.codebase().components.get(position)?.name));
    let mut found = Vec::new();
    add_circles("Components", &book.survey.components, component, &mut found);
    found.extend(domain_circles(book));
    found.sort_by_key(|circle| (circle.what, circle.ways.map_or(0, |(thin, _)| thin.files)));
    found
}

/// Circles of domains, those that a few files make first.
pub(super) fn domain_circles(book: &Book<'_>) -> Vec<Circle> {
    let domain = |position: usize| {
        let domain = book.codebase().domains.domains.get(position)?;
        Some(Md::text(book.domain_name(domain)))
    };
    let mut found = Vec::new();
    add_circles("Domains", &book.survey.domains, domain, &mut found);
    found.sort_by_key(|circle| circle.ways.map_or(0, |(thin, _)| thin.files));
    found
}

fn add_circles(what: &'static str, map: &AreaMap, name: impl Fn(usize) -> Option<Md>, found: &mut Vec<Circle>) {
    let mut paired = BTreeSet::new();
    for (one, two, there) in map.links().filter(|(one, two, _)| one < two) {
        let Some(back) = map.link(two, one) else { continue };
        paired.extend([one, two]);
        let ways = if there.files <= back.files { (there, back) } else { (back, there) };
        found.push(Circle { what, names: [one, two].into_iter().filter_map(&name).collect(), ways: Some(ways) });
    }
    for cycle in map.cycles().iter().filter(|cycle| !cycle.iter().any(|area| paired.contains(area))) {
        found.push(Circle { what, names: cycle.iter().filter_map(|&area| name(area)).collect(), ways: None });
    }
}
