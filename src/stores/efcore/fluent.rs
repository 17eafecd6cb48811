//! The fluent model: snapshots (`modelBuilder.Entity("Shop.Order", b => ..)`) and configuration in code, which speak
//! the same language of calls on an entity's builder.

use crate::codebase::Atom;

use crate::codebase::Lines;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation};
use crate::codebase::facts::Records;
use crate::codebase::outline::{Call, CallValue, Outline, Value, last_part};

/// How far a fluent chain is followed.
const LINKS_MAX: usize = 32;

/// Where calls on a builder of this name speak of this entity.
struct Block {
    entity: Atom,
    builder: Atom,
    lines: Lines,
    /// An owned type's block: its columns belong to the owner's table.
    owned: bool,
    line: u32,
}

/// Adds what the fluent calls of a file say.
pub(super) fn read(outline: &Outline, is_snapshot: bool, records: &mut Records) {
    let blocks = blocks(outline);
    let mut entities: Vec<Entity> = Vec::new();
    for call in &outline.calls {
        let Some((entity, line)) = spoken_of(&blocks, call) else { continue };
        let position = entities.iter().position(|it| it.name == entity.as_str());
        let index = position.unwrap_or_else(|| {
            entities.push(Entity { name: entity.to_string(), store: Atom::new(super::ID), line, ..Entity::default() });
            entities.len() - 1
        });
        if let Some(entity) = entities.get_mut(index) {
            add(entity, &call.value, is_snapshot, records);
        }
    }
    for entity in &mut entities {
        records.mentions.push((entity.name.clone(), None));
        if is_snapshot && entity.table.is_empty() {
            entity.table = entity.name.clone();
        }
    }
    // Configuration that names no table only makes its class an entity; its relations stand by themselves.
    entities.retain(|entity| !entity.table.is_empty() || !entity.fields.is_empty());
    records.entities.extend(entities);
}

fn blocks(outline: &Outline) -> Vec<Block> {
    let mut blocks = Vec::new();
    for definition in &outline.definitions {
        for parameter in &definition.parameters {
            let typed = parameter.type_name.as_deref().unwrap_or_default();
            if let Some(entity) = super::argument(typed, "EntityTypeBuilder") {
                let (entity, builder) = (Atom::new(entity), parameter.name.clone());
                blocks.push(Block { entity, builder, lines: definition.lines, owned: false, line: definition.line });
            }
        }
    }
    for call in &outline.calls {
        let owned = matches!(call.value.callee.as_str(), "OwnsOne" | "OwnsMany" | "ComplexProperty" | "UsingEntity");
        if !owned && call.value.callee != "Entity" {
            continue;
        }
        let builder = call.value.args.iter().find_map(|arg| {
            let function = arg.value.as_function()?;
            Some((function.lines, function.parameters.first()?.name.clone()))
        });
        if let Some(((lines, builder), entity)) = builder.zip(entity_of(&call.value).or(owned.then(Atom::default))) {
            blocks.push(Block { entity, builder, lines, owned, line: call.value.line });
        }
    }
    blocks
}

/// The entity that `Entity<Order>()` or `Entity("Shop.Order")` names.
fn entity_of(call: &CallValue) -> Option<Atom> {
    let typed = call.type_args.first().map(|name| Atom::new(last_part(name)));
    typed.or_else(|| call.positional(0).and_then(Value::as_text).map(|name| Atom::new(last_part(name))))
}

/// The entity on whose builder a call is made, and the line where that begins.
fn spoken_of(blocks: &[Block], call: &Call) -> Option<(Atom, u32)> {
    let chain = chain(&call.value);
    let first = chain.last()?;
    if first.callee == "Entity" && chain.len() > 1 {
        return Some((entity_of(first)?, first.line));
    }
    let builder = first.receiver.as_ref().and_then(Value::as_name)?;
    let inside = blocks.iter().filter(|block| block.builder == builder && block.lines.contains(call.value.line));
    let block = inside.min_by_key(|block| block.lines.last - block.lines.first)?;
    (!block.owned).then(|| (block.entity.clone(), block.line))
}

/// A call and those before it in its chain, the last made first.
fn chain(call: &CallValue) -> Vec<&CallValue> {
    let mut links = vec![call];
    while let Some(Value::Call(before)) = links.last().and_then(|link| link.receiver.as_ref()) {
        if links.len() >= LINKS_MAX {
            break;
        }
        links.push(before);
    }
    links
}

fn add(entity: &mut Entity, call: &CallValue, is_snapshot: bool, records: &mut Records) {
    match call.callee.as_str() {
        "ToTable" | "ToView" => {
            if let Some(table) = call.positional(0).and_then(Value::as_text) {
                table.clone_into(&mut entity.table);
            }
        }
        "Property" if is_snapshot => add_property(entity, call),
        "IsRequired" if is_snapshot => {
            let optional = call.positional(0) == Some(&Value::Bool(false));
            on_property(entity, call, |field| field.nullable = optional);
        }
        "HasKey" => set_keys(entity, &named(call), KeyKind::Primary, is_snapshot),
        "IsUnique" => {
            let index = chain(call).into_iter().find(|link| link.callee == "HasIndex").map(named).unwrap_or_default();
            match index.as_slice() {
                [] => {}
                [_] => set_keys(entity, &index, KeyKind::Unique, is_snapshot),
                _ => entity.unique.push(index),
            }
        }
        "HasForeignKey" => {
            // In snapshots of one-to-one relations the class that holds the key stands first: `("Shop.Lock", "BikeId")`.
            let qualified = call.positional(0).and_then(Value::as_text).is_some_and(|text| text.contains('.'));
            let keys = named(call).into_iter().skip(usize::from(qualified)).collect::<Vec<_>>();
            let found = relation(entity, call, &keys);
            // Said from the other side, the key is the other entity's.
            if found.as_ref().is_none_or(|relation| relation.to == entity.name) {
                set_keys(entity, &keys, KeyKind::Foreign, is_snapshot);
            }
            records.relations.extend(found);
        }
        _ => {}
    }
}

fn add_property(entity: &mut Entity, call: &CallValue) {
    let (Some(name), Some(typed)) = (call.positional(0).and_then(Value::as_text), call.type_args.first()) else {
        return;
    };
    if entity.fields.iter().any(|field| field.name == name) {
        return;
    }
    let plain = typed.trim_end_matches('?');
    let is_reference = matches!(plain, "string" | "byte[]" | "object") || plain.ends_with(']');
    entity.fields.push(Field {
        name: Atom::new(name),
        type_name: Atom::new(plain),
        nullable: typed.ends_with('?') || is_reference,
        ..Field::default()
    });
}

fn on_property(entity: &mut Entity, call: &CallValue, change: impl FnOnce(&mut Field)) {
    let links = chain(call);
    let Some(property) = links.into_iter().find(|link| link.callee == "Property") else { return };
    let name = property.positional(0).and_then(Value::as_text).unwrap_or_default();
    if let Some(field) = entity.fields.iter_mut().find(|field| field.name == name) {
        change(field);
    }
}

/// The properties that a call names: by text, `x => x.Id`, or `x => new { x.A, x.B }`.
fn named(call: &CallValue) -> Vec<Atom> {
    call.args.iter().filter(|arg| arg.name.is_none()).flat_map(|arg| property_names(&arg.value)).collect()
}

fn property_names(value: &Value) -> Vec<Atom> {
    match value {
        Value::Text(text) => vec![Atom::new(last_part(text))],
        Value::Name(name) => vec![Atom::new(last_part(name))],
        Value::Function(function) => match &function.returns {
            Some(Value::Name(name)) => vec![Atom::new(last_part(name))],
            Some(Value::Record(entries)) => entries.iter().map(|(name, _)| name.clone()).collect(),
            _ => Vec::new(),
        },
        Value::List(values) => values.iter().filter_map(Value::as_text).map(Atom::new).collect(),
        _ => Vec::new(),
    }
}

fn set_keys(entity: &mut Entity, names: &[Atom], key: KeyKind, is_snapshot: bool) {
    for name in names {
        match entity.fields.iter_mut().find(|field| field.name == *name) {
            // A primary key that is also foreign stays primary.
            Some(field)
                if field.key == KeyKind::Primary || (field.key == KeyKind::Foreign && key == KeyKind::Unique) => {}
            Some(field) => field.key = key,
            None if !is_snapshot => {
                entity.fields.push(Field { name: name.clone(), key, ..Field::default() });
            }
            None => {}
        }
    }
}

/// `HasOne("Brand").WithMany("Items").HasForeignKey("BrandId")`: the one side is what `HasOne` names.
fn relation(entity: &Entity, call: &CallValue, keys: &[Atom]) -> Option<Relation> {
    let links = chain(call);
    let find = |names: &[&str]| links.iter().copied().find(|link| names.contains(&link.callee.as_str()));
    let has = find(&["HasOne", "HasMany"])?;
    let with = find(&["WithMany", "WithOne"])?;
    let other =
        has.type_args.first().map(|name| Atom::new(last_part(name))).or_else(|| named(has).into_iter().next())?;
    let via = keys.first()?.to_string();
    let own = entity.name.clone();
    let (from, to, cardinality) = match (has.callee.as_str(), with.callee.as_str()) {
        ("HasOne", "WithMany") => (other.to_string(), own, Cardinality::OneToMany),
        ("HasMany", "WithOne") => (own, other.to_string(), Cardinality::OneToMany),
        ("HasOne", _) => {
            // `HasForeignKey<Child>(..)` or `HasForeignKey("Shop.Child", ..)` says which side holds the key.
            let qualified = call.positional(0).and_then(Value::as_text).filter(|text| text.contains('.'));
            let child = call.type_args.first().map(Atom::as_str).or(qualified).map(last_part);
            let child_is_other = child.is_some_and(|child| child == other);
            if child_is_other {
                (own, other.to_string(), Cardinality::OneToOne)
            } else {
                (other.to_string(), own, Cardinality::OneToOne)
            }
        }
        _ => return None,
    };
    Some(Relation { from, to, cardinality, via })
}

#[cfg(test)]
mod tests {
    use crate::codebase::entity::KeyKind;
    use crate::languages::{Language, csharp::CSharp};
    use crate::stores::{Store, efcore::EfCore};

    #[test]
    fn snapshots_give_tables_keys_and_relations() {
        let text = r#"class ShopModelSnapshot : ModelSnapshot { protected override void BuildModel(ModelBuilder modelBuilder) {
            modelBuilder.Entity("Shop.Bike", b => {
                b.Property<int>("Id").ValueGeneratedOnAdd();
                b.Property<string>("Frame").IsRequired();
                b.Property<string>("Note");
                b.Property<int?>("StationId");
                b.HasKey("Id");
                b.HasIndex("Frame").IsUnique();
                b.ToTable("Bikes", (string)null);
            });
            modelBuilder.Entity("Shop.Bike", b => {
                b.HasOne("Shop.Station", "Station").WithMany("Bikes").HasForeignKey("StationId");
                b.OwnsOne("Shop.Size", "Size", b1 => { b1.Property<int>("BikeId"); b1.HasKey("BikeId"); });
            });
        } }"#;
        let outline = CSharp.outline(&"ShopModelSnapshot.cs".into(), text);
        let records = EfCore.records(&"ShopModelSnapshot.cs".into(), &outline, text);
        let [bike] = records.entities.as_slice() else { panic!("{records:?}") };
        let fields: Vec<_> = bike.fields.iter().map(|it| (it.name.as_str(), it.nullable, it.key)).collect();
        let expected = [
            ("Id", false, KeyKind::Primary),
            ("Frame", false, KeyKind::Unique),
            ("Note", true, KeyKind::None),
            ("StationId", true, KeyKind::Foreign),
        ];
        assert_eq!((bike.table.as_str(), fields.as_slice()), ("Bikes", &expected[..]));
        let relation = &records.relations[0];
        assert_eq!(
            (relation.from.as_str(), relation.to.as_str(), relation.via.as_str()),
            ("Station", "Bike", "StationId")
        );
    }
}
