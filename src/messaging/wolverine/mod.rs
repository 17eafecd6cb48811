//! Wolverine: handlers by convention, and the bus that sends to them.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{Outline, SymbolKind};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, publish};
use super::{Messaging, made, rules};

/// Wolverine.
pub struct Wolverine;

const ID: &str = "wolverine";

const BUS: On = On::Type(&["IMessageBus", "IMessageContext"]);
const FIRST: &[Where] = &[Where::TypeArg(0), Where::TypeOf(0)];

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["csharp"],
    imports: &["Wolverine"],
    gated: false,
    kind: ChannelKind::Event,
    calls: &[
        publish("PublishAsync", BUS, FIRST),
        publish("SendAsync", BUS, FIRST),
        publish("ScheduleAsync", BUS, FIRST),
    ],
    ..BLANK
}];

/// Names of methods that take a message, in classes whose names end so.
const METHODS: &[&str] = &["Consume", "ConsumeAsync", "Consumes", "Handle", "HandleAsync", "Handles"];
const CLASSES: &[&str] = &["Consumer", "Handler"];

impl Messaging for Wolverine {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Wolverine"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["WolverineFx"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq", "servicebus", "kafka", "aws_sqs"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = rules::read(RULES, language, outline);
        let is_handler = |name: &str| CLASSES.iter().any(|end| name.ends_with(end));
        for (index, class) in (0..).zip(&outline.definitions) {
            // A base says which other library finds the class.
            if class.kind != SymbolKind::Class || !is_handler(&class.name) || !class.bases.is_empty() {
                continue;
            }
            for (method, it) in outline.children(index).filter(|(_, it)| METHODS.contains(&it.name.as_str())) {
                let Some(message) = it.parameters.first().and_then(|it| it.type_name.clone()) else { continue };
                let (channel, place) = (ChannelRef::Type(message), (Some(index), it.line));
                let own = made::fact(ID, MessageRole::Consume, ChannelKind::Event, channel, place);
                messages.facts.push(MessageFact { party: HandlerRef::Definition(method), proven: false, ..own });
            }
        }
        messages
    }
}
