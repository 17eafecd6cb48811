//! `FastEndpoints`: a class for each endpoint that says in `Configure` what it answers, groups, versions and the app's prefix.

mod configure;
mod settings;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Exchange, Location, Parameter};
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::{
    HandlerRef, PathSyntax, PrefixOverride, Route, Router, RouterRef, RouterRole, Routing, Versions,
};

use super::Framework;
use super::aspnet_mvc::signature::{self, Binding};
use super::aspnet_mvc::{actions, authorize, results};
use configure::Configured;

/// `FastEndpoints`.
pub struct FastEndpoints;

const ID: &str = "fastendpoints";

/// Methods that answer.
const HANDLERS: &[&str] = &["HandleAsync", "ExecuteAsync"];

impl Framework for FastEndpoints {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "FastEndpoints"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn routing(&self, _path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing { settings: settings::read(outline), ..Routing::default() };
        for (index, class) in (0..).zip(&outline.definitions) {
            if class.kind != SymbolKind::Class || class.bases.is_empty() {
                continue;
            }
            if let Some(group) = group(outline, index, class) {
                routing.routers.push(group);
            } else if let Some(handler) = handler(outline, index) {
                add_endpoint(&mut routing, outline, index, class, handler);
            }
        }
        routing
    }

    fn members(&self, outline: &Outline, index: DefinitionIndex) -> Option<Exchange> {
        signature::members(outline, index, Binding::Controller)
    }
}

/// What answers for a class that looks like an endpoint: its method, or the class where that stands in a base.
fn handler(outline: &Outline, class: DefinitionIndex) -> Option<(DefinitionIndex, &Definition)> {
    let overriding = |names: &'static [&'static str]| {
        let methods = outline.children(class).filter(|(_, it)| it.kind == SymbolKind::Method);
        methods.into_iter().find(|(_, it)| names.contains(&it.name.as_str()) && it.has_modifier("override"))
    };
    let configures = || overriding(&["Configure"]).and_then(|_| Some((class, outline.definition(class)?)));
    overriding(HANDLERS).or_else(configures)
}

fn add_endpoint(
    routing: &mut Routing,
    outline: &Outline,
    index: DefinitionIndex,
    class: &Definition,
    handler: (DefinitionIndex, &Definition),
) {
    let mut configured = configure::read(outline, index);
    for decorator in &class.decorators {
        if let Some(methods) = actions::verb(decorator) {
            let paths = decorator.args.iter().filter(|arg| arg.name.is_none()).map(|arg| arg.value.clone());
            configured.routes.push((methods, paths.collect(), decorator.lines.first));
        }
    }
    if configured.routes.is_empty() {
        return;
    }
    let stated = authorize::stated(&class.decorators);
    if stated.required.is_some() {
        configured.auth = stated;
    }
    routing.routers.push(Router {
        parent: configured.group.take().map(RouterRef::Name),
        auth: configured.auth.clone(),
        ..router(index, class)
    });
    if let Some(version) = configured.version.take() {
        routing.versions.push(Versions { definition: index, versions: vec![version] });
    }
    if let Some(prefix) = configured.prefix.take() {
        routing.overrides.push(PrefixOverride { definition: index, prefix });
    }
    for (methods, paths, line) in &configured.routes {
        for path in paths {
            routing.routes.push(route(class, handler, &configured, methods, path, *line));
        }
    }
}

fn route(
    class: &Definition,
    handler: (DefinitionIndex, &Definition),
    configured: &Configured,
    methods: &[Atom],
    path: &Value,
    line: u32,
) -> Route {
    let (index, method) = handler;
    Route {
        router: RouterRef::Name(class.name.clone()),
        methods: methods.to_vec(),
        path: path.clone(),
        syntax: PathSyntax::Braces,
        absolute: false,
        handler: HandlerRef::Definition(index),
        tokens: Vec::new(),
        kind: EndpointKind::Api,
        auth: authorize::stated(&method.decorators),
        exchange: exchange(class, method, configured, methods),
        summary: configured.summary.clone().or_else(|| class.doc.clone()),
        conditional: false,
        framework: Atom::new(ID),
        line,
    }
}

/// The request is what the handler takes first; the answer is the base's second type argument, or what the handler returns.
fn exchange(class: &Definition, method: &Definition, configured: &Configured, methods: &[Atom]) -> Exchange {
    let mut exchange = configured.exchange.clone();
    let taken = if method.kind == SymbolKind::Method {
        method.parameters.first().and_then(|it| it.type_name.clone())
    } else {
        class.bases.iter().find_map(|base| taken_by(base))
    };
    let taken = taken.filter(|it| !matches!(last_part(it), "CancellationToken" | "EmptyRequest" | "object"));
    if let Some(type_name) = taken {
        if methods.iter().any(|method| matches!(method.as_str(), "POST" | "PUT" | "PATCH")) {
            exchange.request = exchange.request.or(Some(type_name));
        } else {
            let members = Parameter { location: Location::Query, type_name: Some(type_name), ..Parameter::default() };
            exchange.parameters.push(members);
        }
    }
    let given = class.bases.iter().find_map(|base| given(base));
    exchange.response = exchange.response.or(given);
    results::add(&mut exchange, method.type_name.as_deref(), class.decorators.iter());
    exchange.deprecated = class.decorators.iter().any(signature::is_obsolete);
    exchange
}

/// `NewOrder` of `Endpoint<NewOrder, Order>`.
fn taken_by(base: &str) -> Option<Atom> {
    let (name, args) = base.strip_suffix('>')?.split_once('<')?;
    let first = results::top_level(args).into_iter().next()?;
    (last_part(name) == "Endpoint").then(|| Atom::new(first.trim()))
}

/// `Order` of `Endpoint<NewOrder, Order>`, `EndpointWithoutRequest<Order>` and `Ep.Req<NewOrder>.Res<Order>`.
fn given(base: &str) -> Option<Atom> {
    let given = if let Some((_, rest)) = base.split_once(".Res<") {
        rest.strip_suffix('>')?
    } else {
        let (name, args) = base.strip_suffix('>')?.split_once('<')?;
        let mut args = results::top_level(args).into_iter();
        match last_part(name) {
            "EndpointWithoutRequest" => args.next()?,
            "Endpoint" | "EndpointWithMapping" => args.nth(1)?,
            _ => return None,
        }
    };
    let given = given.trim();
    (!given.ends_with("Mapper") && !matches!(given, "object" | "EmptyResponse")).then(|| Atom::new(given))
}

fn router(index: DefinitionIndex, class: &Definition) -> Router {
    Router {
        name: class.name.clone(),
        enclosing: class.parent,
        class: Some(index),
        role: RouterRole::Controller,
        prefixes: Vec::new(),
        tokens: Vec::new(),
        parent: None,
        returned_by: None,
        auth: authorize::stated(&class.decorators),
        framework: Atom::new(ID),
        line: class.line,
    }
}

/// A class that holds what its endpoints share: `Admin : Group`, `Users : SubGroup<Admin>`.
fn group(outline: &Outline, index: DefinitionIndex, class: &Definition) -> Option<Router> {
    let base = class.bases.iter().find(|base| matches!(last_part(base), "Group" | "SubGroup"))?;
    let above = base.strip_suffix('>').and_then(|base| base.split_once('<')).map(|(_, above)| above);
    let configured = configure::read(outline, index);
    Some(Router {
        prefixes: configured.own_prefix.into_iter().collect(),
        parent: above.map(|above| RouterRef::Name(Atom::new(above))),
        auth: configured.auth,
        ..router(index, class)
    })
}

#[cfg(test)]
mod tests {
    use super::given;

    #[test]
    fn bases_name_the_answer() {
        for (base, expected) in [
            ("Endpoint<NewOrder, Order>", Some("Order")),
            ("Endpoint<NewOrder>", None),
            ("Endpoint<NewOrder, List<Order>, OrderMapper>", Some("List<Order>")),
            ("EndpointWithoutRequest<Order>", Some("Order")),
            ("Ep.Req<NewOrder>.Res<List<Order>>", Some("List<Order>")),
            ("Ep.NoReq.Res<Order>", Some("Order")),
            ("EndpointWithoutRequest", None),
        ] {
            assert_eq!(given(base).as_deref(), expected, "{base}");
        }
    }
}
