//! ASP.NET Core Identity: its context makes a user class an entity, whose columns come from the package.

use crate::codebase::Atom;
use crate::codebase::entity::{Field, KeyKind};
use crate::codebase::outline::last_part;

/// Columns of `IdentityUser`: name, type, whether they may be empty.
const USER: &[(&str, &str, bool)] = &[
    ("Id", "string", false),
    ("UserName", "string", true),
    ("NormalizedUserName", "string", true),
    ("Email", "string", true),
    ("NormalizedEmail", "string", true),
    ("EmailConfirmed", "bool", false),
    ("PasswordHash", "string", true),
    ("SecurityStamp", "string", true),
    ("ConcurrencyStamp", "string", true),
    ("PhoneNumber", "string", true),
    ("PhoneNumberConfirmed", "bool", false),
    ("TwoFactorEnabled", "bool", false),
    ("LockoutEnd", "DateTimeOffset", true),
    ("LockoutEnabled", "bool", false),
    ("AccessFailedCount", "int", false),
];

/// Columns of `IdentityRole`.
const ROLE: &[(&str, &str, bool)] = &[
    ("Id", "string", false),
    ("Name", "string", true),
    ("NormalizedName", "string", true),
    ("ConcurrencyStamp", "string", true),
];

/// The classes that a context's base makes entities, with their tables: `IdentityDbContext<Customer>`.
pub(super) fn mentions(base: &str) -> Vec<(String, Option<String>)> {
    let Some((name, rest)) = base.split_once('<') else { return Vec::new() };
    let tables: &[&str] = match last_part(name) {
        "IdentityUserContext" => &["AspNetUsers"],
        "IdentityDbContext" => &["AspNetUsers", "AspNetRoles"],
        _ => return Vec::new(),
    };
    let classes = rest.trim_end_matches('>').split(',').map(|it| last_part(it.trim()));
    let own = classes.zip(tables).filter(|(class, _)| !class.starts_with("Identity"));
    own.map(|(class, table)| (class.to_owned(), Some((*table).to_owned()))).collect()
}

/// Those columns that a class takes over and that are never empty.
pub(super) fn filled(bases: &[Atom]) -> impl Iterator<Item = Atom> {
    columns(bases).into_iter().filter(|it| !it.nullable).map(|it| it.name)
}

/// The columns that a class takes over from the package: `Customer : IdentityUser<Guid>`.
pub(super) fn columns(bases: &[Atom]) -> Vec<Field> {
    let base = bases.iter().find_map(|base| {
        let (name, key) = base.split_once('<').map_or((base.as_str(), None), |(name, key)| (name, Some(key)));
        let columns = match last_part(name) {
            "IdentityUser" => USER,
            "IdentityRole" => ROLE,
            _ => return None,
        };
        Some((columns, key.map_or("string", |key| last_part(key.trim_end_matches('>')))))
    });
    let Some((columns, key)) = base else { return Vec::new() };
    let field = |(name, type_name, nullable): &(&str, &str, bool)| {
        let is_key = *name == "Id";
        Field {
            name: Atom::new(name),
            type_name: Atom::new(if is_key { key } else { type_name }),
            nullable: *nullable,
            key: if is_key { KeyKind::Primary } else { KeyKind::None },
            column: None,
        }
    };
    columns.iter().map(field).collect()
}
