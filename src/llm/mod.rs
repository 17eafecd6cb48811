//! The language model, behind one trait. The only user of the network.

use std::future::Future;
use std::pin::Pin;

/// A language model that answers one request with one text.
pub trait LanguageModel: Send + Sync {
    /// The model's id, as the endpoint knows it: part of every fingerprint.
    fn id(&self) -> &str;

    /// Asks the model.
    ///
    /// # Errors
    /// [`LlmError`], after whatever retries the implementation makes.
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> Answer<'a>;
}

/// A completion under way.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Completion, LlmError>> + Send + 'a>>;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletionRequest {
    /// Who the model is and what rules it keeps.
    pub system: String,
    /// The task and its facts.
    pub prompt: String,
    /// Name of the reply's schema.
    pub schema_name: &'static str,
    /// JSON schema that the reply must fit.
    pub schema: serde_json::Value,
    /// Most tokens that the reply may have.
    pub max_output_tokens: u32,
}

/// What was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The reply's text: JSON, where the endpoint honours schemas.
    pub text: String,
    /// Whether the reply was cut off at the token limit.
    pub truncated: bool,
    /// What it cost.
    pub usage: Usage,
}

/// Tokens used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens read by the model.
    pub input_tokens: u64,
    /// Tokens written by the model.
    pub output_tokens: u64,
}

/// Why a completion failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// The endpoint refuses the key, model or request: asking again cannot help.
    #[error("the model endpoint refused the request: {0}")]
    Refused(String),
    /// The endpoint kept failing or limiting after all retries.
    #[error("the model endpoint is not available: {0}")]
    Unavailable(String),
    /// No answer in time.
    #[error("no answer within {seconds} s")]
    TimedOut {
        /// Limit in seconds.
        seconds: u64,
    },
    /// The answer is no completion.
    #[error("the model endpoint answered with something else than a completion: {0}")]
    Malformed(String),
    /// The cost cap would be passed.
    #[error("the cost cap is reached: {0}")]
    Budget(String),
}
