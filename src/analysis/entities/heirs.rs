//! Classes that derive from a stored class: they share its table, unless they have one of their own.

use std::collections::BTreeMap;

use crate::codebase::KeyKind;
use crate::codebase::entity::{Cardinality, Field, Relation};
use crate::codebase::graph::Symbol;
use crate::stores::Store;

use super::super::link::Names;
use super::rulings::Rulings;
use super::{Joined, bases, store_of};

/// Adds the columns of heirs to the tables that they share. An heir with a table of its own keeps the key there.
pub(super) fn share_tables(names: &Names<'_>, rulings: &Rulings<'_>, joined: &mut Vec<Joined>) {
    let classes: BTreeMap<Symbol, usize> =
        joined.iter().enumerate().filter_map(|(index, it)| Some((it.own_class?, index))).collect();
    // The stored classes that each derives from, nearest first.
    let above = |it: &Joined| -> Vec<usize> {
        let lineage = it.own_class.map(|class| bases::lineage(names, class)).unwrap_or_default();
        lineage.iter().filter_map(|base| classes.get(base).copied()).collect()
    };
    let lines: Vec<Vec<usize>> = joined.iter().map(above).collect();
    let columns: Vec<Vec<Field>> = joined.iter().map(|it| it.entity.fields.clone()).collect();
    let mut gone = vec![false; joined.len()];
    for (index, line) in lines.iter().enumerate() {
        let Some((heir, root)) = joined.get(index).zip(line.last().copied().filter(|root| *root != index)) else {
            continue;
        };
        let strategy = line.iter().find_map(|it| rulings.own_tables(&joined.get(*it)?.entity.name));
        let (class, has_own_table) = (heir.own_class, heir.has_own_table || strategy.is_some());
        let is_modelled = joined.get(root).is_some_and(|it| it.model.is_some());
        if heir.model.is_some() || (is_modelled && has_own_table) {
            continue;
        }
        let is_told = |field: &Field| {
            let mut told = line.iter().filter_map(|it| columns.get(*it)).flatten();
            told.any(|own| own.name == field.name)
        };
        if strategy == Some(true) {
            for base in line.iter().filter(|it| is_abstract(names, joined.get(**it))) {
                gone.get_mut(*base).into_iter().for_each(|it| *it = true);
            }
        } else if has_own_table {
            let parent = line.first().and_then(|it| joined.get(*it)?.own_class);
            if let Some(heir) = joined.get_mut(index) {
                heir.entity.fields.retain(|field| field.key == KeyKind::Primary || !is_told(field));
                heir.parent = parent;
            }
        } else {
            let fields = columns.get(index).cloned().unwrap_or_default();
            if let Some(root) = joined.get_mut(root) {
                // A model tells the columns of all heirs.
                if !is_modelled {
                    add_columns(rulings, root, fields);
                }
                root.bases.extend(class);
            }
            gone.get_mut(index).into_iter().for_each(|it| *it = true);
        }
    }
    let mut gone = gone.into_iter();
    joined.retain(|_| !gone.next().unwrap_or_default());
}

/// Rows of the other classes leave the columns of an heir empty. A hidden one tells which class a row is of.
fn add_columns(rulings: &Rulings<'_>, root: &mut Joined, columns: Vec<Field>) {
    let fields = &mut root.entity.fields;
    let is_hidden = store_of(&root.entity.store).is_some_and(Store::has_shadow_keys)
        && !rulings.is_discriminated(&root.entity.name)
        && fields.iter().all(|own| own.name != "Discriminator");
    if is_hidden {
        fields.push(Field { name: "Discriminator".into(), type_name: "string".into(), ..Field::default() });
    }
    for field in columns {
        if fields.iter().all(|own| own.name != field.name) {
            fields.push(Field { nullable: true, ..field });
        }
    }
}

fn is_abstract(names: &Names<'_>, it: Option<&Joined>) -> bool {
    let class = it.and_then(|it| bases::definition(names, it.own_class?));
    class.is_some_and(|it| it.has_modifier("abstract"))
}

/// Relates the tables of heirs to those that share their keys.
pub(super) fn relate(joined: &[Joined], relations: &mut Vec<Relation>) {
    let classes: BTreeMap<Symbol, &Joined> = joined.iter().filter_map(|it| Some((it.own_class?, it))).collect();
    for heir in joined {
        let Some(parent) = heir.parent.and_then(|class| classes.get(&class)) else { continue };
        let keys = heir.entity.fields.iter().filter(|it| it.key == KeyKind::Primary);
        let via = keys.map(|it| it.name.as_str()).collect::<Vec<_>>().join(",");
        let (from, to) = (parent.entity.id.clone(), heir.entity.id.clone());
        relations.push(Relation { from, to, cardinality: Cardinality::OneToOne, via });
    }
    relations.sort();
}
