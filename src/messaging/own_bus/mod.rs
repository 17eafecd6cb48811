//! Buses that a repository builds itself over a broker's client, and subscriptions by the types of event and handler.
//!
//! Whether what is called is such a bus is known when all files are joined: only a class that holds a broker's client, or
//! an interface that such a class implements, is one. What hands events on within the process is none.

use crate::codebase::message::{BusFact, ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{
    Call, Definition, DefinitionIndex, Outline, ReferenceKind, SymbolKind, Value, last_part,
};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// A repository's own buses.
pub struct OwnBus;

const ID: &str = "own_bus";

/// Types of brokers' clients, with the external system that each is a client of.
const CLIENTS: &[(&str, &str)] = &[
    ("EventHubProducerClient", "eventhubs"),
    ("IAmazonSQS", "aws_sqs"),
    ("IAmazonSimpleNotificationService", "aws.sns"),
    ("IChannel", "rabbitmq"),
    ("IModel", "rabbitmq"),
    ("INatsConnection", "nats"),
    ("IProducer", "kafka"),
    ("IServiceBusPersisterConnection", "servicebus"),
    ("ITopicClient", "servicebus"),
    ("ServiceBusClient", "servicebus"),
    ("ServiceBusSender", "servicebus"),
];

/// Beginnings of the names of methods that publish.
const PUBLISHING: &[&str] = &["Publish", "Send", "Enqueue", "Emit", "Raise", "Dispatch", "Produce"];

/// Methods that subscribe a type of handler to a type of event.
const SUBSCRIBING: &[&str] =
    &["AddSubscription", "Subscribe", "SubscribeAsync", "AddEventHandler", "AddIntegrationEventHandler"];

impl Messaging for OwnBus {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "own event buses over a broker's client"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &[]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        Messages { facts: facts(outline), buses: buses(outline), ..Messages::default() }
    }
}

/// Classes that hold a broker's client and have a method that publishes.
fn buses(outline: &Outline) -> Vec<BusFact> {
    let held = outline.references.iter().filter(|it| it.kind == ReferenceKind::Type);
    let client =
        held.filter_map(|it| CLIENTS.iter().find(|(name, _)| *name == last_part(&it.name)).map(|known| (it, known)));
    let mut found: Vec<BusFact> = Vec::new();
    for (reference, (_, broker)) in client {
        let Some(class) = class_around(outline, reference.enclosing) else { continue };
        let publishes =
            |(_, it): (DefinitionIndex, &Definition)| it.kind == SymbolKind::Method && is_publishing(&it.name);
        if found.iter().all(|it| it.class != class) && outline.children(class).any(publishes) {
            found.push(BusFact { class, broker: Atom::new(broker) });
        }
    }
    found
}

fn class_around(outline: &Outline, mut place: Option<DefinitionIndex>) -> Option<DefinitionIndex> {
    loop {
        let index = place?;
        let definition = outline.definition(index)?;
        if definition.kind == SymbolKind::Class {
            return Some(index);
        }
        place = definition.parent.filter(|parent| *parent < index);
    }
}

fn is_publishing(name: &str) -> bool {
    PUBLISHING.iter().any(|word| {
        name.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(|letter: char| letter.is_uppercase()))
    })
}

fn facts(outline: &Outline) -> Vec<MessageFact> {
    let mut facts = Vec::new();
    for call in &outline.calls {
        let callee = call.value.callee.as_str();
        if SUBSCRIBING.contains(&callee) {
            facts.extend(subscribed(call));
        } else if is_publishing(callee) && call.value.receiver.is_some() {
            facts.extend(published(call));
        }
    }
    facts
}

/// `bus.AddSubscription<OrderPlaced, OrderPlacedHandler>()`.
fn subscribed(call: &Call) -> Option<MessageFact> {
    let [event, handler] = call.value.type_args.as_slice() else { return None };
    let place = (call.enclosing, call.value.line);
    let own = made::fact(ID, MessageRole::Consume, ChannelKind::Event, ChannelRef::Type(event.clone()), place);
    Some(MessageFact { party: HandlerRef::Name(handler.clone()), proven: false, ..own })
}

/// `_bus.PublishAsync(new OrderPlaced(..))`.
fn published(call: &Call) -> Option<MessageFact> {
    let method = call.value.path()?;
    let given = call.value.args.iter().map(|argument| &argument.value);
    let mut given = given.filter(|value| matches!(value, Value::Call(_) | Value::Name(_)));
    let channel = match call.value.type_args.as_slice() {
        [event] => ChannelRef::Type(event.clone()),
        _ => rules::typed_by(given.next()?)?,
    };
    let place = (call.enclosing, call.value.line);
    let own = made::fact(ID, MessageRole::Publish, ChannelKind::Event, channel, place);
    Some(MessageFact { carrier: Some(method), proven: false, ..own })
}
