//! Runs the agents: the only place where anything is concurrent, and the only one that awaits the model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use futures::StreamExt as _;
use futures::stream;

use super::{ALL, Agent, Brief, fingerprint, request};
use crate::codebase::Codebase;
use crate::diagnostics::{Code, Diagnostic};
use crate::llm::{CompletionRequest, LanguageModel, Ledger, LlmError};
use crate::plan::{Draft, Drafts, Fingerprint, Manifest, Reason, SectionId, plan};

/// Failed calls in a row after which the rest is not asked for: the endpoint is gone or refuses everything.
const FAILURES_IN_A_ROW: u32 = 3;

/// Limits of a run that the model itself does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sections under way at once.
    pub concurrency: usize,
    /// Most tokens of one reply, thinking included. A reply that was cut off is asked for again with twice as many.
    pub max_output_tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { concurrency: 4, max_output_tokens: 4_000 }
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Drafts of all sections that have one: new, kept, and old ones of sections that failed.
    pub drafts: Drafts,
    /// What each of these drafts was made from: the next manifest's sections. A section that failed keeps its old
    /// fingerprint, and so stays stale.
    pub fingerprints: BTreeMap<SectionId, Fingerprint>,
    /// Sections that were written now, sorted.
    pub written: Vec<SectionId>,
    /// Sections that should have been written and were not, sorted: exit code 4.
    pub failed: Vec<SectionId>,
    /// Sections whose subject is gone, sorted. Their drafts are left out.
    pub removed: Vec<SectionId>,
    /// What the calls used up, by section.
    pub ledger: Ledger,
    /// What went wrong, by section.
    pub diagnostics: Vec<Diagnostic>,
}

/// What happens during a run.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// Some sections that do not depend on each other are planned: so many are up to date, so many to be written.
    Planned {
        /// Up to date.
        fresh: usize,
        /// To be written.
        stale: usize,
    },
    /// A section is asked for.
    Started {
        /// The section.
        section: &'a SectionId,
        /// Why.
        reason: Reason,
    },
    /// A section is accepted. Who stores its draft at once pays for it once, whatever happens to the run.
    Written {
        /// The section.
        section: &'a SectionId,
        /// What it is made from.
        fingerprint: &'a Fingerprint,
        /// What it says.
        draft: &'a Draft,
    },
    /// A section could not be written and keeps what it had.
    Failed {
        /// The section.
        section: &'a SectionId,
    },
}

/// Writes all stale sections and keeps the rest. Never fails: what cannot be written keeps its old draft and is a
/// diagnostic.
///
/// `old` and `manifest` are what [`crate::plan::read_state`] gave; with an empty manifest everything is written anew.
/// `progress` is called from this task, one call at a time. Needs a tokio runtime with time and I/O, for the model.
pub async fn write(
    codebase: &Codebase,
    old: &Drafts,
    manifest: &Manifest,
    model: &dyn LanguageModel,
    limits: &Limits,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Outcome {
    let run = Run { codebase, old, manifest, model, limits, progress, brakes: Brakes::default() };
    let mut outcome = Outcome::default();
    let mut present = BTreeSet::new();
    for tier in tiers() {
        run.write_tier(&tier, &mut outcome, &mut present).await;
    }
    let known = old.keys().chain(manifest.sections.keys());
    let removed: BTreeSet<&SectionId> = known.filter(|section| !present.contains(*section)).collect();
    outcome.removed = removed.into_iter().cloned().collect();
    outcome.written.sort();
    outcome.failed.sort();
    outcome.diagnostics.extend(run.brakes.report(&outcome.failed));
    outcome.ledger = model.ledger();
    outcome
}

/// The agents in tiers: each needs only agents of the tiers before it.
pub(super) fn tiers() -> Vec<Vec<&'static dyn Agent>> {
    let mut tiers: Vec<Vec<&'static dyn Agent>> = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut left: Vec<&'static dyn Agent> = ALL.to_vec();
    while !left.is_empty() {
        let (ready, waiting): (Vec<&dyn Agent>, Vec<&dyn Agent>) =
            left.into_iter().partition(|agent| agent.needs().iter().all(|need| done.contains(need)));
        // Agents that need each other, or one that there is not, run last and see what drafts there are.
        let (ready, waiting) = if ready.is_empty() { (waiting, ready) } else { (ready, waiting) };
        done.extend(ready.iter().map(|agent| agent.id()));
        tiers.push(ready);
        left = waiting;
    }
    tiers
}

/// What a run works with.
struct Run<'a> {
    codebase: &'a Codebase,
    old: &'a Drafts,
    manifest: &'a Manifest,
    model: &'a dyn LanguageModel,
    limits: &'a Limits,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    brakes: Brakes,
}

/// One section to be written.
struct Job {
    agent: &'static dyn Agent,
    brief: Brief,
    fingerprint: Fingerprint,
}

/// What became of it.
struct Written {
    draft: Option<Draft>,
    diagnostics: Vec<Diagnostic>,
}

impl Run<'_> {
    async fn write_tier(&self, tier: &[&'static dyn Agent], outcome: &mut Outcome, present: &mut BTreeSet<SectionId>) {
        let mut jobs = self.jobs(tier, &outcome.drafts);
        present.extend(jobs.keys().cloned());
        let now = jobs.iter().map(|(section, job)| (section.clone(), job.fingerprint.clone())).collect();
        let plan = plan(&now, self.manifest, self.old);
        (self.progress)(Progress::Planned { fresh: plan.keep.len(), stale: plan.rewrite.len() });
        for section in &plan.keep {
            self.keep_old(section, outcome);
        }
        let stale =
            plan.rewrite.into_iter().filter_map(|(section, reason)| Some((jobs.remove(&section)?, section, reason)));
        let calls = stale.map(|(job, section, reason)| async move {
            let written = self.write_section(&job, &section, reason).await;
            (section, job.fingerprint, written)
        });
        let mut results: Vec<_> = stream::iter(calls).buffer_unordered(self.limits.concurrency.max(1)).collect().await;
        results.sort_by(|a, b| a.0.cmp(&b.0));
        for (section, fingerprint, written) in results {
            outcome.diagnostics.extend(written.diagnostics);
            if let Some(draft) = written.draft {
                outcome.drafts.insert(section.clone(), draft);
                outcome.fingerprints.insert(section.clone(), fingerprint);
                outcome.written.push(section);
            } else {
                self.keep_old(&section, outcome);
                outcome.failed.push(section);
            }
        }
    }

    /// Every section of these agents that there is something to say about.
    fn jobs(&self, tier: &[&'static dyn Agent], drafts: &Drafts) -> BTreeMap<SectionId, Job> {
        let mut jobs = BTreeMap::new();
        for agent in tier {
            for section in agent.sections(self.codebase) {
                let brief = agent.brief(self.codebase, &section, drafts);
                if !brief.is_empty() {
                    let fingerprint = fingerprint(*agent, &brief, self.model.id());
                    jobs.insert(section, Job { agent: *agent, brief, fingerprint });
                }
            }
        }
        jobs
    }

    fn keep_old(&self, section: &SectionId, outcome: &mut Outcome) {
        if let (Some(draft), Some(fingerprint)) = (self.old.get(section), self.manifest.sections.get(section)) {
            outcome.drafts.insert(section.clone(), draft.clone());
            outcome.fingerprints.insert(section.clone(), fingerprint.clone());
        }
    }

    async fn write_section(&self, job: &Job, section: &SectionId, reason: Reason) -> Written {
        if self.brakes.are_on() {
            return Written { draft: None, diagnostics: Vec::new() };
        }
        (self.progress)(Progress::Started { section, reason });
        let written = self.ask_twice(job).await;
        (self.progress)(match &written.draft {
            Some(draft) => Progress::Written { section, fingerprint: &job.fingerprint, draft },
            None => Progress::Failed { section },
        });
        written
    }

    /// Asks for a section, and once more with what was wrong if nothing of the reply can be used.
    async fn ask_twice(&self, job: &Job) -> Written {
        let previous = self.old.get(&job.brief.section);
        let mut request = request(job.agent, &job.brief, previous, self.limits.max_output_tokens);
        let mut written = self.ask(job, &request).await;
        if let (None, Some(feedback)) = (&written.draft, feedback(&written.diagnostics))
            && !self.brakes.are_on()
        {
            request.prompt.push_str(&feedback);
            request.max_output_tokens = request.max_output_tokens.saturating_mul(2);
            written = self.ask(job, &request).await;
        }
        written
    }

    async fn ask(&self, job: &Job, request: &CompletionRequest) -> Written {
        let section = &job.brief.section;
        match self.model.complete(request).await {
            Ok(completion) => {
                self.brakes.release();
                let (draft, mut diagnostics) = job.agent.accept(&job.brief, &completion.text);
                if draft.is_none() && completion.truncated {
                    let message =
                        format!("the reply for `{section}` was cut off at {} tokens", request.max_output_tokens);
                    diagnostics = vec![
                        Diagnostic::warning(Code::UnusableReply, message)
                            .help("raise `model.max_output_tokens` in docagent.toml"),
                    ];
                }
                Written { draft, diagnostics }
            }
            Err(error) => {
                self.brakes.press(&error);
                // The budget is reported once for all sections that it stops.
                let diagnostics = match error {
                    LlmError::Budget(_) => Vec::new(),
                    error => {
                        vec![Diagnostic::warning(Code::ModelFailure, format!("`{section}` keeps what it had: {error}"))]
                    }
                };
                Written { draft: None, diagnostics }
            }
        }
    }
}

/// What the model is told of its unusable reply. The reply itself is not repeated: it may be anything.
fn feedback(diagnostics: &[Diagnostic]) -> Option<String> {
    let unusable = diagnostics.iter().any(|diagnostic| diagnostic.code == Code::UnusableReply);
    let told = diagnostics.iter().take(8).map(|diagnostic| format!("\n- {}", diagnostic.message));
    unusable.then(|| {
        format!(
            "\n\nYour last reply could not be used. Reply again with the JSON object alone, and mend this:{}",
            told.collect::<String>()
        )
    })
}

/// Stops a run whose calls all fail.
#[derive(Default)]
struct Brakes {
    on: AtomicBool,
    budget: AtomicBool,
    succeeded: AtomicBool,
    failures: AtomicU32,
}

impl Brakes {
    fn are_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    fn release(&self) {
        self.succeeded.store(true, Ordering::Relaxed);
        self.failures.store(0, Ordering::Relaxed);
    }

    fn press(&self, error: &LlmError) {
        if matches!(error, LlmError::Budget(_)) {
            // No stop: a smaller call may still fit. Each that does not is refused before anything is sent.
            self.budget.store(true, Ordering::Relaxed);
            return;
        }
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        let refused_at_once = matches!(error, LlmError::Refused(_)) && !self.succeeded.load(Ordering::Relaxed);
        if refused_at_once || failures >= FAILURES_IN_A_ROW {
            self.on.store(true, Ordering::Relaxed);
        }
    }

    /// One diagnostic for all sections that were not asked for.
    fn report(&self, failed: &[SectionId]) -> Option<Diagnostic> {
        let stopped = self.are_on() || self.budget.load(Ordering::Relaxed);
        if !stopped || failed.is_empty() {
            return None;
        }
        let sections = failed.iter().take(5).map(|section| format!("`{section}`")).collect::<Vec<_>>().join(", ");
        let more = if failed.len() > 5 { ", ..." } else { "" };
        let count = failed.len();
        Some(if self.budget.load(Ordering::Relaxed) {
            Diagnostic::warning(Code::BudgetReached, format!("the cost cap stopped {count} sections: {sections}{more}"))
                .help("raise it with --max-cost and run again: what is written is not paid for twice")
        } else {
            Diagnostic::warning(
                Code::ModelFailure,
                format!("the model was not asked further; {count} sections keep what they had: {sections}{more}"),
            )
            .help("check the key, the model's name and the base URL, then run again")
        })
    }
}
