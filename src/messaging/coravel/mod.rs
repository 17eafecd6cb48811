//! Coravel: invocables that a scheduler runs.

use crate::codebase::message::{JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{CallValue, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made};

/// Coravel.
pub struct Coravel;

const ID: &str = "coravel";

/// How far a chain is followed to its `Schedule<T>()`.
const CHAIN_MAX: usize = 8;

/// Calls that say when, with the expression of each.
const TIMES: &[(&str, &str)] = &[
    ("Daily", "0 0 * * *"),
    ("EveryFifteenMinutes", "*/15 * * * *"),
    ("EveryFiveMinutes", "*/5 * * * *"),
    ("EveryMinute", "* * * * *"),
    ("EveryTenMinutes", "*/10 * * * *"),
    ("EveryThirtyMinutes", "*/30 * * * *"),
    ("Hourly", "0 * * * *"),
    ("Monthly", "0 0 1 * *"),
    ("Weekly", "0 0 * * 1"),
];

impl Messaging for Coravel {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Coravel"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["Coravel"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        for call in &outline.calls {
            let Some(schedule) = when(&call.value) else { continue };
            let Some(runs) = invocable(&call.value) else { continue };
            let runs = Runs::Code(HandlerRef::Name(runs));
            let own = made::job(ID, schedule, runs, (call.enclosing, call.value.line));
            messages.jobs.push(JobFact { proven: false, ..own });
        }
        messages
    }
}

fn when(call: &CallValue) -> Option<ScheduleFact> {
    let number = |position: usize| call.positional(position).cloned();
    let fields = |given: Vec<(&str, Value)>| {
        let fields = given.into_iter().map(|(name, value)| (Atom::new(name), value)).collect();
        Some(ScheduleFact::Fields { fields, least: false })
    };
    let zero = || Value::Number(Atom::new("0"));
    match call.callee.as_str() {
        "Cron" => Some(ScheduleFact::At(number(0)?)),
        "DailyAt" => fields(vec![("minute", number(1)?), ("hour", number(0)?)]),
        "DailyAtHour" => fields(vec![("minute", zero()), ("hour", number(0)?)]),
        "HourlyAt" => fields(vec![("minute", number(0)?)]),
        "EverySeconds" => Some(ScheduleFact::Every(vec![(Atom::new("seconds"), number(0)?)])),
        callee => {
            let (_, text) = TIMES.iter().find(|(name, _)| *name == callee)?;
            Some(ScheduleFact::At(Value::Text(Atom::new(text))))
        }
    }
}

/// The invocable that the chain below a call schedules: `scheduler.Schedule<Sweep>().Daily()`.
fn invocable(call: &CallValue) -> Option<Atom> {
    let mut next = call;
    for _ in 0..CHAIN_MAX {
        next = next.receiver.as_ref()?.as_call()?;
        if next.callee == "Schedule" {
            return next.type_args.first().cloned();
        }
    }
    None
}
