//! Tables that join two entities: `HasMany(..).WithMany(..).UsingEntity(..)`.

use crate::codebase::Atom;
use crate::codebase::entity::{Cardinality, Entity, Field, KeyKind, Relation, Ruling};
use crate::codebase::facts::Records;
use crate::codebase::outline::{CallValue, FunctionValue, Outline, Value, last_part};

use super::builders::chain;
use super::fluent::named;

/// One side: what its rows are, the property that leads to them, the field of the table that does.
struct Side {
    record: String,
    navigation: Option<Atom>,
    key: Option<Atom>,
}

/// Adds the table and its relations to both sides.
pub(super) fn read(outline: &Outline, call: &CallValue, owner: &Atom, records: &mut Records) {
    let links = chain(call);
    let find = |name: &str| links.iter().copied().find(|link| link.callee == name);
    let Some((has, with)) = find("HasMany").zip(find("WithMany")) else { return };
    let (there, back) = (named(has).into_iter().next(), named(with).into_iter().next());
    let typed = has.type_args.first().map(|name| last_part(name).to_owned());
    let Some(other) = typed.or_else(|| there.as_ref().map(|name| format!("{owner}.{name}"))) else { return };
    let class = call.type_args.first().map(|name| last_part(name)).filter(|name| !name.starts_with("Dictionary<"));
    let told = told(outline, call);
    let stated = call.positional(0).and_then(Value::as_text);
    let Some(name) = class.or(stated).or(told.table.as_deref()).map(str::to_owned) else { return };

    let [first, second] = told.keys;
    let sides = [
        Side { record: owner.to_string(), navigation: back.clone(), key: second },
        Side { record: other.clone(), navigation: there.clone(), key: first },
    ];
    let ways = [(owner.to_string(), there), (other, back)];
    let led = ways.into_iter().filter_map(|(record, way)| Some(Ruling::JoinTable(record, way?)));
    records.rulings.extend(led);
    let mut entity = Entity { name: name.clone(), store: Atom::new(super::ID), line: call.line, ..Entity::default() };
    if class.is_some() {
        entity.table = told.table.unwrap_or_default();
        records.mentions.push((name.clone(), None));
    } else {
        entity.table = told.table.unwrap_or_else(|| name.clone());
    }
    for side in sides {
        let by_convention = || {
            let start = side.navigation.as_deref().unwrap_or(last_part(&side.record));
            Atom::from(format!("{start}Id"))
        };
        let key = side.key.or_else(|| class.is_none().then(by_convention));
        let via = key.as_ref().map(Atom::to_string).unwrap_or_default();
        let fields = key.into_iter().filter(|_| class.is_none());
        entity.fields.extend(fields.map(|name| Field { name, key: KeyKind::Primary, ..Field::default() }));
        let (from, to) = (side.record, name.clone());
        records.relations.push(Relation { from, to, cardinality: Cardinality::OneToMany, via });
    }
    if !entity.table.is_empty() {
        records.entities.push(entity);
    }
}

/// What the functions say that are passed to the call.
#[derive(Default)]
struct Told {
    table: Option<String>,
    /// Keys to the other side and to the one that the call is made on, in this order.
    keys: [Option<Atom>; 2],
}

fn told(outline: &Outline, call: &CallValue) -> Told {
    let functions: Vec<&FunctionValue> = call.args.iter().filter_map(|arg| arg.value.as_function()).collect();
    let mut told = Told::default();
    for inner in outline.calls.iter().map(|it| &it.value) {
        let within = |it: &&FunctionValue| {
            let root = chain(inner).last().and_then(|first| first.receiver.as_ref()).and_then(Value::as_name);
            it.lines.contains(inner.line) && it.parameters.first().is_some_and(|own| Some(own.name.as_str()) == root)
        };
        let Some(at) = functions.iter().position(within) else { continue };
        match inner.callee.as_str() {
            "ToTable" => told.table = inner.positional(0).and_then(Value::as_text).map(str::to_owned),
            "HasForeignKey" => {
                let key = named(inner).into_iter().next();
                if let Some(own) = told.keys.get_mut(at) {
                    *own = key;
                }
            }
            _ => {}
        }
    }
    told
}
