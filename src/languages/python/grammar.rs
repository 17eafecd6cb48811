//! The nodes of the Python grammar that extraction looks at, as small integers.

use std::sync::OnceLock;

use tree_sitter::{Language, Node};

/// Nodes that mean something to extraction; all others are only walked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    AliasedImport,
    Argument,
    AsPatternTarget,
    Assignment,
    Attribute,
    AugmentedAssignment,
    Await,
    BinaryOperator,
    Block,
    BooleanOperator,
    Call,
    CasePattern,
    ClassDefinition,
    Clause,
    Comment,
    ConcatenatedString,
    ConditionalExpression,
    DecoratedDefinition,
    Decorator,
    DefaultParameter,
    Dictionary,
    DictionarySplat,
    DottedName,
    ExpressionList,
    ExpressionStatement,
    False,
    ForInClause,
    ForStatement,
    FunctionDefinition,
    FutureImport,
    GenericType,
    GlobalStatement,
    Identifier,
    IfStatement,
    Import,
    ImportFrom,
    Interpolation,
    KeywordArgument,
    KeywordPattern,
    KeywordSeparator,
    Lambda,
    LambdaParameters,
    List,
    ListSplat,
    MatchStatement,
    MemberType,
    Module,
    NamedExpression,
    None,
    Number,
    #[default]
    Other,
    Pair,
    Parameters,
    Parenthesized,
    PositionalSeparator,
    RelativeImport,
    Return,
    SplatPattern,
    Statement,
    String,
    StringContent,
    Subscript,
    TargetPattern,
    True,
    Type,
    /// Punctuation and keywords.
    Token,
    TypeAlias,
    TypeParameter,
    TypedDefaultParameter,
    TypedParameter,
    UnaryOperator,
    WhileStatement,
    WildcardImport,
    WithStatement,
}

const KINDS: &[(&str, Kind)] = &[
    ("aliased_import", Kind::AliasedImport),
    ("argument_list", Kind::Argument),
    ("as_pattern_target", Kind::AsPatternTarget),
    ("assert_statement", Kind::Statement),
    ("assignment", Kind::Assignment),
    ("attribute", Kind::Attribute),
    ("augmented_assignment", Kind::AugmentedAssignment),
    ("await", Kind::Await),
    ("binary_operator", Kind::BinaryOperator),
    ("block", Kind::Block),
    ("boolean_operator", Kind::BooleanOperator),
    ("call", Kind::Call),
    ("case_clause", Kind::Clause),
    ("case_pattern", Kind::CasePattern),
    ("class_definition", Kind::ClassDefinition),
    ("comment", Kind::Comment),
    ("concatenated_string", Kind::ConcatenatedString),
    ("conditional_expression", Kind::ConditionalExpression),
    ("decorated_definition", Kind::DecoratedDefinition),
    ("decorator", Kind::Decorator),
    ("default_parameter", Kind::DefaultParameter),
    ("delete_statement", Kind::Statement),
    ("dictionary", Kind::Dictionary),
    ("dictionary_splat", Kind::DictionarySplat),
    ("dictionary_splat_pattern", Kind::SplatPattern),
    ("dotted_name", Kind::DottedName),
    ("elif_clause", Kind::Clause),
    ("else_clause", Kind::Clause),
    ("except_clause", Kind::Clause),
    ("expression_list", Kind::ExpressionList),
    ("expression_statement", Kind::ExpressionStatement),
    ("false", Kind::False),
    ("float", Kind::Number),
    ("for_in_clause", Kind::ForInClause),
    ("for_statement", Kind::ForStatement),
    ("function_definition", Kind::FunctionDefinition),
    ("future_import_statement", Kind::FutureImport),
    ("generic_type", Kind::GenericType),
    ("global_statement", Kind::GlobalStatement),
    ("identifier", Kind::Identifier),
    ("if_statement", Kind::IfStatement),
    ("import_from_statement", Kind::ImportFrom),
    ("import_statement", Kind::Import),
    ("integer", Kind::Number),
    ("interpolation", Kind::Interpolation),
    ("keyword_argument", Kind::KeywordArgument),
    ("keyword_pattern", Kind::KeywordPattern),
    ("keyword_separator", Kind::KeywordSeparator),
    ("lambda", Kind::Lambda),
    ("lambda_parameters", Kind::LambdaParameters),
    ("list", Kind::List),
    ("list_pattern", Kind::TargetPattern),
    ("list_splat", Kind::ListSplat),
    ("list_splat_pattern", Kind::SplatPattern),
    ("match_statement", Kind::MatchStatement),
    ("member_type", Kind::MemberType),
    ("module", Kind::Module),
    ("named_expression", Kind::NamedExpression),
    ("none", Kind::None),
    ("nonlocal_statement", Kind::GlobalStatement),
    ("pair", Kind::Pair),
    ("parameters", Kind::Parameters),
    ("parenthesized_expression", Kind::Parenthesized),
    ("parenthesized_list_splat", Kind::ListSplat),
    ("pattern_list", Kind::TargetPattern),
    ("positional_separator", Kind::PositionalSeparator),
    ("raise_statement", Kind::Statement),
    ("relative_import", Kind::RelativeImport),
    ("return_statement", Kind::Return),
    ("set", Kind::List),
    ("string", Kind::String),
    ("string_content", Kind::StringContent),
    ("subscript", Kind::Subscript),
    ("true", Kind::True),
    ("tuple", Kind::List),
    ("tuple_pattern", Kind::TargetPattern),
    ("type", Kind::Type),
    ("type_alias_statement", Kind::TypeAlias),
    ("type_parameter", Kind::TypeParameter),
    ("typed_default_parameter", Kind::TypedDefaultParameter),
    ("typed_parameter", Kind::TypedParameter),
    ("unary_operator", Kind::UnaryOperator),
    ("while_statement", Kind::WhileStatement),
    ("wildcard_import", Kind::WildcardImport),
    ("with_statement", Kind::WithStatement),
];

/// Ids of the grammar's fields; zero, which no field has, where the grammar lacks one.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) alias: u16,
    pub(super) arguments: u16,
    pub(super) attribute: u16,
    pub(super) body: u16,
    pub(super) definition: u16,
    pub(super) function: u16,
    pub(super) key: u16,
    pub(super) left: u16,
    pub(super) module_name: u16,
    pub(super) name: u16,
    pub(super) object: u16,
    pub(super) operator: u16,
    pub(super) parameters: u16,
    pub(super) return_type: u16,
    pub(super) right: u16,
    pub(super) subscript: u16,
    pub(super) superclasses: u16,
    pub(super) type_: u16,
    pub(super) value: u16,
}

/// The grammar with its ids resolved, once for the process.
pub(super) struct Grammar {
    pub(super) language: Language,
    pub(super) fields: Fields,
    kinds: Vec<Kind>,
}

impl Grammar {
    /// The node's kind.
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or_default()
    }

    /// The node's child in a field.
    pub(super) fn child(node: Node<'_>, field: u16) -> Option<Node<'_>> {
        if field == 0 { None } else { node.child_by_field_id(field) }
    }
}

/// The grammar, resolved at the first use.
pub(super) fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| {
        let language: Language = tree_sitter_python::LANGUAGE.into();
        let field = |name: &str| language.field_id_for_name(name).map_or(0, std::num::NonZero::get);
        let fields = Fields {
            alias: field("alias"),
            arguments: field("arguments"),
            attribute: field("attribute"),
            body: field("body"),
            definition: field("definition"),
            function: field("function"),
            key: field("key"),
            left: field("left"),
            module_name: field("module_name"),
            name: field("name"),
            object: field("object"),
            operator: field("operator"),
            parameters: field("parameters"),
            return_type: field("return_type"),
            right: field("right"),
            subscript: field("subscript"),
            superclasses: field("superclasses"),
            type_: field("type"),
            value: field("value"),
        };
        let kinds = (0..u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX))
            .map(|id| {
                if !language.node_kind_is_named(id) {
                    return Kind::Token;
                }
                let name = language.node_kind_for_id(id);
                let entry = name.and_then(|name| KINDS.binary_search_by(|(own, _)| own.cmp(&name)).ok());
                entry.and_then(|entry| KINDS.get(entry)).map_or(Kind::Other, |(_, kind)| *kind)
            })
            .collect();
        Grammar { language, fields, kinds }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_name_is_of_the_grammar() {
        assert!(KINDS.is_sorted_by_key(|(name, _)| name));
        let language = &grammar().language;
        for (name, kind) in KINDS {
            let id = language.id_for_node_kind(name, true);
            assert_ne!(id, 0, "{name}");
            assert_eq!(grammar().kinds[usize::from(id)], *kind, "{name}");
        }
    }

    #[test]
    fn every_field_is_of_the_grammar() {
        let text = format!("{:?}", grammar().fields);
        assert!(!text.contains(": 0"), "{text}");
    }
}
