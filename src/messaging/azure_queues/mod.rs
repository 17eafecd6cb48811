//! Azure Storage queues.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, gives, maker, publish, takes};
use super::{Messaging, rules};

/// Azure Storage queues.
pub struct AzureQueues;

const ID: &str = "azure_queues";

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Azure.Storage.Queues"],
        gated: false,
        kind: ChannelKind::Queue,
        makers: &[maker("QueueClient", On::New, &[Where::Arg(1)]), maker("GetQueueClient", On::Any, &[Where::Arg(0)])],
        calls: &[
            publish("SendMessageAsync", On::Any, &[Where::Receiver]),
            publish("SendMessage", On::Any, &[Where::Receiver]),
            consume("ReceiveMessagesAsync", On::Any, &[Where::Receiver], None),
            consume("ReceiveMessageAsync", On::Any, &[Where::Receiver], None),
        ],
        decorators: &[
            takes("QueueTrigger", &[Where::Arg(0)]),
            gives("QueueOutput", &[Where::Arg(0)]),
            gives("Queue", &[Where::Arg(0)]),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["azure.storage.queue"],
        kind: ChannelKind::Queue,
        makers: &[
            maker("from_connection_string", On::Name(&["QueueClient"]), &[Where::Arg(1), Where::Named("queue_name")]),
            maker("get_queue_client", On::Any, &[Where::Arg(0)]),
        ],
        calls: &[
            publish("send_message", On::Any, &[Where::Receiver]),
            consume("receive_messages", On::Any, &[Where::Receiver], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["@azure/storage-queue"],
        kind: ChannelKind::Queue,
        makers: &[maker("getQueueClient", On::Any, &[Where::Arg(0)]), maker("QueueClient", On::New, &[Where::Arg(1)])],
        calls: &[
            publish("sendMessage", On::Any, &[Where::Receiver]),
            consume("receiveMessages", On::Any, &[Where::Receiver], None),
        ],
        ..BLANK
    },
];

impl Messaging for AzureQueues {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Azure Storage queues"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &[
            "Azure.Storage.Queues",
            "Microsoft.Azure.Functions.Worker.Extensions.Storage",
            "Microsoft.Azure.WebJobs.Extensions.Storage",
            "azure-storage-queue",
            "@azure/storage-queue",
        ]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["azure.queue"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
