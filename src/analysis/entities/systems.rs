//! Which external system keeps each entity, where that can be told.

use std::collections::BTreeMap;

use crate::codebase::external::{Confidence, Scope};
use crate::codebase::{Atom, Entity, ExternalSystem, RepoPath, SourceFile};

use super::store_of;

/// Says of each entity which system keeps it: the only one of its kind that its project uses, else that the code uses.
pub(in crate::analysis) fn place(entities: &mut [Entity], externals: &[ExternalSystem], files: &[SourceFile]) {
    let component: BTreeMap<&RepoPath, Option<&str>> =
        files.iter().map(|file| (&file.path, file.component.as_deref())).collect();
    for entity in entities.iter_mut().filter(|entity| entity.system.is_none()) {
        let Some(store) = store_of(&entity.store) else { continue };
        let fitting: Vec<&ExternalSystem> = externals
            .iter()
            .filter(|it| store.systems().contains(&it.id.as_str()))
            .filter(|it| matches!(it.scope, Scope::Runtime | Scope::Deployment) && it.confidence > Confidence::Declared)
            .collect();
        let own = component.get(&entity.file).copied().flatten();
        let used = |it: &&ExternalSystem| own.is_some_and(|own| it.used_by.iter().any(|used| used == own));
        let near: Vec<&ExternalSystem> = fitting.iter().copied().filter(used).collect();
        entity.system = only(&near).or_else(|| only(&fitting));
    }
}

/// The only system, apart from what another of them is deployed as.
fn only(systems: &[&ExternalSystem]) -> Option<Atom> {
    let is_form = |it: &ExternalSystem| systems.iter().any(|other| other.deployed_as.as_ref() == Some(&it.id));
    let mut own = systems.iter().filter(|it| !is_form(it));
    let first = own.next()?;
    own.next().is_none().then(|| first.id.clone())
}
