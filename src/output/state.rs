//! The state beside the pages: drafts and page records as files of the output folder, and what follows from them.

use std::collections::{BTreeMap, BTreeSet};

use super::{OutputFile, keep};
use crate::codebase::{Codebase, KeptDomains, RepoPath};
use crate::diagnostics::{Code, Diagnostic};
use crate::plan::{self, Draft, Drafts, Fingerprint, Manifest, SectionId};

/// Folder of the state below the output folder.
const FOLDER: &str = ".docagent";

/// Reads the state among the files on disk.
pub fn read(on_disk: &[OutputFile]) -> (Drafts, Manifest, Vec<Diagnostic>) {
    let files: Vec<(RepoPath, &[u8])> = on_disk
        .iter()
        .filter_map(|file| {
            let below = file.path.as_str().strip_prefix(FOLDER)?.strip_prefix('/')?;
            Some((RepoPath::new(below), file.text.as_bytes()))
        })
        .collect();
    plan::read_state(files.iter().map(|(path, bytes)| (path, *bytes)))
}

/// One draft's file.
pub fn draft(section: &SectionId, fingerprint: &Fingerprint, draft: &Draft) -> OutputFile {
    placed(plan::write_draft(section, fingerprint, draft))
}

/// Drafts whose subject is still there: a domain or app that is gone takes its words along.
pub fn of_present(codebase: &Codebase, drafts: Drafts) -> Drafts {
    let present = |section: &SectionId| match section.parts() {
        ("domain", id) => codebase.domains.get(id).is_some(),
        ("endpoints", rest) => {
            let app = rest.split('~').next().unwrap_or_default();
            codebase.endpoints.iter().any(|endpoint| endpoint.app == app)
        }
        _ => true,
    };
    drafts.into_iter().filter(|(section, _)| present(section)).collect()
}

/// The pages with the state that belongs to them, sorted by path.
pub fn with_state(
    pages: Vec<OutputFile>,
    drafts: &Drafts,
    sections: BTreeMap<SectionId, Fingerprint>,
    domains: KeptDomains,
) -> Vec<OutputFile> {
    let hashes = pages.iter().map(|page| (page.path.clone(), hash(&page.text))).collect();
    let manifest = Manifest { sections, pages: hashes, domains };
    let mut files = pages;
    files.extend(plan::state_files(drafts, &manifest).into_iter().map(placed));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Files of earlier runs that this one does not make, and notes on those that stay because people wrote in them.
pub fn obsolete(on_disk: &[OutputFile], manifest: &Manifest, fresh: &[OutputFile]) -> (Vec<RepoPath>, Vec<Diagnostic>) {
    let made: BTreeSet<&RepoPath> = fresh.iter().map(|file| &file.path).collect();
    let mut gone = Vec::new();
    let mut notes = Vec::new();
    for file in on_disk.iter().filter(|file| !made.contains(&file.path)) {
        let is_state = file.path.is_under(&FOLDER.into());
        match manifest.pages.get(&file.path) {
            Some(written) if *written != hash(&file.text) || keep::has_block(&file.text) => {
                let message = format!("`{}` is made no more, and stays because somebody wrote in it", file.path);
                notes.push(
                    Diagnostic::warning(Code::StalePage, message).help("take over what is wanted, then delete it"),
                );
            }
            Some(_) => gone.push(file.path.clone()),
            None if is_state => gone.push(file.path.clone()),
            None => {}
        }
    }
    (gone, notes)
}

/// What differs between the pages on disk and those that a run would write now.
pub fn differences(on_disk: &[OutputFile], fresh: &[OutputFile], manifest: &Manifest) -> Vec<Diagnostic> {
    let stands: BTreeMap<&RepoPath, &str> = on_disk.iter().map(|file| (&file.path, file.text.as_str())).collect();
    let made: BTreeSet<&RepoPath> = fresh.iter().map(|file| &file.path).collect();
    let stale = |message: String| Diagnostic::error(Code::StalePage, message).help("run `docagent gen`");
    let mut found = Vec::new();
    for page in fresh {
        match stands.get(&page.path) {
            None => found.push(stale(format!("`{}` is missing", page.path))),
            Some(text) if *text == page.text => {}
            Some(text) if hash(text) == hash(&page.text) => {
                found.push(stale(format!("`{}` links to lines that have moved", page.path)));
            }
            Some(text) if manifest.pages.get(&page.path).is_some_and(|written| *written != hash(text)) => {
                let message = format!("`{}` was changed by hand outside a kept block", page.path);
                found.push(
                    stale(message)
                        .help("put the text between `<!-- keep -->` and `<!-- /keep -->`, then run `docagent gen`"),
                );
            }
            Some(_) => found.push(stale(format!("`{}` is out of date: its facts changed", page.path))),
        }
    }
    let left = manifest.pages.keys().filter(|path| stands.contains_key(path) && !made.contains(path));
    found.extend(left.map(|path| stale(format!("`{path}` describes something that is gone"))));
    found
}

/// Hash of a page without its link definitions, which hold the only line numbers: moved lines change no record.
fn hash(text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for line in text.lines().filter(|line| !(line.starts_with('[') && line.contains("]: "))) {
        hasher.update(line.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().chars().take(16).collect()
}

fn placed(file: plan::StateFile) -> OutputFile {
    OutputFile { path: RepoPath::new(FOLDER).join(file.path.as_str()), text: file.text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile { path: path.into(), text: text.into() }
    }

    fn written(pages: &[OutputFile]) -> (Vec<OutputFile>, Manifest) {
        let files = with_state(pages.to_vec(), &Drafts::new(), BTreeMap::new(), KeptDomains::default());
        let (_, manifest, notes) = read(&files);
        assert_eq!(notes, []);
        (files, manifest)
    }

    #[test]
    fn moved_lines_change_no_record() {
        let (before, _) = written(&[file("a.md", "text [x][s]\n\n[s]: ../a.py#L3\n")]);
        let (after, manifest) = written(&[file("a.md", "text [x][s]\n\n[s]: ../a.py#L4\n")]);
        assert_eq!(before[0], after[0], "the record stands before the page");
        let found = differences(&before, &after[1..], &manifest);
        assert!(found[0].message.contains("moved"), "{found:?}");
    }

    #[test]
    fn each_difference_has_its_reason() {
        let (files, manifest) = written(&[file("a.md", "a\n"), file("gone.md", "g\n")]);
        let fresh = [file("a.md", "b\n"), file("new.md", "n\n")];
        let messages: Vec<_> = differences(&files, &fresh, &manifest).into_iter().map(|it| it.message).collect();
        let expected = [
            "`a.md` is out of date: its facts changed",
            "`new.md` is missing",
            "`gone.md` describes something that is gone",
        ];
        assert_eq!(messages, expected);
        let edited = [file("a.md", "a and mine\n")];
        let found = differences(&edited, &[file("a.md", "a\n")], &manifest);
        assert!(found[0].message.contains("by hand"), "{found:?}");
    }

    #[test]
    fn only_our_own_untouched_files_are_removed() {
        let (mut files, manifest) = written(&[file("a.md", "a\n"), file("b.md", "b\n")]);
        files.push(file("notes.md", "mine\n"));
        files.iter_mut().filter(|it| it.path.as_str() == "b.md").for_each(|it| it.text.push_str("mine\n"));
        let (gone, notes) = obsolete(&files, &manifest, &[]);
        let gone: Vec<_> = gone.iter().map(RepoPath::as_str).collect();
        assert_eq!(gone, [".docagent/pages/a.md.json", ".docagent/pages/b.md.json", "a.md"]);
        assert_eq!(notes.len(), 1);
    }
}
