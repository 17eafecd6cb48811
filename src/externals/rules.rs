//! One row of the rule table, as the TOML files write it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::codebase::Scope;
use crate::codebase::external::Direction;

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

/// An external system and what its traces look like.
///
/// A `?` at the end of a package, module or call says that the name alone cannot tell: a second kind of evidence is
/// needed. `*` stands for any text in environment names, hosts and Terraform types.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    /// OpenTelemetry's name where it has one, else `vendor.service`.
    pub(super) id: String,
    /// Name as its maker spells it.
    pub(super) name: String,
    /// Who makes or runs it.
    pub(super) vendor: Option<String>,
    /// What sort of system.
    pub(super) category: String,
    /// The earliest scope that it can have: `deployment` for hosting, `dev` for tools of a developer's machine.
    #[serde(default)]
    pub(super) scope: Scope,
    /// Who calls whom.
    #[serde(default)]
    pub(super) direction: Direction,
    /// Id of the system that it is another coat of: merged with it where both are seen.
    pub(super) variant_of: Option<String>,
    /// Id of the system that it runs as in the cloud: linked with it where both are seen.
    pub(super) deployed_as: Option<String>,
    /// Packages with which the repository itself is such a system, so that its clients talk to a part of it.
    #[serde(default)]
    pub(super) own_packages: Vec<String>,
    /// `NuGet` packages that talk to it; a package's name is a namespace prefix too.
    #[serde(default)]
    pub(super) nuget: Vec<String>,
    /// npm packages that talk to it; imported under the same name.
    #[serde(default)]
    pub(super) npm: Vec<String>,
    /// `PyPI` packages (`celery[redis]`: with that extra) that talk to it; imported under the name with `_`.
    #[serde(default)]
    pub(super) pypi: Vec<String>,
    /// Further modules and namespaces, by language.
    #[serde(default)]
    pub(super) modules: BTreeMap<String, Vec<String>>,
    /// Calls by language: `[new ][receiver.]callee[<TypeArgument>][?][:regex on the first text]`.
    #[serde(default)]
    pub(super) calls: BTreeMap<String, Vec<String>>,
    /// Regular expressions of connection strings.
    #[serde(default)]
    pub(super) values: Vec<String>,
    /// URL schemes.
    #[serde(default)]
    pub(super) schemes: Vec<String>,
    /// Environment variables and configuration keys, with `:` and `.` as `_`.
    #[serde(default)]
    pub(super) env: Vec<String>,
    /// Container images, without tag.
    #[serde(default)]
    pub(super) images: Vec<String>,
    /// Helm charts.
    #[serde(default)]
    pub(super) charts: Vec<String>,
    /// Azure Resource Manager types; child types belong to their parent.
    #[serde(default)]
    pub(super) arm: Vec<String>,
    /// Terraform resource types.
    #[serde(default)]
    pub(super) terraform: Vec<String>,
    /// `CloudFormation` resource types.
    #[serde(default)]
    pub(super) cloudformation: Vec<String>,
    /// Providers as ORMs name them: `prisma:postgresql`.
    #[serde(default)]
    pub(super) orm: Vec<String>,
    /// Dotted class names that settings name as text: Django's engines and backends.
    #[serde(default)]
    pub(super) backends: Vec<String>,
    /// Hosts, with a path prefix where the host serves more than this.
    #[serde(default)]
    pub(super) hosts: Vec<String>,
    /// GitHub actions that deploy to it.
    #[serde(default)]
    pub(super) actions: Vec<String>,
    /// Commands in workflows that deploy to it.
    #[serde(default)]
    pub(super) commands: Vec<String>,
    /// Files that only it reads.
    #[serde(default)]
    pub(super) files: Vec<String>,
    /// Values of `host` in `azure.yaml`.
    #[serde(default)]
    pub(super) azd: Vec<String>,
}
