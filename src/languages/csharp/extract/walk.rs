//! The one pass over a tree: what is entered and left, and what is noted on the way.

use rustc_hash::{FxHashMap, FxHashSet};

use thin_vec::ThinVec;

use crate::codebase::Atom;
use tree_sitter::{Node, Tree};

use crate::codebase::Lines;
use crate::codebase::outline::{
    Call, Definition, DefinitionIndex, Import, Literal, Outline, Reference, ReferenceKind, Taken, Value,
};

use super::super::grammar::Kind;
use super::doc;
use super::literal::looks_external;
use super::syntax::{Source, line, lines, squeeze};
use super::value::split_arguments;

/// What leaving a node takes back.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one flag for each stack of the walk")]
pub(super) struct Undo {
    pub(super) definition: bool,
    pub(super) namespace: bool,
    pub(super) locals: bool,
    pub(super) statement: bool,
    pub(super) condition: bool,
    pub(super) declared: bool,
    pub(super) context: bool,
}

pub(super) struct Frame {
    pub(super) kind: Kind,
    undo: Undo,
}

/// The state of a pass.
pub(super) struct Walk<'t> {
    pub(super) source: Source<'t>,
    pub(super) outline: Outline,
    pub(super) frames: Vec<Frame>,
    pub(super) definitions: Vec<DefinitionIndex>,
    namespaces: ThinVec<Atom>,
    pub(super) locals: Vec<FxHashSet<&'t str>>,
    statements: Vec<Lines>,
    pub(super) declared: Vec<Option<Atom>>,
    pub(super) contexts: ThinVec<Atom>,
    pub(super) conditions: u32,
    comments: Vec<&'t str>,
    pub(super) references: FxHashMap<(Atom, ReferenceKind, Option<DefinitionIndex>), (u32, u32)>,
    positions: Vec<usize>,
}

/// Reads a tree.
pub(super) fn outline(source: Source<'_>, tree: &Tree) -> Outline {
    let root = tree.root_node();
    let mut walk = Walk {
        source,
        outline: Outline::default(),
        frames: Vec::new(),
        definitions: Vec::new(),
        namespaces: ThinVec::new(),
        locals: vec![FxHashSet::default()],
        statements: Vec::new(),
        declared: Vec::new(),
        contexts: ThinVec::new(),
        conditions: 0,
        comments: Vec::new(),
        references: FxHashMap::default(),
        positions: Vec::new(),
    };
    let has_error = root.has_error();
    let mut cursor = root.walk();
    'tree: loop {
        let node = cursor.node();
        let kind = walk.source.kind(node);
        if has_error && (node.is_error() || node.is_missing()) {
            walk.outline.syntax_errors += 1;
        }
        if kind != Kind::Token {
            if walk.enter(node, kind, cursor.field_id().map_or(0, Into::into)) && cursor.goto_first_child() {
                continue;
            }
            walk.leave();
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'tree;
            }
            walk.leave();
        }
    }
    walk.finish()
}

impl Walk<'_> {
    /// Notes what a node says; whether its children are to be visited.
    fn enter(&mut self, node: Node<'_>, mut kind: Kind, field: u16) -> bool {
        if kind == Kind::ElementAccess && self.source.literal_key(node).is_none() {
            kind = Kind::Other;
        }
        let parent = self.frames.last().map_or(Kind::Other, |frame| frame.kind);
        if kind == Kind::Comment {
            self.note_comment(node);
            self.frames.push(Frame { kind, undo: Undo::default() });
            return false;
        }
        let (descend, undo) = self.visit(node, kind, parent, field);
        if !matches!(kind, Kind::AttributeList | Kind::Modifier) {
            self.comments.clear();
        }
        self.frames.push(Frame { kind, undo });
        descend
    }

    fn note_comment(&mut self, node: Node<'_>) {
        let text = self.source.text(node);
        if text.starts_with("///") || (text.starts_with("/**") && text.len() > 4) {
            self.comments.push(text);
        } else {
            self.comments.clear();
        }
    }

    fn visit(&mut self, node: Node<'_>, kind: Kind, parent: Kind, field: u16) -> (bool, Undo) {
        let none = Undo::default();
        let fields = &self.source.grammar.fields;
        if field != 0 {
            if field == fields.name || (field == fields.condition && is_preproc(parent)) {
                self.name_locals(node, kind, parent);
                return (false, none);
            }
            if field == fields.type_ || field == fields.returns {
                let used = match parent {
                    Kind::ObjectCreation => ReferenceKind::Call,
                    Kind::PrimaryBase => ReferenceKind::Inherit,
                    _ => ReferenceKind::Type,
                };
                self.refer_type(node, used, 0);
                return (false, none);
            }
            if field == fields.right && matches!(parent, Kind::As | Kind::IsExpression) {
                self.refer_type(node, ReferenceKind::Type, 0);
                return (false, none);
            }
        }
        match parent {
            Kind::BaseList if kind != Kind::ArgumentList && kind != Kind::PrimaryBase => {
                self.refer_type(node, ReferenceKind::Inherit, 0);
                return (false, none);
            }
            Kind::ExplicitInterface => {
                self.refer_type(node, ReferenceKind::Type, 0);
                return (false, none);
            }
            _ => {}
        }
        self.visit_kind(node, kind, parent, field)
    }

    fn visit_kind(&mut self, node: Node<'_>, kind: Kind, parent: Kind, field: u16) -> (bool, Undo) {
        match kind {
            Kind::Using => {
                self.import(node);
                (false, Undo::default())
            }
            Kind::Namespace | Kind::FileNamespace => {
                self.open_namespace(node);
                (true, Undo { namespace: kind == Kind::Namespace, ..Undo::default() })
            }
            Kind::Class
            | Kind::Record
            | Kind::Struct
            | Kind::Interface
            | Kind::Enum
            | Kind::Delegate
            | Kind::Method
            | Kind::Constructor
            | Kind::Destructor
            | Kind::Operator
            | Kind::ConversionOperator
            | Kind::Indexer
            | Kind::Property
            | Kind::Event
            | Kind::LocalFunction
            | Kind::EnumMember => (true, self.define(node, kind)),
            Kind::Field | Kind::EventField => {
                let doc = self.take_doc();
                for field in self.source.fields(node) {
                    self.add_definition(Definition { doc: doc.clone(), ..field });
                }
                (true, self.open_statement(lines(node)))
            }
            Kind::TypeParameterList | Kind::PreprocElse | Kind::PreprocElif => (false, Undo::default()),
            Kind::Attribute => {
                if let Some(name) = self.source.child(node, self.source.grammar.fields.name) {
                    self.refer_type(name, ReferenceKind::Decorator, 0);
                }
                (true, Undo::default())
            }
            Kind::VariableDeclaration => {
                let typed = self.source.child(node, self.source.grammar.fields.type_);
                let typed = typed.filter(|typed| self.source.kind(*typed) != Kind::ImplicitType);
                self.declared.push(typed.map(|typed| self.source.type_text(typed)));
                (true, Undo { declared: true, ..Undo::default() })
            }
            Kind::VariableDeclarator => (true, self.declare_variable(node, parent)),
            _ => self.visit_inner(node, kind, parent, field),
        }
    }

    fn visit_inner(&mut self, node: Node<'_>, kind: Kind, parent: Kind, field: u16) -> (bool, Undo) {
        let none = Undo::default();
        match kind {
            Kind::Assignment => (true, self.assign(node, parent)),
            Kind::Invocation | Kind::ObjectCreation | Kind::ImplicitObject | Kind::ConstructorInitializer => {
                (true, self.note_call(node, kind))
            }
            // A primary constructor hands its base arguments where it names it.
            Kind::BaseList | Kind::PrimaryBase if self.source.first(node, Kind::ArgumentList).is_some() => {
                (true, self.note_call(node, kind))
            }
            Kind::Lambda | Kind::AnonymousMethod => {
                self.locals.push(FxHashSet::default());
                (true, Undo { locals: true, ..none })
            }
            Kind::Parameter
            | Kind::DeclarationExpression
            | Kind::DeclarationPattern
            | Kind::CatchDeclaration
            | Kind::RecursivePattern => {
                self.declare_typed(node, kind);
                (true, none)
            }
            Kind::ImplicitParameter => {
                self.add_local(self.source.text(node));
                (false, none)
            }
            Kind::Identifier
            | Kind::GenericName
            | Kind::MemberAccess
            | Kind::ConditionalAccess
            | Kind::QualifiedName
            | Kind::ElementAccess
            | Kind::AliasQualifiedName => (self.note_name(node, kind, parent, field), none),
            Kind::StringLiteral | Kind::VerbatimString | Kind::RawString | Kind::InterpolatedString => {
                self.note_literal(node);
                (kind == Kind::InterpolatedString, none)
            }
            Kind::If | Kind::Switch | Kind::For | Kind::While | Kind::Do | Kind::CatchClause | Kind::Foreach => {
                self.conditions += 1;
                if kind == Kind::Foreach {
                    self.declare_element(node);
                }
                let body = self.source.child(node, self.source.grammar.fields.body);
                let body = body.or_else(|| self.source.child(node, self.source.grammar.fields.consequence));
                let head = Lines::new(line(node), body.map_or(line(node), line));
                (true, Undo { condition: true, ..self.open_statement(head) })
            }
            Kind::LocalDeclaration
            | Kind::ExpressionStatement
            | Kind::Return
            | Kind::Throw
            | Kind::Yield
            | Kind::ArrowClause => (true, self.open_statement(lines(node))),
            _ => (true, none),
        }
    }

    fn leave(&mut self) {
        let Some(Frame { undo, .. }) = self.frames.pop() else { return };
        if undo.definition {
            self.definitions.pop();
        }
        if undo.namespace {
            self.namespaces.pop();
        }
        if undo.locals {
            self.locals.pop();
        }
        if undo.statement {
            self.statements.pop();
        }
        if undo.condition {
            self.conditions = self.conditions.saturating_sub(1);
        }
        if undo.declared {
            self.declared.pop();
        }
        if undo.context {
            self.contexts.pop();
        }
    }

    pub(super) fn enclosing(&self) -> Option<DefinitionIndex> {
        self.definitions.last().copied()
    }

    fn open_statement(&mut self, lines: Lines) -> Undo {
        self.statements.push(lines);
        Undo { statement: true, ..Undo::default() }
    }

    fn open_namespace(&mut self, node: Node<'_>) {
        let Some(name) = self.source.child(node, self.source.grammar.fields.name) else {
            self.namespaces.push(Atom::default());
            return;
        };
        let name = squeeze(self.source.text(name));
        let full = match self.namespaces.last() {
            Some(outer) if !outer.is_empty() => Atom::from(format!("{outer}.{name}")),
            _ => name,
        };
        self.namespaces.push(full);
    }

    fn import(&mut self, node: Node<'_>) {
        let mut flags = ThinVec::new();
        if !self.namespaces.is_empty() {
            flags.push(Atom::new("inner"));
        }
        let mut module = Atom::default();
        let mut cursor = node.walk();
        let alias = self.source.child(node, self.source.grammar.fields.name);
        for child in node.children(&mut cursor) {
            match child.kind() {
                "global" => flags.push(Atom::new("global")),
                "static" => flags.push(Atom::new("static")),
                _ if child.is_named() && Some(child) != alias => module = squeeze(self.source.text(child)),
                _ => {}
            }
        }
        let taken = alias.map_or(Taken::Nothing, |alias| Taken::Module(Atom::new(self.source.text(alias))));
        let module = module.strip_prefix("global::").map_or_else(|| module.clone(), Atom::new);
        self.outline.imports.push(Import { module, taken, line: line(node), enclosing: None, flags });
    }

    fn take_doc(&mut self) -> Option<String> {
        let doc = if self.comments.is_empty() { None } else { doc::plain_text(&self.comments) };
        self.comments.clear();
        doc
    }

    fn add_definition(&mut self, mut definition: Definition) -> Option<DefinitionIndex> {
        definition.parent = self.enclosing();
        definition.namespace = self.namespaces.last().cloned().unwrap_or_default();
        let index = DefinitionIndex::try_from(self.outline.definitions.len()).ok()?;
        self.outline.definitions.push(definition);
        Some(index)
    }

    fn define(&mut self, node: Node<'_>, kind: Kind) -> Undo {
        let doc = self.take_doc();
        let Some(definition) = self.source.definition(node) else { return Undo::default() };
        if matches!(kind, Kind::Property | Kind::EnumMember) {
            self.assign_member(node, &definition);
        }
        let declared = definition.type_name.clone();
        let member = !definition.kind.is_type();
        let all = definition.lines;
        let Some(index) = self.add_definition(Definition { doc, ..definition }) else { return Undo::default() };
        self.definitions.push(index);
        self.locals.push(FxHashSet::default());
        let mut undo = Undo { definition: true, locals: true, ..Undo::default() };
        if matches!(kind, Kind::Property) {
            self.declared.push(declared);
            self.statements.push(all);
            undo = Undo { declared: true, statement: true, ..undo };
        }
        if member {
            self.note_params_array(node);
        }
        undo
    }

    fn note_call(&mut self, node: Node<'_>, kind: Kind) -> Undo {
        let declared = if kind == Kind::ImplicitObject { self.declared_here() } else { None };
        if kind == Kind::Invocation && self.source.nameof(node).is_some() {
            return Undo::default();
        }
        let Some(value) = self.source.call(node, declared.as_deref()) else { return Undo::default() };
        let context = value.path().unwrap_or_else(|| value.callee.clone());
        let statement = self.statements.last().copied().unwrap_or(value.lines);
        self.positions.push(self.callee_position(node));
        if kind == Kind::ImplicitObject
            && let Some(declared) = &declared
        {
            self.add_reference(Atom::from(open_name(declared)), ReferenceKind::Call, value.line);
        }
        let (enclosing, conditional) = (self.enclosing(), self.conditions > 0);
        self.outline.calls.push(Call { value, enclosing, conditional, statement });
        self.contexts.push(context);
        Undo { context: true, ..Undo::default() }
    }

    /// The type that `new()` stands for: of the variable or property that it is the value of.
    fn declared_here(&self) -> Option<Atom> {
        let parent = self.frames.last().map_or(Kind::Other, |frame| frame.kind);
        let direct = matches!(parent, Kind::VariableDeclarator | Kind::Property | Kind::ArrowClause);
        if direct { self.declared.last().cloned().flatten() } else { None }
    }

    /// Where the callee's name stands, so that a chain's links come in reading order.
    fn callee_position(&self, node: Node<'_>) -> usize {
        let fields = &self.source.grammar.fields;
        let Some(function) = self.source.child(node, fields.function) else { return node.start_byte() };
        match self.source.kind(function) {
            Kind::MemberAccess => {
                self.source.child(function, fields.name).map_or(function.start_byte(), |name| name.start_byte())
            }
            Kind::ConditionalAccess => {
                self.source.first(function, Kind::MemberBinding).map_or(function.start_byte(), |name| name.start_byte())
            }
            _ => function.start_byte(),
        }
    }

    fn note_literal(&mut self, node: Node<'_>) {
        if node.end_byte() - node.start_byte() < 8 || !looks_external(self.source.text(node)) {
            return;
        }
        let text = match self.source.value(node) {
            Value::Text(text) => text,
            Value::Join(parts) => {
                let parts = parts.iter().map(|part| part.as_text().unwrap_or("{}"));
                Atom::from(parts.collect::<String>())
            }
            _ => return,
        };
        let context = self.contexts.last().cloned().unwrap_or_default();
        self.outline.literals.push(Literal { text, line: line(node), enclosing: self.enclosing(), context });
    }

    fn finish(self) -> Outline {
        let Walk { mut outline, references, positions, .. } = self;
        let mut calls: Vec<(usize, Call)> = positions.into_iter().zip(outline.calls).collect();
        calls.sort_by_key(|(position, _)| *position);
        outline.calls = calls.into_iter().map(|(_, call)| call).collect();
        let entries = references.into_iter();
        outline.references = entries
            .map(|((name, kind, enclosing), (count, line))| Reference { name, kind, enclosing, count, line })
            .collect();
        outline.references.sort_unstable();
        outline
    }
}

fn is_preproc(kind: Kind) -> bool {
    matches!(kind, Kind::PreprocIf | Kind::PreprocElif | Kind::PreprocIfInAttributes)
}

/// A type without decoration, its arguments left out: `Map<,>` of `Map<int, Order>?`.
fn open_name(type_name: &str) -> String {
    let name = type_name.split(['<', '?', '[']).next().unwrap_or(type_name);
    let arguments = type_name.get(name.len()..).and_then(|rest| rest.strip_prefix('<')?.rsplit_once('>'));
    let commas = arguments.map(|(arguments, _)| ",".repeat(split_arguments(arguments).count() - 1));
    commas.map_or_else(|| name.to_owned(), |commas| format!("{name}<{commas}>"))
}
