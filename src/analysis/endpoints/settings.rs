//! What holds for all routes of an app: its prefix, its versions, what it asks of callers.

use crate::codebase::ComponentKind;
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::Value;
use crate::codebase::routing::{HandlerRef, Route, SettingKind};

use super::evaluate::{self, At};
use super::{AppSettings, Composer, paths, reaches};

impl<'a> Composer<'a> {
    /// The settings of one framework in one app.
    pub(super) fn settings(&self, app: &str, framework: &str) -> impl Iterator<Item = &AppSettings<'a>> {
        self.apps.iter().filter(move |setting| setting.app == app && setting.framework == framework)
    }

    /// The settings of the components that host a library's routes, where it is served by none alone.
    pub(super) fn hosting<'s>(&'s self, app: &'s str, framework: &'s str) -> impl Iterator<Item = &'s AppSettings<'a>> {
        let components = self.names.scope().components;
        let own = components.iter().find(|it| it.id == app).filter(|it| it.kind == ComponentKind::Library);
        let hosts = move |other: &str| {
            own.is_some() && components.iter().find(|it| it.id == other).is_some_and(|it| reaches(components, it, app))
        };
        self.apps.iter().filter(move |setting| setting.framework == framework && hosts(setting.app))
    }

    /// The prefix of a route's path, if the app has one and does not exempt the path.
    pub(super) fn global_prefix(&self, app: &str, route: &Route, path: &str, class: Option<Symbol>) -> Option<String> {
        let own = class.and_then(|class| self.overriding_prefix(class));
        let mut prefix = String::new();
        for setting in self.settings(app, &route.framework) {
            let SettingKind::GlobalPrefix { prefix: value, exclude } = setting.kind else { continue };
            let excluded = exclude.iter().any(|value| {
                let excluded = evaluate::text(self.names, setting.at, value);
                excluded.trim_matches('/') == path.trim_matches('/')
            });
            // Programs of one component (its server, its generator of documents) state the same prefix each.
            let own = own.clone().unwrap_or_else(|| evaluate::text(self.names, setting.at, value));
            if !excluded && prefix.trim_matches('/') != own.trim_matches('/') {
                prefix = paths::join(&prefix, &own);
            }
        }
        (!prefix.is_empty()).then_some(prefix)
    }

    /// The prefix that a class states in place of the app's.
    fn overriding_prefix(&self, class: Symbol) -> Option<String> {
        let routing = &self.names.scope().facts.get(class.file as usize)?.routing;
        let stated = routing.overrides.iter().find(|it| Some(it.definition) == class.definition)?;
        let at = At { file: class.file, enclosing: class.definition };
        Some(evaluate::text(self.names, at, &stated.prefix))
    }

    /// The path segments of the versions that a route answers, before its path or behind it; empty ones where versions are
    /// not in the path.
    pub(super) fn versions(
        &self,
        app: &str,
        file: FileIndex,
        route: &Route,
        class: Option<Symbol>,
    ) -> Vec<(String, String)> {
        let setting = self.settings(app, &route.framework).find_map(|setting| match setting.kind {
            SettingKind::UriVersioning { behind, prefix, default } => {
                Some((setting.at, *behind, prefix, default.as_ref()))
            }
            _ => None,
        });
        let none = || vec![Default::default()];
        let Some((at, behind, prefix, default)) = setting else { return none() };
        let own = match route.handler {
            HandlerRef::Definition(index) => self.stated(Symbol { file, definition: Some(index) }),
            _ => None,
        };
        let class_states = || class.and_then(|class| self.stated(class));
        let default = || default.map(|default| (at, std::slice::from_ref(default)));
        let Some((place, versions)) = own.or_else(class_states).or_else(default) else { return none() };
        let prefix = evaluate::text(self.names, at, prefix);
        let segment = |version: &Value| match version {
            Value::Name(name) if name.contains("NEUTRAL") => Default::default(),
            version => {
                let segment = format!("{prefix}{}", evaluate::text(self.names, place, version));
                if behind { (String::new(), segment) } else { (segment, String::new()) }
            }
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
}
