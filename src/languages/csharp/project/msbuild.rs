//! One `MSBuild` file: what a `.csproj` or `.props` file says, conditions taken as met.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use crate::codebase::RepoPath;

/// A declared package or package version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Declared {
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// Needed to build only: `PrivateAssets="all"`.
    pub(super) private: bool,
    pub(super) line: u32,
}

/// One `MSBuild` file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) sdk: String,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) references: Vec<String>,
    pub(super) frameworks: Vec<String>,
    pub(super) packages: Vec<Declared>,
    /// Central versions (`PackageVersion`).
    pub(super) versions: Vec<Declared>,
    pub(super) usings: Vec<String>,
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
            "ProjectReference" => self.references.extend(include.map(str::to_owned)),
            "FrameworkReference" => self.frameworks.extend(include.map(str::to_owned)),
            "PackageReference" => self.packages.extend(include.map(|include| declared(document, node, include))),
            "PackageVersion" => self.versions.extend(include.map(|include| declared(document, node, include))),
            // packages.config
            "package" => self.packages.extend(node.attribute("id").map(|id| declared(document, node, id))),
            "Using" if node.attribute("Static").is_none() && node.attribute("Alias").is_none() => {
                self.usings.extend(include.map(str::to_owned));
            }
            _ if node.parent_element().is_some_and(|parent| parent.tag_name().name() == "PropertyGroup") => {
                let text = node.text().unwrap_or_default().trim();
                self.properties.insert(name.to_owned(), text.to_owned());
            }
            _ => {}
        }
    }

    pub(super) fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub(super) fn is_true(&self, name: &str) -> bool {
        self.property(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("enable"))
    }
}

fn declared(document: &Document<'_>, node: Node<'_, '_>, name: &str) -> Declared {
    let child =
        |name: &str| node.children().find(|child| child.tag_name().name() == name).and_then(|child| child.text());
    let stated = |name: &str| node.attribute(name).or_else(|| child(name)).map(str::trim);
    let version = stated("Version").or_else(|| stated("version")).or_else(|| stated("VersionOverride"));
    Declared {
        name: name.to_owned(),
        version: version.map(str::to_owned),
        private: stated("PrivateAssets").is_some_and(|assets| assets.eq_ignore_ascii_case("all")),
        line: document.text_pos_at(node.range().start).row,
    }
}

/// The file that a reference means, from the folder of the file that makes it.
pub(super) fn target(folder: &RepoPath, reference: &str) -> RepoPath {
    let reference = reference.replace('\\', "/");
    let reference =
        reference.trim_start_matches("$(MSBuildThisFileDirectory)").trim_start_matches("$(MSBuildProjectDirectory)/");
    folder.join(reference)
}
