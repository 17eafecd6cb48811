//! What holds for all routes of an app: its prefix, its versions, what it asks of callers.

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::Value;
use crate::codebase::routing::{AuthFact, HandlerRef, Route, SettingKind};

use super::evaluate::{self, At};
use super::handlers;
use super::{AppSettings, Composer, paths};

impl<'a> Composer<'a> {
    /// The settings of one framework in one app.
    pub(super) fn settings(&self, app: &str, framework: &str) -> impl Iterator<Item = &AppSettings<'a>> {
        self.apps.iter().filter(move |setting| setting.app == app && setting.framework == framework)
    }

    /// The prefix of a route's path, if the app has one and does not exempt the path.
    pub(super) fn global_prefix(&self, app: &str, route: &Route, path: &str) -> Option<String> {
        let mut prefix = String::new();
        for setting in self.settings(app, &route.framework) {
            let SettingKind::GlobalPrefix { prefix: value, exclude } = setting.kind else { continue };
            let excluded = exclude.iter().any(|value| {
                let excluded = evaluate::text(self.names, setting.at, value);
                excluded.trim_matches('/') == path.trim_matches('/')
            });
            // Programs of one component (its server, its generator of documents) state the same prefix each.
            let own = evaluate::text(self.names, setting.at, value);
            if !excluded && prefix.trim_matches('/') != own.trim_matches('/') {
                prefix = paths::join(&prefix, &own);
            }
        }
        (!prefix.is_empty()).then_some(prefix)
    }

    /// The path segments of the versions that a route answers; one empty one where versions are not in the path.
    pub(super) fn versions(&self, app: &str, file: FileIndex, route: &Route, class: Option<Symbol>) -> Vec<String> {
        let setting = self.settings(app, &route.framework).find_map(|setting| match setting.kind {
            SettingKind::UriVersioning { prefix, default } => Some((setting.at, prefix, default.as_ref())),
            _ => None,
        });
        let none = || vec![String::new()];
        let Some((at, prefix, default)) = setting else { return none() };
        let own = match route.handler {
            HandlerRef::Definition(index) => self.stated(Symbol { file, definition: Some(index) }),
            _ => None,
        };
        let class_states = || class.and_then(|class| self.stated(class));
        let default = || default.map(|default| (at, std::slice::from_ref(default)));
        let Some((place, versions)) = own.or_else(class_states).or_else(default) else { return none() };
        let prefix = evaluate::text(self.names, at, prefix);
        let segment = |version: &Value| match version {
            Value::Name(name) if name.contains("NEUTRAL") => String::new(),
            version => format!("{prefix}{}", evaluate::text(self.names, place, version)),
        };
        let listed = versions.iter().flat_map(|version| match version {
            Value::List(items) => items.as_slice(),
            version => std::slice::from_ref(version),
        });
        listed.map(segment).collect()
    }

    /// The versions that a class or method states.
    fn stated(&self, symbol: Symbol) -> Option<(At, &'a [Value])> {
        let routing = &self.names.scope().facts.get(symbol.file as usize)?.routing;
        let stated = routing.versions.iter().find(|it| Some(it.definition) == symbol.definition)?;
        Some((At { file: symbol.file, enclosing: symbol.definition }, &stated.versions))
    }

    /// What the app asks of callers of this sort of handler. `class` serves the route, if one does.
    pub(super) fn auth_below(
        &self,
        app: &str,
        route: &Route,
        handler: Option<Symbol>,
        class: Option<Symbol>,
    ) -> Option<&'a AuthFact> {
        self.settings(app, &route.framework).find_map(|setting| match setting.kind {
            SettingKind::AuthBelow { bases, auth } => {
                handlers::is_below(self.names, handler, class, bases).then_some(auth)
            }
            _ => None,
        })
    }

    /// What the app asks of all its callers.
    pub(super) fn app_auth(&self, app: &str, route: &Route) -> impl Iterator<Item = &'a AuthFact> {
        self.settings(app, &route.framework).filter_map(|setting| match setting.kind {
            SettingKind::Auth(fact) => Some(fact),
            _ => None,
        })
    }
}
