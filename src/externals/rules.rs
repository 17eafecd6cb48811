//! The rows that are compiled in, as the TOML files write them.

use serde::Deserialize;

pub(super) use crate::codebase::system_rule::SystemRule as Rule;

/// The files of `rules/`, one a category.
pub(super) const FILES: &[(&str, &str)] = &[
    ("ai.toml", include_str!("rules/ai.toml")),
    ("aws.toml", include_str!("rules/aws.toml")),
    ("azure.toml", include_str!("rules/azure.toml")),
    ("caches.toml", include_str!("rules/caches.toml")),
    ("chat.toml", include_str!("rules/chat.toml")),
    ("databases.toml", include_str!("rules/databases.toml")),
    ("email.toml", include_str!("rules/email.toml")),
    ("gcp.toml", include_str!("rules/gcp.toml")),
    ("hosting.toml", include_str!("rules/hosting.toml")),
    ("identity.toml", include_str!("rules/identity.toml")),
    ("network.toml", include_str!("rules/network.toml")),
    ("observability.toml", include_str!("rules/observability.toml")),
    ("payment.toml", include_str!("rules/payment.toml")),
    ("protocols.toml", include_str!("rules/protocols.toml")),
    ("queues.toml", include_str!("rules/queues.toml")),
    ("search.toml", include_str!("rules/search.toml")),
    ("source_hosts.toml", include_str!("rules/source_hosts.toml")),
    ("storage.toml", include_str!("rules/storage.toml")),
    ("web_apis.toml", include_str!("rules/web_apis.toml")),
];

/// A file of `rules/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub(super) system: Vec<Rule>,
}

/// All rows, in file order.
pub(super) fn rows() -> Vec<Rule> {
    // A file that does not parse fails the table's test; at run time its systems are just not known.
    let systems = |text: &str| toml::from_str::<RuleFile>(text).map(|file| file.system).unwrap_or_default();
    FILES.iter().flat_map(|(_, text)| systems(text)).collect()
}
