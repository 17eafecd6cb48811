//! Who may call, as the names of middleware say.

use crate::codebase::Atom;

use crate::codebase::outline::{Value, last_part};
use crate::codebase::routing::AuthFact;

/// Words in the name of a middleware that lets signed-in callers pass only.
const GUARDS: &[&str] = &[
    "auth",
    "authenticate",
    "authenticated",
    "authentication",
    "authorization",
    "authorize",
    "authorized",
    "guard",
    "jwt",
    "loggedin",
    "permission",
    "permissions",
    "protect",
    "protected",
    "rbac",
    "role",
    "roles",
];

/// What a caller shows, after a word such as `verify` or `require`.
const SHOWN: &[&str] = &["token", "session", "login", "signin", "apikey", "key", "bearer"];

/// First words of a middleware that asks for something.
const ASKING: &[&str] = &["is", "require", "requires", "ensure", "must", "only", "check", "verify", "validate"];

/// Words that take it back.
const OPEN: &[&str] =
    &["if", "optional", "maybe", "rate", "limiter", "limit", "csrf", "refresh", "skip", "no", "without", "generate"];

/// Words after `is` or `require` that name who may pass.
const WHO: &[&str] =
    &["admin", "owner", "user", "superuser", "moderator", "staff", "manager", "logged", "signed", "member"];

/// What the middleware before a handler say.
pub(in crate::frameworks) fn auth(before: &[&Value]) -> AuthFact {
    let mut fact = AuthFact::default();
    let inner = before.iter().flat_map(|value| match value {
        // `unless(isOpen, check)`: what is passed to a middleware may be one itself.
        Value::Call(call) if call.callee != "bind" => call.args.iter().map(|argument| &argument.value).collect(),
        _ => Vec::new(),
    });
    for value in before.iter().copied().chain(inner.filter(|value| !matches!(value, Value::Text(_)))) {
        let (name, texts) = said(value);
        let Some(name) = name else { continue };
        let words = words(last_part(&name));
        if !guards(&words) {
            continue;
        }
        if name.starts_with("passport.") && !texts.iter().all(|scheme| proves(scheme)) {
            continue;
        }
        fact.required = Some(true);
        let last = Atom::new(last_part(&name));
        let is_role = words.iter().any(|word| word.starts_with("role")) || words.iter().any(|word| word == "authorize");
        match () {
            () if name.starts_with("passport.") => fact.schemes.extend(texts),
            () if is_role && !texts.is_empty() => {
                fact.roles.extend(texts);
                fact.policies.push(last);
            }
            () => fact.policies.push(last),
        }
    }
    fact
}

/// Whether a scheme checks what a caller got earlier; the others (`local`, `google`) are how one signs in.
pub(in crate::frameworks) fn proves(scheme: &str) -> bool {
    let scheme = scheme.to_lowercase();
    ["jwt", "bearer", "token", "key", "basic", "session", "cookie"].iter().any(|word| scheme.contains(word))
}

/// Whether a middleware of these words asks callers to sign in.
fn guards(words: &[String]) -> bool {
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let asks = words.first().is_some_and(|first| ASKING.contains(&first.as_str()));
    !has(OPEN)
        && (has(GUARDS)
            || asks && (has(WHO) || has(SHOWN))
            || words.len() == 1 && matches!(words[0].as_str(), "admin" | "isadmin"))
}

/// The name of a middleware, and the texts it is made with.
fn said(value: &Value) -> (Option<Atom>, Vec<Atom>) {
    match value {
        Value::Name(name) => (Some(name.clone()), Vec::new()),
        Value::Call(call) if call.callee == "bind" => match &call.receiver {
            Some(receiver) => (receiver.as_name().map(Atom::new), Vec::new()),
            None => (None, Vec::new()),
        },
        Value::Call(call) => {
            let texts = call.args.iter().flat_map(|argument| match &argument.value {
                Value::List(items) => items.iter().collect(),
                value => vec![value],
            });
            let texts = texts.filter_map(|value| match value {
                Value::Text(text) => Some(text.clone()),
                Value::Name(name) if name.contains('.') => Some(name.clone()),
                _ => None,
            });
            (call.path().or_else(|| Some(call.callee.clone())), texts.collect())
        }
        _ => (None, Vec::new()),
    }
}

/// `requireAuth` as `require`, `auth`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    for letter in name.chars() {
        let starts = letter.is_uppercase() && was_lower || words.is_empty();
        if letter.is_alphanumeric() {
            if starts {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(letter.to_lowercase());
            }
        } else {
            words.push(String::new());
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{guards, words};

    #[test]
    fn guards_are_told_by_their_names() {
        for name in [
            "requireAuth",
            "authenticate",
            "isAdmin",
            "ensureLoggedIn",
            "verifyToken",
            "requireUser",
            "auth",
            "jwtGuard",
        ] {
            assert!(guards(&words(name)), "{name}");
        }
        for name in [
            "optionalAuth",
            "authRateLimiter",
            "upload",
            "validateBody",
            "listAuthors",
            "isValid",
            "cors",
            "checkUpload",
        ] {
            assert!(!guards(&words(name)), "{name}");
        }
    }
}
