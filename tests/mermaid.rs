//! Mermaid's own parser judges every diagram that we ship. It needs Node, so it is an exam, never part of the program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use docagent::codebase::RepoPath;
use docagent::output::OutputFile;
use docagent::output::mermaid::{
    Caption, Edge, ErDiagram, ErEnd, ErEntity, ErField, ErKey, ErRelation, Flowchart, Message, Node, Sequence, Shape,
};
use docagent::output::verify::diagrams;

use crate::{pages, required};

#[test]
fn mermaid_accepts_every_diagram_of_the_pages() {
    let pages = [pages::sample(), golden_pages()].concat();
    let of_page = |page: &OutputFile| diagrams(page).into_iter().map(|source| (page.path.clone(), source)).collect();
    let sources: Vec<(RepoPath, String)> = pages.iter().flat_map::<Vec<_>, _>(of_page).collect();
    let kinds = ["flowchart", "erDiagram"];
    assert!(kinds.iter().all(|kind| sources.iter().any(|(_, source)| source.starts_with(kind))), "no diagram to judge");
    let texts: Vec<&str> = sources.iter().map(|(_, source)| source.as_str()).collect();
    let Some(verdicts) = verdicts(&texts) else { return };
    for ((page, source), verdict) in sources.iter().zip(verdicts) {
        assert_eq!(verdict, None, "{page}\n{source}");
    }
}

/// What names in code may hold that Mermaid's grammars give a meaning to.
const PIECES: [&str; 24] = [
    "end",
    "\"",
    "#",
    ";",
    "<b>",
    "&lt;",
    "click a href",
    "subgraph",
    "`**x**`",
    "%%{init: {}}%%",
    "-->",
    "}",
    "{",
    "1. x",
    "- x",
    "graph TD",
    "\n  a[x]",
    "|",
    "::",
    "\\",
    "title: x",
    "loop",
    "ü→日",
    "note over a",
];

#[test]
fn mermaid_accepts_every_label() {
    // Alone, and each before two others: all pairs would take a minute.
    let count = PIECES.len();
    let pair = |index: usize, step: usize| format!("{}{}", PIECES[index], PIECES[(index * step + 7) % count]);
    let labels = (0..count).flat_map(|index| [PIECES[index].to_owned(), pair(index, 5), pair(index, 11)]);
    let labels: Vec<String> = labels.collect();
    let sources: Vec<String> = labels.iter().flat_map(|label| [flowchart(label), er(label), sequence(label)]).collect();
    let Some(verdicts) = verdicts(&sources) else { return };
    for (source, verdict) in sources.iter().zip(verdicts) {
        assert_eq!(verdict, None, "{source}");
    }
}

fn caption(label: &str) -> Caption {
    Caption { title: label.to_owned(), description: label.to_owned() }
}

fn flowchart(label: &str) -> String {
    let mut chart = Flowchart { caption: caption(label), ..Flowchart::default() };
    for (index, shape) in [Shape::Box, Shape::Rounded, Shape::Cylinder, Shape::Stadium].into_iter().enumerate() {
        let node = Node {
            label: label.to_owned(),
            note: label.to_owned(),
            shape,
            group: (index > 1).then(|| label.to_owned()),
            link: Some("domains/a.md".to_owned()),
            ..Node::default()
        };
        chart.nodes.insert(format!("{label}{index}"), node);
        let edge = Edge { label: label.to_owned(), dotted: index == 0, ..Edge::default() };
        chart.edges.insert((format!("{label}{index}"), format!("{label}0")), edge);
    }
    chart.diagram().unwrap().text().to_owned()
}

fn er(label: &str) -> String {
    let field = ErField { type_name: label.to_owned(), name: label.to_owned(), key: ErKey::Primary };
    let entity = ErEntity { label: label.to_owned(), fields: vec![field] };
    let relation = ErRelation {
        from: label.to_owned(),
        to: label.to_owned(),
        ends: (ErEnd::Maybe, ErEnd::Many),
        label: label.to_owned(),
        is_watched: label.len().is_multiple_of(2),
    };
    let diagram =
        ErDiagram { caption: caption(label), entities: [(label.to_owned(), entity)].into(), relations: vec![relation] };
    diagram.diagram().unwrap().text().to_owned()
}

fn sequence(label: &str) -> String {
    let message = Message { from: 0, to: 1, label: label.to_owned(), ..Message::default() };
    let diagram = Sequence {
        caption: caption(label),
        participants: vec![label.to_owned(), label.to_owned()],
        messages: vec![message],
    };
    diagram.diagram().unwrap().text().to_owned()
}

#[test]
fn the_judge_refuses_what_is_broken() {
    let sources = ["flowchart LR\n  a --> b\n", "flowchart LR\n  a[x (y)] --> b\n", "poem\n  a --> b\n"];
    let Some(verdicts) = verdicts(&sources) else { return };
    let refused: Vec<bool> = verdicts.iter().map(Option::is_some).collect();
    assert_eq!(refused, [false, true, true]);
}

/// What Mermaid says against each diagram; nothing at all where it is not installed.
fn verdicts(sources: &[impl AsRef<str>]) -> Option<Vec<Option<String>>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    if !folder.join("node_modules/mermaid").is_dir() {
        required("Node and Mermaid: `npm ci` in tests/mermaid");
        return None;
    }
    let mut judge = Command::new("node")
        .arg("parse.mjs")
        .current_dir(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    judge
        .stdin
        .take()
        .unwrap()
        .write_all(&serde_json::to_vec(&sources.iter().map(AsRef::as_ref).collect::<Vec<_>>()).unwrap())
        .unwrap();
    let output = judge.wait_with_output().unwrap();
    let verdicts: Vec<Option<String>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(verdicts.len(), sources.len());
    Some(verdicts)
}

/// The pages of `fixtures/repos/*/expected`.
fn golden_pages() -> Vec<OutputFile> {
    let repos = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos");
    let mut folders: Vec<PathBuf> = entries(&repos).into_iter().map(|repo| repo.join("expected")).collect();
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in entries(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text = std::fs::read_to_string(&path).unwrap();
                pages.push(OutputFile { path: RepoPath::new(path.to_string_lossy()), text });
            }
        }
    }
    pages.sort_by(|left, right| left.path.cmp(&right.path));
    pages
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}
