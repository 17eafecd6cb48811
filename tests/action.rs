//! The script behind `action.yml`, with a stand-in for the program and for the runner's files.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Prints what it was given, writes a page into the repository (its last argument) and ends as it is told.
const STAND_IN: &str = r#"#!/usr/bin/env bash
printf 'arg:%s\n' "$@"
echo "model:${DOCAGENT_MODEL-none} url:${OPENAI_BASE_URL-none} key:${OPENAI_API_KEY-none}"
echo '::error::<b>injected</b>'
[ -z "$STAND_IN_WRITES" ] || echo page > "${@: -1}/page.md"
echo 'error: two pages are stale' >&2
exit "$STAND_IN_CODE"
"#;

struct Outcome {
    code: i32,
    log: String,
    outputs: String,
    summary: String,
}

fn run(inputs: &[(&str, &str)], code: &str, writes: &str) -> Outcome {
    let temp = tempfile::tempdir().unwrap();
    let (bin, repository) = (temp.path().join("docagent/bin"), temp.path().join("my repository"));
    fs::create_dir_all(&bin).unwrap();
    fs::create_dir_all(&repository).unwrap();
    git2::Repository::init(&repository).unwrap();
    let program = bin.join("docagent");
    fs::write(&program, STAND_IN).unwrap();
    make_executable(&program);
    let (outputs, summary) = (temp.path().join("outputs"), temp.path().join("summary"));
    let mut command = Command::new("bash");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/action.sh")).arg("run");
    for (name, value) in [("ARGS", ""), ("BASE_URL", ""), ("API_KEY", ""), ("MODEL", ""), ("MAX_COST", "")] {
        command.env(format!("INPUT_{name}"), value);
    }
    for (name, value) in inputs {
        command.env(format!("INPUT_{name}"), value);
    }
    let output = command
        .env("INPUT_PATH", &repository)
        .env("RUNNER_TEMP", temp.path())
        .env("GITHUB_OUTPUT", &outputs)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("STAND_IN_CODE", code)
        .env("STAND_IN_WRITES", writes)
        .env_remove("DOCAGENT_MODEL")
        .env_remove("OPENAI_BASE_URL")
        .env_remove("OPENAI_API_KEY")
        .output()
        .unwrap();
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
    Outcome {
        code: output.status.code().unwrap(),
        log: String::from_utf8_lossy(&output.stdout).into_owned(),
        outputs: read(&outputs),
        summary: read(&summary),
    }
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn inputs_become_arguments_and_environment() {
    let inputs = [
        ("MODE", "gen"),
        ("ARGS", "--offline  --out docs/*"),
        ("MODEL", "local \"model\""),
        ("BASE_URL", "http://127.0.0.1:1/v1"),
        ("API_KEY", "$(touch oops)"),
        ("MAX_COST", "0.50"),
    ];
    let outcome = run(&inputs, "0", "");
    assert_eq!(outcome.code, 0);
    let arguments: Vec<&str> = outcome.log.lines().filter_map(|line| line.strip_prefix("arg:")).collect();
    assert_eq!(arguments[..7], ["gen", "--max-cost", "0.50", "--offline", "--out", "docs/*", "--"]);
    assert!(arguments[7].ends_with("/my repository"));
    assert!(outcome.log.contains("model:local \"model\" url:http://127.0.0.1:1/v1 key:$(touch oops)"));
    assert!(outcome.outputs.contains("exit-code=0\n") && outcome.outputs.contains("changed=false\n"));
}

#[test]
fn what_is_not_given_is_not_set() {
    let outcome = run(&[("MODE", "check"), ("MAX_COST", "1")], "0", "");
    assert!(outcome.log.contains("model:none url:none key:none"), "{}", outcome.log);
    assert!(!outcome.log.contains("--max-cost"), "`check` has no such flag");
}

#[test]
fn changes_are_seen() {
    assert!(run(&[("MODE", "gen")], "0", "yes").outputs.contains("changed=true\n"));
}

#[test]
fn a_failure_keeps_its_code_and_is_told_once() {
    let outcome = run(&[("MODE", "check")], "3", "");
    assert_eq!(outcome.code, 3);
    assert!(outcome.outputs.contains("exit-code=3\n"));
    assert!(outcome.log.contains("::error title=docagent::error: two pages are stale"));
    assert!(outcome.summary.contains("two pages are stale"));
}

#[test]
fn the_runs_own_words_are_no_commands_and_no_html() {
    let outcome = run(&[("MODE", "gen")], "0", "");
    let (before, after) = outcome.log.split_once("::error::<b>injected</b>").unwrap();
    let token = before.lines().find_map(|line| line.strip_prefix("::stop-commands::")).unwrap();
    assert!(token.len() >= 40 && after.contains(&format!("\n::{token}::\n")));
    assert!(outcome.summary.contains("&lt;b>injected"));
}

#[test]
fn an_unknown_mode_is_refused() {
    let outcome = run(&[("MODE", "destroy\n::warning::x")], "0", "");
    assert_eq!(outcome.code, 2);
    assert!(outcome.log.contains("not `destroy%0A::warning::x`"));
}
