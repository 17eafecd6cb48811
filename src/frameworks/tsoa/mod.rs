//! tsoa: decorated classes from which routes are generated.

use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{Decorator, DefinitionIndex, Outline, Value, last_part, positional};
use crate::codebase::routing::{AuthFact, PathSyntax, Routing, Setting, SettingKind};
use crate::codebase::{Atom, RepoPath};

use super::Framework;
use super::javascript::classes::{self, Controllers};
use super::javascript::{self};

/// tsoa.
pub struct Tsoa;

const ID: &str = "tsoa";

static CONTROLLERS: Controllers = Controllers {
    id: ID,
    packages: &["tsoa", "@tsoa/runtime"],
    classes: &["Route"],
    verbs: &[
        ("Delete", "DELETE"),
        ("Get", "GET"),
        ("Head", "HEAD"),
        ("Options", "OPTIONS"),
        ("Patch", "PATCH"),
        ("Post", "POST"),
        ("Put", "PUT"),
    ],
    syntax: PathSyntax::Braces,
    auth,
};

impl Framework for Tsoa {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "tsoa"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        classes::members(outline, index)
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        classes::read(&CONTROLLERS, outline)
    }

    /// `routes.basePath` of `tsoa.json`.
    fn routing_of_text(&self, path: &RepoPath, text: &str) -> Routing {
        let mut routing = Routing::default();
        if path.file_name() != "tsoa.json" {
            return routing;
        }
        let Ok(settings) = serde_json::from_str::<serde_json::Value>(text) else { return routing };
        if let Some(prefix) = settings["routes"]["basePath"].as_str() {
            let kind = SettingKind::GlobalPrefix { prefix: Value::Text(prefix.into()), exclude: Vec::new() };
            routing.settings.push(Setting { kind, framework: Atom::new(ID), line: 1 });
        }
        routing
    }
}

/// `@Security("jwt", ["admin"])`, `@NoSecurity()`, `@Middlewares(checkJwt)`.
fn auth(decorators: &[Decorator]) -> AuthFact {
    let mut fact = AuthFact::default();
    for decorator in decorators {
        match last_part(&decorator.name) {
            "NoSecurity" => fact.required = Some(false),
            "Security" => {
                fact.required = Some(true);
                fact.schemes.extend(positional(&decorator.args, 0).and_then(Value::as_text).map(Atom::new));
                if let Some(Value::List(scopes)) = positional(&decorator.args, 1) {
                    fact.policies.extend(scopes.iter().filter_map(Value::as_text).map(Atom::new));
                }
            }
            "Middlewares" => {
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
