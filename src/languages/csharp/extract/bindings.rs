//! Names brought in: locals, parameters and patterns, and the values that they and fields are given.

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{Assignment, Definition, Value};

use super::super::grammar::Kind;
use super::syntax::{line, squeeze};
use super::walk::{Undo, Walk};

impl<'t> Walk<'t> {
    /// The `params` array of a list is no node of its own.
    pub(super) fn note_params_array(&mut self, node: Node<'_>) {
        let Some(list) = self.source.child(node, self.source.grammar.fields.parameters) else { return };
        if let Some(name) = self.source.name_of(list) {
            self.add_local(name);
        }
    }

    /// `public string Area => "Admin";`, `int Max { get; } = 3;`, `Paid = 2`.
    pub(super) fn assign_member(&mut self, node: Node<'_>, definition: &Definition) {
        let Some(value) = self.source.child(node, self.source.grammar.fields.value) else { return };
        let value = self.source.value_of_type(value, definition.type_name.as_deref());
        self.add_assignment(definition.name.clone(), value, definition.type_name.clone(), definition.line);
    }

    pub(super) fn add_assignment(&mut self, target: Atom, value: Value, type_name: Option<Atom>, line: u32) {
        if value == Value::Unknown && type_name.is_none() {
            return;
        }
        let (enclosing, conditional) = (self.enclosing(), self.conditions > 0);
        self.outline.assignments.push(Assignment { target, value, type_name, enclosing, conditional, line });
    }

    pub(super) fn declare_variable(&mut self, node: Node<'_>, parent: Kind) -> Undo {
        let source = self.source;
        let Some(name) = source.child(node, source.grammar.fields.name) else {
            if let Some(pattern) = source.first(node, Kind::TuplePattern) {
                let value = source.children(node).last().map_or(Value::Unknown, |value| source.value(*value));
                self.declare_tuple(pattern, &value);
            }
            return Undo::default();
        };
        let declared = self.declared.last().cloned().flatten();
        let name_text = source.identifier(name);
        let above = self.frames.iter().rev().nth(1).map_or(Kind::Other, |frame| frame.kind);
        let is_field = parent == Kind::VariableDeclaration && matches!(above, Kind::Field | Kind::EventField);
        if !is_field {
            self.add_local(name_text);
        }
        let value = source.children(node).last().copied().filter(|value| *value != name);
        let value = value.map_or(Value::Unknown, |value| source.value_of_type(value, declared.as_deref()));
        if !(is_field && value == Value::Unknown) {
            self.add_assignment(Atom::new(name_text), value, declared, line(name));
        }
        self.contexts.push(Atom::new(name_text));
        Undo { context: true, ..Undo::default() }
    }

    pub(super) fn assign(&mut self, node: Node<'_>, parent: Kind) -> Undo {
        let source = self.source;
        let fields = &source.grammar.fields;
        let Some(left) = source.child(node, fields.left) else { return Undo::default() };
        let path = source.path(left);
        let operator = source.child(node, fields.operator).map(|operator| source.text(operator)).unwrap_or_default();
        let named = matches!(source.kind(left), Kind::Identifier | Kind::MemberAccess) && !path.chained;
        if source.kind(left) == Kind::Tuple {
            let value = source.child(node, fields.right).map_or(Value::Unknown, |right| source.value(right));
            self.declare_tuple(left, &value);
        }
        // A discard is no name.
        let named = named && path.name != "_";
        if named && parent != Kind::Initializer && matches!(operator, "" | "=" | "??=") {
            let value = source.child(node, fields.right).map_or(Value::Unknown, |right| source.value(right));
            self.add_assignment(path.name.clone(), value, None, line(left));
        }
        let key = source.kind(left) == Kind::ElementBinding || source.kind(left) == Kind::ElementAccess;
        self.contexts.push(if key { squeeze(source.text(left)) } else { path.name });
        Undo { context: true, ..Undo::default() }
    }

    pub(super) fn add_local(&mut self, name: &'t str) {
        if let Some(locals) = self.locals.last_mut() {
            locals.insert(name);
        }
    }

    pub(super) fn is_local(&self, name: &str) -> bool {
        self.locals.iter().rev().any(|locals| locals.contains(name))
    }

    /// Names that patterns and clauses bring in.
    pub(super) fn name_locals(&mut self, node: Node<'_>, kind: Kind, parent: Kind) {
        let binds = matches!(
            parent,
            Kind::VarPattern
                | Kind::TuplePattern
                | Kind::ParenthesizedDesignation
                | Kind::FromClause
                | Kind::ParameterList
        );
        if binds && kind == Kind::Identifier {
            self.add_local(self.source.identifier(node));
        }
    }

    /// `var (order, line) = Load()`: each name is one element of the value.
    fn declare_tuple(&mut self, pattern: Node<'_>, value: &Value) {
        let source = self.source;
        for (position, element) in (1..).zip(source.children(pattern)) {
            let named = match source.kind(element) {
                Kind::Identifier => Some(element),
                Kind::Argument => source.children(element).last().copied(),
                _ => None,
            };
            let is_declared = |it: &Node<'_>| source.kind(*it) == Kind::DeclarationExpression;
            let name = match named.filter(is_declared) {
                Some(declared) => source.child(declared, source.grammar.fields.name),
                None => named.filter(|it| source.kind(*it) == Kind::Identifier),
            };
            let Some(name) = name else { continue };
            let text = source.identifier(name);
            if source.kind(pattern) == Kind::TuplePattern {
                self.add_local(text);
            }
            let element = match value {
                Value::Unknown => Value::Unknown,
                Value::List(values) => values.get(position - 1).cloned().unwrap_or_default(),
                _ => Value::Member(Box::new(value.clone()), Atom::from(format!("Item{position}"))),
            };
            self.add_assignment(Atom::new(text), element, None, line(name));
        }
    }

    /// A parameter, pattern variable or `out` variable; those of function bodies are typed for the resolver.
    pub(super) fn declare_typed(&mut self, node: Node<'_>, kind: Kind) {
        let source = self.source;
        let Some(name) = source.child(node, source.grammar.fields.name) else { return };
        let text = source.identifier(name);
        self.add_local(text);
        let above = self.frames.iter().rev().nth(1).map_or(Kind::Other, |frame| frame.kind);
        if kind == Kind::Parameter && !matches!(above, Kind::Lambda | Kind::AnonymousMethod) {
            return;
        }
        let typed =
            source.child(node, source.grammar.fields.type_).filter(|typed| source.kind(*typed) != Kind::ImplicitType);
        if let Some(typed) = typed {
            self.add_assignment(Atom::new(text), Value::Unknown, Some(source.type_text(typed)), line(name));
        }
    }

    /// `foreach (var item in items)`: the item is one of `items`, written as a spread.
    pub(super) fn declare_element(&mut self, node: Node<'_>) {
        let source = self.source;
        let fields = &source.grammar.fields;
        let Some(left) = source.child(node, fields.left) else { return };
        let value = source.child(node, fields.right).map_or(Value::Unknown, |right| source.value(right));
        let value = if value == Value::Unknown { value } else { Value::Spread(Box::new(value)) };
        if source.kind(left) != Kind::Identifier {
            self.declare_tuple(left, &value);
            return;
        }
        let name = source.identifier(left);
        self.add_local(name);
        let typed = source.child(node, fields.type_).filter(|typed| source.kind(*typed) != Kind::ImplicitType);
        self.add_assignment(Atom::new(name), value, typed.map(|typed| source.type_text(typed)), line(left));
    }
}
