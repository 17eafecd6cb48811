//! `NServiceBus`.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, BaseRule, On, Rules, Where, publish};
use super::{Messaging, rules};

/// `NServiceBus`.
pub struct NServiceBus;

const ID: &str = "nservicebus";

const SENDERS: On = On::Type(&[
    "IEndpointInstance",
    "IMessageHandlerContext",
    "IMessageProcessingContext",
    "IMessageSession",
    "IPipelineContext",
    "ITransactionalSession",
]);

const FIRST: &[Where] = &[Where::TypeArg(0), Where::TypeOf(0)];

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["csharp"],
    imports: &["NServiceBus"],
    gated: false,
    kind: ChannelKind::Event,
    calls: &[
        publish("Publish", SENDERS, FIRST),
        publish("Send", SENDERS, FIRST),
        publish("SendLocal", SENDERS, FIRST),
        publish("Reply", SENDERS, FIRST),
    ],
    bases: &[
        BaseRule { base: "IHandleMessages", argument: 0, methods: &["Handle"] },
        BaseRule { base: "IAmStartedByMessages", argument: 0, methods: &["Handle"] },
        BaseRule { base: "IHandleTimeouts", argument: 0, methods: &["Timeout"] },
    ],
    ..BLANK
}];

impl Messaging for NServiceBus {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "NServiceBus"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["NServiceBus"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq", "servicebus", "aws_sqs", "azure.queue"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
