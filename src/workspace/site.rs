//! Builds a site from its source and puts it in the place of the last one.

use std::fs;
use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use tempfile::TempDir;

use super::plain;
use crate::diagnostics::{Failure, FailureKind};
use crate::output::OutputFile;

/// Marks a folder as a site of ours, which the next run may replace.
const MARKER: &str = ".docagent-site";

/// Builds the mdBook tree `book` and publishes the site in `folder`. The last site stays until the new one is whole.
///
/// # Errors
/// A [`Failure`] of kind `Usage` if `folder` holds something that is not a site, of kind `Workspace` if it cannot be
/// written, of kind `Internal` if mdBook refuses the book.
pub fn publish(book: &[OutputFile], folder: &Path) -> Result<(), Failure> {
    refuse_other_content(folder)?;
    // Beside the site and not in the system's folder: only within one file system is a rename atomic.
    let parent = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| refused("create", parent, &error))?;
    let work = tempfile::Builder::new()
        .prefix(".docagent-site-")
        .tempdir_in(parent)
        .map_err(|error| refused("write to", parent, &error))?;
    write_all(book, work.path())?;
    let built = build(book, work.path())?;
    let marker = built.join(MARKER);
    fs::write(&marker, "This folder is replaced by `docagent site`.\n")
        .map_err(|error| refused("write", &marker, &error))?;
    swap(&built, folder, work)
}

/// A folder of somebody else's is never replaced.
fn refuse_other_content(folder: &Path) -> Result<(), Failure> {
    let holds_something = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(refused("open", folder, &error)),
    };
    if holds_something && !folder.join(MARKER).is_file() {
        let message = format!("`{}` holds files that are no site of docagent", folder.display());
        return Err(Failure::new(FailureKind::Usage, message).help("give an empty or a new folder: `--out DIR`"));
    }
    Ok(())
}

fn write_all(book: &[OutputFile], root: &Path) -> Result<(), Failure> {
    for file in book {
        let path = root.join(file.path.as_str());
        let folder = path.parent().unwrap_or(root);
        fs::create_dir_all(folder).map_err(|error| refused("create", folder, &error))?;
        fs::write(&path, &file.text).map_err(|error| refused("write", &path, &error))?;
    }
    Ok(())
}

/// Runs mdBook on the tree in `root` and gives the folder of the result.
fn build(book: &[OutputFile], root: &Path) -> Result<PathBuf, Failure> {
    let settings = book.iter().find(|file| file.path.as_str() == "book.toml");
    let settings = settings.map_or("", |file| file.text.as_str());
    // Not `MDBook::load`, which lets the environment change the settings.
    settings
        .parse::<Config>()
        .and_then(|config| MDBook::load_with_config(root, config))
        .and_then(|book| book.build().map(|()| book.build_dir_for("html")))
        .map_err(|error| Failure::new(FailureKind::Internal, format!("the site could not be built: {error:#}")))
}

/// Puts `new` in the place of `folder`; if that fails, what was there is put back, or kept in `work`.
fn swap(new: &Path, folder: &Path, work: TempDir) -> Result<(), Failure> {
    let aside = work.path().join("last");
    let had_one = match fs::rename(folder, &aside) {
        Ok(()) => true,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(refused("replace", folder, &error)),
    };
    let Err(error) = fs::rename(new, folder) else { return Ok(()) };
    if had_one && fs::rename(&aside, folder).is_err() {
        let message = format!("cannot replace `{}`: {}", folder.display(), plain(&error));
        let help = format!("what was there is now in `{}`", work.keep().join("last").display());
        return Err(Failure::new(FailureKind::Workspace, message).help(help));
    }
    Err(refused("replace", folder, &error))
}

fn refused(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Workspace, format!("cannot {what} `{}`: {}", path.display(), plain(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::RepoPath;
    use crate::output::site::{self, Site};

    fn book(heading: &str) -> Vec<OutputFile> {
        let page = |path: &str, text: String| OutputFile { path: path.into(), text };
        let diagram = "```mermaid\nflowchart LR\n  a[\"Web\"] --> b[(\"Orders\")]\n```\n";
        let pages = [
            page("README.md", format!("# {heading}\n\n[Basket](domains/basket.md)\n\n{diagram}\n{diagram}")),
            page("domains/basket.md", "# Basket\n\n{{#include ../../book.toml}} [up](../README.md)\n".to_owned()),
        ];
        let folder = RepoPath::from("docs/docagent");
        site::book(&Site { title: "Shop", pages: &pages, folder: &folder, host: None }).0
    }

    /// All files below `folder` with their text, sorted.
    fn tree(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push((path.clone(), fs::read(&path).unwrap())) }
            }
        }
        files.sort();
        files
    }

    #[test]
    fn a_site_is_whole_equal_for_equal_pages_and_replaced_by_the_next() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("a/site");
        publish(&book("First"), &folder).unwrap();
        let first = tree(&folder);
        publish(&book("First"), &folder).unwrap();
        assert!(first == tree(&folder), "two runs differ");

        let start = fs::read_to_string(folder.join("index.html")).unwrap();
        assert!(start.contains("First") && start.contains("href=\"domains/basket.html\""));
        assert_eq!(start.matches("<svg id=\"d-readme-md-").count(), 2);
        let basket = fs::read_to_string(folder.join("domains/basket.html")).unwrap();
        assert!(basket.contains("{{#include ../../book.toml}}") && basket.contains("href=\"../index.html\""));
        assert!(first.iter().any(|(path, _)| path.to_string_lossy().contains("searchindex")));

        publish(&book("Second"), &folder).unwrap();
        assert!(fs::read_to_string(folder.join("index.html")).unwrap().contains("Second"));
        assert_eq!(fs::read_dir(temp.path().join("a")).unwrap().count(), 1, "nothing is left beside the site");
    }

    #[test]
    fn a_folder_with_other_content_is_left_alone() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("thesis.txt"), "years of work").unwrap();
        let failure = publish(&book("First"), temp.path()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Usage);
        assert_eq!(tree(temp.path()).len(), 1);
    }
}
