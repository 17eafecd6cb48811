//! Modules: which controllers they hold, and the paths that `RouterModule` gives them.

use crate::codebase::Atom;

use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, Value, positional};
use crate::codebase::routing::{AuthFact, Mount, Router, RouterRef, RouterRole};

use super::ID;

/// How deep `children` of a route tree are read.
const DEPTH_MAX: usize = 8;

/// A module as the router that its controllers hang on.
pub(super) fn router(index: DefinitionIndex, class: &Definition) -> Router {
    Router {
        name: class.name.clone(),
        enclosing: class.parent,
        class: Some(index),
        role: RouterRole::Controller,
        prefixes: Vec::new(),
        tokens: Vec::new(),
        parent: None,
        returned_by: None,
        auth: AuthFact::default(),
        framework: Atom::new(ID),
        line: class.line,
    }
}

/// The controllers of a module.
pub(super) fn mounts(class: &Definition, module: &Decorator) -> Vec<Mount> {
    let options = positional(&module.args, 0);
    let Some(Value::List(controllers)) = options.and_then(|options| options.key("controllers")) else {
        return Vec::new();
    };
    let names = controllers.iter().filter_map(Value::as_name);
    let parent = RouterRef::Name(class.name.clone());
    names.map(|name| mount(parent.clone(), name, Value::Null, module.lines.first)).collect()
}

/// `RouterModule.register([{ path, module, children }])`.
pub(super) fn registered(outline: &Outline) -> Vec<Mount> {
    let mut mounts = Vec::new();
    for call in &outline.calls {
        let receiver = call.value.receiver.as_ref().and_then(Value::as_name);
        let registers = matches!(call.value.callee.as_str(), "register" | "forRoutes");
        if !registers || receiver != Some("RouterModule") {
            continue;
        }
        let Some(mut routes) = call.value.positional(0) else { continue };
        if let Some(name) = routes.as_name() {
            let given = outline.assignments.iter().find(|assignment| assignment.target == name);
            routes = given.map_or(routes, |given| &given.value);
        }
        tree(routes, &RouterRef::Root, call.value.line, 0, &mut mounts);
    }
    mounts
}

fn tree(routes: &Value, parent: &RouterRef, line: u32, depth: usize, mounts: &mut Vec<Mount>) {
    let Value::List(routes) = routes else { return };
    for route in routes.iter().filter(|_| depth < DEPTH_MAX) {
        // A child may be a module by itself.
        if let Some(module) = route.as_name() {
            mounts.push(mount(parent.clone(), module, Value::Null, line));
            continue;
        }
        let Some(path) = route.key("path") else { continue };
        let module = route.key("module").and_then(Value::as_name);
        if let Some(module) = module {
            mounts.push(mount(parent.clone(), module, path.clone(), line));
        }
        let inner = match module {
            Some(module) => RouterRef::Name(module.into()),
            None => RouterRef::Below { parent: Box::new(parent.clone()), prefix: path.clone() },
        };
        if let Some(children) = route.key("children") {
            tree(children, &inner, line, depth + 1, mounts);
        }
    }
}

fn mount(parent: RouterRef, child: &str, prefix: Value, line: u32) -> Mount {
    Mount {
        parent,
        child: RouterRef::Name(child.into()),
        prefix,
        replaces_prefix: false,
        conditional: false,
        auth: AuthFact::default(),
        framework: Atom::new(ID),
        line,
    }
}
