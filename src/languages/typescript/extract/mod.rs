//! One walk over a syntax tree that writes its [`Outline`].
//!
//! The walk is a cursor loop: trees may be tens of thousands of levels deep. What holds below a node (the definition
//! around it, whether it is conditional ...) is a [`State`] that is saved when a node opens and restored when it closes.

mod calls;
mod classes;
mod definitions;
mod docs;
mod literals;
mod modules;
mod names;
mod parameters;
mod strings;
mod values;

use rustc_hash::FxHashMap;

use thin_vec::ThinVec;
use tree_sitter::{Node, Tree, TreeCursor};

use crate::codebase::evidence::Lines;
use crate::codebase::outline::{Assignment, Call, Decorator, DefinitionIndex, Outline, Reference, Value};

use super::super::calls::Calls;
use super::syntax::{Grammar, Kind};
use docs::Comment;
use values::{Reader, at_field, first_expression, lines, row};

/// The outline of a parsed text.
pub(super) fn outline(text: &str, grammar: &'static Grammar, tree: &Tree) -> Outline {
    let calls = Calls::default();
    let mut walk = Walk::new(Reader { text, grammar, calls: &calls });
    walk.run(tree);
    walk.finish()
}

/// Where declarations stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the top of the file, or in a namespace.
    Module,
    /// In the body of a class, interface or enum.
    Type,
    /// In a function's body.
    Function,
}

/// How the declaration at hand is exported.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exported {
    No,
    Named,
    Default,
}

/// What is known of a name that is bound in a function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Local {
    /// Nothing.
    Untold,
    /// The outline holds its type or value.
    Told,
    /// The same, under the name with this line and column: it is bound in a function literal, as others of its name may
    /// be in the same definition.
    ToldAt((u32, u32)),
}

/// A value that a function literal is called with, and at which position.
#[derive(Clone)]
struct Giver {
    position: usize,
    value: Value,
}

/// What holds for all that stands below a node.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each says one thing that holds below a node, in any combination")]
struct State<'t> {
    /// The definition around it, of whatever kind.
    owner: Option<DefinitionIndex>,
    /// The function, method or type around it.
    enclosing: Option<DefinitionIndex>,
    place: Place,
    exported: Exported,
    /// Under an `if`, loop or handler.
    conditional: bool,
    statement: Lines,
    /// Where the statement begins, decorators left out.
    statement_start: usize,
    /// Identifiers are bound here, not used.
    binding: bool,
    /// The object literal whose functions are definitions.
    members_of: usize,
    /// A call that stands elsewhere already: a decorator's, a `require`.
    silent_call: usize,
    /// Name for the class expression or function that comes next.
    name: Option<&'t str>,
    /// The function literal that is a definition's own body.
    body_of: usize,
    /// The outline holds the parameters of the function around it.
    told_parameters: bool,
    /// Within a function literal that is no definition's own body.
    is_literal_body: bool,
    /// Within an object pattern whose names are told.
    told_pattern: bool,
    /// What the function literal around is called with.
    giver: Option<Giver>,
    /// What a literal is given to: a call, declarator, pair or assignment.
    context: Option<Node<'t>>,
}

/// A state to return to.
struct Frame<'t> {
    depth: usize,
    state: State<'t>,
    /// How many local names were known, if those that follow end with this frame.
    scope: Option<usize>,
}

/// How many values a list may hold that stands for several results.
const RESULTS_MAX: usize = 4;

/// Whether a value may say what a function's result is.
fn is_telling(value: &Value) -> bool {
    match value {
        Value::Name(_) | Value::Call(_) | Value::Member(..) => true,
        Value::Spread(inner) => is_telling(inner),
        Value::Record(entries) => entries.iter().any(|(_, value)| is_telling(value)),
        Value::List(values) => values.len() <= RESULTS_MAX && values.iter().any(is_telling),
        _ => false,
    }
}

struct Walk<'t> {
    read: Reader<'t>,
    outline: Outline,
    state: State<'t>,
    frames: Vec<Frame<'t>>,
    /// Kind and id of the nodes above.
    path: Vec<(Kind, usize)>,
    /// Names bound in the functions around.
    locals: FxHashMap<&'t str, Vec<Local>>,
    local_order: Vec<&'t str>,
    /// Object patterns, by node, whose names are bound before the walk reaches them.
    told_patterns: Vec<usize>,
    decorators: ThinVec<Decorator>,
    decorators_start: Option<usize>,
    comment: Option<Comment<'t>>,
    references: Vec<Reference>,
    /// Calls by the end of what they call: the links of a chain stand in the tree from the last to the first.
    calls: Vec<(usize, Call)>,
    /// The overload signature just read, which its implementation replaces.
    signature: Option<DefinitionIndex>,
}

impl<'t> Walk<'t> {
    fn new(read: Reader<'t>) -> Self {
        let state = State {
            owner: None,
            enclosing: None,
            place: Place::Module,
            exported: Exported::No,
            conditional: false,
            statement: Lines::default(),
            statement_start: 0,
            binding: false,
            members_of: 0,
            silent_call: 0,
            name: None,
            body_of: 0,
            told_parameters: false,
            is_literal_body: false,
            told_pattern: false,
            giver: None,
            context: None,
        };
        Self {
            read,
            outline: Outline::default(),
            state,
            frames: Vec::new(),
            path: Vec::new(),
            locals: FxHashMap::default(),
            local_order: Vec::new(),
            told_patterns: Vec::new(),
            decorators: ThinVec::new(),
            decorators_start: None,
            comment: None,
            references: Vec::new(),
            calls: Vec::new(),
            signature: None,
        }
    }

    fn run(&mut self, tree: &'t Tree) {
        let mut cursor = tree.walk();
        let broken = tree.root_node().has_error();
        loop {
            let node = cursor.node();
            let kind = self.read.kind(node);
            if broken && (node.is_error() || node.is_missing()) {
                self.outline.syntax_errors += 1;
            }
            if kind != Kind::Token && self.enter(node, kind, &cursor) && cursor.goto_first_child() {
                self.path.push((kind, node.id()));
                continue;
            }
            self.leave();
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                self.path.pop();
                self.leave();
            }
        }
    }

    /// Saves the state, to be changed for what stands below the node at hand.
    fn open(&mut self) -> &mut State<'t> {
        let depth = self.path.len();
        if self.frames.last().is_none_or(|frame| frame.depth != depth) {
            self.frames.push(Frame { depth, state: self.state.clone(), scope: None });
        }
        &mut self.state
    }

    /// Like [`Walk::open`], with local names that end with the node.
    fn open_scope(&mut self) -> &mut State<'t> {
        self.open();
        let known = self.local_order.len();
        if let Some(frame) = self.frames.last_mut() {
            frame.scope.get_or_insert(known);
        }
        &mut self.state
    }

    /// Restores what held before the node at hand.
    fn leave(&mut self) {
        let depth = self.path.len();
        if self.frames.last().is_none_or(|frame| frame.depth != depth) {
            return;
        }
        let Some(frame) = self.frames.pop() else { return };
        self.state = frame.state;
        for name in frame.scope.map_or_else(Vec::new, |known| self.local_order.split_off(known)) {
            if let Some(bindings) = self.locals.get_mut(name) {
                bindings.pop();
            }
        }
    }

    fn parent(&self) -> Kind {
        self.path.last().map_or(Kind::Other, |(kind, _)| *kind)
    }

    fn grandparent(&self) -> Kind {
        self.path.iter().rev().nth(1).map_or(Kind::Other, |(kind, _)| *kind)
    }

    fn parent_id(&self) -> usize {
        self.path.last().map_or(0, |(_, id)| *id)
    }

    /// Reads a node; says whether its children are to be read too.
    fn enter(&mut self, node: Node<'t>, kind: Kind, cursor: &TreeCursor<'t>) -> bool {
        match kind {
            Kind::Comment => self.comment(node),
            Kind::Identifier
            | Kind::ShorthandPropertyIdentifier
            | Kind::ShorthandPropertyIdentifierPattern
            | Kind::TypeIdentifier
            | Kind::NestedTypeIdentifier
            | Kind::MemberExpression
            | Kind::SubscriptExpression => self.name(node, kind, cursor),
            Kind::ImportStatement => self.import(node),
            Kind::ImportAlias => self.import_alias(node),
            Kind::ExportStatement => self.export(node),
            Kind::CallExpression | Kind::NewExpression => self.call(node),
            Kind::AssignmentExpression => self.assignment(node),
            Kind::VariableDeclarator => self.declarator(node),
            Kind::FunctionDeclaration | Kind::GeneratorFunctionDeclaration | Kind::FunctionSignature => {
                self.function(node, kind)
            }
            Kind::ClassDeclaration | Kind::AbstractClassDeclaration | Kind::Class => self.class(node),
            Kind::InterfaceDeclaration | Kind::TypeAliasDeclaration | Kind::EnumDeclaration => {
                self.type_declaration(node, kind)
            }
            Kind::InternalModule | Kind::Module => self.namespace(node),
            Kind::Decorator => self.decorator(node),
            Kind::MethodDefinition | Kind::MethodSignature | Kind::AbstractMethodSignature => self.method(node, kind),
            Kind::PublicFieldDefinition | Kind::FieldDefinition | Kind::PropertySignature => self.field(node, kind),
            Kind::EnumAssignment => self.enum_member(node),
            Kind::Pair => self.pair(node),
            Kind::Object => self.object(node),
            Kind::String | Kind::TemplateString => self.literal(node, kind),
            kind if kind.is_function_literal() => self.function_literal(node),
            kind => self.structure(node, kind),
        }
    }

    /// Nodes that only change what holds below them.
    fn structure(&mut self, node: Node<'t>, kind: Kind) -> bool {
        match kind {
            Kind::ExpressionStatement | Kind::LexicalDeclaration | Kind::VariableDeclaration | Kind::ThrowStatement => {
                self.statement(node);
            }
            Kind::ReturnStatement => {
                self.statement(node);
                if let Some(value) = first_expression(node, &self.read) {
                    self.returned(value);
                }
            }
            Kind::IfStatement
            | Kind::SwitchStatement
            | Kind::ForStatement
            | Kind::WhileStatement
            | Kind::DoStatement
            | Kind::TernaryExpression => self.open().conditional = true,
            Kind::ForInStatement => {
                self.open().conditional = true;
                self.loop_variable(node);
            }
            Kind::CatchClause => {
                self.open().conditional = true;
                if let Some(parameter) = at_field(node, self.read.grammar.fields.parameter) {
                    self.bind(parameter);
                }
            }
            Kind::ObjectPattern | Kind::ArrayPattern | Kind::RestPattern => self.pattern(node),
            Kind::FunctionType => {
                self.open_scope();
            }
            Kind::AsExpression | Kind::TypeAssertion if self.is_taken_on() => {
                self.told_value(node);
            }
            Kind::FormalParameters => self.parameters(node),
            Kind::PropertyIdentifier if self.parent() == Kind::EnumBody => self.plain_enum_member(node),
            Kind::BreakStatement | Kind::ContinueStatement => return false,
            _ => {}
        }
        true
    }

    /// Whether members of the bracketed expression at hand may be used.
    fn is_taken_on(&self) -> bool {
        let is_used = |kind| {
            matches!(
                kind,
                Kind::MemberExpression
                    | Kind::SubscriptExpression
                    | Kind::NonNullExpression
                    | Kind::ParenthesizedExpression
                    | Kind::AwaitExpression
            )
        };
        self.parent() == Kind::ParenthesizedExpression && is_used(self.grandparent())
    }

    /// What an expression says; a cast stands for its type.
    fn told_value(&mut self, node: Node<'t>) -> Value {
        let mut inner = node;
        while self.read.kind(inner) == Kind::ParenthesizedExpression {
            let Some(next) = first_expression(inner, &self.read) else { break };
            inner = next;
        }
        let Some((name, type_name)) = self.read.told_cast(inner) else { return self.read.value(node, 0) };
        self.assign(&name, Value::Unknown, Some(&type_name), row(inner));
        Value::Name(name)
    }

    /// A pattern whose names are bound here, or were as a whole.
    fn pattern(&mut self, node: Node<'t>) {
        let told = self.told_patterns.iter().rposition(|id| *id == node.id());
        if let Some(index) = told {
            self.told_patterns.swap_remove(index);
        }
        let state = self.open();
        state.told_pattern = told.is_some();
        state.binding = told.is_none();
    }

    /// `for (const x of list)`: the variable holds an element of the list.
    fn loop_variable(&mut self, node: Node<'t>) {
        let fields = &self.read.grammar.fields;
        let (left, right) = (at_field(node, fields.left), at_field(node, fields.right));
        let (Some(left), Some(right)) = (left, right) else { return };
        let is_element = at_field(node, fields.operator).is_some_and(|operator| self.read.slice(operator) == "of");
        let value = match self.told_value(right) {
            Value::Unknown => Value::Unknown,
            value if is_element => Value::Spread(Box::new(value)),
            _ => Value::Unknown,
        };
        match self.read.kind(left) {
            Kind::Identifier => {
                let local = if value == Value::Unknown { Local::Untold } else { Local::Told };
                self.bind_name(self.read.slice(left), local);
                self.assign(self.read.slice(left), value, None, row(left));
            }
            Kind::ObjectPattern => self.take_apart(left, &value),
            Kind::ArrayPattern => self.take_in_turn(left, &value),
            _ => {}
        }
    }

    /// What a function returns, where that is a name or call, or holds some.
    pub(super) fn returned(&mut self, value: Node<'t>) {
        if self.state.is_literal_body || self.state.enclosing.is_none() {
            return;
        }
        let own = lines(value).first;
        let value = match self.read.value(value, 0) {
            Value::Record(mut entries) => {
                entries.retain(|(_, value)| is_telling(value));
                entries.shrink_to_fit();
                Value::Record(entries)
            }
            value => value,
        };
        if is_telling(&value) {
            let line = if self.state.statement.first == 0 { own } else { self.state.statement.first };
            self.assign("return", value, None, line);
        }
    }

    fn statement(&mut self, node: Node<'t>) {
        // `export const x` is one statement.
        if self.parent() != Kind::ExportStatement {
            let state = self.open();
            state.statement = lines(node);
            state.statement_start = node.start_byte();
        }
    }

    fn call(&mut self, node: Node<'t>) -> bool {
        if self.state.silent_call == node.id() || self.module_call(node) {
            return true;
        }
        if let Some(value) = self.read.call(node, 0) {
            let State { enclosing, conditional, statement, .. } = self.state;
            // What the grammar could not parse stands in no statement.
            let statement = if statement == Lines::default() { value.lines } else { statement };
            let end = at_field(node, self.read.grammar.fields.arguments).map_or(node.end_byte(), |it| it.start_byte());
            self.calls.push((end, Call { value, enclosing, conditional, statement }));
        }
        self.open().context = Some(node);
        true
    }

    fn assignment(&mut self, node: Node<'t>) -> bool {
        let fields = &self.read.grammar.fields;
        let (Some(left), Some(right)) = (at_field(node, fields.left), at_field(node, fields.right)) else {
            return true;
        };
        self.open().context = Some(node);
        if let Some(target) = self.read.dotted(left) {
            let direct = self.parent() == Kind::ExpressionStatement;
            if direct && self.state.place == Place::Module {
                self.common_export(node, &target, right);
            }
            let value = self.read.value(right, 0);
            self.assign(&target, value, None, row(left));
        }
        true
    }

    /// Writes down that a name is given a value, unless nothing is known of the value.
    fn assign(&mut self, target: &str, value: Value, type_name: Option<&str>, line: u32) {
        if value == Value::Unknown && type_name.is_none() {
            return;
        }
        self.outline.assignments.push(Assignment {
            target: target.into(),
            value,
            type_name: type_name.map(Into::into),
            enclosing: self.state.enclosing,
            conditional: self.state.conditional,
            line,
        });
    }

    fn finish(mut self) -> Outline {
        self.references.sort_unstable();
        let mut merged: Vec<Reference> = Vec::with_capacity(self.references.len() / 2);
        for reference in self.references {
            match merged.last_mut() {
                Some(last)
                    if last.name == reference.name
                        && last.kind == reference.kind
                        && last.enclosing == reference.enclosing =>
                {
                    last.count += reference.count;
                    last.line = last.line.min(reference.line);
                }
                _ => merged.push(reference),
            }
        }
        self.outline.references = merged;
        self.calls.sort_by_key(|(end, _)| *end);
        self.outline.calls = self.calls.into_iter().map(|(_, call)| call).collect();
        self.outline
    }
}
