//! Trigger.dev: tasks by id, and scheduled tasks.

use crate::codebase::message::{
    ChannelKind, ChannelRef, JobFact, MessageFact, MessageRole, Messages, Runs, ScheduleFact,
};
use crate::codebase::outline::{Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// Trigger.dev.
pub struct TriggerDev;

const ID: &str = "trigger_dev";

const MODULES: &[&str] = &["@trigger.dev/sdk"];

impl Messaging for TriggerDev {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Trigger.dev"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["@trigger.dev/sdk"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["trigger.dev"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let imports = made::imports(outline, MODULES);
        for call in &outline.calls {
            let place = (call.enclosing, call.value.line);
            let receiver = call.value.receiver.as_ref();
            let on = receiver.and_then(Value::as_name);
            match (call.value.callee.as_str(), on) {
                ("task" | "schemaTask", None | Some("schedules")) if imports => {
                    let Some(options) = call.value.positional(0) else { continue };
                    let Some(channel) = options.key("id").and_then(rules::named_by) else { continue };
                    let handler = options.key("run").and_then(made::handler);
                    let handler = handler.unwrap_or(HandlerRef::Inline(call.value.lines));
                    if let Some(cron) = options.key("cron") {
                        let cron = cron.key("pattern").unwrap_or(cron);
                        let own = made::job(ID, ScheduleFact::At(cron.clone()), Runs::Code(handler.clone()), place);
                        messages.jobs.push(JobFact { name: options.key("id").cloned(), ..own });
                    }
                    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, place);
                    let carrier = made::carrier(outline, &call.value);
                    messages.facts.push(MessageFact { party: handler, carrier, ..own });
                }
                ("trigger" | "batchTrigger" | "triggerAndWait", Some("tasks")) if imports => {
                    let channel = call.value.positional(0).and_then(rules::named_by);
                    let fact = |it| made::fact(ID, MessageRole::Publish, ChannelKind::Task, it, place);
                    messages.facts.extend(channel.map(fact));
                }
                ("trigger" | "batchTrigger" | "triggerAndWait", Some(_)) => {
                    let channel = receiver.cloned().map(ChannelRef::Carrier);
                    let fact = |it| made::fact(ID, MessageRole::Publish, ChannelKind::Task, it, place);
                    messages.facts.extend(channel.map(fact));
                }
                _ => {}
            }
        }
        messages
    }
}
