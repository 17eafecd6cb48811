//! The functional-test fixtures of OWASP Noir (MIT): small programs in many frameworks, with the endpoints that they serve.
//!
//! They are in no package index, so this exam is taken by hand, with a checkout of `owasp-noir/noir`:
//! `DOCAGENT_EXAM_NOIR=PATH cargo test noir -- --ignored --nocapture`.
//!
//! The rules:
//! - Expectations are read from Noir's own test files, as sets of method and path for each fixture folder.
//! - Names of parameters, capitals and a slash at the end do not count. `ANY` answers any method.
//! - Left out: what is no HTTP (`CLI`, `SEND`, `ws://`), methods that Noir alone lists (`QUERY`, `SUBSCRIBE`, HEAD,
//!   OPTIONS, TRACE, CONNECT beside others), fixtures with two roots or with options that leave files out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use docagent::codebase::Endpoint;

use crate::sources::{Sources, files_below};

/// Which part of the endpoints we find, at least, over the frameworks that docagent reads.
const RECALL: f64 = 0.9;
const LANGUAGES: [&str; 4] = ["csharp", "javascript", "python", "typescript"];
const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "ANY"];
/// Bare servers, and frameworks that docagent does not claim to read.
const UNREAD: [&str; 6] = [
    "csharp/httplistener",
    "csharp/webforms",
    "javascript/feathers",
    "javascript/http",
    "python/http",
    "typescript/tanstack",
];

type Endpoints = BTreeSet<(String, String)>;

#[test]
#[ignore = "needs a checkout of owasp-noir/noir"]
fn noir() {
    let root = std::env::var_os("DOCAGENT_EXAM_NOIR").map(PathBuf::from);
    let root = root.expect("DOCAGENT_EXAM_NOIR names a checkout").join("spec/functional_test");
    let mut tallies: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    for (folder, expected) in expectations(&root) {
        let (codebase, _) = Sources::below(&root.join(&folder), |_| true).analyse();
        let found: Endpoints = codebase.endpoints.iter().flat_map(keys).collect();
        let any = |path: &str| found.contains(&("ANY".to_owned(), path.to_owned()));
        let is_found = |(method, path): &&(String, String)| {
            found.contains(&(method.clone(), path.clone()))
                || any(path)
                || method == "ANY" && found.iter().any(|(_, own)| own == path)
        };
        let (hit, missed): (Vec<_>, Vec<_>) = expected.iter().partition(is_found);
        for (method, path) in missed {
            eprintln!("- {folder}: {method} {path}");
        }
        let [fixtures, owed, right] = tallies.entry(framework(&folder)).or_default();
        *fixtures += 1;
        *owed += expected.len();
        *right += hit.len();
    }
    let (mut owed, mut right) = (0, 0);
    for (framework, [fixtures, own, hit]) in &tallies {
        eprintln!("{framework:32} {fixtures:3} fixtures  recall {:.2} ({hit}/{own})", ratio(*hit, *own));
        if !UNREAD.contains(&framework.as_str()) {
            owed += own;
            right += hit;
        }
    }
    eprintln!("all that are read: recall {:.3} ({right}/{owed})", ratio(right, owed));
    assert!(owed > 1_000, "the exam is there as a whole");
    assert!(ratio(right, owed) >= RECALL);
}

/// Method and path; Noir writes GraphQL's operations behind the path: `/graphql#Query.users`.
fn keys(endpoint: &Endpoint) -> Vec<(String, String)> {
    let (method, path) = (endpoint.method.to_string(), plain(&endpoint.path));
    let operations = endpoint.operations.iter().map(|it| format!("{path}#{:?}.{}", it.kind, it.name).to_lowercase());
    operations.chain([path.clone()]).map(|path| (method.clone(), path)).collect()
}

fn ratio(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap()) / f64::from(u32::try_from(whole).unwrap())
}

/// `fixtures/python/flask_restx` is of `python/flask`.
fn framework(folder: &str) -> String {
    let parts: Vec<&str> = folder.split('/').collect();
    format!("{}/{}", parts[1], parts[2].split('_').next().unwrap_or_default())
}

/// Each fixture folder with its endpoints.
fn expectations(root: &Path) -> Vec<(String, Endpoints)> {
    let mut all = Vec::new();
    for language in LANGUAGES {
        for file in files_below(&root.join("testers").join(language)) {
            let text = std::fs::read_to_string(&file).unwrap();
            let code: Vec<&str> = text.lines().filter(|it| !it.trim_start().starts_with('#')).collect();
            all.extend(testers(&code.join("\n")));
        }
    }
    all.sort();
    all.dedup();
    all
}

/// The testers that a file sets up: the folder of each, and the list that it is given.
fn testers(text: &str) -> Vec<(String, Endpoints)> {
    let mut lists: Vec<(&str, Endpoints)> = Vec::new();
    for (at, _) in text.match_indices(" = [") {
        let name = text[..at].rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        lists.push((name, endpoints(bracketed(&text[at + 3..]))));
    }
    let mut found = Vec::new();
    for (at, opening) in text.match_indices("FunctionalTester.new(") {
        let call = bracketed(&text[at + opening.len() - 1..]);
        let Some(folder) = call.split('"').nth(1).filter(|it| it.starts_with("fixtures/")) else { continue };
        let own = endpoints(call);
        let given = call.rsplit(|c: char| !(c.is_alphanumeric() || c == '_'));
        let named = given.filter_map(|word| lists.iter().find(|(name, _)| *name == word)).map(|(_, list)| list.clone());
        let expected = if own.is_empty() { named.into_iter().next().unwrap_or_default() } else { own };
        let has_options = folder.contains("multi_base") || folder.contains("exclude_path");
        if !expected.is_empty() && !has_options {
            found.push((folder.trim_end_matches('/').to_owned(), expected));
        }
    }
    found
}

/// The text up to the bracket that closes its first one; texts in quotes hold no brackets of ours.
fn bracketed(text: &str) -> &str {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return &text[..=at];
                }
            }
            _ => {}
        }
    }
    text
}

fn endpoints(text: &str) -> Endpoints {
    let stated = text.split("Endpoint.new(").skip(1).filter_map(|rest| {
        let (path, rest) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
        Some((rest.split('"').nth(1)?, path.replace("\\\\", "\\")))
    });
    let http = stated.filter(|(method, path)| METHODS.contains(method) && !path.starts_with("ws"));
    http.map(|(method, path)| (method.to_owned(), plain(&path))).collect()
}

/// A path without what frameworks and Noir spell differently: `{id}`, `:id`, `<int:id>`, `[id]` and what
/// catches all are `{}`.
fn plain(path: &str) -> String {
    // An optional part, as Express writes it (`{/:id}`), or we do (`{id?}`).
    let path = path.replace("{/:", "/{").replace("?}", "}");
    let path = path.split('?').next().unwrap_or_default().trim_matches(['^', '$']);
    let parts = path.split('/').filter(|part| !part.is_empty()).map(|part| {
        let catches_all = ["...", "{*", ":path}", "path:"].iter().any(|sign| part.contains(sign));
        if catches_all || part.starts_with('*') { "{}".to_owned() } else { without_names(part).to_lowercase() }
    });
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

/// A part of a path with its parameters' names taken out.
fn without_names(part: &str) -> String {
    let mut plain = String::new();
    let mut rest = part;
    while let Some(at) = rest.find(['{', '<', '[', ':']) {
        plain.push_str(&rest[..at]);
        plain.push_str("{}");
        let close = match &rest[at..=at] {
            "{" => '}',
            "<" => '>',
            "[" => ']',
            _ => {
                let name = rest[at + 1..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
                rest = name.split_once(')').filter(|_| name.starts_with('(')).map_or(name, |(_, rest)| rest);
                rest = rest.trim_start_matches(['+', '*']);
                continue;
            }
        };
        rest = rest[at..].split_once(close).map_or("", |(_, rest)| rest);
    }
    plain + rest
}
