//! Google Pub/Sub.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, publish};
use super::{Messaging, rules};

/// Google Pub/Sub.
pub struct GooglePubSub;

const ID: &str = "google_pubsub";

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Google.Cloud.PubSub"],
        gated: false,
        kind: ChannelKind::Topic,
        calls: &[
            publish("FromProjectTopic", On::Any, &[Where::Arg(1)]),
            consume("FromProjectSubscription", On::Any, &[Where::Arg(1)], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["google.cloud.pubsub_v1", "google.cloud"],
        kind: ChannelKind::Topic,
        calls: &[
            publish("topic_path", On::Any, &[Where::Arg(1)]),
            consume("subscription_path", On::Any, &[Where::Arg(1)], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["@google-cloud/pubsub"],
        kind: ChannelKind::Topic,
        calls: &[publish("topic", On::Any, &[Where::Arg(0)]), consume("subscription", On::Any, &[Where::Arg(0)], None)],
        ..BLANK
    },
];

impl Messaging for GooglePubSub {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Google Pub/Sub"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["Google.Cloud.PubSub.V1", "google-cloud-pubsub", "@google-cloud/pubsub"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["gcp_pubsub"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
