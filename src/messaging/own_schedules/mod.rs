//! Own schedulers that are given functions by period: `SchedulerRegistry.register_daily(sweep, count)`.

use crate::codebase::message::{JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Call, Outline, Value, last_part};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made};

/// Own schedulers.
pub struct OwnSchedules;

const ID: &str = "own_schedules";

/// What such a method does with the functions, in lower case.
const VERBS: &[&str] = &["add", "register", "schedule"];
/// The periods that it may name, in units of a schedule.
const PERIODS: &[(&str, &str, &str)] =
    &[("daily", "days", "1"), ("hourly", "hours", "1"), ("minutely", "minutes", "1"), ("weekly", "days", "7")];

impl Messaging for OwnSchedules {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "own schedulers by period"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &[]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let jobs = outline.calls.iter().flat_map(scheduled).collect();
        Messages { jobs, ..Messages::default() }
    }
}

/// The functions that a call gives a scheduler.
fn scheduled(call: &Call) -> Vec<JobFact> {
    let on = call.value.receiver.as_ref().and_then(Value::as_name).map(last_part);
    let is_scheduler = on.is_some_and(|on| on.to_lowercase().contains("schedul"));
    let Some((unit, count)) = period(&call.value.callee).filter(|_| is_scheduler) else { return Vec::new() };
    let given = call.value.args.iter().filter(|argument| argument.name.is_none());
    let names = given.filter_map(|argument| argument.value.as_name());
    let job = |name: &str| {
        let schedule = ScheduleFact::Every(vec![(Atom::new(unit), Value::Number(Atom::new(count)))]);
        let runs = Runs::Code(HandlerRef::Name(Atom::new(name)));
        made::job(ID, schedule, runs, (call.enclosing, call.value.line))
    };
    names.map(job).collect()
}

/// The period of `register_daily` or `registerDaily`.
fn period(method: &str) -> Option<(&'static str, &'static str)> {
    let method = method.to_lowercase();
    PERIODS.iter().find_map(|(word, unit, count)| {
        let verb = method.strip_suffix(word)?.trim_end_matches('_');
        VERBS.contains(&verb).then_some((*unit, *count))
    })
}
