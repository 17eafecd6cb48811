//! Who uses a system: the components whose code names it, and the programs above shared libraries.

use std::collections::{BTreeMap, BTreeSet};

use super::Witness;
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

/// Finds the users of a system.
pub(super) struct Attribution<'a> {
    kinds: BTreeMap<&'a str, ComponentKind>,
    /// Components that are no part of the running system, as their place tells.
    tools: BTreeSet<&'a str>,
    /// Components by what they reference.
    dependents: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Attribution<'a> {
    /// Over these components.
    pub(super) fn new(components: &'a [Component]) -> Self {
        let kinds = components.iter().map(|component| (component.id.as_str(), component.kind)).collect();
        let is_tool = |component: &&Component| places::scope_of(&component.manifest, Role::Config) > Scope::Deployment;
        let tools = components.iter().filter(is_tool).map(|component| component.id.as_str()).collect();
        let mut dependents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for component in components {
            for reference in &component.references {
                dependents.entry(reference).or_default().push(&component.id);
            }
        }
        Self { kinds, tools, dependents }
    }

    /// Ids of the components that use what these lines are about, sorted.
    pub(super) fn users(&self, used: &[&Witness]) -> Vec<String> {
        for kinds in USERS {
            let nearest: BTreeSet<&str> = used
                .iter()
                .filter(|witness| kinds.contains(&witness.sighting.evidence.kind))
                .filter_map(|witness| witness.component.as_deref())
                .filter(|id| self.is_user(id))
                .collect();
            let users: BTreeSet<&str> = nearest.into_iter().flat_map(|id| self.programs(id)).collect();
            if !users.is_empty() {
                return users.into_iter().map(str::to_owned).collect();
            }
        }
        Vec::new()
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
