//! Weighs all sightings and declared packages together: which systems there are, how sure, who uses them.

mod alternatives;
mod components;
mod gates;
mod templates;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::Atom;

use super::hosts::registrable;
use super::places;
use super::rules::Rule;
use super::table::Table;
use crate::codebase::external::{Sighting, User};
use crate::codebase::{
    Component, ComponentKind, Evidence, EvidenceKind, ExternalSystem, Facts, Role, Scope, SourceFile,
};

use components::{Attribution, Readers};
use gates::Gates;
use templates::Templates;
use verdict::verdict;

/// A line about a system, with when and by whom it is used.
#[derive(Clone, Debug)]
struct Witness {
    sighting: Sighting,
    scope: Scope,
    component: Option<String>,
}

/// All that is known of one system.
#[derive(Debug, Default)]
struct Case<'a> {
    rule: Option<&'a Rule>,
    witnesses: Vec<Witness>,
}

/// Cases by the system's id; a host that no rule names goes by its domain.
type Cases<'a> = BTreeMap<Atom, Case<'a>>;

/// Which systems there are, sorted by category and name.
pub(super) fn judge(
    table: &Table,
    files: &[SourceFile],
    facts: &[Facts],
    components: &[Component],
) -> Vec<ExternalSystem> {
    let gates = Gates::new(table, components);
    let mut cases = Cases::new();
    collect_sightings(table, files, facts, &gates, &mut cases);
    join_connections(files, facts, &mut cases);
    collect_packages(table, components, &mut cases);
    gates.weaken_undeclared_imports(files, &mut cases);
    let mut systems = Vec::new();
    merge_variants(&mut cases);
    let attribution = Attribution::new(components, readers(files, facts));
    for (id, case) in &cases {
        if let Some(system) = verdict(id, case, &attribution) {
            systems.push(system);
        }
    }
    alternatives::mark(&cases, &mut systems);
    link_deployments(&mut systems, table);
    systems.sort_by(|a, b| (&a.category, &a.name, &a.id).cmp(&(&b.category, &b.name, &b.id)));
    systems
}

/// What the system of a sighting starts with that tells who reads a connection string.
const CONNECTION: &str = "connection:";

/// Components by the names of the connection strings that they read, in lower case.
fn readers<'a>(files: &'a [SourceFile], facts: &'a [Facts]) -> Readers<'a> {
    let mut readers = Readers::new();
    for (file, facts) in files.iter().zip(facts) {
        let Some(component) = &file.component else { continue };
        for name in facts.sightings.iter().filter_map(|sighting| sighting.system.strip_prefix(CONNECTION)) {
            readers.entry(name.to_ascii_lowercase()).or_default().insert(component);
        }
    }
    readers
}

fn collect_sightings<'a>(
    table: &'a Table,
    files: &[SourceFile],
    facts: &[Facts],
    gates: &Gates,
    cases: &mut Cases<'a>,
) {
    let templates = Templates::new(files, facts);
    for (file, facts) in files.iter().zip(facts) {
        if file.role == Role::Generated {
            continue;
        }
        let place = places::scope_of(&file.path, file.role);
        for sighting in facts.sightings.iter().filter(|sighting| !sighting.system.starts_with(CONNECTION)) {
            let (id, rule) = match sighting.system.strip_prefix("host:") {
                Some(host) => {
                    if place > Scope::Deployment || places::only_mentions_urls(&file.path) || gates.is_own_host(host) {
                        continue;
                    }
                    (Atom::new(registrable(host)), None)
                }
                None => (sighting.system.clone(), table.by_id(&sighting.system)),
            };
            if rule.is_some_and(|rule| gates.is_own_system(rule))
                || !templates.is_live(&file.path, sighting.evidence.line)
            {
                continue;
            }
            let least = rule.and_then(|rule| rule.scope).unwrap_or_default();
            let scope = place.max(least).max(sighting.scope.unwrap_or_default());
            let witness = Witness { sighting: sighting.clone(), scope, component: file.component.clone() };
            let case = cases.entry(id).or_default();
            case.rule = rule;
            case.witnesses.push(witness);
        }
    }
}

/// Puts the lines that read a connection string to the system that settings or an app host say it leads to.
fn join_connections(files: &[SourceFile], facts: &[Facts], cases: &mut Cases) {
    let mut named: BTreeMap<String, BTreeSet<Atom>> = BTreeMap::new();
    for (id, case) in &*cases {
        for user in case.witnesses.iter().flat_map(|witness| &witness.sighting.users) {
            if let User::Reader(name) = user {
                named.entry(name.to_ascii_lowercase()).or_default().insert(id.clone());
            }
        }
    }
    for (file, facts) in files.iter().zip(facts).filter(|(file, _)| file.role != Role::Generated) {
        let scope = places::scope_of(&file.path, file.role);
        for sighting in &facts.sightings {
            let Some(name) = sighting.system.strip_prefix(CONNECTION) else { continue };
            let systems = named.get(&name.to_ascii_lowercase()).filter(|systems| systems.len() == 1);
            let Some(case) = systems.and_then(BTreeSet::first).and_then(|id| cases.get_mut(id)) else { continue };
            let config_key = Some(Atom::from(format!("ConnectionStrings:{name}")));
            let sighting = Sighting { config_key, ..sighting.clone() };
            case.witnesses.push(Witness { sighting, scope, component: file.component.clone() });
        }
    }
}

fn collect_packages<'a>(table: &'a Table, components: &[Component], cases: &mut Cases<'a>) {
    for component in components {
        for package in &component.packages {
            let plain = std::iter::once(package.name.clone());
            let extras = package.extras.iter().map(|extra| format!("{}[{extra}]", package.name));
            for name in plain.chain(extras) {
                let Some(claim) = table.package(&package.ecosystem, &name) else { continue };
                let Some(rule) = table.rule(claim.rule) else { continue };
                let place = places::scope_of(&package.place.file, Role::Config);
                let of_component = if component.kind == ComponentKind::Test { Scope::Test } else { place };
                let of_package = if package.dev { Scope::Dev } else { Scope::Runtime };
                let line = package.place.lines.first;
                let evidence =
                    Evidence { kind: EvidenceKind::Package, file: package.place.file.clone(), line, detail: name };
                let system = Atom::new(&rule.id);
                let sighting = Sighting {
                    system: system.clone(),
                    evidence,
                    config_key: None,
                    weak: claim.weak,
                    conditional: false,
                    needed: None,
                    scope: None,
                    users: Vec::new(),
                };
                let scope = of_component.max(of_package).max(rule.scope.unwrap_or_default());
                let case = cases.entry(system).or_default();
                case.rule = Some(rule);
                case.witnesses.push(Witness { sighting, scope, component: Some(component.id.clone()) });
            }
        }
    }
}

/// Puts the evidence of a variant (`MariaDB`, `MinIO`) to the system that it is a variant of, where that is seen too.
fn merge_variants(cases: &mut Cases) {
    let variants: Vec<(Atom, &str)> = cases
        .iter()
        .filter_map(|(id, case)| Some((id.clone(), case.rule?.variant_of.as_deref()?)))
        .filter(|(_, base)| {
            cases.get(*base).is_some_and(|case| case.witnesses.iter().any(|witness| witness.scope <= Scope::Deployment))
        })
        .collect();
    for (id, base) in variants {
        let moved = cases.remove(&id).map(|case| case.witnesses).unwrap_or_default();
        if let Some(case) = cases.get_mut(base) {
            case.witnesses.extend(moved);
        }
    }
}

/// Links a system with the cloud service that it runs as; who uses the one uses the other.
fn link_deployments(systems: &mut [ExternalSystem], table: &Table) {
    let present: BTreeSet<Atom> = systems.iter().map(|system| system.id.clone()).collect();
    let mut users: BTreeMap<Atom, Vec<String>> = BTreeMap::new();
    for system in systems.iter_mut() {
        let deployed = table.by_id(&system.id).and_then(|rule| rule.deployed_as.as_deref());
        system.deployed_as = deployed.filter(|id| present.contains(*id)).map(Atom::new);
        if let Some(twin) = &system.deployed_as {
            users.insert(twin.clone(), system.used_by.clone());
        }
    }
    for system in systems.iter_mut().filter(|system| system.used_by.is_empty()) {
        system.used_by = users.remove(&system.id).unwrap_or_default();
    }
}
