//! The beat schedule, and periodic tasks that are added by calls or kept in the database.

use crate::codebase::message::{ChannelRef, JobFact, Runs, ScheduleFact};
use crate::codebase::outline::{Call, DefinitionIndex, Outline, Value};

use super::super::made;
use super::super::rules::named_by;
use super::ID;

/// Names of settings that hold the schedule, in lower case, without what stands before a dot.
const SETTINGS: &[&str] = &["beat_schedule", "celery_beat_schedule", "celerybeat_schedule"];

/// How deep lists and records are looked through for entries.
const DEPTH_MAX: usize = 3;

/// Adds what a file says of periodic tasks.
pub(super) fn read(outline: &Outline, imports: bool, jobs: &mut Vec<JobFact>) {
    for assignment in &outline.assignments {
        let setting = assignment.target.rsplit('.').next().unwrap_or_default().to_lowercase();
        let is_schedule = SETTINGS.contains(&setting.as_str());
        if is_schedule || imports {
            let place = (assignment.enclosing, assignment.line);
            entries(&assignment.value, None, is_schedule || imports, place, 0, jobs);
        }
    }
    for call in &outline.calls {
        let place = (call.enclosing, call.value.line);
        match call.value.callee.as_str() {
            "update" => {
                let schedule = SETTINGS.iter().find_map(|name| call.value.named(name));
                if let Some(value) = schedule {
                    entries(value, None, true, place, 0, jobs);
                }
            }
            "add_periodic_task" => jobs.extend(added(call)),
            "create" | "get_or_create" | "update_or_create" => jobs.extend(kept(call)),
            _ => {}
        }
    }
}

/// Records that name a task and say when it runs.
fn entries(
    value: &Value,
    name: Option<&str>,
    proven: bool,
    place: (Option<DefinitionIndex>, u32),
    depth: usize,
    jobs: &mut Vec<JobFact>,
) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::List(items) => items.iter().for_each(|item| entries(item, name, proven, place, depth + 1, jobs)),
        Value::Record(fields) => {
            if let Some(job) = entry(value, name, place) {
                jobs.push(JobFact { proven, ..job });
                return;
            }
            for (key, inner) in fields {
                entries(inner, Some(key), proven, place, depth + 1, jobs);
            }
        }
        _ => {}
    }
}

/// `{"task": "shop.tasks.sweep", "schedule": crontab(hour=3)}`; the schedule may stand under another key as a cron expression.
fn entry(value: &Value, name: Option<&str>, place: (Option<DefinitionIndex>, u32)) -> Option<JobFact> {
    let Value::Record(fields) = value else { return None };
    let task = value.key("task").filter(|it| matches!(it, Value::Text(_)))?;
    let cron = || fields.iter().map(|(_, value)| value).find(|it| it.as_text().is_some_and(is_cron));
    let schedule = value.key("schedule").or_else(cron)?;
    let line = schedule.as_call().map_or(place.1, |call| call.line);
    let runs = Runs::Consumers(named_by(task)?);
    let own = made::job(ID, ScheduleFact::At(schedule.clone()), runs, (place.0, line));
    let name = value.key("name").cloned().or_else(|| name.map(|name| Value::Text(name.into())));
    Some(JobFact { name, ..own })
}

/// Whether a text is a cron expression of five fields.
fn is_cron(text: &str) -> bool {
    let fields: Vec<&str> = text.split(' ').collect();
    let is_field = |field: &&str| field.starts_with(|letter: char| letter == '*' || letter.is_ascii_digit());
    fields.len() == 5 && fields.iter().take(4).all(is_field)
}

/// `sender.add_periodic_task(crontab(hour=3), sweep.s(), name="sweep")`.
fn added(call: &Call) -> Option<JobFact> {
    let schedule = ScheduleFact::At(call.value.positional(0)?.clone());
    let channel = match call.value.positional(1)? {
        Value::Call(signature) => signature.receiver.clone().map(ChannelRef::Carrier)?,
        task => ChannelRef::Carrier(task.clone()),
    };
    let own = made::job(ID, schedule, Runs::Consumers(channel), (call.enclosing, call.value.line));
    Some(JobFact { name: call.value.named("name").cloned(), ..own })
}

/// `PeriodicTask.objects.create(task="shop.tasks.sweep", ..)`: when it runs stands in the database.
fn kept(call: &Call) -> Option<JobFact> {
    let receiver = call.value.receiver.as_ref()?.as_name()?;
    if !receiver.starts_with("PeriodicTask.") {
        return None;
    }
    let task = call.value.named("task").or_else(|| call.value.named("defaults")?.key("task"))?;
    let runs = Runs::Consumers(named_by(task)?);
    let own = made::job(ID, ScheduleFact::Unknown, runs, (call.enclosing, call.value.line));
    Some(JobFact { name: call.value.named("name").cloned(), ..own })
}
