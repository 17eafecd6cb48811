//! What the whole static analysis costs beside parsing alone, in the same process and over the same files; what a run
//! costs that recalls the facts of all files, or of all but one; and how cost grows with the code.
//!
//! `cargo bench --bench analysis -- [PATH] [--rounds N] [--lines N,N,..]`; README.md says how to read the figures.
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time and reads files")]
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, reason = "its result is what it prints")]

mod corpus;
mod cost;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use docagent::analysis::{self, Options};
use docagent::codebase::source::{Contents, NoMemory};
use docagent::codebase::{Codebase, RepoPath, Snapshot};
use docagent::config::{Config, Environment, Flags};
use docagent::externals::Table;
use docagent::workspace::Workspace;
use rayon::prelude::*;
use tree_sitter::{Language, Parser};

use cost::{Cost, Stamp, peak_mb};

// As the program has it, for both that are compared.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

struct Arguments {
    path: Option<PathBuf>,
    rounds: usize,
    lines: Vec<usize>,
    /// Print bare figures, for the run that started this one.
    bare: bool,
}

fn main() {
    let mut arguments = Arguments { path: None, rounds: 5, lines: vec![10_000, 100_000, 1_000_000], bare: false };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--bench" => {}
            "--bare" => arguments.bare = true,
            "--rounds" => arguments.rounds = given.next().unwrap().parse().unwrap(),
            "--lines" => {
                arguments.lines = given.next().unwrap().split(',').map(|lines| lines.parse().unwrap()).collect();
            }
            _ => arguments.path = Some(PathBuf::from(argument)),
        }
    }
    match &arguments.path {
        Some(path) => {
            let figures = measure(path, arguments.rounds);
            if arguments.bare {
                println!("{}", figures.map(|figure| figure.to_string()).join(" "));
            } else {
                print_heading();
                print_row(&path.file_name().unwrap_or_default().to_string_lossy(), &figures);
            }
        }
        None => measure_growth(&arguments),
    }
}

/// Lines; CPU seconds of parsing, analysis, listing, reading, linking; peak MB; wall seconds warm and with one file
/// changed.
type Figures = [f64; 9];

fn print_heading() {
    println!(
        "{:<26} {:>9} {:>7} {:>9} {:>6} {:>6} {:>6} {:>6} {:>8} {:>7} {:>7} {:>9}",
        "", "lines", "parse", "analysis", "ratio", "list", "read", "link", "peak MB", "bar MB", "warm s", "1 chg. s"
    );
}

fn print_row(name: &str, figures: &Figures) {
    let [lines, parse, whole, list, read, link, peak, warm, changed] = figures;
    println!(
        "{name:<26} {lines:>9} {parse:>7.2} {whole:>9.2} {:>6.2} {list:>6.2} {read:>6.2} {link:>6.2} {peak:>8.0} {:>7.0} {warm:>7.2} {changed:>9.2}",
        whole / parse,
        60.0 + lines * 150.0 / 1e6,
    );
}

/// Made-up corpora of growing size, each measured in a process of its own, and the exponents of growth.
fn measure_growth(arguments: &Arguments) {
    print_heading();
    for language in corpus::LANGUAGES {
        let mut all: Vec<Figures> = Vec::new();
        for &lines in &arguments.lines {
            let folder = tempfile::tempdir().unwrap();
            corpus::write(folder.path(), language, lines);
            let rounds = arguments.rounds.to_string();
            let output = Command::new(std::env::current_exe().unwrap())
                .arg(folder.path())
                .args(["--bare", "--rounds", &rounds])
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
            let figures = Figures::try_from(figures).unwrap();
            print_row(language, &figures);
            all.push(figures);
        }
        if let [first, .., last] = all.as_slice() {
            let exponent = |figure: usize| (last[figure] / first[figure]).ln() / (last[0] / first[0]).ln();
            println!(
                "{language:<26} growth exponents: CPU {:.2}, peak memory {:.2}, warm {:.2}, one file changed {:.2}",
                exponent(2),
                exponent(6),
                exponent(7),
                exponent(8),
            );
        }
    }
}

fn measure(root: &Path, rounds: usize) -> Figures {
    let first = analyse(root);
    // Before anything else was done in this process.
    let peak = peak_mb();
    let sources = sources(root, &first);
    let lines: f64 = first.files.iter().map(|file| f64::from(file.lines)).sum();
    drop(first);

    // In turns, so that the machine's noise falls on both alike.
    let mut parsing = Vec::new();
    let mut stages = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        parsing.push(Cost::of(|| parse(&sources)));
        let start = Stamp::now();
        let (workspace, snapshot, _) = list(root, None);
        let listed = Stamp::now();
        let facts = analysis::read(&snapshot, &workspace.contents(), &NoMemory, Table::compiled());
        let read = Stamp::now();
        drop(analysis::codebase(&snapshot, facts, Options::default()));
        let linked = Stamp::now();
        let spans = [start.to(&linked), start.to(&listed), listed.to(&read), read.to(&linked)];
        for (stage, cost) in stages.iter_mut().zip(spans) {
            stage.push(cost);
        }
    }
    let parse = Cost::median(&parsing).cpu;
    let [whole, list, read, link] = stages.map(|stage| Cost::median(&stage).cpu);
    let [warm, changed] = measure_warm(root, rounds);
    [lines, parse, whole, list, read, link, peak, warm, changed]
}

/// Wall seconds of a run that recalls everything, and of one in which a file differs each time.
fn measure_warm(root: &Path, rounds: usize) -> [f64; 2] {
    let cache = tempfile::tempdir().unwrap();
    let run = |edit: Option<usize>| {
        Cost::of(|| {
            let (workspace, mut snapshot, config) = list(root, Some(cache.path()));
            let facts = workspace.cache(&config);
            let mut edited = None;
            if let Some(round) = edit {
                let at = snapshot.files.len() / 2;
                snapshot.files[at].blob = None;
                edited = Some((snapshot.files[at].path.clone(), format!("\n// {round}\n")));
            }
            let contents = Edited { contents: workspace.contents(), edited };
            let mut read = analysis::read(&snapshot, &contents, &facts, Table::compiled());
            facts.remember(&std::mem::take(&mut read.memories));
            // The program ends without taking its values apart.
            std::mem::forget(analysis::codebase(&snapshot, read, Options::default()));
        })
    };
    run(None);
    let warm: Vec<Cost> = (0..rounds).map(|_| run(None)).collect();
    let changed: Vec<Cost> = (0..rounds).map(|round| run(Some(round))).collect();
    [Cost::median(&warm).wall, Cost::median(&changed).wall]
}

/// The workspace's files, one of them with something added.
struct Edited<C> {
    contents: C,
    edited: Option<(RepoPath, String)>,
}

impl<C: Contents> Contents for Edited<C> {
    fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, String> {
        let bytes = self.contents.read(path)?;
        match &self.edited {
            Some((edited, more)) if edited == path => Ok([&bytes, more.as_bytes()].concat().into()),
            _ => Ok(bytes),
        }
    }
}

fn list(root: &Path, cache: Option<&Path>) -> (Workspace, Snapshot, Config) {
    let workspace = Workspace::open(root).unwrap();
    let environment =
        Environment { cache: cache.map(|it| it.to_string_lossy().into_owned()), ..Environment::default() };
    let config = Config::resolve(None, environment, Flags::default()).unwrap();
    let (snapshot, _) = workspace.snapshot(&config).unwrap();
    (workspace, snapshot, config)
}

fn analyse(root: &Path) -> Codebase {
    let (workspace, snapshot, _) = list(root, None);
    let facts = analysis::read(&snapshot, &workspace.contents(), &NoMemory, Table::compiled());
    analysis::codebase(&snapshot, facts, Options::default()).0
}

/// The texts that the analysis gives to a grammar, largest first as there.
fn sources(root: &Path, codebase: &Codebase) -> Vec<(Language, Vec<u8>)> {
    let mut sources: Vec<(Language, Vec<u8>)> = codebase
        .files
        .iter()
        .filter_map(|file| {
            let language = match file.path.extension() {
                "py" | "pyi" => tree_sitter_python::LANGUAGE.into(),
                "cs" => tree_sitter_c_sharp::LANGUAGE.into(),
                "ts" | "mts" | "cts" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
                "tsx" => tree_sitter_typescript::LANGUAGE_TSX.into(),
                "js" | "mjs" | "cjs" | "jsx" => tree_sitter_javascript::LANGUAGE.into(),
                _ => return None,
            };
            Some((language, std::fs::read(root.join(file.path.as_str())).ok()?))
        })
        .collect();
    sources.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    sources
}

fn parse(sources: &[(Language, Vec<u8>)]) {
    sources.par_iter().with_max_len(1).for_each_init(Parser::new, |parser, (language, text)| {
        parser.set_language(language).unwrap();
        std::hint::black_box(parser.parse(text, None));
    });
}
