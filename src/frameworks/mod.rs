//! Web frameworks: from one file's [`Outline`] to its [`Routing`] facts.
//!
//! A framework reads one outline at a time. It never walks files and never resolves an import: prefixes, mounts,
//! inheritance and constants are joined in `analysis::endpoints`, for all frameworks alike.
//! To add one, write `frameworks/<id>/` and add one `mod` line and one entry of [`ALL`].

pub mod adonisjs;
pub mod aiohttp;
pub mod aspnet_mvc;
pub mod aspnet_webapi;
pub mod astro;
pub mod azure_functions;
pub mod bottle;
pub mod cherrypy;
pub mod django;
pub mod elysia;
pub mod express;
pub mod falcon;
pub mod fastapi;
pub mod fastendpoints;
pub mod fastify;
pub mod flask;
pub mod fresh;
pub mod graphql;
pub mod grpc;
pub mod hapi;
pub mod hono;
mod javascript;
pub mod koa;
pub mod litestar;
pub mod loopback;
pub mod masonite;
pub mod minimal_api;
pub mod nestjs;
pub mod nextjs;
pub mod ninja;
pub mod nitro;
pub mod nuxt;
pub mod oak;
pub mod odata;
pub mod pyramid;
mod pythonic;
pub mod razor_pages;
pub mod react_router;
pub mod remix;
pub mod restify;
pub mod robyn;
pub mod routing_controllers;
pub mod sails;
pub mod sanic;
pub mod servicestack;
pub mod sveltekit;
pub mod tornado;
pub mod trpc;
pub mod tsoa;

use crate::codebase::Atom;

use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::routing::{AuthFact, Route, Routing};
use crate::codebase::{LanguageId, RepoPath};

/// Every framework, sorted by id.
#[rustfmt::skip] // one line an entry, so that additions do not collide
pub static ALL: &[&dyn Framework] = &[
    &adonisjs::AdonisJs,
    &aiohttp::Aiohttp,
    &aspnet_mvc::AspNetMvc,
    &aspnet_webapi::AspNetWebApi,
    &astro::Astro,
    &azure_functions::AzureFunctions,
    &bottle::Bottle,
    &cherrypy::CherryPy,
    &django::Django,
    &elysia::Elysia,
    &express::Express,
    &falcon::Falcon,
    &fastapi::FastApi,
    &fastendpoints::FastEndpoints,
    &fastify::Fastify,
    &flask::Flask,
    &fresh::Fresh,
    &graphql::GraphQl,
    &grpc::Grpc,
    &hapi::Hapi,
    &hono::Hono,
    &koa::Koa,
    &litestar::Litestar,
    &loopback::LoopBack,
    &masonite::Masonite,
    &minimal_api::MinimalApi,
    &nestjs::NestJs,
    &nextjs::NextJs,
    &ninja::Ninja,
    &nitro::Nitro,
    &nuxt::Nuxt,
    &oak::Oak,
    &odata::OData,
    &pyramid::Pyramid,
    &razor_pages::RazorPages,
    &react_router::ReactRouter,
    &remix::Remix,
    &restify::Restify,
    &robyn::Robyn,
    &routing_controllers::RoutingControllers,
    &sails::Sails,
    &sanic::Sanic,
    &servicestack::ServiceStack,
    &sveltekit::SvelteKit,
    &tornado::Tornado,
    &trpc::Trpc,
    &tsoa::Tsoa,
];

/// A web framework.
pub trait Framework: Sync {
    /// The folder's name.
    fn id(&self) -> &'static str;

    /// Name as its makers spell it.
    fn name(&self) -> &'static str;

    /// Ids of the languages that it is used from.
    fn languages(&self) -> &'static [&'static str];

    /// Package that a component must declare, where places of files alone would prove too little.
    fn package(&self) -> Option<&'static str> {
        None
    }

    /// The folder below which handlers lie that routes name as text, in files of the controllers' names.
    fn controllers_folder(&self) -> Option<&'static str> {
        None
    }

    /// Names, without extension, of settings files that prove the same where they stand beside or above the code.
    fn settings_files(&self) -> &'static [&'static str] {
        &[]
    }

    /// Routing facts of one file; cheap where the file does not use the framework.
    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing;

    /// Routing facts of a file that is no code but that the framework reads: a schema, a contract, a settings file.
    fn routing_of_text(&self, _path: &RepoPath, _text: &str) -> Routing {
        Routing::default()
    }

    /// Verbs that a class-based handler answers by deriving from one of the framework's own classes, by its last name.
    fn base_verbs(&self, _base: &str) -> &'static [&'static str] {
        &[]
    }

    /// Name of the method with which a class-based handler answers a verb in lower case: `get`, Falcon's `on_get`.
    /// The route's tokens may say more.
    fn responder(&self, verb: &str, _tokens: &[(Atom, Atom)]) -> String {
        verb.to_owned()
    }

    /// What a class states for all handlers of `route` that it or a class derived from it serves.
    /// `None` where the framework's classes state nothing.
    fn class_states(&self, _outline: &Outline, _class: DefinitionIndex, _route: &Route) -> Option<HandlerFacts> {
        None
    }

    /// What the members of a type say where they are parameters of a request each: `[AsParameters] Paging paging`.
    fn members(&self, _outline: &Outline, _index: DefinitionIndex) -> Option<Exchange> {
        None
    }

    /// What a definition states about callers where another statement asks for it ([`AuthFact::asks`]): a dependency, an
    /// alias of one, an extension method that a router passes through.
    fn asked(&self, _outline: &Outline, _index: DefinitionIndex) -> AuthFact {
        AuthFact::default()
    }

    /// Whether one word that a route is open opens it, wherever it stands: ASP.NET's `[AllowAnonymous]`. Elsewhere the
    /// innermost statement wins.
    fn opens_from_anywhere(&self) -> bool {
        false
    }

    /// What a handler's definition adds to a route that names it, which may stand in another file.
    fn handler(&self, _outline: &Outline, _index: DefinitionIndex) -> HandlerFacts {
        HandlerFacts::default()
    }
}

/// What the definition of a handler says by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HandlerFacts {
    /// Verbs that its decorators name; empty where they name none.
    pub methods: Vec<Atom>,
    /// What its decorators, bases and class state about callers.
    pub auth: AuthFact,
    /// What its signature and decorators say that it takes and gives.
    pub exchange: Exchange,
    /// A page, where it renders one.
    pub kind: Option<EndpointKind>,
}

/// The framework with this id.
pub fn by_id(id: &str) -> Option<&'static dyn Framework> {
    ALL.iter().copied().find(|framework| framework.id() == id)
}

/// Routing facts of one file of code, by every framework of its language.
pub fn routing(path: &RepoPath, language: &LanguageId, outline: &Outline) -> Routing {
    let mut all = Routing::default();
    for framework in ALL.iter().filter(|framework| framework.languages().contains(&language.as_str())) {
        all.absorb(framework.routing(path, outline));
    }
    all
}

/// Routing facts of one file that is no code.
pub fn routing_of_text(path: &RepoPath, text: &str) -> Routing {
    let mut all = Routing::default();
    for framework in ALL {
        all.absorb(framework.routing_of_text(path, text));
    }
    all
}
