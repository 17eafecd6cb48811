//! `domains/<id>.md`: everything on one domain.

use askama::Template;

use super::book::{Book, app_page, domain_page};
use super::cells::{domain_facts, endpoint_table, example, file_link, file_words, some_of, users};
use super::claims::claims;
use super::diagrams;
use super::escape::{Md, slug};
use super::flows;
use super::links::Links;
use super::rules::{RuleList, rules};
use super::table::Table;
use crate::codebase::message::JobTrigger;
use crate::codebase::{Channel, Domain, Entity, Job, KeyKind, Party, Place, RepoPath};
use crate::output::OutputFile;
use crate::output::key_files::{KeyType, key_files, key_types};
use crate::output::vocabulary::vocabulary;
use crate::output::words;
use crate::plan::SectionId;

/// Endpoints shown; the API pages have all.
const ENDPOINTS_MAX: usize = 40;
/// Entities shown; the data pages have all.
const ENTITIES_MAX: usize = 20;
/// Channels and jobs shown; the page of flows has all.
const CHANNELS_MAX: usize = 20;
const JOBS_MAX: usize = 20;
/// Types, files, words and tests shown.
const TYPES_MAX: usize = 10;
const FILES_MAX: usize = 12;
const WORDS_MAX: usize = 12;
const TESTS_MAX: usize = 10;
/// Types named for a part.
const PART_TYPES_MAX: usize = 4;
/// Operations named for a type.
const OPERATIONS_MAX: usize = 10;

#[derive(Template)]
#[template(path = "markdown/domain.md", escape = "none")]
struct DomainPage {
    summary: Vec<Md>,
    facts: Md,
    diagram: Option<Md>,
    capabilities: Vec<Md>,
    parts: Table,
    endpoints: Table,
    endpoints_more: Option<Md>,
    rules_drafted: Vec<Md>,
    rules: Vec<RuleList>,
    words_drafted: Vec<Md>,
    words: Vec<Md>,
    entities: Table,
    entities_more: Option<Md>,
    channels: Table,
    jobs: Table,
    flows_more: Option<Md>,
    types: Table,
    files: Table,
    files_more: Option<Md>,
    uses: Table,
    users: Table,
    externals: Vec<Md>,
    tests: Vec<Md>,
    tests_more: Option<Md>,
}

/// A page for each domain.
pub(super) fn pages(book: &Book<'_>) -> Vec<OutputFile> {
    book.codebase().domains.domains.iter().enumerate().map(|(position, domain)| page(book, position, domain)).collect()
}

fn page(book: &Book<'_>, position: usize, domain: &Domain) -> OutputFile {
    let path = domain_page(domain);
    let mut links = book.links(&path);
    let section = SectionId::domain(&domain.id);
    let files = book.survey.source_files(&domain.files);
    let endpoints = book.survey.endpoints(domain);
    let shown = endpoints.get(..ENDPOINTS_MAX).unwrap_or(&endpoints);
    let entities: Vec<&Entity> =
        book.codebase().entities.iter().filter(|entity| entity.domain.as_ref() == Some(&domain.id)).collect();
    let is_own = |party: &Party| party.domain.as_ref() == Some(&domain.id);
    let channels = book.codebase().channels.iter();
    let channels: Vec<&Channel> =
        channels.filter(|it| it.publishers.iter().chain(&it.consumers).any(is_own)).take(CHANNELS_MAX).collect();
    let jobs = book.codebase().jobs.iter().filter(|job| is_own(&job.handler) && job.trigger != JobTrigger::Continuous);
    let jobs: Vec<&Job> = jobs.take(JOBS_MAX).collect();
    let all_tests = book.survey.tests_of(&files);
    let types = key_types(&book.survey, &files, TYPES_MAX);
    let body = DomainPage {
        summary: claims(book, &section, "purpose", &mut links),
        facts: domain_facts(book, domain),
        diagram: diagrams::domains(book, Some(position), &links).map(|diagram| Md::diagram(&diagram)),
        capabilities: claims(book, &section, "capabilities", &mut links),
        parts: part_table(book, domain, &mut links),
        endpoints: endpoint_table(book, shown, &mut links),
        endpoints_more: more_endpoints(book, &endpoints, &links),
        rules_drafted: claims(book, &section, "rules", &mut links),
        rules: rules(book, &files, &mut links),
        words_drafted: claims(book, &section, "words", &mut links),
        words: words_with_home(book, domain, &files, &mut links),
        entities: entity_table(book, &entities, &mut links),
        entities_more: more(entities.len(), ENTITIES_MAX, &links.page(&Md::text("the data pages"), "data/README.md")),
        channels: flows::channel_table(book, &channels, &mut links),
        jobs: flows::job_table(book, &jobs, &mut links),
        flows_more: (!channels.is_empty() || !jobs.is_empty())
            .then(|| links.page(&Md::literal("All messages and jobs"), flows::PAGE)),
        types: type_table(book, &types, &mut links),
        files: file_table(book, &files, &mut links),
        files_more: (files.len() > FILES_MAX)
            .then(|| Md::text(&format!("The domain has {} in all.", words::count(files.len(), "source file")))),
        uses: neighbours(book, &book.survey.domains.used_by_area(position), &mut links),
        users: neighbours(book, &book.survey.domains.users_of(position), &mut links),
        externals: externals(book, domain, &mut links),
        tests: tests(book, &all_tests, &mut links),
        tests_more: (all_tests.len() > TESTS_MAX).then(|| {
            Md::text(&format!("{} in all use code of this domain.", words::count(all_tests.len(), "test file")))
        }),
    };
    book.finish(&path, &[("Domains", "domains/README.md")], book.domain_name(domain), &body, &links)
}

fn more(number: usize, shown: usize, place: &Md) -> Option<Md> {
    (number > shown).then(|| Md::markdown(format!("And {} more: see {place}.", number - shown)))
}

fn more_endpoints(book: &Book<'_>, endpoints: &[&crate::codebase::Endpoint], links: &Links) -> Option<Md> {
    let mut apps: Vec<&str> = endpoints.iter().map(|endpoint| endpoint.app.as_str()).collect();
    apps.sort_unstable();
    apps.dedup();
    let pages: Vec<Md> =
        apps.into_iter().map(|app| links.page(&Md::text(book.app_name(app)), &app_page(app))).collect();
    more(endpoints.len(), ENDPOINTS_MAX, &Md::literal("the API of ").and(&Md::join(&pages, ", ")))
}

/// What a large domain falls into, each part with its main types.
fn part_table(book: &Book<'_>, domain: &Domain, links: &mut Links) -> Table {
    let rows = domain.parts.iter().map(|part| {
        let types = key_types(&book.survey, &book.survey.source_files(&part.files), PART_TYPES_MAX);
        let types: Vec<Md> = types
            .iter()
            .filter_map(|known| {
                let source = book.codebase().files.get(known.file)?;
                Some(links.cite(&Md::code(&known.name), &known.name, &Place::new(source.path.clone(), known.lines)))
            })
            .collect();
        let number = |number: usize| if number == 0 { Md::default() } else { Md::text(&number.to_string()) };
        let is_here = |file: &RepoPath| part.files.binary_search(file).is_ok();
        let endpoints = book.survey.endpoints(domain).iter().filter(|it| is_here(&it.handler.file)).count();
        let entities = book.codebase().entities.iter().filter(|entity| is_here(&entity.file)).count();
        [Md::text(&part.name), Md::join(&types, ", "), number(part.files.len()), number(endpoints), number(entities)]
    });
    Table::new(["Part", "Main types", "Files", "Endpoints", "Entities"], rows.collect::<Vec<_>>())
}

/// The domain's words that name a type, with what that type's docs say.
fn words_with_home(book: &Book<'_>, domain: &Domain, files: &[usize], links: &mut Links) -> Vec<Md> {
    let terms = vocabulary(&book.survey, domain, files, WORDS_MAX);
    let lines = terms.iter().filter_map(|term| {
        let source = book.codebase().files.get(term.file)?;
        let link = links.cite(&Md::code(&term.name), &term.name, &Place::new(source.path.clone(), term.lines));
        let fields: Vec<&str> = term.fields.iter().map(String::as_str).collect();
        let about = match (term.about.is_empty(), fields.is_empty()) {
            (false, _) => format!(": {}", Md::text(&term.about)),
            (true, false) => format!(": has {}", some_of(&fields, fields.len())),
            (true, true) => String::new(),
        };
        Some(Md::markdown(format!("{} ({link}){about}", Md::bold(&Md::text(&term.word)))))
    });
    lines.collect()
}

fn entity_table(book: &Book<'_>, entities: &[&Entity], links: &mut Links) -> Table {
    let rows = entities.iter().take(ENTITIES_MAX).map(|entity| {
        let fields: Vec<Md> = entity
            .fields
            .iter()
            .take(14)
            .map(|field| match field.key {
                KeyKind::Primary => Md::code(&field.name).and(&Md::literal(" (key)")),
                _ => Md::code(&field.name),
            })
            .collect();
        let rest = entity.fields.len().saturating_sub(fields.len());
        let rest = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let anchor = links.page(&Md::text("all"), &super::data::entity_target(book, entity));
        let fields = Md::markdown(format!("{}{rest} ({anchor})", Md::join(&fields, ", ")));
        [
            links.cite(
                &Md::code(&entity.name),
                &format!("entity {}", entity.id),
                &Place::line(entity.file.clone(), entity.line),
            ),
            Md::text(&entity.doc.as_deref().map(words::first_sentence).unwrap_or_default()),
            if entity.table == entity.name { Md::default() } else { Md::code(&entity.table) },
            fields,
        ]
    });
    Table::new(["Entity", "What it is", "Table", "Fields"], rows.collect::<Vec<_>>())
}

fn type_table(book: &Book<'_>, types: &[KeyType], links: &mut Links) -> Table {
    let rows = types.iter().filter_map(|known| {
        let source = book.codebase().files.get(known.file)?;
        let link = links.cite(&Md::code(&known.name), &known.name, &Place::new(source.path.clone(), known.lines));
        let mut operations: Vec<String> = known.operations.iter().take(OPERATIONS_MAX).cloned().collect();
        let rest = known.operations.len().saturating_sub(operations.len());
        if rest > 0 {
            operations.push(format!("{rest} more"));
        }
        Some([
            Md::markdown(format!("{link} ({})", known.kind)),
            Md::text(&known.about),
            Md::text(&operations.join("; ")),
            users(known.users),
        ])
    });
    Table::new(["Type", "What it is", "What it can do", "Used by"], rows.collect::<Vec<_>>())
}

fn file_table(book: &Book<'_>, files: &[usize], links: &mut Links) -> Table {
    let rows = key_files(&book.survey, files, FILES_MAX)
        .into_iter()
        .map(|key| [file_link(book, key.file, links), file_words(book, key.file, &key.about), users(key.users)]);
    Table::new(["File", "What it is", "Used by"], rows.collect::<Vec<_>>())
}

fn neighbours(book: &Book<'_>, areas: &[(usize, crate::output::area_map::AreaLink)], links: &mut Links) -> Table {
    let rows = areas.iter().map(|(area, link)| {
        [book.domain_at(*area, links), Md::text(&link.files.to_string()), example(book, link.example, links)]
    });
    Table::new(["Domain", "File pairs", "For example"], rows.collect::<Vec<_>>())
}

/// External systems that the domain's own files point to.
fn externals(book: &Book<'_>, domain: &Domain, links: &mut Links) -> Vec<Md> {
    let mut lines = Vec::new();
    for external in book.codebase().externals.iter().filter(|external| diagrams::is_in_use(external)) {
        let own = external.evidence.iter().find(|evidence| domain.files.binary_search(&evidence.file).is_ok());
        let Some(evidence) = own else { continue };
        let page = links.page(&Md::text(&external.name), &format!("externals.md#{}", slug(&external.name)));
        let shown = Md::code(&evidence.detail);
        let place = Place::line(evidence.file.clone(), evidence.line);
        let link = links.cite(&shown, &evidence.detail, &place);
        lines.push(Md::markdown(format!("{page}: {link} in {}", Md::code(evidence.file.file_name()))));
    }
    lines
}

fn tests(book: &Book<'_>, tests: &[(usize, usize)], links: &mut Links) -> Vec<Md> {
    let lines = tests.iter().take(TESTS_MAX).map(|&(test, used)| {
        let link = file_link(book, test, links);
        Md::markdown(format!("{link}: uses {}", words::count(used, "file")))
    });
    lines.collect()
}
