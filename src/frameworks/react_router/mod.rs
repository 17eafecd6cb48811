//! React Router as a framework: the tree of `routes.ts`, and routes that are files.

use crate::codebase::RepoPath;
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{HandlerRef, PathSyntax, Route, Routing};

use super::javascript::files;
use super::javascript::{self, reads};
use super::{Framework, HandlerFacts, remix};

/// React Router.
pub struct ReactRouter;

const ID: &str = "react_router";

/// How deep a tree of routes is read.
const DEPTH_MAX: usize = 8;

impl Framework for ReactRouter {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "React Router"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn package(&self) -> Option<&'static str> {
        Some("@react-router/dev")
    }

    fn settings_files(&self) -> &'static [&'static str] {
        &["react-router.config"]
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        if path.stem() == "routes" && javascript::imports_any(outline, &["@react-router/dev"]) {
            let exported = outline.assignments.iter().find(|it| it.target == "export default");
            let mut routes = Vec::new();
            if let Some(tree) = exported {
                listed(&tree.value, "", 0, &mut routes);
            }
            return Routing { routes, ..Routing::default() };
        }
        remix::by_place(ID, path, outline)
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// `route("users/:id", "./user.tsx", [..])`, `index(..)`, `layout(..)`, `...prefix("x", [..])`.
fn listed(value: &Value, prefix: &str, depth: usize, routes: &mut Vec<Route>) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::List(items) => items.iter().for_each(|item| listed(item, prefix, depth + 1, routes)),
        Value::Spread(inner) => listed(inner, prefix, depth + 1, routes),
        Value::Call(call) => called(call, prefix, depth, routes),
        _ => {}
    }
}

fn called(call: &CallValue, prefix: &str, depth: usize, routes: &mut Vec<Route>) {
    let text = |position: usize| call.positional(position).and_then(Value::as_text);
    let own = match (call.callee.as_str(), text(0)) {
        ("route" | "prefix", Some(path)) => format!("{prefix}/{}", path.trim_matches('/')),
        _ => prefix.to_owned(),
    };
    let has_file = call.callee == "route" && text(1).is_some() || call.callee == "index" && text(0).is_some();
    if has_file {
        let path = if own.is_empty() { "/" } else { &own };
        let page = files::page(ID, path, HandlerRef::Inline(call.lines), call.line);
        routes.push(Route { syntax: PathSyntax::Colons, ..page });
    }
    for argument in &call.args {
        if matches!(argument.value, Value::List(_)) {
            listed(&argument.value, &own, depth + 1, routes);
        }
    }
}
