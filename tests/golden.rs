//! Whole docs trees: each `fixtures/repos/<name>/source` against its `expected` pages, written without a model.
//!
//! `DOCAGENT_BLESS=1 cargo test golden` writes what the program makes now; read the diff before committing it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use docagent::codebase::RepoPath;
use docagent::config::{Config, Environment, Flags};
use docagent::pipeline::{self, Look};
use docagent::workspace::Workspace;

#[test]
fn golden_pages_of_every_fixture() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 3, "a fixture for each language: {fixtures:?}");
    for fixture in fixtures {
        let copy = copy_of(&fixture.join("source"));
        let made = generate(copy.path());
        let expected = fixture.join("expected");
        if std::env::var_os("DOCAGENT_BLESS").is_some() {
            bless(&expected, &made);
        }
        let stands = tree(&expected);
        let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&stands), names(&made), "pages of {}", fixture.display());
        for (path, text) in &made {
            let old = &stands[path];
            let line = old.lines().zip(text.lines()).position(|(a, b)| a != b).map_or(0, |at| at + 1);
            assert!(
                old == text,
                "{}/{path} differs from line {line} on; see the head of this file",
                expected.display()
            );
        }
    }
}

#[test]
fn golden_pages_hold_together() {
    for fixture in fixtures() {
        let copy = copy_of(&fixture.join("source"));
        generate(copy.path());
        let (workspace, config) = open(copy.path());
        let found = pipeline::check(&workspace, &config).unwrap();
        assert!(found.is_empty(), "{}: {found:#?}", fixture.display());
        let before = tree(copy.path());
        generate(copy.path());
        assert_eq!(before, tree(copy.path()), "a second run writes nothing: {}", fixture.display());
    }
}

#[test]
fn golden_pages_do_not_depend_on_threads() {
    for fixture in fixtures() {
        let make = |threads: usize| {
            let copy = copy_of(&fixture.join("source"));
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| generate(copy.path()))
        };
        assert_eq!(make(1), make(8), "{}", fixture.display());
    }
}

/// Folders of `fixtures/repos`, sorted.
fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos");
    let mut found: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// A copy outside this repository's git, in a folder of the fixture's name.
fn copy_of(source: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in files(source) {
        let target = copy.path().join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    copy
}

fn open(root: &Path) -> (Workspace, Config) {
    let workspace = Workspace::open(root).unwrap();
    let flags = Flags { offline: true, ..Flags::default() };
    let text = workspace.config_text().unwrap();
    let config = Config::resolve(text.as_deref(), Environment::default(), flags).unwrap();
    (workspace, config)
}

/// Runs the main job and gives the docs as they are on disk.
fn generate(root: &Path) -> BTreeMap<String, String> {
    let (workspace, config) = open(root);
    let prepared = pipeline::prepare(&workspace, &config, None, Look::default()).unwrap();
    pipeline::generate(&workspace, &config, prepared, None, &|_| {}).unwrap();
    let docs = workspace.pages(&RepoPath::new("docs/docagent")).unwrap();
    docs.into_iter().map(|(path, text)| (path.to_string(), text)).collect()
}

fn bless(folder: &Path, pages: &BTreeMap<String, String>) {
    let _ = fs::remove_dir_all(folder);
    for (path, text) in pages {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn tree(root: &Path) -> BTreeMap<String, String> {
    files(root).into_iter().map(|(path, bytes)| (path, String::from_utf8_lossy(&bytes).into_owned())).collect()
}

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(below, fs::read(&path).unwrap());
            }
        }
    }
    found
}
