//! Reads every file once: bytes to text, text to [`Facts`]. Parallel over files, a pure function of each file's bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::codebase::outline::Outline;
use crate::codebase::source::{ContentKey, Contents, ListedFile, Memories, Memory, Skipped, Snapshot};
use crate::codebase::{Facts, LanguageId, Place, RepoPath, Role, SourceFile, redact, sharing};
use crate::diagnostics::{Code, Diagnostic};
use crate::externals::Table;
use crate::languages::{self, ProjectFiles};
use crate::{externals, frameworks, messaging, stores};

use super::{classify, descriptions};

/// All files of a snapshot, read.
#[derive(Default)]
pub struct Read {
    /// Files that were read, sorted by path.
    pub files: Vec<SourceFile>,
    /// Their facts, in the same order.
    pub facts: Vec<Facts>,
    /// Texts that later stages want whole: project files and READMEs.
    pub project: ProjectFiles,
    /// What was left out, before and while reading.
    pub skipped: Vec<Skipped>,
    /// What went wrong.
    pub diagnostics: Vec<Diagnostic>,
    /// What to remember for the next run.
    pub memories: Memories,
}

/// Most examples kept of one reason for skipping.
const EXAMPLES: usize = 5;

/// Reads all files of the snapshot, recalling what is known of unchanged ones; `table` says which external
/// systems there may be. Largest files first, so that no worker is
/// left with a big one at the end.
pub fn read(snapshot: &Snapshot, contents: &dyn Contents, memory: &dyn Memory, table: &Table) -> Read {
    let mut order: Vec<usize> = (0..snapshot.files.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(snapshot.files[index].size));
    let mut outcomes: Vec<(usize, Outcome)> = order
        .into_par_iter()
        .with_max_len(1)
        .map(|index| {
            let listed = &snapshot.files[index];
            let outcome = read_one(listed, contents, memory, table);
            contents.done(&listed.path);
            (index, outcome)
        })
        .collect();
    outcomes.sort_unstable_by(|(left, _), (right, _)| snapshot.files[*left].path.cmp(&snapshot.files[*right].path));

    let mut read = Read { skipped: snapshot.skipped.clone(), ..Read::default() };
    let mut skipped: BTreeMap<String, Vec<RepoPath>> = BTreeMap::new();
    for (index, outcome) in outcomes {
        match outcome.memory {
            Some((key, Some(bytes))) => read.memories.new.push((key, bytes)),
            Some((key, None)) => read.memories.kept.push(key),
            None => {}
        }
        let path = &snapshot.files[index].path;
        match outcome.content {
            Content::Read(one) => {
                let One { language, lines, role, facts, kept, diagnostics } = *one;
                read.diagnostics.extend(diagnostics);
                if let Some(text) = kept {
                    read.project.insert(path.clone(), text);
                }
                read.files.push(SourceFile { path: path.clone(), language, lines, role, component: None });
                read.facts.push(facts);
            }
            Content::Skipped(reason) => skipped.entry(reason).or_default().push(path.clone()),
            Content::Unreadable(diagnostic) => {
                skipped.entry("unreadable".to_owned()).or_default().push(path.clone());
                read.diagnostics.push(*diagnostic);
            }
        }
    }
    read.skipped.extend(skipped.into_iter().map(|(reason, paths)| Skipped {
        reason,
        count: paths.len(),
        examples: paths.into_iter().take(EXAMPLES).collect(),
    }));
    read.skipped.sort();
    read
}

struct Outcome {
    content: Content,
    /// What to remember it by, with what is new about it.
    memory: Option<(ContentKey, Option<Vec<u8>>)>,
}

#[derive(Serialize, Deserialize)]
enum Content {
    Read(Box<One>),
    /// Left out, for this reason.
    Skipped(String),
    #[serde(skip)]
    Unreadable(Box<Diagnostic>),
}

/// One file: a pure function of its path and bytes, and of the table of systems.
#[derive(Serialize, Deserialize)]
struct One {
    language: LanguageId,
    lines: u32,
    role: Role,
    facts: Facts,
    kept: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

fn read_one(listed: &ListedFile, contents: &dyn Contents, memory: &dyn Memory, table: &Table) -> Outcome {
    let recall = |key: &ContentKey| {
        let content = sharing::from_bytes(&memory.recall(key)?).ok()?;
        Some(Outcome { content, memory: Some((*key, None)) })
    };
    let by_blob = listed.blob.as_ref().map(|blob| key(table, &listed.path, blob.as_bytes()));
    if let Some(known) = by_blob.as_ref().and_then(recall) {
        return known;
    }
    let bytes = match contents.read(&listed.path) {
        Ok(bytes) => bytes,
        Err(reason) => {
            let message = format!("cannot read `{}`: {reason}", listed.path);
            let diagnostic = Diagnostic::warning(Code::UnreadableFile, message)
                .help("make it readable, or list it under `files.exclude` in docagent.toml");
            return Outcome { content: Content::Unreadable(Box::new(diagnostic)), memory: None };
        }
    };
    let key = by_blob.unwrap_or_else(|| key(table, &listed.path, blake3::hash(&bytes).as_bytes()));
    if listed.blob.is_none()
        && let Some(known) = recall(&key)
    {
        return known;
    }
    let content = match classify::unreadable(&listed.path, &bytes) {
        Some(reason) => Content::Skipped(reason.to_owned()),
        None => Content::Read(Box::new(facts_of(&listed.path, &bytes, table))),
    };
    let memory = memory.is_kept().then(|| sharing::to_bytes(&content).ok()).flatten().map(|bytes| (key, Some(bytes)));
    Outcome { content, memory }
}

fn key(table: &Table, path: &RepoPath, content: &[u8]) -> ContentKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(table.fingerprint()).update(path.as_str().as_bytes()).update(&[0]).update(content);
    *hasher.finalize().as_bytes()
}

fn facts_of(path: &RepoPath, bytes: &Arc<[u8]>, table: &Table) -> One {
    let mut diagnostics = Vec::new();
    let (text, is_whole) = decode(bytes);
    if !is_whole {
        let message = format!("`{path}` is not UTF-8 throughout: its other bytes were replaced");
        diagnostics.push(Diagnostic::note(Code::InvalidUtf8, message));
    }
    let text: &str = &with_line_feeds(text);
    let mut class = classify::by_path(path);
    if class.role == Role::Source && classify::says_generated(text) {
        class.role = Role::Generated;
    }
    let mut outline = class.extractor.map_or_else(Outline::default, |language| language.outline(path, text));
    if outline.syntax_errors > 0 && class.role != Role::Generated {
        let message = format!("the grammar could not parse {} parts of `{path}`", outline.syntax_errors);
        diagnostics.push(Diagnostic::note(Code::SyntaxError, message).at(Place::line(path.clone(), 1)));
    }
    if outline.given_up {
        let message = format!("parsing `{path}` took too many steps and was given up: the docs lack what it holds");
        let help = "if it is no source code, list it under `files.exclude` in docagent.toml";
        diagnostics.push(Diagnostic::warning(Code::SyntaxError, message).help(help).at(Place::line(path.clone(), 1)));
    }
    let sightings = if class.extractor.is_some() {
        externals::sightings_in_code(table, path, &class.language, &outline, text)
    } else if class.language.as_str() != "other" {
        externals::sightings_in_config(table, path, text)
    } else {
        Vec::new()
    };
    let routing = match class.extractor {
        Some(_) => frameworks::routing(path, &class.language, &outline),
        None => frameworks::routing_of_text(path, text),
    };
    let messages = messaging::messages(path, &class.language, &outline);
    let records = stores::records(path, &class.language, &outline, text);
    if class.role == Role::Generated {
        // Nobody is told how generated code does what it does, and there may be millions of lines of it.
        outline.forget_bodies();
    }
    outline.shrink_to_fit();
    let description = class.extractor.is_none().then(|| descriptions::read(path, text)).flatten().map(Box::new);
    let template = class.extractor.is_none().then(|| externals::template(path, text)).flatten().map(Box::new);
    let mut facts = Facts { outline, routing, records, messages, sightings, template, description };
    redact::clean_facts(&mut facts);
    let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    let kept = is_kept(path).then(|| text.to_owned());
    One { language: class.language, lines, role: class.role, facts, kept, diagnostics }
}

/// Whether later stages want the text: project files of any language, READMEs, pipelines.
fn is_kept(path: &RepoPath) -> bool {
    languages::ALL.iter().any(|language| language.is_project_file(path))
        || path.file_name().eq_ignore_ascii_case("README.md")
}

/// The text of a file: UTF-8 with or without a byte order mark, or UTF-16 with one; other bytes are replaced.
/// The text that bytes hold, and whether none of them had to be replaced.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let rest = match bytes {
        [0xFF, 0xFE, rest @ ..] => return (Cow::Owned(utf16(rest, u16::from_le_bytes)), true),
        [0xFE, 0xFF, rest @ ..] => return (Cow::Owned(utf16(rest, u16::from_be_bytes)), true),
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
        _ => bytes,
    };
    // Several times as fast as the lossy way, which is for the few files that need it.
    std::str::from_utf8(rest)
        .map_or_else(|_| (String::from_utf8_lossy(rest), false), |text| (Cow::Borrowed(text), true))
}

/// Lines of old end in a carriage return alone; no grammar counts those.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\n') || !text.contains('\r') { text } else { Cow::Owned(text.replace('\r', "\n")) }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::source::NoMemory;

    struct Disk(BTreeMap<&'static str, &'static [u8]>);

    impl Contents for Disk {
        fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, String> {
            self.0.get(path.as_str()).map(|bytes| Arc::from(*bytes)).ok_or_else(|| "permission denied".to_owned())
        }
    }

    #[test]
    fn one_bad_file_is_a_warning() {
        let files =
            ["a.py", "b.bin", "c.txt", "gone.py"].map(|path| ListedFile { path: path.into(), size: 1, blob: None });
        let snapshot = Snapshot { files: files.to_vec(), ..Snapshot::default() };
        let disk = Disk(BTreeMap::from([("a.py", &b"x = 1\n"[..]), ("b.bin", b"\0\0"), ("c.txt", b"caf\xe9")]));
        let read = read(&snapshot, &disk, &NoMemory, Table::compiled());
        let paths: Vec<_> = read.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.py", "c.txt"]);
        let reasons: Vec<_> = read.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
        assert_eq!(reasons, ["binary", "unreadable"]);
        let codes: Vec<_> = read.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert_eq!(codes, [Code::InvalidUtf8, Code::UnreadableFile]);
    }

    #[test]
    fn marks_and_wide_text_are_decoded() {
        assert_eq!(decode(b"\xEF\xBB\xBFx").0, "x");
        assert_eq!(decode(b"\xFF\xFEx\0").0, "x");
        assert_eq!(decode(b"\xFE\xFF\0x").0, "x");
    }
}
