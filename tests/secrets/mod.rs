//! What a repository leaks to itself, docagent does not leak further: no planted secret in any page, JSON, table, site,
//! log or prompt.

mod places;
mod planted;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use docagent::agents;

use docagent::config::{Config, Environment, Flags};
use docagent::pipeline;
use docagent::plan::Drafts;
use docagent::workspace::Workspace;

use planted::{Planted, planted};

/// Everything that the program tells, by how it was asked.
type Told = BTreeMap<String, String>;

#[test]
fn no_planted_secret_is_told_anywhere() {
    let planted = planted();
    let kinds: BTreeSet<&str> = planted.iter().map(|secret| secret.kind).collect();
    assert!(kinds.len() == planted.len() && kinds.len() >= 20);
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("repository");
    places::write(&root, &planted);
    std::fs::remove_dir_all("/tmp/sx").ok();
    places::write(Path::new("/tmp/sx"), &planted);
    std::fs::write("/tmp/sx.txt", planted.iter().flat_map(|it| it.hidden.clone()).collect::<Vec<_>>().join("\n"))
        .unwrap();

    let mut told = Told::new();
    tell_commands(&root, folder.path(), &mut told);
    tell_prompts(&root, &mut told);
    // The secrets stand where these look: what follows would hold for an empty answer as well.
    for (asked, expected) in [
        ("docs/docagent/externals.md", "PostgreSQL"),
        ("inspect endpoints . --format json", "/p0/orders"),
        ("inspect endpoints . --format openapi", "/r0/orders"),
        ("inspect entities . --format json", "order0"),
        ("inspect facts api/settings.py", "Settings"),
        ("prompt overview", "Sells tea"),
    ] {
        assert!(told.get(asked).is_some_and(|text| text.contains(expected)), "{asked} does not tell {expected}");
    }
    assert_eq!(leaks(&planted, &told), Vec::<String>::new());
}

fn tell_commands(root: &Path, outside: &Path, told: &mut Told) {
    let site = outside.join("site");
    let mut commands: Vec<Vec<String>> = Vec::new();
    let mut ask = |words: &[&str]| commands.push(words.iter().map(|word| (*word).to_owned()).collect());
    for what in ["files", "graph", "domains", "endpoints", "externals", "entities", "codebase"] {
        ask(&["inspect", what, ".", "--format", "json"]);
    }
    for what in ["endpoints", "externals"] {
        ask(&["inspect", what, ".", "--format", "table"]);
    }
    ask(&["inspect", "graph", ".", "--level", "symbol", "--format", "json"]);
    ask(&["inspect", "endpoints", ".", "--format", "openapi"]);
    for file in ["api/settings.py", "api/routes/part_0.py", "web/src/part1.ts", "shop/Part2.cs", "docker-compose.yml"] {
        ask(&["inspect", "facts", file]);
    }
    ask(&["gen", ".", "--offline", "--verbose"]);
    ask(&["gen", ".", "--offline", "--dry-run"]);
    ask(&["check", "."]);
    ask(&["site", ".", "--out", &site.to_string_lossy()]);
    for words in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_docagent"))
            .args(&words)
            .current_dir(root)
            .env("DOCAGENT_CACHE", "off")
            .output()
            .unwrap();
        let asked = words.join(" ").replace(" --verbose", "");
        assert!(output.status.success(), "{asked}: {}", String::from_utf8_lossy(&output.stderr));
        told.insert(format!("{asked} (log)"), String::from_utf8_lossy(&output.stderr).into_owned());
        told.insert(asked, String::from_utf8_lossy(&output.stdout).into_owned());
    }
    tell_files(root, &root.join("docs"), told);
    tell_files(outside, &site, told);
}

fn tell_files(root: &Path, folder: &Path, told: &mut Told) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tell_files(root, &path, told);
        } else {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            told.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), text);
        }
    }
}

/// What every agent would send to a model.
fn tell_prompts(root: &Path, told: &mut Told) {
    let workspace = Workspace::open(root).unwrap();
    let config = Config::resolve(None, Environment::default(), Flags { offline: true, ..Flags::default() }).unwrap();
    let (codebase, _) = pipeline::analyse(&workspace, &config, docagent::pipeline::Look::default()).unwrap();
    let drafts = Drafts::new();
    for agent in agents::ALL {
        for section in agent.sections(&codebase) {
            let brief = agent.brief(&codebase, &section, &drafts);
            let request = agents::request(*agent, &brief, None, 1000);
            told.insert(format!("prompt {}", section.0), [request.system, request.prompt].concat());
        }
    }
}

/// Each secret that is told, once for each sort of place.
fn leaks(planted: &[Planted], told: &Told) -> Vec<String> {
    let mut found = Vec::new();
    for (asked, text) in told {
        for secret in planted {
            for hidden in &secret.hidden {
                let written = [hidden.clone(), hidden.replace('/', "\\/"), hidden.replace('+', "&#43;")];
                if let Some(at) = written.iter().find_map(|form| text.find(form.as_str())) {
                    let start = text[..at].char_indices().rev().take(60).last().map_or(at, |(index, _)| index);
                    found.push(format!(
                        "{} in {asked}: {}",
                        secret.kind,
                        text[start..].chars().take(90).collect::<String>()
                    ));
                    break;
                }
            }
        }
    }
    found
}
