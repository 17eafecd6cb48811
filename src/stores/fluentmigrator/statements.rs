//! Statements of a migration: `Create.Table("Trams").WithColumn("Id").AsInt32()` and what they change.

use crate::codebase::Atom;
use crate::codebase::entity::{Entity, KeyKind, TableChange};
use crate::codebase::outline::{Call, CallValue, DefinitionIndex, Outline, Value};

use super::columns::Columns;
use super::{text, texts};

/// What statements begin with.
pub(super) const VERBS: &[&str] = &["Create", "Alter", "Delete", "Rename", "Execute"];

/// A chain of calls.
pub(super) struct Statement<'o> {
    verb: &'o str,
    pub(super) steps: Vec<&'o CallValue>,
}

/// The statements of a method, whose chains begin with one of these names.
pub(super) fn of<'o>(outline: &'o Outline, method: DefinitionIndex, verbs: &[&str]) -> Vec<Statement<'o>> {
    let mut found: Vec<(Statement<'o>, &Call)> = Vec::new();
    for call in outline.calls.iter().filter(|call| call.enclosing == Some(method)) {
        match &call.value.receiver {
            Some(Value::Name(name)) => {
                let verb = name.strip_prefix("this.").unwrap_or(name);
                if verbs.contains(&verb) {
                    found.push((Statement { verb, steps: vec![&call.value] }, call));
                }
            }
            // However long the chain is: a value holds only so much of it.
            Some(Value::Call(_)) => {
                let is_it = |first: &Call| {
                    first.statement == call.statement && first.value.lines.first == call.value.lines.first
                };
                if let Some((statement, _)) = found.last_mut().filter(|(_, first)| is_it(first)) {
                    statement.steps.push(&call.value);
                }
            }
            _ => {}
        }
    }
    found.into_iter().map(|(statement, _)| statement).collect()
}

impl Statement<'_> {
    /// What it does to tables.
    pub(super) fn changes(&self, outline: &Outline) -> Vec<TableChange> {
        let Some(first) = self.steps.first() else { return Vec::new() };
        let named = first.positional(0).and_then(|value| text(outline, value)).map(str::to_owned);
        match (self.verb, first.callee.as_str(), named) {
            ("Create", "Column", Some(column)) => self.add_column(outline, &column),
            ("Create", "ForeignKey", _) => self.reference(outline).into_iter().collect(),
            ("Create", "PrimaryKey", _) => self.key(outline, KeyKind::Primary),
            ("Create", "UniqueConstraint", _) => self.key(outline, KeyKind::Unique),
            ("Create", "Index", _) if self.has("Unique") => self.key(outline, KeyKind::Unique),
            ("Create", callee, Some(table)) if callee.contains("Table") => self.create(outline, &table),
            ("Alter", "Table", Some(table)) => alter(&table, &Columns::read(outline, self.steps.iter().copied(), true)),
            ("Alter", "Column", Some(_)) => {
                let table = self.name(outline, "OnTable").unwrap_or_default();
                alter(&table, &Columns::read(outline, self.steps.iter().copied(), true))
            }
            ("Delete", "Table", Some(table)) => vec![TableChange::Drop(table)],
            ("Delete", "Column", Some(_)) => self.drop_columns(outline),
            ("Rename", "Table", Some(table)) => {
                let to = self.name(outline, "To");
                to.map(|to| TableChange::Rename(table, to)).into_iter().collect()
            }
            ("Rename", "Column", Some(column)) => {
                let ends = self.name(outline, "OnTable").zip(self.name(outline, "To"));
                let change =
                    |(table, to): (String, String)| TableChange::RenameColumn(table, column.as_str().into(), to.into());
                ends.map(change).into_iter().collect()
            }
            ("Execute", "Sql", Some(script)) => crate::stores::sql::changes(&script),
            _ => Vec::new(),
        }
    }

    fn has(&self, callee: &str) -> bool {
        self.steps.iter().any(|step| step.callee == callee)
    }

    /// What the first call of a name is given.
    fn name(&self, outline: &Outline, callee: &str) -> Option<String> {
        let step = self.steps.iter().find(|step| step.callee == callee)?;
        text(outline, step.positional(0)?).map(str::to_owned)
    }

    /// What all calls of these names are given.
    fn names(&self, outline: &Outline, callees: &[&str]) -> Vec<Atom> {
        let steps = self.steps.iter().filter(|step| callees.contains(&step.callee.as_str()));
        steps.flat_map(|step| texts(outline, &step.args)).collect()
    }

    fn create(&self, outline: &Outline, table: &str) -> Vec<TableChange> {
        let columns = Columns::read(outline, self.steps.iter().copied(), false);
        let line = self.steps.first().map(|step| step.line).unwrap_or_default();
        let entity = Entity {
            name: table.to_owned(),
            table: table.to_owned(),
            store: super::ID.into(),
            line,
            fields: columns.fields,
            ..Entity::default()
        };
        let borrowed = self.steps.iter().map(|step| TableChange::Borrow(table.to_owned(), step.callee.clone()));
        let borrowed: Vec<TableChange> = borrowed.filter(|it| !is_known(it)).collect();
        let references = columns.references.into_iter();
        let references =
            references.map(|(column, target)| TableChange::Reference(table.to_owned(), vec![column], target));
        std::iter::once(TableChange::Create(Box::new(entity))).chain(borrowed).chain(references).collect()
    }

    fn add_column(&self, outline: &Outline, column: &str) -> Vec<TableChange> {
        let Some(table) = self.name(outline, "OnTable") else { return Vec::new() };
        let columns = Columns::read(outline, self.steps.iter().copied(), false);
        let mut changes = alter(&table, &columns);
        changes.retain(|it| !matches!(it, TableChange::AddColumn(_, field) if field.name != column));
        changes
    }

    fn reference(&self, outline: &Outline) -> Option<TableChange> {
        let (from, to) = self.name(outline, "FromTable").zip(self.name(outline, "ToTable"))?;
        let columns = self.names(outline, &["ForeignColumn", "ForeignColumns"]);
        (!columns.is_empty()).then_some(TableChange::Reference(from, columns, to))
    }

    fn key(&self, outline: &Outline, kind: KeyKind) -> Vec<TableChange> {
        let columns = self.names(outline, &["Column", "Columns", "OnColumn"]);
        let table = self.name(outline, "OnTable").filter(|_| !columns.is_empty());
        table.map(|table| TableChange::Key(table, columns, kind)).into_iter().collect()
    }

    fn drop_columns(&self, outline: &Outline) -> Vec<TableChange> {
        let Some(table) = self.name(outline, "FromTable") else { return Vec::new() };
        let columns = self.names(outline, &["Column"]).into_iter();
        columns.map(|column| TableChange::DropColumn(table.clone(), column)).collect()
    }
}

/// Whether a call that creates a table is the library's own.
fn is_known(change: &TableChange) -> bool {
    let TableChange::Borrow(_, callee) = change else { return true };
    callee == "Table" || callee == "WithColumn" || super::columns::is_known(callee)
}

/// New columns and those that change.
fn alter(table: &str, columns: &Columns) -> Vec<TableChange> {
    let name = || table.to_owned();
    let mut changes: Vec<TableChange> = Vec::new();
    for field in &columns.fields {
        changes.push(TableChange::AddColumn(name(), field.clone()));
    }
    for field in &columns.changed {
        if !field.type_name.is_empty() {
            changes.push(TableChange::Type(name(), field.name.clone(), field.type_name.clone()));
            changes.push(TableChange::Nullable(name(), field.name.clone(), field.nullable));
        }
    }
    let references = columns.references.iter();
    changes.extend(
        references.map(|(column, target)| TableChange::Reference(name(), vec![column.clone()], target.clone())),
    );
    changes
}
