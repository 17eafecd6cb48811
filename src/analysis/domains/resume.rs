//! Going on from an earlier run: what lay in a domain stays there, new files find their place, and only a file that
//! changed, or that stands beside one that did, moves where its ties clearly run elsewhere. Cutting anew after a small
//! change would reshuffle pages that nobody touched.

use crate::codebase::RepoPath;
use crate::codebase::domain::KeptDomains;

use super::Partition;
use super::earlier::{Before, Standing};
use super::fit::Grain;
use super::leiden;
use super::network::Network;
use super::roster::Member;

/// How many times more another domain must tie a file than its own, before the file moves.
const CLEARLY: f64 = 2.0;
/// Share of the files of two domains that they must have in common for the later to keep the id and name.
const SAME_DOMAIN: f64 = 0.5;

/// Carries the earlier domains over to the members; nothing if most of them are new.
pub(super) fn resume(
    standing: &Standing,
    earlier: usize,
    shaping: &[bool],
    network: &Network,
    modules: &[Option<usize>],
    grain: &Grain,
) -> Option<Partition> {
    let mut before = standing.before.clone();
    let known = before.iter().filter(|before| matches!(before, Before::Domain(_))).count();
    if known == 0 || known * 2 < shaping.iter().filter(|shapes| **shapes).count() {
        return None;
    }
    follow_modules(&mut before, modules, earlier);
    let start: Vec<usize> = before
        .iter()
        .enumerate()
        .map(|(member, before)| match before {
            Before::Domain(domain) => *domain,
            Before::Shared | Before::Unknown => earlier + member,
        })
        .collect();
    let fixed: Vec<bool> = (0..before.len()).map(|member| stays(&before, &standing.changed, network, member)).collect();
    let communities = leiden::partition(network, grain.gamma(), &start, &fixed);
    let least = grain.least_size(shaping.iter().filter(|shapes| **shapes).count());
    let counts: Vec<bool> =
        shaping.iter().zip(&before).map(|(shapes, before)| *shapes && *before != Before::Shared).collect();
    Some(name_communities(&communities, &before, &fixed, &counts, least, earlier))
}

/// The earlier domain that each present one goes on from, by the files that they share.
pub(super) fn ancestors(kept: &KeptDomains, domains: &[Vec<RepoPath>]) -> Vec<Option<usize>> {
    let mut taken = vec![false; kept.domains.len()];
    let ancestor = |files: &Vec<RepoPath>| {
        let overlap = |earlier: usize| {
            let earlier = &kept.domains[earlier].files;
            let both = files.iter().filter(|file| earlier.contains_key(*file)).count();
            ratio(both, files.len() + earlier.len() - both)
        };
        let found = (0..taken.len()).find(|&domain| !taken[domain] && overlap(domain) >= SAME_DOMAIN)?;
        taken[found] = true;
        Some(found)
    };
    domains.iter().map(ancestor).collect()
}

/// New files of a module go where most of the module was.
fn follow_modules(before: &mut [Before], modules: &[Option<usize>], domains: usize) {
    let count = modules.iter().flatten().max().map_or(0, |max| max + 1);
    let mut votes = vec![vec![0_usize; domains]; count];
    for (before, module) in before.iter().zip(modules) {
        if let (Before::Domain(domain), Some(module)) = (before, module) {
            votes[*module][*domain] += 1;
        }
    }
    for (before, module) in before.iter_mut().zip(modules) {
        if let (Before::Unknown, Some(module)) = (*before, *module) {
            let most = votes[module].iter().enumerate().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(&a.0)));
            if let Some((domain, votes)) = most
                && *votes > 0
            {
                *before = Before::Domain(domain);
            }
        }
    }
}

/// Whether a member must stay where it was.
fn stays(before: &[Before], changed: &[bool], network: &Network, member: Member) -> bool {
    let own = match before[member] {
        Before::Unknown => return false,
        Before::Shared => return true,
        Before::Domain(domain) => domain,
    };
    if !changed[member] && !network.row(member).iter().any(|&(other, _)| changed[other]) {
        return true;
    }
    let mut ties: Vec<(usize, f64)> = Vec::new();
    for &(other, weight) in network.row(member) {
        if let Before::Domain(domain) = before[other] {
            match ties.iter_mut().find(|(tied, _)| *tied == domain) {
                Some((_, sum)) => *sum += weight,
                None => ties.push((domain, weight)),
            }
        }
    }
    let to = |wanted: bool| ties.iter().filter(move |(domain, _)| (*domain == own) == wanted).map(|(_, sum)| *sum);
    to(false).fold(0.0, f64::max) <= to(true).fold(0.0, f64::max) * CLEARLY
}

/// Communities that hold fixed members of an earlier domain are that domain; others are new, if they are big enough.
fn name_communities(
    communities: &[usize],
    before: &[Before],
    fixed: &[bool],
    counts: &[bool],
    least: usize,
    earlier: usize,
) -> Partition {
    let count = communities.iter().max().map_or(0, |max| max + 1);
    let mut domain_of_community: Vec<Option<usize>> = vec![None; count];
    let mut sizes = vec![0_usize; count];
    for (member, &community) in communities.iter().enumerate() {
        sizes[community] += usize::from(counts[member]);
        if let (Before::Domain(domain), true) = (before[member], fixed[member]) {
            domain_of_community[community] = Some(domain);
        }
    }
    let mut domains = earlier;
    for (domain, _) in
        domain_of_community.iter_mut().zip(&sizes).filter(|(domain, size)| domain.is_none() && **size >= least)
    {
        *domain = Some(domains);
        domains += 1;
    }
    let stays_out: Vec<bool> = before.iter().map(|before| *before == Before::Shared).collect();
    let domain_of = communities
        .iter()
        .zip(&stays_out)
        .map(|(&community, out)| if *out { None } else { domain_of_community[community] })
        .collect();
    Partition { domain_of, stays_out, domains }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}
