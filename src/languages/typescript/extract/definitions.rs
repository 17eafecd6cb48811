//! Functions, variables, and the types that are no classes.

use thin_vec::ThinVec;

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{Definition, DefinitionIndex, ReferenceKind, SymbolKind, Value};

use super::super::syntax::Kind;
use super::values::{at_field, dot, lines, row};
use super::{Exported, Local, Place, Walk};

/// Words that stand before a declaration's name and say something of it.
const MODIFIERS: &[&str] = &[
    "abstract",
    "async",
    "const",
    "declare",
    "get",
    "override",
    "private",
    "protected",
    "public",
    "readonly",
    "set",
    "static",
];

impl<'t> Walk<'t> {
    /// Adds a definition below the one around it.
    pub(super) fn define(&mut self, definition: Definition) -> DefinitionIndex {
        let index = DefinitionIndex::try_from(self.outline.definitions.len()).unwrap_or(DefinitionIndex::MAX);
        self.outline.definitions.push(definition);
        index
    }

    /// A definition of `kind` at `node`, with what all of them have.
    pub(super) fn definition(&mut self, node: Node<'t>, name: Node<'t>, kind: SymbolKind) -> Definition {
        let start = self.definition_start(node);
        Definition {
            name: self.read.key(name).unwrap_or_else(|| Atom::new(self.read.slice(name))),
            kind,
            parent: self.state.owner,
            lines: lines(node),
            line: row(name),
            doc: self.take_doc(start),
            type_parameters: self.read.type_parameters(node),
            modifiers: self.modifiers(node, name),
            conditional: self.state.conditional,
            ..Definition::default()
        }
    }

    /// Where the definition begins with all its decorators and its `export`.
    fn definition_start(&self, node: Node<'t>) -> usize {
        let is_statement = matches!(
            self.parent(),
            Kind::ExportStatement | Kind::LexicalDeclaration | Kind::VariableDeclaration | Kind::AmbientDeclaration
        ) || self.read.kind(node) == Kind::AssignmentExpression;
        let start = if is_statement { self.state.statement_start } else { node.start_byte() };
        self.decorators_start.unwrap_or(start).min(start)
    }

    /// The words before the name, sorted.
    fn modifiers(&self, node: Node<'t>, name: Node<'t>) -> ThinVec<Atom> {
        let mut cursor = node.walk();
        let before = node.children(&mut cursor).take_while(|child| child.start_byte() < name.start_byte());
        let mut words: ThinVec<Atom> =
            before.map(|child| self.read.slice(child)).filter(|word| MODIFIERS.contains(word)).map(Atom::new).collect();
        words.sort();
        words
    }

    /// A function declaration or overload signature.
    pub(super) fn function(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let fields = &self.read.grammar.fields;
        let Some(name) = at_field(node, fields.name) else { return self.function_literal(node) };
        let mut definition = self.definition(node, name, SymbolKind::Function);
        definition.parameters = self.read.parameters(node);
        definition.type_name = self.read.type_text(at_field(node, fields.return_type));
        self.export_definition(&mut definition);
        let index = self.define_overloaded(definition, kind == Kind::FunctionSignature);
        self.open_function(Some(index));
        true
    }

    /// Adds a function; an implementation takes the place of the signatures before it.
    pub(super) fn define_overloaded(&mut self, mut definition: Definition, is_signature: bool) -> DefinitionIndex {
        let earlier =
            self.signature.take().filter(|earlier| {
                usize::try_from(*earlier).is_ok_and(|earlier| {
                    earlier + 1 == self.outline.definitions.len()
                        && self.outline.definitions.get(earlier).is_some_and(|earlier| {
                            earlier.name == definition.name && earlier.parent == definition.parent
                        })
                })
            });
        let index = match earlier {
            Some(earlier) => {
                if let Some(slot) = usize::try_from(earlier).ok().and_then(|at| self.outline.definitions.get_mut(at)) {
                    definition.doc = definition.doc.or_else(|| slot.doc.take());
                    *slot = definition;
                }
                earlier
            }
            None => self.define(definition),
        };
        if is_signature {
            self.signature = Some(index);
        }
        index
    }

    /// Opens the body of a function; `None` for a literal that has no definition.
    pub(super) fn open_function(&mut self, definition: Option<DefinitionIndex>) {
        let state = self.open_scope();
        state.place = Place::Function;
        state.exported = Exported::No;
        state.binding = false;
        state.context = None;
        state.members_of = 0;
        state.told_parameters = definition.is_some();
        state.is_literal_body = definition.is_none();
        if definition.is_some() {
            state.owner = definition;
            state.enclosing = definition;
            state.conditional = false;
        }
    }

    /// A function literal: the body of a definition, or one without a name.
    pub(super) fn function_literal(&mut self, node: Node<'t>) -> bool {
        let is_body = self.state.body_of == node.id();
        let owner = self.state.owner.filter(|_| is_body);
        // What a variable's callbacks do is done by the variable: `const save = wrap(async () => ...)`.
        let variable = self.state.owner.filter(|owner| {
            let owner = usize::try_from(*owner).ok().and_then(|at| self.outline.definitions.get(at));
            owner.is_some_and(|owner| matches!(owner.kind, SymbolKind::Variable | SymbolKind::Field))
        });
        let giver = if owner.is_none() { self.giver_of(node) } else { None };
        self.open_function(owner);
        self.open().giver = giver;
        if owner.is_none() && variable.is_some() {
            self.open().enclosing = variable;
        }
        let body = at_field(node, self.read.grammar.fields.body);
        if let Some(body) = body.filter(|body| owner.is_some() && self.read.kind(*body) != Kind::StatementBlock) {
            self.open().statement = lines(body);
            self.returned(body);
        }
        true
    }

    /// Defines a function literal that is given to a name.
    pub(super) fn function_value(&mut self, literal: Node<'t>, name: &str, line: u32) {
        let start = self.state.statement_start;
        let mut definition = Definition {
            name: name.into(),
            kind: SymbolKind::Function,
            parent: self.state.owner,
            lines: lines(literal),
            line,
            doc: self.take_doc(start),
            parameters: self.read.parameters(literal),
            type_name: self.read.type_text(at_field(literal, self.read.grammar.fields.return_type)),
            modifiers: modifiers_of_literal(ThinVec::new(), literal),
            conditional: self.state.conditional,
            ..Definition::default()
        };
        self.export_definition(&mut definition);
        let index = self.define(definition);
        let state = self.open();
        state.owner = Some(index);
        state.body_of = literal.id();
    }

    /// Defines an object literal that is given to a name, with its functions as members.
    pub(super) fn object_value(&mut self, object: Node<'t>, name: &str, line: u32) {
        let start = self.state.statement_start;
        let mut definition = Definition {
            name: name.into(),
            kind: SymbolKind::Variable,
            parent: self.state.owner,
            lines: lines(object),
            line,
            doc: self.take_doc(start),
            ..Definition::default()
        };
        self.export_definition(&mut definition);
        let index = self.define(definition);
        let state = self.open();
        state.owner = Some(index);
        state.members_of = object.id();
        state.exported = Exported::No;
    }

    /// `x = ...` within a declaration.
    pub(super) fn declarator(&mut self, node: Node<'t>) -> bool {
        let fields = &self.read.grammar.fields;
        let Some(name) = at_field(node, fields.name) else { return true };
        let value = at_field(node, fields.value);
        self.open().context = Some(node);
        if value.is_some_and(|value| self.module_declarator(name, value)) {
            return true;
        }
        let inner = value.map(|value| self.read.unwrap(value));
        let kind = inner.map(|value| self.read.kind(value));
        let is_function = kind.is_some_and(Kind::is_function_literal);
        let is_object = kind == Some(Kind::Object);
        if self.read.kind(name) != Kind::Identifier {
            self.destructured(node, name, value);
            return true;
        }
        let type_name = self.read.type_text(at_field(node, fields.r#type));
        if kind == Some(Kind::Class) {
            self.open().name = Some(self.read.slice(name));
            return true;
        }
        let is_defined = self.state.place == Place::Module || is_function;
        let assigned = value.filter(|_| !is_function).map_or(Value::Unknown, |value| self.read.value(value, 0));
        let cast = value.filter(|_| type_name.is_none()).and_then(|value| self.read.cast(value));
        let told = type_name.as_deref().or(cast.as_deref());
        if !is_defined {
            let is_told = told.is_some() || assigned != Value::Unknown;
            self.bind_name(self.read.slice(name), if is_told { Local::Told } else { Local::Untold });
        }
        self.assign(self.read.slice(name), assigned, told, row(name));
        if is_defined {
            let kind = if is_function { SymbolKind::Function } else { SymbolKind::Variable };
            let mut definition = self.definition(node, name, kind);
            definition.type_name = type_name;
            if let Some(literal) = inner.filter(|_| is_function) {
                definition.parameters = self.read.parameters(literal);
                definition.type_parameters = self.read.type_parameters(literal);
                definition.modifiers = modifiers_of_literal(definition.modifiers, literal);
                let returned = self.read.type_text(at_field(literal, fields.return_type));
                definition.type_name = returned.or(definition.type_name);
            }
            self.export_definition(&mut definition);
            let index = self.define(definition);
            let state = self.open();
            state.owner = Some(index);
            state.exported = Exported::No;
            state.body_of = inner.map_or(0, |inner| inner.id());
            state.members_of = inner.filter(|_| is_object).map_or(0, |inner| inner.id());
        }
        true
    }

    /// `const { a, b: c } = value`, `const [a, b] = value`.
    fn destructured(&mut self, node: Node<'t>, pattern: Node<'t>, value: Option<Node<'t>>) {
        let whole = value.map_or(Value::Unknown, |value| self.told_value(value));
        if self.read.kind(pattern) != Kind::ObjectPattern {
            return self.take_in_turn(pattern, &whole);
        }
        self.take_apart(pattern, &whole);
        if self.state.place != Place::Module {
            return;
        }
        for (_, local) in self.pattern_names(pattern) {
            let mut definition = Definition {
                name: local,
                kind: SymbolKind::Variable,
                parent: self.state.owner,
                lines: lines(node),
                line: row(pattern),
                ..Definition::default()
            };
            self.export_definition(&mut definition);
            self.define(definition);
        }
    }

    /// Gives the names of an object pattern the members of a value.
    pub(super) fn take_apart(&mut self, pattern: Node<'t>, whole: &Value) {
        self.told_patterns.push(pattern.id());
        for (key, local) in self.pattern_nodes(pattern) {
            let part = match whole {
                Value::Name(name) => Value::Name(dot(name, &key)),
                Value::Call(_) | Value::Spread(_) => Value::Member(Box::new(whole.clone()), key),
                _ => Value::Unknown,
            };
            if let Value::Name(name) = &part {
                self.push_reference(name.clone(), ReferenceKind::Name, row(pattern));
            }
            let name = self.read.slice(local);
            self.bind_name(name, if part == Value::Unknown { Local::Untold } else { Local::Told });
            self.assign(name, part, None, row(pattern));
        }
    }

    /// Gives the names of an array pattern the elements of a value.
    pub(super) fn take_in_turn(&mut self, pattern: Node<'t>, whole: &Value) {
        let fields = &self.read.grammar.fields;
        let mut cursor = pattern.walk();
        let mut position = 0_usize;
        for child in pattern.children(&mut cursor) {
            if child.kind() == "," {
                position += 1;
            }
            let local = at_field(child, fields.left).unwrap_or(child);
            if self.read.kind(local) != Kind::Identifier {
                continue;
            }
            let element = || Atom::from(format!("[{position}]"));
            let part = match whole {
                Value::Name(name) => Value::Name(dot(name, &element())),
                Value::Call(_) | Value::Spread(_) => Value::Member(Box::new(whole.clone()), element()),
                Value::List(values) => values.get(position).cloned().unwrap_or_default(),
                _ => Value::Unknown,
            };
            if part != Value::Unknown {
                self.told_patterns.push(local.id());
                let name = self.read.slice(local);
                self.bind_name(name, Local::Told);
                self.assign(name, part, None, row(local));
            }
        }
    }

    /// An interface, type alias or enumeration.
    pub(super) fn type_declaration(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let Some(name) = at_field(node, self.read.grammar.fields.name) else { return true };
        let symbol = match kind {
            Kind::InterfaceDeclaration => SymbolKind::Interface,
            Kind::EnumDeclaration => SymbolKind::Enum,
            _ => SymbolKind::Type,
        };
        let mut definition = self.definition(node, name, symbol);
        definition.bases = self.bases(node);
        if symbol == SymbolKind::Type {
            let value = at_field(node, self.read.grammar.fields.value);
            definition.type_name = value
                .filter(|value| value.end_byte() - value.start_byte() < 200)
                .map(|value| self.read.one_line(value));
        }
        self.export_definition(&mut definition);
        let index = self.define(definition);
        self.open_type(index);
        true
    }

    /// Opens the body of a type.
    pub(super) fn open_type(&mut self, index: DefinitionIndex) {
        let state = self.open_scope();
        state.owner = Some(index);
        state.enclosing = Some(index);
        state.place = Place::Type;
        state.exported = Exported::No;
        state.members_of = 0;
        state.name = None;
        state.context = None;
    }

    /// `namespace X { ... }`; `declare module "x"` only holds what stands in it.
    pub(super) fn namespace(&mut self, node: Node<'t>) -> bool {
        let Some(name) = at_field(node, self.read.grammar.fields.name) else { return true };
        if self.read.kind(name) == Kind::String {
            return true;
        }
        let mut definition = self.definition(node, name, SymbolKind::Variable);
        self.export_definition(&mut definition);
        let index = self.define(definition);
        let state = self.open();
        state.owner = Some(index);
        state.exported = Exported::No;
        true
    }

    /// `KEY = value` in an enumeration.
    pub(super) fn enum_member(&mut self, node: Node<'t>) -> bool {
        let fields = &self.read.grammar.fields;
        let Some(name) = at_field(node, fields.name) else { return true };
        let definition = self.definition(node, name, SymbolKind::Member);
        let value = at_field(node, fields.value).map_or(Value::Unknown, |value| self.read.value(value, 0));
        self.assign(&definition.name, value, None, definition.line);
        self.define(definition);
        self.open().context = Some(node);
        true
    }

    /// A plain key in an enumeration's body.
    pub(super) fn plain_enum_member(&mut self, node: Node<'t>) {
        let definition = self.definition(node, node, SymbolKind::Member);
        self.define(definition);
    }

    /// `key: value` in an object literal.
    pub(super) fn pair(&mut self, node: Node<'t>) -> bool {
        let fields = &self.read.grammar.fields;
        let is_member = self.state.members_of != 0 && self.state.members_of == self.parent_id();
        let value = at_field(node, fields.value).map(|value| self.read.unwrap(value));
        let literal = value.filter(|value| self.read.kind(*value).is_function_literal());
        if let (true, Some(literal), Some(name)) = (is_member, literal, at_field(node, fields.key)) {
            let kind = if self.state.owner.is_some() { SymbolKind::Method } else { SymbolKind::Function };
            let mut definition = self.definition(node, name, kind);
            definition.parameters = self.read.parameters(literal);
            definition.type_name = self.read.type_text(at_field(literal, fields.return_type));
            definition.modifiers = modifiers_of_literal(ThinVec::new(), literal);
            let index = self.define(definition);
            let state = self.open();
            state.owner = Some(index);
            state.body_of = literal.id();
        }
        let inner = value.filter(|value| is_member && literal.is_none() && self.has_functions(*value));
        if let (Some(inner), Some(name)) = (inner, at_field(node, fields.key)) {
            let definition = self.definition(node, name, SymbolKind::Field);
            let index = self.define(definition);
            let state = self.open();
            state.owner = Some(index);
            state.context = Some(node);
            state.members_of = inner.id();
            return true;
        }
        let state = self.open();
        state.context = Some(node);
        state.members_of = 0;
        true
    }

    /// Whether a value is an object literal with functions as members.
    pub(super) fn has_functions(&self, value: Node<'t>) -> bool {
        if self.read.kind(value) != Kind::Object {
            return false;
        }
        let mut cursor = value.walk();
        value.named_children(&mut cursor).any(|child| match self.read.kind(child) {
            Kind::MethodDefinition => true,
            Kind::Pair => at_field(child, self.read.grammar.fields.value)
                .is_some_and(|value| self.read.kind(value).is_function_literal()),
            _ => false,
        })
    }

    /// An object literal whose members are not the ones looked for hides those below it too.
    pub(super) fn object(&mut self, node: Node<'t>) -> bool {
        if self.state.members_of != node.id() {
            self.open().members_of = 0;
        }
        true
    }
}

/// The modifiers of a declaration with those of the function literal that it holds.
fn modifiers_of_literal(mut modifiers: ThinVec<Atom>, literal: Node<'_>) -> ThinVec<Atom> {
    if literal.child(0).is_some_and(|first| first.kind() == "async") {
        modifiers.push("async".into());
        modifiers.sort();
    }
    modifiers
}
