//! Nest's microservices: message and event patterns, and the clients that send to them.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{Outline, Value, last_part, positional};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made, rules, types};

/// Nest's microservices.
pub struct NestMicroservices;

const ID: &str = "nest_microservices";

/// Types of the clients.
const CLIENTS: &[&str] =
    &["ClientKafka", "ClientMqtt", "ClientNats", "ClientProxy", "ClientRMQ", "ClientRedis", "ClientTCP"];

impl Messaging for NestMicroservices {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Nest microservices"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["@nestjs/microservices"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq", "kafka", "nats", "mqtt", "redis"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        if !made::imports(outline, &["@nestjs/microservices"]) {
            return messages;
        }
        for (index, method) in (0..).zip(&outline.definitions) {
            for decorator in &method.decorators {
                let kind = match last_part(&decorator.name) {
                    "EventPattern" => ChannelKind::Topic,
                    "MessagePattern" => ChannelKind::Queue,
                    _ => continue,
                };
                let stated = positional(&decorator.args, 0).into_iter().flat_map(made::each).filter_map(pattern);
                messages.facts.extend(stated.map(|channel| {
                    let own = made::fact(ID, MessageRole::Consume, kind, channel, (Some(index), method.line));
                    MessageFact { party: HandlerRef::Definition(index), ..own }
                }));
            }
        }
        for call in outline.calls.iter().filter(|it| matches!(it.value.callee.as_str(), "emit" | "send")) {
            let receiver = call.value.receiver.as_ref().and_then(Value::as_name);
            let declared = receiver.and_then(|name| types::declared(outline, call.enclosing, name));
            if !declared.is_some_and(|own| CLIENTS.contains(&own)) {
                continue;
            }
            let kind = if call.value.callee == "emit" { ChannelKind::Topic } else { ChannelKind::Queue };
            let Some(channel) = call.value.positional(0).and_then(pattern) else { continue };
            let place = (call.enclosing, call.value.line);
            messages.facts.push(made::fact(ID, MessageRole::Publish, kind, channel, place));
        }
        messages
    }
}

/// A pattern: a text, a constant, or a record such as `{ cmd: "sum" }`.
fn pattern(value: &Value) -> Option<ChannelRef> {
    match value {
        Value::Record(fields) => fields.iter().find_map(|(_, value)| rules::named_by(value)),
        value => rules::named_by(value),
    }
}
