//! Limits on what a run may use up, and the ledger of what it did.
//!
//! Before a call its highest possible cost is reserved; after it the true cost takes the reservation's
//! place. So the cap holds however many calls are under way. A call that does not fit beside those under way
//! waits for them: most cost far less than they might.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore};

use super::price::{Cost, Price};
use super::{Answer, Completion, CompletionRequest, LanguageModel, Ledger, LlmError, Spending, Usage, estimate_tokens};

/// What a run may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Calls under way at once.
    pub concurrency: usize,
    /// Calls in all.
    pub requests: Option<u64>,
    /// Money in all.
    pub cost: Option<Cost>,
}

impl Default for Caps {
    fn default() -> Self {
        Self { concurrency: 4, requests: None, cost: None }
    }
}

/// A model within limits.
pub struct Limited<M> {
    inner: M,
    caps: Caps,
    price: Price,
    slots: Semaphore,
    account: Mutex<Account>,
    settled: Notify,
}

#[derive(Default)]
struct Account {
    requests: u64,
    spent: Cost,
    /// Worst cost of the calls under way.
    reserved: Cost,
    ledger: Ledger,
}

impl<M: LanguageModel> Limited<M> {
    /// Puts limits before `inner`.
    pub fn new(inner: M, caps: Caps, price: Price) -> Self {
        let slots = Semaphore::new(caps.concurrency.clamp(1, 256));
        Self { inner, caps, price, slots, account: Mutex::default(), settled: Notify::new() }
    }

    async fn ask(&self, request: &CompletionRequest) -> Result<Completion, LlmError> {
        let _slot = self.slots.acquire().await.map_err(|closed| LlmError::Unavailable(closed.to_string()))?;
        let reservation = self.reserve(request).await?;
        let result = self.inner.complete(request).await;
        match &result {
            Ok(completion) if completion.usage != Usage::default() => reservation.settle(completion.usage),
            Ok(completion) => reservation.settle_unmeasured(request, completion),
            // These are never billed. Everything else may be: then the reservation stands.
            Err(LlmError::Refused(_) | LlmError::Transient { .. } | LlmError::Unavailable(_) | LlmError::Budget(_)) => {
                reservation.settle(Usage::default());
            }
            Err(LlmError::TimedOut { .. } | LlmError::Malformed(_)) => {}
        }
        result
    }

    async fn reserve<'a>(&'a self, request: &'a CompletionRequest) -> Result<Reservation<'a, M>, LlmError> {
        let worst = self.price.cost(most_input_tokens(request), u64::from(request.max_output_tokens));
        loop {
            // Made before the look at the account, so that no call settles unnoticed in between.
            let settled = self.settled.notified();
            if self.try_reserve(worst, &request.purpose)? {
                return Ok(Reservation { model: self, purpose: &request.purpose, worst, settled: false });
            }
            settled.await;
        }
    }

    /// Whether there is room now; an error if there never will be.
    fn try_reserve(&self, worst: Cost, purpose: &str) -> Result<bool, LlmError> {
        let mut account = self.account();
        if self.caps.requests.is_some_and(|cap| account.requests >= cap) {
            return Err(LlmError::Budget(format!("{} requests were made", account.requests)));
        }
        if let Some(cap) = self.caps.cost {
            let spent = account.spent;
            if spent + worst > cap {
                return Err(LlmError::Budget(format!("{spent} of {cap} are spent and the next call may cost {worst}")));
            }
            if spent + account.reserved + worst > cap {
                return Ok(false);
            }
        }
        account.requests += 1;
        account.reserved = account.reserved + worst;
        account.ledger.lines.entry(purpose.to_owned()).or_default().calls += 1;
        Ok(true)
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The most tokens that a request's input can be: no token is shorter than a byte. The chat format's own
/// tokens and a schema that is repeated in words are allowed for.
fn most_input_tokens(request: &CompletionRequest) -> u64 {
    const FORMAT: usize = 512;
    (input_bytes(request) + FORMAT) as u64
}

fn input_bytes(request: &CompletionRequest) -> usize {
    request.system.len() + request.prompt.len() + request.schema.to_string().len()
}

/// Money set aside for a call under way. A call that is dropped counts as used up in full.
struct Reservation<'a, M: LanguageModel> {
    model: &'a Limited<M>,
    purpose: &'a str,
    worst: Cost,
    settled: bool,
}

impl<M: LanguageModel> Reservation<'_, M> {
    fn settle(mut self, usage: Usage) {
        let cost = self.model.price.cost(usage.input_tokens, usage.output_tokens);
        self.book(Spending { calls: 0, usage, cost });
    }

    /// The endpoint did not say: tokens are estimated, and the cost stays at its highest.
    fn settle_unmeasured(mut self, request: &CompletionRequest, completion: &Completion) {
        let usage = Usage {
            input_tokens: estimate_tokens(input_bytes(request)),
            output_tokens: estimate_tokens(completion.text.len()),
        };
        self.book(Spending { calls: 0, usage, cost: self.worst });
    }

    fn book(&mut self, spending: Spending) {
        self.settled = true;
        let mut account = self.model.account();
        account.reserved = account.reserved.less(self.worst);
        account.spent = account.spent + spending.cost;
        *account.ledger.lines.entry(self.purpose.to_owned()).or_default() += spending;
        drop(account);
        self.model.settled.notify_waiters();
    }
}

impl<M: LanguageModel> Drop for Reservation<'_, M> {
    fn drop(&mut self) {
        if !self.settled {
            self.book(Spending { cost: self.worst, ..Spending::default() });
        }
    }
}

impl<M: LanguageModel> LanguageModel for Limited<M> {
    fn id(&self) -> &str {
        self.inner.id()
    }

    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> Answer<'a> {
        Box::pin(self.ask(request))
    }

    fn ledger(&self) -> Ledger {
        self.account().ledger.clone()
    }
}
