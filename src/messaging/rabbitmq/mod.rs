//! `RabbitMQ` by its clients: `RabbitMQ.Client`, pika, aio-pika, kombu, amqplib.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{Call, Outline, Value};
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, maker, publish};
use super::{Messaging, made, rules};

/// `RabbitMQ` by its clients.
pub struct RabbitMq;

const ID: &str = "rabbitmq";

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["RabbitMQ.Client"],
        gated: false,
        calls: &[
            consume("BasicConsume", On::Any, &[Where::Named("queue"), Where::Arg(0)], None),
            consume("BasicConsumeAsync", On::Any, &[Where::Named("queue"), Where::Arg(0)], None),
            consume("BasicGet", On::Any, &[Where::Named("queue"), Where::Arg(0)], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["pika", "aio_pika", "kombu", "aiormq"],
        makers: &[
            maker("declare_queue", On::Any, &[Where::Named("name"), Where::Arg(0)]),
            maker("Queue", On::Any, &[Where::Named("name"), Where::Arg(0)]),
        ],
        calls: &[
            consume(
                "basic_consume",
                On::Any,
                &[Where::Named("queue"), Where::Arg(0)],
                Some(Where::Named("on_message_callback")),
            ),
            consume("consume", On::Word(&["queue"]), &[Where::Receiver], Some(Where::Arg(0))),
            publish("publish", On::Word(&["exchange"]), &[Where::Named("routing_key"), Where::Arg(1)]),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["amqplib", "amqp-connection-manager"],
        calls: &[
            publish("sendToQueue", On::Any, &[Where::Arg(0)]),
            consume("consume", On::Word(&["channel", "ch"]), &[Where::Arg(0)], Some(Where::Arg(1))),
        ],
        ..BLANK
    },
];

/// Calls that publish to an exchange, or over the unnamed one to the queue that the routing key names.
const PUBLISHING: &[&str] = &["BasicPublish", "BasicPublishAsync", "basic_publish", "publish"];
/// Calls that bind a queue to an exchange: what makes them takes the exchange's messages.
const BINDING: &[&str] = &["QueueBind", "QueueBindAsync", "queue_bind", "bindQueue"];

/// Modules of the clients whose calls these are.
const MODULES: &[&str] = &["RabbitMQ.Client", "pika", "amqplib", "amqp-connection-manager"];

impl Messaging for RabbitMq {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "RabbitMQ clients"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["RabbitMQ.Client", "pika", "aio-pika", "kombu", "amqplib", "amqp-connection-manager"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = rules::read(RULES, language, outline);
        let proven = made::imports(outline, MODULES);
        let is_csharp = language.as_str() == "csharp";
        for call in outline.calls.iter().filter(|_| proven || is_csharp) {
            let callee = call.value.callee.as_str();
            if PUBLISHING.contains(&callee) {
                messages.facts.extend(published(call, proven));
            } else if BINDING.contains(&callee) {
                messages.facts.extend(bound(call, proven));
            }
        }
        messages
    }
}

fn published(call: &Call, proven: bool) -> Option<MessageFact> {
    let named = |names: &[&str]| names.iter().find_map(|name| call.value.named(name));
    let exchange = named(&["exchange"]).or_else(|| call.value.positional(0));
    let key = named(&["routing_key", "routingKey"]).or_else(|| call.value.positional(1));
    // `publish` alone is a word that other clients have, too.
    if call.value.callee == "publish" && call.value.args.len() < 3 {
        return None;
    }
    let is_unnamed = exchange.is_none_or(|it| it.as_text() == Some(""));
    let (kind, value) = if is_unnamed { (ChannelKind::Queue, key) } else { (ChannelKind::Exchange, exchange) };
    let channel = value.filter(|it| it.as_text() != Some("")).and_then(rules::named_by)?;
    let own = made::fact(ID, MessageRole::Publish, kind, channel, (call.enclosing, call.value.line));
    Some(MessageFact { proven, ..own })
}

fn bound(call: &Call, proven: bool) -> Option<MessageFact> {
    let exchange: &Value = call.value.named("exchange").or_else(|| call.value.positional(1))?;
    let channel: ChannelRef = rules::named_by(exchange)?;
    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Exchange, channel, (call.enclosing, call.value.line));
    Some(MessageFact { proven, ..own })
}
