//! Dramatiq: actors, who sends to them, and their schedules.

use crate::codebase::message::{
    ChannelKind, ChannelRef, JobFact, MessageFact, MessageRole, Messages, Runs, ScheduleFact,
};
use crate::codebase::outline::{CallValue, Decorator, Definition, DefinitionIndex, Outline, Value, named};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// Dramatiq.
pub struct Dramatiq;

const ID: &str = "dramatiq";

/// Calls on an actor that send to it, or make a message that is sent with others.
const SENDING: &[&str] = &["message", "message_with_options", "send", "send_with_options"];
/// Constructions that say when an actor runs, where its decorator is given one.
const TRIGGERS: &[&str] = &["CronTrigger", "IntervalTrigger", "cron", "crontab", "from_crontab"];

impl Messaging for Dramatiq {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Dramatiq"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["dramatiq"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq", "redis"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let imports = made::imports(outline, &["dramatiq"]);
        for (index, function) in (0..).zip(&outline.definitions) {
            let Some(decorator) = function.decorators.iter().find(|it| is_actor(it, imports)) else { continue };
            messages.facts.push(actor(index, function, decorator, imports));
            messages.jobs.extend(triggered(index, decorator, imports));
        }
        for call in outline.calls.iter().filter(|it| SENDING.contains(&it.value.callee.as_str())) {
            let Some(channel) = sent(&call.value) else { continue };
            let place = (call.enclosing, call.value.line);
            messages.facts.push(made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place));
        }
        messages
    }
}

/// `@dramatiq.actor`, `@actor(actor_name="..")`; a decorator of one's own over it may have its name and arguments.
fn is_actor(decorator: &Decorator, imports: bool) -> bool {
    match &*decorator.name {
        "dramatiq.actor" => true,
        "actor" => {
            imports || named(&decorator.args, "actor_name").is_some() || named(&decorator.args, "queue_name").is_some()
        }
        _ => false,
    }
}

fn actor(index: DefinitionIndex, function: &Definition, decorator: &Decorator, imports: bool) -> MessageFact {
    let stated = named(&decorator.args, "actor_name").and_then(rules::named_by);
    let channel = stated.unwrap_or_else(|| ChannelRef::Named(Value::Text(function.name.clone())));
    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, (Some(index), function.line));
    MessageFact { carrier: Some(function.name.clone()), proven: imports, ..own }
}

/// `@actor(cron_trigger=CronTrigger(hour=3))`.
fn triggered(index: DefinitionIndex, decorator: &Decorator, proven: bool) -> Option<JobFact> {
    let is_trigger = |value: &&Value| value.as_call().is_some_and(|call| TRIGGERS.contains(&call.callee.as_str()));
    let trigger = decorator.args.iter().map(|argument| &argument.value).find(is_trigger)?;
    let runs = Runs::Code(HandlerRef::Definition(index));
    let own = made::job(ID, ScheduleFact::At(trigger.clone()), runs, (Some(index), decorator.lines.first));
    Some(JobFact { name: named(&decorator.args, "actor_name").cloned(), proven, ..own })
}

fn sent(call: &CallValue) -> Option<ChannelRef> {
    let receiver = call.receiver.as_ref()?;
    let name = receiver.as_name()?;
    // What belongs to an object is no function of a module.
    (!name.starts_with("self.")).then(|| ChannelRef::Carrier(receiver.clone()))
}
