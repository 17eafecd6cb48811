//! The language model, behind one trait. The only user of the network.
//!
//! [`connect`] stacks three models, each of which does one thing and asks the one below:
//!
//! ```text
//! Retrying   waits and asks again where that can help
//! Limited    concurrency, number of requests, the cost cap and the ledger, for each attempt
//! OpenAi     one HTTP request to an OpenAI-compatible endpoint
//! ```
//!
//! Tests and golden runs use [`Recorded`] instead.

mod dialect;
mod limited;
mod openai;
mod price;
mod recorded;
mod reply;
mod retrying;

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::AddAssign;
use std::pin::Pin;
use std::time::Duration;

pub use limited::{Caps, Limited};
pub use openai::{Endpoint, OpenAi};
pub use price::{Cost, Price, PriceSource};
pub use recorded::{Recorded, Recorder, Recording, request_key};
pub use retrying::{Patience, Retrying};

/// Everything that [`connect`] must know.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Where, and which model.
    pub endpoint: Endpoint,
    /// When to ask again.
    pub patience: Patience,
    /// What may be used up.
    pub caps: Caps,
    /// What a token costs: [`Price::find`], or what the user set.
    pub price: Price,
}

/// The model at an endpoint, with limits and retries.
///
/// # Errors
/// [`LlmError::Refused`] where the base URL or the key cannot be used at all.
pub fn connect(connection: Connection) -> Result<Retrying<Limited<OpenAi>>, LlmError> {
    let client = OpenAi::new(connection.endpoint)?;
    Ok(Retrying::new(Limited::new(client, connection.caps, connection.price), connection.patience))
}

/// How many tokens `bytes` of English and code are, about.
pub fn estimate_tokens(bytes: usize) -> u64 {
    (bytes as u64 * 2).div_ceil(7)
}

/// A language model that answers one request with one text.
pub trait LanguageModel: Send + Sync {
    /// The model's id, as the endpoint knows it: part of every fingerprint.
    fn id(&self) -> &str;

    /// Asks the model.
    ///
    /// # Errors
    /// [`LlmError`], after whatever retries the implementation makes.
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> Answer<'a>;

    /// What all calls so far used up, by purpose; empty where nobody counts.
    fn ledger(&self) -> Ledger {
        Ledger::default()
    }
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
    /// What the call is for: a section's id. Names its line in the ledger and is never sent.
    pub purpose: String,
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

/// What the calls of a run used up, by purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// One line for each purpose (a section's id).
    pub lines: BTreeMap<String, Spending>,
}

impl Ledger {
    /// All lines together.
    pub fn total(&self) -> Spending {
        let mut total = Spending::default();
        for line in self.lines.values() {
            total += *line;
        }
        total
    }
}

/// What some calls used up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    /// How many calls.
    pub calls: u64,
    /// Tokens; estimated where the endpoint does not say.
    pub usage: Usage,
    /// What they cost at most.
    pub cost: Cost,
}

impl AddAssign for Spending {
    fn add_assign(&mut self, other: Self) {
        self.calls += other.calls;
        self.usage.input_tokens += other.usage.input_tokens;
        self.usage.output_tokens += other.usage.output_tokens;
        self.cost = self.cost + other.cost;
    }
}

/// Why a completion failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// The endpoint refuses the key, model or request: asking again cannot help.
    #[error("the model endpoint refused the request: {0}")]
    Refused(String),
    /// The endpoint limits or fails for the moment: asking again later can help.
    #[error("the model endpoint is busy or failing: {message}")]
    Transient {
        /// What it said.
        message: String,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
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
