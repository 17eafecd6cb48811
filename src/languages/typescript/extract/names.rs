//! Names used and names bound.

use crate::codebase::Atom;
use tree_sitter::{Node, TreeCursor};

use crate::codebase::outline::{Reference, ReferenceKind};

use super::super::syntax::Kind;
use super::values::{at_field, row};
use super::{Place, Walk};

impl<'t> Walk<'t> {
    /// An identifier, a type's name or a dotted name.
    pub(super) fn name(&mut self, node: Node<'t>, kind: Kind, cursor: &TreeCursor<'t>) -> bool {
        let field = cursor.field_id();
        let fields = &self.read.grammar.fields;
        let is_named = field.is_some() && field == fields.name;
        match kind {
            Kind::ShorthandPropertyIdentifierPattern => self.bind(node),
            Kind::ShorthandPropertyIdentifier => self.refer(node, ReferenceKind::Name),
            Kind::TypeIdentifier if self.parent() == Kind::TypeParameter && is_named => self.bind(node),
            Kind::TypeIdentifier if is_named && self.parent() != Kind::GenericType => {}
            Kind::TypeIdentifier | Kind::NestedTypeIdentifier => {
                let kind = if self.is_base() { ReferenceKind::Inherit } else { ReferenceKind::Type };
                self.refer_type(node, kind);
                return false;
            }
            Kind::Identifier if self.state.binding => self.bind(node),
            Kind::Identifier if is_named && !self.is_element() => {}
            Kind::Identifier if field.is_some() && field == fields.parameter => self.bind(node),
            Kind::Identifier if self.is_element() && !self.read.slice(node).starts_with(char::is_uppercase) => {}
            _ => {
                let used = self.usage(field);
                if self.read.dotted(node).is_none() {
                    return true;
                }
                self.refer(node, used);
                return false;
            }
        }
        false
    }

    /// How an expression's name is used, by what stands around it.
    fn usage(&self, field: Option<std::num::NonZeroU16>) -> ReferenceKind {
        let fields = &self.read.grammar.fields;
        match self.parent() {
            Kind::CallExpression if field == fields.function && self.grandparent() == Kind::Decorator => {
                ReferenceKind::Decorator
            }
            Kind::CallExpression if field == fields.function => ReferenceKind::Call,
            Kind::NewExpression if field == fields.constructor => ReferenceKind::Call,
            Kind::Decorator => ReferenceKind::Decorator,
            Kind::TypeQuery => ReferenceKind::Type,
            Kind::ExtendsClause | Kind::ClassHeritage => ReferenceKind::Inherit,
            _ if self.is_element() => ReferenceKind::Call,
            _ => ReferenceKind::Name,
        }
    }

    fn is_element(&self) -> bool {
        matches!(self.parent(), Kind::JsxOpeningElement | Kind::JsxSelfClosingElement | Kind::JsxClosingElement)
    }

    fn is_base(&self) -> bool {
        let clause = if self.parent() == Kind::GenericType { self.grandparent() } else { self.parent() };
        matches!(clause, Kind::ImplementsClause | Kind::ExtendsTypeClause | Kind::ExtendsClause)
    }

    fn refer_type(&mut self, node: Node<'t>, kind: ReferenceKind) {
        let name = self.read.one_line(node);
        self.push_reference(name, kind, row(node));
    }

    fn refer(&mut self, node: Node<'t>, kind: ReferenceKind) {
        if self.parent() == Kind::JsxClosingElement {
            return;
        }
        if let Some(name) = self.read.dotted(node) {
            self.push_reference(name, kind, row(node));
        }
    }

    pub(super) fn push_reference(&mut self, name: Atom, kind: ReferenceKind, line: u32) {
        let root = name.split('.').next().unwrap_or_default();
        if let Some(is_told) = self.locals.get(root).and_then(|bindings| bindings.last()) {
            // A local name says something only where a member of what it holds is used.
            if !is_told || root.len() == name.len() {
                return;
            }
        }
        if matches!(name.as_str(), "this" | "super" | "arguments" | "require") {
            return;
        }
        self.references.push(Reference { name, kind, enclosing: self.state.enclosing, count: 1, line });
    }

    /// Binds the name or names of a pattern, of whose values nothing is known.
    pub(super) fn bind(&mut self, node: Node<'t>) {
        if matches!(
            self.read.kind(node),
            Kind::Identifier | Kind::ShorthandPropertyIdentifierPattern | Kind::TypeIdentifier
        ) {
            self.bind_name(self.read.slice(node), false);
        }
    }

    /// Binds a name; `is_told` says whether the outline holds its type or value.
    pub(super) fn bind_name(&mut self, name: &'t str, is_told: bool) {
        if self.state.place == Place::Module && self.frames.iter().all(|frame| frame.scope.is_none()) {
            return;
        }
        self.locals.entry(name).or_default().push(is_told);
        self.local_order.push(name);
    }

    /// The names of a function's parameters. A named function's definition says their types.
    pub(super) fn parameters(&mut self, list: Node<'t>) {
        let fields = &self.read.grammar.fields;
        let is_defined = self.state.told_parameters;
        let mut cursor = list.walk();
        for child in list.named_children(&mut cursor) {
            let is_typed = at_field(child, fields.r#type).is_some();
            let name = match self.read.kind(child) {
                Kind::AssignmentPattern => at_field(child, fields.left),
                kind if kind.is_parameter() => at_field(child, fields.pattern).or_else(|| at_field(child, fields.name)),
                _ => Some(child),
            };
            let Some(name) = name else { continue };
            if self.read.kind(name) == Kind::Identifier {
                self.bind_name(self.read.slice(name), is_typed && is_defined);
            }
        }
        self.open().binding = false;
    }
}
