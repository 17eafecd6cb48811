//! Huey: tasks and periodic tasks.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Decorator, Outline, Value, positional};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made};

/// Huey.
pub struct Huey;

const ID: &str = "huey";

/// Decorators of tasks, with whether they say when the task runs.
const TASKS: &[(&str, bool)] = &[
    ("db_periodic_task", true),
    ("db_task", false),
    ("on_commit_task", false),
    ("periodic_task", true),
    ("task", false),
];

impl Messaging for Huey {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Huey"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["huey"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["redis"]
    }

    fn sends_by_calling(&self) -> bool {
        true
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        if !made::imports(outline, &["huey"]) {
            return messages;
        }
        for (index, function) in (0..).zip(&outline.definitions) {
            let Some((decorator, periodic)) = function.decorators.iter().find_map(task) else { continue };
            if let Some(schedule) = positional(&decorator.args, 0).filter(|_| periodic) {
                let runs = Runs::Code(HandlerRef::Definition(index));
                let place = (Some(index), decorator.lines.first);
                messages.jobs.push(made::job(ID, ScheduleFact::At(schedule.clone()), runs, place));
            } else {
                let place = (Some(index), function.line);
                let own = made::fact(ID, MessageRole::Consume, ChannelKind::Task, ChannelRef::Function(index), place);
                messages.facts.push(MessageFact { carrier: Some(function.name.clone()), ..own });
            }
        }
        for call in outline.calls.iter().filter(|it| matches!(it.value.callee.as_str(), "schedule" | "s")) {
            let receiver = call.value.receiver.clone().filter(|it| matches!(it, Value::Name(_)));
            let place = (call.enclosing, call.value.line);
            let fact = |it| made::fact(ID, MessageRole::Publish, ChannelKind::Task, ChannelRef::Carrier(it), place);
            messages.facts.extend(receiver.map(fact));
        }
        messages
    }
}

fn task(decorator: &Decorator) -> Option<(&Decorator, bool)> {
    let last = decorator.name.rsplit('.').next().unwrap_or_default();
    let (_, periodic) = TASKS.iter().find(|(name, _)| *name == last)?;
    Some((decorator, *periodic))
}
