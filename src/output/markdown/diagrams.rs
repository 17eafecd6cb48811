//! The diagrams of the system as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Book, domain_page, runs};
use super::cells::{category_name, component_kind};
use super::links::Links;
use crate::codebase::external::Direction as CallDirection;
use crate::codebase::{Component, ComponentKind, Confidence, ExternalSystem, Scope};
use crate::output::mermaid::{Caption, Diagram, Direction, Edge, Flowchart, Node, Shape};
use crate::output::words;

/// With more externals than this, each category becomes one node.
const EXTERNALS_MAX: usize = 14;

/// Arrows between domains in one diagram: more cannot be followed by eye.
const DOMAIN_EDGES_MAX: usize = 20;

/// Whether the running or deployed system is known to use this external.
pub(super) fn is_in_use(external: &ExternalSystem) -> bool {
    external.confidence > Confidence::Declared && matches!(external.scope, Scope::Runtime | Scope::Deployment)
}

/// The externals that diagrams show. One that another is deployed as is that same one, and no second box.
fn drawn<'a>(book: &Book<'a>) -> Vec<&'a ExternalSystem> {
    let in_use = || book.codebase().externals.iter().filter(|external| is_in_use(external));
    let deployed: BTreeSet<&str> = in_use().filter_map(|external| external.deployed_as.as_deref()).collect();
    in_use().filter(|external| !deployed.contains(external.id.as_str())).collect()
}

/// The system and what it talks to.
pub(super) fn context(book: &Book<'_>, links: &Links) -> Option<Diagram> {
    let shown = drawn(book);
    let name = book.name();
    let mut chart = Flowchart {
        caption: Caption {
            title: format!("{name} and its surroundings"),
            description: format!("External systems that {name} talks to"),
        },
        ..Flowchart::default()
    };
    let system = Node { label: name.to_owned(), shape: Shape::Rounded, weight: u32::MAX, ..Node::default() };
    chart.nodes.insert("0 system".to_owned(), system);
    for node in external_nodes(&shown) {
        let node_link = Some(links.page_target("externals.md"));
        let ends = ("0 system".to_owned(), node.key.clone());
        let ends = if node.inbound { (ends.1, ends.0) } else { ends };
        chart.edges.insert(ends, Edge { dotted: node.optional, ..Edge::default() });
        chart.nodes.insert(node.key, Node { link: node_link, ..node.node });
    }
    chart.diagram()
}

/// An external, or a whole category of them, as a node.
struct ExternalNode {
    key: String,
    node: Node,
    inbound: bool,
    optional: bool,
    used_by: BTreeSet<String>,
}

fn external_nodes(externals: &[&ExternalSystem]) -> Vec<ExternalNode> {
    if externals.len() <= EXTERNALS_MAX {
        return externals.iter().map(|external| external_node(external)).collect();
    }
    let mut categories: BTreeMap<&str, Vec<&ExternalSystem>> = BTreeMap::new();
    for external in externals {
        categories.entry(external.category.as_str()).or_default().push(external);
    }
    let nodes = categories.into_iter().map(|(category, members)| {
        let names: Vec<&str> = members.iter().map(|external| external.name.as_str()).collect();
        let node = Node {
            label: category_name(category),
            note: words::list(&names),
            shape: shape(category),
            weight: u32::try_from(members.len()).unwrap_or(u32::MAX),
            ..Node::default()
        };
        ExternalNode {
            key: format!("external {category}"),
            node,
            inbound: members.iter().all(|external| external.direction == CallDirection::Inbound),
            optional: members.iter().all(|external| external.requirement != crate::codebase::Requirement::Required),
            used_by: members.iter().flat_map(|external| external.used_by.iter().cloned()).collect(),
        }
    });
    nodes.collect()
}

fn external_node(external: &ExternalSystem) -> ExternalNode {
    let node = Node {
        label: external.name.clone(),
        shape: shape(&external.category),
        group: Some(category_name(&external.category)),
        weight: 1 + external.confidence as u32,
        ..Node::default()
    };
    ExternalNode {
        key: format!("external {} {}", external.category, external.id),
        node,
        inbound: external.direction == CallDirection::Inbound,
        optional: external.requirement != crate::codebase::Requirement::Required,
        used_by: external.used_by.iter().cloned().collect(),
    }
}

fn shape(category: &str) -> Shape {
    match category {
        "database" | "cache" | "storage" | "search" | "datastore" | "vector" => Shape::Cylinder,
        _ => Shape::Stadium,
    }
}

/// The components that run, and the externals that each uses, itself or through its libraries.
pub(super) fn containers(book: &Book<'_>, links: &Links) -> Option<Diagram> {
    let codebase = book.codebase();
    let running: Vec<&Component> = codebase.components.iter().filter(|component| runs(component)).collect();
    let mut chart = Flowchart {
        caption: Caption {
            title: format!("Containers of {}", book.name()),
            description: "Parts that run by themselves, and the external systems that each uses".to_owned(),
        },
        ..Flowchart::default()
    };
    let externals = drawn(book);
    let nodes = external_nodes(&externals);
    for component in &running {
        let node = Node {
            label: component.name.clone(),
            note: component_kind(component).to_owned(),
            group: Some(book.name().to_owned()),
            weight: 100,
            link: Some(links.page_target("architecture.md#components")),
            ..Node::default()
        };
        let key = format!("component {}", component.id);
        chart.nodes.insert(key.clone(), node);
        let reached = reachable(book, component);
        for other in running.iter().filter(|other| other.id != component.id && reached.contains(other.id.as_str())) {
            chart.edges.insert((key.clone(), format!("component {}", other.id)), Edge { weight: 2, ..Edge::default() });
        }
        for external in &nodes {
            if external.used_by.iter().any(|user| *user == component.id || reached.contains(user.as_str())) {
                let ends = (key.clone(), external.key.clone());
                let ends = if external.inbound { (ends.1, ends.0) } else { ends };
                chart.edges.insert(ends, Edge { weight: 1, dotted: external.optional, ..Edge::default() });
            }
        }
    }
    let ends: BTreeSet<String> = chart.edges.keys().flat_map(|(from, to)| [from.clone(), to.clone()]).collect();
    for external in nodes {
        if ends.contains(&external.key) {
            chart.nodes.insert(external.key, external.node);
        }
    }
    (!chart.edges.is_empty()).then(|| chart.diagram()).flatten()
}

/// Ids of all components that one references, directly or through others.
fn reachable<'a>(book: &Book<'a>, component: &'a Component) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<&str> = component.references.iter().map(String::as_str).collect();
    while let Some(id) = waiting.pop() {
        if reached.insert(id) {
            let references = book.codebase().component(id).map(|next| next.references.iter());
            waiting.extend(references.into_iter().flatten().map(String::as_str));
        }
    }
    reached
}

/// Components and what each references, tests left out.
pub(super) fn components(book: &Book<'_>) -> Option<Diagram> {
    let shown = |component: &&Component| !matches!(component.kind, ComponentKind::Test | ComponentKind::Workspace);
    let mut chart = Flowchart {
        direction: Direction::Down,
        caption: Caption {
            title: "Components".to_owned(),
            description: "Projects of the repository, an arrow means references".to_owned(),
        },
        ..Flowchart::default()
    };
    for component in book.codebase().components.iter().filter(shown) {
        let node = Node {
            label: component.name.clone(),
            note: component_kind(component).to_owned(),
            shape: if runs(component) { Shape::Rounded } else { Shape::Box },
            weight: u32::try_from(component.references.len()).unwrap_or(0) + 10 * u32::from(runs(component)),
            ..Node::default()
        };
        chart.nodes.insert(component.id.clone(), node);
        for reference in &component.references {
            chart.edges.insert((component.id.clone(), reference.clone()), Edge { weight: 1, ..Edge::default() });
        }
    }
    chart.edges.retain(|(from, to), _| chart.nodes.contains_key(from) && chart.nodes.contains_key(to));
    (!chart.edges.is_empty()).then(|| chart.diagram()).flatten()
}

/// Leaves the heaviest edges of a chart.
fn keep_strongest(chart: &mut Flowchart, max: usize) {
    let mut weights: Vec<u32> = chart.edges.values().map(|edge| edge.weight).collect();
    weights.sort_unstable_by(|one, two| two.cmp(one));
    if let Some(&least) = weights.get(max) {
        chart.edges.retain(|_, edge| edge.weight > least);
    }
}

/// Domains and how many files of each use another; around `center` alone, if there is one.
pub(super) fn domains(book: &Book<'_>, center: Option<usize>, links: &Links) -> Option<Diagram> {
    let domains = &book.codebase().domains.domains;
    let mut chart = Flowchart {
        caption: Caption {
            title: "Domain dependencies".to_owned(),
            description: "An arrow means uses, its number counts pairs of files".to_owned(),
        },
        ..Flowchart::default()
    };
    for (from, to, link) in book.survey.domains.links() {
        if center.is_some_and(|center| from != center && to != center) {
            continue;
        }
        if let (Some(one), Some(two)) = (domains.get(from), domains.get(to)) {
            let edge = Edge { label: link.files.to_string(), weight: link.files, ..Edge::default() };
            chart.edges.insert((one.id.clone(), two.id.clone()), edge);
        }
    }
    keep_strongest(&mut chart, DOMAIN_EDGES_MAX);
    for (position, domain) in domains.iter().enumerate() {
        let linked = chart.edges.keys().any(|(from, to)| *from == domain.id || *to == domain.id);
        if center.is_some() && !linked {
            continue;
        }
        let node = Node {
            label: domain.name.clone(),
            shape: if center == Some(position) { Shape::Rounded } else { Shape::Box },
            weight: u32::try_from(domain.files.len()).unwrap_or(u32::MAX),
            link: (center != Some(position)).then(|| links.page_target(&domain_page(domain))),
            ..Node::default()
        };
        chart.nodes.insert(domain.id.clone(), node);
    }
    (!chart.edges.is_empty()).then(|| chart.diagram()).flatten()
}
