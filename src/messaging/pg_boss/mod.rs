//! pg-boss.

use crate::codebase::message::{ChannelKind, Messages};
use crate::codebase::outline::Outline;
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, publish};
use super::{Messaging, rules};

/// pg-boss.
pub struct PgBoss;

const ID: &str = "pg_boss";

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["javascript", "typescript"],
    imports: &["pg-boss"],
    gated: false,
    kind: ChannelKind::Queue,
    calls: &[
        publish("send", On::Word(&["boss"]), &[Where::Arg(0)]),
        publish("publish", On::Word(&["boss"]), &[Where::Arg(0)]),
        publish("sendAfter", On::Word(&["boss"]), &[Where::Arg(0)]),
        publish("sendThrottled", On::Word(&["boss"]), &[Where::Arg(0)]),
        publish("sendDebounced", On::Word(&["boss"]), &[Where::Arg(0)]),
        publish("schedule", On::Word(&["boss"]), &[Where::Arg(0)]),
        consume("work", On::Word(&["boss"]), &[Where::Arg(0)], Some(Where::Arg(1))),
        consume("subscribe", On::Word(&["boss"]), &[Where::Arg(0)], Some(Where::Arg(1))),
    ],
    ..BLANK
}];

impl Messaging for PgBoss {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "pg-boss"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["pg-boss"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["postgresql"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        rules::read(RULES, language, outline)
    }
}
