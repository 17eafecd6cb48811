//! `FastStream`: subscribers and publishers of a broker object.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{Argument, Outline, named, positional};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// `FastStream`.
pub struct FastStream;

const ID: &str = "faststream";

/// Arguments that name where a message goes or comes from.
const NAMES: &[&str] = &["queue", "topic", "subject", "channel", "stream", "list"];

impl Messaging for FastStream {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "FastStream"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["faststream"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["kafka", "rabbitmq", "nats", "redis"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        if !made::imports(outline, &["faststream"]) {
            return messages;
        }
        for (index, function) in (0..).zip(&outline.definitions) {
            for decorator in &function.decorators {
                let role = match decorator.name.rsplit('.').next() {
                    Some("subscriber") => MessageRole::Consume,
                    Some("publisher") => MessageRole::Publish,
                    _ => continue,
                };
                let line = if role == MessageRole::Consume { function.line } else { decorator.lines.first };
                let found = channels(&decorator.args, 0).into_iter().map(|channel| {
                    let own = made::fact(ID, role, ChannelKind::Topic, channel, (Some(index), line));
                    MessageFact { party: HandlerRef::Definition(index), ..own }
                });
                messages.facts.extend(found);
            }
        }
        for call in outline.calls.iter().filter(|it| it.value.callee == "publish") {
            let place = (call.enclosing, call.value.line);
            let found = channels(&call.value.args, 1).into_iter();
            messages
                .facts
                .extend(found.map(|channel| made::fact(ID, MessageRole::Publish, ChannelKind::Topic, channel, place)));
        }
        messages
    }
}

fn channels(args: &[Argument], position: usize) -> Vec<ChannelRef> {
    let stated = NAMES.iter().find_map(|name| named(args, name)).or_else(|| positional(args, position));
    stated.and_then(rules::named_by).into_iter().collect()
}
