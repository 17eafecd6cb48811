//! The graphs of small repositories: each archive of `fixtures/graph` holds the files of one, `-- path --` before each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use docagent::analysis;
use docagent::codebase::graph::{Basis, Symbol};
use docagent::codebase::source::{Contents, ListedFile, NoMemory, Snapshot};
use docagent::codebase::{Codebase, RepoPath};

/// Files in memory.
struct Archive(BTreeMap<RepoPath, Arc<[u8]>>);

impl Archive {
    fn parse(text: &str) -> Self {
        let mut files: BTreeMap<RepoPath, String> = BTreeMap::new();
        let mut path = None;
        for line in text.lines() {
            match line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
                Some(next) => path = Some(RepoPath::new(next)),
                None => {
                    if let Some(path) = &path {
                        files.entry(path.clone()).or_default().push_str(&format!("{line}\n"));
                    }
                }
            }
        }
        Self(files.into_iter().map(|(path, text)| (path, text.into_bytes().into())).collect())
    }

    fn codebase(&self) -> Codebase {
        let listed = |(path, bytes): (&RepoPath, &Arc<[u8]>)| ListedFile {
            path: path.clone(),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            blob: None,
        };
        let snapshot = Snapshot { files: self.0.iter().map(listed).collect(), ..Snapshot::default() };
        analysis::codebase(&snapshot, analysis::read(&snapshot, self, &NoMemory), analysis::Options::default()).0
    }
}

impl Contents for Archive {
    fn read(&self, path: &RepoPath) -> Result<Arc<[u8]>, String> {
        self.0.get(path).cloned().ok_or_else(|| "not in the archive".to_owned())
    }
}

/// One line for each edge between symbols, then the calls that mean nothing known.
fn told(codebase: &Codebase) -> String {
    let name = |symbol: Symbol| {
        let path = &codebase.files[symbol.file as usize].path;
        let outline = &codebase.facts[symbol.file as usize].outline;
        symbol.definition.map_or_else(|| path.to_string(), |index| format!("{path}#{}", outline.dotted_name(index)))
    };
    let mut text = String::new();
    for it in codebase.graph.dependencies() {
        let basis = if it.basis == Basis::Resolved { String::new() } else { format!(" ({:?})", it.basis) };
        let kind = format!("{:?}", it.kind).to_lowercase();
        let count = if it.count > 1 { format!(" x{}", it.count) } else { String::new() };
        text.push_str(&format!("{}:{} {kind} {}{count}{basis}\n", name(it.from), it.line, name(it.to)));
    }
    for (file, facts) in (0..).zip(&codebase.facts) {
        for index in codebase.graph.unresolved(file) {
            let call = &facts.outline.references[*index as usize];
            let from = name(Symbol { file, definition: call.enclosing });
            text.push_str(&format!("{from}:{} unresolved {}\n", call.line, call.name));
        }
    }
    text
}

#[test]
fn edges() {
    insta::glob!("../fixtures/graph", "**/*.txt", |path| {
        let archive = Archive::parse(&std::fs::read_to_string(path).expect("fixtures are text"));
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/graph");
        let name = path.strip_prefix(root).expect("the glob lists what lies below").with_extension("");
        let suffix = name.to_string_lossy().replace('/', "__");
        insta::with_settings!({ snapshot_suffix => suffix }, { insta::assert_snapshot!(told(&archive.codebase())) });
    });
}

/// Edges between projects that do not reference each other cannot be: nothing would compile.
#[test]
fn projects_use_only_what_they_reference() {
    let mut between = 0;
    insta::glob!("../fixtures/graph/csharp", "*.txt", |path| {
        let codebase = Archive::parse(&std::fs::read_to_string(path).expect("fixtures are text")).codebase();
        let reached = |from: &str| {
            let (mut seen, mut next) = (BTreeSet::from([from.to_owned()]), vec![from.to_owned()]);
            while let Some(component) = next.pop().and_then(|id| codebase.component(&id)) {
                next.extend(component.references.iter().filter(|id| seen.insert((*id).clone())).cloned());
            }
            seen
        };
        for (from, to, ..) in codebase.graph.file_edges() {
            let (from, to) = (&codebase.files[from as usize], &codebase.files[to as usize]);
            if let (Some(using), Some(used)) = (&from.component, &to.component) {
                assert!(reached(using).contains(used), "{} uses {} of {used}", from.path, to.path);
                between += u32::from(using != used);
            }
        }
    });
    assert!(between > 0, "the fixtures have edges between projects");
}
