//! What a section is made from, in one line.

use serde::{Deserialize, Serialize};

use super::Reason;

/// Hash of everything that a section depends on. Its three parts (model, prompt, facts) can be told apart, so
/// that a change has a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    /// The fingerprint of these facts, asked for with this prompt (and reply schema) from this model.
    pub fn new(facts: &str, prompt: &str, model: &str) -> Self {
        let short = |text: &str| blake3::hash(text.as_bytes()).to_hex().chars().take(16).collect::<String>();
        let facts = blake3::hash(facts.as_bytes()).to_hex();
        Self(format!("{}-{}-{facts}", short(model), short(prompt)))
    }

    /// The same facts and prompt, as if asked of the model that `old` was asked of.
    #[must_use]
    pub fn with_model_of(&self, old: &Self) -> Self {
        let model = old.0.split('-').next().unwrap_or_default();
        let rest = self.0.split_once('-').map_or("", |(_, rest)| rest);
        Self(format!("{model}-{rest}"))
    }

    /// Why a section made from `old` must be written again, if it must.
    pub(super) fn reason_since(&self, old: &Self) -> Option<Reason> {
        if self == old {
            return None;
        }
        let (mut now, mut before) = (self.0.split('-'), old.0.split('-'));
        Some(match (now.next() == before.next(), now.next() == before.next()) {
            (false, _) => Reason::ModelChanged,
            (true, false) => Reason::PromptChanged,
            (true, true) => Reason::FactsChanged,
        })
    }
}
