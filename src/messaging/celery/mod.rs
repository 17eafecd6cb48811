//! Celery: tasks, who sends them, and the beat schedule.

mod schedules;

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{
    CallValue, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, named,
};
use crate::codebase::{LanguageId, RepoPath};

use super::rules::named_by;
use super::{Messaging, made};

/// Celery.
pub struct Celery;

const ID: &str = "celery";

/// Calls on a task that send it, or make a message of it that is sent with others.
const SENDING: &[&str] = &["apply_async", "delay", "delay_on_commit", "s", "si", "signature", "subtask"];

impl Messaging for Celery {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Celery"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["celery", "django-celery-beat"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq", "redis", "aws_sqs"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let imports = made::imports(outline, &["celery", "django_celery_beat"]);
        for (index, definition) in (0..).zip(&outline.definitions) {
            messages.facts.extend(task(index, definition, imports));
            if imports && definition.kind == SymbolKind::Class {
                messages.facts.extend(task_class(outline, index, definition));
            }
        }
        for call in &outline.calls {
            let channel = sent(&call.value, imports);
            let place = (call.enclosing, call.value.line);
            let fact = |channel| made::fact(ID, MessageRole::Publish, ChannelKind::Task, channel, place);
            messages.facts.extend(channel.map(|channel| MessageFact { proven: imports, ..fact(channel) }));
        }
        schedules::read(outline, imports, &mut messages.jobs);
        messages
    }
}

/// `@shared_task`, `@app.task(name="..")`, `@celery.task`.
fn task(index: DefinitionIndex, function: &Definition, imports: bool) -> Option<MessageFact> {
    let decorator = function.decorators.iter().find(|it| is_task(it, imports))?;
    let channel = named(&decorator.args, "name").and_then(named_by).unwrap_or(ChannelRef::Function(index));
    let place = (Some(index), function.line);
    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, place);
    Some(MessageFact { carrier: Some(function.name.clone()), proven: imports, ..own })
}

fn is_task(decorator: &Decorator, imports: bool) -> bool {
    match decorator.name.rsplit_once('.') {
        None => decorator.name == "shared_task" || imports && matches!(&*decorator.name, "task" | "periodic_task"),
        Some((app, "task" | "periodic_task" | "shared_task")) => {
            let app = last_part(app).to_lowercase();
            imports || app.contains("celery") || app.ends_with("app")
        }
        Some(_) => false,
    }
}

/// `class Report(Task)` with its `run`.
fn task_class(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Option<MessageFact> {
    let is_base = |base: &str| matches!(base, "Task" | "celery.Task" | "app.Task" | "celery_app.Task");
    if !class.bases.iter().any(|base| is_base(base)) {
        return None;
    }
    let (run, method) = outline.children(index).find(|(_, it)| it.name == "run")?;
    let stated = outline.assignments.iter().find(|it| it.enclosing == Some(index) && it.target == "name");
    let channel = stated.and_then(|it| named_by(&it.value)).unwrap_or(ChannelRef::Function(index));
    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Task, channel, (Some(run), method.line));
    Some(MessageFact { carrier: Some(class.name.clone()), enclosing: class.parent, ..own })
}

/// The task that a call sends: `send_mail.delay(..)`, `app.send_task("shop.send_mail")`, `signature("shop.send_mail")`.
fn sent(call: &CallValue, imports: bool) -> Option<ChannelRef> {
    let callee = call.callee.as_str();
    let is_text = |value: &&Value| matches!(value, Value::Text(_) | Value::Name(_));
    if callee == "send_task" || imports && callee == "signature" && call.receiver.is_none() {
        return call.positional(0).or_else(|| call.named("name")).filter(is_text).and_then(named_by);
    }
    let receiver = call.receiver.as_ref().filter(|_| SENDING.contains(&callee))?;
    matches!(receiver, Value::Name(_)).then(|| ChannelRef::Carrier(receiver.clone()))
}
