//! Sequelize: models by `init` and `define`, classes of sequelize-typescript, associations.

mod associations;
mod classes;
mod models;

use crate::codebase::RepoPath;
use crate::codebase::facts::Records;
use crate::codebase::outline::{Outline, Value, last_part};

use super::Store;

/// Sequelize.
pub struct Sequelize;

const ID: &str = "sequelize";

/// The type of an attribute that the model computes.
const NO_COLUMN: &str = "VIRTUAL";

impl Store for Sequelize {
    fn id(&self) -> &'static str {
        ID
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn implicit_key(&self) -> Option<(&'static str, &'static str)> {
        Some(("id", "INTEGER"))
    }

    fn records(&self, _path: &RepoPath, outline: &Outline, text: &str) -> Records {
        let mut records = Records::default();
        let is_imported = outline.imports.iter().any(|import| import.module.starts_with("sequelize"));
        // Models are often functions of what they are not told to import: `(sequelize, DataTypes) => ..`.
        if !is_imported && !text.contains("sequelize.") {
            return records;
        }
        classes::read(outline, &mut records);
        models::read(outline, &mut records);
        associations::read(outline, &mut records);
        records
    }
}

/// The type that a value names: `DataTypes.STRING(64)` as `STRING`.
fn type_name(value: &Value) -> Option<String> {
    match value {
        Value::Name(name) => Some(last_part(name).to_owned()),
        Value::Call(call) if call.callee == "ARRAY" => {
            let inner = call.positional(0).and_then(type_name).unwrap_or_default();
            Some(format!("{inner}[]"))
        }
        Value::Call(call) => Some(call.callee.to_string()),
        Value::Member(_, name) => Some(name.to_string()),
        _ => None,
    }
}
