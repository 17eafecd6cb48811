//! Jobs: what runs when, and which code that is.

use std::collections::BTreeSet;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::message::{ChannelRef, Job, JobFact, JobTrigger, Party, Runs};
use crate::codebase::{Atom, RepoPath};

use super::super::components::kebab;
use super::super::evaluate::{self, At, UNKNOWN};
use super::{Joiner, helpers, is_test, parties, schedules, unique};

/// All jobs, sorted by id. A schedule that sends to a channel is one of its publishers.
pub(super) fn collect(joiner: &mut Joiner<'_>) -> Vec<Job> {
    let mut jobs = Vec::new();
    let names = joiner.names;
    for (file, facts) in (0..).zip(names.scope().facts).filter(|(file, _)| !is_test(names, *file)) {
        for fact in &facts.messages.jobs {
            if !fact.proven && !joiner.declares(file, &fact.library) {
                continue;
            }
            let of_callers = helpers::asked(names, joiner.graph, file, fact);
            if of_callers.is_empty() {
                jobs.extend(job(joiner, file, fact));
            }
            for (caller, fact) in &of_callers {
                jobs.extend(job(joiner, *caller, fact));
            }
        }
    }
    let key = |job: &Job| (job.name.clone(), job.declared.clone(), job.handler.clone());
    jobs.sort_by(|a, b| (key(a), &a.schedule).cmp(&(key(b), &b.schedule)));
    jobs.dedup_by(|b, a| a.handler == b.handler && a.declared == b.declared && a.schedule == b.schedule);
    forget_known(&mut jobs);
    let mut taken = BTreeSet::new();
    for job in &mut jobs {
        job.id = unique(&mut taken, &kebab(&job.name));
    }
    jobs.sort_by(|a, b| a.id.cmp(&b.id));
    jobs
}

/// Leaves out jobs without a schedule where another line says the schedule of the same code.
fn forget_known(jobs: &mut Vec<Job>) {
    let timed = jobs.iter().filter(|job| job.trigger != JobTrigger::Unknown);
    let known: BTreeSet<(Atom, RepoPath, u32)> =
        timed.map(|job| (job.library.clone(), job.handler.file.clone(), job.handler.line)).collect();
    jobs.retain(|job| {
        let own = (job.library.clone(), job.handler.file.clone(), job.handler.line);
        job.trigger != JobTrigger::Unknown || !job.schedule.is_empty() || !known.contains(&own)
    });
}

fn job(joiner: &mut Joiner<'_>, file: FileIndex, fact: &JobFact) -> Option<Job> {
    let names = joiner.names;
    let at = At { file, enclosing: fact.enclosing };
    let declared = parties::at_line(names, file, fact.enclosing, fact.line);
    let (handler, task) = match &fact.runs {
        Runs::Code(handler) => (parties::handler(names, at, handler, fact.line).0, None),
        Runs::Consumers(channel) => consumer(joiner, file, fact, channel, &declared)?,
    };
    let given = fact.name.as_ref().map(|value| evaluate::text(names, at, value));
    let last = |symbol: &str| symbol.rsplit('.').next().unwrap_or(symbol).to_owned();
    let name = given
        .filter(|name| !name.is_empty() && !name.contains(UNKNOWN))
        .or(task)
        .unwrap_or_else(|| if handler.symbol.is_empty() { last(&declared.symbol) } else { handler.symbol.clone() });
    let schedule = schedules::resolve(names, at, &fact.schedule);
    Some(Job {
        id: String::new(),
        name: if name.is_empty() { handler.file.stem().to_owned() } else { name },
        trigger: schedule.trigger,
        schedule: schedule.text,
        written: schedule.written,
        library: fact.library.clone(),
        declared,
        handler,
    })
}

/// What consumes the messages of a channel, and its name; nothing where the channel is not known.
fn consumer(
    joiner: &mut Joiner<'_>,
    file: FileIndex,
    fact: &JobFact,
    channel: &ChannelRef,
    declared: &Party,
) -> Option<(Party, Option<String>)> {
    let name = joiner.channels(file, channel, fact.enclosing, &fact.library).into_iter().next()?;
    let key = (fact.library.clone(), name.clone(), None);
    if let Some(known) = joiner.found.get_mut(&key) {
        known.publishers.insert(declared.clone());
        let handler = match known.handlers.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let party = known.consumers.first().cloned();
        let named = |symbol: Symbol| parties::at_symbol(joiner.names, symbol);
        return Some((handler.map(named).or(party).unwrap_or_else(|| declared.clone()), Some(name)));
    }
    // A task that no code of the repository defines: one of a library.
    Some((declared.clone(), Some(name)))
}
