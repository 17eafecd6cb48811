//! `FluentMigrator`: classes that bring a database from one version to the next, as what they do to tables.

mod columns;
mod statements;

use crate::codebase::facts::Records;
use crate::codebase::outline::{Argument, Definition, Outline, SymbolKind, Value, positional};
use crate::codebase::{Atom, RepoPath};

use super::Store;
use columns::Columns;

/// `FluentMigrator`.
pub struct FluentMigrator;

const ID: &str = "fluentmigrator";

/// Digits of a version that is written as a date.
const DIGITS_MAX: usize = 18;

impl Store for FluentMigrator {
    fn id(&self) -> &'static str {
        ID
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn records(&self, path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        let mut records = Records::default();
        if path.extension() != "cs" {
            return records;
        }
        for (index, definition) in (0..).zip(&outline.definitions) {
            if let Some(verb) = verb_of_helper(definition) {
                let columns = statements::of(outline, index, &[verb]).into_iter().flat_map(|it| it.steps);
                let fields = Columns::read(outline, columns, false).fields;
                if !fields.is_empty() {
                    records.shared_columns.push((definition.name.clone(), fields));
                }
            }
            if is_step_up(outline, definition) {
                let found = statements::of(outline, index, statements::VERBS);
                records.changes.extend(found.iter().flat_map(|it| it.changes(outline)));
            }
        }
        records.version = outline.definitions.iter().find_map(version).filter(|_| !records.changes.is_empty());
        records
    }
}

/// What a helper calls the table that it gives columns to: `this ICreateExpressionRoot create`.
fn verb_of_helper(definition: &Definition) -> Option<&str> {
    let is_helper = definition.kind == SymbolKind::Method && definition.has_modifier("static");
    let first = definition.parameters.first().filter(|_| is_helper)?;
    let typed = first.type_name.as_deref()?;
    (typed.starts_with("ICreateExpressionRoot") || typed.starts_with("ICreateTable")).then_some(first.name.as_str())
}

/// Whether a method is the way up of a migration.
fn is_step_up(outline: &Outline, method: &Definition) -> bool {
    let name = method.name.to_lowercase();
    let leads_back = name.ends_with("down") || name.contains("downgrade") || name.contains("rollback");
    method.kind == SymbolKind::Method
        && !leads_back
        && method.parent.and_then(|class| outline.definition(class)).is_some_and(|class| is_migration(outline, class))
}

/// EF Core's migrations have the same name, but a text for a version.
fn is_migration(outline: &Outline, class: &Definition) -> bool {
    let has_number = version(class).is_some() && class.decorator("Migration").is_some();
    let imports = || outline.imports.iter().any(|it| it.module.split('.').next() == Some("FluentMigrator"));
    has_number || (class.bases.iter().any(|base| base.ends_with("Migration")) && imports())
}

/// The number of a migration: `[Migration(20260131)]`, or the date of an attribute that derives from it.
fn version(class: &Definition) -> Option<u64> {
    class.decorators.iter().filter(|it| it.name.ends_with("Migration")).find_map(|it| match positional(&it.args, 0)? {
        Value::Number(number) => number.replace('_', "").trim_end_matches(['l', 'L', 'u', 'U']).parse().ok(),
        Value::Text(text) if it.name != "Migration" => {
            let digits: String = text.chars().filter(char::is_ascii_digit).take(DIGITS_MAX).collect();
            digits.parse().ok()
        }
        _ => None,
    })
}

/// A text, or a constant of this file that is one.
fn text<'o>(outline: &'o Outline, value: &'o Value) -> Option<&'o str> {
    let name = match value {
        Value::Name(name) => name,
        other => return other.as_text(),
    };
    let constant = outline.assignments.iter().find(|it| it.target == *name);
    constant.and_then(|it| it.value.as_text())
}

/// The texts that a call is given, each by itself or in a list.
fn texts(outline: &Outline, args: &[Argument]) -> Vec<Atom> {
    let given = args.iter().flat_map(|arg| match &arg.value {
        Value::List(values) => values.iter().collect(),
        value => vec![value],
    });
    given.filter_map(|value| text(outline, value)).map(Atom::new).collect()
}
