//! TypeORM: classes with `@Entity`, their columns and relations.

mod columns;
mod relations;
mod schemas;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::entity::Entity;
use crate::codebase::facts::Records;
use crate::codebase::outline::{Decorator, Definition, Outline, SymbolKind, Value};

use super::Store;
use super::naming::snake;

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

    fn records(&self, _path: &RepoPath, outline: &Outline, _text: &str) -> Records {
        if !outline.imports.iter().any(|import| import.module == "typeorm") {
            return Records::default();
        }
        let mut records = Records::default();
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
            let entity = class.decorator("Entity").or_else(|| class.decorator("ChildEntity"));
            let fields = columns::read(outline, index, class);
            // A base class without a table gives its columns to the classes derived from it.
            if entity.is_none() && fields.is_empty() {
                continue;
            }
            if entity.is_some() {
                records.relations.extend(relations::read(outline, index, class));
            }
            records.entities.push(Entity {
                name: class.name.to_string(),
                // One table keeps all classes that derive from one: a child's columns are added to it.
                table: class.decorator("Entity").map(|entity| table(class, entity)).unwrap_or_default(),
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
