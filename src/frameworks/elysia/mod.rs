//! Elysia: chains of routes, groups, guards and plugins.

use crate::codebase::endpoint::{Exchange, Location, Parameter};
use crate::codebase::outline::{Call, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::javascript::routes::{self, VERBS};
use super::javascript::{self, Dialect, Reader, reads};
use super::{Framework, HandlerFacts};

/// Elysia.
pub struct Elysia;

const ID: &str = "elysia";

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[("elysia", "Elysia", RouterRole::App), ("elysia", "default", RouterRole::App)],
    types: &["Elysia"],
    plugin_types: &[],
    parameters: &["app"],
    nests: &[],
    groups: &["group", "guard"],
    has_plugins: false,
};

impl Framework for Elysia {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Elysia"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let reader = Reader::new(&DIALECT, outline);
        if !reader.is_used() {
            return Routing::default();
        }
        let mut routing = Routing::default();
        for call in &outline.calls {
            let Some(router) = reader.of(call) else { continue };
            let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
            let name = call.value.callee.as_str();
            if name == "use" {
                let child = values.first().and_then(|value| child(&reader, value, call));
                routing.mounts.extend(child.map(|child| javascript::mount(ID, router, child, Value::Null, call)));
                continue;
            }
            let is_stated = name == "route" && values.len() > 2;
            let methods = if is_stated { routes::methods_of(values[0]) } else { Vec::new() };
            let names: Vec<&str> = match routes::verb(VERBS, name) {
                Some(verb) => vec![verb],
                None => methods.iter().map(Atom::as_str).collect(),
            };
            if names.is_empty() {
                continue;
            }
            let mut found = routes::declared(ID, outline, call, &router, &names, &values[usize::from(is_stated)..]);
            for route in &mut found {
                let options = values.iter().copied().filter(|value| matches!(value, Value::Record(_)));
                options.for_each(|options| stated(options, &mut route.exchange, &mut route.summary));
            }
            routing.routes.extend(found);
        }
        routing.routers = reader.routers;
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

fn child(reader: &Reader<'_>, value: &Value, call: &Call) -> Option<RouterRef> {
    let made = reader.reference(value, call.value.line, call.enclosing);
    made.filter(|_| value.as_call().is_some_and(|inner| reader.made_by(inner).is_some() || inner.receiver.is_some()))
        .or_else(|| javascript::child(value))
}

/// `{ body: t.Object(..), query: t.Object({ page: t.Numeric() }), response: Order, detail: { summary } }`.
fn stated(options: &Value, exchange: &mut Exchange, summary: &mut Option<String>) {
    for (key, location) in [("query", Location::Query), ("headers", Location::Header), ("cookie", Location::Cookie)] {
        let object = options.key(key).and_then(Value::as_call).and_then(|call| call.positional(0));
        let Some(Value::Record(fields)) = object else { continue };
        for (name, field) in fields {
            let Some(call) = field.as_call() else { continue };
            let required = !matches!(call.callee.as_str(), "Optional" | "MaybeEmpty");
            let inner = call.positional(0).and_then(Value::as_call).filter(|_| !required);
            let type_name = Some(Atom::from(inner.map_or(&call.callee, |inner| &inner.callee).to_lowercase()));
            exchange.parameters.retain(|it| it.location != location || it.name != *name);
            exchange.parameters.push(Parameter { location, name: name.clone(), type_name, required });
        }
    }
    let named = |key: &str| options.key(key).and_then(|it| it.as_name().or_else(|| it.as_text())).map(Atom::new);
    exchange.request = exchange.request.take().or_else(|| named("body"));
    exchange.response = exchange.response.take().or_else(|| named("response"));
    let detail = options.key("detail");
    exchange.deprecated |= detail.and_then(|it| it.key("deprecated")) == Some(&Value::Bool(true));
    let text = detail.and_then(|it| it.key("summary")).and_then(Value::as_text);
    *summary = text.map(str::to_owned).or(summary.take());
}
