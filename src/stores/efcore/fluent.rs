//! The fluent model: snapshots (`modelBuilder.Entity("Shop.Order", b => ..)`) and configuration in code, which speak
//! the same language of calls on an entity's builder.

use crate::codebase::Atom;

use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation, Ruling};
use crate::codebase::facts::Records;
use crate::codebase::outline::{CallValue, Outline, Value, last_part};

use super::builders::{Builders, chain};
use super::joins;
use super::snapshots::{self, Told};

/// Adds what the fluent calls of a file say.
pub(super) fn read(outline: &Outline, is_snapshot: bool, records: &mut Records) {
    let builders = Builders::of(outline);
    let mut told: Vec<Told> = Vec::new();
    for call in &outline.calls {
        if call.value.callee == "Ignore" && is_on_model(&builders, &call.value) {
            let types = call.value.type_args.iter().map(|it| last_part(it).to_owned());
            records.rulings.extend(types.map(Ruling::Unstored));
            continue;
        }
        let Some(subject) = builders.subject(call) else { continue };
        if call.value.callee == "UsingEntity" && !is_snapshot {
            joins::read(outline, &call.value, &subject.entity, records);
            continue;
        }
        let index = told.iter().position(|it| it.entity.name == subject.entity.as_str()).unwrap_or_else(|| {
            let (name, store) = (subject.entity.to_string(), Atom::new(super::ID));
            let entity = Entity { name, store, line: subject.line, ..Entity::default() };
            told.push(Told { entity, class: subject.class, ..Told::default() });
            told.len() - 1
        });
        if let Some(told) = told.get_mut(index) {
            add(told, &call.value, is_snapshot, records);
        }
    }
    if is_snapshot {
        snapshots::settle(&mut told, &mut records.relations);
    }
    told.retain(|it| !it.entity.name.contains('.'));
    for Told { mut entity, .. } in told {
        records.mentions.push((entity.name.clone(), None));
        if is_snapshot && entity.table.is_empty() {
            entity.table.clone_from(&entity.name);
        }
        // Configuration that says nothing else only makes its class an entity; its relations stand by themselves.
        if !entity.table.is_empty() || !entity.fields.is_empty() || !entity.unique.is_empty() {
            records.entities.push(entity);
        }
    }
}

fn is_on_model(builders: &Builders, call: &CallValue) -> bool {
    let links = chain(call);
    let receiver = links.last().and_then(|first| first.receiver.as_ref()).and_then(Value::as_name);
    links.iter().all(|link| link.callee == "Ignore") && receiver.is_some_and(|it| builders.is_model(it))
}

fn add(told: &mut Told, call: &CallValue, is_snapshot: bool, records: &mut Records) {
    let entity = &mut told.entity;
    match call.callee.as_str() {
        "ToJson" => told.is_json = true,
        "HasBaseType" => {
            told.base = call.positional(0).and_then(Value::as_text).map(|base| Atom::new(last_part(base)));
        }
        "ToTable" | "ToView" => {
            if let Some(table) = call.positional(0).and_then(Value::as_text) {
                table.clone_into(&mut entity.table);
            }
        }
        "Property" | "PrimitiveCollection" => add_property(entity, call, is_snapshot),
        "HasColumnName" => {
            let column = call.positional(0).and_then(Value::as_text).map(Atom::new);
            // Without a name of its own, the column of a part is called after its navigation too.
            let is_part = entity.name.contains('.');
            on_property(entity, call, |field| field.column = column.filter(|it| is_part || *it != field.name));
        }
        "IsRequired" if is_snapshot => {
            let optional = is_optional(call);
            on_property(entity, call, |field| field.nullable = optional);
        }
        "Ignore" => {
            let unkept = named(call).into_iter().map(|name| Ruling::Unkept(entity.name.clone(), name));
            records.rulings.extend(unkept);
        }
        "UseTptMappingStrategy" => records.rulings.push(Ruling::TablePerType(entity.name.clone())),
        "UseTpcMappingStrategy" => records.rulings.push(Ruling::TablePerConcreteType(entity.name.clone())),
        "HasDiscriminator" if !is_snapshot => add_discriminator(entity, call, records),
        "IsRequired" => {
            let optional = is_optional(call);
            for (record, name) in required(entity, call) {
                records.rulings.push(Ruling::Nullable(record, name, optional));
            }
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
            let keys = foreign_keys(call);
            if chain(call).iter().any(|link| link.callee == "WithOwner") {
                told.owner_key.clone_from(&keys);
            }
            let found = relation(entity, call, &keys);
            // Said from the other side, the key is the other entity's.
            if found.as_ref().is_none_or(|relation| relation.to == entity.name) {
                set_keys(entity, &keys, KeyKind::Foreign, is_snapshot);
            }
            let required = chain(call).into_iter().find(|link| link.callee == "IsRequired");
            if let Some((required, relation)) = required.zip(found.as_ref()).filter(|_| !is_snapshot) {
                let optional = is_optional(required);
                let ruled = keys.iter().map(|key| Ruling::Nullable(relation.to.clone(), key.clone(), optional));
                records.rulings.extend(ruled);
            }
            records.relations.extend(found);
        }
        _ => {}
    }
}

fn add_discriminator(entity: &mut Entity, call: &CallValue, records: &mut Records) {
    let Some(name) = named(call).into_iter().next() else { return };
    add_property(entity, call, false);
    records.rulings.push(Ruling::Nullable(entity.name.clone(), name, false));
    records.rulings.push(Ruling::Discriminated(entity.name.clone()));
}

fn is_optional(required: &CallValue) -> bool {
    required.positional(0) == Some(&Value::Bool(false))
}

/// The fields that `IsRequired` speaks of, each with its record: a property, a navigation, the key of a relation.
fn required(entity: &Entity, call: &CallValue) -> Vec<(String, Atom)> {
    let links = chain(call);
    let find = |names: &[&str]| links.iter().copied().find(|link| names.contains(&link.callee.as_str()));
    if let Some(keys) = find(&["HasForeignKey"]) {
        let keys_named = foreign_keys(keys);
        let relation = relation(entity, keys, &keys_named);
        return relation
            .into_iter()
            .flat_map(|it| keys_named.iter().map(move |key| (it.to.clone(), key.clone())))
            .collect();
    }
    let own = find(&["Property", "PrimitiveCollection", "ComplexProperty", "Navigation", "HasOne"]);
    own.into_iter().flat_map(named).map(|name| (entity.name.clone(), name)).collect()
}

/// The fields that `HasForeignKey` names.
fn foreign_keys(call: &CallValue) -> Vec<Atom> {
    // In snapshots of one-to-one relations the class that holds the key stands first: `("Shop.Lock", "BikeId")`.
    let qualified = call.positional(0).and_then(Value::as_text).is_some_and(|text| text.contains('.'));
    named(call).into_iter().skip(usize::from(qualified)).collect()
}

/// Of code, only what the class may not show: shadow properties, fields without a property, names of columns.
fn add_property(entity: &mut Entity, call: &CallValue, is_snapshot: bool) {
    let Some(name) = named(call).into_iter().next() else { return };
    let typed = call.type_args.first();
    if (typed.is_none() && is_snapshot) || entity.fields.iter().any(|field| field.name == name) {
        return;
    }
    let typed = typed.map(Atom::as_str).unwrap_or_default();
    let plain = typed.trim_end_matches('?');
    let is_reference = matches!(plain, "string" | "byte[]" | "object") || plain.ends_with(']');
    let nullable = typed.ends_with('?') || is_reference;
    entity.fields.push(Field { name, type_name: Atom::new(plain), nullable, ..Field::default() });
}

fn on_property(entity: &mut Entity, call: &CallValue, change: impl FnOnce(&mut Field)) {
    let links = chain(call);
    let Some(property) =
        links.into_iter().find(|link| matches!(link.callee.as_str(), "Property" | "PrimitiveCollection"))
    else {
        return;
    };
    let name = named(property).into_iter().next();
    if let Some(field) = entity.fields.iter_mut().find(|field| Some(&field.name) == name.as_ref()) {
        change(field);
    }
}

/// The properties that a call names: by text, `x => x.Id`, or `x => new { x.A, x.B }`.
pub(super) fn named(call: &CallValue) -> Vec<Atom> {
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
            Some(field) => {
                field.key = key;
                field.nullable &= key != KeyKind::Primary;
            }
            None if !is_snapshot => {
                entity.fields.push(Field { name: name.clone(), key, ..Field::default() });
            }
            None => {}
        }
    }
}

/// What `HasOne("Shop.Brand", "Brand")` or `HasOne(item => item.Brand)` names: the latter as `Item.Brand`, whose type
/// only the class can tell.
fn other_end(entity: &Entity, has: &CallValue) -> Option<Atom> {
    let name = named(has).into_iter().next()?;
    let is_navigation = has.positional(0).is_some_and(|it| it.as_function().is_some());
    Some(if is_navigation { Atom::from(format!("{}.{name}", entity.name)) } else { name })
}

/// `HasOne("Brand").WithMany("Items").HasForeignKey("BrandId")`: the one side is what `HasOne` names.
fn relation(entity: &Entity, call: &CallValue, keys: &[Atom]) -> Option<Relation> {
    let links = chain(call);
    let find = |names: &[&str]| links.iter().copied().find(|link| names.contains(&link.callee.as_str()));
    let has = find(&["HasOne", "HasMany"])?;
    let with = find(&["WithMany", "WithOne"])?;
    let other = has.type_args.first().map(|name| Atom::new(last_part(name))).or_else(|| other_end(entity, has))?;
    let via = keys.first()?.to_string();
    let own = entity.name.clone();
    let (from, to, cardinality) = match (has.callee.as_str(), with.callee.as_str()) {
        ("HasOne", "WithMany") => (other.to_string(), own, Cardinality::OneToMany),
        ("HasMany", "WithOne") => (own, other.to_string(), Cardinality::OneToMany),
        ("HasOne", _) => {
            // `HasForeignKey<Child>(..)` or `HasForeignKey("Shop.Child", ..)` says which side holds the key.
            let qualified = call.positional(0).and_then(Value::as_text).filter(|text| text.contains('.'));
            let child = call.type_args.first().map(Atom::as_str).or(qualified).map(last_part);
            let child_is_other = child.is_some_and(|child| child == other || child != entity.name);
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

    #[test]
    fn snapshots_fold_heirs_and_owned_types_into_their_table() {
        let text = r#"class ShopModelSnapshot : ModelSnapshot { protected override void BuildModel(ModelBuilder modelBuilder) {
            modelBuilder.Entity("Shop.Vehicle", b => {
                b.Property<int>("Id");
                b.HasKey("Id");
                b.ToTable("Vehicles");
            });
            modelBuilder.Entity("Shop.Tram", b => {
                b.HasBaseType("Shop.Vehicle");
                b.Property<int>("LineId");
            });
            modelBuilder.Entity("Shop.Tram", b => {
                b.HasOne("Shop.Line", "Line").WithMany().HasForeignKey("LineId");
            });
            modelBuilder.Entity("Shop.Vehicle", b => {
                b.OwnsOne("Shop.Size", "Size", b1 => {
                    b1.Property<int>("VehicleId");
                    b1.Property<int>("Length");
                    b1.HasKey("VehicleId");
                    b1.ToTable("Vehicles");
                    b1.OwnsOne("Shop.Load", "Load", b2 => {
                        b2.Property<int>("Seats").HasColumnName("Seats");
                        b2.Property<int>("Tons");
                    });
                });
                b.OwnsMany("Shop.Check", "Checks", b1 => {
                    b1.Property<int>("VehicleId");
                    b1.Property<int>("Id");
                    b1.HasKey("VehicleId", "Id");
                    b1.ToTable("Checks");
                    b1.WithOwner().HasForeignKey("VehicleId");
                });
            });
        } }"#;
        let outline = CSharp.outline(&"ShopModelSnapshot.cs".into(), text);
        let records = EfCore.records(&"ShopModelSnapshot.cs".into(), &outline, text);
        let shown = |it: &crate::codebase::Entity| {
            let fields: Vec<&str> =
                it.fields.iter().map(|it| it.column.as_ref().unwrap_or(&it.name).as_str()).collect();
            format!("{} {}: {}", it.name, it.table, fields.join(" "))
        };
        let found: Vec<String> = records.entities.iter().map(shown).collect();
        assert_eq!(
            found,
            ["Vehicle Vehicles: Id Size_Length Seats Size_Load_Tons LineId", "Check Checks: VehicleId Id"]
        );
        let ends: Vec<_> =
            records.relations.iter().map(|it| (it.from.as_str(), it.to.as_str(), it.via.as_str())).collect();
        assert_eq!(ends, [("Line", "Vehicle", "LineId"), ("Vehicle", "Check", "VehicleId")]);
    }

    #[test]
    fn other_builders_than_the_models_say_nothing() {
        let text = "class Mapping { void Map() { Mapper.Entity<Tram>(\"Trams\").HasKey(it => it.Id); } }";
        let outline = CSharp.outline(&"Mapping.cs".into(), text);
        let records = EfCore.records(&"Mapping.cs".into(), &outline, text);
        assert!(records.entities.is_empty() && records.mentions.is_empty(), "{records:?}");
    }
}
