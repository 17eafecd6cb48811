//! String and template literals, their escapes taken out.

use thin_vec::ThinVec;
use tree_sitter::Node;

use crate::codebase::Atom;
use crate::codebase::outline::Value;

use super::super::syntax::Kind;
use super::values::Reader;

impl Reader<'_> {
    /// The text of a string literal, unescaped.
    pub(super) fn string(&self, node: Node<'_>) -> Atom {
        let raw = self.slice(node);
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        unescape(inner)
    }

    pub(super) fn template(&self, node: Node<'_>, depth: usize) -> Value {
        let mut parts = ThinVec::new();
        let mut text = String::new();
        let mut at = node.start_byte() + 1;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| self.kind(*child) == Kind::TemplateSubstitution) {
            text.push_str(&unescape(self.text.get(at..child.start_byte()).unwrap_or_default()));
            at = child.end_byte();
            if !text.is_empty() {
                parts.push(Value::Text(Atom::from(std::mem::take(&mut text))));
            }
            parts.push(child.named_child(0).map_or(Value::Unknown, |inner| self.value(inner, depth + 1)));
        }
        let end = node.end_byte().saturating_sub(1).max(at);
        text.push_str(&unescape(self.text.get(at..end).unwrap_or_default()));
        if parts.is_empty() {
            return Value::Text(Atom::from(text));
        }
        if !text.is_empty() {
            parts.push(Value::Text(Atom::from(text)));
        }
        Value::Join(parts)
    }
}

/// Takes the escapes out of a literal's inner text.
fn unescape(raw: &str) -> Atom {
    if !raw.contains('\\') {
        return Atom::new(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(next) = chars.next() {
        if next != '\\' {
            text.push(next);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('u') => text.extend(unicode_escape(&mut chars)),
            Some('x') => text.extend(code_point(&chars.by_ref().take(2).collect::<String>())),
            Some('\n') | None => {}
            Some(other) => text.push(other),
        }
    }
    Atom::from(text)
}

fn unicode_escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    if chars.as_str().starts_with('{') {
        chars.next();
        return code_point(&chars.by_ref().take_while(|next| *next != '}').collect::<String>());
    }
    code_point(&chars.by_ref().take(4).collect::<String>())
}

fn code_point(hex: &str) -> Option<char> {
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)
}
