//! What is said of a route after it is mapped: `.RequireAuthorization()`, `.WithSummary("..")`, `.Produces<T>()`.

use std::collections::BTreeMap;

use crate::codebase::Atom;

use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{AuthFact, Demand};

use super::super::aspnet_mvc::{authorize, results, versions};
use super::mapped::is_mapping;

/// How far a chain is followed back to the mapping that it speaks of.
const LINKS_MAX: usize = 32;

/// Calls that make a group.
const GROUPS: &[&str] = &["MapGroup", "NewVersionedApi"];

/// Beginnings of the framework's own calls on routes and groups that say nothing of callers.
const KNOWN: &[&str] = &[
    "AddEndpointFilter",
    "DisableAntiforgery",
    "Produces",
    "RequireCors",
    "RequireHost",
    "WithName",
    "WithOpenApi",
    "WithTags",
];

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

/// Whether a call says who may call.
pub(super) fn asks_callers(call: &CallValue) -> bool {
    matches!(call.callee.as_str(), "RequireAuthorization" | "AllowAnonymous" | "RequireScope")
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
        if chain_root(&call.value) == Some(name) {
            add(words, &call.value);
        }
    }
}

/// The variable that a chain speaks of, unless it speaks of what one of its calls maps: a group, a route, or all that
/// `app.MapOrders()` maps.
fn chain_root(call: &CallValue) -> Option<&str> {
    let mut current = call;
    for _ in 0..LINKS_MAX {
        match &current.receiver {
            Some(Value::Call(inner)) if !makes(&inner.callee) && !maps_more(inner) => current = inner,
            Some(Value::Name(name)) => return Some(name),
            _ => return None,
        }
    }
    None
}

/// Whether a call gives a route or group of its own.
fn makes(callee: &str) -> bool {
    is_mapping(callee) || GROUPS.contains(&callee)
}

/// What a function says of all that is mapped on its parameter.
pub(super) fn of_parameter(outline: &Outline, function: DefinitionIndex, name: &str) -> Words {
    let mut words = Words::default();
    add_statements(outline, name, Some(function), &mut words);
    Words { auth: words.auth, ..Words::default() }
}

/// What an extension method says of the callers of what it is called on, if that is its first parameter.
pub(super) fn of_extension(outline: &Outline, method: DefinitionIndex) -> AuthFact {
    let parameters = outline.definition(method).map(|it| &it.parameters);
    let Some(extended) = parameters.and_then(|it| it.first()).filter(|it| it.modifiers.iter().any(|it| it == "this"))
    else {
        return AuthFact::default();
    };
    of_parameter(outline, method, &extended.name).auth
}

/// What chains say behind a call that gives or takes a router: `app.MapOrders().RequireAuthorization()`,
/// `app.MapGroup("/x").WithDefaults().MapOrders()`.
pub(super) fn demands(outline: &Outline) -> Vec<Demand> {
    let mut found: BTreeMap<(u32, Atom), AuthFact> = BTreeMap::new();
    for call in &outline.calls {
        let call = &call.value;
        let Some(Value::Call(inner)) = &call.receiver else { continue };
        let own = is_own(call);
        if !own && !speaks(call) {
            continue;
        }
        let Some(base) = base_of(inner) else { continue };
        let auth = found.entry((base.line, base.callee.clone())).or_default();
        if own {
            auth.asks.push(call.callee.clone());
            continue;
        }
        let mut words = Words::default();
        add(&mut words, call);
        auth.required = auth.required.or(words.auth.required);
        auth.roles.extend(words.auth.roles);
        auth.policies.extend(words.auth.policies);
        auth.schemes.extend(words.auth.schemes);
    }
    let silent = AuthFact::default();
    let said = found.into_iter().filter(|(_, auth)| *auth != silent);
    said.map(|((line, callee), auth)| Demand { callee, line, auth }).collect()
}

/// Whether a call in a chain may be one of the repository's own extension methods.
fn is_own(call: &CallValue) -> bool {
    let is_known = |prefix: &&str| call.callee.starts_with(*prefix);
    !makes(&call.callee) && !speaks(call) && !KNOWN.iter().any(is_known)
}

/// Whether a call maps what is declared elsewhere: `app.MapOrders()`, `app.MapControllers()`.
fn maps_more(call: &CallValue) -> bool {
    is_own(call) && call.callee.starts_with("Map")
}

/// The call that a chain's words speak of: the nearest that makes a group, or that is the repository's own.
fn base_of(inner: &CallValue) -> Option<&CallValue> {
    let mut current = inner;
    for _ in 0..LINKS_MAX {
        if GROUPS.contains(&current.callee.as_str()) || maps_more(current) {
            return Some(current);
        }
        current = match &current.receiver {
            Some(Value::Call(next)) if !is_mapping(&current.callee) => next,
            _ => return None,
        };
    }
    None
}
