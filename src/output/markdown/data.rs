//! `data/README.md` and, for large models, `data/<domain>.md`: what is kept, in which tables, with which relations.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::book::{Book, domain_link, file_name};
use super::escape::{Md, slug};
use super::links::Links;
use super::table::Table;
use crate::codebase::entity::Cardinality;
use crate::codebase::{Entity, KeyKind, Place, Relation};
use crate::output::OutputFile;
use crate::output::mermaid::{Caption, Diagram, ErDiagram, ErEnd, ErEntity, ErField, ErKey, ErRelation, NODES_MAX};
use crate::output::words;

/// With more entities than this, each domain's entities have a page of their own.
const ENTITIES_MAX: usize = 40;
/// Fields drawn for an entity.
const FIELDS_MAX: usize = 8;

#[derive(Template)]
#[template(path = "markdown/data.md", escape = "none")]
struct Data {
    intro: Md,
    contents: Table,
    diagrams: Vec<Md>,
    entities: Vec<EntitySection>,
}

struct EntitySection {
    name: Md,
    about: Md,
    fields: Table,
    relations: Vec<Md>,
}

/// The pages; none without entities.
pub(super) fn pages(book: &Book<'_>) -> Vec<OutputFile> {
    let codebase = book.codebase();
    let entities: Vec<&Entity> = codebase.entities.iter().collect();
    if entities.is_empty() {
        return Vec::new();
    }
    let split = entities.len() > ENTITIES_MAX;
    let mut pages = Vec::new();
    if split {
        for (group, members) in by_domain(&entities) {
            let domain = group.and_then(|id| codebase.domains.get(id));
            let title = domain.map_or("Other data".to_owned(), |domain| format!("Data of {}", domain.name));
            let path = group_page(group);
            let mut links = book.links(&path);
            let body = Data {
                intro: Md::text(&format!("{}.", words::count(members.len(), "entity"))),
                contents: Table::default(),
                diagrams: diagrams(book, &members),
                entities: members.iter().map(|entity| describe(book, entity, &mut links)).collect(),
            };
            pages.push(book.finish(&path, &[("Data", "data/README.md")], &title, &body, &links));
        }
    }
    let mut links = book.links("data/README.md");
    let body = Data {
        intro: intro(&entities),
        contents: contents(book, &entities, &links),
        diagrams: if split { Vec::new() } else { diagrams(book, &entities) },
        entities: if split {
            Vec::new()
        } else {
            entities.iter().map(|entity| describe(book, entity, &mut links)).collect()
        },
    };
    pages.push(book.finish("data/README.md", &[], "Data model", &body, &links));
    pages
}

/// The heading of an entity: its name, or its id where that tells it from another one of the same name.
fn heading(entity: &Entity) -> &str {
    if entity.id == slug(&entity.name) || entity.id == entity.name { &entity.name } else { &entity.id }
}

/// The entity that a field points to.
fn pointed_at(book: &Book<'_>, entity: &Entity, field: &str) -> Md {
    let relation = book.codebase().relations.iter().find(|it| it.to == entity.id && it.via == field);
    let other = relation.and_then(|it| book.codebase().entities.iter().find(|other| other.id == it.from));
    other.map_or(Md::literal("points to another entity"), |other| {
        Md::markdown(format!("points to {}", Md::code(&other.name)))
    })
}

/// The page and anchor of an entity.
pub(super) fn entity_target(book: &Book<'_>, entity: &Entity) -> String {
    let split = book.codebase().entities.len() > ENTITIES_MAX;
    let page = if split { group_page(entity.domain.as_deref()) } else { "data/README.md".to_owned() };
    format!("{page}#{}", slug(heading(entity)))
}

fn intro(entities: &[&Entity]) -> Md {
    let mut stores: Vec<&str> = entities.iter().map(|entity| entity.store.as_str()).collect();
    stores.sort_unstable();
    stores.dedup();
    let stores: Vec<String> = stores.into_iter().map(|store| Md::code(store).to_string()).collect();
    Md::markdown(format!(
        "{}, declared with {}. This list is complete as far as the code declares them.",
        words::count(entities.len(), "entity"),
        words::list(&stores)
    ))
}

fn group_page(group: Option<&str>) -> String {
    group.map_or("data/other.md".to_owned(), |id| format!("data/{}.md", file_name(id)))
}

fn by_domain<'a>(entities: &[&'a Entity]) -> BTreeMap<Option<&'a str>, Vec<&'a Entity>> {
    let mut groups: BTreeMap<Option<&str>, Vec<&Entity>> = BTreeMap::new();
    for entity in entities {
        groups.entry(entity.domain.as_deref()).or_default().push(entity);
    }
    groups
}

fn contents(book: &Book<'_>, entities: &[&Entity], links: &Links) -> Table {
    let rows = entities.iter().map(|entity| {
        let domain = entity.domain.as_deref().and_then(|id| book.codebase().domains.get(id));
        [
            links.page(&Md::code(&entity.name), &entity_target(book, entity)),
            Md::text(&entity.doc.as_deref().map(words::first_sentence).unwrap_or_default()),
            Md::code(&entity.table),
            domain.map(|domain| domain_link(book, domain, links)).unwrap_or_default(),
            Md::text(&entity.fields.len().to_string()),
        ]
    });
    Table::new(["Entity", "What it is", "Table", "Domain", "Fields"], rows)
}

fn describe(book: &Book<'_>, entity: &Entity, links: &mut Links) -> EntitySection {
    let place = Place::line(entity.file.clone(), entity.line);
    let source = links.cite(&Md::code(entity.file.file_name()), &format!("entity {}", entity.id), &place);
    let said = entity.doc.as_deref().map(words::first_sentence).unwrap_or_default();
    let space = if said.is_empty() { "" } else { " " };
    let about = format!("{}{space}Table {}, declared in {source}.", Md::text(&said), Md::code(&entity.table));
    let rows = entity.fields.iter().map(|field| {
        let key = match field.key {
            KeyKind::Primary => Md::literal("primary key"),
            KeyKind::Foreign => pointed_at(book, entity, &field.name),
            KeyKind::Unique => Md::literal("unique"),
            KeyKind::None => Md::default(),
        };
        let empty = if field.nullable { "yes" } else { "" };
        [Md::code(&field.name), Md::code(&field.type_name), Md::text(empty), key]
    });
    let relations =
        book.codebase().relations.iter().filter(|relation| relation.from == entity.id || relation.to == entity.id);
    EntitySection {
        name: Md::text(heading(entity)),
        about: Md::markdown(about),
        fields: Table::new(["Field", "Type", "May be empty", "Key"], rows),
        relations: relations.map(|relation| relation_line(book, entity, relation)).collect(),
    }
}

/// A relation as seen from one of its ends.
fn relation_line(book: &Book<'_>, entity: &Entity, relation: &Relation) -> Md {
    let own = relation.from == entity.id;
    let other = if own { &relation.to } else { &relation.from };
    let name = book
        .codebase()
        .entities
        .iter()
        .find(|candidate| candidate.id == *other)
        .map_or(other.as_str(), |found| &found.name);
    let words = match (relation.cardinality, own) {
        (Cardinality::OneToOne, _) => "one to one with",
        (Cardinality::OneToMany, true) => "one to many",
        (Cardinality::OneToMany, false) => "many to one",
        (Cardinality::ManyToMany, _) => "many to many with",
    };
    let via = if relation.via.is_empty() { String::new() } else { format!(" by {}", Md::code(&relation.via)) };
    Md::markdown(format!("{words} {}{via}", Md::code(name)))
}

/// ER diagrams of at most [`NODES_MAX`] entities: all in one, or one for each domain, split where that is too many.
fn diagrams(book: &Book<'_>, entities: &[&Entity]) -> Vec<Md> {
    let groups: Vec<Vec<&Entity>> = if entities.len() <= NODES_MAX {
        vec![entities.to_vec()]
    } else {
        by_domain(entities).into_values().flat_map(|group| connected_chunks(book, &group)).collect()
    };
    groups.iter().filter_map(|group| diagram(book, group)).map(|diagram| Md::diagram(&diagram)).collect()
}

/// The entities in chunks that fit a diagram, related ones next to each other.
fn connected_chunks<'a>(book: &Book<'_>, entities: &[&'a Entity]) -> Vec<Vec<&'a Entity>> {
    let mut ordered: Vec<&Entity> = Vec::new();
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    for start in entities {
        let mut waiting = vec![*start];
        while let Some(entity) = waiting.pop() {
            if !placed.insert(entity.id.as_str()) {
                continue;
            }
            ordered.push(entity);
            let related = book.codebase().relations.iter().filter_map(|relation| match entity.id.as_str() {
                id if id == relation.from => Some(relation.to.as_str()),
                id if id == relation.to => Some(relation.from.as_str()),
                _ => None,
            });
            waiting.extend(related.filter_map(|id| entities.iter().find(|candidate| candidate.id == id)));
        }
    }
    ordered.chunks(NODES_MAX).map(<[&Entity]>::to_vec).collect()
}

fn diagram(book: &Book<'_>, entities: &[&Entity]) -> Option<Diagram> {
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
        fields.sort_by_key(|field| field.key == ErKey::None);
        fields.truncate(FIELDS_MAX);
        er.entities.insert(entity.id.clone(), ErEntity { label: entity.name.clone(), fields });
    }
    for relation in &book.codebase().relations {
        let ends = match relation.cardinality {
            Cardinality::OneToOne => (ErEnd::One, ErEnd::Maybe),
            Cardinality::OneToMany => (ErEnd::One, ErEnd::Many),
            Cardinality::ManyToMany => (ErEnd::Many, ErEnd::Many),
        };
        let (from, to, label) = (relation.from.clone(), relation.to.clone(), relation.via.clone());
        er.relations.push(ErRelation { from, to, ends, label });
    }
    er.diagram()
}

const fn er_key(key: KeyKind) -> ErKey {
    match key {
        KeyKind::Primary => ErKey::Primary,
        KeyKind::Foreign => ErKey::Foreign,
        KeyKind::Unique => ErKey::Unique,
        KeyKind::None => ErKey::None,
    }
}
