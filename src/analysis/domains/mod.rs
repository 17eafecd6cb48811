//! Business domains: a deterministic clustering of files by what they use, what they talk about and where they lie.
//!
//! The signals become one weighted graph (`links`, `terms`, `folders`), which the Leiden method cuts (`fit`);
//! files that shape no domain are put beside those that do (`placing`), and the code's own words name the result
//! (`names`). No chance, no clock, no hash order: equal input gives equal domains, and a former result is kept
//! wherever the code has not moved.

mod areas;
mod drift;
mod earlier;
mod favour;
mod fit;
mod folders;
mod leiden;
mod links;
mod modules;
mod names;
mod network;
mod parts;
mod placing;
mod reasons;
mod resume;
mod roster;
mod rules;
mod terms;
#[cfg(test)]
mod tests;
mod texts;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::domain::{Domain, Domains, KeptDomain, KeptDomains};
use crate::codebase::pins::DomainRules;
use crate::codebase::{Component, DependencyGraph, Endpoint, Entity, Facts, RepoPath, SourceFile};
use crate::diagnostics::Diagnostic;

pub use reasons::explain;

use fit::Layer;
use links::Link;
use modules::Modules;
use network::Network;
use roster::{Member, Roster};
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
    pub kept: Option<&'a KeptDomains>,
    /// What people say of domains, which wins.
    pub rules: Option<&'a DomainRules>,
    /// Whether to leave aside where files lie: no path, folder or namespace is looked at.
    pub ignore_folders: bool,
}

/// Weights of the signals against each other, measured on repositories whose domains are known.
const DEPENDENCIES: f64 = 1.0;
const NAMES: f64 = 1.5;
const BODIES: f64 = 0.5;
const PATHS: f64 = 2.0;
const TREE: f64 = 0.5;
/// What clustering gives.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// The domains, with the rules of people laid over them.
    pub domains: Domains,
    /// What was found without those rules, for the next run to go on from.
    pub kept: KeptDomains,
    /// Rules that match nothing, and domains that the code has moved away from.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds the domains.
pub fn cluster(input: &DomainInput) -> Found {
    let roster = Roster::of(input);
    let paths: Vec<&RepoPath> = roster.members.iter().map(|&file| &input.files[file].path).collect();
    let texts = Texts::read(input, &roster);
    let links = links::between(input, &roster);
    let network = network(input, &paths, &roster, &texts, &links);
    let modules = if input.ignore_folders { Modules::none(roster.len()) } else { Modules::found(&paths, &roster) };
    let fresh = found(&network, &modules.of, &roster, &links, &keeps_records(input, &roster));
    let marks = earlier::marks(input, &roster);
    let standing = earlier::standing(input.kept.unwrap_or(&KeptDomains::default()), &paths, &marks);
    let resumed = input.kept.and_then(|kept| {
        resume::resume(&standing, kept.domains.len(), &roster.shaping, &network, &modules.of, &fit::DOMAINS)
    });
    let note = resumed.as_ref().and_then(|resumed| drift::note(&resumed.domain_of, &fresh.domain_of));
    let resumes = resumed.is_some();
    let origins = Origins::of(input.kept, resumes);
    let mut partition = resumed.unwrap_or(fresh);
    partition.leave_out(&roster.foreign);
    let words = file_words(&roster, &texts);
    let folders = if input.ignore_folders { Vec::new() } else { paths.iter().map(|path| folder(path)).collect() };
    placing::place(&placing::Signs { links: &links, words: &words, folders }, &mut partition);
    let favour = favour::favour(input, &texts);
    let speech = names::Speech { texts: &texts, favour: &favour, inside: None };
    let drawn = drawn_names(&modules, &roster, &partition, &texts);
    let mut domains = assemble(&paths, speech, &partition, drawn, &origins);
    domains.reasons = shared_reasons(&domains, &paths, &roster, &links, &partition);
    let mut kept = keep(&domains, &paths, &marks);
    let mut diagnostics: Vec<Diagnostic> = note.into_iter().collect();
    diagnostics.extend(input.rules.into_iter().flat_map(|rules| rules::apply(rules, &mut domains)));
    let ground = parts::Ground {
        paths: &paths,
        roster: &roster,
        network: &network,
        modules: &modules.of,
        links: &links,
        words: &words,
        speech,
        kept: input.kept.filter(|_| resumes),
        changed: &standing.changed,
        ignore_folders: input.ignore_folders,
    };
    parts::divide(&ground, &mut domains);
    parts::keep(&domains, &mut kept);
    Found { domains, kept, diagnostics }
}

/// Where present domains come from.
#[derive(Clone, Copy)]
enum Origins<'a> {
    /// They were all found afresh, and nothing was kept.
    None,
    /// They were found afresh, and take over the ids and names of those that they overlap.
    Overlap(&'a KeptDomains),
    /// The first are the kept ones, in their order.
    Kept(&'a KeptDomains),
}

impl<'a> Origins<'a> {
    const fn of(kept: Option<&'a KeptDomains>, resumed: bool) -> Self {
        match kept {
            None => Self::None,
            Some(kept) if resumed => Self::Kept(kept),
            Some(kept) => Self::Overlap(kept),
        }
    }

    /// The kept domain that each of the present ones, given by its files, goes on from.
    fn ancestors(self, files: &[Vec<RepoPath>]) -> Vec<Option<&'a KeptDomain>> {
        match self {
            Self::None => vec![None; files.len()],
            Self::Overlap(kept) => {
                resume::ancestors(kept, files).into_iter().map(|ancestor| kept.domains.get(ancestor?)).collect()
            }
            Self::Kept(kept) => (0..files.len()).map(|domain| kept.domains.get(domain)).collect(),
        }
    }
}

/// Why each shared file is in no domain.
fn shared_reasons(
    domains: &Domains,
    paths: &[&RepoPath],
    roster: &Roster,
    links: &[Link],
    partition: &Partition,
) -> BTreeMap<RepoPath, String> {
    let reasons = reasons::of_shared(roster, links, &partition.domain_of, domains.domains.len());
    let member = |file: &RepoPath| paths.binary_search(&file).ok();
    let reason = |file: &RepoPath| Some((file.clone(), reasons.get(member(file)?)?.clone()));
    domains.shared.iter().filter_map(reason).collect()
}

/// What the next run goes on from.
fn keep(domains: &Domains, paths: &[&RepoPath], marks: &[String]) -> KeptDomains {
    let with_mark = |files: &[RepoPath]| {
        let mark = |file| paths.binary_search(&file).ok().and_then(|member| marks.get(member)).cloned();
        files.iter().map(|file| (file.clone(), mark(file).unwrap_or_default())).collect()
    };
    let mut kept: Vec<KeptDomain> = domains
        .domains
        .iter()
        .map(|domain| KeptDomain {
            id: domain.id.clone(),
            name: domain.name.clone(),
            files: with_mark(&domain.files),
            parts: BTreeMap::new(),
        })
        .collect();
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    KeptDomains { domains: kept, shared: with_mark(&domains.shared) }
}

/// Where each member stands.
#[derive(Debug, Default)]
struct Partition {
    /// The domain of each member, if it has one yet.
    domain_of: Vec<Option<usize>>,
    /// Members that serve all domains alike and are put into none.
    stays_out: Vec<bool>,
    /// Number of domains.
    domains: usize,
}

impl Partition {
    /// The members of each domain, and those of none.
    fn groups(&self) -> (Vec<Vec<Member>>, Vec<Member>) {
        let mut groups = vec![Vec::new(); self.domains];
        let mut rest = Vec::new();
        for (member, domain) in self.domain_of.iter().enumerate() {
            match domain.and_then(|domain| groups.get_mut(domain)) {
                Some(group) => group.push(member),
                None => rest.push(member),
            }
        }
        (groups, rest)
    }

    /// Takes members out of all domains.
    fn leave_out(&mut self, out: &[bool]) {
        for (member, _) in out.iter().enumerate().filter(|(_, out)| **out) {
            self.domain_of[member] = None;
            self.stays_out[member] = true;
        }
    }
}

/// Members that declare a stored record: however many use it, it is some domain's own.
fn keeps_records(input: &DomainInput, roster: &Roster) -> Vec<bool> {
    let mut keeps = vec![false; roster.len()];
    for entity in input.entities {
        let file = input.files.binary_search_by(|file| file.path.cmp(&entity.file)).ok();
        if let Some(member) = file.and_then(|file| roster.member(file)) {
            keeps[member] = true;
        }
    }
    keeps
}

/// Finds domains without regard to an earlier run.
fn found(
    network: &Network,
    modules: &[Option<usize>],
    roster: &Roster,
    links: &[Link],
    keeps_records: &[bool],
) -> Partition {
    let mut domain_of = fit::cut(network, modules, &roster.shaping, &fit::DOMAINS);
    let domains = domain_of.iter().flatten().max().map_or(0, |max| max + 1);
    let spread = placing::shared(links, &domain_of, domains);
    let stays_out: Vec<bool> = spread.iter().zip(keeps_records).map(|(spread, keeps)| *spread && !keeps).collect();
    for (domain, _) in domain_of.iter_mut().zip(&stays_out).filter(|(_, out)| **out) {
        *domain = None;
    }
    Partition { domain_of, stays_out, domains }
}

/// Mixes all signals into one graph over the members.
fn network(input: &DomainInput, paths: &[&RepoPath], roster: &Roster, texts: &Texts, links: &[Link]) -> Network {
    let words = texts.lexicon.len();
    let alike = |bags: &[Bag]| terms::ties(&terms::weigh(bags, &roster.shaping, words), &roster.shaping, words);
    let shaping = links.iter().filter(|link| roster.shaping[link.from] && roster.shaping[link.to]);
    let dependencies = shaping.map(|link| (link.from, link.to, link.weight)).collect();
    let (names, (bodies, folders)) =
        rayon::join(|| alike(&texts.names), || rayon::join(|| alike(&texts.bodies), || alike(&texts.paths)));
    let mut layers = vec![
        Layer { ties: dependencies, weight: DEPENDENCIES },
        Layer { ties: names, weight: NAMES },
        Layer { ties: bodies, weight: BODIES },
    ];
    if !input.ignore_folders {
        layers.push(Layer { ties: folders, weight: PATHS });
        layers.push(Layer { ties: folders::tree_ties(paths, roster), weight: TREE });
    }
    fit::mix(roster.len(), layers)
}

/// What each member talks about, names and folders counting more than bodies.
fn file_words(roster: &Roster, texts: &Texts) -> Vec<Bag> {
    let all: Vec<Bag> = (0..roster.len()).map(|member| texts.own_words(member)).collect();
    terms::weigh(&all, &vec![true; roster.len()], texts.lexicon.len())
}

fn folder(path: &RepoPath) -> &str {
    path.as_str().rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The names of domains that are mostly one module: what its authors called it.
fn drawn_names(modules: &Modules, roster: &Roster, partition: &Partition, texts: &Texts) -> Vec<Option<String>> {
    let mut taken = BTreeSet::new();
    let drawn = |group: Vec<Member>| {
        let shaping: Vec<Member> = group.into_iter().filter(|&member| roster.shaping[member]).collect();
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for module in shaping.iter().filter_map(|&member| modules.of[member]) {
            *sizes.entry(module).or_default() += 1;
        }
        let (module, _) = sizes.into_iter().find(|(_, size)| size * 2 > shaping.len())?;
        let name = names::heading(&texts.lexicon, &modules.names[module]);
        (!name.is_empty() && taken.insert(name.clone())).then_some(name)
    };
    partition.groups().0.into_iter().map(drawn).collect()
}

/// Names the domains and lists their files; what no word of the business names is shared.
fn assemble(
    paths: &[&RepoPath],
    speech: names::Speech,
    partition: &Partition,
    drawn: Vec<Option<String>>,
    origins: &Origins,
) -> Domains {
    let (groups, rest) = partition.groups();
    let files_of = |members: &[usize]| -> Vec<RepoPath> { members.iter().map(|&it| paths[it].clone()).collect() };
    let files: Vec<Vec<RepoPath>> = groups.iter().map(|members| files_of(members)).collect();
    let mut shared = files_of(&rest);
    let ancestors = origins.ancestors(&files);
    let mut taken: BTreeSet<String> = ancestors.iter().flatten().map(|domain| domain.name.clone()).collect();
    // An earlier domain keeps its name, even where a module of another one is called so.
    let drawn: Vec<Option<String>> =
        drawn.into_iter().map(|name| name.filter(|name| taken.insert(name.clone()))).collect();
    let titles = names::titles(&speech, &groups, &rest, taken);
    let mut domains = Vec::new();
    for (((title, files), ancestor), drawn) in titles.into_iter().zip(files).zip(ancestors).zip(drawn) {
        let name = ancestor.map(|earlier| earlier.name.clone()).or(drawn).or(title.name);
        match name {
            Some(name) if !files.is_empty() => {
                let id = ancestor.map_or_else(|| names::id(&name), |earlier| earlier.id.clone());
                domains.push(Domain { id, name, files, terms: title.terms, parts: Vec::new() });
            }
            _ => shared.extend(files),
        }
    }
    shared.sort_unstable();
    domains.sort_by(|a, b| b.files.len().cmp(&a.files.len()).then_with(|| a.id.cmp(&b.id)));
    Domains { domains, shared, reasons: BTreeMap::new() }
}
