//! RQ and django-rq: functions put into queues, and their schedules.

use crate::codebase::message::{
    ChannelKind, ChannelRef, JobFact, MessageFact, MessageRole, Messages, Runs, ScheduleFact,
};
use crate::codebase::outline::{Call, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made};

/// RQ and django-rq.
pub struct Rq;

const ID: &str = "rq";

/// Calls that put a function into a queue, with the function's place.
const SENDING: &[(&str, usize)] = &[("enqueue", 0), ("enqueue_at", 1), ("enqueue_call", 0), ("enqueue_in", 1)];

impl Messaging for Rq {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "RQ"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["rq", "django-rq", "rq-scheduler"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["redis"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let imports = made::imports(outline, &["rq", "django_rq", "rq_scheduler"]);
        for (index, function) in (0..).zip(&outline.definitions).filter(|_| imports) {
            let is_job = |name: &str| matches!(name, "job" | "django_rq.job" | "rq.job");
            if function.decorators.iter().any(|it| is_job(&it.name)) {
                let channel = ChannelRef::Function(index);
                let own =
                    made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, (Some(index), function.line));
                messages.facts.push(MessageFact { carrier: Some(function.name.clone()), ..own });
            }
        }
        for call in &outline.calls {
            let place = (call.enclosing, call.value.line);
            let fact = |channel| made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place);
            if call.value.callee == "delay" {
                let receiver = call.value.receiver.clone().filter(|it| matches!(it, Value::Name(_)));
                messages.facts.extend(receiver.map(|it| fact(ChannelRef::Carrier(it))));
            } else if imports {
                messages.facts.extend(sent(call).map(fact));
                messages.jobs.extend(scheduled(call));
            }
        }
        messages
    }
}

/// `queue.enqueue(count, 3)`, `django_rq.enqueue("shop.tasks.count")`.
fn sent(call: &Call) -> Option<ChannelRef> {
    let (_, position) = SENDING.iter().find(|(callee, _)| *callee == call.value.callee)?;
    let function = call.value.named("func").or_else(|| call.value.positional(*position))?;
    function.as_name().map(|name| ChannelRef::Called(Atom::new(name)))
}

/// `scheduler.cron("0 3 * * *", func=count)`.
fn scheduled(call: &Call) -> Option<JobFact> {
    if call.value.callee != "cron" || call.value.receiver.is_none() {
        return None;
    }
    let function = call.value.named("func").or_else(|| call.value.positional(1))?.as_name()?;
    let runs = Runs::Code(HandlerRef::Name(Atom::new(function)));
    let schedule = ScheduleFact::At(call.value.named("cron_string").or_else(|| call.value.positional(0))?.clone());
    Some(made::job(ID, schedule, runs, (call.enclosing, call.value.line)))
}
