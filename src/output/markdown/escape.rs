//! Markdown text that is safe to stand in a page: the only place where anything is escaped.
//!
//! Templates hold [`Md`] values, never plain strings, so text of the repository or of the model cannot become markup.

use std::collections::BTreeMap;
use std::fmt;

use crate::output::mermaid::Diagram;

/// Markdown, ready to stand in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Md(String);

impl Md {
    /// Plain text, escaped, on one line.
    pub fn text(text: &str) -> Self {
        let text = one_line(text);
        let mut escaped = String::with_capacity(text.len() + 8);
        let mut previous = ' ';
        let mut rest = text.chars().peekable();
        while let Some(character) = rest.next() {
            let next = rest.peek().copied().unwrap_or(' ');
            if needs_escape(previous, character, next) {
                escaped.push('\\');
            }
            escaped.push(character);
            previous = character;
        }
        Self(guard_start(escaped))
    }

    /// Plain text in which backticks enclose code.
    pub fn prose(text: &str) -> Self {
        let text = one_line(text);
        let parts: Vec<&str> = text.split('`').collect();
        if parts.len().is_multiple_of(2) {
            return Self::text(&text);
        }
        let mut prose = String::new();
        for (index, part) in parts.iter().enumerate() {
            // Spaces at a part's ends belong between text and code.
            let inner = if index.is_multiple_of(2) { Self::text(part) } else { Self::code(part) };
            let (start, end) = (part.starts_with(' ') && index > 0, part.len() > 1 && part.ends_with(' '));
            prose.push_str(if start { " " } else { "" });
            prose.push_str(&inner.0);
            prose.push_str(if end { " " } else { "" });
        }
        Self(prose.trim().to_owned())
    }

    /// Markdown that was put together from escaped parts.
    pub(super) const fn markdown(markdown: String) -> Self {
        Self(markdown)
    }

    /// Markdown that stands in our own source as it is.
    pub(super) fn literal(markdown: &'static str) -> Self {
        Self(markdown.to_owned())
    }

    /// A name, path or piece of code, in code letters.
    pub fn code(text: &str) -> Self {
        let text = one_line(text);
        if text.is_empty() {
            return Self::default();
        }
        if !text.contains(['`', '|']) {
            return Self(format!("`{text}`"));
        }
        let mut html = String::from("<code>");
        for character in text.chars() {
            if character.is_ascii_punctuation() {
                html.push_str(&format!("&#{};", u32::from(character)));
            } else {
                html.push(character);
            }
        }
        Self(html + "</code>")
    }

    /// `shown` in bold.
    pub fn bold(shown: &Self) -> Self {
        Self(format!("**{shown}**"))
    }

    /// A link to a target that is a valid URL already.
    pub fn link(shown: &Self, target: &str) -> Self {
        Self(format!("[{shown}]({target})"))
    }

    /// A link by the name of a definition at the page's end.
    pub fn reference(shown: &Self, label: &str) -> Self {
        Self(format!("[{shown}][{label}]"))
    }

    /// A definition that [`Md::reference`] names.
    pub fn definition(label: &str, target: &str) -> Self {
        Self(format!("[{label}]: {target}"))
    }

    /// A diagram in its fence.
    pub fn diagram(diagram: &Diagram) -> Self {
        Self(format!("```mermaid\n{}```", diagram.text()))
    }

    /// The parts with `separator`, which is Markdown, between them.
    pub fn join<'a>(parts: impl IntoIterator<Item = &'a Self>, separator: &str) -> Self {
        let parts: Vec<&str> = parts.into_iter().map(|part| part.0.as_str()).collect();
        Self(parts.join(separator))
    }

    /// This, followed by `more`.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        self.0.push_str(&more.0);
        self
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The Markdown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Md {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The anchor that code hosts give a heading.
pub fn slug(heading: &str) -> String {
    one_line(heading)
        .to_lowercase()
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            character if character.is_alphanumeric() => Some(character),
            _ => None,
        })
        .collect()
}

/// Anchors of one page: a heading that stands there twice gets a number, as code hosts do it.
#[derive(Debug, Default)]
pub struct Anchors(BTreeMap<String, usize>);

impl Anchors {
    /// The anchor of the page's next heading.
    pub fn next(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let earlier = self.0.entry(slug.clone()).or_default();
        *earlier += 1;
        if *earlier == 1 { slug } else { format!("{slug}-{}", *earlier - 1) }
    }
}

/// A path as a URL: everything that could end a link or start an anchor is percent-encoded.
pub fn url(path: &str) -> String {
    let mut url = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~@+,=:".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}

/// Runs of white space become one space; control and direction-changing characters go.
fn one_line(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|&character| {
            character.is_whitespace()
                || !(character.is_control()
                    || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn needs_escape(previous: char, character: char, next: char) -> bool {
    match character {
        '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '$' | '{' | '}' | '~' => true,
        // Within a word an underscore is plain text, and names read better without backslashes.
        '_' => !(previous.is_alphanumeric() && next.is_alphanumeric()),
        '&' => next == '#' || next.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Escapes what would make a heading, quote or list of a line.
fn guard_start(text: String) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let after = text.get(digits..).unwrap_or_default();
    if digits > 0 && after.starts_with(['.', ')']) {
        let (number, rest) = text.split_at(digits);
        return format!("{number}\\{rest}");
    }
    if text.starts_with(['#', '>', '+', '-', '=']) { format!("\\{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// The text that a reader sees, and whether anything but plain paragraphs was made.
    fn read(markdown: &str) -> (String, bool) {
        let mut shown = String::new();
        let mut plain = true;
        for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
            match event {
                Event::Text(text) => shown.push_str(&text),
                Event::Start(Tag::Paragraph) | Event::End(_) => {}
                _ => plain = false,
            }
        }
        (shown, plain)
    }

    #[test]
    fn text_stays_readable() {
        assert_eq!(Md::text("a snake_case name -> b, 5 < 6 & done").as_str(), "a snake_case name -> b, 5 \\< 6 & done");
        assert_eq!(Md::text("1. first\n# two").as_str(), "1\\. first # two");
        assert_eq!(Md::text("~once~").as_str(), "\\~once\\~");
    }

    #[test]
    fn backticks_of_prose_enclose_code() {
        let prose = Md::prose("Calls `add_item` and `a|b`, *then* ends.");
        assert_eq!(prose.as_str(), "Calls `add_item` and <code>a&#124;b</code>, \\*then\\* ends.");
        assert_eq!(Md::prose("a ` b").as_str(), "a \\` b");
    }

    #[test]
    fn code_with_pipes_or_backticks_is_html() {
        assert_eq!(Md::code("GET /a/{id}").as_str(), "`GET /a/{id}`");
        assert_eq!(Md::code("a | b").as_str(), "<code>a &#124; b</code>");
    }

    #[test]
    fn slugs_are_those_of_code_hosts() {
        assert_eq!(slug("What it's for: `/api/v1` & more"), "what-its-for-apiv1--more");
    }

    #[test]
    fn headings_that_stand_twice_are_numbered() {
        let mut anchors = Anchors::default();
        assert_eq!([anchors.next("web"), anchors.next("`/web`")], ["web", "web-1"]);
    }

    #[test]
    fn urls_hold_nothing_that_ends_a_link() {
        assert_eq!(url("app/(shop)/[id]/a b#1.tsx"), "app/%28shop%29/%5Bid%5D/a%20b%231.tsx");
    }

    proptest! {
        #[test]
        fn text_is_shown_as_it_was_and_makes_no_markup(text in "[ -~é\u{202e}\n]{0,40}") {
            let (shown, plain) = read(Md::text(&text).as_str());
            prop_assert!(plain);
            prop_assert_eq!(shown, one_line(&text));
        }

        #[test]
        fn code_never_breaks_a_table_row(text in "[ -~]{1,30}") {
            let row = format!("| a |\n| - |\n| {} |\n", Md::code(&text));
            let mut cells = 0;
            for event in Parser::new_ext(&row, Options::ENABLE_TABLES) {
                cells += usize::from(event == Event::Start(Tag::TableCell));
            }
            prop_assert_eq!(cells, 2);
        }
    }
}
