//! Hosted services of .NET: code that runs as long as its host.

use crate::codebase::message::{JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Outline, SymbolKind, last_part};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{LanguageId, RepoPath};

use super::{Messaging, made};

/// Hosted services.
pub struct HostedServices;

const ID: &str = "hosted_services";

/// Bases of hosted services, with the method that runs.
const BASES: &[(&str, &str)] = &[
    ("BackgroundService", "ExecuteAsync"),
    ("IHostedLifecycleService", "StartAsync"),
    ("IHostedService", "StartAsync"),
];

impl Messaging for HostedServices {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "hosted services"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &[]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &[]
    }

    fn messages(&self, _path: &RepoPath, _language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = Messages::default();
        for (index, class) in (0..).zip(&outline.definitions).filter(|(_, it)| it.kind == SymbolKind::Class) {
            let known = class.bases.iter().find_map(|base| BASES.iter().find(|(name, _)| *name == last_part(base)));
            let Some((_, method)) = known.filter(|_| !class.has_modifier("abstract")) else { continue };
            let (runs, _) = outline.children(index).find(|(_, it)| it.name == *method).unwrap_or((index, class));
            let runs = Runs::Code(HandlerRef::Definition(runs));
            let own = made::job(ID, ScheduleFact::Continuous, runs, (Some(index), class.line));
            let name = crate::codebase::outline::Value::Text(class.name.clone());
            messages.jobs.push(JobFact { name: Some(name), ..own });
        }
        messages
    }
}
