//! Hangfire: methods that are put into a queue or run by a cron expression.

use crate::codebase::message::{
    ChannelKind, ChannelRef, JobFact, MessageFact, MessageRole, Messages, Runs, ScheduleFact,
};
use crate::codebase::outline::{Call, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made, types};

/// Hangfire.
pub struct Hangfire;

const ID: &str = "hangfire";

/// Names and types of what takes jobs.
const CLIENTS: &[&str] =
    &["BackgroundJob", "IBackgroundJobClient", "IBackgroundJobClientV2", "IRecurringJobManager", "RecurringJob"];

impl Messaging for Hangfire {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Hangfire"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["Hangfire"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["sqlserver", "postgresql", "redis"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        for call in &outline.calls {
            let callee = call.value.callee.as_str();
            if !matches!(callee, "AddOrUpdate" | "Enqueue" | "Schedule") || !is_client(outline, call) {
                continue;
            }
            let Some(method) = call.value.args.iter().find_map(|it| run(call, &it.value)) else { continue };
            let place = (call.enclosing, call.value.line);
            if callee == "AddOrUpdate" {
                messages.jobs.extend(recurring(call, method));
            } else {
                let channel = ChannelRef::Called(method);
                let own = made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place);
                messages.facts.push(MessageFact { proven: false, ..own });
            }
        }
        messages
    }
}

fn is_client(outline: &Outline, call: &Call) -> bool {
    let Some(name) = call.value.receiver.as_ref().and_then(Value::as_name) else { return false };
    CLIENTS.contains(&name) || types::declared(outline, call.enclosing, name).is_some_and(|own| CLIENTS.contains(&own))
}

/// The method that a lambda calls: `x => x.Sweep()` of `AddOrUpdate<Sweeper>`, `() => Sweeper.Sweep()`.
fn run(call: &Call, value: &Value) -> Option<Atom> {
    let inner = value.as_function()?.returns.as_ref()?.as_call()?;
    match call.value.type_args.first() {
        Some(class) => Some(Atom::from(format!("{class}.{}", inner.callee))),
        None => inner.path(),
    }
}

/// `RecurringJob.AddOrUpdate("sweep", () => ..., Cron.Daily)`.
fn recurring(call: &Call, method: Atom) -> Option<JobFact> {
    let mut after = call.value.args.iter().skip_while(|it| it.value.as_function().is_none()).skip(1);
    let when = call.value.named("cronExpression").or_else(|| after.next().map(|it| &it.value))?;
    let when = match when {
        // The method itself stands for what it gives.
        Value::Name(name) if name.starts_with("Cron.") => {
            Value::Call(std::sync::Arc::new(crate::codebase::outline::CallValue {
                callee: Atom::new(name.rsplit('.').next().unwrap_or(name)),
                receiver: Some(Value::Name(Atom::new("Cron"))),
                line: call.value.line,
                ..Default::default()
            }))
        }
        when => when.clone(),
    };
    let runs = Runs::Code(HandlerRef::Name(method));
    let own = made::job(ID, ScheduleFact::At(when), runs, (call.enclosing, call.value.line));
    let name = call.value.positional(0).filter(|it| matches!(it, Value::Text(_))).cloned();
    Some(JobFact { name, proven: false, ..own })
}
