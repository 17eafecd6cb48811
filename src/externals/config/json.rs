//! A small reader of JSON with comments: scalars with their keys and lines, which parsers lose.

use super::entries::Entry;

/// All scalars of `text`; what comes after a fault is left out.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut reader = Reader { rest: text, line: 1, open: Vec::new(), entries: Vec::new() };
    while reader.step().is_some() {}
    reader.entries
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    /// The objects (with the key that is being read) and lists around the current place.
    open: Vec<Option<String>>,
    entries: Vec<Entry>,
}

impl Reader<'_> {
    /// Reads one token; nothing at the end or at a fault.
    fn step(&mut self) -> Option<()> {
        self.skip_space();
        let first = self.rest.chars().next()?;
        match first {
            '{' => self.open.push(Some(String::new())),
            '[' => self.open.push(None),
            '}' | ']' => {
                self.open.pop();
            }
            ',' | ':' => {}
            '"' => return self.read_text(),
            _ => return self.read_word(),
        }
        self.advance(1);
        Some(())
    }

    fn read_text(&mut self) -> Option<()> {
        let line = self.line;
        let (text, length) = unescape(self.rest)?;
        self.advance(length);
        self.skip_space();
        match self.open.last_mut() {
            Some(Some(key)) if self.rest.starts_with(':') => *key = text,
            _ => self.push(text, line),
        }
        Some(())
    }

    fn read_word(&mut self) -> Option<()> {
        let length =
            self.rest.find(|char: char| ",]}\"/".contains(char) || char.is_whitespace()).unwrap_or(self.rest.len());
        if length == 0 {
            return None;
        }
        let word = self.rest[..length].to_owned();
        let line = self.line;
        self.advance(length);
        self.push(word, line);
        Some(())
    }

    fn push(&mut self, value: String, line: u32) {
        let path: Vec<&str> = self.open.iter().map(|key| key.as_deref().unwrap_or("-")).collect();
        self.entries.push(Entry { path: path.join(":"), value, line });
    }

    fn skip_space(&mut self) {
        loop {
            let length = if self.rest.starts_with("//") {
                self.rest.find('\n').unwrap_or(self.rest.len())
            } else if self.rest.starts_with("/*") {
                self.rest.find("*/").map_or(self.rest.len(), |end| end + 2)
            } else {
                self.rest.len() - self.rest.trim_start().len()
            };
            if length == 0 {
                return;
            }
            self.advance(length);
        }
    }

    fn advance(&mut self, length: usize) {
        let (read, rest) = self.rest.split_at(length);
        let lines = read.bytes().filter(|byte| *byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.rest = rest;
    }
}

/// The text that a quoted literal stands for, and the literal's length in bytes.
fn unescape(literal: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = literal.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((text, at + 1)),
            '\\' => match chars.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'u' => {
                    let digits: String = chars.by_ref().take(4).map(|(_, char)| char).collect();
                    text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                }
                escaped => text.push(escaped),
            },
            char => text.push(char),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn scalars_keep_their_keys_and_lines() {
        let text = "{\n  // a comment: \"x\": \"y\"\n  \"A\": { \"B\": \"c\\\\d\\u0041\", \"N\": 1 },\n  \"L\": [\n    \"x\", { \"K\": true }\n  ]\n}\n";
        let found: Vec<String> =
            entries(text).iter().map(|entry| format!("{} {} = {}", entry.line, entry.path, entry.value)).collect();
        assert_eq!(found, ["3 A:B = c\\dA", "3 A:N = 1", "5 L:- = x", "5 L:-:K = true"]);
    }

    #[test]
    fn broken_text_ends_quietly() {
        assert!(entries("{\"a\": \"open").is_empty());
        assert_eq!(entries("]]}{\"a\":1").len(), 1);
        assert!(entries("/").is_empty());
    }
}
