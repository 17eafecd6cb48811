//! String literals that name a host, a scheme or a connection.

use smol_str::SmolStr;
use tree_sitter::Node;

use crate::codebase::outline::{Literal, Value};

use super::super::syntax::Kind;
use super::Walk;
use super::values::row;

/// Longer literals are texts, not addresses.
const LENGTH_MAX: usize = 400;

impl<'t> Walk<'t> {
    /// A string or template literal. Only a template has children to read.
    pub(super) fn literal(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let raw = self.read.slice(node);
        if raw.len() <= LENGTH_MAX && names_connection(raw) {
            let text = match kind {
                Kind::String => self.read.string(node),
                _ => with_holes(&self.read.value(node, 0)),
            };
            self.outline.literals.push(Literal {
                text,
                line: row(node),
                enclosing: self.state.enclosing,
                context: self.context_name(),
            });
        }
        kind == Kind::TemplateString
    }

    /// The name of what a literal is given to.
    fn context_name(&self) -> SmolStr {
        let fields = &self.read.grammar.fields;
        let Some(node) = self.state.context else { return SmolStr::default() };
        let name = match self.read.kind(node) {
            Kind::Pair => self.read.field(node, fields.key).and_then(|key| self.read.key(key)),
            Kind::VariableDeclarator | Kind::PublicFieldDefinition | Kind::EnumAssignment => {
                self.read.field(node, fields.name).map(|name| self.read.one_line(name))
            }
            Kind::FieldDefinition => self.read.field(node, fields.property).map(|name| self.read.one_line(name)),
            Kind::AssignmentExpression => self.read.field(node, fields.left).and_then(|left| self.read.dotted(left)),
            Kind::NewExpression => {
                self.read.field(node, fields.constructor).and_then(|callee| self.read.dotted(callee))
            }
            _ => self.read.field(node, fields.function).and_then(|callee| {
                self.read.dotted(callee).or_else(|| {
                    let property = self.read.field(callee, fields.property)?;
                    Some(SmolStr::new(self.read.slice(property)))
                })
            }),
        };
        name.unwrap_or_default()
    }
}

fn with_holes(value: &Value) -> SmolStr {
    match value {
        Value::Join(parts) => {
            SmolStr::from(parts.iter().map(|part| part.as_text().unwrap_or("{}")).collect::<String>())
        }
        value => SmolStr::new(value.as_text().unwrap_or_default()),
    }
}

/// Whether a literal looks like a URL, a connection string or a host name.
fn names_connection(raw: &str) -> bool {
    let text = raw.trim_matches(['"', '\'', '`']);
    if let Some(at) = text.find("://") {
        let before = &text[..at];
        let scheme = before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))).next();
        return scheme.is_some_and(|scheme| scheme.starts_with(|c: char| c.is_ascii_alphabetic()));
    }
    if text.contains(char::is_whitespace) || text.len() < 6 {
        let lower = text.to_ascii_lowercase();
        return ["server=", "data source=", "host=", "accountendpoint=", "endpoint=sb"]
            .iter()
            .any(|key| lower.starts_with(key));
    }
    is_host(text)
}

/// `api.example.com`, with a port or path behind it or not.
fn is_host(text: &str) -> bool {
    const ENDINGS: &[&str] = &["com", "net", "org", "io", "dev", "cloud", "app", "co", "eu", "gov", "ai"];
    let host = text.split(['/', ':', '?']).next().unwrap_or_default();
    let mut labels = host.split('.');
    let is_plain = host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte));
    is_plain
        && labels.clone().count() >= 3
        && labels.all(|label| !label.is_empty())
        && host.rsplit('.').next().is_some_and(|last| ENDINGS.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::names_connection;

    #[test]
    fn addresses_are_told_from_other_texts() {
        for text in ["'https://api.stripe.com'", "`redis://${host}:6379`", "'smtp.sendgrid.net'", "'api.mapbox.com/v5'"]
        {
            assert!(names_connection(text), "{text}");
        }
        for text in ["'hello world'", "'user.created'", "'./a.com'", "'app.module.ts'", "'://'", "'a@example.com'"] {
            assert!(!names_connection(text), "{text}");
        }
    }
}
