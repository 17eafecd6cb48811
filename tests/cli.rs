//! The program as its users meet it: exit codes, texts, and that nothing is half-written.

use std::fs;
use std::path::Path;
use std::process::Output;

/// A tiny service with one endpoint.
const APP: &str = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"/loans/{id}\")\ndef read_loan(id: int):\n    \"\"\"Shows one loan.\"\"\"\n    return {}\n";

fn docagent(arguments: &[&str], folder: &Path) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docagent"));
    for variable in ["OPENAI_API_KEY", "OPENAI_BASE_URL", "DOCAGENT_MODEL"] {
        command.env_remove(variable);
    }
    command.env("DOCAGENT_CACHE", "off");
    command.args(arguments).current_dir(folder).output().unwrap()
}

/// Runs the program and gives its exit code and stderr.
fn run(arguments: &[&str], folder: &Path) -> (i32, String) {
    let output = docagent(arguments, folder);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("app.py"), APP).unwrap();
    fs::write(folder.path().join("requirements.txt"), "fastapi==0.115\n").unwrap();
    folder
}

fn commit_all(repository: &git2::Repository) -> git2::Oid {
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let author = git2::Signature::new("A", "a@example.org", &git2::Time::new(0, 0)).unwrap();
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
    repository.commit(Some("HEAD"), &author, &author, "work", &tree, &parents).unwrap()
}

#[test]
fn what_cannot_be_read_is_said_with_help() {
    let folder = repository();
    let empty = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        (vec!["gen", "nowhere"], "cannot open `nowhere`"),
        (vec!["gen", "app.py"], "`app.py` is a file, not a folder"),
        (vec!["gen", empty.path().to_str().unwrap()], "there is no file to read"),
        (vec!["gen", ".", "--out", "."], "the output folder is the repository's root"),
        (vec!["gen", ".", "--out", "/tmp/pages"], "the output folder `/tmp/pages` is not below the repository"),
        (vec!["gen", ".", "--out", "docs/../../pages"], "the output folder `docs/../../pages` is not below"),
        (vec!["inspect", "facts", "gone.py"], "there is no file `gone.py`"),
    ] {
        let (code, text) = run(&arguments, folder.path());
        assert_eq!(code, 2, "{arguments:?}: {text}");
        assert!(text.contains(expected) && text.contains("help:"), "{arguments:?}: {text}");
    }
    assert!(!folder.path().join("docs").exists());
}

#[test]
fn a_broken_configuration_names_the_nearest_key() {
    let folder = repository();
    fs::write(folder.path().join("docagent.toml"), "[files]\nexlude = [\"x\"]\n").unwrap();
    let (code, text) = run(&["gen", "."], folder.path());
    assert_eq!(code, 2);
    assert!(text.contains("did you mean `exclude`"), "{text}");
    assert!(!folder.path().join("docs").exists());
}

#[test]
fn rows_of_the_configuration_tell_systems() {
    let folder = repository();
    let cache = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("rates.py"), "rates = RatesClient(RATES_URL)\n").unwrap();
    let inspect = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docagent"));
        command.args(["inspect", "externals"]).current_dir(folder.path()).env("DOCAGENT_CACHE", cache.path());
        let output = command.output().unwrap();
        (output.status.code(), [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat())
    };
    assert!(!inspect().1.contains("Acme Rates"));
    let row = "[[externals.system]]\nid = \"acme.rates\"\nname = \"Acme Rates\"\ncategory = \"web-api\"\n";
    let configuration = folder.path().join("docagent.toml");
    fs::write(&configuration, format!("{row}calls.python = [\"RatesClient\"]\n")).unwrap();
    let (_, text) = inspect();
    assert!(text.contains("Acme Rates") && text.contains("rates.py:1"), "{text}");
    fs::write(&configuration, row.replace("web-api", "web-apy")).unwrap();
    let (code, text) = inspect();
    assert!(code == Some(2) && text.contains("did you mean `web-api`"), "{text}");
    fs::remove_file(&configuration).unwrap();
    assert!(!inspect().1.contains("Acme Rates"));
}

#[test]
fn odd_files_are_warnings() {
    let folder = repository();
    fs::write(folder.path().join("latin.py"), b"name = 'caf\xe9'\n").unwrap();
    fs::write(folder.path().join("blob.py"), b"\0\x01\x02").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
    let (code, text) = run(&["gen", ".", "--verbose"], folder.path());
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("note[invalid-utf8]: `latin.py`"), "{text}");
    assert!(text.contains("note[no-git]"), "{text}");
    let files = String::from_utf8(docagent(&["inspect", "files"], folder.path()).stdout).unwrap();
    assert!(files.contains("binary") && files.contains("blob.py"), "{files}");
    #[cfg(unix)]
    assert!(files.contains("symbolic link"), "{files}");
}

#[test]
fn pages_go_stale_and_come_back() {
    let folder = repository();
    let page = folder.path().join("docs/docagent/README.md");
    let (code, text) = run(&["gen", "."], folder.path());
    assert_eq!(code, 0, "{text}");
    assert_eq!(run(&["check", "."], folder.path()).0, 0);
    let (_, text) = run(&["gen", "."], folder.path());
    assert!(text.contains("nothing to write"), "{text}");

    let note = "\n<!-- keep -->\nAsk Kim first.\n<!-- /keep -->\n";
    let written = fs::read_to_string(&page).unwrap();
    fs::write(&page, written.clone() + note).unwrap();
    fs::write(folder.path().join("app.py"), APP.replace("/loans/{id}", "/loans/{id}/history")).unwrap();
    let output = docagent(&["check", "."], folder.path());
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8(output.stdout).unwrap().contains("error[stale-page]"));
    assert_eq!(run(&["gen", "."], folder.path()).0, 0);
    assert!(fs::read_to_string(&page).unwrap().contains("Ask Kim first."));
    assert_eq!(run(&["check", "."], folder.path()).0, 0);
}

#[test]
fn a_dry_run_writes_nothing() {
    let folder = repository();
    let output = docagent(&["gen", ".", "--dry-run"], folder.path());
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("no model is set"));
    assert!(!folder.path().join("docs").exists());
}

#[test]
fn an_unknown_price_is_no_cap() {
    let folder = repository();
    let arguments = ["gen", ".", "--base-url", "https://models.example.org/v1", "--model", "nobody-knows"];
    let (code, text) = run(&arguments, folder.path());
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("model.input_price"), "{text}");
}

#[test]
fn an_absent_model_leaves_whole_pages() {
    let folder = repository();
    fs::write(folder.path().join("docagent.toml"), "[model]\ntimeout_seconds = 1\n").unwrap();
    // Nothing listens on the discard port: each attempt is refused at once.
    let arguments = ["gen", ".", "--base-url", "http://127.0.0.1:9/v1", "--model", "absent"];
    let (code, text) = run(&arguments, folder.path());
    assert_eq!(code, 4, "{text}");
    assert!(text.contains("warning[model-failure]") && text.contains("help:"), "{text}");
    assert!(folder.path().join("docs/docagent/README.md").exists());
}

#[test]
fn a_refused_folder_leaves_nothing_half_written() {
    let folder = repository();
    fs::write(folder.path().join("docs"), "a file where the folder should be").unwrap();
    let (code, text) = run(&["gen", "."], folder.path());
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("docs/docagent") && text.contains("help:"), "{text}");
}

#[test]
fn git_says_what_changed_since_the_docs() {
    let folder = repository();
    let repository = git2::Repository::init(folder.path()).unwrap();
    commit_all(&repository);
    assert_eq!(run(&["gen", "."], folder.path()).0, 0);
    let docs = commit_all(&repository);
    fs::write(folder.path().join("extra.py"), "x = 1\n").unwrap();
    let (_, text) = run(&["gen", "."], folder.path());
    let since = &docs.to_string()[..10];
    assert!(text.contains(&format!("1 file changed since {since}")), "{text}");

    // A shallow clone: the only commit it has claims parents that are not there.
    fs::write(folder.path().join(".git/shallow"), format!("{docs}\n")).unwrap();
    let (code, text) = run(&["gen", "."], folder.path());
    assert_eq!(code, 0, "{text}");
    let (code, text) = run(&["gen", ".", "--since", "no-such-branch"], folder.path());
    assert_eq!(code, 2);
    assert!(text.contains("names no revision"), "{text}");
}

#[test]
fn ignored_files_are_left_out_with_and_without_git() {
    for with_git in [true, false] {
        let folder = repository();
        fs::write(folder.path().join(".gitignore"), "secret.py\nout/\n").unwrap();
        fs::write(folder.path().join("secret.py"), "x = 1\n").unwrap();
        fs::create_dir(folder.path().join("out")).unwrap();
        fs::write(folder.path().join("out/made.py"), "x = 1\n").unwrap();
        if with_git {
            git2::Repository::init(folder.path()).unwrap();
        }
        let json = docagent(&["inspect", "files", "--format", "json"], folder.path()).stdout;
        let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let files: Vec<&str> = value["files"].as_array().unwrap().iter().filter_map(|it| it["path"].as_str()).collect();
        assert_eq!(files, [".gitignore", "app.py", "requirements.txt"], "with git: {with_git}");
    }
}

#[test]
fn a_wrapper_of_route_calls_is_no_route() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Desk.csproj"), "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n").unwrap();
    let program = "var app = WebApplication.Create();\napp.MapGet(\"/plain\", () => \"ok\");\napp.Run();\n";
    fs::write(folder.path().join("Program.cs"), program).unwrap();
    let wrapper = "public static class Routes\n{\n    public static void Add(this IEndpointRouteBuilder builder, Delegate handler, string pattern)\n    {\n        builder.MapGet(pattern, handler);\n    }\n}\n";
    fs::write(folder.path().join("Routes.cs"), wrapper).unwrap();
    let json = docagent(&["inspect", "endpoints", "--format", "json"], folder.path()).stdout;
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let endpoints = value["endpoints"].as_array().unwrap();
    let paths: Vec<&str> = endpoints.iter().filter_map(|it| it["path"].as_str()).collect();
    assert_eq!(paths, ["/plain"]);
}

#[test]
fn a_warm_run_says_what_a_cold_one_says() {
    let cache = tempfile::tempdir().unwrap();
    let entries = fs::read_dir("fixtures/repos").unwrap();
    for source in entries.map(|entry| entry.unwrap().path().join("source").canonicalize().unwrap()) {
        let inspect = |cache: &Path| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docagent"));
            command.args(["inspect", "codebase", "--format", "json"]).arg(&source).env("DOCAGENT_CACHE", cache);
            let output = command.output().unwrap();
            assert!(output.status.success());
            (output.stdout, output.stderr)
        };
        let cold = inspect(Path::new("off"));
        assert!(cold == inspect(cache.path()), "a first run of {}", source.display());
        assert!(cold == inspect(cache.path()), "a warm run of {}", source.display());
    }
    assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 2 * fs::read_dir("fixtures/repos").unwrap().count());
}

#[test]
fn an_edit_in_the_second_of_a_commit_is_seen() {
    let (folder, cache) = (repository(), tempfile::tempdir().unwrap());
    commit_all(&git2::Repository::init(folder.path()).unwrap());
    let endpoints = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_docagent"));
        command.args(["inspect", "endpoints", "--format", "json"]).env("DOCAGENT_CACHE", cache.path());
        String::from_utf8(command.current_dir(folder.path()).output().unwrap().stdout).unwrap()
    };
    assert!(endpoints().contains("/loans/{id}"));
    // As long as before, and within the same second.
    fs::write(folder.path().join("app.py"), APP.replace("/loans/", "/books/")).unwrap();
    assert!(endpoints().contains("/books/{id}"));
}
