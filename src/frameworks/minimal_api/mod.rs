//! ASP.NET Core minimal APIs: `MapGet` and its like, route groups, endpoint classes, health checks and hubs.

mod fluent;
mod mapped;
mod receiver;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::Exchange;
use crate::codebase::outline::{Call, DefinitionIndex, Outline, SymbolKind, Value};
use crate::codebase::routing::{AuthFact, Router, RouterRole, Routing, Setting};

use super::aspnet_mvc::signature::{self, Binding};
use super::aspnet_mvc::{authorize, versions};
use super::{Framework, HandlerFacts};
use receiver::Receivers;

/// ASP.NET Core minimal APIs.
pub struct MinimalApi;

const ID: &str = "minimal_api";

impl Framework for MinimalApi {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "ASP.NET Core minimal API"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let is_mapping = |call: &Call| mapped::is_mapping(&call.value.callee) || call.value.callee == "MapGroup";
        let maps = outline.calls.iter().any(is_mapping);
        if !maps && !outline.assignments.iter().any(is_app) {
            let says = outline.calls.iter().any(|call| fluent::asks_callers(&call.value));
            let demands = if says { fluent::demands(outline) } else { Vec::new() };
            return Routing { demands, ..Routing::default() };
        }
        let receivers = Receivers::new(outline);
        let fluent = fluent::Said::read(outline);
        let mut routing =
            Routing { routers: routers(outline, &receivers), demands: fluent::demands(outline), ..Routing::default() };
        let of_app = authorize::of_app(outline, &[], false);
        routing.settings.extend(of_app.map(|(kind, line)| Setting { kind, framework: Atom::new(ID), line }));
        for call in &outline.calls {
            routing.routes.extend(mapped::routes(outline, &receivers, &fluent, call));
        }
        routing
    }

    fn asked(&self, outline: &Outline, index: DefinitionIndex) -> AuthFact {
        fluent::of_extension(outline, index)
    }

    fn opens_from_anywhere(&self) -> bool {
        true
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        signature::members(outline, index, Binding::Minimal)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let Some(method) = outline.definition(index) else { return HandlerFacts::default() };
        // A hub.
        if method.kind.is_type() {
            return HandlerFacts { auth: authorize::stated(&method.decorators), ..HandlerFacts::default() };
        }
        if method.kind != SymbolKind::Method {
            return HandlerFacts::default();
        }
        HandlerFacts {
            auth: authorize::stated(&method.decorators),
            exchange: signature::exchange(None, method, &[], Binding::Minimal),
            ..HandlerFacts::default()
        }
    }
}

/// Whether a variable is given a built application.
fn is_app(assignment: &crate::codebase::outline::Assignment) -> bool {
    assignment.type_name.as_deref() == Some("WebApplication")
        || !assignment.target.contains('.') && receiver::is_app_builder(&assignment.value)
}

/// Variables that hold an application or a route group.
fn routers(outline: &Outline, receivers: &Receivers<'_>) -> Vec<Router> {
    let mut routers = Vec::new();
    for assignment in &outline.assignments {
        let mut router = Router {
            name: assignment.target.clone(),
            enclosing: assignment.enclosing,
            class: None,
            role: RouterRole::App,
            prefixes: Vec::new(),
            tokens: Vec::new(),
            parent: None,
            returned_by: None,
            auth: AuthFact::default(),
            framework: Atom::new(ID),
            line: assignment.line,
        };
        if is_app(assignment) {
            routers.push(router);
            continue;
        }
        let Value::Call(call) = &assignment.value else { continue };
        let Some(group) = receiver::group_of(call) else { continue };
        router.role = RouterRole::Router;
        router.prefixes = receiver::group_prefix(outline, group, assignment.enclosing).into_iter().collect();
        router.parent = group.receiver.as_ref().and_then(|above| receivers.of(above, assignment.enclosing));
        let mut words = fluent::of_chain(call);
        fluent::add_statements(outline, &assignment.target, assignment.enclosing, &mut words);
        words.versions.sort();
        router.prefixes = versions::fill(router.prefixes, &words.versions);
        router.tokens = versions::tokens(&words.versions);
        router.auth = words.auth;
        if router.parent.is_some() {
            routers.push(router);
        }
    }
    routers
}
