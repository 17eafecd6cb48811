//! The kept domains as state: a file for each domain and one for shared code, a line for each file of the repository,
//! so that two branches that add files merge without a conflict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::state::{StateFile, check, file_safe, parse, pretty};
use crate::codebase::domain::{KeptDomain, KeptFiles};
use crate::codebase::{KeptDomains, RepoPath};

const DOMAIN: &str = "docagent/domain/1";
const SHARED: &str = "docagent/shared/1";
/// Folder of the domains' records; shared code lies beside it.
pub(super) const FOLDER: &str = "domains";
pub(super) const SHARED_FILE: &str = "shared.json";
/// A repository of a million files stays below this.
const LARGEST: usize = 64 << 20;

#[derive(Serialize, Deserialize)]
struct DomainRecord {
    schema: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    /// Names of files by folder, each with its mark and, after a space, the part of the domain that it is in.
    files: BTreeMap<RepoPath, BTreeMap<String, String>>,
}

/// The records of kept domains.
pub(super) fn write(kept: &KeptDomains) -> Vec<StateFile> {
    if kept.is_empty() {
        return Vec::new();
    }
    let domains = kept.domains.iter().map(|domain| {
        let record = record(DOMAIN, &domain.id, &domain.name, &domain.files, &domain.parts);
        StateFile { path: domain_path(&domain.id), text: pretty(&record) }
    });
    let shared = record(SHARED, "", "", &kept.shared, &BTreeMap::new());
    domains.chain([StateFile { path: SHARED_FILE.into(), text: pretty(&shared) }]).collect()
}

/// Takes in one record. A file that two domains claim, as after a merge, stays with the one that is read first.
pub(super) fn read(kept: &mut KeptDomains, path: &RepoPath, bytes: &[u8]) -> Result<(), String> {
    let record: DomainRecord = parse(bytes, LARGEST)?;
    let mut parts = BTreeMap::new();
    let mut files = KeptFiles::new();
    for (folder, names) in &record.files {
        for (name, told) in names {
            let (mark, part) = told.split_once(' ').unwrap_or((told, ""));
            let file = folder.join(name);
            if !part.is_empty() {
                parts.insert(file.clone(), part.to_owned());
            }
            files.insert(file, mark.to_owned());
        }
    }
    if path.as_str() == SHARED_FILE {
        check(record.schema == SHARED, "it has another schema")?;
        kept.shared = files;
        return Ok(());
    }
    check(record.schema == DOMAIN, "it has another schema")?;
    check(domain_path(&record.id) == *path, "it is another domain's")?;
    let domain = KeptDomain { id: record.id, name: record.name, files, parts };
    let at = kept.domains.partition_point(|other| other.id < domain.id);
    kept.domains.insert(at, domain);
    Ok(())
}

fn record(schema: &str, id: &str, name: &str, files: &KeptFiles, parts: &BTreeMap<RepoPath, String>) -> DomainRecord {
    let mut folders: BTreeMap<RepoPath, BTreeMap<String, String>> = BTreeMap::new();
    for (path, mark) in files {
        let told = parts.get(path).map_or_else(|| mark.clone(), |part| format!("{mark} {part}"));
        folders.entry(path.folder()).or_default().insert(path.file_name().to_owned(), told);
    }
    DomainRecord { schema: schema.to_owned(), id: id.to_owned(), name: name.to_owned(), files: folders }
}

fn domain_path(id: &str) -> RepoPath {
    RepoPath::new(format!("{FOLDER}/{}.json", file_safe(id)))
}
