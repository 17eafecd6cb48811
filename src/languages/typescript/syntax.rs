//! The three grammars behind TypeScript and JavaScript files, with their node kinds and fields as tables.

use std::num::NonZeroU16;
use std::sync::OnceLock;

use tree_sitter::{Language, Node, Point, Range};

macro_rules! kinds {
    ($($variant:ident $name:literal,)*) => {
        /// The node kinds that the extractor tells apart; tree-sitter's own ids differ between grammars.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            Other,
            /// Punctuation and keywords.
            Token,
            $($variant,)*
        }
        const KINDS: &[(&str, Kind)] = &[$(($name, Kind::$variant),)*];
    };
}

kinds! {
    AbstractClassDeclaration "abstract_class_declaration",
    AbstractMethodSignature "abstract_method_signature",
    AmbientDeclaration "ambient_declaration",
    Arguments "arguments",
    Array "array",
    ArrayPattern "array_pattern",
    ArrowFunction "arrow_function",
    AsExpression "as_expression",
    AssignmentExpression "assignment_expression",
    AssignmentPattern "assignment_pattern",
    AwaitExpression "await_expression",
    BinaryExpression "binary_expression",
    BreakStatement "break_statement",
    CallExpression "call_expression",
    CatchClause "catch_clause",
    Class "class",
    ClassBody "class_body",
    ClassDeclaration "class_declaration",
    ClassHeritage "class_heritage",
    Comment "comment",
    ContinueStatement "continue_statement",
    Decorator "decorator",
    DoStatement "do_statement",
    EnumAssignment "enum_assignment",
    EnumBody "enum_body",
    EnumDeclaration "enum_declaration",
    EscapeSequence "escape_sequence",
    ExportClause "export_clause",
    ExportSpecifier "export_specifier",
    ExportStatement "export_statement",
    ExpressionStatement "expression_statement",
    ExtendsClause "extends_clause",
    ExtendsTypeClause "extends_type_clause",
    False "false",
    FieldDefinition "field_definition",
    ForInStatement "for_in_statement",
    ForStatement "for_statement",
    FormalParameters "formal_parameters",
    FunctionDeclaration "function_declaration",
    FunctionExpression "function_expression",
    FunctionSignature "function_signature",
    FunctionType "function_type",
    GeneratorFunction "generator_function",
    GeneratorFunctionDeclaration "generator_function_declaration",
    GenericType "generic_type",
    Identifier "identifier",
    IfStatement "if_statement",
    ImplementsClause "implements_clause",
    Import "import",
    ImportAlias "import_alias",
    ImportClause "import_clause",
    ImportRequireClause "import_require_clause",
    ImportSpecifier "import_specifier",
    ImportStatement "import_statement",
    InterfaceBody "interface_body",
    InterfaceDeclaration "interface_declaration",
    InternalModule "internal_module",
    IntersectionType "intersection_type",
    JsxOpeningElement "jsx_opening_element",
    JsxClosingElement "jsx_closing_element",
    JsxSelfClosingElement "jsx_self_closing_element",
    LexicalDeclaration "lexical_declaration",
    MemberExpression "member_expression",
    MethodDefinition "method_definition",
    MethodSignature "method_signature",
    Module "module",
    NamedImports "named_imports",
    NamespaceExport "namespace_export",
    NamespaceImport "namespace_import",
    NestedIdentifier "nested_identifier",
    NestedTypeIdentifier "nested_type_identifier",
    NewExpression "new_expression",
    NonNullExpression "non_null_expression",
    Null "null",
    Number "number",
    Object "object",
    ObjectAssignmentPattern "object_assignment_pattern",
    ObjectPattern "object_pattern",
    ObjectType "object_type",
    OptionalParameter "optional_parameter",
    Pair "pair",
    PairPattern "pair_pattern",
    ParenthesizedExpression "parenthesized_expression",
    PropertyIdentifier "property_identifier",
    PropertySignature "property_signature",
    PublicFieldDefinition "public_field_definition",
    Regex "regex",
    RequiredParameter "required_parameter",
    RestPattern "rest_pattern",
    ReturnStatement "return_statement",
    SatisfiesExpression "satisfies_expression",
    ShorthandPropertyIdentifier "shorthand_property_identifier",
    ShorthandPropertyIdentifierPattern "shorthand_property_identifier_pattern",
    SpreadElement "spread_element",
    StatementBlock "statement_block",
    String "string",
    StringFragment "string_fragment",
    SubscriptExpression "subscript_expression",
    Super "super",
    SwitchStatement "switch_statement",
    TemplateString "template_string",
    TemplateSubstitution "template_substitution",
    TernaryExpression "ternary_expression",
    This "this",
    ThrowStatement "throw_statement",
    True "true",
    TypeAliasDeclaration "type_alias_declaration",
    TypeAnnotation "type_annotation",
    TypeAssertion "type_assertion",
    TypeIdentifier "type_identifier",
    TypeParameter "type_parameter",
    TypeQuery "type_query",
    Undefined "undefined",
    VariableDeclaration "variable_declaration",
    VariableDeclarator "variable_declarator",
    WhileStatement "while_statement",
}

impl Kind {
    /// Whether a node of this kind is a function literal.
    pub(super) const fn is_function_literal(self) -> bool {
        matches!(self, Self::ArrowFunction | Self::FunctionExpression | Self::GeneratorFunction)
    }

    /// Whether a node of this kind is a parameter with its own wrapper (TypeScript).
    pub(super) const fn is_parameter(self) -> bool {
        matches!(self, Self::RequiredParameter | Self::OptionalParameter)
    }
}

macro_rules! fields {
    ($($field:ident $name:literal,)*) => {
        /// Ids of the fields that the extractor reads.
        #[derive(Clone, Copy, Debug, Default)]
        pub(super) struct Fields {
            $(pub(super) $field: Option<NonZeroU16>,)*
        }

        impl Fields {
            fn of(language: &Language) -> Self {
                Self { $($field: language.field_id_for_name($name),)* }
            }
        }
    };
}

fields! {
    alias "alias",
    alternative "alternative",
    arguments "arguments",
    body "body",
    consequence "consequence",
    constructor "constructor",
    declaration "declaration",
    decorator "decorator",
    function "function",
    index "index",
    key "key",
    left "left",
    name "name",
    object "object",
    operator "operator",
    parameter "parameter",
    parameters "parameters",
    pattern "pattern",
    property "property",
    return_type "return_type",
    right "right",
    source "source",
    r#type "type",
    type_arguments "type_arguments",
    type_parameters "type_parameters",
    value "value",
}

/// A grammar with its tables.
pub(super) struct Grammar {
    pub(super) language: Language,
    kinds: Vec<Kind>,
    pub(super) fields: Fields,
}

impl Grammar {
    fn new(language: Language) -> Self {
        let kinds = (0..language.node_kind_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or_default();
                if !language.node_kind_is_named(id) {
                    return Kind::Token;
                }
                let name = language.node_kind_for_id(id);
                name.and_then(|name| KINDS.iter().find(|(own, _)| *own == name)).map_or(Kind::Other, |(_, kind)| *kind)
            })
            .collect();
        let fields = Fields::of(&language);
        Self { language, kinds, fields }
    }

    /// What sort of node this is.
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
    }
}

/// The grammar for a file of this name.
pub(super) fn grammar(extension: &str) -> &'static Grammar {
    static TYPESCRIPT: OnceLock<Grammar> = OnceLock::new();
    static TSX: OnceLock<Grammar> = OnceLock::new();
    static JAVASCRIPT: OnceLock<Grammar> = OnceLock::new();
    match extension {
        "js" | "jsx" | "mjs" | "cjs" => {
            JAVASCRIPT.get_or_init(|| Grammar::new(tree_sitter_javascript::LANGUAGE.into()))
        }
        "tsx" => TSX.get_or_init(|| Grammar::new(tree_sitter_typescript::LANGUAGE_TSX.into())),
        _ => TYPESCRIPT.get_or_init(|| Grammar::new(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into())),
    }
}

/// The script blocks of a single-file component (`.vue`, `.svelte`), where they stand.
pub(super) fn script_blocks(text: &str) -> Vec<Range> {
    let mut blocks = Vec::new();
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find("<script")).map(|at| at + from) {
        let Some(start) = text[open..].find('>').map(|at| open + at + 1) else { break };
        let Some(end) = text[start..].find("</script").map(|at| start + at) else { break };
        blocks.push(Range {
            start_byte: start,
            end_byte: end,
            start_point: point(text, start),
            end_point: point(text, end),
        });
        from = end;
    }
    blocks
}

fn point(text: &str, offset: usize) -> Point {
    let before = &text.as_bytes()[..offset];
    let mut lines = before.split(|byte| *byte == b'\n');
    let column = lines.next_back().map_or(0, <[u8]>::len);
    Point { row: lines.count(), column }
}
