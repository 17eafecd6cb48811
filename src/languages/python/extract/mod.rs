//! One walk over a file's syntax tree, from its first node to its last, into an [`Outline`].
//!
//! The walk is a cursor loop: trees may be 50,000 deep. What holds for a whole subtree (the definition around it,
//! whether it is conditional, whether names in it are types) is a [`State`] that is set aside where the subtree
//! begins and taken up again after its last byte.

mod assignments;
mod names;

use thin_vec::ThinVec;
use tree_sitter::{Node, TreeCursor};

use crate::codebase::Lines;
use crate::codebase::outline::{Call, Definition, DefinitionIndex, Outline, SymbolKind};

use super::super::calls::Calls;
use super::super::parser;
use super::bindings::Names;
use super::definitions::{self, Position};
use super::grammar::{Grammar, Kind, grammar};
use super::imports;
use super::values::{Source, lines};

/// Reads one file.
pub(super) fn outline(text: &str) -> Outline {
    let grammar = grammar();
    let Some(tree) = parser::parse(&grammar.language, text, &[]) else {
        return Outline { given_up: true, ..Outline::default() };
    };
    let calls = Calls::default();
    let source = Source { text, grammar, calls: &calls };
    let mut walk = Walk::new(source);
    walk.outline.doc = definitions::docstring(source, tree.root_node());
    walk.run(tree.root_node());
    walk.outline.references = walk.names.references(&walk.outline);
    walk.outline
}

/// What holds for a subtree.
#[derive(Clone, Copy)]
struct State {
    enclosing: Option<DefinitionIndex>,
    /// Between a definition's first decorator and its body.
    in_head: bool,
    conditional: bool,
    type_checking: bool,
    statement: Lines,
    reading: Reading,
}

/// What names mean in a subtree.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Values,
    Types,
    Bases,
}

struct Walk<'s, 't> {
    source: Source<'s>,
    outline: Outline,
    names: Names,
    state: State,
    /// End byte of each open subtree, with the state to take up after it.
    outer: Vec<(usize, State)>,
    /// The nodes above the current one.
    path: Vec<(Node<'t>, Kind)>,
    /// A definition whose decorators were read, until its own node comes.
    decorated: Option<(usize, DefinitionIndex)>,
}

impl<'s, 't> Walk<'s, 't> {
    fn new(source: Source<'s>) -> Self {
        let state = State {
            enclosing: None,
            in_head: false,
            conditional: false,
            type_checking: false,
            statement: Lines::default(),
            reading: Reading::Values,
        };
        Self {
            source,
            outline: Outline::default(),
            names: Names::default(),
            state,
            outer: Vec::new(),
            path: Vec::new(),
            decorated: None,
        }
    }

    fn run(&mut self, root: Node<'t>) {
        let mut cursor = root.walk();
        let broken = root.has_error();
        loop {
            let node = cursor.node();
            if broken && (node.is_error() || node.is_missing()) {
                self.outline.syntax_errors += 1;
            }
            let kind = self.source.kind(node);
            if kind != Kind::Token && self.enter(node, kind, &cursor) && cursor.goto_first_child() {
                self.path.push((node, kind));
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                self.path.pop();
            }
        }
    }

    /// Reads a node; tells whether its children are to be read too.
    fn enter(&mut self, node: Node<'t>, kind: Kind, cursor: &TreeCursor<'t>) -> bool {
        while let Some((_, state)) = self.outer.pop_if(|(end, _)| *end <= node.start_byte()) {
            self.state = state;
        }
        // Asked for only where it matters: it is looked up anew for each node.
        let field = || cursor.field_id().map_or(0, std::num::NonZero::get);
        match kind {
            Kind::Comment | Kind::FutureImport => false,
            Kind::DecoratedDefinition => self.open_decorated(node),
            Kind::FunctionDefinition | Kind::ClassDefinition => self.open_definition(node),
            Kind::Block => self.open_block(node),
            Kind::ExpressionStatement | Kind::Statement | Kind::Decorator => {
                self.open(node).statement = lines(node);
                true
            }
            Kind::Return => self.return_statement(node),
            Kind::IfStatement
            | Kind::ForStatement
            | Kind::WhileStatement
            | Kind::WithStatement
            | Kind::MatchStatement => self.open_compound(node, kind),
            Kind::Import | Kind::ImportFrom => {
                let found = imports::imports(self.source, node, kind, self.state.enclosing, self.state.type_checking);
                self.outline.imports.extend(found);
                false
            }
            Kind::Call => self.call(node),
            Kind::Assignment | Kind::AugmentedAssignment => self.assignment(node, kind),
            Kind::TypeAlias => self.type_alias(node),
            Kind::Identifier => self.identifier(node, field()),
            Kind::Attribute | Kind::Subscript | Kind::DottedName | Kind::MemberType => self.dotted(node, kind, field()),
            Kind::GenericType => !self.is_literal_type(node),
            Kind::Type => {
                self.open(node).reading = Reading::Types;
                true
            }
            Kind::Argument if field() == self.source.grammar.fields.superclasses => {
                self.open(node).reading = Reading::Bases;
                true
            }
            Kind::KeywordArgument if self.state.reading != Reading::Values => {
                self.open(node).reading = Reading::Values;
                true
            }
            Kind::String => self.string(node),
            _ => true,
        }
    }

    /// Sets the state aside until the end of `node`; what is changed in the one returned holds within it.
    fn open(&mut self, node: Node<'t>) -> &mut State {
        self.outer.push((node.end_byte(), self.state));
        &mut self.state
    }

    fn open_decorated(&mut self, node: Node<'t>) -> bool {
        let source = self.source;
        let Some(inner) = Grammar::child(node, source.grammar.fields.definition) else { return true };
        let decorators = source.children(node).filter(|child| source.kind(*child) == Kind::Decorator);
        let decorators = decorators.filter_map(|child| definitions::decorator(source, child)).collect();
        let index = self.define(definitions::definition(source, inner, decorators, self.position()));
        self.decorated = Some((inner.id(), index));
        let state = self.open(node);
        state.enclosing = Some(index);
        state.in_head = true;
        true
    }

    fn open_definition(&mut self, node: Node<'t>) -> bool {
        let index = match self.decorated.take_if(|(id, _)| *id == node.id()) {
            Some((_, index)) => index,
            None => self.define(definitions::definition(self.source, node, ThinVec::new(), self.position())),
        };
        let head = definitions::head_lines(self.source, node);
        let state = self.open(node);
        state.enclosing = Some(index);
        state.in_head = true;
        state.statement = head;
        true
    }

    fn open_block(&mut self, node: Node<'t>) -> bool {
        if self.state.in_head {
            let in_type = self.is_in_type();
            let state = self.open(node);
            state.in_head = false;
            state.conditional &= in_type;
            return true;
        }
        let chosen = matches!(
            self.parent(),
            Kind::IfStatement | Kind::ForStatement | Kind::WhileStatement | Kind::MatchStatement | Kind::Clause
        );
        if chosen && !self.state.conditional {
            self.open(node).conditional = true;
        }
        true
    }

    fn open_compound(&mut self, node: Node<'t>, kind: Kind) -> bool {
        if kind == Kind::ForStatement {
            self.loop_variables(node);
        }
        let head = definitions::head_lines(self.source, node);
        let checks_types = kind == Kind::IfStatement
            && node.named_child(0).is_some_and(|condition| self.source.text(condition).ends_with("TYPE_CHECKING"));
        let state = self.open(node);
        state.statement = head;
        state.type_checking |= checks_types;
        true
    }

    fn call(&mut self, node: Node<'t>) -> bool {
        if self.state.reading != Reading::Values {
            self.open(node).reading = Reading::Values;
        }
        if self.parent() != Kind::Decorator {
            let value = self.source.call(node);
            self.outline.imports.extend(imports::loaded(&value, &self.outline.imports, self.state.enclosing));
            let call = Call {
                value,
                enclosing: self.state.enclosing,
                conditional: self.state.conditional,
                statement: self.statement_around(node),
            };
            self.outline.calls.push(call);
        }
        true
    }

    /// The lines of the statement around a node; its own where the file is broken there.
    fn statement_around(&self, node: Node<'t>) -> Lines {
        if self.state.statement.first == 0 { lines(node) } else { self.state.statement }
    }

    fn define(&mut self, definition: Definition) -> DefinitionIndex {
        let index = u32::try_from(self.outline.definitions.len()).unwrap_or(u32::MAX);
        self.outline.definitions.push(definition);
        index
    }

    fn position(&self) -> Position {
        Position {
            parent: self.state.enclosing,
            parent_is_type: self.is_in_type(),
            conditional: self.state.conditional,
        }
    }

    fn parent(&self) -> Kind {
        self.path.last().map_or(Kind::Other, |(_, kind)| *kind)
    }

    fn kind_of(&self, index: Option<DefinitionIndex>) -> Option<SymbolKind> {
        let index = usize::try_from(index?).ok()?;
        self.outline.definitions.get(index).map(|definition| definition.kind)
    }

    fn is_in_type(&self) -> bool {
        self.kind_of(self.state.enclosing).is_some_and(SymbolKind::is_type)
    }

    fn is_in_function(&self) -> bool {
        self.state.enclosing.is_some() && !self.is_in_type()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_costs_no_stack() {
        let deep = 4_000;
        let brackets = format!("x = {}{}\n", "[".repeat(deep), "]".repeat(deep));
        let chain = format!("x = a{}\n", "().b".repeat(deep));
        let sum = format!("x = a{}\n", " + 'b'".repeat(deep));
        let calls = format!("{}{}\n", "f(".repeat(deep), ")".repeat(deep));
        let functions: Vec<String> = (0..300).map(|depth| " ".repeat(depth) + "def f():").collect();
        assert_eq!(outline(&brackets).assignments.len(), 1);
        assert_eq!(outline(&chain).calls.len(), deep);
        assert_eq!(outline(&sum).definitions.len(), 1);
        assert_eq!(outline(&calls).calls.len(), deep);
        assert!(outline(&functions.join("\n")).definitions.len() > 200);
    }
}
