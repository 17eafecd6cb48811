//! What is read from Python files, against Python's own parser.
//!
//! By design, and so left out on both sides: `from __future__ import`, which names no module, and variables that hold a
//! lambda, which we take for functions.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use docagent::codebase::RepoPath;
use docagent::codebase::outline::{Definition, Outline, SymbolKind, Taken};
use docagent::languages::Language;
use docagent::languages::python::Python;
use serde::Deserialize;

use crate::required;
use crate::sources::{files_below, own};

use super::differences;

/// Packages of the standard library: a real source tree that every Python carries.
const PACKAGES: [&str; 9] =
    ["asyncio", "collections", "concurrent", "email", "http", "importlib", "json", "logging", "unittest"];

/// What a file holds, as sorted lists.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
struct Holdings {
    /// Kind, dotted name, line.
    definitions: BTreeSet<(String, String, u32)>,
    /// Dotted name of what is decorated, dotted name of the decorator, line.
    decorators: BTreeSet<(String, String, u32)>,
    /// Module, name there, name here, line.
    imports: BTreeSet<(String, String, String, u32)>,
}

#[test]
fn python_fixtures_are_read_as_python_reads_them() {
    let is_python = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "py");
    compare(&files_below(&own("fixtures")).into_iter().filter(is_python).collect::<Vec<_>>(), 20);
}

#[test]
fn the_standard_library_is_read_as_python_reads_it() {
    let Some(library) = python(&["-c", "import sysconfig; print(sysconfig.get_paths()['stdlib'])"], "") else { return };
    let folder = |package: &&str| Path::new(library.trim()).join(package);
    let files = PACKAGES.iter().map(folder).flat_map(|package| files_below(&package));
    compare(&files.filter(|path| path.extension().is_some_and(|extension| extension == "py")).collect::<Vec<_>>(), 100);
}

/// Demands equal holdings of all files that Python can parse, of which there are so many at least.
fn compare(files: &[PathBuf], at_least: usize) {
    let paths: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
    let script = own("tests/oracles/read_python.py");
    let Some(told) = python(&[script.to_str().unwrap()], &paths.join("\n")) else { return };
    let told: Vec<Option<Holdings>> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), files.len(), "Python read all files");
    assert!(told.iter().flatten().count() >= at_least, "there is something to compare");
    let mut faults = String::new();
    for (path, told) in files.iter().zip(told) {
        let Some(told) = told else { continue };
        let text = std::fs::read(path).unwrap();
        let read = holdings(&Python.outline(&RepoPath::new("a.py"), &String::from_utf8_lossy(&text)));
        let path = path.display().to_string();
        faults.push_str(&differences(&path, &told.definitions, &read.definitions));
        faults.push_str(&differences(&path, &told.decorators, &read.decorators));
        faults.push_str(&differences(&path, &told.imports, &read.imports));
    }
    assert!(faults.is_empty(), "missed (-) and invented (+):\n{faults}");
}

/// What the program prints; nothing where Python is missing.
fn python(args: &[&str], input: &str) -> Option<String> {
    let child = Command::new("python3").args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = child else {
        required("python3");
        return None;
    };
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "python3 {args:?}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn holdings(outline: &Outline) -> Holdings {
    let lambdas: BTreeMap<u32, &str> = outline
        .assignments
        .iter()
        .filter(|own| matches!(own.value, docagent::codebase::outline::Value::Function { .. }))
        .map(|own| (own.line, own.target.as_str()))
        .collect();
    let mut holdings = Holdings::default();
    for (index, definition) in (0..).zip(&outline.definitions) {
        let Some(kind) = kind(definition) else { continue };
        if lambdas.get(&definition.line) == Some(&definition.name.as_str()) {
            continue;
        }
        let name = outline.dotted_name(index);
        for decorator in &definition.decorators {
            let is_dotted =
                decorator.name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
            if is_dotted {
                // A decorator's line is that of its `@`, which stands before its expression on the same line.
                let decorator = (name.clone(), decorator.name.as_str().to_owned(), decorator.lines.first);
                holdings.decorators.insert(decorator);
            }
        }
        holdings.definitions.insert((kind.to_owned(), name, definition.line));
    }
    for import in &outline.imports {
        let module = import.module.as_str().to_owned();
        let mut add = |there: &str, here: &str| {
            holdings.imports.insert((module.clone(), there.to_owned(), here.to_owned(), import.line));
        };
        match &import.taken {
            Taken::Nothing => {}
            Taken::Star => add("*", ""),
            Taken::Module(here) => add("", here),
            Taken::Names(names) => names.iter().for_each(|(there, here)| add(there, here)),
        }
    }
    holdings
}

/// `class` or `function`, as Python's grammar has them: a property is a function.
fn kind(definition: &Definition) -> Option<&'static str> {
    match definition.kind {
        SymbolKind::Class | SymbolKind::Enum | SymbolKind::Interface => Some("class"),
        SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor => Some("function"),
        SymbolKind::Field if !definition.decorators.is_empty() => Some("function"),
        _ => None,
    }
}
