//! Names that are used or bound, and literals that name a place on a network.

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{Literal, ReferenceKind};

use super::super::super::address;
use super::super::grammar::{Grammar, Kind};
use super::super::values::line;
use super::{Reading, Walk};

/// How far up a literal looks for what it is given to.
const CONTEXT_STEPS_MAX: usize = 6;

impl<'t> Walk<'_, 't> {
    /// A name by itself: used, bound or neither, depending on where it stands.
    pub(super) fn identifier(&mut self, node: Node<'t>, field: u16) -> bool {
        let fields = &self.source.grammar.fields;
        let parent = self.parent();
        let text = self.source.text(node);
        let binds = match parent {
            Kind::Parameters
            | Kind::LambdaParameters
            | Kind::TypedParameter
            | Kind::TargetPattern
            | Kind::SplatPattern
            | Kind::AsPatternTarget => true,
            Kind::Assignment | Kind::AugmentedAssignment | Kind::ForStatement | Kind::ForInClause => {
                field == fields.left
            }
            Kind::DefaultParameter | Kind::TypedDefaultParameter | Kind::NamedExpression => field == fields.name,
            _ => false,
        };
        // Parameters of lambdas and variables of comprehensions are local wherever they stand.
        let is_inner = matches!(parent, Kind::LambdaParameters | Kind::ForInClause);
        if binds {
            if is_inner || self.is_in_function() {
                self.names.bind(self.state.enclosing, text);
            }
        } else if parent == Kind::GlobalStatement {
            self.names.release(self.state.enclosing, text);
        } else if (field == 0 || ![fields.name, fields.attribute].contains(&field)) && parent != Kind::KeywordPattern {
            self.refer(Atom::new(text), node, field);
        }
        false
    }

    pub(super) fn dotted(&mut self, node: Node<'t>, kind: Kind, field: u16) -> bool {
        if kind == Kind::Subscript && self.state.reading != Reading::Values {
            return !self.is_literal_type(node);
        }
        let Some(name) = self.source.dotted(node) else { return true };
        let captures = matches!(self.parent(), Kind::CasePattern | Kind::KeywordPattern);
        if kind == Kind::DottedName && captures && !name.contains('.') {
            if self.is_in_function() {
                self.names.bind(self.state.enclosing, &name);
            }
        } else {
            self.refer(name, node, field);
        }
        false
    }

    pub(super) fn refer(&mut self, name: Atom, node: Node<'t>, field: u16) {
        let fields = &self.source.grammar.fields;
        let above = self.path.len().checked_sub(2).and_then(|at| self.path.get(at)).map(|(_, kind)| *kind);
        let kind = match (self.parent(), self.state.reading) {
            (Kind::Decorator, _) => ReferenceKind::Decorator,
            (Kind::Call, _) if field == fields.function && above == Some(Kind::Decorator) => ReferenceKind::Decorator,
            (Kind::Call, _) if field == fields.function => ReferenceKind::Call,
            (Kind::Subscript, Reading::Bases) if field == fields.subscript => ReferenceKind::Type,
            (_, Reading::Types) => ReferenceKind::Type,
            (_, Reading::Bases) => ReferenceKind::Inherit,
            (_, Reading::Values) => ReferenceKind::Name,
        };
        self.names.refer(name, kind, self.state.enclosing, self.state.in_head, line(node));
    }

    pub(super) fn string(&mut self, node: Node<'t>) -> bool {
        if self.state.reading == Reading::Types {
            let text = self.source.text(node).trim_matches(['"', '\'']);
            for name in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))) {
                if name != "None" && name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    let state = self.state;
                    self.names.refer(name.into(), ReferenceKind::Type, state.enclosing, state.in_head, line(node));
                }
            }
            return false;
        }
        let text = self.source.text(node);
        if self.parent() != Kind::ExpressionStatement && address::may_be_address(text) {
            let text = address::text(&self.source.value(node));
            if address::is_address(&text) {
                let context = self.context();
                let literal = Literal { text, line: line(node), enclosing: self.state.enclosing, context };
                self.outline.literals.push(literal);
            }
        }
        // Other strings hold no expression.
        text.bytes().take_while(u8::is_ascii_alphabetic).any(|letter| matches!(letter, b'f' | b'F' | b't' | b'T'))
    }

    /// What a literal is given to: the nearest call, key, parameter or variable around it.
    pub(super) fn context(&self) -> Atom {
        let fields = &self.source.grammar.fields;
        for (node, kind) in self.path.iter().rev().take(CONTEXT_STEPS_MAX) {
            let name = match kind {
                Kind::Call => Grammar::child(*node, fields.function),
                Kind::Pair => Grammar::child(*node, fields.key),
                Kind::Assignment | Kind::AugmentedAssignment => Grammar::child(*node, fields.left),
                Kind::DefaultParameter | Kind::TypedDefaultParameter => Grammar::child(*node, fields.name),
                Kind::Block | Kind::ExpressionStatement | Kind::Statement => return Atom::default(),
                _ => continue,
            };
            return match name {
                Some(name) if self.source.kind(name) == Kind::String => {
                    self.source.value(name).as_text().map(Atom::new).unwrap_or_default()
                }
                Some(name) => self.source.dotted(name).unwrap_or_else(|| self.last_name(name)),
                None => Atom::default(),
            };
        }
        Atom::default()
    }

    /// The last name of a chain: `b` of `a().b`.
    pub(super) fn last_name(&self, node: Node<'_>) -> Atom {
        let attribute = Grammar::child(node, self.source.grammar.fields.attribute);
        attribute.map_or_else(Atom::default, |attribute| Atom::new(self.source.text(attribute)))
    }

    /// Whether the node is `Literal[...]`, whose strings name nothing.
    pub(super) fn is_literal_type(&self, node: Node<'_>) -> bool {
        node.named_child(0).is_some_and(|base| {
            let text = self.source.text(base);
            text == "Literal" || text.ends_with(".Literal")
        })
    }
}
