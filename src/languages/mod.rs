//! Languages: from bytes to [`Outline`]s, from manifests to [`Component`]s, from names to symbols.
//!
//! Tree-sitter stops here: what leaves this folder is made of `codebase` values only.
//! To add a language, write `languages/<id>/` and add one `mod` line and one entry of [`ALL`].

mod address;
mod calls;
pub mod csharp;
mod parser;
pub mod python;
pub mod typescript;

use std::collections::BTreeMap;

use crate::codebase::graph::{Dependency, FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, Outline, ReferenceKind};
use crate::codebase::{Component, Facts, LanguageId, RepoPath, SourceFile};
use crate::diagnostics::Diagnostic;

/// Every language, sorted by id.
pub static ALL: &[&dyn Language] = &[&csharp::CSharp, &python::Python, &typescript::TypeScript];

/// A language: how its files are read, how its projects are declared, how its names are resolved.
pub trait Language: Sync {
    /// The folder's name.
    fn id(&self) -> &'static str;

    /// The language id under which a file of this path is listed (`typescript`, `javascript`), if this language reads it.
    fn claims(&self, path: &RepoPath) -> Option<LanguageId>;

    /// Reads one file. Never fails: what the grammar cannot parse is counted in the outline.
    fn outline(&self, path: &RepoPath, text: &str) -> Outline;

    /// Whether [`Language::components`] and [`Language::resolver`] want this file's text: manifests, tsconfig,
    /// solution files, `Directory.Build.props`.
    fn is_project_file(&self, path: &RepoPath) -> bool;

    /// The components that project files declare. `files` are all files of the repository, so that a component's
    /// kind can be told from what lies in it. Ids need not be unique yet.
    fn components(&self, project: &ProjectFiles, files: &[SourceFile], facts: &[Facts]) -> Vec<Component>;

    /// What names mean, over all files of this language.
    fn resolver<'a>(&self, scope: Scope<'a>) -> Box<dyn Resolver + 'a>;
}

/// Texts of project files by path.
pub type ProjectFiles = BTreeMap<RepoPath, String>;

/// What a resolver may look at.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// All files of the repository, sorted by path.
    pub files: &'a [SourceFile],
    /// Their facts, in the same order.
    pub facts: &'a [Facts],
    /// All components.
    pub components: &'a [Component],
    /// Texts of project files.
    pub project: &'a ProjectFiles,
}

impl Scope<'_> {
    /// Index of the file at `path`.
    pub fn file_index(&self, path: &str) -> Option<FileIndex> {
        let found = self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok()?;
        u32::try_from(found).ok()
    }
}

/// What names mean. Says nothing where it does not know: an unresolved name is never guessed.
pub trait Resolver: Sync {
    /// The files that the import statements of `file` name, with the line of each (import edges: barrels are not
    /// seen through; C#, whose imports name namespaces, has none).
    fn imports(&self, file: FileIndex) -> Vec<(FileIndex, u32)>;

    /// The file that a module specifier names, as written in `file`.
    fn module(&self, file: FileIndex, specifier: &str) -> Option<FileIndex>;

    /// What a dotted name means at a place: in `file`, within the definition `enclosing`. Imports, re-exports,
    /// inheritance and visibility are seen through, to the definition itself.
    fn resolve(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved>;

    /// The same for a name used in a known way, where that decides between meanings: in C# a property may have the name
    /// of a type.
    fn resolve_as(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        _kind: ReferenceKind,
    ) -> Option<Resolved> {
        self.resolve(file, enclosing, name)
    }

    /// Calls that no name alone explains: of functions that variables, parameters or literals hold. `open` are the
    /// indices of the file's called names that mean nothing known; those that are explained are taken from it.
    fn calls(&self, _file: FileIndex, _open: &mut Vec<u32>) -> Vec<Dependency> {
        Vec::new()
    }

    /// What a call of a class runs besides, where that is a definition of its own.
    fn constructor(&self, _class: Symbol) -> Option<Symbol> {
        None
    }

    /// What project files ask for and the repository does not hold.
    fn diagnostics(&self) -> Vec<Diagnostic> {
        Vec::new()
    }
}

/// The meaning of a dotted name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The definition (or module) that the longest understood part of the name means.
    pub symbol: Symbol,
    /// How many parts at the name's end were not understood: `settings.API_PREFIX` with `settings` an instance of
    /// an unknown class leaves 1. Zero means that the whole name was resolved.
    pub rest: usize,
    /// Whether it was resolved by the name alone, unique and visible, without knowing the receiver's type.
    pub by_name: bool,
}
