//! A small line-based reader of YAML: scalars with their keys and lines, which parsers lose.
//!
//! Flow collections (`[a, b]`) stay as one value; a block scalar gives one entry a line. What an alias stands for
//! (`*name`, `<<: *name`) is there again, with the lines of its anchor.

use std::collections::HashMap;

use super::aliases;
use super::entries::Entry;

/// All scalars of `text`.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut reader = Reader::default();
    for (line, number) in text.lines().zip(1..) {
        reader.read(line, number);
    }
    aliases::resolve(reader.entries, &reader.anchors)
}

#[derive(Default)]
struct Reader<'a> {
    entries: Vec<Entry>,
    /// Keys around the current line, each with its column.
    open: Vec<(usize, &'a str)>,
    /// Column of the key whose block scalar is being read.
    block: Option<usize>,
    /// Paths of what has a name for aliases.
    anchors: HashMap<&'a str, String>,
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: &'a str, number: u32) {
        let mut rest = line.trim_start_matches(' ');
        let mut column = line.len() - rest.len();
        rest = rest.trim_end();
        if rest.is_empty() || rest.starts_with('#') {
            return;
        }
        if let Some(block) = self.block {
            if column > block {
                self.push(rest, number);
                return;
            }
            self.block = None;
        }
        if matches!(rest, "---" | "...") {
            self.open.clear();
            return;
        }
        while let Some(item) = item(rest) {
            self.close(column, true);
            self.open.push((column, "-"));
            let next = item.trim_start_matches(' ');
            column += rest.len() - next.len();
            rest = next;
        }
        if rest.is_empty() {
            return;
        }
        match key_and_value(rest) {
            Some((key, value)) => {
                self.close(column, false);
                self.open.push((column, key));
                self.read_value(value, column, number);
            }
            None => self.read_value(rest, column, number),
        }
    }

    fn read_value(&mut self, value: &'a str, column: usize, number: u32) {
        if let Some(anchor) = value.trim_start().strip_prefix('&').and_then(|rest| rest.split(' ').next()) {
            self.anchors.insert(anchor, self.path());
        }
        let value = plain(value);
        if value.starts_with(['|', '>']) {
            self.block = Some(column);
        } else if !value.is_empty() {
            self.push(value, number);
        }
    }

    fn push(&mut self, value: &str, line: u32) {
        self.entries.push(Entry { path: self.path(), value: value.to_owned(), line });
    }

    fn path(&self) -> String {
        self.open.iter().map(|(_, key)| *key).collect::<Vec<_>>().join(":")
    }

    /// Leaves what a line at `column` no longer lies in. A list may stand at its key's own column.
    fn close(&mut self, column: usize, for_item: bool) {
        while let Some((own, key)) = self.open.last() {
            if *own < column || (for_item && *own == column && *key != "-") {
                break;
            }
            self.open.pop();
        }
    }
}

fn item(rest: &str) -> Option<&str> {
    rest.strip_prefix("- ").or_else(|| (rest == "-").then_some(""))
}

/// Splits `key: value`; a quoted text or a flow collection has no key.
fn key_and_value(rest: &str) -> Option<(&str, &str)> {
    if let Some(quote @ ('"' | '\'')) = rest.chars().next() {
        let end = rest[1..].find(quote)? + 1;
        let value = rest[end + 1..].trim_start().strip_prefix(':')?;
        return Some((&rest[1..end], value));
    }
    if rest.starts_with(['{', '[']) {
        return None;
    }
    if let Some((key, value)) = rest.split_once(": ") {
        return Some((key.trim(), value));
    }
    rest.strip_suffix(':').map(|key| (key.trim(), ""))
}

/// A value without its comment, tag, anchor and quotes.
fn plain(value: &str) -> &str {
    let mut value = value.trim();
    while value.starts_with(['&', '!']) {
        value = value.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    }
    if let Some(quote @ ('"' | '\'')) = value.chars().next() {
        let inner = &value[1..];
        return inner.rfind(quote).map_or(inner, |end| &inner[..end]);
    }
    if value.starts_with('#') {
        return "";
    }
    value.split(" #").next().unwrap_or_default().trim_end()
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn scalars_keep_their_keys_and_lines() {
        let text = "\
services:
  db:   # the store
    image: 'postgres:16' # pinned
    environment:
    - POSTGRES_DB=shop
    - \"KEY=a: b\"
  web:
    image: &web ghcr.io/x/web
# image: sendgrid/api
    steps:
      - uses: a/b@v1
        with:
          name: x
      - run: |
          echo one
          # two
          echo three
        shell: bash
last: 1
";
        let found: Vec<String> =
            entries(text).iter().map(|entry| format!("{} {} = {}", entry.line, entry.path, entry.value)).collect();
        assert_eq!(
            found,
            [
                "3 services:db:image = postgres:16",
                "5 services:db:environment:- = POSTGRES_DB=shop",
                "6 services:db:environment:- = KEY=a: b",
                "8 services:web:image = ghcr.io/x/web",
                "11 services:web:steps:-:uses = a/b@v1",
                "13 services:web:steps:-:with:name = x",
                "15 services:web:steps:-:run = echo one",
                "17 services:web:steps:-:run = echo three",
                "18 services:web:steps:-:shell = bash",
                "19 last = 1",
            ]
        );
    }

    #[test]
    fn aliases_are_what_their_anchors_name() {
        let text = "\
x-env: &env
  A: 1
  B: 2
web:
  env: &web
    <<: *env
    B: 3
worker:
  env: *web
  glob: '*.ts'
again: *nothing
";
        let found: Vec<String> =
            entries(text).iter().map(|entry| format!("{} {} = {}", entry.line, entry.path, entry.value)).collect();
        let expected = [
            "2 x-env:A = 1",
            "3 x-env:B = 2",
            "2 web:env:A = 1",
            "7 web:env:B = 3",
            "2 worker:env:A = 1",
            "7 worker:env:B = 3",
            "10 worker:glob = *.ts",
            "11 again = *nothing",
        ];
        assert_eq!(found, expected);
    }
}
