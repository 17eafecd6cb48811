//! What an external system's traces look like: a row of the table of systems, compiled in or of the configuration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::external::{Direction, Scope};

/// An external system and what its traces look like.
///
/// A `?` at the end of a package, module or call says that the name alone cannot tell: a second kind of evidence is
/// needed. `*` stands for any text in environment names, hosts and Terraform types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SystemRule {
    /// OpenTelemetry's name where it has one, else `vendor.service`.
    pub id: String,
    /// Name as its maker spells it; empty where the row only extends another of its id.
    #[serde(default)]
    pub name: String,
    /// Who makes or runs it.
    pub vendor: Option<String>,
    /// What sort of system; empty where the row only extends another of its id.
    #[serde(default)]
    pub category: String,
    /// The earliest scope that it can have: `deployment` for hosting, `dev` for tools of a developer's machine.
    pub scope: Option<Scope>,
    /// Who calls whom; we call it where nothing is said.
    pub direction: Option<Direction>,
    /// Id of the system that it is another coat of: merged with it where both are seen.
    pub variant_of: Option<String>,
    /// Id of the system that it runs as in the cloud: linked with it where both are seen.
    pub deployed_as: Option<String>,
    /// Packages with which the repository itself is such a system, so that its clients talk to a part of it.
    #[serde(default)]
    pub own_packages: Vec<String>,
    /// `NuGet` packages that talk to it; a package's name is a namespace prefix too.
    #[serde(default)]
    pub nuget: Vec<String>,
    /// npm packages that talk to it; imported under the same name.
    #[serde(default)]
    pub npm: Vec<String>,
    /// `PyPI` packages (`celery[redis]`: with that extra) that talk to it; imported under the name with `_`.
    #[serde(default)]
    pub pypi: Vec<String>,
    /// Further modules and namespaces, by language.
    #[serde(default)]
    pub modules: BTreeMap<String, Vec<String>>,
    /// Calls by language: `[new ][receiver.]callee[<TypeArgument>][?][:regex on the first text]`.
    #[serde(default)]
    pub calls: BTreeMap<String, Vec<String>>,
    /// Regular expressions of connection strings.
    #[serde(default)]
    pub values: Vec<String>,
    /// URL schemes.
    #[serde(default)]
    pub schemes: Vec<String>,
    /// Environment variables and configuration keys, with `:` and `.` as `_`.
    #[serde(default)]
    pub env: Vec<String>,
    /// Container images, without tag.
    #[serde(default)]
    pub images: Vec<String>,
    /// Helm charts.
    #[serde(default)]
    pub charts: Vec<String>,
    /// Azure Resource Manager types; child types belong to their parent.
    #[serde(default)]
    pub arm: Vec<String>,
    /// Terraform resource types.
    #[serde(default)]
    pub terraform: Vec<String>,
    /// `CloudFormation` resource types.
    #[serde(default)]
    pub cloudformation: Vec<String>,
    /// Providers as ORMs name them: `prisma:postgresql`.
    #[serde(default)]
    pub orm: Vec<String>,
    /// Dotted class names that settings name as text: Django's engines and backends.
    #[serde(default)]
    pub backends: Vec<String>,
    /// Hosts, with a path prefix where the host serves more than this.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// GitHub actions that deploy to it.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Commands in workflows that deploy to it.
    #[serde(default)]
    pub commands: Vec<String>,
    /// Files that only it reads.
    #[serde(default)]
    pub files: Vec<String>,
    /// Values of `host` in `azure.yaml`.
    #[serde(default)]
    pub azd: Vec<String>,
    /// Add-ons of `app.json`, without their plan.
    #[serde(default)]
    pub addons: Vec<String>,
}

impl SystemRule {
    /// Adds what `other`, a row of the same id, says: its lists are appended, its other values win.
    pub fn extend(&mut self, other: Self) {
        for (own, value) in [(&mut self.name, other.name), (&mut self.category, other.category)] {
            if !value.is_empty() {
                *own = value;
            }
        }
        let links = [
            (&mut self.vendor, other.vendor),
            (&mut self.variant_of, other.variant_of),
            (&mut self.deployed_as, other.deployed_as),
        ];
        for (own, value) in links {
            *own = value.or(own.take());
        }
        self.scope = other.scope.or(self.scope);
        self.direction = other.direction.or(self.direction);
        let lists = [
            (&mut self.own_packages, other.own_packages),
            (&mut self.nuget, other.nuget),
            (&mut self.npm, other.npm),
            (&mut self.pypi, other.pypi),
            (&mut self.values, other.values),
            (&mut self.schemes, other.schemes),
            (&mut self.env, other.env),
            (&mut self.images, other.images),
            (&mut self.charts, other.charts),
            (&mut self.arm, other.arm),
            (&mut self.terraform, other.terraform),
            (&mut self.cloudformation, other.cloudformation),
            (&mut self.orm, other.orm),
            (&mut self.backends, other.backends),
            (&mut self.hosts, other.hosts),
            (&mut self.actions, other.actions),
            (&mut self.commands, other.commands),
            (&mut self.files, other.files),
            (&mut self.azd, other.azd),
            (&mut self.addons, other.addons),
        ];
        for (own, more) in lists {
            own.extend(more);
        }
        for (own, more) in [(&mut self.modules, other.modules), (&mut self.calls, other.calls)] {
            for (language, names) in more {
                own.entry(language).or_default().extend(names);
            }
        }
    }
}
