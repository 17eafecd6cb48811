//! One column: its type, whether it may be empty, its keys.

use crate::codebase::KeyKind;
use crate::codebase::entity::Field;
use crate::codebase::outline::{CallValue, Definition, Value, last_part};

/// Calls that make a column.
const COLUMNS: &[&str] = &["Column", "Field", "column", "mapped_column"];
/// Calls that make something else of a field: links, computed values.
const OTHERS: &[&str] = &[
    "PrivateAttr",
    "Relationship",
    "aliased",
    "association_proxy",
    "backref",
    "column_property",
    "composite",
    "computed_field",
    "deferred",
    "hybrid_property",
    "relationship",
    "synonym",
];
/// Fields that configure a model.
const SETTINGS: &[&str] = &["metadata", "model_config", "query", "registry", "type_annotation_map"];

/// A column, and what it points to.
pub(super) struct Column {
    pub(super) field: Field,
    /// Table or class that a foreign key points to.
    pub(super) target: Option<String>,
    pub(super) is_unique: bool,
}

/// Whether a field is surely a column.
pub(super) fn is_column(field: &Definition, value: Option<&Value>) -> bool {
    let made =
        value.and_then(Value::as_call).is_some_and(|call| matches!(call.callee.as_str(), "Column" | "mapped_column"));
    made || field.type_name.as_deref().is_some_and(|declared| declared.starts_with("Mapped[") && !is_link(value))
}

fn is_link(value: Option<&Value>) -> bool {
    value.and_then(Value::as_call).is_some_and(|call| OTHERS.contains(&call.callee.as_str()))
}

/// The column that a field is; in SQLModel every annotated field is one.
pub(super) fn column(field: &Definition, value: Option<&Value>, is_sqlmodel: bool) -> Option<Column> {
    // `column_property(Column(..), Base.column)` maps one column of each table.
    let wrapped = value.and_then(Value::as_call).filter(|call| call.callee == "column_property");
    let value = match wrapped.and_then(|call| call.positional(0)) {
        inner @ Some(Value::Call(made)) if made.callee == "Column" => inner,
        _ => value,
    };
    let call = value.and_then(Value::as_call).filter(|call| COLUMNS.contains(&call.callee.as_str()));
    let is_setting = SETTINGS.contains(&field.name.as_str())
        || field.type_name.as_deref().is_some_and(|own| own.starts_with("ClassVar"));
    let is_own = is_column(field, value) || (is_sqlmodel && field.type_name.is_some());
    if is_setting || is_link(value) || !is_own {
        return None;
    }
    let declared = field.type_name.as_deref().map(unwrapped);
    let is_optional = declared.is_some_and(is_optional);
    let flag = |name: &str| call.and_then(|call| call.named(name)).map(|value| *value == Value::Bool(true));
    let is_primary = flag("primary_key") == Some(true);
    let target = call.and_then(target);
    let nullable = match (flag("nullable"), declared) {
        _ if is_primary => false,
        (Some(stated), _) => stated,
        (None, Some(_)) => is_optional,
        (None, None) => true,
    };
    let type_name = match declared {
        Some(declared) => bare(declared).to_owned(),
        None => call.and_then(made_type).unwrap_or_default(),
    };
    let is_unique = flag("unique") == Some(true);
    let key = match () {
        () if is_primary => KeyKind::Primary,
        () if target.is_some() => KeyKind::Foreign,
        () if is_unique => KeyKind::Unique,
        () => KeyKind::None,
    };
    // The first argument may say what the column is called.
    let stored = call.filter(|call| matches!(call.callee.as_str(), "Column" | "mapped_column"));
    let stored = stored.and_then(|call| call.positional(0)).and_then(Value::as_text);
    let column = stored.filter(|stored| field.name != *stored).map(Into::into);
    Some(Column { field: Field { key, column, ..super::plain(&field.name, &type_name, nullable) }, target, is_unique })
}

/// The column that a call within `Table(..)` makes: its first argument is its name.
pub(super) fn of_table(call: &CallValue) -> Option<Column> {
    let name = call.positional(0)?.as_text()?;
    let field = Definition { name: name.into(), ..Definition::default() };
    let value = Value::Call(std::sync::Arc::new(call.clone()));
    column(&field, Some(&value), false)
}

/// What a foreign key points to: a table, or a class.
fn target(call: &CallValue) -> Option<String> {
    let nested = call.args.iter().filter_map(|arg| arg.value.as_call()).find(|inner| inner.callee == "ForeignKey");
    let nested_column = call.named("sa_column").and_then(Value::as_call).and_then(target);
    let written = call.named("foreign_key").or_else(|| nested.and_then(|key| key.positional(0)));
    match written {
        Some(Value::Text(path) | Value::Name(path)) => {
            let mut parts = path.rsplit('.');
            parts.next();
            parts.next().map(ToOwned::to_owned)
        }
        _ => nested_column,
    }
}

/// The type that a `Column(..)` names: its first argument that is neither a name nor a key.
fn made_type(call: &CallValue) -> Option<String> {
    let mut types = call.args.iter().filter(|arg| arg.name.as_deref().is_none_or(|name| name == "type_"));
    types.find_map(|arg| match &arg.value {
        Value::Name(name) => Some(last_part(name).to_owned()),
        Value::Call(inner) if inner.callee != "ForeignKey" => Some(inner.callee.to_string()),
        _ => None,
    })
}

/// `Mapped[X]` as `X`.
fn unwrapped(declared: &str) -> &str {
    let name = declared.split('[').next().unwrap_or_default();
    match last_part(name) {
        "Annotated" => inside(declared).map_or(declared, |inner| inner.split(',').next().unwrap_or(inner).trim()),
        "Mapped" => inside(declared).unwrap_or(declared),
        _ => declared,
    }
}

fn inside(declared: &str) -> Option<&str> {
    declared.split_once('[')?.1.strip_suffix(']')
}

fn is_optional(declared: &str) -> bool {
    declared.starts_with("Optional[") || declared.split('|').any(|part| part.trim() == "None")
}

/// A type without what makes it optional.
fn bare(declared: &str) -> &str {
    let declared = declared.trim_matches(['"', '\'']);
    if let Some(inner) = declared.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']')) {
        return inner;
    }
    declared.split('|').map(str::trim).find(|part| *part != "None").unwrap_or(declared)
}
