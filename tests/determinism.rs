//! Equal input, equal bytes: however many threads, in whatever order the files come.

use std::path::PathBuf;
use std::process::Command;

use docagent::output::json;

use crate::sources::{Sources, own};

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

#[test]
fn facts_do_not_depend_on_the_order_of_files() {
    for source in repositories() {
        let sources = Sources::below(&source, |_| true);
        let told = |step: usize| {
            let mut snapshot = sources.snapshot();
            let count = snapshot.files.len();
            // Steps that share no divisor with the count visit every file once.
            let order = (0..count).map(|at| snapshot.files[at * step % count].clone());
            snapshot.files = order.collect();
            let (codebase, diagnostics) = sources.analyse_as(&snapshot);
            let values = [json::codebase(&codebase), json::graph(&codebase), json::symbol_graph(&codebase)];
            let texts = values.map(|value| serde_json::to_string(&value).unwrap());
            (texts, diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let sorted = told(1);
        let count = sources.files().count();
        let steps = (2..count).filter(|step| (2..=*step).all(|by| step % by > 0 || !count.is_multiple_of(by)));
        let steps: Vec<usize> = steps.collect();
        // The last one turns the order round.
        for step in [steps[0], steps[steps.len() / 2], steps[steps.len() - 1]] {
            assert!(sorted == told(step), "every {step}th file of {}", source.display());
        }
    }
}
