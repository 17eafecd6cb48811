//! Quartz.NET: jobs and the triggers that are built for them.

use crate::codebase::message::{JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Assignment, Call, CallValue, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made};

/// Quartz.NET.
pub struct Quartz;

const ID: &str = "quartz";

/// Calls of a trigger's builder that say when, and units of simple schedules.
const UNITS: &[(&str, &str)] = &[
    ("RepeatHourlyForever", "hours"),
    ("RepeatMinutelyForever", "minutes"),
    ("RepeatSecondlyForever", "seconds"),
    ("WithIntervalInHours", "hours"),
    ("WithIntervalInMinutes", "minutes"),
    ("WithIntervalInSeconds", "seconds"),
];

impl Messaging for Quartz {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Quartz.NET"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["Quartz"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let triggers: Vec<(&Assignment, &CallValue)> =
            outline.assignments.iter().filter_map(|it| Some((it, it.value.as_call()?))).collect();
        for call in &outline.calls {
            let schedule = match call.value.callee.as_str() {
                // `q.ScheduleJob<Sweep>(trigger => trigger.WithCronSchedule(..))`.
                "ScheduleJob" => said(outline, &call.value),
                _ => given(&call.value).and_then(|name| {
                    let (_, made) =
                        triggers.iter().find(|(it, _)| it.target == name && it.enclosing == call.enclosing)?;
                    said(outline, made)
                }),
            };
            let job = type_of(&call.value).or_else(|| call.value.type_args.first().cloned());
            let Some((schedule, job)) = schedule.zip(job) else { continue };
            messages.jobs.push(job_of(schedule, &job, call));
        }
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
            let is_job = class.bases.iter().any(|base| last_part(base) == "IJob");
            if is_job && !class.has_modifier("abstract") {
                let runs = Runs::Code(HandlerRef::Definition(index));
                let own = made::job(ID, ScheduleFact::Unknown, runs, (Some(index), class.line));
                messages.jobs.push(JobFact { proven: false, ..own });
            }
        }
        messages
    }
}

fn job_of(schedule: ScheduleFact, job: &Atom, call: &Call) -> JobFact {
    let own = made::job(ID, schedule, Runs::Code(HandlerRef::Name(job.clone())), (call.enclosing, call.value.line));
    JobFact { name: Some(Value::Text(Atom::new(last_part(job)))), proven: false, ..own }
}

/// What the calls within a call say of when.
fn said(outline: &Outline, around: &CallValue) -> Option<ScheduleFact> {
    let mut inside = outline.calls.iter().filter(|it| around.lines.contains(it.value.line));
    inside.find_map(|call| {
        let first = call.value.positional(0);
        match call.value.callee.as_str() {
            "WithCronSchedule" | "CronSchedule" => Some(ScheduleFact::At(first?.clone())),
            callee => {
                let (_, unit) = UNITS.iter().find(|(name, _)| *name == callee)?;
                let count = first.cloned().unwrap_or_else(|| Value::Number(Atom::new("1")));
                Some(ScheduleFact::Every(vec![(Atom::new(unit), count)]))
            }
        }
    })
}

/// The type that a call is given by `typeof`, and the variable of a trigger that it is given with it.
fn type_of(call: &CallValue) -> Option<Atom> {
    let mut named = call.args.iter().filter_map(|it| it.value.as_call()).filter(|it| it.callee == "typeof");
    named.next()?.positional(0)?.as_name().map(Atom::new)
}

fn given(call: &CallValue) -> Option<&str> {
    type_of(call)?;
    call.args.iter().find_map(|it| it.value.as_name())
}
