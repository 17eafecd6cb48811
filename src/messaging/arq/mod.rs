//! arq: functions of worker settings, jobs put into Redis by name, and cron jobs.

use crate::codebase::message::{
    ChannelKind, ChannelRef, JobFact, MessageFact, MessageRole, Messages, Runs, ScheduleFact,
};
use crate::codebase::outline::{CallValue, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// arq.
pub struct Arq;

const ID: &str = "arq";

/// Fields of cron jobs that say when.
const FIELDS: &[&str] = &["second", "minute", "hour", "day", "month", "weekday"];

impl Messaging for Arq {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "arq"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["arq"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["redis"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let imports = made::imports(outline, &["arq"]);
        for call in &outline.calls {
            let place = (call.enclosing, call.value.line);
            match call.value.callee.as_str() {
                "enqueue_job" => {
                    let channel = call.value.positional(0).and_then(rules::named_by);
                    let fact = |it| made::fact(ID, MessageRole::Publish, ChannelKind::Task, it, place);
                    messages.facts.extend(channel.map(|it| MessageFact { proven: imports, ..fact(it) }));
                }
                "cron" if imports => messages.jobs.extend(cron(&call.value, place)),
                _ => {}
            }
        }
        // `class WorkerSettings: functions = [count, sweep]`.
        for given in outline.assignments.iter().filter(|it| it.target == "functions" && it.enclosing.is_some()) {
            for name in made::each(&given.value).iter().filter_map(Value::as_name) {
                let simple = name.rsplit('.').next().unwrap_or(name);
                let channel = ChannelRef::Named(Value::Text(Atom::new(simple)));
                let place = (given.enclosing, given.line);
                let own = made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, place);
                messages.facts.push(MessageFact { party: HandlerRef::Name(Atom::new(name)), proven: imports, ..own });
            }
        }
        messages
    }
}

/// `cron(sweep, hour=3, minute=0)`.
fn cron(call: &CallValue, place: (Option<u32>, u32)) -> Option<JobFact> {
    let function = call.positional(0)?.as_name()?;
    let fields = FIELDS.iter().filter_map(|field| Some((Atom::new(field), call.named(field)?.clone()))).collect();
    let runs = Runs::Code(HandlerRef::Name(Atom::new(function)));
    Some(made::job(ID, ScheduleFact::Fields { fields, least: false }, runs, place))
}
