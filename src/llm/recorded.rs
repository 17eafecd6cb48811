//! Replies from a recording, and the recorder that makes one. For tests and golden runs: no network.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Answer, Completion, CompletionRequest, LanguageModel, Ledger, LlmError, Usage};

/// One line of a recording: a request's key and what was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// [`request_key`] of the request.
    pub key: String,
    /// What the call was for; for readers only.
    pub purpose: String,
    /// The reply's text.
    pub text: String,
    /// Whether it was cut off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// Tokens read.
    #[serde(default)]
    pub input_tokens: u64,
    /// Tokens written.
    #[serde(default)]
    pub output_tokens: u64,
}

/// What tells requests apart: model, system, prompt and schema.
pub fn request_key(model: &str, request: &CompletionRequest) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [model, &request.system, &request.prompt, &request.schema.to_string()] {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

/// A model that answers from a recording (JSON lines).
pub struct Recorded {
    model: String,
    replies: BTreeMap<String, Recording>,
}

impl Recorded {
    /// Reads a recording of `model`.
    ///
    /// # Errors
    /// The line that is no recording, and why.
    pub fn parse(model: impl Into<String>, lines: &str) -> Result<Self, String> {
        let mut replies = BTreeMap::new();
        for (index, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let recording: Recording =
                serde_json::from_str(line).map_err(|error| format!("line {}: {error}", index + 1))?;
            replies.insert(recording.key.clone(), recording);
        }
        Ok(Self { model: model.into(), replies })
    }

    fn answer(&self, request: &CompletionRequest) -> Result<Completion, LlmError> {
        let key = request_key(&self.model, request);
        let Some(recording) = self.replies.get(&key) else {
            return Err(LlmError::Refused(format!(
                "no recorded reply `{key}` for `{}`; its prompt is now:\n{}",
                request.purpose, request.prompt
            )));
        };
        Ok(Completion {
            text: recording.text.clone(),
            truncated: recording.truncated,
            usage: Usage { input_tokens: recording.input_tokens, output_tokens: recording.output_tokens },
        })
    }
}

impl LanguageModel for Recorded {
    fn id(&self) -> &str {
        &self.model
    }

    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> Answer<'a> {
        Box::pin(async move { self.answer(request) })
    }
}

/// A model whose replies are written down.
pub struct Recorder<M> {
    inner: M,
    recordings: Mutex<BTreeMap<String, Recording>>,
}

impl<M: LanguageModel> Recorder<M> {
    /// Writes down what `inner` answers. Failures are not recorded.
    pub const fn new(inner: M) -> Self {
        Self { inner, recordings: Mutex::new(BTreeMap::new()) }
    }

    /// The recording so far as JSON lines, sorted by purpose and key.
    pub fn lines(&self) -> String {
        let recordings = self.recordings.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sorted: Vec<&Recording> = recordings.values().collect();
        sorted.sort_by(|a, b| (&a.purpose, &a.key).cmp(&(&b.purpose, &b.key)));
        sorted.iter().filter_map(|recording| serde_json::to_string(recording).ok()).map(|line| line + "\n").collect()
    }

    async fn ask(&self, request: &CompletionRequest) -> Result<Completion, LlmError> {
        let completion = self.inner.complete(request).await?;
        let key = request_key(self.inner.id(), request);
        let recording = Recording {
            key: key.clone(),
            purpose: request.purpose.clone(),
            text: completion.text.clone(),
            truncated: completion.truncated,
            input_tokens: completion.usage.input_tokens,
            output_tokens: completion.usage.output_tokens,
        };
        self.recordings.lock().unwrap_or_else(PoisonError::into_inner).insert(key, recording);
        Ok(completion)
    }
}

impl<M: LanguageModel> LanguageModel for Recorder<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> Answer<'a> {
        Box::pin(self.ask(request))
    }

    fn ledger(&self) -> Ledger {
        self.inner.ledger()
    }
}
