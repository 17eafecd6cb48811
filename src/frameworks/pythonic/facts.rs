//! Routing facts with all that they do not state left out, and what they refer to.

use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{
    Assignment, CallValue, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part,
};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, PathSyntax, Route, Router, RouterRef, RouterRole};
use crate::codebase::{Atom, Lines};

use super::super::pythonic;

/// A router that is born at a line.
pub(in crate::frameworks) fn blank_router(
    framework: &str,
    name: &str,
    enclosing: Option<DefinitionIndex>,
    line: u32,
) -> Router {
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
        framework: framework.into(),
        line,
    }
}

/// A router that an assignment names; `self.x` is known in its whole class.
pub(in crate::frameworks) fn given_router(framework: &str, outline: &Outline, own: &Assignment) -> Router {
    let enclosing = match own.target.strip_prefix("self.") {
        Some(_) => {
            own.enclosing.and_then(|method| pythonic::definition(outline, method)).and_then(|method| method.parent)
        }
        None => own.enclosing,
    };
    let returned_by = pythonic::returned_by(outline, own.enclosing, &own.target);
    Router { returned_by, ..blank_router(framework, &own.target, enclosing, own.line) }
}

/// A router that is a class.
pub(in crate::frameworks) fn class_router(framework: &str, index: DefinitionIndex, class: &Definition) -> Router {
    Router { class: Some(index), ..blank_router(framework, &class.name, class.parent, class.line) }
}

/// A route below `router`, at its very path.
pub(in crate::frameworks) fn blank_route(framework: &str, router: RouterRef, line: u32) -> Route {
    Route {
        router,
        methods: Vec::new(),
        path: Value::Text(Atom::default()),
        syntax: PathSyntax::Braces,
        absolute: false,
        handler: HandlerRef::Inline(Lines::one(line)),
        tokens: Vec::new(),
        kind: EndpointKind::Api,
        auth: AuthFact::default(),
        exchange: Exchange::default(),
        summary: None,
        conditional: false,
        framework: framework.into(),
        line,
    }
}

/// A router put below another, without a prefix.
pub(in crate::frameworks) fn blank_mount(framework: &str, parent: RouterRef, child: RouterRef, line: u32) -> Mount {
    Mount {
        parent,
        child,
        prefix: Value::Null,
        replaces_prefix: false,
        conditional: false,
        auth: AuthFact::default(),
        framework: framework.into(),
        line,
    }
}

/// A decorator that is a method of an object, over a definition: `@router.get("/x")`.
pub(in crate::frameworks) struct Hung<'a> {
    /// Name of the object.
    pub(in crate::frameworks) on: &'a str,
    /// Name of the method.
    pub(in crate::frameworks) verb: &'a str,
    /// What the decorator stands over.
    pub(in crate::frameworks) index: DefinitionIndex,
    /// The same.
    pub(in crate::frameworks) definition: &'a Definition,
    /// The decorator.
    pub(in crate::frameworks) decorator: &'a Decorator,
}

impl Hung<'_> {
    /// A route on the object, answered by what the decorator stands over.
    pub(in crate::frameworks) fn route(&self, framework: &str, outline: &Outline) -> Route {
        let router = pythonic::router(outline, self.definition.parent, self.on);
        Route {
            handler: HandlerRef::Definition(self.index),
            conditional: self.definition.conditional,
            ..blank_route(framework, router, self.decorator.lines.first)
        }
    }
}

/// All decorators that are methods of objects.
pub(in crate::frameworks) fn hung(outline: &Outline) -> impl Iterator<Item = Hung<'_>> {
    pythonic::definitions(outline).flat_map(|(index, definition)| {
        definition.decorators.iter().filter_map(move |decorator| {
            let (on, verb) = pythonic::receiver(decorator)?;
            Some(Hung { on, verb, index, definition, decorator })
        })
    })
}

/// What answers: a function, a class or object with a method for each verb, or a function literal.
pub(in crate::frameworks) fn handler_of(
    outline: &Outline,
    scope: Option<DefinitionIndex>,
    value: &Value,
) -> Option<HandlerRef> {
    match value {
        Value::Name(name) => {
            let seen = |parent: Option<DefinitionIndex>| parent.is_none() || parent == scope;
            let answers = |own: &Definition| own.kind.is_type() || own.kind == SymbolKind::Function;
            let own = pythonic::definitions(outline).find(|(_, it)| it.name == *name && seen(it.parent) && answers(it));
            Some(own.map_or_else(|| HandlerRef::Name(name.clone()), |(index, _)| HandlerRef::Definition(index)))
        }
        Value::Call(call) if call.callee == "as_view" => handler_of(outline, scope, call.receiver.as_ref()?),
        Value::Call(call) if is_class_name(&call.callee) => handler_of(outline, scope, &Value::Name(call.path()?)),
        // Decorators around it are seen through.
        Value::Call(call) => handler_of(outline, scope, call.positional(0)?),
        Value::Function(function) => Some(HandlerRef::Inline(function.lines)),
        _ => None,
    }
}

/// Whether a dotted name is spelt as classes are.
pub(in crate::frameworks) fn is_class_name(name: &str) -> bool {
    last_part(name).starts_with(|first: char| first.is_uppercase())
}

/// Whether a value can stand for a path.
pub(in crate::frameworks) fn is_path(value: &Value) -> bool {
    matches!(value, Value::Text(_) | Value::Join(_) | Value::Name(_) | Value::Choice(_))
}

/// The paths of an argument: one, or a list of them.
pub(in crate::frameworks) fn paths(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::List(items)) => items.iter().filter(|item| is_path(item)).cloned().collect(),
        Some(value) if is_path(value) => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// A prefix, or none.
pub(in crate::frameworks) fn prefix(stated: Option<&Value>) -> Value {
    stated.cloned().unwrap_or(Value::Null)
}

/// Methods of an argument that is one text or a list of texts; `*` stands for all.
pub(in crate::frameworks) fn verbs(value: Option<&Value>) -> Option<Vec<Atom>> {
    match value {
        Some(Value::Text(text)) if text == "*" => Some(vec![Atom::new("ANY")]),
        Some(Value::Text(text)) => Some(vec![Atom::from(text.to_ascii_uppercase())]),
        value => pythonic::methods(value),
    }
}

/// A class's attribute that is given a value in its body.
pub(in crate::frameworks) fn attribute<'a>(
    outline: &'a Outline,
    class: DefinitionIndex,
    name: &str,
) -> Option<&'a Value> {
    let own = outline.assignments.iter().find(|own| own.enclosing == Some(class) && own.target == name);
    own.map(|own| &own.value)
}

/// What a call's receiver names: `app` of `app.router.add_get`, where `inner` is `.router`.
pub(in crate::frameworks) fn owner<'a>(call: &'a CallValue, inner: &str) -> Option<&'a str> {
    let name = call.receiver.as_ref()?.as_name()?;
    Some(name.strip_suffix(inner).filter(|name| !name.is_empty()).unwrap_or(name))
}
