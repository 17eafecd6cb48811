//! TypeORM: classes with `@Entity`, their columns and relations.

mod columns;
mod relations;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::entity::Entity;
use crate::codebase::facts::Records;
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, positional};

use super::Store;

/// TypeORM.
pub struct TypeOrm;

impl Store for TypeOrm {
    fn id(&self) -> &'static str {
        "typeorm"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
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
                table: entity.map(|entity| table(class, entity)).unwrap_or_default(),
                store: Atom::new("typeorm"),
                line: class.line,
                fields,
                doc: class.doc.clone(),
                ..Entity::default()
            });
        }
        records
    }
}

/// The fields of a class.
fn fields(outline: &Outline, class: DefinitionIndex) -> impl Iterator<Item = &Definition> {
    outline.children(class).map(|(_, field)| field).filter(|field| field.kind == SymbolKind::Field)
}

/// `@Entity("orders")`, `@Entity({ name: "orders" })`; else the class's name in snake case.
fn table(class: &Definition, entity: &Decorator) -> String {
    let named = entity.args.iter().map(|argument| &argument.value).find_map(|value| match value {
        Value::Text(text) => Some(text.to_string()),
        value => value.key("name").and_then(Value::as_text).map(str::to_owned),
    });
    named.unwrap_or_else(|| snake(&class.name))
}

/// The options of a decorator: its first record.
fn options(decorator: &Decorator) -> Option<&Value> {
    decorator.args.iter().map(|argument| &argument.value).find(|value| matches!(value, Value::Record(_)))
}

/// The class that a relation's decorator names: `() => Order`, `"Order"`.
fn target(decorator: &Decorator) -> Option<Atom> {
    let name = match positional(&decorator.args, 0)? {
        Value::Function(function) => function.returns.as_ref()?.as_name()?.to_owned(),
        Value::Text(name) | Value::Name(name) => name.to_string(),
        _ => return None,
    };
    name.rsplit('.').next().map(Atom::new)
}

/// `OrderItem` as `order_item`, as TypeORM's default naming does.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut was_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
        snake.extend(letter.to_lowercase());
    }
    snake
}
