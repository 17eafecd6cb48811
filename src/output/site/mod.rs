//! The site's source: the Markdown pages as an mdBook tree. Pure; `workspace::site` builds and publishes it.
//!
//! A site has no source beside it and no Mermaid in it: links to code lead to the code host, or become plain text
//! where none is known, and each diagram is drawn here, so that the site works without the network.

mod chapter;
mod host;
mod summary;

use super::OutputFile;
use super::verify::is_markdown;
use crate::codebase::RepoPath;
use crate::diagnostics::Diagnostic;

pub use host::CodeHost;

/// What a site is made from.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// Name of the system.
    pub title: &'a str,
    /// The Markdown format's files.
    pub pages: &'a [OutputFile],
    /// Folder of the pages below the repository's root.
    pub folder: &'a RepoPath,
    /// Where people read the code on the web, if that is known.
    pub host: Option<&'a CodeHost>,
}

/// The mdBook tree of a site, sorted by path, and the diagrams that could not be drawn.
pub fn book(site: &Site<'_>) -> (Vec<OutputFile>, Vec<Diagnostic>) {
    let mut notes = Vec::new();
    let mut files = vec![
        OutputFile { path: "book.toml".into(), text: book_toml(site) },
        OutputFile {
            path: "docagent.css".into(),
            text: include_str!("../../../templates/site/docagent.css").to_owned(),
        },
        OutputFile { path: "src/SUMMARY.md".into(), text: summary::summary(site.pages) },
    ];
    for page in site.pages {
        let text = if is_markdown(page) { chapter::chapter(site, page, &mut notes) } else { page.text.clone() };
        files.push(OutputFile { path: RepoPath::from("src").join(chapter_path(&page.path).as_str()), text });
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    (files, notes)
}

/// Where a page stands in the book: a folder's `README.md` is its index.
fn chapter_path(page: &RepoPath) -> RepoPath {
    if page.file_name() == "README.md" { page.folder().join("index.md") } else { page.clone() }
}

/// The book's settings. Preprocessors are off: `{{#include}}` in a page would read any file of the machine.
fn book_toml(site: &Site<'_>) -> String {
    let mut html = toml::Table::new();
    html.insert("additional-css".into(), toml::Value::Array(vec!["docagent.css".into()]));
    html.insert("no-section-label".into(), true.into());
    html.insert("preferred-dark-theme".into(), "navy".into());
    html.insert(
        "fold".into(),
        toml::Table::from_iter([("enable".into(), true.into()), ("level".into(), 1.into())]).into(),
    );
    if let Some(host) = site.host {
        html.insert("git-repository-url".into(), host.repository().into());
    }
    let book: toml::Table = [("title", site.title), ("language", "en"), ("src", "src")]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let build: toml::Table = [("create-missing", false), ("use-default-preprocessors", false)]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let output = toml::Table::from_iter([("html".to_owned(), html.into())]);
    toml::Table::from_iter([
        ("book".to_owned(), book.into()),
        ("build".to_owned(), build.into()),
        ("output".to_owned(), output.into()),
    ])
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_holds_settings_summary_chapters_and_other_files() {
        let file = |path: &str, text: &str| OutputFile { path: path.into(), text: text.to_owned() };
        let pages = [
            file("README.md", "# \"Shop\"\n"),
            file("api/openapi.json", "{}\n"),
            file("domains/README.md", "# Domains\n"),
        ];
        let folder = RepoPath::from("docs/docagent");
        let host = CodeHost::new("https://github.com/acme/shop", "abc");
        let site = Site { title: "The \"Shop\"", pages: &pages, folder: &folder, host: host.as_ref() };
        let (files, notes) = book(&site);
        assert_eq!(notes, []);
        let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let expected = [
            "book.toml",
            "docagent.css",
            "src/SUMMARY.md",
            "src/api/openapi.json",
            "src/domains/index.md",
            "src/index.md",
        ];
        assert_eq!(paths, expected);
        let settings: toml::Table = files[0].text.parse().unwrap();
        assert_eq!(settings["book"]["title"].as_str(), Some("The \"Shop\""));
        assert_eq!(settings["build"]["use-default-preprocessors"].as_bool(), Some(false));
        assert_eq!(settings["output"]["html"]["git-repository-url"].as_str(), Some("https://github.com/acme/shop"));
    }
}
