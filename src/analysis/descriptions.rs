//! `OpenAPI` and Swagger files of the repository: never a source of endpoints, only compared with them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::codebase::endpoint::{Comparison, Described, Description};
use crate::codebase::{Atom, Endpoint, EndpointKind, Facts, RepoPath, Role, SourceFile};

/// Keys of a path item that are methods.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// Bytes at a file's beginning in which it says what it is.
const HEAD: usize = 2_000;
/// One in so many operations of a description must be the app's own: else it describes another system.
const SHARED_MIN: usize = 5;

/// The API that a file describes, if that is what it is for.
pub(super) fn read(path: &RepoPath, text: &str) -> Option<Description> {
    let is_json = path.extension() == "json";
    if !is_json && !matches!(path.extension(), "yaml" | "yml") {
        return None;
    }
    let name = path.file_name().to_lowercase();
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
    let is_one = ["openapi", "swagger"]
        .iter()
        .any(|word| name.contains(word) || head.contains(&format!("\"{word}\"")) || head.contains(&format!("{word}:")));
    if !is_one {
        return None;
    }
    let value: Value = if is_json { serde_json::from_str(text).ok()? } else { yaml(text)? };
    value.get("openapi").or_else(|| value.get("swagger"))?;
    let paths = value.get("paths")?.as_object()?;
    let lines = lines(text, paths);
    let operations = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flat_map(Map::keys).filter(|key| METHODS.contains(&key.as_str()));
        let line = lines.get(path.as_str()).copied().unwrap_or(1);
        methods.map(move |method| Described { method: Atom::from(method.to_uppercase()), path: path.clone(), line })
    });
    Some(Description { bases: bases(&value), operations: operations.collect() })
}

fn yaml(text: &str) -> Option<Value> {
    // One answer that many operations share by an alias is usual here; that aliases blow up is bounded all the same.
    let options = serde_saphyr::options! { budget: serde_saphyr::budget! { enforce_alias_anchor_ratio: false } };
    serde_saphyr::from_str_with_options(text, options).ok()
}

/// The line of each path: the first that begins with it as a key.
fn lines<'t>(text: &'t str, paths: &Map<String, Value>) -> BTreeMap<&'t str, u32> {
    let mut found = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let key = line.trim_start().trim_start_matches(['"', '\'']);
        if let Some(end) = key.find(['"', '\'']).or_else(|| key.find(':')).filter(|_| key.starts_with('/')) {
            let key = &key[..end];
            if paths.contains_key(key) {
                found.entry(key).or_insert(number);
            }
        }
    }
    found
}

/// The paths of its servers, without their hosts.
fn bases(value: &Value) -> Vec<String> {
    let servers = value.get("servers").and_then(Value::as_array).into_iter().flatten();
    let urls = servers.filter_map(|server| server.get("url")?.as_str());
    let urls = urls.map(|url| match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url,
    });
    let mut bases: Vec<String> =
        urls.chain(value.get("basePath").and_then(Value::as_str)).map(ToOwned::to_owned).collect();
    bases.push(String::new());
    bases.sort();
    bases.dedup();
    bases
}

/// Each description beside the app that answers most of it. One that no app answers is of another system.
pub(super) fn compare(files: &[SourceFile], facts: &[Facts], endpoints: &[Endpoint]) -> Vec<Comparison> {
    let apps: BTreeSet<&str> = endpoints.iter().map(|endpoint| endpoint.app.as_str()).collect();
    let described = files.iter().zip(facts).filter(|(file, _)| file.role != Role::Test);
    let described = described.filter_map(|(file, facts)| Some((file, facts.description.as_deref()?)));
    let compared = described.filter_map(|(file, description)| {
        let all = apps.iter().flat_map(|app| description.bases.iter().map(move |base| (*app, base.as_str())));
        let beside = all.map(|(app, base)| beside(&file.path, description, base, app, endpoints));
        let best = beside.max_by(|a, b| a.agreed.cmp(&b.agreed).then_with(|| b.app.cmp(&a.app)))?;
        (best.agreed > 0 && best.agreed * SHARED_MIN >= description.operations.len()).then_some(best)
    });
    compared.collect()
}

/// A description, its paths below `base`, beside one app.
fn beside(file: &RepoPath, description: &Description, base: &str, app: &str, endpoints: &[Endpoint]) -> Comparison {
    let whole = |described: &Described| plain(&format!("{base}/{}", described.path));
    let own: Vec<&Endpoint> = endpoints.iter().filter(|endpoint| endpoint.app == app).collect();
    let answered: BTreeSet<(&str, String)> =
        own.iter().map(|endpoint| (endpoint.method.as_str(), plain(&endpoint.path))).collect();
    let has = |method: &str, path: &str| {
        answered.contains(&(method, path.to_owned())) || answered.contains(&("ANY", path.to_owned()))
    };
    let (agreed, not_in_code): (Vec<&Described>, Vec<&Described>) =
        description.operations.iter().partition(|described| has(&described.method, &whole(described)));
    let stated: BTreeSet<(&str, String)> =
        description.operations.iter().map(|described| (described.method.as_str(), whole(described))).collect();
    let area = shared_start(stated.iter().map(|(_, path)| path.as_str()));
    let is_missing = |endpoint: &&&Endpoint| {
        let path = plain(&endpoint.path);
        let is_stated = match endpoint.method.as_str() {
            "ANY" => stated.iter().any(|(_, own)| *own == path),
            method => stated.contains(&(method, path.clone())),
        };
        // What lies outside the area that it speaks of is not its matter.
        endpoint.kind == EndpointKind::Api && !is_stated && path.starts_with(&area)
    };
    let mut not_described: Vec<String> = own.iter().filter(is_missing).map(|endpoint| endpoint.key()).collect();
    not_described.dedup();
    let mut not_in_code: Vec<Described> = not_in_code.into_iter().cloned().collect();
    not_in_code.sort();
    Comparison { file: file.clone(), app: app.to_owned(), agreed: agreed.len(), not_in_code, not_described }
}

/// The whole segments that all paths begin with.
fn shared_start<'p>(mut paths: impl Iterator<Item = &'p str>) -> String {
    let mut shared: Vec<&str> = paths.next().map(|path| path.split('/').collect()).unwrap_or_default();
    // A path's last segment is what it is about.
    shared.pop();
    for path in paths {
        let same = shared.iter().zip(path.split('/')).take_while(|(own, other)| **own == *other).count();
        shared.truncate(same);
    }
    shared.join("/")
}

/// A path without names of parameters, in small letters, without a slash at its end.
fn plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        plain.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    let parts: Vec<&str> = plain.split('/').filter(|part| !part.is_empty()).collect();
    format!("/{}", parts.join("/")).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = r#"{
  "openapi": "3.0.0",
  "servers": [{ "url": "https://example.org/api" }],
  "paths": {
    "/orders/{id}": { "get": {}, "delete": {}, "parameters": [] },
    "/gone": { "post": {} }
  }
}"#;

    fn endpoint(app: &str, method: &str, path: &str) -> Endpoint {
        Endpoint { app: app.to_owned(), method: method.into(), path: path.to_owned(), ..Endpoint::default() }
    }

    fn described(path: &str, text: &str) -> (Vec<SourceFile>, Vec<Facts>) {
        let description = read(&path.into(), text).map(Box::new);
        let file = SourceFile { path: path.into(), ..SourceFile::default() };
        (vec![file], vec![Facts { description, ..Facts::default() }])
    }

    #[test]
    fn differences_are_told_both_ways() {
        let endpoints = [
            endpoint("shop", "GET", "/api/orders/{orderId}"),
            endpoint("shop", "POST", "/api/orders"),
            endpoint("shop", "GET", "/elsewhere"),
            endpoint("other", "GET", "/x"),
        ];
        let (files, facts) = described("docs/openapi.json", JSON);
        let [found] = compare(&files, &facts, &endpoints).try_into().unwrap();
        assert_eq!((found.app.as_str(), found.agreed), ("shop", 1));
        let missing: Vec<_> = found.not_in_code.iter().map(|it| (&*it.method, it.path.as_str(), it.line)).collect();
        assert_eq!(missing, [("DELETE", "/orders/{id}", 5), ("POST", "/gone", 6)]);
        assert_eq!(found.not_described, ["POST /api/orders"]);
    }

    #[test]
    fn yaml_is_read_and_another_system_s_description_is_left_alone() {
        let text = "swagger: '2.0'\nbasePath: /v1\npaths:\n  /pets:\n    get: {}\n  '/pets/{id}':\n    get: {}\n";
        let (files, facts) = described("spec/petstore.yaml", text);
        let lines: Vec<u32> = facts[0].description.as_ref().unwrap().operations.iter().map(|it| it.line).collect();
        assert_eq!(lines, [4, 6]);
        assert!(compare(&files, &facts, &[endpoint("shop", "GET", "/orders")]).is_empty());
        assert_eq!(compare(&files, &facts, &[endpoint("shop", "GET", "/v1/pets")])[0].agreed, 1);
    }

    #[test]
    fn many_aliases_of_one_answer_are_read() {
        let mut text = "openapi: 3.1.0\nx-answers: &none { 204: {} }\npaths:\n".to_owned();
        for number in 0..200 {
            text += &format!("  /p{number}:\n    get: {{ responses: *none }}\n");
        }
        assert_eq!(read(&"openapi.yml".into(), &text).unwrap().operations.len(), 200);
    }

    #[test]
    fn other_files_describe_nothing() {
        for (path, text) in [
            ("package.json", "{\"name\": \"openapi\"}"),
            ("openapi.json", "{"),
            ("openapi.yaml", "- 1"),
            ("a.txt", JSON),
            ("swagger.json", "{\"swagger\": \"2.0\", \"paths\": []}"),
        ] {
            assert_eq!(read(&path.into(), text), None, "{path}");
        }
    }
}
