//! Classes that may be entities: their properties as EF Core would map them by convention and attributes.

use crate::codebase::Atom;

use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, positional};

/// Ends of names of base types whose classes are never stored.
const UNSTORED: &[&str] = &[
    "Controller",
    "ControllerBase",
    "PageModel",
    "DbContext",
    "ComponentBase",
    "Exception",
    "Attribute",
    "Migration",
    "Hub",
    "Middleware",
    "Profile",
    "BackgroundService",
    "AbstractValidator",
    "ModelSnapshot",
];

/// Types whose argument is what they hold.
const COLLECTIONS: &[&str] = &[
    "ICollection",
    "IList",
    "List",
    "IEnumerable",
    "IReadOnlyCollection",
    "IReadOnlyList",
    "HashSet",
    "ISet",
    "Collection",
    "ObservableCollection",
];

/// Types that are columns.
const SCALARS: &[&str] = &[
    "string",
    "int",
    "long",
    "short",
    "byte",
    "bool",
    "double",
    "float",
    "decimal",
    "char",
    "uint",
    "ulong",
    "Guid",
    "DateTime",
    "DateTimeOffset",
    "DateOnly",
    "TimeOnly",
    "TimeSpan",
    "Uri",
];

/// Adds a candidate for each class with properties that can be set.
pub(super) fn read(outline: &Outline, records: &mut Records) {
    for (index, class) in (0..).zip(&outline.definitions) {
        let is_stored = class.kind == SymbolKind::Class
            && !class.has_modifier("static")
            && !class.bases.iter().any(|base| UNSTORED.iter().any(|end| last_part(base).ends_with(end)));
        if is_stored {
            candidate(outline, index, class, records);
        }
    }
}

fn candidate(outline: &Outline, index: DefinitionIndex, class: &Definition, records: &mut Records) {
    let properties: Vec<&Definition> = outline.children(index).map(|(_, it)| it).filter(|it| is_mapped(it)).collect();
    let fields: Vec<Field> =
        properties.iter().filter(|it| element(it).is_none()).map(|it| field(class, it, &properties)).collect();
    if fields.is_empty() {
        return;
    }
    for property in &properties {
        records.relations.extend(relation(class, property, &properties));
    }
    let table = class.decorator("Table").and_then(|table| positional(&table.args, 0)).and_then(Value::as_text);
    records.entities.push(Entity {
        name: class.name.to_string(),
        table: table.unwrap_or_default().to_owned(),
        store: Atom::new(super::ID),
        line: class.line,
        fields,
        doc: class.doc.clone(),
        ..Entity::default()
    });
}

fn is_mapped(property: &Definition) -> bool {
    let shown =
        property.kind == SymbolKind::Field && property.has_modifier("public") && !property.has_modifier("static");
    let settable = property.has_modifier("set") || property.has_modifier("init") || element(property).is_some();
    shown && settable && property.decorator("NotMapped").is_none() && property.name != "this"
}

/// What a collection holds.
fn element(property: &Definition) -> Option<&str> {
    let typed = property.type_name.as_deref()?;
    COLLECTIONS.iter().find_map(|collection| super::argument(typed, collection)).filter(|held| !SCALARS.contains(held))
}

fn field(class: &Definition, property: &Definition, all: &[&Definition]) -> Field {
    let typed = property.type_name.as_deref().unwrap_or_default();
    let is_key = property.decorator("Key").is_some()
        || property.name == "Id"
        || property.name == format!("{}Id", class.name).as_str();
    let key = if is_key {
        KeyKind::Primary
    } else if property.decorator("ForeignKey").is_some_and(|_| SCALARS.contains(&bare(typed)))
        || navigation_of(property, all).is_some()
    {
        KeyKind::Foreign
    } else {
        KeyKind::None
    };
    Field {
        name: property.name.clone(),
        type_name: Atom::new(typed.trim_end_matches('?')),
        nullable: typed.ends_with('?') && property.decorator("Required").is_none(),
        key,
        column: None,
    }
}

/// The navigation that a foreign key stands for: `Brand` for `BrandId`.
fn navigation_of<'a>(key: &Definition, all: &[&'a Definition]) -> Option<&'a Definition> {
    let name = key.name.strip_suffix("Id").or_else(|| key.name.strip_suffix("ID")).filter(|name| !name.is_empty())?;
    all.iter().copied().find(|it| it.name == name && is_navigation(it))
}

fn is_navigation(property: &Definition) -> bool {
    let typed = property.type_name.as_deref().unwrap_or_default();
    let name = bare(typed);
    element(property).is_none()
        && !SCALARS.contains(&name)
        && !typed.contains(['[', '<'])
        && name.starts_with(char::is_uppercase)
}

fn bare(type_name: &str) -> &str {
    last_part(type_name.trim_end_matches('?'))
}

fn relation(class: &Definition, property: &Definition, all: &[&Definition]) -> Option<Relation> {
    let own = class.name.to_string();
    if let Some(held) = element(property) {
        let via = property.name.to_string();
        return Some(Relation { from: own, to: held.to_owned(), cardinality: Cardinality::OneToMany, via });
    }
    let target = bare(property.type_name.as_deref()?);
    let by_convention =
        || all.iter().find(|key| navigation_of(key, all).is_some_and(|navigation| navigation.name == property.name));
    let stated = property.decorator("ForeignKey").and_then(|it| positional(&it.args, 0)).and_then(Value::as_text);
    let key = stated.map(Atom::new).or_else(|| by_convention().map(|key| key.name.clone()))?;
    is_navigation(property).then(|| Relation {
        from: target.to_owned(),
        to: own,
        cardinality: Cardinality::OneToMany,
        via: key.to_string(),
    })
}
