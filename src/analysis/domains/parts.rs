//! The second level: a large domain is cut once more, finer, by the ties inside it alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::RepoPath;
use crate::codebase::domain::{Domain, Domains, KeptDomains, Part};

use super::earlier::{Before, Standing};
use super::links::Link;
use super::names::{self, Speech};
use super::network::Network;
use super::placing::{self, Signs};
use super::roster::{Member, Roster};
use super::terms::Bag;
use super::{Partition, fit, folder, resume};

/// Shaping files above which a domain has a second level.
const LARGE: usize = 40;
/// Parts below which there is nothing to tell apart.
const PARTS_MIN: usize = 2;

/// What parts are found from: the same as domains.
pub(super) struct Ground<'a> {
    pub(super) paths: &'a [&'a RepoPath],
    pub(super) roster: &'a Roster,
    pub(super) network: &'a Network,
    pub(super) modules: &'a [Option<usize>],
    pub(super) links: &'a [Link],
    pub(super) words: &'a [Bag],
    pub(super) speech: Speech<'a>,
    /// The earlier run, and whether each member changed since.
    pub(super) kept: Option<&'a KeptDomains>,
    pub(super) changed: &'a [bool],
    pub(super) ignore_folders: bool,
}

/// Gives each large domain its parts.
pub(super) fn divide(ground: &Ground, domains: &mut Domains) {
    let domain_of = domains_of(ground.paths, domains);
    let mut links: Vec<Vec<Link>> = vec![Vec::new(); domains.domains.len()];
    for link in ground.links {
        if let (Some(from), Some(to)) = (domain_of[link.from], domain_of[link.to])
            && from == to
        {
            links[from].push(*link);
        }
    }
    let earlier = ground.kept.map(earlier_parts).unwrap_or_default();
    for (domain, links) in domains.domains.iter_mut().zip(links) {
        let members: Vec<Member> =
            domain.files.iter().filter_map(|file| ground.paths.binary_search(&file).ok()).collect();
        if members.iter().filter(|&&member| ground.roster.shaping[member]).count() > LARGE {
            domain.parts = Inside { ground, members, links, earlier: &earlier }.parts(domain);
        }
    }
}

/// Writes down which part each file is in, for the next run to go on from.
pub(super) fn keep(domains: &Domains, kept: &mut KeptDomains) {
    let parts = domains.domains.iter().flat_map(|domain| &domain.parts);
    let part_of: BTreeMap<&RepoPath, &str> =
        parts.flat_map(|part| part.files.iter().map(|file| (file, part.name.as_str()))).collect();
    for domain in &mut kept.domains {
        let own = domain.files.keys().filter_map(|file| Some((file.clone(), (*part_of.get(file)?).to_owned())));
        domain.parts = own.collect();
    }
}

/// The domain of each member.
fn domains_of(paths: &[&RepoPath], domains: &Domains) -> Vec<Option<usize>> {
    let mut domain_of = vec![None; paths.len()];
    for (index, domain) in domains.domains.iter().enumerate() {
        for member in domain.files.iter().filter_map(|file| paths.binary_search(&file).ok()) {
            domain_of[member] = Some(index);
        }
    }
    domain_of
}

/// Where files of domains with parts were: the name of their part, if they were in one.
type EarlierParts<'a> = BTreeMap<&'a RepoPath, Option<&'a str>>;

fn earlier_parts(kept: &KeptDomains) -> EarlierParts<'_> {
    let divided = kept.domains.iter().filter(|domain| !domain.parts.is_empty());
    let files = divided.flat_map(|domain| domain.files.keys().map(move |file| (file, domain.parts.get(file))));
    files.map(|(file, part)| (file, part.map(String::as_str))).collect()
}

/// One large domain.
struct Inside<'a> {
    ground: &'a Ground<'a>,
    members: Vec<Member>,
    /// Dependencies between its members.
    links: Vec<Link>,
    earlier: &'a EarlierParts<'a>,
}

impl Inside<'_> {
    /// Its parts, the largest first; none if it is all of a piece.
    fn parts(&self, domain: &Domain) -> Vec<Part> {
        let network = self.ground.network.induced(&self.members);
        let of_members = |all: &[bool]| -> Vec<bool> { self.members.iter().map(|&member| all[member]).collect() };
        let shaping = of_members(&self.ground.roster.shaping);
        let modules = self.modules();
        let names = self.earlier_names();
        let place = |name: &str| names.binary_search(&name).map_or(Before::Unknown, Before::Domain);
        let before = self.members.iter().map(|&member| {
            let earlier = self.earlier.get(self.ground.paths[member]);
            earlier.map_or(Before::Unknown, |name| name.map_or(Before::Shared, place))
        });
        let standing = Standing { before: before.collect(), changed: of_members(self.ground.changed) };
        let resumed = resume::resume(&standing, names.len(), &shaping, &network, &modules, &fit::PARTS);
        let earlier_names = if resumed.is_some() { names } else { Vec::new() };
        let mut partition = resumed.unwrap_or_else(|| {
            let domain_of = fit::cut(&network, &modules, &shaping, &fit::PARTS);
            let domains = domain_of.iter().flatten().max().map_or(0, |max| max + 1);
            Partition { stays_out: vec![false; domain_of.len()], domain_of, domains }
        });
        self.place(&mut partition);
        self.named(domain, &partition, &earlier_names)
    }

    /// The modules of its members, but for the one that it mostly is: that would not fall into parts.
    fn modules(&self) -> Vec<Option<usize>> {
        let module_of = |member: &Member| self.ground.modules[*member];
        let shaping = || self.members.iter().filter(|member| self.ground.roster.shaping[**member]);
        let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
        for module in shaping().filter_map(module_of) {
            *sizes.entry(module).or_default() += 1;
        }
        let whole = shaping().count();
        sizes.retain(|_, size| *size * 2 <= whole);
        let numbers: BTreeMap<usize, usize> = sizes.into_keys().zip(0..).collect();
        self.members.iter().map(|member| numbers.get(&module_of(member)?).copied()).collect()
    }

    /// Names of the parts that its files were in, sorted.
    fn earlier_names(&self) -> Vec<&str> {
        let names = self.members.iter().filter_map(|&member| *self.earlier.get(self.ground.paths[member])?);
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Puts tests, views and what stands alone beside what they are about.
    fn place(&self, partition: &mut Partition) {
        let local = |member: Member| self.members.binary_search(&member).ok();
        let link = |link: &Link| Some(Link { from: local(link.from)?, to: local(link.to)?, weight: link.weight });
        let links: Vec<Link> = self.links.iter().filter_map(link).collect();
        let words: Vec<Bag> = self.members.iter().map(|&member| self.ground.words[member].clone()).collect();
        let folders = self.members.iter().filter(|_| !self.ground.ignore_folders);
        let folders = folders.map(|&member| folder(self.ground.paths[member])).collect();
        placing::place(&Signs { links: &links, words: &words, folders }, partition);
    }

    fn named(&self, domain: &Domain, partition: &Partition, earlier: &[&str]) -> Vec<Part> {
        let (groups, rest) = partition.groups();
        let of_all = |own: Vec<usize>| -> Vec<Member> { own.into_iter().map(|own| self.members[own]).collect() };
        let groups: Vec<Vec<Member>> = groups.into_iter().map(of_all).collect();
        let rest = of_all(rest);
        let speech = Speech { inside: Some(&domain.name), ..self.ground.speech };
        let taken = earlier.iter().map(|name| (*name).to_owned()).chain([domain.name.clone()]).collect();
        let titles = names::titles(&speech, &groups, &rest, taken);
        let mut parts = Vec::new();
        for (at, (group, title)) in groups.iter().zip(titles).enumerate() {
            let name = earlier.get(at).map(|name| (*name).to_owned()).or(title.name);
            if let Some(name) = name.filter(|_| !group.is_empty()) {
                let files = group.iter().map(|&member| self.ground.paths[member].clone()).collect();
                parts.push(Part { id: names::id(&name), name, files, terms: title.terms });
            }
        }
        parts.sort_by(|a, b| b.files.len().cmp(&a.files.len()).then_with(|| a.id.cmp(&b.id)));
        if parts.len() < PARTS_MIN { Vec::new() } else { parts }
    }
}
