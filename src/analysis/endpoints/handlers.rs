//! Handlers: the code behind a route, and the methods that it answers where the route does not say.

use crate::codebase::Atom;

use crate::codebase::endpoint::{EndpointKind, Exchange, Handler};
use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, DefinitionIndex, SymbolKind, last_part};
use crate::codebase::routing::{AuthFact, HandlerRef, Route};
use crate::frameworks::{self, HandlerFacts};

use super::super::link::Names;
use super::controllers;
use super::evaluate::{self, At};

/// A handler, with what its definition says.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) handler: Handler,
    pub(super) doc: Option<String>,
    pub(super) auth: AuthFact,
    /// What its definition says that it is, where the route does not know.
    pub(super) kind: Option<EndpointKind>,
    /// What its definition says that it takes and gives.
    pub(super) exchange: Exchange,
    /// Its definition, if it has one.
    pub(super) symbol: Option<Symbol>,
}

/// Names of methods in class-based views that answer the verb of the same name.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete"];
/// How many base classes are looked at.
const LINEAGE_MAX: usize = 32;

/// A method by its name and, where overloads are told apart by it, the number of its parameters.
pub(super) type Signature = (Atom, Option<usize>);

/// One entry for each method that the route answers. `class` serves it, if one does.
pub(super) fn find(names: &Names<'_>, at: At, route: &Route, class: Option<Symbol>) -> Vec<(Atom, Found)> {
    let stated = symbol_of(names, at, &route.handler).or_else(|| controllers::named(names, at, route));
    let symbol = match &route.handler {
        HandlerRef::Definition(_) => {
            class.zip(stated).and_then(|(class, stated)| overriding(names, class, stated)).or(stated)
        }
        // What implements it is handed over in place of a class.
        HandlerRef::Implementation(_) => class,
        _ => stated,
    };
    let definition = symbol.and_then(|symbol| definition(names, symbol));
    let mut found = match (symbol, definition) {
        (Some(symbol), Some(definition)) if definition.kind.is_type() && route.kind == EndpointKind::Page => {
            page_model(names, at, symbol, route)
        }
        (Some(symbol), Some(definition)) if definition.kind.is_type() => class_view(names, at, symbol, route),
        (Some(symbol), Some(_)) => {
            let stated = facts_of(names, symbol, route).methods;
            methods(names, at, route, &stated)
                .into_iter()
                .map(|method| (method, at_symbol(names, symbol, route)))
                .collect()
        }
        _ if route.kind == EndpointKind::Page => vec![(Atom::new("GET"), inline(names, at, route))],
        _ => {
            let base = simple_name(names, at.file, &route.handler).map(|name| base_verbs(route, &name));
            let verbs = methods(names, at, route, &base.unwrap_or_default());
            verbs.into_iter().map(|method| (method, inline(names, at, route))).collect()
        }
    };
    if let Some(class) = class.or_else(|| symbol.and_then(|symbol| class_of(names, symbol))) {
        complete(names, class, route, &mut found);
    }
    found
}

/// The class that a symbol is, or a method of.
fn class_of(names: &Names<'_>, symbol: Symbol) -> Option<Symbol> {
    let own = definition(names, symbol)?;
    let class = if own.kind.is_type() { symbol } else { Symbol { file: symbol.file, definition: own.parent } };
    definition(names, class).filter(|it| it.kind.is_type()).map(|_| class)
}

/// Adds what the serving class states for all its handlers, or its nearest base that does.
fn complete(names: &Names<'_>, class: Symbol, route: &Route, found: &mut [(Atom, Found)]) {
    let is_silent = |own: &Found| route.auth.required.is_none() && own.auth.required.is_none();
    let is_open = |own: &Found| own.exchange.response.is_none() && route.exchange.response.is_none();
    if !found.iter().any(|(_, own)| is_silent(own) || is_open(own)) {
        return;
    }
    let Some(framework) = frameworks::by_id(&route.framework) else { return };
    let of_class = |class: &Symbol| {
        let facts = names.scope().facts.get(class.file as usize)?;
        framework.class_states(&facts.outline, class.definition?, route)
    };
    if of_class(&class).is_none() {
        return;
    }
    let stated: Vec<HandlerFacts> = lineage(names, class).iter().filter_map(of_class).collect();
    let auth = stated.iter().map(|facts| &facts.auth).find(|auth| auth.required.is_some());
    let exchange = stated.iter().map(|facts| &facts.exchange).find(|exchange| exchange.response.is_some());
    for (_, own) in found {
        if let Some(auth) = auth.filter(|_| is_silent(own)) {
            add_auth(&mut own.auth, auth);
        }
        if let Some(exchange) = exchange.filter(|_| is_open(own)) {
            own.exchange.request = own.exchange.request.take().or_else(|| exchange.request.clone());
            own.exchange.response.clone_from(&exchange.response);
        }
    }
}

/// Whether a handler stands below one of these bases, or carries a decorator of such a name.
pub(super) fn is_below(names: &Names<'_>, handler: Option<Symbol>, class: Option<Symbol>, bases: &[Atom]) -> bool {
    let is_one = |name: &str| bases.iter().any(|base| base == last_part(name.split('[').next().unwrap_or(name)));
    let decorated = handler.and_then(|symbol| definition(names, symbol));
    if decorated.is_some_and(|it| it.decorators.iter().any(|decorator| is_one(&decorator.name))) {
        return true;
    }
    let Some(class) = class.or_else(|| class_of(names, handler?)) else { return false };
    let derives = |class: Symbol| definition(names, class).is_some_and(|it| it.bases.iter().any(|base| is_one(base)));
    lineage(names, class).into_iter().any(derives)
}

/// The method of `class` that overrides `stated`, which is one of a base class.
fn overriding(names: &Names<'_>, class: Symbol, stated: Symbol) -> Option<Symbol> {
    let wanted = definition(names, stated)?;
    let outline = &names.scope().facts.get(class.file as usize)?.outline;
    let overrides = |(_, it): &(DefinitionIndex, &Definition)| {
        it.has_modifier("override") && it.name == wanted.name && it.parameters.len() == wanted.parameters.len()
    };
    let (index, _) = outline.children(class.definition?).find(overrides)?;
    Some(Symbol { file: class.file, definition: Some(index) })
}

/// The signature of a route's handler.
pub(super) fn signature(names: &Names<'_>, file: FileIndex, handler: &HandlerRef) -> Option<Signature> {
    let is_csharp = names.scope().files.get(file as usize).is_some_and(|file| file.path.extension() == "cs");
    match handler {
        HandlerRef::Definition(index) => {
            definition(names, Symbol { file, definition: Some(*index) }).map(|it| signature_of(it, is_csharp))
        }
        _ => simple_name(names, file, handler).map(|name| (name, None)),
    }
}

/// A method's signature: C# tells overloads apart.
pub(super) fn signature_of(method: &Definition, overloads: bool) -> Signature {
    (method.name.clone(), overloads.then_some(method.parameters.len()))
}

/// The route's methods, or those that its handler states, or any.
fn methods(names: &Names<'_>, at: At, route: &Route, stated: &[Atom]) -> Vec<Atom> {
    match (route.methods.as_slice(), stated) {
        ([], []) => vec![Atom::new("ANY")],
        ([], stated) => stated.to_vec(),
        (own, _) => own.iter().map(|method| spelt_out(names, at, method)).collect(),
    }
}

/// A method that stands as the name of a constant: `methods=[CALLBACK_METHOD]`.
fn spelt_out(names: &Names<'_>, at: At, method: &Atom) -> Atom {
    if !method.contains('_') {
        return method.clone();
    }
    let given = evaluate::constant(names, at, method).and_then(|(_, value)| value.as_text().map(str::to_uppercase));
    given.map_or_else(|| Atom::new("ANY"), Atom::from)
}

/// What the framework reads from a handler's definition.
fn facts_of(names: &Names<'_>, symbol: Symbol, route: &Route) -> HandlerFacts {
    let facts = names.scope().facts.get(symbol.file as usize);
    let found = frameworks::by_id(&route.framework).zip(facts).zip(symbol.definition);
    found.map_or_else(HandlerFacts::default, |((framework, facts), index)| framework.handler(&facts.outline, index))
}

fn base_verbs(route: &Route, base: &str) -> Vec<Atom> {
    let verbs = frameworks::by_id(&route.framework).map_or(&[][..], |framework| framework.base_verbs(last_part(base)));
    verbs.iter().map(Atom::new).collect()
}

/// A class-based view: the verbs that it, or a base of it, defines; the framework's own bases last.
fn class_view(names: &Names<'_>, at: At, class: Symbol, route: &Route) -> Vec<(Atom, Found)> {
    let mut found: Vec<(Atom, Found)> = Vec::new();
    let asked = |method: &Atom| route.methods.is_empty() || route.methods.contains(method);
    let framework = frameworks::by_id(&route.framework);
    for verb in VERBS {
        let method = Atom::from(verb.to_uppercase());
        let name = framework.map_or_else(|| (*verb).to_owned(), |it| it.responder(verb, &route.tokens));
        if let Some(symbol) = method_of(names, class, &name).filter(|_| asked(&method)) {
            found.push((method, at_symbol(names, symbol, route)));
        }
    }
    for class in lineage(names, class) {
        let bases = definition(names, class).map_or(&[][..], |definition| &definition.bases);
        for method in bases.iter().flat_map(|base| base_verbs(route, base)).filter(asked) {
            if !found.iter().any(|(own, _)| *own == method) {
                found.push((method, at_symbol(names, class, route)));
            }
        }
    }
    let of_class = facts_of(names, class, route);
    found.retain(|(method, _)| of_class.methods.is_empty() || of_class.methods.contains(method));
    for (_, own) in &mut found {
        add_auth(&mut own.auth, &of_class.auth);
        own.kind = own.kind.or(of_class.kind);
    }
    if found.is_empty() {
        let at_class = |method| (method, at_symbol(names, class, route));
        found = methods(names, at, route, &of_class.methods).into_iter().map(at_class).collect();
    }
    found
}

fn add_auth(auth: &mut AuthFact, of_class: &AuthFact) {
    auth.required = auth.required.or(of_class.required);
    auth.schemes.extend(of_class.schemes.iter().cloned());
    auth.roles.extend(of_class.roles.iter().cloned());
    auth.policies.extend(of_class.policies.iter().cloned());
}

/// A class and its bases of this repository, nearest first.
pub(super) fn lineage(names: &Names<'_>, class: Symbol) -> Vec<Symbol> {
    let mut found = vec![class];
    let mut next = 0;
    while let Some(class) = found.get(next).copied().filter(|_| next < LINEAGE_MAX) {
        next += 1;
        let (Some(definition), Some(resolver)) = (definition(names, class), names.resolver(class.file)) else {
            continue;
        };
        for base in &definition.bases {
            let name = base.split(['[', '<', '(']).next().unwrap_or(base);
            let meaning = resolver.resolve(class.file, definition.parent, name).filter(|meaning| meaning.rest == 0);
            found.extend(meaning.map(|meaning| meaning.symbol).filter(|symbol| !found.contains(symbol)));
        }
    }
    found
}

/// A page model: its `OnGet`, `OnPostUpdateAsync` ..., its bases' included; what it states of callers holds for all.
/// Without a handler for GET the page is shown all the same.
fn page_model(names: &Names<'_>, at: At, class: Symbol, route: &Route) -> Vec<(Atom, Found)> {
    let routers = names.scope().facts.get(class.file as usize).map(|facts| facts.routing.routers.as_slice());
    let stated = routers.unwrap_or_default().iter().find(|router| router.class == class.definition);
    let auth = stated.map(|router| router.auth.clone()).unwrap_or_default();
    let mut found: Vec<(Atom, Found)> = Vec::new();
    for verb in ["Get", "Post", "Put", "Delete", "Patch"] {
        for symbol in page_handlers(names, class, verb) {
            let handler = Found { auth: auth.clone(), ..at_symbol(names, symbol, route) };
            found.push((Atom::from(verb.to_uppercase()), handler));
        }
    }
    if !found.iter().any(|(method, _)| method == "GET") {
        found.insert(0, (Atom::new("GET"), Found { auth, ..inline(names, at, route) }));
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

pub(super) fn definition<'a>(names: &Names<'a>, symbol: Symbol) -> Option<&'a Definition> {
    names.scope().facts.get(symbol.file as usize)?.outline.definition(symbol.definition?)
}

fn at_symbol(names: &Names<'_>, symbol: Symbol, route: &Route) -> Found {
    let stated = facts_of(names, symbol, route);
    let doc = definition(names, symbol).and_then(|it| it.doc.clone());
    let handler = handler_at(names, symbol);
    let HandlerFacts { auth, exchange, kind, .. } = stated;
    Found { handler, doc, auth, kind, exchange, symbol: Some(symbol) }
}

/// A definition as a handler.
pub(super) fn handler_at(names: &Names<'_>, symbol: Symbol) -> Handler {
    let scope = names.scope();
    let file = scope.files.get(symbol.file as usize).map(|file| file.path.clone()).unwrap_or_default();
    match definition(names, symbol).zip(symbol.definition) {
        Some((it, index)) => {
            let outline = &scope.facts[symbol.file as usize].outline;
            Handler { symbol: outline.dotted_name(index), file, line: it.line, last_line: it.lines.last }
        }
        None => Handler { symbol: String::new(), file, line: 1, last_line: 1 },
    }
}

/// What a reference to a handler names, or else the line that refers to it.
pub(super) fn answering(names: &Names<'_>, at: At, handler: &HandlerRef, line: u32) -> Handler {
    if let Some(symbol) = symbol_of(names, at, handler) {
        return handler_at(names, symbol);
    }
    let file = names.scope().files.get(at.file as usize).map(|file| file.path.clone()).unwrap_or_default();
    let (symbol, last_line) = match handler {
        HandlerRef::Name(name) => (name.to_string(), line),
        HandlerRef::Inline(lines) => (String::new(), lines.last.max(line)),
        HandlerRef::Definition(_) | HandlerRef::Implementation(_) => (String::new(), line),
    };
    Handler { symbol, file, line, last_line }
}

/// The definition that a reference to a handler names.
fn symbol_of(names: &Names<'_>, at: At, handler: &HandlerRef) -> Option<Symbol> {
    match handler {
        HandlerRef::Definition(index) => Some(Symbol { file: at.file, definition: Some(*index) }),
        HandlerRef::Name(name) => {
            let meaning = names.resolver(at.file).and_then(|resolver| resolver.resolve(at.file, at.enclosing, name));
            let found = meaning.filter(|meaning| meaning.rest == 0).map(|meaning| meaning.symbol);
            found.map_or_else(|| instance(names, at, name), |symbol| Some(instance_of(names, symbol).unwrap_or(symbol)))
        }
        HandlerRef::Inline(_) | HandlerRef::Implementation(_) => None,
    }
}

/// The class of an object that a local name is given: `view = Orders()`.
fn instance(names: &Names<'_>, at: At, name: &str) -> Option<Symbol> {
    let given = evaluate::assigned(names, at, name)?;
    given.value.as_call()?;
    evaluate::class_of(names, At { file: at.file, enclosing: given.enclosing }, &given.value)
}

/// The class of an object that a module's variable is given.
fn instance_of(names: &Names<'_>, symbol: Symbol) -> Option<Symbol> {
    let variable = definition(names, symbol).filter(|it| it.kind == SymbolKind::Variable)?;
    let found = instance(names, At { file: symbol.file, enclosing: variable.parent }, &variable.name)?;
    definition(names, found).is_some_and(|it| it.kind.is_type()).then_some(found)
}

fn inline(names: &Names<'_>, at: At, route: &Route) -> Found {
    let unresolved = match &route.handler {
        HandlerRef::Definition(_) => &HandlerRef::Name(Atom::default()),
        other => other,
    };
    Found {
        handler: answering(names, at, unresolved, route.line),
        doc: None,
        auth: AuthFact::default(),
        kind: None,
        exchange: Exchange::default(),
        symbol: None,
    }
}

/// The last name of what a route's handler is called.
pub(super) fn simple_name(names: &Names<'_>, file: FileIndex, handler: &HandlerRef) -> Option<Atom> {
    match handler {
        HandlerRef::Definition(index) => {
            definition(names, Symbol { file, definition: Some(*index) }).map(|definition| definition.name.clone())
        }
        HandlerRef::Name(name) => name.rsplit('.').next().map(Atom::new),
        HandlerRef::Inline(_) | HandlerRef::Implementation(_) => None,
    }
}
