//! Who uses a system: the components whose code names it, and the programs above shared libraries.

use std::collections::{BTreeMap, BTreeSet};

use super::Witness;
use crate::codebase::external::User;
use crate::codebase::{Component, ComponentKind, EvidenceKind, Role, Scope};
use crate::externals::places;

/// Kinds of lines whose component is the user, best first: a type that is imported or a key that is declared says so
/// only where nothing is called, and a declared package only where no code names the system.
const USERS: &[&[EvidenceKind]] = &[
    &[EvidenceKind::Call, EvidenceKind::Url],
    &[EvidenceKind::Import],
    &[EvidenceKind::Env, EvidenceKind::Config],
    &[EvidenceKind::Schema, EvidenceKind::Package],
];

/// Components by the names of the connection strings that they read, in lower case.
pub(super) type Readers<'a> = BTreeMap<String, BTreeSet<&'a str>>;

/// Finds the users of a system.
pub(super) struct Attribution<'a> {
    components: &'a [Component],
    kinds: BTreeMap<&'a str, ComponentKind>,
    /// Components that are no part of the running system, as their place tells.
    tools: BTreeSet<&'a str>,
    /// Components by what they reference.
    dependents: BTreeMap<&'a str, Vec<&'a str>>,
    readers: Readers<'a>,
}

impl<'a> Attribution<'a> {
    /// Over these components.
    pub(super) fn new(components: &'a [Component], readers: Readers<'a>) -> Self {
        let kinds = components.iter().map(|component| (component.id.as_str(), component.kind)).collect();
        let is_tool = |component: &&Component| places::scope_of(&component.manifest, Role::Config) > Scope::Deployment;
        let tools = components.iter().filter(is_tool).map(|component| component.id.as_str()).collect();
        let mut dependents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for component in components {
            for reference in &component.references {
                dependents.entry(reference).or_default().push(&component.id);
            }
        }
        Self { components, kinds, tools, dependents, readers }
    }

    /// Ids of the components that use what these lines are about, sorted.
    pub(super) fn users(&self, used: &[&Witness]) -> Vec<String> {
        let (code, settings) = USERS.split_at(2);
        let by_code = code.iter().map(|kinds| self.named_by(kinds, used));
        let by_wiring = std::iter::once_with(|| self.wired(used));
        let by_settings = settings.iter().map(|kinds| self.named_by(kinds, used));
        let mut found = by_code.chain(by_wiring).chain(by_settings).map(|nearest| {
            let users: BTreeSet<&str> = nearest.into_iter().flat_map(|id| self.programs(id)).collect();
            users.into_iter().map(str::to_owned).collect::<Vec<_>>()
        });
        found.find(|users| !users.is_empty()).unwrap_or_default()
    }

    /// The components whose own lines of these kinds name the system.
    fn named_by<'b>(&self, kinds: &[EvidenceKind], used: &[&'b Witness]) -> BTreeSet<&'b str> {
        used.iter()
            .filter(|witness| kinds.contains(&witness.sighting.evidence.kind))
            .filter_map(|witness| witness.component.as_deref())
            .filter(|id| self.is_user(id))
            .collect()
    }

    /// The components that lines which provide the system give it to.
    fn wired(&self, used: &[&Witness]) -> BTreeSet<&'a str> {
        let users = used.iter().flat_map(|witness| &witness.sighting.users);
        users.flat_map(|user| self.meant(user)).filter(|id| self.is_user(id)).collect()
    }

    fn meant(&self, user: &User) -> Vec<&'a str> {
        match user {
            User::At(path) => {
                let around = |component: &&Component| path.is_under(&component.path) && self.is_user(&component.id);
                let nearest = self.components.iter().filter(around).max_by_key(|own| own.path.as_str().len());
                nearest.map(|component| component.id.as_str()).into_iter().collect()
            }
            User::Project(name) => {
                let own = |component: &&Component| component.manifest.stem().replace(['.', '-'], "_") == *name;
                self.components.iter().filter(own).map(|component| component.id.as_str()).collect()
            }
            User::Reader(name) => self.readers.get(&name.to_ascii_lowercase()).into_iter().flatten().copied().collect(),
        }
    }

    fn is_user(&self, id: &str) -> bool {
        let kind = self.kinds.get(id);
        kind.is_some_and(|kind| !matches!(kind, ComponentKind::Test | ComponentKind::Workspace))
            && !self.tools.contains(id)
    }

    /// The programs that contain a component: itself, or all that reference a library.
    fn programs<'b>(&'b self, id: &'b str) -> Vec<&'b str> {
        if self.kinds.get(id) != Some(&ComponentKind::Library) {
            return vec![id];
        }
        let (mut seen, mut open, mut programs) = (BTreeSet::from([id]), vec![id], Vec::new());
        while let Some(next) = open.pop() {
            for dependent in self.dependents.get(next).into_iter().flatten().copied() {
                if !seen.insert(dependent) || !self.is_user(dependent) {
                    continue;
                }
                match self.kinds.get(dependent) {
                    Some(ComponentKind::Library) => open.push(dependent),
                    _ => programs.push(dependent),
                }
            }
        }
        if programs.is_empty() { vec![id] } else { programs }
    }
}
