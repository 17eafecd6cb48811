//! Output formats: from the [`Codebase`] and the accepted [`Drafts`] to files. Pure: nothing is written here.
//!
//! To add a format, write `output/<id>/` (and `templates/<id>/`) and add one `mod` line and one entry of [`ALL`].

pub mod area_map;
mod drawing;
pub mod endpoint_groups;
pub mod folder_map;
pub mod json;
pub mod keep;
pub mod key_files;
mod links;
pub mod markdown;
pub mod mermaid;
pub mod openapi;
mod schedule_words;
pub mod settings;
pub mod site;
pub mod state;
pub mod statements;
pub mod survey;
pub mod verify;
pub mod vocabulary;
pub mod words;

use crate::codebase::{Codebase, RepoPath};
use crate::plan::Drafts;

/// Every format, sorted by id.
pub static ALL: &[&dyn Format] = &[&markdown::Markdown, &openapi::OpenApi];

/// An output format.
pub trait Format: Sync {
    /// The folder's name.
    fn id(&self) -> &'static str;

    /// All files of this format, sorted by path.
    fn files(&self, input: &Input<'_>) -> Vec<OutputFile>;
}

/// What a format renders.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The facts.
    pub codebase: &'a Codebase,
    /// The model's checked words; empty without a model.
    pub drafts: &'a Drafts,
    /// Folder of the pages below the repository's root: `docs/docagent`. Links to source are relative to it.
    pub folder: &'a RepoPath,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Path below the output folder.
    pub path: RepoPath,
    /// Its text, with `\n` line ends and one at its end.
    pub text: String,
}

/// The files of all formats, which `gen` writes and the site is made from, sorted by path.
pub fn pages(input: &Input<'_>) -> Vec<OutputFile> {
    let mut files: Vec<OutputFile> = ALL.iter().flat_map(|format| format.files(input)).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
