//! Kafka clients.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, publish};
use super::{Messaging, rules};

/// Kafka clients.
pub struct Kafka;

const ID: &str = "kafka";

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Confluent.Kafka"],
        gated: false,
        kind: ChannelKind::Topic,
        calls: &[
            publish("ProduceAsync", On::Any, &[Where::Arg(0)]),
            publish("Produce", On::Any, &[Where::Arg(0)]),
            consume("Subscribe", On::Type(&["IConsumer"]), &[Where::Arg(0)], None),
            consume("Subscribe", On::Word(&["consumer"]), &[Where::Arg(0)], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["kafka", "aiokafka", "confluent_kafka"],
        kind: ChannelKind::Topic,
        calls: &[
            consume("KafkaConsumer", On::Any, &[Where::Args], None),
            consume("AIOKafkaConsumer", On::Any, &[Where::Args], None),
            consume("subscribe", On::Any, &[Where::Named("topics"), Where::Arg(0)], None),
            publish("send", On::Word(&["producer", "kafka"]), &[Where::Arg(0), Where::Named("topic")]),
            publish("send_and_wait", On::Any, &[Where::Arg(0), Where::Named("topic")]),
            publish("produce", On::Any, &[Where::Arg(0), Where::Named("topic")]),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["kafkajs", "@confluentinc/kafka-javascript"],
        gated: false,
        kind: ChannelKind::Topic,
        calls: &[
            publish("send", On::Word(&["producer", "kafka"]), &[Where::Key(0, "topic")]),
            consume(
                "subscribe",
                On::Word(&["consumer", "kafka"]),
                &[Where::Key(0, "topic"), Where::Key(0, "topics")],
                None,
            ),
        ],
        ..BLANK
    },
];

impl Messaging for Kafka {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Kafka clients"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["Confluent.Kafka", "kafka-python", "aiokafka", "confluent-kafka", "kafkajs", "node-rdkafka"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["kafka"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
