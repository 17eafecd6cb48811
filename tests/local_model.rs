//! A real model: see `tests/local-model/README.md`. What it writes is nonsense; that it does no harm is the test.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use docagent::llm::{Caps, CompletionRequest, Connection, Endpoint, LanguageModel, Patience, Price, connect};
use serde_json::{Value, json};

/// The server's base URL, if one was started for the tests.
fn base_url() -> Option<String> {
    let url = std::env::var("DOCAGENT_TEST_MODEL_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        crate::required("a model's server in DOCAGENT_TEST_MODEL_URL (see tests/local-model/README.md)");
    }
    url
}

#[tokio::test]
async fn a_real_server_keeps_to_the_schema() {
    let Some(base_url) = base_url() else { return };
    let endpoint = Endpoint {
        base_url: base_url.clone(),
        key: None,
        model: "smollm2-135m".into(),
        timeout: Duration::from_mins(3),
    };
    let price = Price::find("smollm2-135m", &base_url);
    let model = connect(Connection { endpoint, patience: Patience::default(), caps: Caps::default(), price }).unwrap();
    let request = CompletionRequest {
        system: "You answer with JSON.".into(),
        prompt: "Say in one short sentence what a tea shop sells, and give two words for it.".into(),
        schema_name: "tea",
        schema: json!({
            "type": "object",
            "required": ["text", "words"],
            "additionalProperties": false,
            "properties": {
                "text": {"type": "string", "maxLength": 80},
                "words": {"type": "array", "items": {"type": "string", "maxLength": 12}, "maxItems": 2}
            }
        }),
        max_output_tokens: 150,
        purpose: "test".into(),
    };
    let completion = model.complete(&request).await.unwrap();
    assert!(!completion.truncated && completion.usage.input_tokens > 10, "{completion:?}");
    let reply: Value = serde_json::from_str(&completion.text).unwrap();
    let keys: Vec<&String> = reply.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["text", "words"]);
    assert!(reply["text"].as_str().unwrap().chars().count() <= 80);
    assert!(reply["words"].as_array().unwrap().len() <= 2);
}

#[test]
fn gen_gets_along_with_a_real_model() {
    let Some(base_url) = base_url() else { return };
    let repository = tempfile::tempdir().unwrap();
    write_service(repository.path());
    let gen_once = || {
        let output = Command::new(env!("CARGO_BIN_EXE_docagent"))
            .args(["gen", ".", "--base-url", &base_url, "--model", "smollm2-135m"])
            .current_dir(repository.path())
            .env_remove("OPENAI_API_KEY")
            .env("DOCAGENT_CACHE", "off")
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (status, told) = gen_once();
    // 4 says that some replies could not be used, which so small a model is free to give. The pages are there.
    assert!(matches!(status, Some(0 | 4)), "{status:?}: {told}");
    assert!(told.contains("smollm2-135m:") && told.contains("tokens in"), "{told}");
    let pages = repository.path().join("docs/docagent");
    let start = std::fs::read_to_string(pages.join("README.md")).unwrap();
    assert!(start.starts_with("# ") || start.contains("\n# "), "{start}");
    let api = files_below(&pages.join("api"));
    assert!(api.iter().any(|page| std::fs::read_to_string(page).unwrap().contains("/teas")), "{api:?}");
    if status == Some(0) {
        let (status, told) = gen_once();
        assert_eq!(status, Some(0), "{told}");
        assert!(told.contains("no model call was needed"), "{told}");
    }
}

/// A small FastAPI service: few enough facts for a small model on a busy machine.
fn write_service(root: &Path) {
    let files = [
        ("README.md", "# Tea service\n\nLists the teas on sale and takes orders.\n"),
        ("pyproject.toml", "[project]\nname = \"tea-service\"\ndependencies = [\"fastapi\"]\n"),
        (
            "app/main.py",
            "from fastapi import FastAPI\n\nfrom app.teas import router\n\napp = FastAPI()\napp.include_router(router)\n",
        ),
        (
            "app/teas.py",
            "from fastapi import APIRouter, HTTPException\n\nrouter = APIRouter(prefix=\"/teas\")\n\n\n\
             @router.get(\"\")\ndef list_teas():\n    \"\"\"Lists the teas on sale.\"\"\"\n    return []\n\n\n\
             @router.post(\"/{tea_id}/orders\")\ndef order_tea(tea_id: int, bags: int):\n    \"\"\"Orders bags of a tea.\"\"\"\n    \
             if bags > 30:\n        raise HTTPException(422, \"an order is 30 bags at most\")\n    return {}\n",
        ),
    ];
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let limits = "[model]\nconcurrency = 1\nmax_output_tokens = 220\ntimeout_seconds = 300\n";
    std::fs::write(root.join("docagent.toml"), limits).unwrap();
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => names.extend(files_below(&path)),
            path => names.push(path.display().to_string()),
        }
    }
    names.sort();
    names
}
