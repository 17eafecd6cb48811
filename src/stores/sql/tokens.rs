//! SQL as a row of tokens, in the ways of writing that all dialects share. What is no SQL gives tokens of no meaning.

/// A word, sign or text of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    /// Without its quotes.
    pub(super) text: &'t str,
    pub(super) line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, plain name or number.
    Word,
    /// A name in quotes: `"x"`, `[x]` and the like.
    Quoted,
    /// Text in single quotes.
    Text,
    /// One sign.
    Sign,
}

impl Token<'_> {
    /// Whether it is this keyword.
    pub(super) fn is(self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_any(self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    /// Whether it is this sign.
    pub(super) fn is_sign(self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// Whether it can name a table or column.
    pub(super) fn is_name(self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted)
    }
}

/// Comments after which a migration tool reads how to undo what stands before.
const UNDO: &[&str] =
    &["+goose down", "+migrate down", "migrate:down", "//@undo", "---- create above / drop below ----"];

/// The tokens of a script, up to the part that undoes it.
pub(super) fn read(text: &str) -> Vec<Token<'_>> {
    let mut scanner = Scanner { text, at: 0, line: 1, tokens: Vec::new() };
    while scanner.step() {}
    scanner.tokens
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    tokens: Vec<Token<'t>>,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads one token, comment or space; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return false };
        match first {
            '-' if rest.starts_with("--") => return self.comment(),
            '#' if rest.starts_with("# ") => return self.comment(),
            '/' if rest.starts_with("/*") => {
                let length = rest.find("*/").map_or(rest.len(), |end| end + 2);
                self.pass(length);
            }
            '\'' => self.enclosed('\'', Kind::Text),
            '"' => self.enclosed('"', Kind::Quoted),
            '`' => self.enclosed('`', Kind::Quoted),
            '[' if rest[1..].starts_with(|c: char| c.is_alphabetic() || c == '_') => self.enclosed(']', Kind::Quoted),
            _ if is_part(first) => {
                let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
                self.push(Kind::Word, 0, length, length);
            }
            ';' if self.copies_data() => {
                let length = rest.find("\n\\.").map_or(rest.len(), |end| end + 3);
                self.push(Kind::Sign, 0, 1, length);
            }
            _ if first.is_whitespace() => self.pass(first.len_utf8()),
            _ => self.push(Kind::Sign, 0, first.len_utf8(), first.len_utf8()),
        }
        true
    }

    /// Whether rows of data follow: `COPY x FROM stdin;`.
    fn copies_data(&self) -> bool {
        self.tokens.last().is_some_and(|last| last.is("stdin"))
    }

    /// Passes a comment to the end of its line; false if what follows undoes the script.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        let length = rest.find('\n').unwrap_or(rest.len());
        let words = rest[..length].trim_start_matches(['-', ' ', '#']).to_ascii_lowercase();
        self.pass(length);
        !UNDO.iter().any(|undo| words.starts_with(undo.trim_start_matches(['-', ' '])))
    }

    /// Text up to a closing quote; a doubled one stands for itself.
    fn enclosed(&mut self, close: char, kind: Kind) {
        let rest = self.rest();
        let mut end = 1;
        loop {
            let Some(found) = rest.get(end..).and_then(|inner| inner.find(close)) else {
                // Never closed: no quote at all.
                self.pass(1);
                return;
            };
            end += found;
            if rest[end + 1..].starts_with(close) {
                end += 2;
                continue;
            }
            break;
        }
        self.push(kind, 1, end, end + 1);
    }

    fn push(&mut self, kind: Kind, from: usize, to: usize, length: usize) {
        let text = self.rest().get(from..to).unwrap_or_default();
        self.tokens.push(Token { kind, text, line: self.line });
        self.pass(length);
    }

    fn pass(&mut self, length: usize) {
        let passed = self.rest().get(..length).unwrap_or_default();
        self.line += u32::try_from(passed.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(0);
        self.at += length.max(1);
    }
}

/// Whether a letter is part of a word: temporary tables and variables of some dialects begin with a sign.
fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '#' | '@')
}
