//! One entity of what its class, a context, a configuration and a model snapshot say.

use std::collections::BTreeSet;

use crate::codebase::entity::{Entity, Field};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::{Atom, KeyKind};
use crate::stores::Store;

use super::super::components::kebab;
use super::super::link::Names;
use super::rulings::{self, Rulings};
use super::{Joined, Part, bases, has_primary_key, owned};

/// Parts that speak of the same record. Two classes of one name are two records, unless a context means only one.
pub(super) fn told_apart<'a>(
    names: &Names<'_>,
    name: &str,
    parts: &[Part<'a>],
    mentions: &[(FileIndex, Option<&str>)],
) -> Vec<Vec<Part<'a>>> {
    let (classes, others): (Vec<Part<'a>>, Vec<Part<'a>>) =
        parts.iter().partition(|part| bases::class_at(names, part.file, part.entity).is_some());
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

/// One entity of all its parts; nothing if none of them says that it is stored.
pub(super) fn merge(
    names: &Names<'_>,
    parts: &[Part<'_>],
    mentions: &[(FileIndex, Option<&str>)],
    rulings: &Rulings<'_>,
) -> Option<Joined> {
    let stored = parts.iter().find(|part| !part.entity.table.is_empty());
    if stored.is_none() && mentions.is_empty() {
        return None;
    }
    let class = parts.iter().find_map(|part| {
        let index = bases::class_at(names, part.file, part.entity)?;
        Some((*part, Symbol { file: part.file, definition: Some(index) }))
    });
    let home = class.map(|(part, _)| part).or(stored.copied()).or(parts.first().copied())?;
    let mut entity = home.entity.clone();
    entity.file = names.scope().files.get(home.file as usize)?.path.clone();
    // What names a table knows the model whole (a snapshot): its fields stand before those of the class.
    let mut whole: Vec<Part<'_>> = parts.iter().filter(|part| !part.entity.table.is_empty()).copied().collect();
    // Of several snapshots, one for each kind of database, the fullest tells all.
    let told_beside =
        |file: FileIndex| names.scope().facts.get(file as usize).map_or(0, |it| it.records.entities.len());
    whole.sort_by_key(|part| std::cmp::Reverse((told_beside(part.file), part.entity.fields.len())));
    let snapshot = whole.iter().find(|part| !same(part, &home) && is_whole(part.entity));
    let mut taken = Vec::new();
    if let Some(part) = snapshot {
        entity.fields.clone_from(&part.entity.fields);
        entity.unique.clone_from(&part.entity.unique);
    } else {
        if let Some((_, class)) = class {
            entity.fields = rulings::fields(names, home.file, home.entity);
            let above = bases::inherited(names, class, &entity.store, true);
            taken = above.bases;
            put_first(&mut entity, above.fields);
            rulings.leave_out(names, class, &mut entity);
            rulings.fill(names, class, &mut entity);
            let said = parts.iter().filter(|part| !same(part, &home)).flat_map(|part| &part.entity.fields);
            let stated: BTreeSet<&str> = said.map(|it| it.name.as_str()).collect();
            owned::expand(names, class, &mut entity, |name| stated.contains(name));
        }
        for part in parts.iter().filter(|part| !same(part, &home)) {
            let class = class.map(|(_, class)| class);
            refine(&mut entity, part.entity, |member| bases::member_type(names, class?, member));
        }
        if let Some((_, class)) = class {
            rulings.fill(names, class, &mut entity);
            rulings.fill_parts(class.file, &mut entity);
        }
    }
    let mention = mentions.iter().find_map(|(_, table)| *table);
    let table = whole.first().map(|part| part.entity.table.as_str()).or(mention);
    table.unwrap_or(&entity.name).clone_into(&mut entity.table);
    let mut files = vec![home.file];
    files.extend(parts.iter().map(|part| part.file).filter(|file| *file != home.file));
    let own_class = class.map(|(_, class)| class);
    let model = snapshot.map(|part| part.file);
    let has_own_table = !whole.is_empty();
    Some(Joined { entity, files, bases: taken, model, own_class, has_own_table, ..Joined::default() })
}

/// Whether two parts are one: a file may hold a class and what configures it.
fn same(one: &Part<'_>, other: &Part<'_>) -> bool {
    one.file == other.file && one.entity.line == other.entity.line
}

/// Whether a part knows all fields of its entity, as a snapshot does.
pub(super) fn is_whole(entity: &Entity) -> bool {
    has_primary_key(entity) && entity.fields.len() > 1 && entity.fields.iter().all(|it| !it.type_name.is_empty())
}

/// What a configuration says of fields: keys and columns that the class does not show, and fields that it hides.
fn refine(entity: &mut Entity, said: &Entity, member_type: impl Fn(&str) -> Option<Atom>) {
    let has_key = said.fields.iter().any(|field| field.key == KeyKind::Primary);
    for own in entity.fields.iter_mut().filter(|own| has_key && own.key == KeyKind::Primary) {
        own.key = KeyKind::None;
    }
    for field in &said.fields {
        if let Some(own) = entity.fields.iter_mut().find(|own| own.name == field.name) {
            own.key = own.key.min(field.key);
            own.column = field.column.clone().or(own.column.take());
        } else if !field.type_name.is_empty() {
            entity.fields.push(field.clone());
        } else if let Some(typed) = member_type(&field.name) {
            let nullable = typed.ends_with('?');
            let type_name = Atom::new(typed.trim_end_matches('?'));
            entity.fields.push(Field { type_name, nullable, ..field.clone() });
        }
    }
    for together in &said.unique {
        if !entity.unique.contains(together) {
            entity.unique.push(together.clone());
        }
    }
}

/// An entity that one place tells whole, with what its bases add.
pub(super) fn whole(names: &Names<'_>, part: Part<'_>, store: &dyn Store) -> Option<Joined> {
    let mut entity = part.entity.clone();
    entity.file = names.scope().files.get(part.file as usize)?.path.clone();
    let mut taken = Vec::new();
    let mut above_is_stored = false;
    if let Some(index) = bases::class_at(names, part.file, part.entity) {
        let class = Symbol { file: part.file, definition: Some(index) };
        let above = bases::inherited(names, class, &entity.store, store.repeats_columns_of_bases());
        taken = above.bases;
        above_is_stored = above.stored.is_some() && !store.repeats_columns_of_bases();
        put_first(&mut entity, above.fields);
    }
    if !above_is_stored
        && !has_primary_key(&entity)
        && let Some((name, type_name)) = store.implicit_key()
    {
        let key = Field { name: name.into(), type_name: type_name.into(), key: KeyKind::Primary, ..Field::default() };
        entity.fields.insert(0, key);
    }
    Some(Joined { entity, files: vec![part.file], bases: taken, ..Joined::default() })
}

/// Puts fields before an entity's own, which stand where both have one of a name.
fn put_first(entity: &mut Entity, fields: Vec<Field>) {
    let own = std::mem::take(&mut entity.fields);
    let is_new = |field: &Field| own.iter().all(|it| it.name != field.name);
    entity.fields = fields.into_iter().filter(is_new).collect();
    entity.fields.extend(own);
}

/// Adds the columns of a class that shares the table of a base class to that table. One that has a primary key of its
/// own has a table of its own, named after it.
pub(super) fn share(names: &Names<'_>, joined: &mut [Joined], part: Part<'_>) -> Option<Joined> {
    let index = bases::class_at(names, part.file, part.entity)?;
    let class = Symbol { file: part.file, definition: Some(index) };
    let above = bases::inherited(names, class, &part.entity.store, false);
    let base = above.stored?;
    if has_primary_key(part.entity) {
        let mut entity = part.entity.clone();
        entity.file = names.scope().files.get(part.file as usize)?.path.clone();
        entity.table = kebab(&entity.name).replace('-', "_");
        return Some(Joined { entity, files: vec![part.file], ..Joined::default() });
    }
    let name = &names.scope().facts.get(base.file as usize)?.outline.definition(base.definition?)?.name;
    let is_it = |it: &&mut Joined| it.files.first() == Some(&base.file) && it.entity.name == name.as_str();
    let shared = joined.iter_mut().find(is_it)?;
    for field in above.fields.iter().chain(&part.entity.fields) {
        if shared.entity.fields.iter().all(|own| own.name != field.name) {
            // Rows of the other classes leave it empty.
            shared.entity.fields.push(Field { nullable: true, ..field.clone() });
        }
    }
    shared.bases.push(class);
    shared.bases.extend(above.bases);
    None
}
