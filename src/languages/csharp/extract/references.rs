//! Names in use: what a pass notes as references.

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::ReferenceKind;

use super::super::grammar::Kind;
use super::define::attribute_name;
use super::syntax::{Source, line};
use super::walk::Walk;

/// How deep a type's own arguments are followed.
const TYPE_DEPTH_MAX: u32 = 32;
/// How many steps back the start of a chain is looked for.
const STEPS_MAX: usize = 64;

impl Source<'_> {
    /// How many type arguments a type's last name has, as C# writes a type that they are left out of: `<,>`.
    fn type_arguments(&self, node: Node<'_>) -> Option<String> {
        let generic = if self.kind(node) == Kind::GenericName {
            node
        } else {
            self.child(node, self.grammar.fields.name).filter(|name| self.kind(*name) == Kind::GenericName)?
        };
        let list = self.first(generic, Kind::TypeArgumentList)?;
        let mut cursor = list.walk();
        let commas = list.children(&mut cursor).filter(|child| child.kind() == ",").count();
        Some(format!("<{}>", ",".repeat(commas)))
    }

    /// The name of an expression that starts with a generic type, with the sign of that: `Result<>.Of`.
    fn of_generic_type(&self, node: Node<'_>, name: Atom) -> Atom {
        let fields = &self.grammar.fields;
        let mut root = node;
        for _ in 0..STEPS_MAX {
            let inner = match self.kind(root) {
                Kind::MemberAccess => self.child(root, fields.expression),
                Kind::ConditionalAccess => self.child(root, fields.condition),
                Kind::Invocation => self.child(root, fields.function),
                Kind::Parenthesized | Kind::Await | Kind::PostfixUnary => root.named_child(0),
                _ => break,
            };
            let Some(inner) = inner else { break };
            root = inner;
        }
        let Some((first, rest)) = name.split_once('.').filter(|_| self.kind(root) == Kind::GenericName) else {
            return name;
        };
        // A generic method's name is followed by `()`, and of a long chain only the end is spelt out.
        let open = self.type_arguments(root).filter(|_| first == self.identifier(root));
        open.map_or_else(|| name.clone(), |open| Atom::from(format!("{first}{open}.{rest}")))
    }
}

impl Walk<'_> {
    /// Adds the reference that a name in expression position makes; whether there is more inside it.
    pub(super) fn note_name(&mut self, node: Node<'_>, kind: Kind, parent: Kind, field: u16) -> bool {
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
            let name = source.of_generic_type(node, path.name);
            self.add_reference(name, used, at);
        }
        self.refer_chain_types(node);
        member
    }

    pub(super) fn name_line(&self, node: Node<'_>) -> u32 {
        self.source.child(node, self.source.grammar.fields.name).map_or_else(|| line(node), line)
    }

    /// Type arguments along a dotted name: `Map<A>.For<B>`.
    pub(super) fn refer_chain_types(&mut self, node: Node<'_>) {
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

    pub(super) fn refer_arguments(&mut self, generic: Node<'_>, depth: u32) {
        if let Some(list) = self.source.first(generic, Kind::TypeArgumentList) {
            for argument in self.source.children(list) {
                self.refer_type(argument, ReferenceKind::Type, depth + 1);
            }
        }
    }

    /// Adds the references that a type makes: its name, and those of its arguments.
    pub(super) fn refer_type(&mut self, node: Node<'_>, used: ReferenceKind, depth: u32) {
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
                let name = if used == ReferenceKind::Decorator { Atom::new(attribute_name(&name)) } else { name };
                if !self.is_type_parameter(&name) {
                    let name =
                        source.type_arguments(node).map_or(name.clone(), |open| Atom::from(format!("{name}{open}")));
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

    pub(super) fn is_type_parameter(&self, name: &str) -> bool {
        self.definitions.iter().rev().any(|index| {
            let definition = self.outline.definitions.get(*index as usize);
            definition.is_some_and(|definition| definition.type_parameters.iter().any(|own| own == name))
        })
    }

    pub(super) fn add_reference(&mut self, name: Atom, kind: ReferenceKind, line: u32) {
        if name.is_empty() || name == "var" || name == "_" {
            return;
        }
        let entry = self.references.entry((name, kind, self.enclosing())).or_insert((0, line));
        entry.0 += 1;
        entry.1 = entry.1.min(line);
    }

    pub(super) fn in_initializer(&self) -> bool {
        self.frames.iter().rev().nth(1).is_some_and(|frame| frame.kind == Kind::Initializer)
    }
}
