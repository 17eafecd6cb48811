//! The rules that people wrote: they are laid over what was found, so that they always win and can be taken back.

use std::collections::BTreeMap;

use crate::codebase::RepoPath;
use crate::codebase::domain::{Domain, Domains};
use crate::codebase::pins::{DomainPin, DomainRules, PathGlob};
use crate::diagnostics::{Code, Diagnostic};

use super::names;

/// Why a file is shared that a rule takes out of all domains.
const SHARED_BY_RULE: &str = "`domains.shared` in docagent.toml says so";

/// Lays `rules` over the domains that were found; a rule that matches nothing is told.
pub(super) fn apply(rules: &DomainRules, found: &mut Domains) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let mut taken: BTreeMap<RepoPath, Owner> = BTreeMap::new();
    for glob in &rules.shared {
        take(glob, Owner::Shared, found, &mut taken, || "`domains.shared`".to_owned(), &mut notes);
    }
    for (index, pin) in rules.pins.iter().enumerate() {
        for glob in &pin.files {
            let rule = || format!("the pinned domain `{}`", pin.name);
            take(glob, Owner::Pin(index), found, &mut taken, rule, &mut notes);
        }
    }
    let mut pinned: Vec<Domain> = rules.pins.iter().map(|pin| merged(pin, found, &mut notes)).collect();
    for domain in found.domains.iter_mut().chain(&mut pinned) {
        domain.files.retain(|file| !taken.contains_key(file));
    }
    found.shared.retain(|file| !taken.contains_key(file));
    for (file, owner) in taken {
        match owner {
            Owner::Pin(index) => pinned[index].files.push(file),
            Owner::Shared => {
                found.reasons.insert(file.clone(), SHARED_BY_RULE.to_owned());
                found.shared.push(file);
            }
        }
    }
    found.domains.extend(pinned);
    found.domains.retain(|domain| !domain.files.is_empty());
    for domain in &mut found.domains {
        domain.files.sort_unstable();
    }
    found.shared.sort_unstable();
    let shared = &found.shared;
    found.reasons.retain(|file, _| shared.binary_search(file).is_ok());
    notes.extend(put_in_order(&rules.order, &mut found.domains));
    notes
}

/// What a rule gives a file to.
#[derive(Clone, Copy)]
enum Owner {
    Shared,
    Pin(usize),
}

/// Gives the files that a pattern matches to `owner`; the first rule that matches a file has it.
fn take(
    glob: &PathGlob,
    owner: Owner,
    found: &Domains,
    taken: &mut BTreeMap<RepoPath, Owner>,
    rule: impl Fn() -> String,
    notes: &mut Vec<Diagnostic>,
) {
    let files = found.domains.iter().flat_map(|domain| &domain.files).chain(&found.shared);
    let mut matched = false;
    for file in files.filter(|file| glob.matcher.is_match(file.as_str())) {
        matched = true;
        taken.entry(file.clone()).or_insert(owner);
    }
    if !matched {
        notes.push(unmatched(format!("`{}` of {} matches no source file", glob.pattern, rule())));
    }
}

/// The pinned domain with the found domains that are part of it: those it merges, and one of its own name.
fn merged(pin: &DomainPin, found: &mut Domains, notes: &mut Vec<Diagnostic>) -> Domain {
    let id = pin.id.clone().unwrap_or_else(|| names::id(&pin.name));
    for part in &pin.merge {
        if !found.domains.iter().any(|domain| is_called(domain, part)) {
            notes.push(unmatched(format!("the pinned domain `{}` merges `{part}`, which is not found", pin.name)));
        }
    }
    let parts = |domain: &Domain| {
        domain.id == id || is_called(domain, &pin.name) || pin.merge.iter().any(|part| is_called(domain, part))
    };
    let (own, rest): (Vec<Domain>, Vec<Domain>) = std::mem::take(&mut found.domains).into_iter().partition(parts);
    found.domains = rest;
    if own.is_empty() && pin.files.is_empty() && pin.merge.is_empty() {
        notes.push(unmatched(format!("the pinned domain `{}` has no files and is not found", pin.name)));
    }
    let mut domain = Domain { id, name: pin.name.clone(), ..Domain::default() };
    for part in own {
        domain.files.extend(part.files);
        domain.terms.extend(part.terms);
    }
    domain
}

/// Puts the listed domains first; the others follow as they stand elsewhere, largest first.
fn put_in_order(order: &[String], domains: &mut [Domain]) -> Vec<Diagnostic> {
    let place = |domain: &Domain| order.iter().position(|entry| is_called(domain, entry)).unwrap_or(order.len());
    domains.sort_by(|a, b| {
        place(a).cmp(&place(b)).then_with(|| b.files.len().cmp(&a.files.len())).then_with(|| a.id.cmp(&b.id))
    });
    let missing = order.iter().filter(|entry| !domains.iter().any(|domain| is_called(domain, entry)));
    missing.map(|entry| unmatched(format!("`domains.order` lists `{entry}`, which is not found"))).collect()
}

fn is_called(domain: &Domain, id_or_name: &str) -> bool {
    domain.id == id_or_name || domain.name.eq_ignore_ascii_case(id_or_name)
}

fn unmatched(message: String) -> Diagnostic {
    Diagnostic::warning(Code::UnmatchedRule, message)
        .help("mend or remove the rule in docagent.toml; `docagent inspect domains` shows what is found")
}
