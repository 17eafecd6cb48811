//! Which files take part: those that shape the domains, and those that are put beside them afterwards.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::source::{Role, SourceFile};
use crate::codebase::{Facts, RepoPath};
use crate::languages;

use super::DomainInput;

/// Endings of files that show pages: they belong to a domain, but hold too little to shape one.
const VIEWS: [&str; 12] =
    ["astro", "cshtml", "ejs", "handlebars", "hbs", "html", "jinja", "jinja2", "pug", "razor", "svelte", "vue"];

/// Folders of files that browsers load as they are.
const ASSETS: [&str; 10] =
    ["assets", "lib", "libs", "public", "static", "third_party", "third-party", "vendor", "vendors", "wwwroot"];

/// Folders that hold copies of other people's libraries, a folder each.
const LIBRARIES: [&str; 8] =
    ["lib", "libs", "third_party", "third-party", "thirdparty", "vendor", "vendored", "vendors"];
/// Copies with a licence of their own, of which a folder is taken to hold nothing but copies.
const COPIES_MIN: usize = 3;

/// A file that takes part, by its place in [`Roster::members`].
pub(super) type Member = usize;

/// The files that take part, sorted by path.
#[derive(Debug, Default)]
pub(super) struct Roster {
    /// Their indices in the list of files.
    pub(super) members: Vec<usize>,
    /// Whether they shape the domains; the others are put beside them afterwards.
    pub(super) shaping: Vec<bool>,
    /// Whether they are copies of other people's code, which belong to no domain.
    pub(super) foreign: Vec<bool>,
    member_of_file: Vec<Option<Member>>,
}

impl Roster {
    /// Chooses among all files.
    pub(super) fn of(input: &DomainInput) -> Self {
        let mut roster = Self { member_of_file: vec![None; input.files.len()], ..Self::default() };
        let none = Facts::default();
        let mut linked = vec![false; input.files.len()];
        for (from, to, ..) in input.graph.file_edges() {
            for end in [from, to] {
                if let Some(linked) = linked.get_mut(end as usize) {
                    *linked = true;
                }
            }
        }
        let copies = copies(input);
        for (index, file) in input.files.iter().enumerate() {
            let facts = input.facts.get(index).unwrap_or(&none);
            if takes_part(file) && (linked[index] || !is_asset(&file.path)) {
                roster.member_of_file[index] = Some(roster.members.len());
                roster.members.push(index);
                let foreign = copies.iter().any(|folder| file.path.is_under(folder));
                roster.foreign.push(foreign);
                roster.shaping.push(!foreign && shapes(file, facts));
            }
        }
        roster
    }

    /// Number of members.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// The member that stands for a file.
    pub(super) fn member(&self, file: usize) -> Option<Member> {
        self.member_of_file.get(file).copied().flatten()
    }
}

/// Folders of libraries that were copied in: below a folder for such, with a licence of their own. Where several are,
/// their siblings are copies too.
fn copies(input: &DomainInput) -> BTreeSet<RepoPath> {
    let is_licence = |file: &&SourceFile| {
        let name = file.path.stem().to_ascii_lowercase();
        matches!(name.as_str(), "license" | "licence" | "copying")
    };
    let is_component = |folder: &RepoPath| input.components.iter().any(|component| component.path == *folder);
    let mut copies: BTreeSet<RepoPath> = BTreeSet::new();
    let mut beside: BTreeMap<RepoPath, usize> = BTreeMap::new();
    for licence in input.files.iter().filter(is_licence) {
        let folder = licence.path.folder();
        let above = folder.folder();
        if LIBRARIES.contains(&above.file_name()) && !is_component(&folder) {
            copies.insert(folder);
            *beside.entry(above).or_default() += 1;
        }
    }
    copies.extend(beside.into_iter().filter(|(_, count)| *count >= COPIES_MIN).map(|(folder, _)| folder));
    copies
}

fn takes_part(file: &SourceFile) -> bool {
    let code = languages::ALL.iter().any(|language| language.claims(&file.path).is_some());
    match file.role {
        Role::Source | Role::Test | Role::Generated => code || is_view(&file.path),
        Role::Other => is_view(&file.path),
        Role::Config => false,
    }
}

fn shapes(file: &SourceFile, facts: &Facts) -> bool {
    file.role == Role::Source
        && !is_view(&file.path)
        && !file.path.as_str().ends_with(".d.ts")
        && !is_migration(&file.path)
        && (!facts.outline.definitions.is_empty() || !facts.outline.references.is_empty())
}

fn is_migration(path: &RepoPath) -> bool {
    path.parts().any(|part| part.eq_ignore_ascii_case("migrations") || part.eq_ignore_ascii_case("alembic"))
}

/// A script among a site's assets; where no code imports it either, somebody else wrote it.
fn is_asset(path: &RepoPath) -> bool {
    matches!(path.extension(), "js" | "mjs" | "cjs") && path.parts().any(|part| ASSETS.contains(&part))
}

fn is_view(path: &RepoPath) -> bool {
    VIEWS.contains(&path.extension())
}
