//! Parameters, type parameters and decorators.

use thin_vec::{ThinVec, thin_vec};
use tree_sitter::Node;

use crate::codebase::Atom;
use crate::codebase::outline::{Decorator, Parameter};

use super::super::syntax::Kind;
use super::values::{Reader, at_field, first_expression, lines};

impl Reader<'_> {
    /// The names of the type parameters that a declaration has.
    pub(super) fn type_parameters(&self, node: Node<'_>) -> ThinVec<Atom> {
        let Some(list) = at_field(node, self.grammar.fields.type_parameters) else { return ThinVec::new() };
        let mut cursor = list.walk();
        let names = list.named_children(&mut cursor).filter_map(|own| at_field(own, self.grammar.fields.name));
        names.map(|name| Atom::new(self.slice(name))).collect()
    }

    /// The parameters of a function or method.
    pub(super) fn parameters(&self, function: Node<'_>) -> ThinVec<Parameter> {
        let fields = &self.grammar.fields;
        if let Some(single) = at_field(function, fields.parameter) {
            return thin_vec![Parameter { name: Atom::new(self.slice(single)), ..Parameter::default() }];
        }
        let Some(list) = at_field(function, fields.parameters) else { return ThinVec::new() };
        let mut cursor = list.walk();
        list.named_children(&mut cursor)
            .filter(|child| !matches!(self.kind(*child), Kind::Comment | Kind::Decorator))
            .map(|child| self.parameter(child))
            .collect()
    }

    fn parameter(&self, node: Node<'_>) -> Parameter {
        let fields = &self.grammar.fields;
        let kind = self.kind(node);
        let (pattern, default) = match kind {
            Kind::AssignmentPattern => (at_field(node, fields.left), at_field(node, fields.right)),
            _ if kind.is_parameter() => {
                (at_field(node, fields.pattern).or_else(|| at_field(node, fields.name)), at_field(node, fields.value))
            }
            _ => (Some(node), None),
        };
        let mut modifiers: ThinVec<Atom> = ThinVec::new();
        if kind.is_parameter() {
            let mut cursor = node.walk();
            let before = node.children(&mut cursor).take_while(|child| Some(*child) != pattern);
            modifiers
                .extend(before.filter(|child| self.kind(*child) != Kind::Decorator).map(|child| self.one_line(child)));
        }
        let mut name = pattern.map(|pattern| self.one_line(pattern)).unwrap_or_default();
        if let Some(rest) = name.strip_prefix("...") {
            modifiers.push(Atom::new("..."));
            name = Atom::new(rest);
        }
        if kind == Kind::OptionalParameter {
            modifiers.push(Atom::new("?"));
        }
        Parameter {
            name,
            type_name: self.type_text(at_field(node, fields.r#type)),
            default: default.map(|value| self.value(value, 1)),
            decorators: if kind.is_parameter() { self.decorators(node) } else { ThinVec::new() },
            modifiers,
        }
    }

    /// The decorators that are children of `node`.
    pub(super) fn decorators(&self, node: Node<'_>) -> ThinVec<Decorator> {
        let Some(field) = self.grammar.fields.decorator else { return ThinVec::new() };
        let mut cursor = node.walk();
        node.children_by_field_id(field, &mut cursor).filter_map(|child| self.decorator(child)).collect()
    }

    /// A decorator with its arguments.
    pub(super) fn decorator(&self, node: Node<'_>) -> Option<Decorator> {
        let expression = self.unwrap(first_expression(node, self)?);
        let (name, args) = if self.kind(expression) == Kind::CallExpression {
            let list = at_field(expression, self.grammar.fields.arguments);
            (self.callee(expression)?, list.map_or_else(ThinVec::new, |list| self.arguments(list, 1)))
        } else {
            (expression, ThinVec::new())
        };
        Some(Decorator { name: self.dotted(name)?, args, lines: lines(node) })
    }
}
