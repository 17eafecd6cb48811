//! The layering of `src/`: who may see whom. An arrow is added here and in `lib.rs` together, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each folder of `src/` and the folders that it may name. `None`: everything.
const ARROWS: [(&str, Option<&[&str]>); 16] = [
    ("agents", Some(&["codebase", "diagnostics", "llm", "plan"])),
    ("analysis", Some(&["codebase", "diagnostics", "externals", "frameworks", "languages", "messaging", "stores"])),
    ("cli", None),
    ("codebase", Some(&[])),
    ("config", Some(&["codebase", "diagnostics"])),
    ("diagnostics", Some(&["codebase"])),
    ("externals", Some(&["codebase", "diagnostics"])),
    ("frameworks", Some(&["codebase", "diagnostics", "languages"])),
    ("languages", Some(&["codebase", "diagnostics"])),
    ("llm", Some(&["diagnostics"])),
    ("messaging", Some(&["codebase", "diagnostics", "languages"])),
    ("output", Some(&["codebase", "diagnostics", "plan"])),
    ("pipeline", None),
    ("plan", Some(&["codebase", "diagnostics"])),
    ("stores", Some(&["codebase", "diagnostics", "languages"])),
    ("workspace", Some(&["codebase", "config", "diagnostics", "output", "plan"])),
];

fn arrows() -> BTreeMap<&'static str, Option<BTreeSet<&'static str>>> {
    ARROWS.into_iter().map(|(from, to)| (from, to.map(|to| to.iter().copied().collect()))).collect()
}

#[test]
fn modules_name_only_what_they_may_see() {
    let arrows = arrows();
    let mut found = Vec::new();
    for file in rust_files(&source()) {
        let relative = file.strip_prefix(source()).unwrap().to_string_lossy().replace('\\', "/");
        let module = relative.split(['/', '.']).next().unwrap();
        if matches!(module, "lib" | "main") {
            continue;
        }
        let allowed = arrows.get(module).unwrap_or_else(|| panic!("src/{module} is not in the table of arrows"));
        let Some(allowed) = allowed else { continue };
        let text = std::fs::read_to_string(&file).unwrap();
        for (line, target) in named(&text) {
            if target != module && !allowed.contains(target.as_str()) {
                found.push(format!("src/{relative}:{line}: `{module}` may not see `{target}`"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_module_map_says_what_the_table_says() {
    let text = std::fs::read_to_string(source().join("lib.rs")).unwrap();
    let mut documented = BTreeMap::new();
    for row in text.lines().filter_map(|line| line.strip_prefix("//! | [`")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let names = cells[0].split(['[', ']', '`', ',', ' ']).filter(|name| !name.is_empty());
        let sees = match cells.last().unwrap().trim_end_matches(" |") {
            "everything" => None,
            "nothing" => Some(BTreeSet::new()),
            sees => Some(sees.split(", ").collect::<BTreeSet<&str>>()),
        };
        documented.extend(names.map(|name| (name, sees.clone())));
    }
    assert_eq!(documented, arrows());
}

#[test]
fn paths_are_found_however_they_are_written() {
    let text = "//! crate::comment\nuse crate::plan::Drafts;\nuse crate::{codebase::{A, crate_b}, llm, output as o};\n\
        let x = crate::cli::run(); // crate::comment\n#[cfg(test)]\nmod tests { use crate::analysis; }\n";
    let found: Vec<(usize, String)> = named(text);
    let expected = [(2, "plan"), (3, "codebase"), (3, "llm"), (3, "output"), (4, "cli")];
    assert_eq!(found, expected.map(|(line, name)| (line, name.to_owned())));
}

/// Top-level modules that a file's code names by `crate::`, with their lines; its unit tests may name any.
fn named(text: &str) -> Vec<(usize, String)> {
    let code: Vec<&str> = text
        .lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        let rest = &code[at + path.len()..];
        let line = code[..at].matches('\n').count() + 1;
        let names = if rest.starts_with('{') { group(rest) } else { vec![identifier(rest)] };
        found.extend(names.into_iter().filter(|name| !name.is_empty()).map(|name| (line, name)));
    }
    found
}

/// The first names of each path in a braced group.
fn group(text: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if depth == 1 && matches!(c, '{' | ',') {
            names.push(identifier(text[at + 1..].trim_start()));
        }
    }
    names
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
