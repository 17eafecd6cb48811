//! What classes take over from their base classes.

use crate::codebase::Atom;
use crate::codebase::entity::{Entity, Field};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind};

use super::super::link::Names;
use super::rulings;

/// How many base classes fields are taken from.
const BASES_MAX: usize = 48;

/// Fields that the bases of a class of this repository declare, outermost base first.
#[derive(Default)]
pub(super) struct Inherited {
    pub(super) fields: Vec<Field>,
    pub(super) bases: Vec<Symbol>,
    /// The nearest base that is stored itself.
    pub(super) stored: Option<Symbol>,
}

/// What a class takes over. Bases with a table of their own keep their columns, unless each class repeats those of its
/// bases.
pub(super) fn inherited(names: &Names<'_>, class: Symbol, store: &str, repeats: bool) -> Inherited {
    let mut found = Inherited::default();
    for base in lineage(names, class) {
        let Some(record) = record(names, base, store) else { continue };
        if !record.table.is_empty() {
            found.stored.get_or_insert(base);
            if !repeats {
                continue;
            }
        }
        let is_new = |it: &&Field| found.fields.iter().all(|own| own.name != it.name);
        let new: Vec<Field> = rulings::fields(names, base.file, record).into_iter().filter(|it| is_new(&it)).collect();
        found.fields.splice(0..0, new);
        found.bases.push(base);
    }
    found
}

/// Whether a class that declares no column derives from one that does.
pub(super) fn descend_from_stored(names: &Names<'_>, file: FileIndex, entity: &Entity) -> bool {
    let class = class_at(names, file, entity).map(|index| Symbol { file, definition: Some(index) });
    let is_stored = |base: Symbol| {
        let Some((facts, index)) = names.scope().facts.get(base.file as usize).zip(base.definition) else {
            return false;
        };
        let definition = facts.outline.definition(index);
        definition.is_some_and(|it| find(&facts.records.entities, it, &entity.store).is_some())
    };
    class.is_some_and(|class| lineage(names, class).into_iter().any(is_stored))
}

/// Declared type of a member of a class or of those that it derives from, public or not.
pub(super) fn member_type(names: &Names<'_>, class: Symbol, member: &str) -> Option<Atom> {
    std::iter::once(class).chain(lineage(names, class)).find_map(|class| {
        let mut members = outline(names, class.file)?.children(class.definition?).map(|(_, it)| it);
        members.find(|it| it.name == member && it.kind == SymbolKind::Field)?.type_name.clone()
    })
}

/// The classes that a class derives from, nearest first.
pub(super) fn lineage(names: &Names<'_>, class: Symbol) -> Vec<Symbol> {
    let mut seen = vec![class];
    let mut at = 0;
    while let Some(class) = seen.get(at).copied() {
        at += 1;
        let Some((outline, index)) = outline(names, class.file).zip(class.definition) else { continue };
        let Some(definition) = outline.definition(index) else { continue };
        for base in &definition.bases {
            let plain = base.split(['<', '[', '(']).next().unwrap_or(base);
            let meaning = names.resolver(class.file).and_then(|it| it.resolve(class.file, definition.parent, plain));
            let Some(base) = meaning.filter(|it| it.rest == 0).map(|it| it.symbol) else { continue };
            if !seen.contains(&base) && seen.len() <= BASES_MAX {
                seen.push(base);
            }
        }
    }
    seen.split_off(1)
}

/// The class that an entity of a file stands for, if its file defines one of that name at that line.
pub(super) fn class_at(names: &Names<'_>, file: FileIndex, entity: &Entity) -> Option<DefinitionIndex> {
    let is_it = |(_, it): &(DefinitionIndex, &Definition)| {
        it.kind.is_type() && it.name == entity.name && it.line == entity.line
    };
    (0..).zip(&outline(names, file)?.definitions).find(is_it).map(|(index, _)| index)
}

/// What a class is defined as.
pub(super) fn definition<'a>(names: &Names<'a>, class: Symbol) -> Option<&'a Definition> {
    outline(names, class.file)?.definition(class.definition?)
}

fn outline<'a>(names: &Names<'a>, file: FileIndex) -> Option<&'a Outline> {
    names.scope().facts.get(file as usize).map(|facts| &facts.outline)
}

/// What a class's file says of it as a record.
pub(super) fn record<'a>(names: &Names<'a>, class: Symbol, store: &str) -> Option<&'a Entity> {
    let facts = names.scope().facts.get(class.file as usize)?;
    let definition = facts.outline.definition(class.definition?)?;
    let records = &facts.records;
    find(&records.entities, definition, store).or_else(|| find(&records.derived, definition, store))
}

fn find<'a>(records: &'a [Entity], definition: &Definition, store: &str) -> Option<&'a Entity> {
    records.iter().find(|it| definition.name == it.name && it.line == definition.line && it.store == store)
}
