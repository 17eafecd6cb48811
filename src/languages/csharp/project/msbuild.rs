//! One `MSBuild` file: what a `.csproj` or `.props` file says. Conditions are taken as met, but for those that ask for a
//! project's name.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};
use thin_vec::{ThinVec, thin_vec};

use crate::codebase::outline::{Import, Taken};
use crate::codebase::{Atom, RepoPath};

/// The property that holds a project's name.
const PROJECT_NAME: &str = "MSBuildProjectName";

/// A declared package or package version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// Needed to build only: `PrivateAssets="all"`.
    pub(super) private: bool,
    /// Under a condition, which is not evaluated.
    pub(super) conditional: bool,
    pub(super) line: u32,
}

/// A project that another one references.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ProjectReference {
    /// Its manifest, as written.
    pub(super) path: String,
    /// Whether code may use its types: not so with `ReferenceOutputAssembly="false"`.
    pub(super) gives_types: bool,
    /// Whether it is kept from the projects that reference this one: `PrivateAssets="all"`.
    pub(super) private: bool,
    /// `IsAspireProjectResource`, where it is said.
    pub(super) is_resource: Option<bool>,
}

/// One `MSBuild` file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sheet {
    pub(super) sdk: String,
    pub(super) properties: BTreeMap<String, String>,
    /// Conditions of properties that ask for the project's name.
    conditions: BTreeMap<String, String>,
    pub(super) references: Vec<ProjectReference>,
    /// Files that it takes in with `<Import Project="..">`.
    pub(super) imports: Vec<String>,
    /// Source files that it names itself: `<Compile Include="..\\Shared\\*.cs">`.
    pub(super) compiled: Vec<String>,
    pub(super) frameworks: Vec<String>,
    pub(super) packages: Vec<Declared>,
    /// Central versions (`PackageVersion`).
    pub(super) versions: Vec<Declared>,
    pub(super) usings: Vec<Import>,
    /// `<Using Remove="..">`.
    pub(super) unused: Vec<String>,
}

impl Sheet {
    /// Reads a file; what is no XML says nothing.
    pub(super) fn read(text: &str) -> Self {
        let mut sheet = Self::default();
        let Ok(document) = Document::parse(text.trim_start_matches('\u{feff}')) else { return sheet };
        let root = document.root_element();
        root.attribute("Sdk").unwrap_or_default().clone_into(&mut sheet.sdk);
        for node in root.descendants().filter(Node::is_element) {
            sheet.add(&document, node);
        }
        sheet
    }

    fn add(&mut self, document: &Document<'_>, node: Node<'_, '_>) {
        let name = node.tag_name().name();
        let include = node.attribute("Include").or_else(|| node.attribute("Update"));
        match name {
            "Sdk" => self.sdk = format!("{};{}", self.sdk, node.attribute("Name").unwrap_or_default()),
            "ProjectReference" => self.references.extend(include.map(|include| reference(node, include))),
            "Import" => self.imports.extend(node.attribute("Project").map(str::to_owned)),
            "Compile" => self.compiled.extend(node.attribute("Include").map(str::to_owned)),
            "FrameworkReference" => self.frameworks.extend(include.map(str::to_owned)),
            "PackageReference" | "GlobalPackageReference" => {
                self.packages.extend(include.map(|include| declared(document, node, include)));
            }
            "PackageVersion" => self.versions.extend(include.map(|include| declared(document, node, include))),
            // packages.config
            "package" => self.packages.extend(node.attribute("id").map(|id| declared(document, node, id))),
            "Using" => {
                self.usings.extend(include.map(|include| using(node, include)));
                self.unused.extend(node.attribute("Remove").map(str::to_owned));
            }
            _ if node.parent_element().is_some_and(|parent| parent.tag_name().name() == "PropertyGroup") => {
                let text = node.text().unwrap_or_default().trim();
                let conditions = [Some(node), node.parent_element()].into_iter().flatten();
                let mut conditions = conditions.filter_map(|node| node.attribute("Condition"));
                if let Some(condition) = conditions.find(|condition| condition.contains(PROJECT_NAME)) {
                    self.conditions.insert(name.to_owned(), condition.to_owned());
                }
                self.properties.insert(name.to_owned(), text.to_owned());
            }
            _ => {}
        }
    }

    /// The properties that hold for a project of this name.
    pub(super) fn properties_of(&self, project: &str) -> impl Iterator<Item = (&String, &String)> {
        let holds = |name: &str| self.conditions.get(name).is_none_or(|condition| names(condition, project));
        self.properties.iter().filter(move |(name, _)| holds(name))
    }

    pub(super) fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.property(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("enable"))
    }
}

/// Whether a condition such as `$(MSBuildProjectName.EndsWith('.Test'))` names a part of the project's name.
fn names(condition: &str, project: &str) -> bool {
    let asked = condition.split(PROJECT_NAME).skip(1);
    let mut parts = asked.filter_map(|rest| rest.split('\'').nth(1));
    parts.any(|part| !part.is_empty() && project.to_lowercase().contains(&part.to_lowercase()))
}

/// What an item says, as an attribute or as an element in it.
fn stated<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let child = || node.children().find(|child| child.tag_name().name() == name).and_then(|child| child.text());
    node.attribute(name).or_else(child).map(str::trim)
}

fn reference(node: Node<'_, '_>, path: &str) -> ProjectReference {
    let is = |name: &str, value: &str| stated(node, name).is_some_and(|stated| stated.eq_ignore_ascii_case(value));
    ProjectReference {
        path: path.to_owned(),
        gives_types: !is("ReferenceOutputAssembly", "false"),
        private: is("PrivateAssets", "all"),
        is_resource: stated(node, "IsAspireProjectResource").map(|stated| stated.eq_ignore_ascii_case("true")),
    }
}

fn using(node: Node<'_, '_>, name: &str) -> Import {
    let is_static = stated(node, "Static").is_some_and(|stated| stated.eq_ignore_ascii_case("true"));
    Import {
        module: Atom::new(name),
        taken: stated(node, "Alias").map_or(Taken::Nothing, |alias| Taken::Module(Atom::new(alias))),
        flags: if is_static { thin_vec![Atom::new("static")] } else { ThinVec::new() },
        ..Import::default()
    }
}

fn declared(document: &Document<'_>, node: Node<'_, '_>, name: &str) -> Declared {
    let version = ["Version", "version", "VersionOverride"].into_iter().find_map(|name| stated(node, name));
    Declared {
        name: name.to_owned(),
        version: version.map(str::to_owned),
        private: node.tag_name().name() == "GlobalPackageReference"
            || stated(node, "PrivateAssets").is_some_and(|assets| assets.eq_ignore_ascii_case("all")),
        conditional: [Some(node), node.parent_element()].into_iter().flatten().any(|it| it.has_attribute("Condition")),
        line: document.text_pos_at(node.range().start).row,
    }
}

/// The file that a reference means, from the folder of the file that makes it.
pub(super) fn target(folder: &RepoPath, reference: &str) -> RepoPath {
    let reference = reference.replace('\\', "/");
    let reference = reference
        .trim_start_matches("$(MSBuildThisFileDirectory)")
        .trim_start_matches("$(MSBuildProjectDirectory)")
        .trim_start_matches('/');
    folder.join(reference)
}
