//! Small pieces that several pages show alike.

use super::book::{Book, is_api};
use super::claims::plain;
use super::escape::Md;
use super::exchange;
use super::links::Links;
use super::table::Table;
use crate::codebase::{Auth, Component, ComponentKind, Domain, Endpoint, EndpointKind, LanguageId, Place, RepoPath};
use crate::output::area_map::Example;
use crate::output::endpoint_groups::count_beginnings;
use crate::output::key_files::{actions, endpoint_words, key_files, key_types, top_definitions};
use crate::output::words;
use crate::plan::{SectionId, endpoint_claims};

/// A table of endpoints.
pub(super) fn endpoint_table(book: &Book<'_>, endpoints: &[&Endpoint], links: &mut Links) -> Table {
    let rows: Vec<[Md; 6]> = endpoints
        .iter()
        .map(|endpoint| {
            [
                Md::code(&endpoint.key()),
                what_it_does(book, endpoint),
                who_may_call(endpoint.auth.as_ref()),
                exchange::takes(endpoint),
                exchange::gives(endpoint),
                handler(endpoint, links),
            ]
        })
        .collect();
    Table::new(["Endpoint", "What it does", "Who may call", "Takes", "Gives", "Code"], rows)
}

fn what_it_does(book: &Book<'_>, endpoint: &Endpoint) -> Md {
    let drafted = endpoint_claims(book.input.drafts, &endpoint.app, &endpoint.key()).first();
    let words = drafted.map_or_else(|| Md::text(&endpoint_words(endpoint)), |claim| Md::prose(&claim.text));
    let notes = [(endpoint.exchange.deprecated, "deprecated"), (endpoint.conditional, "only under a condition")];
    let notes: Vec<&str> = notes.iter().filter(|(holds, _)| *holds).map(|(_, note)| *note).collect();
    if notes.is_empty() { words } else { Md::markdown(format!("{words} ({})", notes.join(", "))) }
}

/// A link to the code that answers.
pub(super) fn handler(endpoint: &Endpoint, links: &mut Links) -> Md {
    let symbol = endpoint.handler.symbol.as_str();
    if symbol.is_empty() {
        let shown = Md::code(endpoint.handler.file.file_name());
        return links.cite(&shown, &format!("handler of {}", endpoint.key()), &endpoint.handler.place());
    }
    links.cite(&Md::code(symbol), symbol, &endpoint.handler.place())
}

/// Who may call an endpoint; empty if the code does not say.
pub(super) fn who_may_call(auth: Option<&Auth>) -> Md {
    let Some(auth) = auth else { return Md::default() };
    if !auth.required {
        return Md::literal("anyone");
    }
    let mut needs = Vec::new();
    // Any of the roles will do; guards and policies must all let a caller through.
    for (noun, names, conjunction) in [("role ", &auth.roles, " or "), ("", &auth.policies, " and ")] {
        if !names.is_empty() {
            let names: Vec<Md> = names.iter().map(|name| Md::code(name)).collect();
            needs.push(format!("{noun}{}", Md::join(&names, conjunction)));
        }
    }
    let needs = if needs.is_empty() { String::new() } else { format!(": {}", needs.join(", ")) };
    Md::markdown(format!("signed in{needs}"))
}

/// `12 API endpoints, 3 pages and 1 health check`; empty for none.
pub(super) fn endpoint_counts(endpoints: &[&Endpoint]) -> String {
    let number = |kind| endpoints.iter().filter(|endpoint| endpoint.kind == kind).count();
    let counts = [
        (endpoints.iter().filter(|endpoint| is_api(endpoint)).count(), "API endpoint"),
        (number(EndpointKind::Page), "page"),
        (number(EndpointKind::Health), "health check"),
    ];
    let shown: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| words::count(*number, noun)).collect();
    words::list(&shown)
}

/// One sentence on a domain: the model's, or what the facts show.
pub(super) fn domain_sentence(book: &Book<'_>, domain: &Domain) -> Md {
    plain(book, &SectionId::domain(&domain.id), "purpose").unwrap_or_else(|| domain_facts(book, domain))
}

/// What the facts show of a domain, in a sentence or two.
pub(super) fn domain_facts(book: &Book<'_>, domain: &Domain) -> Md {
    let endpoints = book.survey.endpoints(domain);
    let mut parts = Vec::new();
    if !endpoints.is_empty() {
        let beginnings = count_beginnings(&endpoints);
        let mut by_size: Vec<(&String, &usize)> = beginnings.iter().collect();
        by_size.sort_by(|one, two| two.1.cmp(one.1).then(one.0.cmp(two.0)));
        let shown: Vec<String> = by_size.iter().take(3).map(|(path, _)| Md::code(path).to_string()).collect();
        let rest = if by_size.len() > 3 { " and elsewhere" } else { "" };
        let under = if rest.is_empty() { words::list(&shown) } else { shown.join(", ") };
        let counts = Md::text(&endpoint_counts(&endpoints));
        parts.push(format!("{counts} under {under}{rest}"));
    }
    let entities: Vec<&str> = book
        .codebase()
        .entities
        .iter()
        .filter(|entity| entity.domain.as_ref() == Some(&domain.id))
        .map(|entity| entity.name.as_str())
        .collect();
    if !entities.is_empty() {
        parts.push(format!("keeps {}", some_of(&entities, 4)));
    }
    if parts.is_empty() {
        parts.push(code_facts(book, domain));
    }
    let text = words::capitalise(&parts.join("; "));
    Md::markdown(format!("{text}."))
}

/// A few things that a domain can do.
pub(super) fn examples(book: &Book<'_>, domain: &Domain) -> Md {
    Md::text(&actions(&book.survey, domain, 5).join("; "))
}

/// How much code a domain has, and its main types or most used files.
fn code_facts(book: &Book<'_>, domain: &Domain) -> String {
    let files = book.survey.source_files(&domain.files);
    if files.is_empty() {
        return words::count(domain.files.len(), "file");
    }
    let number = words::count(files.len(), "source file");
    let types = key_types(&book.survey, &files, 4);
    let names: Vec<&str> = types.iter().map(|known| known.name.as_str()).collect();
    if !names.is_empty() {
        let types = if names.len() == 1 { "type" } else { "types" };
        return format!("{number}; main {types} {}", some_of(&names, 4));
    }
    let used = key_files(&book.survey, &files, 4);
    let telling = |stem: &&str| !matches!(*stem, "index" | "__init__" | "main" | "utils" | "types");
    let stems = used.iter().filter_map(|key| book.codebase().files.get(key.file)).map(|file| file.path.stem());
    let names: Vec<&str> = stems.filter(telling).collect();
    if names.is_empty() { number } else { format!("{number}; most used {}", some_of(&names, 4)) }
}

/// The first names in code letters, and how many more there are.
pub(super) fn some_of(names: &[&str], max: usize) -> String {
    let mut shown: Vec<String> = names.iter().take(max).map(|name| Md::code(name).to_string()).collect();
    if names.len() > max {
        shown.push(format!("{} more", names.len() - max));
    }
    words::list(&shown)
}

/// A link to the line that shows a dependency best.
pub(super) fn example(book: &Book<'_>, example: Example, links: &mut Links) -> Md {
    let (from, to) = (book.survey.path(example.from), book.survey.path(example.to));
    let shown = file_name(&from).and(&Md::literal(" uses ")).and(&file_name(&to));
    links.cite(&shown, &format!("uses {to}"), &Place::line(from, example.line))
}

/// A file by its name and its folder's: many files are called `index.ts`.
pub(super) fn file_name(path: &RepoPath) -> Md {
    let folder = path.folder();
    let shown = if folder.file_name().is_empty() {
        path.file_name().to_owned()
    } else {
        format!("{}/{}", folder.file_name(), path.file_name())
    };
    Md::code(&shown)
}

/// A link to a file, shown by its name.
pub(super) fn file_link(book: &Book<'_>, file: usize, links: &mut Links) -> Md {
    let Some(source) = book.codebase().files.get(file) else { return Md::default() };
    links.cite_file(&file_name(&source.path), &source.path)
}

/// What a file is for: its docs, or what it defines.
pub(super) fn file_words(book: &Book<'_>, file: usize, about: &str) -> Md {
    if !about.is_empty() {
        return Md::text(about);
    }
    let (names, more) = top_definitions(&book.survey, file, 3);
    let mut names: Vec<String> = names.iter().map(|name| Md::code(name).to_string()).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    if names.is_empty() { Md::default() } else { Md::markdown(format!("Defines {}", words::list(&names))) }
}

/// The name of a category of external systems.
pub(super) fn category_name(category: &str) -> String {
    let words = words::humanise(category);
    let spelt = words.split(' ').map(|word| match word.to_lowercase().as_str() {
        short @ ("ai" | "api" | "cdn" | "ci" | "dns" | "sms") => short.to_uppercase(),
        _ => word.to_owned(),
    });
    spelt.collect::<Vec<_>>().join(" ")
}

/// The word for a sort of component.
pub(super) const fn component_kind(component: &Component) -> &'static str {
    match component.kind {
        ComponentKind::Service => "service",
        ComponentKind::Executable => "program",
        ComponentKind::Frontend => "browser app",
        ComponentKind::Library => "library",
        ComponentKind::Test => "tests",
        ComponentKind::Workspace => "workspace",
    }
}

/// The name of a language as people write it.
pub(super) fn language_name(language: &LanguageId) -> String {
    match language.as_str() {
        "csharp" => "C#".to_owned(),
        "typescript" => "TypeScript".to_owned(),
        "javascript" => "JavaScript".to_owned(),
        other => words::capitalise(other),
    }
}

/// How many files use something; empty for none.
pub(super) fn users(number: u32) -> Md {
    if number == 0 { Md::default() } else { Md::text(&words::count(usize::try_from(number).unwrap_or(0), "file")) }
}
