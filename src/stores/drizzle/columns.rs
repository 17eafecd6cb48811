//! The columns of a table: `integer("owner_id").notNull().references(() => users.id)`, and the keys over several.

use crate::codebase::Atom;
use crate::codebase::entity::{Field, KeyKind};
use crate::codebase::outline::{CallValue, Outline, Value};

/// How far a chain of calls is followed, and how deep columns are spread into others.
const LINKS_MAX: usize = 24;
const SPREADS_MAX: usize = 4;

/// A column, and the table that it points to.
pub(super) struct Column {
    pub(super) field: Field,
    pub(super) target: Option<String>,
    pub(super) is_unique: bool,
}

/// A key over columns: which, of what columns, to which table.
pub(super) type Constraint = (KeyKind, Vec<Atom>, Option<String>);

/// The call that a chain begins with.
pub(super) fn first_call(call: &CallValue) -> &CallValue {
    chain(call).last().copied().unwrap_or(call)
}

/// A call and those before it in its chain, the last made first.
fn chain(call: &CallValue) -> Vec<&CallValue> {
    let mut links = vec![call];
    while let Some(Value::Call(before)) = links.last().and_then(|link| link.receiver.as_ref()) {
        if links.len() >= LINKS_MAX {
            break;
        }
        links.push(before);
    }
    links
}

/// The columns that a table is made of: a record, or a function of the builders that returns one.
pub(super) fn read(outline: &Outline, table: &CallValue) -> Vec<Column> {
    let listed = match table.positional(1) {
        Some(Value::Function(function)) => function.returns.as_ref(),
        other => other,
    };
    let mut columns = Vec::new();
    if let Some(listed) = listed {
        collect(outline, listed, &mut columns, 0);
    }
    columns
}

/// Adds the columns of a record; those that it spreads stand in another one of this file.
fn collect(outline: &Outline, listed: &Value, columns: &mut Vec<Column>, depth: usize) {
    if depth > SPREADS_MAX {
        return;
    }
    let of = |name: &str| outline.assignments.iter().find(|own| own.target == name).map(|own| &own.value);
    match listed {
        Value::Record(entries) => {
            for (name, value) in entries {
                match value {
                    Value::Call(call) => columns.extend(column(name, call)),
                    Value::Spread(inner) => collect(outline, inner, columns, depth + 1),
                    // `...timestamps` is listed by its name.
                    Value::Name(shared) if name.is_empty() => {
                        if let Some(shared) = of(shared) {
                            collect(outline, shared, columns, depth + 1);
                        }
                    }
                    _ => {}
                }
            }
        }
        Value::Name(shared) => {
            if let Some(shared) = of(shared) {
                collect(outline, shared, columns, depth + 1);
            }
        }
        _ => {}
    }
}

fn column(name: &Atom, call: &CallValue) -> Option<Column> {
    let links = chain(call);
    let made = links.last()?;
    let find = |callee: &str| links.iter().find(|link| link.callee == callee);
    let is_primary = find("primaryKey").is_some();
    let target = find("references").and_then(|link| target(link.positional(0)?));
    let is_unique = find("unique").is_some();
    let key = match () {
        () if is_primary => KeyKind::Primary,
        () if target.is_some() => KeyKind::Foreign,
        () if is_unique => KeyKind::Unique,
        () => KeyKind::None,
    };
    let stored = made.positional(0).and_then(Value::as_text).filter(|stored| name != stored).map(Atom::new);
    let is_list = find("array").is_some();
    let nullable = !is_primary && find("notNull").is_none() && !made.callee.ends_with("erial");
    let type_name = if is_list { Atom::from(format!("{}[]", made.callee)) } else { made.callee.clone() };
    Some(Column { field: Field { name: name.clone(), type_name, nullable, key, column: stored }, target, is_unique })
}

/// The table of `() => users.id`.
fn target(value: &Value) -> Option<String> {
    let returned = value.as_function()?.returns.as_ref()?.as_name()?;
    Some(returned.rsplit_once('.')?.0.to_owned())
}

/// Keys that a table states beside its columns, in a list or a record: `primaryKey({ columns: [t.a, t.b] })`,
/// `unique().on(t.a, t.b)`, `uniqueIndex("x").on(t.a)`, `foreignKey({ columns, foreignColumns })`.
pub(super) fn constraints(table: &CallValue) -> Vec<Constraint> {
    let listed = match table.positional(2) {
        Some(Value::Function(function)) => function.returns.as_ref(),
        other => other,
    };
    let values: Vec<&Value> = match listed {
        Some(Value::List(items)) => items.iter().collect(),
        Some(Value::Record(entries)) => entries.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    values.into_iter().filter_map(|value| constraint(value.as_call()?)).collect()
}

fn constraint(call: &CallValue) -> Option<Constraint> {
    let links = chain(call);
    let made = links.last()?;
    let stated = made.positional(0);
    match made.callee.as_str() {
        "primaryKey" => {
            let columns = stated.and_then(|it| it.key("columns"));
            let names = columns.map_or_else(|| names(made.args.iter().map(|arg| &arg.value)), listed);
            Some((KeyKind::Primary, names, None))
        }
        // An index over some rows only makes nothing unique.
        "unique" | "uniqueIndex" if !links.iter().any(|link| link.callee == "where") => {
            let on = links.iter().find(|link| link.callee == "on")?;
            Some((KeyKind::Unique, names(on.args.iter().map(|arg| &arg.value)), None))
        }
        "foreignKey" => {
            let foreign = match stated?.key("foreignColumns")? {
                Value::List(items) => items.first()?.as_name()?.rsplit_once('.')?.0.to_owned(),
                _ => return None,
            };
            Some((KeyKind::Foreign, listed(stated?.key("columns")?), Some(foreign)))
        }
        _ => None,
    }
}

fn listed(value: &Value) -> Vec<Atom> {
    match value {
        Value::List(items) => names(items.iter()),
        _ => Vec::new(),
    }
}

/// The columns of `t.a, t.b`; what orders or casts one is a call on it.
fn names<'v>(values: impl Iterator<Item = &'v Value>) -> Vec<Atom> {
    let name = |value: &Value| match value {
        Value::Name(name) => Some(Atom::new(name.rsplit('.').next()?)),
        Value::Call(call) => Some(Atom::new(call.receiver.as_ref()?.as_name()?.rsplit('.').next()?)),
        _ => None,
    };
    values.filter_map(name).collect()
}
