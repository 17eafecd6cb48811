//! Sails: routes as a table in `config/routes.js`.

use crate::codebase::outline::{Outline, Value};
use crate::codebase::routing::{HandlerRef, Route, RouterRef, Routing};
use crate::codebase::{Atom, EndpointKind, Lines, RepoPath};

use super::Framework;
use super::javascript::{self, routes};

/// Sails.
pub struct Sails;

const ID: &str = "sails";

impl Framework for Sails {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Sails"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn controllers_folder(&self) -> Option<&'static str> {
        Some("controllers")
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if path.stem() != "routes" || path.folder().file_name() != "config" {
            return routing;
        }
        let table = outline.assignments.iter().find(|it| it.target == "module.exports.routes");
        let Some(Value::Record(entries)) = table.map(|table| &table.value) else { return routing };
        let line = table.map_or(1, |table| table.line);
        routing.routes.extend(entries.iter().filter_map(|(key, target)| route(key, target, line)));
        routing
    }
}

/// `"GET /users/:id": "UserController.find"`, `"/about": { view: "about" }`.
fn route(key: &str, target: &Value, line: u32) -> Option<Route> {
    let key = key.trim();
    let (method, path) = match key.split_once(char::is_whitespace) {
        Some((method, path)) => (method.to_uppercase(), path.trim()),
        None => ("ANY".to_owned(), key),
    };
    if !path.starts_with('/') || method.split('|').any(|part| !part.chars().all(char::is_alphabetic)) {
        return None;
    }
    let method = if method == "ALL" { "ANY".to_owned() } else { method };
    let named = |key: &str| target.key(key).and_then(Value::as_text).map(Atom::new);
    let answers = match target {
        Value::Text(name) | Value::Name(name) => HandlerRef::Name(name.clone()),
        Value::Function(function) => HandlerRef::Inline(function.lines),
        _ => match named("action").or_else(|| named("controller")) {
            Some(name) => HandlerRef::Name(name),
            None => HandlerRef::Inline(Lines::one(line)),
        },
    };
    let shows = target.key("view").is_some();
    let route = Route { line, ..routes::route(ID, RouterRef::Root, &method, Value::Text(path.into()), answers) };
    Some(if shows {
        Route { kind: EndpointKind::Page, methods: vec![Atom::new("GET")], ..route }
    } else {
        Route { methods: method.split('|').map(Atom::new).collect(), ..route }
    })
}
