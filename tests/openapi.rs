//! `OpenAPI` documents, judged by a validator that is not ours: openapi-spec-validator, from the Python package index.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use docagent::output::openapi;
use serde_json::Value;

use crate::required;
use crate::sources::{Sources, exams};

/// The root of the repository.
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn documents_are_valid() {
    let documents: Vec<(PathBuf, Value)> = repositories()
        .into_iter()
        .map(|folder| {
            let (codebase, _) = Sources::below(&folder, |_| true).analyse();
            (folder, openapi::document(&codebase, None))
        })
        .collect();
    let shown = documents.iter().filter(|(_, document)| !document["paths"].as_object().unwrap().is_empty()).count();
    assert!(shown > 8, "too few documents have a path to judge: {shown}");
    let all: Vec<&Value> = documents.iter().map(|(_, document)| document).collect();
    let Some(complaints) = judged(&all) else { return };
    for ((folder, document), complaints) in documents.iter().zip(complaints) {
        assert!(complaints.is_empty(), "{}: {complaints:#?}\n{document:#}", folder.display());
    }
}

#[test]
fn the_validator_refuses_what_is_wrong() {
    let wrong = serde_json::json!({
        "openapi": "3.1.1",
        "info": { "title": "x", "version": "0" },
        "paths": { "/a/{id}": { "get": { "responses": {} , "parameters": [] } } },
    });
    let Some(complaints) = judged(&[&wrong]) else { return };
    assert!(!complaints[0].is_empty());
}

#[test]
fn a_document_names_types_bodies_and_callers() {
    let source = "\
from fastapi import FastAPI, Depends
from pydantic import BaseModel, Field

app = FastAPI()

class Line(BaseModel):
    sku: str
    amount: int = 1

class Order(BaseModel):
    \"\"\"What a guest asked for.\"\"\"
    lines: list[Line]
    note: str | None = Field(default=None, alias=\"remark\")
    parent: \"Order | None\" = None

@app.post(\"/orders/{table}\", response_model=Order)
def place(table: int, order: Order):
    \"\"\"Place an order. It is cooked at once.\"\"\"
";
    let sources: Sources = [("app.py", source)].into_iter().collect();
    let document = openapi::document(&sources.analyse().0, None);
    let operation = &document["paths"]["/orders/{table}"]["post"];
    assert_eq!(operation["summary"], "Place an order.");
    assert_eq!(operation["parameters"][0]["schema"]["type"], "integer");
    let order = "#/components/schemas/Order";
    assert_eq!(operation["requestBody"]["content"]["application/json"]["schema"]["$ref"], order);
    assert_eq!(operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"], order);
    let schemas = &document["components"]["schemas"];
    let expected = serde_json::json!({
        "type": "object",
        "properties": {
            "lines": { "type": "array", "items": { "$ref": "#/components/schemas/Line" } },
            "remark": { "type": ["string", "null"] },
            "parent": { "anyOf": [{ "$ref": order }, { "type": "null" }] },
        },
        "required": ["lines"],
        "description": "What a guest asked for.",
    });
    assert_eq!(schemas["Order"], expected);
    assert_eq!(schemas["Line"]["required"], serde_json::json!(["sku"]));
}

/// Small repositories with endpoints: the frameworks' fixtures, and the sources of the golden pages.
fn repositories() -> Vec<PathBuf> {
    let below = |folder: &str| {
        let entries = std::fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect::<Vec<_>>()
    };
    let mut folders = below("fixtures/frameworks");
    folders.extend(below("fixtures/repos").into_iter().map(|folder| folder.join("source")));
    folders.sort();
    folders
}

/// The validator's complaints of each document; nothing where it is not installed.
fn judged(documents: &[&Value]) -> Option<Vec<Vec<String>>> {
    let script = Path::new(ROOT).join("tests/oracles/openapi_check.py");
    let own = exams().join("venv/bin/python");
    let python = if own.is_file() { own } else { PathBuf::from("python3") };
    let spawned =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let output = spawned.ok().and_then(|mut child| {
        // A validator that is not there has ended before it has read everything.
        let _ = child.stdin.take()?.write_all(serde_json::to_string(documents).unwrap().as_bytes());
        child.wait_with_output().ok()
    });
    let judged = output.filter(|output| output.status.success());
    if judged.is_none() {
        required("openapi-spec-validator (PyPI)");
    }
    Some(serde_json::from_slice(&judged?.stdout).unwrap())
}
