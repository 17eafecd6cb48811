//! `OData`: controllers whose methods are served by their names below the prefix of a model.

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::{Route, Routing, Setting, SettingKind};

use super::Framework;
use super::aspnet_mvc::actions;
use super::aspnet_mvc::signature::{self, Binding};

/// `OData`.
pub struct OData;

const ID: &str = "odata";

/// Names of methods with their verb, and whether they speak of one entity.
const CONVENTIONS: &[(&str, &str)] =
    &[("Get", "GET"), ("Post", "POST"), ("Put", "PUT"), ("Patch", "PATCH"), ("Delete", "DELETE")];

impl Framework for OData {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "OData"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn opens_from_anywhere(&self) -> bool {
        true
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing { settings: settings(outline), ..Routing::default() };
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| is_controller(it)) {
            routing.routers.push(actions::controller(ID, index, class));
            for (action, method) in outline.children(index) {
                if actions::is_routed(method) {
                    routing.routes.extend(actions::routes(ID, class, action, method));
                } else if actions::is_action(method) {
                    routing.routes.extend(route(class, action, method));
                }
            }
        }
        routing
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        signature::members(outline, index, Binding::Controller)
    }
}

/// Whether a class's methods are served by their names, where they have no routes.
pub(super) fn is_controller(class: &Definition) -> bool {
    class.kind == SymbolKind::Class && class.bases.iter().any(|base| last_part(base) == "ODataController")
}

/// `AddRouteComponents("odata", model)`, `MapODataServiceRoute("name", "odata", model)`.
fn settings(outline: &Outline) -> Vec<Setting> {
    let stated = outline.calls.iter().filter_map(|call| {
        let value = &call.value;
        let prefix = match value.callee.as_str() {
            // The prefix may be left out: then the model is the one argument.
            "AddRouteComponents" => value
                .named("routePrefix")
                .or_else(|| value.positional(0).filter(|it| matches!(it, Value::Text(_) | Value::Name(_))))
                .filter(|_| value.args.len() > 1),
            "MapODataServiceRoute" | "MapODataRoute" => {
                value.named("routePrefix").or_else(|| value.positional(usize::from(value.named("routeName").is_none())))
            }
            _ => return None,
        };
        let prefix = prefix.cloned().unwrap_or_else(|| Value::Text(Atom::default()));
        let pattern = Value::Join(thin_vec![prefix, Value::Text(Atom::new("/[controller][action]"))]);
        let kind = SettingKind::Conventional { pattern, area: None, defaults: Vec::new() };
        Some(Setting { kind, framework: Atom::new(ID), line: value.line })
    });
    stated.collect()
}

/// `Get()` serves the set, `Get(int key)` one entity, `GetName(int key)` one property of it.
fn route(class: &Definition, index: DefinitionIndex, method: &Definition) -> Option<Route> {
    let plain = method.name.strip_suffix("Async").unwrap_or(&method.name);
    let (rest, verb) = CONVENTIONS.iter().find_map(|(start, verb)| Some((plain.strip_prefix(start)?, *verb)))?;
    let has_key = method.parameters.iter().any(|it| it.name == "key" || it.name.starts_with("key"));
    let set = class.name.strip_suffix("Controller").unwrap_or(&class.name);
    let key = if has_key { "({key})" } else { "" };
    let below = match rest {
        "" => String::new(),
        rest if *rest == *set => String::new(),
        // `PostProduct(product)` of `ProductsController` names the entity.
        rest if set.starts_with(rest) || singular(set) == rest => String::new(),
        rest if has_key => format!("/{}", rest.strip_prefix("From").map_or(rest, |_| rest).split("From").next()?),
        _ => return None,
    };
    let mut route = actions::route(ID, class, index, method, vec![Atom::new(verb)], Value::Null);
    route.tokens = vec![(Atom::new("action"), Atom::from(format!("{key}{below}")))];
    Some(route)
}

/// `Category` of `Categories`.
fn singular(set: &str) -> String {
    set.strip_suffix("ies").map_or_else(|| set.to_owned(), |stem| format!("{stem}y"))
}
