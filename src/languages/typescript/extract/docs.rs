//! Doc comments as plain text.

use thin_vec::thin_vec;
use tree_sitter::Node;

use crate::codebase::outline::Import;

use super::Walk;
use super::values::row;

/// The comment read last.
#[derive(Clone, Copy)]
pub(super) struct Comment<'t> {
    text: &'t str,
    end: usize,
    is_first: bool,
}

impl<'t> Walk<'t> {
    pub(super) fn comment(&mut self, node: Node<'t>) -> bool {
        let text = self.read.slice(node);
        if text.starts_with("/**") && text.len() > 4 {
            self.keep_file_doc(node.start_byte());
            let is_first = self.outline.definitions.is_empty() && self.outline.imports.is_empty();
            self.comment = Some(Comment { text, end: node.end_byte(), is_first });
        } else if let Some(path) = reference_path(text) {
            self.outline.imports.push(Import {
                module: path.into(),
                line: row(node),
                flags: thin_vec!["type".into()],
                ..Import::default()
            });
        }
        false
    }

    /// The doc comment that ends where `start` begins, if one does.
    pub(super) fn take_doc(&mut self, start: usize) -> Option<String> {
        let comment = self.comment.filter(|comment| comment.end <= start)?;
        let gap = self.read.text.get(comment.end..start)?;
        if !gap.chars().all(char::is_whitespace) {
            self.keep_file_doc(start);
            return None;
        }
        self.comment = None;
        Some(plain(comment.text)).filter(|text| !text.is_empty())
    }

    /// A comment at the top that no definition follows at once describes the file.
    pub(super) fn keep_file_doc(&mut self, start: usize) {
        let Some(comment) = self.comment.filter(|comment| comment.is_first && comment.end <= start) else { return };
        if self.outline.doc.is_none() && !is_licence(comment.text) {
            self.outline.doc = Some(plain(comment.text)).filter(|text| !text.is_empty());
        }
        self.comment = None;
    }
}

fn is_licence(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("copyright") || lower.contains("@license") || lower.contains("licensed under")
}

fn reference_path(comment: &str) -> Option<&str> {
    let rest = comment.strip_prefix("///")?.trim_start().strip_prefix("<reference")?;
    let (_, path) = rest.split_once("path=")?;
    let quote = path.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    path.get(1..)?.split(quote).next()
}

/// The comment's words: signs and tags removed, `@param` and the like left out; `@deprecated` is said in words.
pub(super) fn plain(comment: &str) -> String {
    let body = comment.trim_start_matches('/').trim_start_matches('*').trim_end_matches('/').trim_end_matches('*');
    let mut text = String::new();
    let mut is_wanted = true;
    let mut is_code = false;
    for line in body.lines() {
        let line = line.trim().trim_start_matches('*').trim();
        if line.starts_with("```") {
            is_code = !is_code;
            continue;
        }
        let mut words = line;
        if let Some(tag) = line.strip_prefix('@') {
            let (tag, rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
            is_wanted = matches!(tag, "description" | "summary" | "file" | "fileoverview" | "remarks" | "classdesc");
            words = rest.trim();
            if tag == "deprecated" {
                is_wanted = true;
                text.push_str(if text.is_empty() { "" } else { "\n" });
                text.push_str(if words.is_empty() { "Deprecated." } else { "Deprecated:" });
            }
        }
        if is_wanted && !is_code {
            if !text.is_empty() {
                text.push(if text.ends_with("Deprecated:") { ' ' } else { '\n' });
            }
            text.push_str(&without_markup(words));
        }
    }
    text.trim().to_owned()
}

/// `{@link X}` as `X`, and HTML tags left out.
fn without_markup(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['{', '<']) {
        let (before, from) = rest.split_at(at);
        text.push_str(before);
        let inner = from.strip_prefix("{@").and_then(|link| link.split_once('}'));
        let tag = from.strip_prefix('<').and_then(|tag| tag.split_once('>'));
        if let Some((link, after)) = inner {
            let words = link.split_once(char::is_whitespace).map_or("", |(_, words)| words.trim());
            text.push_str(words.rsplit('|').next().unwrap_or(words).trim());
            rest = after;
        } else if let Some((_, after)) = tag.filter(|(tag, _)| is_html_tag(tag)) {
            rest = after;
        } else {
            text.push_str(&from[..1]);
            rest = &from[1..];
        }
    }
    text.push_str(rest);
    text
}

fn is_html_tag(tag: &str) -> bool {
    let name = tag.trim_start_matches('/').trim_end_matches('/').split_whitespace().next().unwrap_or_default();
    matches!(
        name,
        "p" | "br" | "b" | "i" | "em" | "strong" | "code" | "pre" | "ul" | "ol" | "li" | "a" | "h1" | "h2" | "h3"
    )
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn comments_become_plain_text() {
        let cases = [
            ("/** Books a seat. */", "Books a seat."),
            ("/** Books.\n * @deprecated hold one\n * instead\n * @see x */", "Books.\nDeprecated: hold one\ninstead"),
            ("/** @deprecated */", "Deprecated."),
            (
                "/**\n * Books a {@link Seat}.\n *\n * <p>Once.</p>\n * @param id the seat\n *   of the hall\n */",
                "Books a Seat.\n\nOnce.",
            ),
            ("/**\n * @description Opens the gate\n * @returns nothing\n */", "Opens the gate"),
        ];
        for (comment, expected) in cases {
            assert_eq!(plain(comment), expected);
        }
    }
}
