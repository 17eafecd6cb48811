//! The graphs of small repositories: each archive of `fixtures/graph` holds the files of one, `-- path --` before each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use docagent::analysis;
use docagent::codebase::graph::{Basis, Symbol};
use docagent::codebase::source::{Contents, ListedFile, NoMemory, Snapshot};
use docagent::codebase::{Codebase, Dependency, DependencyKind, RepoPath};
use docagent::diagnostics::Diagnostic;
use docagent::externals::Table;

/// Files in memory.
struct Archive(BTreeMap<RepoPath, Arc<[u8]>>);

impl Archive {
    fn parse(text: &str) -> Self {
        let mut files: BTreeMap<RepoPath, String> = BTreeMap::new();
        let mut path = None;
        for line in text.lines() {
            match line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --")) {
                Some(next) => {
                    files.entry(RepoPath::new(next)).or_default();
                    path = Some(RepoPath::new(next));
                }
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
        self.analyse().0
    }

    fn analyse(&self) -> (Codebase, Vec<Diagnostic>) {
        let listed = |(path, bytes): (&RepoPath, &Arc<[u8]>)| ListedFile {
            path: path.clone(),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            blob: None,
        };
        let snapshot = Snapshot { files: self.0.iter().map(listed).collect(), ..Snapshot::default() };
        analysis::codebase(
            &snapshot,
            analysis::read(&snapshot, self, &NoMemory, Table::compiled()),
            analysis::Options::default(),
        )
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
            text.push_str(&format!("{from}:{} unresolved {}\n", call.line, call.spelled()));
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

/// Folders with a `package.json`, and the names and dependencies that each states.
fn packages(archive: &Archive) -> BTreeMap<RepoPath, (String, Vec<String>)> {
    let manifests = archive.0.iter().filter(|(path, _)| path.file_name() == "package.json");
    let read = manifests.map(|(path, text)| {
        let json: serde_json::Value = serde_json::from_slice(text).expect("manifests of fixtures are JSON");
        let lists = ["dependencies", "devDependencies", "peerDependencies"].into_iter();
        let declared = lists.filter_map(|list| json[list].as_object()).flat_map(|list| list.keys().cloned());
        (path.folder(), (json["name"].as_str().unwrap_or_default().to_owned(), declared.collect()))
    });
    read.collect()
}

/// The nearest folder with a manifest, if it is not the root's.
fn package_of<'a>(packages: &'a BTreeMap<RepoPath, (String, Vec<String>)>, path: &RepoPath) -> Option<&'a RepoPath> {
    packages.keys().rev().find(|folder| !folder.as_str().is_empty() && path.is_under(folder))
}

#[test]
fn edges_between_packages_are_possible() {
    insta::glob!("../fixtures/graph/typescript", "*.txt", |path| {
        let archive = Archive::parse(&std::fs::read_to_string(path).expect("fixtures are text"));
        let packages = packages(&archive);
        let codebase = archive.codebase();
        let package = |symbol: Symbol| package_of(&packages, &codebase.files[symbol.file as usize].path);
        // An import by name needs a declaration; whatever else is used comes by way of imports.
        let mut reached: BTreeMap<&RepoPath, BTreeSet<&RepoPath>> = BTreeMap::new();
        let between = |it: &&Dependency| package(it.from) != package(it.to) && it.basis != Basis::Implementation;
        let all: Vec<&Dependency> = codebase.graph.dependencies().iter().filter(between).collect();
        for it in all.iter().filter(|it| it.kind == DependencyKind::Import) {
            let (Some(from), Some(to)) = (package(it.from), package(it.to)) else { continue };
            let (name, _) = &packages[to];
            let imports = &codebase.facts[it.from.file as usize].outline.imports;
            let by_name =
                imports.iter().any(|import| import.line == it.line && import.module.starts_with(name.as_str()));
            assert!(!by_name || packages[from].1.contains(name), "{from} does not declare {name}: {it:?}");
            reached.entry(from).or_default().insert(to);
        }
        for it in all {
            let (Some(from), Some(to)) = (package(it.from), package(it.to)) else { continue };
            let mut seen = BTreeSet::from([from]);
            let mut waiting = vec![from];
            while let Some(next) = waiting.pop() {
                waiting.extend(reached.get(next).into_iter().flatten().filter(|it| seen.insert(it)));
            }
            assert!(seen.contains(to), "nothing in {from} leads to {to}: {it:?}");
        }
    });
}

#[test]
fn missing_base_configurations_are_told_once() {
    let archive = Archive::parse(
        "-- tsconfig.json --\n{\"extends\": [\"@tsconfig/node20/tsconfig.json\", \"./own.json\"]}\n\
         -- app/tsconfig.json --\n{\"extends\": \"@tsconfig/node20/tsconfig.json\"}\n\
         -- tsconfig.own.json --\n{}\n-- app/a.ts --\nexport const a = 1;\n",
    );
    let messages: Vec<String> = archive.analyse().1.into_iter().map(|it| it.message).collect();
    let expected = [
        "`./own.json`, which `tsconfig.json` extends, is not in the repository",
        "`@tsconfig/node20/tsconfig.json`, which `app/tsconfig.json` and 1 more extend, is not in the repository",
    ];
    assert_eq!(messages, expected);
}
