//! Declarations as [`Definition`]s.

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::Lines;
use crate::codebase::outline::{Argument, Decorator, Definition, Parameter, SymbolKind, Value};

use super::super::grammar::Kind;
use super::syntax::{Source, line, lines};

impl Source<'_> {
    /// A declaration without its place among others (parent, namespace, doc); `None` where it has no name.
    pub(super) fn definition(&self, node: Node<'_>) -> Option<Definition> {
        let fields = &self.grammar.fields;
        let name = self.child(node, fields.name);
        let mut definition = Definition {
            name: name.map(|name| Atom::new(self.identifier(name))).or_else(|| self.unnamed(node))?,
            kind: self.symbol_kind(node)?,
            line: name.map_or_else(|| line(node), line),
            ..Definition::default()
        };
        let typed = self.child(node, fields.returns).or_else(|| self.child(node, fields.type_));
        definition.type_name = typed.map(|typed| self.type_text(typed));
        self.describe(node, &mut definition);
        Some(definition)
    }

    /// The fields that one field declaration makes.
    pub(super) fn fields(&self, node: Node<'_>) -> Vec<Definition> {
        let Some(declaration) = self.first(node, Kind::VariableDeclaration) else { return Vec::new() };
        let typed = self.child(declaration, self.grammar.fields.type_).map(|typed| self.type_text(typed));
        let mut shared = Definition { kind: SymbolKind::Field, type_name: typed, ..Definition::default() };
        self.describe(node, &mut shared);
        let declarators =
            self.children(declaration).into_iter().filter(|child| self.kind(*child) == Kind::VariableDeclarator);
        declarators
            .filter_map(|declarator| {
                let name = self.child(declarator, self.grammar.fields.name)?;
                Some(Definition { name: Atom::new(self.identifier(name)), line: line(name), ..shared.clone() })
            })
            .collect()
    }

    /// Fills in what the children of a declaration say: attributes, modifiers, parameters, bases, lines.
    fn describe(&self, node: Node<'_>, definition: &mut Definition) {
        let mut first = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            let kind = self.kind(child);
            match kind {
                Kind::AttributeList => {
                    definition.decorators.extend(self.decorators(child));
                    continue;
                }
                Kind::PreprocIfInAttributes => {
                    let lists = self.children(child).into_iter().filter(|list| self.kind(*list) == Kind::AttributeList);
                    definition.decorators.extend(lists.flat_map(|list| self.decorators(list)));
                    continue;
                }
                Kind::Comment => continue,
                Kind::Modifier => definition.modifiers.push(Atom::new(self.text(child))),
                Kind::ParameterList | Kind::BracketedParameterList => definition.parameters = self.parameters(child, 0),
                Kind::TypeParameterList => definition.type_parameters = self.type_parameters(child),
                Kind::TypeConstraints => definition.constraints.extend(self.constraints(child)),
                Kind::BaseList => definition.bases = self.bases(child),
                Kind::AccessorList => definition.modifiers.extend(self.accessors(child)),
                _ => {}
            }
            first.get_or_insert_with(|| line(child));
        }
        if self.kind(node) == Kind::Record {
            definition.modifiers.push(Atom::new("record"));
        }
        definition.modifiers.sort_unstable();
        let all = lines(node);
        definition.lines = Lines::new(first.unwrap_or(all.first), all.last);
    }

    /// `get`, `set`, `init` of a property, as far as others may use them or the type itself does.
    fn accessors(&self, list: Node<'_>) -> ThinVec<Atom> {
        let accessors = self.children(list);
        let names = accessors.iter().filter_map(|accessor| self.child(*accessor, self.grammar.fields.name));
        names.map(|name| Atom::new(self.text(name))).collect()
    }

    fn symbol_kind(&self, node: Node<'_>) -> Option<SymbolKind> {
        Some(match self.kind(node) {
            Kind::Class => SymbolKind::Class,
            Kind::Record => {
                let mut cursor = node.walk();
                let is_struct = node.children(&mut cursor).any(|child| child.kind() == "struct");
                if is_struct { SymbolKind::Struct } else { SymbolKind::Class }
            }
            Kind::Struct => SymbolKind::Struct,
            Kind::Interface => SymbolKind::Interface,
            Kind::Enum => SymbolKind::Enum,
            Kind::Delegate => SymbolKind::Type,
            Kind::Method | Kind::Operator | Kind::ConversionOperator | Kind::Destructor => SymbolKind::Method,
            Kind::Constructor => SymbolKind::Constructor,
            Kind::LocalFunction => SymbolKind::Function,
            Kind::Property | Kind::Indexer | Kind::Event => SymbolKind::Field,
            Kind::EnumMember => SymbolKind::Member,
            _ => return None,
        })
    }

    fn unnamed(&self, node: Node<'_>) -> Option<Atom> {
        match self.kind(node) {
            Kind::Indexer => Some(Atom::new("this")),
            Kind::Operator => {
                let sign =
                    self.child(node, self.grammar.fields.operator).map(|sign| self.text(sign)).unwrap_or_default();
                Some(Atom::from(format!("operator {sign}")))
            }
            Kind::ConversionOperator => Some(Atom::new("operator")),
            _ => None,
        }
    }

    /// Parameters of a list, with a trailing `params` array, which the grammar does not wrap.
    pub(super) fn parameters(&self, list: Node<'_>, depth: u32) -> ThinVec<Parameter> {
        let fields = &self.grammar.fields;
        let mut parameters: ThinVec<Parameter> = ThinVec::new();
        if depth > 8 {
            return parameters;
        }
        for child in self.children(list).into_iter().filter(|child| self.kind(*child) == Kind::Parameter) {
            parameters.push(self.parameter(child));
        }
        if let Some(name) = self.child(list, fields.name) {
            let type_name = self.child(list, fields.type_).map(|typed| self.type_text(typed));
            let modifiers = thin_vec![Atom::new("params")];
            parameters.push(Parameter {
                name: Atom::new(self.identifier(name)),
                type_name,
                modifiers,
                ..Parameter::default()
            });
        }
        parameters
    }

    fn parameter(&self, node: Node<'_>) -> Parameter {
        let fields = &self.grammar.fields;
        let mut parameter = Parameter {
            name: self.name_of(node).map(Atom::new).unwrap_or_default(),
            type_name: self.child(node, fields.type_).map(|typed| self.type_text(typed)),
            ..Parameter::default()
        };
        let mut cursor = node.walk();
        let mut after_sign = false;
        for child in node.children(&mut cursor) {
            match self.kind(child) {
                Kind::AttributeList => parameter.decorators.extend(self.decorators(child)),
                Kind::Modifier => parameter.modifiers.push(Atom::new(self.text(child))),
                _ if child.kind() == "=" => after_sign = true,
                _ if after_sign && child.is_named() => parameter.default = Some(self.value(child)),
                _ => {}
            }
        }
        parameter
    }

    fn type_parameters(&self, list: Node<'_>) -> ThinVec<Atom> {
        let parameters = self.children(list).into_iter().filter(|child| self.kind(*child) == Kind::TypeParameter);
        parameters.filter_map(|parameter| self.name_of(parameter).map(Atom::new)).collect()
    }

    /// What one `where` clause asks of its type parameter.
    fn constraints(&self, clause: Node<'_>) -> ThinVec<(Atom, Atom)> {
        let parts = self.children(clause);
        let Some(parameter) = parts.iter().find(|part| self.kind(**part) == Kind::Identifier) else {
            return ThinVec::new();
        };
        let asked = parts.iter().filter(|part| self.kind(**part) == Kind::TypeConstraint);
        let types = asked.filter_map(|part| self.child(*part, self.grammar.fields.type_));
        types.map(|it| (Atom::new(self.text(*parameter)), self.type_text(it))).collect()
    }

    fn bases(&self, list: Node<'_>) -> ThinVec<Atom> {
        let bases = self.children(list).into_iter().filter(|base| self.kind(*base) != Kind::ArgumentList);
        bases
            .map(|base| {
                let named = if self.kind(base) == Kind::PrimaryBase {
                    self.child(base, self.grammar.fields.type_)
                } else {
                    None
                };
                self.type_text(named.unwrap_or(base))
            })
            .collect()
    }

    /// The attributes of one `[...]` list.
    pub(super) fn decorators(&self, list: Node<'_>) -> ThinVec<Decorator> {
        let attributes = self.children(list).into_iter().filter(|child| self.kind(*child) == Kind::Attribute);
        attributes
            .filter_map(|attribute| {
                let name = self.child(attribute, self.grammar.fields.name)?;
                let args = self.first(attribute, Kind::AttributeArgumentList);
                let mut args = args.map(|args| self.arguments(args, 0)).unwrap_or_default();
                let types = self.type_args(name).into_iter();
                args.extend(types.map(|it| Argument { name: Some(Atom::new("<>")), value: Value::Name(it) }));
                Some(Decorator { name: Atom::new(attribute_name(self.type_name(name))), args, lines: lines(attribute) })
            })
            .collect()
    }
}

/// An attribute's name without the suffix that C# lets one leave out.
pub(super) fn attribute_name(name: &str) -> &str {
    match name.strip_suffix("Attribute") {
        Some(short) if !short.is_empty() && !short.ends_with('.') => short,
        _ => name,
    }
}
