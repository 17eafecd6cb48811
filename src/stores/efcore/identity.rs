//! ASP.NET Core Identity: its context brings tables whose columns come from the package.

use crate::codebase::Atom;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Definition, last_part};

/// A column: name, type, whether it may be empty, key. The type `TKey` is what the context says.
type Column = (&'static str, &'static str, bool, KeyKind);

/// A table that the package brings.
struct Table {
    class: &'static str,
    name: &'static str,
    columns: &'static [Column],
}

const NONE: KeyKind = KeyKind::None;

#[rustfmt::skip] // one line a column
const USER: Table = Table { class: "IdentityUser", name: "AspNetUsers", columns: &[
    ("Id", "TKey", false, KeyKind::Primary),
    ("UserName", "string", true, NONE),
    ("NormalizedUserName", "string", true, KeyKind::Unique),
    ("Email", "string", true, NONE),
    ("NormalizedEmail", "string", true, NONE),
    ("EmailConfirmed", "bool", false, NONE),
    ("PasswordHash", "string", true, NONE),
    ("SecurityStamp", "string", true, NONE),
    ("ConcurrencyStamp", "string", true, NONE),
    ("PhoneNumber", "string", true, NONE),
    ("PhoneNumberConfirmed", "bool", false, NONE),
    ("TwoFactorEnabled", "bool", false, NONE),
    ("LockoutEnd", "DateTimeOffset", true, NONE),
    ("LockoutEnabled", "bool", false, NONE),
    ("AccessFailedCount", "int", false, NONE),
] };

#[rustfmt::skip]
const ROLE: Table = Table { class: "IdentityRole", name: "AspNetRoles", columns: &[
    ("Id", "TKey", false, KeyKind::Primary),
    ("Name", "string", true, NONE),
    ("NormalizedName", "string", true, KeyKind::Unique),
    ("ConcurrencyStamp", "string", true, NONE),
] };

#[rustfmt::skip]
const USER_CLAIM: Table = Table { class: "IdentityUserClaim", name: "AspNetUserClaims", columns: &[
    ("Id", "int", false, KeyKind::Primary),
    ("UserId", "TKey", false, KeyKind::Foreign),
    ("ClaimType", "string", true, NONE),
    ("ClaimValue", "string", true, NONE),
] };

#[rustfmt::skip]
const USER_ROLE: Table = Table { class: "IdentityUserRole", name: "AspNetUserRoles", columns: &[
    ("UserId", "TKey", false, KeyKind::Primary),
    ("RoleId", "TKey", false, KeyKind::Primary),
] };

#[rustfmt::skip]
const USER_LOGIN: Table = Table { class: "IdentityUserLogin", name: "AspNetUserLogins", columns: &[
    ("LoginProvider", "string", false, KeyKind::Primary),
    ("ProviderKey", "string", false, KeyKind::Primary),
    ("ProviderDisplayName", "string", true, NONE),
    ("UserId", "TKey", false, KeyKind::Foreign),
] };

#[rustfmt::skip]
const ROLE_CLAIM: Table = Table { class: "IdentityRoleClaim", name: "AspNetRoleClaims", columns: &[
    ("Id", "int", false, KeyKind::Primary),
    ("RoleId", "TKey", false, KeyKind::Foreign),
    ("ClaimType", "string", true, NONE),
    ("ClaimValue", "string", true, NONE),
] };

#[rustfmt::skip]
const USER_TOKEN: Table = Table { class: "IdentityUserToken", name: "AspNetUserTokens", columns: &[
    ("UserId", "TKey", false, KeyKind::Primary),
    ("LoginProvider", "string", false, KeyKind::Primary),
    ("Name", "string", false, KeyKind::Primary),
    ("Value", "string", true, NONE),
] };

const ALL: &[&Table] = &[&USER, &ROLE, &USER_CLAIM, &USER_ROLE, &USER_LOGIN, &ROLE_CLAIM, &USER_TOKEN];

/// A context's type arguments, in their order; none for its key.
type Arguments = &'static [Option<&'static Table>];

#[rustfmt::skip]
const WITH_ROLES: Arguments = &[
    Some(&USER), Some(&ROLE), None, Some(&USER_CLAIM), Some(&USER_ROLE), Some(&USER_LOGIN), Some(&ROLE_CLAIM),
    Some(&USER_TOKEN),
];
const WITHOUT_ROLES: Arguments = &[Some(&USER), None, Some(&USER_CLAIM), Some(&USER_LOGIN), Some(&USER_TOKEN)];

/// What the tables point to users and roles with.
const KEYS: &[(&str, &Table)] = &[("UserId", &USER), ("RoleId", &ROLE)];

/// Adds the tables that a context's base brings: `IdentityDbContext<Customer>`. Classes of the code stand for the
/// package's where the context names them.
pub(super) fn read(context: &Definition, base: &str, records: &mut Records) {
    let Some((expected, stated)) = arguments(base) else { return };
    let key = expected.iter().position(Option::is_none).and_then(|at| stated.get(at)).copied().unwrap_or("string");
    let class_of = |table: &Table| {
        let at = expected.iter().position(|it| it.is_some_and(|it| it.name == table.name))?;
        Some(stated.get(at).map_or(table.class, |class| last_part(bare(class))).to_owned())
    };
    for table in ALL {
        let Some(class) = class_of(table) else { continue };
        for (via, target) in KEYS.iter().filter(|(via, _)| table.columns.iter().any(|(name, ..)| name == via)) {
            let Some(from) = class_of(target) else { continue };
            let (to, via) = (class.clone(), (*via).to_owned());
            records.relations.push(Relation { from, to, cardinality: Cardinality::OneToMany, via });
        }
        if class == table.class {
            let (name, store, line) = (class.clone(), Atom::new(super::ID), context.line);
            let fields = table.columns.iter().map(|column| field(column, key)).collect();
            records.implied.push(Entity { name, store, line, fields, ..Entity::default() });
        }
        records.mentions.push((class, Some(table.name.to_owned())));
    }
}

/// The type arguments that a context's base takes, and those that it has. Packages that derive from the context take the
/// same ones.
fn arguments(base: &str) -> Option<(Arguments, Vec<&str>)> {
    let stated = type_arguments(base);
    match last_part(bare(base)) {
        "IdentityDbContext" => Some((WITH_ROLES, stated)),
        "IdentityUserContext" => Some((WITHOUT_ROLES, stated)),
        name if name.ends_with("IdentityDbContext") && stated.len() > 2 => Some((WITH_ROLES, stated)),
        _ => None,
    }
}

fn bare(type_name: &str) -> &str {
    type_name.split_once('<').map_or(type_name, |(name, _)| name)
}

/// `A` and `B<C, D>` of `Context<A, B<C, D>>`.
fn type_arguments(type_name: &str) -> Vec<&str> {
    let inner = type_name.split_once('<').and_then(|(_, rest)| rest.trim_end().strip_suffix('>')).unwrap_or_default();
    let mut depth = 0_usize;
    let parts = inner.split(|letter: char| {
        depth = match letter {
            '<' => depth + 1,
            '>' => depth.saturating_sub(1),
            _ => depth,
        };
        letter == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Those columns that a class takes over and that are never empty.
pub(super) fn filled(bases: &[Atom]) -> impl Iterator<Item = Atom> {
    columns(bases).into_iter().filter(|it| !it.nullable).map(|it| it.name)
}

/// The columns that a class takes over from the package: `Customer : IdentityUser<Guid>`.
pub(super) fn columns(bases: &[Atom]) -> Vec<Field> {
    let found = bases.iter().find_map(|base| {
        let class = last_part(bare(base));
        let table = ALL.iter().find(|table| table.class == class)?;
        Some((table, type_arguments(base).first().copied().unwrap_or("string")))
    });
    let Some((table, key)) = found else { return Vec::new() };
    table.columns.iter().map(|column| field(column, key)).collect()
}

fn field((name, type_name, nullable, kind): &Column, key: &str) -> Field {
    let type_name = if *type_name == "TKey" { last_part(key) } else { type_name };
    let (name, type_name) = (Atom::new(name), Atom::new(type_name));
    Field { name, type_name, nullable: *nullable, key: *kind, column: None }
}
