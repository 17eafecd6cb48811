//! REST framework's viewsets: classes whose methods are hung below a prefix by `router.register`.

use crate::codebase::Atom;

use crate::codebase::Lines;
use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{CallValue, Definition, DefinitionIndex, Outline, Value, last_part, named};
use crate::codebase::routing::{AuthFact, HandlerRef, Mount, PathSyntax, Route, Router, RouterRef, Routing};

use super::super::pythonic;
use super::{ID, handlers, patterns};

/// How deep routers are nested.
const DEPTH_MAX: u32 = 8;
/// A viewset's standard actions: name, verb, and whether it is about one object.
const ACTIONS: &[(&str, &str, bool)] = &[
    ("list", "GET", false),
    ("create", "POST", false),
    ("retrieve", "GET", true),
    ("update", "PUT", true),
    ("partial_update", "PATCH", true),
    ("destroy", "DELETE", true),
];
/// The actions that REST framework's own bases bring along.
const BASES: &[(&str, &[&str])] = &[
    ("CreateModelMixin", &["create"]),
    ("DestroyModelMixin", &["destroy"]),
    ("ListModelMixin", &["list"]),
    ("ModelViewSet", &["list", "create", "retrieve", "update", "partial_update", "destroy"]),
    ("ReadOnlyModelViewSet", &["list", "retrieve"]),
    ("RetrieveModelMixin", &["retrieve"]),
    ("UpdateModelMixin", &["update", "partial_update"]),
];

/// Reads viewsets, and routers that mount them.
pub(super) fn read(outline: &Outline, routing: &mut Routing) {
    for (index, class) in pythonic::definitions(outline) {
        if class.kind.is_type() && is_viewset(outline, index, class) {
            routing
                .routers
                .push(Router { class: Some(index), ..patterns::router(&class.name, class.parent, class.line) });
            viewset(outline, index, class, routing);
        }
    }
    for own in &outline.assignments {
        let is_router = own.value.as_call().is_some_and(|call| call.callee.ends_with("Router"));
        let registers = |call: &&crate::codebase::outline::Call| is_registration(call, &own.target);
        if is_router && outline.calls.iter().any(|call| registers(&call)) {
            let mut router = patterns::router(&own.target, own.enclosing, own.line);
            nest(outline, &mut router, own.value.as_call());
            routing.routers.push(router);
        }
    }
    for call in &outline.calls {
        let Some(Value::Name(on)) = &call.value.receiver else { continue };
        if !is_registration(call, on) {
            continue;
        }
        let prefix = call.value.positional(0).or_else(|| call.value.named("prefix"));
        let child = call.value.positional(1).or_else(|| call.value.named("viewset"));
        let (Some(prefix), Some(Value::Name(child))) = (prefix, child) else { continue };
        routing.mounts.push(Mount {
            parent: pythonic::router(outline, call.enclosing, on),
            child: RouterRef::Name(child.clone()),
            prefix: match prefix {
                Value::Text(prefix) => Value::Text(format!("{}/", patterns::without_regex(prefix)).into()),
                prefix => prefix.clone(),
            },
            replaces_prefix: false,
            conditional: call.conditional,
            auth: AuthFact::default(),
            framework: ID.into(),
            line: call.value.line,
        });
    }
}

/// `NestedSimpleRouter(parent, "orders", lookup="order")` has its paths below one object of its parent's; it is not
/// served with its parent, but where its own `urls` are included.
fn nest(outline: &Outline, router: &mut Router, made: Option<&CallValue>) {
    let mut prefix = String::new();
    let mut next = made;
    for _ in 0..DEPTH_MAX {
        let Some(call) = next else { break };
        if call.named("trailing_slash") == Some(&Value::Bool(false)) {
            router.tokens = vec![(Atom::new("/"), Atom::default())];
        }
        let (Some(Value::Name(parent)), Some(Value::Text(below))) = (call.positional(0), call.positional(1)) else {
            break;
        };
        if !call.callee.starts_with("Nested") {
            break;
        }
        let lookup = call.named("lookup").and_then(Value::as_text).unwrap_or("parent");
        prefix = format!("{below}/<{lookup}_pk>/{prefix}");
        let given = outline.assignments.iter().rev().find(|own| own.target == *parent);
        next = given.and_then(|own| own.value.as_call());
    }
    if !prefix.is_empty() {
        router.prefixes.push(Value::Text(prefix.into()));
    }
}

fn is_registration(call: &crate::codebase::outline::Call, router: &str) -> bool {
    call.value.callee == "register"
        && call.value.args.len() >= 2
        && call.value.receiver.as_ref().and_then(Value::as_name) == Some(router)
        && (last_part(router).to_ascii_lowercase().ends_with("router") || call.value.named("basename").is_some())
}

fn is_viewset(outline: &Outline, index: DefinitionIndex, class: &Definition) -> bool {
    let derives = class
        .bases
        .iter()
        .map(|base| last_part(base))
        .any(|base| base.ends_with("ViewSet") || base.ends_with("ViewSetMixin") || actions_of(base).is_some());
    let acts = |definition: &Definition| definition.decorator("action").is_some();
    derives || pythonic::definitions(outline).any(|(_, own)| own.parent == Some(index) && acts(own))
}

fn actions_of(base: &str) -> Option<&'static [&'static str]> {
    BASES.iter().find(|(name, _)| *name == base).map(|(_, actions)| *actions)
}

/// The routes of one viewset: actions that it defines or that REST framework's bases give it. Those of a base of
/// this repository stand with that base.
fn viewset(outline: &Outline, index: DefinitionIndex, class: &Definition, routing: &mut Routing) {
    let text = |name: &str| {
        let own = outline.assignments.iter().find(|own| own.enclosing == Some(index) && own.target == name);
        own.and_then(|own| own.value.as_text()).map(ToOwned::to_owned)
    };
    let lookup = text("lookup_url_kwarg").or_else(|| text("lookup_field")).unwrap_or_else(|| "pk".to_owned());
    // A lookup that takes slashes goes on to the path's end.
    let is_greedy = text("lookup_value_regex").is_some_and(|regex| matches!(regex.as_str(), ".*" | ".+"));
    let lookup = if is_greedy { format!("path:{lookup}") } else { lookup };
    let allowed =
        outline.assignments.iter().find(|own| own.enclosing == Some(index) && own.target == "http_method_names");
    let allowed = allowed.and_then(|own| pythonic::methods(Some(&own.value)));
    let auth = handlers::class_auth(outline, index);
    let methods: Vec<(DefinitionIndex, &Definition)> =
        pythonic::definitions(outline).filter(|(_, own)| own.parent == Some(index)).collect();
    let own =
        |name: &str| methods.iter().find(|(_, method)| method.name == name).map(|(index, method)| (*index, *method));
    let serializer = handlers::serializer(outline, index);
    let mut routes = Vec::new();
    for (action, verb, detail) in ACTIONS {
        let given = class.bases.iter().any(|base| actions_of(last_part(base)).is_some_and(|all| all.contains(action)));
        let (handler, line) = match own(action) {
            Some((method, definition)) => (HandlerRef::Definition(method), definition.line),
            None if given => (HandlerRef::Name(format!("{}.{action}", class.name).into()), class.line),
            None => continue,
        };
        let path = if *detail { format!("<{lookup}>/") } else { String::new() };
        let mut made = route(class, &path, vec![Atom::new(verb)], handler, line);
        made.exchange = exchange(serializer.as_ref(), verb, *action == "list");
        routes.push(made);
    }
    for (method, definition) in &methods {
        routes.extend(extra(class, *method, definition, &methods, &lookup).into_iter().flat_map(with_bodies));
    }
    for mut route in routes {
        if let Some(allowed) = &allowed {
            route.methods.retain(|method| allowed.contains(method));
        }
        if !route.methods.is_empty() {
            let mut stated = auth.clone();
            // An action's own permissions stand in its class's stead.
            if route.auth.required.is_some() {
                stated = AuthFact { schemes: auth.schemes.clone(), ..AuthFact::default() };
            }
            pythonic::add_auth(&mut route.auth, stated);
            routing.routes.push(route);
        }
    }
}

/// A route of several verbs by those with a body and those without.
fn with_bodies(route: Route) -> Vec<Route> {
    if route.exchange.request.is_none() {
        return vec![route];
    }
    let (bodies, plain): (Vec<Atom>, Vec<Atom>) =
        route.methods.iter().cloned().partition(|method| matches!(method.as_str(), "PATCH" | "POST" | "PUT"));
    let without = Exchange { request: None, ..route.exchange.clone() };
    vec![Route { methods: plain, exchange: without, ..route.clone() }, Route { methods: bodies, ..route }]
}

/// What an action takes and gives, where its class names a serializer.
pub(super) fn exchange(serializer: Option<&Atom>, verb: &str, is_list: bool) -> Exchange {
    let Some(serializer) = serializer.filter(|_| verb != "DELETE") else { return Exchange::default() };
    let response = if is_list { Atom::from(format!("list[{serializer}]")) } else { serializer.clone() };
    let request = (verb != "GET").then(|| serializer.clone());
    Exchange { request, response: Some(response), ..Exchange::default() }
}

/// `@action(detail=True, url_path="x")`, and `@x.mapping.post` beside it.
fn extra(
    class: &Definition,
    index: DefinitionIndex,
    definition: &Definition,
    siblings: &[(DefinitionIndex, &Definition)],
    lookup: &str,
) -> Option<Route> {
    let mapped = definition.decorators.iter().find_map(|decorator| decorator.name.split_once(".mapping."));
    let (action, methods) = match mapped {
        Some((base, verb)) => {
            let base = siblings.iter().map(|(_, sibling)| sibling).find(|sibling| sibling.name == base)?;
            (*base, Some(vec![Atom::from(verb.to_ascii_uppercase())]))
        }
        None => (definition, None),
    };
    let decorator = action.decorator("action")?;
    let detail = named(&decorator.args, "detail") == Some(&Value::Bool(true));
    let own = named(&decorator.args, "url_path").and_then(Value::as_text).map(patterns::without_regex);
    let own = own.unwrap_or_else(|| action.name.to_string());
    let path = if detail { format!("<{lookup}>/{own}/") } else { format!("{own}/") };
    let methods = methods.or_else(|| pythonic::methods(named(&decorator.args, "methods")));
    let methods = methods.unwrap_or_else(|| vec![Atom::new("GET")]);
    let mut route = route(class, &path, methods, HandlerRef::Definition(index), definition.line);
    if let Some(Value::Name(serializer)) = named(&decorator.args, "serializer_class") {
        route.exchange.request = Some(serializer.clone());
        route.exchange.response = Some(serializer.clone());
    }
    if let Some(permissions) = named(&decorator.args, "permission_classes") {
        route.auth = handlers::permissions(permissions);
    }
    Some(route)
}

fn route(class: &Definition, path: &str, methods: Vec<Atom>, handler: HandlerRef, line: u32) -> Route {
    Route {
        router: RouterRef::Name(class.name.clone()),
        methods,
        path: Value::Text(path.into()),
        syntax: PathSyntax::Angles,
        absolute: false,
        handler: match handler {
            HandlerRef::Inline(_) => HandlerRef::Inline(Lines::one(line)),
            handler => handler,
        },
        tokens: Vec::new(),
        kind: EndpointKind::Api,
        auth: AuthFact::default(),
        exchange: Exchange::default(),
        summary: None,
        conditional: false,
        framework: ID.into(),
        line,
    }
}
