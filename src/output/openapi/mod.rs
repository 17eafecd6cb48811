//! `api/openapi.json`: the HTTP API as an `OpenAPI` 3.1 document (<https://spec.openapis.org/oas/v3.1.1.html>).
//!
//! Line numbers are left out: a document that changes whenever code moves is one that nobody reviews.

mod operation;
mod schemas;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::codebase::{Codebase, Endpoint, EndpointKind};

use super::{Format, Input, OutputFile};
use operation::PathItem;

/// The `OpenAPI` format.
pub struct OpenApi;

/// The version of the specification that documents follow.
const VERSION: &str = "3.1.1";

impl Format for OpenApi {
    fn id(&self) -> &'static str {
        "openapi"
    }

    fn files(&self, input: &Input<'_>) -> Vec<OutputFile> {
        let codebase = input.codebase;
        let apps = apps(codebase);
        let mut files = Vec::new();
        if !apps.is_empty() {
            files.push(file("api/openapi.json", &document(codebase, None)));
        }
        // Apps are apart in what they serve: a client of one has no use for the others' paths.
        if apps.len() > 1 {
            let own = apps.iter().map(|app| file(&format!("api/{app}.openapi.json"), &document(codebase, Some(app))));
            files.extend(own);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

fn file(path: &str, document: &Value) -> OutputFile {
    OutputFile { path: path.into(), text: format!("{document:#}\n") }
}

/// The apps that serve an API, sorted.
pub fn apps(codebase: &Codebase) -> Vec<&str> {
    let apps: BTreeSet<&str> =
        codebase.endpoints.iter().filter(|it| is_shown(it)).map(|endpoint| endpoint.app.as_str()).collect();
    apps.into_iter().collect()
}

/// Pages, hubs and what a framework makes by itself are no part of the API.
fn is_shown(endpoint: &Endpoint) -> bool {
    matches!(endpoint.kind, EndpointKind::Api | EndpointKind::Health | EndpointKind::Graphql)
}

/// The document of one app's API, or of all apps' together.
pub fn document(codebase: &Codebase, app: Option<&str>) -> Value {
    let endpoints: Vec<&Endpoint> = codebase
        .endpoints
        .iter()
        .filter(|endpoint| is_shown(endpoint) && app.is_none_or(|app| endpoint.app == app))
        .collect();
    let mut items: BTreeMap<String, PathItem> = BTreeMap::new();
    let mut used = schemas::Used::new(&codebase.schemas);
    let mut ids = BTreeSet::new();
    for endpoint in &endpoints {
        for template in operation::templates(&endpoint.path) {
            let item = items.entry(operation::key(&template)).or_insert_with(|| PathItem::new(&template));
            item.add(endpoint, &template, codebase, &mut used, &mut ids);
        }
    }
    let paths: Map<String, Value> = items.into_values().map(PathItem::finish).collect();
    let name = codebase.about.title.as_ref().unwrap_or(&codebase.name);
    let title = match app.and_then(|app| codebase.component(app)) {
        Some(component) if component.name != *name => format!("{name}: {}", component.name),
        _ => name.clone(),
    };
    let mut document = json!({
        "openapi": VERSION,
        "info": { "title": title, "version": "0", "description": "Read from the source code by docagent." },
        "paths": paths,
    });
    let tags = tags(codebase, &endpoints);
    if !tags.is_empty() {
        document["tags"] = Value::Array(tags);
    }
    let mut components = Map::new();
    let schemas = used.finish();
    if !schemas.is_empty() {
        components.insert("schemas".to_owned(), Value::Object(schemas));
    }
    let schemes = operation::security_schemes(&endpoints);
    if !schemes.is_empty() {
        components.insert("securitySchemes".to_owned(), Value::Object(schemes));
    }
    if !components.is_empty() {
        document["components"] = Value::Object(components);
    }
    document
}

/// The domains of the endpoints, as tags.
fn tags(codebase: &Codebase, endpoints: &[&Endpoint]) -> Vec<Value> {
    let ids: BTreeSet<&str> = endpoints.iter().filter_map(|endpoint| endpoint.domain.as_deref()).collect();
    let named = ids.into_iter().filter_map(|id| codebase.domains.get(id));
    let mut names: Vec<&str> = named.map(|domain| domain.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| json!({ "name": name })).collect()
}
