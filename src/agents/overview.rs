//! Writes what the whole system does, and for whom.

use askama::Template;
use serde_json::Value;

use super::brief::{Brief, first_sentence};
use super::fields::{self, Field};
use super::{Agent, code};
use crate::codebase::external::Direction;
use crate::codebase::{Codebase, ComponentKind, Confidence, Endpoint, FactId, Requirement, Scope};
use crate::diagnostics::Diagnostic;
use crate::plan::{Draft, Drafts, SectionId};

const FIELDS: &[Field] = &[("summary", 3), ("audience", 4), ("capabilities", 10)];
/// Bytes of facts: about 3,000 tokens.
const ROOM: usize = 10_000;

/// The agent of the overview.
pub(super) struct Overview;

#[derive(Template)]
#[template(path = "../prompts/overview.md", escape = "none")]
struct Prompt<'a> {
    facts: &'a str,
    previous: Option<&'a str>,
}

impl Agent for Overview {
    fn id(&self) -> &'static str {
        "overview"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["domain"]
    }

    fn sections(&self, codebase: &Codebase) -> Vec<SectionId> {
        if codebase.files.is_empty() { Vec::new() } else { vec![SectionId::overview()] }
    }

    fn brief(&self, codebase: &Codebase, section: &SectionId, drafts: &Drafts) -> Brief {
        let mut brief = Brief::new(section.clone(), ROOM);
        add_about(&mut brief, codebase);
        add_components(&mut brief, codebase);
        add_domains(&mut brief, codebase, drafts);
        add_externals(&mut brief, codebase);
        add_endpoints(&mut brief, codebase);
        brief
    }

    fn prompt(&self, brief: &Brief, previous: Option<&str>) -> String {
        Prompt { facts: &brief.fenced(), previous }.render().unwrap_or_default()
    }

    fn template(&self) -> &'static str {
        include_str!("../../prompts/overview.md")
    }

    fn schema(&self) -> Value {
        fields::schema(FIELDS)
    }

    fn expected_tokens(&self, _brief: &Brief) -> u64 {
        700
    }

    fn accept(&self, brief: &Brief, reply: &str) -> (Option<Draft>, Vec<Diagnostic>) {
        fields::accept(FIELDS, brief, reply)
    }
}

fn add_about(brief: &mut Brief, codebase: &Codebase) {
    for (index, statement) in codebase.about.summary.iter().enumerate().take(6) {
        let title = codebase.about.title.as_deref().filter(|_| index == 0).map(|title| format!("{title}: "));
        let text = format!("{}{}", title.unwrap_or_default(), statement.text);
        brief.add("What the repository's README says", FactId::About(index), &text);
    }
}

fn add_components(brief: &mut Brief, codebase: &Codebase) {
    let shown =
        codebase.components.iter().filter(|c| !matches!(c.kind, ComponentKind::Test | ComponentKind::Workspace));
    for component in shown.take(20) {
        let kind = match component.kind {
            ComponentKind::Service => "serves requests",
            ComponentKind::Executable => "program",
            ComponentKind::Frontend => "runs in a browser",
            _ => "library",
        };
        let description = component.description.as_deref().map(|text| format!(": {}", first_sentence(text)));
        let text = format!("`{}` ({kind}){}", component.name, description.unwrap_or_default());
        brief.add("Components", FactId::Component(component.id.clone()), &text);
    }
}

fn add_domains(brief: &mut Brief, codebase: &Codebase, drafts: &Drafts) {
    for domain in codebase.domains.domains.iter().take(20) {
        let mut text =
            format!("{} ({})", domain.name, domain.terms.iter().take(5).cloned().collect::<Vec<_>>().join(", "));
        if let Some(draft) = drafts.get(&SectionId::domain(&domain.id)) {
            for claim in draft.claims("purpose").iter().chain(draft.claims("capabilities").iter().take(4)) {
                text.push_str(if text.ends_with('.') { " " } else { ". " });
                text.push_str(&claim.text);
            }
        } else {
            let entities = codebase.entities.iter().filter(|entity| entity.domain.as_deref() == Some(&domain.id));
            let entities: Vec<&str> = entities.take(6).map(|entity| entity.name.as_str()).collect();
            if !entities.is_empty() {
                text.push_str(&format!("; keeps {}", entities.join(", ")));
            }
        }
        brief.add("Business domains", FactId::Domain(domain.id.clone()), &text);
    }
}

fn add_externals(brief: &mut Brief, codebase: &Codebase) {
    let used = codebase.externals.iter().filter(|external| {
        matches!(external.scope, Scope::Runtime | Scope::Deployment) && external.confidence > Confidence::Declared
    });
    for external in used.take(20) {
        let requirement = match external.requirement {
            Requirement::Required => "",
            Requirement::Optional => ", optional",
            Requirement::Alternative => ", one of several to choose from",
        };
        let direction = if external.direction == Direction::Inbound { ", calls us" } else { "" };
        let text = format!("{} ({}{requirement}{direction})", external.name, external.category);
        brief.add("External systems", FactId::External(external.id.to_string()), &text);
    }
}

fn add_endpoints(brief: &mut Brief, codebase: &Codebase) {
    const HEADING: &str = "Some of its endpoints";
    let endpoints: Vec<&Endpoint> = codebase.endpoints.iter().filter(|endpoint| code::is_told(endpoint)).collect();
    // Evenly over the sorted list, so that every area of the paths is shown.
    let step = endpoints.len().div_ceil(30).max(1);
    for endpoint in endpoints.iter().step_by(step) {
        let id = FactId::Endpoint { app: endpoint.app.clone(), key: endpoint.key() };
        brief.add(HEADING, id, &code::endpoint_text(codebase, endpoint));
    }
    brief.leave_out(HEADING, endpoints.len() - endpoints.len().div_ceil(step));
}
