//! SQL scripts: the tables that they create, change and drop. Database projects and migrations are both such scripts,
//! and `analysis` runs them through in their order.

mod columns;
mod statements;
mod tokens;

use crate::codebase::RepoPath;
use crate::codebase::entity::TableChange;
use crate::codebase::facts::Records;
use crate::codebase::outline::Outline;

use super::Store;

/// SQL scripts.
pub struct Sql;

/// Ends and parts of names of scripts that undo others.
const UNDOING: &[&str] = &["down", "rollback", "undo", "revert"];

/// What a script does to tables.
pub(super) fn changes(text: &str) -> Vec<TableChange> {
    statements::read(&tokens::read(text))
}

impl Store for Sql {
    fn id(&self) -> &'static str {
        "sql"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["sql"]
    }

    fn records(&self, path: &RepoPath, _outline: &Outline, text: &str) -> Records {
        let name = path.stem().to_lowercase();
        let mut parts = name.split(['.', '_', '-', ' ']);
        if parts.any(|part| UNDOING.contains(&part)) {
            return Records::default();
        }
        Records { changes: changes(text), ..Records::default() }
    }
}
