//! Properties whose columns depend on other classes: embedded ones bring their columns, relations keep the other's key.

use std::collections::BTreeSet;

use crate::codebase::entity::{Brings, Cardinality, Entity, Field, Lead, Relation};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{SymbolKind, last_part};
use crate::codebase::{Atom, KeyKind, Role};
use crate::stores::ColumnNames;

use super::super::link::Names;
use super::relations::Directory;
use super::scripts::Scripted;
use super::{Joined, bases, store_of};

/// How deep classes embedded in others are followed.
const EMBEDDED_MAX: usize = 4;

/// How often keys are looked for that are made of the keys of others.
const ROUNDS: usize = 6;

/// How the columns of an entity are called.
#[derive(Clone, Copy)]
struct Naming {
    names: &'static dyn ColumnNames,
    in_snake: bool,
}

/// A class whose properties are columns of an entity, and what stands before them.
struct Level {
    /// The class and those that it derives from, by file and name.
    classes: Vec<(FileIndex, Atom)>,
    prefixes: Vec<Atom>,
    /// What the entity calls its property: `counters.`.
    path: String,
    /// Whether nothing of it may be there.
    nullable: bool,
    /// Whether many of it are kept.
    in_list: bool,
    depth: usize,
}

/// A property that keeps the key of another record.
struct Open {
    /// What its entity calls it: `counters.author`.
    path: Atom,
    prefixes: Vec<Atom>,
    /// The other record, where it is known.
    target: Option<usize>,
    /// The properties that are the other's key, if not the primary one.
    of: Vec<Atom>,
}

/// A relation that an embedded class brings to its entity.
struct Brought {
    other: usize,
    relation: Relation,
    path: String,
    prefixes: Vec<Atom>,
    is_document: bool,
}

/// An entity's columns, those of embedded classes in place.
struct Expansion<'a> {
    directory: &'a Directory<'a, 'a>,
    store: Atom,
    naming: Naming,
    is_document: bool,
    fields: Vec<Field>,
    open: Vec<Open>,
    brought: Vec<Brought>,
    /// Files and lines of what is kept within.
    embedded: Vec<(FileIndex, u32)>,
}

/// Puts the columns of other classes in place of the properties that lead to them, and names columns. Gives the
/// relations of embedded classes, which are those of what embeds them.
pub(super) fn follow(names: &Names<'_>, joined: &mut Vec<Joined>) -> Vec<Scripted> {
    let in_snake = snake_projects(names);
    let namings: Vec<Option<Naming>> = joined
        .iter()
        .map(|it| {
            let names_columns = store_of(&it.entity.store)?.column_names()?;
            let home = names.scope().files.get(*it.files.first()? as usize)?;
            let in_snake = home.component.as_deref().is_some_and(|component| in_snake.contains(component));
            Some(Naming { names: names_columns, in_snake })
        })
        .collect();
    let mut open: Vec<(usize, Open)> = Vec::new();
    let mut brought: Vec<(usize, Brought)> = Vec::new();
    let mut placed: Vec<(usize, Vec<Field>)> = Vec::new();
    let mut embedded: BTreeSet<(FileIndex, u32)> = BTreeSet::new();
    let directory = Directory::new(names, joined);
    let variants = variants(&directory);
    for (index, (it, naming)) in joined.iter().zip(&namings).enumerate() {
        let Some(naming) = naming else { continue };
        let own_variants = variants.iter().filter(|(owner, ..)| *owner == index).map(|(_, file, lead)| (*file, *lead));
        let expansion = Expansion::of(&directory, it, *naming, own_variants);
        if naming.names.are_of_documents() {
            embedded.extend(expansion.embedded);
        }
        open.extend(expansion.open.into_iter().map(|it| (index, it)));
        brought.extend(expansion.brought.into_iter().map(|it| (index, it)));
        placed.push((index, expansion.fields));
    }
    for (index, fields) in placed {
        if let Some(it) = joined.get_mut(index) {
            it.entity.fields = fields;
        }
    }
    settle_keys(joined, open, &namings);
    let relations =
        brought.into_iter().filter_map(|(index, it)| bring(joined, index, it, namings.get(index)?.as_ref()?)).collect();
    leave_out_parts(names, joined, embedded);
    relations
}

/// Records that are kept among those of others: the others' places, with the files that say so.
fn variants<'a>(directory: &Directory<'_, 'a>) -> Vec<(usize, FileIndex, &'a Lead)> {
    let scope = directory.names.scope();
    let files = (0..).zip(scope.files.iter().zip(scope.facts)).filter(|(_, (file, _))| file.role != Role::Test);
    let leads = files.flat_map(|(file, (_, facts))| facts.records.leads.iter().map(move |lead| (file, lead)));
    let variants = leads.filter(|(_, lead)| lead.brings == Brings::Variant);
    variants.filter_map(|(file, lead)| Some((*directory.meant(file, &lead.class).first()?, file, lead))).collect()
}

/// Leaves out what others keep within, unless some file makes records of it.
fn leave_out_parts(names: &Names<'_>, joined: &mut Vec<Joined>, mut embedded: BTreeSet<(FileIndex, u32)>) {
    if embedded.is_empty() {
        return;
    }
    let scope = names.scope();
    for (file, facts) in (0..).zip(scope.facts) {
        for (name, _) in &facts.records.mentions {
            let meaning = names.resolver(file).and_then(|it| it.resolve(file, None, name)).filter(|it| it.rest == 0);
            let Some(class) = meaning.map(|it| it.symbol) else { continue };
            let outline = scope.facts.get(class.file as usize).map(|facts| &facts.outline);
            let definition = outline.zip(class.definition).and_then(|(it, index)| it.definition(index));
            if let Some(definition) = definition {
                embedded.remove(&(class.file, definition.line));
            }
        }
    }
    joined.retain(|it| it.files.first().is_none_or(|file| !embedded.contains(&(*file, it.entity.line))));
}

/// Projects whose store is set up to call columns in snake case, and those that these use.
fn snake_projects<'a>(names: &Names<'a>) -> BTreeSet<&'a str> {
    let scope = names.scope();
    let setups = scope
        .files
        .iter()
        .zip(scope.facts)
        .filter(|(file, facts)| facts.records.has_snake_columns && file.role != Role::Test);
    let own: BTreeSet<&str> = setups.filter_map(|(file, _)| file.component.as_deref()).collect();
    let users = scope.components.iter().filter(|it| own.contains(it.id.as_str()));
    let used: Vec<&str> = users.flat_map(|it| it.references.iter().map(String::as_str)).collect();
    own.into_iter().chain(used).collect()
}

impl<'a> Expansion<'a> {
    fn of<'v>(
        directory: &'a Directory<'a, 'a>,
        it: &Joined,
        naming: Naming,
        variants: impl Iterator<Item = (FileIndex, &'v Lead)>,
    ) -> Self {
        let mut expansion = Expansion {
            directory,
            store: it.entity.store.clone(),
            naming,
            is_document: naming.names.are_of_documents()
                || it.entity.fields.iter().any(|field| field.column.as_deref() == Some("_id")),
            fields: Vec::new(),
            open: Vec::new(),
            brought: Vec::new(),
            embedded: Vec::new(),
        };
        let own = it.files.first().map(|file| (*file, Atom::from(&it.entity.name)));
        let bases = it.bases.iter().filter_map(|base| Some((base.file, class_name(directory.names, *base)?)));
        let classes = own.into_iter().chain(bases).collect();
        let level =
            Level { classes, prefixes: Vec::new(), path: String::new(), nullable: false, in_list: false, depth: 0 };
        expansion.add(&it.entity.fields, &level);
        for (file, lead) in variants {
            expansion.add_variant(file, lead, &level);
        }
        expansion
    }

    fn add(&mut self, fields: &[Field], level: &Level) {
        for field in fields {
            match self.lead(&field.name, level) {
                Some((file, Lead { target, brings: Brings::Columns { prefix }, .. })) => {
                    self.embed(field, (file, target), prefix, level);
                }
                Some((file, Lead { target, brings: Brings::Relations, .. })) => {
                    self.fields
                        .push(Field { name: Atom::from(format!("{}{}", level.path, field.name)), ..field.clone() });
                    if let Some((inner, _)) = self.level(field, (file, target), level) {
                        self.bring(&Level { in_list: true, ..inner });
                    }
                }
                Some((file, Lead { target, brings: Brings::Key { of }, .. })) => {
                    let path = Atom::from(format!("{}{}", level.path, field.name));
                    let target = self.directory.meant(file, target).first().copied();
                    let prefixes = level.prefixes.clone();
                    self.open.push(Open { path: path.clone(), prefixes, target, of: of.clone() });
                    self.fields.push(Field { name: path, nullable: level.nullable || field.nullable, ..field.clone() });
                }
                Some((_, Lead { brings: Brings::Variant, .. })) | None => {
                    let name = Atom::from(format!("{}{}", level.path, field.name));
                    let column = Some(self.column(field, level)).filter(|column| *column != name);
                    let nullable = level.nullable || field.nullable;
                    self.fields.push(Field { name, nullable, column, ..field.clone() });
                }
            }
        }
    }

    fn column(&self, field: &Field, level: &Level) -> Atom {
        let stated = field.column.as_deref();
        // A document keeps what is embedded as it is.
        if self.is_document {
            return Atom::from(format!("{}{}", level.path, stated.unwrap_or(&field.name)));
        }
        Atom::from(self.naming.names.of_property(&level.prefixes, &field.name, stated, self.naming.in_snake))
    }

    /// What leads from a property, and the file that says so.
    fn lead(&self, property: &Atom, level: &Level) -> Option<(FileIndex, &'a Lead)> {
        level.classes.iter().find_map(|(file, class)| {
            let facts = self.directory.names.scope().facts.get(*file as usize)?;
            let lead = facts.records.leads.iter().find(|it| it.class == *class && it.property == *property)?;
            Some((*file, lead))
        })
    }

    /// Adds the columns and relations of a class that a property embeds; of an unknown one, the property itself.
    fn embed(&mut self, field: &Field, (file, target): (FileIndex, &Atom), prefix: &Atom, level: &Level) {
        let Some((mut inner, fields)) = self.level(field, (file, target), level) else {
            self.fields.push(field.clone());
            return;
        };
        inner.prefixes.extend(Some(prefix).filter(|it| !it.is_empty()).cloned());
        self.add(&fields, &inner);
        self.bring(&inner);
    }

    /// The class that a property leads to as a level below its own, with its fields.
    fn level(
        &mut self,
        field: &Field,
        (file, target): (FileIndex, &Atom),
        level: &Level,
    ) -> Option<(Level, Vec<Field>)> {
        let names = self.directory.names;
        let (class, record) = record(names, file, target, &self.store).filter(|_| level.depth < EMBEDDED_MAX)?;
        self.embedded.extend(record.map(|record| (class.file, record.line)));
        let above = bases::inherited(names, class, &self.store, true);
        let symbols = std::iter::once(class).chain(above.bases);
        let mut classes: Vec<(FileIndex, Atom)> =
            symbols.filter_map(|it| Some((it.file, class_name(names, it)?))).collect();
        // A schema is a variable by another name than that of its records.
        classes.extend(record.map(|record| (class.file, Atom::from(&record.name))));
        let inner = Level {
            classes,
            prefixes: level.prefixes.clone(),
            path: format!("{}{}.", level.path, field.name),
            nullable: level.nullable || field.nullable,
            in_list: level.in_list,
            depth: level.depth + 1,
        };
        let own = record.map_or(&[][..], |record| record.fields.as_slice());
        Some((inner, above.fields.iter().chain(own).cloned().collect()))
    }

    /// Adds the columns of records that are kept among those of the entity.
    fn add_variant(&mut self, file: FileIndex, lead: &Lead, level: &Level) {
        let nothing = Field { nullable: true, ..Field::default() };
        let Some((inner, fields)) = self.level(&nothing, (file, &lead.target), level) else { return };
        let is_new = |field: &Field| self.fields.iter().all(|own| own.name != field.name);
        let fields: Vec<Field> = fields.into_iter().filter(is_new).collect();
        let inner = Level { path: level.path.clone(), ..inner };
        self.add(&fields, &inner);
        self.bring(&inner);
    }

    /// Notes the relations of embedded classes.
    fn bring(&mut self, level: &Level) {
        for (file, class) in &level.classes {
            let Some(facts) = self.directory.names.scope().facts.get(*file as usize) else { continue };
            for relation in &facts.records.relations {
                let (holder, other) = match relation.cardinality {
                    Cardinality::ManyToMany => (&relation.from, &relation.to),
                    Cardinality::OneToOne | Cardinality::OneToMany => (&relation.to, &relation.from),
                };
                if holder != class.as_str() {
                    continue;
                }
                let Some(other) = self.directory.meant(*file, other).first().copied() else { continue };
                let mut relation = relation.clone();
                if level.in_list && relation.cardinality != Cardinality::ManyToMany {
                    relation = Relation { from: relation.to, to: relation.from, ..relation };
                    relation.cardinality = Cardinality::ManyToMany;
                }
                let (path, prefixes) = (level.path.clone(), level.prefixes.clone());
                self.brought.push(Brought { other, relation, path, prefixes, is_document: self.is_document });
            }
        }
    }
}

/// Puts key columns in place of the properties that keep them. Keys made of other keys wait for those.
fn settle_keys(joined: &mut [Joined], mut open: Vec<(usize, Open)>, namings: &[Option<Naming>]) {
    for round in 1..=ROUNDS {
        let waiting: BTreeSet<(usize, Atom)> = open.iter().map(|(index, it)| (*index, it.path.clone())).collect();
        let is_settled = |joined: &[Joined], target: usize| {
            let fields = joined.get(target).map_or(&[][..], |it| it.entity.fields.as_slice());
            let mut keys = fields.iter().filter(|it| it.key == KeyKind::Primary);
            keys.all(|key| !waiting.contains(&(target, key.name.clone())))
        };
        let mut left = Vec::new();
        for (index, it) in open {
            if round < ROUNDS && it.target.is_some_and(|target| !is_settled(joined, target)) {
                left.push((index, it));
                continue;
            }
            let keys = keys(joined, &it);
            if let (Some(holder), Some(Some(naming))) = (joined.get_mut(index), namings.get(index)) {
                keep(holder, it, &keys, naming);
            }
        }
        open = left;
    }
}

/// Names and types of the properties that are the key of what a property leads to.
fn keys(joined: &[Joined], open: &Open) -> Vec<(Atom, Atom)> {
    let fields = open.target.and_then(|target| joined.get(target)).map_or(&[][..], |it| it.entity.fields.as_slice());
    let named = |it: &Field| (Atom::new(last_part(&it.name)), it.type_name.clone());
    let mut keys: Vec<(Atom, Atom)> = fields.iter().filter(|it| it.key == KeyKind::Primary).map(named).collect();
    if !open.of.is_empty() {
        let type_of = |name: &Atom| fields.iter().find(|it| it.name == *name).map(|it| it.type_name.clone());
        keys = open.of.iter().map(|name| (name.clone(), type_of(name).unwrap_or_default())).collect();
    }
    if keys.is_empty() {
        keys.push((Atom::new("id"), Atom::default()));
    }
    keys
}

/// Puts the columns of a key in place of the property that stood for them.
fn keep(holder: &mut Joined, open: Open, keys: &[(Atom, Atom)], naming: &Naming) {
    let fields = &mut holder.entity.fields;
    let Some(place) = fields.iter().position(|it| it.name == open.path) else { return };
    let stood = fields.remove(place);
    let property = last_part(&open.path);
    let mut columns = Vec::new();
    for (offset, (key, type_name)) in keys.iter().enumerate() {
        let name = naming.names.of_key(property, key, naming.in_snake);
        let column = Atom::from(naming.names.of_property(&open.prefixes, &name, None, naming.in_snake));
        let is_it = |it: &&mut Field| it.column.as_ref().unwrap_or(&it.name) == &column;
        match fields.iter_mut().find(is_it) {
            Some(own) if own.key != KeyKind::Primary => own.key = stood.key,
            Some(_) => {}
            None => {
                let (name, type_name) = (column.clone(), type_name.clone());
                let field = Field { name, type_name, column: None, ..stood.clone() };
                fields.insert((place + offset).min(fields.len()), field);
            }
        }
        columns.push(column);
    }
    holder.kept.insert(open.path, columns);
}

/// A relation of an embedded class as one of the entity that embeds it.
fn bring(joined: &[Joined], index: usize, brought: Brought, naming: &Naming) -> Option<Scripted> {
    let Brought { other, relation, path, prefixes, is_document } = brought;
    let (holder, other) = (joined.get(index)?, joined.get(other)?);
    let place = |it: &Joined| Some((*it.files.first()?, it.entity.name.clone()));
    let (from, to) = (place(other)?, place(holder)?);
    let cardinality = relation.cardinality;
    let via = if is_document { format!("{path}{}", relation.via) } else { relation.via.clone() };
    if cardinality == Cardinality::ManyToMany {
        return Some(Scripted { from: to, to: from, cardinality, via });
    }
    if is_document && !holder.kept.contains_key(via.as_str()) {
        return Some(Scripted { from, to, cardinality, via });
    }
    let kept = holder.kept.get(format!("{path}{}", relation.via).as_str());
    let stated = |it: &str| naming.names.of_property(&prefixes, it, Some(it), naming.in_snake);
    let columns: Vec<String> = kept.map_or_else(
        || relation.via.split(',').map(stated).collect(),
        |columns| columns.iter().map(Atom::to_string).collect(),
    );
    Some(Scripted { from, to, cardinality, via: columns.join(",") })
}

/// What a file calls a class or schema, and what is kept of it: nothing of a class without columns.
fn record<'a>(names: &Names<'a>, file: FileIndex, target: &str, store: &str) -> Option<(Symbol, Option<&'a Entity>)> {
    let meaning = names.resolver(file)?.resolve(file, None, target).filter(|it| it.rest == 0)?;
    let class = meaning.symbol;
    let facts = names.scope().facts.get(class.file as usize)?;
    let definition = facts.outline.definition(class.definition?)?;
    let by_line = || facts.records.entities.iter().find(|it| it.line == definition.line && it.store == store);
    let record = bases::record(names, class, store).or_else(by_line);
    (record.is_some() || definition.kind == SymbolKind::Class).then_some((class, record))
}

fn class_name(names: &Names<'_>, class: Symbol) -> Option<Atom> {
    let facts = names.scope().facts.get(class.file as usize)?;
    Some(facts.outline.definition(class.definition?)?.name.clone())
}
