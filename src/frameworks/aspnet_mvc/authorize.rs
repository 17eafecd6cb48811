//! `[Authorize]` and `[AllowAnonymous]`, wherever ASP.NET takes them.

use crate::codebase::Atom;

use crate::codebase::outline::{Argument, Decorator, Value, last_part, named, positional};
use crate::codebase::routing::AuthFact;

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
