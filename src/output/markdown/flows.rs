//! `flows/README.md`: channels of messages with who publishes and who consumes, and what runs by the clock.

use std::collections::BTreeSet;

use askama::Template;

use super::book::{Book, domain_link};
use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::message::{ChannelKind, JobTrigger};
use crate::codebase::{Channel, Job, Party, Place};
use crate::output::mermaid::{Caption, Diagram, Edge, Flowchart, NODES_MAX, Node, Shape};
use crate::output::{OutputFile, schedule_words, words};

/// The page.
pub(super) const PAGE: &str = "flows/README.md";
/// Parties linked in one cell.
const PARTIES_MAX: usize = 6;
/// Channels drawn: their publishers and consumers need room, too.
const CHANNELS_MAX: usize = 16;

#[derive(Template)]
#[template(path = "markdown/flows.md", escape = "none")]
struct Flows {
    intro: Md,
    diagram: Option<Md>,
    diagram_note: Option<Md>,
    channels: Table,
    jobs: Table,
    services: Table,
}

/// Whether there is anything to show.
pub(super) fn is_needed(book: &Book<'_>) -> bool {
    !book.codebase().channels.is_empty() || !book.codebase().jobs.is_empty()
}

/// The page; none without channels and jobs.
pub(super) fn page(book: &Book<'_>) -> Option<OutputFile> {
    if !is_needed(book) {
        return None;
    }
    let codebase = book.codebase();
    let mut links = book.links(PAGE);
    let channels: Vec<&Channel> = codebase.channels.iter().collect();
    let (services, jobs): (Vec<&Job>, Vec<&Job>) =
        codebase.jobs.iter().partition(|job| job.trigger == JobTrigger::Continuous);
    let body = Flows {
        intro: intro(&channels, &jobs, &services),
        diagram: diagram(book, &channels).map(|diagram| Md::diagram(&diagram)),
        diagram_note: (drawn(&channels).len() < channels.len())
            .then(|| Md::literal("The diagram shows the channels with the most publishers and consumers.")),
        channels: channel_table(book, &channels, &mut links),
        jobs: job_table(book, &jobs, &mut links),
        services: service_table(book, &services, &mut links),
    };
    Some(book.finish(PAGE, &[], "Messages and jobs", &body, &links))
}

fn intro(channels: &[&Channel], jobs: &[&Job], services: &[&Job]) -> Md {
    let counts = [(channels.len(), "channel"), (jobs.len(), "scheduled job"), (services.len(), "background service")];
    let shown: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| words::count(*number, noun)).collect();
    Md::text(&format!("{}.", words::capitalise(&words::list(&shown))))
}

/// A table of channels.
pub(super) fn channel_table(book: &Book<'_>, channels: &[&Channel], links: &mut Links) -> Table {
    let rows: Vec<[Md; 5]> = channels
        .iter()
        .map(|channel| {
            let broker = channel.broker.as_ref();
            let external = broker.and_then(|id| book.codebase().externals.iter().find(|it| it.id == *id));
            [
                Md::code(&channel.name),
                Md::text(kind_words(channel.kind)),
                external.map(|it| links.page(&Md::text(&it.name), "externals.md")).unwrap_or_default(),
                parties(&channel.publishers, &format!("publisher of {}", channel.id), links),
                parties(&channel.consumers, &format!("consumer of {}", channel.id), links),
            ]
        })
        .collect();
    Table::new(["Channel", "Kind", "Broker", "Published by", "Consumed by"], rows)
}

const fn kind_words(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Queue => "queue",
        ChannelKind::Topic => "topic",
        ChannelKind::Exchange => "exchange",
        ChannelKind::Event => "event",
        ChannelKind::Task => "task",
    }
}

fn parties(all: &[Party], what: &str, links: &mut Links) -> Md {
    let mut shown: Vec<Md> = all.iter().take(PARTIES_MAX).map(|it| party(it, what, links)).collect();
    if all.len() > PARTIES_MAX {
        shown.push(Md::text(&format!("{} more", all.len() - PARTIES_MAX)));
    }
    Md::join(&shown, ", ")
}

/// A link to the line of a party.
fn party(party: &Party, what: &str, links: &mut Links) -> Md {
    let shown = if party.symbol.is_empty() { party.file.file_name() } else { &party.symbol };
    let what = format!("{what}: {shown}");
    links.cite(&Md::code(shown), &what, &Place::line(party.file.clone(), party.line))
}

/// A table of jobs that run by the clock.
pub(super) fn job_table(book: &Book<'_>, jobs: &[&Job], links: &mut Links) -> Table {
    let rows: Vec<[Md; 5]> = jobs
        .iter()
        .map(|job| {
            let when = schedule_words::words(job);
            let expression = match job.trigger {
                JobTrigger::Interval => Md::default(),
                _ if job.schedule.is_empty() => Md::code(&job.written),
                _ => Md::code(&job.schedule),
            };
            [
                Md::code(&job.name),
                Md::text(&when),
                expression,
                party(&job.handler, &format!("job {}", job.id), links),
                domain(book, &job.handler, links),
            ]
        })
        .collect();
    Table::new(["Job", "When", "Schedule", "Runs", "Domain"], rows)
}

fn service_table(book: &Book<'_>, services: &[&Job], links: &mut Links) -> Table {
    let rows: Vec<[Md; 3]> = services
        .iter()
        .map(|job| {
            let component = job.handler.component.as_deref().map(|id| book.component(id, links)).unwrap_or_default();
            [party(&job.handler, &format!("job {}", job.id), links), component, domain(book, &job.handler, links)]
        })
        .collect();
    Table::new(["Service", "Component", "Domain"], rows)
}

fn domain(book: &Book<'_>, party: &Party, links: &Links) -> Md {
    let found = party.domain.as_deref().and_then(|id| book.codebase().domains.get(id));
    found.map(|domain| domain_link(book, domain, links)).unwrap_or_default()
}

/// The channels that are drawn: those with parties on both sides first.
fn drawn<'a>(channels: &[&'a Channel]) -> Vec<&'a Channel> {
    let mut drawn: Vec<&Channel> = channels.to_vec();
    let weight = |channel: &Channel| {
        let whole = !channel.publishers.is_empty() && !channel.consumers.is_empty();
        (whole, channel.publishers.len() + channel.consumers.len())
    };
    drawn.sort_by(|a, b| weight(b).cmp(&weight(a)).then_with(|| a.id.cmp(&b.id)));
    drawn.truncate(CHANNELS_MAX);
    drawn
}

/// Who publishes and consumes: components where there are several, else domains.
fn diagram(book: &Book<'_>, channels: &[&Channel]) -> Option<Diagram> {
    let all = || channels.iter().flat_map(|it| it.publishers.iter().chain(&it.consumers));
    let components: BTreeSet<&str> = all().filter_map(|it| it.component.as_deref()).collect();
    let by_component = components.len() > 1;
    let name = |party: &Party| {
        let component = || book.codebase().component(party.component.as_deref()?).map(|it| book.component_name(it));
        let domain = || Some(book.domain_name(book.codebase().domains.get(party.domain.as_deref()?)?).to_owned());
        let found = if by_component { component() } else { domain().or_else(component) };
        found.unwrap_or_else(|| "Shared code".to_owned())
    };
    let mut chart = Flowchart {
        caption: Caption {
            title: "Messages".to_owned(),
            description: "Who publishes to each channel, and who consumes from it".to_owned(),
        },
        ..Flowchart::default()
    };
    for channel in drawn(channels) {
        let key = format!("channel {}", channel.id);
        let node = Node { label: channel.name.clone(), shape: Shape::Stadium, weight: 1, ..Node::default() };
        let mut add = |party: &Party, publishes: bool| {
            let label = name(party);
            let end = format!("party {label}");
            if chart.nodes.len() + 1 < NODES_MAX || chart.nodes.contains_key(&end) {
                chart.nodes.insert(end.clone(), Node { label, weight: 2, ..Node::default() });
                let ends = if publishes { (end, key.clone()) } else { (key.clone(), end) };
                chart.edges.insert(ends, Edge { weight: 1, ..Edge::default() });
            }
        };
        channel.publishers.iter().for_each(|party| add(party, true));
        channel.consumers.iter().for_each(|party| add(party, false));
        chart.nodes.insert(key, node);
    }
    (!chart.edges.is_empty()).then(|| chart.diagram()).flatten()
}
