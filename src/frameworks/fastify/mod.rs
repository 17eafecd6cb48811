//! Fastify: routes on instances, plugins with prefixes, folders of plugins, JSON schemas.

mod schema;

use crate::codebase::outline::{Call, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, Route, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, RepoPath};

use super::javascript::routes::{self, VERBS};
use super::javascript::{self, Dialect, Reader, reads};
use super::{Framework, HandlerFacts, express};
use crate::codebase::outline::DefinitionIndex;

/// Fastify.
pub struct Fastify;

const ID: &str = "fastify";

static DIALECT: Dialect = Dialect {
    id: ID,
    makers: &[("fastify", "default", RouterRole::App), ("fastify", "fastify", RouterRole::App)],
    types: &["FastifyInstance", "FastifyZodInstance"],
    plugin_types: &["FastifyPlugin"],
    parameters: &["fastify", "app", "server", "instance"],
    nests: &[],
    groups: &["register", "after"],
    has_plugins: true,
};

/// Hooks that run before a handler.
const HOOKS: &[&str] = &["onRequest", "preParsing", "preValidation", "preHandler"];

impl Framework for Fastify {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Fastify"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut reader = Reader::new(&DIALECT, outline);
        if !reader.is_used() {
            return Routing::default();
        }
        let mut routing = Routing::default();
        for call in &outline.calls {
            let name = call.value.callee.as_str();
            if let Some(verb) = routes::verb(VERBS, name) {
                let Some(router) = reader.of(call) else { continue };
                routing.routes.extend(short(outline, call, &router, verb));
            } else if name == "route" {
                let Some(router) = reader.of(call) else { continue };
                let options = call.value.positional(0).into_iter();
                routing.routes.extend(options.flat_map(|options| whole(outline, call, &router, options)));
            } else if name == "register" {
                let Some(router) = reader.of(call) else { continue };
                routing.mounts.extend(registered(call, router));
            } else if name == "addHook" {
                let Some(router) = reader.of(call) else { continue };
                let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
                if values.first().and_then(|hook| hook.as_text()).is_some_and(|hook| HOOKS.contains(&hook)) {
                    reader.guard(&router, javascript::auth(&values[1..]));
                }
            } else {
                routing.mounts.extend(called(&reader, call));
            }
        }
        let prefix = outline.assignments.iter().find(|it| last_part(&it.target) == "autoPrefix");
        for router in
            reader.routers.iter_mut().filter(|router| router.enclosing.is_none() && router.prefixes.is_empty())
        {
            let is_default = matches!(router.name.as_str(), "default" | "exports" | "");
            let exported =
                outline.exports.iter().any(|it| matches!(it.name.as_str(), "default" | "=") && it.local == router.name);
            router.prefixes.extend(prefix.filter(|_| is_default || exported).map(|it| it.value.clone()));
        }
        // A function that might be a plugin is none if it declares nothing.
        let declares = |name: &Atom| {
            let hangs = |reference: &RouterRef| matches!(reference, RouterRef::Name(own) if own == name);
            routing.routes.iter().any(|route| hangs(&route.router))
                || routing.mounts.iter().any(|mount| hangs(&mount.parent))
        };
        reader.routers.retain(|router| router.role != RouterRole::Part || declares(&router.name));
        routing.routers = reader.routers;
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        reads::of_definition(outline, index)
    }
}

/// `fastify.get("/x", { schema, preHandler }, handler)`.
fn short(outline: &Outline, call: &Call, router: &RouterRef, verb: &str) -> Vec<Route> {
    let values: Vec<&Value> = call.value.args.iter().map(|argument| &argument.value).collect();
    let options = values.iter().copied().find(|value| matches!(value, Value::Record(_)));
    let handler = options.and_then(|options| options.key("handler"));
    let with_handler: Vec<&Value> = values.iter().copied().chain(handler).collect();
    let mut found = routes::declared(ID, outline, call, router, &[verb], &with_handler);
    if found.is_empty() && matches!(options, Some(Value::Record(_))) {
        // The handler is a method of the options.
        let path = values.first().copied().filter(|path| routes::is_path_like(path));
        found.extend(path.map(|path| Route {
            line: routes::line_of(call),
            conditional: call.conditional,
            ..routes::route(ID, router.clone(), verb, path.clone(), HandlerRef::Inline(call.value.lines))
        }));
    }
    found.into_iter().map(|route| with_options(route, outline, options, &call.value.type_args)).collect()
}

/// `fastify.route({ method, url, schema, handler })`.
fn whole(outline: &Outline, call: &Call, router: &RouterRef, options: &Value) -> Vec<Route> {
    let Some(path) = options.key("url").or_else(|| options.key("path")) else { return Vec::new() };
    let methods = options.key("method").or_else(|| options.key("methods")).map(routes::methods_of).unwrap_or_default();
    if methods.is_empty() {
        return Vec::new();
    }
    let handler = options.key("handler");
    let answers = handler.and_then(|handler| express::handler_of(handler, call));
    let answers = answers.unwrap_or(HandlerRef::Inline(call.value.lines));
    let exchange = handler.map(|handler| reads::of_literal(outline, handler)).unwrap_or_default();
    let route = Route {
        methods,
        exchange,
        line: routes::line_of(call),
        conditional: call.conditional,
        ..routes::route(ID, router.clone(), "", path.clone(), answers)
    };
    vec![with_options(route, outline, Some(options), &call.value.type_args)]
}

/// Adds what a route's options and type arguments say.
fn with_options(mut route: Route, outline: &Outline, options: Option<&Value>, type_args: &[Atom]) -> Route {
    if let Some(options) = options {
        let hooks: Vec<&Value> = HOOKS.iter().filter_map(|hook| options.key(hook)).collect();
        let said = javascript::auth(&express::flat(&hooks));
        if said != AuthFact::default() {
            route.auth = said;
        }
        if let Some(schema) = options.key("schema") {
            schema::read(outline, schema, &mut route);
        }
    }
    schema::read_types(type_args, &mut route.exchange);
    route
}

/// `fastify.register(plugin, { prefix })`, a folder of plugins among them.
fn registered(call: &Call, parent: RouterRef) -> Option<Mount> {
    let plugin = call.value.positional(0)?;
    let options = call.value.positional(1);
    let option = |key: &str| options.and_then(|options| options.key(key));
    if let Some(folder) = option("dir").and_then(folder_of) {
        let named = option("dirNameRoutePrefix") != Some(&Value::Bool(false));
        let prefix = option("options").and_then(|inner| inner.key("prefix")).or_else(|| option("prefix"));
        let child = RouterRef::Folder { path: folder, named };
        return Some(javascript::mount(ID, parent, child, prefix.cloned().unwrap_or(Value::Null), call));
    }
    let child = match plugin {
        // A wrapper such as `fp(plugin)` gives what it wraps.
        Value::Call(inner) if !inner.is_new && inner.callee != "require" && inner.callee != "import" => {
            javascript::child(inner.positional(0)?)?
        }
        Value::Call(inner) if inner.callee == "import" => RouterRef::Module(inner.positional(0)?.as_text()?.into()),
        plugin => javascript::child(plugin)?,
    };
    Some(javascript::mount(ID, parent, child, option("prefix").cloned().unwrap_or(Value::Null), call))
}

/// `routes(fastify)`: a plugin that is called like any function.
fn called(reader: &Reader<'_>, call: &Call) -> Option<Mount> {
    let first = call.value.positional(0).filter(|_| !call.value.is_new)?;
    let name = &Atom::new(first.as_name()?);
    let child = call.value.path()?;
    let is_known = reader.routers.iter().any(|router| router.name == *name) || reader.imports();
    let parent = reader.named(name, call.value.line, call.enclosing).filter(|_| is_known)?;
    Some(javascript::mount(ID, parent, RouterRef::Name(child), Value::Null, call))
}

/// `path.join(__dirname, "routes")` and its like: a folder as seen from the file.
fn folder_of(value: &Value) -> Option<Atom> {
    let parts: Vec<&str> = match value {
        Value::Text(text) => vec![text.as_str()],
        Value::Join(parts) => parts.iter().filter_map(Value::as_text).collect(),
        Value::Call(call) if matches!(call.callee.as_str(), "join" | "resolve" | "URL" | "fileURLToPath") => {
            if let Some(inner @ Value::Call(_)) = call.positional(0) {
                return folder_of(inner);
            }
            call.args.iter().filter_map(|argument| argument.value.as_text()).collect()
        }
        Value::Member(inner, _) => return folder_of(inner),
        _ => return None,
    };
    let path = parts.iter().map(|part| part.trim_matches('/')).collect::<Vec<_>>().join("/");
    (!path.is_empty()).then(|| Atom::from(path))
}
