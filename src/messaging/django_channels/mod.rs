//! Django Channels: groups of a channel layer.

use crate::codebase::message::{ChannelKind, MessageRole, Messages};
use crate::codebase::outline::{CallValue, Outline, Value, last_part};
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made, rules};

/// Django Channels.
pub struct DjangoChannels;

const ID: &str = "django_channels";

const ROLES: &[(&str, MessageRole)] = &[("group_add", MessageRole::Consume), ("group_send", MessageRole::Publish)];

impl Messaging for DjangoChannels {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Django Channels"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["channels", "channels-redis"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["redis"]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        let proven = made::imports(outline, &["channels"]);
        for call in &outline.calls {
            let Some(role) = role(&call.value) else { continue };
            let Some(channel) = call.value.positional(0).and_then(rules::named_by) else { continue };
            let mut fact = made::fact(ID, role, ChannelKind::Topic, channel, (call.enclosing, call.value.line));
            fact.proven = proven;
            messages.facts.push(fact);
        }
        messages
    }
}

/// `layer.group_send(..)`, `async_to_sync(layer.group_send)(..)`.
fn role(call: &CallValue) -> Option<MessageRole> {
    let wrapped = || {
        let wrapper = call.receiver.as_ref()?.as_call().filter(|it| it.callee == "async_to_sync")?;
        wrapper.positional(0).and_then(Value::as_name).map(last_part)
    };
    let name = if call.callee.is_empty() { wrapped()? } else { call.callee.as_str() };
    ROLES.iter().find(|(own, _)| *own == name).map(|(_, role)| *role)
}
