//! Settings: keys and values of `appsettings.json`, `.env` files and their like.

use super::entries::Entry;
use crate::codebase::{EvidenceKind, Scope};
use crate::externals::hosts::Url;
use crate::externals::redaction::redact;
use crate::externals::sightings::Found;
use crate::externals::table::{RuleIndex, Table};

/// Whether a file of this name (in lower case) holds environment variables.
pub(super) fn is_env_file(name: &str) -> bool {
    name.split('.').nth(1) == Some("env") && name.starts_with('.')
        || name.rsplit_once('.').is_some_and(|(_, last)| last == "env")
        || matches!(name, "env.example" | "env.sample")
}

/// When the settings, services or images of a file of this name apply, where its name says it.
pub(super) fn scope_of(name: &str) -> Option<Scope> {
    let mut words = name.split(|char: char| !char.is_ascii_alphanumeric());
    let of_word = |word: &str| match word {
        "test" | "tests" | "testing" | "e2e" | "ci" | "citest" => Some(Scope::Test),
        "dev" | "development" | "override" | "local" | "debug" | "devcontainer" => Some(Scope::Dev),
        _ => None,
    };
    words.find_map(of_word)
}

/// Reads lines of `KEY=value`.
pub(super) fn read_env(table: &Table, text: &str, found: &mut Found) {
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        if line.starts_with('#') {
            continue;
        }
        if let Some((key, value)) = line.split_once('=') {
            read_pair(table, EvidenceKind::Env, key.trim(), value.trim().trim_matches(['"', '\'']), number, found);
        }
    }
}

/// Reads keys and values of a tree of settings.
pub(super) fn read_entries(table: &Table, entries: &[Entry], found: &mut Found) {
    for entry in entries {
        read_pair(table, EvidenceKind::Config, &entry.path, &entry.value, entry.line, found);
    }
}

/// Reads one key with its value.
pub(super) fn read_pair(table: &Table, kind: EvidenceKind, key: &str, value: &str, line: u32, found: &mut Found) {
    let by_value = system_of_value(table, value);
    if let Some(rule) = by_value {
        found.value(rule, line, key, redact(value));
    }
    if let Some(rule) = table.key(key).filter(|rule| by_value != Some(*rule)) {
        found.key(rule, kind, line, key);
    }
}

/// The system that a value names by its shape: a URL, or a connection string.
pub(super) fn system_of_value(table: &Table, value: &str) -> Option<RuleIndex> {
    match Url::parse(value) {
        Some(url) if matches!(url.scheme, "http" | "https" | "ws" | "wss") => table.host(&url.host, url.path),
        Some(url) => table.scheme(url.scheme),
        None if value.contains(['=', ':']) => table.value(value),
        None => None,
    }
}
