//! routing-controllers: decorated classes on Express or Koa.

use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{Decorator, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, PathSyntax, Routing, Setting, SettingKind};
use crate::codebase::{Atom, RepoPath};

use super::Framework;
use super::javascript::classes::{self, Controllers};
use super::javascript::{self};

/// routing-controllers.
pub struct RoutingControllers;

const ID: &str = "routing_controllers";
const PACKAGES: &[&str] = &["routing-controllers"];

static CONTROLLERS: Controllers = Controllers {
    id: ID,
    packages: PACKAGES,
    classes: &["Controller", "JsonController"],
    verbs: &[
        ("All", "ANY"),
        ("Delete", "DELETE"),
        ("Get", "GET"),
        ("Head", "HEAD"),
        ("Patch", "PATCH"),
        ("Post", "POST"),
        ("Put", "PUT"),
    ],
    syntax: PathSyntax::Colons,
    auth,
};

impl Framework for RoutingControllers {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "routing-controllers"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        classes::members(outline, index)
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = classes::read(&CONTROLLERS, outline);
        if javascript::imports_any(outline, PACKAGES) {
            routing.settings = outline
                .calls
                .iter()
                .filter(|call| {
                    let callee = call.value.callee.as_str();
                    callee.starts_with("create") && callee.ends_with("Server")
                        || callee.starts_with("use") && callee.ends_with("Server")
                })
                .filter_map(|call| {
                    let prefix = javascript::option(&call.value, "routePrefix")?.clone();
                    let kind = SettingKind::GlobalPrefix { prefix, exclude: Vec::new() };
                    Some(Setting { kind, framework: Atom::new(ID), line: call.value.line })
                })
                .collect();
        }
        routing
    }
}

/// `@Authorized()`, `@Authorized(["admin"])`, `@UseBefore(checkJwt)`.
fn auth(decorators: &[Decorator]) -> AuthFact {
    let mut fact = AuthFact::default();
    for decorator in decorators {
        match last_part(&decorator.name) {
            "Authorized" => {
                fact.required = Some(true);
                let roles = decorator.args.iter().flat_map(|argument| match &argument.value {
                    Value::List(items) => items.iter().collect(),
                    value => vec![value],
                });
                fact.roles.extend(roles.filter_map(|role| role.as_text().or_else(|| role.as_name())).map(Atom::new));
            }
            "UseBefore" => {
                let values: Vec<&Value> = decorator.args.iter().map(|argument| &argument.value).collect();
                let said = javascript::auth(&values);
                fact.required = fact.required.or(said.required);
                fact.policies.extend(said.policies);
            }
            _ => {}
        }
    }
    fact
}
