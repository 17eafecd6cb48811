//! `LoopBack`: controllers whose methods are decorated.

use crate::codebase::RepoPath;
use crate::codebase::outline::{Decorator, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, PathSyntax, Routing};

use super::Framework;
use super::javascript::classes::{self, Controllers};
use super::javascript::{self};

/// `LoopBack`.
pub struct LoopBack;

const ID: &str = "loopback";

static CONTROLLERS: Controllers = Controllers {
    id: ID,
    packages: &["@loopback/rest", "@loopback/openapi-v3"],
    classes: &[],
    verbs: &[("del", "DELETE"), ("get", "GET"), ("patch", "PATCH"), ("post", "POST"), ("put", "PUT")],
    syntax: PathSyntax::Braces,
    auth,
};

impl Framework for LoopBack {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "LoopBack"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = classes::read(&CONTROLLERS, outline);
        for router in &mut routing.routers {
            let class = router.class.and_then(|class| outline.definition(class));
            let api = class.and_then(|class| class.decorator("api")).and_then(|api| api.args.first());
            router.prefixes.extend(api.and_then(|api| api.value.key("basePath")).cloned());
        }
        routing
    }
}

/// `@authenticate("jwt")`, `@authenticate.skip()`, `@authorize({ allowedRoles: ["admin"] })`.
fn auth(decorators: &[Decorator]) -> AuthFact {
    let mut fact = AuthFact::default();
    for decorator in decorators {
        if decorator.name == "authenticate.skip" {
            fact.required = Some(false);
            continue;
        }
        let texts = |value: &Value| -> Vec<_> {
            match value {
                Value::Text(text) => vec![text.clone()],
                Value::List(items) => items.iter().filter_map(Value::as_text).map(Into::into).collect(),
                value => value.key("strategy").and_then(Value::as_text).map(Into::into).into_iter().collect(),
            }
        };
        match last_part(&decorator.name) {
            "authenticate" => {
                fact.required = Some(true);
                fact.schemes.extend(decorator.args.iter().flat_map(|argument| texts(&argument.value)));
            }
            "authorize" => {
                fact.required = Some(true);
                let roles = decorator.args.first().and_then(|options| options.value.key("allowedRoles"));
                fact.roles.extend(roles.map(texts).unwrap_or_default());
            }
            _ => {}
        }
    }
    fact
}
