//! ER diagrams of entities: all in one, or in parts that fit.

use std::collections::{BTreeMap, BTreeSet};

use super::book::Book;
use super::escape::Md;
use crate::codebase::entity::Cardinality;
use crate::codebase::{Entity, KeyKind, Relation};
use crate::output::mermaid::{Caption, Diagram, ErDiagram, ErEnd, ErEntity, ErField, ErKey, ErRelation, NODES_MAX};

/// Fields drawn for an entity.
const FIELDS_MAX: usize = 8;
/// Entities drawn where the whole model is too large for one diagram.
const HUBS_MAX: usize = 15;

/// Diagrams of at most [`NODES_MAX`] entities, related ones next to each other.
pub(super) fn diagrams(book: &Book<'_>, entities: &[&Entity]) -> Vec<Md> {
    let chunks: Vec<Vec<&Entity>> =
        if entities.len() <= NODES_MAX { vec![entities.to_vec()] } else { connected_chunks(book, entities) };
    chunks.iter().filter_map(|chunk| diagram(book, chunk, FIELDS_MAX)).map(|diagram| Md::diagram(&diagram)).collect()
}

/// The entities that most others are related to, without their fields.
pub(super) fn hubs(book: &Book<'_>) -> Option<Md> {
    let mut related: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for relation in book.codebase().relations.iter().filter(|relation| relation.from != relation.to) {
        related.entry(&relation.from).or_default().insert(&relation.to);
        related.entry(&relation.to).or_default().insert(&relation.from);
    }
    let count = |entity: &&Entity| related.get(entity.id.as_str()).map_or(0, BTreeSet::len);
    let mut entities: Vec<&Entity> = book.codebase().entities.iter().filter(|it| count(it) > 0).collect();
    entities.sort_by_key(|entity| std::cmp::Reverse(count(entity)));
    entities.truncate(HUBS_MAX);
    diagram(book, &entities, 0).map(|diagram| Md::diagram(&diagram))
}

/// The entities in chunks that fit a diagram, related ones next to each other.
fn connected_chunks<'a>(book: &Book<'_>, entities: &[&'a Entity]) -> Vec<Vec<&'a Entity>> {
    let by_id: BTreeMap<&str, &'a Entity> = entities.iter().map(|entity| (entity.id.as_str(), *entity)).collect();
    let mut related: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for relation in &book.codebase().relations {
        related.entry(&relation.from).or_default().push(&relation.to);
        related.entry(&relation.to).or_default().push(&relation.from);
    }
    let mut ordered: Vec<&Entity> = Vec::new();
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    for start in entities {
        let mut waiting = vec![*start];
        while let Some(entity) = waiting.pop() {
            if !placed.insert(entity.id.as_str()) {
                continue;
            }
            ordered.push(entity);
            let next = related.get(entity.id.as_str()).into_iter().flatten();
            waiting.extend(next.filter_map(|id| by_id.get(id).copied()));
        }
    }
    ordered.chunks(NODES_MAX).map(<[&Entity]>::to_vec).collect()
}

fn diagram(book: &Book<'_>, entities: &[&Entity], fields_max: usize) -> Option<Diagram> {
    let mut er = ErDiagram {
        caption: Caption { title: "Entities and their relations".to_owned(), description: String::new() },
        ..ErDiagram::default()
    };
    for entity in entities {
        let mut fields: Vec<ErField> = entity
            .fields
            .iter()
            .map(|field| ErField {
                type_name: field.type_name.to_string(),
                name: field.name.to_string(),
                key: er_key(field.key),
            })
            .collect();
        // Keys first: they say most where not all fields fit.
        fields.sort_by_key(|field| field.key as usize);
        fields.truncate(fields_max);
        er.entities.insert(entity.id.clone(), ErEntity { label: entity.name.clone(), fields });
    }
    let shown: BTreeMap<&str, &Entity> = entities.iter().map(|entity| (entity.id.as_str(), *entity)).collect();
    for relation in &book.codebase().relations {
        let Some(keeper) = shown.get(relation.to.as_str()).filter(|_| shown.contains_key(relation.from.as_str()))
        else {
            continue;
        };
        let (from, to, label) = (relation.from.clone(), relation.to.clone(), relation.via.clone());
        // No document store watches over what its documents refer to.
        let is_watched = keeper.system.as_ref().is_none_or(|system| system != "mongodb");
        er.relations.push(ErRelation { from, to, ends: ends(keeper, relation), label, is_watched });
    }
    er.diagram()
}

/// How many of each take part: a key that may be empty needs no other entity.
fn ends(keeper: &Entity, relation: &Relation) -> (ErEnd, ErEnd) {
    let mut keys = keeper.fields.iter().filter(|field| relation.via.split(',').any(|via| is_kept_in(field, via)));
    let one = if keys.any(|field| field.nullable) { ErEnd::Maybe } else { ErEnd::One };
    match relation.cardinality {
        Cardinality::OneToOne => (one, ErEnd::Maybe),
        Cardinality::OneToMany => (one, ErEnd::Many),
        Cardinality::ManyToMany => (ErEnd::Many, ErEnd::Many),
    }
}

/// Whether a relation's key is this field, by its name or its column's.
pub(super) fn is_kept_in(field: &crate::codebase::Field, via: &str) -> bool {
    field.name == via || field.column.as_ref().is_some_and(|column| column == via)
}

const fn er_key(key: KeyKind) -> ErKey {
    match key {
        KeyKind::Primary => ErKey::Primary,
        KeyKind::Foreign => ErKey::Foreign,
        KeyKind::Unique => ErKey::Unique,
        KeyKind::None => ErKey::None,
    }
}
