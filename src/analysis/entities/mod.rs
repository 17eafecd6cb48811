//! Entities: what single files say of stored records, joined by name, with the fields of base classes.
//!
//! A record may be told in several places: its class, a context that mentions it, a configuration, a model snapshot.
//! The class gives its place and doc comment; what says a table wins over what does not. Scripts of tables are run
//! through in their order, and tell only what no class of their project does.

mod bases;
mod conventions;
mod heirs;
mod leads;
mod owned;
mod owners;
mod parts;
mod relations;
mod rulings;
mod scripts;
mod systems;

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::entity::{Entity, Relation};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::{Atom, KeyKind, LanguageId, Role};
use crate::stores::{self, Store};

use super::components::kebab;
use super::link::Names;

pub(super) use owners::own;
pub(super) use systems::place;

/// One file's word on a record.
#[derive(Clone, Copy)]
struct Part<'a> {
    file: FileIndex,
    entity: &'a Entity,
}

/// An entity, and what it was joined from.
#[derive(Default)]
struct Joined {
    entity: Entity,
    /// The files that tell of it, its class's first.
    files: Vec<FileIndex>,
    /// Classes whose fields it took over, and those that share its table.
    bases: Vec<Symbol>,
    /// Properties that lead to other records, and the columns that keep these.
    kept: BTreeMap<Atom, Vec<Atom>>,
    /// The file that tells it whole: a model snapshot.
    model: Option<FileIndex>,
    /// Its class, where its store tells records in parts.
    own_class: Option<Symbol>,
    /// Whether a part names its table, rather than a context's property.
    has_own_table: bool,
    /// The class whose key is the key of its own table, too.
    parent: Option<Symbol>,
}

/// Where contexts mention classes: name, then file and table.
type Mentions<'a> = BTreeMap<&'a str, Vec<(FileIndex, Option<&'a str>)>>;

/// Joins the records of all files: entities and relations, sorted.
pub(super) fn join(names: &Names<'_>) -> (Vec<Entity>, Vec<Relation>) {
    let scope = names.scope();
    let mut parts: BTreeMap<(&str, &str), Vec<Part<'_>>> = BTreeMap::new();
    let mut mentions = Mentions::new();
    for (file, (source, facts)) in (0..).zip(scope.files.iter().zip(scope.facts)) {
        if source.role == Role::Test {
            continue;
        }
        let derived = facts.records.derived.iter().filter(|it| bases::descend_from_stored(names, file, it));
        for entity in facts.records.entities.iter().chain(derived) {
            parts.entry((entity.store.as_str(), entity.name.as_str())).or_default().push(Part { file, entity });
        }
        for (name, table) in &facts.records.mentions {
            mentions.entry(name.as_str()).or_default().push((file, table.as_deref()));
        }
    }
    add_implied(names, &mut parts);
    let rulings = rulings::Rulings::of(names);
    conventions::reach(names, &parts, &rulings, &mut mentions);
    let mut joined: Vec<Joined> = Vec::new();
    for ((store, name), parts) in &parts {
        let Some(store) = store_of(store) else { continue };
        if store.tells_in_parts() {
            let mentioned = mentions.get(name).map_or(&[][..], Vec::as_slice);
            if mentioned.is_empty() && rulings.is_unstored(name) {
                continue;
            }
            for group in parts::told_apart(names, name, parts, mentioned) {
                joined.extend(parts::merge(names, &group, mentioned, &rulings));
            }
        } else {
            let stored = parts.iter().filter(|part| !part.entity.table.is_empty());
            joined.extend(stored.filter_map(|part| parts::whole(names, *part, store)));
        }
    }
    for part in parts.values().flatten().filter(|part| part.entity.table.is_empty()) {
        if store_of(&part.entity.store).is_some_and(|store| !store.tells_in_parts()) {
            let own = parts::share(names, &mut joined, *part);
            joined.extend(own);
        }
    }
    keep_one_of_each(names, &mut joined);
    let mut scripted = scripts::run(names, &joined);
    joined.extend(scripted.entities);
    heirs::share_tables(names, &rulings, &mut joined);
    scripted.relations.extend(leads::follow(names, &mut joined));
    joined.sort_by(|a, b| order(&a.entity).cmp(&order(&b.entity)));
    give_ids(&mut joined);
    let mut relations = relations::between(names, &joined, &rulings, scripted.relations);
    conventions::settle(names, &mut joined, &mut relations);
    heirs::relate(&joined, &mut relations);
    (joined.into_iter().map(|it| it.entity).collect(), relations)
}

/// Adds what packages bring, where no model tells it.
fn add_implied<'a>(names: &Names<'a>, parts: &mut BTreeMap<(&'a str, &'a str), Vec<Part<'a>>>) {
    let scope = names.scope();
    for (file, (source, facts)) in (0..).zip(scope.files.iter().zip(scope.facts)) {
        for entity in facts.records.implied.iter().filter(|_| source.role != Role::Test) {
            let told = parts.entry((entity.store.as_str(), entity.name.as_str())).or_default();
            if !told.iter().any(|part| parts::is_whole(part.entity)) {
                told.push(Part { file, entity });
            }
        }
    }
}

fn order(entity: &Entity) -> (&str, &str, u32) {
    (&entity.name, entity.file.as_str(), entity.line)
}

/// The store of an id.
fn store_of(id: &str) -> Option<&'static dyn Store> {
    stores::ALL.iter().copied().find(|store| store.id() == id)
}

/// Whether a store reads files of this language.
fn reads(store: &str, language: &LanguageId) -> bool {
    store_of(store).is_some_and(|store| store.languages().contains(&language.as_str()))
}

/// One table told several times in a project, as one schema for each kind of database tells it: the fullest stays.
fn keep_one_of_each(names: &Names<'_>, joined: &mut Vec<Joined>) {
    let component = |it: &Joined| {
        let home = it.files.first().and_then(|file| names.scope().files.get(*file as usize));
        home.and_then(|file| file.component.clone())
    };
    let mut best = BTreeMap::new();
    for (index, it) in joined.iter().enumerate() {
        let key = (it.entity.store.to_string(), it.entity.name.clone(), it.entity.table.clone(), component(it));
        let fields = it.entity.fields.len();
        let kept = best.entry(key).or_insert((index, fields));
        if fields > kept.1 {
            *kept = (index, fields);
        }
    }
    let kept: BTreeSet<usize> = best.into_values().map(|(index, _)| index).collect();
    let mut index = 0;
    joined.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
}

/// The name in kebab case; where names clash, the folder tells them apart.
fn give_ids(joined: &mut [Joined]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for it in joined.iter() {
        *count.entry(kebab(&it.entity.name)).or_default() += 1;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for entity in joined.iter_mut().map(|it| &mut it.entity) {
        let plain = kebab(&entity.name);
        let clashes = count.get(&plain).is_some_and(|count| *count > 1);
        let mut id = if clashes { kebab(&format!("{}-{plain}", entity.file.folder())) } else { plain };
        while !taken.insert(id.clone()) {
            id.push('x');
        }
        entity.id = id;
    }
}

/// Whether some field is the primary key or part of it.
fn has_primary_key(entity: &Entity) -> bool {
    entity.fields.iter().any(|field| field.key == KeyKind::Primary)
}
