//! Small questions about one node: its text, lines, children and dotted name.

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::Lines;

use super::super::super::calls::Calls;
use super::super::grammar::{Grammar, Kind};

/// How many calls back a chain's name is spelt out.
const LINKS_MAX: usize = 6;
/// How many parts a dotted name has at most.
const PARTS_MAX: usize = 24;

/// A file's text with the grammar that its nodes belong to.
#[derive(Clone, Copy)]
pub(super) struct Source<'t> {
    pub(super) text: &'t str,
    pub(super) grammar: &'static Grammar,
    pub(super) calls: &'t Calls,
}

/// A dotted name read off an expression.
pub(super) struct Path<'t> {
    /// As written, without type arguments; calls in it stand as `()`; the first part is empty where it is no name.
    pub(super) name: Atom,
    /// Its first part, if that is a plain identifier.
    pub(super) root: Option<&'t str>,
    /// Whether a call or something unnamed stands in it.
    pub(super) chained: bool,
    /// Whether it starts with a keyword type: `string.Join`.
    pub(super) predefined: bool,
}

impl<'t> Source<'t> {
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.grammar.kind(node)
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The node in a field.
    #[expect(clippy::unused_self, reason = "callers read like those of the other questions")]
    pub(super) fn child<'n>(&self, node: Node<'n>, field: u16) -> Option<Node<'n>> {
        node.child_by_field_id(field)
    }

    /// The first child of a kind.
    pub(super) fn first<'n>(&self, node: Node<'n>, kind: Kind) -> Option<Node<'n>> {
        let mut cursor = node.walk();
        node.children(&mut cursor).find(|child| self.kind(*child) == kind)
    }

    /// Named children without comments.
    pub(super) fn children<'n>(&self, node: Node<'n>) -> Vec<Node<'n>> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).filter(|child| self.kind(*child) != Kind::Comment).collect()
    }

    /// The text of the node in the `name` field, type arguments left out.
    pub(super) fn name_of(&self, node: Node<'_>) -> Option<&'t str> {
        self.child(node, self.grammar.fields.name).map(|name| self.identifier(name))
    }

    /// An identifier's text; of a generic name, the part before its type arguments.
    pub(super) fn identifier(&self, node: Node<'_>) -> &'t str {
        let text = self.text(node);
        let text =
            if self.kind(node) == Kind::GenericName { text.split('<').next().unwrap_or(text).trim_end() } else { text };
        text.strip_prefix('@').unwrap_or(text)
    }

    /// A type as written, on one line.
    pub(super) fn type_text(&self, node: Node<'_>) -> Atom {
        squeeze(self.text(node))
    }

    /// The dotted name of an expression in call or value position.
    pub(super) fn path(&self, node: Node<'_>) -> Path<'t> {
        let fields = &self.grammar.fields;
        let (mut parts, mut links, mut called) = (Vec::new(), 0, false);
        let mut path = Path { name: Atom::default(), root: None, chained: false, predefined: false };
        let mut current = Some(node);
        while let Some(node) = current {
            let kind = self.kind(node);
            if parts.len() >= PARTS_MAX || links > LINKS_MAX {
                path.chained = true;
                parts.push((false, ""));
                break;
            }
            current = match kind {
                Kind::MemberAccess | Kind::QualifiedName => {
                    parts.push((called, self.name_of(node).unwrap_or_default()));
                    called = false;
                    self.child(node, if kind == Kind::MemberAccess { fields.expression } else { fields.qualifier })
                }
                Kind::ConditionalAccess => {
                    let binding = self.first(node, Kind::MemberBinding);
                    parts.push((called, binding.and_then(|binding| self.name_of(binding)).unwrap_or_default()));
                    called = false;
                    self.child(node, fields.condition)
                }
                Kind::Parenthesized | Kind::Await | Kind::PostfixUnary => node.named_child(0),
                Kind::Invocation => {
                    called = true;
                    links += 1;
                    path.chained = true;
                    self.child(node, fields.function)
                }
                Kind::ObjectCreation => {
                    path.chained = true;
                    let name = self.child(node, fields.type_).map(|name| self.type_name(name)).unwrap_or_default();
                    parts.push((true, name));
                    None
                }
                Kind::ElementAccess if !called && self.literal_key(node).is_some() => {
                    parts.push((false, self.literal_key(node).unwrap_or_default()));
                    self.child(node, fields.expression)
                }
                Kind::AliasQualifiedName => {
                    parts.push((called, self.name_of(node).unwrap_or_default()));
                    None
                }
                Kind::Identifier | Kind::GenericName | Kind::This | Kind::Base | Kind::PredefinedType => {
                    let name = self.identifier(node);
                    path.predefined = kind == Kind::PredefinedType;
                    path.root = (kind == Kind::Identifier).then_some(name);
                    parts.push((called, name));
                    None
                }
                _ => {
                    path.chained = true;
                    parts.push((called, ""));
                    None
                }
            };
        }
        path.name = join(&parts);
        path
    }

    /// The key of `configuration["Smtp:Host"]`, which reads like a member.
    pub(super) fn literal_key(&self, access: Node<'_>) -> Option<&'t str> {
        let list = self.child(access, self.grammar.fields.subscript)?;
        let key = list.named_child(0).filter(|_| list.named_child_count() == 1)?.named_child(0)?;
        let text = if self.kind(key) == Kind::StringLiteral { self.text(key) } else { return None };
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|text| !text.contains('\\'))
    }

    /// The dotted name of a type, without type arguments and decoration: `A.B<int>?[]` gives `A.B`.
    pub(super) fn type_name(&self, node: Node<'_>) -> &'t str {
        let text = self.text(node);
        let text = text.strip_prefix("global::").unwrap_or(text);
        let end = text.find(['<', '?', '[', '*', ' ', '\n', '\r']).unwrap_or(text.len());
        text.get(..end).unwrap_or(text)
    }
}

fn join(parts: &[(bool, &str)]) -> Atom {
    if let [(false, only)] = parts {
        return Atom::new(only);
    }
    let mut name = String::new();
    for (position, (called, part)) in parts.iter().rev().enumerate() {
        if position > 0 {
            name.push('.');
        }
        name.push_str(part);
        if *called {
            name.push_str("()");
        }
    }
    Atom::from(name)
}

/// Text on one line, with single spaces.
pub(super) fn squeeze(text: &str) -> Atom {
    if !text.contains(['\n', '\r', '\t']) && !text.contains("  ") {
        return Atom::new(text);
    }
    Atom::from(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The line that a node starts on.
pub(super) fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX).saturating_add(1)
}

/// The lines of a node.
pub(super) fn lines(node: Node<'_>) -> Lines {
    let last = u32::try_from(node.end_position().row).unwrap_or(u32::MAX).saturating_add(1);
    Lines::new(line(node), last)
}
