//! Who may call, as guards and decorators say.

use crate::codebase::Atom;

use crate::codebase::outline::{Argument, Decorator, Value, last_part};
use crate::codebase::routing::AuthFact;

use super::super::express::proves;

/// Decorators that open a route to all.
const OPEN: &[&str] = &[
    "AllowAnonymous",
    "Anonymous",
    "IsPublic",
    "NoAuth",
    "Public",
    "PublicRoute",
    "SkipAuth",
    "Unauthenticated",
    "Unprotected",
];

/// Guards that count callers, and do not ask who they are.
const OTHER_GUARDS: &[&str] = &[
    "throttl",
    "ratelimit",
    "limit",
    "feature",
    "csrf",
    "cache",
    "local",
    "optional",
    "google",
    "oauth",
    "saml",
    "github",
    "oidc",
];

/// What the decorators of a class or method say.
pub(super) fn read(decorators: &[Decorator]) -> AuthFact {
    let mut fact = AuthFact::default();
    for decorator in decorators {
        let name = last_part(&decorator.name);
        let lower = name.to_lowercase();
        match name {
            _ if OPEN.contains(&name) => fact.required = Some(false),
            "UseGuards" => decorator.args.iter().for_each(|argument| guard(&argument.value, &mut fact)),
            "Auth" | "Authorized" | "Authenticated" | "RequireAuth" | "JwtAuth" | "Protected" => {
                fact.required = Some(true);
                fact.roles.extend(names(&decorator.args));
            }
            _ if lower.ends_with("roles") || lower.ends_with("role") => {
                let roles = names(&decorator.args);
                if !roles.is_empty() {
                    fact.required = Some(true);
                    fact.roles.extend(roles);
                }
            }
            _ if asks_for_rights(&lower) => {
                let wanted = names(&decorator.args);
                if !wanted.is_empty() {
                    fact.required = Some(true);
                    fact.policies.extend(wanted);
                }
            }
            _ => {}
        }
    }
    fact
}

/// `Permissions`, `RequiresScope`, `CheckPolicies`.
fn asks_for_rights(decorator: &str) -> bool {
    let names_rights =
        ["permission", "polic", "scope", "privilege", "ability"].iter().any(|word| decorator.contains(word));
    names_rights && !decorator.starts_with("api")
}

/// What a guard says: `JwtAuthGuard`, `AuthGuard("jwt")`, `new RolesGuard(..)`.
pub(super) fn guard(value: &Value, fact: &mut AuthFact) {
    let (name, texts) = match value {
        Value::Name(name) => (name.clone(), Vec::new()),
        Value::Call(call) => (call.callee.clone(), names(&call.args)),
        _ => return,
    };
    let name = Atom::new(last_part(&name));
    let lower = name.to_lowercase();
    if name == "AuthGuard" && !texts.is_empty() {
        if texts.iter().any(|scheme| proves(scheme)) {
            fact.required = Some(true);
            fact.schemes.extend(texts);
        }
        return;
    }
    if OTHER_GUARDS.iter().any(|other| lower.contains(other)) {
        return;
    }
    fact.required = Some(true);
    fact.policies.push(name);
    fact.roles.extend(texts);
}

/// The names that a decorator is given, lists opened up.
fn names(args: &[Argument]) -> Vec<Atom> {
    let values = args.iter().flat_map(|argument| match &argument.value {
        Value::List(items) => items.iter().collect(),
        value => vec![value],
    });
    values
        .filter_map(|value| match value {
            Value::Text(text) => Some(text.clone()),
            Value::Name(name) => Some(name.clone()),
            _ => None,
        })
        .collect()
}
