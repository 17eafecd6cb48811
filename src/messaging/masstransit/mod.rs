//! `MassTransit`: consumers and sagas by the types of their messages.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageRole, Messages};
use crate::codebase::outline::{Outline, SymbolKind, last_part};
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BaseRule, CallRule, On, Rules, Where};
use super::{Messaging, made, rules, types};

/// `MassTransit`.
pub struct MassTransit;

const ID: &str = "masstransit";

const SENDERS: &[&str] = &[
    "ConsumeContext",
    "IBus",
    "IBusControl",
    "IMessageScheduler",
    "IPublishEndpoint",
    "IPublishEndpointProvider",
    "IRequestClient",
    "ISendEndpoint",
    "ISendEndpointProvider",
    "ITopicProducer",
];

const fn sends(callee: &'static str, channel: &'static [Where]) -> CallRule {
    CallRule { callee, on: On::Type(SENDERS), role: MessageRole::Publish, channel, handler: None }
}

const FIRST: &[Where] = &[Where::TypeArg(0), Where::TypeOf(0)];

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["csharp"],
    imports: &["MassTransit"],
    gated: false,
    kind: ChannelKind::Event,
    subscription: &[],
    makers: &[],
    calls: &[
        sends("Publish", FIRST),
        sends("PublishBatch", &[Where::TypeArg(0)]),
        sends("Send", FIRST),
        sends("Produce", FIRST),
        sends("GetResponse", &[Where::TypeOf(0)]),
        sends("SchedulePublish", &[Where::TypeArg(0), Where::TypeOf(1)]),
    ],
    decorators: &[],
    bases: &[
        BaseRule { base: "IConsumer", argument: 0, methods: &["Consume"] },
        BaseRule { base: "IJobConsumer", argument: 0, methods: &["Run"] },
        BaseRule { base: "InitiatedBy", argument: 0, methods: &["Consume"] },
        BaseRule { base: "Orchestrates", argument: 0, methods: &["Consume"] },
    ],
}];

/// Calls in a state machine that send, with the type of what they send.
const OF_SAGAS: &[&str] = &["Publish", "PublishAsync", "Send", "SendAsync"];

impl Messaging for MassTransit {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "MassTransit"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["MassTransit"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq", "servicebus", "aws_sqs", "kafka", "activemq"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = rules::read(RULES, language, outline);
        sagas(outline, &mut messages);
        messages
    }
}

/// `public Event<OrderPlaced> Placed { get; }` of a class below `MassTransitStateMachine<..>`, and what it sends.
fn sagas(outline: &Outline, messages: &mut Messages) {
    for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
        if !class.bases.iter().any(|base| last_part(base) == "MassTransitStateMachine") {
            continue;
        }
        for (_, member) in outline.children(index) {
            let declared = member.type_name.as_deref().filter(|it| last_part(it) == "Event");
            let Some(message) = declared.and_then(|it| types::arguments(it).into_iter().next()) else { continue };
            let (channel, place) = (ChannelRef::Type(message), (Some(index), member.line));
            messages.facts.push(made::fact(ID, MessageRole::Consume, ChannelKind::Event, channel, place));
        }
        for call in outline.calls.iter().filter(|it| OF_SAGAS.contains(&it.value.callee.as_str())) {
            let inside = class.lines.contains(call.value.line);
            let typed = call.value.type_args.last().cloned().map(ChannelRef::Type);
            let channel = typed.or_else(|| call.value.args.iter().find_map(|it| rules::typed_by(&it.value)));
            let Some(channel) = channel.filter(|_| inside) else { continue };
            let place = (call.enclosing, call.value.line);
            messages.facts.push(made::fact(ID, MessageRole::Publish, ChannelKind::Event, channel, place));
        }
    }
}
