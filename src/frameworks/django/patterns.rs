//! `urlpatterns` and other lists of `path(..)`, `re_path(..)`, `include(..)`.

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::Lines;
use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::{
    AuthFact, HandlerRef, Mount, PathSyntax, Route, Router, RouterRef, RouterRole, Routing,
};

use super::super::pythonic;
use super::ID;

/// How deep lists are included in lists.
const DEPTH_MAX: u32 = 16;
const PATTERN_CALLS: &[&str] = &["path", "re_path", "url"];
/// Functions that give the patterns they are given.
const LIST_CALLS: &[&str] = &["format_suffix_patterns", "i18n_patterns", "patterns"];

/// Reads all lists of patterns of a file.
pub(super) fn read(outline: &Outline, routing: &mut Routing) {
    for own in &outline.assignments {
        let is_main = own.target == "urlpatterns";
        // What an admin's or an app configuration's `get_urls` gives is hung up by code outside of this repository.
        let within = own.enclosing.and_then(|function| pythonic::definition(outline, function));
        let is_method = within.is_some_and(|function| function.kind == SymbolKind::Method);
        if is_method || !is_main && !holds_patterns(&own.value) {
            continue;
        }
        let list = RouterRef::Name(own.target.clone());
        let is_new =
            !routing.routers.iter().any(|router| router.name == own.target && router.enclosing == own.enclosing);
        if is_new {
            let mut router = router(&own.target, own.enclosing, own.line);
            router.returned_by = pythonic::returned_by(outline, own.enclosing, &own.target);
            routing.routers.push(router);
        }
        let mut reader = Reader { outline, conditional: own.conditional, line: own.line, routing };
        reader.list(&list, &own.value, 0);
    }
    for call in &outline.calls {
        let adds = matches!(call.value.callee.as_str(), "append" | "extend" | "insert");
        let Some(name) = call.value.receiver.as_ref().filter(|_| adds).and_then(Value::as_name) else { continue };
        if !name.ends_with("urlpatterns") && !routing.routers.iter().any(|router| router.name == name) {
            continue;
        }
        let Some(added) = call.value.args.last().map(|arg| &arg.value) else { continue };
        let line = call.value.line;
        let mut reader = Reader { outline, conditional: call.conditional, line, routing };
        let added = if call.value.callee == "extend" { added.clone() } else { Value::List(thin_vec![added.clone()]) };
        reader.list(&RouterRef::Name(Atom::new(name)), &added, 0);
    }
}

/// A router that is no app.
pub(super) fn router(name: &str, enclosing: Option<DefinitionIndex>, line: u32) -> Router {
    Router {
        name: Atom::new(name),
        enclosing,
        class: None,
        role: RouterRole::Router,
        prefixes: Vec::new(),
        tokens: Vec::new(),
        parent: None,
        returned_by: None,
        auth: AuthFact::default(),
        framework: ID.into(),
        line,
    }
}

fn holds_patterns(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(|item| match item {
            Value::Call(call) => is_pattern(call),
            Value::Spread(inner) => matches!(&**inner, Value::Call(call) if LIST_CALLS.contains(&call.callee.as_str())),
            _ => false,
        }),
        Value::Call(call) => {
            LIST_CALLS.contains(&call.callee.as_str())
                && call.args.iter().any(|arg| {
                    matches!(&arg.value, Value::Call(inner) if is_pattern(inner)) || holds_patterns(&arg.value)
                })
        }
        _ => false,
    }
}

fn is_pattern(call: &CallValue) -> bool {
    PATTERN_CALLS.contains(&call.callee.as_str()) && (call.args.len() >= 2)
}

struct Reader<'a> {
    outline: &'a Outline,
    conditional: bool,
    line: u32,
    routing: &'a mut Routing,
}

impl Reader<'_> {
    /// Hangs what a list holds on `parent`.
    fn list(&mut self, parent: &RouterRef, value: &Value, depth: u32) {
        if depth > DEPTH_MAX {
            return;
        }
        match value {
            Value::List(items) => {
                for item in items {
                    match item {
                        Value::Spread(inner) => self.list(parent, inner, depth + 1),
                        item => self.item(parent, item, depth),
                    }
                }
            }
            Value::Call(call) if LIST_CALLS.contains(&call.callee.as_str()) => {
                for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
                    match &arg.value {
                        Value::List(_) => self.list(parent, &arg.value, depth + 1),
                        item => self.item(parent, item, depth + 1),
                    }
                }
            }
            Value::Name(_) | Value::Call(_) => self.include(parent, value, &Value::Null, depth),
            _ => {}
        }
    }

    fn item(&mut self, parent: &RouterRef, item: &Value, depth: u32) {
        let Value::Call(call) = item else { return };
        if !is_pattern(call) {
            return;
        }
        let path = call.positional(0).or_else(|| call.named("route")).or_else(|| call.named("regex"));
        let view = call.positional(1).or_else(|| call.named("view"));
        let (Some(path), Some(view)) = (path, view) else { return };
        let path = if call.callee == "path" { path.clone() } else { plain(path) };
        self.line = call.lines.first;
        match view {
            Value::Call(inner) if inner.callee == "include" => {
                if let Some(included) = inner.positional(0).or_else(|| inner.named("arg")) {
                    self.include(parent, included, &path, depth + 1);
                }
            }
            Value::Name(name) if name.ends_with(".site.urls") => {
                self.routing.routes.push(Route {
                    kind: EndpointKind::Framework,
                    methods: vec![Atom::new("ANY")],
                    ..self.route(parent, path, call)
                });
            }
            Value::Name(name) if name.ends_with(".urls") => self.include(parent, view, &path, depth + 1),
            Value::List(_) => self.include(parent, view, &path, depth + 1),
            view => {
                let mut route = self.route(parent, path, call);
                if answer(&mut route, view) {
                    self.routing.routes.push(route);
                }
            }
        }
    }

    /// `include("app.urls")`, `include((list, "name"))`, `include([..])`, `include(router.urls)`.
    fn include(&mut self, parent: &RouterRef, included: &Value, prefix: &Value, depth: u32) {
        if depth > DEPTH_MAX {
            return;
        }
        let child = match included {
            Value::Text(module) => RouterRef::Module(module.clone()),
            Value::Name(name) => {
                let name = name.strip_suffix(".urls").filter(|holder| self.is_router(holder)).unwrap_or(name);
                RouterRef::Name(Atom::new(name))
            }
            Value::List(items) => {
                // A pair of patterns and a name space, or the patterns themselves.
                let is_pair = match items.as_slice() {
                    [first, Value::Name(_)] => !matches!(first, Value::Call(_) | Value::Spread(_)),
                    [_, second, ..] => matches!(second, Value::Text(_)),
                    _ => false,
                };
                if let Some(first) = items.first().filter(|_| is_pair) {
                    return self.include(parent, first, prefix, depth + 1);
                }
                let below = match prefix {
                    Value::Null => parent.clone(),
                    prefix => RouterRef::Below { parent: Box::new(parent.clone()), prefix: prefix.clone() },
                };
                return self.list(&below, included, depth + 1);
            }
            Value::Call(call) => match call.path() {
                Some(function) => RouterRef::Returned(function),
                None => return,
            },
            _ => return,
        };
        self.routing.mounts.push(Mount {
            parent: parent.clone(),
            child,
            prefix: prefix.clone(),
            replaces_prefix: false,
            conditional: self.conditional,
            auth: AuthFact::default(),
            framework: ID.into(),
            line: self.line,
        });
    }

    /// Whether a name is that of a router object, whose `urls` are its routes; otherwise `x.urls` is a module.
    fn is_router(&self, name: &str) -> bool {
        let given = self.outline.assignments.iter().any(|own| own.target == name && own.value.as_call().is_some());
        given || last_part(name).to_ascii_lowercase().ends_with("router")
    }

    fn route(&self, parent: &RouterRef, path: Value, call: &CallValue) -> Route {
        Route {
            router: parent.clone(),
            methods: Vec::new(),
            kind: pythonic::kind_of(&path),
            path,
            syntax: PathSyntax::Angles,
            absolute: false,
            handler: HandlerRef::Inline(Lines::one(call.lines.first)),
            tokens: Vec::new(),
            auth: AuthFact::default(),
            exchange: Exchange::default(),
            summary: None,
            conditional: self.conditional,
            framework: ID.into(),
            line: call.lines.first,
        }
    }
}

/// Sets what answers: a function, a class-based view, either of them behind decorators.
fn answer(route: &mut Route, view: &Value) -> bool {
    match view {
        Value::Name(name) => {
            route.handler = HandlerRef::Name(name.clone());
            true
        }
        Value::Call(call) if call.callee == "as_view" => {
            let Some(Value::Name(class)) = &call.receiver else { return false };
            route.handler = HandlerRef::Name(class.clone());
            if let Some(Value::Record(actions)) = call.positional(0).or_else(|| call.named("actions")) {
                // A viewset's own methods answer: `as_view({"get": "list"})`.
                route.methods = actions.iter().map(|(verb, _)| Atom::from(verb.to_ascii_uppercase())).collect();
                if let [(_, Value::Text(action))] = actions.as_slice() {
                    route.handler = HandlerRef::Name(format!("{class}.{action}").into());
                }
            }
            true
        }
        Value::Call(call) => {
            pythonic::add_auth(&mut route.auth, pythonic::guard(&call.callee, &[]));
            if let (Some(Value::Call(decorator)), "") = (&call.receiver, call.callee.as_str()) {
                pythonic::add_auth(&mut route.auth, pythonic::guard(&decorator.callee, &decorator.args));
            }
            let inner = call.positional(0);
            inner.is_some_and(|inner| matches!(inner, Value::Name(_) | Value::Call(_)) && answer(route, inner))
        }
        Value::Function(function) => {
            route.handler = HandlerRef::Inline(function.lines);
            true
        }
        _ => false,
    }
}

/// A regular expression of `re_path` as a path with angle brackets, where it is a literal.
fn plain(path: &Value) -> Value {
    match path {
        Value::Text(pattern) => Value::Text(without_regex(pattern).into()),
        Value::Join(parts) => Value::Join(parts.iter().map(plain).collect()),
        path => path.clone(),
    }
}

/// `^items/(?P<id>\d+)/$` as `items/<id>/`.
pub(super) fn without_regex(pattern: &str) -> String {
    let mut path = String::with_capacity(pattern.len());
    let mut groups = 0;
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let tail = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '^' | '$' | '?' => tail,
            '\\' => {
                let escaped = tail.chars().next();
                path.extend(escaped.filter(|c| !matches!(c, 'Z' | 'A' | 'b')));
                tail.get(escaped.map_or(0, char::len_utf8)..).unwrap_or_default()
            }
            '(' => {
                let (inside, after) = group(tail);
                groups += 1;
                path.push_str(&parameter(inside, groups));
                after.trim_start_matches(['?', '*', '+'])
            }
            '.' if tail.starts_with(['*', '+']) => {
                groups += 1;
                path.push_str(&parameter(".*", groups));
                tail.trim_start_matches(['*', '+'])
            }
            c => {
                path.push(c);
                tail
            }
        };
    }
    path
}

/// What a group holds, and what follows it.
fn group(text: &str) -> (&str, &str) {
    let mut depth = 1_u32;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                escaped = false;
                continue;
            }
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        }
    }
    (text, "")
}

fn parameter(group: &str, number: u32) -> String {
    let named = group.strip_prefix("?P<").and_then(|rest| rest.split_once('>'));
    let (name, pattern) = match named {
        Some((name, pattern)) => (name.to_owned(), pattern),
        None if group.starts_with("?:") => return without_regex(group.trim_start_matches("?:")),
        None => (format!("arg{number}"), group),
    };
    if matches!(pattern, ".*" | ".+") { format!("<path:{name}>") } else { format!("<{name}>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_expressions_become_paths() {
        let cases = [
            ("^api/", "api/"),
            (r"^items/(?P<id>\d+)/$", "items/<id>/"),
            (r"^x/(?P<slug>[-\w()]+)\.json$", "x/<slug>.json"),
            ("^files/(?P<rest>.*)$", "files/<path:rest>"),
            (r"^(\d{4})/(?:page/)?$", "<arg1>/page/"),
            ("^broken/(", "broken/<arg1>"),
            (".*", "<path:arg1>"),
        ];
        for (pattern, path) in cases {
            assert_eq!(without_regex(pattern), path, "{pattern}");
        }
    }
}
