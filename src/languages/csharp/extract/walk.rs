//! The one pass over a tree: what is entered and left, and what is noted on the way.

use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;
use tree_sitter::{Node, Tree};

use crate::codebase::Lines;
use crate::codebase::outline::{
    Assignment, Call, Definition, DefinitionIndex, Import, Literal, Outline, Reference, ReferenceKind, Taken, Value,
};

use super::super::grammar::Kind;
use super::doc;
use super::literal::looks_external;
use super::syntax::{Source, line, lines, squeeze};

/// How deep a type's own arguments are followed.
const TYPE_DEPTH_MAX: u32 = 32;

/// What leaving a node takes back.
#[derive(Clone, Copy, Default)]
struct Undo {
    definition: bool,
    namespace: bool,
    locals: bool,
    statement: bool,
    condition: bool,
    declared: bool,
    context: bool,
}

struct Frame {
    kind: Kind,
    undo: Undo,
}

/// The state of a pass.
pub(super) struct Walk<'t> {
    source: Source<'t>,
    outline: Outline,
    frames: Vec<Frame>,
    definitions: Vec<DefinitionIndex>,
    namespaces: Vec<SmolStr>,
    locals: Vec<HashSet<&'t str>>,
    statements: Vec<Lines>,
    declared: Vec<Option<SmolStr>>,
    contexts: Vec<SmolStr>,
    conditions: u32,
    comments: Vec<&'t str>,
    references: HashMap<(SmolStr, ReferenceKind, Option<DefinitionIndex>), (u32, u32)>,
    positions: Vec<usize>,
    has_error: bool,
}

/// Reads a tree.
pub(super) fn outline(source: Source<'_>, tree: &Tree) -> Outline {
    let root = tree.root_node();
    let mut walk = Walk {
        source,
        outline: Outline::default(),
        frames: Vec::new(),
        definitions: Vec::new(),
        namespaces: Vec::new(),
        locals: vec![HashSet::new()],
        statements: Vec::new(),
        declared: Vec::new(),
        contexts: Vec::new(),
        conditions: 0,
        comments: Vec::new(),
        references: HashMap::new(),
        positions: Vec::new(),
        has_error: root.has_error(),
    };
    let mut cursor = root.walk();
    'tree: loop {
        let node = cursor.node();
        let descend = walk.enter(node, cursor.field_id().map_or(0, Into::into));
        if descend && cursor.goto_first_child() {
            continue;
        }
        walk.leave();
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                break 'tree;
            }
            walk.leave();
        }
    }
    walk.finish()
}

impl<'t> Walk<'t> {
    /// Notes what a node says; whether its children are to be visited.
    fn enter(&mut self, node: Node<'_>, field: u16) -> bool {
        if !node.is_named() && !self.has_error {
            self.frames.push(Frame { kind: Kind::Other, undo: Undo::default() });
            return false;
        }
        if self.has_error && (node.is_error() || node.is_missing()) {
            self.outline.syntax_errors += 1;
        }
        let mut kind = self.source.kind(node);
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
                self.locals.push(HashSet::new());
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

    fn enclosing(&self) -> Option<DefinitionIndex> {
        self.definitions.last().copied()
    }

    fn open_statement(&mut self, lines: Lines) -> Undo {
        self.statements.push(lines);
        Undo { statement: true, ..Undo::default() }
    }

    fn open_namespace(&mut self, node: Node<'_>) {
        let Some(name) = self.source.child(node, self.source.grammar.fields.name) else {
            self.namespaces.push(SmolStr::default());
            return;
        };
        let name = squeeze(self.source.text(name));
        let full = match self.namespaces.last() {
            Some(outer) if !outer.is_empty() => SmolStr::from(format!("{outer}.{name}")),
            _ => name,
        };
        self.namespaces.push(full);
    }

    fn import(&mut self, node: Node<'_>) {
        let mut flags = Vec::new();
        let mut module = SmolStr::default();
        let mut cursor = node.walk();
        let alias = self.source.child(node, self.source.grammar.fields.name);
        for child in node.children(&mut cursor) {
            match child.kind() {
                "global" => flags.push(SmolStr::new_static("global")),
                "static" => flags.push(SmolStr::new_static("static")),
                _ if child.is_named() && Some(child) != alias => module = squeeze(self.source.text(child)),
                _ => {}
            }
        }
        let taken = alias.map_or(Taken::Nothing, |alias| Taken::Module(SmolStr::new(self.source.text(alias))));
        let module = module.strip_prefix("global::").map_or_else(|| module.clone(), SmolStr::new);
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
        self.locals.push(HashSet::new());
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

    /// The `params` array of a list is no node of its own.
    fn note_params_array(&mut self, node: Node<'_>) {
        let Some(list) = self.source.child(node, self.source.grammar.fields.parameters) else { return };
        if let Some(name) = self.source.name_of(list) {
            self.add_local(name);
        }
    }

    /// `public string Area => "Admin";`, `int Max { get; } = 3;`, `Paid = 2`.
    fn assign_member(&mut self, node: Node<'_>, definition: &Definition) {
        let Some(value) = self.source.child(node, self.source.grammar.fields.value) else { return };
        let value = self.source.value_of_type(value, definition.type_name.as_deref());
        self.add_assignment(definition.name.clone(), value, definition.type_name.clone(), definition.line);
    }

    fn add_assignment(&mut self, target: SmolStr, value: Value, type_name: Option<SmolStr>, line: u32) {
        if value == Value::Unknown && type_name.is_none() {
            return;
        }
        let (enclosing, conditional) = (self.enclosing(), self.conditions > 0);
        self.outline.assignments.push(Assignment { target, value, type_name, enclosing, conditional, line });
    }

    fn declare_variable(&mut self, node: Node<'_>, parent: Kind) -> Undo {
        let source = self.source;
        let Some(name) = source.child(node, source.grammar.fields.name) else {
            if let Some(pattern) = source.first(node, Kind::TuplePattern) {
                self.name_tuple(pattern);
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
            self.add_assignment(SmolStr::new(name_text), value, declared, line(name));
        }
        self.contexts.push(SmolStr::new(name_text));
        Undo { context: true, ..Undo::default() }
    }

    fn assign(&mut self, node: Node<'_>, parent: Kind) -> Undo {
        let source = self.source;
        let fields = &source.grammar.fields;
        let Some(left) = source.child(node, fields.left) else { return Undo::default() };
        let path = source.path(left);
        let operator = source.child(node, fields.operator).map(|operator| source.text(operator)).unwrap_or_default();
        let named = matches!(source.kind(left), Kind::Identifier | Kind::MemberAccess) && !path.chained;
        if named && parent != Kind::Initializer && matches!(operator, "" | "=" | "??=") {
            let value = source.child(node, fields.right).map_or(Value::Unknown, |right| source.value(right));
            self.add_assignment(path.name.clone(), value, None, line(left));
        }
        let key = source.kind(left) == Kind::ElementBinding || source.kind(left) == Kind::ElementAccess;
        self.contexts.push(if key { squeeze(source.text(left)) } else { path.name });
        Undo { context: true, ..Undo::default() }
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
            self.add_reference(SmolStr::new(bare(declared)), ReferenceKind::Call, value.line);
        }
        let (enclosing, conditional) = (self.enclosing(), self.conditions > 0);
        self.outline.calls.push(Call { value, enclosing, conditional, statement });
        self.contexts.push(context);
        Undo { context: true, ..Undo::default() }
    }

    /// The type that `new()` stands for: of the variable or property that it is the value of.
    fn declared_here(&self) -> Option<SmolStr> {
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

    /// Adds the reference that a name in expression position makes; whether there is more inside it.
    fn note_name(&mut self, node: Node<'_>, kind: Kind, parent: Kind, field: u16) -> bool {
        let source = self.source;
        let fields = &source.grammar.fields;
        let member = matches!(kind, Kind::MemberAccess | Kind::ConditionalAccess | Kind::ElementAccess);
        // Parts of a longer name: the outermost node spoke for all of them.
        if matches!(parent, Kind::MemberAccess | Kind::ElementAccess) && field == fields.expression
            || parent == Kind::ConditionalAccess && field == fields.condition
        {
            return member;
        }
        let unreferring =
            matches!(parent, Kind::Subpattern | Kind::Labeled | Kind::TypeConstraints | Kind::WithInitializer)
                || parent == Kind::Assignment && field == fields.left && self.in_initializer()
                || parent == Kind::AnonymousObject && node.next_sibling().is_some_and(|sign| sign.kind() == "=");
        if kind == Kind::Identifier && unreferring {
            return false;
        }
        let path = source.path(node);
        let called = parent == Kind::Invocation && field == fields.function;
        if called && path.name == "nameof" {
            return false;
        }
        let local = path.root.is_some_and(|root| self.is_local(root));
        let worth = if called { !(local && kind == Kind::Identifier) } else { !local && !path.chained };
        if worth && !path.predefined && path.name != "this" && path.name != "base" {
            let used = if called { ReferenceKind::Call } else { ReferenceKind::Name };
            let at = self.name_line(node);
            self.add_reference(path.name, used, at);
        }
        self.refer_chain_types(node);
        member
    }

    fn name_line(&self, node: Node<'_>) -> u32 {
        self.source.child(node, self.source.grammar.fields.name).map_or_else(|| line(node), line)
    }

    /// Type arguments along a dotted name: `Map<A>.For<B>`.
    fn refer_chain_types(&mut self, node: Node<'_>) {
        let source = self.source;
        let fields = &source.grammar.fields;
        let mut current = Some(node);
        while let Some(node) = current {
            let name = match source.kind(node) {
                Kind::MemberAccess => source.child(node, fields.name),
                Kind::ConditionalAccess => {
                    source.first(node, Kind::MemberBinding).and_then(|binding| source.child(binding, fields.name))
                }
                Kind::GenericName => Some(node),
                _ => None,
            };
            if let Some(name) = name.filter(|name| source.kind(*name) == Kind::GenericName) {
                self.refer_arguments(name, 0);
            }
            current = match source.kind(node) {
                Kind::MemberAccess => source.child(node, fields.expression),
                Kind::ConditionalAccess => source.child(node, fields.condition),
                _ => None,
            };
        }
    }

    fn refer_arguments(&mut self, generic: Node<'_>, depth: u32) {
        if let Some(list) = self.source.first(generic, Kind::TypeArgumentList) {
            for argument in self.source.children(list) {
                self.refer_type(argument, ReferenceKind::Type, depth + 1);
            }
        }
    }

    /// Adds the references that a type makes: its name, and those of its arguments.
    fn refer_type(&mut self, node: Node<'_>, used: ReferenceKind, depth: u32) {
        if depth > TYPE_DEPTH_MAX {
            return;
        }
        let source = self.source;
        let fields = &source.grammar.fields;
        match source.kind(node) {
            Kind::Identifier
            | Kind::GenericName
            | Kind::QualifiedName
            | Kind::AliasQualifiedName
            | Kind::MemberAccess => {
                let name = source.path(node).name;
                let name = if used == ReferenceKind::Decorator {
                    SmolStr::new(super::define::attribute_name(&name))
                } else {
                    name
                };
                if !self.is_type_parameter(&name) {
                    self.add_reference(name, used, line(node));
                }
                let mut current = Some(node);
                while let Some(part) = current {
                    let last = if source.kind(part) == Kind::GenericName {
                        Some(part)
                    } else {
                        source.child(part, fields.name)
                    };
                    if let Some(generic) = last.filter(|last| source.kind(*last) == Kind::GenericName) {
                        self.refer_arguments(generic, depth);
                    }
                    current = source.child(part, fields.qualifier);
                    if current.is_some_and(|part| source.kind(part) == Kind::Identifier) {
                        break;
                    }
                }
            }
            Kind::NullableType
            | Kind::ArrayType
            | Kind::PointerType
            | Kind::RefType
            | Kind::ScopedType
            | Kind::TupleElement => {
                if let Some(inner) = source.child(node, fields.type_) {
                    self.refer_type(inner, used, depth + 1);
                }
            }
            Kind::TupleType => {
                for element in source.children(node) {
                    self.refer_type(element, used, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn is_type_parameter(&self, name: &str) -> bool {
        self.definitions.iter().rev().any(|index| {
            let definition = self.outline.definitions.get(*index as usize);
            definition.is_some_and(|definition| definition.type_parameters.iter().any(|own| own == name))
        })
    }

    fn add_reference(&mut self, name: SmolStr, kind: ReferenceKind, line: u32) {
        if name.is_empty() || name == "var" || name == "_" {
            return;
        }
        let entry = self.references.entry((name, kind, self.enclosing())).or_insert((0, line));
        entry.0 += 1;
        entry.1 = entry.1.min(line);
    }

    fn in_initializer(&self) -> bool {
        self.frames.iter().rev().nth(1).is_some_and(|frame| frame.kind == Kind::Initializer)
    }

    fn add_local(&mut self, name: &'t str) {
        if let Some(locals) = self.locals.last_mut() {
            locals.insert(name);
        }
    }

    fn is_local(&self, name: &str) -> bool {
        self.locals.iter().rev().any(|locals| locals.contains(name))
    }

    /// Names that patterns and clauses bring in.
    fn name_locals(&mut self, node: Node<'_>, kind: Kind, parent: Kind) {
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

    fn name_tuple(&mut self, pattern: Node<'_>) {
        let source = self.source;
        for name in source.children(pattern) {
            if source.kind(name) == Kind::Identifier {
                self.add_local(source.identifier(name));
            }
        }
    }

    /// A parameter, pattern variable or `out` variable; those of function bodies are typed for the resolver.
    fn declare_typed(&mut self, node: Node<'_>, kind: Kind) {
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
            self.add_assignment(SmolStr::new(text), Value::Unknown, Some(source.type_text(typed)), line(name));
        }
    }

    /// `foreach (var item in items)`: the item is one of `items`, written as a spread.
    fn declare_element(&mut self, node: Node<'_>) {
        let source = self.source;
        let fields = &source.grammar.fields;
        let Some(left) = source.child(node, fields.left) else { return };
        if source.kind(left) != Kind::Identifier {
            return;
        }
        let name = source.identifier(left);
        self.add_local(name);
        let typed = source.child(node, fields.type_).filter(|typed| source.kind(*typed) != Kind::ImplicitType);
        let value = source.child(node, fields.right).map_or(Value::Unknown, |right| source.value(right));
        let value = if value == Value::Unknown { value } else { Value::Spread(Box::new(value)) };
        self.add_assignment(SmolStr::new(name), value, typed.map(|typed| source.type_text(typed)), line(left));
    }

    fn note_literal(&mut self, node: Node<'_>) {
        if node.end_byte() - node.start_byte() < 8 || !looks_external(self.source.text(node)) {
            return;
        }
        let text = match self.source.value(node) {
            Value::Text(text) => text,
            Value::Join(parts) => {
                let parts = parts.iter().map(|part| part.as_text().unwrap_or("{}"));
                SmolStr::from(parts.collect::<String>())
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

/// A type without its arguments and decoration.
fn bare(type_name: &str) -> &str {
    type_name.split(['<', '?', '[']).next().unwrap_or(type_name)
}
