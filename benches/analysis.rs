//! What the whole static analysis costs beside parsing alone, in the same process and over the same files.
//!
//! `cargo bench --bench analysis -- [PATH] [--rounds N]`; see README.md for how to read the figures.
#![allow(clippy::disallowed_methods, reason = "a benchmark measures time and reads files")]
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, reason = "its result is what it prints")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use docagent::analysis::{self, Options};
use docagent::codebase::source::NoMemory;
use docagent::codebase::{Codebase, Snapshot};
use docagent::config::{Config, Environment, Flags};
use docagent::workspace::Workspace;
use rayon::prelude::*;
use tree_sitter::{Language, Parser};

// As the program has it, for both that are compared.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let mut path = None;
    let mut rounds = 5;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => {}
            "--rounds" => rounds = arguments.next().unwrap().parse().unwrap(),
            _ => path = Some(PathBuf::from(argument)),
        }
    }
    let generated = tempfile::tempdir().unwrap();
    let root = path.unwrap_or_else(|| {
        generate(generated.path());
        generated.path().to_owned()
    });

    let first = analyse(&root);
    let sources = sources(&root, &first);
    let bytes: usize = sources.iter().map(|(_, text)| text.len()).sum();
    let lines: f64 = first.files.iter().map(|file| f64::from(file.lines)).sum();
    println!(
        "{}: {} files, {lines} lines; {} files of {bytes} bytes are parsed",
        root.display(),
        first.files.len(),
        sources.len()
    );
    drop(first);

    // In turns, so that the machine's noise falls on both alike.
    let mut parsing = Vec::new();
    let mut whole = Vec::new();
    let mut stages = [const { Vec::new() }; 3];
    for _ in 0..rounds {
        parsing.push(Cost::of(|| parse(&sources)));
        let start = Stamp::now();
        let (workspace, snapshot) = list(&root);
        let listed = Stamp::now();
        let facts = analysis::read(&snapshot, &workspace.contents(), &NoMemory);
        let read = Stamp::now();
        drop(analysis::codebase(&snapshot, facts, Options::default()));
        let linked = Stamp::now();
        whole.push(start.to(&linked));
        for (stage, cost) in stages.iter_mut().zip([start.to(&listed), listed.to(&read), read.to(&linked)]) {
            stage.push(cost);
        }
    }
    let (parsing, whole) = (Cost::median(&parsing), Cost::median(&whole));
    let [listing, reading, linking] = stages.map(|stage| Cost::median(&stage));
    println!("{:<10} {:>10} {:>10} {:>12} {:>10}", "", "CPU s", "wall s", "lines/CPU s", "peak MB");
    let rows =
        [("parse", &parsing), ("analysis", &whole), ("· list", &listing), ("· read", &reading), ("· link", &linking)];
    for (name, cost) in rows {
        let speed = lines / cost.cpu;
        println!("{name:<10} {:>10.2} {:>10.2} {speed:>12.0} {:>10.0}", cost.cpu, cost.wall, cost.peak_mb);
    }
    let memory_bar = 60.0 + lines * 150.0 / 1e6;
    println!(
        "analysis / parse: {:.2} (bar 1.60, aim 1.30); peak memory bar {memory_bar:.0} MB",
        whole.cpu / parsing.cpu
    );
}

fn list(root: &Path) -> (Workspace, Snapshot) {
    let workspace = Workspace::open(root).unwrap();
    let config = Config::resolve(None, Environment::default(), Flags::default()).unwrap();
    let (snapshot, _) = workspace.snapshot(&config).unwrap();
    (workspace, snapshot)
}

fn analyse(root: &Path) -> Codebase {
    let (workspace, snapshot) = list(root);
    let facts = analysis::read(&snapshot, &workspace.contents(), &NoMemory);
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

/// A moment of this process.
struct Stamp {
    cpu: f64,
    at: Instant,
    peak_mb: f64,
}

impl Stamp {
    fn now() -> Self {
        Self { cpu: cpu_seconds(), at: Instant::now(), peak_mb: peak_mb() }
    }

    fn to(&self, later: &Self) -> Cost {
        let wall = later.at.duration_since(self.at).as_secs_f64();
        Cost { cpu: later.cpu - self.cpu, wall, peak_mb: later.peak_mb }
    }
}

/// What a run used.
struct Cost {
    cpu: f64,
    wall: f64,
    peak_mb: f64,
}

impl Cost {
    fn of(run: impl FnOnce()) -> Self {
        // Linux forgets the peak when asked; elsewhere it is that of the process so far.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        let start = Stamp::now();
        run();
        start.to(&Stamp::now())
    }

    fn median(costs: &[Self]) -> Self {
        let median = |value: fn(&Self) -> f64| {
            let mut values: Vec<f64> = costs.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Self { cpu: median(|cost| cost.cpu), wall: median(|cost| cost.wall), peak_mb: median(|cost| cost.peak_mb) }
    }
}

/// User and system time of all threads, in steps of 10 ms; not a number where there is no `/proc`.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: Vec<f64> = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    if ticks.len() == 2 { ticks.iter().sum::<f64>() / 100.0 } else { f64::NAN }
}

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok()).map_or(f64::NAN, |kb| kb / 1024.0)
}

/// A made-up system of three services, about 150,000 lines, in the three languages.
fn generate(root: &Path) {
    for service in 0..30 {
        for module in 0..40 {
            let (name, other) = (format!("item{module}"), (module + 1) % 40);
            let body = |line: &dyn Fn(usize) -> String| (0..12).map(line).collect::<String>();
            let python = format!(
                "from .item{other} import Item{other}\n\n\nclass Item{module}:\n    \"\"\"Item {module} of service {service}.\"\"\"\n{}",
                body(&|method| format!(
                    "\n    def step_{method}(self, value: int) -> int:\n        return Item{other}().step_{method}(value + {method})\n"
                )),
            );
            let typescript = format!(
                "import {{ Item{other} }} from './item{other}';\n\nexport class Item{module} {{\n{}}}\n",
                body(&|method| format!(
                    "  step{method}(value: number): number {{\n    return new Item{other}().step{method}(value + {method});\n  }}\n"
                )),
            );
            let csharp = format!(
                "namespace Shop.Service{service};\n\npublic class Item{module}\n{{\n{}}}\n",
                body(&|method| format!(
                    "    public int Step{method}(int value)\n    {{\n        return new Item{other}().Step{method}(value + {method});\n    }}\n"
                )),
            );
            for (language, extension, text) in [("py", "py", python), ("ts", "ts", typescript), ("cs", "cs", csharp)] {
                let folder = root.join(format!("{language}/service{service}"));
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(format!("{name}.{extension}")), text).unwrap();
            }
        }
    }
}
