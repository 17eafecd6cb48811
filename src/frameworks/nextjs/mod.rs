//! Next.js: routes are files. Handlers of the app router, API routes of the pages router, pages of both.

mod paths;

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::EndpointKind;
use crate::codebase::outline::{DefinitionIndex, Outline, Value};
use crate::codebase::routing::{HandlerRef, Route, Routing, Setting, SettingKind};

use super::javascript::files::{self, VERBS, default_export, exported, named};
use super::javascript::reads;
use super::{Framework, HandlerFacts};
use paths::Place;

/// Next.js.
pub struct NextJs;

const ID: &str = "nextjs";

impl Framework for NextJs {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Next.js"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn package(&self) -> Option<&'static str> {
        Some("next")
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        if path.file_name().starts_with("next.config.") {
            return Routing { settings: base_path(outline).into_iter().collect(), ..Routing::default() };
        }
        let Some((place, url)) = paths::place(path) else { return Routing::default() };
        let routes = match place {
            Place::Handlers => handlers(outline, &url),
            Place::Api => api(outline, &url),
            Place::Page => page(outline, &url).into_iter().collect(),
        };
        Routing { routes, ..Routing::default() }
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// `export function GET`, `export const { GET, POST } = ..`, `export { GET } from "./handlers"`.
fn handlers(outline: &Outline, url: &str) -> Vec<Route> {
    let answering = VERBS.iter().filter_map(|verb| Some((verb, exported(outline, verb)?)));
    answering.map(|(verb, (handler, line))| route(url, verb, handler, line)).collect()
}

/// A file below `pages/api`: its default export answers every method, unless it is a map of them.
fn api(outline: &Outline, url: &str) -> Vec<Route> {
    let Some((handler, line)) = default_export(outline) else { return Vec::new() };
    let given = outline.assignments.iter().find(|assignment| assignment.target == "export default");
    let map = given.and_then(|given| method_map(&given.value));
    match map {
        Some(entries) => entries
            .iter()
            .filter(|(key, _)| VERBS.contains(&key.as_str()))
            .map(|(key, value)| {
                let handler = value.as_name().map_or_else(|| handler.clone(), |name| named(outline, name, line));
                route(url, key, handler, line)
            })
            .collect(),
        None => vec![route(url, "ANY", handler, line)],
    }
}

/// The record of handlers by method that a default export is or is made from.
fn method_map(value: &Value) -> Option<&[(Atom, Value)]> {
    match value {
        Value::Record(entries) => {
            entries.iter().any(|(key, _)| VERBS.contains(&key.as_str())).then_some(entries.as_slice())
        }
        Value::Call(call) => call.args.iter().find_map(|argument| method_map(&argument.value)),
        _ => None,
    }
}

fn page(outline: &Outline, url: &str) -> Option<Route> {
    let (handler, line) = default_export(outline)?;
    Some(Route { kind: EndpointKind::Page, ..route(url, "GET", handler, line) })
}

fn route(url: &str, method: &str, handler: HandlerRef, line: u32) -> Route {
    files::route(ID, method, url, handler, line)
}

/// `basePath` of the configuration.
fn base_path(outline: &Outline) -> Option<Setting> {
    let (value, line) =
        outline.assignments.iter().find_map(|given| Some((given.value.key("basePath")?, given.line)))?;
    let prefix = match value {
        // One that the environment gives is none unless it is set.
        Value::Name(_) => Value::Choice(thin_vec![Value::Text(Atom::default()), value.clone()]),
        value => value.clone(),
    };
    let kind = SettingKind::GlobalPrefix { prefix, exclude: Vec::new() };
    Some(Setting { kind, framework: Atom::new(ID), line })
}
