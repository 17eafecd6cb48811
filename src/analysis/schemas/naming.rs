//! Names for types that stay apart: `OrderDto`, `PagedOfOrderDto`, and where two share one, the longer name.

use std::collections::BTreeMap;

use crate::codebase::schema::{SchemaField, SchemaIndex, Schemas, Shape};
use crate::codebase::{Atom, RepoPath};

use super::{Collector, Found};

/// Settles names, and sorts by them.
pub(super) fn finish(collector: Collector<'_>, shapes: Vec<((RepoPath, Atom), Shape)>) -> Schemas {
    let names = settle(&collector);
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| names[*a].cmp(&names[*b]));
    let mut index_of: Vec<SchemaIndex> = vec![0; order.len()];
    for (new, old) in (0..).zip(&order) {
        index_of[*old] = new;
    }
    let mut list: Vec<_> = collector.list.into_iter().map(|found| Some(found.schema)).collect();
    let mut schemas = Schemas::default();
    for old in order {
        let Some(mut schema) = list[old].take() else { continue };
        schema.name.clone_from(&names[old]);
        renumber(&mut schema.shape, &index_of);
        schemas.list.push(schema);
    }
    for (key, mut shape) in shapes {
        renumber(&mut shape, &index_of);
        schemas.shapes.insert(key, shape);
    }
    schemas
}

fn renumber(shape: &mut Shape, index_of: &[SchemaIndex]) {
    match shape {
        Shape::Named(index) => *index = index_of.get(*index as usize).copied().unwrap_or(*index),
        Shape::List(inner) | Shape::Map(inner) | Shape::Nullable(inner) => renumber(inner, index_of),
        Shape::Either(all) | Shape::All(all) => all.iter_mut().for_each(|it| renumber(it, index_of)),
        Shape::Record(fields) => fields.iter_mut().for_each(|SchemaField { shape, .. }| renumber(shape, index_of)),
        _ => {}
    }
}

/// A name for each type that no other has: its own; else with those of the types around it; else with its folder's.
fn settle(collector: &Collector<'_>) -> Vec<String> {
    let list = &collector.list;
    let mut names: Vec<String> = list.iter().map(|found| full(found, list, &found.schema.name)).collect();
    let scope = collector.names.scope();
    let longer = |found: &Found| {
        let outline = &scope.facts[found.symbol.file as usize].outline;
        found.symbol.definition.map_or_else(String::new, |index| outline.dotted_name(index))
    };
    let placed = |found: &Found| {
        let path = &scope.files[found.symbol.file as usize].path;
        let folder = path.as_str().trim_end_matches(path.extension()).replace(|c: char| !c.is_alphanumeric(), ".");
        format!("{}.{}", folder.trim_matches('.'), longer(found))
    };
    for attempt in [&longer as &dyn Fn(&Found) -> String, &placed] {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for name in &names {
            *uses.entry(name.clone()).or_default() += 1;
        }
        for (found, name) in list.iter().zip(&mut names) {
            if uses[name.as_str()] > 1 {
                *name = full(found, list, &attempt(found));
            }
        }
    }
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for name in &mut names {
        let uses = taken.entry(name.clone()).or_default();
        *uses += 1;
        if *uses > 1 {
            *name = format!("{name}.{uses}");
        }
    }
    names
}

/// A name with its arguments: `PagedOfOrder`; only letters that every reader of OpenAPI takes.
fn full(found: &Found, list: &[Found], own: &str) -> String {
    let arguments: Vec<String> = found.arguments.iter().map(|it| spoken(it, list, 0)).collect();
    let name = if arguments.is_empty() { own.to_owned() } else { format!("{own}Of{}", arguments.join("And")) };
    name.replace(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)), "_")
}

fn spoken(shape: &Shape, list: &[Found], depth: usize) -> String {
    let inner = |shape: &Shape| spoken(shape, list, depth + 1);
    match shape {
        _ if depth > 4 => "Any".to_owned(),
        Shape::Named(index) => list.get(*index as usize).map_or_else(String::new, |found| {
            let arguments: Vec<String> = found.arguments.iter().map(inner).collect();
            if arguments.is_empty() {
                found.schema.name.clone()
            } else {
                format!("{}Of{}", found.schema.name, arguments.join("And"))
            }
        }),
        Shape::List(of) => format!("ListOf{}", inner(of)),
        Shape::Map(of) => format!("MapOf{}", inner(of)),
        Shape::Nullable(of) => format!("Optional{}", inner(of)),
        Shape::Text(_) | Shape::Literals(_) => "Text".to_owned(),
        Shape::Whole(_) | Shape::Number => "Number".to_owned(),
        Shape::Flag => "Flag".to_owned(),
        Shape::Binary => "File".to_owned(),
        Shape::Nothing => "Nothing".to_owned(),
        Shape::Any | Shape::Either(_) | Shape::All(_) | Shape::Record(_) => "Any".to_owned(),
    }
}
