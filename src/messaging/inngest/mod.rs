//! Inngest: functions that events or schedules start.

use crate::codebase::message::{ChannelKind, JobFact, MessageFact, MessageRole, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Call, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// Inngest.
pub struct Inngest;

const ID: &str = "inngest";

impl Messaging for Inngest {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Inngest"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["inngest"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["inngest"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        for call in &outline.calls {
            match call.value.callee.as_str() {
                "createFunction" => function(call, &mut messages),
                "send" => messages.facts.extend(sent(call)),
                _ => {}
            }
        }
        messages
    }
}

/// `inngest.createFunction({ id }, { event: "crate/packed" }, handler)`, or with `{ cron }`.
fn function(call: &Call, messages: &mut Messages) {
    let (Some(options), Some(trigger)) = (call.value.positional(0), call.value.positional(1)) else { return };
    let place = (call.enclosing, call.value.line);
    let handler = call.value.positional(2).and_then(made::handler).unwrap_or(HandlerRef::Inline(call.value.lines));
    for trigger in made::each(trigger) {
        if let Some(channel) = trigger.key("event").and_then(rules::named_by) {
            let own = made::fact(ID, MessageRole::Consume, ChannelKind::Event, channel, place);
            messages.facts.push(MessageFact { party: handler.clone(), proven: false, ..own });
        }
        if let Some(cron) = trigger.key("cron") {
            let own = made::job(ID, ScheduleFact::At(cron.clone()), Runs::Code(handler.clone()), place);
            let name = options.key("name").or_else(|| options.key("id")).cloned();
            messages.jobs.push(JobFact { name, proven: false, ..own });
        }
    }
}

/// `inngest.send({ name: "crate/packed", data })`.
fn sent(call: &Call) -> Option<MessageFact> {
    let receiver = call.value.receiver.as_ref().and_then(Value::as_name)?;
    if !receiver.to_lowercase().contains("inngest") {
        return None;
    }
    let channel = call.value.positional(0)?.key("name").and_then(rules::named_by)?;
    let own = made::fact(ID, MessageRole::Publish, ChannelKind::Event, channel, (call.enclosing, call.value.line));
    Some(MessageFact { proven: false, ..own })
}
