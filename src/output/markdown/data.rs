//! `data/README.md` and, for large models, `data/<domain>.md`: what is kept, in which tables, with which relations.

use std::collections::BTreeMap;

use askama::Template;

use super::book::{Book, domain_link, file_name};
use super::er;
use super::escape::{Md, slug};
use super::links::Links;
use super::table::Table;
use crate::codebase::entity::Cardinality;
use crate::codebase::{Entity, Field, KeyKind, Place, Relation};
use crate::output::OutputFile;
use crate::output::mermaid::NODES_MAX;
use crate::output::words;

/// With more entities than this, each domain's entities have a page of their own.
const ENTITIES_MAX: usize = NODES_MAX;
/// Names of the stores whose ids say little.
const STORES: &[(&str, &str)] = &[
    ("django_orm", "Django's ORM"),
    ("drizzle", "Drizzle"),
    ("efcore", "Entity Framework Core"),
    ("mikro_orm", "MikroORM"),
    ("mongoose", "Mongoose"),
    ("prisma", "Prisma"),
    ("sequelize", "Sequelize"),
    ("fluentmigrator", "FluentMigrator"),
    ("sql", "SQL scripts"),
    ("sqlalchemy", "SQLAlchemy"),
    ("typeorm", "TypeORM"),
];

#[derive(Template)]
#[template(path = "markdown/data.md", escape = "none")]
struct Data {
    intro: Md,
    contents: Table,
    diagrams: Vec<Md>,
    /// Whether the diagram shows a part of the model only.
    is_part: bool,
    entities: Vec<EntitySection>,
}

struct EntitySection {
    name: Md,
    about: Md,
    fields: Table,
    /// Fields that are unique together.
    unique: Vec<Md>,
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
                intro: intro(book, &members),
                contents: Table::default(),
                is_part: false,
                diagrams: er::diagrams(book, &members),
                entities: members.iter().map(|entity| describe(book, entity, &mut links)).collect(),
            };
            pages.push(book.finish(&path, &[("Data", "data/README.md")], &title, &body, &links));
        }
    }
    let mut links = book.links("data/README.md");
    let body = Data {
        intro: intro(book, &entities),
        contents: contents(book, &entities, &links),
        diagrams: if split { er::hubs(book).into_iter().collect() } else { er::diagrams(book, &entities) },
        is_part: split,
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

/// The entity that a field points to, if it does.
fn pointed_at(book: &Book<'_>, entity: &Entity, field: &Field, links: &Links) -> Option<Md> {
    let keeps = |relation: &Relation| relation.via.split(',').any(|via| er::is_kept_in(field, via));
    let relation = book.codebase().relations.iter().find(|it| it.to == entity.id && keeps(it));
    match relation.and_then(|it| book.codebase().entities.iter().find(|other| other.id == it.from)) {
        Some(other) => Some(Md::markdown(format!("points to {}", linked(book, other, links)))),
        None => (field.key == KeyKind::Foreign).then(|| Md::literal("points to another entity")),
    }
}

/// An entity's name with a link to what is said of it.
fn linked(book: &Book<'_>, entity: &Entity, links: &Links) -> Md {
    links.page(&Md::code(&entity.name), &entity_target(book, entity))
}

/// The page and anchor of an entity.
pub(super) fn entity_target(book: &Book<'_>, entity: &Entity) -> String {
    let split = book.codebase().entities.len() > ENTITIES_MAX;
    let page = if split { group_page(entity.domain.as_deref()) } else { "data/README.md".to_owned() };
    format!("{page}#{}", slug(heading(entity)))
}

fn intro(book: &Book<'_>, entities: &[&Entity]) -> Md {
    let mut stores: Vec<&str> = entities.iter().map(|entity| entity.store.as_str()).collect();
    stores.sort_unstable();
    stores.dedup();
    let named = |store: &str| STORES.iter().find(|(id, _)| *id == store).map_or(store, |(_, name)| name).to_owned();
    let stores: Vec<String> = stores.into_iter().map(named).collect();
    let mut systems: Vec<String> = entities.iter().filter_map(|entity| system_name(book, entity)).collect();
    systems.sort_unstable();
    systems.dedup();
    let kept = if systems.is_empty() { String::new() } else { format!(", kept in {}", words::list(&systems)) };
    Md::text(&format!(
        "{}{kept}, declared with {}. This list is complete as far as the code declares them.",
        words::count(entities.len(), "entity"),
        words::list(&stores)
    ))
}

/// The name of the system that keeps an entity, where that is known.
fn system_name(book: &Book<'_>, entity: &Entity) -> Option<String> {
    let system = entity.system.as_ref()?;
    let known = book.codebase().externals.iter().find(|it| it.id == *system);
    Some(known.map_or_else(|| system.to_string(), |it| it.name.clone()))
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
    let kind = if entity.system.as_ref().is_some_and(|it| it == "mongodb") { "Collection" } else { "Table" };
    let kept = system_name(book, entity).map(|name| format!(" in {}", Md::text(&name))).unwrap_or_default();
    let table = Md::code(&entity.table);
    let about = format!("{}{space}{kind} {table}{kept}, declared in {source}.", Md::text(&said));
    let mut fields: Vec<&Field> = entity.fields.iter().collect();
    // Keys first; fields of the same key stay in their order.
    fields.sort_by_key(|field| field.key);
    let rows = fields.into_iter().map(|field| {
        let empty = if field.nullable { "yes" } else { "" };
        let column = field.column.as_ref().map(|column| Md::code(column)).unwrap_or_default();
        [Md::code(&field.name), column, Md::code(&field.type_name), Md::text(empty), keys(book, entity, field, links)]
    });
    let unique = entity.unique.iter().map(|names| {
        let names: Vec<String> = names.iter().map(|name| Md::code(name).to_string()).collect();
        Md::markdown(format!("unique together: {}", words::list(&names)))
    });
    let relations =
        book.codebase().relations.iter().filter(|relation| relation.from == entity.id || relation.to == entity.id);
    EntitySection {
        name: Md::text(heading(entity)),
        about: Md::markdown(about),
        fields: Table::new(["Field", "Column", "Type", "May be empty", "Key"], rows),
        unique: unique.collect(),
        relations: relations.map(|relation| relation_line(book, entity, relation, links)).collect(),
    }
}

/// Which keys a field is, and what it points to: a primary key may do so too.
fn keys(book: &Book<'_>, entity: &Entity, field: &Field, links: &Links) -> Md {
    let own = match field.key {
        KeyKind::Primary => "primary key",
        KeyKind::Unique => "unique",
        KeyKind::Foreign | KeyKind::None => "",
    };
    match pointed_at(book, entity, field, links) {
        Some(other) if own.is_empty() => other,
        Some(other) => Md::markdown(format!("{own}, {other}")),
        None => Md::text(own),
    }
}

/// A relation as seen from one of its ends.
fn relation_line(book: &Book<'_>, entity: &Entity, relation: &Relation, links: &Links) -> Md {
    let own = relation.from == entity.id;
    let other = if own { &relation.to } else { &relation.from };
    let found = book.codebase().entities.iter().find(|candidate| candidate.id == *other);
    let name = found.map_or_else(|| Md::code(other), |found| linked(book, found, links));
    let words = match (relation.cardinality, own) {
        (Cardinality::OneToOne, _) => "one to one with",
        (Cardinality::OneToMany, true) => "one to many",
        (Cardinality::OneToMany, false) => "many to one",
        (Cardinality::ManyToMany, _) => "many to many with",
    };
    let via = if relation.via.is_empty() { String::new() } else { format!(" by {}", Md::code(&relation.via)) };
    Md::markdown(format!("{words} {name}{via}"))
}
