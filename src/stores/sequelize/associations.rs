//! Associations: `Order.belongsTo(User, { foreignKey: "buyerId" })` and their like, told by calls.

use crate::codebase::Atom;
use crate::codebase::entity::{Cardinality, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Call, Outline, SymbolKind, Value, last_part};

use super::super::javascript::{named, text};
use super::super::naming::camel;

/// Adds the associations that a file makes, and the keys that they keep.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for call in &outline.calls {
        let value = &call.value;
        let kind = match value.callee.as_str() {
            "belongsTo" | "hasMany" => Cardinality::OneToMany,
            "hasOne" => Cardinality::OneToOne,
            "belongsToMany" => Cardinality::ManyToMany,
            _ => continue,
        };
        let Some((own, other)) = own(outline, call).zip(value.positional(0).and_then(named)) else { continue };
        let options = value.positional(1);
        if kind == Cardinality::ManyToMany {
            records.relations.extend(through(&own, &other, options));
            continue;
        }
        let is_kept_here = value.callee == "belongsTo";
        let owner = if is_kept_here { text(options, "as").unwrap_or(&other) } else { &own };
        let via = foreign_key(options).unwrap_or_else(|| format!("{}Id", camel(owner)));
        if is_kept_here && let Some(entity) = records.entities.iter_mut().find(|it| it.name == own) {
            match entity.fields.iter_mut().find(|field| field.name == via) {
                Some(field) if field.key == KeyKind::None => field.key = KeyKind::Foreign,
                Some(_) => {}
                None => {
                    let (name, nullable) = (Atom::from(&via), true);
                    entity.fields.push(Field { name, nullable, key: KeyKind::Foreign, ..Field::default() });
                }
            }
        }
        let (from, to) = if is_kept_here { (other.to_string(), own) } else { (own, other.to_string()) };
        records.relations.push(Relation { from, to, cardinality: kind, via });
    }
}

/// The model that associates itself: `Order`, `models.Order`, or the class around `this`.
fn own(outline: &Outline, call: &Call) -> Option<String> {
    let name = call.value.receiver.as_ref()?.as_name()?;
    if name != "this" {
        return Some(last_part(name).to_owned());
    }
    let mut around = call.enclosing;
    while let Some(definition) = around.and_then(|index| outline.definition(index)) {
        if definition.kind == SymbolKind::Class {
            return Some(definition.name.to_string());
        }
        around = definition.parent;
    }
    None
}

/// `foreignKey: "buyerId"`, `foreignKey: { name: "buyerId" }`.
fn foreign_key(options: Option<&Value>) -> Option<String> {
    let key = options?.key("foreignKey")?;
    key.as_text().or_else(|| text(Some(key), "name")).map(str::to_owned)
}

/// Both sides may say it: the pair is put in order, so that it is said once.
fn through(own: &str, other: &str, options: Option<&Value>) -> Option<Relation> {
    let through = options?.key("through")?;
    let via = named(through).or_else(|| through.key("model").and_then(named))?.to_string();
    let (from, to) = if own <= other { (own, other) } else { (other, own) };
    Some(Relation { from: from.to_owned(), to: to.to_owned(), cardinality: Cardinality::ManyToMany, via })
}
