//! Who may call, as dependencies say it: `Depends(get_current_user)`, `Security(..)`.

use crate::codebase::Atom;

use crate::codebase::outline::{Argument, CallValue, Outline, Value, last_part};
use crate::codebase::routing::AuthFact;

use super::super::pythonic;

/// Words in the name of a dependency that asks who calls; names are compared without `_` and in lower case.
const WORDS: &[&str] = &[
    "accesstoken",
    "adminuser",
    "apikey",
    "authenticat",
    "authoris",
    "authoriz",
    "authuser",
    "checkpermission",
    "checkrole",
    "currentaccount",
    "currentactive",
    "currentadmin",
    "currentmember",
    "currentprincipal",
    "currentstaff",
    "currentsuperuser",
    "currentuser",
    "getadmin",
    "haspermission",
    "hasrole",
    "httpbasic",
    "httpbearer",
    "isadmin",
    "jwtbearer",
    "loggedin",
    "loginrequired",
    "needspermission",
    "oauth2",
    "permissionchecker",
    "permissiondependency",
    "permissionrequired",
    "requireadmin",
    "requireauth",
    "requirelogin",
    "requirepermission",
    "requirerole",
    "requirescope",
    "requirestaff",
    "requiresuperuser",
    "requireuser",
    "rolechecker",
    "rolerequired",
    "signedin",
    "superuser",
    "verifyapi",
    "verifyjwt",
    "verifysession",
    "verifytoken",
    "verifyuser",
];
/// Endings of dependencies that serve rather than ask.
const SERVING: &[&str] = &[
    "client",
    "config",
    "context",
    "date",
    "db",
    "form",
    "language",
    "locale",
    "manager",
    "page",
    "repo",
    "repository",
    "request",
    "service",
    "session",
    "settings",
    "time",
    "timezone",
    "version",
    "year",
];
/// Words of dependencies that let callers through who are not signed in.
const OPTIONAL: &[&str] = &["maybe", "optional", "ornone", "tryget"];
/// FastAPI's classes that read credentials.
const SCHEMES: &[&str] = &[
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
    "HTTPBasic",
    "HTTPBearer",
    "HTTPDigest",
    "OAuth2AuthorizationCodeBearer",
    "OAuth2PasswordBearer",
    "OpenIdConnect",
];

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
        _ => of_name(name),
    }
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
            None => of_name(name),
        },
        Value::Call(call) if SCHEMES.contains(&call.callee.as_str()) => {
            AuthFact { required: Some(true), schemes: vec![call.callee.clone()], ..AuthFact::default() }
        }
        Value::Call(call) => {
            let mut auth = of_name(&call.callee);
            if auth.required.is_some() {
                auth.roles = texts(call.args.iter().map(|arg| &arg.value));
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

fn of_name(name: &str) -> AuthFact {
    let own = last_part(name);
    let plain = own.replace('_', "").to_ascii_lowercase();
    let asks = plain.starts_with("getcurrent") || WORDS.iter().any(|word| plain.contains(word));
    if !asks || SERVING.iter().any(|ending| plain.ends_with(ending)) {
        return AuthFact::default();
    }
    let is_optional = OPTIONAL.iter().any(|word| plain.contains(word));
    AuthFact {
        required: Some(!is_optional),
        policies: if is_optional { Vec::new() } else { vec![Atom::new(own)] },
        ..AuthFact::default()
    }
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
