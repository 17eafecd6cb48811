//! Handlers: the code behind a route, and the methods that it answers where the route does not say.

use smol_str::SmolStr;

use crate::codebase::endpoint::{EndpointKind, Handler};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, SymbolKind};
use crate::codebase::routing::{AuthFact, HandlerRef, Route};

use super::super::link::Names;
use super::evaluate::At;

/// A handler, with what its definition says.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) handler: Handler,
    pub(super) doc: Option<String>,
    pub(super) auth: AuthFact,
}

/// Names of methods in class-based views that answer the verb of the same name.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// One entry for each method that the route answers.
pub(super) fn find(names: &Names<'_>, at: At, route: &Route) -> Vec<(SmolStr, Found)> {
    let symbol = match &route.handler {
        HandlerRef::Definition(index) => Some(Symbol { file: at.file, definition: Some(*index) }),
        HandlerRef::Name(name) => {
            let meaning = names.resolver(at.file).and_then(|resolver| resolver.resolve(at.file, at.enclosing, name));
            meaning.filter(|meaning| meaning.rest == 0).map(|meaning| meaning.symbol)
        }
        HandlerRef::Inline(_) => None,
    };
    let definition = symbol.and_then(|symbol| definition(names, symbol));
    let methods = |default: &[&str]| -> Vec<SmolStr> {
        if route.methods.is_empty() { default.iter().map(SmolStr::new).collect() } else { route.methods.clone() }
    };
    match (symbol, definition) {
        (Some(symbol), Some(definition)) if definition.kind.is_type() && route.kind == EndpointKind::Page => {
            page_model(names, at, symbol, route)
        }
        (Some(symbol), Some(definition)) if definition.kind.is_type() => class_view(names, symbol, route),
        (Some(symbol), Some(_)) => {
            methods(&["ANY"]).into_iter().map(|method| (method, at_symbol(names, symbol))).collect()
        }
        _ if route.kind == EndpointKind::Page => vec![(SmolStr::new_static("GET"), inline(names, at, route))],
        _ => methods(&["ANY"]).into_iter().map(|method| (method, inline(names, at, route))).collect(),
    }
}

/// A class-based view: the verbs that it, or a base of it, defines.
fn class_view(names: &Names<'_>, class: Symbol, route: &Route) -> Vec<(SmolStr, Found)> {
    let mut found: Vec<(SmolStr, Found)> = Vec::new();
    for verb in VERBS {
        let method = SmolStr::from(verb.to_uppercase());
        let asked = route.methods.is_empty() || route.methods.contains(&method);
        if let Some(symbol) = method_of(names, class, verb).filter(|_| asked) {
            found.push((method, at_symbol(names, symbol)));
        }
    }
    if found.is_empty() {
        let methods = if route.methods.is_empty() { vec![SmolStr::new("ANY")] } else { route.methods.clone() };
        found = methods.into_iter().map(|method| (method, at_symbol(names, class))).collect();
    }
    found
}

/// A page model: its `OnGet`, `OnPostUpdateAsync` ..., its bases' included; what it states of callers holds for all.
/// Without a handler for GET the page is shown all the same.
fn page_model(names: &Names<'_>, at: At, class: Symbol, route: &Route) -> Vec<(SmolStr, Found)> {
    let routers = names.scope().facts.get(class.file as usize).map(|facts| facts.routing.routers.as_slice());
    let stated = routers.unwrap_or_default().iter().find(|router| router.class == class.definition);
    let auth = stated.map(|router| router.auth.clone()).unwrap_or_default();
    let mut found: Vec<(SmolStr, Found)> = Vec::new();
    for verb in ["Get", "Post", "Put", "Delete", "Patch"] {
        for symbol in page_handlers(names, class, verb) {
            let handler = Found { auth: auth.clone(), ..at_symbol(names, symbol) };
            found.push((SmolStr::from(verb.to_uppercase()), handler));
        }
    }
    if !found.iter().any(|(method, _)| method == "GET") {
        found.insert(0, (SmolStr::new_static("GET"), Found { auth, ..inline(names, at, route) }));
    }
    found
}

/// Methods of a page model that answer a verb: `OnPost`, `OnPostAsync`, `OnPostUpdate`.
fn page_handlers(names: &Names<'_>, class: Symbol, verb: &str) -> Vec<Symbol> {
    let Some((facts, index)) = names.scope().facts.get(class.file as usize).zip(class.definition) else {
        return Vec::new();
    };
    let answers = |name: &str| {
        let rest = name.strip_prefix("On").and_then(|rest| rest.strip_prefix(verb));
        rest.is_some_and(|rest| rest.chars().next().is_none_or(char::is_uppercase))
    };
    let own = facts.outline.children(index).filter(|(_, it)| {
        it.kind == SymbolKind::Method && answers(&it.name) && (it.has_modifier("public") || it.modifiers.is_empty())
    });
    let mut found: Vec<Symbol> = own.map(|(method, _)| Symbol { file: class.file, definition: Some(method) }).collect();
    if found.is_empty() {
        let inherited = [format!("On{verb}"), format!("On{verb}Async")];
        found.extend(inherited.iter().find_map(|name| method_of(names, class, name)));
    }
    found
}

/// A method of a class by name, its base classes of this repository included.
fn method_of(names: &Names<'_>, class: Symbol, name: &str) -> Option<Symbol> {
    let outline = &names.scope().facts.get(class.file as usize)?.outline;
    let own = outline.children(class.definition?).find(|(_, it)| it.kind == SymbolKind::Method && it.name == name);
    if let Some((index, _)) = own {
        return Some(Symbol { file: class.file, definition: Some(index) });
    }
    let definition = outline.definition(class.definition?)?;
    let resolver = names.resolver(class.file)?;
    let meaning = resolver.resolve(class.file, definition.parent, &format!("{}.{name}", definition.name))?;
    (meaning.rest == 0).then_some(meaning.symbol)
}

fn definition<'a>(names: &Names<'a>, symbol: Symbol) -> Option<&'a Definition> {
    names.scope().facts.get(symbol.file as usize)?.outline.definition(symbol.definition?)
}

fn at_symbol(names: &Names<'_>, symbol: Symbol) -> Found {
    let scope = names.scope();
    let file = scope.files.get(symbol.file as usize).map(|file| file.path.clone()).unwrap_or_default();
    let found = definition(names, symbol).zip(symbol.definition);
    let (symbol_name, line, last_line, doc) = match found {
        Some((it, index)) => {
            let outline = &scope.facts[symbol.file as usize].outline;
            (outline.dotted_name(index), it.line, it.lines.last, it.doc.clone())
        }
        None => (String::new(), 1, 1, None),
    };
    Found { handler: Handler { symbol: symbol_name, file, line, last_line }, doc, auth: AuthFact::default() }
}

fn inline(names: &Names<'_>, at: At, route: &Route) -> Found {
    let scope = names.scope();
    let file = scope.files.get(at.file as usize).map(|file| file.path.clone()).unwrap_or_default();
    let last_line = match &route.handler {
        HandlerRef::Inline(lines) => lines.last.max(route.line),
        _ => route.line,
    };
    let symbol = match &route.handler {
        HandlerRef::Name(name) => name.to_string(),
        _ => String::new(),
    };
    Found { handler: Handler { symbol, file, line: route.line, last_line }, doc: None, auth: AuthFact::default() }
}

/// The last name of what a route's handler is called.
pub(super) fn simple_name(names: &Names<'_>, file: FileIndex, handler: &HandlerRef) -> Option<SmolStr> {
    match handler {
        HandlerRef::Definition(index) => {
            definition(names, Symbol { file, definition: Some(*index) }).map(|definition| definition.name.clone())
        }
        HandlerRef::Name(name) => name.rsplit('.').next().map(SmolStr::new),
        HandlerRef::Inline(_) => None,
    }
}
