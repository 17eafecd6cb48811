//! GitHub workflows: where they deploy to, and what they start for tests.

use super::entries::Entry;
use crate::codebase::{EvidenceKind, Scope};
use crate::externals::images;
use crate::externals::sightings::Found;
use crate::externals::table::{Name, RuleIndex, Table};

/// When what a workflow of this file name (in lower case) deploys is used: documentation is no part of the system.
pub(super) fn scope_of(name: &str) -> Option<Scope> {
    let mut words = name.split(|char: char| !char.is_ascii_alphanumeric());
    words.any(|word| matches!(word, "doc" | "docs" | "documentation" | "storybook")).then_some(Scope::Dev)
}

/// Deploy actions and commands, tokens of hosting services, and service containers of test jobs.
pub(super) fn read(table: &Table, entries: &[Entry], found: &mut Found) {
    let commands = table.names(Name::Command);
    for entry in entries {
        match entry.key() {
            "uses" => read_action(table, entry, found),
            "run" => {
                for (command, rule) in &commands {
                    if entry.value.contains(command) {
                        deployment(*rule, EvidenceKind::Config, entry, (*command).to_owned(), found);
                    }
                }
            }
            "image" if entry.is_at("jobs:*:services:*:image") => read_service(table, entry, found),
            key if entry.path.ends_with(&format!("env:{key}")) => read_env(table, key, entry, found),
            _ => {}
        }
    }
}

fn read_action(table: &Table, entry: &Entry, found: &mut Found) {
    let action = entry.value.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let folder = action.split('/').take(2).collect::<Vec<_>>().join("/");
    let rule = table.name(Name::Action, &action).or_else(|| table.name(Name::Action, &folder));
    if let Some(rule) = rule {
        deployment(rule, EvidenceKind::Config, entry, action, found);
    }
}

fn read_service(table: &Table, entry: &Entry, found: &mut Found) {
    let image = images::with_defaults(&entry.value);
    if let Some(rule) = table.name(Name::Image, &images::normalise(&image)) {
        found.line(rule, EvidenceKind::Image, entry.line, image).scope = Some(Scope::Test);
    }
}

/// A token of a service that hosts or delivers the system. What tests are given says nothing.
fn read_env(table: &Table, key: &str, entry: &Entry, found: &mut Found) {
    let Some(rule) = table.key(key) else { return };
    if table.rule(rule).is_some_and(|rule| rule.scope == Some(Scope::Deployment)) {
        let sighting = found.line(rule, EvidenceKind::Env, entry.line, key.to_owned());
        sighting.scope = sighting.scope.max(Some(Scope::Deployment));
        sighting.config_key = Some(key.into());
    }
}

fn deployment(rule: RuleIndex, kind: EvidenceKind, entry: &Entry, detail: String, found: &mut Found) {
    let sighting = found.line(rule, kind, entry.line, detail);
    sighting.scope = sighting.scope.max(Some(Scope::Deployment));
}
