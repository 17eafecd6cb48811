//! docagent: documentation of a codebase, from facts.
//!
//! The folders read like the pipeline (see ARCHITECTURE.md):
//!
//! | module | does | sees |
//! |---|---|---|
//! | [`pipeline`] | the whole program on one screen | everything |
//! | [`cli`] | arguments, progress, printing; the only reader of the environment | everything |
//! | [`workspace`] | files, git, state; the only user of the file system | codebase, config, diagnostics, output, plan |
//! | [`llm`] | the language model; the only user of the network | diagnostics |
//! | [`config`] | `docagent.toml`, environment and flags become one value | codebase, diagnostics |
//! | [`diagnostics`] | what a run tells its user | codebase |
//! | [`codebase`] | the nouns | nothing |
//! | [`languages`], [`externals`] | what one file says | codebase, diagnostics |
//! | [`frameworks`], [`messaging`], [`stores`] | what one file says of routes, messages and records | codebase, diagnostics, languages |
//! | [`analysis`] | joins the facts of all files | codebase, diagnostics, externals, frameworks, languages, messaging, stores |
//! | [`plan`] | which sections are stale | codebase, diagnostics |
//! | [`agents`] | briefs, prompts, checked replies | codebase, diagnostics, llm, plan |
//! | [`output`] | pages, diagrams, JSON | codebase, diagnostics, plan |
//!
//! The last column is law: `tests/architecture.rs` holds the code to it.

pub mod agents;
pub mod analysis;
pub mod cli;
pub mod codebase;
pub mod config;
pub mod diagnostics;
pub mod externals;
pub mod frameworks;
pub mod languages;
pub mod llm;
pub mod messaging;
pub mod output;
pub mod pipeline;
pub mod plan;
pub mod stores;
pub mod workspace;
