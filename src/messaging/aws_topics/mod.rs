//! Amazon SNS.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, publish};
use super::{Messaging, rules};

/// Amazon SNS.
pub struct AwsTopics;

const ID: &str = "aws_topics";

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Amazon.SimpleNotificationService"],
        gated: false,
        kind: ChannelKind::Topic,
        calls: &[publish("PublishRequest", On::New, &[Where::Init("TopicArn"), Where::Arg(0)])],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["boto3", "aioboto3", "botocore"],
        kind: ChannelKind::Topic,
        calls: &[publish("publish", On::Any, &[Where::Named("TopicArn")])],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["@aws-sdk/client-sns", "aws-sdk"],
        kind: ChannelKind::Topic,
        calls: &[
            publish("PublishCommand", On::New, &[Where::Key(0, "TopicArn")]),
            publish("publish", On::Any, &[Where::Key(0, "TopicArn")]),
        ],
        ..BLANK
    },
];

impl Messaging for AwsTopics {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Amazon SNS"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["AWSSDK.SimpleNotificationService", "boto3", "aioboto3", "@aws-sdk/client-sns", "aws-sdk"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["aws.sns"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
