//! What configuration and attributes rule on records, by the record.

use std::collections::BTreeMap;

use crate::codebase::entity::{Entity, Field, Ruling};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{SymbolKind, last_part};
use crate::codebase::{Atom, KeyKind, Role};

use super::super::link::Names;
use super::{bases, store_of};

/// All rulings of the code.
pub(super) struct Rulings<'a> {
    by_record: BTreeMap<&'a str, Vec<(FileIndex, &'a Ruling)>>,
}

impl<'a> Rulings<'a> {
    pub(super) fn of(names: &Names<'a>) -> Self {
        let scope = names.scope();
        let mut by_record: BTreeMap<&'a str, Vec<(FileIndex, &'a Ruling)>> = BTreeMap::new();
        for (file, (source, facts)) in (0..).zip(scope.files.iter().zip(scope.facts)) {
            let rulings = facts.records.rulings.iter().filter(|_| source.role != Role::Test);
            for ruling in rulings {
                by_record.entry(ruling.record()).or_default().push((file, ruling));
            }
        }
        Self { by_record }
    }

    /// Rulings on a record, those of its own file first.
    fn on(&self, record: &str, home: FileIndex) -> impl Iterator<Item = &'a Ruling> {
        let all = || self.by_record.get(record).into_iter().flatten();
        let (own, others) = (all().filter(move |it| it.0 == home), all().filter(move |it| it.0 != home));
        own.chain(others).map(|(_, ruling)| *ruling).collect::<Vec<_>>().into_iter()
    }

    fn any(&self, record: &str, is_it: impl Fn(&Ruling) -> bool) -> bool {
        self.by_record.get(record).into_iter().flatten().any(|(_, ruling)| is_it(ruling))
    }

    /// Whether a class is never stored.
    pub(super) fn is_unstored(&self, record: &str) -> bool {
        self.any(record, |it| matches!(it, Ruling::Unstored(_)))
    }

    /// Whether a record keeps what a property holds, or the key that is called after it.
    pub(super) fn keeps(&self, record: &str, member: &str) -> bool {
        !self.any(record, |it| {
            matches!(it, Ruling::Unkept(_, name) if member == name || member.strip_suffix("Id") == Some(name.as_str()))
        })
    }

    /// Leaves the fields out that a record or one that it derives from does not keep.
    pub(super) fn leave_out(&self, names: &Names<'_>, class: Symbol, entity: &mut Entity) {
        let above = bases::lineage(names, class)
            .into_iter()
            .filter_map(|base| Some(bases::definition(names, base)?.name.as_str()));
        let records: Vec<&str> = above.collect();
        entity.fields.retain(|field| {
            let is_unkept = |it: &Ruling| matches!(it, Ruling::Unkept(_, name) if *name == field.name);
            !self.any(&entity.name, is_unkept) && !records.iter().any(|record| self.any(record, is_unkept))
        });
    }

    /// Whether classes that derive from a record have tables of their own, and whether those have all columns.
    pub(super) fn own_tables(&self, record: &str) -> Option<bool> {
        let has = |is_it: fn(&Ruling) -> bool| self.any(record, is_it);
        if has(|it| matches!(it, Ruling::TablePerConcreteType(_))) {
            return Some(true);
        }
        has(|it| matches!(it, Ruling::TablePerType(_))).then_some(false)
    }

    /// Whether some field is said to tell of which class a row is.
    pub(super) fn is_discriminated(&self, record: &str) -> bool {
        self.any(record, |it| matches!(it, Ruling::Discriminated(_)))
    }

    /// The property that leads back where a property leads from.
    pub(super) fn inverse(&self, record: &str, member: &str) -> Option<&'a Atom> {
        let mut all = self.by_record.get(record).into_iter().flatten();
        all.find_map(|(_, ruling)| match ruling {
            Ruling::Inverse(_, name, back) if name == member => Some(back),
            _ => None,
        })
    }

    /// Whether a property is what one of another record leads back by.
    pub(super) fn is_inverse(&self, other: &str, member: &str) -> bool {
        self.any(other, |it| matches!(it, Ruling::Inverse(_, _, back) if back == member))
    }

    /// Properties over which tables join records: the file that says so, the record, the property.
    pub(super) fn joined(&self) -> impl Iterator<Item = (FileIndex, &'a str, &'a Atom)> {
        let all = self.by_record.values().flatten();
        all.filter_map(|(file, ruling)| match ruling {
            Ruling::JoinTable(record, member) => Some((*file, record.as_str(), member)),
            _ => None,
        })
    }

    /// Has the fields of an entity be empty or not, as is ruled; keys never are.
    pub(super) fn fill(&self, names: &Names<'_>, class: Symbol, entity: &mut Entity) {
        for ruling in self.on(&entity.name, class.file) {
            let Ruling::Nullable(_, name, nullable) = ruling else { continue };
            set(&mut entity.fields, name, *nullable);
            let leads_on =
                entity.fields.iter().any(|it| it.name == *name && is_class(names, class.file, &it.type_name));
            if leads_on {
                set(&mut entity.fields, &format!("{name}Id"), *nullable);
            }
        }
        for field in entity.fields.iter_mut().filter(|it| it.key == KeyKind::Primary) {
            field.nullable = false;
        }
    }

    /// The same for the columns of what an entity owns.
    pub(super) fn fill_parts(&self, home: FileIndex, entity: &mut Entity) {
        let ways = entity.fields.iter().filter_map(|it| Some(it.name.rsplit_once('.')?.0.to_owned()));
        let ways: std::collections::BTreeSet<String> = ways.collect();
        for way in ways {
            for ruling in self.on(&format!("{}.{way}", entity.name), home) {
                let Ruling::Nullable(_, name, nullable) = ruling else { continue };
                set(&mut entity.fields, &format!("{way}.{name}"), *nullable);
            }
        }
    }
}

fn set(fields: &mut [Field], name: &str, nullable: bool) {
    for field in fields.iter_mut().filter(|it| it.name == name) {
        field.nullable = nullable;
    }
}

/// The fields that a file declares for a record. Where types don't say what may be empty, all that can be may.
pub(super) fn fields(names: &Names<'_>, file: FileIndex, entity: &Entity) -> Vec<Field> {
    let mut fields = entity.fields.clone();
    let scope = names.scope();
    let Some((source, facts)) = scope.files.get(file as usize).zip(scope.facts.get(file as usize)) else {
        return fields;
    };
    let is_marked = || {
        let component = source.component.as_ref().and_then(|id| scope.components.iter().find(|it| it.id == *id));
        component.is_none_or(|it| it.settings.iter().all(|(name, value)| name != "null-aware" || value == "true"))
    };
    let Some(store) = store_of(&entity.store).filter(|_| facts.records.unmarked && !is_marked()) else { return fields };
    for field in fields.iter_mut().filter(|it| !it.nullable && it.key != KeyKind::Primary) {
        let is_filled = facts.records.rulings.iter().any(|ruling| {
            matches!(ruling, Ruling::Nullable(record, name, false) if *record == entity.name && *name == field.name)
        });
        let may_be_empty = store.is_reference(&field.type_name) || is_class(names, file, &field.type_name);
        field.nullable = may_be_empty && !is_filled;
    }
    fields
}

/// Whether a type that a file names is a class of this repository.
fn is_class(names: &Names<'_>, file: FileIndex, type_name: &str) -> bool {
    let meaning = names.resolver(file).and_then(|it| it.resolve(file, None, last_part(type_name)));
    let Some(symbol) = meaning.filter(|it| it.rest == 0).map(|it| it.symbol) else { return false };
    let facts = names.scope().facts.get(symbol.file as usize);
    let definition = facts.zip(symbol.definition).and_then(|(facts, index)| facts.outline.definition(index));
    definition.is_some_and(|it| matches!(it.kind, SymbolKind::Class | SymbolKind::Interface))
}
