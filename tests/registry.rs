//! Adding one thing is one folder and one line: folders and lists of the registries agree.

use std::path::Path;

use docagent::{agents, frameworks, languages, messaging, output, stores};

/// Folders of frameworks that hold what several of them share.
const SHARED: &[&str] = &["javascript", "pythonic"];

#[test]
fn each_registry_lists_its_folders_sorted() {
    let registries: [(&str, Vec<&str>, &[&str]); 5] = [
        ("languages", languages::ALL.iter().map(|language| language.id()).collect(), &[]),
        ("frameworks", frameworks::ALL.iter().map(|framework| framework.id()).collect(), SHARED),
        ("messaging", messaging::ALL.iter().map(|library| library.id()).collect(), &[]),
        ("stores", stores::ALL.iter().map(|store| store.id()).collect(), &[]),
        // The site is made from the Markdown pages, the JSON on demand: neither is part of the docs tree.
        ("output", output::ALL.iter().map(|format| format.id()).collect(), &["json", "site"]),
    ];
    for (name, mut ids, unlisted) in registries {
        assert!(ids.is_sorted(), "{name}::ALL is not sorted: {ids:?}");
        ids.extend(unlisted);
        ids.sort_unstable();
        assert_eq!(folders(&format!("src/{name}")), ids, "folders of src/{name}, and {name}::ALL");
    }
}

#[test]
fn each_entry_has_its_fixtures() {
    for kind in ["languages", "frameworks", "messaging", "stores"] {
        let mut entries = folders(&format!("src/{kind}"));
        entries.retain(|entry| !SHARED.contains(&entry.as_str()));
        assert_eq!(folders(&format!("fixtures/{kind}")), entries, "fixtures of {kind}");
    }
}

#[test]
fn the_readme_names_every_framework_and_library_of_messages() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let table = readme.split("## What it reads").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap();
    for framework in frameworks::ALL {
        assert!(table.contains(framework.name()), "README.md does not name {}", framework.name());
    }
    for library in messaging::ALL {
        assert!(table.contains(library.name()), "README.md does not name {}", library.name());
    }
}

#[test]
fn each_agent_has_its_file_and_its_prompt() {
    let mut ids: Vec<String> = agents::ALL.iter().map(|agent| agent.id().to_owned()).collect();
    assert!(ids.is_sorted(), "agents::ALL is not sorted: {ids:?}");
    for id in &ids {
        assert!(root().join(format!("src/agents/{id}.rs")).is_file(), "agent `{id}` has no file");
    }
    // What every agent is told first.
    ids.push("system".to_owned());
    let mut prompts: Vec<String> =
        entries("prompts").iter().map(|name| name.strip_suffix(".md").unwrap().to_owned()).collect();
    prompts.sort();
    ids.sort();
    assert_eq!(prompts, ids, "files of prompts/, and agents::ALL");
}

/// Names of the folders in a folder of the repository, sorted.
fn folders(folder: &str) -> Vec<String> {
    let mut names = entries(folder);
    names.retain(|name| root().join(folder).join(name).is_dir());
    names.sort();
    names
}

fn entries(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
