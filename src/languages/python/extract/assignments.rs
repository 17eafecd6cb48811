//! Values given to names, and the variables and fields that this declares.

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{Assignment, Definition, SymbolKind, Value};

use super::super::grammar::{Grammar, Kind};
use super::super::values::{Source, line, lines};
use super::{State, Walk};

impl<'t> Walk<'_, 't> {
    /// `return x`, where `x` may be an object that the caller goes on with.
    pub(super) fn return_statement(&mut self, node: Node<'t>) -> bool {
        self.open(node).statement = lines(node);
        let value = node.named_child(0).map_or(Value::Unknown, |value| self.source.value(value));
        if self.is_in_function() && matches!(value, Value::Name(_) | Value::Call(_)) {
            self.give(Atom::new("return"), value, None, line(node));
        }
        true
    }

    /// What the variables of a loop over a literal list are given, one after the other.
    pub(super) fn loop_variables(&mut self, node: Node<'t>) {
        let fields = &self.source.grammar.fields;
        let (Some(left), Some(right)) = (Grammar::child(node, fields.left), Grammar::child(node, fields.right)) else {
            return;
        };
        let elements = match self.source.value(right) {
            Value::List(elements) => elements,
            Value::Name(name) => {
                let lists = self.outline.assignments.iter().rev().filter(|own| own.target == name);
                match lists.map(|own| &own.value).next() {
                    Some(Value::List(elements)) => elements.clone(),
                    _ => return,
                }
            }
            _ => return,
        };
        let columns: Vec<(Node<'_>, ThinVec<Value>)> = if self.source.kind(left) == Kind::TargetPattern {
            let column = |(at, target)| {
                let cell = |element: &Value| match element {
                    Value::List(cells) => cells.get(at).cloned().unwrap_or_default(),
                    _ => Value::Unknown,
                };
                (target, elements.iter().map(cell).collect())
            };
            self.source.children(left).enumerate().map(column).collect()
        } else {
            vec![(left, elements)]
        };
        for (target, values) in columns {
            if let Some(name) = self.source.dotted(target) {
                self.give(name, Value::Choice(values), None, line(target));
            }
        }
    }

    pub(super) fn assignment(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let source = self.source;
        let fields = &source.grammar.fields;
        let Some(left) = Grammar::child(node, fields.left) else { return true };
        if kind == Kind::AugmentedAssignment {
            let adds = Grammar::child(node, fields.operator).is_some_and(|operator| source.text(operator) == "+=");
            if !adds {
                return true;
            }
        }
        let mut right = Grammar::child(node, fields.right);
        while let Some(inner) = right.filter(|right| source.kind(*right) == Kind::Assignment) {
            right = Grammar::child(inner, fields.right);
        }
        let value = right.map_or(Value::Unknown, |right| source.value(right));
        let declared = Grammar::child(node, fields.type_).map(|declared| source.type_text(declared));
        if source.kind(left) != Kind::TargetPattern {
            self.assign(left, value, declared, right.is_some());
            return true;
        }
        let mut waiting = vec![(left, value)];
        while let Some((target, value)) = waiting.pop() {
            if source.kind(target) == Kind::TargetPattern {
                let targets: Vec<Node<'_>> = source.children(target).collect();
                let values = shared_out(source, &targets, value);
                waiting.extend(targets.into_iter().zip(values).rev());
            } else if source.kind(target) == Kind::SplatPattern {
                waiting.extend(target.named_child(0).map(|target| (target, value)));
            } else {
                self.assign(target, value, None, true);
            }
        }
        true
    }

    pub(super) fn assign(&mut self, target: Node<'_>, value: Value, type_name: Option<Atom>, is_given: bool) {
        let Some(name) = self.source.dotted(target) else { return };
        if self.source.kind(target) == Kind::Identifier {
            self.define_variable(target, &name, &value, type_name.clone(), is_given);
        }
        if value != Value::Unknown {
            self.give(name, value, type_name, line(target));
        }
    }

    pub(super) fn give(&mut self, target: Atom, value: Value, type_name: Option<Atom>, line: u32) {
        let State { enclosing, conditional, .. } = self.state;
        self.outline.assignments.push(Assignment { target, value, type_name, enclosing, conditional, line });
    }

    pub(super) fn define_variable(
        &mut self,
        target: Node<'_>,
        name: &Atom,
        value: &Value,
        type_name: Option<Atom>,
        is_given: bool,
    ) {
        let parent = self.state.enclosing;
        if self.state.in_head || (parent.is_some() && !self.is_in_type()) || !self.names.declare(parent, name) {
            return;
        }
        let parent_kind = self.kind_of(parent);
        let kind = match (parent_kind, value) {
            (None, Value::Function(_)) => SymbolKind::Function,
            (None, _) => SymbolKind::Variable,
            (Some(SymbolKind::Enum), _) if is_given && type_name.is_none() => SymbolKind::Member,
            (Some(_), _) => SymbolKind::Field,
        };
        self.define(Definition {
            name: name.clone(),
            kind,
            parent,
            lines: self.statement_around(target),
            line: line(target),
            type_name,
            conditional: self.state.conditional,
            ..Default::default()
        });
    }

    pub(super) fn type_alias(&mut self, node: Node<'t>) -> bool {
        let source = self.source;
        let fields = &source.grammar.fields;
        let (Some(left), Some(right)) = (Grammar::child(node, fields.left), Grammar::child(node, fields.right)) else {
            return true;
        };
        let Some(name) = source.children(left).next().and_then(|name| source.dotted(name)) else { return true };
        self.define(Definition {
            name: name.clone(),
            kind: SymbolKind::Type,
            parent: self.state.enclosing,
            lines: lines(node),
            line: line(left),
            type_name: Some(source.type_text(right)),
            conditional: self.state.conditional,
            ..Default::default()
        });
        true
    }
}

/// What each target of `a, (b, c), *d = values` is given.
fn shared_out(source: Source<'_>, targets: &[Node<'_>], value: Value) -> ThinVec<Value> {
    let Value::List(mut values) = value else { return thin_vec![Value::Unknown; targets.len()] };
    let rest = targets.iter().position(|target| source.kind(*target) == Kind::SplatPattern);
    let is_spread = values.iter().any(|value| matches!(value, Value::Spread(_)));
    match rest {
        _ if is_spread => thin_vec![Value::Unknown; targets.len()],
        None if values.len() == targets.len() => values,
        Some(rest) if values.len() + 1 >= targets.len() => {
            let tail = values.split_off(values.len() + rest + 1 - targets.len());
            let middle = values.split_off(rest);
            values.push(Value::List(middle));
            values.extend(tail);
            values
        }
        _ => thin_vec![Value::Unknown; targets.len()],
    }
}
