//! What must not be taken for an external system: the repository's own parts and names.

use std::collections::{BTreeMap, BTreeSet};

use super::Cases;
use crate::codebase::{Component, ComponentKind, EvidenceKind, RepoPath, SourceFile};
use crate::externals::rules::Rule;
use crate::externals::table::{Family, Table};

/// Modules of standard libraries: no manifest declares them.
const STANDARD: &[&str] = &["smtplib", "imaplib", "ftplib", "sqlite3", "syslog", "node:sqlite", "bun:sqlite"];

/// Words that name parts of any repository, so that a host's label of this name proves nothing.
const COMMON: &[&str] = &[
    "api",
    "apps",
    "backend",
    "client",
    "common",
    "core",
    "data",
    "database",
    "docs",
    "frontend",
    "infrastructure",
    "mobile",
    "root",
    "server",
    "services",
    "shared",
    "site",
    "types",
    "utils",
    "website",
    "worker",
    "config",
    "logger",
    "cache",
    "email",
];

/// What the repository's manifests say of itself.
#[derive(Default)]
pub(super) struct Gates {
    /// Names of the repository's own components, letters and digits only.
    own: BTreeSet<String>,
    /// The same names, as written.
    names: BTreeSet<String>,
    /// Names of all packages that programs declare, as written.
    packages: BTreeSet<String>,
    /// Names of declared packages, by family.
    declared: BTreeMap<&'static str, BTreeSet<String>>,
    /// Systems by the families that declare a package of theirs.
    systems: BTreeSet<(&'static str, String)>,
}

impl Gates {
    /// Over these components.
    pub(super) fn new(table: &Table, components: &[Component]) -> Self {
        let mut gates = Self::default();
        for component in components {
            gates.names.insert(component.name.clone());
            for part in component.name.split(['/', '.', '@']) {
                let part = squash(part);
                if part.len() > 3 && !COMMON.contains(&part.as_str()) {
                    gates.own.insert(part);
                }
            }
            for package in &component.packages {
                if component.kind != ComponentKind::Test && !package.dev {
                    gates.packages.insert(package.name.clone());
                }
                let Some(ecosystem) = ["npm", "pypi"].into_iter().find(|known| *known == package.ecosystem) else {
                    continue;
                };
                gates
                    .declared
                    .entry(ecosystem)
                    .or_default()
                    .insert(package.name.to_ascii_lowercase().replace('_', "-"));
                let claim = table.package(ecosystem, &package.name);
                if let Some(rule) = claim.and_then(|claim| table.rule(claim.rule)) {
                    gates.systems.insert((ecosystem, rule.id.clone()));
                }
            }
        }
        gates
    }

    /// Whether a host carries the repository's own name.
    pub(super) fn is_own_host(&self, host: &str) -> bool {
        let labels = host.split('.').map(squash);
        let domain = squash(crate::externals::hosts::registrable(host));
        labels.chain([domain]).any(|label| self.own.contains(&label))
    }

    /// Whether a rule is about what this repository itself makes: one of its packages is a component here (a plain
    /// name like `emails` may be anybody's; one with a scope has one owner), or a program here serves as such a system.
    pub(super) fn is_own_system(&self, rule: &Rule) -> bool {
        rule.npm.iter().any(|name| name.starts_with('@') && self.names.contains(name))
            || rule.own_packages.iter().any(|name| self.packages.contains(name))
    }

    /// Makes weak what imports a driver's name although no manifest declares it: it may be a module of the repository.
    pub(super) fn weaken_undeclared_imports(&self, files: &[SourceFile], cases: &mut Cases) {
        for (id, case) in cases {
            let mut undeclared: BTreeSet<RepoPath> = BTreeSet::new();
            for witness in &mut case.witnesses {
                let evidence = &witness.sighting.evidence;
                if evidence.kind == EvidenceKind::Import
                    && !self.is_declared(files, &evidence.file, id, &evidence.detail)
                {
                    undeclared.insert(evidence.file.clone());
                    witness.sighting.weak = true;
                }
            }
            for witness in &mut case.witnesses {
                let evidence = &witness.sighting.evidence;
                witness.sighting.weak |= evidence.kind == EvidenceKind::Call && undeclared.contains(&evidence.file);
            }
        }
    }

    fn is_declared(&self, files: &[SourceFile], file: &RepoPath, system: &str, module: &str) -> bool {
        let found = files.binary_search_by(|own| own.path.cmp(file)).ok().and_then(|at| files.get(at));
        let ecosystem = match found.and_then(|file| Family::of(file.language.as_str())) {
            Some(Family::Python) => "pypi",
            Some(Family::TypeScript) => "npm",
            _ => return true,
        };
        let Some(declared) = self.declared.get(ecosystem) else { return true };
        let root = root_package(ecosystem, module);
        STANDARD.contains(&root.as_str())
            || self.systems.contains(&(ecosystem, system.to_owned()))
            || declared.contains(&root)
            || (ecosystem == "pypi" && declared.iter().any(|name| name.contains(&root)))
    }
}

/// The package that a module belongs to, as far as its name tells.
fn root_package(ecosystem: &str, module: &str) -> String {
    if ecosystem == "pypi" {
        return module.split('.').next().unwrap_or_default().to_ascii_lowercase().replace('_', "-");
    }
    let parts = if module.starts_with('@') { 2 } else { 1 };
    module.split('/').take(parts).collect::<Vec<_>>().join("/")
}

fn squash(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}
