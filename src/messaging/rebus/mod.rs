//! Rebus.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, BaseRule, On, Rules, Where, publish};
use super::{Messaging, rules};

/// Rebus.
pub struct Rebus;

const ID: &str = "rebus";

const FIRST: &[Where] = &[Where::TypeArg(0), Where::TypeOf(0)];

const BUS: On = On::Type(&["IBus", "ISyncBus"]);

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["csharp"],
    imports: &["Rebus"],
    gated: false,
    kind: ChannelKind::Event,
    calls: &[
        publish("Publish", BUS, FIRST),
        publish("Send", BUS, FIRST),
        publish("SendLocal", BUS, FIRST),
        publish("Defer", BUS, &[Where::TypeOf(1)]),
    ],
    bases: &[
        BaseRule { base: "IHandleMessages", argument: 0, methods: &["Handle"] },
        BaseRule { base: "IAmInitiatedBy", argument: 0, methods: &["Handle"] },
    ],
    ..BLANK
}];

impl Messaging for Rebus {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Rebus"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["Rebus"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["rabbitmq", "servicebus", "aws_sqs", "azure.queue"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
