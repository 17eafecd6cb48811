//! What the place of a file says of when its systems are used.

use crate::codebase::{RepoPath, Role, Scope};

/// Folders of tests and their fixtures.
const TESTS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "testing",
    "e2e",
    "spec",
    "specs",
    "cypress",
    "playwright",
    "mocks",
    "__mocks__",
    "fixtures",
    "benchmark",
    "benchmarks",
    "bench",
    "perf",
    "loadtest",
    "loadtests",
    "integration-tests",
    "integration_tests",
    "testdata",
    "test-data",
    "testutils",
];

/// Folders of what is shown or used while developing.
const DEVELOPMENT: &[&str] = &[
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "doc",
    "docs",
    "website",
    ".devcontainer",
    ".vscode",
    ".storybook",
    "storybook",
    "tutorial",
    "tutorials",
    "playground",
    "dev",
    "local",
    "contrib",
];

/// Folders, at the repository's root, of what people run by hand or pipelines run for them.
const TOOLING: &[&str] = &["script", "scripts", "tool", "tools", "hack", "ci", ".ci"];

/// When what stands in this file is used, as far as its place tells.
pub(super) fn scope_of(path: &RepoPath, role: Role) -> Scope {
    if role == Role::Test || is_named_as_test(path.file_name()) {
        return Scope::Test;
    }
    let folder = path.folder();
    let tooling = folder.parts().next().is_some_and(|first| TOOLING.contains(&first.to_ascii_lowercase().as_str()));
    let mut scope = if tooling { Scope::Dev } else { Scope::Runtime };
    for part in folder.parts() {
        let part = part.to_ascii_lowercase();
        if TESTS.contains(&part.as_str()) || ends_as_tests(&part) {
            return Scope::Test;
        }
        let is_hidden_code = role == Role::Source && part.starts_with('.');
        if is_hidden_code || DEVELOPMENT.contains(&part.as_str()) {
            scope = Scope::Dev;
        }
    }
    scope
}

/// `basket.clienttest.ts`.
fn is_named_as_test(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let between = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    between.iter().any(|part| part.ends_with("test") || part.ends_with("spec"))
}

/// `Shop.UnitTests`, `integration-test`, `shop-test-utils`.
fn ends_as_tests(part: &str) -> bool {
    if part.ends_with("test-utils") {
        return true;
    }
    let last = part.rsplit(['.', '-', '_']).next().unwrap_or_default();
    last.len() < part.len() && (last == "test" || last.ends_with("tests"))
}

/// Whether URLs in this file are worth nothing by themselves: scripts, migrations and makers of links mention many.
pub(super) fn only_mentions_urls(path: &RepoPath) -> bool {
    let stem = path.stem().to_ascii_lowercase().replace(['_', '-'], "");
    if stem.contains("externalurl") || stem.contains("externallink") {
        return true;
    }
    path.folder().parts().any(|part| {
        matches!(
            part.to_ascii_lowercase().as_str(),
            "script" | "scripts" | "migration" | "migrations" | "tools" | "locales" | "i18n" | "seed" | "seeds"
        )
    })
}
