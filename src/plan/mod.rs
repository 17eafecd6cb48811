//! Which sections are stale, and why; and the drafts that model replies become. Pure.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A section that one agent writes: `overview`, `domain/basket`, `endpoints/web`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SectionId(pub String);

/// Hash of everything that a section depends on: facts shown, prompt, schema, model.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

/// A statement of the model, with the ids of the facts that it rests on. All of them stood in its brief.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Plain text, one or two sentences.
    pub text: String,
    /// Ids of facts.
    pub facts: Vec<String>,
}

/// What one section's reply became, once it was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Claims by field: `summary`, `capabilities`, or the id of what they describe.
    pub fields: BTreeMap<String, Vec<Claim>>,
}

/// Accepted drafts by section.
pub type Drafts = BTreeMap<SectionId, Draft>;
