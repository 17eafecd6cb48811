//! The model's checked words, each with links to the facts that it rests on.

use super::book::{Book, domain_link};
use super::escape::{Md, slug};
use super::links::Links;
use crate::codebase::FactId;
use crate::plan::{Claim, SectionId};

/// Facts linked behind a statement.
const CITATIONS_MAX: usize = 3;

/// The statements on a field of a section, each followed by links to its facts; none without a model.
pub(super) fn claims(book: &Book<'_>, section: &SectionId, field: &str, links: &mut Links) -> Vec<Md> {
    let draft = book.input.drafts.get(section);
    let claims = draft.map(|draft| draft.claims(field)).unwrap_or_default();
    claims.iter().map(|claim| cited(book, claim, links)).filter(|words| !words.is_empty()).collect()
}

/// The statements on a field of a section as one text without links.
pub(super) fn plain(book: &Book<'_>, section: &SectionId, field: &str) -> Option<Md> {
    let claims = book.input.drafts.get(section).map(|draft| draft.claims(field)).unwrap_or_default();
    claims.first().map(|claim| Md::prose(&claim.text)).filter(|words| !words.is_empty())
}

fn cited(book: &Book<'_>, claim: &Claim, links: &mut Links) -> Md {
    let facts = claim.facts.iter().filter_map(|fact| fact.parse::<FactId>().ok());
    let mut shown: Vec<Md> = Vec::new();
    for fact in facts {
        let link = fact_link(book, &fact, links).filter(|link| !shown.contains(link));
        shown.extend(link);
        if shown.len() == CITATIONS_MAX {
            break;
        }
    }
    let words = Md::prose(&claim.text);
    if shown.is_empty() { words } else { Md::markdown(format!("{words} ({})", Md::join(&shown, ", "))) }
}

/// A link to what a fact names; `None` if it is no longer there.
fn fact_link(book: &Book<'_>, fact: &FactId, links: &mut Links) -> Option<Md> {
    let codebase = book.codebase();
    if let FactId::Domain(id) = fact {
        return codebase.domains.get(id).map(|domain| domain_link(book, domain, links));
    }
    if let FactId::External(id) = fact {
        let external = codebase.externals.iter().find(|external| external.id == *id)?;
        return Some(links.page(&Md::text(&external.name), &format!("externals.md#{}", slug(&external.name))));
    }
    let place = fact.place(codebase)?;
    let (shown, what) = match fact {
        FactId::About(index) => (Md::text(place.file.file_name()), format!("summary {index}")),
        FactId::Component(id) => {
            (Md::text(codebase.component(id).map_or(id, |component| &component.name)), String::new())
        }
        FactId::Endpoint { key, .. } => (Md::code(key), format!("handler of {key}")),
        FactId::Entity(id) => (Md::code(id), format!("entity {id}")),
        FactId::Symbol { name, .. } => (Md::code(name), name.clone()),
        FactId::File(path) => (Md::code(path.file_name()), String::new()),
        FactId::Domain(_) | FactId::External(_) => return None,
    };
    Some(if what.is_empty() { links.cite_file(&shown, &place.file) } else { links.cite(&shown, &what, &place) })
}
