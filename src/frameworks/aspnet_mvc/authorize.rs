//! `[Authorize]` and `[AllowAnonymous]`, wherever ASP.NET takes them.

use crate::codebase::Atom;

use crate::codebase::outline::{Argument, CallValue, Decorator, Outline, Value, last_part, named, positional};
use crate::codebase::routing::{AuthFact, SettingKind};

/// How far a policy's chain is followed.
const LINKS_MAX: usize = 16;

/// What attributes state about who may call.
pub(in crate::frameworks) fn stated(decorators: &[Decorator]) -> AuthFact {
    let mut fact = AuthFact::default();
    for decorator in decorators {
        match last_part(&decorator.name) {
            "AllowAnonymous" => fact.required = Some(false),
            "Authorize" => add_authorize(&mut fact, &decorator.args),
            // An own attribute derived from it: `[AuthorizeAdmin]`, `[PermissionAuthorize(Permission.Edit)]`.
            name if name.contains("Authorize") && !name.contains("Allow") && !name.contains("Skip") => {
                fact.required.get_or_insert(true);
                fact.policies.extend(positional(&decorator.args, 0).and_then(name_of));
            }
            _ => {}
        }
    }
    fact
}

/// `RequireAuthorization()`, `RequireAuthorization("policy")`, `RequireAuthorization(new AuthorizeAttribute { .. })`.
pub(in crate::frameworks) fn required(fact: &mut AuthFact, args: &[Argument]) {
    fact.required = Some(true);
    for arg in args {
        match &arg.value {
            Value::Call(call) if call.is_new => {
                let initial = call.named("{}");
                let record = match initial {
                    Some(Value::Record(entries)) => entries.as_slice(),
                    _ => &[],
                };
                let args =
                    record.iter().map(|(name, value)| Argument { name: Some(name.clone()), value: value.clone() });
                let args: Vec<Argument> =
                    call.args.iter().filter(|arg| arg.name.is_none()).cloned().chain(args).collect();
                add_authorize(fact, &args);
            }
            value => fact.policies.extend(name_of(value)),
        }
    }
}

/// What an app asks of all its callers: a fallback policy, a filter on all actions (if `filters`), or
/// `RequireAuthorization()` behind one of the calls that map all routes of a framework. With their lines.
pub(in crate::frameworks) fn of_app(
    outline: &Outline,
    mappings: &'static [&'static str],
    filters: bool,
) -> impl Iterator<Item = (SettingKind, u32)> {
    let required = || SettingKind::Auth(AuthFact { required: Some(true), ..AuthFact::default() });
    let fallback = outline.assignments.iter().filter(|it| it.target.ends_with(".FallbackPolicy") && demands(&it.value));
    let fallback = fallback.map(move |it| (required(), it.line));
    let calls = outline.calls.iter().filter_map(move |call| {
        let value = &call.value;
        let first = || value.positional(0);
        let fact = match value.callee.as_str() {
            "SetFallbackPolicy" if first().is_some_and(demands) => required(),
            "Add" if filters && is_filter(value) => required(),
            "RequireAuthorization" if maps(value, mappings) => {
                let mut fact = AuthFact::default();
                self::required(&mut fact, &value.args);
                SettingKind::Auth(fact)
            }
            _ => return None,
        };
        Some((fact, value.line))
    });
    fallback.chain(calls)
}

/// Whether a policy lets signed-in callers in only.
fn demands(policy: &Value) -> bool {
    let mut current = policy;
    for _ in 0..LINKS_MAX {
        current = match current {
            Value::Name(name) => return name.ends_with("DefaultPolicy"),
            Value::Call(call) if matches!(call.callee.as_str(), "RequireAuthenticatedUser" | "RequireRole") => {
                return true;
            }
            Value::Call(call) => match &call.receiver {
                Some(receiver) => receiver,
                None => return false,
            },
            _ => return false,
        };
    }
    false
}

/// `options.Filters.Add(new AuthorizeFilter())`, `options.Filters.Add<AuthorizeFilter>()`.
fn is_filter(call: &CallValue) -> bool {
    let on_filters =
        matches!(&call.receiver, Some(Value::Name(name)) if last_part(name).eq_ignore_ascii_case("filters"));
    let made = call.positional(0).and_then(Value::as_call).filter(|made| made.is_new).map(|made| &made.callee);
    let named = made.or_else(|| call.type_args.first());
    on_filters && named.is_some_and(|name| matches!(last_part(name), "AuthorizeFilter" | "AuthorizeAttribute"))
}

fn maps(call: &CallValue, mappings: &[&str]) -> bool {
    matches!(&call.receiver, Some(Value::Call(inner)) if mappings.contains(&inner.callee.as_str()))
}

fn add_authorize(fact: &mut AuthFact, args: &[Argument]) {
    fact.required.get_or_insert(true);
    let policy = named(args, "Policy").or_else(|| positional(args, 0));
    fact.policies.extend(policy.and_then(name_of));
    fact.roles.extend(named(args, "Roles").map(list_of).unwrap_or_default());
    fact.schemes.extend(named(args, "AuthenticationSchemes").map(list_of).unwrap_or_default());
}

fn name_of(value: &Value) -> Option<Atom> {
    value.as_text().or_else(|| value.as_name()).map(Atom::new)
}

/// `"Admin, Clerk"` and `Roles.Admin + "," + Roles.Clerk` alike.
fn list_of(value: &Value) -> Vec<Atom> {
    match value {
        Value::Join(parts) => parts.iter().flat_map(list_of).collect(),
        Value::Text(text) => text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Atom::new).collect(),
        value => name_of(value).into_iter().collect(),
    }
}
