//! What a whole model tells in pieces: heirs that share a table with their base class, and types that others own.

use crate::codebase::Atom;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};

/// One entity as its builder's calls tell it.
#[derive(Default)]
pub(super) struct Told {
    pub(super) entity: Entity,
    /// The class that it derives from.
    pub(super) base: Option<Atom>,
    /// The class of a part, whose entity is called after owner and navigation.
    pub(super) class: Option<Atom>,
    /// Kept as one column of text.
    pub(super) is_json: bool,
    /// What a part points to its owner with.
    pub(super) owner_key: Vec<Atom>,
}

/// Puts heirs and owned types into the tables that hold them; those with tables of their own stay.
pub(super) fn settle(told: &mut Vec<Told>, relations: &mut Vec<Relation>) {
    // The innermost part stands last.
    let mut index = told.len();
    while index > 0 {
        index -= 1;
        let is_part = told.get(index).is_some_and(|it| it.entity.name.contains('.'));
        if is_part && let Some(part) = settle_part(told, index, relations) {
            told.push(part);
        }
    }
    let bases: Vec<(Atom, Atom)> =
        told.iter().filter_map(|it| Some((Atom::new(&it.entity.name), it.base.clone()?))).collect();
    for (heir, _) in &bases {
        settle_heir(told, &bases, heir, relations);
    }
}

/// The part as an entity, where it has a table of its own.
fn settle_part(told: &mut Vec<Told>, index: usize, relations: &mut Vec<Relation>) -> Option<Told> {
    let mut part = told.remove(index);
    let (owner, navigation) = part.entity.name.rsplit_once('.')?;
    let (owner, navigation) = (owner.to_owned(), navigation.to_owned());
    let owner = told.iter_mut().find(|it| it.entity.name == owner)?;
    let shares = part.entity.table.is_empty() || part.entity.table == owner.entity.table;
    if part.is_json {
        let (name, type_name) = (Atom::new(&navigation), Atom::new("json"));
        owner.entity.fields.push(Field { name, type_name, nullable: true, ..Field::default() });
        return None;
    }
    if shares {
        for field in part.entity.fields.into_iter().filter(|it| it.key != KeyKind::Primary) {
            let name = Atom::from(format!("{navigation}.{}", field.name));
            let is_part = owner.entity.name.contains('.');
            let column = field.column.or_else(|| (!is_part).then(|| joined(&name)));
            owner.entity.fields.push(Field { name, column, ..field });
        }
        return None;
    }
    for field in part.entity.fields.iter_mut().filter(|it| it.column.is_none() && it.name.contains('.')) {
        field.column = Some(joined(&field.name));
    }
    part.entity.name = part.class.as_ref().map_or(navigation, Atom::to_string);
    let is_single = part.entity.fields.iter().filter(|it| it.key == KeyKind::Primary).count() <= part.owner_key.len();
    relations.push(Relation {
        from: owner.entity.name.clone(),
        to: part.entity.name.clone(),
        cardinality: if is_single { Cardinality::OneToOne } else { Cardinality::OneToMany },
        via: part.owner_key.first().map(Atom::to_string).unwrap_or_default(),
    });
    Some(part)
}

/// The column of a property of a part, which has no name of its own: `Address_City` of `Address.City`.
fn joined(name: &Atom) -> Atom {
    Atom::from(name.replace('.', "_"))
}

/// An heir's columns belong to the table of its outermost base, unless it has one of its own.
fn settle_heir(told: &mut Vec<Told>, bases: &[(Atom, Atom)], heir: &str, relations: &mut [Relation]) {
    let base_of = |name: &str| bases.iter().find(|(own, _)| own == name).map(|(_, base)| base.as_str());
    let has_table =
        |told: &[Told], name: &str| told.iter().any(|it| it.entity.name == name && !it.entity.table.is_empty());
    let is_whole = has_table(told, heir);
    let above = std::iter::successors(base_of(heir), |name| base_of(name)).take(bases.len());
    let Some(root) = above.filter(|name| has_table(told, name)).last().map(str::to_owned) else { return };
    let Some(at) = told.iter().position(|it| it.entity.name == heir) else { return };
    if is_whole {
        let keys = |it: &Told| it.entity.fields.iter().filter(|it| it.key == KeyKind::Primary).cloned().collect();
        let keys: Vec<Field> = told.iter().find(|it| it.entity.name == root).map(keys).unwrap_or_default();
        if let Some(heir) = told.get_mut(at) {
            heir.entity.fields.splice(0..0, keys);
        }
        return;
    }
    let heir = told.remove(at).entity;
    let Some(root) = told.iter_mut().find(|it| it.entity.name == root) else { return };
    for field in heir.fields {
        if root.entity.fields.iter().all(|own| own.name != field.name) {
            root.entity.fields.push(Field { nullable: true, ..field });
        }
    }
    let ends = relations.iter_mut().flat_map(|it| [&mut it.from, &mut it.to]);
    for end in ends.filter(|end| **end == heir.name) {
        end.clone_from(&root.entity.name);
    }
}
