//! The columns of an entity class.

use crate::codebase::Atom;

use crate::codebase::entity::{Brings, Field, KeyKind, Lead};
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, Value, last_part, positional};

use super::super::javascript::{fields, is_on, options, target, text};
use super::relations::{self, KeyColumns};

/// Decorators that make a property a column.
const COLUMNS: &[&str] = &[
    "Column",
    "CreateDateColumn",
    "DeleteDateColumn",
    "ObjectIdColumn",
    "PrimaryColumn",
    "PrimaryGeneratedColumn",
    "TreeLevelColumn",
    "UpdateDateColumn",
    "VersionColumn",
    "ViewColumn",
];

/// The columns of a class, those of its relations' keys included. Properties whose columns another class tells stand for
/// these until that one is known.
pub(super) fn read(outline: &Outline, index: DefinitionIndex, class: &Definition, leads: &mut Vec<Lead>) -> Vec<Field> {
    let unique: Vec<Atom> = unique_columns(class).into_iter().filter(|names| names.len() == 1).flatten().collect();
    let mut columns: Vec<Field> = Vec::new();
    for field in fields(outline, index) {
        if let Some((target, prefix)) = embedded(field) {
            columns.push(Field { name: field.name.clone(), type_name: target.clone(), ..Field::default() });
            let brings = Brings::Columns { prefix };
            leads.push(Lead { class: class.name.clone(), property: field.name.clone(), target, brings });
        } else if let Some(decorator) = column(field) {
            columns.push(read_column(field, decorator, &unique));
        }
    }
    columns.extend(told_by_class(class));
    for key in relations::keys(outline, index, class) {
        let key_kind = if key.is_primary { KeyKind::Primary } else { KeyKind::Foreign };
        if let KeyColumns::OfOther(target, of) = key.columns {
            let (name, nullable) = (key.property.clone(), key.nullable);
            columns.push(Field { name, type_name: target.clone(), nullable, key: key_kind, column: None });
            let brings = Brings::Key { of };
            leads.push(Lead { class: class.name.clone(), property: key.property, target, brings });
            continue;
        }
        let KeyColumns::Named(names) = key.columns else { continue };
        let property = format!("{}Id", key.property);
        for column in names {
            let is_it = |own: &&mut Field| {
                own.column.as_ref().unwrap_or(&own.name) == &column || own.name == column || own.name == property
            };
            match columns.iter_mut().find(is_it) {
                Some(own) if own.key != KeyKind::Primary => own.key = key_kind,
                Some(_) => {}
                None => {
                    let (name, column) = (column.clone(), Some(column));
                    columns.push(Field { name, nullable: key.nullable, key: key_kind, column, ..Field::default() });
                }
            }
        }
    }
    columns
}

fn read_column(field: &Definition, decorator: &Decorator, unique: &[Atom]) -> Field {
    let stated = options(decorator);
    let is_index = field
        .decorator("Index")
        .is_some_and(|index| options(index).and_then(|options| options.key("unique")) == Some(&Value::Bool(true)));
    let kind = last_part(&decorator.name);
    let key = match () {
        () if kind.starts_with("Primary") || kind == "ObjectIdColumn" || is_on(stated, "primary") => KeyKind::Primary,
        () if field.decorator("ForeignKey").is_some() => KeyKind::Foreign,
        () if is_on(stated, "unique") || is_index || unique.contains(&field.name) => KeyKind::Unique,
        () => KeyKind::None,
    };
    let is_empty_at_first = stated.and_then(|it| it.key("default")) == Some(&Value::Null);
    // Documents of MongoDB have one name for their key.
    let implied = (kind == "ObjectIdColumn").then_some("_id");
    Field {
        name: field.name.clone(),
        type_name: type_of(field, decorator),
        nullable: is_on(stated, "nullable") || is_empty_at_first || kind == "DeleteDateColumn",
        key,
        column: text(stated, "name").or(implied).map(Atom::new),
    }
}

/// Columns that no property shows: what tells classes of one table apart, and what keeps a tree.
fn told_by_class(class: &Definition) -> Vec<Field> {
    let mut found = Vec::new();
    if let Some(inheritance) = class.decorator("TableInheritance") {
        let stated = options(inheritance).and_then(|options| options.key("column"));
        let named = stated.and_then(|it| it.as_text().or_else(|| text(Some(it), "name")));
        found.push(hidden(named.unwrap_or("type"), false));
    }
    let tree = class.decorator("Tree").and_then(|tree| positional(&tree.args, 0)).and_then(Value::as_text);
    found.extend(tree.map(tree_columns).unwrap_or_default());
    found
}

/// The columns by which a table keeps a tree of a type.
pub(super) fn tree_columns(tree: &str) -> Vec<Field> {
    let names: &[(&str, bool)] = match tree {
        "materialized-path" => &[("mpath", true)],
        "nested-set" => &[("nsleft", false), ("nsright", false)],
        _ => &[],
    };
    names.iter().map(|(name, nullable)| hidden(name, *nullable)).collect()
}

fn hidden(name: &str, nullable: bool) -> Field {
    Field { name: Atom::new(name), nullable, column: Some(Atom::new(name)), ..Field::default() }
}

/// The decorator that makes a field a column; one on a relation only says that the relation is its key.
fn column(field: &Definition) -> Option<&Decorator> {
    let relates = field.decorators.iter().any(|it| relations::KEPT.contains(&last_part(&it.name)));
    field.decorators.iter().find(|it| COLUMNS.contains(&last_part(&it.name))).filter(|_| !relates)
}

/// What a class says to be unique: columns by themselves, and several together.
pub(super) fn unique_columns(class: &Definition) -> Vec<Vec<Atom>> {
    let decorators = class.decorators.iter().filter(|it| {
        let name = last_part(&it.name);
        let is_partial = options(it).is_some_and(|options| options.key("where").is_some());
        name == "Unique" || name == "Index" && is_on(options(it), "unique") && !is_partial
    });
    let listed = |decorator: &Decorator| {
        let lists = decorator.args.iter().map(|argument| match &argument.value {
            Value::Function(function) => function.returns.as_ref().unwrap_or(&Value::Unknown),
            value => value,
        });
        let names = lists.into_iter().find_map(|value| match value {
            Value::List(items) => Some(items.iter().filter_map(column_name).collect::<Vec<_>>()),
            _ => None,
        });
        names.unwrap_or_default()
    };
    decorators.map(listed).filter(|names| !names.is_empty()).collect()
}

/// A column by its name, or by the property of a function's parameter.
fn column_name(value: &Value) -> Option<Atom> {
    value.as_text().or_else(|| value.as_name().map(last_part)).map(Atom::new)
}

/// The class that a property embeds, and what stands before the names of its columns.
fn embedded(field: &Definition) -> Option<(Atom, Atom)> {
    let decorator = field.decorator("Column")?;
    let Value::Function(_) = positional(&decorator.args, 0)? else { return None };
    let name = target(decorator)?;
    // `@Column(type => String)` states a type.
    if matches!(name.as_str(), "String" | "Number" | "Boolean" | "Date" | "Object" | "Buffer") {
        return None;
    }
    let prefix = match options(decorator).and_then(|options| options.key("prefix")) {
        Some(Value::Text(prefix)) => Atom::new(prefix),
        Some(Value::Bool(false)) => Atom::default(),
        _ => field.name.clone(),
    };
    Some((name, prefix))
}

/// The declared type without `null`, else the column's.
fn type_of(field: &Definition, decorator: &Decorator) -> Atom {
    let declared = field.type_name.as_deref().map(|declared| {
        let parts = declared.split('|').map(str::trim).filter(|part| !matches!(*part, "null" | "undefined"));
        parts.collect::<Vec<_>>().join(" | ")
    });
    let stated = || {
        let first = positional(&decorator.args, 0)?;
        first.as_text().or_else(|| first.key("type").and_then(Value::as_text)).map(str::to_owned)
    };
    declared.filter(|declared| !declared.is_empty()).or_else(stated).unwrap_or_default().into()
}
