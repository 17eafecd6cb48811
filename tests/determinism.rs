//! Equal input, equal bytes: however many threads, in whatever order the files come.

use std::path::PathBuf;
use std::process::Command;

use crate::sources::own;

/// The `source` folders of `fixtures/repos`.
fn repositories() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(own("fixtures/repos")).unwrap();
    let mut sources: Vec<_> = entries.map(|entry| entry.unwrap().path().join("source")).collect();
    sources.sort();
    assert!(sources.len() >= 3, "a repository for each language: {sources:?}");
    sources
}

#[test]
fn facts_do_not_depend_on_threads() {
    let asked: [&[&str]; 3] = [&["graph"], &["graph", "--level", "symbol"], &["codebase"]];
    for source in repositories() {
        for what in asked {
            let printed = |threads: &str| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_docagent"));
                command.arg("inspect").args(what).arg(&source).args(["--format", "json"]);
                let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
                output.stdout
            };
            let alone = printed("1");
            assert!(alone.len() > 1_000, "there is something to compare");
            assert!(alone == printed("8"), "{what:?} of {}", source.display());
        }
    }
}
