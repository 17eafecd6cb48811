//! Import edges between files: those of Python against grimp, those of TypeScript and JavaScript against dependency-cruiser.
//!
//! Edges must be equal, but for these rules:
//! - Edges from and to files outside the packages or folders that were asked about are left out.
//! - Of `x.js` with `x.d.ts` beside it, dependency-cruiser names the code and we name the declarations.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use docagent::codebase::RepoPath;
use docagent::codebase::graph::DependencyKind;
use serde_json::Value;

use crate::required;
use crate::sources::{Sources, exams, own};

use super::differences;

/// Importing file, imported file.
type Edges = BTreeSet<(String, String)>;

#[test]
fn a_python_service_imports_what_grimp_says() {
    let folder = own("fixtures/repos/fastapi-service/source");
    let Some(theirs) = grimp(&folder, &["app", "tests"]) else { return };
    compare(&folder, &theirs, |path| ["app", "tests"].iter().any(|package| path.is_under(&(*package).into())), 30);
}

#[test]
fn a_python_package_imports_what_grimp_says() {
    // pip lies in every virtual environment: a real source tree of several hundred files.
    let library = exams().join("venv/lib");
    let versions = std::fs::read_dir(library).into_iter().flatten().map(|entry| entry.unwrap().path());
    let packages = versions.map(|version| version.join("site-packages")).find(|folder| folder.join("pip").is_dir());
    let Some(folder) = packages else { return required("a virtual environment: see .ci/run") };
    let Some(theirs) = grimp(&folder, &["pip"]) else { return };
    compare(&folder, &theirs, |path| path.is_under(&"pip".into()), 1_000);
}

#[test]
fn a_nest_service_imports_what_dependency_cruiser_says() {
    let folder = own("fixtures/repos/nestjs-service/source");
    let Some(theirs) = dependency_cruiser(&folder, &["--ts-config", "tsconfig.json", "src", "test"]) else { return };
    compare(&folder, &theirs, |_| true, 30);
}

#[test]
fn a_package_imports_what_dependency_cruiser_says() {
    let folder = own("tests/mermaid/node_modules/katex");
    if !folder.is_dir() {
        return required("source trees of npm: `npm ci` in tests/mermaid");
    }
    let Some(theirs) = dependency_cruiser(&folder, &["src"]) else { return };
    compare(&folder, &theirs, |path| path.is_under(&"src".into()) && path.extension() != "py", 300);
}

/// Demands the edges that they found between the wanted files, of which there are so many at least.
fn compare(folder: &Path, theirs: &Edges, is_wanted: impl Fn(&RepoPath) -> bool, at_least: usize) {
    let is_read = |path: &RepoPath| is_wanted(path) || path.folder().as_str().is_empty();
    let (codebase, _) = Sources::below(folder, is_read).analyse();
    let path = |file: u32| codebase.files[usize::try_from(file).unwrap()].path.as_str().to_owned();
    let edges = codebase.graph.file_edges().filter(|(_, _, kind, _)| *kind == DependencyKind::Import);
    let ours = edges.map(|(from, to, ..)| (path(from), path(to)));
    let is_read = |path: &str| codebase.file_index(&RepoPath::new(path)).is_some();
    let module = |path: &str| path.strip_suffix(".d.ts").map(|stem| format!("{stem}.js")).filter(|code| is_read(code));
    let wanted = |edges: &mut dyn Iterator<Item = (String, String)>| -> Edges {
        let is_code = |path: &str| is_wanted(&RepoPath::new(path)) && is_read(path);
        let inner = edges.filter(|(from, to)| from != to && is_code(from) && is_code(to));
        inner.map(|(from, to)| (from, module(&to).unwrap_or(to))).collect()
    };
    let (theirs, ours) = (wanted(&mut theirs.iter().cloned()), wanted(&mut { ours }));
    assert!(theirs.len() >= at_least, "there is something to compare: {} edges", theirs.len());
    let faults = differences(&folder.display().to_string(), &theirs, &ours);
    assert!(faults.is_empty(), "missed (-) and invented (+) of {}:\n{faults}", theirs.len());
}

/// What grimp finds; nothing where it is not installed.
fn grimp(folder: &Path, packages: &[&str]) -> Option<Edges> {
    let python = exams().join("venv/bin/python");
    if !python.is_file() {
        required("grimp in a virtual environment: see .ci/run");
        return None;
    }
    let script = own("tests/oracles/grimp_edges.py");
    let output = Command::new(python).arg(script).arg(folder).args(packages).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// What dependency-cruiser finds in the folders that the options end with; nothing where it is not installed.
fn dependency_cruiser(folder: &Path, options: &[&str]) -> Option<Edges> {
    let program = own("tests/oracles/node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
    if !program.is_file() {
        required("dependency-cruiser: `npm ci` in tests/oracles");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(program).args(["--no-config", "--output-type", "json", "--ts-pre-compilation-deps"]);
    let output = command.args(options).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let edges = found["modules"].as_array().unwrap().iter().flat_map(|module| {
        let dependencies = module["dependencies"].as_array().unwrap().iter();
        dependencies.map(|dependency| (text(&module["source"]), text(&dependency["resolved"])))
    });
    Some(edges.collect())
}
