//! Bull and `BullMQ`, by themselves and in Nest: queues in Redis.

use crate::codebase::message::{
    ChannelKind, ChannelRef, JobFact, MessageFact, MessageRole, Messages, Runs, ScheduleFact,
};
use crate::codebase::outline::{CallValue, Definition, DefinitionIndex, Outline, SymbolKind, Value, positional};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::rules::{CallRule, Maker, On, Rules, Where};
use super::{Messaging, made, rules};

/// Bull and `BullMQ`.
pub struct Bull;

const ID: &str = "bull";

const LANGUAGES: &[&str] = &["javascript", "typescript"];
const MODULES: &[&str] = &["bull", "bullmq", "@nestjs/bull", "@nestjs/bullmq", "bee-queue"];

const fn adds(callee: &'static str, on: On) -> CallRule {
    CallRule { callee, on, role: MessageRole::Publish, channel: &[Where::Receiver], handler: None }
}

const QUEUE: &[&str] = &["queue"];

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: LANGUAGES,
        imports: MODULES,
        gated: true,
        kind: ChannelKind::Queue,
        subscription: &[],
        makers: &[
            Maker { callee: "Queue", on: On::New, channel: &[Where::Arg(0)] },
            Maker { callee: "QueueEvents", on: On::New, channel: &[Where::Arg(0)] },
        ],
        calls: &[
            CallRule {
                callee: "Worker",
                on: On::New,
                role: MessageRole::Consume,
                channel: &[Where::Arg(0)],
                handler: Some(Where::Arg(1)),
            },
            CallRule {
                callee: "registerQueue",
                on: On::Any,
                role: MessageRole::Declare,
                channel: &[Where::Key(0, "name")],
                handler: None,
            },
            adds("addBulk", On::Any),
            adds("upsertJobScheduler", On::Any),
        ],
        decorators: &[],
        bases: &[],
    },
    // What a queue is made with stands in another file as a rule.
    Rules {
        id: ID,
        languages: LANGUAGES,
        imports: MODULES,
        gated: false,
        kind: ChannelKind::Queue,
        subscription: &[],
        makers: &[],
        calls: &[adds("add", On::Word(QUEUE)), adds("addBulk", On::Word(QUEUE))],
        decorators: &[],
        bases: &[],
    },
];

impl Messaging for Bull {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Bull, BullMQ"
    }

    fn languages(&self) -> &'static [&'static str] {
        LANGUAGES
    }

    fn packages(&self) -> &'static [&'static str] {
        MODULES
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["redis"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = rules::read(RULES, language, outline);
        if made::imports(outline, MODULES) {
            for call in &outline.calls {
                let place = (call.enclosing, call.value.line);
                match call.value.callee.as_str() {
                    "process" => messages.facts.extend(processed(&call.value, place)),
                    "add" => messages.jobs.extend(repeated(&call.value, place)),
                    "upsertJobScheduler" => messages.jobs.extend(scheduled(&call.value, place)),
                    _ => {}
                }
            }
            for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
                processor(outline, index, class, &mut messages.facts);
                injected(outline, index, &mut messages.facts);
            }
        }
        messages
    }
}

/// `queue.process("name", 5, handler)`.
fn processed(call: &CallValue, place: (Option<DefinitionIndex>, u32)) -> Option<MessageFact> {
    let receiver = call.receiver.clone().filter(|it| matches!(it, Value::Name(_) | Value::Call(_)))?;
    let party = call.args.last().and_then(|last| made::handler(&last.value))?;
    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Queue, ChannelRef::Carrier(receiver), place);
    Some(MessageFact { party, ..own })
}

/// `queue.upsertJobScheduler("name", { pattern: "0 3 * * *" }, template)`.
fn scheduled(call: &CallValue, place: (Option<DefinitionIndex>, u32)) -> Option<JobFact> {
    timed(call, call.positional(1)?, place)
}

/// `queue.add("name", data, { repeat: { pattern: "0 3 * * *" } })`.
fn repeated(call: &CallValue, place: (Option<DefinitionIndex>, u32)) -> Option<JobFact> {
    let repeat = call.args.iter().find_map(|argument| argument.value.key("repeat"))?;
    timed(call, repeat, place)
}

fn timed(call: &CallValue, repeat: &Value, place: (Option<DefinitionIndex>, u32)) -> Option<JobFact> {
    let schedule = match (repeat.key("pattern").or_else(|| repeat.key("cron")), repeat.key("every")) {
        (Some(pattern), _) => ScheduleFact::At(pattern.clone()),
        (None, Some(every)) => ScheduleFact::Every(vec![(Atom::new("milliseconds"), every.clone())]),
        (None, None) => return None,
    };
    let receiver = call.receiver.clone()?;
    let name = call.positional(0).filter(|it| matches!(it, Value::Text(_) | Value::Name(_))).cloned();
    let own = made::job(ID, schedule, Runs::Consumers(ChannelRef::Carrier(receiver)), place);
    Some(JobFact { name, ..own })
}

/// `@Processor(QUEUE) class` with its `@Process(..)` methods, or the one that its base class asks for.
fn processor(outline: &Outline, index: DefinitionIndex, class: &Definition, facts: &mut Vec<MessageFact>) {
    let Some(decorator) = class.decorator("Processor") else { return };
    let Some(stated) = positional(&decorator.args, 0) else { return };
    let Some(channel) = rules::named_by(stated.key("name").unwrap_or(stated)) else { return };
    let takes = |(_, it): &(DefinitionIndex, &Definition)| {
        it.decorator("Process").is_some() || it.name == "process" && it.kind == SymbolKind::Method
    };
    let mut taking: Vec<(DefinitionIndex, u32)> =
        outline.children(index).filter(takes).map(|(method, it)| (method, it.line)).collect();
    if taking.is_empty() {
        taking.push((index, class.line));
    }
    for (method, line) in taking {
        let place = (Some(index), line);
        let own = made::fact(ID, MessageRole::Consume, ChannelKind::Queue, channel.clone(), place);
        facts.push(MessageFact { party: HandlerRef::Definition(method), ..own });
    }
}

/// `constructor(@InjectQueue(QUEUE) private readonly queue: Queue)`.
fn injected(outline: &Outline, class: DefinitionIndex, facts: &mut Vec<MessageFact>) {
    for (_, constructor) in outline.children(class).filter(|(_, it)| it.kind == SymbolKind::Constructor) {
        for parameter in &constructor.parameters {
            for decorator in parameter.decorators.iter().filter(|it| it.name == "InjectQueue") {
                let Some(channel) = positional(&decorator.args, 0).and_then(rules::named_by) else { continue };
                let place = (Some(class), decorator.lines.first);
                let own = made::fact(ID, MessageRole::Declare, ChannelKind::Queue, channel, place);
                facts.push(MessageFact { carrier: Some(Atom::from(format!("this.{}", parameter.name))), ..own });
            }
        }
    }
}
