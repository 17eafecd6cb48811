//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Documents a codebase from facts: domains, endpoints, externals, diagrams, each with its lines.
#[derive(Debug, Parser)]
#[command(name = "docagent", version, about, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Analyse a repository and write what changed in its docs
    Gen(Gen),
    /// Say which pages are out of date or broken; writes nothing and calls no model
    Check(Check),
    /// Build the static site
    Site(Site),
    /// Show the facts that pages are made from
    Inspect(Inspect),
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that a person types")]
pub(super) struct Gen {
    /// The repository's folder
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// Use no model, even if one is set
    #[arg(long)]
    pub(super) offline: bool,
    /// Show what would be written and what it would cost; write nothing, call no model
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Have the model write every section anew
    #[arg(long)]
    pub(super) full: bool,
    /// Draw the domains anew, whatever the last run kept of them
    #[arg(long)]
    pub(super) recluster: bool,
    /// Folder of the pages below the repository's root [default: docs/docagent]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<String>,
    /// Stop calling the model before this many US dollars are spent [default: 1.00]
    #[arg(long, value_name = "USD")]
    pub(super) max_cost: Option<f64>,
    /// Model id, as the endpoint knows it
    #[arg(long)]
    pub(super) model: Option<String>,
    /// Base URL of an OpenAI-compatible endpoint
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// Tell changes since this revision [default: the commit that last wrote the docs]
    #[arg(long, value_name = "REV")]
    pub(super) since: Option<String>,
    /// Threads for the analysis [default: all cores]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<usize>,
    /// Print notes too
    #[arg(long, short)]
    pub(super) verbose: bool,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// The repository's folder
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// Folder of the pages below the repository's root [default: docs/docagent]
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Site {
    /// The repository's folder
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// Folder of the site
    #[arg(long, value_name = "DIR", default_value = "docagent-site")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// Which facts
    #[arg(value_enum)]
    pub(super) what: What,
    /// The repository's folder; for `facts`, a file below the current folder's repository
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// How they are printed
    #[arg(long, value_enum, default_value_t = PrintAs::Table)]
    pub(super) format: PrintAs,
    /// Nodes of the graph
    #[arg(long, value_enum, default_value_t = Level::File)]
    pub(super) level: Level,
    /// Draw the domains anew, whatever the last run kept of them
    #[arg(long)]
    pub(super) recluster: bool,
    /// Say why this file is in its domain; a path below the repository's folder
    #[arg(long, value_name = "FILE")]
    pub(super) explain: Option<String>,
    /// Cluster domains by code alone: no path, namespace or specifier text
    #[arg(long)]
    pub(super) ignore_folders: bool,
    /// Print notes too
    #[arg(long, short)]
    pub(super) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum What {
    /// Files, roles, components
    Files,
    /// Dependencies between files
    Graph,
    /// Business domains and their files
    Domains,
    /// Endpoints of every app
    Endpoints,
    /// External systems with their evidence
    Externals,
    /// Stored records, fields and relations
    Entities,
    /// Channels with who publishes and consumes, and jobs
    Flows,
    /// All of it
    Codebase,
    /// What was read from one file
    Facts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PrintAs {
    /// For people
    Table,
    /// For programs: versioned and stable
    Json,
    /// Endpoints as an OpenAPI 3.1 document
    Openapi,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// Files
    File,
    /// Definitions
    Symbol,
}
