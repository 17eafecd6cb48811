//! Azure Event Hubs.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, gives, publish, takes};
use super::{Messaging, rules};

/// Azure Event Hubs.
pub struct AzureEventHubs;

const ID: &str = "azure_event_hubs";

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Azure.Messaging.EventHubs"],
        gated: false,
        kind: ChannelKind::Topic,
        calls: &[
            publish("EventHubProducerClient", On::New, &[Where::Arg(1)]),
            consume("EventHubConsumerClient", On::New, &[Where::Arg(2)], None),
            consume("EventProcessorClient", On::New, &[Where::Arg(3)], None),
        ],
        decorators: &[
            takes("EventHubTrigger", &[Where::Arg(0)]),
            gives("EventHubOutput", &[Where::Arg(0)]),
            gives("EventHub", &[Where::Arg(0)]),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["azure.eventhub"],
        kind: ChannelKind::Topic,
        calls: &[
            publish("from_connection_string", On::Name(&["EventHubProducerClient"]), &[Where::Named("eventhub_name")]),
            consume(
                "from_connection_string",
                On::Name(&["EventHubConsumerClient"]),
                &[Where::Named("eventhub_name")],
                None,
            ),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["@azure/event-hubs"],
        kind: ChannelKind::Topic,
        calls: &[
            publish("EventHubProducerClient", On::New, &[Where::Arg(1)]),
            consume("EventHubConsumerClient", On::New, &[Where::Arg(2)], None),
        ],
        ..BLANK
    },
];

impl Messaging for AzureEventHubs {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Azure Event Hubs"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &[
            "Azure.Messaging.EventHubs",
            "Microsoft.Azure.Functions.Worker.Extensions.EventHubs",
            "Microsoft.Azure.WebJobs.Extensions.EventHubs",
            "azure-eventhub",
            "@azure/event-hubs",
        ]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["eventhubs"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
