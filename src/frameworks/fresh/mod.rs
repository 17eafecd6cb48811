//! Fresh: routes are files; handlers and pages of `routes`.

use crate::codebase::RepoPath;
use crate::codebase::outline::{DefinitionIndex, Outline, Value};
use crate::codebase::routing::{HandlerRef, Routing};

use super::javascript::files::{self, VERBS};
use super::javascript::{self, reads};
use super::{Framework, HandlerFacts};

/// Fresh.
pub struct Fresh;

const ID: &str = "fresh";

impl Framework for Fresh {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Fresh"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn package(&self) -> Option<&'static str> {
        Some("@fresh/core")
    }

    fn settings_files(&self) -> &'static [&'static str] {
        &["fresh.config", "fresh.gen"]
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        let Some(url) = url(path) else { return Routing::default() };
        let mut routing = Routing::default();
        for export in ["handler", "handlers"] {
            let Some((handler, line)) = files::exported(outline, export) else { continue };
            let given = outline.assignments.iter().find(|it| it.target == export && it.enclosing.is_none());
            let Some(Value::Record(methods)) = given.map(|given| &given.value) else {
                routing.routes.push(files::route(ID, "ANY", &url, handler, line));
                continue;
            };
            for (method, answer) in methods.iter().filter(|(method, _)| VERBS.contains(&method.as_str())) {
                let (handler, line) = match answer {
                    Value::Function(function) => {
                        (method_at(outline, method, function.lines.first), function.lines.first)
                    }
                    Value::Name(name) => (files::named(outline, name, line), line),
                    _ => (handler.clone(), line),
                };
                routing.routes.push(files::route(ID, method, &url, handler, line));
            }
        }
        let answers_get = routing.routes.iter().any(|route| route.methods.iter().any(|method| method == "GET"));
        let page = files::default_export(outline).filter(|_| !answers_get);
        routing.routes.extend(page.map(|(handler, line)| files::page(ID, &url, handler, line)));
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// The definition that a function within a record has.
fn method_at(outline: &Outline, name: &str, line: u32) -> HandlerRef {
    let found = (0..).zip(&outline.definitions).find(|(_, it)| it.name == name && it.lines.contains(line));
    found.map_or(HandlerRef::Inline(crate::codebase::Lines::one(line)), |(index, _)| HandlerRef::Definition(index))
}

/// The URL of a file below `routes`; `_` and `(_x)` keep files and folders out.
fn url(path: &RepoPath) -> Option<String> {
    let parts = files::below(path, &["routes"])?;
    if !matches!(path.extension(), "ts" | "tsx" | "js" | "jsx") {
        return None;
    }
    if parts.iter().any(|part| part.starts_with('_') || part.starts_with("(_")) {
        return None;
    }
    let (name, folders) = parts.split_last()?;
    let stem = files::stem(name);
    Some(files::url(folders.iter().copied().chain((stem != "index").then_some(stem))))
}
