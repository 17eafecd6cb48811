//! `externals.md`: every system outside this code, what for, and the lines that prove it.

use std::collections::BTreeMap;

use askama::Template;

use super::book::Book;
use super::cells::category_name;
use super::diagrams::{self, is_in_use};
use super::escape::Md;
use super::links::Links;
use super::table::Table;
use crate::codebase::external::Direction;
use crate::codebase::{Confidence, Evidence, EvidenceKind, ExternalSystem, Place, Requirement, Scope};
use crate::output::OutputFile;
use crate::output::words;

/// Evidence shown for an external.
const EVIDENCE_MAX: usize = 6;

/// What the systems of a category are for, by category.
const PURPOSES: &[(&str, &str)] = &[
    ("ai", "Language models and other learned models."),
    ("analytics", "Counts what users do."),
    ("blockchain", "A ledger shared with others."),
    ("cache", "Keeps copies for quick reading."),
    ("chat", "Passes messages to people's chat rooms."),
    ("commerce", "Shops and marketplaces of others."),
    ("configuration", "Keeps settings."),
    ("content", "Keeps texts and pages that editors write."),
    ("coordination", "Lets several processes agree."),
    ("crm", "Keeps records of customers."),
    ("database", "Keeps the system's records."),
    ("devtool", "Helps those who build the system."),
    ("document", "Makes or reads documents."),
    ("email", "Sends mail."),
    ("feature-flags", "Turns features on and off."),
    ("hosting", "Runs or hosts the system."),
    ("identity", "Says who a user is."),
    ("integration", "Connects systems with each other."),
    ("messaging", "Sends messages."),
    ("network", "Carries traffic."),
    ("observability", "Watches the running system."),
    ("payment", "Takes payments."),
    ("platform", "Several services of one maker."),
    ("protocol", "A way of talking that many systems share."),
    ("push", "Sends notices to devices."),
    ("queue", "Passes messages between programs."),
    ("registry", "Hosts packages or images."),
    ("search", "Finds records by their words."),
    ("secrets", "Keeps secrets."),
    ("security", "Guards against abuse."),
    ("sms", "Sends text messages."),
    ("source-host", "Hosts source code."),
    ("storage", "Keeps files."),
    ("support", "Helps those who answer customers."),
    ("tracker", "Keeps track of tasks and tickets."),
    ("translation", "Translates texts."),
    ("vector", "Finds records by likeness."),
    ("warehouse", "Keeps data for analysis."),
    ("web-api", "Services of others, asked over HTTP."),
    ("workflow", "Runs jobs in their order."),
];

#[derive(Template)]
#[template(path = "markdown/externals.md", escape = "none")]
struct Externals {
    context: Option<Md>,
    overview: Table,
    categories: Vec<Category>,
    apart: Vec<Apart>,
}

struct Category {
    name: Md,
    purpose: Md,
    externals: Vec<External>,
}

struct External {
    name: Md,
    facts: Md,
    keys: Md,
    evidence: Vec<Md>,
}

/// Title and note of a list, and which externals belong to it.
type Sort = (&'static str, &'static str, fn(&ExternalSystem) -> bool);

/// Externals that are no part of the running system.
struct Apart {
    title: &'static str,
    note: &'static str,
    externals: Table,
}

/// The page; `None` without externals.
pub(super) fn page(book: &Book<'_>) -> Option<OutputFile> {
    if book.codebase().externals.is_empty() {
        return None;
    }
    let mut links = book.links("externals.md");
    let mut categories: BTreeMap<&str, Vec<&ExternalSystem>> = BTreeMap::new();
    for external in book.codebase().externals.iter().filter(|external| is_in_use(external)) {
        categories.entry(external.category.as_str()).or_default().push(external);
    }
    let overview = Table::new(
        ["System", "Category", "Needed", "Used by"],
        categories
            .iter()
            .flat_map(|(category, externals)| externals.iter().map(move |external| (category, external)))
            .map(|(category, external)| {
                let name = Md::text(&external.name);
                let target = format!("#{}", super::escape::slug(&external.name));
                let users = Md::join(&used_by(book, external, &links), ", ");
                [Md::link(&name, &target), Md::text(&category_name(category)), Md::text(requirement(external)), users]
            }),
    );
    let categories = categories
        .into_iter()
        .map(|(category, externals)| Category {
            name: Md::text(&category_name(category)),
            purpose: Md::text(PURPOSES.iter().find(|(known, _)| *known == category).map_or("", |(_, purpose)| purpose)),
            externals: externals.into_iter().map(|external| describe(book, external, &mut links)).collect(),
        })
        .collect();
    let context = diagrams::context(book, &links).map(|diagram| Md::diagram(&diagram));
    let body = Externals { context, overview, categories, apart: apart(book, &mut links) };
    Some(book.finish("externals.md", &[], "External systems", &body, &links))
}

fn describe(book: &Book<'_>, external: &ExternalSystem, links: &mut Links) -> External {
    let mut facts = vec![words::capitalise(requirement(external)), confidence(external.confidence).to_owned()];
    if external.scope == Scope::Deployment {
        facts.push("Used to host or deliver".to_owned());
    }
    if external.direction == Direction::Inbound {
        facts.push("It calls this system".to_owned());
    }
    let users = used_by(book, external, links);
    if !users.is_empty() {
        facts.push(format!("Used by {}", Md::join(&users, ", ")));
    }
    let twin = external.deployed_as.as_ref();
    if let Some(twin) = twin.and_then(|id| book.codebase().externals.iter().find(|other| other.id == *id)) {
        facts.push(format!("Deployed as {}", Md::text(&twin.name)));
    }
    if let Some(vendor) = external.vendor.as_deref().filter(|vendor| !external.name.contains(vendor)) {
        facts.push(format!("Made or run by {}", Md::text(vendor)));
    }
    let keys: Vec<Md> = external.config_keys.iter().map(|key| Md::code(key)).collect();
    External {
        name: Md::text(&external.name),
        facts: Md::markdown(format!("{}.", facts.join(". "))),
        keys: Md::join(&keys, ", "),
        evidence: evidence(external, EVIDENCE_MAX, links),
    }
}

fn evidence(external: &ExternalSystem, max: usize, links: &mut Links) -> Vec<Md> {
    let mut distinct: Vec<&Evidence> = Vec::new();
    for evidence in &external.evidence {
        let same = |known: &&Evidence| {
            (known.kind, &known.file, &known.detail) == (evidence.kind, &evidence.file, &evidence.detail)
        };
        if !distinct.iter().any(same) {
            distinct.push(evidence);
        }
    }
    let shown = distinct.iter().take(max).map(|evidence| {
        let name = if evidence.detail.is_empty() { evidence.file.file_name() } else { &evidence.detail };
        let place = Place::line(evidence.file.clone(), evidence.line);
        let link = links.cite(&Md::code(name), &format!("{:?} {}", evidence.kind, evidence.detail), &place);
        Md::markdown(format!("{}: {link} in {}", evidence_words(evidence.kind), Md::code(evidence.file.as_str())))
    });
    let mut lines: Vec<Md> = shown.collect();
    let rest = distinct.len().saturating_sub(max);
    if rest > 0 {
        lines.push(Md::text(&format!("and {rest} more")));
    }
    lines
}

fn apart(book: &Book<'_>, links: &mut Links) -> Vec<Apart> {
    let sorts: [Sort; 3] = [
        ("For development only", "Used on a developer's machine, not by the running system.", |external| {
            external.confidence > Confidence::Declared && external.scope == Scope::Dev
        }),
        ("For tests only", "Used by tests, not by the running system.", |external| {
            external.confidence > Confidence::Declared && external.scope == Scope::Test
        }),
        (
            "Declared, not seen in use",
            "A manifest names a package for these; no code or setting that uses it was found.",
            |external| external.confidence == Confidence::Declared,
        ),
    ];
    let mut found = Vec::new();
    for (title, note, belongs) in sorts {
        let rows: Vec<[Md; 3]> = book
            .codebase()
            .externals
            .iter()
            .filter(|external| belongs(external))
            .map(|external| {
                let lines = evidence(external, 1, links);
                let first = lines.into_iter().next().unwrap_or_default();
                [Md::text(&external.name), Md::text(&category_name(&external.category)), first]
            })
            .collect();
        if !rows.is_empty() {
            found.push(Apart { title, note, externals: Table::new(["System", "Category", "Evidence"], rows) });
        }
    }
    found
}

fn used_by(book: &Book<'_>, external: &ExternalSystem, links: &Links) -> Vec<Md> {
    external.used_by.iter().map(|id| book.component(id, links)).collect()
}

const fn requirement(external: &ExternalSystem) -> &'static str {
    match external.requirement {
        Requirement::Required => "required",
        Requirement::Optional => "optional: a setting turns it on",
        Requirement::Alternative => "one of several choices",
    }
}

const fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Declared => "Declared in a manifest",
        Confidence::Configured => "Named in settings",
        Confidence::Provisioned => "Provided by infrastructure files",
        Confidence::Imported => "Its driver is imported",
        Confidence::Called => "Called from code",
    }
}

const fn evidence_words(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Package => "package",
        EvidenceKind::Import => "import",
        EvidenceKind::Call => "call",
        EvidenceKind::Config => "setting",
        EvidenceKind::Env => "environment",
        EvidenceKind::Url => "URL",
        EvidenceKind::Image => "container image",
        EvidenceKind::Iac => "infrastructure",
        EvidenceKind::Schema => "schema",
    }
}
