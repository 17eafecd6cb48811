//! Markup and code by turns: what of a Razor file is C#, on the lines where it stands.

use super::sheet::{Out, Sheet};

/// Elements that have no end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Words that open a statement when they follow `@`.
const STATEMENTS: &[&str] = &["do", "for", "foreach", "if", "lock", "switch", "try", "while"];
/// Words that go on with a statement after its block.
const CONTINUATIONS: &[&str] = &["catch", "else", "finally", "while"];
/// Attributes of components whose values are text, not code.
const TEXT_ATTRIBUTES: &[&str] = &["bind:culture", "bind:event", "bind:format", "formname"];

/// What ends a stretch of markup.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The file's end.
    End,
    /// The end tag of its first element.
    Element,
    /// The line's end: `@: text`.
    Line,
}

/// A stretch of markup or code that the scan is within.
enum Mode {
    Markup {
        until: Until,
        /// How many elements are open.
        open: u32,
        /// The tag that the scan is within.
        tag: Option<Tag>,
        /// What ends a stretch that has no tags: a comment, a script.
        raw: Option<&'static str>,
        out: Out,
        /// What the code goes on with afterwards.
        closing: &'static str,
    },
    Code {
        /// How many braces are open.
        depth: u32,
        parens: u32,
        /// The last sign that is no space.
        last: char,
        out: Out,
    },
}

struct Tag {
    is_void: bool,
    quote: Option<u8>,
    raw: Option<&'static str>,
}

struct Scan<'t, 's> {
    text: &'t str,
    at: usize,
    sheet: &'s mut Sheet,
    modes: Vec<Mode>,
    is_component: bool,
}

/// Reads all of a Razor file.
pub(super) fn read(text: &str, is_component: bool) -> Sheet {
    let mut sheet = Sheet::default();
    let root = Mode::Markup { until: Until::End, open: 0, tag: None, raw: None, out: Out::Statements, closing: "" };
    let mut scan = Scan { text, at: 0, sheet: &mut sheet, modes: vec![root], is_component };
    while scan.at < text.len() {
        match scan.modes.last() {
            Some(Mode::Code { .. }) => scan.code(),
            _ => scan.markup(),
        }
    }
    sheet
}

impl<'t> Scan<'t, '_> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn out(&self) -> Out {
        match self.modes.last() {
            Some(Mode::Markup { out, .. } | Mode::Code { out, .. }) => *out,
            None => Out::Statements,
        }
    }

    /// Goes on by so many bytes, leaving them out.
    fn skip(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or(self.rest());
        self.sheet.add_lines(passed);
        self.at += passed.len();
    }

    /// Goes on by so many bytes of code.
    fn copy(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or(self.rest());
        self.sheet.add_code(self.out(), passed);
        self.at += passed.len();
    }

    fn emit(&mut self, code: &str) {
        self.sheet.add_code(self.out(), code);
    }

    /// An expression of so many bytes, as a statement.
    fn copy_expression(&mut self, bytes: usize) {
        self.emit("_ = ");
        self.copy(bytes);
        self.emit(";");
    }

    fn markup(&mut self) {
        let rest = self.rest();
        let next = rest.find(['@', '<', '>', '"', '\'', '\n', '-']).unwrap_or(rest.len());
        if next > 0 {
            return self.skip(next);
        }
        let Some(Mode::Markup { until, open, raw, tag, .. }) = self.modes.last_mut() else { return };
        let sign = rest.as_bytes().first().copied().unwrap_or_default();
        if sign == b'@' {
            return self.transition();
        }
        if sign == b'\n' && *until == Until::Line {
            self.leave();
        } else if raw.is_some_and(|end| rest.starts_with(end)) {
            *raw = None;
            if sign == b'<' {
                return self.tag();
            }
            let is_over = *open == 0 && *until == Until::Element;
            self.skip("-->".len());
            if is_over {
                self.leave();
            }
            return;
        } else if raw.is_none() {
            match (tag.as_mut().map(|tag| &mut tag.quote), sign) {
                (Some(quote), b'"' | b'\'') if quote.is_none_or(|open| open == sign) => {
                    *quote = if quote.is_some() { None } else { Some(sign) };
                }
                (Some(None), b'>') => return self.close_tag(),
                (None, b'<') => return self.tag(),
                _ => {}
            }
        }
        self.skip(1);
    }

    /// Ends a stretch of markup.
    fn leave(&mut self) {
        if let Some(Mode::Markup { closing, .. }) = self.modes.pop() {
            self.emit(closing);
        }
    }

    /// What starts with `<` in markup.
    fn tag(&mut self) {
        let rest = self.rest();
        let Some(Mode::Markup { until, open, tag, raw, .. }) = self.modes.last_mut() else { return };
        if rest.starts_with("<!--") {
            *raw = Some("-->");
            return self.skip(4);
        }
        if rest.starts_with("</") {
            *open = open.saturating_sub(1);
            let is_over = *open == 0 && *until == Until::Element;
            self.skip(rest.find('>').map_or(2, |end| end + 1));
            if is_over {
                self.leave();
            }
            return;
        }
        let name = leading(rest.get(1..).unwrap_or_default(), |sign| sign.is_alphanumeric() || "_.:-".contains(sign));
        if !name.starts_with(|first: char| first.is_alphabetic()) {
            return self.skip(1);
        }
        let raw = match name {
            "script" => Some("</script"),
            "style" => Some("</style"),
            _ => None,
        };
        *tag = Some(Tag { is_void: VOID.contains(&name), quote: None, raw });
        if self.is_component && name.starts_with(|first: char| first.is_ascii_uppercase()) {
            self.sheet.add_component(name);
        }
        self.skip(1 + name.len());
    }

    /// The `>` of a tag.
    fn close_tag(&mut self) {
        let is_closed = self.text.get(..self.at).is_some_and(|before| before.ends_with('/'));
        let Some(Mode::Markup { until, open, tag, raw, .. }) = self.modes.last_mut() else { return };
        let Some(closed) = tag.take() else { return };
        if !is_closed && !closed.is_void {
            *open += 1;
            *raw = closed.raw;
        }
        let is_over = *open == 0 && *until == Until::Element;
        self.skip(1);
        if is_over {
            self.leave();
        }
    }

    /// What starts with `@` in markup.
    fn transition(&mut self) {
        let rest = self.rest().get(1..).unwrap_or_default();
        let before = self.text.get(..self.at).unwrap_or_default();
        match rest.as_bytes().first() {
            Some(b'@') => self.skip(2),
            Some(b'*') => self.skip(1 + rest.find("*@").map_or(rest.len(), |end| end + 2)),
            _ if before.ends_with(char::is_alphanumeric) => self.skip(1),
            Some(b'{') => {
                self.skip(1);
                self.open_code(self.out());
            }
            Some(b'(') => {
                self.skip(1);
                self.copy_expression(balanced(rest));
            }
            _ => self.word(rest),
        }
    }

    /// What starts with `@` and a word in markup.
    fn word(&mut self, rest: &'t str) {
        let word = leading(rest, is_part_of_name);
        let after = rest.get(word.len()..).unwrap_or_default();
        let opens = |sign: char| after.trim_start().starts_with(sign);
        if matches!(word, "code" | "functions") && opens('{') {
            self.skip(1 + word.len() + after.find('{').unwrap_or_default() + 1);
            self.open_code(Out::Members);
            if let Some(Mode::Code { depth, last, .. }) = self.modes.last_mut() {
                (*depth, *last) = (1, '{');
            }
        } else if opens_statement(rest) {
            self.skip(1);
            self.open_code(self.out());
            self.copy(word.len());
        } else if word == "section" && after.starts_with([' ', '\t']) {
            self.skip(1 + word.len() + after.find(['{', '\n']).map_or(after.len(), |end| end + 1));
        } else if self.is_component && self.is_in_tag() && !word.is_empty() {
            self.attribute(rest);
        } else if !self.directive() {
            self.expression();
        }
    }

    /// Whether the rest of the line is a directive, which is then read.
    fn directive(&mut self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        let line = self.rest().split('\n').next().unwrap_or_default();
        let is_one = is_start_of_line(before) && self.sheet.add_directive(line.get(1..).unwrap_or_default().trim_end());
        if is_one {
            self.skip(line.len());
        }
        is_one
    }

    fn is_in_tag(&self) -> bool {
        matches!(self.modes.last(), Some(Mode::Markup { tag: Some(Tag { quote: None, .. }), .. }))
    }

    /// `@onclick="Pay"`, `@bind-Value="order.Name"`: attributes of a component or element whose value is code.
    fn attribute(&mut self, rest: &str) {
        let name = leading(rest, |sign| is_part_of_name(sign) || sign == '-' || sign == ':');
        let value = rest.get(name.len()..).and_then(|rest| rest.strip_prefix('='));
        let quote = value.and_then(|value| value.chars().next()).filter(|quote| matches!(quote, '"' | '\''));
        let (Some(value), Some(quote)) = (value, quote) else {
            return if rest.get(name.len()..).is_some_and(|rest| rest.starts_with(['.', '(', '['])) {
                self.expression();
            } else {
                self.skip(1 + name.len());
            };
        };
        let code = value.get(1..).and_then(|value| value.split(quote).next()).unwrap_or_default();
        self.skip(1 + name.len() + 2);
        if code.is_empty() || code.starts_with('@') || TEXT_ATTRIBUTES.contains(&name) {
            // The quote is open: what stands in it is markup.
            if let Some(Mode::Markup { tag: Some(tag), .. }) = self.modes.last_mut() {
                tag.quote = u8::try_from(quote).ok();
            }
            return;
        }
        self.copy_expression(code.len());
        self.skip(1);
    }

    /// `@order.Lines[0].Price()`: as far as an expression without spaces goes.
    fn expression(&mut self) {
        self.skip(1);
        let rest = self.rest();
        let length = expression_length(rest);
        if length == 0 {
            return;
        }
        self.copy_expression(length);
    }

    fn open_code(&mut self, out: Out) {
        self.modes.push(Mode::Code { depth: 0, parens: 0, last: ' ', out });
    }

    fn code(&mut self) {
        let rest = self.rest();
        let next = rest.find(['@', '<', '"', '\'', '/', '{', '}', '(', ')', ';']).unwrap_or(rest.len());
        let Some(Mode::Code { depth, parens, last, out }) = self.modes.last_mut() else { return };
        if next > 0 {
            let passed = rest.get(..next).unwrap_or_default().trim_end();
            *last = passed.chars().next_back().unwrap_or(*last);
            return self.copy(next);
        }
        let is_start = *depth > 0 && *parens == 0 && matches!(last, '{' | '}' | ';' | ':');
        let sign = rest.chars().next().unwrap_or_default();
        let out = *out;
        match sign {
            '@' => return self.transition_in_code(is_start),
            '<' if is_start && rest.get(1..).is_some_and(|rest| rest.starts_with(opens_element)) => {
                return self.open_markup(Until::Element, "");
            }
            '"' | '\'' => return self.copy_text(literal_length(rest)),
            '/' if rest.starts_with("//") => {
                let length = rest.find('\n').unwrap_or(rest.len());
                return if rest.starts_with("///") { self.copy(length) } else { self.skip(length) };
            }
            '/' if rest.starts_with("/*") => {
                return self.skip(rest.find("*/").map_or(rest.len(), |end| end + 2));
            }
            '{' => *depth += 1,
            '}' => *depth = depth.saturating_sub(1),
            '(' => *parens += 1,
            ')' => *parens = parens.saturating_sub(1),
            _ => {}
        }
        *last = sign;
        let is_over = *depth == 0 && *parens == 0;
        if sign == '}' && is_over {
            return self.end_block(out);
        }
        self.copy(1);
        if sign == ';' && is_over {
            self.modes.pop();
        }
    }

    /// The last `}` of a stretch of code.
    fn end_block(&mut self, out: Out) {
        let around = self.modes.iter().rev().nth(1);
        if out == Out::Members && !matches!(around, Some(Mode::Markup { out: Out::Members, .. })) {
            self.skip(1);
            self.modes.pop();
            return;
        }
        self.copy(1);
        let word = leading(self.rest().trim_start(), is_part_of_name);
        if !CONTINUATIONS.contains(&word) {
            self.modes.pop();
        }
    }

    fn copy_text(&mut self, length: usize) {
        if let Some(Mode::Code { last, .. }) = self.modes.last_mut() {
            *last = '"';
        }
        self.copy(length);
    }

    fn open_markup(&mut self, until: Until, closing: &'static str) {
        let out = self.out();
        if let Some(Mode::Code { last, .. }) = self.modes.last_mut() {
            *last = ';';
        }
        self.emit(" ");
        self.modes.push(Mode::Markup { until, open: 0, tag: None, raw: None, out, closing });
    }

    /// What starts with `@` in code.
    fn transition_in_code(&mut self, is_start: bool) {
        let rest = self.rest().get(1..).unwrap_or_default();
        match rest.chars().next().unwrap_or_default() {
            '*' => self.skip(1 + rest.find("*@").map_or(rest.len(), |end| end + 2)),
            ':' if is_start => {
                self.skip(2);
                self.open_markup(Until::Line, "");
            }
            '"' | '$' => {
                let quote = rest.find('"').unwrap_or_default();
                self.copy_text(1 + quote + verbatim_length(rest.get(quote..).unwrap_or_default()));
            }
            '<' if rest.get(1..).is_some_and(|rest| rest.starts_with(opens_element)) => {
                self.skip(1);
                // A fragment that is a value.
                if !is_start {
                    self.emit("() => {");
                }
                self.open_markup(Until::Element, if is_start { "" } else { "}" });
            }
            '(' if is_start => {
                self.skip(1);
                self.copy_expression(balanced(rest));
            }
            _ if is_start && self.directive() => {}
            _ if is_start && !opens_statement(rest) => self.expression(),
            // `@if` and `@{` within code are as without the sign.
            _ => self.skip(1),
        }
    }
}

fn is_part_of_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

fn opens_statement(text: &str) -> bool {
    let word = leading(text, is_part_of_name);
    let after = text.get(word.len()..).unwrap_or_default().trim_start();
    match word {
        "using" => after.starts_with('('),
        "await" => after.starts_with("foreach"),
        _ => STATEMENTS.contains(&word),
    }
}

fn opens_element(sign: char) -> bool {
    sign.is_alphabetic() || matches!(sign, '/' | '!' | '>')
}

fn is_start_of_line(before: &str) -> bool {
    before.rsplit('\n').next().is_none_or(|line| line.trim().is_empty())
}

/// The first signs of a text that fit.
fn leading(text: &str, fits: impl Fn(char) -> bool) -> &str {
    let end = text.find(|sign| !fits(sign)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// How long an expression without spaces is.
fn expression_length(text: &str) -> usize {
    let mut at = if text.starts_with("await ") { "await ".len() } else { 0 };
    let from = |at: usize| text.get(at..).unwrap_or_default();
    let is_named = |text: &str| text.starts_with(|first: char| first.is_alphabetic() || first == '_');
    if !is_named(from(at)) {
        return 0;
    }
    loop {
        at += leading(from(at), is_part_of_name).len();
        let mut rest = from(at);
        while rest.starts_with(['(', '[']) {
            at += balanced(rest);
            rest = from(at);
        }
        let link = ["?.", "!.", "."].into_iter().find(|link| rest.starts_with(link) && is_named(from(at + link.len())));
        match link {
            Some(link) => at += link.len(),
            None => return at,
        }
    }
}

/// How long a text is up to the bracket that closes its first one.
fn balanced(text: &str) -> usize {
    let (mut at, mut depth) = (0, 0_u32);
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['(', '[', '{', ')', ']', '}', '"', '\''])) {
        at += next;
        match text.as_bytes().get(at) {
            Some(b'"' | b'\'') => {
                let is_verbatim = text.get(..at).is_some_and(|before| before.ends_with('@') || before.ends_with("@$"));
                let rest = text.get(at..).unwrap_or_default();
                at += if is_verbatim { verbatim_length(rest) } else { literal_length(rest) };
                continue;
            }
            Some(b'(' | b'[' | b'{') => depth += 1,
            _ => depth = depth.saturating_sub(1),
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// How long a text or character literal is; one that has no end ends with its line.
fn literal_length(text: &str) -> usize {
    if text.starts_with("\"\"\"") {
        return text.get(3..).and_then(|rest| rest.find("\"\"\"")).map_or(text.len(), |end| end + 6);
    }
    let mut signs = text.char_indices();
    let Some((_, quote)) = signs.next() else { return 0 };
    let mut is_escaped = false;
    for (at, sign) in signs {
        match sign {
            '\n' => return at,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if sign == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// How long a literal is in which a doubled quote stands for one.
fn verbatim_length(text: &str) -> usize {
    let mut at = 1;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('"')) {
        at += next + 1;
        if !text.get(at..).is_some_and(|rest| rest.starts_with('"')) {
            return at;
        }
        at += 1;
    }
    text.len()
}
