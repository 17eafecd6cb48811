//! Helpers of schedules: functions that schedule what they are given. Their callers know what and when.

use crate::codebase::graph::{DependencyGraph, DependencyKind, FileIndex, Symbol};
use crate::codebase::message::{ChannelRef, JobFact, Runs, ScheduleFact};
use crate::codebase::outline::{CallValue, Definition, DefinitionIndex, Outline, Value};
use crate::codebase::routing::HandlerRef;

use super::super::evaluate::{self, At};
use super::super::link::Names;
use super::callers::position_of;
use super::is_test;

/// The jobs of a helper's callers, where what the job runs is a parameter of the function that the fact stands in.
pub(super) fn asked(
    names: &Names<'_>,
    graph: &DependencyGraph,
    file: FileIndex,
    fact: &JobFact,
) -> Vec<(FileIndex, JobFact)> {
    let Some(outline) = names.scope().facts.get(file as usize).map(|facts| &facts.outline) else { return Vec::new() };
    let at = At { file, enclosing: fact.enclosing };
    let Some((index, function)) = run_by(fact).and_then(|name| taking(outline, fact.enclosing, name)) else {
        return Vec::new();
    };
    let helper = Symbol { file, definition: Some(index) };
    let calls = graph.dependencies().iter().filter(|it| it.kind == DependencyKind::Call && it.to == helper);
    let mut found = Vec::new();
    for caller in calls.map(|it| it.from).filter(|caller| !is_test(names, caller.file)) {
        let Some(facts) = names.scope().facts.get(caller.file as usize) else { continue };
        for call in &facts.outline.calls {
            if call.value.callee == function.name && call.enclosing == caller.definition {
                let given = |value: &Value| given(names, at, function, &call.value, value);
                let Some(runs) = runs(fact, &given) else { continue };
                let (schedule, name) = (schedule(fact, &given), fact.name.as_ref().map(&given));
                let (enclosing, line) = (call.enclosing, call.value.line);
                found.push((caller.file, JobFact { name, schedule, runs, enclosing, line, ..fact.clone() }));
            }
        }
    }
    found
}

/// The name of what a job runs.
fn run_by(fact: &JobFact) -> Option<&str> {
    match &fact.runs {
        Runs::Consumers(ChannelRef::Carrier(Value::Name(name))) | Runs::Code(HandlerRef::Name(name)) => Some(name),
        _ => None,
    }
}

/// The function around a place that has a parameter of this name.
fn taking<'a>(
    outline: &'a Outline,
    place: Option<DefinitionIndex>,
    name: &str,
) -> Option<(DefinitionIndex, &'a Definition)> {
    let mut next = place;
    while let Some(index) = next {
        let definition = outline.definition(index).filter(|it| !it.kind.is_type())?;
        if position_of(definition, name).is_some() {
            return Some((index, definition));
        }
        next = definition.parent.filter(|parent| *parent < index);
    }
    None
}

/// What a call gives for a value of its helper: for a parameter, or a key of one, the argument; else the value.
fn given(names: &Names<'_>, at: At, function: &Definition, call: &CallValue, value: &Value) -> Value {
    let Some(name) = value.as_name() else { return value.clone() };
    let argument = |name: &str| {
        let (root, key) = name.split_once('.').map_or((name, None), |(root, key)| (root, Some(key)));
        let (position, parameter) = position_of(function, root)?;
        let argument = call.named(parameter).or_else(|| call.positional(position))?;
        key.map_or(Some(argument), |key| argument.key(key)).cloned()
    };
    // `const { pattern } = options`.
    let unpacked = || evaluate::assigned(names, at, name)?.value.as_name().and_then(argument);
    argument(name).or_else(unpacked).unwrap_or_else(|| value.clone())
}

fn runs(fact: &JobFact, given: &impl Fn(&Value) -> Value) -> Option<Runs> {
    match &fact.runs {
        Runs::Consumers(ChannelRef::Carrier(value)) => Some(Runs::Consumers(ChannelRef::Carrier(given(value)))),
        Runs::Code(HandlerRef::Name(name)) => match given(&Value::Name(name.clone())) {
            Value::Name(name) => Some(Runs::Code(HandlerRef::Name(name))),
            Value::Function(function) => Some(Runs::Code(HandlerRef::Inline(function.lines))),
            _ => None,
        },
        _ => None,
    }
}

fn schedule(fact: &JobFact, given: &impl Fn(&Value) -> Value) -> ScheduleFact {
    match &fact.schedule {
        ScheduleFact::At(value) => ScheduleFact::At(given(value)),
        ScheduleFact::Every(units) => {
            ScheduleFact::Every(units.iter().map(|(unit, value)| (unit.clone(), given(value))).collect())
        }
        other => other.clone(),
    }
}
