//! Temporal: workflows, activities, and who starts them.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{
    CallValue, Decorator, DefinitionIndex, FunctionValue, Outline, Value, last_part, named, positional,
};
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// Temporal.
pub struct Temporal;

const ID: &str = "temporal";

const MODULES: &[&str] = &["temporalio", "@temporalio/client", "@temporalio/workflow", "Temporalio"];

/// Decorators of functions that a worker runs, with the decorator that their class has instead and tells their name.
const TAKING: &[(&str, Option<&str>)] = &[
    ("activity.defn", None),
    ("Activity", None),
    ("workflow.run", Some("workflow.defn")),
    ("WorkflowRun", Some("Workflow")),
];

/// Calls whose first argument is what they start.
const STARTING: &[&str] = &[
    "ExecuteActivityAsync",
    "ExecuteChildWorkflowAsync",
    "ExecuteLocalActivityAsync",
    "ExecuteWorkflowAsync",
    "StartChildWorkflowAsync",
    "StartWorkflowAsync",
    "execute_activity",
    "execute_activity_method",
    "execute_child_workflow",
    "execute_local_activity",
    "execute_local_activity_method",
    "execute_workflow",
    "start_activity",
    "start_activity_method",
    "start_child_workflow",
    "start_local_activity",
    "start_workflow",
];

/// Calls on a client's `workflow` or by themselves that start a function of JavaScript.
const STARTING_FUNCTIONS: &[&str] = &["execute", "executeChild", "signalWithStart", "start", "startChild"];

impl Messaging for Temporal {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Temporal"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["@temporalio/client", "@temporalio/workflow", "Temporalio", "temporalio"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["temporal"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let proven = made::imports(outline, MODULES);
        if matches!(language.as_str(), "javascript" | "typescript") {
            if proven {
                started_functions(outline, &mut messages.facts);
                proxied(outline, &mut messages.facts);
            }
            return messages;
        }
        for (index, function) in (0..).zip(&outline.definitions) {
            let class = function.parent.and_then(|class| outline.definition(class));
            let taking = TAKING.iter().find_map(|(own, over)| {
                let decorator = decorated(&function.decorators, own)?;
                let over = over.map(|over| class.and_then(|class| decorated(&class.decorators, over)));
                over.unwrap_or(Some(decorator))
            });
            messages.facts.extend(taking.map(|decorator| taken(index, &function.name, function.line, decorator)));
        }
        for call in outline.calls.iter().filter(|call| STARTING.contains(&call.value.callee.as_str())) {
            let Some(channel) = call.value.positional(0).and_then(started) else { continue };
            let place = (call.enclosing, call.value.line);
            messages.facts.push(made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place));
        }
        for fact in &mut messages.facts {
            fact.proven = proven;
        }
        messages
    }
}

/// The decorator that is written so, or by its last name after `from temporalio.activity import defn`.
fn decorated<'a>(decorators: &'a [Decorator], name: &str) -> Option<&'a Decorator> {
    decorators.iter().find(|it| *it.name == *name)
}

/// What a worker runs: a function by the name that its decorator gives it, else by its own.
fn taken(index: DefinitionIndex, name: &Atom, line: u32, decorator: &Decorator) -> MessageFact {
    let stated = named(&decorator.args, "name").or_else(|| positional(&decorator.args, 0));
    let channel = stated.and_then(rules::named_by).unwrap_or(ChannelRef::Function(index));
    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, (Some(index), line));
    MessageFact { carrier: Some(name.clone()), ..own }
}

/// What a start names: a function, `Pay.run`, a text, `(Pay flow) => flow.RunAsync(..)`.
fn started(value: &Value) -> Option<ChannelRef> {
    match value {
        Value::Name(_) => Some(ChannelRef::Carrier(value.clone())),
        Value::Text(_) => Some(ChannelRef::Named(value.clone())),
        Value::Function(function) => Some(ChannelRef::Carrier(Value::Name(method(function)?))),
        _ => None,
    }
}

/// The method that a lambda calls on its parameter or on a class: `Pay.RunAsync`.
fn method(function: &FunctionValue) -> Option<Atom> {
    let call = function.returns.as_ref()?.as_call()?;
    let on = call.receiver.as_ref()?.as_name()?;
    let parameter = function.parameters.iter().find(|it| it.name == on);
    let class = parameter.map_or(Some(on), |it| it.type_name.as_deref())?;
    Some(Atom::from(format!("{class}.{}", call.callee)))
}

/// `client.workflow.start(payOrder, { taskQueue })`, `executeChild(payOrder, ..)`.
fn started_functions(outline: &Outline, facts: &mut Vec<MessageFact>) {
    for call in outline.calls.iter().filter(|call| STARTING_FUNCTIONS.contains(&call.value.callee.as_str())) {
        let on = call.value.receiver.as_ref().map(|on| on.as_name().map(last_part));
        let is_start = match on {
            Some(on) => on == Some("workflow"),
            None => matches!(call.value.callee.as_str(), "executeChild" | "startChild"),
        };
        let channel = match call.value.positional(0).filter(|_| is_start) {
            Some(Value::Name(name)) => ChannelRef::Called(name.clone()),
            Some(text @ Value::Text(_)) => ChannelRef::Named(text.clone()),
            _ => continue,
        };
        let place = (call.enclosing, call.value.line);
        facts.push(made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place));
    }
}

/// Calls of what stands for activities: `const { charge } = proxyActivities<typeof activities>(..)`.
fn proxied(outline: &Outline, facts: &mut Vec<MessageFact>) {
    let is_proxy = |call: &CallValue| matches!(call.callee.as_str(), "proxyActivities" | "proxyLocalActivities");
    let module = |call: &CallValue| call.type_args.first()?.strip_prefix("typeof ").map(Atom::new);
    for assignment in &outline.assignments {
        let (proxy, member) = match &assignment.value {
            Value::Call(call) => (call, None),
            Value::Member(inner, member) => match &**inner {
                Value::Call(call) => (call, Some(member)),
                _ => continue,
            },
            _ => continue,
        };
        let Some(module) = Some(proxy).filter(|call| is_proxy(call)).and_then(|call| module(call)) else { continue };
        for call in &outline.calls {
            let on = call.value.receiver.as_ref().map(Value::as_name);
            let activity = match member {
                Some(member) if on.is_none() && call.value.callee == assignment.target => member,
                None if on == Some(Some(&assignment.target)) => &call.value.callee,
                _ => continue,
            };
            let channel = ChannelRef::Called(Atom::from(format!("{module}.{activity}")));
            let place = (call.enclosing, call.value.line);
            facts.push(made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place));
        }
    }
}
