//! The JSON contract of `docagent inspect`: stable, versioned, sorted. Extra fields may come, these stay.

use serde_json::{Map, Value, json};

use crate::codebase::domain::Explanation;
use crate::codebase::graph::{Basis, FileIndex, Symbol};
use crate::codebase::{Codebase, Facts, RepoPath, Role};

/// `docagent/files/1`: every file read, and the components.
pub fn files(codebase: &Codebase) -> Value {
    json!({
        "schema": "docagent/files/1",
        "files": codebase.files,
        "components": codebase.components,
        "skipped": codebase.skipped,
    })
}

/// `docagent/graph/1` with files as nodes.
pub fn graph(codebase: &Codebase) -> Value {
    let path = |file| path_of(codebase, file);
    let edges: Vec<Value> = codebase
        .graph
        .file_edges()
        .map(|(from, to, kind, edge)| {
            let mut json = json!({
                "from": path(from), "to": path(to), "kind": kind, "count": edge.count, "line": edge.line,
            });
            mark(&mut json, codebase, from, edge.basis);
            json
        })
        .collect();
    json!({ "schema": "docagent/graph/1", "edges": edges })
}

/// `docagent/graph/1` with definitions as nodes: `path#Outer.inner`.
pub fn symbol_graph(codebase: &Codebase) -> Value {
    let edges: Vec<Value> = codebase
        .graph
        .dependencies()
        .iter()
        .map(|it| {
            let (from, to) = (symbol_id(codebase, it.from), symbol_id(codebase, it.to));
            let mut json = json!({ "from": from, "to": to, "kind": it.kind, "count": it.count, "line": it.line });
            mark(&mut json, codebase, it.from.file, it.basis);
            json
        })
        .collect();
    let unresolved: Vec<Value> = (0..)
        .zip(&codebase.facts)
        .flat_map(|(file, facts)| {
            let calls = codebase.graph.unresolved(file).iter();
            let calls = calls.filter_map(|index| facts.outline.references.get(*index as usize));
            calls.map(move |call| {
                let from = symbol_id(codebase, Symbol { file, definition: call.enclosing });
                json!({ "from": from, "name": call.spelled(), "count": call.count, "line": call.line })
            })
        })
        .collect();
    json!({ "schema": "docagent/graph/1", "edges": edges, "unresolved": unresolved })
}

/// Adds what is not the rule: an edge of a test, or one that something weaker than scopes and types tells.
fn mark(edge: &mut Value, codebase: &Codebase, from: FileIndex, basis: Basis) {
    if codebase.files.get(from as usize).is_some_and(|file| file.role == Role::Test) {
        edge["test"] = json!(true);
    }
    if basis != Basis::Resolved {
        edge["basis"] = json!(basis);
    }
}

fn path_of(codebase: &Codebase, file: FileIndex) -> &str {
    codebase.files.get(file as usize).map_or("", |file| file.path.as_str())
}

fn symbol_id(codebase: &Codebase, symbol: Symbol) -> String {
    let path = path_of(codebase, symbol.file);
    match (codebase.facts.get(symbol.file as usize), symbol.definition) {
        (Some(facts), Some(definition)) => format!("{path}#{}", facts.outline.dotted_name(definition)),
        _ => path.to_owned(),
    }
}

/// `docagent/domains/1`.
pub fn domains(codebase: &Codebase) -> Value {
    json!({
        "schema": "docagent/domains/1",
        "domains": codebase.domains.domains,
        "shared": codebase.domains.shared,
        "reasons": codebase.domains.reasons,
    })
}

/// `docagent/domain-reasons/1`: why one file is in its domain.
pub fn explanation(explanation: &Explanation) -> Value {
    let mut all = Map::new();
    all.insert("schema".to_owned(), json!("docagent/domain-reasons/1"));
    if let Value::Object(parts) = json!(explanation) {
        all.extend(parts);
    }
    Value::Object(all)
}

/// `docagent/endpoints/1`.
pub fn endpoints(codebase: &Codebase) -> Value {
    json!({ "schema": "docagent/endpoints/1", "endpoints": codebase.endpoints, "comparisons": codebase.comparisons })
}

/// `docagent/externals/1`.
pub fn externals(codebase: &Codebase) -> Value {
    json!({ "schema": "docagent/externals/1", "externals": codebase.externals })
}

/// `docagent/entities/1`.
pub fn entities(codebase: &Codebase) -> Value {
    json!({
        "schema": "docagent/entities/1",
        "entities": codebase.entities,
        "relations": codebase.relations,
    })
}

/// `docagent/flows/1`: what follows a message or a schedule, the channels with who publishes and consumes, and the jobs.
pub fn flows(codebase: &Codebase) -> Value {
    json!({
        "schema": "docagent/flows/1",
        "flows": codebase.flows,
        "messages": codebase.channels,
        "jobs": codebase.jobs,
    })
}

/// `docagent/codebase/1`: all of it.
pub fn codebase(codebase: &Codebase) -> Value {
    let mut all = Map::new();
    all.insert("schema".to_owned(), json!("docagent/codebase/1"));
    for part in [
        json!({ "name": codebase.name, "revision": codebase.revision, "about": codebase.about }),
        files(codebase),
        graph(codebase),
        domains(codebase),
        endpoints(codebase),
        externals(codebase),
        entities(codebase),
        flows(codebase),
    ] {
        let Value::Object(part) = part else { continue };
        all.extend(part.into_iter().filter(|(key, _)| key != "schema"));
    }
    Value::Object(all)
}

/// `docagent/facts/1`: what was read from one file, before anything was linked.
pub fn facts(path: &RepoPath, facts: &Facts) -> Value {
    json!({ "schema": "docagent/facts/1", "file": path, "facts": facts })
}
