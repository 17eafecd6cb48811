//! Expressions as [`Value`]s: what they say without being run.

use std::num::NonZeroU16;
use std::sync::Arc;

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::evidence::Lines;
use crate::codebase::outline::{Argument, CallValue, FunctionValue, Value};

use super::super::super::calls::{Calls, SLACK};
use super::super::syntax::{Grammar, Kind};

/// How deep a value is looked into.
const DEPTH_MAX: usize = 24 + SLACK as usize;
/// How many elements of a list or record are looked at: longer ones are data, not wiring.
pub(super) const ELEMENTS_MAX: usize = 1_000;
/// How many links of a call chain, and parts of a concatenation, are followed.
pub(super) const LINKS_MAX: usize = 64;

/// A text with the grammar that reads it.
#[derive(Clone, Copy)]
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    pub(super) grammar: &'static Grammar,
    pub(super) calls: &'t Calls,
}

impl<'t> Reader<'t> {
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.grammar.kind(node)
    }

    pub(super) fn slice(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The node's text with the brackets right around it.
    fn slice_around(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.start_byte().saturating_sub(1)..node.end_byte() + 1).unwrap_or_default()
    }

    /// The node's text on one line.
    pub(super) fn one_line(&self, node: Node<'_>) -> Atom {
        let text = self.slice(node);
        if !text.contains('\n') {
            return Atom::new(text);
        }
        Atom::from(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The type that an annotation (`: T`) names.
    pub(super) fn type_text(&self, annotation: Option<Node<'_>>) -> Option<Atom> {
        let text = self.one_line(annotation?);
        let name = text.trim_start_matches(['?', '-', ':']).trim();
        (!name.is_empty()).then(|| Atom::new(name))
    }

    /// The expression within brackets, casts, `await` and `!`.
    pub(super) fn unwrap<'n>(&self, mut node: Node<'n>) -> Node<'n> {
        for _ in 0..LINKS_MAX {
            let inner = match self.kind(node) {
                Kind::ParenthesizedExpression
                | Kind::AsExpression
                | Kind::SatisfiesExpression
                | Kind::NonNullExpression
                | Kind::AwaitExpression => first_expression(node, self),
                Kind::TypeAssertion => last_named(node),
                Kind::CallExpression => self.frozen(node),
                _ => return node,
            };
            match inner {
                Some(inner) => node = inner,
                None => return node,
            }
        }
        node
    }

    /// The type that a cast gives: `x as T`.
    pub(super) fn cast(&self, node: Node<'_>) -> Option<Atom> {
        if self.kind(node) != Kind::AsExpression || node.named_child_count() != 2 {
            return None;
        }
        Some(self.one_line(node.named_child(1)?))
    }

    /// The name under which the walk writes down what a cast gives, and its type; none where the type says nothing.
    pub(super) fn told_cast(&self, node: Node<'_>) -> Option<(Atom, Atom)> {
        let type_name = match self.kind(node) {
            Kind::AsExpression => self.cast(node)?,
            Kind::TypeAssertion => Atom::new(self.one_line(node.named_child(0)?).trim_matches(['<', '>']).trim()),
            _ => return None,
        };
        let says_nothing = matches!(type_name.as_str(), "any" | "unknown" | "never" | "");
        (!says_nothing).then(|| (at_place("", place(node), ""), type_name))
    }

    /// What `Object.freeze(x)` holds.
    fn frozen<'n>(&self, call: Node<'n>) -> Option<Node<'n>> {
        let function = at_field(call, self.grammar.fields.function)?;
        if self.kind(function) != Kind::MemberExpression || self.slice(function) != "Object.freeze" {
            return None;
        }
        first_expression(at_field(call, self.grammar.fields.arguments)?, self)
    }

    /// The dotted name that an expression is, if it is one: `a.b.c`, `this.x`, `a?.b`.
    pub(super) fn dotted(&self, node: Node<'_>) -> Option<Atom> {
        let mut parts: Vec<&str> = Vec::new();
        let mut node = node;
        for _ in 0..LINKS_MAX {
            match self.kind(node) {
                Kind::Identifier
                | Kind::This
                | Kind::Super
                | Kind::TypeIdentifier
                | Kind::ShorthandPropertyIdentifier => {
                    parts.push(self.slice(node));
                    return Some(join_dotted(&parts));
                }
                Kind::MemberExpression | Kind::NestedIdentifier => {
                    parts.push(self.slice(at_field(node, self.grammar.fields.property)?));
                    node = at_field(node, self.grammar.fields.object)?;
                }
                Kind::SubscriptExpression => {
                    let index = at_field(node, self.grammar.fields.index)?;
                    let key = self.slice(index).trim_matches(['"', '\'', '`']);
                    if self.kind(index) != Kind::String || key.is_empty() {
                        return None;
                    }
                    parts.push(key);
                    node = at_field(node, self.grammar.fields.object)?;
                }
                Kind::NonNullExpression => node = first_expression(node, self)?,
                _ => return None,
            }
        }
        None
    }

    /// The name by which an expression is referred to: [`Reader::dotted`], the earlier calls of a chain as `find()`,
    /// an element as `[]()`, or `[1]` where its number is told.
    pub(super) fn chained(&self, node: Node<'_>) -> Option<Atom> {
        let fields = &self.grammar.fields;
        let mut parts: Vec<(&str, &str)> = Vec::new();
        let mut node = node;
        let mut call = "";
        for _ in 0..LINKS_MAX {
            match self.kind(node) {
                Kind::Identifier | Kind::This | Kind::Super => {
                    parts.push((self.slice(node), call));
                    return Some(join_chain(&parts));
                }
                Kind::AsExpression | Kind::TypeAssertion => {
                    let (name, _) = self.told_cast(node)?;
                    parts.push((&name, call));
                    return Some(join_chain(&parts));
                }
                Kind::MemberExpression => {
                    parts.push((self.slice(at_field(node, fields.property)?), std::mem::take(&mut call)));
                    node = at_field(node, fields.object)?;
                }
                Kind::SubscriptExpression if call.is_empty() => {
                    let index = at_field(node, fields.index)?;
                    let key = self.slice(index).trim_matches(['"', '\'', '`']);
                    parts.push(match self.kind(index) {
                        Kind::String if !key.is_empty() => (key, ""),
                        Kind::Number => (self.slice_around(index), ""),
                        _ => ("[]", "()"),
                    });
                    node = at_field(node, fields.object)?;
                }
                Kind::CallExpression if call.is_empty() => {
                    call = "()";
                    node = at_field(node, fields.function)?;
                }
                Kind::NewExpression if call.is_empty() => {
                    call = "()";
                    node = at_field(node, fields.constructor)?;
                }
                Kind::NonNullExpression
                | Kind::ParenthesizedExpression
                | Kind::AwaitExpression
                | Kind::SatisfiesExpression => node = first_expression(node, self)?,
                _ => return None,
            }
        }
        None
    }

    /// What an expression says.
    pub(super) fn value(&self, node: Node<'_>, depth: usize) -> Value {
        if depth > DEPTH_MAX {
            self.calls.cut_off();
            return Value::Unknown;
        }
        let node = self.unwrap(node);
        match self.kind(node) {
            Kind::String => Value::Text(self.string(node)),
            Kind::TemplateString => self.template(node, depth),
            Kind::Number => Value::Number(Atom::new(self.slice(node))),
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::Null | Kind::Undefined => Value::Null,
            Kind::Regex => at_field(node, self.grammar.fields.pattern)
                .map_or(Value::Unknown, |pattern| Value::Regex(Atom::new(self.slice(pattern)))),
            Kind::Identifier | Kind::This | Kind::Super => Value::Name(Atom::new(self.slice(node))),
            Kind::MemberExpression | Kind::SubscriptExpression => self.member(node, depth),
            Kind::CallExpression | Kind::NewExpression => self.call(node, depth).map_or(Value::Unknown, Value::Call),
            Kind::BinaryExpression => self.binary(node, depth),
            Kind::TernaryExpression => {
                let branches = [self.grammar.fields.consequence, self.grammar.fields.alternative];
                let values = branches.into_iter().filter_map(|field| at_field(node, field));
                Value::Choice(values.map(|branch| self.value(branch, depth + 1)).collect())
            }
            Kind::Array => self.list(node, depth),
            Kind::Object => self.record(node, depth),
            kind if kind.is_function_literal() => self.function(node, depth),
            _ => Value::Unknown,
        }
    }

    fn function(&self, node: Node<'_>, depth: usize) -> Value {
        let body = at_field(node, self.grammar.fields.body);
        let returns = body.map(|body| self.value(body, depth + 1)).filter(|value| *value != Value::Unknown);
        let (lines, parameters, decorators) = (lines(node), self.parameters(node), ThinVec::new());
        Value::Function(Box::new(FunctionValue { lines, parameters, decorators, returns }))
    }

    fn member(&self, node: Node<'_>, depth: usize) -> Value {
        let fields = &self.grammar.fields;
        let object = at_field(node, fields.object);
        let property = match self.kind(node) {
            Kind::MemberExpression => at_field(node, fields.property).map(|property| Atom::new(self.slice(property))),
            _ => at_field(node, fields.index)
                .filter(|index| self.kind(*index) == Kind::String)
                .map(|index| self.string(index)),
        };
        let Some(object) = object else { return Value::Unknown };
        let object = self.value(object, depth + 1);
        let Some(property) = property else { return self.element_of(node, object, depth) };
        match object {
            Value::Unknown => Value::Unknown,
            Value::Name(name) => Value::Name(dot(&name, &property)),
            object => Value::Member(Box::new(object), property),
        }
    }

    /// `x[key]` with a key that is no literal: a call of `[]`.
    fn element_of(&self, node: Node<'_>, receiver: Value, depth: usize) -> Value {
        let Some(index) = at_field(node, self.grammar.fields.index) else { return Value::Unknown };
        let value = self.value(index, depth + 1);
        if receiver == Value::Unknown || value == Value::Unknown {
            return Value::Unknown;
        }
        Value::Call(Arc::new(CallValue {
            callee: Atom::new("[]"),
            receiver: Some(receiver),
            args: thin_vec![Argument { name: None, value }],
            lines: lines(node),
            line: row(index),
            ..CallValue::default()
        }))
    }

    fn binary(&self, node: Node<'_>, depth: usize) -> Value {
        let fields = &self.grammar.fields;
        let operator = at_field(node, fields.operator).map_or("", |operator| self.slice(operator));
        if !matches!(operator, "+" | "||" | "??") {
            return Value::Unknown;
        }
        // `a + b + c` leans to the left and may be thousands of terms long.
        let mut terms = ThinVec::new();
        let mut left = Some(node);
        while let Some(at) = left {
            let same = self.kind(at) == Kind::BinaryExpression
                && at_field(at, fields.operator).is_some_and(|own| self.slice(own) == operator);
            if terms.len() > LINKS_MAX {
                return Value::Unknown;
            }
            if !same {
                terms.push(at);
                break;
            }
            terms.extend(at_field(at, fields.right));
            left = at_field(at, fields.left);
        }
        let values: ThinVec<Value> = terms.into_iter().rev().map(|term| self.value(term, depth + 1)).collect();
        let textual = values.iter().any(|value| matches!(value, Value::Text(_) | Value::Join(_)));
        match operator {
            "+" if textual => Value::Join(values),
            "+" => Value::Unknown,
            _ => Value::Choice(values),
        }
    }

    fn list(&self, node: Node<'_>, depth: usize) -> Value {
        let mut cursor = node.walk();
        let elements = node.named_children(&mut cursor).filter(|child| self.kind(*child) != Kind::Comment);
        Value::List(elements.take(ELEMENTS_MAX).map(|element| self.element(element, depth + 1)).collect())
    }

    pub(super) fn element(&self, node: Node<'_>, depth: usize) -> Value {
        if self.kind(node) != Kind::SpreadElement {
            return self.value(node, depth);
        }
        let inner = first_expression(node, self).map_or(Value::Unknown, |inner| self.value(inner, depth));
        Value::Spread(Box::new(inner))
    }

    fn record(&self, node: Node<'_>, depth: usize) -> Value {
        let fields = &self.grammar.fields;
        let mut cursor = node.walk();
        let mut entries = ThinVec::new();
        for child in node.named_children(&mut cursor).take(ELEMENTS_MAX) {
            let entry = match self.kind(child) {
                Kind::Pair => at_field(child, fields.key).and_then(|key| {
                    let value = at_field(child, fields.value)?;
                    Some((self.key(key)?, self.value(value, depth + 1)))
                }),
                Kind::ShorthandPropertyIdentifier => {
                    let name = Atom::new(self.slice(child));
                    Some((name.clone(), Value::Name(name)))
                }
                Kind::MethodDefinition => at_field(child, fields.name)
                    .and_then(|name| self.key(name))
                    .map(|name| (name, self.function(child, DEPTH_MAX))),
                Kind::SpreadElement => Some((Atom::new("..."), self.element(child, depth + 1))),
                _ => None,
            };
            entries.extend(entry);
        }
        Value::Record(entries)
    }

    /// A property's name, if it is no computed one; `[Enum.Member]` stands as the dotted name in brackets.
    pub(super) fn key(&self, node: Node<'_>) -> Option<Atom> {
        match self.kind(node) {
            Kind::String => Some(self.string(node)),
            Kind::PropertyIdentifier | Kind::Identifier | Kind::Number => Some(Atom::new(self.slice(node))),
            _ if node.kind() == "private_property_identifier" => Some(Atom::new(self.slice(node))),
            _ => self.dotted(node.named_child(0)?).map(|name| Atom::from(format!("[{name}]"))),
        }
    }
}

/// The child in a field.
pub(super) fn at_field(node: Node<'_>, field: Option<NonZeroU16>) -> Option<Node<'_>> {
    node.child_by_field_id(field?.get())
}

/// The lines of a node.
pub(super) fn lines(node: Node<'_>) -> Lines {
    Lines::new(row(node), line_of(node.end_position().row))
}

/// The first line of a node.
pub(super) fn row(node: Node<'_>) -> u32 {
    line_of(node.start_position().row)
}

fn line_of(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1)
}

/// `left.right`.
pub(super) fn dot(left: &str, right: &str) -> Atom {
    [left, ".", right].into_iter().collect()
}

/// A local name where it is bound, and what follows it.
pub(super) fn at_place(name: &str, (row, column): (u32, u32), rest: &str) -> Atom {
    Atom::from(format!("{name}@{row}:{column}{rest}"))
}

pub(super) fn place(node: Node<'_>) -> (u32, u32) {
    (row(node), u32::try_from(node.start_position().column).unwrap_or(u32::MAX))
}

/// The parts of a chain, each with what stands after it.
fn join_chain(reversed: &[(&str, &str)]) -> Atom {
    let dots = std::iter::once("").chain(std::iter::repeat("."));
    dots.zip(reversed.iter().rev()).flat_map(|(dot, (part, call))| [dot, *part, *call]).collect()
}

fn join_dotted(reversed: &[&str]) -> Atom {
    let dots = std::iter::once("").chain(std::iter::repeat("."));
    dots.zip(reversed.iter().rev()).flat_map(|(dot, part)| [dot, *part]).collect()
}

/// The first child that is an expression.
pub(super) fn first_expression<'n>(node: Node<'n>, reader: &Reader<'_>) -> Option<Node<'n>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| reader.kind(*child) != Kind::Comment)
}

fn last_named(node: Node<'_>) -> Option<Node<'_>> {
    let count = node.named_child_count();
    node.named_child(u32::try_from(count.checked_sub(1)?).ok()?)
}
