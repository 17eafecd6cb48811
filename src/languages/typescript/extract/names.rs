//! Names used and names bound.

use crate::codebase::Atom;
use tree_sitter::{Node, TreeCursor};

use crate::codebase::outline::{Reference, ReferenceKind, Value};

use super::super::syntax::Kind;
use super::values::{at_field, at_place, dot, first_expression, place, row};
use super::{Giver, Local, Place, Walk};

/// Methods that give each value of a list, map, set or stream to a function.
const GIVING_EACH: &[&str] = &[
    "every",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flatMap",
    "forEach",
    "map",
    "some",
    "subscribe",
];

impl<'t> Walk<'t> {
    /// An identifier, a type's name or a dotted name.
    pub(super) fn name(&mut self, node: Node<'t>, kind: Kind, cursor: &TreeCursor<'t>) -> bool {
        let field = cursor.field_id();
        let fields = &self.read.grammar.fields;
        let is_named = field.is_some() && field == fields.name;
        match kind {
            Kind::ShorthandPropertyIdentifierPattern if self.state.told_pattern => {}
            Kind::ShorthandPropertyIdentifierPattern => self.bind(node),
            Kind::ShorthandPropertyIdentifier => self.refer(node, ReferenceKind::Name),
            Kind::TypeIdentifier if self.parent() == Kind::TypeParameter && is_named => self.bind(node),
            Kind::TypeIdentifier if is_named && self.parent() != Kind::GenericType => {}
            Kind::TypeIdentifier | Kind::NestedTypeIdentifier => {
                let kind = if self.is_base() { ReferenceKind::Inherit } else { ReferenceKind::Type };
                self.refer_type(node, kind);
                return false;
            }
            Kind::Identifier if self.state.binding && !self.is_default() => self.bind(node),
            Kind::Identifier if self.state.told_pattern && self.parent() == Kind::PairPattern => {}
            Kind::Identifier if is_named && !self.is_element() => {}
            Kind::Identifier if field.is_some() && field == fields.parameter => self.lone_parameter(node),
            Kind::Identifier if self.is_element() && !self.read.slice(node).starts_with(char::is_uppercase) => {}
            _ => {
                let used = self.usage(field);
                if self.read.dotted(node).is_none() {
                    if used == ReferenceKind::Call {
                        let name = self.read.chained(node).or_else(|| self.last_name(node));
                        if let Some(name) = name {
                            self.push_reference(name, used, row(node));
                        }
                    }
                    return true;
                }
                self.refer(node, used);
                return false;
            }
        }
        false
    }

    /// Whether the name at hand is used in what a pattern gives where there is no value.
    fn is_default(&self) -> bool {
        matches!(self.parent(), Kind::CallExpression | Kind::NewExpression | Kind::Arguments)
    }

    /// The member of an expression that is no name: `.trim` of `" a ".trim`.
    fn last_name(&self, node: Node<'t>) -> Option<Atom> {
        let property = at_field(node, self.read.grammar.fields.property)?;
        Some(dot("", self.read.slice(property)))
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
            // The grammar reads `await f<T>()` as a call of `await f`.
            Kind::AwaitExpression if self.grandparent() == Kind::CallExpression => ReferenceKind::Call,
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

    pub(super) fn push_reference(&mut self, mut name: Atom, kind: ReferenceKind, line: u32) {
        let first = name.split('.').next().unwrap_or_default();
        let root = first.strip_suffix("()").unwrap_or(first);
        if root == "require" || matches!(name.as_str(), "this" | "super" | "arguments") {
            return;
        }
        if let Some(local) = self.locals.get(root).and_then(|bindings| bindings.last()) {
            // A local name says something only where it is called, or a member of what it holds is used.
            let is_called = kind == ReferenceKind::Call;
            match local {
                Local::Untold if is_called => name = untold(root, &name[root.len()..]),
                Local::Untold => return,
                _ if first.len() == name.len() && !is_called => return,
                Local::Told => {}
                Local::ToldAt(place) => name = at_place(root, *place, &name[root.len()..]),
            }
        }
        self.references.push(Reference { name, kind, enclosing: self.state.enclosing, count: 1, line });
    }

    /// Binds the name or names of a pattern, of whose values nothing is known.
    pub(super) fn bind(&mut self, node: Node<'t>) {
        let told = self.told_patterns.iter().rposition(|id| *id == node.id());
        if let Some(index) = told {
            self.told_patterns.swap_remove(index);
        } else if matches!(
            self.read.kind(node),
            Kind::Identifier | Kind::ShorthandPropertyIdentifierPattern | Kind::TypeIdentifier
        ) {
            self.bind_name(self.read.slice(node), Local::Untold);
        }
    }

    /// Binds a name, unless it is one of the module's own.
    pub(super) fn bind_name(&mut self, name: &'t str, local: Local) {
        if self.state.place == Place::Module && self.frames.iter().all(|frame| frame.scope.is_none()) {
            return;
        }
        self.locals.entry(name).or_default().push(local);
        self.local_order.push(name);
    }

    /// The names of a function's parameters. A named function's definition says their types.
    pub(super) fn parameters(&mut self, list: Node<'t>) {
        let fields = &self.read.grammar.fields;
        let giver = self.state.giver.take();
        let mut cursor = list.walk();
        for (position, child) in (0..).zip(list.named_children(&mut cursor)) {
            let annotation = at_field(child, fields.r#type);
            let name = match self.read.kind(child) {
                Kind::AssignmentPattern => at_field(child, fields.left),
                kind if kind.is_parameter() => at_field(child, fields.pattern).or_else(|| at_field(child, fields.name)),
                _ => Some(child),
            };
            let Some(name) = name else { continue };
            if self.state.told_parameters {
                self.told_parameter(name, annotation.is_some());
            } else {
                let given = giver.as_ref().filter(|giver| giver.position == position).map(|giver| giver.value.clone());
                self.literal_parameter(name, given, annotation);
            }
        }
        self.open().binding = false;
    }

    /// A parameter of a definition, which says its type.
    fn told_parameter(&mut self, name: Node<'t>, is_typed: bool) {
        match self.read.kind(name) {
            Kind::Identifier => {
                self.bind_name(self.read.slice(name), if is_typed { Local::Told } else { Local::Untold });
            }
            Kind::ObjectPattern if is_typed => {
                self.told_patterns.push(name.id());
                for (_, local) in self.pattern_nodes(name) {
                    self.bind_name(self.read.slice(local), Local::Told);
                }
            }
            _ => {}
        }
    }

    /// `x => ...`
    fn lone_parameter(&mut self, name: Node<'t>) {
        let giver = if self.parent() == Kind::ArrowFunction { self.state.giver.take() } else { None };
        match giver.filter(|giver| giver.position == 0) {
            Some(giver) => self.literal_parameter(name, Some(giver.value), None),
            None => self.bind(name),
        }
    }

    /// A parameter of a function literal that is no definition: what it is given, or its type, is written down under
    /// its name and place.
    fn literal_parameter(&mut self, name: Node<'t>, given: Option<Value>, annotation: Option<Node<'t>>) {
        let type_name = self.read.type_text(annotation);
        let given = given.filter(|_| type_name.is_none()).unwrap_or_default();
        let is_told = type_name.is_some() || given != Value::Unknown;
        match self.read.kind(name) {
            Kind::Identifier if is_told => {
                let target = at_place(self.read.slice(name), place(name), "");
                self.assign(&target, given, type_name.as_deref(), row(name));
                self.bind_name(self.read.slice(name), Local::ToldAt(place(name)));
            }
            Kind::Identifier => self.bind_name(self.read.slice(name), Local::Untold),
            Kind::ObjectPattern if is_told => {
                self.told_patterns.push(name.id());
                let whole = at_place("", place(name), "");
                self.assign(&whole, given, type_name.as_deref(), row(name));
                for (key, local) in self.pattern_nodes(name) {
                    let target = at_place(self.read.slice(local), place(local), "");
                    self.assign(&target, Value::Name(dot(&whole, &key)), None, row(local));
                    self.bind_name(self.read.slice(local), Local::ToldAt(place(local)));
                }
            }
            _ => {}
        }
    }

    /// What a call gives to the function literal that is its first argument.
    pub(super) fn giver_of(&mut self, literal: Node<'t>) -> Option<Giver> {
        let fields = &self.read.grammar.fields;
        let call = self.state.context.filter(|_| self.parent() == Kind::Arguments)?;
        let callee =
            at_field(call, fields.function).filter(|callee| self.read.kind(*callee) == Kind::MemberExpression)?;
        let method = self.read.slice(at_field(callee, fields.property)?);
        let position = match method {
            "reduce" | "reduceRight" => 1,
            _ if method == "then" || GIVING_EACH.contains(&method) => 0,
            _ => return None,
        };
        if first_expression(at_field(call, fields.arguments)?, &self.read)? != literal {
            return None;
        }
        let receiver = self.told_value(at_field(callee, fields.object)?);
        let value = match (receiver, method) {
            (Value::Unknown | Value::Text(_) | Value::Number(_), _) => return None,
            // Promises are seen through everywhere.
            (receiver, "then") => receiver,
            (receiver, _) => Value::Spread(Box::new(receiver)),
        };
        Some(Giver { position, value })
    }
}

/// A local name of which nothing is known, and what follows it.
fn untold(name: &str, rest: &str) -> Atom {
    [name, "@", rest].into_iter().collect()
}
