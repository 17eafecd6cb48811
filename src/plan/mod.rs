//! Which sections are stale, and why; and the drafts that model replies become. Pure.
//!
//! # What drafts hold
//! This is the contract between the agents that write drafts and the pages that show them.
//! A [`Claim`]'s text is plain text (one line; code identifiers in backticks; no links, HTML or headings);
//! its `facts` are [`crate::codebase::FactId`]s as text. Every field may be absent.
//!
//! | section | field | claims |
//! |---|---|---|
//! | `overview` | `summary` | what the system does, 1 to 3 |
//! | | `audience` | who uses it and for what, up to 4 |
//! | | `capabilities` | what it can do, up to 10 |
//! | `domain/<id>` | `name` | one: a name in the business's words, for display only |
//! | | `purpose` | what the domain is for, 1 to 3 |
//! | | `capabilities` | what it can do, up to 8 |
//! | | `rules` | business rules, up to 10 |
//! | | `words` | the domain's words, up to 10, each as `Word: what it means` |
//! | `endpoints/<app>~<batch>` | `METHOD /path` | one: what the endpoint does (find it with [`endpoint_claims`]) |

mod fingerprint;
mod partition;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::codebase::{KeptDomains, RepoPath};

pub use fingerprint::Fingerprint;
pub use state::{StateFile, draft_path, page_path, read_state, state_files, write_draft, write_page};

/// A section that one agent writes: `overview`, `domain/basket`, `endpoints/web~basket-3f2a`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SectionId(pub String);

impl SectionId {
    /// The section of the whole system.
    pub fn overview() -> Self {
        Self("overview".into())
    }

    /// The section of a domain.
    pub fn domain(id: &str) -> Self {
        Self(format!("domain/{id}"))
    }

    /// The section of some endpoints of an app.
    pub fn endpoints(app: &str, batch: &str) -> Self {
        Self(format!("endpoints/{app}~{batch}"))
    }

    /// The section's agent, and what it is about: (`domain`, `basket`).
    pub fn parts(&self) -> (&str, &str) {
        self.0.split_once('/').unwrap_or((&self.0, ""))
    }
}

impl fmt::Display for SectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

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

impl Draft {
    /// The claims of a field; none if it is absent.
    pub fn claims(&self, field: &str) -> &[Claim] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }
}

/// Accepted drafts by section.
pub type Drafts = BTreeMap<SectionId, Draft>;

/// What is written of an endpoint, by its app and [`crate::codebase::Endpoint::key`].
pub fn endpoint_claims<'a>(drafts: &'a Drafts, app: &str, key: &str) -> &'a [Claim] {
    let first = SectionId::endpoints(app, "");
    let batches = drafts.range(first.clone()..).take_while(|(section, _)| section.0.starts_with(&first.0));
    batches.map(|(_, draft)| draft.claims(key)).find(|claims| !claims.is_empty()).unwrap_or(&[])
}

/// What was written last time, as far as it must be known to write less this time. It holds no time and no line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// What each section's draft was made from.
    pub sections: BTreeMap<SectionId, Fingerprint>,
    /// Hash of each page's text as it was written, by the page's path below the output folder.
    pub pages: BTreeMap<RepoPath, String>,
    /// Which domain each file was put in.
    pub domains: KeptDomains,
}

/// What to do with each section. All lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// To be written, and why.
    pub rewrite: Vec<(SectionId, Reason)>,
    /// Up to date.
    pub keep: Vec<SectionId>,
    /// Their subject is gone.
    pub remove: Vec<SectionId>,
}

/// Why a section is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It never was.
    New,
    /// Its draft cannot be read any more.
    DraftLost,
    /// Another model is asked.
    ModelChanged,
    /// The prompt or the reply's form changed.
    PromptChanged,
    /// The facts that it shows changed.
    FactsChanged,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::DraftLost => "its draft is lost",
            Self::ModelChanged => "another model",
            Self::PromptChanged => "another prompt",
            Self::FactsChanged => "its facts changed",
        })
    }
}

/// Compares what sections are made from now with what they were made from.
///
/// To write everything anew, pass an empty manifest.
pub fn plan(now: &BTreeMap<SectionId, Fingerprint>, manifest: &Manifest, drafts: &Drafts) -> Plan {
    let mut plan = Plan::default();
    for (section, fingerprint) in now {
        let reason = match (manifest.sections.get(section), drafts.contains_key(section)) {
            (None, _) => Some(Reason::New),
            (Some(_), false) => Some(Reason::DraftLost),
            (Some(old), true) => fingerprint.reason_since(old),
        };
        match reason {
            Some(reason) => plan.rewrite.push((section.clone(), reason)),
            None => plan.keep.push(section.clone()),
        }
    }
    let old: BTreeSet<&SectionId> = manifest.sections.keys().chain(drafts.keys()).collect();
    plan.remove = old.into_iter().filter(|section| !now.contains_key(section)).cloned().collect();
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(id: &str) -> SectionId {
        SectionId(id.into())
    }

    #[test]
    fn each_change_has_its_reason() {
        let old = Fingerprint::new("facts", "prompt", "model");
        let cases = [
            (Fingerprint::new("facts", "prompt", "model"), None),
            (Fingerprint::new("other", "prompt", "model"), Some(Reason::FactsChanged)),
            (Fingerprint::new("facts", "other", "model"), Some(Reason::PromptChanged)),
            (Fingerprint::new("other", "other", "other"), Some(Reason::ModelChanged)),
        ];
        for (now, expected) in cases {
            let manifest = Manifest { sections: [(section("a"), old.clone())].into(), ..Manifest::default() };
            let drafts = Drafts::from([(section("a"), Draft::default())]);
            let plan = plan(&[(section("a"), now)].into(), &manifest, &drafts);
            assert_eq!(plan.rewrite.first().map(|(_, reason)| *reason), expected);
            assert_eq!(plan.keep.is_empty(), expected.is_some());
        }
    }

    #[test]
    fn sections_come_go_and_get_lost() {
        let fingerprint = Fingerprint::new("facts", "prompt", "model");
        let manifest = Manifest {
            sections: [(section("gone"), fingerprint.clone()), (section("lost"), fingerprint.clone())].into(),
            ..Manifest::default()
        };
        let drafts = Drafts::from([(section("gone"), Draft::default())]);
        let now = [(section("lost"), fingerprint.clone()), (section("new"), fingerprint)].into();
        let plan = plan(&now, &manifest, &drafts);
        assert_eq!(plan.rewrite, [(section("lost"), Reason::DraftLost), (section("new"), Reason::New)]);
        assert_eq!(plan.remove, [section("gone")]);
    }

    #[test]
    fn endpoints_are_found_in_their_batches() {
        let claim = |text: &str| vec![Claim { text: text.into(), facts: Vec::new() }];
        let draft = |key: &str| Draft { fields: [(key.to_owned(), claim(key))].into() };
        let drafts = Drafts::from([
            (SectionId::endpoints("web", "a"), draft("GET /a")),
            (SectionId::endpoints("web", "b"), draft("GET /b")),
            (SectionId::endpoints("web2", "a"), draft("GET /c")),
        ]);
        assert_eq!(endpoint_claims(&drafts, "web", "GET /b"), claim("GET /b"));
        assert!(endpoint_claims(&drafts, "web", "GET /c").is_empty());
    }
}
