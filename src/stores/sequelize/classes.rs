//! Classes of sequelize-typescript: `@Table` with `@Column`, `@ForeignKey` and `@BelongsTo`.

use crate::codebase::Atom;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, positional};

use super::super::javascript::{bare, fields, is_off, is_on, named, options, target, text};
use super::super::naming::plural;
use super::{models, type_name};

/// Decorators that make a property a column.
const COLUMNS: &[&str] = &["Column", "CreatedAt", "DeletedAt", "UpdatedAt"];

/// Adds the tables that classes of a file stand for, and classes whose columns they may inherit.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    if !outline.imports.iter().any(|import| import.module == "sequelize-typescript") {
        return;
    }
    for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
        let table = class.decorator("Table");
        let columns: Vec<Field> = fields(outline, index).filter_map(column).collect();
        if table.is_none() && columns.is_empty() {
            continue;
        }
        let stated = table.and_then(options);
        let singular = text(stated, "modelName").unwrap_or(&class.name);
        let by_rule = || if is_on(stated, "freezeTableName") { singular.to_owned() } else { plural(singular) };
        let mut entity = Entity {
            name: class.name.to_string(),
            table: table.map(|_| text(stated, "tableName").map_or_else(by_rule, str::to_owned)).unwrap_or_default(),
            store: super::ID.into(),
            line: class.line,
            fields: columns,
            doc: class.doc.clone(),
            ..Entity::default()
        };
        // A base class of the project's own may keep the dates itself.
        if table.is_some() && class.bases.iter().any(|base| last_part(base) == "Model") {
            let own: Vec<Atom> = entity.fields.iter().map(|field| field.name.clone()).collect();
            entity.fields.extend(models::stamps(stated).filter(|stamp| !own.contains(&stamp.name)));
        }
        records.relations.extend(relations(outline, index, class));
        records.entities.push(entity);
    }
}

fn column(field: &Definition) -> Option<Field> {
    let decorator = field.decorators.iter().find(|it| COLUMNS.contains(&last_part(&it.name)))?;
    let stated = options(decorator);
    let (declared, _) = bare(field.type_name.as_deref().unwrap_or_default());
    let first = positional(&decorator.args, 0).filter(|value| !matches!(value, Value::Record(_)));
    let typed = first.or_else(|| stated.and_then(|it| it.key("type"))).and_then(type_name);
    let has = |name: &str| field.decorator(name).is_some();
    let is_primary = has("PrimaryKey") || is_on(stated, "primaryKey");
    let key = match () {
        () if is_primary => KeyKind::Primary,
        () if has("ForeignKey") => KeyKind::Foreign,
        () if has("Unique") || is_on(stated, "unique") => KeyKind::Unique,
        () => KeyKind::None,
    };
    let refuses = |allow: &crate::codebase::outline::Decorator| {
        !matches!(positional(&allow.args, 0), None | Some(Value::Bool(true)))
    };
    let nullable = !is_primary && !is_off(stated, "allowNull") && !field.decorator("AllowNull").is_some_and(refuses);
    let column = text(stated, "field").filter(|column| field.name != *column).map(Atom::new);
    let type_name = typed.unwrap_or(declared);
    (type_name != super::NO_COLUMN).then(|| Field {
        name: field.name.clone(),
        type_name: type_name.into(),
        nullable,
        key,
        column,
    })
}

/// Relations by foreign keys and by what a class says to have many of.
fn relations(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Relation> {
    let own = class.name.to_string();
    let mut found = Vec::new();
    for field in fields(outline, index) {
        for decorator in &field.decorators {
            let Some(other) = target(decorator).map(|it| it.to_string()) else { continue };
            match last_part(&decorator.name) {
                "ForeignKey" => {
                    let is_one = field.decorator("Unique").is_some() || field.decorator("PrimaryKey").is_some();
                    let cardinality = if is_one { Cardinality::OneToOne } else { Cardinality::OneToMany };
                    let (to, via) = (own.clone(), field.name.to_string());
                    found.push(Relation { from: other, to, cardinality, via });
                }
                "BelongsTo" => {
                    let stated = positional(&decorator.args, 1);
                    let key = stated.and_then(|it| it.as_text().or_else(|| text(Some(it), "foreignKey")));
                    let via = key.map(str::to_owned);
                    let (from, to, cardinality) = (other, own.clone(), Cardinality::OneToMany);
                    found.extend(via.map(|via| Relation { from, to, cardinality, via }));
                }
                "BelongsToMany" => {
                    let Some(through) = positional(&decorator.args, 1).and_then(named) else { continue };
                    let (from, to) = if own <= other { (own.clone(), other) } else { (other, own.clone()) };
                    let via = through.to_string();
                    found.push(Relation { from, to, cardinality: Cardinality::ManyToMany, via });
                }
                _ => {}
            }
        }
    }
    found
}
