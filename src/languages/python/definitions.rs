//! Classes and functions as [`Definition`]s.

use thin_vec::ThinVec;

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::Lines;
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Parameter, SymbolKind, last_part};

use super::grammar::{Grammar, Kind};
use super::strings;
use super::values::{Source, line, lines};

/// Bases that make a class an enumeration.
const ENUM_BASES: &[&str] = &["Enum", "Flag", "IntEnum", "IntFlag", "IntegerChoices", "StrEnum", "TextChoices"];
/// Decorators that make a method a property.
const PROPERTY_DECORATORS: &[&str] = &["cached_property", "hybrid_property", "property"];
/// Decorators that stand for a modifier.
const MODIFIER_DECORATORS: &[(&str, &str)] =
    &[("abstractmethod", "abstract"), ("classmethod", "class"), ("staticmethod", "static")];

/// Where a definition stands.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) parent: Option<DefinitionIndex>,
    pub(super) parent_is_type: bool,
    pub(super) conditional: bool,
}

/// The definition that a `function_definition` or `class_definition` node makes.
pub(super) fn definition(
    source: Source<'_>,
    node: Node<'_>,
    decorators: ThinVec<Decorator>,
    at: Position,
) -> Definition {
    let name = Grammar::child(node, source.grammar.fields.name);
    let mut definition = Definition {
        name: name.map_or_else(Atom::default, |name| Atom::new(source.text(name))),
        parent: at.parent,
        lines: lines(node),
        line: name.map_or_else(|| line(node), line),
        doc: Grammar::child(node, source.grammar.fields.body).and_then(|body| docstring(source, body)),
        decorators,
        conditional: at.conditional,
        ..Definition::default()
    };
    if source.kind(node) == Kind::ClassDefinition {
        describe_class(source, node, &mut definition);
    } else {
        describe_function(source, node, &mut definition, at.parent_is_type);
    }
    definition.modifiers.sort_unstable();
    definition
}

fn describe_class(source: Source<'_>, node: Node<'_>, class: &mut Definition) {
    if let Some(superclasses) = Grammar::child(node, source.grammar.fields.superclasses) {
        for base in source.children(superclasses) {
            match source.kind(base) {
                Kind::KeywordArgument => {
                    class.modifiers.push(source.flat_text(base).replace(" = ", "=").into());
                }
                _ => class.bases.push(source.flat_text(base)),
            }
        }
    }
    let derives = |names: &[&str]| class.bases.iter().any(|base| names.contains(&last_part(base)));
    class.kind = if derives(ENUM_BASES) {
        SymbolKind::Enum
    } else if derives(&["Protocol"]) {
        SymbolKind::Interface
    } else {
        SymbolKind::Class
    };
}

fn describe_function(source: Source<'_>, node: Node<'_>, function: &mut Definition, in_type: bool) {
    let fields = &source.grammar.fields;
    if let Some(list) = Grammar::child(node, fields.parameters) {
        function.parameters = parameters(source, list, 0);
    }
    function.type_name = Grammar::child(node, fields.return_type).map(|returned| source.type_text(returned));
    let decorated = |names: &[&str]| function.decorators.iter().any(|own| names.contains(&last_part(&own.name)));
    function.kind = match (in_type, function.name.as_str()) {
        (false, _) => SymbolKind::Function,
        (true, "__init__") => SymbolKind::Constructor,
        (true, _) if decorated(PROPERTY_DECORATORS) => SymbolKind::Field,
        (true, _) => SymbolKind::Method,
    };
    let modifiers = MODIFIER_DECORATORS.iter().filter(|(decorator, _)| decorated(&[decorator]));
    let mut modifiers: ThinVec<Atom> = modifiers.map(|(_, modifier)| Atom::new(modifier)).collect();
    if node.child(0).is_some_and(|first| source.text(first) == "async") {
        modifiers.push(Atom::new("async"));
    }
    function.modifiers = modifiers;
}

/// The parameters of a `parameters` or `lambda_parameters` node.
pub(super) fn parameters(source: Source<'_>, list: Node<'_>, depth: u32) -> ThinVec<Parameter> {
    let fields = &source.grammar.fields;
    let parameter = |node: Node<'_>| {
        let mut parameter = Parameter::default();
        let name = match source.kind(node) {
            Kind::Identifier | Kind::SplatPattern => node,
            Kind::DefaultParameter | Kind::TypedDefaultParameter => Grammar::child(node, fields.name)?,
            Kind::TypedParameter => source.children(node).next()?,
            _ => return None,
        };
        let text = source.text(name);
        let bare = text.trim_start_matches('*');
        parameter.name = Atom::new(bare.trim());
        if bare.len() < text.len() {
            parameter.modifiers.push(Atom::new(&text[..text.len() - bare.len()]));
        }
        parameter.type_name = Grammar::child(node, fields.type_).map(|declared| source.type_text(declared));
        parameter.default = Grammar::child(node, fields.value).map(|value| source.default_value(value, depth));
        Some(parameter)
    };
    source.children(list).filter_map(parameter).collect()
}

/// A decorator with its arguments.
pub(super) fn decorator(source: Source<'_>, node: Node<'_>) -> Option<Decorator> {
    let expression = source.children(node).next()?;
    let fields = &source.grammar.fields;
    let (name, args) = if source.kind(expression) == Kind::Call {
        let arguments = Grammar::child(expression, fields.arguments).map(|list| source.arguments(list));
        (Grammar::child(expression, fields.function)?, arguments.unwrap_or_default())
    } else {
        (expression, ThinVec::new())
    };
    let name = source.dotted(name).unwrap_or_else(|| source.flat_text(name));
    Some(Decorator { name, args, lines: lines(node) })
}

/// The docstring that a block or module opens with.
pub(super) fn docstring(source: Source<'_>, body: Node<'_>) -> Option<String> {
    let first = source.first_statement(body)?;
    let text = first.named_child(0).filter(|inner| source.kind(*inner) == Kind::String)?;
    match source.value(text) {
        crate::codebase::outline::Value::Text(text) => strings::docstring(&text),
        _ => None,
    }
}

/// The lines of a compound statement's head: what stands before its body.
pub(super) fn head_lines(source: Source<'_>, node: Node<'_>) -> Lines {
    let first = line(node);
    let mut cursor = node.walk();
    let body = node.named_children(&mut cursor).find(|child| source.kind(*child) == Kind::Block);
    Lines::new(first, body.map_or(first, |body| line(body).saturating_sub(1)))
}
