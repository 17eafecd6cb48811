//! Writes what one business domain is for, what it can do, its rules and its words.

use std::collections::BTreeMap;

use askama::Template;
use serde_json::Value;

use super::brief::{Brief, first_sentence};
use super::fields::{self, Field};
use super::{Agent, code};
use crate::codebase::{Codebase, Endpoint, Entity, FactId, KeyKind};
use crate::diagnostics::Diagnostic;
use crate::plan::{Draft, Drafts, SectionId};

const FIELDS: &[Field] = &[("name", 1), ("purpose", 3), ("capabilities", 8), ("rules", 10), ("words", 10)];
/// Bytes of facts: about 3,500 tokens.
const ROOM: usize = 12_000;

/// The agent of domains.
pub(super) struct Domain;

#[derive(Template)]
#[template(path = "../prompts/domain.md", escape = "none")]
struct Prompt<'a> {
    facts: &'a str,
    previous: Option<&'a str>,
}

impl Agent for Domain {
    fn id(&self) -> &'static str {
        "domain"
    }

    fn sections(&self, codebase: &Codebase) -> Vec<SectionId> {
        let domains = &codebase.domains.domains;
        let mut sections: Vec<SectionId> = domains.iter().map(|domain| SectionId::domain(&domain.id)).collect();
        sections.sort();
        sections
    }

    fn brief(&self, codebase: &Codebase, section: &SectionId, _drafts: &Drafts) -> Brief {
        let mut brief = Brief::new(section.clone(), ROOM);
        let Some(domain) = codebase.domains.get(section.parts().1) else { return brief };
        let terms = domain.terms.iter().take(10).cloned().collect::<Vec<_>>().join(", ");
        brief.add("The domain", FactId::Domain(domain.id.clone()), &format!("{}; its words: {terms}", domain.name));
        add_endpoints(&mut brief, codebase, &domain.id);
        add_entities(&mut brief, codebase, &domain.id);
        code::add_rules(&mut brief, codebase, &domain.files);
        code::add_types(&mut brief, codebase, &domain.files);
        add_neighbours(&mut brief, codebase, &domain.id);
        brief
    }

    fn prompt(&self, brief: &Brief, previous: Option<&str>) -> String {
        Prompt { facts: &brief.fenced(), previous }.render().unwrap_or_default()
    }

    fn template(&self) -> &'static str {
        include_str!("../../prompts/domain.md")
    }

    fn schema(&self) -> Value {
        fields::schema(FIELDS)
    }

    fn expected_tokens(&self, _brief: &Brief) -> u64 {
        1_000
    }

    fn accept(&self, brief: &Brief, reply: &str) -> (Option<Draft>, Vec<Diagnostic>) {
        let (draft, diagnostics) = fields::accept(FIELDS, brief, reply);
        (draft.map(with_fitting_name), diagnostics)
    }
}

/// A name is a few words: a sentence in its place is left out.
fn with_fitting_name(mut draft: Draft) -> Draft {
    let fits = |name: &str| name.split(' ').count() <= 4 && name.chars().count() <= 40;
    if let Some(names) = draft.fields.get_mut("name") {
        for claim in names.iter_mut() {
            claim.text = claim.text.trim_end_matches('.').replace('`', "");
        }
        names.retain(|claim| fits(&claim.text));
    }
    draft.fields.retain(|_, claims| !claims.is_empty());
    draft
}

fn add_endpoints(brief: &mut Brief, codebase: &Codebase, domain: &str) {
    const HEADING: &str = "Endpoints";
    const MOST: usize = 24;
    let own: Vec<&Endpoint> =
        codebase.endpoints.iter().filter(|it| it.domain.as_deref() == Some(domain) && code::is_told(it)).collect();
    for endpoint in own.iter().take(MOST) {
        let id = FactId::Endpoint { app: endpoint.app.clone(), key: endpoint.key() };
        brief.add(HEADING, id, &code::endpoint_text(codebase, endpoint));
    }
    brief.leave_out(HEADING, own.len().saturating_sub(MOST));
}

fn add_entities(brief: &mut Brief, codebase: &Codebase, domain: &str) {
    for entity in codebase.entities.iter().filter(|entity| entity.domain.as_deref() == Some(domain)).take(16) {
        brief.add("Stored records", FactId::Entity(entity.id.clone()), &entity_text(codebase, entity));
    }
}

fn entity_text(codebase: &Codebase, entity: &Entity) -> String {
    let mut text = format!("`{}`", entity.name);
    if let Some(doc) = &entity.doc {
        text.push_str(&format!(": {}", first_sentence(doc)));
    }
    let fields = entity.fields.iter().filter(|field| field.key != KeyKind::Primary).take(16);
    let fields: Vec<String> = fields
        .map(|field| match (field.key, field.nullable) {
            (KeyKind::Unique, _) => format!("{} (unique)", field.name),
            (_, true) => format!("{} (may be empty)", field.name),
            _ => field.name.to_string(),
        })
        .collect();
    text.push_str(&format!("; fields {}", fields.join(", ")));
    let relations = codebase.relations.iter().filter(|relation| relation.from == entity.id).take(6);
    for relation in relations {
        let how = match relation.cardinality {
            crate::codebase::entity::Cardinality::OneToOne => "has one",
            crate::codebase::entity::Cardinality::OneToMany => "has many",
            crate::codebase::entity::Cardinality::ManyToMany => "has many, and the other way round,",
        };
        text.push_str(&format!("; {how} `{}`", relation.to));
    }
    text
}

/// Adds the domains and external systems that this domain's files use.
fn add_neighbours(brief: &mut Brief, codebase: &Codebase, id: &str) {
    let path = |index: u32| codebase.files.get(index as usize).map(|file| &file.path);
    let domain_of = |index: u32| path(index).and_then(|path| codebase.domains.of(path));
    let mut uses: BTreeMap<&str, &str> = BTreeMap::new();
    for (from, to, _, _) in codebase.graph.file_edges() {
        if let (Some(from), Some(to)) = (domain_of(from), domain_of(to))
            && from.id == id
            && to.id != id
        {
            uses.insert(&to.id, &to.name);
        }
    }
    for (other, name) in uses {
        brief.add("Other domains that it uses", FactId::Domain(other.to_owned()), name);
    }
    let Some(domain) = codebase.domains.get(id) else { return };
    for external in &codebase.externals {
        let used = external.evidence.iter().any(|evidence| domain.files.binary_search(&evidence.file).is_ok());
        if used {
            let text = format!("{} ({})", external.name, external.category);
            brief.add("External systems that it uses", FactId::External(external.id.to_string()), &text);
        }
    }
}
