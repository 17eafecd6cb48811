//! Calls and constructions as values, with the chains that they are links of.

use std::sync::Arc;

use thin_vec::{ThinVec, thin_vec};
use tree_sitter::Node;

use crate::codebase::Atom;
use crate::codebase::outline::{Argument, CallValue, Value};

use super::super::syntax::Kind;
use super::values::{ELEMENTS_MAX, LINKS_MAX, Reader, at_field, lines, row};

impl Reader<'_> {
    /// A call or construction with its receiver chain.
    pub(super) fn call(&self, node: Node<'_>, depth: usize) -> Option<Arc<CallValue>> {
        if let Some(known) = self.calls.known(node) {
            return Some(known);
        }
        let mut links = vec![node];
        let mut receiver = None;
        let mut at = node;
        loop {
            let callee = self.callee(at)?;
            if self.kind(callee) != Kind::MemberExpression {
                break;
            }
            let object = self.unwrap(at_field(callee, self.grammar.fields.object)?);
            if self.kind(object) != Kind::CallExpression {
                receiver = Some(self.value(object, depth + 1));
                break;
            }
            if let Some(known) = self.calls.known(object) {
                receiver = Some(Value::Call(known));
                break;
            }
            if links.len() >= LINKS_MAX {
                self.calls.cut_off();
                receiver = Some(Value::Unknown);
                break;
            }
            links.push(object);
            at = object;
        }
        let mut built: Option<Arc<CallValue>> = None;
        for link in links.into_iter().rev() {
            let receiver = built.take().map(Value::Call).or_else(|| receiver.take());
            let level = u32::try_from(depth).unwrap_or(u32::MAX);
            built = Some(self.calls.at(link, level, || self.link(link, receiver, depth))?);
        }
        built
    }

    /// What a call calls, brackets and `!` left out.
    pub(super) fn callee<'n>(&self, call: Node<'n>) -> Option<Node<'n>> {
        let fields = &self.grammar.fields;
        let field = if self.kind(call) == Kind::NewExpression { fields.constructor } else { fields.function };
        Some(self.unwrap(at_field(call, field)?))
    }

    fn link(&self, node: Node<'_>, receiver: Option<Value>, depth: usize) -> Option<CallValue> {
        let fields = &self.grammar.fields;
        let callee = self.callee(node)?;
        let (name, place) = match self.kind(callee) {
            Kind::MemberExpression => {
                let property = at_field(callee, fields.property)?;
                (self.slice(property), property)
            }
            Kind::Identifier | Kind::Import | Kind::Super => (self.slice(callee), callee),
            _ => ("", callee),
        };
        let receiver = match self.kind(callee) {
            Kind::CallExpression => Some(self.value(callee, depth + 1)),
            _ => receiver.filter(|receiver| *receiver != Value::Unknown || !name.is_empty()),
        };
        Some(CallValue {
            callee: Atom::new(name),
            receiver,
            type_args: self.type_arguments(node),
            args: at_field(node, fields.arguments).map_or_else(ThinVec::new, |args| self.arguments(args, depth)),
            is_new: self.kind(node) == Kind::NewExpression,
            lines: lines(node),
            line: row(place),
        })
    }

    fn type_arguments(&self, call: Node<'_>) -> ThinVec<Atom> {
        let Some(list) = at_field(call, self.grammar.fields.type_arguments) else { return ThinVec::new() };
        let mut cursor = list.walk();
        list.named_children(&mut cursor).map(|argument| self.one_line(argument)).collect()
    }

    pub(super) fn arguments(&self, list: Node<'_>, depth: usize) -> ThinVec<Argument> {
        if self.kind(list) == Kind::TemplateString {
            return thin_vec![Argument { name: None, value: self.template(list, depth) }];
        }
        let mut cursor = list.walk();
        list.named_children(&mut cursor)
            .filter(|child| self.kind(*child) != Kind::Comment)
            .take(ELEMENTS_MAX)
            .map(|child| Argument { name: None, value: self.element(child, depth + 1) })
            .collect()
    }
}
