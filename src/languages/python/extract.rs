//! One walk over a file's syntax tree, from its first node to its last, into an [`Outline`].
//!
//! The walk is a cursor loop: trees may be 50,000 deep. What holds for a whole subtree (the definition around it,
//! whether it is conditional, whether names in it are types) is a [`State`] that is set aside where the subtree
//! begins and taken up again after its last byte.

use smol_str::SmolStr;
use tree_sitter::{Node, Parser};

use crate::codebase::Lines;
use crate::codebase::outline::{Assignment, Call, DefinitionIndex, Literal, Outline, ReferenceKind, SymbolKind, Value};

use super::super::address;
use super::bindings::Names;
use super::definitions::{self, Position};
use super::grammar::{Grammar, Kind, grammar};
use super::imports;
use super::values::{Source, line, lines};

/// How far up a literal looks for what it is given to.
const CONTEXT_STEPS_MAX: usize = 6;

/// Reads one file.
pub(super) fn outline(text: &str) -> Outline {
    let grammar = grammar();
    let mut parser = Parser::new();
    if parser.set_language(&grammar.language).is_err() {
        return Outline::default();
    }
    let Some(tree) = parser.parse(text, None) else { return Outline::default() };
    let source = Source { text, grammar };
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
            let field = cursor.field_id().map_or(0, std::num::NonZero::get);
            if self.enter(node, kind, field) && cursor.goto_first_child() {
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
    fn enter(&mut self, node: Node<'t>, kind: Kind, field: u16) -> bool {
        while let Some((_, state)) = self.outer.pop_if(|(end, _)| *end <= node.start_byte()) {
            self.state = state;
        }
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
            Kind::Identifier => self.identifier(node, field),
            Kind::Attribute | Kind::Subscript | Kind::DottedName | Kind::MemberType => self.dotted(node, kind, field),
            Kind::GenericType => !self.is_literal_type(node),
            Kind::Type => {
                self.open(node).reading = Reading::Types;
                true
            }
            Kind::Argument if field == self.source.grammar.fields.superclasses => {
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
            None => self.define(definitions::definition(self.source, node, Vec::new(), self.position())),
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

    /// `return x`, where `x` may be an object that the caller goes on with.
    fn return_statement(&mut self, node: Node<'t>) -> bool {
        self.open(node).statement = lines(node);
        let value = node.named_child(0).map_or(Value::Unknown, |value| self.source.value(value));
        if self.is_in_function() && matches!(value, Value::Name(_) | Value::Call(_)) {
            self.give(SmolStr::new_static("return"), value, None, line(node));
        }
        true
    }

    /// What the variables of a loop over a literal list are given, one after the other.
    fn loop_variables(&mut self, node: Node<'t>) {
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
        let columns: Vec<(Node<'_>, Vec<Value>)> = if self.source.kind(left) == Kind::TargetPattern {
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

    fn call(&mut self, node: Node<'t>) -> bool {
        if self.state.reading != Reading::Values {
            self.open(node).reading = Reading::Values;
        }
        if self.parent() != Kind::Decorator {
            let call = Call {
                value: self.source.call(node),
                enclosing: self.state.enclosing,
                conditional: self.state.conditional,
                statement: self.state.statement,
            };
            self.outline.calls.push(call);
        }
        true
    }

    fn assignment(&mut self, node: Node<'t>, kind: Kind) -> bool {
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
        let targets: Vec<Node<'_>> = source.children(left).collect();
        let values = match value {
            Value::List(values) if values.len() == targets.len() => values,
            _ => vec![Value::Unknown; targets.len()],
        };
        for (target, value) in targets.into_iter().zip(values) {
            self.assign(target, value, None, true);
        }
        true
    }

    fn assign(&mut self, target: Node<'_>, value: Value, type_name: Option<SmolStr>, is_given: bool) {
        let Some(name) = self.source.dotted(target) else { return };
        if self.source.kind(target) == Kind::Identifier {
            self.define_variable(target, &name, &value, type_name.clone(), is_given);
        }
        if value != Value::Unknown {
            self.give(name, value, type_name, line(target));
        }
    }

    fn give(&mut self, target: SmolStr, value: Value, type_name: Option<SmolStr>, line: u32) {
        let State { enclosing, conditional, .. } = self.state;
        self.outline.assignments.push(Assignment { target, value, type_name, enclosing, conditional, line });
    }

    fn define_variable(
        &mut self,
        target: Node<'_>,
        name: &SmolStr,
        value: &Value,
        type_name: Option<SmolStr>,
        is_given: bool,
    ) {
        let parent = self.state.enclosing;
        if self.state.in_head || (parent.is_some() && !self.is_in_type()) || !self.names.declare(parent, name) {
            return;
        }
        let parent_kind = self.kind_of(parent);
        let kind = match (parent_kind, value) {
            (None, Value::Function { .. }) => SymbolKind::Function,
            (None, _) => SymbolKind::Variable,
            (Some(SymbolKind::Enum), _) if is_given && type_name.is_none() => SymbolKind::Member,
            (Some(_), _) => SymbolKind::Field,
        };
        self.define(crate::codebase::outline::Definition {
            name: name.clone(),
            kind,
            parent,
            lines: self.state.statement,
            line: line(target),
            type_name,
            conditional: self.state.conditional,
            ..Default::default()
        });
    }

    fn type_alias(&mut self, node: Node<'t>) -> bool {
        let source = self.source;
        let fields = &source.grammar.fields;
        let (Some(left), Some(right)) = (Grammar::child(node, fields.left), Grammar::child(node, fields.right)) else {
            return true;
        };
        let Some(name) = source.children(left).next().and_then(|name| source.dotted(name)) else { return true };
        self.define(crate::codebase::outline::Definition {
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

    /// A name by itself: used, bound or neither, depending on where it stands.
    fn identifier(&mut self, node: Node<'t>, field: u16) -> bool {
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
            self.refer(SmolStr::new(text), node, field);
        }
        false
    }

    fn dotted(&mut self, node: Node<'t>, kind: Kind, field: u16) -> bool {
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

    fn refer(&mut self, name: SmolStr, node: Node<'t>, field: u16) {
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

    fn string(&mut self, node: Node<'t>) -> bool {
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
        node.named_child_count() > 0
    }

    /// What a literal is given to: the nearest call, key, parameter or variable around it.
    fn context(&self) -> SmolStr {
        let fields = &self.source.grammar.fields;
        for (node, kind) in self.path.iter().rev().take(CONTEXT_STEPS_MAX) {
            let name = match kind {
                Kind::Call => Grammar::child(*node, fields.function),
                Kind::Pair => Grammar::child(*node, fields.key),
                Kind::Assignment | Kind::AugmentedAssignment => Grammar::child(*node, fields.left),
                Kind::DefaultParameter | Kind::TypedDefaultParameter => Grammar::child(*node, fields.name),
                Kind::Block | Kind::ExpressionStatement | Kind::Statement => return SmolStr::default(),
                _ => continue,
            };
            return match name {
                Some(name) if self.source.kind(name) == Kind::String => {
                    self.source.value(name).as_text().map(SmolStr::new).unwrap_or_default()
                }
                Some(name) => self.source.dotted(name).unwrap_or_else(|| self.last_name(name)),
                None => SmolStr::default(),
            };
        }
        SmolStr::default()
    }

    /// The last name of a chain: `b` of `a().b`.
    fn last_name(&self, node: Node<'_>) -> SmolStr {
        let attribute = Grammar::child(node, self.source.grammar.fields.attribute);
        attribute.map_or_else(SmolStr::default, |attribute| SmolStr::new(self.source.text(attribute)))
    }

    /// Whether the node is `Literal[...]`, whose strings name nothing.
    fn is_literal_type(&self, node: Node<'_>) -> bool {
        node.named_child(0).is_some_and(|base| {
            let text = self.source.text(base);
            text == "Literal" || text.ends_with(".Literal")
        })
    }

    fn define(&mut self, definition: crate::codebase::outline::Definition) -> DefinitionIndex {
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
