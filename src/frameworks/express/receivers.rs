//! What can be a router: `axios.get`, `map.get` and `app.get("setting")` declare no routes.

use std::collections::BTreeSet;

use crate::codebase::Atom;

use crate::codebase::Lines;
use crate::codebase::outline::{
    Assignment, Call, CallValue, Definition, DefinitionIndex, Outline, SymbolKind, Taken, Value, last_part,
};
use crate::codebase::routing::{AuthFact, Router, RouterRef, RouterRole};

use super::{ID, VERBS, middleware};

/// Packages that make Express routers.
const PACKAGES: &[&str] = &["express", "express-promise-router", "@awaitjs/express", "ultimate-express"];

/// Types of parameters and fields that are routers.
const TYPES: &[&str] = &["Router", "IRouter", "Express", "Application", "IRoutes", "ExpressApp"];

/// Longest chain of calls that is followed.
const CHAIN_MAX: usize = 64;

/// What routes hang on, as one call says.
pub(super) struct Receiver {
    pub(super) router: RouterRef,
    /// Whether the path is given already: `router.route("/x")`.
    pub(super) has_path: bool,
    /// Whether only its name says that it is a router.
    pub(super) by_name: bool,
}

/// The routers of a file, and how to tell others.
pub(super) struct Receivers<'o> {
    outline: &'o Outline,
    /// Names of imports, by what they are.
    apps: BTreeSet<&'o str>,
    makers: BTreeSet<Atom>,
    routers: Vec<Router>,
    /// Names of routers by the lines of the call that makes them: a chain may hang on it at once.
    made_at: Vec<(Lines, Atom)>,
}

impl<'o> Receivers<'o> {
    pub(super) fn read(outline: &'o Outline) -> Self {
        let mut receivers =
            Self { outline, apps: BTreeSet::new(), makers: BTreeSet::new(), routers: Vec::new(), made_at: Vec::new() };
        receivers.read_imports();
        for assignment in &outline.assignments {
            if let Some(router) = receivers.router(assignment) {
                let maker = root_of(&assignment.value).and_then(Value::as_call);
                receivers.made_at.extend(maker.map(|call| (call.lines, router.name.clone())));
                receivers.routers.push(router);
            }
        }
        receivers
    }

    pub(super) fn has_routers(&self) -> bool {
        !self.routers.is_empty()
    }

    /// Names under which the file knows `express` and `Router`.
    fn read_imports(&mut self) {
        for import in &self.outline.imports {
            if !PACKAGES.contains(&import.module.as_str()) {
                continue;
            }
            match &import.taken {
                Taken::Module(name) => {
                    self.apps.insert(name);
                }
                Taken::Names(names) => {
                    for (there, here) in names {
                        let makes_apps = there == "default" && import.module == "express" || there == "express";
                        if makes_apps {
                            self.apps.insert(here);
                        } else if matches!(there.as_str(), "Router" | "default") {
                            self.makers.insert(here.clone());
                        }
                    }
                }
                _ => {}
            }
        }
        for assignment in &self.outline.assignments {
            let Some((holder, "Router")) = assignment.value.as_name().and_then(|name| name.rsplit_once('.')) else {
                continue;
            };
            if self.apps.contains(holder) {
                self.makers.insert(assignment.target.clone());
            }
        }
    }

    /// The role of what a value makes, if it makes a router. What hangs on the router at once gives it back.
    fn made(&self, value: &Value) -> Option<RouterRole> {
        let call = root_of(value)?.as_call()?;
        let requires = |call: &CallValue| {
            call.callee == "require"
                && call.positional(0).and_then(Value::as_text).is_some_and(|it| PACKAGES.contains(&it))
        };
        match &call.receiver {
            None if self.apps.contains(call.callee.as_str()) => Some(RouterRole::App),
            None if self.makers.contains(&call.callee) => Some(RouterRole::Router),
            Some(Value::Name(name)) if call.callee == "Router" && self.apps.contains(name.as_str()) => {
                Some(RouterRole::Router)
            }
            Some(Value::Call(inner)) if requires(inner) => {
                Some(if call.callee == "Router" { RouterRole::Router } else { RouterRole::App })
            }
            _ => None,
        }
    }

    fn router(&self, assignment: &Assignment) -> Option<Router> {
        let role = self.made(&assignment.value)?;
        let (name, enclosing) = self.named(assignment);
        // `this.router = express()` is served by whatever mounts it.
        let is_sub_app = last_part(&name).to_lowercase().contains("router");
        Some(Router {
            enclosing,
            class: None,
            role: if is_sub_app { RouterRole::Router } else { role },
            prefixes: Vec::new(),
            tokens: Vec::new(),
            parent: None,
            returned_by: self.returned_by(&name, enclosing),
            auth: AuthFact::default(),
            framework: Atom::new(ID),
            line: assignment.line,
            name,
        })
    }

    /// The name that a router goes by, and the definition in which it does.
    fn named(&self, assignment: &Assignment) -> (Atom, Option<DefinitionIndex>) {
        let target = &assignment.target;
        let around = assignment.enclosing.and_then(|index| self.outline.definition(index));
        match around {
            Some(around) if target.starts_with("this.") => {
                (target.clone(), self.class_of(assignment.enclosing, around))
            }
            Some(around) if around.kind == SymbolKind::Class => {
                (Atom::from(format!("this.{target}")), assignment.enclosing)
            }
            _ => (target.clone(), assignment.enclosing),
        }
    }

    fn class_of(&self, index: Option<DefinitionIndex>, around: &Definition) -> Option<DefinitionIndex> {
        let mut index = index;
        let mut around = Some(around);
        while let Some(definition) = around {
            if definition.kind == SymbolKind::Class {
                return index;
            }
            index = definition.parent.filter(|parent| Some(*parent) < index);
            around = index.and_then(|index| self.outline.definition(index));
        }
        None
    }

    /// The function that gives a router back.
    fn returned_by(&self, name: &str, enclosing: Option<DefinitionIndex>) -> Option<DefinitionIndex> {
        let returns =
            self.outline.assignments.iter().filter(|it| it.target == "return" && it.value.as_name() == Some(name));
        let mut functions = returns.filter_map(|it| it.enclosing);
        functions.find(|function| {
            let parent = self.outline.definition(*function).and_then(|definition| definition.parent);
            Some(*function) == enclosing || name.starts_with("this.") && parent == enclosing
        })
    }

    /// What a call is made on, if that can be a router.
    pub(super) fn of(&self, call: &Call) -> Option<Receiver> {
        let mut receiver = call.value.receiver.as_ref()?;
        for _ in 0..CHAIN_MAX {
            match receiver {
                Value::Name(name) => {
                    let (router, by_name) = self.known(name, call.enclosing)?;
                    return Some(Receiver { router, has_path: false, by_name });
                }
                Value::Call(inner) if inner.callee == "route" && inner.args.len() == 1 => {
                    let prefix = inner.positional(0)?.clone();
                    let Some(Value::Name(name)) = &inner.receiver else { return None };
                    let (parent, by_name) = self.known(name, call.enclosing)?;
                    let router = RouterRef::Below { parent: Box::new(parent), prefix };
                    return Some(Receiver { router, has_path: true, by_name });
                }
                // `app.use(..).get(..)`: the app gives itself back.
                Value::Call(inner) if is_fluent(&inner.callee) => receiver = inner.receiver.as_ref()?,
                Value::Call(inner) => {
                    let (_, name) = self.made_at.iter().find(|(lines, _)| *lines == inner.lines)?;
                    return Some(Receiver { router: RouterRef::Name(name.clone()), has_path: false, by_name: false });
                }
                _ => return None,
            }
        }
        None
    }

    /// The router that a name means, and whether only its spelling says so.
    fn known(&self, name: &Atom, enclosing: Option<DefinitionIndex>) -> Option<(RouterRef, bool)> {
        if self.routers.iter().any(|router| router.name == *name) {
            return Some((RouterRef::Name(name.clone()), false));
        }
        if let Some((function, parameter)) = self.parameter(name, enclosing) {
            let is_typed = parameter.is_some_and(is_router_type);
            let told = is_typed || parameter.is_none() && is_router_name(name);
            return told.then(|| (RouterRef::Parameter { function, name: name.clone() }, !is_typed));
        }
        let field = name.strip_prefix("this.").and_then(|field| {
            self.outline.definitions.iter().find(|it| it.kind == SymbolKind::Field && it.name == field)
        });
        let is_typed = field.and_then(|field| field.type_name.as_deref()).is_some_and(is_router_type);
        let is_local = self.outline.assignments.iter().any(|it| it.target == *name && !is_router_source(&it.value));
        (is_typed || is_router_name(name) && !is_local && !self.is_foreign(name))
            .then(|| (RouterRef::Name(name.clone()), !is_typed))
    }

    /// The function whose parameter a name is, and the parameter's type.
    fn parameter(&self, name: &str, enclosing: Option<DefinitionIndex>) -> Option<(DefinitionIndex, Option<&str>)> {
        let mut scope = enclosing;
        while let Some(index) = scope {
            let definition = self.outline.definition(index)?;
            if let Some(parameter) = definition.parameters.iter().find(|parameter| parameter.name == name) {
                return Some((index, parameter.type_name.as_deref()));
            }
            scope = definition.parent.filter(|parent| *parent < index);
        }
        None
    }

    /// Whether a name is imported from a package: the routers of a repository are its own.
    fn is_foreign(&self, name: &str) -> bool {
        let root = name.split('.').next().unwrap_or(name);
        self.outline.imports.iter().any(|import| {
            let takes = match &import.taken {
                Taken::Module(own) => own == root,
                Taken::Names(names) => names.iter().any(|(_, here)| here == root),
                _ => false,
            };
            takes && !import.module.starts_with(['.', '@', '~', '#', '/']) && !import.module.contains('/')
        })
    }

    /// The routers, with what `router.use(check)` says of all their routes.
    pub(super) fn into_routers(mut self, outline: &Outline) -> Vec<Router> {
        let mut routers = std::mem::take(&mut self.routers);
        for router in &mut routers {
            let on_it =
                |call: &&Call| call.value.receiver.as_ref().and_then(Value::as_name) == Some(router.name.as_str());
            let first = outline
                .calls
                .iter()
                .filter(on_it)
                .find(|call| VERBS.iter().any(|(verb, _)| *verb == call.value.callee && call.value.args.len() > 1));
            let before_routes =
                |call: &&Call| first.is_none_or(|first| call.value.lines.first < first.value.lines.first);
            let checks = outline.calls.iter().filter(on_it).filter(before_routes);
            let checks = checks.filter(|call| call.value.callee == "use" && !call.conditional);
            let plain = checks
                .filter(|call| !call.value.args.iter().any(|it| matches!(it.value, Value::Text(_) | Value::Regex(_))));
            for call in plain {
                let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
                let said = middleware::auth(&values);
                router.auth.required = router.auth.required.or(said.required);
                router.auth.schemes.extend(said.schemes);
                router.auth.roles.extend(said.roles);
                router.auth.policies.extend(said.policies);
            }
        }
        routers
    }
}

/// What a chain of fluent calls starts with.
fn root_of(value: &Value) -> Option<&Value> {
    let mut root = value;
    for _ in 0..CHAIN_MAX {
        match root {
            Value::Call(call) if is_fluent(&call.callee) && call.receiver.is_some() => root = call.receiver.as_ref()?,
            _ => return Some(root),
        }
    }
    None
}

fn is_fluent(callee: &str) -> bool {
    callee == "use" || VERBS.iter().any(|(verb, _)| *verb == callee)
}

/// Whether a value may stand for a router: another name, or what a function gives.
fn is_router_source(value: &Value) -> bool {
    match value {
        Value::Name(name) => is_router_name(name),
        Value::Call(call) => !call.is_new && (is_router_name(&call.callee) || call.callee == "require"),
        _ => false,
    }
}

fn is_router_type(type_name: &str) -> bool {
    let name = type_name.split(['<', '|', ' ']).next().unwrap_or(type_name);
    TYPES.contains(&last_part(name))
}

/// `app`, `router`, `this.apiRouter`, `userRoutes`.
fn is_router_name(name: &str) -> bool {
    let last = last_part(name).to_lowercase();
    ["app", "router", "routes"].iter().any(|word| last.ends_with(word))
}
