//! `MikroORM`: classes with `@Entity`, `defineEntity` and `EntitySchema`.

mod classes;
mod schemas;

use crate::codebase::RepoPath;
use crate::codebase::entity::{Cardinality, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::Outline;

use super::Store;

/// `MikroORM`.
pub struct MikroOrm;

const ID: &str = "mikro_orm";

impl Store for MikroOrm {
    fn id(&self) -> &'static str {
        ID
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn repeats_columns_of_bases(&self) -> bool {
        true
    }

    fn records(&self, _path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        let mut records = Records::default();
        if outline.imports.iter().any(|import| import.module.starts_with("@mikro-orm/")) {
            classes::read(outline, &mut records);
            schemas::read(outline, &mut records);
        }
        records
    }
}

/// How two entities are related, as `MikroORM` writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ManyToOne,
    OneToOne,
    ManyToMany,
}

/// A relation told by the side that keeps it.
fn relation(own: &str, target: &str, kind: Kind, via: &str) -> Relation {
    let (own, target) = (own.to_owned(), target.to_owned());
    let (from, to, cardinality) = match kind {
        Kind::ManyToOne => (target, own, Cardinality::OneToMany),
        Kind::OneToOne => (target, own, Cardinality::OneToOne),
        Kind::ManyToMany => (own, target, Cardinality::ManyToMany),
    };
    Relation { from, to, cardinality, via: via.to_owned() }
}
