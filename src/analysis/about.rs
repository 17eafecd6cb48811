//! What the repository says of itself: the first prose of its README.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::codebase::source::{About, Statement};
use crate::codebase::{Lines, Place, RepoPath};
use crate::languages::ProjectFiles;

/// Most paragraphs taken.
const PARAGRAPHS_MAX: usize = 4;

/// Shorter paragraphs are badges, links or labels.
const LETTERS_MIN: usize = 30;

/// Headings after which a README no longer says what the system is.
const HOW_TO: &[&str] = &[
    "build",
    "changelog",
    "contribut",
    "deploy",
    "develop",
    "docker",
    "getting started",
    "how to",
    "install",
    "licen",
    "prerequisite",
    "quick",
    "requirements",
    "run",
    "setup",
    "set up",
    "sponsor",
    "support",
    "table of contents",
    "testing",
    "tests",
    "usage",
];

/// Reads the README nearest to the root.
pub(super) fn read(project: &ProjectFiles) -> About {
    let readmes = project.iter().filter(|(path, _)| path.file_name().eq_ignore_ascii_case("README.md"));
    let nearest = readmes.min_by_key(|(path, _)| (path.parts().count(), path.as_str().len()));
    match nearest {
        Some((path, text)) if path.parts().count() <= 2 => of_text(path, text),
        _ => About::default(),
    }
}

fn of_text(path: &RepoPath, text: &str) -> About {
    let mut about = About::default();
    let mut reader = Reader::default();
    let options = Options::ENABLE_TABLES | Options::ENABLE_GFM;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => reader.open(range.start, Some(level)),
            Event::Start(Tag::Paragraph) if reader.nested == 0 => reader.open(range.start, None),
            Event::End(TagEnd::Heading(_)) if !reader.heading(&mut about) => break,
            Event::End(TagEnd::Paragraph) if reader.nested == 0 => {
                let lines = Lines::new(line_of(text, reader.start), line_of(text, range.end.saturating_sub(2)));
                reader.paragraph(&mut about, Place::new(path.clone(), lines));
                if about.summary.len() == PARAGRAPHS_MAX {
                    break;
                }
            }
            event => reader.inner(event),
        }
    }
    about
}

/// Gathers the plain text of one heading or paragraph at a time.
#[derive(Default)]
struct Reader {
    text: String,
    start: usize,
    level: Option<HeadingLevel>,
    /// How many lists, quotes and tables are open: their paragraphs are no introduction.
    nested: usize,
    /// How many images are open: their texts are badges.
    images: usize,
}

impl Reader {
    fn open(&mut self, start: usize, level: Option<HeadingLevel>) {
        self.text.clear();
        self.start = start;
        self.level = level;
    }

    /// Takes a heading in; false if the introduction ends with it.
    fn heading(&self, about: &mut About) -> bool {
        let title = self.text.trim();
        if about.title.is_none() && self.level == Some(HeadingLevel::H1) && !title.is_empty() {
            about.title = Some(title.to_owned());
            return true;
        }
        let title = title.to_lowercase();
        !HOW_TO.iter().any(|start| title.contains(start)) || about.summary.is_empty() && about.title.is_none()
    }

    fn paragraph(&mut self, about: &mut About, place: Place) {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
        if letters >= LETTERS_MIN && text.contains(' ') && !text.ends_with(':') {
            about.summary.push(Statement { text, place });
        }
    }

    fn inner(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) if self.images == 0 => self.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => self.images = self.images.saturating_sub(1),
            Event::Start(Tag::List(_) | Tag::BlockQuote(_) | Tag::Table(_)) => self.nested += 1,
            Event::End(TagEnd::List(_) | TagEnd::BlockQuote(_) | TagEnd::Table) => {
                self.nested = self.nested.saturating_sub(1);
            }
            _ => {}
        }
    }
}

fn line_of(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    u32::try_from(before.split(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_introduction_is_prose_without_badges() {
        let text = "# Parcel Desk\n\n[![CI](x.svg)](y) ![b](z)\n\nParcel Desk books couriers for small shops and *tracks* every parcel.\n\n\
                    - a list of things that is no introduction\n\n## Features\n\nShops print labels and see where each parcel is right now.\n\n\
                    ## Getting started\n\nRun the installer and then follow all of its instructions closely.\n";
        let about = of_text(&RepoPath::new("README.md"), text);
        assert_eq!(about.title.as_deref(), Some("Parcel Desk"));
        let texts: Vec<_> = about.summary.iter().map(|it| (it.text.as_str(), it.place.lines.first)).collect();
        assert_eq!(
            texts,
            [
                ("Parcel Desk books couriers for small shops and tracks every parcel.", 5),
                ("Shops print labels and see where each parcel is right now.", 11),
            ]
        );
    }

    #[test]
    fn a_readme_deep_in_a_package_is_not_the_systems() {
        let project = ProjectFiles::from([(
            RepoPath::new("a/b/README.md"),
            "# X\n\nSome long enough text that says a lot.".into(),
        )]);
        assert_eq!(read(&project), About::default());
    }
}
