//! Litestar: handlers are decorated functions, served where a list of `route_handlers` names them.

mod handlers;

use crate::codebase::RepoPath;
use crate::codebase::outline::{Assignment, CallValue, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, Mount, Router, RouterRef, RouterRole, Routing};

use super::pythonic;
use super::{Framework, HandlerFacts};

/// Litestar.
pub struct Litestar;

const ID: &str = "litestar";
const PACKAGES: &[&str] = &["litestar", "starlite"];
const APPS: &[&str] = &["Litestar", "Starlite"];
/// How deep routers are written within routers.
const DEPTH_MAX: u32 = 12;

impl Framework for Litestar {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Litestar"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["python"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if !pythonic::imports_any(outline, PACKAGES) {
            return routing;
        }
        handlers::read(outline, &mut routing);
        for own in &outline.assignments {
            routing.routers.extend(router(outline, own));
            if let Value::List(items) = &own.value
                && is_list_of_handlers(&own.target)
            {
                let parent = RouterRef::Name(own.target.clone());
                List { outline, scope: own.enclosing, routing: &mut routing }.read(&parent, items, own.line, 0);
            }
        }
        let declares = |name: &str| APPS.contains(&name) || matches!(name, "Router" | "register");
        for call in outline.calls.iter().filter(|call| declares(&call.value.callee)) {
            let is_inner = |own: &Assignment| own.value.as_call() == Some(&*call.value);
            let given = outline.assignments.iter().find(|own| own.target != "return" && is_inner(own));
            let parent = match (call.value.callee.as_str(), given) {
                ("Router", Some(own)) => RouterRef::Name(own.target.clone()),
                (app, Some(own)) if APPS.contains(&app) => RouterRef::Name(own.target.clone()),
                (app, None) if APPS.contains(&app) => RouterRef::Root,
                ("register", _) => {
                    let on = call.value.receiver.as_ref().and_then(Value::as_name);
                    let (Some(on), Some(child)) = (on, call.value.positional(0)) else { continue };
                    let parent = pythonic::router(outline, call.enclosing, on);
                    let items = std::slice::from_ref(child);
                    let mut list = List { outline, scope: call.enclosing, routing: &mut routing };
                    list.read(&parent, items, call.value.line, 0);
                    continue;
                }
                _ => continue,
            };
            List { outline, scope: call.enclosing, routing: &mut routing }.read_call(&parent, &call.value, 0);
        }
        routing
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        handlers::facts(outline, index)
    }
}

/// `app = Litestar(..)`, `router = Router(path="/x", ..)`, `handlers = [..]`.
fn router(outline: &Outline, own: &Assignment) -> Option<Router> {
    let router = pythonic::given_router(ID, outline, own);
    match &own.value {
        Value::Call(call) if APPS.contains(&call.callee.as_str()) => {
            Some(Router { role: RouterRole::App, prefixes: prefix(call), auth: guards(call.named("guards")), ..router })
        }
        Value::Call(call) if call.callee == "Router" => {
            Some(Router { prefixes: prefix(call), auth: guards(call.named("guards")), ..router })
        }
        Value::List(_) if is_list_of_handlers(&own.target) => Some(router),
        _ => None,
    }
}

fn is_list_of_handlers(name: &str) -> bool {
    let name = last_part(name).to_ascii_lowercase();
    ["controllers", "handlers", "routers", "routes"].iter().any(|end| name.ends_with(end))
}

fn prefix(call: &CallValue) -> Vec<Value> {
    call.named("path").filter(|path| pythonic::is_path(path)).cloned().into_iter().collect()
}

/// What `guards=[..]` demands.
fn guards(list: Option<&Value>) -> AuthFact {
    let Some(Value::List(items)) = list else { return AuthFact::default() };
    let name = |value: &Value| match value {
        Value::Name(name) => Some(last_part(name).into()),
        Value::Call(call) => Some(call.callee.clone()),
        _ => None,
    };
    let policies: Vec<_> = items.iter().filter_map(name).collect();
    AuthFact { required: (!policies.is_empty()).then_some(true), policies, ..AuthFact::default() }
}

struct List<'a> {
    outline: &'a Outline,
    scope: Option<DefinitionIndex>,
    routing: &'a mut Routing,
}

impl List<'_> {
    fn read_call(&mut self, parent: &RouterRef, call: &CallValue, depth: u32) {
        match call.named("route_handlers").or_else(|| call.positional(0)) {
            Some(Value::List(items)) => self.read(parent, items, call.line, depth),
            Some(list @ Value::Name(_)) => self.mount(parent, list, call.line),
            _ => {}
        }
    }

    fn read(&mut self, parent: &RouterRef, items: &[Value], line: u32, depth: u32) {
        for item in items.iter().filter(|_| depth <= DEPTH_MAX) {
            match item {
                Value::Call(call) if call.callee == "Router" => {
                    let prefix = pythonic::prefix(call.named("path"));
                    let below = RouterRef::Below { parent: Box::new(parent.clone()), prefix };
                    self.read_call(&below, call, depth + 1);
                }
                Value::Spread(inner) => self.mount(parent, inner, line),
                item => self.mount(parent, item, line),
            }
        }
    }

    fn mount(&mut self, parent: &RouterRef, child: &Value, line: u32) {
        for child in pythonic::choices(self.outline, self.scope, child) {
            let Value::Name(name) = child else { continue };
            let child = RouterRef::Name(name);
            let mount: Mount = pythonic::blank_mount(ID, parent.clone(), child, line);
            self.routing.mounts.push(mount);
        }
    }
}
