//! The site's table of contents, in the order in which a newcomer reads.

use std::collections::BTreeMap;

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::chapter_path;
use crate::codebase::RepoPath;
use crate::output::OutputFile;
use crate::output::links::encoded;
use crate::output::verify::{MARKDOWN, is_markdown};

/// Pages and folders of the docs in reading order; what is not named here follows by path.
const READING_ORDER: [&str; 11] = [
    "README.md",
    "architecture.md",
    "domains",
    "flows",
    "api",
    "externals.md",
    "data",
    "operations.md",
    "security.md",
    "onboarding.md",
    "glossary.md",
];

/// mdBook's `SUMMARY.md`: a page a line, the pages of a folder below the folder's own.
pub(super) fn summary(pages: &[OutputFile]) -> String {
    let mut groups: BTreeMap<(usize, &str), Vec<&OutputFile>> = BTreeMap::new();
    for page in pages.iter().filter(|page| is_markdown(page)) {
        let top = page.path.parts().next().unwrap_or_default();
        let rank = READING_ORDER.iter().position(|name| *name == top).unwrap_or(READING_ORDER.len());
        groups.entry((rank, top)).or_default().push(page);
    }
    let mut lines = vec!["# Summary".to_owned(), String::new()];
    for ((_, top), mut group) in groups {
        let index = RepoPath::from(top).join("README.md");
        group.sort_by_key(|page| (page.path != index, &page.path));
        let in_folder = group.first().is_some_and(|page| page.path.as_str() != top);
        if in_folder && group.first().is_some_and(|page| page.path != index) {
            lines.push(format!("- [{}]()", escaped(top)));
        }
        for page in group {
            let indent = if in_folder && page.path != index { "  " } else { "" };
            let link = encoded(chapter_path(&page.path).as_str());
            lines.push(format!("{indent}- [{}]({link})", escaped(&title(page))));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

/// A page's first heading, or its file's name.
fn title(page: &OutputFile) -> String {
    let mut title = None;
    for event in Parser::new_ext(&page.text, MARKDOWN) {
        match (event, &mut title) {
            (Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }), None) => title = Some(String::new()),
            (Event::Text(text) | Event::Code(text), Some(title)) => title.push_str(&text),
            (Event::End(TagEnd::Heading(_)), Some(_)) => break,
            _ => {}
        }
    }
    title.filter(|title| !title.trim().is_empty()).unwrap_or_else(|| page.path.stem().to_owned())
}

/// `text` with everything escaped that Markdown might read.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| c.is_ascii_punctuation().then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newcomers_read_from_the_top() {
        let pages: Vec<OutputFile> = [
            ("README.md", "# Shop [beta]\n"),
            ("api/README.md", "# Endpoints\n"),
            ("api/web.md", "# `Web`\n"),
            ("architecture.md", "text without a heading\n"),
            ("data/shop db.md", "# Shop database\n"),
            ("domains/README.md", "# Domains\n"),
            ("domains/basket.md", "intro\n\n# Basket\n\n# Second\n"),
            ("llms.txt", "# Shop\n"),
            ("zebra.md", "# Zebra\n"),
        ]
        .map(|(path, text)| OutputFile { path: path.into(), text: text.to_owned() })
        .into();
        let expected = "# Summary\n\n\
            - [Shop \\[beta\\]](index.md)\n\
            - [architecture](architecture.md)\n\
            - [Domains](domains/index.md)\n  - [Basket](domains/basket.md)\n\
            - [Endpoints](api/index.md)\n  - [Web](api/web.md)\n\
            - [data]()\n  - [Shop database](data/shop%20db.md)\n\
            - [Zebra](zebra.md)\n";
        assert_eq!(summary(&pages), expected);
    }
}
