//! What a file can see: projects it may use, namespaces it has in use.

use std::collections::BTreeSet;

use thin_vec::ThinVec;

use crate::codebase::Atom;

use crate::codebase::graph::FileIndex;
use crate::codebase::outline::{Import, Taken};
use crate::codebase::{Component, ComponentKind, RepoPath};

use super::super::super::Scope;
use super::super::project::{self, Project};
use super::index::{join, outward};

/// Namespaces, classes and names that a file has in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Usings {
    pub(super) namespaces: ThinVec<Atom>,
    pub(super) statics: ThinVec<Atom>,
    pub(super) aliases: ThinVec<(Atom, Atom)>,
}

impl Usings {
    fn add(&mut self, import: &Import) {
        match &import.taken {
            Taken::Module(alias) => self.aliases.push((alias.clone(), import.module.clone())),
            _ if import.has_flag("static") => self.statics.push(import.module.clone()),
            _ => self.namespaces.push(import.module.clone()),
        }
    }

    fn extend(&mut self, other: &Self) {
        self.namespaces.extend(other.namespaces.iter().cloned());
        self.statics.extend(other.statics.iter().cloned());
        self.aliases.extend(other.aliases.iter().cloned());
    }
}

/// Visibility over a repository.
pub(super) struct Reach {
    /// For each file, the index of its project.
    project_of: Vec<Option<usize>>,
    /// For each project, the projects that it references, directly or through others.
    closures: Vec<BTreeSet<usize>>,
    usings: Vec<Usings>,
    /// For each Razor file, the namespace of its component class.
    razor_namespaces: ThinVec<Atom>,
}

impl Reach {
    pub(super) fn new(scope: Scope<'_>) -> Self {
        let projects = project::projects(scope.project);
        let project_of: Vec<Option<usize>> =
            scope.files.iter().map(|file| nearest(&projects, scope.components, &file.path)).collect();
        let closures = closures(&projects);
        let usings = usings(scope, &projects, &project_of);
        let razor_namespaces = scope
            .files
            .iter()
            .zip(&project_of)
            .map(|(file, project)| {
                if file.language.as_str() != "razor" {
                    return Atom::default();
                }
                project
                    .and_then(|index| projects.get(index))
                    .map(|project| razor_namespace(project, &file.path))
                    .unwrap_or_default()
            })
            .collect();
        Self { project_of, closures, usings, razor_namespaces }
    }

    /// Drops namespaces in which the repository declares nothing, and spells out those that are written from where they
    /// stand: `using Models;` within `namespace Shop;`.
    pub(super) fn keep_known(&mut self, scope: Scope<'_>, is_known: impl Fn(&str) -> bool) {
        for (usings, facts) in self.usings.iter_mut().zip(scope.facts) {
            let home = facts.outline.definitions.first().map(|first| first.namespace.clone()).unwrap_or_default();
            let spelt = |name: Atom| {
                if is_known(&name) {
                    return Some(name);
                }
                outward(&home)
                    .filter(|level| !level.is_empty())
                    .map(|level| join(level, &name))
                    .find(|name| is_known(name))
            };
            usings.namespaces = std::mem::take(&mut usings.namespaces).into_iter().filter_map(spelt).collect();
            usings.namespaces.sort();
            usings.namespaces.dedup();
        }
    }

    /// The project of a file.
    pub(super) fn project(&self, file: FileIndex) -> Option<usize> {
        self.project_of.get(file as usize).copied().flatten()
    }

    /// Whether names of `target` can be used in `file`. Files of no project are in nobody's way.
    pub(super) fn sees(&self, file: FileIndex, target: FileIndex) -> bool {
        match (self.project(file), self.project(target)) {
            (Some(from), Some(to)) => {
                from == to || self.closures.get(from).is_some_and(|closure| closure.contains(&to))
            }
            _ => true,
        }
    }

    pub(super) fn usings(&self, file: FileIndex) -> &Usings {
        static NONE: Usings = Usings { namespaces: ThinVec::new(), statics: ThinVec::new(), aliases: ThinVec::new() };
        self.usings.get(file as usize).unwrap_or(&NONE)
    }

    /// The namespace in which a Razor file's class lies.
    pub(super) fn razor_namespace(&self, file: FileIndex) -> Atom {
        self.razor_namespaces.get(file as usize).cloned().unwrap_or_default()
    }
}

/// The project with the nearest folder above a file, unless another language's project lies between.
fn nearest(projects: &[Project], components: &[Component], path: &RepoPath) -> Option<usize> {
    let above = projects.iter().enumerate().filter(|(_, project)| path.is_under(&project.manifest.folder()));
    let (index, project) = above.max_by_key(|(_, project)| project.manifest.folder().as_str().len())?;
    let length = project.manifest.folder().as_str().len();
    let between = components.iter().any(|component| {
        component.kind != ComponentKind::Workspace
            && component.manifest.extension() == "csproj"
            && component.path.as_str().len() > length
            && path.is_under(&component.path)
    });
    (!between).then_some(index)
}

fn closures(projects: &[Project]) -> Vec<BTreeSet<usize>> {
    let index_of = |path: &RepoPath| projects.iter().position(|project| project.manifest == *path);
    let direct: Vec<Vec<usize>> =
        projects.iter().map(|project| project.references.iter().filter_map(index_of).collect()).collect();
    let closure = |start: usize| {
        let mut seen = BTreeSet::new();
        let mut next = direct.get(start).cloned().unwrap_or_default();
        while let Some(index) = next.pop() {
            if seen.insert(index) {
                next.extend(direct.get(index).into_iter().flatten().copied());
            }
        }
        seen
    };
    (0..projects.len()).map(closure).collect()
}

fn usings(scope: Scope<'_>, projects: &[Project], project_of: &[Option<usize>]) -> Vec<Usings> {
    let mut global: Vec<Usings> = projects
        .iter()
        .map(|project| Usings { namespaces: project.usings.iter().map(Atom::new).collect(), ..Usings::default() })
        .collect();
    let mut orphan = Usings::default();
    for (facts, project) in scope.facts.iter().zip(project_of) {
        for import in facts.outline.imports.iter().filter(|import| import.has_flag("global")) {
            project.and_then(|index| global.get_mut(index)).unwrap_or(&mut orphan).add(import);
        }
    }
    let shared: Vec<(RepoPath, Usings)> = razor_imports(scope);
    let files = scope.files.iter().zip(scope.facts).zip(project_of);
    files
        .map(|((file, facts), project)| {
            let mut usings = Usings::default();
            if !matches!(file.language.as_str(), "csharp" | "razor") {
                return usings;
            }
            facts
                .outline
                .imports
                .iter()
                .filter(|import| !import.has_flag("global"))
                .for_each(|import| usings.add(import));
            usings.extend(project.and_then(|index| global.get(index)).unwrap_or(&orphan));
            if file.language.as_str() == "razor" {
                shared
                    .iter()
                    .filter(|(folder, _)| file.path.is_under(folder))
                    .for_each(|(_, above)| usings.extend(above));
            }
            usings
        })
        .collect()
}

/// Usings that `_ViewImports.cshtml` and `_Imports.razor` share with everything below their folders.
fn razor_imports(scope: Scope<'_>) -> Vec<(RepoPath, Usings)> {
    let files = scope.files.iter().zip(scope.facts);
    let shared = files.filter(|(file, _)| matches!(file.path.file_name(), "_ViewImports.cshtml" | "_Imports.razor"));
    shared
        .map(|(file, facts)| {
            let mut usings = Usings::default();
            facts.outline.imports.iter().for_each(|import| usings.add(import));
            (file.path.folder(), usings)
        })
        .collect()
}

/// Root namespace and folders: `Shop.Web.Components.Pages`.
fn razor_namespace(project: &Project, path: &RepoPath) -> Atom {
    let root = project.manifest.folder();
    let folder = path.folder();
    let below = folder.as_str().strip_prefix(root.as_str()).unwrap_or_default();
    let mut namespace = project.root_namespace.clone();
    for part in below.split('/').filter(|part| !part.is_empty()) {
        namespace.push('.');
        namespace.push_str(&part.replace(['-', ' '], "_"));
    }
    Atom::from(namespace)
}
