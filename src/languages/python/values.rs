//! Expressions as [`Value`]s: what they say without being run.

use std::sync::Arc;

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::Lines;
use crate::codebase::outline::{Argument, CallValue, FunctionValue, Value};

use super::super::calls::{Calls, SLACK};
use super::definitions;
use super::grammar::{Grammar, Kind};
use super::strings;

/// Below this depth of nesting a value is not known: no route or setting is written so, but hostile files are.
const DEPTH_MAX: u32 = 32 + SLACK;
/// Longer lists and dictionaries are data, not declarations.
const ELEMENTS_MAX: usize = 2048;
/// A longer name is no name that anybody resolves; the bound keeps long chains linear.
const NAME_BYTES_MAX: usize = 512;

/// A file's text with its grammar: what every reading of a node needs.
#[derive(Clone, Copy)]
pub(super) struct Source<'s> {
    pub(super) text: &'s str,
    pub(super) grammar: &'static Grammar,
    pub(super) calls: &'s Calls,
}

impl<'s> Source<'s> {
    /// The node's text.
    pub(super) fn text(self, node: Node<'_>) -> &'s str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The node's kind.
    pub(super) fn kind(self, node: Node<'_>) -> Kind {
        self.grammar.kind(node)
    }

    /// The node's text on one line.
    pub(super) fn flat_text(self, node: Node<'_>) -> Atom {
        let text = self.text(node);
        if !text.contains(['\n', '\r']) && !text.contains("  ") {
            return Atom::new(text);
        }
        Atom::from(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A type as written, a quoted forward reference without its quotes.
    pub(super) fn type_text(self, node: Node<'_>) -> Atom {
        let text = self.flat_text(node);
        let bare = text.trim_matches(['"', '\'']);
        if bare.len() + 2 == text.len() && !bare.contains(['"', '\'']) { Atom::new(bare) } else { text }
    }

    /// The dotted name that the node spells, if it is nothing but names, dots and literal keys.
    pub(super) fn dotted(self, node: Node<'_>) -> Option<Atom> {
        match self.kind(node) {
            Kind::Identifier | Kind::Attribute | Kind::DottedName | Kind::MemberType => {
                if let Some(name) = plain_name(self.text(node)) {
                    return Some(name);
                }
                if node.end_byte() - node.start_byte() > NAME_BYTES_MAX {
                    return None;
                }
                let object = Grammar::child(node, self.grammar.fields.object)?;
                let attribute = Grammar::child(node, self.grammar.fields.attribute)?;
                Some(Atom::from(format!("{}.{}", self.dotted(object)?, self.text(attribute))))
            }
            Kind::Subscript => {
                if node.end_byte() - node.start_byte() > NAME_BYTES_MAX {
                    return None;
                }
                let base = Grammar::child(node, self.grammar.fields.value)?;
                let key = Grammar::child(node, self.grammar.fields.subscript)?;
                if self.kind(key) != Kind::String
                    || !matches!(self.kind(base), Kind::Identifier | Kind::Attribute | Kind::Subscript)
                {
                    return None;
                }
                let Value::Text(key) = self.string(key, 0) else { return None };
                Some(Atom::from(format!("{}.{key}", self.dotted(base)?)))
            }
            _ => None,
        }
    }

    /// The value of an expression.
    pub(super) fn value(self, node: Node<'_>) -> Value {
        self.value_at(node, 0)
    }

    fn value_at(self, node: Node<'_>, depth: u32) -> Value {
        if depth >= DEPTH_MAX {
            self.calls.cut_off();
            return Value::Unknown;
        }
        match self.kind(node) {
            Kind::String => self.string(node, depth),
            Kind::ConcatenatedString => join(self.children(node).map(|part| self.value_at(part, depth + 1))),
            Kind::Identifier => Value::Name(Atom::new(self.text(node))),
            Kind::Attribute => self.attribute(node, depth),
            Kind::Subscript => self.index(node, depth),
            Kind::True => Value::Bool(true),
            Kind::False => Value::Bool(false),
            Kind::None => Value::Null,
            Kind::Number => Value::Number(Atom::new(self.text(node))),
            Kind::UnaryOperator => self.negative(node),
            Kind::List | Kind::ExpressionList => self.list(node, depth),
            Kind::ListSplat | Kind::DictionarySplat => match self.children(node).next() {
                Some(inner) => Value::Spread(Box::new(self.value_at(inner, depth + 1))),
                None => Value::Unknown,
            },
            Kind::Dictionary => self.record(node, depth),
            Kind::Call => Value::Call(self.call_at(node, depth)),
            Kind::BinaryOperator => self.binary(node, depth),
            Kind::BooleanOperator => self.either(node, depth),
            Kind::ConditionalExpression => {
                let mut parts = self.children(node);
                let first = parts.next().map(|part| self.value_at(part, depth + 1));
                let last = parts.nth(1).map(|part| self.value_at(part, depth + 1));
                Value::Choice(first.into_iter().chain(last).collect())
            }
            Kind::Parenthesized | Kind::Await | Kind::Type => {
                self.children(node).next().map_or(Value::Unknown, |inner| self.value_at(inner, depth + 1))
            }
            Kind::GenericType => self.generic(node, depth),
            Kind::NamedExpression => Grammar::child(node, self.grammar.fields.value)
                .map_or(Value::Unknown, |inner| self.value_at(inner, depth + 1)),
            Kind::Lambda => self.lambda(node, depth),
            _ => Value::Unknown,
        }
    }

    /// The call that a `call` node makes.
    pub(super) fn call(self, node: Node<'_>) -> Arc<CallValue> {
        self.call_at(node, 0)
    }

    fn call_at(self, node: Node<'_>, depth: u32) -> Arc<CallValue> {
        self.calls.at(node, depth, || Some(self.read_call(node, depth))).unwrap_or_default()
    }

    fn read_call(self, node: Node<'_>, depth: u32) -> CallValue {
        let fields = &self.grammar.fields;
        let mut call = CallValue { lines: lines(node), line: line(node), ..CallValue::default() };
        if let Some(function) = Grammar::child(node, fields.function) {
            self.name_callee(&mut call, function, depth);
        }
        if let Some(arguments) = Grammar::child(node, fields.arguments) {
            call.args = self.arguments_at(arguments, depth);
        }
        call
    }

    fn name_callee(self, call: &mut CallValue, function: Node<'_>, depth: u32) {
        let fields = &self.grammar.fields;
        match self.kind(function) {
            Kind::Identifier => {
                call.callee = Atom::new(self.text(function));
                call.line = line(function);
            }
            Kind::Attribute => {
                if let (Some(object), Some(attribute)) =
                    (Grammar::child(function, fields.object), Grammar::child(function, fields.attribute))
                {
                    call.callee = Atom::new(self.text(attribute));
                    call.line = line(attribute);
                    call.receiver = Some(self.value_at(object, depth + 1));
                }
            }
            Kind::Subscript => match Grammar::child(function, fields.value) {
                Some(base) if matches!(self.kind(base), Kind::Identifier | Kind::Attribute) => {
                    self.name_callee(call, base, depth);
                    let arguments = self.children(function).skip(1);
                    call.type_args = arguments.map(|argument| self.flat_text(argument)).collect();
                }
                _ => call.receiver = Some(self.value_at(function, depth + 1)),
            },
            _ => call.receiver = Some(self.value_at(function, depth + 1)),
        }
    }

    /// The arguments of an `argument_list` (or of the generator that stands in its place).
    pub(super) fn arguments(self, node: Node<'_>) -> ThinVec<Argument> {
        self.arguments_at(node, 0)
    }

    fn arguments_at(self, node: Node<'_>, depth: u32) -> ThinVec<Argument> {
        if self.kind(node) != Kind::Argument {
            return thin_vec![Argument::default()];
        }
        let fields = &self.grammar.fields;
        let argument = |node: Node<'_>| match self.kind(node) {
            Kind::KeywordArgument => Argument {
                name: Grammar::child(node, fields.name).map(|name| Atom::new(self.text(name))),
                value: Grammar::child(node, fields.value)
                    .map_or(Value::Unknown, |value| self.value_at(value, depth + 1)),
            },
            _ => Argument { name: None, value: self.value_at(node, depth + 1) },
        };
        self.children(node).take(ELEMENTS_MAX).map(argument).collect()
    }

    fn attribute(self, node: Node<'_>, depth: u32) -> Value {
        if let Some(name) = self.dotted(node) {
            return Value::Name(name);
        }
        let fields = &self.grammar.fields;
        match (Grammar::child(node, fields.object), Grammar::child(node, fields.attribute)) {
            (Some(object), Some(attribute)) => {
                Value::Member(Box::new(self.value_at(object, depth + 1)), Atom::new(self.text(attribute)))
            }
            _ => Value::Unknown,
        }
    }

    fn index(self, node: Node<'_>, depth: u32) -> Value {
        if let Some(name) = self.dotted(node) {
            return Value::Name(name);
        }
        let mut children = self.children(node);
        let Some(base) = children.next() else { return Value::Unknown };
        self.indexed(node, base, children, depth)
    }

    fn generic(self, node: Node<'_>, depth: u32) -> Value {
        let mut children = self.children(node);
        let (Some(base), Some(parameters)) = (children.next(), children.next()) else { return Value::Unknown };
        self.indexed(node, base, self.children(parameters), depth)
    }

    fn indexed<'t>(self, node: Node<'t>, base: Node<'t>, indexes: impl Iterator<Item = Node<'t>>, depth: u32) -> Value {
        let args =
            indexes.take(ELEMENTS_MAX).map(|index| Argument { name: None, value: self.value_at(index, depth + 1) });
        Value::Call(Arc::new(CallValue {
            callee: Atom::new("[]"),
            receiver: Some(self.value_at(base, depth + 1)),
            args: args.collect(),
            lines: lines(node),
            line: line(node),
            ..CallValue::default()
        }))
    }

    fn list(self, node: Node<'_>, depth: u32) -> Value {
        if node.named_child_count() > ELEMENTS_MAX {
            return Value::Unknown;
        }
        Value::List(self.children(node).map(|element| self.value_at(element, depth + 1)).collect())
    }

    fn record(self, node: Node<'_>, depth: u32) -> Value {
        if node.named_child_count() > ELEMENTS_MAX {
            return Value::Unknown;
        }
        let fields = &self.grammar.fields;
        let entry = |node: Node<'_>| match self.kind(node) {
            Kind::Pair => {
                let key = self.value_at(Grammar::child(node, fields.key)?, depth + 1);
                let (Value::Text(key) | Value::Name(key) | Value::Number(key)) = key else { return None };
                Some((key, self.value_at(Grammar::child(node, fields.value)?, depth + 1)))
            }
            _ => Some((Atom::default(), self.value_at(node, depth + 1))),
        };
        Value::Record(self.children(node).filter_map(entry).collect())
    }

    fn negative(self, node: Node<'_>) -> Value {
        let text = self.text(node);
        let number = text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if number { Value::Number(Atom::new(text)) } else { Value::Unknown }
    }

    fn binary(self, node: Node<'_>, depth: u32) -> Value {
        let fields = &self.grammar.fields;
        let (Some(left), Some(right)) = (Grammar::child(node, fields.left), Grammar::child(node, fields.right)) else {
            return Value::Unknown;
        };
        let operator = Grammar::child(node, fields.operator).map_or("", |operator| self.text(operator));
        match operator {
            "+" => add(self.value_at(left, depth + 1), self.value_at(right, depth + 1)),
            "%" => match self.value_at(left, depth + 1) {
                Value::Text(pattern) => strings::interpolate(&pattern, self.value_at(right, depth + 1)),
                _ => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    fn either(self, node: Node<'_>, depth: u32) -> Value {
        let fields = &self.grammar.fields;
        match (Grammar::child(node, fields.left), Grammar::child(node, fields.right)) {
            (Some(left), Some(right))
                if Grammar::child(node, fields.operator).is_some_and(|o| self.text(o) == "or") =>
            {
                Value::Choice(thin_vec![self.value_at(left, depth + 1), self.value_at(right, depth + 1)])
            }
            _ => Value::Unknown,
        }
    }

    fn lambda(self, node: Node<'_>, depth: u32) -> Value {
        let fields = &self.grammar.fields;
        let parameters = Grammar::child(node, fields.parameters)
            .map_or_else(ThinVec::new, |parameters| definitions::parameters(self, parameters, depth + 1));
        let returns = Grammar::child(node, fields.body).map(|body| self.value_at(body, depth + 1));
        Value::Function(Box::new(FunctionValue { lines: lines(node), parameters, decorators: ThinVec::new(), returns }))
    }

    /// The value of a parameter's default, which may itself hold lambdas with defaults.
    pub(super) fn default_value(self, node: Node<'_>, depth: u32) -> Value {
        self.value_at(node, depth)
    }

    /// A string literal; an f-string is what it joins.
    fn string(self, node: Node<'_>, depth: u32) -> Value {
        let mut cursor = node.walk();
        let mut parts = Vec::new();
        let prefix = self.text(node).split(['"', '\'']).next().unwrap_or_default();
        let raw = prefix.contains(['r', 'R']);
        let formatted = prefix.contains(['f', 'F']);
        for child in node.named_children(&mut cursor) {
            match self.kind(child) {
                Kind::StringContent => parts.push(Value::Text(strings::content(self.text(child), raw, formatted))),
                Kind::Interpolation => {
                    let inner = child.named_child(0);
                    parts.push(inner.map_or(Value::Unknown, |inner| self.value_at(inner, depth + 1)));
                }
                _ => {}
            }
        }
        join(parts)
    }

    /// The first statement of a block or module, if it is an expression.
    pub(super) fn first_statement(self, body: Node<'_>) -> Option<Node<'_>> {
        let mut cursor = body.walk();
        let first = body.named_children(&mut cursor).find(|child| self.kind(*child) != Kind::Comment)?;
        (self.kind(first) == Kind::ExpressionStatement).then_some(first)
    }

    /// The named children, comments left out.
    pub(super) fn children<'t>(self, node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        children.into_iter().filter(move |child| self.kind(*child) != Kind::Comment)
    }
}

/// Text put together; neighbouring literals become one.
pub(super) fn join(parts: impl IntoIterator<Item = Value>) -> Value {
    let mut joined: ThinVec<Value> = ThinVec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Value::Text(before)), Value::Text(text)) => *before = Atom::from(format!("{before}{text}")),
            (_, Value::Join(inner)) => joined.extend(inner),
            (_, part) => joined.push(part),
        }
    }
    match joined.pop() {
        None => Value::Text(Atom::default()),
        Some(Value::Text(text)) if joined.is_empty() => Value::Text(text),
        Some(last) => {
            joined.push(last);
            Value::Join(joined)
        }
    }
}

fn add(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::List(mut left), Value::List(right)) => {
            left.extend(right);
            Value::List(left)
        }
        (Value::List(mut left), right) => {
            left.push(Value::Spread(Box::new(right)));
            Value::List(left)
        }
        (left, Value::List(mut right)) => {
            right.insert(0, Value::Spread(Box::new(left)));
            Value::List(right)
        }
        (Value::Number(_), _) | (_, Value::Number(_)) | (Value::Unknown, Value::Unknown) => Value::Unknown,
        (left, right) => join([left, right]),
    }
}

fn plain_name(text: &str) -> Option<Atom> {
    let short = text.len() <= NAME_BYTES_MAX;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || !byte.is_ascii();
    let starts = text.bytes().next().is_some_and(|first| !first.is_ascii_digit() && first != b'.');
    (short && starts && text.bytes().all(plain)).then(|| Atom::new(text))
}

/// The node's first line.
pub(super) fn line(node: Node<'_>) -> u32 {
    row(node.start_position().row)
}

/// The node's lines.
pub(super) fn lines(node: Node<'_>) -> Lines {
    let end = node.end_position();
    let last = if end.column == 0 && end.row > node.start_position().row { end.row - 1 } else { end.row };
    Lines::new(line(node), row(last))
}

fn row(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX - 1) + 1
}
