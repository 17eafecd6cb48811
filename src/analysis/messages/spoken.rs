//! Tasks that are sent by their names through a helper: `enqueue_job("orders.pack")`.
//!
//! The helper keeps the name in a structure that a worker's client is given later, so that no call leads from it to the
//! library. That a function whose name says that it sends is given just the name of a known task is proof enough.

use std::collections::BTreeMap;

use crate::codebase::Role;
use crate::codebase::message::ChannelKind;
use crate::codebase::outline::Value;

use super::{Joiner, Key, parties};

/// Words in the names of functions that send, in lower case.
const SENDING: &[&str] = &["enqueue", "queue", "send", "dispatch", "publish", "trigger", "delay", "schedule", "defer"];
/// Shorter names may mean anything.
const NAME_MIN: usize = 4;

/// Adds who sends known tasks by their names.
pub(super) fn add(joiner: &mut Joiner<'_>) {
    let is_task = |key: &Key, kinds: &std::collections::BTreeSet<ChannelKind>| {
        kinds.contains(&ChannelKind::Task) && key.1.len() >= NAME_MIN && key.2.is_none()
    };
    let tasks = joiner.found.iter().filter(|(key, it)| is_task(key, &it.kinds) && !it.consumers.is_empty());
    let tasks: BTreeMap<String, Key> = tasks.map(|(key, _)| (key.1.clone(), key.clone())).collect();
    if tasks.is_empty() {
        return;
    }
    let scope = joiner.names.scope();
    for (file, (source, facts)) in (0..).zip(scope.files.iter().zip(scope.facts)) {
        if source.role != Role::Source {
            continue;
        }
        for call in &facts.outline.calls {
            let Some(name) = call.value.positional(0).and_then(Value::as_text) else { continue };
            let Some(key) = tasks.get(name) else { continue };
            let callee = call.value.callee.to_lowercase();
            if !SENDING.iter().any(|word| callee.contains(word)) {
                continue;
            }
            let party = parties::at_line(joiner.names, file, call.enclosing, call.value.line);
            if let Some(channel) = joiner.found.get_mut(key) {
                channel.publishers.insert(party);
            }
        }
    }
}
