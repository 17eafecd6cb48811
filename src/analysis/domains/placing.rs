//! Where the files go that shape no domain, and which files serve all domains alike.

use std::collections::BTreeMap;

use super::Partition;
use super::links::Link;
use super::roster::Member;
use super::terms::Bag;

/// How well a file must fit a domain to be put there.
const FIT_MIN: f64 = 0.25;
/// Rounds in which files are put beside files that were put somewhere the round before.
const ROUNDS: usize = 3;
/// A file is shared that is used from (or uses) this share of all domains ...
const SHARED_REACH: f64 = 0.75;
/// ... none of which makes up more than this share of the uses.
const SHARED_PART_MAX: f64 = 0.4;
/// Domains below which nothing is called shared for its reach.
const SHARED_DOMAINS_MIN: usize = 3;

/// What is known of a member when it is put somewhere.
pub(super) struct Signs<'a> {
    /// Dependencies between members.
    pub(super) links: &'a [Link],
    /// Words of each member, scaled to length 1.
    pub(super) words: &'a [Bag],
    /// Folder of each member; empty where folders are not to be looked at.
    pub(super) folders: Vec<&'a str>,
}

/// Puts each member that stands nowhere into the domain that it fits best, if it fits one.
pub(super) fn place(signs: &Signs, partition: &mut Partition) {
    let Partition { domain_of, stays_out, domains } = partition;
    let domains = *domains;
    for _ in 0..ROUNDS {
        let centres = centres(signs.words, domain_of, domains);
        let pulls = pulls(signs.links, domain_of, domains);
        let folders = folder_shares(&signs.folders, domain_of, domains);
        let mut moved = false;
        let before = domain_of.clone();
        for (member, domain) in domain_of.iter_mut().enumerate() {
            if before[member].is_some() || stays_out[member] {
                continue;
            }
            let folder = signs.folders.get(member).and_then(|folder| folders.get(*folder));
            let fit = |domain: usize| {
                let pull = pulls[member].get(domain).copied().unwrap_or(0.0);
                let beside = folder.map_or(0.0, |shares| shares[domain]);
                pull + signs.words[member].likeness(&centres[domain]) + 0.5 * beside
            };
            let best =
                (0..domains).map(|domain| (fit(domain), domain)).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            if let Some((fits, best)) = best
                && fits >= FIT_MIN
            {
                *domain = Some(best);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
}

/// Members that serve all domains alike: used from most of them, or using most of them, without one that prevails.
pub(super) fn shared(links: &[Link], domain_of: &[Option<usize>], domains: usize) -> Vec<bool> {
    if domains < SHARED_DOMAINS_MIN {
        return vec![false; domain_of.len()];
    }
    let mut used_from = vec![vec![0.0; domains]; domain_of.len()];
    let mut using = vec![vec![0.0; domains]; domain_of.len()];
    for link in links {
        if let Some(domain) = domain_of[link.from] {
            used_from[link.to][domain] += 1.0;
        }
        if let Some(domain) = domain_of[link.to] {
            using[link.from][domain] += 1.0;
        }
    }
    used_from.iter().zip(&using).map(|(users, used)| spread_out(users) || spread_out(used)).collect()
}

fn spread_out(counts: &[f64]) -> bool {
    let reached = counts.iter().filter(|count| **count > 0.0).count();
    let all: f64 = counts.iter().sum();
    let most = counts.iter().copied().fold(0.0, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "there are few domains")]
    let reach = reached as f64 / counts.len().max(1) as f64;
    reached >= SHARED_DOMAINS_MIN && reach >= SHARED_REACH && most <= all * SHARED_PART_MAX
}

/// The mean words of each domain, scaled to length 1.
pub(super) fn centres(words: &[Bag], domain_of: &[Option<usize>], domains: usize) -> Vec<Bag> {
    let mut sums: Vec<Vec<_>> = vec![Vec::new(); domains];
    for (bag, domain) in words.iter().zip(domain_of) {
        if let Some(domain) = *domain {
            sums[domain].extend_from_slice(bag.words());
        }
    }
    sums.into_iter().map(|sum| Bag::new(sum).unit()).collect()
}

/// How much each member's dependencies draw it to each domain: shares of all of them.
fn pulls(links: &[Link], domain_of: &[Option<usize>], domains: usize) -> Vec<Vec<f64>> {
    let mut pulls: Vec<Vec<f64>> = vec![Vec::new(); domain_of.len()];
    let mut pull = |member: Member, to: Option<usize>, weight: f64| {
        if let Some(domain) = to
            && domain_of[member].is_none()
        {
            pulls[member].resize(domains, 0.0);
            pulls[member][domain] += weight;
        }
    };
    for link in links {
        pull(link.from, domain_of[link.to], link.weight);
        pull(link.to, domain_of[link.from], link.weight);
    }
    for pulls in &mut pulls {
        let all: f64 = pulls.iter().sum();
        for pull in pulls {
            *pull /= all;
        }
    }
    pulls
}

/// How the files of each folder are divided among the domains.
pub(super) fn folder_shares<'a>(
    folders: &[&'a str],
    domain_of: &[Option<usize>],
    domains: usize,
) -> BTreeMap<&'a str, Vec<f64>> {
    let mut shares: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (folder, domain) in folders.iter().zip(domain_of) {
        if let Some(domain) = *domain {
            shares.entry(folder).or_insert_with(|| vec![0.0; domains])[domain] += 1.0;
        }
    }
    for shares in shares.values_mut() {
        let all: f64 = shares.iter().sum();
        for share in shares {
            *share /= all;
        }
    }
    shares
}
