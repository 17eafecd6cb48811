//! Collects the sightings of one file.

use std::collections::BTreeMap;

use crate::codebase::Atom;

use super::table::{Claim, RuleIndex, Table};
use crate::codebase::external::{Sighting, User};
use crate::codebase::{Evidence, EvidenceKind, RepoPath, Scope};

/// Most sightings of one kind that one file gives for one system: more prove nothing more. Keys are all kept.
const MOST: usize = 5;

/// The sightings of one file, as they are found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    table: &'a Table,
    path: RepoPath,
    scope: Option<Scope>,
    users: Vec<User>,
    sightings: Vec<Sighting>,
}

impl<'a> Found<'a> {
    /// Nothing yet, in the file at `path`.
    pub(super) fn new(table: &'a Table, path: &RepoPath) -> Self {
        Self { table, path: path.clone(), scope: None, users: Vec::new(), sightings: Vec::new() }
    }

    /// Says that everything in this file has `scope`.
    pub(super) fn set_scope(&mut self, scope: Option<Scope>) {
        self.scope = scope;
    }

    /// Says who uses the systems that are found from now on.
    pub(super) fn set_users(&mut self, users: Vec<User>) {
        self.users = users;
    }

    /// Says who uses the systems that were found on these lines.
    pub(super) fn use_lines(&mut self, users: &BTreeMap<u32, Vec<User>>) {
        for sighting in &mut self.sightings {
            sighting.users.extend(users.get(&sighting.evidence.line).into_iter().flatten().cloned());
            sighting.users.sort();
            sighting.users.dedup();
        }
    }

    /// A connection string that is read or set by its name.
    pub(super) fn connection(&mut self, kind: EvidenceKind, line: u32, name: &str) {
        self.push(Atom::new(format!("connection:{name}")), kind, line, name.to_owned()).weak = true;
    }

    /// A line that names a system.
    pub(super) fn add(
        &mut self,
        rule: RuleIndex,
        kind: EvidenceKind,
        line: u32,
        detail: impl Into<String>,
        weak: bool,
    ) {
        self.line(rule, kind, line, detail.into()).weak = weak;
    }

    /// A line that names a system, perhaps under a condition.
    pub(super) fn add_conditional(
        &mut self,
        rule: RuleIndex,
        kind: EvidenceKind,
        line: u32,
        detail: &str,
        conditional: bool,
    ) {
        self.line(rule, kind, line, detail.to_owned()).conditional = conditional;
    }

    /// A call that talks to a system.
    pub(super) fn call(&mut self, claim: Claim, line: u32, detail: &str, conditional: bool) {
        let sighting = self.line(claim.rule, EvidenceKind::Call, line, detail.to_owned());
        sighting.weak = claim.weak;
        sighting.conditional = conditional;
    }

    /// A configuration key or environment variable that belongs to a system: never enough by itself.
    pub(super) fn key(&mut self, rule: RuleIndex, kind: EvidenceKind, line: u32, key: &str) {
        self.declared_key(rule, kind, line, key, None);
    }

    /// A key that stands where it is declared, so that it shows whether it must be set.
    pub(super) fn declared_key(
        &mut self,
        rule: RuleIndex,
        kind: EvidenceKind,
        line: u32,
        key: &str,
        needed: Option<bool>,
    ) {
        let sighting = self.line(rule, kind, line, key.to_owned());
        sighting.weak = true;
        sighting.needed = needed;
        sighting.config_key = Some(Atom::new(key));
        sighting.users.extend(reader_of(key));
    }

    /// A configuration key whose value names a system by its shape.
    pub(super) fn value(&mut self, rule: RuleIndex, line: u32, key: &str, detail: String) {
        let sighting = self.line(rule, EvidenceKind::Config, line, detail);
        sighting.config_key = (!key.is_empty()).then(|| Atom::new(key));
        sighting.users.extend(reader_of(key));
    }

    /// A line that names the system of a rule, to be refined.
    pub(super) fn line(&mut self, rule: RuleIndex, kind: EvidenceKind, line: u32, detail: String) -> &mut Sighting {
        let system = self.table.rule(rule).map(|rule| Atom::new(&rule.id)).unwrap_or_default();
        self.push(system, kind, line, detail)
    }

    /// A line that names a system, to be refined.
    pub(super) fn push(&mut self, system: Atom, kind: EvidenceKind, line: u32, detail: String) -> &mut Sighting {
        let at = self.sightings.len();
        let evidence = Evidence { kind, file: self.path.clone(), line, detail };
        let scope = self.scope;
        self.sightings.push(Sighting {
            system,
            evidence,
            config_key: None,
            weak: false,
            conditional: false,
            needed: None,
            scope,
            users: self.users.clone(),
        });
        &mut self.sightings[at]
    }

    /// The sightings, sorted, without repetition, at most [`MOST`] of a kind for a system.
    pub(super) fn finish(mut self) -> Vec<Sighting> {
        self.sightings.sort();
        self.sightings.dedup();
        let mut counts: BTreeMap<(Atom, EvidenceKind), usize> = BTreeMap::new();
        self.sightings.retain(|sighting| {
            let count = counts.entry((sighting.system.clone(), sighting.evidence.kind)).or_default();
            *count += 1;
            *count <= MOST || sighting.config_key.is_some()
        });
        self.sightings
    }
}

/// What keys of connection strings start with, in lower case: in settings, in the environment, in the one of Azure.
const CONNECTIONS: &[&str] = &[
    "connectionstrings:",
    "connectionstrings__",
    "sqlconnstr_",
    "sqlazureconnstr_",
    "mysqlconnstr_",
    "customconnstr_",
];

/// Whoever reads the connection string that a key sets.
fn reader_of(key: &str) -> Option<User> {
    let plain = key.to_ascii_lowercase();
    let start = CONNECTIONS.iter().find(|start| plain.starts_with(**start))?;
    key.get(start.len()..).filter(|name| !name.is_empty()).map(|name| User::Reader(Atom::new(name)))
}
