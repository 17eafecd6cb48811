//! `api/README.md` and `api/<app>.md`: every endpoint of each app, with pages and health checks apart.

use askama::Template;

use super::book::{Book, app_page, domain_link, is_api};
use super::cells::{endpoint_counts, endpoint_table, handler};
use super::escape::{Anchors, Md, slug};
use super::exchange;
use super::links::Links;
use super::table::Table;
use crate::codebase::{Atom, Domain, Endpoint, EndpointKind, Place};
use crate::output::OutputFile;
use crate::output::endpoint_groups::group_by_path;
use crate::output::{openapi, words};

#[derive(Template)]
#[template(path = "markdown/api_overview.md", escape = "none")]
struct Overview {
    apps: Table,
    domains: Table,
    document: Md,
}

#[derive(Template)]
#[template(path = "markdown/api.md", escape = "none")]
struct Api {
    counts: Md,
    auth: Option<Md>,
    contents: Table,
    groups: Vec<Group>,
    others: Vec<Group>,
    operations: Vec<Operations>,
    comparisons: Vec<Compared>,
}

/// What stands behind one endpoint that serves many operations.
struct Operations {
    heading: Md,
    table: Table,
}

/// A description of the API in the repository, beside the code.
struct Compared {
    heading: Md,
    agreed: Md,
    not_in_code: Table,
    not_described: Table,
}

/// Endpoints under one heading.
struct Group {
    heading: Md,
    note: Md,
    endpoints: Table,
}

/// The overview and a page for each app; none without endpoints.
pub(super) fn pages(book: &Book<'_>) -> Vec<OutputFile> {
    if book.apps.is_empty() {
        return Vec::new();
    }
    let mut pages: Vec<OutputFile> = book.apps.iter().map(|(app, endpoints)| page(book, app, endpoints)).collect();
    pages.push(overview(book));
    pages
}

fn overview(book: &Book<'_>) -> OutputFile {
    let path = "api/README.md";
    let links = book.links(path);
    let rows = book.apps.iter().map(|(app, endpoints)| {
        let api: Vec<&Endpoint> = endpoints.iter().copied().filter(|endpoint| is_api(endpoint)).collect();
        let mut frameworks: Vec<&str> = endpoints.iter().map(|endpoint| endpoint.framework.as_str()).collect();
        frameworks.sort_unstable();
        frameworks.dedup();
        [
            links.page(&Md::text(book.app_name(app)), &app_page(app)),
            Md::text(&endpoint_counts(endpoints)),
            Md::text(&auth_counts(&api).unwrap_or_default()),
            Md::text(&frameworks.join(", ")),
        ]
    });
    let body = Overview {
        apps: Table::new(["App", "Endpoints", "Who may call", "Framework"], rows),
        domains: by_domain(book, &links),
        document: if openapi::apps(book.codebase()).is_empty() {
            Md::default()
        } else {
            Md::link(&Md::code("openapi.json"), "openapi.json")
        },
    };
    book.finish(path, &[], "API", &body, &links)
}

/// How many endpoints of which app each domain answers.
fn by_domain(book: &Book<'_>, links: &Links) -> Table {
    let domains = &book.codebase().domains.domains;
    let rows = domains.iter().filter_map(|domain| {
        let of_app = |(app, endpoints): (&&str, &Vec<&Endpoint>)| {
            let own = endpoints.iter().filter(|it| is_api(it) && it.domain.as_ref() == Some(&domain.id)).count();
            (own > 0).then(|| {
                Md::markdown(format!("{own} of {}", links.page(&Md::text(book.app_name(app)), &app_page(app))))
            })
        };
        let counts: Vec<Md> = book.apps.iter().filter_map(of_app).collect();
        (!counts.is_empty()).then(|| [domain_link(book, domain, links), Md::join(&counts, ", ")])
    });
    Table::new(["Domain", "Endpoints"], rows.collect::<Vec<_>>())
}

fn page(book: &Book<'_>, app: &str, endpoints: &[&Endpoint]) -> OutputFile {
    let path = app_page(app);
    let mut links = book.links(&path);
    let api: Vec<&Endpoint> = endpoints.iter().copied().filter(|endpoint| is_api(endpoint)).collect();
    let by_path = group_by_path(&api);
    let name = book.app_name(app);
    let mut anchors = Anchors::default();
    anchors.next(name);
    let mut contents: Vec<[Md; 3]> = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    for (start, group) in &by_path {
        let (text, heading) = heading(start);
        let target = format!("#{}", anchors.next(text));
        let domains = domains_of(book, group, &links);
        contents.push([Md::link(&heading, &target), Md::text(&group.len().to_string()), domains]);
        groups.push(Group { heading, note: Md::default(), endpoints: endpoint_table(book, group, &mut links) });
    }
    let contents = Table::new(["Path", "Endpoints", "Domain"], contents);
    let others = [
        (EndpointKind::Page, "Pages", "Shown by a browser."),
        (EndpointKind::Health, "Health checks", "Asked by whatever watches the system."),
        (EndpointKind::Framework, "Made by the framework", "No code of this repository answers these."),
    ]
    .into_iter()
    .filter_map(|(kind, heading, note)| {
        let own: Vec<&Endpoint> = endpoints.iter().copied().filter(|endpoint| endpoint.kind == kind).collect();
        let group = || Group {
            heading: Md::text(heading),
            note: Md::text(note),
            endpoints: endpoint_table(book, &own, &mut links),
        };
        (!own.is_empty()).then(group)
    })
    .collect::<Vec<_>>();
    let body = Api {
        counts: Md::text(&endpoint_counts(endpoints)),
        auth: auth_counts(&api).map(|text| Md::text(&text)),
        contents: if groups.len() > 3 { contents } else { Table::default() },
        groups,
        others,
        operations: endpoints
            .iter()
            .filter(|endpoint| !endpoint.operations.is_empty())
            .map(|endpoint| Operations {
                heading: Md::markdown(format!("Operations of {}", Md::code(&endpoint.key()))),
                table: exchange::operations(endpoint, &mut links),
            })
            .collect(),
        comparisons: comparisons(book, app, endpoints, &mut links),
    };
    book.finish(&path, &[("API", "api/README.md")], name, &body, &links)
}

/// What descriptions of this app's API say otherwise than the code.
fn comparisons(book: &Book<'_>, app: &str, endpoints: &[&Endpoint], links: &mut Links) -> Vec<Compared> {
    let own = book.codebase().comparisons.iter().filter(|comparison| comparison.app == app);
    let mut compared = Vec::new();
    for comparison in own {
        let file = links.cite_file(&Md::code(comparison.file.as_str()), &comparison.file);
        let total = comparison.agreed + comparison.not_in_code.len();
        let agreed = format!(
            "The code has {} of the {} that {file} describes.",
            comparison.agreed,
            words::count(total, "request")
        );
        let described = comparison.not_in_code.iter().map(|it| {
            let place = Place::line(comparison.file.clone(), it.line);
            let key = format!("{} {}", it.method, it.path);
            [links.cite(&Md::code(&key), &format!("description of {key}"), &place)]
        });
        let not_in_code = Table::new(["Described, not found in the code"], described.collect::<Vec<_>>());
        let missing = comparison.not_described.iter().filter_map(|key| {
            let endpoint = endpoints.iter().find(|endpoint| endpoint.key() == *key)?;
            Some([Md::code(key), handler(endpoint, links)])
        });
        let not_described = Table::new(["In the code, not described", "Code"], missing.collect::<Vec<_>>());
        let heading = Md::markdown(format!("Compared with {}", Md::code(comparison.file.file_name())));
        compared.push(Compared { heading, agreed: Md::markdown(agreed), not_in_code, not_described });
    }
    compared
}

/// The heading of a group, as text and as Markdown. A path without letters has no anchor of its own.
fn heading(start: &str) -> (&str, Md) {
    match start {
        "/" => ("Root", Md::literal("Root")),
        start if slug(start).is_empty() => ("Paths made at run time", Md::literal("Paths made at run time")),
        start => (start, Md::code(start)),
    }
}

fn domains_of(book: &Book<'_>, endpoints: &[&Endpoint], links: &Links) -> Md {
    let mut domains: Vec<&Domain> = Vec::new();
    for endpoint in endpoints {
        let domain = endpoint.domain.as_deref().and_then(|id| book.codebase().domains.get(id));
        if let Some(domain) = domain.filter(|domain| !domains.contains(domain)) {
            domains.push(domain);
        }
    }
    let linked: Vec<Md> = domains.into_iter().map(|domain| domain_link(book, domain, links)).collect();
    Md::join(&linked, ", ")
}

/// `12 for signed-in callers (roles Administrators), 5 for anyone, 3 not determined`; `None` if nothing is known.
fn auth_counts(endpoints: &[&Endpoint]) -> Option<String> {
    let (mut signed_in, mut open, mut unknown) = (0, 0, 0);
    let mut roles: Vec<&str> = Vec::new();
    for endpoint in endpoints {
        match &endpoint.auth {
            Some(auth) if auth.required => {
                signed_in += 1;
                roles.extend(auth.roles.iter().map(Atom::as_str));
            }
            Some(_) => open += 1,
            None => unknown += 1,
        }
    }
    roles.sort_unstable();
    roles.dedup();
    let roles = if roles.is_empty() { String::new() } else { format!(" (roles {})", words::list(&roles)) };
    let counts = [
        (signed_in, format!("for signed-in callers{roles}")),
        (open, "for anyone".to_owned()),
        (unknown, "not determined".to_owned()),
    ];
    let shown: Vec<String> =
        counts.iter().filter(|(number, _)| *number > 0).map(|(number, text)| format!("{number} {text}")).collect();
    (signed_in + open > 0).then(|| words::list(&shown))
}
