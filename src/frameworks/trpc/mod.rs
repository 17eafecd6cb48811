//! tRPC: routers of procedures, composed over files, served where an adapter is mounted.

mod adapters;

use crate::codebase::outline::{CallValue, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, PathSyntax, Route, RouterRef, RouterRole, Routing};
use crate::codebase::{Atom, EndpointKind, RepoPath};

use super::Framework;
use super::javascript::{self, routes};

/// tRPC.
pub struct Trpc;

const ID: &str = "trpc";

/// How deep records of routers are read.
const DEPTH_MAX: usize = 12;

/// Names of the router that a server is given, which serves all others.
const ROOTS: &[&str] = &["appRouter", "rootRouter", "trpcRouter", "apiRouter"];

/// Ends of procedures, with the HTTP method of each.
const ENDS: &[(&str, &str)] = &[("mutation", "POST"), ("query", "GET"), ("subscription", "GET")];

impl Framework for Trpc {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "tRPC"
    }

    fn languages(&self) -> &'static [&'static str] {
        javascript::LANGUAGES
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        let mut reading = Reading { outline, routing: Routing::default() };
        let is_adapted = javascript::imports_any(outline, &["@trpc/server", "@hono/trpc-server"]);
        if is_adapted {
            adapters::read(path, outline, &mut reading.routing.mounts);
        }
        for assignment in &outline.assignments {
            let name = match assignment.target.as_str() {
                "export default" | "module.exports" => Atom::default(),
                _ => assignment.target.clone(),
            };
            let Some(call) = assignment.value.as_call() else { continue };
            reading.assigned(name, call, assignment.enclosing, assignment.line);
        }
        reading.routing
    }
}

struct Reading<'o> {
    outline: &'o Outline,
    routing: Routing,
}

impl Reading<'_> {
    /// A router or procedure that is given a name.
    fn assigned(&mut self, name: Atom, call: &CallValue, enclosing: Option<DefinitionIndex>, line: u32) {
        let router = RouterRef::Name(name.clone());
        let before = self.routing.routes.len() + self.routing.mounts.len();
        if let Some(procedure) = Procedure::of(call, true) {
            self.routing.routes.push(procedure.route(router, Value::Text(Atom::default())));
        } else if is_merge(call) {
            for argument in &call.args {
                self.entry(&router, "", &argument.value, line, 0);
            }
        } else if let Some(record) = self.record(call) {
            let record = record.clone();
            self.record_of(&router, &record, line, 0);
        } else {
            self.chained(&router, call);
        }
        if before == self.routing.routes.len() + self.routing.mounts.len() {
            return;
        }
        let role = if ROOTS.contains(&name.as_str()) { RouterRole::Router } else { RouterRole::Part };
        self.routing.routers.push(javascript::router(ID, name, enclosing, role, line));
    }

    /// The record that `router({ .. })` is given, if that is what a call is.
    fn record<'v>(&'v self, call: &'v CallValue) -> Option<&'v Value> {
        let is_maker = call.callee.to_lowercase().ends_with("router") && !call.is_new && call.args.len() == 1;
        let mut record = call.positional(0).filter(|_| is_maker)?;
        if let Some(name) = record.as_name() {
            record = self.outline.assignments.iter().find(|it| it.target == name).map(|it| &it.value)?;
        }
        let Value::Record(entries) = record else { return None };
        let may_be = |value: &Value| match value {
            Value::Name(name) => !name.contains('.') || name.ends_with("outer"),
            Value::Call(call) => {
                Procedure::of(call, false).is_some()
                    || call.callee.to_lowercase().ends_with("router")
                    || call.callee == "lazy"
            }
            Value::Record(_) | Value::Spread(_) => true,
            _ => false,
        };
        (!entries.is_empty() && entries.iter().all(|(_, value)| may_be(value))).then_some(record)
    }

    fn record_of(&mut self, router: &RouterRef, record: &Value, line: u32, depth: usize) {
        let Value::Record(entries) = record else { return };
        for (key, value) in entries {
            self.entry(router, key, value, line, depth + 1);
        }
    }

    /// One entry of a router's record: a procedure, a router, a record, or a name of one of these.
    fn entry(&mut self, router: &RouterRef, key: &str, value: &Value, line: u32, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        let prefix = dotted(key);
        let below = || RouterRef::Below { parent: Box::new(router.clone()), prefix: prefix.clone() };
        match value {
            Value::Name(name) => self.mount(router.clone(), RouterRef::Name(name.clone()), prefix, line),
            Value::Spread(inner) => {
                if let Some(name) = inner.as_name() {
                    self.mount(router.clone(), RouterRef::Name(Atom::new(name)), Value::Null, line);
                }
            }
            Value::Record(_) => self.record_of(&below(), value, line, depth),
            Value::Call(call) if call.callee == "lazy" => {
                let module = call.positional(0).and_then(Value::as_function).and_then(|it| it.returns.as_ref());
                let module =
                    module.and_then(Value::as_call).and_then(|call| call.positional(0)).and_then(Value::as_text);
                if let Some(module) = module {
                    self.mount(router.clone(), RouterRef::Module(module.into()), prefix, line);
                }
            }
            Value::Call(call) => {
                if let Some(procedure) = Procedure::of(call, false) {
                    self.routing.routes.push(procedure.route(router.clone(), prefix));
                } else if let Some(record) = self.record(call).cloned() {
                    self.record_of(&below(), &record, call.line, depth);
                } else if is_merge(call) {
                    let parts: Vec<Value> = call.args.iter().map(|argument| argument.value.clone()).collect();
                    for part in &parts {
                        self.entry(&below(), "", part, line, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn mount(&mut self, parent: RouterRef, child: RouterRef, prefix: Value, line: u32) {
        self.routing.mounts.push(Mount {
            parent,
            child,
            prefix,
            replaces_prefix: false,
            conditional: false,
            auth: AuthFact::default(),
            framework: Atom::new(ID),
            line,
        });
    }

    /// Version 9: `createRouter().query("get", { resolve }).merge("todo.", todoRouter)`.
    fn chained(&mut self, router: &RouterRef, call: &CallValue) {
        let mut link = Some(call);
        while let Some(call) = link {
            let key = call.positional(0).and_then(Value::as_text);
            match (routes::verb(ENDS, &call.callee), key, call.positional(1)) {
                (Some(verb), Some(key), Some(options @ Value::Record(_))) if options.key("resolve").is_some() => {
                    let handler = HandlerRef::Inline(call.lines);
                    let request = options.key("input").and_then(Value::as_name).map(Atom::new);
                    let mut route = routes::route(ID, router.clone(), verb, dotted(key), handler);
                    route.exchange.request = request;
                    self.routing.routes.push(Route { syntax: PathSyntax::Dots, line: call.line, ..route });
                }
                (None, Some(key), Some(Value::Name(name))) if call.callee == "merge" => {
                    let child = RouterRef::Name(name.clone());
                    self.mount(router.clone(), child, dotted(key.trim_end_matches('.')), call.line);
                }
                (None, None, None) if call.callee == "merge" => {
                    if let Some(name) = call.positional(0).and_then(Value::as_name) {
                        self.mount(router.clone(), RouterRef::Name(Atom::new(name)), Value::Null, call.line);
                    }
                }
                _ => {}
            }
            link = call.receiver.as_ref().and_then(Value::as_call);
        }
    }
}

/// `mergeRouters(a, b)`.
fn is_merge(call: &CallValue) -> bool {
    call.callee.to_lowercase().ends_with("mergerouters")
}

/// A name of a record as a part of a path: those of tRPC are joined by dots.
fn dotted(key: &str) -> Value {
    if key.is_empty() { Value::Null } else { Value::Text(format!(".{key}").into()) }
}

/// `publicProcedure.input(schema).query(handler)`.
struct Procedure<'v> {
    call: &'v CallValue,
    verb: &'static str,
    root: &'v str,
}

impl<'v> Procedure<'v> {
    /// Reads a chain; one by itself must say by its first name that it is a procedure.
    fn of(call: &'v CallValue, by_itself: bool) -> Option<Self> {
        let verb = routes::verb(ENDS, &call.callee)?;
        let answers = call.positional(0).filter(|_| call.args.len() == 1)?;
        if !matches!(answers, Value::Function(_) | Value::Name(_) | Value::Call(_)) {
            return None;
        }
        let mut receiver = call.receiver.as_ref()?;
        let root = loop {
            match receiver {
                Value::Name(name) => break name.as_str(),
                Value::Call(inner) => match &inner.receiver {
                    Some(inner) => receiver = inner,
                    None => break inner.callee.as_str(),
                },
                _ => return None,
            }
        };
        let says_so = last_part(root).to_lowercase().ends_with("procedure");
        (says_so || !by_itself).then_some(Self { call, verb, root })
    }

    fn route(&self, router: RouterRef, path: Value) -> Route {
        let answers = self.call.positional(0);
        let handler = match answers {
            Some(Value::Name(name)) => HandlerRef::Name(name.clone()),
            Some(Value::Function(function)) => HandlerRef::Inline(function.lines),
            _ => HandlerRef::Inline(self.call.lines),
        };
        let mut route = routes::route(ID, router, self.verb, path, handler);
        let mut link = self.call.receiver.as_ref().and_then(Value::as_call);
        while let Some(call) = link {
            let named = || call.positional(0).and_then(Value::as_name).map(Atom::new);
            match call.callee.as_str() {
                "input" => route.exchange.request = route.exchange.request.take().or_else(named),
                "output" => route.exchange.response = route.exchange.response.take().or_else(named),
                _ => {}
            }
            link = call.receiver.as_ref().and_then(Value::as_call);
        }
        let is_subscription = self.call.callee == "subscription";
        let kind = if is_subscription { EndpointKind::Hub } else { route.kind };
        Route { syntax: PathSyntax::Dots, auth: self.auth(), kind, line: self.call.line, ..route }
    }

    /// `protectedProcedure` asks callers to sign in, `publicProcedure` says that it does not.
    fn auth(&self) -> AuthFact {
        let name = last_part(self.root);
        let lower = name.to_lowercase();
        if lower.starts_with("public") {
            return AuthFact { required: Some(false), ..AuthFact::default() };
        }
        let asks = ["protected", "auth", "admin", "private", "user", "member", "owner", "session"]
            .iter()
            .any(|word| lower.contains(word));
        if !asks {
            return AuthFact::default();
        }
        AuthFact { required: Some(true), policies: vec![Atom::new(name)], ..AuthFact::default() }
    }
}

/// A router that an adapter is given.
fn given(value: &Value) -> Option<RouterRef> {
    javascript::child(value)
}

/// What a framework's app is called where an adapter hangs on it.
fn parent_of(call: &CallValue) -> Option<RouterRef> {
    call.receiver.as_ref().and_then(Value::as_name).map(|name| RouterRef::Name(name.into()))
}
