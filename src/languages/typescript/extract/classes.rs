//! Classes and their members.

use thin_vec::ThinVec;

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{Definition, DefinitionIndex, Parameter, SymbolKind, Value};

use super::super::syntax::Kind;
use super::values::{at_field, first_expression, lines, row};
use super::{Exported, Place, Walk};

/// Modifiers that turn a constructor's parameter into a field.
const PROPERTY_MODIFIERS: &[&str] = &["private", "protected", "public", "readonly", "override"];

impl<'t> Walk<'t> {
    /// A class declaration or expression.
    pub(super) fn class(&mut self, node: Node<'t>) -> bool {
        let name = at_field(node, self.read.grammar.fields.name);
        let given = self.state.name.or_else(|| (self.state.exported == Exported::Default).then_some("default"));
        let Some(text) = name.map(|name| self.read.slice(name)).or(given) else {
            self.open_scope().place = Place::Function;
            return true;
        };
        let mut definition = self.definition(node, name.unwrap_or(node), SymbolKind::Class);
        definition.name = text.into();
        definition.decorators = std::mem::take(&mut self.decorators);
        definition.decorators.extend(self.read.decorators(node));
        self.decorators_start = None;
        definition.bases = self.bases(node);
        if self.read.kind(node) == Kind::AbstractClassDeclaration && !definition.has_modifier("abstract") {
            definition.modifiers.push("abstract".into());
            definition.modifiers.sort();
        }
        self.export_definition(&mut definition);
        let index = self.define(definition);
        self.open_type(index);
        true
    }

    /// Base types, as written with their type arguments.
    pub(super) fn bases(&self, node: Node<'t>) -> ThinVec<Atom> {
        let mut bases = ThinVec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match self.read.kind(child) {
                Kind::ClassHeritage => self.heritage(child, &mut bases),
                Kind::ExtendsTypeClause => self.named_types(child, &mut bases),
                _ => {}
            }
        }
        bases
    }

    fn heritage(&self, heritage: Node<'t>, bases: &mut ThinVec<Atom>) {
        let fields = &self.read.grammar.fields;
        let mut cursor = heritage.walk();
        for clause in heritage.named_children(&mut cursor) {
            match self.read.kind(clause) {
                Kind::ExtendsClause => {
                    let Some(value) = at_field(clause, fields.value) else { continue };
                    let arguments = at_field(clause, fields.type_arguments);
                    let arguments = arguments.map(|arguments| self.read.one_line(arguments)).unwrap_or_default();
                    bases.extend(self.base(value).map(|base| Atom::from(format!("{base}{arguments}"))));
                }
                Kind::ImplementsClause => self.named_types(clause, bases),
                Kind::Comment => {}
                _ => bases.extend(self.base(clause)),
            }
        }
    }

    /// The name of a base class; of a mixin such as `PartialType(CreateOrderDto)` the class it is made from.
    fn base(&self, value: Node<'t>) -> Option<Atom> {
        let value = self.read.unwrap(value);
        if let Some(name) = self.read.dotted(value) {
            return Some(name);
        }
        let arguments = at_field(value, self.read.grammar.fields.arguments)?;
        let first = self.read.unwrap(first_expression(arguments, &self.read)?);
        self.read.dotted(first)
    }

    fn named_types(&self, clause: Node<'t>, bases: &mut ThinVec<Atom>) {
        let mut cursor = clause.walk();
        bases.extend(clause.named_children(&mut cursor).map(|child| self.read.one_line(child)));
    }

    /// A decorator. Those that stand before their class or member wait for it.
    pub(super) fn decorator(&mut self, node: Node<'t>) -> bool {
        if matches!(self.parent(), Kind::ClassBody | Kind::ExportStatement) {
            self.decorators_start.get_or_insert(node.start_byte());
            self.decorators.extend(self.read.decorator(node));
        }
        if let Some(expression) = first_expression(node, &self.read) {
            let state = self.open();
            state.silent_call = expression.id();
            state.context = Some(expression);
        }
        true
    }

    /// A method, accessor or constructor, with a body or without.
    pub(super) fn method(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let fields = &self.read.grammar.fields;
        let Some(name) = at_field(node, fields.name) else { return true };
        let in_object = self.parent() == Kind::Object;
        if in_object && (self.state.members_of == 0 || self.state.members_of != self.parent_id()) {
            self.open_function(None);
            return true;
        }
        if !in_object && !self.is_member() {
            return true;
        }
        let symbol = match self.read.slice(name) {
            _ if in_object && self.state.owner.is_none() => SymbolKind::Function,
            "constructor" if !in_object => SymbolKind::Constructor,
            _ => SymbolKind::Method,
        };
        let mut definition = self.definition(node, name, symbol);
        if definition.has_modifier("get") || definition.has_modifier("set") {
            definition.kind = SymbolKind::Field;
        }
        definition.decorators = std::mem::take(&mut self.decorators);
        definition.decorators.extend(self.read.decorators(node));
        self.decorators_start = None;
        definition.parameters = self.read.parameters(node);
        definition.type_name = self.read.type_text(at_field(node, fields.return_type));
        let properties = if symbol == SymbolKind::Constructor { definition.parameters.clone() } else { ThinVec::new() };
        let index = self.define_overloaded(definition, kind == Kind::MethodSignature);
        let class = self.state.owner;
        self.parameter_properties(node, class, properties);
        self.open_function(Some(index));
        true
    }

    /// Fields that a constructor's parameters declare.
    fn parameter_properties(&mut self, node: Node<'t>, class: Option<DefinitionIndex>, parameters: ThinVec<Parameter>) {
        let list = at_field(node, self.read.grammar.fields.parameters);
        let mut cursor = node.walk();
        let places: Vec<_> = list.map_or_else(Vec::new, |list| {
            list.named_children(&mut cursor).filter(|child| self.read.kind(*child).is_parameter()).collect()
        });
        for (parameter, place) in parameters.into_iter().zip(places) {
            let is_property =
                parameter.modifiers.iter().any(|modifier| PROPERTY_MODIFIERS.contains(&modifier.as_str()));
            if is_property {
                self.define(Definition {
                    name: parameter.name,
                    kind: SymbolKind::Field,
                    parent: class,
                    lines: lines(place),
                    line: row(place),
                    type_name: parameter.type_name,
                    decorators: parameter.decorators,
                    modifiers: parameter.modifiers,
                    ..Definition::default()
                });
            }
        }
    }

    /// A field of a class, or a property of an interface or object type.
    pub(super) fn field(&mut self, node: Node<'t>, kind: Kind) -> bool {
        let fields = &self.read.grammar.fields;
        let name = at_field(node, fields.name).or_else(|| at_field(node, fields.property));
        let Some(name) = name.filter(|_| self.is_member()) else { return true };
        let value = at_field(node, fields.value);
        let inner = value.map(|value| self.read.unwrap(value));
        let literal = inner.filter(|inner| self.read.kind(*inner).is_function_literal());
        let symbol = if literal.is_some() { SymbolKind::Method } else { SymbolKind::Field };
        let mut definition = self.definition(node, name, symbol);
        definition.decorators = std::mem::take(&mut self.decorators);
        definition.decorators.extend(self.read.decorators(node));
        self.decorators_start = None;
        let type_name = self.read.type_text(at_field(node, fields.r#type));
        definition.type_name.clone_from(&type_name);
        if let Some(literal) = literal {
            definition.parameters = self.read.parameters(literal);
            let returned = self.read.type_text(at_field(literal, fields.return_type));
            definition.type_name = returned.or(type_name);
        } else if kind != Kind::PropertySignature {
            let value = value.map_or(Value::Unknown, |value| self.read.value(value, 0));
            self.assign(&definition.name, value, type_name.as_deref(), definition.line);
        }
        if has_question_mark(node) {
            definition.modifiers.push("?".into());
            definition.modifiers.sort();
        }
        let index = self.define(definition);
        let state = self.open();
        state.owner = Some(index);
        state.place = Place::Function;
        state.context = Some(node);
        state.body_of = literal.map_or(0, |literal| literal.id());
        state.statement = lines(node);
        true
    }

    /// Whether the node stands directly in the body of the type around it.
    fn is_member(&self) -> bool {
        match self.parent() {
            Kind::ClassBody | Kind::InterfaceBody => self.state.place == Place::Type,
            Kind::ObjectType => {
                let mut above = self.path.iter().rev().skip(1).map(|(kind, _)| *kind);
                above.find(|kind| *kind != Kind::IntersectionType) == Some(Kind::TypeAliasDeclaration)
            }
            _ => false,
        }
    }
}

fn has_question_mark(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == "?")
}
