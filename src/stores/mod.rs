//! Stores: ORMs and schema languages, from one file to the records that it declares.
//!
//! To add one, write `stores/<id>/` and add one `mod` line and one entry of [`ALL`].

pub mod django_orm;
pub mod efcore;
pub mod prisma;
pub mod sqlalchemy;
pub mod typeorm;

use crate::codebase::facts::Records;
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

/// Every store, sorted by id.
#[rustfmt::skip] // one line an entry, so that additions do not collide
pub static ALL: &[&dyn Store] = &[
    &django_orm::DjangoOrm,
    &efcore::EfCore,
    &prisma::Prisma,
    &sqlalchemy::SqlAlchemy,
    &typeorm::TypeOrm,
];

/// An ORM or schema language.
pub trait Store: Sync {
    /// The folder's name.
    fn id(&self) -> &'static str;

    /// Ids of the languages or formats whose files it reads: `python`, `prisma`.
    fn languages(&self) -> &'static [&'static str];

    /// Records that a file declares. `outline` is empty for schema files, which are read from `text`.
    fn records(&self, path: &RepoPath, outline: &Outline, text: &str) -> Records;
}

/// Records of one file, by every store of its language.
pub fn records(path: &RepoPath, language: &LanguageId, outline: &Outline, text: &str) -> Records {
    let mut all = Records::default();
    for store in ALL.iter().filter(|store| store.languages().contains(&language.as_str())) {
        let found = store.records(path, outline, text);
        all.entities.extend(found.entities);
        all.relations.extend(found.relations);
        all.mentions.extend(found.mentions);
    }
    all
}
