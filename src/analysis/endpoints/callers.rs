//! Who may call: what apps, routers, routes and handlers state, joined for one endpoint.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::codebase::Atom;
use crate::codebase::endpoint::Auth;
use crate::codebase::graph::Symbol;
use crate::codebase::routing::{AuthFact, Route, SettingKind};
use crate::frameworks::{self, Framework};

use super::super::link::Names;
use super::evaluate::{self, At};
use super::handlers::Found;
use super::routers::Way;
use super::{Composer, handlers};

/// How far a dependency of a dependency is followed.
const DEPTH_MAX: usize = 4;

/// A statement about callers, and the place from which its names are understood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stated<'a> {
    pub(super) at: At,
    pub(super) fact: &'a AuthFact,
}

/// C#'s extension methods that statements ask for, by their names: they are called on what they extend, so that a name
/// alone does not resolve to them.
pub(super) type Extensions<'a> = BTreeMap<&'a str, Vec<Symbol>>;

/// Collects the extension methods whose names statements ask for.
pub(super) fn extensions<'a>(names: &Names<'a>) -> Extensions<'a> {
    let facts = names.scope().facts;
    let asked = facts.iter().flat_map(|facts| &facts.routing.demands).flat_map(|demand| &demand.auth.asks);
    let mut found: Extensions<'a> = asked.map(|name| (name.as_str(), Vec::new())).collect();
    if found.is_empty() {
        return found;
    }
    for (file, facts) in (0..).zip(facts) {
        for (index, definition) in (0..).zip(&facts.outline.definitions) {
            let extends = definition.parameters.first().is_some_and(|it| it.modifiers.iter().any(|it| it == "this"));
            if let Some(found) = found.get_mut(definition.name.as_str()).filter(|_| extends) {
                found.push(Symbol { file, definition: Some(index) });
            }
        }
    }
    found
}

impl<'a> Composer<'a> {
    /// What all statements about an endpoint's callers say together: of the app, on the way, on the route and on what
    /// answers it. The innermost decides whether one must sign in, names add up. `class` serves the route, if one does.
    pub(super) fn auth(
        &self,
        (app, path): (&str, &str),
        way: &Way<'a>,
        (at, route): (At, &Route),
        handler: &Found,
        class: Option<Symbol>,
    ) -> Option<Auth> {
        let framework = frameworks::by_id(&route.framework)?;
        let mut stated: Vec<Stated<'_>> = self.app_auth(app, route, path);
        stated.extend(&way.auth);
        if route.auth.required.or(handler.auth.required).is_none() {
            stated.extend(self.auth_below(app, route, handler.symbol, class));
        }
        stated.push(Stated { at, fact: &route.auth });
        stated.push(Stated { at: handler.symbol.map_or(at, At::of), fact: &handler.auth });
        let facts: Vec<Cow<'_, AuthFact>> = stated.iter().map(|it| self.opened(framework, *it, 0)).collect();
        let said = || facts.iter().filter_map(|fact| fact.required);
        let is_open = framework.opens_from_anywhere() && said().any(|required| !required);
        if is_open || !said().next_back()? {
            return Some(Auth::default());
        }
        let sorted = |pick: fn(&AuthFact) -> &Vec<Atom>| {
            let named = facts.iter().zip(&stated).flat_map(|(fact, it)| pick(fact).iter().map(|name| (it.at, name)));
            let mut found: Vec<Atom> = named.map(|(at, name)| self.spelt_out(at, name)).collect();
            found.sort();
            found.dedup();
            found
        };
        Some(Auth {
            required: true,
            schemes: sorted(|fact| &fact.schemes),
            roles: sorted(|fact| &fact.roles),
            policies: sorted(|fact| &fact.policies),
        })
    }

    /// A role or policy that stands as the name of a constant, by what the constant holds: `Roles.Admin`.
    fn spelt_out(&self, at: At, name: &Atom) -> Atom {
        if !name.contains('.') {
            return name.clone();
        }
        let held = evaluate::constant(self.names, at, name).and_then(|(_, value)| value.as_text());
        held.filter(|text| !text.is_empty()).map_or_else(|| name.clone(), Atom::new)
    }

    /// A statement with what the definitions state that it asks for.
    fn opened<'s>(&self, framework: &dyn Framework, stated: Stated<'s>, depth: usize) -> Cow<'s, AuthFact> {
        if stated.fact.asks.is_empty() || depth > DEPTH_MAX {
            return Cow::Borrowed(stated.fact);
        }
        let mut whole = stated.fact.clone();
        for name in &stated.fact.asks {
            let Some(symbol) = self.asked(stated.at, name) else { continue };
            let Some(facts) = self.names.scope().facts.get(symbol.file as usize) else { continue };
            let Some(index) = symbol.definition else { continue };
            let own = framework.asked(&facts.outline, index);
            let own = self.opened(framework, Stated { at: At::of(symbol), fact: &own }, depth + 1);
            whole.required = match (whole.required, own.required) {
                (Some(a), Some(b)) => Some(a || b),
                (a, b) => a.or(b),
            };
            whole.schemes.extend_from_slice(&own.schemes);
            whole.roles.extend_from_slice(&own.roles);
            whole.policies.extend_from_slice(&own.policies);
        }
        Cow::Owned(whole)
    }

    /// The definition that a statement asks for by name.
    fn asked(&self, at: At, name: &str) -> Option<Symbol> {
        let resolver = self.names.resolver(at.file)?;
        let meaning = resolver.resolve(at.file, at.enclosing, name).filter(|meaning| meaning.rest == 0);
        let extension = || match self.extensions.get(name)?.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        meaning.map(|meaning| meaning.symbol).filter(|symbol| symbol.definition.is_some()).or_else(extension)
    }

    /// What the app asks of callers of this sort of handler. `class` serves the route, if one does.
    fn auth_below(
        &self,
        app: &str,
        route: &Route,
        handler: Option<Symbol>,
        class: Option<Symbol>,
    ) -> Option<Stated<'a>> {
        self.settings(app, &route.framework).find_map(|setting| match setting.kind {
            SettingKind::AuthBelow { bases, auth } => {
                handlers::is_below(self.names, handler, class, bases).then_some(Stated { at: setting.at, fact: auth })
            }
            _ => None,
        })
    }

    /// What the app asks of all its callers, and then of those of a path.
    fn app_auth(&self, app: &str, route: &Route, path: &str) -> Vec<Stated<'a>> {
        let mut facts = Vec::new();
        let mut at_path: Vec<(usize, Stated<'a>)> = Vec::new();
        for setting in self.settings(app, &route.framework).chain(self.hosting(app, &route.framework)) {
            match setting.kind {
                SettingKind::Auth(fact) => facts.push(Stated { at: setting.at, fact }),
                SettingKind::AuthAt { path: place, below, auth } => {
                    let place = evaluate::text(self.names, setting.at, place).to_lowercase();
                    let place = place.trim_matches('/');
                    let path = path.trim_matches('/').to_lowercase();
                    let rest = path.strip_prefix(place);
                    let fits = rest
                        .is_some_and(|rest| rest.is_empty() || (*below && (place.is_empty() || rest.starts_with('/'))));
                    if fits {
                        at_path.push((place.len(), Stated { at: setting.at, fact: auth }));
                    }
                }
                _ => {}
            }
        }
        // The longest path speaks last.
        at_path.sort_by_key(|(length, _)| *length);
        facts.extend(at_path.into_iter().map(|(_, fact)| fact));
        facts
    }
}
