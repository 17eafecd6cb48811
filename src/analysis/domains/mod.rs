//! Business domains: a deterministic clustering of files by what they use, what they talk about and where they lie.
//!
//! The signals become one weighted graph ([`links`], [`terms`], [`folders`]), which the Leiden method cuts ([`fit`]);
//! files that shape no domain are put beside those that do ([`placing`]), and the code's own words name the result
//! ([`names`]). No chance, no clock, no hash order: equal input gives equal domains, and a former result is kept
//! wherever the code has not moved.

mod fit;
mod folders;
mod leiden;
mod links;
mod names;
mod network;
mod placing;
mod roster;
mod terms;
mod texts;
mod words;

use std::collections::BTreeMap;

use crate::codebase::domain::{Domain, Domains};
use crate::codebase::{Component, DependencyGraph, Endpoint, Entity, Facts, SourceFile};

use fit::Layer;
use links::Link;
use network::Network;
use roster::Roster;
use terms::Bag;
use texts::Texts;

/// What domains are found from.
#[derive(Clone, Copy)]
pub struct DomainInput<'a> {
    /// All files, sorted by path.
    pub files: &'a [SourceFile],
    /// Their facts, in the same order.
    pub facts: &'a [Facts],
    /// Dependencies between them.
    pub graph: &'a DependencyGraph,
    /// Projects.
    pub components: &'a [Component],
    /// Endpoints, if they are known.
    pub endpoints: &'a [Endpoint],
    /// Entities, if they are known.
    pub entities: &'a [Entity],
    /// The domains of an earlier run, which are kept where the code has not moved.
    pub previous: Option<&'a Domains>,
    /// Whether to leave aside where files lie: no path, folder or namespace is looked at.
    pub ignore_folders: bool,
}

/// Weights of the signals against each other.
const DEPENDENCIES: f64 = 1.0;
const NAMES: f64 = 0.5;
const BODIES: f64 = 0.5;
const PATHS: f64 = 2.0;
const TREE: f64 = 0.5;

/// Finds the domains.
pub fn cluster(input: &DomainInput) -> Domains {
    let roster = Roster::of(input);
    let texts = Texts::read(input, &roster);
    let links = links::between(input, &roster);
    let network = network(input, &roster, &texts, &links);
    let modules = if input.ignore_folders { vec![None; roster.len()] } else { folders::modules(input, &roster) };
    let mut domain_of = fit::cut(&network, &modules, &roster.shaping);
    let domains = domain_of.iter().flatten().max().map_or(0, |max| max + 1);
    let shared = placing::shared(&links, &domain_of, domains);
    for (domain, _) in domain_of.iter_mut().zip(&shared).filter(|(_, shared)| **shared) {
        *domain = None;
    }
    let words = file_words(&roster, &texts);
    let signs = placing::Signs { links: &links, words: &words, folders: folders_of(input, &roster) };
    placing::place(&signs, &mut domain_of, &shared, domains);
    assemble(input, &roster, &texts, &domain_of, domains)
}

/// Mixes all signals into one graph over the members.
fn network(input: &DomainInput, roster: &Roster, texts: &Texts, links: &[Link]) -> Network {
    let words = texts.lexicon.len();
    let plain =
        |bags: &[Bag]| terms::ties(&terms::weigh(bags, &roster.shaping, words, |_| 1.0), &roster.shaping, words);
    let shaping = links.iter().filter(|link| roster.shaping[link.from] && roster.shaping[link.to]);
    let dependencies = shaping.map(|link| (link.from, link.to, link.weight)).collect();
    let mut layers = vec![
        Layer { ties: dependencies, weight: DEPENDENCIES },
        Layer { ties: plain(&texts.names), weight: NAMES },
        Layer { ties: plain(&texts.bodies), weight: BODIES },
    ];
    if !input.ignore_folders {
        layers.push(Layer { ties: plain(&texts.paths), weight: PATHS });
        layers.push(Layer { ties: folders::tree_ties(input, roster), weight: TREE });
    }
    fit::mix(roster.len(), layers)
}

/// What each member talks about, names and folders counting more than bodies.
fn file_words(roster: &Roster, texts: &Texts) -> Vec<Bag> {
    let all: Vec<Bag> = (0..roster.len())
        .map(|member| {
            let own = texts.names[member].words().iter().chain(texts.paths[member].words());
            Bag::new(own.copied().collect())
        })
        .collect();
    terms::weigh(&all, &vec![true; roster.len()], texts.lexicon.len(), |_| 1.0)
}

fn folders_of<'a>(input: &DomainInput<'a>, roster: &Roster) -> Vec<&'a str> {
    if input.ignore_folders {
        return Vec::new();
    }
    let paths = roster.members.iter().map(|&file| input.files[file].path.as_str());
    paths.map(|path| path.rsplit_once('/').map_or("", |(folder, _)| folder)).collect()
}

/// Names the domains and lists their files.
fn assemble(
    input: &DomainInput,
    roster: &Roster,
    texts: &Texts,
    domain_of: &[Option<usize>],
    domains: usize,
) -> Domains {
    let names: Vec<Bag> = (0..roster.len())
        .map(|member| {
            let own = texts.names[member].words().iter().chain(texts.paths[member].words());
            Bag::new(own.copied().collect())
        })
        .collect();
    let favour = favour(input, texts);
    let speech = names::Speech { lexicon: &texts.lexicon, names: &names, favour: &favour };
    let titles = names::titles(&speech, domain_of, domains);
    let mut found: Vec<Domain> = titles
        .into_iter()
        .map(|title| Domain { id: names::id(&title.name), name: title.name, files: Vec::new(), terms: title.terms })
        .collect();
    let mut shared = Vec::new();
    for (&file, domain) in roster.members.iter().zip(domain_of) {
        let path = input.files[file].path.clone();
        match domain.and_then(|domain| found.get_mut(domain)) {
            Some(domain) => domain.files.push(path),
            None => shared.push(path),
        }
    }
    found.retain(|domain| !domain.files.is_empty());
    found.sort_by(|a, b| b.files.len().cmp(&a.files.len()).then_with(|| a.id.cmp(&b.id)));
    Domains { domains: found, shared }
}

/// Words of entities, first route segments and folders count more as names.
fn favour(input: &DomainInput, texts: &Texts) -> Vec<f64> {
    let mut favour = vec![1.0; texts.lexicon.len()];
    let mut counted: BTreeMap<u32, f64> = BTreeMap::new();
    let named = input.entities.iter().map(|entity| entity.name.to_lowercase());
    for name in named {
        if let Some(word) = texts.lexicon.find(&name) {
            counted.insert(word, 1.5);
        }
    }
    for (word, factor) in counted {
        favour[word as usize] *= factor;
    }
    favour
}
