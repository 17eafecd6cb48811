//! What a run would ask and cost, before anything is asked.

use std::collections::{BTreeMap, BTreeSet};

use super::runner::tiers;
use super::{fingerprint, request};
use crate::codebase::Codebase;
use crate::llm::{Cost, Price, estimate_tokens};
use crate::plan::{Drafts, Manifest, Reason, SectionId, plan};

/// What a run would ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Sections that would be written, in the order in which they would be.
    pub sections: Vec<SectionEstimate>,
    /// Sections that are up to date.
    pub fresh: usize,
}

/// What one section would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionEstimate {
    /// The section.
    pub section: SectionId,
    /// Why it would be written.
    pub reason: Reason,
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// What they would cost.
    pub cost: Cost,
}

impl Estimate {
    /// Tokens read, tokens written and cost, all sections together.
    pub fn total(&self) -> (u64, u64, Cost) {
        self.sections.iter().fold((0, 0, Cost::default()), |(input, output, cost), section| {
            (input + section.input_tokens, output + section.output_tokens, cost + section.cost)
        })
    }
}

/// Which sections were written from other facts or with another prompt than now, and why. It asks for no model: which
/// one is set now does not make words wrong. Nothing where no model ever wrote.
pub fn stale(codebase: &Codebase, drafts: &Drafts, manifest: &Manifest) -> Vec<(SectionId, Reason)> {
    if drafts.is_empty() {
        return Vec::new();
    }
    let mut stale = Vec::new();
    for agent in tiers().into_iter().flatten() {
        for section in agent.sections(codebase) {
            let brief = agent.brief(codebase, &section, drafts);
            if brief.is_empty() {
                continue;
            }
            let now = fingerprint(agent, &brief, "");
            let now = manifest.sections.get(&section).map_or(now.clone(), |old| now.with_model_of(old));
            stale.extend(plan(&BTreeMap::from([(section, now)]), manifest, drafts).rewrite);
        }
    }
    stale.sort();
    stale
}

/// Which sections a run would write, with about how many tokens and for how much. A section whose brief shows
/// another that would be written is counted too: its facts will most likely change.
pub fn estimate(codebase: &Codebase, drafts: &Drafts, manifest: &Manifest, model: &str, price: &Price) -> Estimate {
    let mut estimate = Estimate::default();
    let mut rewriting: BTreeSet<&str> = BTreeSet::new();
    for tier in tiers() {
        let mut written = BTreeSet::new();
        for agent in tier {
            let briefs: BTreeMap<_, _> = agent
                .sections(codebase)
                .into_iter()
                .map(|section| (section.clone(), agent.brief(codebase, &section, drafts)))
                .filter(|(_, brief)| !brief.is_empty())
                .collect();
            let now =
                briefs.iter().map(|(section, brief)| (section.clone(), fingerprint(agent, brief, model))).collect();
            let mut plan = plan(&now, manifest, drafts);
            if agent.needs().iter().any(|need| rewriting.contains(need)) {
                plan.rewrite.extend(plan.keep.drain(..).map(|section| (section, Reason::FactsChanged)));
            }
            estimate.fresh += plan.keep.len();
            for (section, reason) in plan.rewrite {
                let Some(brief) = briefs.get(&section) else { continue };
                let request = request(agent, brief, drafts.get(&section), 0);
                let bytes = request.system.len() + request.prompt.len() + request.schema.to_string().len();
                let (input_tokens, output_tokens) = (estimate_tokens(bytes), agent.expected_tokens(brief));
                let cost = price.cost(input_tokens, output_tokens);
                estimate.sections.push(SectionEstimate { section, reason, input_tokens, output_tokens, cost });
                written.insert(agent.id());
            }
        }
        rewriting.extend(written);
    }
    estimate
}
