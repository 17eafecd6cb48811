//! Django Q: functions run by a cluster, now or by a schedule.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageRole, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made};

/// Django Q.
pub struct DjangoQ;

const ID: &str = "django_q";

/// Kinds of schedules that say by themselves when.
const NAMED: &[(&str, &str)] = &[
    ("DAILY", "@daily"),
    ("HOURLY", "@hourly"),
    ("MONTHLY", "@monthly"),
    ("WEEKLY", "@weekly"),
    ("YEARLY", "@yearly"),
];

impl Messaging for DjangoQ {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Django Q"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["django-q", "django-q2"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        if !made::imports(outline, &["django_q"]) {
            return messages;
        }
        for call in &outline.calls {
            let Some(function) = call.value.positional(0) else { continue };
            let place = (call.enclosing, call.value.line);
            match (call.value.callee.as_str(), function) {
                // A text is the dotted name of a function.
                ("async_task" | "async_iter", Value::Name(name) | Value::Text(name)) => {
                    let channel = ChannelRef::Called(name.clone());
                    messages.facts.push(made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place));
                }
                ("schedule", Value::Name(name) | Value::Text(name)) => {
                    let runs = Runs::Code(HandlerRef::Name(name.clone()));
                    messages.jobs.push(made::job(ID, when(&call.value), runs, place));
                }
                _ => {}
            }
        }
        messages
    }
}

fn when(call: &crate::codebase::outline::CallValue) -> ScheduleFact {
    if let Some(cron) = call.named("cron") {
        return ScheduleFact::At(cron.clone());
    }
    if let Some(minutes) = call.named("minutes") {
        return ScheduleFact::Every(vec![(Atom::new("minutes"), minutes.clone())]);
    }
    let kind = call.named("schedule_type").and_then(Value::as_name).and_then(|name| name.rsplit('.').next());
    let known = NAMED.iter().find(|(name, _)| Some(*name) == kind);
    known.map_or(ScheduleFact::Unknown, |(_, text)| ScheduleFact::At(Value::Text(Atom::new(text))))
}
