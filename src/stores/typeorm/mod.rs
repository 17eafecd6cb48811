//! TypeORM: classes with `@Entity`, their columns and relations.

mod columns;
mod names;
mod relations;
mod schemas;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::entity::Entity;
use crate::codebase::facts::Records;
use crate::codebase::outline::{Decorator, Definition, Outline, SymbolKind, Value};

use super::{ColumnNames, Store};
use names::snake;

/// Decorators of classes that have a table or view of their own.
const TABLES: &[&str] = &["Entity", "ViewEntity"];

/// TypeORM.
pub struct TypeOrm;

impl Store for TypeOrm {
    fn id(&self) -> &'static str {
        "typeorm"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn repeats_columns_of_bases(&self) -> bool {
        true
    }

    fn column_names(&self) -> Option<&'static dyn ColumnNames> {
        Some(&names::TypeOrmNames)
    }

    fn records(&self, _path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        let has_snake_columns = outline.calls.iter().any(|it| it.value.callee == "SnakeNamingStrategy");
        let mut records = Records { has_snake_columns, ..Records::default() };
        if !outline.imports.iter().any(|import| import.module == "typeorm") {
            return records;
        }
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
            let stored = TABLES.iter().find_map(|name| class.decorator(name));
            let fields = columns::read(outline, index, class, &mut records.leads);
            let relations = relations::read(outline, index, class);
            let shares_a_table = class.decorator("ChildEntity").is_some();
            // A class without a table gives its columns and relations to the classes that derive from it or embed it.
            if stored.is_none() && !shares_a_table && fields.is_empty() && relations.is_empty() {
                continue;
            }
            records.relations.extend(relations);
            records.entities.push(Entity {
                name: class.name.to_string(),
                // One table keeps all classes that derive from one: a child's columns are added to it.
                table: stored.map(|stored| table(class, stored)).unwrap_or_default(),
                unique: columns::unique_columns(class).into_iter().filter(|names| names.len() > 1).collect(),
                store: Atom::new("typeorm"),
                line: class.line,
                fields,
                doc: class.doc.clone(),
                ..Entity::default()
            });
        }
        schemas::read(outline, &mut records);
        records
    }
}

/// `@Entity("orders")`, `@Entity({ name: "orders" })`; else the class's name in snake case.
fn table(class: &Definition, entity: &Decorator) -> String {
    let named = entity.args.iter().map(|argument| &argument.value).find_map(|value| match value {
        Value::Text(text) => Some(text.to_string()),
        value => value.key("name").and_then(Value::as_text).map(str::to_owned),
    });
    named.unwrap_or_else(|| snake(&class.name))
}
