//! Azure Service Bus.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, gives, maker, publish, takes};
use super::{Messaging, rules};

/// Azure Service Bus.
pub struct AzureServiceBus;

const ID: &str = "azure_servicebus";

/// The queue or topic that a method of the client is given.
const ENTITY: &[Where] = &[Where::Arg(0), Where::Named("queueName"), Where::Named("topicName")];

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Azure.Messaging.ServiceBus"],
        gated: false,
        subscription: &[Where::Arg(1), Where::Named("subscriptionName"), Where::Named("EntityType")],
        makers: &[maker("CreateSender", On::Any, &[Where::Arg(0), Where::Named("queueOrTopicName")])],
        calls: &[
            publish("SendMessageAsync", On::Any, &[Where::Receiver]),
            publish("SendMessagesAsync", On::Any, &[Where::Receiver]),
            publish("ScheduleMessageAsync", On::Any, &[Where::Receiver]),
            consume("CreateProcessor", On::Any, ENTITY, None),
            consume("CreateReceiver", On::Any, ENTITY, None),
            consume("CreateSessionProcessor", On::Any, ENTITY, None),
            consume("AcceptNextSessionAsync", On::Any, ENTITY, None),
        ],
        decorators: &[
            takes("ServiceBusTrigger", &[Where::Arg(0)]),
            gives("ServiceBusOutput", &[Where::Arg(0)]),
            gives("ServiceBus", &[Where::Arg(0)]),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Microsoft.Azure.ServiceBus"],
        makers: &[maker("QueueClient", On::New, &[Where::Arg(1)])],
        calls: &[
            publish("SendAsync", On::Any, &[Where::Receiver]),
            consume("RegisterMessageHandler", On::Type(&["QueueClient", "IQueueClient"]), &[Where::Receiver], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Microsoft.Azure.ServiceBus"],
        kind: ChannelKind::Topic,
        makers: &[maker("TopicClient", On::New, &[Where::Arg(1)])],
        calls: &[consume("SubscriptionClient", On::New, &[Where::Arg(1)], None)],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["azure.servicebus"],
        makers: &[maker("get_queue_sender", On::Any, &[Where::Named("queue_name"), Where::Arg(0)])],
        calls: &[
            publish("send_messages", On::Any, &[Where::Receiver]),
            publish("schedule_messages", On::Any, &[Where::Receiver]),
            consume("get_queue_receiver", On::Any, &[Where::Named("queue_name"), Where::Arg(0)], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["azure.servicebus"],
        kind: ChannelKind::Topic,
        makers: &[maker("get_topic_sender", On::Any, &[Where::Named("topic_name"), Where::Arg(0)])],
        calls: &[consume("get_subscription_receiver", On::Any, &[Where::Named("topic_name"), Where::Arg(0)], None)],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["azure.functions"],
        subscription: &[Where::Named("subscription_name"), Where::Named("topic_name")],
        decorators: &[
            takes("service_bus_queue_trigger", &[Where::Named("queue_name")]),
            takes("service_bus_topic_trigger", &[Where::Named("topic_name")]),
            gives("service_bus_queue_output", &[Where::Named("queue_name")]),
            gives("service_bus_topic_output", &[Where::Named("topic_name")]),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["@azure/service-bus"],
        subscription: &[Where::Arg(1)],
        makers: &[maker("createSender", On::Any, &[Where::Arg(0)])],
        calls: &[
            publish("sendMessages", On::Any, &[Where::Receiver]),
            publish("scheduleMessages", On::Any, &[Where::Receiver]),
            consume("createReceiver", On::Any, &[Where::Arg(0)], None),
            consume("acceptNextSession", On::Any, &[Where::Arg(0)], None),
        ],
        ..BLANK
    },
];

impl Messaging for AzureServiceBus {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Azure Service Bus"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &[
            "Azure.Messaging.ServiceBus",
            "Microsoft.Azure.ServiceBus",
            "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus",
            "Microsoft.Azure.WebJobs.Extensions.ServiceBus",
            "azure-servicebus",
            "@azure/service-bus",
        ]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["servicebus"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
