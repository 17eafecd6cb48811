//! Classes that may be entities: their properties as EF Core would map them by convention and attributes.

use crate::codebase::Atom;

use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation, Ruling};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, positional};
use crate::stores::Store;

use super::null_marks::NullMarks;

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
pub(super) fn read(outline: &Outline, marks: &NullMarks, records: &mut Records) {
    for (index, class) in (0..).zip(&outline.definitions) {
        let is_stored = class.kind == SymbolKind::Class
            && !class.has_modifier("static")
            && class.decorator("NotMapped").is_none()
            && !class.bases.iter().any(|base| UNSTORED.iter().any(|end| last_part(base).ends_with(end)));
        if is_stored {
            candidate(outline, index, class, marks, records);
        }
    }
}

fn candidate(outline: &Outline, index: DefinitionIndex, class: &Definition, marks: &NullMarks, records: &mut Records) {
    let properties: Vec<&Definition> = outline.children(index).map(|(_, it)| it).filter(|it| is_mapped(it)).collect();
    let mut fields = super::identity::columns(&class.bases);
    fields.extend(properties.iter().filter(|it| element(it).is_none()).map(|it| field(it)));
    mark_primary(class, &properties, &mut fields);
    for property in &properties {
        let field = fields.iter_mut().find(|it| it.name == property.name);
        match (marks.at(property.line), field) {
            (Some(false), Some(it)) => it.nullable |= super::EfCore.is_reference(&it.type_name),
            (None, Some(_)) => records.unmarked = true,
            _ => {}
        }
    }
    let always: Vec<Atom> = filled(&properties).chain(super::identity::filled(&class.bases)).collect();
    for field in fields.iter_mut().filter(|it| always.contains(&it.name)) {
        field.nullable = false;
    }
    let ruled = always.into_iter().map(|name| Ruling::Nullable(class.name.to_string(), name, false));
    // Configuration is heard after attributes.
    records.rulings.splice(0..0, ruled);
    let inverse = properties.iter().filter_map(|it| {
        let back = positional(&it.decorator("InverseProperty")?.args, 0)?.as_text()?;
        Some(Ruling::Inverse(class.name.to_string(), it.name.clone(), Atom::new(last_part(back))))
    });
    records.rulings.extend(inverse);
    for property in &properties {
        records.relations.extend(relation(class, property, &properties));
    }
    let table = class.decorator("Table").and_then(|table| positional(&table.args, 0)).and_then(Value::as_text);
    let is_bare = fields.is_empty();
    let entity = Entity {
        name: class.name.to_string(),
        table: table.unwrap_or_default().to_owned(),
        store: Atom::new(super::ID),
        line: class.line,
        fields,
        doc: class.doc.clone(),
        ..Entity::default()
    };
    if !is_bare {
        records.entities.push(entity);
    } else if class.bases.iter().any(|base| !is_interface(base)) {
        records.derived.push(entity);
    }
}

fn is_interface(name: &str) -> bool {
    let mut letters = last_part(name.split('<').next().unwrap_or(name)).chars();
    letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
}

/// Attributes say the key, else it is `Id`, else `OrderId` of `Order`.
fn mark_primary(class: &Definition, properties: &[&Definition], fields: &mut [Field]) {
    let stated = class.decorator("PrimaryKey").into_iter().flat_map(|it| &it.args).filter_map(|it| it.value.as_text());
    let mut names: Vec<Atom> = stated.map(Atom::new).collect();
    if names.is_empty() {
        names.extend(properties.iter().filter(|it| it.decorator("Key").is_some()).map(|it| it.name.clone()));
    }
    for name in ["Id".to_owned(), format!("{}Id", class.name)] {
        if names.is_empty() {
            names.extend(fields.iter().find(|it| it.name.eq_ignore_ascii_case(&name)).map(|it| it.name.clone()));
        }
    }
    for field in fields.iter_mut().filter(|it| names.contains(&it.name)) {
        field.key = KeyKind::Primary;
    }
}

/// Properties that are never empty, and the keys of those that lead elsewhere.
fn filled<'p>(properties: &'p [&Definition]) -> impl Iterator<Item = Atom> + 'p {
    let required = properties.iter().filter(|it| it.decorator("Required").is_some() || it.decorator("Key").is_some());
    required.flat_map(|it| [Some(it.name.clone()), key_of(it, properties)]).flatten()
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

fn field(property: &Definition) -> Field {
    let typed = property.type_name.as_deref().unwrap_or_default();
    let is_foreign = property.decorator("ForeignKey").is_some_and(|_| SCALARS.contains(&bare(typed)));
    let column = property.decorator("Column").and_then(|it| positional(&it.args, 0)).and_then(Value::as_text);
    Field {
        name: property.name.clone(),
        type_name: Atom::new(typed.trim_end_matches('?')),
        nullable: typed.ends_with('?') && property.decorator("Required").is_none(),
        key: if is_foreign { KeyKind::Foreign } else { KeyKind::None },
        column: column.map(Atom::new).filter(|column| *column != property.name),
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

/// Where a property leads, by its key, or by its own name where no key shows.
fn relation(class: &Definition, property: &Definition, all: &[&Definition]) -> Option<Relation> {
    let own = class.name.to_string();
    if let Some(held) = element(property) {
        let via = property.name.to_string();
        return Some(Relation { from: own, to: held.to_owned(), cardinality: Cardinality::OneToMany, via });
    }
    if !is_navigation(property) {
        return None;
    }
    let target = bare(property.type_name.as_deref()?);
    let via = key_of(property, all).unwrap_or_else(|| property.name.clone()).to_string();
    Some(Relation { from: target.to_owned(), to: own, cardinality: Cardinality::OneToMany, via })
}

/// The key that keeps where a property leads.
fn key_of(property: &Definition, all: &[&Definition]) -> Option<Atom> {
    if !is_navigation(property) {
        return None;
    }
    let stated = |it: &Definition| {
        it.decorator("ForeignKey").and_then(|it| positional(&it.args, 0)).and_then(Value::as_text).map(Atom::new)
    };
    let leads_here = |key: &&&Definition| {
        let by_name = || navigation_of(key, all).is_some_and(|navigation| navigation.name == property.name);
        stated(key).is_some_and(|navigation| navigation == property.name) || by_name()
    };
    stated(property).or_else(|| all.iter().find(leads_here).map(|key| key.name.clone()))
}
