//! Agenda: jobs by name in `MongoDB`.

use crate::codebase::message::{ChannelKind, ChannelRef, JobFact, Messages, Runs, ScheduleFact};
use crate::codebase::outline::{Outline, Value};
use crate::codebase::{LanguageId, RepoPath};

use super::rules::{BLANK, On, Rules, Where, consume, publish};
use super::{Messaging, made, rules};

/// Agenda.
pub struct Agenda;

const ID: &str = "agenda";

const AGENDA: &[&str] = &["agenda"];

static RULES: &[Rules] = &[Rules {
    id: ID,
    languages: &["javascript", "typescript"],
    imports: &["agenda", "@hokify/agenda", "agendash"],
    gated: false,
    kind: ChannelKind::Task,
    calls: &[
        consume("define", On::Word(AGENDA), &[Where::Arg(0)], Some(Where::Arg(1))),
        publish("now", On::Word(AGENDA), &[Where::Arg(0)]),
        publish("schedule", On::Word(AGENDA), &[Where::Arg(1)]),
        publish("create", On::Word(AGENDA), &[Where::Arg(0)]),
    ],
    ..BLANK
}];

impl Messaging for Agenda {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Agenda"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["javascript", "typescript"]
    }

    fn packages(&self) -> &'static [&'static str] {
        &["agenda", "@hokify/agenda"]
    }

    fn brokers(&self) -> &'static [&'static str] {
        &["mongodb"]
    }

    fn messages(&self, _path: &RepoPath, language: &LanguageId, outline: &Outline) -> Messages {
        let mut messages = rules::read(RULES, language, outline);
        for call in outline.calls.iter().filter(|it| it.value.callee == "every") {
            let receiver = call.value.receiver.as_ref().and_then(Value::as_name).unwrap_or_default();
            let (Some(when), Some(name)) = (call.value.positional(0), call.value.positional(1)) else { continue };
            if !receiver.to_lowercase().ends_with("agenda") {
                continue;
            }
            let runs = Runs::Consumers(ChannelRef::Named(name.clone()));
            let own = made::job(ID, ScheduleFact::At(when.clone()), runs, (call.enclosing, call.value.line));
            messages.jobs.push(JobFact { name: Some(name.clone()), proven: false, ..own });
        }
        messages
    }
}
