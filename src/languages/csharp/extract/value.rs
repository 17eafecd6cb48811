//! Expressions as [`Value`]s, as far as they say something without being run.

use std::sync::Arc;

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{Argument, CallValue, FunctionValue, Parameter, Value};

use super::super::super::calls::SLACK;
use super::super::grammar::Kind;
use super::syntax::{Source, line, lines};

/// How deep a value is followed.
const DEPTH_MAX: u32 = 32 + SLACK;
/// How many elements of a literal list or record are kept.
const ELEMENTS_MAX: usize = 512;

impl<'t> Source<'t> {
    /// What an expression says.
    pub(super) fn value(&self, node: Node<'_>) -> Value {
        self.value_at(node, None, 0)
    }

    /// What an expression says, where the type that `new()` stands for is known.
    pub(super) fn value_of_type(&self, node: Node<'_>, declared: Option<&str>) -> Value {
        self.value_at(node, declared, 0)
    }

    /// A call or construction as a value.
    pub(super) fn call(&self, node: Node<'_>, declared: Option<&str>) -> Option<Arc<CallValue>> {
        self.call_at(node, declared, 0)
    }

    fn value_at(&self, node: Node<'_>, declared: Option<&str>, depth: u32) -> Value {
        if depth > DEPTH_MAX {
            self.calls.cut_off();
            return Value::Unknown;
        }
        let next = depth + 1;
        match self.kind(node) {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Bool(self.text(node) == "true"),
            Kind::Integer | Kind::Real => Value::Number(Atom::new(self.text(node))),
            Kind::StringLiteral | Kind::VerbatimString | Kind::RawString | Kind::Character => {
                Value::Text(Atom::from(self.string(node)))
            }
            Kind::InterpolatedString => self.interpolated(node, next),
            Kind::Binary => self.binary(node, declared, next),
            Kind::Conditional => {
                let fields = &self.grammar.fields;
                self.choice(
                    [fields.consequence, fields.alternative].iter().filter_map(|field| self.child(node, *field)),
                    declared,
                    next,
                )
            }
            Kind::SwitchExpression => {
                let arms = self.children(node).into_iter().filter(|arm| self.kind(*arm) == Kind::SwitchArm);
                self.choice(arms.filter_map(|arm| self.children(arm).last().copied()), declared, next)
            }
            Kind::Identifier
            | Kind::GenericName
            | Kind::This
            | Kind::Base
            | Kind::AliasQualifiedName
            | Kind::QualifiedName => Value::Name(self.path(node).name),
            Kind::MemberAccess | Kind::ConditionalAccess => self.member(node, next),
            Kind::ElementAccess => self.element(node, next),
            Kind::Invocation | Kind::ObjectCreation | Kind::ImplicitObject => self.invocation(node, declared, next),
            Kind::Await | Kind::Parenthesized | Kind::Checked | Kind::PostfixUnary | Kind::ArrowClause => {
                node.named_child(0).map_or(Value::Unknown, |inner| self.value_at(inner, declared, next))
            }
            Kind::PrefixUnary => self.negated(node, next),
            Kind::DeclarationExpression => self.declared_by_out(node),
            Kind::Cast => self
                .child(node, self.grammar.fields.value)
                .map_or(Value::Unknown, |inner| self.value_at(inner, None, next)),
            Kind::As => self
                .child(node, self.grammar.fields.left)
                .map_or(Value::Unknown, |inner| self.value_at(inner, None, next)),
            Kind::Collection | Kind::Initializer | Kind::Tuple => self.list(node, next),
            Kind::ArrayCreation | Kind::ImplicitArray => {
                self.first(node, Kind::Initializer).map_or(Value::Unknown, |elements| self.list(elements, next))
            }
            Kind::AnonymousObject => self.anonymous(node, next),
            Kind::Lambda | Kind::AnonymousMethod => self.function(node, next),
            Kind::Typeof => self.typeof_call(node),
            Kind::Default => self.child(node, self.grammar.fields.type_).map_or(Value::Null, |_| Value::Unknown),
            _ => Value::Unknown,
        }
    }

    /// `out var order`; one of a stated type says what it is where it stands.
    fn declared_by_out(&self, node: Node<'_>) -> Value {
        let fields = &self.grammar.fields;
        let is_implicit = self.child(node, fields.type_).is_some_and(|it| self.kind(it) == Kind::ImplicitType);
        match self.name_of(node).filter(|_| is_implicit) {
            Some(name) => Value::Spread(Box::new(Value::Name(Atom::new(name)))),
            None => Value::Unknown,
        }
    }

    fn binary(&self, node: Node<'_>, declared: Option<&str>, depth: u32) -> Value {
        let fields = &self.grammar.fields;
        let operator = self.child(node, fields.operator).map(|operator| self.text(operator)).unwrap_or_default();
        let sides = || [fields.left, fields.right].into_iter().filter_map(|field| self.child(node, field));
        match operator {
            "??" => self.choice(sides(), declared, depth),
            "+" => {
                // Concatenations lean to the left: follow them in a loop, not by depth.
                let (mut parts, mut current) = (ThinVec::new(), node);
                while self.kind(current) == Kind::Binary
                    && self.child(current, fields.operator).is_some_and(|operator| self.text(operator) == "+")
                    && parts.len() < ELEMENTS_MAX
                {
                    parts.extend(self.child(current, fields.right).map(|right| self.value_at(right, None, depth)));
                    match self.child(current, fields.left) {
                        Some(left) => current = left,
                        None => break,
                    }
                }
                parts.push(self.value_at(current, None, depth));
                parts.reverse();
                let is_text = |part: &Value| matches!(part, Value::Text(_) | Value::Join(_));
                if parts.iter().any(is_text) || parts.iter().all(|part| matches!(part, Value::Name(_))) {
                    Value::Join(parts)
                } else {
                    Value::Unknown
                }
            }
            _ => Value::Unknown,
        }
    }

    fn choice<'n>(&self, nodes: impl Iterator<Item = Node<'n>>, declared: Option<&str>, depth: u32) -> Value {
        let values = nodes.filter(|node| self.kind(*node) != Kind::ThrowExpression);
        let mut values: ThinVec<Value> = values.map(|node| self.value_at(node, declared, depth)).collect();
        if values.iter().all(|value| *value == Value::Unknown) {
            return Value::Unknown;
        }
        if values.len() == 1 { values.pop().unwrap_or_default() } else { Value::Choice(values) }
    }

    fn member(&self, node: Node<'_>, depth: u32) -> Value {
        let path = self.path(node);
        if !path.chained {
            return Value::Name(path.name);
        }
        let (receiver, name) = self.split_member(node);
        let receiver = receiver.map_or(Value::Unknown, |receiver| self.value_at(receiver, None, depth));
        Value::Member(Box::new(receiver), Atom::new(name))
    }

    /// `settings["Key"]` as a name, any other subscript as a call of `[]`.
    fn element(&self, node: Node<'_>, depth: u32) -> Value {
        let fields = &self.grammar.fields;
        let path = self.path(node);
        if !path.chained {
            return Value::Name(path.name);
        }
        let receiver = self.child(node, fields.expression).map(|receiver| self.value_at(receiver, None, depth));
        let args = self.child(node, fields.subscript).map(|list| self.arguments(list, depth)).unwrap_or_default();
        let callee = Atom::new("[]");
        Value::Call(Arc::new(CallValue {
            callee,
            receiver,
            args,
            lines: lines(node),
            line: line(node),
            ..CallValue::default()
        }))
    }

    /// What stands before the last dot, and the name after it.
    fn split_member<'n>(&self, node: Node<'n>) -> (Option<Node<'n>>, &'t str) {
        let fields = &self.grammar.fields;
        if self.kind(node) == Kind::ConditionalAccess {
            let binding = self.first(node, Kind::MemberBinding);
            return (
                self.child(node, fields.condition),
                binding.and_then(|binding| self.name_of(binding)).unwrap_or_default(),
            );
        }
        (self.child(node, fields.expression), self.name_of(node).unwrap_or_default())
    }

    fn invocation(&self, node: Node<'_>, declared: Option<&str>, depth: u32) -> Value {
        if let Some(name) = self.nameof(node) {
            return Value::Text(name);
        }
        self.call_at(node, declared, depth).map_or(Value::Unknown, Value::Call)
    }

    /// The last name part in `nameof(A.B)`, if that is what the node is.
    pub(super) fn nameof(&self, node: Node<'_>) -> Option<Atom> {
        let function = self.child(node, self.grammar.fields.function)?;
        if self.kind(function) != Kind::Identifier || self.text(function) != "nameof" {
            return None;
        }
        let argument = self.child(node, self.grammar.fields.arguments)?.named_child(0)?;
        let path = self.path(argument.named_child(0)?);
        Some(Atom::new(path.name.rsplit('.').next().unwrap_or_default()))
    }

    fn call_at(&self, node: Node<'_>, declared: Option<&str>, depth: u32) -> Option<Arc<CallValue>> {
        // What `new()` constructs depends on where it stands.
        if self.kind(node) == Kind::ImplicitObject {
            return self.read_call(node, declared, depth).map(Arc::new);
        }
        self.calls.at(node, depth, || self.read_call(node, declared, depth))
    }

    fn read_call(&self, node: Node<'_>, declared: Option<&str>, depth: u32) -> Option<CallValue> {
        if depth > DEPTH_MAX {
            self.calls.cut_off();
            return None;
        }
        let fields = &self.grammar.fields;
        let mut call = CallValue { lines: lines(node), line: line(node), ..CallValue::default() };
        match self.kind(node) {
            Kind::Invocation => self.called(node, &mut call, depth)?,
            Kind::ObjectCreation => {
                let name = self.child(node, fields.type_)?;
                call.is_new = true;
                call.line = line(name);
                self.constructed(name, &mut call);
            }
            Kind::ConstructorInitializer | Kind::BaseList | Kind::PrimaryBase => {
                let is_this = self.text(node).trim_start_matches([':', ' ', '\n', '\r', '\t']).starts_with("this");
                let is_own = is_this && self.kind(node) == Kind::ConstructorInitializer;
                call.callee = Atom::new(if is_own { "this" } else { "base" });
            }
            Kind::ImplicitObject => {
                call.is_new = true;
                declared_construction(declared, &mut call);
            }
            _ => return None,
        }
        let arguments = self.child(node, fields.arguments).or_else(|| self.first(node, Kind::ArgumentList));
        call.args = arguments.map(|arguments| self.arguments(arguments, depth + 1)).unwrap_or_default();
        let initializer = self.child(node, fields.initializer).or_else(|| self.first(node, Kind::Initializer));
        if let Some(initializer) = initializer.filter(|_| call.is_new) {
            call.args.push(Argument { name: Some(Atom::new("{}")), value: self.initializer(initializer, depth + 1) });
        }
        Some(call)
    }

    fn called(&self, node: Node<'_>, call: &mut CallValue, depth: u32) -> Option<()> {
        let fields = &self.grammar.fields;
        let function = self.child(node, fields.function)?;
        let callee = match self.kind(function) {
            Kind::MemberAccess | Kind::ConditionalAccess => {
                let (receiver, _) = self.split_member(function);
                call.receiver = receiver.map(|receiver| self.value_at(receiver, None, depth + 1));
                let holder = if self.kind(function) == Kind::MemberAccess {
                    Some(function)
                } else {
                    self.first(function, Kind::MemberBinding)
                };
                holder.and_then(|holder| self.child(holder, fields.name))
            }
            Kind::Identifier | Kind::GenericName => Some(function),
            Kind::AliasQualifiedName => self.child(function, fields.name),
            _ => {
                call.receiver = Some(self.value_at(function, None, depth + 1));
                None
            }
        };
        if let Some(callee) = callee {
            call.callee = Atom::new(self.identifier(callee));
            call.line = line(callee);
            call.type_args = self.type_args(callee);
        }
        Some(())
    }

    fn constructed(&self, name: Node<'_>, call: &mut CallValue) {
        let path = self.type_name(name);
        let (receiver, callee) =
            path.rsplit_once('.').map_or((None, path), |(receiver, callee)| (Some(receiver), callee));
        call.receiver = receiver.map(|receiver| Value::Name(Atom::new(receiver)));
        call.callee = Atom::new(callee);
        let last = if self.kind(name) == Kind::QualifiedName {
            self.child(name, self.grammar.fields.name)
        } else {
            Some(name)
        };
        call.type_args = last.map(|last| self.type_args(last)).unwrap_or_default();
    }

    /// Type arguments of a generic name, as written.
    pub(super) fn type_args(&self, name: Node<'_>) -> ThinVec<Atom> {
        if self.kind(name) != Kind::GenericName {
            return ThinVec::new();
        }
        let Some(list) = self.first(name, Kind::TypeArgumentList) else { return ThinVec::new() };
        self.children(list).into_iter().map(|arg| self.type_text(arg)).collect()
    }

    /// Arguments of a call or attribute.
    pub(super) fn arguments(&self, list: Node<'_>, depth: u32) -> ThinVec<Argument> {
        let mut cursor = list.walk();
        let args = list
            .named_children(&mut cursor)
            .filter(|arg| matches!(self.kind(*arg), Kind::Argument | Kind::AttributeArgument));
        args.take(ELEMENTS_MAX)
            .map(|arg| {
                let name = self.name_of(arg).map(Atom::new);
                let value =
                    self.children(arg).last().map_or(Value::Unknown, |value| self.value_at(*value, None, depth));
                Argument { name, value }
            })
            .collect()
    }

    /// `{ A = 1, ["b"] = 2, { "c", 3 } }` as a record, `{ 1, 2 }` as a list.
    fn initializer(&self, node: Node<'_>, depth: u32) -> Value {
        let fields = &self.grammar.fields;
        let mut entries = ThinVec::new();
        for element in self.children(node).into_iter().take(ELEMENTS_MAX) {
            let (key, value) = match self.kind(element) {
                Kind::Assignment => (self.child(element, fields.left), self.child(element, fields.right)),
                Kind::Initializer => (element.named_child(0), element.named_child(1)),
                _ => return self.list(node, depth),
            };
            let key = key.and_then(|key| self.record_key(key));
            if let (Some(key), Some(value)) = (key, value) {
                let value = if self.kind(value) == Kind::Initializer {
                    self.initializer(value, depth + 1)
                } else {
                    self.value_at(value, None, depth)
                };
                entries.push((key, value));
            }
        }
        Value::Record(entries)
    }

    fn record_key(&self, key: Node<'_>) -> Option<Atom> {
        let key = if self.kind(key) == Kind::ElementBinding { key.named_child(0)?.named_child(0)? } else { key };
        match self.kind(key) {
            Kind::Identifier | Kind::MemberAccess => Some(self.path(key).name),
            Kind::StringLiteral | Kind::VerbatimString => Some(Atom::from(self.string(key))),
            _ => None,
        }
    }

    fn list(&self, node: Node<'_>, depth: u32) -> Value {
        if depth > DEPTH_MAX {
            self.calls.cut_off();
            return Value::Unknown;
        }
        let mut values = ThinVec::new();
        for element in self.children(node).into_iter().take(ELEMENTS_MAX) {
            let element = match self.kind(element) {
                Kind::CollectionElement => element.named_child(0).unwrap_or(element),
                Kind::Argument => self.children(element).last().copied().unwrap_or(element),
                _ => element,
            };
            let inner = |node: Node<'_>| {
                node.named_child(0).map_or(Value::Unknown, |inner| self.value_at(inner, None, depth + 1))
            };
            values.push(match self.kind(element) {
                Kind::SpreadElement => Value::Spread(Box::new(inner(element))),
                Kind::ExpressionElement => inner(element),
                _ => self.value_at(element, None, depth + 1),
            });
        }
        Value::List(values)
    }

    fn anonymous(&self, node: Node<'_>, depth: u32) -> Value {
        let mut cursor = node.walk();
        let mut entries = ThinVec::new();
        let mut key: Option<Atom> = None;
        for child in node.children(&mut cursor) {
            let kind = self.kind(child);
            if kind == Kind::Identifier && child.next_sibling().is_some_and(|sign| sign.kind() == "=") {
                key = Some(Atom::new(self.text(child)));
            } else if child.is_named() && kind != Kind::Comment {
                let own = || Atom::new(self.path(child).name.rsplit('.').next().unwrap_or_default());
                entries.push((key.take().unwrap_or_else(own), self.value_at(child, None, depth)));
            }
        }
        Value::Record(entries)
    }

    fn function(&self, node: Node<'_>, depth: u32) -> Value {
        let fields = &self.grammar.fields;
        let parameters = match self.child(node, fields.parameters) {
            Some(list) if self.kind(list) == Kind::ParameterList => self.parameters(list, depth + 1),
            Some(name) => thin_vec![Parameter { name: Atom::new(self.text(name)), ..Parameter::default() }],
            None => ThinVec::new(),
        };
        let body = self.child(node, fields.body);
        let returned =
            body.and_then(|body| if self.kind(body) == Kind::Block { self.only_statement(body) } else { Some(body) });
        let returns = returned.map(|body| self.value_at(body, None, depth)).filter(|value| *value != Value::Unknown);
        let mut cursor = node.walk();
        let lists = node.named_children(&mut cursor).filter(|child| self.kind(*child) == Kind::AttributeList);
        let decorators = lists.flat_map(|list| self.decorators(list)).collect();
        Value::Function(Box::new(FunctionValue { lines: lines(node), parameters, decorators, returns }))
    }

    /// The expression of a block that is one `return` or one call.
    fn only_statement<'n>(&self, block: Node<'n>) -> Option<Node<'n>> {
        let statements = self.children(block);
        let [statement] = statements.as_slice() else { return None };
        matches!(self.kind(*statement), Kind::Return | Kind::ExpressionStatement)
            .then(|| statement.named_child(0))
            .flatten()
    }

    fn typeof_call(&self, node: Node<'_>) -> Value {
        let named = self.child(node, self.grammar.fields.type_).map(|named| self.type_text(named));
        let args = named.map(|name| thin_vec![Argument { name: None, value: Value::Name(name) }]).unwrap_or_default();
        let callee = Atom::new("typeof");
        Value::Call(Arc::new(CallValue { callee, args, lines: lines(node), line: line(node), ..CallValue::default() }))
    }

    fn negated(&self, node: Node<'_>, depth: u32) -> Value {
        let text = self.text(node);
        match node.named_child(0).map(|inner| self.value_at(inner, None, depth)) {
            Some(Value::Number(number)) if text.starts_with('-') => Value::Number(Atom::from(format!("-{number}"))),
            _ => Value::Unknown,
        }
    }

    fn interpolated(&self, node: Node<'_>, depth: u32) -> Value {
        let mut parts: ThinVec<Value> = ThinVec::new();
        for child in self.children(node) {
            let text = match self.kind(child) {
                Kind::Interpolation => {
                    let inner = self.children(child).into_iter().find(|part| self.kind(*part) != Kind::Other);
                    parts.push(inner.map_or(Value::Unknown, |inner| self.value_at(inner, None, depth)));
                    continue;
                }
                Kind::StringContent => self.text(child).replace("{{", "{").replace("}}", "}"),
                Kind::EscapeSequence => unescape(self.text(child)),
                _ => continue,
            };
            match parts.last_mut() {
                Some(Value::Text(last)) => *last = Atom::from(format!("{last}{text}")),
                _ => parts.push(Value::Text(Atom::from(text))),
            }
        }
        match parts.as_slice() {
            [] => Value::Text(Atom::default()),
            [Value::Text(_)] => parts.pop().unwrap_or_default(),
            _ => Value::Join(parts),
        }
    }

    /// A literal's text, unescaped.
    pub(super) fn string(&self, node: Node<'_>) -> String {
        let text = self.text(node);
        match self.kind(node) {
            Kind::VerbatimString => {
                let inner = text.trim_start_matches('@').trim_end_matches("u8");
                inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(inner).replace("\"\"", "\"")
            }
            Kind::RawString => self
                .first(node, Kind::RawStringContent)
                .map(|content| self.text(content))
                .unwrap_or_default()
                .trim()
                .to_owned(),
            Kind::Character => unescape(text.trim_matches('\'')),
            _ => {
                let inner = text.trim_end_matches("u8");
                let inner = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(inner);
                if inner.contains('\\') { unescape(inner) } else { inner.to_owned() }
            }
        }
    }
}

/// `new()` constructs the declared type; its callee is empty where that is not known.
fn declared_construction(declared: Option<&str>, call: &mut CallValue) {
    let Some(declared) = declared else { return };
    let (name, args) = declared.split_once('<').map_or((declared, None), |(name, args)| (name, Some(args)));
    let name = name.trim_end_matches('?');
    let (receiver, callee) = name.rsplit_once('.').map_or((None, name), |(receiver, callee)| (Some(receiver), callee));
    call.receiver = receiver.map(|receiver| Value::Name(Atom::new(receiver)));
    call.callee = Atom::new(callee);
    if let Some(args) = args.and_then(|args| args.trim_end_matches('?').strip_suffix('>')) {
        call.type_args = split_arguments(args).map(Atom::new).collect();
    }
}

/// `A, B<C, D>` gives `A` and `B<C, D>`.
pub(in super::super) fn split_arguments(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    text.split(move |sign: char| {
        match sign {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        sign == ',' && depth == 0
    })
    .map(str::trim)
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        if sign != '\\' {
            plain.push(sign);
            continue;
        }
        match signs.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('0') => plain.push('\0'),
            Some('u') => {
                let code: String = signs.by_ref().take(4).collect();
                plain.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}
