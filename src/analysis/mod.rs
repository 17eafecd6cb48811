//! From the facts of single files to the [`Codebase`]: pure functions, one a stage.

mod about;
mod classify;
mod components;
mod descriptions;
pub mod domains;
mod endpoints;
mod entities;
mod evaluate;
pub mod facts;
mod implementations;
mod link;
mod messages;
mod schemas;

use crate::codebase::pins::DomainRules;
use crate::codebase::{Codebase, KeptDomains, Snapshot, redact};
use crate::diagnostics::Diagnostic;
use crate::externals;
use crate::languages::Scope;

pub use facts::{Read, read};

/// What changes how the codebase is built.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// Cluster by code alone: no path, namespace or specifier text as a signal.
    pub ignore_folders: bool,
    /// The domains of an earlier run, to go on from.
    pub kept: Option<&'a KeptDomains>,
    /// What people say of domains.
    pub rules: Option<&'a DomainRules>,
    /// The external systems that are known, if not just those that are compiled in.
    pub table: Option<&'a externals::Table>,
}

/// Links what was read into one codebase.
pub fn codebase(snapshot: &Snapshot, mut read: Read, options: Options<'_>) -> (Codebase, Vec<Diagnostic>) {
    let table = options.table.unwrap_or(externals::Table::compiled());
    let mut components = components::find(&mut read);
    components.iter_mut().for_each(redact::clean_component);
    let mut about = about::read(&read.project);
    redact::clean_about(&mut about);
    let scope = Scope { files: &read.files, facts: &read.facts, components: &components, project: &read.project };
    let names = link::Names::new(scope);
    let (graph, ((mut endpoints, notes), ((mut entities, relations), externals))) = rayon::join(
        || names.graph(),
        || {
            rayon::join(
                || endpoints::compose(&names),
                || (entities::join(&names), externals::judge(table, &read.files, &read.facts, &components)),
            )
        },
    );
    let (schemas, mut joined) =
        rayon::join(|| schemas::collect(&names, &endpoints), || messages::join(&names, &graph, &externals));
    read.diagnostics.extend(names.diagnostics());
    drop(names);
    let found = domains::cluster(&domains::DomainInput {
        files: &read.files,
        facts: &read.facts,
        graph: &graph,
        components: &components,
        endpoints: &endpoints,
        entities: &entities,
        kept: options.kept,
        rules: options.rules,
        ignore_folders: options.ignore_folders,
    });
    let domains = found.domains;
    endpoints::own(&mut endpoints, &domains);
    entities::place(&mut entities, &externals, &read.files);
    entities::own(&mut entities, &domains, (&read.files, &read.facts));
    joined.own(&domains);
    let comparisons = descriptions::compare(&read.files, &read.facts, &endpoints);
    let mut codebase = Codebase {
        name: snapshot.name.clone(),
        revision: snapshot.revision.clone(),
        about,
        web_url: snapshot.web_url.clone(),
        skipped: read.skipped,
        files: read.files,
        facts: read.facts,
        components,
        graph,
        domains,
        kept_domains: found.kept,
        endpoints,
        comparisons,
        schemas,
        externals,
        entities,
        relations,
        channels: joined.channels,
        jobs: joined.jobs,
        flows: Vec::new(),
    };
    codebase.flows = messages::follow(&codebase);
    let mut diagnostics = read.diagnostics;
    diagnostics.extend(notes);
    diagnostics.extend(found.diagnostics);
    (codebase, diagnostics)
}
