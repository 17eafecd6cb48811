//! `CherryPy`: a tree of objects whose exposed methods are paths.

use crate::codebase::endpoint::{Exchange, Location, Parameter as Taken};
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, Parameter, Value, last_part};
use crate::codebase::routing::{HandlerRef, Mount, Route, RouterRef, Routing};
use crate::codebase::{Atom, RepoPath};

use super::pythonic::{self, Access};
use super::{Framework, HandlerFacts};

/// `CherryPy`.
pub struct CherryPy;

const ID: &str = "cherrypy";
/// Methods of a class behind the method dispatcher.
const VERBS: &[&str] = &["DELETE", "GET", "PATCH", "POST", "PUT"];
const ACCESS: Access = Access {
    maps: &[
        ("request.params", Location::Query),
        ("request.headers", Location::Header),
        ("request.cookie", Location::Cookie),
    ],
    calls: &[],
};

impl Framework for CherryPy {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "CherryPy"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, &["cherrypy"]) {
            return routing;
        }
        for (index, class) in pythonic::definitions(outline).filter(|(_, it)| it.kind.is_type()) {
            let routes = routes(outline, index, class);
            let children = children(outline, index, class);
            if !routes.is_empty() || !children.is_empty() {
                routing.routers.push(pythonic::class_router(ID, index, class));
                routing.routes.extend(routes);
                routing.mounts.extend(children);
            }
        }
        for call in &outline.calls {
            let value = &call.value;
            let is_mount = value.callee == "quickstart"
                || value.callee == "mount" && pythonic::owner(value, "").is_some_and(|on| on.ends_with("tree"));
            let child = value.positional(0).filter(|_| is_mount).and_then(|root| made(outline, call.enclosing, root));
            let Some(child) = child else { continue };
            let prefix = pythonic::prefix(value.positional(1).or_else(|| value.named("script_name")));
            let mount = pythonic::blank_mount(ID, RouterRef::Root, RouterRef::Name(child), value.line);
            routing.mounts.push(Mount { prefix, ..mount });
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let mut facts = pythonic::handler_facts(outline, index, &ACCESS);
        let Some(definition) = pythonic::definition(outline, index) else { return facts };
        let optional = arguments(definition).filter(|parameter| parameter.default.is_some());
        let taken = optional.map(|parameter| Taken {
            location: Location::Query,
            name: parameter.name.clone(),
            type_name: parameter.type_name.clone(),
            required: false,
        });
        let Exchange { parameters, .. } = &mut facts.exchange;
        parameters.extend(taken);
        facts
    }
}

fn arguments(definition: &Definition) -> impl Iterator<Item = &Parameter> {
    definition.parameters.iter().filter(|it| it.name != "self" && it.modifiers.is_empty())
}

/// Exposed methods; of a class that is exposed itself, one for each verb.
fn routes(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Route> {
    let is_exposed_class = class.decorator("expose").is_some()
        || pythonic::attribute(outline, index, "exposed") == Some(&Value::Bool(true));
    let mut found = Vec::new();
    for (method, definition) in outline.children(index) {
        let is_verb = is_exposed_class && VERBS.contains(&definition.name.as_str());
        if !is_verb && definition.decorator("expose").is_none() {
            continue;
        }
        let name = definition.name.as_str();
        let mut path = match name {
            "default" => "{*rest}".to_owned(),
            "index" => String::new(),
            _ if is_verb => String::new(),
            name => name.to_owned(),
        };
        if name != "index" && name != "default" {
            for parameter in arguments(definition).filter(|parameter| parameter.default.is_none()) {
                path += &format!("/{{{}}}", parameter.name);
            }
        }
        let router = RouterRef::Name(class.name.clone());
        found.push(Route {
            methods: vec![if is_verb { definition.name.clone() } else { Atom::new("ANY") }],
            path: Value::Text(path.into()),
            handler: HandlerRef::Definition(method),
            ..pythonic::blank_route(ID, router, definition.line)
        });
    }
    found
}

/// `users = Users()` in a class, or `self.users = Users()` in its constructor: objects below it.
fn children(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Vec<Mount> {
    let is_inside = |scope: DefinitionIndex| {
        scope == index || pythonic::definition(outline, scope).is_some_and(|it| it.parent == Some(index))
    };
    let own = outline.assignments.iter().filter(|own| own.enclosing.is_some_and(is_inside));
    let mount = |own: &crate::codebase::outline::Assignment| {
        let name =
            own.target.strip_prefix("self.").or_else(|| (own.enclosing == Some(index)).then_some(&own.target))?;
        let child = made(outline, own.enclosing, &own.value)?;
        let parent = RouterRef::Name(class.name.clone());
        let mount = pythonic::blank_mount(ID, parent, RouterRef::Name(child), own.line);
        Some(Mount { prefix: Value::Text(format!("/{name}").into()), ..mount })
    };
    own.filter_map(mount).collect()
}

/// The class that a value is an object of.
fn made(outline: &Outline, scope: Option<DefinitionIndex>, value: &Value) -> Option<Atom> {
    match value {
        Value::Call(call) => call.path().filter(|path| pythonic::is_class_name(last_part(path))),
        Value::Name(name) => {
            let given = outline.assignments.iter().rev().find(|own| own.target == *name && own.enclosing == scope)?;
            given.value.as_call()?.path()
        }
        _ => None,
    }
}
