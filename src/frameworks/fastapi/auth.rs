//! Who may call, as dependencies say it: `Depends(get_current_user)`, `Security(..)`.

use crate::codebase::Atom;

use crate::codebase::outline::{Argument, CallValue, Definition, DefinitionIndex, Outline, Taken, Value, last_part};
use crate::codebase::routing::AuthFact;

use super::super::pythonic;
use super::handlers::PLAIN;
use super::words::{OPTIONAL, SCHEMES, SERVING, WORDS};

/// What a `dependencies=[..]` list states.
pub(super) fn of_list(outline: &Outline, list: Option<&Value>) -> AuthFact {
    let mut auth = AuthFact::default();
    if let Some(Value::List(items)) = list {
        for item in items {
            pythonic::add_auth(&mut auth, of_value(outline, item));
        }
    }
    auth
}

/// What a default value, list item or alias states.
pub(super) fn of_value(outline: &Outline, value: &Value) -> AuthFact {
    match value {
        Value::Call(call) if matches!(call.callee.as_str(), "Depends" | "Security") => {
            let asked = call.positional(0).or_else(|| call.named("dependency"));
            asked.map_or_else(AuthFact::default, |asked| of_dependency(outline, asked, call))
        }
        Value::Call(call) if call.callee == "[]" => {
            let mut auth = AuthFact::default();
            for arg in call.args.iter().skip(1) {
                pythonic::add_auth(&mut auth, of_value(outline, &arg.value));
            }
            auth
        }
        Value::Name(name) => of_alias(outline, name),
        _ => AuthFact::default(),
    }
}

/// What a type or variable states by what it is given in this file, or by its name.
pub(super) fn of_alias(outline: &Outline, name: &str) -> AuthFact {
    let given = outline.assignments.iter().find(|own| own.target == name && own.enclosing.is_none());
    match given.map(|own| &own.value) {
        Some(value @ Value::Call(_)) => of_value(outline, value),
        _ => of_name_or_asking(outline, name),
    }
}

/// What a definition states that others ask for: an alias of a dependency, or the dependency itself by what it depends
/// on and by its answer 401.
pub(super) fn of_asked(outline: &Outline, index: DefinitionIndex) -> AuthFact {
    let Some(definition) = pythonic::definition(outline, index) else { return AuthFact::default() };
    let by_name = of_name(&definition.name);
    if by_name.required.is_some() {
        return by_name;
    }
    if let Some(given) = outline.assignments.iter().find(|own| own.target == definition.name && own.enclosing.is_none())
    {
        let is_open = is_optional(&definition.name);
        let auth = of_value(outline, &given.value);
        return if is_open && auth.required.is_some() { optional() } else { auth };
    }
    let function = if definition.kind.is_type() {
        let called = outline.children(index).find(|(_, it)| it.name == "__call__");
        called.or_else(|| outline.children(index).find(|(_, it)| it.name == "__init__"))
    } else {
        Some((index, definition))
    };
    let Some((index, function)) = function else { return AuthFact::default() };
    let mut auth = of_signature(outline, function);
    if auth.required.is_none() && refuses(outline, index) {
        auth.required = Some(true);
        auth.policies.push(definition.name.clone());
    }
    auth
}

/// What a function's parameters state.
pub(super) fn of_signature(outline: &Outline, function: &Definition) -> AuthFact {
    let mut auth = AuthFact::default();
    for parameter in &function.parameters {
        if let Some(default) = parameter.default.as_ref().filter(|default| matches!(default, Value::Call(_))) {
            pythonic::add_auth(&mut auth, of_value(outline, default));
        }
        if let Some(annotation) = &parameter.type_name {
            pythonic::add_auth(&mut auth, of_annotation(outline, annotation));
        }
    }
    auth
}

/// Whether a function answers 401 to some callers.
fn refuses(outline: &Outline, function: DefinitionIndex) -> bool {
    let is_refusal = |value: &Value| match value {
        Value::Number(code) => code == "401",
        Value::Name(name) => name.contains("401"),
        _ => false,
    };
    let inside = outline.calls.iter().filter(|call| call.enclosing == Some(function));
    let mut raised = inside.filter(|call| call.value.callee == "HTTPException");
    raised.any(|call| call.value.args.iter().any(|arg| is_refusal(&arg.value)))
}

fn of_name_or_asking(outline: &Outline, name: &str) -> AuthFact {
    let auth = of_name(name);
    if auth.required.is_some() || !is_own(outline, name) {
        return auth;
    }
    AuthFact { asks: vec![name.into()], ..auth }
}

/// Whether a name is defined here or taken from another file, and by its shape may be a dependency.
fn is_own(outline: &Outline, name: &str) -> bool {
    let head = name.split('.').next().unwrap_or(name);
    let plain = last_part(name).replace('_', "").to_ascii_lowercase();
    if PLAIN.contains(&last_part(name)) || SERVING.iter().any(|ending| plain.ends_with(ending)) {
        return false;
    }
    let imported = outline.imports.iter().any(|import| match &import.taken {
        Taken::Module(own) => own == head,
        Taken::Names(names) => names.iter().any(|(_, own)| own == head),
        Taken::Star => true,
        Taken::Nothing => false,
    });
    imported || outline.definitions.iter().any(|own| own.parent.is_none() && own.name == head)
}

/// What the text of an annotation states: `Annotated[User, Depends(get_current_user)]`, `CurrentUser`.
pub(super) fn of_annotation(outline: &Outline, annotation: &str) -> AuthFact {
    let mut auth = AuthFact::default();
    for opening in ["Depends(", "Security("] {
        for (at, _) in annotation.match_indices(opening) {
            let rest = annotation.get(at + opening.len()..).unwrap_or_default();
            let name = rest.split([')', '(', ',']).next().unwrap_or_default().trim();
            let name = name.strip_prefix("dependency=").unwrap_or(name);
            pythonic::add_auth(&mut auth, of_dependency(outline, &Value::Name(name.into()), &CallValue::default()));
        }
    }
    if auth.required.is_none() && !annotation.contains(['[', '(', '|']) {
        return of_alias(outline, annotation);
    }
    auth
}

/// What `@requires(["authenticated", "admin"])` demands.
pub(super) fn of_scopes(args: &[Argument]) -> AuthFact {
    let policies = texts(args.iter().take(1).map(|arg| &arg.value));
    AuthFact { required: Some(true), policies, ..AuthFact::default() }
}

fn of_dependency(outline: &Outline, asked: &Value, by: &CallValue) -> AuthFact {
    let mut auth = match asked {
        Value::Name(name) => match scheme(outline, name) {
            Some(scheme) => AuthFact { required: Some(true), schemes: vec![scheme], ..AuthFact::default() },
            None => match made(outline, name) {
                Some(made) => return of_dependency(outline, made, by),
                None => of_name_or_asking(outline, name),
            },
        },
        Value::Call(call) if SCHEMES.contains(&call.callee.as_str()) => {
            AuthFact { required: Some(true), schemes: vec![call.callee.clone()], ..AuthFact::default() }
        }
        Value::Call(call) => {
            let name = call.path().unwrap_or_else(|| call.callee.clone());
            let mut auth = of_name_or_asking(outline, &name);
            if auth.required.is_some() {
                let is_scopes = |arg: &&Argument| arg.name.as_deref().is_some_and(|name| name.contains("scope"));
                auth.roles = texts(call.args.iter().filter(|arg| !is_scopes(arg)).map(|arg| &arg.value));
                auth.policies.extend(call.args.iter().filter(is_scopes).flat_map(|arg| listed(&arg.value)));
            }
            auth
        }
        _ => AuthFact::default(),
    };
    if by.callee == "Security" {
        auth.required = auth.required.or(Some(true));
        auth.policies.extend(by.named("scopes").into_iter().flat_map(|scopes| texts(std::iter::once(scopes))));
    }
    auth
}

/// The credentials' class that a name of this file is given.
fn scheme(outline: &Outline, name: &str) -> Option<Atom> {
    let given = outline.assignments.iter().find(|own| own.target == name)?;
    Some(pythonic::call_of(&given.value, SCHEMES)?.callee.clone())
}

/// What makes the dependency that a name of this file is given: `reader = Authenticator(scopes)`.
fn made<'a>(outline: &'a Outline, name: &str) -> Option<&'a Value> {
    let given = outline.assignments.iter().find(|own| own.target == name && own.enclosing.is_none())?;
    given.value.as_call().is_some().then_some(&given.value)
}

fn texts<'a>(values: impl Iterator<Item = &'a Value>) -> Vec<Atom> {
    let mut found = Vec::new();
    for value in values {
        match value {
            Value::Text(text) => found.push(text.clone()),
            Value::Name(name) => found.push(Atom::new(last_part(name))),
            Value::List(items) => found.extend(items.iter().filter_map(Value::as_text).map(Atom::new)),
            _ => {}
        }
    }
    found
}

/// Scopes by their texts or the last parts of their names.
fn listed(value: &Value) -> Vec<Atom> {
    match value {
        Value::List(items) => texts(items.iter()),
        value => texts(std::iter::once(value)),
    }
}

fn is_optional(name: &str) -> bool {
    let plain = last_part(name).replace('_', "").to_ascii_lowercase();
    OPTIONAL.iter().any(|word| plain.contains(word))
}

fn optional() -> AuthFact {
    AuthFact { required: Some(false), ..AuthFact::default() }
}

fn of_name(name: &str) -> AuthFact {
    let own = last_part(name);
    let plain = own.replace('_', "").to_ascii_lowercase();
    let asks = plain.starts_with("getcurrent") || WORDS.iter().any(|word| plain.contains(word));
    if !asks || SERVING.iter().any(|ending| plain.ends_with(ending)) {
        return AuthFact::default();
    }
    if is_optional(name) {
        return optional();
    }
    AuthFact { required: Some(true), policies: vec![Atom::new(own)], ..AuthFact::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_dependencies_tell_who_may_call() {
        let required = |name: &str| of_name(name).required;
        for name in [
            "get_current_user",
            "CurrentUser",
            "deps.get_current_active_superuser",
            "RoleChecker",
            "get_current_desk_clerk",
            "verify_token",
        ] {
            assert_eq!(required(name), Some(true), "{name}");
        }
        for name in [
            "get_db",
            "get_current_session",
            "SessionDep",
            "get_authentication_service",
            "OAuth2PasswordRequestForm",
            "Pagination",
        ] {
            assert_eq!(required(name), None, "{name}");
        }
        assert_eq!(required("get_current_user_optional"), Some(false));
    }

    #[test]
    fn annotations_are_read_as_text() {
        let auth = of_annotation(&Outline::default(), "Annotated[User, Depends(get_current_user)]");
        assert_eq!(auth.policies, ["get_current_user"]);
        assert_eq!(of_annotation(&Outline::default(), "list[User]"), AuthFact::default());
    }
}
