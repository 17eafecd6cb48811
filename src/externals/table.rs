//! The rule table, loaded once and indexed, so that no lookup walks over all rules.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use regex::Regex;

use super::rules::{Rule, rows};
use super::{images, overlay};
use crate::diagnostics::Failure;

/// Index of a rule in [`Table::rules`].
pub(super) type RuleIndex = usize;

/// What a name says about a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// The system's rule.
    pub(super) rule: RuleIndex,
    /// Whether the name alone cannot tell.
    pub(super) weak: bool,
}

/// Languages that share packages and module names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// C#.
    CSharp,
    /// Python.
    Python,
    /// TypeScript and JavaScript.
    TypeScript,
}

impl Family {
    /// The family of a language id.
    pub(super) fn of(language: &str) -> Option<Self> {
        match language {
            "csharp" | "razor" => Some(Self::CSharp),
            "python" => Some(Self::Python),
            "typescript" | "javascript" | "tsx" | "vue" => Some(Self::TypeScript),
            _ => None,
        }
    }

    /// What stands between the parts of a module's name.
    const fn separator(self) -> char {
        match self {
            Self::CSharp | Self::Python => '.',
            Self::TypeScript => '/',
        }
    }
}

/// A call that talks to a system.
#[derive(Clone, Debug)]
pub(super) struct CallRule {
    /// The system.
    pub(super) claim: Claim,
    /// What must stand before the last dot.
    pub(super) receiver: Option<String>,
    /// Whether it must be a construction.
    pub(super) is_new: bool,
    /// What must stand among the type arguments.
    pub(super) type_argument: Option<String>,
    /// What the first text among its arguments must look like.
    pub(super) argument: Option<Regex>,
}

/// A host pattern that is no plain name.
#[derive(Clone, Debug)]
struct HostGlob {
    host: String,
    path: String,
    rule: RuleIndex,
}

/// The table of systems, indexed.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// All systems, in file order.
    pub(super) rules: Vec<Rule>,
    ids: HashMap<String, RuleIndex>,
    packages: HashMap<&'static str, HashMap<String, Claim>>,
    modules: HashMap<Family, HashMap<String, Claim>>,
    calls: HashMap<Family, HashMap<String, Vec<CallRule>>>,
    values: Vec<(Regex, RuleIndex)>,
    env: HashMap<String, Vec<(String, RuleIndex)>>,
    hosts: HashMap<String, Vec<HostGlob>>,
    terraform_prefixes: HashMap<String, RuleIndex>,
    names: HashMap<Name, HashMap<String, RuleIndex>>,
    /// Hash of the rows that are not compiled in; empty without any.
    fingerprint: Vec<u8>,
}

/// What sort of plain name a rule lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Name {
    /// URL scheme.
    Scheme,
    /// Container image without registry and tag.
    Image,
    /// Helm chart.
    Chart,
    /// Azure Resource Manager type, in lower case.
    Arm,
    /// Terraform resource type.
    Terraform,
    /// `CloudFormation` resource type.
    CloudFormation,
    /// `orm:provider`.
    Orm,
    /// Dotted class name in settings.
    Backend,
    /// GitHub action, in lower case.
    Action,
    /// Command in a workflow.
    Command,
    /// File name.
    File,
    /// `host` of `azure.yaml`.
    Azd,
    /// Add-on of `app.json`.
    Addon,
}

impl Table {
    /// The rows that are compiled in.
    pub fn compiled() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Self::of(rows()))
    }

    /// The compiled rows with these laid over: a row whose id is known extends that row, any other is a system of its own.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Config` that names the row and what is wrong with it.
    pub fn with(own: &[Rule]) -> Result<Cow<'static, Self>, Failure> {
        if own.is_empty() {
            return Ok(Cow::Borrowed(Self::compiled()));
        }
        let rules = overlay::lay_over(rows(), own)?;
        let mut table = Self::of(rules);
        table.fingerprint = overlay::fingerprint(own);
        Ok(Cow::Owned(table))
    }

    fn of(rules: Vec<Rule>) -> Self {
        let mut table = Self::default();
        for rule in rules {
            table.add(rule);
        }
        table
    }

    /// What tells this table from the compiled one: facts that were read with another are not to be recalled.
    pub fn fingerprint(&self) -> &[u8] {
        &self.fingerprint
    }

    /// The rule at `index`.
    pub(super) fn rule(&self, index: RuleIndex) -> Option<&Rule> {
        self.rules.get(index)
    }

    /// The rule with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Rule> {
        self.rule(*self.ids.get(id)?)
    }

    /// The system that a package talks to.
    pub(super) fn package(&self, ecosystem: &str, name: &str) -> Option<Claim> {
        let packages = self.packages.get(ecosystem)?;
        let name = package_key(ecosystem, name);
        if ecosystem == "nuget" {
            // `Npgsql.EntityFrameworkCore.PostgreSQL` belongs to the driver that it extends.
            return longest_prefix(&name, '.', |prefix| packages.get(prefix).copied());
        }
        packages.get(&name).copied()
    }

    /// The system that a module, namespace or npm specifier belongs to.
    pub(super) fn module(&self, family: Family, module: &str) -> Option<Claim> {
        if module.starts_with(['.', '/']) {
            return None;
        }
        let modules = self.modules.get(&family)?;
        longest_prefix(module, family.separator(), |prefix| modules.get(prefix).copied())
    }

    /// The rules of calls with this last name.
    pub(super) fn calls(&self, family: Family, callee: &str) -> &[CallRule] {
        self.calls.get(&family).and_then(|calls| calls.get(callee)).map_or(&[], Vec::as_slice)
    }

    /// The system whose connection strings look like this.
    pub(super) fn value(&self, text: &str) -> Option<RuleIndex> {
        self.values.iter().find(|(pattern, _)| pattern.is_match(text)).map(|(_, rule)| *rule)
    }

    /// The system that a plain name stands for.
    pub(super) fn name(&self, kind: Name, name: &str) -> Option<RuleIndex> {
        self.names.get(&kind)?.get(name).copied()
    }

    /// The names of one sort, sorted: for the few that are looked for inside a text.
    pub(super) fn names(&self, kind: Name) -> Vec<(&str, RuleIndex)> {
        let names = self.names.get(&kind);
        let mut all: Vec<_> = names.into_iter().flatten().map(|(name, rule)| (name.as_str(), *rule)).collect();
        all.sort_unstable();
        all
    }

    /// The system that a URL scheme names: `postgresql`, `mysql+pymysql`.
    pub(super) fn scheme(&self, scheme: &str) -> Option<RuleIndex> {
        let scheme = scheme.to_ascii_lowercase();
        let plain = scheme.split('+').next().unwrap_or_default();
        self.name(Name::Scheme, &scheme).or_else(|| self.name(Name::Scheme, plain))
    }

    /// The system of an Azure resource type; child types belong to their parent.
    pub(super) fn arm(&self, kind: &str) -> Option<RuleIndex> {
        longest_prefix(&kind.to_ascii_lowercase(), '/', |prefix| self.name(Name::Arm, prefix))
    }

    /// The system of a Terraform resource type.
    pub(super) fn terraform(&self, kind: &str) -> Option<RuleIndex> {
        self.name(Name::Terraform, kind)
            .or_else(|| longest_prefix(kind, '_', |prefix| self.terraform_prefixes.get(prefix).copied()))
    }

    /// The system that an environment variable or configuration key belongs to.
    pub(super) fn key(&self, key: &str) -> Option<RuleIndex> {
        let key = key_form(key);
        // Patterns without a whole word are listed under the empty one.
        let parts = key.split('_').filter(|part| !part.is_empty()).chain([""]);
        let found = parts.filter_map(|part| self.env.get(part)).flatten().filter(|(glob, _)| matches(glob, &key));
        // Of `*_OPENAI_*` and `AZURE_OPENAI_*` the one that says more.
        let longest = found.reduce(|best, other| if other.0.len() > best.0.len() { other } else { best });
        longest.map(|(_, rule)| *rule)
    }

    /// The system behind a host; `path` starts with `/` or is empty.
    pub(super) fn host(&self, host: &str, path: &str) -> Option<RuleIndex> {
        let candidates = self.hosts.get(last_labels(host))?;
        let found = candidates.iter().filter(|glob| matches(&glob.host, host) && path.starts_with(&glob.path));
        found.rev().max_by_key(|glob| glob.host.len() + glob.path.len()).map(|glob| glob.rule)
    }

    fn add(&mut self, rule: Rule) {
        let index = self.rules.len();
        self.ids.insert(rule.id.clone(), index);
        self.add_packages(&rule, index);
        self.add_calls(&rule, index);
        self.values.extend(rule.values.iter().filter_map(|pattern| Some((Regex::new(pattern).ok()?, index))));
        for pattern in &rule.env {
            let pattern = pattern.to_ascii_uppercase();
            self.env.entry(env_token(&pattern).to_owned()).or_default().push((pattern, index));
        }
        for pattern in &rule.hosts {
            let (host, path) = pattern
                .split_once('/')
                .map_or((pattern.as_str(), String::new()), |(host, path)| (host, format!("/{path}")));
            let glob = HostGlob { host: host.to_owned(), path, rule: index };
            self.hosts.entry(last_labels(host).to_owned()).or_default().push(glob);
        }
        self.add_names(&rule, index);
        self.rules.push(rule);
    }

    fn add_packages(&mut self, rule: &Rule, index: RuleIndex) {
        let claims = |names: &[String]| -> Vec<(String, Claim)> {
            names.iter().map(|name| claim(name, index)).map(|(name, claim)| (name.to_owned(), claim)).collect()
        };
        for (ecosystem, family, names) in [
            ("nuget", Family::CSharp, &rule.nuget),
            ("npm", Family::TypeScript, &rule.npm),
            ("pypi", Family::Python, &rule.pypi),
        ] {
            for (name, claim) in claims(names) {
                let module = if ecosystem == "pypi" { name.replace('-', "_") } else { name.clone() };
                if !name.contains('[') {
                    self.modules.entry(family).or_default().entry(module).or_insert(claim);
                }
                self.packages.entry(ecosystem).or_default().insert(package_key(ecosystem, &name), claim);
            }
        }
        for (language, names) in &rule.modules {
            let Some(family) = Family::of(language) else { continue };
            for (name, claim) in claims(names) {
                self.modules.entry(family).or_default().insert(name, claim);
            }
        }
    }

    fn add_calls(&mut self, rule: &Rule, index: RuleIndex) {
        for (language, calls) in &rule.calls {
            let Some(family) = Family::of(language) else { continue };
            for text in calls {
                let (callee, rule) = call_rule(text, index);
                self.calls.entry(family).or_default().entry(callee).or_default().push(rule);
            }
        }
    }

    fn add_names(&mut self, rule: &Rule, index: RuleIndex) {
        let lists: [(Name, &[String]); 11] = [
            (Name::Scheme, &rule.schemes),
            (Name::Chart, &rule.charts),
            (Name::Terraform, &rule.terraform),
            (Name::CloudFormation, &rule.cloudformation),
            (Name::Orm, &rule.orm),
            (Name::Backend, &rule.backends),
            (Name::Action, &rule.actions),
            (Name::Command, &rule.commands),
            (Name::File, &rule.files),
            (Name::Azd, &rule.azd),
            (Name::Addon, &rule.addons),
        ];
        for (kind, names) in lists {
            for name in names {
                match name.strip_suffix("_*") {
                    Some(prefix) if kind == Name::Terraform => self.terraform_prefixes.insert(prefix.to_owned(), index),
                    _ => self.names.entry(kind).or_default().insert(name.clone(), index),
                };
            }
        }
        for image in &rule.images {
            self.names.entry(Name::Image).or_default().insert(images::normalise(image), index);
        }
        for kind in &rule.arm {
            self.names.entry(Name::Arm).or_default().insert(kind.to_ascii_lowercase(), index);
        }
    }
}

/// A name without its `?`, and what it claims.
fn claim(name: &str, rule: RuleIndex) -> (&str, Claim) {
    match name.strip_suffix('?') {
        Some(name) => (name, Claim { rule, weak: true }),
        None => (name, Claim { rule, weak: false }),
    }
}

/// Reads `[new ][receiver.]callee[<TypeArgument>][?][:regex]`; gives the callee and its rule.
fn call_rule(text: &str, rule: RuleIndex) -> (String, CallRule) {
    let (head, pattern) = text.split_once(':').map_or((text, None), |(head, pattern)| (head, Some(pattern)));
    let (head, claim) = claim(head, rule);
    let (head, is_new) = head.strip_prefix("new ").map_or((head, false), |head| (head, true));
    let (head, type_argument) = match head.split_once('<') {
        Some((head, argument)) => (head, Some(argument.trim_end_matches('>').to_owned())),
        None => (head, None),
    };
    let (receiver, callee) = head.rsplit_once('.').map_or((None, head), |(receiver, callee)| (Some(receiver), callee));
    let receiver = receiver.map(|receiver| receiver.rsplit('.').next().unwrap_or(receiver).to_owned());
    // A pattern that does not compile fails the table's test; at run time it matches nothing.
    let argument = pattern.map(|pattern| Regex::new(pattern).unwrap_or_else(|_| never()));
    (callee.to_owned(), CallRule { claim, receiver, is_new, type_argument, argument })
}

#[expect(clippy::expect_used, reason = "the pattern is a constant")]
fn never() -> Regex {
    Regex::new(r"\A\z.").expect("a constant pattern compiles")
}

/// A package's name as the index spells it.
fn package_key(ecosystem: &str, name: &str) -> String {
    match ecosystem {
        "pypi" => name.to_ascii_lowercase().replace(['_', '.'], "-"),
        "nuget" => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

/// What `find` knows of the longest prefix of `name` that ends at a separator.
fn longest_prefix<T>(name: &str, separator: char, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    let mut prefix = name;
    loop {
        if let Some(found) = find(prefix) {
            return Some(found);
        }
        prefix = prefix.rsplit_once(separator)?.0;
    }
}

/// A key as patterns spell it: `Smtp:Host` is `SMTP_HOST`, and so is `smtp__host`.
pub(super) fn key_form(key: &str) -> String {
    let mut form = String::with_capacity(key.len());
    for char in key.chars() {
        if char.is_ascii_alphanumeric() {
            form.push(char.to_ascii_uppercase());
        } else if !form.ends_with('_') {
            form.push('_');
        }
    }
    form
}

/// The part of an environment pattern that every match must hold whole: what it is indexed by.
fn env_token(pattern: &str) -> &str {
    let tokens = pattern.split('_').filter(|token| !token.contains('*'));
    tokens.max_by_key(|token| token.len()).unwrap_or_default()
}

/// The last two labels of a host: what host patterns are indexed by.
fn last_labels(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.');
    let _ = dots.next();
    dots.next().map_or(host, |(at, _)| &host[at + 1..])
}

/// Whether `text` matches `pattern`, in which `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    let mut pieces: Vec<&str> = tail.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::rules::{FILES, Rule, RuleFile};
    use super::{Family, Name, Table, call_rule, key_form, matches};
    use regex::Regex;

    fn table() -> &'static Table {
        Table::compiled()
    }

    fn rules() -> Vec<Rule> {
        FILES
            .iter()
            .flat_map(|(name, text)| {
                toml::from_str::<RuleFile>(text).unwrap_or_else(|error| panic!("{name}: {error}")).system
            })
            .collect()
    }

    #[test]
    fn every_rule_is_loaded_under_its_own_id() {
        let ids: BTreeSet<String> = rules().into_iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), rules().len());
        assert_eq!(ids.len(), table().rules.len());
    }

    #[test]
    fn linked_systems_exist() {
        for rule in rules() {
            for other in [&rule.variant_of, &rule.deployed_as].into_iter().flatten() {
                assert!(table().by_id(other).is_some(), "{} names {other}", rule.id);
            }
        }
    }

    #[test]
    fn no_name_is_claimed_twice() {
        let mut claims: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
        for rule in rules() {
            let lists = [
                ("nuget", &rule.nuget),
                ("npm", &rule.npm),
                ("pypi", &rule.pypi),
                ("scheme", &rule.schemes),
                ("image", &rule.images),
                ("chart", &rule.charts),
                ("arm", &rule.arm),
                ("terraform", &rule.terraform),
                ("orm", &rule.orm),
                ("backend", &rule.backends),
                ("host", &rule.hosts),
                ("action", &rule.actions),
                ("env", &rule.env),
            ];
            for (kind, names) in lists {
                for name in names {
                    let key = format!("{kind} {}", name.to_lowercase().trim_end_matches('?'));
                    claims.entry(key).or_default().push((rule.id.clone(), name.ends_with('?')));
                }
            }
        }
        claims.retain(|_, ids| ids.len() > 1 && !ids.iter().all(|(_, weak)| *weak));
        assert_eq!(claims, BTreeMap::new());
    }

    #[test]
    fn every_pattern_compiles() {
        for rule in rules() {
            for pattern in &rule.values {
                Regex::new(pattern).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
            }
            for call in rule.calls.values().flatten() {
                if let Some((_, pattern)) = call.split_once(':') {
                    Regex::new(pattern).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
                }
            }
            for language in rule.calls.keys().chain(rule.modules.keys()) {
                assert!(Family::of(language).is_some(), "{}: {language}", rule.id);
            }
        }
    }

    fn id(rule: Option<usize>) -> Option<&'static str> {
        rule.and_then(|rule| table().rule(rule)).map(|rule| rule.id.as_str())
    }

    #[test]
    fn names_lead_to_their_systems() {
        let package = |ecosystem, name| id(table().package(ecosystem, name).map(|claim| claim.rule));
        assert_eq!(package("nuget", "Npgsql.EntityFrameworkCore.PostgreSQL"), Some("postgresql"));
        assert_eq!(package("pypi", "Psycopg2_binary"), Some("postgresql"));
        assert_eq!(package("pypi", "celery[redis]"), Some("redis"));
        assert_eq!(package("pypi", "celery"), None);
        assert_eq!(package("npm", "passport-google-oauth20"), Some("google.oauth"));
        let module = |family, name| id(table().module(family, name).map(|claim| claim.rule));
        assert_eq!(module(Family::Python, "google.cloud.storage.Client"), Some("gcp.storage"));
        assert_eq!(module(Family::TypeScript, "stripe/lib/x"), Some("stripe"));
        assert_eq!(module(Family::TypeScript, "./stripe"), None);
        assert_eq!(module(Family::CSharp, "Azure.Identity"), Some("azure.entra"));
        assert_eq!(module(Family::CSharp, "Azure"), None);
    }

    #[test]
    fn infrastructure_leads_to_its_systems() {
        assert_eq!(id(table().arm("Microsoft.Sql/servers/databases")), Some("azure.sql"));
        assert_eq!(id(table().arm("Microsoft.CognitiveServices/accounts/deployments")), Some("azure.ai.openai"));
        assert_eq!(id(table().arm("Microsoft.Resources/resourceGroups")), None);
        assert_eq!(id(table().terraform("snowflake_table")), Some("snowflake"));
        assert_eq!(id(table().terraform("aws_s3_bucket")), Some("aws.s3"));
        assert_eq!(id(table().terraform("aws_vpc")), None);
        assert_eq!(id(table().name(Name::Image, "azure-sql-edge")), Some("microsoft.sql_server"));
        assert_eq!(id(table().scheme("postgresql+psycopg")), Some("postgresql"));
        assert_eq!(id(table().scheme("mongodb+srv")), Some("mongodb"));
    }

    #[test]
    fn hosts_lead_to_their_systems() {
        let host = |host, path| id(table().host(host, path));
        assert_eq!(host("shop.blob.core.windows.net", "/a"), Some("azure.blob"));
        assert_eq!(host("media.s3.eu-west-1.amazonaws.com", ""), Some("aws.s3"));
        assert_eq!(host("slack.com", "/api/chat.postMessage"), Some("slack"));
        assert_eq!(host("slack.com", "/help"), None);
        assert_eq!(host("api.stripe.com.evil.dev", ""), None);
    }

    #[test]
    fn keys_lead_to_their_systems() {
        let key = |key| id(table().key(key));
        assert_eq!(key("SMTP_HOST"), Some("smtp"));
        assert_eq!(key("SmtpSettings:Host"), Some("smtp"));
        assert_eq!(key("sentry_dsn"), Some("sentry"));
        assert_eq!(key("NEXT_PUBLIC_SENTRY_DSN"), Some("sentry"));
        assert_eq!(key("APP_SECRET"), None);
    }

    #[test]
    fn calls_are_read_in_full() {
        let (callee, rule) = call_rule("new a.WriteTo.Seq<ISink>?:^x$", 0);
        assert_eq!(callee, "Seq");
        assert!(rule.is_new && rule.claim.weak);
        assert_eq!(rule.receiver.as_deref(), Some("WriteTo"));
        assert_eq!(rule.type_argument.as_deref(), Some("ISink"));
        assert!(rule.argument.is_some_and(|pattern| pattern.is_match("x")));
    }

    #[test]
    fn stars_stand_for_any_text() {
        assert!(matches("*.s3.*.amazonaws.com", "a.s3.eu.amazonaws.com"));
        assert!(!matches("s3.*.amazonaws.com", "s4.eu.amazonaws.com"));
        assert!(matches("*_REDIS_*", "APP_REDIS_URL"));
        assert!(!matches("A*A", "A"));
        assert_eq!(key_form("Smtp::Host.name"), "SMTP_HOST_NAME");
    }
}
