//! A small evaluator of constants: what a value says without running anything.
//!
//! Text, concatenation, constants of this and other files, enum members, class attributes, settings' defaults,
//! environment reads with a default. What cannot be evaluated stands as `{?}`.

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Assignment, CallValue, DefinitionIndex, Value, positional};

use super::{endpoints, link::Names};

/// Stands for a part that is made at run time.
pub(super) const UNKNOWN: &str = "{?}";

/// How far constants are followed: deeper chains are no constants in practice, and cycles end here.
const DEPTH_MAX: usize = 8;

/// A place from which names are understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct At {
    pub(super) file: FileIndex,
    pub(super) enclosing: Option<DefinitionIndex>,
}

impl At {
    /// Within a definition.
    pub(super) fn of(symbol: Symbol) -> Self {
        Self { file: symbol.file, enclosing: symbol.definition }
    }
}

/// The text of a value, with [`UNKNOWN`] for parts that cannot be known.
pub(super) fn text(names: &Names<'_>, at: At, value: &Value) -> String {
    evaluate(names, at, value, 0).unwrap_or_else(|| UNKNOWN.to_owned())
}

fn evaluate(names: &Names<'_>, at: At, value: &Value, depth: usize) -> Option<String> {
    if depth > DEPTH_MAX {
        return None;
    }
    match value {
        Value::Text(text) | Value::Number(text) => Some(text.to_string()),
        Value::Null => Some(String::new()),
        Value::Join(parts) => {
            let part = |part| evaluate(names, at, part, depth + 1).unwrap_or_else(|| UNKNOWN.to_owned());
            Some(parts.iter().map(part).collect())
        }
        Value::Choice(values) => values.iter().rev().find_map(|value| evaluate(names, at, value, depth + 1)),
        Value::Name(name) => {
            let (at, value) = constant(names, at, name)?;
            evaluate(names, at, value, depth + 1)
        }
        Value::Call(call) if call.is_new => endpoints::template(names, at, call),
        Value::Call(call) => evaluate(names, at, passed_through(call)?, depth + 1),
        _ => None,
    }
}

/// The argument or receiver that a call gives back, if it is one that reads the environment with a default or only
/// tidies text.
fn passed_through(call: &CallValue) -> Option<&Value> {
    match call.callee.as_str() {
        "str" | "String" => call.positional(0),
        "getenv" | "get" | "env" | "config" => positional(&call.args, 1).or_else(|| call.named("default")),
        "getattr" => positional(&call.args, 2),
        "strip" | "lstrip" | "rstrip" | "lower" | "trim" | "trimEnd" | "toLowerCase" => call.receiver.as_ref(),
        callee if callee.contains("slash") && call.args.len() == 1 => call.positional(0),
        _ => None,
    }
}

/// The value that a dotted name was given, and the place from which that value is understood.
pub(super) fn constant<'a>(names: &Names<'a>, at: At, name: &str) -> Option<(At, &'a Value)> {
    if let Some(found) = assigned(names, at, name) {
        return Some((At { file: at.file, enclosing: found.enclosing }, &found.value));
    }
    if let Some((holder, member)) = name.rsplit_once('.') {
        // A key of an object literal, or a field of the class that the holder is an instance of.
        if let Some((place, value)) = assigned_through(names, at, holder) {
            if let Some(value) = value.key(member) {
                return Some((place, value));
            }
            if let Some(class) = class_of(names, place, value) {
                return member_of(names, class, member);
            }
        }
    }
    let resolver = names.resolver(at.file)?;
    let meaning = resolver.resolve(at.file, at.enclosing, name)?;
    let mut parts = name.rsplit('.').take(meaning.rest).collect::<Vec<_>>();
    parts.reverse();
    let (mut place, mut value) = given(names, meaning.symbol)?;
    for part in parts {
        if let Some(inner) = value.key(part) {
            value = inner;
            continue;
        }
        let class = class_of(names, place, value)?;
        (place, value) = member_of(names, class, part)?;
    }
    Some((place, value))
}

fn assigned_through<'a>(names: &Names<'a>, at: At, name: &str) -> Option<(At, &'a Value)> {
    let found = assigned(names, at, name)?;
    Some((At { file: at.file, enclosing: found.enclosing }, &found.value))
}

/// The assignment to this very name that holds at a place: innermost scope first, the last unconditional one.
pub(super) fn assigned<'a>(names: &Names<'a>, at: At, name: &str) -> Option<&'a Assignment> {
    let outline = &names.scope().facts.get(at.file as usize)?.outline;
    let mut scope = at.enclosing;
    loop {
        let here = |it: &&Assignment| it.target == name && it.enclosing == scope;
        let found = outline.assignments.iter().rev().filter(here).min_by_key(|it| it.conditional);
        if found.is_some() {
            return found;
        }
        let index = scope?;
        scope = outline.definition(index)?.parent.filter(|parent| *parent < index);
        // `this.x` and `self.x` are given a value in another method of the same class.
        let (Some(class), Some(_)) = (scope, name.strip_prefix("this.").or_else(|| name.strip_prefix("self."))) else {
            continue;
        };
        let in_class = |it: &&Assignment| {
            it.target == name
                && it.enclosing.is_some_and(|index| {
                    index == class
                        || outline.definition(index).is_some_and(|definition| definition.parent == Some(class))
                })
        };
        if let Some(found) = outline.assignments.iter().find(in_class) {
            return Some(found);
        }
        let field = name.split_once('.').map_or(name, |(_, field)| field);
        let is_field = |it: &&Assignment| it.target == field && it.enclosing == Some(class);
        if let Some(found) = outline.assignments.iter().find(is_field) {
            return Some(found);
        }
    }
}

/// The value given to a variable, field or enum member where it is defined.
fn given<'a>(names: &Names<'a>, symbol: Symbol) -> Option<(At, &'a Value)> {
    let outline = &names.scope().facts.get(symbol.file as usize)?.outline;
    let definition = outline.definition(symbol.definition?)?;
    let is_it = |it: &&Assignment| {
        it.enclosing == definition.parent && it.target.rsplit('.').next() == Some(definition.name.as_str())
    };
    let found = outline.assignments.iter().rev().filter(is_it).min_by_key(|it| it.conditional)?;
    Some((At { file: symbol.file, enclosing: definition.parent }, &found.value))
}

/// The class that a value is an instance of, or names.
pub(super) fn class_of(names: &Names<'_>, at: At, value: &Value) -> Option<Symbol> {
    let name = match value {
        Value::Call(call) => call.path()?,
        Value::Name(name) => name.clone(),
        _ => return None,
    };
    let meaning = names.resolver(at.file)?.resolve(at.file, at.enclosing, &name)?;
    let outline = &names.scope().facts.get(meaning.symbol.file as usize)?.outline;
    let definition = outline.definition(meaning.symbol.definition?)?;
    if definition.kind.is_type() && meaning.rest == 0 {
        return Some(meaning.symbol);
    }
    if definition.kind == crate::codebase::outline::SymbolKind::Constructor {
        return Some(Symbol { file: meaning.symbol.file, definition: definition.parent });
    }
    // A factory: the type that it says it returns.
    let returned = definition.type_name.as_deref()?;
    let place = At { file: meaning.symbol.file, enclosing: meaning.symbol.definition };
    let meaning = names.resolver(place.file)?.resolve(place.file, place.enclosing, returned)?;
    Some(meaning.symbol)
}

fn member_of<'a>(names: &Names<'a>, class: Symbol, member: &str) -> Option<(At, &'a Value)> {
    let outline = &names.scope().facts.get(class.file as usize)?.outline;
    let found = outline.assignments.iter().rev().find(|it| it.enclosing == class.definition && it.target == member)?;
    Some((At { file: class.file, enclosing: class.definition }, &found.value))
}
