//! Columns of a statement: `.WithColumn("LineId").AsInt32().ForeignKey("Lines", "Id")`.

use crate::codebase::Atom;
use crate::codebase::entity::{Field, KeyKind};
use crate::codebase::outline::{CallValue, Outline};

use super::{text, texts};

/// Calls that say of a column what is of no matter here.
const OTHERS: &[&str] = &[
    "ForeignKey",
    "Identity",
    "InSchema",
    "Indexed",
    "NotNullable",
    "Nullable",
    "OnDelete",
    "OnDeleteOrUpdate",
    "OnUpdate",
    "PrimaryKey",
    "ReferencedBy",
    "References",
    "SetExistingRowsTo",
    "Unique",
    "WithColumnDescription",
    "WithDefault",
    "WithDefaultValue",
    "WithDescription",
];

/// What the calls of a statement say of columns.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) fields: Vec<Field>,
    /// Those that are there already.
    pub(super) changed: Vec<Field>,
    /// Columns that point to a table.
    pub(super) references: Vec<(Atom, String)>,
}

/// Whether a call is one of the library's on a column.
pub(super) fn is_known(callee: &str) -> bool {
    OTHERS.contains(&callee) || callee.starts_with("As")
}

impl Columns {
    /// `altering`: whether `Column` names one that is there already.
    pub(super) fn read<'o>(outline: &'o Outline, steps: impl Iterator<Item = &'o CallValue>, altering: bool) -> Self {
        let mut columns = Self::default();
        let mut is_changed = false;
        for step in steps {
            let callee = step.callee.as_str();
            let name = step.positional(0).and_then(|value| text(outline, value)).map(Atom::new);
            match (callee, name) {
                ("WithColumn" | "AddColumn", Some(name)) => {
                    is_changed = false;
                    columns.fields.push(Field { name, ..Field::default() });
                }
                ("AlterColumn" | "Column", Some(name)) => {
                    is_changed = altering;
                    let fields = if altering { &mut columns.changed } else { &mut columns.fields };
                    fields.push(Field { name, ..Field::default() });
                }
                (_, given) => {
                    let fields = if is_changed { &mut columns.changed } else { &mut columns.fields };
                    let Some(field) = fields.last_mut() else { continue };
                    describe(field, callee, given);
                    if callee == "ForeignKey"
                        && let Some(target) = target(outline, step)
                    {
                        columns.references.push((field.name.clone(), target));
                    }
                }
            }
        }
        columns
    }
}

/// A column may not be empty unless it is said to.
fn describe(field: &mut Field, callee: &str, given: Option<Atom>) {
    match callee {
        "Nullable" => field.nullable = true,
        "NotNullable" => field.nullable = false,
        "PrimaryKey" => field.key = KeyKind::Primary,
        "Unique" => field.key = field.key.min(KeyKind::Unique),
        "ForeignKey" => field.key = field.key.min(KeyKind::Foreign),
        "AsCustom" => field.type_name = given.unwrap_or_default(),
        _ => {
            if let Some(type_name) = callee.strip_prefix("As") {
                field.type_name = Atom::new(type_name);
            }
        }
    }
}

/// The table that a column points to: the last but one of what `ForeignKey` is given.
fn target(outline: &Outline, step: &CallValue) -> Option<String> {
    let given = texts(outline, &step.args);
    given.len().checked_sub(2).and_then(|at| given.get(at)).map(Atom::to_string)
}
