//! Asks again where that can help, after a growing wait.

use std::time::Duration;

use super::{Answer, Completion, CompletionRequest, LanguageModel, Ledger, LlmError};

/// When to ask again, and when to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Attempts in all where the endpoint limits or fails; what was too late or unreadable is asked for twice at most.
    pub attempts: u32,
    /// Wait before the second attempt; it doubles from then on.
    pub first_wait: Duration,
    /// Longest wait, even where the endpoint asks for more: then the call is given up.
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 6, first_wait: Duration::from_secs(1), longest_wait: Duration::from_mins(2) }
    }
}

/// A model that is asked again after passing failures.
pub struct Retrying<M> {
    inner: M,
    patience: Patience,
}

impl<M: LanguageModel> Retrying<M> {
    /// Puts retries before `inner`.
    pub const fn new(inner: M, patience: Patience) -> Self {
        Self { inner, patience }
    }

    async fn ask(&self, request: &CompletionRequest) -> Result<Completion, LlmError> {
        let mut attempt = 1;
        loop {
            let error = match self.inner.complete(request).await {
                Ok(completion) => return Ok(completion),
                Err(error) => error,
            };
            let Some(wait) = self.wait_after(&error, attempt, request) else { return Err(last_word(error)) };
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// How long to wait after the failed `attempt`; nothing if asking again is of no use.
    fn wait_after(&self, error: &LlmError, attempt: u32, request: &CompletionRequest) -> Option<Duration> {
        let (attempts, asked) = match error {
            LlmError::Transient { wait, .. } => (self.patience.attempts, wait.unwrap_or_default()),
            LlmError::TimedOut { .. } | LlmError::Malformed(_) => (self.patience.attempts.min(2), Duration::ZERO),
            LlmError::Refused(_) | LlmError::Unavailable(_) | LlmError::Budget(_) => return None,
        };
        if attempt >= attempts || asked > self.patience.longest_wait {
            return None;
        }
        let doubled = self.patience.first_wait.saturating_mul(1 << (attempt - 1).min(16));
        let spread = doubled.min(self.patience.longest_wait).mul_f64(jitter(request, attempt));
        Some(spread.max(asked))
    }
}

/// A factor from 0.5 to 1 that differs between calls, so that calls refused together do not come back together.
/// It comes from the request, not from a random source: equal runs behave alike.
fn jitter(request: &CompletionRequest, attempt: u32) -> f64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(request.prompt.as_bytes()).update(&attempt.to_le_bytes());
    let byte = hasher.finalize().as_bytes()[0];
    0.5 + f64::from(byte) / 510.0
}

fn last_word(error: LlmError) -> LlmError {
    match error {
        LlmError::Transient { message, .. } => LlmError::Unavailable(message),
        error => error,
    }
}

impl<M: LanguageModel> LanguageModel for Retrying<M> {
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
