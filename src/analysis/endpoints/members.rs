//! Parameters that stand for many: objects whose members are read from the query one by one.

use crate::codebase::endpoint::{Exchange, Location, Parameter};
use crate::codebase::graph::Symbol;
use crate::codebase::outline::ReferenceKind;
use crate::frameworks;

use super::super::link::Names;
use super::evaluate::At;
use super::handlers;

/// How far members that are objects in turn are followed.
const DEPTH_MAX: usize = 4;

/// Puts the members of objects in their place, where the framework reads them so and their type is found. A body whose
/// name stands for no type is none: what stands there is the alias of a dependency.
pub(super) fn opened(names: &Names<'_>, at: At, framework: &str, exchange: Exchange) -> Exchange {
    let alias =
        exchange.request.as_deref().and_then(|name| symbol_of(names, at, name)).filter(|it| !is_type(names, *it));
    let Some(members) = alias.and_then(|alias| members_of(names, framework, alias, 0)) else {
        return opened_within(names, at, framework, exchange, 0);
    };
    let mut exchange = opened_within(names, at, framework, Exchange { request: members.request, ..exchange }, 0);
    exchange.parameters.extend(members.parameters);
    exchange
}

fn opened_within(names: &Names<'_>, at: At, framework: &str, exchange: Exchange, depth: usize) -> Exchange {
    if exchange.parameters.iter().all(|it| it.location != Location::Query) {
        return exchange;
    }
    let mut opened = Exchange { parameters: Vec::new(), ..exchange };
    for parameter in exchange.parameters {
        let type_name = parameter.type_name.as_deref().filter(|_| parameter.location == Location::Query);
        let symbol = type_name.and_then(|type_name| symbol_of(names, at, type_name));
        match symbol.and_then(|symbol| members_of(names, framework, symbol, depth)) {
            Some(members) => {
                opened.parameters.extend(members.parameters);
                opened.request = opened.request.or(members.request);
            }
            None if parameter.name.is_empty() => {}
            None => opened.parameters.push(parameter),
        }
    }
    opened
}

fn symbol_of(names: &Names<'_>, at: At, type_name: &str) -> Option<Symbol> {
    let plain = type_name.split(['<', '[', '?']).next().unwrap_or(type_name);
    let resolver = names.resolver(at.file)?;
    let meaning = resolver.resolve_as(at.file, at.enclosing, plain, ReferenceKind::Type);
    let meaning = meaning.or_else(|| resolver.resolve(at.file, at.enclosing, plain))?;
    Some(meaning).filter(|meaning| meaning.rest == 0).map(|meaning| meaning.symbol)
}

fn is_type(names: &Names<'_>, symbol: Symbol) -> bool {
    handlers::definition(names, symbol).is_none_or(|it| it.kind.is_type())
}

fn members_of(names: &Names<'_>, framework: &str, symbol: Symbol, depth: usize) -> Option<Exchange> {
    if depth > DEPTH_MAX {
        return None;
    }
    let its = frameworks::by_id(framework)?;
    let mut found: Option<Exchange> = None;
    for class in handlers::lineage(names, symbol) {
        let facts = names.scope().facts.get(class.file as usize)?;
        let Some(own) = class.definition.and_then(|index| its.members(&facts.outline, index)) else { continue };
        let own = opened_within(names, At::of(class), framework, own, depth + 1);
        let found = found.get_or_insert_with(Exchange::default);
        for parameter in own.parameters {
            let is_it = |it: &Parameter| (&it.name, it.location) == (&parameter.name, parameter.location);
            if !parameter.name.is_empty() && !found.parameters.iter().any(is_it) {
                found.parameters.push(parameter);
            }
        }
        found.request = found.request.take().or(own.request);
    }
    found
}
