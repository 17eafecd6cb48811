//! String literals that name a host, a scheme or a connection.

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::Literal;
use crate::languages::address;

use super::super::syntax::Kind;
use super::Walk;
use super::values::{at_field, row};

/// Longer literals are texts, not addresses.
const LENGTH_MAX: usize = 400;

impl<'t> Walk<'t> {
    /// A string or template literal. Only a template has children to read.
    pub(super) fn literal(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let raw = self.read.slice(node);
        if raw.len() <= LENGTH_MAX && address::may_be_address(raw) {
            let text = address::text(&self.read.value(node, 0));
            if address::is_address(&text) {
                self.outline.literals.push(Literal {
                    text,
                    line: row(node),
                    enclosing: self.state.enclosing,
                    context: self.context_name(),
                });
            }
        }
        kind == Kind::TemplateString
    }

    /// The name of what a literal is given to.
    fn context_name(&self) -> Atom {
        let fields = &self.read.grammar.fields;
        let Some(node) = self.state.context else { return Atom::default() };
        let name = match self.read.kind(node) {
            Kind::Pair => at_field(node, fields.key).and_then(|key| self.read.key(key)),
            Kind::VariableDeclarator | Kind::PublicFieldDefinition | Kind::EnumAssignment => {
                at_field(node, fields.name).map(|name| self.read.one_line(name))
            }
            Kind::FieldDefinition => at_field(node, fields.property).map(|name| self.read.one_line(name)),
            Kind::AssignmentExpression => at_field(node, fields.left).and_then(|left| self.read.dotted(left)),
            Kind::NewExpression => at_field(node, fields.constructor).and_then(|callee| self.read.dotted(callee)),
            _ => at_field(node, fields.function).and_then(|callee| {
                self.read.dotted(callee).or_else(|| {
                    let property = at_field(callee, fields.property)?;
                    Some(Atom::new(self.read.slice(property)))
                })
            }),
        };
        name.unwrap_or_default()
    }
}
