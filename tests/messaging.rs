//! What each library of messages and jobs reads from the files of `fixtures/messaging`, and which channels, jobs and flows
//! these make together: each folder there is a small repository.

use std::fmt::Write as _;

use docagent::codebase::message::{Flow, Party};
use docagent::codebase::{Channel, Job, RepoPath};
use docagent::{languages, messaging};

use crate::facts::lines;
use crate::sources::Sources;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/messaging");

#[test]
fn messages() {
    insta::glob!("../fixtures/messaging", "**/*.*", |file| {
        let path =
            RepoPath::new(file.strip_prefix(FIXTURES).expect("the glob lists what lies below").to_string_lossy());
        let found = languages::ALL.iter().find_map(|language| Some((language, language.claims(&path)?)));
        let Some((language, id)) = found.filter(|_| file.is_file()) else { return };
        let text = std::fs::read_to_string(file).expect("fixtures are text");
        let found = lines(&messaging::messages(&path, &id, &language.outline(&path, &text)));
        if found.is_empty() {
            return;
        }
        insta::with_settings!({ snapshot_suffix => path.as_str().replace('/', "__") }, { insta::assert_snapshot!(found) });
    });
}

#[test]
fn flows() {
    insta::glob!("../fixtures/messaging", "*", |folder| {
        // The glob gives the folder itself, too.
        if folder == std::path::Path::new(FIXTURES) {
            return;
        }
        let (codebase, _) = Sources::below(folder, |_| true).analyse();
        let mut told: Vec<String> = codebase.channels.iter().map(channel).collect();
        told.extend(codebase.jobs.iter().map(job));
        told.extend(codebase.flows.iter().map(flow));
        let name = folder.file_name().expect("a folder below another has a name").to_string_lossy();
        insta::with_settings!({ snapshot_suffix => name.as_ref() }, { insta::assert_snapshot!(told.join("\n")) });
    });
}

fn channel(channel: &Channel) -> String {
    let Channel { name, kind, broker, publishers, consumers, .. } = channel;
    let mut text = format!("{name} ({kind:?}, {})", broker.as_deref().unwrap_or("-"));
    for (label, parties) in [("<-", publishers), ("->", consumers)] {
        for party in parties {
            let _ = write!(text, "\n    {label} {}", place(party));
        }
    }
    text
}

fn job(job: &Job) -> String {
    let Job { name, trigger, schedule, written, declared, handler, .. } = job;
    let mut text = format!("{name} ({trigger:?}) {schedule}");
    if !written.is_empty() {
        let _ = write!(text, " as {written}");
    }
    let _ = write!(text, "\n    at {}\n    runs {}", place(declared), place(handler));
    text
}

fn flow(flow: &Flow) -> String {
    let mut text = format!("{} ({:?} {})", flow.title, flow.trigger.kind, flow.trigger.of);
    for step in &flow.steps {
        let _ = write!(text, "\n    {} {:?} {} {}:{}", step.from, step.kind, step.to, step.file, step.line);
    }
    text
}

fn place(party: &Party) -> String {
    format!("{} {}:{}", party.symbol, party.file, party.line)
}
