//! Whether a system is used at all, and how sure that is.

use std::collections::BTreeSet;

use crate::codebase::Atom;

use super::components::Attribution;
use super::{Case, Witness};
use crate::codebase::external::Requirement;
use crate::codebase::{Confidence, Evidence, EvidenceKind, ExternalSystem, Scope};
use crate::externals::rules::Rule;
use crate::externals::table::key_form;

/// Most lines of evidence that a system is shown with.
const MOST: usize = 12;

/// What a case comes to; nothing where it proves no use.
pub(super) fn verdict(id: &Atom, case: &Case, attribution: &Attribution) -> Option<ExternalSystem> {
    let (used, confidence) = weigh(case)?;
    let scope = used.iter().map(|witness| witness.scope).min()?;
    let rule = case.rule;
    Some(ExternalSystem {
        id: rule.map_or_else(|| id.clone(), |rule| Atom::new(&rule.id)),
        name: rule.map_or_else(|| id.to_string(), |rule| rule.name.clone()),
        category: rule.map_or_else(|| "web-api".into(), |rule| Atom::new(&rule.category)),
        vendor: rule.and_then(|rule| rule.vendor.clone()),
        scope,
        requirement: requirement(&used, rule),
        direction: rule.and_then(|rule| rule.direction).unwrap_or_default(),
        confidence,
        used_by: attribution.users(&used),
        evidence: evidence(&used),
        deployed_as: None,
        config_keys: config_keys(&used),
    })
}

/// The witnesses that prove a use, in the narrowest scope that does, and how sure they make us.
fn weigh<'a>(case: &'a Case) -> Option<(Vec<&'a Witness>, Confidence)> {
    let running: Vec<&Witness> = case.witnesses.iter().filter(|witness| witness.scope <= Scope::Deployment).collect();
    let all: Vec<&Witness> = case.witnesses.iter().collect();
    let declared = |witnesses: &[&Witness]| {
        witnesses.iter().any(|witness| !witness.sighting.weak && kind(witness) == EvidenceKind::Package)
    };
    if proves_use(&running) {
        let confidence = running.iter().map(|witness| confidence(kind(witness))).max()?;
        return Some((running, confidence));
    }
    if proves_use(&all) {
        let elsewhere: Vec<&Witness> = all.into_iter().filter(|witness| witness.scope > Scope::Deployment).collect();
        let confidence = elsewhere.iter().map(|witness| confidence(kind(witness))).max()?;
        return Some((elsewhere, confidence));
    }
    let packages: Vec<&Witness> = all.into_iter().filter(|witness| kind(witness) == EvidenceKind::Package).collect();
    declared(&packages).then_some((packages, Confidence::Declared))
}

fn kind(witness: &Witness) -> EvidenceKind {
    witness.sighting.evidence.kind
}

/// One strong line that is more than a declared package proves a use, and so do weak ones of two families.
fn proves_use(witnesses: &[&Witness]) -> bool {
    let strong = witnesses.iter().any(|witness| !witness.sighting.weak && kind(witness) != EvidenceKind::Package);
    let families: BTreeSet<u8> = witnesses.iter().map(|witness| family(witness)).collect();
    strong || families.len() > 1
}

/// Kinds of evidence that follow from each other count once: an import needs its package, a setting its key, and a
/// call is as doubtful as the import that it rests on.
fn family(witness: &Witness) -> u8 {
    match kind(witness) {
        EvidenceKind::Package | EvidenceKind::Import => 0,
        EvidenceKind::Call if witness.sighting.weak => 0,
        EvidenceKind::Call => 1,
        EvidenceKind::Config | EvidenceKind::Env => 2,
        EvidenceKind::Url => 3,
        EvidenceKind::Image => 4,
        EvidenceKind::Iac => 5,
        EvidenceKind::Schema => 6,
    }
}

const fn confidence(kind: EvidenceKind) -> Confidence {
    match kind {
        EvidenceKind::Call | EvidenceKind::Url => Confidence::Called,
        EvidenceKind::Import => Confidence::Imported,
        EvidenceKind::Image | EvidenceKind::Iac => Confidence::Provisioned,
        EvidenceKind::Config | EvidenceKind::Env | EvidenceKind::Schema => Confidence::Configured,
        EvidenceKind::Package => Confidence::Declared,
    }
}

/// How much a kind of evidence shows, the most first.
const fn rank(kind: EvidenceKind) -> u8 {
    match kind {
        EvidenceKind::Call => 0,
        EvidenceKind::Url => 1,
        EvidenceKind::Import => 2,
        EvidenceKind::Schema => 3,
        EvidenceKind::Iac => 4,
        EvidenceKind::Image => 5,
        EvidenceKind::Config => 6,
        EvidenceKind::Env => 7,
        EvidenceKind::Package => 8,
    }
}

/// Optional where all that uses or provides it stands under conditions or in plugins, or where none of the keys that
/// it cannot do without must be set.
fn requirement(used: &[&Witness], rule: Option<&Rule>) -> Requirement {
    let mut deciding = used.iter().filter(|witness| {
        matches!(kind(witness), EvidenceKind::Call | EvidenceKind::Image | EvidenceKind::Iac | EvidenceKind::Config)
            && !witness.sighting.weak
    });
    let any = deciding.clone().next().is_some();
    let only_if = any && deciding.all(|witness| witness.sighting.conditional);
    let only_in_plugins = used.iter().all(|witness| is_in_plugin(witness));
    if only_if || only_in_plugins || may_be_unset(used, rule) { Requirement::Optional } else { Requirement::Required }
}

fn is_in_plugin(witness: &Witness) -> bool {
    let file = &witness.sighting.evidence.file;
    file.parts().any(|part| matches!(part.to_ascii_lowercase().as_str(), "plugins" | "extensions" | "addons"))
}

/// Whether the settings say that the system works without this one: a switch is off, or, where no infrastructure provides
/// it always, neither an address nor a credential must be set.
fn may_be_unset(used: &[&Witness], rule: Option<&Rule>) -> bool {
    let said: Vec<(&str, bool)> = used
        .iter()
        .filter_map(|witness| Some((witness.sighting.config_key.as_deref()?, witness.sighting.needed?)))
        .filter(|(key, _)| is_essential(key))
        .collect();
    if said.iter().any(|(key, needed)| !needed && rule.is_some_and(|rule| is_switch(key, rule))) {
        return true;
    }
    let provided = used.iter().any(|witness| {
        matches!(kind(witness), EvidenceKind::Image | EvidenceKind::Iac | EvidenceKind::Schema)
            && !witness.sighting.weak
            && !witness.sighting.conditional
            && witness.scope == Scope::Runtime
    });
    let ways: Vec<bool> = said.iter().filter(|(key, _)| is_way_in(key)).map(|(_, needed)| *needed).collect();
    let deciding = if ways.is_empty() { said.iter().map(|(_, needed)| *needed).collect() } else { ways };
    !provided && !deciding.is_empty() && !deciding.contains(&true)
}

/// Whether a key turns the use of a system on: `TIKA_ENABLED`, `LDAP_AUTH_ENABLED`, `USE_REDIS`; not so one that turns on
/// a part of it, as `REDIS_CLUSTER_ENABLED` does.
fn is_switch(key: &str, rule: &Rule) -> bool {
    let form = key_form(key);
    let words: Vec<&str> = form.split('_').collect();
    let id = key_form(&rule.id.replace('.', "_"));
    let is_of_system = |word: &str| word.len() > 2 && id.split('_').any(|own| own == word);
    let Some(at) = words.iter().rposition(|word| is_of_system(word)) else { return false };
    match words.get(at + 1..).unwrap_or_default() {
        [] => words.iter().take(at).any(|word| matches!(*word, "ENABLE" | "USE")),
        ["ENABLE" | "ENABLED"] | ["AUTH" | "IS" | "LOGIN", "ENABLE" | "ENABLED"] => true,
        _ => false,
    }
}

/// Whether a key holds an address or a credential.
fn is_way_in(key: &str) -> bool {
    const WAYS: &[&str] = &[
        "ADDRESS",
        "BROKER",
        "BROKERS",
        "BUCKET",
        "CREDENTIALS",
        "DSN",
        "ENDPOINT",
        "HOST",
        "HOSTNAME",
        "HOSTS",
        "ID",
        "KEY",
        "SECRET",
        "SERVER",
        "SERVERS",
        "TOKEN",
        "URI",
        "URL",
        "WEBHOOK",
    ];
    let form = key_form(key);
    WAYS.contains(&form.rsplit('_').next().unwrap_or_default())
}

/// Whether a system cannot be reached without this key: not so a port, a user, a time limit.
fn is_essential(key: &str) -> bool {
    const DETAILS: &[&str] = &[
        "CA",
        "CERT",
        "DATABASE",
        "DB",
        "FROM",
        "INTERVAL",
        "LEVEL",
        "LIMIT",
        "MODEL",
        "NAME",
        "NAMESPACE",
        "PASS",
        "PASSWORD",
        "PORT",
        "PREFIX",
        "PROXY",
        "RATE",
        "REGION",
        "RETRIES",
        "SCOPE",
        "SCOPES",
        "SECURE",
        "SIZE",
        "SSL",
        "TIMEOUT",
        "TLS",
        "TTL",
        "USER",
        "USERNAME",
        "VERSION",
    ];
    let form = key_form(key);
    !DETAILS.contains(&form.rsplit('_').next().unwrap_or_default())
}

/// The strongest lines, sorted by strength; each file's best before any file's second.
fn evidence(used: &[&Witness]) -> Vec<Evidence> {
    let mut all: Vec<(Scope, bool, u8, &Evidence)> = used
        .iter()
        .map(|witness| (witness.scope, witness.sighting.weak, rank(kind(witness)), &witness.sighting.evidence))
        .collect();
    all.sort();
    all.dedup_by(|a, b| (&a.3.file, a.3.line, a.3.kind) == (&b.3.file, b.3.line, b.3.kind));
    let mut seen = BTreeSet::new();
    let (mut chosen, rest): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(_, _, _, evidence)| seen.insert(&evidence.file));
    chosen.extend(rest);
    chosen.truncate(MOST);
    chosen.sort();
    chosen.into_iter().map(|(_, _, _, evidence)| evidence.clone()).collect()
}

fn config_keys(used: &[&Witness]) -> Vec<String> {
    let keys: BTreeSet<&str> = used.iter().filter_map(|witness| witness.sighting.config_key.as_deref()).collect();
    keys.into_iter().map(str::to_owned).collect()
}
