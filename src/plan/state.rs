//! State as small files, so that merges stay clean: a file for each draft and each page.
//!
//! Paths are relative to the state folder (`.docagent`). Nothing here can fail: a file that cannot be
//! read is a diagnostic and counts as absent, so its section is written again.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Claim, Draft, Drafts, Fingerprint, Manifest, SectionId, partition};
use crate::codebase::RepoPath;
use crate::diagnostics::{Code, Diagnostic};

const DRAFT: &str = "docagent/draft/1";
const PAGE: &str = "docagent/page/1";
/// No draft or page record comes near this; what is larger was not written by us.
const LARGEST: usize = 1 << 20;

/// One file of the state folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateFile {
    /// Path below the state folder.
    pub path: RepoPath,
    /// Its text, with `\n` line ends and one at its end.
    pub text: String,
}

#[derive(Serialize, Deserialize)]
struct DraftRecord {
    schema: String,
    section: SectionId,
    fingerprint: Fingerprint,
    fields: BTreeMap<String, Vec<Claim>>,
}

#[derive(Serialize, Deserialize)]
struct PageRecord {
    schema: String,
    page: RepoPath,
    hash: String,
}

/// Where a section's draft lies: `drafts/domain/basket.json`.
pub fn draft_path(section: &SectionId) -> RepoPath {
    RepoPath::new(format!("drafts/{}.json", file_safe(&section.0)))
}

/// Where a page's record lies: `pages/domains/basket.md.json`.
pub fn page_path(page: &RepoPath) -> RepoPath {
    RepoPath::new(format!("pages/{}.json", file_safe(page.as_str())))
}

/// A section's draft, with what it was made from.
pub fn write_draft(section: &SectionId, fingerprint: &Fingerprint, draft: &Draft) -> StateFile {
    let record = DraftRecord {
        schema: DRAFT.to_owned(),
        section: section.clone(),
        fingerprint: fingerprint.clone(),
        fields: draft.fields.clone(),
    };
    StateFile { path: draft_path(section), text: pretty(&record) }
}

/// A page's record.
pub fn write_page(page: &RepoPath, hash: &str) -> StateFile {
    let record = PageRecord { schema: PAGE.to_owned(), page: page.clone(), hash: hash.to_owned() };
    StateFile { path: page_path(page), text: pretty(&record) }
}

/// All state as files, sorted by path. A draft whose fingerprint is not known is not kept: it would never be fresh.
pub fn state_files(drafts: &Drafts, manifest: &Manifest) -> Vec<StateFile> {
    let written = drafts.iter().filter_map(|(section, draft)| {
        manifest.sections.get(section).map(|fingerprint| write_draft(section, fingerprint, draft))
    });
    let pages = manifest.pages.iter().map(|(page, hash)| write_page(page, hash));
    let mut files: Vec<StateFile> = written.chain(pages).chain(partition::write(&manifest.domains)).collect();
    files.sort();
    files
}

/// Reads state back: every file of the state folder, by its path there. Other files are passed over.
pub fn read_state<'a>(
    files: impl IntoIterator<Item = (&'a RepoPath, &'a [u8])>,
) -> (Drafts, Manifest, Vec<Diagnostic>) {
    let (mut drafts, mut manifest, mut diagnostics) = (Drafts::new(), Manifest::default(), Vec::new());
    for (path, bytes) in files {
        let read = match path.parts().next() {
            Some("drafts") => read_draft(path, bytes).map(|record| {
                manifest.sections.insert(record.section.clone(), record.fingerprint);
                drafts.insert(record.section, Draft { fields: record.fields });
            }),
            Some("pages") => read_page(path, bytes).map(|record| {
                manifest.pages.insert(record.page, record.hash);
            }),
            Some(partition::FOLDER | partition::SHARED_FILE) => partition::read(&mut manifest.domains, path, bytes),
            _ => Ok(()),
        };
        if let Err(why) = read {
            let message = format!("`.docagent/{path}` cannot be used: {why}");
            diagnostics.push(
                Diagnostic::warning(Code::BrokenState, message).help("nothing to do: what it held is written again"),
            );
        }
    }
    (drafts, manifest, diagnostics)
}

fn read_draft(path: &RepoPath, bytes: &[u8]) -> Result<DraftRecord, String> {
    let record: DraftRecord = parse(bytes, LARGEST)?;
    check(record.schema == DRAFT, "it has another schema")?;
    check(draft_path(&record.section) == *path, "it is another section's")?;
    Ok(record)
}

fn read_page(path: &RepoPath, bytes: &[u8]) -> Result<PageRecord, String> {
    let record: PageRecord = parse(bytes, LARGEST)?;
    check(record.schema == PAGE, "it has another schema")?;
    check(page_path(&record.page) == *path, "it is another page's")?;
    Ok(record)
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(bytes: &[u8], largest: usize) -> Result<T, String> {
    check(bytes.len() <= largest, "it is too large")?;
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

pub(super) fn check(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

pub(super) fn pretty(record: &impl Serialize) -> String {
    // Serialising strings into memory cannot fail; an empty file would only mean that the section is written again.
    serde_json::to_string_pretty(record).unwrap_or_default() + "\n"
}

/// An id as a relative path that every file system takes: what is not plain is written as `%XX`.
pub(super) fn file_safe(id: &str) -> String {
    let mut path = String::with_capacity(id.len());
    let mut first_of_part = true;
    for byte in id.bytes() {
        let plain = byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_~/".contains(&byte);
        let plain = plain || (byte == b'.' && !first_of_part) || byte.is_ascii_uppercase();
        if plain {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
        first_of_part = byte == b'/';
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::KeptDomains;
    use crate::codebase::domain::{KeptDomain, KeptFiles};

    fn kept_files(paths: &[&str]) -> KeptFiles {
        paths.iter().map(|path| (RepoPath::new(path), "0a1b2c3d".to_owned())).collect()
    }

    fn state() -> (Drafts, Manifest) {
        let claim = Claim { text: "Keeps baskets.".into(), facts: vec!["entity:Basket".into()] };
        let draft = Draft { fields: [("purpose".to_owned(), vec![claim])].into() };
        let section = SectionId::domain("basket");
        let fingerprint = Fingerprint::new("facts", "prompt", "model");
        let manifest = Manifest {
            sections: [(section.clone(), fingerprint)].into(),
            pages: [(RepoPath::new("domains/basket.md"), "abc".to_owned())].into(),
            domains: KeptDomains {
                domains: vec![KeptDomain {
                    id: "basket".into(),
                    name: "Basket".into(),
                    files: kept_files(&["shop/basket.py", "shop/item.py", "main.py"]),
                    parts: [("shop/item.py".into(), "Line items".to_owned())].into(),
                }],
                shared: kept_files(&["shop/clock.py"]),
            },
        };
        (Drafts::from([(section, draft)]), manifest)
    }

    fn read(files: &[StateFile]) -> (Drafts, Manifest, Vec<Diagnostic>) {
        read_state(files.iter().map(|file| (&file.path, file.text.as_bytes())))
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (drafts, manifest) = state();
        let files = state_files(&drafts, &manifest);
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let expected =
            ["domains/basket.json", "drafts/domain/basket.json", "pages/domains/basket.md.json", "shared.json"];
        assert_eq!(paths, expected);
        assert_eq!(read(&files), (drafts, manifest, Vec::new()));
    }

    #[test]
    fn a_broken_file_counts_as_absent() {
        let (drafts, manifest) = state();
        let good = state_files(&drafts, &manifest);
        let spoiled: [fn(&mut StateFile); 4] = [
            |file| file.text.truncate(40),
            |file| file.text.insert_str(0, "<<<<<<< HEAD\n"),
            |file| file.text = file.text.replace("/1\"", "/2\""),
            |file| file.path = file.path.folder().join("order.json"),
        ];
        for spoil in spoiled {
            for at in 0..2 {
                let mut files = good.clone();
                spoil(&mut files[at]);
                let (drafts, manifest, diagnostics) = read(&files);
                assert_eq!((drafts.is_empty(), manifest.domains.domains.is_empty()), (at == 1, at == 0));
                assert_eq!(manifest.pages.len(), 1);
                assert_eq!(diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), [Code::BrokenState]);
            }
        }
    }

    #[test]
    fn no_id_leaves_its_folder() {
        for id in ["../../etc/passwd", "domain/../../x", "domain/.hidden", "domain/a b:c\\d", "domain/ü"] {
            let path = draft_path(&SectionId(id.into()));
            assert!(path.as_str().starts_with("drafts/"), "{path}");
            assert!(!path.parts().any(|part| part.starts_with('.')), "{path}");
        }
    }
}
