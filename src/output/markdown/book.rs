//! The whole set of pages: which there are, where they lie, and the frame that all of them share.

use std::collections::BTreeMap;

use askama::Template;

use super::escape::{Md, url};
use super::links::Links;
use crate::codebase::{Codebase, Component, Domain, Endpoint, EndpointKind};
use crate::output::settings::{Settings, settings};
use crate::output::survey::Survey;
use crate::output::{Input, OutputFile};
use crate::plan::SectionId;

/// Everything that pages are made from.
pub(super) struct Book<'a> {
    pub(super) input: Input<'a>,
    pub(super) survey: Survey<'a>,
    /// Endpoints by the app that serves them.
    pub(super) apps: BTreeMap<&'a str, Vec<&'a Endpoint>>,
    pub(super) settings: Settings,
}

/// Titles of READMEs that do not name the system.
const EMPTY_TITLES: &[&str] = &[
    "about",
    "contents",
    "description",
    "documentation",
    "getting started",
    "introduction",
    "overview",
    "readme",
    "table of contents",
    "usage",
    "welcome",
];

/// The frame of a page.
#[derive(Template)]
#[template(path = "markdown/page.md", escape = "none")]
struct Frame<'a> {
    breadcrumb: Md,
    title: Md,
    body: &'a str,
    definitions: Md,
}

impl<'a> Book<'a> {
    pub(super) fn new(input: Input<'a>) -> Self {
        let survey = Survey::new(input.codebase);
        let mut apps: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
        for endpoint in &input.codebase.endpoints {
            apps.entry(endpoint.app.as_str()).or_default().push(endpoint);
        }
        let settings = settings(&survey);
        Self { input, survey, apps, settings }
    }

    pub(super) fn codebase(&self) -> &'a Codebase {
        self.input.codebase
    }

    /// Links of the page at `path`.
    pub(super) fn links(&self, path: &str) -> Links {
        Links::new(self.input.folder, &path.into())
    }

    /// The page at `path`: breadcrumb over the pages `above` it (below the first), title, body, and the definitions of its links.
    pub(super) fn finish(
        &self,
        path: &str,
        above: &[(&str, &str)],
        title: &str,
        body: &impl Template,
        links: &Links,
    ) -> OutputFile {
        let root = (path != "README.md").then(|| (self.name(), "README.md"));
        let mut crumbs: Vec<Md> =
            root.iter().chain(above).map(|(title, page)| links.page(&Md::text(title), page)).collect();
        if !crumbs.is_empty() {
            crumbs.push(Md::text(title));
        }
        let body = render(body);
        let frame = Frame {
            breadcrumb: Md::join(&crumbs, " › "),
            title: Md::text(title),
            body: &body,
            definitions: links.definitions(),
        };
        OutputFile { path: path.into(), text: tidy(&render(&frame)) }
    }

    /// The name of the system, as its README or folder has it.
    pub(super) fn title(&self) -> &'a str {
        let title = self.codebase().about.title.as_deref().unwrap_or_default().trim();
        let says_nothing = title.is_empty() || EMPTY_TITLES.contains(&title.to_lowercase().as_str());
        if says_nothing || title.chars().count() > 60 { &self.codebase().name } else { title }
    }

    /// The name of the system where space is short: breadcrumbs and diagrams.
    pub(super) fn name(&self) -> &'a str {
        let title = self.title();
        if title.chars().count() > 30 { &self.codebase().name } else { title }
    }

    /// The name of a domain, in the model's words where it has some.
    pub(super) fn domain_name<'b>(&'b self, domain: &'b Domain) -> &'b str {
        let draft = self.input.drafts.get(&SectionId::domain(&domain.id));
        let name = draft.and_then(|draft| draft.claims("name").first());
        name.map_or(domain.name.as_str(), |claim| claim.text.as_str())
    }

    /// The name of a component, with its folder where two have the same name.
    pub(super) fn component_name(&self, component: &Component) -> String {
        let same = self.codebase().components.iter().filter(|other| other.name == component.name).count();
        match component.path.as_str() {
            _ if same < 2 => component.name.clone(),
            "" => format!("{} (top folder)", component.name),
            path => format!("{} ({path})", component.name),
        }
    }

    /// The name of an app.
    pub(super) fn app_name(&self, app: &'a str) -> &'a str {
        match self.codebase().component(app) {
            Some(component) => &component.name,
            None if app.is_empty() => &self.codebase().name,
            None => app,
        }
    }

    /// A link to a component's row, or its name if components have no page of their own.
    pub(super) fn component(&self, id: &str, links: &Links) -> Md {
        let name = self.codebase().component(id).map(|component| self.component_name(component));
        let name = Md::text(name.as_deref().unwrap_or(id));
        links.page(&name, "architecture.md#components")
    }

    /// A link to the domain at this position.
    pub(super) fn domain_at(&self, position: usize, links: &Links) -> Md {
        self.codebase().domains.domains.get(position).map(|domain| domain_link(self, domain, links)).unwrap_or_default()
    }
}

/// A link to a domain's page.
pub(super) fn domain_link(book: &Book<'_>, domain: &Domain, links: &Links) -> Md {
    links.page(&Md::text(book.domain_name(domain)), &domain_page(domain))
}

/// The page of a domain.
pub(super) fn domain_page(domain: &Domain) -> String {
    format!("domains/{}.md", file_name(&domain.id))
}

/// The page of an app's endpoints.
pub(super) fn app_page(app: &str) -> String {
    format!("api/{}.md", file_name(app))
}

/// An id as a file name.
pub(super) fn file_name(id: &str) -> String {
    let name: String = id
        .chars()
        .map(|character| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '-' })
        .collect();
    let name = name.trim_matches(['-', '.']).to_owned();
    // `README.md` is the folder's own page.
    if name.is_empty() || name.eq_ignore_ascii_case("readme") { format!("app-{name}") } else { url(&name) }
}

/// Whether a component runs by itself.
pub(super) fn runs(component: &Component) -> bool {
    use crate::codebase::ComponentKind::{Executable, Frontend, Service};
    matches!(component.kind, Service | Executable | Frontend)
}

/// Whether an endpoint is part of the API proper.
pub(super) fn is_api(endpoint: &Endpoint) -> bool {
    !matches!(endpoint.kind, EndpointKind::Page | EndpointKind::Health | EndpointKind::Framework)
}

pub(super) fn render(template: &impl Template) -> String {
    template.render().expect("a template writes to a string and calls nothing that can fail")
}

/// No trailing spaces, no two empty lines in a row, one line end at the end.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    while tidy.ends_with("\n\n") {
        tidy.pop();
    }
    tidy
}
