//! What is said of a route after it is mapped: `.RequireAuthorization()`, `.WithSummary("..")`, `.Produces<T>()`.

use std::collections::BTreeMap;

use crate::codebase::Atom;

use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::AuthFact;

use super::super::aspnet_mvc::{authorize, results, versions};
use super::mapped::is_mapping;

/// How far a chain is followed back to the mapping that it speaks of.
const LINKS_MAX: usize = 32;

/// What a route's own chain says of it.
#[derive(Clone, Default)]
pub(super) struct Words {
    pub(super) auth: AuthFact,
    pub(super) summary: Option<String>,
    pub(super) exchange: Exchange,
    /// Versions that it answers, where versions stand in the path.
    pub(super) versions: Vec<Atom>,
}

/// The words on every mapping call, by the call's place.
pub(super) struct Said(BTreeMap<(u32, u32, Atom), Words>);

impl Said {
    pub(super) fn read(outline: &Outline) -> Self {
        let mut said: BTreeMap<_, Words> = BTreeMap::new();
        for call in &outline.calls {
            if speaks(&call.value)
                && let Some(mapping) = mapping_of(&call.value)
            {
                add(said.entry(key(mapping)).or_default(), &call.value);
            }
        }
        Self(said)
    }

    pub(super) fn of(&self, mapping: &CallValue) -> Words {
        self.0.get(&key(mapping)).cloned().unwrap_or_default()
    }
}

fn key(mapping: &CallValue) -> (u32, u32, Atom) {
    (mapping.line, mapping.lines.last, mapping.callee.clone())
}

fn speaks(call: &CallValue) -> bool {
    matches!(
        call.callee.as_str(),
        "RequireAuthorization"
            | "AllowAnonymous"
            | "WithSummary"
            | "WithDescription"
            | "Produces"
            | "ProducesProblem"
            | "ProducesValidationProblem"
            | "Accepts"
            | "RequireScope"
            | "HasApiVersion"
            | "HasDeprecatedApiVersion"
            | "MapToApiVersion"
    )
}

fn mapping_of(call: &CallValue) -> Option<&CallValue> {
    let mut current = call;
    for _ in 0..LINKS_MAX {
        current = match &current.receiver {
            Some(Value::Call(inner)) => inner,
            _ => return None,
        };
        if is_mapping(&current.callee) {
            return Some(current);
        }
    }
    None
}

fn add(words: &mut Words, call: &CallValue) {
    match call.callee.as_str() {
        "RequireAuthorization" => authorize::required(&mut words.auth, &call.args),
        "RequireScope" => words.auth.required = Some(true),
        "AllowAnonymous" => words.auth.required = Some(false),
        "WithSummary" => words.summary = call.positional(0).and_then(Value::as_text).map(str::to_owned),
        "WithDescription" => {
            let described = call.positional(0).and_then(Value::as_text);
            words.summary = words.summary.take().or_else(|| described.map(str::to_owned));
        }
        "Produces" => {
            let code = call.positional(0).or_else(|| call.named("statusCode")).map_or(Some(200), results::status);
            if let Some(code) = code {
                results::add_status(&mut words.exchange, code, call.type_args.first().cloned());
            }
        }
        "ProducesProblem" | "ProducesValidationProblem" => {
            let stated = call.positional(0).or_else(|| call.named("statusCode"));
            let usual = Some(400).filter(|_| call.callee == "ProducesValidationProblem" && stated.is_none());
            if let Some(code) = stated.and_then(results::status).or(usual) {
                results::add_status(&mut words.exchange, code, None);
            }
        }
        "Accepts" => words.exchange.request = call.type_args.first().cloned(),
        "HasApiVersion" | "HasDeprecatedApiVersion" | "MapToApiVersion" => {
            words.versions.extend(versions::of(&call.args));
        }
        _ => {}
    }
}

/// What a group's own chain says.
pub(super) fn of_chain(call: &CallValue) -> Words {
    let mut words = Words::default();
    let mut current = Some(call);
    for _ in 0..LINKS_MAX {
        let Some(call) = current else { break };
        add(&mut words, call);
        current = match &call.receiver {
            Some(Value::Call(inner)) => Some(inner),
            _ => None,
        };
    }
    words
}

/// `group.RequireAuthorization();` as a statement of its own.
pub(super) fn add_statements(outline: &Outline, name: &str, enclosing: Option<DefinitionIndex>, words: &mut Words) {
    for call in outline.calls.iter().filter(|call| call.enclosing == enclosing && speaks(&call.value)) {
        if call.value.receiver.as_ref().and_then(Value::as_name) == Some(name) {
            add(words, &call.value);
        }
    }
}
