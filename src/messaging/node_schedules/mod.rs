//! Schedules of Node programs: Nest's `@Cron` and `@Interval`, node-cron, cron, croner, node-schedule.

mod expressions;

use crate::codebase::message::{JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Call, Decorator, Outline, Value, last_part, positional};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made};

/// Schedules of Node programs.
pub struct NodeSchedules;

const ID: &str = "node_schedules";

const MODULES: &[&str] =
    &["@nestjs/schedule", "node-cron", "cron", "croner", "node-schedule", "toad-scheduler", "@adonisjs/scheduler"];

/// Calls that schedule: their names, with the places of the expression and of what runs.
const CALLS: &[(&str, usize, usize)] = &[("schedule", 0, 1), ("CronJob", 0, 1), ("Cron", 0, 1), ("scheduleJob", 0, 1)];

impl Messaging for NodeSchedules {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "node-cron, cron, croner, node-schedule, Nest schedules"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        MODULES
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        if !made::imports(outline, MODULES) {
            return messages;
        }
        for (index, definition) in (0..).zip(&outline.definitions) {
            let runs = || Runs::Code(HandlerRef::Definition(index));
            let stated = definition.decorators.iter().filter_map(schedule);
            messages.jobs.extend(stated.map(|(schedule, line)| made::job(ID, schedule, runs(), (Some(index), line))));
        }
        messages.jobs.extend(outline.calls.iter().filter_map(scheduled));
        messages
    }
}

/// `@Cron(CronExpression.EVERY_HOUR)`, `@Interval(5000)`, `@Interval("name", 5000)`.
fn schedule(decorator: &Decorator) -> Option<(ScheduleFact, u32)> {
    let schedule = match last_part(&decorator.name) {
        "Cron" => ScheduleFact::At(expression(positional(&decorator.args, 0)?)),
        "Interval" => {
            let every = positional(&decorator.args, 1).or_else(|| positional(&decorator.args, 0))?;
            ScheduleFact::Every(vec![(Atom::new("milliseconds"), every.clone())])
        }
        _ => return None,
    };
    Some((schedule, decorator.lines.first))
}

/// The expression that a member of Nest's enumeration stands for.
fn expression(value: &Value) -> Value {
    let member = value.as_name().and_then(|name| name.strip_prefix("CronExpression."));
    let known = member.and_then(expressions::of);
    known.map_or_else(|| value.clone(), |text| Value::Text(Atom::new(text)))
}

/// `cron.schedule("0 3 * * *", run)`, `new CronJob(..)`, `CronJob.from({ cronTime, onTick })`.
fn scheduled(call: &Call) -> Option<JobFact> {
    let value = &call.value;
    let place = (call.enclosing, value.line);
    if value.callee == "from" && value.receiver.as_ref().and_then(Value::as_name) == Some("CronJob") {
        let options = value.positional(0)?;
        let runs = made::handler(options.key("onTick")?)?;
        let schedule = ScheduleFact::At(expression(options.key("cronTime")?));
        return Some(made::job(ID, schedule, Runs::Code(runs), place));
    }
    let (_, at, runs) = CALLS.iter().find(|(callee, ..)| *callee == value.callee)?;
    let when = value.positional(*at)?;
    // `scheduleJob("name", "0 3 * * *", run)`.
    let named = matches!(value.positional(at + 1), Some(Value::Text(_)));
    let (name, when, runs) =
        if named { (Some(when), value.positional(at + 1)?, runs + 1) } else { (None, when, *runs) };
    if !matches!(when, Value::Text(_) | Value::Name(_) | Value::Join(_) | Value::Choice(_) | Value::Call(_)) {
        return None;
    }
    // Options may stand between the expression and what runs.
    let runs = value
        .positional(runs)
        .and_then(made::handler)
        .or_else(|| value.args.last().and_then(|it| made::handler(&it.value)))?;
    let own = made::job(ID, ScheduleFact::At(expression(when)), Runs::Code(runs), place);
    Some(JobFact { name: name.cloned(), ..own })
}
