//! ASP.NET Core MVC and Web API: controllers with attribute routes, conventional routes, Ardalis endpoints.

pub(super) mod actions;
pub(super) mod authorize;
pub(super) mod results;
pub(super) mod settings;
pub(super) mod signature;
pub(super) mod versions;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, last_part};
use crate::codebase::routing::Routing;

use super::{Framework, aspnet_webapi, odata};
use signature::Binding;

/// ASP.NET Core MVC.
pub struct AspNetMvc;

const ID: &str = "aspnet_mvc";

impl Framework for AspNetMvc {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "ASP.NET Core MVC"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn opens_from_anywhere(&self) -> bool {
        true
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing { settings: settings::read(outline), ..Routing::default() };
        for (index, class) in (0..).zip(&outline.definitions) {
            let is_others = odata::is_controller(class) || aspnet_webapi::is_controller(outline, class);
            if !is_others && is_controller(outline, index, class) {
                routing.routers.push(actions::controller(ID, index, class));
                for (action, method) in outline.children(index) {
                    routing.routes.extend(actions::routes(ID, class, action, method));
                }
            }
        }
        routing
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        signature::members(outline, index, Binding::Controller)
    }
}

/// Whether MVC would take a class for a controller, or for the base of some.
fn is_controller(outline: &Outline, index: DefinitionIndex, class: &Definition) -> bool {
    if class.kind != SymbolKind::Class || class.has_modifier("static") || class.decorator("NonController").is_some() {
        return false;
    }
    let marked = ["ApiController", "Controller"].iter().any(|name| class.decorator(name).is_some());
    let derived = class.bases.iter().any(|base| {
        let base = last_part(base);
        base.ends_with("Controller") || base.ends_with("ControllerBase") || base.starts_with("EndpointBase")
    });
    let answers =
        || outline.children(index).any(|(_, method)| method.decorators.iter().any(|it| actions::verb(it).is_some()));
    // A name alone may be anything: a window's controller has no base and no route.
    marked
        || derived
        || (class.name.ends_with("Controller") && (!class.bases.is_empty() || answers()))
        || (!class.bases.is_empty() && answers())
}
