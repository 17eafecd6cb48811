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
    /// Show the facts that pages are made from
    Inspect(Inspect),
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// Files
    File,
    /// Definitions
    Symbol,
}
