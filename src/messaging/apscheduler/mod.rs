//! `APScheduler`: functions that run by cron expressions and intervals.

use crate::codebase::message::{JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Argument, Outline, Value, named, positional};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made};

/// `APScheduler`.
pub struct ApScheduler;

const ID: &str = "apscheduler";

/// Fields of cron triggers and units of intervals.
const FIELDS: &[&str] = &["second", "minute", "hour", "day", "month", "day_of_week"];
const UNITS: &[&str] = &["weeks", "days", "hours", "minutes", "seconds"];

impl Messaging for ApScheduler {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "APScheduler"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["apscheduler", "flask-apscheduler"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        if !made::imports(outline, &["apscheduler", "flask_apscheduler"]) {
            return messages;
        }
        for (index, function) in (0..).zip(&outline.definitions) {
            let decorators = function.decorators.iter();
            for decorator in
                decorators.filter(|it| matches!(it.name.rsplit('.').next(), Some("scheduled_job" | "task")))
            {
                let runs = Runs::Code(HandlerRef::Definition(index));
                let Some(schedule) = schedule(&decorator.args, 0) else { continue };
                let own = made::job(ID, schedule, runs, (Some(index), decorator.lines.first));
                messages.jobs.push(JobFact { name: named(&decorator.args, "id").cloned(), ..own });
            }
        }
        for call in outline.calls.iter().filter(|it| matches!(it.value.callee.as_str(), "add_job" | "add_schedule")) {
            let args = &call.value.args;
            let runs = named(args, "func").or_else(|| positional(args, 0)).and_then(made::handler);
            let at = usize::from(named(args, "func").is_none());
            let Some((runs, schedule)) = runs.zip(schedule(args, at)) else { continue };
            let own = made::job(ID, schedule, Runs::Code(runs), (call.enclosing, call.value.line));
            let name = named(args, "name").or_else(|| named(args, "id")).cloned();
            messages.jobs.push(JobFact { name, ..own });
        }
        messages
    }
}

/// `"cron", hour=3`, `"interval", minutes=5`, `CronTrigger(hour=3)`. Without a trigger it runs once: no schedule.
fn schedule(args: &[Argument], position: usize) -> Option<ScheduleFact> {
    let given = |names: &[&str]| -> Vec<(Atom, Value)> {
        names.iter().filter_map(|name| Some((Atom::new(name), named(args, name)?.clone()))).collect()
    };
    let trigger = named(args, "trigger").or_else(|| positional(args, position))?;
    match trigger {
        Value::Text(text) if text == "cron" => Some(ScheduleFact::Fields { fields: given(FIELDS), least: true }),
        Value::Text(text) if text == "interval" => Some(ScheduleFact::Every(given(UNITS))),
        Value::Text(_) => None,
        value => Some(ScheduleFact::At(value.clone())),
    }
}
