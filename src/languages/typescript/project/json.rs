//! JSON as people write it: with comments, trailing commas, and the line of every key.

/// Deeper documents are no manifests.
const DEPTH_MAX: usize = 64;

/// A parsed value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) enum Json {
    /// Null, or something that could not be read.
    #[default]
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Record(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in super::super) struct Entry {
    pub(in super::super) key: String,
    pub(in super::super) line: u32,
    pub(in super::super) value: Json,
}

impl Json {
    pub(in super::super) fn get(&self, key: &str) -> Option<&Json> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    pub(in super::super) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Json::as_text)
    }

    pub(in super::super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(in super::super) fn entries(&self) -> &[Entry] {
        match self {
            Self::Record(entries) => entries,
            _ => &[],
        }
    }

    pub(in super::super) fn items(&self) -> &[Json] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The texts of a list, or the one text.
    pub(in super::super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            _ => self.items().iter().filter_map(Json::as_text).collect(),
        }
    }
}

/// Reads a document; what cannot be read is left out.
pub(in super::super) fn parse(text: &str) -> Json {
    let mut parser = Parser { bytes: text.as_bytes(), text, at: 0, line: 1 };
    parser.value(0).unwrap_or_default()
}

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line: u32,
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' | b',' | b':' | 0xEF | 0xBB | 0xBF => {}
                b'/' if self.bytes.get(self.at + 1) == Some(&b'/') => {
                    self.skip_until("\n");
                    continue;
                }
                b'/' if self.bytes.get(self.at + 1) == Some(&b'*') => {
                    self.skip_until("*/");
                    self.at += 2;
                    continue;
                }
                _ => return Some(byte),
            }
            self.at += 1;
        }
    }

    fn skip_until(&mut self, end: &str) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.find(end).unwrap_or(rest.len());
        self.line += newlines(&rest[..length]);
        self.at += length;
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.peek()? {
            b'{' => Some(self.record(depth)),
            b'[' => Some(self.list(depth)),
            b'"' => self.string().map(Json::Text),
            _ => self.word(),
        }
    }

    fn record(&mut self, depth: usize) -> Json {
        self.at += 1;
        let mut entries = Vec::new();
        while let Some(next) = self.peek() {
            match next {
                b'}' => {
                    self.at += 1;
                    break;
                }
                b'"' => {
                    let line = self.line;
                    let Some(key) = self.string() else { break };
                    let Some(value) = self.value(depth + 1) else { break };
                    entries.push(Entry { key, line, value });
                }
                _ => break,
            }
        }
        Json::Record(entries)
    }

    fn list(&mut self, depth: usize) -> Json {
        self.at += 1;
        let mut items = Vec::new();
        while let Some(next) = self.peek() {
            if next == b']' {
                self.at += 1;
                break;
            }
            let Some(value) = self.value(depth + 1) else { break };
            items.push(value);
        }
        Json::List(items)
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        let mut at = start + 1;
        while *self.bytes.get(at)? != b'"' {
            at += if self.bytes.get(at) == Some(&b'\\') { 2 } else { 1 };
        }
        let raw = self.text.get(start..=at)?;
        self.line += newlines(raw);
        self.at = at + 1;
        Some(serde_json::from_str(raw).unwrap_or_else(|_| raw.trim_matches('"').to_owned()))
    }

    fn word(&mut self) -> Option<Json> {
        let rest = self.text.get(self.at..)?;
        let length =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))).unwrap_or(rest.len());
        if length == 0 {
            return None;
        }
        self.at += length;
        Some(match &rest[..length] {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "null" => Json::Null,
            number => Json::Number(number.to_owned()),
        })
    }
}

fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_are_read_over() {
        let json = parse("// top\n{\n  /* a\n b */ \"x\": [1, \"a\\n\", {\"y\": true,},],\n  \"z\": \"http://a\"\n}");
        assert_eq!(json.get("x").map(|list| list.items().len()), Some(3));
        assert_eq!(json.text("z"), Some("http://a"));
        assert_eq!(json.entries().iter().map(|entry| entry.line).collect::<Vec<_>>(), [4, 5]);
    }

    #[test]
    fn broken_documents_give_what_can_be_read() {
        assert_eq!(parse("{\"a\": 1, b").get("a"), Some(&Json::Number("1".into())));
        assert_eq!(parse(""), Json::Null);
        assert_eq!(parse(&"[".repeat(100_000)).items().len(), 1);
    }
}
