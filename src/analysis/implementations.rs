//! What a call of an interface's member runs: its one implementation, or the one that dependency injection gives.
//!
//! The call itself stays an edge to the interface's member; the edge to what implements it is one more, marked as
//! [`Basis::Implementation`]. Where several classes implement the interface and none is registered, nothing is said.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::codebase::Role;
use crate::codebase::graph::{Basis, Dependency, DependencyKind, Symbol};
use crate::codebase::outline::{CallValue, Definition, DefinitionIndex, SymbolKind, Value, last_part};
use crate::languages::Scope;

/// How many interfaces and classes lie between a called interface and what implements it.
const DERIVATIONS_MAX: usize = 8;

/// Edges to the implementations of called members of interfaces.
pub(super) fn of_calls(scope: Scope<'_>, dependencies: &[Dependency]) -> Vec<Dependency> {
    let mut derived: BTreeMap<Symbol, Vec<Symbol>> = BTreeMap::new();
    for it in dependencies.iter().filter(|it| it.kind == DependencyKind::Inherit) {
        derived.entry(it.to).or_default().push(it.from);
    }
    let mut classes: FxHashMap<Symbol, Option<Symbol>> = FxHashMap::default();
    let registered = registrations(scope);
    let mut found = Vec::new();
    for call in dependencies.iter().filter(|it| it.kind == DependencyKind::Call) {
        let Some((interface, member)) = member_of_interface(scope, call.to) else { continue };
        let class = *classes.entry(interface).or_insert_with(|| only_class(scope, interface, &derived, &registered));
        let Some(class) = class else { continue };
        if let Some(to) = member_named(scope, class, &member.name).filter(|to| *to != call.from) {
            found.push(Dependency { to, basis: Basis::Implementation, ..*call });
        }
    }
    found
}

fn definition(scope: Scope<'_>, symbol: Symbol) -> Option<&Definition> {
    scope.facts.get(symbol.file as usize)?.outline.definition(symbol.definition?)
}

/// The interface (or abstract class, where the member is abstract) that a symbol is a member of.
fn member_of_interface(scope: Scope<'_>, symbol: Symbol) -> Option<(Symbol, &Definition)> {
    let member = definition(scope, symbol)?;
    let parent = Symbol { file: symbol.file, definition: Some(member.parent?) };
    let kind = definition(scope, parent)?.kind;
    let is_abstract = || {
        member.has_modifier("abstract")
            || member.decorators.iter().any(|decorator| last_part(&decorator.name) == "abstractmethod")
    };
    (kind == SymbolKind::Interface || (kind == SymbolKind::Class && is_abstract())).then_some((parent, member))
}

/// The class that stands for an interface: the one that is registered for it, else the only one that implements it.
fn only_class(
    scope: Scope<'_>,
    interface: Symbol,
    derived: &BTreeMap<Symbol, Vec<Symbol>>,
    registered: &BTreeMap<&str, BTreeSet<&str>>,
) -> Option<Symbol> {
    let mut all = BTreeSet::new();
    let mut front = vec![interface];
    for _ in 0..DERIVATIONS_MAX {
        front = front.iter().filter_map(|at| derived.get(at)).flatten().copied().filter(|it| all.insert(*it)).collect();
    }
    let of_test = |symbol: &Symbol| scope.files.get(symbol.file as usize).is_some_and(|file| file.role == Role::Test);
    all.retain(|symbol| {
        !of_test(symbol)
            && definition(scope, *symbol).is_some_and(|own| {
                matches!(own.kind, SymbolKind::Class | SymbolKind::Struct) && !own.has_modifier("abstract")
            })
    });
    let name = |symbol: Symbol| definition(scope, symbol).map_or("", |own| own.name.as_str());
    let chosen = registered.get(name(interface));
    let by_registration = || {
        let mut named = all.iter().filter(|class| chosen.is_some_and(|names| names.contains(name(**class))));
        named.next().filter(|_| named.next().is_none()).copied()
    };
    match all.len() {
        1 => all.first().copied(),
        _ => by_registration(),
    }
}

fn member_named(scope: Scope<'_>, class: Symbol, name: &str) -> Option<Symbol> {
    let outline = &scope.facts.get(class.file as usize)?.outline;
    let mut members = outline.children(class.definition?).filter(|(_, member)| member.name == name);
    members.next().map(|(index, _): (DefinitionIndex, _)| Symbol { file: class.file, definition: Some(index) })
}

/// Names of services with the names of the classes that dependency injection is told to give for them.
fn registrations(scope: Scope<'_>) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (file, facts) in scope.files.iter().zip(scope.facts) {
        if file.role == Role::Test {
            continue;
        }
        let calls = facts.outline.calls.iter().filter_map(|call| registered_by_call(&call.value));
        let decorators = facts.outline.definitions.iter().flat_map(|own| &own.decorators);
        let lists =
            decorators.flat_map(|decorator| &decorator.args).filter_map(|argument| argument.value.key("providers"));
        for (service, class) in calls.chain(lists.flat_map(providers)) {
            found.entry(service).or_default().insert(class);
        }
    }
    found
}

/// `services.AddScoped<IOrders, Orders>()`, `services.TryAddSingleton(typeof(IOrders), typeof(Orders))`.
fn registered_by_call(call: &CallValue) -> Option<(&str, &str)> {
    let lifetime = call.callee.trim_start_matches("Try").strip_prefix("Add")?.trim_start_matches("Keyed");
    if !matches!(lifetime, "Scoped" | "Transient" | "Singleton") {
        return None;
    }
    let type_of = |position: usize| {
        call.positional(position)?.as_call().filter(|it| it.callee == "typeof")?.positional(0)?.as_name()
    };
    let (service, class) = match call.type_args.as_slice() {
        [service, class] => (service.as_str(), class.as_str()),
        _ => (type_of(0)?, type_of(1)?),
    };
    Some((last_part(service), last_part(class)))
}

/// `{ provide: Orders, useClass: SqlOrders }` of a list of providers.
fn providers(list: &Value) -> impl Iterator<Item = (&str, &str)> {
    let entries = match list {
        Value::List(entries) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().filter_map(|entry| {
        let class = entry.key("useClass").or_else(|| entry.key("useExisting"))?;
        Some((last_part(entry.key("provide")?.as_name()?), last_part(class.as_name()?)))
    })
}
