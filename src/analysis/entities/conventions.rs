//! What a store takes for granted: classes that a stored one leads to are stored too, and keys go by their names.

use std::collections::BTreeMap;

use crate::codebase::entity::{Cardinality, Entity, Field, Relation};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::last_part;
use crate::codebase::{Atom, KeyKind};
use crate::stores::Store;

use super::super::link::Names;
use super::rulings::Rulings;
use super::{Joined, Mentions, Part, bases, has_primary_key, parts, store_of};

/// Parts of records by store and name.
type Parts<'a> = BTreeMap<(&'a str, &'a str), Vec<Part<'a>>>;

/// Mentions classes with a key to which the properties of mentioned ones lead.
pub(super) fn reach<'a>(names: &Names<'a>, parts: &Parts<'a>, rulings: &Rulings<'a>, mentions: &mut Mentions<'a>) {
    let mut open: Vec<&'a str> = mentions.keys().copied().collect();
    while let Some(name) = open.pop() {
        for (store, _) in parts.keys().filter(|(_, own)| *own == name) {
            let told = parts.get(&(*store, name)).map_or(&[][..], Vec::as_slice);
            let is_modelled = told.iter().any(|it| !it.entity.table.is_empty() && parts::is_whole(it.entity));
            if is_modelled || !store_of(store).is_some_and(Store::has_shadow_keys) {
                continue;
            }
            for (file, entity) in told.iter().flat_map(|part| neighbours(names, part, rulings)) {
                if !mentions.contains_key(entity.name.as_str()) && !rulings.is_unstored(&entity.name) {
                    mentions.insert(entity.name.as_str(), vec![(file, None)]);
                    open.push(entity.name.as_str());
                }
            }
        }
    }
}

/// Classes with a key that the properties of a class lead to, each with the file that says so.
fn neighbours<'a>(names: &Names<'a>, part: &Part<'_>, rulings: &Rulings<'_>) -> Vec<(FileIndex, &'a Entity)> {
    let (file, name, store) = (part.file, part.entity.name.as_str(), part.entity.store.as_str());
    if bases::class_at(names, file, part.entity).is_none() {
        return Vec::new();
    }
    let Some(facts) = names.scope().facts.get(file as usize) else { return Vec::new() };
    let of_class = facts.records.relations.iter().filter(|it| it.from == name || it.to == name);
    let of_class = of_class.filter(|it| rulings.keeps(name, &it.via));
    let others = of_class.map(|it| if it.from == name { it.to.as_str() } else { it.from.as_str() });
    let resolved = others.filter_map(|other| names.resolver(file)?.resolve(file, None, other));
    let classes = resolved.filter(|meaning| meaning.rest == 0).map(|meaning| meaning.symbol);
    let is_stored = |class: Symbol, entity: &Entity| {
        let above = || bases::inherited(names, class, store, true);
        has_primary_key(entity) || above().fields.iter().any(|field| field.key == KeyKind::Primary)
    };
    let with_records = classes.filter_map(|class| Some((class, bases::record(names, class, store)?)));
    with_records.filter(|(class, it)| is_stored(*class, it)).map(|(_, it)| (file, it)).collect()
}

/// A relation with the field that keeps it, where its property's name tells which.
pub(super) fn keyed(one: &Joined, other: &Joined, mut relation: Relation) -> Relation {
    let is_property = other.entity.fields.iter().any(|it| it.name == relation.via && leads_to(it, &one.entity));
    let navigation = is_property.then_some(relation.via.as_str());
    let is_kept = other.entity.fields.iter().any(|it| it.name == relation.via && !leads_to(it, &one.entity));
    let key = store_of(&other.entity.store)
        .filter(|_| !is_kept && relation.cardinality != Cardinality::ManyToMany)
        .and_then(|store| store.key_by_convention(&one.entity, &other.entity, navigation));
    if let Some(key) = key {
        relation.via = key.to_string();
    }
    relation
}

fn leads_to(field: &Field, entity: &Entity) -> bool {
    last_part(&field.type_name) == entity.name
}

/// Gives relations that no field keeps a key or a join table, marks the keys, and leaves properties that lead to other
/// entities out of the fields.
pub(super) fn settle(names: &Names<'_>, joined: &mut [Joined], relations: &mut Vec<Relation>) {
    let places: BTreeMap<String, usize> =
        joined.iter().enumerate().map(|(index, it)| (it.entity.id.clone(), index)).collect();
    let place = |id: &str| places.get(id).copied();
    let by_convention = |it: &Joined| {
        it.model.is_none() && it.own_class.is_some() && store_of(&it.entity.store).is_some_and(Store::has_shadow_keys)
    };
    let all = std::mem::take(relations);
    for (index, relation) in all.iter().enumerate() {
        let (Some(one), Some(other)) = (place(&relation.from), place(&relation.to)) else { continue };
        let (Some(from), Some(to)) = (joined.get(one), joined.get(other)) else { continue };
        if !by_convention(to) {
            relations.push(relation.clone());
            continue;
        }
        let way = way(&all, index, (&from.entity, &to.entity));
        let key = from.entity.fields.iter().find(|it| it.key == KeyKind::Primary).cloned();
        let key_name = key.as_ref().map_or("Id", |key| key.name.as_str());
        let mut relation = relation.clone();
        let navigation = to.entity.fields.iter().find(|it| it.name == relation.via);
        let nullable = navigation.is_none_or(|it| it.nullable);
        match way {
            Way::Kept => {}
            Way::Told => continue,
            Way::Both(table) => {
                relation.cardinality = Cardinality::ManyToMany;
                relation.via = table;
            }
            Way::Turned(key) => {
                let (from, to) = (relation.to.clone(), relation.from.clone());
                relation = Relation { from, to, cardinality: Cardinality::OneToOne, via: key.to_string() };
            }
            Way::Property => relation.via = format!("{}{key_name}", relation.via),
            Way::Collection => relation.via = format!("{}{key_name}", from.entity.name),
        }
        let holder = place(&relation.to).and_then(|it| joined.get_mut(it));
        if let Some(to) = holder.filter(|_| relation.cardinality != Cardinality::ManyToMany) {
            mark(&mut to.entity, &relation, Field { nullable, ..key.unwrap_or_default() });
        }
        relations.push(relation);
    }
    for relation in relations.iter() {
        let key = place(&relation.from)
            .and_then(|it| joined.get(it))
            .and_then(|it| it.entity.fields.iter().find(|it| it.key == KeyKind::Primary));
        let typed = key.map(|key| key.type_name.clone()).unwrap_or_default();
        let held =
            place(&relation.to).and_then(|it| joined.get_mut(it)).into_iter().flat_map(|it| &mut it.entity.fields);
        for field in held.filter(|it| it.name == relation.via && it.type_name.is_empty()) {
            field.type_name = typed.clone();
        }
        for (end, held) in [(&relation.from, &relation.to), (&relation.to, &relation.from)] {
            let held = place(held).and_then(|it| joined.get(it)).map(|it| classes(names, it));
            let end = place(end).and_then(|it| joined.get_mut(it)).filter(|it| by_convention(it));
            if let Some((end, held)) = end.zip(held) {
                end.entity.fields.retain(|field| !held.contains(&last_part(&field.type_name).to_owned()));
            }
        }
    }
    relations.sort();
}

/// Names of an entity's class and of those whose fields it has.
fn classes(names: &Names<'_>, it: &Joined) -> Vec<String> {
    let name = |class: &Symbol| {
        let facts = names.scope().facts.get(class.file as usize)?;
        Some(facts.outline.definition(class.definition?)?.name.to_string())
    };
    it.bases.iter().filter_map(name).chain([it.entity.name.clone()]).collect()
}

/// How a relation is kept.
enum Way {
    /// By a field.
    Kept,
    /// By a field of the other side, which another relation tells.
    Told,
    /// By a join table of this name.
    Both(String),
    /// By this field of the side that the only property leads to.
    Turned(Atom),
    /// By a hidden field named after the property.
    Property,
    /// By a hidden field named after the side that has the collection.
    Collection,
}

fn way(all: &[Relation], index: usize, (from, to): (&Entity, &Entity)) -> Way {
    let Some(relation) = all.get(index) else { return Way::Kept };
    let kept_by = |entity: &Entity, other: &Entity, via: &str| {
        let is_it =
            |field: &Field, part: &str| field.name == part || field.column.as_ref().is_some_and(|it| it == part);
        via.split(',').any(|part| entity.fields.iter().any(|it| is_it(it, part) && !leads_to(it, other)))
    };
    if relation.cardinality == Cardinality::ManyToMany || kept_by(to, from, &relation.via) {
        return Way::Kept;
    }
    let is_property = to.fields.iter().any(|it| it.name == relation.via && leads_to(it, from));
    let mut turned =
        all.iter().filter(|it| it.from == relation.to && it.to == relation.from && relation.from != relation.to);
    if is_property {
        let of_another = |via: &str| {
            let mut others = to.fields.iter().filter(|it| it.name != relation.via && leads_to(it, from));
            others.any(|it| via.to_lowercase().starts_with(&it.name.to_lowercase()))
        };
        let same = |it: &Relation| {
            it.from == relation.from && it.to == relation.to && kept_by(to, from, &it.via) && !of_another(&it.via)
        };
        if all.iter().any(same) || turned.any(|it| kept_by(from, to, &it.via)) {
            return Way::Told;
        }
        let key = store_of(&to.store).and_then(|store| store.key_by_convention(to, from, None));
        return key.map_or(Way::Property, Way::Turned);
    }
    let is_walked = |it: &Relation| {
        it.cardinality == Cardinality::OneToMany && from.fields.iter().all(|field| field.name != it.via)
    };
    if let Some(back) = turned.find(|it| is_walked(it)) {
        let (first, second) = (from.name.as_str().min(&to.name), from.name.as_str().max(&to.name));
        return if relation <= back { Way::Both(format!("{first}{second}")) } else { Way::Told };
    }
    Way::Collection
}

/// Marks the fields of a key; adds the one that no class shows.
fn mark(entity: &mut Entity, relation: &Relation, key: Field) {
    let mut is_there = false;
    for part in relation.via.split(',') {
        for field in
            entity.fields.iter_mut().filter(|it| it.name == part || it.column.as_ref().is_some_and(|it| it == part))
        {
            field.key = field.key.min(KeyKind::Foreign);
            is_there = true;
        }
    }
    if !is_there {
        let name = relation.via.as_str().into();
        entity.fields.push(Field { name, key: KeyKind::Foreign, column: None, ..key });
    }
}
