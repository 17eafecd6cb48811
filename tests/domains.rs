//! Domains stay put: small changes of the code move no file from one domain to another.
//!
//! `DOCAGENT_EXAM_DOMAINS=PATH:PATH cargo test domains -- --ignored --nocapture` takes the same exam on real checkouts.

use std::collections::BTreeMap;
use std::path::Path;

use docagent::analysis::{self, Options};
use docagent::codebase::source::NoMemory;
use docagent::codebase::{Codebase, KeptDomains, RepoPath};
use docagent::config::{Config, Environment, Flags};
use docagent::externals::Table;
use docagent::pipeline::{self, Look};
use docagent::workspace::Workspace;

use crate::sources::{Sources, own};

/// How much the files that were there before must stay together when others come back.
const AGREEMENT: f64 = 0.95;
/// One of so many files is taken out and put back.
const TAKEN_OUT: usize = 33;
/// Files that are given other names.
const RENAMED: usize = 20;

#[test]
fn small_changes_move_no_file() {
    for repository in ["csharp-shop", "fastapi-service", "nestjs-service"] {
        let sources = Sources::below(&own("fixtures/repos").join(repository).join("source"), |_| true);
        sit(repository, &sources);
    }
}

#[test]
#[ignore = "needs checkouts of real repositories"]
fn small_changes_of_real_repositories_move_no_file() {
    let paths = std::env::var("DOCAGENT_EXAM_DOMAINS").expect("DOCAGENT_EXAM_DOMAINS names checkouts");
    for path in std::env::split_paths(&paths) {
        sit(&path.display().to_string(), &Sources::below(&path, |path| !path.parts().any(|part| part == ".git")));
    }
}

/// What becomes of a file's text.
type Edit = fn(&RepoPath, &str) -> String;

/// The exam of one repository.
fn sit(name: &str, sources: &Sources) {
    let whole = analyse(sources, None);
    let before = places(&whole);
    assert_eq!(before, places(&analyse(sources, Some(&whole.kept_domains))), "{name}: the same code");

    let code: Vec<&RepoPath> = whole.files.iter().map(|file| &file.path).filter(|path| is_code(path)).collect();
    let step = TAKEN_OUT.min(code.len() / 2);
    let out: Vec<&RepoPath> = code.iter().copied().skip(step / 2).step_by(step).collect();
    let most = analyse(&changed(sources, |path, bytes| (!out.contains(&path)).then(|| (path.clone(), bytes))), None);
    let put_back = places(&analyse(sources, Some(&most.kept_domains)));
    let pairs: Vec<(String, String)> =
        places(&most).into_iter().filter_map(|(path, place)| Some((place, put_back.get(&path)?.clone()))).collect();
    let agreement = adjusted_rand_index(&pairs);
    eprintln!("{name}: {} files out and back, agreement {agreement:.4}", out.len());
    assert!(agreement >= AGREEMENT, "{name}: {agreement}");

    let step = (code.len() / RENAMED).max(1);
    let renamed: BTreeMap<&RepoPath, RepoPath> =
        code.iter().step_by(step).take(RENAMED).map(|path| (*path, with_other_name(path))).collect();
    let new_name = |path: &RepoPath| renamed.get(path).unwrap_or(path).clone();
    let after =
        places(&analyse(&changed(sources, |path, bytes| Some((new_name(path), bytes))), Some(&whole.kept_domains)));
    let expected = before.iter().map(|(path, place)| (new_name(path), place.clone())).collect();
    assert_eq!(moved(&expected, &after), Vec::<String>::new(), "{name}: renamed files");

    let edits: [(&str, Edit); 2] =
        [("a comment in each file", with_comment), ("reformatted", |_, text| text.lines().map(deeper).collect())];
    for (what, edit) in edits {
        let edited = changed(sources, |path, bytes| match String::from_utf8(bytes) {
            Ok(text) if is_code(path) => Some((path.clone(), edit(path, &text).into_bytes())),
            Ok(text) => Some((path.clone(), text.into_bytes())),
            Err(error) => Some((path.clone(), error.into_bytes())),
        });
        let after = places(&analyse(&edited, Some(&whole.kept_domains)));
        assert_eq!(moved(&before, &after), Vec::<String>::new(), "{name}: {what}");
    }
}

#[test]
fn domains_on_disk_are_gone_on_from_until_they_are_drawn_anew() {
    let root = tempfile::tempdir().unwrap();
    for (path, bytes) in Sources::below(&own("fixtures/repos/csharp-shop/source"), |_| true).files() {
        let file = root.path().join(path.as_str());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }
    let first = generate(root.path(), Look::default());
    let record = root.path().join("docs/docagent/.docagent/domains/rentals.json");
    let text = std::fs::read_to_string(&record).unwrap().replace("\"Rentals\"", "\"Hire\"");
    std::fs::write(&record, text).unwrap();
    let name = |codebase: &Codebase| codebase.domains.get("rentals").map(|domain| domain.name.clone());
    assert_eq!(name(&generate(root.path(), Look::default())).as_deref(), Some("Hire"));
    let (seen, _) = pipeline::analyse(&open(root.path()).0, &open(root.path()).1, Look::default()).unwrap();
    assert_eq!(name(&seen).as_deref(), Some("Hire"), "what is inspected is what was written");
    let anew = generate(root.path(), Look { recluster: true, ..Look::default() });
    assert_eq!(anew.domains, first.domains);
}

fn generate(root: &Path, look: Look) -> Codebase {
    let (workspace, config) = open(root);
    let prepared = pipeline::prepare(&workspace, &config, None, look).unwrap();
    pipeline::generate(&workspace, &config, prepared, None, &|_| {}).unwrap().codebase
}

fn open(root: &Path) -> (Workspace, Config) {
    (Workspace::open(root).unwrap(), Config::resolve(None, Environment::default(), Flags::default()).unwrap())
}

fn analyse(sources: &Sources, kept: Option<&KeptDomains>) -> Codebase {
    let snapshot = sources.snapshot();
    let read = analysis::read(&snapshot, sources, &NoMemory, Table::compiled());
    analysis::codebase(&snapshot, read, Options { kept, ..Options::default() }).0
}

fn changed(sources: &Sources, change: impl Fn(&RepoPath, Vec<u8>) -> Option<(RepoPath, Vec<u8>)>) -> Sources {
    let files = sources.files().filter_map(|(path, bytes)| change(path, bytes.to_vec()));
    files.map(|(path, bytes)| (path.to_string(), bytes)).collect()
}

/// The domain of each file that has one, and `shared` for the others that take part.
fn places(codebase: &Codebase) -> BTreeMap<RepoPath, String> {
    let of_domain =
        codebase.domains.domains.iter().flat_map(|domain| domain.files.iter().map(|file| (file, &*domain.id)));
    let shared = codebase.domains.shared.iter().map(|file| (file, "shared"));
    of_domain.chain(shared).map(|(file, place)| (file.clone(), place.to_owned())).collect()
}

/// Files that are elsewhere now.
fn moved(before: &BTreeMap<RepoPath, String>, after: &BTreeMap<RepoPath, String>) -> Vec<String> {
    let place = |path: &RepoPath| after.get(path).cloned().unwrap_or_default();
    let elsewhere = before.iter().filter(|(path, before)| place(path) != **before);
    elsewhere.map(|(path, before)| format!("{path}: {before} -> {}", place(path))).collect()
}

fn is_code(path: &RepoPath) -> bool {
    matches!(path.extension(), "cs" | "py" | "ts" | "tsx" | "js")
}

fn with_other_name(path: &RepoPath) -> RepoPath {
    let other = format!("other_{}", path.file_name());
    path.folder().join(&other)
}

fn with_comment(path: &RepoPath, text: &str) -> String {
    let comment = if path.extension() == "py" { "# A remark on this file." } else { "// A remark on this file." };
    // At the end: before a shebang it would be an error.
    format!("{}\n{comment}\n", text.trim_end())
}

/// The line with its indentation doubled.
fn deeper(line: &str) -> String {
    let indentation = line.len() - line.trim_start().len();
    format!("{}{line}\n", &line[..indentation])
}

fn adjusted_rand_index(pairs: &[(String, String)]) -> f64 {
    let count = |key: &dyn Fn(&(String, String)) -> String| {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        for pair in pairs {
            *counts.entry(key(pair)).or_default() += 1.0;
        }
        counts.values().map(|count| count * (count - 1.0) / 2.0).sum::<f64>()
    };
    let together = count(&|(one, other)| format!("{one}\n{other}"));
    let (one, other) = (count(&|(one, _)| one.clone()), count(&|(_, other)| other.clone()));
    let by_chance = one * other / count(&|_| String::new());
    let most = f64::midpoint(one, other);
    if most > by_chance { (together - by_chance) / (most - by_chance) } else { 1.0 }
}
