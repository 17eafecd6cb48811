//! Graphile Worker.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{Assignment, Outline, Value};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, publish};
use super::{Messaging, made, rules};

/// Graphile Worker.
pub struct GraphileWorker;

const ID: &str = "graphile_worker";

/// Calls that work off a list of tasks.
const RUNNERS: &[&str] = &["run", "runOnce", "runTaskList"];

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["javascript", "typescript"],
    imports: &["graphile-worker"],
    gated: false,
    kind: ChannelKind::Task,
    calls: &[publish("addJob", On::Any, &[Where::Arg(0)]), publish("quickAddJob", On::Any, &[Where::Arg(1)])],
    ..BLANK
}];

impl Messaging for GraphileWorker {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Graphile Worker"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["graphile-worker"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["postgresql"]
    }

    fn messages(&self, path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = rules::read(RULES, language, outline);
        if made::imports(outline, &["graphile-worker"]) {
            messages.facts.extend(of_folder(path, outline));
            for list in lists(outline) {
                messages.facts.extend(list.iter().filter_map(|(name, handler)| listed(name, handler)));
            }
        }
        messages
    }
}

/// A file of the folder of tasks holds the task of its name: `const task: Task = async (payload) => {..}`.
fn of_folder(path: &RepoPath, outline: &Outline) -> Option<MessageFact> {
    let is_task = |it: &&Assignment| it.enclosing.is_none() && it.type_name.as_deref() == Some("Task");
    let task = outline.assignments.iter().find(is_task).filter(|_| path.folder().file_name() == "tasks")?;
    let party = HandlerRef::Name(task.target.clone());
    Some(taken(Atom::from(path.stem()), party, task.line))
}

/// Lists of tasks: `const tasks: TaskList = {..}`, `run({ taskList: {..} })`.
fn lists(outline: &Outline) -> Vec<&[(Atom, Value)]> {
    let declared = outline.assignments.iter().filter(|it| it.type_name.as_deref() == Some("TaskList"));
    let given = outline.calls.iter().filter(|call| RUNNERS.contains(&call.value.callee.as_str()));
    let given = given.filter_map(|call| call.value.positional(0)?.key("taskList"));
    let records = declared.map(|it| &it.value).chain(given).filter_map(|value| match value {
        Value::Record(entries) => Some(entries.as_slice()),
        _ => None,
    });
    records.collect()
}

fn listed(name: &Atom, handler: &Value) -> Option<MessageFact> {
    let party = made::handler(handler)?;
    let line = match &party {
        HandlerRef::Inline(lines) => lines.first,
        _ => 0,
    };
    Some(taken(name.clone(), party, line))
}

fn taken(name: Atom, party: HandlerRef, line: u32) -> MessageFact {
    let channel = ChannelRef::Named(Value::Text(name));
    MessageFact { party, ..made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, (None, line)) }
}
