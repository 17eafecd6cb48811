//! Amazon SQS.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, publish};
use super::{Messaging, rules};

/// Amazon SQS.
pub struct AwsQueues;

const ID: &str = "aws_queues";

static RULES: &[Rules] = &[
    Rules {
        id: ID,
        languages: &["csharp"],
        imports: &["Amazon.SQS"],
        gated: false,
        kind: ChannelKind::Queue,
        calls: &[
            publish("SendMessageAsync", On::Type(&["IAmazonSQS", "AmazonSQSClient"]), &[Where::Arg(0)]),
            publish("SendMessageRequest", On::New, &[Where::Init("QueueUrl"), Where::Arg(0)]),
            consume("ReceiveMessageRequest", On::New, &[Where::Init("QueueUrl"), Where::Arg(0)], None),
            consume("ReceiveMessageAsync", On::Type(&["IAmazonSQS", "AmazonSQSClient"]), &[Where::Arg(0)], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["python"],
        imports: &["boto3", "aioboto3", "botocore"],
        kind: ChannelKind::Queue,
        calls: &[
            publish("send_message", On::Any, &[Where::Named("QueueUrl")]),
            publish("send_message_batch", On::Any, &[Where::Named("QueueUrl")]),
            consume("receive_message", On::Any, &[Where::Named("QueueUrl")], None),
        ],
        ..BLANK
    },
    Rules {
        id: ID,
        languages: &["javascript", "typescript"],
        imports: &["@aws-sdk/client-sqs", "aws-sdk", "sqs-consumer"],
        kind: ChannelKind::Queue,
        calls: &[
            publish("SendMessageCommand", On::New, &[Where::Key(0, "QueueUrl")]),
            publish("SendMessageBatchCommand", On::New, &[Where::Key(0, "QueueUrl")]),
            consume("ReceiveMessageCommand", On::New, &[Where::Key(0, "QueueUrl")], None),
            publish("sendMessage", On::Any, &[Where::Key(0, "QueueUrl")]),
            consume("receiveMessage", On::Any, &[Where::Key(0, "QueueUrl")], None),
            consume("create", On::Name(&["Consumer"]), &[Where::Key(0, "queueUrl")], None),
        ],
        ..BLANK
    },
];

impl Messaging for AwsQueues {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Amazon SQS"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "javascript", "python", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["AWSSDK.SQS", "boto3", "aioboto3", "@aws-sdk/client-sqs", "aws-sdk", "sqs-consumer"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["aws_sqs"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
