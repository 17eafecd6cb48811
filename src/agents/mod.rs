//! Agents: each writes one kind of section. From the codebase to a brief, from the brief to a prompt, from the reply
//! to a checked draft. Pure: only the [`runner`](write) awaits.
//!
//! To add an agent, write `agents/<id>.rs` and `prompts/<id>.md`, and add one `mod` line and one entry of [`ALL`].
//! What its drafts hold is listed in [`crate::plan`].

mod brief;
mod code;
mod domain;
mod endpoints;
mod estimate;
mod fence;
mod fields;
mod overview;
mod runner;
mod verify;

use serde_json::Value;

use crate::codebase::Codebase;
use crate::diagnostics::Diagnostic;
use crate::llm::CompletionRequest;
use crate::plan::{Draft, Drafts, Fingerprint, SectionId};

pub use brief::{Brief, Fact};
pub use estimate::{Estimate, SectionEstimate, estimate, stale};
pub use runner::{Limits, Outcome, Progress, write};

/// Every agent, sorted by id.
pub static ALL: &[&dyn Agent] = &[&domain::Domain, &endpoints::Endpoints, &overview::Overview];

/// Rules that all agents keep.
const SYSTEM: &str = include_str!("../../prompts/system.md");

/// Writes one kind of section.
pub trait Agent: Sync {
    /// First part of its sections' ids, and name of its prompt.
    fn id(&self) -> &'static str;

    /// Ids of agents whose drafts its briefs show.
    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    /// The sections that this codebase calls for, sorted.
    fn sections(&self, codebase: &Codebase) -> Vec<SectionId>;

    /// What the section may rest on.
    fn brief(&self, codebase: &Codebase, section: &SectionId, drafts: &Drafts) -> Brief;

    /// The task in words, with the brief's facts fenced, and the text that it replaces, if any.
    fn prompt(&self, brief: &Brief, previous: Option<&str>) -> String;

    /// The prompt's source: part of the fingerprint.
    fn template(&self) -> &'static str;

    /// JSON schema of the reply: closed, all fields required, all lengths bounded.
    fn schema(&self) -> Value;

    /// About how many tokens a reply to `brief` has, for estimates.
    fn expected_tokens(&self, brief: &Brief) -> u64;

    /// What of the reply holds up; nothing if none of it does.
    fn accept(&self, brief: &Brief, reply: &str) -> (Option<Draft>, Vec<Diagnostic>);
}

/// What a section is made from when `model` writes it.
pub fn fingerprint(agent: &dyn Agent, brief: &Brief, model: &str) -> Fingerprint {
    let prompt = [SYSTEM, agent.template(), &agent.schema().to_string()].concat();
    Fingerprint::new(&brief.text(), &prompt, model)
}

/// The request that asks a model for a section. `previous` is the draft that it will replace: shown so that a small
/// change of facts stays a small change of words, and for that reason no part of the fingerprint.
pub fn request(
    agent: &dyn Agent,
    brief: &Brief,
    previous: Option<&Draft>,
    max_output_tokens: u32,
) -> CompletionRequest {
    let previous = previous.filter(|draft| !draft.fields.is_empty()).map(|draft| fence::fence(&plain(draft)));
    CompletionRequest {
        system: SYSTEM.to_owned(),
        prompt: agent.prompt(brief, previous.as_deref()),
        schema_name: agent.id(),
        schema: agent.schema(),
        max_output_tokens,
        purpose: brief.section.0.clone(),
    }
}

fn plain(draft: &Draft) -> String {
    let line = |field: &str, text: &str| format!("{field}: {text}\n");
    let lines = draft.fields.iter().flat_map(|(field, claims)| claims.iter().map(|claim| line(field, &claim.text)));
    crate::codebase::redact::redact(&lines.collect::<String>()).into_owned()
}

/// The JSON object in a reply, which may stand among reasoning, prose or Markdown fences.
fn json_object<T: for<'de> serde::Deserialize<'de>>(reply: &str) -> Result<T, String> {
    let reply = reply.rsplit_once("</think>").map_or(reply, |(_, answer)| answer);
    let mut why = "it holds no JSON object".to_owned();
    // A brace in prose may stand before the object; a few are tried, so that a hostile reply costs little.
    for (start, _) in reply.match_indices('{').take(8) {
        let rest = reply.get(start..).unwrap_or_default();
        match serde_json::Deserializer::from_str(rest).into_iter::<T>().next() {
            Some(Ok(value)) => return Ok(value),
            Some(Err(error)) if start == reply.find('{').unwrap_or(start) => {
                why = format!("it is not the JSON asked for: {error}");
            }
            _ => {}
        }
    }
    Err(why)
}
