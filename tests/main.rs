//! One integration binary: see each module for what it holds.
#![allow(clippy::disallowed_methods, reason = "tests read fixtures and run the program")]
#![allow(clippy::unwrap_used, reason = "a test may panic; the lint exempts test functions, not what they share")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

#[cfg(unix)]
mod action;
mod agents;
mod architecture;
mod cli;
mod determinism;
mod domains;
mod entities;
mod exams;
mod externals;
mod facts;
mod frameworks;
mod golden;
mod graph;
mod hostile;
mod languages;
mod llm;
mod local_model;
mod mermaid;
mod messaging;
mod openapi;
mod oracles;
mod pages;
mod properties;
mod registry;
mod secrets;
mod site;
mod sources;
mod stores;

/// What a test does when a tool that it needs is missing: it says so, and fails where everything must run.
fn required(tool: &str) {
    let everything = std::env::var_os("DOCAGENT_TEST_REQUIRE_ALL").is_some();
    assert!(!everything, "this test needs {tool}");
    eprintln!("skipped: this test needs {tool}");
}
