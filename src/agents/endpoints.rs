//! Says what each endpoint does, in one sentence.

use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

use super::brief::Brief;
use super::fields::{closed, unusable};
use super::verify::{Statement, Verifier};
use super::{Agent, code, json_object};
use crate::codebase::{Codebase, Endpoint, FactId};
use crate::diagnostics::Diagnostic;
use crate::plan::{Draft, Drafts, SectionId};

/// About as many endpoints as a model does justice to in one reply.
const BATCH: usize = 40;
/// Room for a batch: it never has to leave an endpoint out.
const ROOM: usize = 40_000;

/// The agent of endpoints.
pub(super) struct Endpoints;

#[derive(Template)]
#[template(path = "../prompts/endpoints.md", escape = "none")]
struct Prompt<'a> {
    facts: &'a str,
    previous: Option<&'a str>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reply {
    endpoints: Vec<Value>,
}

#[derive(Deserialize)]
struct Sentence {
    id: String,
    text: String,
}

impl Agent for Endpoints {
    fn id(&self) -> &'static str {
        "endpoints"
    }

    fn sections(&self, codebase: &Codebase) -> Vec<SectionId> {
        let mut sections: Vec<SectionId> = batches(codebase).into_iter().map(|batch| batch.section).collect();
        sections.sort();
        sections
    }

    fn brief(&self, codebase: &Codebase, section: &SectionId, _drafts: &Drafts) -> Brief {
        let mut brief = Brief::new(section.clone(), ROOM);
        let batch = batches(codebase).into_iter().find(|batch| &batch.section == section);
        for endpoint in batch.map(|batch| batch.endpoints).unwrap_or_default() {
            let id = FactId::Endpoint { app: endpoint.app.clone(), key: endpoint.key() };
            brief.add("Endpoints", id, &code::endpoint_text(codebase, endpoint));
        }
        brief
    }

    fn prompt(&self, brief: &Brief, previous: Option<&str>) -> String {
        Prompt { facts: &brief.fenced(), previous }.render().unwrap_or_default()
    }

    fn template(&self) -> &'static str {
        include_str!("../../prompts/endpoints.md")
    }

    fn schema(&self) -> Value {
        let sentence = closed(json!({
            "id": {"type": "string", "maxLength": 8},
            "text": {"type": "string", "maxLength": 240}
        }));
        closed(json!({"endpoints": {"type": "array", "items": sentence, "maxItems": BATCH * 2}}))
    }

    fn expected_tokens(&self, brief: &Brief) -> u64 {
        30 * brief.facts().count() as u64 + 20
    }

    fn accept(&self, brief: &Brief, reply: &str) -> (Option<Draft>, Vec<Diagnostic>) {
        let reply: Reply = match json_object(reply) {
            Ok(reply) => reply,
            Err(why) => return (None, vec![unusable(brief, &why)]),
        };
        let mut verifier = Verifier::new(brief);
        let mut draft = Draft::default();
        let sentences = reply.endpoints.into_iter().filter_map(|value| serde_json::from_value::<Sentence>(value).ok());
        for sentence in sentences.take(BATCH * 2) {
            let Some(claim) = verifier.claim(&Statement { text: sentence.text, facts: vec![sentence.id.clone()] })
            else {
                continue;
            };
            if let Some(FactId::Endpoint { key, .. }) = brief.fact(&sentence.id).map(|fact| &fact.id) {
                draft.fields.entry(key.clone()).or_insert_with(|| vec![claim]);
            }
        }
        let mut diagnostics = verifier.into_diagnostics();
        if draft.fields.is_empty() {
            diagnostics.push(unusable(brief, "no statement of it holds up"));
            return (None, diagnostics);
        }
        (Some(draft), diagnostics)
    }
}

/// Endpoints of one app that are described together.
struct Batch<'a> {
    section: SectionId,
    endpoints: Vec<&'a Endpoint>,
}

/// Endpoints of an app in batches of whole handler files. Where a batch ends depends on the files themselves, as far
/// as that can be, so that a new endpoint changes its own batch and leaves the others as they are.
fn batches(codebase: &Codebase) -> Vec<Batch<'_>> {
    let mut endpoints: Vec<&Endpoint> = codebase.endpoints.iter().filter(|endpoint| code::is_told(endpoint)).collect();
    endpoints.sort_by_key(|endpoint| (&endpoint.app, &endpoint.handler.file, &endpoint.path, &endpoint.method));
    endpoints.dedup_by_key(|endpoint| (&endpoint.app, &endpoint.path, &endpoint.method));
    let mut batches: Vec<Batch<'_>> = Vec::new();
    let mut closed = true;
    for file in endpoints.chunk_by(|a, b| (&a.app, &a.handler.file) == (&b.app, &b.handler.file)) {
        for (number, part) in file.chunks(BATCH).enumerate() {
            let fits = batches.last().is_some_and(|batch| {
                let same_app = batch.endpoints.first().map(|first| &first.app) == part.first().map(|first| &first.app);
                !closed && same_app && batch.endpoints.len() + part.len() <= BATCH
            });
            match batches.last_mut() {
                Some(batch) if fits => batch.endpoints.extend(part),
                _ => batches.extend(part.first().map(|first| Batch {
                    section: SectionId::endpoints(&first.app, &batch_name(first, number)),
                    endpoints: part.to_vec(),
                })),
            }
            closed = batches.last().is_some_and(|batch| batch.endpoints.len() > BATCH / 2)
                && part.first().is_some_and(|last| ends_batch(last));
        }
    }
    batches
}

/// A batch goes by its first handler file, so that its name stays while that file stays.
fn batch_name(first: &Endpoint, number: usize) -> String {
    let file = &first.handler.file;
    let hash: String = blake3::hash(format!("{file} {number}").as_bytes()).to_hex().chars().take(6).collect();
    let stem: String = file.stem().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(30).collect();
    format!("{}-{hash}", stem.to_ascii_lowercase())
}

/// One file in four may end a batch that is half full: which one, its path decides.
fn ends_batch(last: &Endpoint) -> bool {
    blake3::hash(last.handler.file.as_str().as_bytes()).as_bytes()[0].is_multiple_of(4)
}
