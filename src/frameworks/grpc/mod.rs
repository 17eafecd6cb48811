//! gRPC: services of `.proto` files, served by the classes that derive from what is generated of them.

mod proto;

use crate::codebase::Atom;

use crate::codebase::RepoPath;
use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{DefinitionIndex, Outline, Value};
use crate::codebase::routing::{AuthFact, HandlerRef, Implementation, PathSyntax, Route, RouterRef, Routing};

use super::aspnet_mvc::authorize;
use super::{Framework, HandlerFacts};

/// gRPC.
pub struct Grpc;

const ID: &str = "grpc";

impl Framework for Grpc {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "gRPC"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn opens_from_anywhere(&self) -> bool {
        true
    }

    fn routing(&self, _path: &RepoPath, _outline: &Outline) -> Routing {
        Routing::default()
    }

    fn routing_of_text(&self, path: &RepoPath, text: &str) -> Routing {
        if path.extension() != "proto" {
            return Routing::default();
        }
        let file = proto::read(text);
        Routing {
            routes: file.methods.iter().map(|method| route(&file.package, method)).collect(),
            ..Routing::default()
        }
    }

    fn handler(&self, outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
        let Some(method) = outline.definition(index) else { return HandlerFacts::default() };
        let class = method.parent.and_then(|parent| outline.definition(parent));
        let decorators: Vec<_> =
            class.into_iter().chain([method]).flat_map(|it| it.decorators.iter().cloned()).collect();
        HandlerFacts { auth: authorize::stated(&decorators), ..HandlerFacts::default() }
    }
}

fn route(package: &str, method: &proto::Method) -> Route {
    let dot = if package.is_empty() { "" } else { "." };
    let service = &method.service;
    Route {
        router: RouterRef::Root,
        methods: vec![Atom::new("POST")],
        path: Value::Text(Atom::from(format!("/{package}{dot}{service}/{}", method.name))),
        syntax: PathSyntax::Braces,
        absolute: true,
        handler: HandlerRef::Implementation(Box::new(Implementation {
            base: Atom::from(format!("{service}Base")),
            methods: vec![Atom::new(&method.name)],
            takes: None,
            otherwise: None,
        })),
        tokens: Vec::new(),
        kind: EndpointKind::Grpc,
        auth: AuthFact::default(),
        exchange: Exchange {
            request: Some(Atom::new(&method.request)),
            response: Some(Atom::new(&method.response)),
            deprecated: method.deprecated,
            ..Exchange::default()
        },
        summary: method.doc.clone(),
        conditional: false,
        framework: Atom::new(ID),
        line: method.line,
    }
}
