//! Stores: ORMs and schema languages, from one file to the records that it declares.
//!
//! To add one, write `stores/<id>/` and add one `mod` line and one entry of [`ALL`].

pub mod django_orm;
pub mod drizzle;
pub mod efcore;
pub mod fluentmigrator;
mod javascript;
pub mod mikro_orm;
pub mod mongoose;
mod naming;
pub mod prisma;
pub mod sequelize;
pub mod sql;
pub mod sqlalchemy;
pub mod typeorm;

use crate::codebase::facts::Records;
use crate::codebase::outline::Outline;
use crate::codebase::{Atom, Entity, LanguageId, RepoPath};

/// Every store, sorted by id.
#[rustfmt::skip] // one line an entry, so that additions do not collide
pub static ALL: &[&dyn Store] = &[
    &django_orm::DjangoOrm,
    &drizzle::Drizzle,
    &efcore::EfCore,
    &fluentmigrator::FluentMigrator,
    &mikro_orm::MikroOrm,
    &mongoose::Mongoose,
    &prisma::Prisma,
    &sequelize::Sequelize,
    &sql::Sql,
    &sqlalchemy::SqlAlchemy,
    &typeorm::TypeOrm,
];

/// External systems that keep tables.
pub const RELATIONAL: &[&str] = &[
    "azure.sql",
    "cockroachdb",
    "firebirdsql",
    "ibm.db2",
    "mariadb",
    "microsoft.sql_server",
    "mysql",
    "neon",
    "oracle.db",
    "postgresql",
    "sqlite",
    "supabase",
    "turso",
];

/// An ORM or schema language.
pub trait Store: Sync {
    /// The folder's name.
    fn id(&self) -> &'static str;

    /// Ids of the languages or formats whose files it reads: `python`, `prisma`.
    fn languages(&self) -> &'static [&'static str];

    /// Whether one record is told by several files: a class, a context, its configuration, a snapshot.
    fn tells_in_parts(&self) -> bool {
        false
    }

    /// Whether the table of a class repeats the columns of base classes that have tables of their own.
    fn repeats_columns_of_bases(&self) -> bool {
        false
    }

    /// Name and type of the primary key that a record has when it declares none.
    fn implicit_key(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Whether it makes a key for what points to another record where no field does.
    fn has_shadow_keys(&self) -> bool {
        false
    }

    /// The field of `dependent` that keeps which `principal` it belongs to, by its name alone. `navigation` is the
    /// property of `dependent` that leads there.
    fn key_by_convention(&self, _principal: &Entity, _dependent: &Entity, _navigation: Option<&str>) -> Option<Atom> {
        None
    }

    /// Whether values of a type may be empty where code does not say which of them may.
    fn is_reference(&self, _type_name: &str) -> bool {
        false
    }

    /// How it calls columns, where that depends on more than their class.
    fn column_names(&self) -> Option<&'static dyn ColumnNames> {
        None
    }

    /// Ids of the external systems that it can keep records in.
    fn systems(&self) -> &'static [&'static str] {
        RELATIONAL
    }

    /// Records that a file declares. `outline` is empty for schema files, which are read from `text`.
    fn records(&self, path: &RepoPath, outline: &Outline, text: &str) -> Records;
}

/// How a store calls columns that no class names by itself. `in_snake` where its user has them in snake case.
pub trait ColumnNames: Sync {
    /// The column of a property, or of an embedded class's property below `prefixes`. `stated` is what the class says.
    fn of_property(&self, prefixes: &[Atom], property: &str, stated: Option<&str>, in_snake: bool) -> String;

    /// Whether records keep others within, rather than their columns. What is kept so is no record of its own, unless a
    /// file mentions it.
    fn are_of_documents(&self) -> bool {
        false
    }

    /// The column by which a property keeps the `key` of another record.
    fn of_key(&self, property: &str, key: &str, in_snake: bool) -> String;
}

/// Records of one file, by every store of its language.
pub fn records(path: &RepoPath, language: &LanguageId, outline: &Outline, text: &str) -> Records {
    let mut all = Records::default();
    for store in ALL.iter().filter(|store| store.languages().contains(&language.as_str())) {
        let found = store.records(path, outline, text);
        all.entities.extend(found.entities);
        all.implied.extend(found.implied);
        all.relations.extend(found.relations);
        all.mentions.extend(found.mentions);
        all.derived.extend(found.derived);
        all.changes.extend(found.changes);
        all.rulings.extend(found.rulings);
        all.shared_columns.extend(found.shared_columns);
        all.version = all.version.or(found.version);
        all.unmarked |= found.unmarked;
        all.leads.extend(found.leads);
        all.has_snake_columns |= found.has_snake_columns;
    }
    all
}
