//! Mermaid diagrams as typed values: the only place where their text is made, escaped and kept within limits.
//!
//! Code hosts show a diagram in a frame of its own, where a relative link leads nowhere. So a node's link is written as
//! a comment (`%% open n1 domains/basket.md`); the static site turns these comments into clicks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Nodes of a flowchart, and entities of an ER diagram; the lightest nodes beyond become one.
pub const NODES_MAX: usize = 25;
/// Edges of a flowchart; the lightest beyond are left out.
pub const EDGES_MAX: usize = 60;
/// Characters of a diagram's text; mermaid itself gives up at 50,000.
pub const TEXT_CHARS_MAX: usize = 40_000;
/// Characters of a label.
const LABEL_CHARS_MAX: usize = 80;
/// Fields shown for an entity.
const FIELDS_MAX: usize = 12;

/// The text of a diagram that mermaid accepts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram(String);

impl Diagram {
    /// The text, ending with a line end.
    pub fn text(&self) -> &str {
        &self.0
    }

    fn within_limits(text: String) -> Option<Self> {
        (text.chars().count() <= TEXT_CHARS_MAX).then_some(Self(text))
    }
}

/// What a diagram shows, for those who cannot see it.
#[derive(Clone, Debug, Default)]
pub struct Caption {
    /// A few words.
    pub title: String,
    /// One sentence.
    pub description: String,
}

impl Caption {
    fn write(&self, text: &mut String) {
        for (keyword, words) in [("accTitle", &self.title), ("accDescr", &self.description)] {
            let words = visible(words).replace(['#', ';', '{', '}', '%', '"', '<', '>', '`', '\\'], " ");
            if !words.trim().is_empty() {
                put(text, format_args!("  {keyword}: {}\n", words.trim()));
            }
        }
    }
}

/// Boxes and arrows.
#[derive(Clone, Debug, Default)]
pub struct Flowchart {
    /// What it shows.
    pub caption: Caption,
    /// Where the arrows run to.
    pub direction: Direction,
    /// Nodes by key; ids in the text are given in the order of keys.
    pub nodes: BTreeMap<String, Node>,
    /// Edges by the keys of their ends.
    pub edges: BTreeMap<(String, String), Edge>,
}

/// Where a flowchart's arrows run to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// To the right.
    #[default]
    Right,
    /// Down.
    Down,
}

/// A node of a flowchart.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Its name.
    pub label: String,
    /// A second, smaller line.
    pub note: String,
    /// What sort of thing it is.
    pub shape: Shape,
    /// Label of the frame it stands in.
    pub group: Option<String>,
    /// How much it matters: the lightest nodes go first where there are too many.
    pub weight: u32,
    /// Link, relative to the page.
    pub link: Option<String>,
}

/// Outline of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// A part of the system.
    #[default]
    Box,
    /// The thing that the diagram is about.
    Rounded,
    /// Keeps data.
    Cylinder,
    /// A person, or a system of others.
    Stadium,
}

/// An arrow of a flowchart.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    /// Words or a number beside it.
    pub label: String,
    /// How much it matters.
    pub weight: u32,
    /// Drawn as a dotted line.
    pub dotted: bool,
}

impl Flowchart {
    /// The diagram; `None` if there is nothing to connect.
    pub fn diagram(&self) -> Option<Diagram> {
        let (nodes, edges) = self.limited();
        if nodes.len() < 2 {
            return None;
        }
        let ids: BTreeMap<&str, String> =
            nodes.keys().enumerate().map(|(index, key)| (key.as_str(), format!("n{}", index + 1))).collect();
        let direction = if self.direction == Direction::Right { "LR" } else { "TD" };
        let mut text = format!("flowchart {direction}\n");
        self.caption.write(&mut text);
        write_nodes(&mut text, &nodes, &ids);
        for ((from, to), edge) in &edges {
            if let (Some(from), Some(to)) = (ids.get(from.as_str()), ids.get(to.as_str())) {
                let arrow = if edge.dotted { "-.->" } else { "-->" };
                let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", label(&edge.label)) };
                put(&mut text, format_args!("  {from} {arrow}{label} {to}\n"));
            }
        }
        for (key, node) in &nodes {
            if let (Some(id), Some(link)) = (ids.get(key.as_str()), &node.link) {
                put(&mut text, format_args!("  {OPEN}{id} {link}\n"));
            }
        }
        Diagram::within_limits(text)
    }

    /// Nodes and edges within the limits: the lightest nodes become one, the lightest edges go.
    fn limited(&self) -> (BTreeMap<String, Node>, BTreeMap<(String, String), Edge>) {
        let mut nodes = self.nodes.clone();
        let mut merged = BTreeSet::new();
        if nodes.len() > NODES_MAX {
            let mut by_weight: Vec<(&String, &Node)> = self.nodes.iter().collect();
            by_weight.sort_by(|one, two| two.1.weight.cmp(&one.1.weight).then(one.0.cmp(two.0)));
            merged = by_weight.iter().skip(NODES_MAX - 1).map(|(key, _)| (*key).clone()).collect();
            nodes.retain(|key, _| !merged.contains(key));
            let label = format!("and {} more", merged.len());
            nodes.insert(MORE.to_owned(), Node { label, ..Node::default() });
        }
        let end = |key: &String| if merged.contains(key) { MORE.to_owned() } else { key.clone() };
        let mut edges: BTreeMap<(String, String), Edge> = BTreeMap::new();
        for ((from, to), edge) in &self.edges {
            let ends = (end(from), end(to));
            if ends.0 == ends.1 || !nodes.contains_key(&ends.0) || !nodes.contains_key(&ends.1) {
                continue;
            }
            let joined = ends.0 == MORE || ends.1 == MORE;
            let entry = edges.entry(ends).or_default();
            let label = if joined { String::new() } else { edge.label.clone() };
            *entry = Edge { label, weight: entry.weight.saturating_add(edge.weight), dotted: edge.dotted };
        }
        if edges.len() > EDGES_MAX {
            let mut weights: Vec<u32> = edges.values().map(|edge| edge.weight).collect();
            weights.sort_unstable_by(|one, two| two.cmp(one));
            let least = weights.get(EDGES_MAX).copied().unwrap_or(0);
            edges.retain(|_, edge| edge.weight > least);
        }
        (nodes, edges)
    }
}

/// Key of the node that stands for the lightest ones; sorts after all keys that are text.
const MORE: &str = "\u{10ffff}";

/// Starts the comment that says where a node leads to.
const OPEN: &str = "%% open ";

fn write_nodes(text: &mut String, nodes: &BTreeMap<String, Node>, ids: &BTreeMap<&str, String>) {
    let mut groups: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
    for (key, node) in nodes {
        if let Some(id) = ids.get(key.as_str()) {
            groups.entry(node.group.as_deref()).or_default().push(node_line(id, node));
        }
    }
    for (index, (group, lines)) in groups.iter().enumerate() {
        if let Some(group) = group {
            put(text, format_args!("  subgraph g{index}[\"{}\"]\n", label(group)));
        }
        let indent = if group.is_some() { "    " } else { "  " };
        for line in lines {
            put(text, format_args!("{indent}{line}\n"));
        }
        if group.is_some() {
            text.push_str("  end\n");
        }
    }
}

fn node_line(id: &str, node: &Node) -> String {
    let note = if node.note.is_empty() { String::new() } else { format!("<br/>{}", label(&node.note)) };
    let label = format!("\"{}{note}\"", label(&node.label));
    match node.shape {
        Shape::Box => format!("{id}[{label}]"),
        Shape::Rounded => format!("{id}({label})"),
        Shape::Cylinder => format!("{id}[({label})]"),
        Shape::Stadium => format!("{id}([{label}])"),
    }
}

/// Turns the comments that carry links into clicks, for a place where links in diagrams work. `resolve` gives each link
/// as it is written there; without one the comment goes.
pub fn clickable(text: &str, resolve: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        match line.trim_start().strip_prefix(OPEN).and_then(|rest| rest.split_once(' ')) {
            Some((id, link)) => {
                if let Some(link) = resolve(link) {
                    put(&mut out, format_args!("  click {id} href \"{}\"\n", link.replace('"', "%22")));
                }
            }
            None => put(&mut out, format_args!("{line}\n")),
        }
    }
    out
}

/// Entities and their relations.
#[derive(Clone, Debug, Default)]
pub struct ErDiagram {
    /// What it shows.
    pub caption: Caption,
    /// Entities by key.
    pub entities: BTreeMap<String, ErEntity>,
    /// Relations; those with an end that is not shown are left out.
    pub relations: Vec<ErRelation>,
}

/// An entity of an ER diagram.
#[derive(Clone, Debug, Default)]
pub struct ErEntity {
    /// Its name.
    pub label: String,
    /// Its fields.
    pub fields: Vec<ErField>,
}

/// A field of an entity.
#[derive(Clone, Debug, Default)]
pub struct ErField {
    /// Its type.
    pub type_name: String,
    /// Its name.
    pub name: String,
    /// Which key it is.
    pub key: ErKey,
}

/// Which key a field is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ErKey {
    /// Of the primary key.
    Primary,
    /// Points to another entity.
    Foreign,
    /// Unique.
    Unique,
    /// None.
    #[default]
    None,
}

/// A relation of an ER diagram.
#[derive(Clone, Debug)]
pub struct ErRelation {
    /// Key of the entity on the left.
    pub from: String,
    /// Key of the entity on the right.
    pub to: String,
    /// How many on the left and on the right.
    pub ends: (ErEnd, ErEnd),
    /// The field or table that makes it.
    pub label: String,
    /// Whether the store watches over it; else the line is dashed.
    pub is_watched: bool,
}

/// How many of an entity take part in a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErEnd {
    /// Exactly one.
    One,
    /// None or one.
    Maybe,
    /// Any number.
    Many,
}

impl ErDiagram {
    /// The diagram; `None` if it has no entity.
    pub fn diagram(&self) -> Option<Diagram> {
        if self.entities.is_empty() {
            return None;
        }
        let shown = self.entities.iter().take(NODES_MAX).enumerate();
        let ids: BTreeMap<&str, String> =
            shown.clone().map(|(index, (key, _))| (key.as_str(), format!("n{}", index + 1))).collect();
        let mut text = String::from("erDiagram\n");
        self.caption.write(&mut text);
        for (key, entity) in self.entities.iter().take(NODES_MAX) {
            if let Some(id) = ids.get(key.as_str()) {
                write_entity(&mut text, id, entity);
            }
        }
        for relation in &self.relations {
            if let (Some(from), Some(to)) = (ids.get(relation.from.as_str()), ids.get(relation.to.as_str())) {
                let left = ["||", "|o", "}o"][relation.ends.0 as usize];
                let right = ["||", "o|", "o{"][relation.ends.1 as usize];
                let line = if relation.is_watched { "--" } else { ".." };
                put(&mut text, format_args!("  {from} {left}{line}{right} {to} : \"{}\"\n", label(&relation.label)));
            }
        }
        Diagram::within_limits(text)
    }
}

fn write_entity(text: &mut String, id: &str, entity: &ErEntity) {
    let name = label(&entity.label);
    if entity.fields.is_empty() {
        put(text, format_args!("  {id}[\"{name}\"]\n"));
        return;
    }
    put(text, format_args!("  {id}[\"{name}\"] {{\n"));
    for field in entity.fields.iter().take(FIELDS_MAX) {
        let key = match field.key {
            ErKey::Primary => " PK",
            ErKey::Foreign => " FK",
            ErKey::Unique => " UK",
            ErKey::None => "",
        };
        put(text, format_args!("    {} {}{key}\n", word(&field.type_name), word(&field.name)));
    }
    text.push_str("  }\n");
}

/// Who asks whom, in order.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    /// What it shows.
    pub caption: Caption,
    /// Labels of those who take part, from left to right.
    pub participants: Vec<String>,
    /// Messages, in order.
    pub messages: Vec<Message>,
}

/// A message of a sequence diagram.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Position of the sender among the participants.
    pub from: usize,
    /// Position of the receiver.
    pub to: usize,
    /// What is asked or answered.
    pub label: String,
    /// An answer: drawn as a dotted line.
    pub answer: bool,
}

impl Sequence {
    /// The diagram; `None` if nobody says anything, or there is more than a reader can take in.
    pub fn diagram(&self) -> Option<Diagram> {
        if self.messages.is_empty() || self.participants.len() > NODES_MAX || self.messages.len() > EDGES_MAX {
            return None;
        }
        let mut text = String::from("sequenceDiagram\n");
        self.caption.write(&mut text);
        for (index, participant) in self.participants.iter().enumerate() {
            put(&mut text, format_args!("  participant n{} as {}\n", index + 1, label(participant)));
        }
        for message in &self.messages {
            if message.from.max(message.to) >= self.participants.len() {
                continue;
            }
            let arrow = if message.answer { "-->>" } else { "->>" };
            let (from, to) = (message.from + 1, message.to + 1);
            put(&mut text, format_args!("  n{from}{arrow}n{to}: {}\n", label(&message.label)));
        }
        Diagram::within_limits(text)
    }
}

fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(line);
}

/// A label: one line, at most [`LABEL_CHARS_MAX`] characters, every character that means something to mermaid as an
/// entity.
fn label(text: &str) -> String {
    let mut words = visible(text);
    if words.chars().count() > LABEL_CHARS_MAX {
        words = words.chars().take(LABEL_CHARS_MAX - 1).collect::<String>().trim_end().to_owned() + "…";
    }
    let mut escaped = String::with_capacity(words.len());
    let mut previous = ' ';
    let mut rest = words.chars().peekable();
    while let Some(character) = rest.next() {
        let within_word = previous.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric());
        previous = character;
        match character {
            '_' if !within_word => escaped.push_str("#95;"),
            '"' => escaped.push_str("#quot;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '#' | ';' | '&' | '`' | '%' | '\\' | '{' | '}' | '[' | ']' | '*' | '~' | '$' => {
                put(&mut escaped, format_args!("#{};", u32::from(character)));
            }
            character => escaped.push(character),
        }
    }
    // A list sign makes a list of a label.
    let digits = escaped.chars().take_while(char::is_ascii_digit).count();
    let numbered = digits > 0 && escaped.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')']));
    let first_is_sign = numbered || escaped.starts_with(['-', '+', '=']);
    if escaped.is_empty() || first_is_sign { format!("\u{a0}{escaped}") } else { escaped }
}

/// A type or field name: letters, digits and underscores only.
fn word(text: &str) -> String {
    let mut word: String = visible(text)
        .chars()
        .take(LABEL_CHARS_MAX)
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .collect();
    while word.contains("__") {
        word = word.replace("__", "_");
    }
    let word = word.trim_end_matches('_');
    match word {
        "" => "unknown".to_owned(),
        // Marks of keys, in any case.
        word if ["PK", "FK", "UK"].iter().any(|mark| word.eq_ignore_ascii_case(mark)) => format!("_{word}"),
        word if word.starts_with(|first: char| first.is_ascii_digit()) => format!("_{word}"),
        word => word.to_owned(),
    }
}

/// The text on one line, without control and direction-changing characters.
fn visible(text: &str) -> String {
    let hidden = |character: char| {
        character.is_control() && !character.is_whitespace()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let text: String = text.chars().filter(|&character| !hidden(character)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::output::drawing;

    const HOSTILE: &[&str] = &[
        "end",
        "\"quoted\"",
        "a#b;c",
        "<script>",
        "click n1 href",
        "subgraph",
        "`**md**`",
        "%%{init: {}}%%",
        "A --> B",
        "",
        "}",
        "1. list",
        "- item",
        "graph TD",
        "Order\n  n9[x]",
        "PK",
        "x|y",
        "loop",
        "o--o",
        "\\\"",
        "accTitle: x",
        "style",
    ];

    fn accepts(diagram: &Diagram) -> Result<(), String> {
        drawing::parse(diagram.text()).map_err(|refusal| format!("{refusal}\n{}", diagram.text()))
    }

    fn flowchart(labels: &[String]) -> Flowchart {
        let mut chart = Flowchart { caption: caption(labels), ..Flowchart::default() };
        let shapes = [Shape::Box, Shape::Rounded, Shape::Cylinder, Shape::Stadium];
        for (index, label) in labels.iter().enumerate() {
            chart.nodes.insert(
                label.clone(),
                Node {
                    label: label.clone(),
                    note: label.clone(),
                    shape: shapes[index % 4],
                    group: (index % 3 == 0).then(|| label.clone()),
                    link: Some("domains/a.md".to_owned()),
                    ..Node::default()
                },
            );
            let edge = Edge { label: label.clone(), ..Edge::default() };
            chart.edges.insert((label.clone(), labels[0].clone()), edge);
        }
        chart
    }

    fn caption(labels: &[String]) -> Caption {
        Caption { title: labels.concat(), description: labels.join(" ") }
    }

    fn er(labels: &[String]) -> ErDiagram {
        let entity = |label: &String| {
            let field = ErField { type_name: label.clone(), name: label.clone(), key: ErKey::Foreign };
            (label.clone(), ErEntity { label: label.clone(), fields: vec![field] })
        };
        let relation = |label: &String| ErRelation {
            from: labels[0].clone(),
            to: label.clone(),
            ends: (ErEnd::Maybe, ErEnd::Many),
            label: label.clone(),
            is_watched: true,
        };
        ErDiagram {
            caption: caption(labels),
            entities: labels.iter().map(entity).collect(),
            relations: labels.iter().map(relation).collect(),
        }
    }

    fn sequence(labels: &[String]) -> Sequence {
        let message = |(index, label): (usize, &String)| Message {
            from: index,
            to: 0,
            label: label.clone(),
            answer: index % 2 == 0,
        };
        Sequence {
            caption: caption(labels),
            participants: labels.to_vec(),
            messages: labels.iter().enumerate().map(message).collect(),
        }
    }

    fn check(labels: &[String]) -> Result<(), String> {
        let diagrams = [flowchart(labels).diagram(), er(labels).diagram(), sequence(labels).diagram()];
        for diagram in diagrams.iter().flatten() {
            accepts(diagram)?;
        }
        diagrams[0]
            .iter()
            .try_for_each(|chart| accepts(&Diagram(clickable(chart.text(), |link| Some(link.to_owned())))))
    }

    #[test]
    fn hostile_labels_parse() {
        let labels: Vec<String> = HOSTILE.iter().map(|&label| label.to_owned()).collect();
        check(&labels).unwrap();
        for label in labels {
            check(&[label, "other".to_owned()]).unwrap();
        }
    }

    #[test]
    fn the_lightest_nodes_become_one() {
        let mut chart = Flowchart::default();
        for index in 0..40_u32 {
            let key = format!("k{index:02}");
            let node = Node { label: key.clone(), weight: index, ..Node::default() };
            chart.nodes.insert(key.clone(), node);
            chart.edges.insert((key, "k39".to_owned()), Edge { label: "1".to_owned(), weight: 1, ..Edge::default() });
        }
        let diagram = chart.diagram().unwrap();
        assert!(diagram.text().contains("and 16 more"));
        assert!(!diagram.text().contains("k15") && diagram.text().contains("k16"));
        accepts(&diagram).unwrap();
    }

    #[test]
    fn a_small_chart_reads_well() {
        let mut chart = Flowchart::default();
        chart.nodes.insert("shop".into(), Node { label: "Shop".into(), shape: Shape::Rounded, ..Node::default() });
        let store =
            Node { label: "SQL Server".into(), shape: Shape::Cylinder, group: Some("Data".into()), ..Node::default() };
        chart.nodes.insert("sql".into(), store);
        chart.edges.insert(("shop".into(), "sql".into()), Edge { label: "reads".into(), ..Edge::default() });
        insta::assert_snapshot!(chart.diagram().unwrap().text(), @r#"
        flowchart LR
          n1("Shop")
          subgraph g1["Data"]
            n2[("SQL Server")]
          end
          n1 -->|"reads"| n2
        "#);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_labels_parse(labels in proptest::collection::vec("[ -~\né\u{202e}]{0,24}", 2..5)) {
            prop_assert_eq!(check(&labels), Ok(()));
        }
    }
}
