//! The command line: arguments, progress, printing. The only printer, and the only reader of the environment.
#![expect(clippy::print_stderr, reason = "this module is the shell around the terminal")]
#![expect(clippy::disallowed_methods, reason = "this module is the shell around the environment")]

mod arguments;
mod explain;
mod generate;
mod inspect;
mod progress;
mod watchdog;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;

use crate::config::{Config, Environment, Flags};
use crate::diagnostics::{Diagnostic, Failure, FailureKind, Severity};
use crate::pipeline;
use crate::workspace::{self, Workspace};

use arguments::{Arguments, Command};
use watchdog::Patience;

/// Stack of each worker thread, in bytes: grammars recover from errors by recursion.
const WORKER_STACK: usize = 8 << 20;
/// Reading the largest file that is read takes seconds.
const PATIENCE: Patience = Patience { tick: Duration::from_secs(1), ticks: 120 };

/// Runs the program with the process's arguments and gives its exit code.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let jobs = if let Command::Gen(asked) = &arguments.command { asked.jobs } else { None };
    let workers = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).stack_size(WORKER_STACK);
    // Fails only if a pool exists already, as it may in a program that embeds this one.
    let _ = workers.build_global();
    let work = || match arguments.command {
        Command::Gen(asked) => generate::run(&asked),
        Command::Check(asked) => check(&asked),
        Command::Site(asked) => site(&asked),
        Command::Inspect(asked) => inspect::run(&asked),
    };
    match watchdog::watch(work, workspace::under_way, PATIENCE) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

/// `docagent check`: what is stale or broken on stdout, and exit code 3 if anything is.
fn check(asked: &arguments::Check) -> Result<(), Failure> {
    let flags = Flags { offline: true, out: asked.out.clone(), ..Flags::default() };
    let (workspace, config) = open(&asked.path, flags)?;
    let found = pipeline::check(&workspace, &config)?;
    if found.is_empty() {
        eprintln!("`{}` is up to date", config.output);
        return Ok(());
    }
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    print(&(lines.join("\n") + "\n"))?;
    let message = format!("{} in `{}`", counted(found.len(), "finding", "findings"), config.output);
    Err(Failure::new(FailureKind::Stale, message).help("run `docagent gen` and commit what it writes"))
}

/// `docagent site`.
fn site(asked: &arguments::Site) -> Result<(), Failure> {
    let (workspace, config) = open(&asked.path, Flags { offline: true, ..Flags::default() })?;
    let diagnostics = pipeline::site(&workspace, &config, &asked.out)?;
    report(&diagnostics, false);
    eprintln!("the site is in `{}`: open `{}`", asked.out.display(), asked.out.join("index.html").display());
    Ok(())
}

/// `1 page`, `3 pages`.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Opens a workspace and reads its configuration.
fn open(path: &Path, flags: Flags) -> Result<(Workspace, Config), Failure> {
    let workspace = Workspace::open(path)?;
    let text = workspace.config_text()?;
    let variable = |name: &str| std::env::var(name).ok();
    let environment = Environment {
        api_key: variable("OPENAI_API_KEY"),
        base_url: variable("OPENAI_BASE_URL"),
        model: variable("DOCAGENT_MODEL"),
        cache: variable("DOCAGENT_CACHE"),
        cache_home: cache_home(),
    };
    let config = Config::resolve(text.as_deref(), environment, flags)?;
    Ok((workspace, config))
}

/// Where programs of this user keep what they can do without.
fn cache_home() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if cfg!(windows) {
        return folder("LOCALAPPDATA");
    }
    let default = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(default)))
}

/// Prints diagnostics to stderr: warnings and errors always, notes when asked for.
fn report(diagnostics: &[Diagnostic], with_notes: bool) {
    for diagnostic in diagnostics {
        if with_notes || diagnostic.severity > Severity::Note {
            eprintln!("{diagnostic}");
        }
    }
}

/// Prints to stdout; a reader that went away (`| head`) is no error.
fn print(text: &str) -> Result<(), Failure> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::new(FailureKind::Workspace, format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}
