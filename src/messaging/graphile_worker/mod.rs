//! Graphile Worker.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, publish};
use super::{Messaging, rules};

/// Graphile Worker.
pub struct GraphileWorker;

const ID: &str = "graphile_worker";

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["javascript", "typescript"],
    imports: &["graphile-worker"],
    gated: false,
    kind: ChannelKind::Task,
    calls: &[publish("addJob", On::Any, &[Where::Arg(0)]), publish("quickAddJob", On::Any, &[Where::Arg(1)])],
    ..BLANK
}];

impl Messaging for GraphileWorker {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Graphile Worker"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["graphile-worker"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["postgresql"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
