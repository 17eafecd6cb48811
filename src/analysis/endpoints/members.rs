//! Parameters that stand for many: objects whose members are read from the query one by one.

use crate::codebase::endpoint::{Exchange, Location};
use crate::codebase::outline::ReferenceKind;
use crate::frameworks;

use super::super::link::Names;
use super::evaluate::At;
use super::handlers;

/// Puts the members of objects in their place, where the framework reads them so and their type is found.
pub(super) fn opened(names: &Names<'_>, at: At, framework: &str, exchange: Exchange) -> Exchange {
    if exchange.parameters.iter().all(|it| it.location != Location::Query) {
        return exchange;
    }
    let mut opened = Exchange { parameters: Vec::new(), ..exchange };
    for parameter in exchange.parameters {
        let type_name = parameter.type_name.as_deref().filter(|_| parameter.location == Location::Query);
        match type_name.and_then(|type_name| members_of(names, at, framework, type_name)) {
            Some(members) => {
                opened.parameters.extend(members.parameters.into_iter().filter(|it| !it.name.is_empty()));
                opened.request = opened.request.or(members.request);
            }
            None if parameter.name.is_empty() => {}
            None => opened.parameters.push(parameter),
        }
    }
    opened
}

fn members_of(names: &Names<'_>, at: At, framework: &str, type_name: &str) -> Option<Exchange> {
    let framework = frameworks::by_id(framework)?;
    let plain = type_name.split(['<', '[', '?']).next().unwrap_or(type_name);
    let resolver = names.resolver(at.file)?;
    let meaning = resolver.resolve_as(at.file, at.enclosing, plain, ReferenceKind::Type)?;
    let class = Some(meaning).filter(|meaning| meaning.rest == 0)?.symbol;
    let mut found: Option<Exchange> = None;
    for class in handlers::lineage(names, class) {
        let facts = names.scope().facts.get(class.file as usize)?;
        let Some(own) = class.definition.and_then(|index| framework.members(&facts.outline, index)) else { continue };
        let found = found.get_or_insert_with(Exchange::default);
        for parameter in own.parameters {
            if found.parameters.iter().all(|it| it.name != parameter.name) {
                found.parameters.push(parameter);
            }
        }
        found.request = found.request.take().or(own.request);
    }
    found
}
