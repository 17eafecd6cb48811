//! Django, and Django REST framework on top of it.
//!
//! A list of patterns is a router by its variable's name; `include` mounts one list below another, and a settings
//! module's `ROOT_URLCONF` mounts the first one at the app's root. A viewset is a router too, whose routes stand
//! where its class does and which `router.register` mounts.

mod handlers;
mod patterns;
mod viewsets;

use crate::codebase::outline::{DefinitionIndex, Outline, Value};
use crate::codebase::routing::{AuthFact, Mount, Route, RouterRef, Routing, Setting, SettingKind};
use crate::codebase::{Atom, RepoPath};

use super::{Framework, HandlerFacts, pythonic};

/// Django.
pub struct Django;

pub(super) const ID: &str = "django";

impl Framework for Django {
    fn id(&self) -> &'static str {
        "django"
    }

    fn name(&self) -> &'static str {
        "Django"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        let is_main = outline.assignments.iter().any(|own| own.target == "urlpatterns");
        if is_main || pythonic::imports_any(outline, &["django", "rest_framework", "rest_framework_nested"]) {
            patterns::read(outline, &mut routing);
        }
        viewsets::read(outline, &mut routing);
        for own in outline.assignments.iter().filter(|own| own.target == "MIDDLEWARE") {
            let Value::List(items) = &own.value else { continue };
            let asks = items.iter().filter_map(Value::as_text).any(|name| name.ends_with(".LoginRequiredMiddleware"));
            if asks {
                let kind = SettingKind::Auth(AuthFact { required: Some(true), ..AuthFact::default() });
                routing.settings.push(Setting { kind, framework: ID.into(), line: own.line });
            }
        }
        for own in outline.assignments.iter().filter(|own| own.target == "REST_FRAMEWORK") {
            let Some(list @ Value::List(_)) = own.value.key("DEFAULT_PERMISSION_CLASSES") else { continue };
            let bases = handlers::REST_BASES.iter().map(Atom::new).collect();
            let kind = SettingKind::AuthBelow { bases, auth: handlers::permissions(list) };
            routing.settings.push(Setting { kind, framework: ID.into(), line: own.line });
        }
        for own in outline.assignments.iter().filter(|own| own.target == "ROOT_URLCONF") {
            let Value::Text(module) = &own.value else { continue };
            routing.mounts.push(Mount {
                parent: RouterRef::Root,
                child: RouterRef::Module(module.clone()),
                prefix: Value::Null,
                replaces_prefix: false,
                conditional: false,
                auth: AuthFact::default(),
                framework: ID.into(),
                line: own.line,
            });
        }
        routing
    }

    fn base_verbs(&self, base: &str) -> &'static [&'static str] {
        handlers::base_verbs(base)
    }

    fn class_states(&self, outline: &Outline, class: DefinitionIndex, route: &Route) -> Option<HandlerFacts> {
        Some(handlers::class_states(outline, class, route))
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        handlers::read(outline, index)
    }
}
