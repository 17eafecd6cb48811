//! What an endpoint says of itself in `Configure`, and a group in its constructor.

use crate::codebase::Atom;

use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{Argument, CallValue, DefinitionIndex, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::AuthFact;

use super::super::aspnet_mvc::results;

/// Calls that state verb and paths at once.
const VERBS: &[(&str, &str)] =
    &[("Get", "GET"), ("Post", "POST"), ("Put", "PUT"), ("Patch", "PATCH"), ("Delete", "DELETE"), ("Head", "HEAD")];

/// All that was said.
#[derive(Default)]
pub(super) struct Configured {
    /// Verbs and paths, with the line that states them.
    pub(super) routes: Vec<(Vec<Atom>, Vec<Value>, u32)>,
    /// The group that it belongs to.
    pub(super) group: Option<Atom>,
    /// The prefix that a group gives to its endpoints.
    pub(super) own_prefix: Option<Value>,
    /// Its version.
    pub(super) version: Option<Value>,
    /// The prefix that it has in place of the app's.
    pub(super) prefix: Option<Value>,
    pub(super) auth: AuthFact,
    pub(super) summary: Option<String>,
    pub(super) exchange: Exchange,
}

/// Reads the calls in a class's `Configure` method or constructor.
pub(super) fn read(outline: &Outline, class: DefinitionIndex) -> Configured {
    let mut configured = Configured::default();
    let says = |enclosing: Option<DefinitionIndex>| {
        let around = enclosing.and_then(|index| outline.definition(index)).filter(|it| it.parent == Some(class));
        around.is_some_and(|it| it.kind == SymbolKind::Constructor || it.name == "Configure")
    };
    let (mut verbs, mut paths, mut line) = (Vec::new(), Vec::new(), 0);
    for call in outline.calls.iter().filter(|call| says(call.enclosing)) {
        let value = &call.value;
        match value.callee.as_str() {
            "Verbs" => verbs.extend(texts(&value.args).map(|verb| Atom::from(verb.to_ascii_uppercase()))),
            "Routes" => {
                line = value.line;
                paths.extend(templates(&value.args));
            }
            name => match VERBS.iter().find(|(own, _)| *own == name).filter(|_| is_own(value)) {
                Some((_, verb)) => {
                    configured.routes.push((vec![Atom::new(verb)], templates(&value.args), value.line));
                }
                None => add(&mut configured, value),
            },
        }
    }
    if !paths.is_empty() {
        let verbs = if verbs.is_empty() { vec![Atom::new("ANY")] } else { verbs };
        configured.routes.push((verbs, paths, line));
    }
    let said = outline.assignments.iter().filter(|it| says(it.enclosing));
    let said = said.filter(|it| it.target.ends_with(".Summary")).find_map(|it| it.value.as_text());
    configured.summary = configured.summary.or(said.map(str::to_owned));
    configured
}

fn is_own(call: &CallValue) -> bool {
    call.receiver.as_ref().is_none_or(|receiver| matches!(receiver.as_name(), Some("this" | "base")))
}

fn add(configured: &mut Configured, call: &CallValue) {
    let auth = &mut configured.auth;
    let first = || call.positional(0).cloned();
    match call.callee.as_str() {
        "Configure" => configured.own_prefix = first(),
        "Group" => configured.group = call.type_args.first().cloned(),
        "Version" => configured.version = first(),
        "RoutePrefixOverride" => configured.prefix = first(),
        "AllowAnonymous" => auth.required = Some(false),
        "Roles" => demand(auth, |auth| &mut auth.roles, call),
        "Policies" | "Permissions" | "PermissionsAll" | "Scopes" | "ScopesAll" => {
            demand(auth, |auth| &mut auth.policies, call);
        }
        "AuthSchemes" => demand(auth, |auth| &mut auth.schemes, call),
        "Produces" | "ProducesProblemFE" | "ProducesProblem" => {
            let code = call.positional(0).map_or(Some(200), results::status);
            if let Some(code) = code {
                results::add_status(&mut configured.exchange, code, call.type_args.first().cloned());
            }
        }
        "WithSummary" => configured.summary = call.positional(0).and_then(Value::as_text).map(str::to_owned),
        _ => {}
    }
}

fn demand(auth: &mut AuthFact, list: fn(&mut AuthFact) -> &mut Vec<Atom>, call: &CallValue) {
    auth.required.get_or_insert(true);
    list(auth)
        .extend(call.args.iter().filter_map(|arg| arg.value.as_text().or_else(|| arg.value.as_name())).map(Atom::new));
}

/// Texts, and the last parts of names: `Http.GET`.
fn texts(args: &[Argument]) -> impl Iterator<Item = &str> {
    args.iter().filter_map(|arg| arg.value.as_text().or_else(|| arg.value.as_name().map(last_part)))
}

/// The paths among arguments; `{@id}` takes its name from a function literal that follows, which names members of the request.
fn templates(args: &[Argument]) -> Vec<Value> {
    let paths = args
        .iter()
        .map(|arg| &arg.value)
        .filter(|value| matches!(value, Value::Text(_) | Value::Join(_) | Value::Name(_)));
    let plain = |value: &Value| match value {
        Value::Text(text) if text.contains("{@") => Value::Text(Atom::from(text.replace("{@", "{"))),
        other => other.clone(),
    };
    paths.map(plain).collect()
}
