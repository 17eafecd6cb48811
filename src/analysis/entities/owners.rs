//! Which domain owns each entity: that of its file, or, where one schema file declares them all, the one that uses it
//! most.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::domain::Domains;
use crate::codebase::{Entity, Facts, Role, SourceFile};
use crate::stores;

use super::store_of;

/// Says of each entity which domain owns it.
pub(in crate::analysis) fn own(entities: &mut [Entity], domains: &Domains, (files, facts): (&[SourceFile], &[Facts])) {
    let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, entity) in entities.iter_mut().enumerate() {
        if is_of_schema(entity) {
            // Clients name a model `orderItem`, types `OrderItem`.
            for name in BTreeSet::from([entity.name.clone(), camel(&entity.name)]) {
                open.entry(name).or_default().push(index);
            }
        } else {
            entity.domain = domains.of(&entity.file).map(|domain| domain.id.clone());
        }
    }
    if open.is_empty() {
        return;
    }
    let mut users: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    for (file, facts) in files.iter().zip(facts).filter(|(file, _)| file.role == Role::Source) {
        let Some(domain) = domains.of(&file.path) else { continue };
        let mut used: Vec<usize> = Vec::new();
        for reference in &facts.outline.references {
            used.extend(reference.name.split('.').filter_map(|part| open.get(part)).flatten());
        }
        used.sort_unstable();
        used.dedup();
        for index in used {
            *users.entry(index).or_default().entry(domain.id.as_str()).or_default() += 1;
        }
    }
    for (index, counts) in users {
        // A large domain uses a little of everything. The first of several that use it as much.
        let weight = |domain: &str, count: usize| {
            let size = domains.get(domain).map_or(1, |domain| domain.files.len().max(1));
            count * count * 1000 / size
        };
        let most = counts.iter().max_by_key(|(domain, count)| (weight(domain, **count), Reverse(**domain)));
        if let (Some(entity), Some((domain, _))) = (entities.get_mut(index), most) {
            entity.domain = Some((*domain).to_owned());
        }
    }
}

/// `OrderItem` as `orderItem`.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether a schema language declares an entity, beside the code that uses it.
fn is_of_schema(entity: &Entity) -> bool {
    let of_code = |id: &&'static str| matches!(*id, "csharp" | "javascript" | "python" | "typescript");
    store_of(&entity.store).is_some_and(|store: &dyn stores::Store| !store.languages().iter().any(of_code))
}
