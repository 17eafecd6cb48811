//! Classes that derive from a stored class: they share its table, unless they name one of their own.

use crate::codebase::KeyKind;
use crate::codebase::entity::Field;
use crate::codebase::graph::Symbol;

use super::super::link::Names;
use super::{Joined, bases};

/// Adds the columns of heirs to the tables that they share. An heir with a table of its own keeps the key there.
pub(super) fn share_tables(names: &Names<'_>, joined: &mut Vec<Joined>) {
    let classes: Vec<Option<Symbol>> = joined.iter().map(|it| it.own_class).collect();
    let root_of = |class: &Option<Symbol>| {
        let above = bases::lineage(names, (*class)?);
        above.into_iter().rev().find_map(|base| classes.iter().position(|own| *own == Some(base)))
    };
    let roots: Vec<Option<usize>> = classes.iter().map(root_of).collect();
    let mut shared = vec![false; joined.len()];
    for (index, root) in roots.iter().enumerate() {
        let Some((heir, root)) = joined.get(index).zip(root.filter(|root| *root != index)) else { continue };
        let (class, has_own_table) = (heir.own_class, heir.has_own_table);
        let is_modelled = joined.get(root).is_some_and(|it| it.model.is_some());
        if heir.model.is_some() || (is_modelled && has_own_table) {
            continue;
        }
        let fields = heir.entity.fields.clone();
        let Some(above) = joined.get(root).map(|it| it.entity.fields.clone()) else { continue };
        let is_new = |field: &Field| above.iter().all(|own| own.name != field.name);
        if has_own_table {
            if let Some(heir) = joined.get_mut(index) {
                heir.entity.fields.retain(|field| field.key == KeyKind::Primary || is_new(field));
            }
            continue;
        }
        if let Some(root) = joined.get_mut(root) {
            let new = fields.into_iter().filter(is_new).map(|field| Field { nullable: true, ..field });
            // A model tells the columns of all heirs.
            root.entity.fields.extend(new.filter(|_| !is_modelled));
            root.bases.extend(class);
        }
        if let Some(shared) = shared.get_mut(index) {
            *shared = true;
        }
    }
    let mut shared = shared.into_iter();
    joined.retain(|_| !shared.next().unwrap_or_default());
}
