//! Entities: what single files say of stored records, joined by name, with the fields of base classes.
//!
//! A record may be told in several places: its class, a context that mentions it, a configuration, a model snapshot.
//! The class gives its place and doc comment; what says a table wins over what does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::entity::{Entity, Field, Relation};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::{KeyKind, Role};

use super::components::kebab;
use super::link::Names;

/// How many base classes up fields are taken from.
const BASES_MAX: usize = 8;

/// One file's word on a record.
#[derive(Clone, Copy)]
struct Part<'a> {
    file: FileIndex,
    entity: &'a Entity,
}

/// Joins the records of all files: entities and relations, sorted.
pub(super) fn join(names: &Names<'_>) -> (Vec<Entity>, Vec<Relation>) {
    let scope = names.scope();
    let mut parts: BTreeMap<&str, Vec<Part<'_>>> = BTreeMap::new();
    let mut mentions: BTreeMap<&str, Vec<(FileIndex, Option<&str>)>> = BTreeMap::new();
    for (file, (source, facts)) in (0..).zip(scope.files.iter().zip(scope.facts)) {
        if source.role == Role::Test {
            continue;
        }
        for entity in &facts.records.entities {
            parts.entry(entity.name.as_str()).or_default().push(Part { file, entity });
        }
        for (name, table) in &facts.records.mentions {
            mentions.entry(name.as_str()).or_default().push((file, table.as_deref()));
        }
    }
    let mut entities = Vec::new();
    for (name, parts) in &parts {
        let mentioned = mentions.get(name).map_or(&[][..], Vec::as_slice);
        for group in told_apart(names, name, parts, mentioned) {
            entities.extend(merge(names, &group, mentioned));
        }
    }
    entities.sort_by(|a, b| (&a.name, &a.file, a.line).cmp(&(&b.name, &b.file, b.line)));
    give_ids(&mut entities);
    let relations = relations(names, &entities);
    (entities, relations)
}

/// Parts that speak of the same record. Two classes of one name are two records, unless a context means only one.
fn told_apart<'a>(
    names: &Names<'_>,
    name: &str,
    parts: &[Part<'a>],
    mentions: &[(FileIndex, Option<&str>)],
) -> Vec<Vec<Part<'a>>> {
    let (classes, others): (Vec<Part<'a>>, Vec<Part<'a>>) =
        parts.iter().partition(|part| class_of(names, **part).is_some());
    let speaking = || mentions.iter().map(|(file, _)| *file).chain(others.iter().map(|part| part.file));
    let meant: BTreeSet<FileIndex> = speaking()
        .filter_map(|file| names.resolver(file)?.resolve(file, None, name))
        .filter(|meaning| meaning.rest == 0)
        .map(|meaning| meaning.symbol.file)
        .collect();
    let stored = |part: &&Part<'_>| !part.entity.table.is_empty();
    if meant.is_empty() || !classes.iter().any(|part| meant.contains(&part.file)) {
        let declared: Vec<Part<'a>> = classes.iter().filter(stored).copied().collect();
        return match (declared.len(), classes.as_slice()) {
            // Nothing tells which of several classes is meant: the snapshot or configuration stands alone.
            (0, [_, _, ..]) => vec![others],
            (0 | 1, _) => {
                vec![if declared.is_empty() { classes } else { declared }.into_iter().chain(others).collect()]
            }
            _ => declared.into_iter().map(|class| vec![class]).collect(),
        };
    }
    let mut group: Vec<Part<'a>> = classes.into_iter().filter(|part| meant.contains(&part.file)).collect();
    group.truncate(1);
    group.extend(others);
    vec![group]
}

/// The class that a part describes, if its file defines one of that name at that line.
fn class_of(names: &Names<'_>, part: Part<'_>) -> Option<DefinitionIndex> {
    let outline = outline(names, part.file)?;
    let is_it = |(_, it): &(u32, &crate::codebase::outline::Definition)| {
        it.kind.is_type() && it.name == part.entity.name && it.line == part.entity.line
    };
    (0..).zip(&outline.definitions).find(is_it).map(|(index, _)| index)
}

fn outline<'a>(names: &Names<'a>, file: FileIndex) -> Option<&'a Outline> {
    names.scope().facts.get(file as usize).map(|facts| &facts.outline)
}

/// One entity of all its parts; nothing if none of them says that it is stored.
fn merge(names: &Names<'_>, parts: &[Part<'_>], mentions: &[(FileIndex, Option<&str>)]) -> Option<Entity> {
    let stored = parts.iter().find(|part| !part.entity.table.is_empty());
    if stored.is_none() && mentions.is_empty() {
        return None;
    }
    let class = parts.iter().find_map(|part| class_of(names, *part).map(|index| (*part, index)));
    let home = class.map(|(part, _)| part).or(stored.copied()).or(parts.first().copied())?;
    let mut entity = home.entity.clone();
    entity.file = names.scope().files.get(home.file as usize)?.path.clone();
    // What names a table knows the model whole (a snapshot): its fields stand before those of the class.
    let mut whole: Vec<Part<'_>> = parts.iter().filter(|part| !part.entity.table.is_empty()).copied().collect();
    whole.sort_by_key(|part| std::cmp::Reverse(part.entity.fields.len()));
    let snapshot = whole.iter().find(|part| part.file != home.file && part.entity.fields.len() > 1);
    if let Some(part) = snapshot {
        entity.fields.clone_from(&part.entity.fields);
    } else {
        if let Some((part, index)) = class {
            let inherited = inherited_fields(names, Symbol { file: part.file, definition: Some(index) });
            let own = std::mem::take(&mut entity.fields);
            let is_new = |field: &Field| own.iter().all(|it| it.name != field.name);
            entity.fields = inherited.into_iter().filter(is_new).collect();
            entity.fields.extend(own);
        }
        for part in parts.iter().filter(|part| part.file != home.file) {
            refine(&mut entity.fields, &part.entity.fields);
        }
    }
    let mention = mentions.iter().find_map(|(_, table)| *table);
    let table = whole.first().map(|part| part.entity.table.as_str()).or(mention);
    table.unwrap_or(&entity.name).clone_into(&mut entity.table);
    Some(entity)
}

/// What a configuration says of fields: keys that the class does not show.
fn refine(fields: &mut [Field], said: &[Field]) {
    for field in said {
        if let Some(own) = fields.iter_mut().find(|own| own.name == field.name && own.key == KeyKind::None) {
            own.key = field.key;
        }
    }
}

/// Fields that base classes of this repository declare, outermost base first.
fn inherited_fields(names: &Names<'_>, class: Symbol) -> Vec<Field> {
    let mut found: Vec<Field> = Vec::new();
    let mut seen = vec![class];
    let mut next = vec![class];
    while let Some(class) = next.pop() {
        let Some((outline, index)) = outline(names, class.file).zip(class.definition) else { continue };
        let Some(definition) = outline.definition(index) else { continue };
        for base in &definition.bases {
            let plain = base.split(['<', '[', '(']).next().unwrap_or(base);
            let meaning = names.resolver(class.file).and_then(|it| it.resolve(class.file, definition.parent, plain));
            let Some(base) = meaning.filter(|it| it.rest == 0).map(|it| it.symbol) else { continue };
            if seen.contains(&base) || seen.len() > BASES_MAX {
                continue;
            }
            seen.push(base);
            next.push(base);
            let fields = declared_fields(names, base);
            let new: Vec<Field> =
                fields.iter().filter(|it| found.iter().all(|own| own.name != it.name)).cloned().collect();
            found.splice(0..0, new);
        }
    }
    found
}

fn declared_fields<'a>(names: &Names<'a>, class: Symbol) -> &'a [Field] {
    let facts = names.scope().facts.get(class.file as usize);
    let Some((facts, index)) = facts.zip(class.definition) else { return &[] };
    let Some(definition) = facts.outline.definition(index) else { return &[] };
    let record = facts.records.entities.iter().find(|it| definition.name == it.name && it.line == definition.line);
    record.map_or(&[], |record| &record.fields)
}

/// The name in kebab case; where names clash, the folder tells them apart.
fn give_ids(entities: &mut [Entity]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for entity in entities.iter() {
        *count.entry(kebab(&entity.name)).or_default() += 1;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for entity in entities {
        let plain = kebab(&entity.name);
        let clashes = count.get(&plain).is_some_and(|count| *count > 1);
        let mut id = if clashes { kebab(&format!("{}-{plain}", entity.file.folder())) } else { plain };
        while !taken.insert(id.clone()) {
            id.push('x');
        }
        entity.id = id;
    }
}

/// Relations whose both ends are entities, by their ids. One relation is told by several files: the first word counts.
fn relations(names: &Names<'_>, entities: &[Entity]) -> Vec<Relation> {
    let scope = names.scope();
    let mut found: BTreeMap<(String, String, String), Relation> = BTreeMap::new();
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut files: Vec<usize> = (0..scope.files.len()).filter(|file| scope.files[*file].role != Role::Test).collect();
    // Generated snapshots know every relation, configuration and classes some.
    files.sort_by_key(|file| (scope.files[*file].role != Role::Generated, *file));
    for file in files {
        let mut told_here: BTreeSet<(String, String)> = BTreeSet::new();
        for relation in &scope.facts[file].records.relations {
            let id = |name: &str| {
                let same = |it: &&Entity| it.name == name;
                let near = entities.iter().filter(same).find(|it| it.file == scope.files[file].path);
                near.or_else(|| entities.iter().find(same)).map(|it| it.id.clone())
            };
            let (Some(from), Some(to)) = (id(&relation.from), id(&relation.to)) else { continue };
            let pair = if from <= to { (from.clone(), to.clone()) } else { (to.clone(), from.clone()) };
            if told.contains(&pair) {
                continue;
            }
            told_here.insert(pair);
            let key = (from.clone(), to.clone(), relation.via.clone());
            found.entry(key).or_insert(Relation { from, to, ..relation.clone() });
        }
        told.append(&mut told_here);
    }
    found.into_values().collect()
}
