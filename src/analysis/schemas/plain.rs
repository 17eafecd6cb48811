//! Types that no repository defines: what JSON carries in their place, as a table.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::expression::Dialect;

/// What a type of the table stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Text(Option<&'static str>),
    Whole(Option<&'static str>),
    Number,
    Flag,
    Binary,
    Nothing,
    Null,
    Any,
    /// Of its first argument.
    List,
    /// Of its last argument.
    Map,
    Nullable,
    /// What its first argument is.
    Same,
    /// One of its arguments.
    Either,
    /// One of its arguments, which are texts.
    Literals,
    /// Its first argument's members, none of which need be there.
    Part,
    /// Those members of its first argument that the second names.
    Pick,
    /// Those that it does not name.
    Omit,
    /// The members of all its arguments.
    All,
}

/// The sections of `plain.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Section {
    Csharp,
    Python,
    PythonFields,
    Typescript,
}

type Rows = FxHashMap<Section, FxHashMap<String, Vec<String>>>;
type Table = FxHashMap<Section, FxHashMap<&'static str, Plain>>;

/// What a type of this last name is.
pub(super) fn plain(dialect: Dialect, name: &str) -> Option<Plain> {
    let section = match dialect {
        Dialect::CSharp => Section::Csharp,
        Dialect::Python => Section::Python,
        Dialect::TypeScript => Section::Typescript,
    };
    find(section, name)
}

/// What a field is that a call of this last name declares, in Python.
pub(super) fn declared_by(callee: &str) -> Option<Plain> {
    find(Section::PythonFields, callee)
}

fn find(section: Section, name: &str) -> Option<Plain> {
    static ROWS: OnceLock<Rows> = OnceLock::new();
    static TABLE: OnceLock<Table> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let rows = ROWS.get_or_init(|| toml::from_str(include_str!("plain.toml")).unwrap_or_default());
        rows.iter().map(|(section, kinds)| (*section, by_name(kinds))).collect()
    });
    table.get(&section)?.get(name).copied()
}

fn by_name(kinds: &'static FxHashMap<String, Vec<String>>) -> FxHashMap<&'static str, Plain> {
    let kinds = kinds.iter().filter_map(|(kind, names)| Some((meaning(kind)?, names)));
    kinds.flat_map(|(plain, names)| names.iter().map(move |name| (name.as_str(), plain))).collect()
}

fn meaning(kind: &'static str) -> Option<Plain> {
    let (kind, format) = kind.split_once(':').map_or((kind, None), |(kind, format)| (kind, Some(format)));
    Some(match kind {
        "text" => Plain::Text(format),
        "whole" => Plain::Whole(format),
        "number" => Plain::Number,
        "flag" => Plain::Flag,
        "binary" => Plain::Binary,
        "nothing" => Plain::Nothing,
        "null" => Plain::Null,
        "any" => Plain::Any,
        "list" => Plain::List,
        "map" => Plain::Map,
        "nullable" => Plain::Nullable,
        "same" => Plain::Same,
        "either" => Plain::Either,
        "literals" => Plain::Literals,
        "part" => Plain::Part,
        "pick" => Plain::Pick,
        "omit" => Plain::Omit,
        "all" => Plain::All,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let rows: FxHashMap<String, FxHashMap<String, Vec<String>>> =
            toml::from_str(include_str!("plain.toml")).unwrap();
        for kind in rows.values().flat_map(FxHashMap::keys) {
            assert!(meaning(Box::leak(kind.clone().into_boxed_str())).is_some(), "{kind}");
        }
        assert_eq!(plain(Dialect::CSharp, "Guid"), Some(Plain::Text(Some("uuid"))));
        assert_eq!(plain(Dialect::TypeScript, "Guid"), None);
        assert_eq!(declared_by("EmailField"), Some(Plain::Text(Some("email"))));
    }
}
