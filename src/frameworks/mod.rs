//! Web frameworks: from one file's [`Outline`] to its [`Routing`] facts.
//!
//! A framework reads one outline at a time. It never walks files and never resolves an import: prefixes, mounts,
//! inheritance and constants are joined in `analysis::endpoints`, for all frameworks alike.
//! To add one, write `frameworks/<id>/` and add one `mod` line and one entry of [`ALL`].

pub mod aspnet_mvc;
pub mod express;
pub mod fastapi;
pub mod flask;
pub mod minimal_api;
pub mod nestjs;
pub mod nextjs;
mod pythonic;
pub mod razor_pages;

use crate::codebase::outline::Outline;
use crate::codebase::routing::Routing;
use crate::codebase::{LanguageId, RepoPath};

/// Every framework, sorted by id.
#[rustfmt::skip] // one line an entry, so that additions do not collide
pub static ALL: &[&dyn Framework] = &[
    &aspnet_mvc::AspNetMvc,
    &express::Express,
    &fastapi::FastApi,
    &flask::Flask,
    &minimal_api::MinimalApi,
    &nestjs::NestJs,
    &nextjs::NextJs,
    &razor_pages::RazorPages,
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

    /// Routing facts of one file; cheap where the file does not use the framework.
    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing;
}

/// Routing facts of one file, by every framework of its language.
pub fn routing(path: &RepoPath, language: &LanguageId, outline: &Outline) -> Routing {
    let mut all = Routing::default();
    for framework in ALL.iter().filter(|framework| framework.languages().contains(&language.as_str())) {
        all.absorb(framework.routing(path, outline));
    }
    all
}
