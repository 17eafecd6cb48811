//! Why a file is where it is: what can be told of any file, and of those that are in no domain.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::domain::{Explanation, Fit, Reason, ReasonKind};
use crate::codebase::graph::FileIndex;
use crate::codebase::{Codebase, RepoPath};

use super::links::{self, Link};
use super::modules::Modules;
use super::placing::{centres, folder_shares};
use super::roster::{Member, Roster};
use super::terms::Bag;
use super::texts::Texts;
use super::{DomainInput, file_words, folder};

/// Files, and words, named as reasons.
const NAMED_MAX: usize = 5;

/// Why each of the members that are in no domain is in none.
pub(super) fn of_shared(roster: &Roster, links: &[Link], domain_of: &[Option<usize>], domains: usize) -> Vec<String> {
    let mut users: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); domain_of.len()];
    let mut used: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); domain_of.len()];
    for link in links {
        users[link.to].extend(domain_of[link.from]);
        used[link.from].extend(domain_of[link.to]);
    }
    let reason = |member: Member| match (users[member].len(), used[member].len()) {
        _ if roster.foreign[member] => "a copy of a library, with its own licence".to_owned(),
        (0, 0) => "nothing that it uses or that uses it is in a domain".to_owned(),
        (users, used) if users >= used && users > 1 => format!("files of {users} of {domains} domains use it"),
        (_, used) if used > 1 => format!("it puts files of {used} of {domains} domains together"),
        _ => "its words and dependencies are not a domain's own".to_owned(),
    };
    (0..roster.len()).map(reason).collect()
}

/// The strongest reasons for a file's place; `None` if the file takes no part in domains.
pub fn explain(codebase: &Codebase, path: &RepoPath, ignore_folders: bool) -> Option<Explanation> {
    let input = DomainInput {
        files: &codebase.files,
        facts: &codebase.facts,
        graph: &codebase.graph,
        components: &codebase.components,
        endpoints: &codebase.endpoints,
        entities: &codebase.entities,
        kept: None,
        rules: None,
        ignore_folders,
    };
    let roster = Roster::of(&input);
    let file = codebase.file_index(path)?;
    let member = roster.member(file)?;
    let paths: Vec<&RepoPath> = roster.members.iter().map(|&file| &codebase.files[file].path).collect();
    let texts = Texts::read(&input, &roster);
    let ground = Ground {
        links: links::between(&input, &roster),
        words: file_words(&roster, &texts),
        domain_of: domains_of(codebase, &paths),
        domains: codebase.domains.domains.len(),
        texts,
        paths,
        roster,
    };
    let own = ground.domain_of[member];
    let mut reasons: Vec<Reason> =
        codebase.domains.reasons.get(path).map(|why| Reason::shared(why)).into_iter().collect();
    if let Some(domain) = own {
        reasons.extend(ground.dependencies(codebase, member, domain));
        reasons.extend(ground.shared_words(member, domain));
        if !ignore_folders {
            reasons.extend(ground.folder_reasons(member, domain));
        }
    }
    let mut fits = ground.fits(codebase, member, ignore_folders);
    fits.sort_by(|a, b| b.total().total_cmp(&a.total()).then_with(|| a.domain.cmp(&b.domain)));
    let own = own.map(|domain| codebase.domains.domains[domain].id.clone());
    Some(Explanation { file: path.clone(), domain: own, shapes: ground.roster.shaping[member], reasons, fits })
}

fn domains_of(codebase: &Codebase, paths: &[&RepoPath]) -> Vec<Option<usize>> {
    let mut domain_of: BTreeMap<&RepoPath, usize> = BTreeMap::new();
    for (index, domain) in codebase.domains.domains.iter().enumerate() {
        domain_of.extend(domain.files.iter().map(|file| (file, index)));
    }
    paths.iter().map(|path| domain_of.get(path).copied()).collect()
}

/// What explanations rest on.
struct Ground<'a> {
    roster: Roster,
    paths: Vec<&'a RepoPath>,
    texts: Texts,
    links: Vec<Link>,
    words: Vec<Bag>,
    domain_of: Vec<Option<usize>>,
    domains: usize,
}

impl Ground<'_> {
    /// Files of the domain that the member uses or that use it, the strongest ties first.
    fn dependencies(&self, codebase: &Codebase, member: Member, domain: usize) -> Vec<Reason> {
        let all: f64 = self.ties(member).map(|(_, link)| link.weight).sum();
        let mut ties: Vec<(Member, &Link)> =
            self.ties(member).filter(|(other, _)| self.domain_of[*other] == Some(domain)).collect();
        ties.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(a.0.cmp(&b.0)));
        let reason = |(other, link): (Member, &Link)| {
            let verb = if link.from == member { "uses" } else { "is used by" };
            let uses = uses(codebase, self.roster.members[link.from], self.roster.members[link.to]);
            Reason {
                kind: ReasonKind::Dependency,
                detail: format!("{verb} {} ({uses})", self.paths[other]),
                share: rounded(link.weight / all),
            }
        };
        ties.into_iter().take(NAMED_MAX).map(reason).collect()
    }

    fn ties(&self, member: Member) -> impl Iterator<Item = (Member, &Link)> {
        let of_member = self.links.iter().filter(move |link| link.from == member || link.to == member);
        of_member.map(move |link| (if link.from == member { link.to } else { link.from }, link))
    }

    /// Words that the member shares with the domain.
    fn shared_words(&self, member: Member, domain: usize) -> Vec<Reason> {
        let centres = centres(&self.words, &self.domain_of, self.domains);
        let likeness = self.words[member].likeness(&centres[domain]);
        let mut told: Vec<(f64, u32)> = Vec::new();
        for &(word, weight) in self.words[member].words() {
            told.push((weight * centres[domain].weight(word), word));
        }
        told.retain(|(weight, _)| *weight > 0.0);
        told.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let reason = |(weight, word): (f64, u32)| {
            let holders = |wanted: bool| {
                let files = self.words.iter().zip(&self.domain_of);
                files.filter(|(bag, of)| bag.holds(word) && (**of == Some(domain)) == wanted).count()
            };
            let lemma = &self.texts.lexicon.forms(word).lemma;
            let (here, elsewhere) = (holders(true), holders(false));
            Reason {
                kind: ReasonKind::Word,
                detail: format!("`{lemma}` stands in {here} of the domain's files and {elsewhere} of others"),
                share: rounded(weight / likeness),
            }
        };
        told.into_iter().take(NAMED_MAX).map(reason).filter(|reason| reason.share > 0.0).collect()
    }

    /// The module that the member lies in, and what became of its folder.
    fn folder_reasons(&self, member: Member, domain: usize) -> Vec<Reason> {
        let own = folder(self.paths[member]);
        let beside: Vec<Member> = (0..self.paths.len()).filter(|&other| folder(self.paths[other]) == own).collect();
        let alike = beside.iter().filter(|&&other| self.domain_of[other] == Some(domain)).count();
        let mut reasons = vec![Reason {
            kind: ReasonKind::Folder,
            detail: format!("{alike} of {} files in {own}/ are in this domain", beside.len()),
            share: rounded(ratio(alike, beside.len())),
        }];
        let modules = Modules::found(&self.paths, &self.roster);
        if let Some(module) = modules.of[member] {
            let files: Vec<Member> = (0..self.paths.len()).filter(|&other| modules.of[other] == Some(module)).collect();
            let name = modules.names[module].join(" ");
            let alike = files.iter().filter(|&&other| self.domain_of[other] == Some(domain)).count();
            reasons.push(Reason {
                kind: ReasonKind::Module,
                detail: format!("it lies in the module {name} that folders tell, {} files in all", files.len()),
                share: rounded(ratio(alike, files.len())),
            });
        }
        reasons
    }

    /// How well the member fits each domain that has any tie to it.
    fn fits(&self, codebase: &Codebase, member: Member, ignore_folders: bool) -> Vec<Fit> {
        let centres = centres(&self.words, &self.domain_of, self.domains);
        let folders: Vec<&str> = self.paths.iter().map(|path| folder(path)).collect();
        let shares = folder_shares(&folders, &self.domain_of, self.domains);
        let mut pulls = vec![0.0; self.domains];
        for (other, link) in self.ties(member) {
            if let Some(domain) = self.domain_of[other] {
                pulls[domain] += link.weight;
            }
        }
        let all: f64 = pulls.iter().sum();
        let fit = |domain: usize| Fit {
            domain: codebase.domains.domains[domain].id.clone(),
            dependencies: rounded(pulls[domain] / all),
            words: rounded(self.words[member].likeness(&centres[domain])),
            folder: match shares.get(folders[member]).filter(|_| !ignore_folders) {
                Some(shares) => rounded(shares[domain]),
                None => 0.0,
            },
        };
        (0..self.domains).map(fit).filter(|fit| fit.total() > 0.0).collect()
    }
}

/// `call 3, type 2`: how one file uses another.
fn uses(codebase: &Codebase, from: usize, to: usize) -> String {
    let is = |file: FileIndex, index: usize| usize::try_from(file).is_ok_and(|file| file == index);
    let edges = codebase.graph.file_edges().filter(|&(a, b, ..)| is(a, from) && is(b, to));
    let kinds: Vec<String> =
        edges.map(|(_, _, kind, edge)| format!("{} {}", format!("{kind:?}").to_lowercase(), edge.count)).collect();
    kinds.join(", ")
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

/// Two digits after the point; nothing for a share of nothing.
fn rounded(share: f64) -> f64 {
    if share.is_finite() { (share * 100.0).round() / 100.0 } else { 0.0 }
}
