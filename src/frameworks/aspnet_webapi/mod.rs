//! ASP.NET Web API 2: controllers of `System.Web.Http`, whose methods' names state their verbs.

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{Call, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::{Routing, Setting, SettingKind};

use super::Framework;
use super::aspnet_mvc::signature::{self, Binding};
use super::aspnet_mvc::{actions, settings};

/// ASP.NET Web API 2.
pub struct AspNetWebApi;

const ID: &str = "aspnet_webapi";

/// What names of methods start with, and the verb that they state.
const PREFIXES: &[(&str, &str)] = &[
    ("Get", "GET"),
    ("Post", "POST"),
    ("Put", "PUT"),
    ("Delete", "DELETE"),
    ("Patch", "PATCH"),
    ("Head", "HEAD"),
    ("Options", "OPTIONS"),
];

impl Framework for AspNetWebApi {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "ASP.NET Web API 2"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn opens_from_anywhere(&self) -> bool {
        true
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing { settings: patterns(outline), ..Routing::default() };
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| is_controller(outline, it)) {
            routing.routers.push(actions::controller(ID, index, class));
            for (action, method) in outline.children(index) {
                let routes = actions::routes(ID, class, action, method).into_iter().map(|mut route| {
                    if route.methods == [Atom::new("ANY")] {
                        route.methods = vec![Atom::new(verb_of(&method.name))];
                        route.exchange = signature::exchange(Some(class), method, &route.methods, Binding::Controller);
                    }
                    route
                });
                routing.routes.extend(routes);
            }
        }
        routing
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        signature::members(outline, index, Binding::Controller)
    }
}

/// Whether a class is a controller of Web API 2, not one of a base that an ASP.NET Core app calls the same.
pub(super) fn is_controller(outline: &Outline, class: &Definition) -> bool {
    let derives = class.bases.iter().any(|base| last_part(base).ends_with("ApiController"));
    derives
        && class.kind == SymbolKind::Class
        && outline.imports.iter().any(|it| it.module == "System.Web.Http" || it.module.starts_with("System.Web.Http."))
}

fn verb_of(name: &str) -> &'static str {
    PREFIXES.iter().find(|(start, _)| name.starts_with(start)).map_or("POST", |(_, verb)| verb)
}

/// `config.Routes.MapHttpRoute("DefaultApi", "api/{controller}/{id}", new { id = RouteParameter.Optional })`.
fn patterns(outline: &Outline) -> Vec<Setting> {
    let kind = |call: &Call| {
        let mapped = Some(&call.value).filter(|value| value.callee == "MapHttpRoute")?;
        let mut kind = settings::conventional(mapped, &["routeTemplate"], 1, None)?;
        // The verb finds the method where the pattern does not name one.
        if let SettingKind::Conventional { pattern: Value::Text(pattern), defaults, .. } = &mut kind
            && !pattern.contains("{action")
            && defaults.iter().all(|(name, _)| name != "action")
        {
            defaults.push((Atom::new("action"), Value::Text(Atom::new("*"))));
        }
        Some(kind)
    };
    let stated = outline.calls.iter().filter_map(|call| Some((kind(call)?, call.value.line)));
    stated.map(|(kind, line)| Setting { kind, framework: Atom::new(ID), line }).collect()
}
