//! Systems of which a setting chooses one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Cases, Witness};
use crate::codebase::external::Requirement;
use crate::codebase::{Atom, Confidence, EvidenceKind, ExternalSystem, RepoPath, Scope};

/// Categories of which a deployment takes one: several at once are a choice.
const CHOSEN: &[&str] =
    &["ai", "cache", "database", "email", "payment", "queue", "search", "secrets", "sms", "storage", "vector"];

/// Stores of which a program takes one: where it can talk to several, a setting chooses.
const RELATIONAL: &[&str] = &[
    "cockroachdb",
    "firebirdsql",
    "ibm.db2",
    "mariadb",
    "microsoft.sql_server",
    "mysql",
    "oracle.db",
    "postgresql",
    "sqlite",
];

/// Folders in which each file is one way to do the same.
const PROVIDERS: &[&str] = &["adapters", "backends", "delivery", "drivers", "engines", "providers", "transports"];

/// Makes alternatives of systems of one category that one file chooses among under conditions, and of those that lie
/// side by side in files of their own: `SmtpMailSender.cs` and `SendGridMailSender.cs`.
pub(super) fn mark(cases: &Cases, systems: &mut [ExternalSystem]) {
    let mut choices: BTreeMap<(String, &str), BTreeMap<&str, BTreeSet<&RepoPath>>> = BTreeMap::new();
    for (id, case) in cases {
        let Some(rule) = case.rule else { continue };
        for witness in used(case) {
            let evidence = &witness.sighting.evidence;
            for choice in choices_of(witness, &rule.category) {
                let files = choices.entry((choice, rule.category.as_str())).or_default();
                files.entry(id).or_default().insert(&evidence.file);
            }
        }
    }
    let alternatives: BTreeSet<&str> = choices
        .iter()
        .filter(|(choice, ids)| is_choice(&choice.0, ids))
        .flat_map(|(_, ids)| ids.keys().copied())
        .collect();
    let stores = shared_stores(systems);
    let chosen = |system: &ExternalSystem| alternatives.contains(system.id.as_str()) || stores.contains(&system.id);
    for system in systems.iter_mut().filter(|system| chosen(system)) {
        system.requirement = Requirement::Alternative;
    }
}

/// Relational stores that one component can use several of.
fn shared_stores(systems: &[ExternalSystem]) -> BTreeSet<Atom> {
    let mut by_user: BTreeMap<&str, BTreeSet<&Atom>> = BTreeMap::new();
    let is_store = |system: &&ExternalSystem| {
        RELATIONAL.contains(&system.id.as_str())
            && system.scope == Scope::Runtime
            && system.confidence > Confidence::Declared
    };
    for system in systems.iter().filter(is_store) {
        for user in &system.used_by {
            by_user.entry(user).or_default().insert(&system.id);
        }
    }
    by_user.into_values().filter(|stores| stores.len() > 1).flatten().cloned().collect()
}

fn used<'a>(case: &'a Case) -> impl Iterator<Item = &'a Witness> {
    case.witnesses.iter().filter(|witness| witness.scope <= Scope::Deployment)
}

/// The choices that a line may be one case of: the file that chooses, or the files beside its own.
fn choices_of(witness: &Witness, category: &str) -> Vec<String> {
    let sighting = &witness.sighting;
    let (kind, file) = (sighting.evidence.kind, &sighting.evidence.file);
    let mut choices = Vec::new();
    let is_chosen = CHOSEN.contains(&category) || category == "identity";
    if is_chosen && sighting.conditional && matches!(kind, EvidenceKind::Call | EvidenceKind::Config) {
        choices.push(file.as_str().to_owned());
    }
    let uses = matches!(kind, EvidenceKind::Call | EvidenceKind::Import) && !sighting.weak;
    if uses && CHOSEN.contains(&category) {
        let folder = file.folder();
        let is_of_providers = PROVIDERS.contains(&folder.file_name().to_ascii_lowercase().as_str());
        let ending = if is_of_providers { String::new() } else { last_word(file.stem()) };
        if is_of_providers || ending.len() > 3 {
            choices.push(format!("{folder}/*{ending}"));
        }
    }
    choices
}

/// Side by side, each system needs a file of its own.
fn is_choice(choice: &str, ids: &BTreeMap<&str, BTreeSet<&RepoPath>>) -> bool {
    let own = |id: &str, files: &BTreeSet<&RepoPath>| {
        files.iter().any(|file| ids.iter().all(|(other, theirs)| *other == id || !theirs.contains(file)))
    };
    ids.len() > 1 && (!choice.contains('*') || ids.iter().all(|(id, files)| own(id, files)))
}

/// `Service` of `AzurePictureService`, `sender` of `smtp_sender`; nothing of a name of one word.
fn last_word(stem: &str) -> String {
    let start = stem.char_indices().skip(1).filter(|(_, char)| char.is_uppercase() || "._-".contains(*char)).last();
    start.map_or_else(String::new, |(at, _)| stem[at..].trim_start_matches(['.', '_', '-']).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::last_word;

    #[test]
    fn the_last_word_of_a_name() {
        let words = ["AzurePictureService", "smtp_sender", "sendgrid.adapter", "mailer", "S3"].map(last_word);
        assert_eq!(words, ["service", "sender", "adapter", "", ""]);
    }
}
