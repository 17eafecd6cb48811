//! Entity Framework Core: model snapshots, contexts, fluent configuration, entity classes.

mod builders;
mod classes;
mod fluent;
mod identity;
mod joins;
mod null_marks;
mod snapshots;

use crate::codebase::entity::{Entity, KeyKind};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Definition, Outline, SymbolKind, last_part};
use crate::codebase::{Atom, RepoPath};

use super::Store;
use null_marks::NullMarks;

/// Entity Framework Core.
pub struct EfCore;

const ID: &str = "efcore";

impl Store for EfCore {
    fn id(&self) -> &'static str {
        ID
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn tells_in_parts(&self) -> bool {
        true
    }

    fn has_shadow_keys(&self) -> bool {
        true
    }

    fn is_reference(&self, type_name: &str) -> bool {
        matches!(type_name, "string" | "String" | "object" | "Uri") || type_name.ends_with([']', '>'])
    }

    fn key_by_convention(&self, principal: &Entity, dependent: &Entity, navigation: Option<&str>) -> Option<Atom> {
        let keys = || principal.fields.iter().filter(|it| it.key == KeyKind::Primary).map(|it| it.name.as_str());
        // What another property leads to keeps the key that is called after it.
        let is_taken = dependent.fields.iter().any(|it| it.name == principal.name.as_str());
        let of_class = Some(principal.name.as_str()).filter(|_| navigation.is_none() || !is_taken);
        let named = navigation
            .into_iter()
            .chain(of_class)
            .flat_map(|start| keys().chain(["Id"]).map(move |key| format!("{start}{key}")));
        let mut found = named.filter_map(|name| dependent.fields.iter().find(|it| it.name.eq_ignore_ascii_case(&name)));
        found.next().map(|field| field.name.clone())
    }

    fn records(&self, path: &RepoPath, outline: &Outline, text: &str) -> Records {
        let mut records = Records::default();
        let is_snapshot = outline.definitions.iter().any(|it| derives(it, "ModelSnapshot"));
        // Each migration's designer repeats the model as it then was: only the last snapshot counts.
        let is_migration =
            outline.definitions.iter().any(|it| it.decorator("Migration").is_some() || derives(it, "Migration"));
        if is_migration && !is_snapshot {
            return records;
        }
        fluent::read(outline, is_snapshot, &mut records);
        if !is_snapshot && path.extension() == "cs" {
            mentions(outline, &mut records);
            classes::read(outline, &NullMarks::of(text), &mut records);
        }
        records
    }
}

fn derives(class: &Definition, base: &str) -> bool {
    class.bases.iter().any(|own| last_part(own) == base)
}

/// The argument of a generic type: `Order` of `DbSet<Order>`.
fn argument<'t>(type_name: &'t str, outer: &str) -> Option<&'t str> {
    let (name, rest) = type_name.trim_end_matches('?').split_once('<')?;
    let inner = rest.strip_suffix('>')?;
    (last_part(name) == outer && !inner.contains(',')).then(|| last_part(inner.trim_end_matches('?')))
}

/// `DbSet<Order> Orders` makes `Order` an entity, whose table has the property's name if nothing else is said.
fn mentions(outline: &Outline, records: &mut Records) {
    for definition in &outline.definitions {
        let typed = definition.type_name.as_deref();
        let is_property = definition.kind == SymbolKind::Field;
        let set = typed
            .filter(|_| is_property)
            .and_then(|typed| argument(typed, "DbSet").or_else(|| argument(typed, "IDbSet")));
        if let Some(entity) = set {
            records.mentions.push((entity.to_owned(), Some(definition.name.to_string())));
        }
        for base in &definition.bases {
            if let Some(entity) = argument(base, "IEntityTypeConfiguration") {
                records.mentions.push((entity.to_owned(), None));
            }
            identity::read(definition, base, records);
        }
    }
}
