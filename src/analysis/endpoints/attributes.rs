//! Route attributes that a repository makes itself (C#): classes that implement `IRouteTemplateProvider`, or derive from
//! `RouteAttribute` or `HttpGetAttribute`. Their template is a property or what they hand to their base's constructor.

use std::collections::BTreeMap;

use crate::codebase::Atom;

use crate::codebase::graph::Symbol;
use crate::codebase::outline::{Argument, CallValue, Definition, Outline, ReferenceKind, SymbolKind, Value, last_part};

use super::super::link::Names;
use super::evaluate::{self, At, UNKNOWN};

/// How many base classes are followed.
const BASES_MAX: usize = 8;

/// What an attribute of one's own states.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Stated {
    /// Its template; `None` where it has none of its own.
    pub(super) template: Option<String>,
    /// Its verbs.
    pub(super) methods: Vec<Atom>,
}

/// Reads the attribute that `call` constructs at a place; `None` if it is no route attribute of this repository.
pub(super) fn read(names: &Names<'_>, at: At, call: &CallValue) -> Option<Stated> {
    let resolver = names.resolver(at.file)?;
    let meaning = resolver.resolve_as(at.file, at.enclosing, &call.callee, ReferenceKind::Decorator)?;
    let mut class = meaning.symbol;
    let mut args: Vec<Argument> = call.args.iter().map(|arg| known(names, at, &BTreeMap::new(), arg)).collect();
    let mut stated = Stated::default();
    let mut is_route = false;
    for _ in 0..BASES_MAX {
        let Some(outline) = names.scope().facts.get(class.file as usize).map(|facts| &facts.outline) else { break };
        let Some(definition) = class.definition.and_then(|index| outline.definition(index)) else { break };
        let bound = bind(names, class, outline, definition, &args);
        let inside = At { file: class.file, enclosing: class.definition };
        stated.template = stated.template.or_else(|| template(names, inside, outline, &bound));
        if stated.methods.is_empty() {
            stated.methods = methods(outline, class);
        }
        is_route |= definition.bases.iter().any(|base| last_part(base) == "IRouteTemplateProvider");
        args = handed_on(names, inside, outline, &bound);
        let base = definition.bases.iter().find_map(|base| {
            let meaning = resolver.resolve_as(class.file, definition.parent, base, ReferenceKind::Inherit)?;
            (meaning.rest == 0).then_some(meaning.symbol)
        });
        let Some(base) = base else {
            is_route |= definition.bases.iter().any(|base| add_framework_base(&mut stated, base, &args));
            break;
        };
        class = base;
    }
    is_route.then_some(stated)
}

/// `RouteAttribute` and `HttpGetAttribute` take their template first.
fn add_framework_base(stated: &mut Stated, base: &str, args: &[Argument]) -> bool {
    let name = last_part(base).trim_end_matches("Attribute");
    let verb = name.strip_prefix("Http").filter(|verb| matches!(*verb, "Get" | "Post" | "Put" | "Delete" | "Patch"));
    if verb.is_none() && name != "Route" {
        return false;
    }
    if let Some(verb) = verb.filter(|_| stated.methods.is_empty()) {
        stated.methods.push(Atom::from(verb.to_uppercase()));
    }
    let first = args.first().and_then(|arg| arg.value.as_text()).map(str::to_owned);
    stated.template = stated.template.take().or(first);
    true
}

/// The texts that a constructor's parameters have.
fn bind(
    names: &Names<'_>,
    class: Symbol,
    outline: &Outline,
    definition: &Definition,
    args: &[Argument],
) -> BTreeMap<Atom, String> {
    let constructors = class.definition.into_iter().flat_map(|index| outline.children(index));
    let constructors = constructors.filter(|(_, it)| it.kind == SymbolKind::Constructor).map(|(_, it)| &it.parameters);
    let own = (!definition.parameters.is_empty()).then_some(&definition.parameters);
    let unnamed = args.iter().filter(|arg| arg.name.is_none()).count();
    let fitting = own.into_iter().chain(constructors).filter(|parameters| parameters.len() >= unnamed);
    let Some(parameters) = fitting.min_by_key(|parameters| parameters.len()) else { return BTreeMap::new() };
    let at = At { file: class.file, enclosing: class.definition };
    let mut bound = BTreeMap::new();
    for (position, parameter) in parameters.iter().enumerate() {
        let named = args.iter().find(|arg| arg.name.as_ref() == Some(&parameter.name));
        let given = named.or_else(|| args.iter().filter(|arg| arg.name.is_none()).nth(position)).map(|arg| &arg.value);
        if let Some(value) = given.or(parameter.default.as_ref()) {
            bound.insert(parameter.name.clone(), text(names, at, &BTreeMap::new(), value));
        }
    }
    bound
}

/// `Template => "x"`, or `Template = $"api/v{version}"` in a constructor.
fn template(names: &Names<'_>, at: At, outline: &Outline, bound: &BTreeMap<Atom, String>) -> Option<String> {
    let found = within(outline, at).find(|it| matches!(it.target.as_str(), "Template" | "this.Template"))?;
    (found.value != Value::Unknown).then(|| text(names, at, bound, &found.value))
}

fn methods(outline: &Outline, class: Symbol) -> Vec<Atom> {
    let at = At { file: class.file, enclosing: class.definition };
    let listed = within(outline, at).find(|it| it.target == "HttpMethods").map(|it| &it.value);
    let Some(Value::List(values)) = listed else { return Vec::new() };
    values.iter().filter_map(Value::as_text).map(|verb| Atom::from(verb.to_uppercase())).collect()
}

/// Assignments of a class and of its constructors.
fn within(outline: &Outline, class: At) -> impl Iterator<Item = &crate::codebase::outline::Assignment> {
    outline.assignments.iter().filter(move |it| {
        it.enclosing == class.enclosing
            || it.enclosing.and_then(|index| outline.definition(index)).is_some_and(|it| it.parent == class.enclosing)
    })
}

/// What a class hands to its base's constructor.
fn handed_on(names: &Names<'_>, at: At, outline: &Outline, bound: &BTreeMap<Atom, String>) -> Vec<Argument> {
    let call = outline.calls.iter().find(|call| {
        let inside = call.enclosing == at.enclosing
            || call.enclosing.and_then(|index| outline.definition(index)).is_some_and(|it| it.parent == at.enclosing);
        inside && call.value.callee == "base" && call.value.receiver.is_none()
    });
    call.map(|call| call.value.args.iter().map(|arg| known(names, at, bound, arg)).collect()).unwrap_or_default()
}

fn known(names: &Names<'_>, at: At, bound: &BTreeMap<Atom, String>, arg: &Argument) -> Argument {
    Argument { name: arg.name.clone(), value: Value::Text(Atom::from(text(names, at, bound, &arg.value))) }
}

fn text(names: &Names<'_>, at: At, bound: &BTreeMap<Atom, String>, value: &Value) -> String {
    match value {
        Value::Name(name) if bound.contains_key(name) => bound.get(name).cloned().unwrap_or_else(|| UNKNOWN.to_owned()),
        Value::Join(parts) => parts.iter().map(|part| text(names, at, bound, part)).collect(),
        value => evaluate::text(names, at, value),
    }
}
