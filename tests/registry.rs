//! Adding one thing is one folder and one line: folders and lists of the registries agree.

use std::path::Path;

use docagent::{frameworks, languages, output, stores};

#[test]
fn each_registry_lists_its_folders_sorted() {
    let registries: [(&str, Vec<&str>, &[&str]); 4] = [
        ("languages", languages::ALL.iter().map(|language| language.id()).collect(), &[]),
        ("frameworks", frameworks::ALL.iter().map(|framework| framework.id()).collect(), &[]),
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

/// Names of the folders in a folder of the repository, sorted.
fn folders(folder: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
