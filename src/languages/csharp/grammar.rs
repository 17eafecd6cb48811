//! The C# grammar's node kinds and fields as numbers, looked up once.

use std::sync::OnceLock;

use tree_sitter::{Language, Node};

macro_rules! kinds {
    ($($kind:ident = $name:literal,)*) => {
        /// Node kinds that the extractor tells apart.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            Other,
            /// Punctuation and keywords.
            Token,
            $($kind,)*
        }

        const NAMED: &[(&str, Kind)] = &[$(($name, Kind::$kind),)*];
    };
}

kinds! {
    AccessorList = "accessor_list",
    AliasQualifiedName = "alias_qualified_name",
    AnonymousMethod = "anonymous_method_expression",
    AnonymousObject = "anonymous_object_creation_expression",
    Argument = "argument",
    ArgumentList = "argument_list",
    ArrayCreation = "array_creation_expression",
    ArrayType = "array_type",
    ArrowClause = "arrow_expression_clause",
    As = "as_expression",
    Assignment = "assignment_expression",
    Attribute = "attribute",
    AttributeArgument = "attribute_argument",
    AttributeArgumentList = "attribute_argument_list",
    AttributeList = "attribute_list",
    Await = "await_expression",
    Base = "base",
    BaseList = "base_list",
    Binary = "binary_expression",
    Block = "block",
    Boolean = "boolean_literal",
    Cast = "cast_expression",
    CatchClause = "catch_clause",
    CatchDeclaration = "catch_declaration",
    Character = "character_literal",
    Checked = "checked_expression",
    Class = "class_declaration",
    CollectionElement = "collection_element",
    Collection = "collection_expression",
    Comment = "comment",
    CompilationUnit = "compilation_unit",
    ConditionalAccess = "conditional_access_expression",
    Conditional = "conditional_expression",
    Constructor = "constructor_declaration",
    ConstructorInitializer = "constructor_initializer",
    ConversionOperator = "conversion_operator_declaration",
    DeclarationExpression = "declaration_expression",
    DeclarationPattern = "declaration_pattern",
    Default = "default_expression",
    Delegate = "delegate_declaration",
    Destructor = "destructor_declaration",
    Do = "do_statement",
    ElementAccess = "element_access_expression",
    ElementBinding = "element_binding_expression",
    Enum = "enum_declaration",
    EnumMember = "enum_member_declaration",
    EscapeSequence = "escape_sequence",
    Event = "event_declaration",
    EventField = "event_field_declaration",
    ExplicitInterface = "explicit_interface_specifier",
    ExpressionElement = "expression_element",
    ExpressionStatement = "expression_statement",
    Field = "field_declaration",
    FileNamespace = "file_scoped_namespace_declaration",
    For = "for_statement",
    Foreach = "foreach_statement",
    FromClause = "from_clause",
    GenericName = "generic_name",
    GlobalStatement = "global_statement",
    Identifier = "identifier",
    If = "if_statement",
    ImplicitArray = "implicit_array_creation_expression",
    ImplicitObject = "implicit_object_creation_expression",
    ImplicitParameter = "implicit_parameter",
    ImplicitType = "implicit_type",
    Indexer = "indexer_declaration",
    Initializer = "initializer_expression",
    Integer = "integer_literal",
    Interface = "interface_declaration",
    InterpolatedString = "interpolated_string_expression",
    Interpolation = "interpolation",
    Invocation = "invocation_expression",
    IsExpression = "is_expression",
    Labeled = "labeled_statement",
    Lambda = "lambda_expression",
    LocalDeclaration = "local_declaration_statement",
    LocalFunction = "local_function_statement",
    MemberAccess = "member_access_expression",
    MemberBinding = "member_binding_expression",
    Method = "method_declaration",
    Modifier = "modifier",
    Namespace = "namespace_declaration",
    Null = "null_literal",
    NullableType = "nullable_type",
    ObjectCreation = "object_creation_expression",
    Operator = "operator_declaration",
    Parameter = "parameter",
    ParameterList = "parameter_list",
    BracketedParameterList = "bracketed_parameter_list",
    Parenthesized = "parenthesized_expression",
    ParenthesizedDesignation = "parenthesized_variable_designation",
    PointerType = "pointer_type",
    PostfixUnary = "postfix_unary_expression",
    PredefinedType = "predefined_type",
    PrefixUnary = "prefix_unary_expression",
    PreprocElif = "preproc_elif",
    PreprocElse = "preproc_else",
    PreprocIf = "preproc_if",
    PreprocIfInAttributes = "preproc_if_in_attribute_list",
    PrimaryBase = "primary_constructor_base_type",
    Property = "property_declaration",
    QualifiedName = "qualified_name",
    RawString = "raw_string_literal",
    RawStringContent = "raw_string_content",
    Real = "real_literal",
    Record = "record_declaration",
    RecursivePattern = "recursive_pattern",
    RefType = "ref_type",
    Return = "return_statement",
    ScopedType = "scoped_type",
    SpreadElement = "spread_element",
    StringContent = "string_content",
    StringLiteral = "string_literal",
    StringLiteralContent = "string_literal_content",
    Struct = "struct_declaration",
    Subpattern = "subpattern",
    SwitchArm = "switch_expression_arm",
    SwitchExpression = "switch_expression",
    Switch = "switch_statement",
    This = "this",
    Throw = "throw_statement",
    ThrowExpression = "throw_expression",
    Tuple = "tuple_expression",
    TupleElement = "tuple_element",
    TuplePattern = "tuple_pattern",
    TupleType = "tuple_type",
    TypeArgumentList = "type_argument_list",
    TypeConstraint = "type_parameter_constraint",
    TypeConstraints = "type_parameter_constraints_clause",
    TypeParameter = "type_parameter",
    TypeParameterList = "type_parameter_list",
    Typeof = "typeof_expression",
    Using = "using_directive",
    UsingStatement = "using_statement",
    VariableDeclaration = "variable_declaration",
    VariableDeclarator = "variable_declarator",
    VarPattern = "var_pattern",
    VerbatimString = "verbatim_string_literal",
    While = "while_statement",
    WithInitializer = "with_initializer",
    Yield = "yield_statement",
}

macro_rules! fields {
    ($($field:ident = $name:literal,)*) => {
        /// Field ids of the grammar; zero is none.
        pub(super) struct Fields { $(pub(super) $field: u16,)* }

        impl Fields {
            fn of(language: &Language) -> Self {
                Self { $($field: language.field_id_for_name($name).map_or(0, Into::into),)* }
            }
        }
    };
}

fields! {
    alternative = "alternative",
    arguments = "arguments",
    body = "body",
    condition = "condition",
    consequence = "consequence",
    expression = "expression",
    function = "function",
    initializer = "initializer",
    left = "left",
    name = "name",
    operator = "operator",
    parameters = "parameters",
    qualifier = "qualifier",
    returns = "returns",
    right = "right",
    subscript = "subscript",
    type_ = "type",
    value = "value",
}

/// The grammar with its numbers.
pub(super) struct Grammar {
    pub(super) language: Language,
    pub(super) fields: Fields,
    kinds: Vec<Kind>,
}

impl Grammar {
    /// What a node is.
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(Kind::Other)
    }
}

/// The grammar, made on first use.
pub(super) fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| {
        let language: Language = tree_sitter_c_sharp::LANGUAGE.into();
        let is_named = |id: usize| u16::try_from(id).is_ok_and(|id| language.node_kind_is_named(id));
        let sort = |id: usize| if is_named(id) { Kind::Other } else { Kind::Token };
        let mut kinds: Vec<Kind> = (0..language.node_kind_count()).map(sort).collect();
        for &(name, kind) in NAMED {
            // Some names stand for several symbols, and `this` and `base` are unnamed ones.
            for id in 0..language.node_kind_count() {
                let Ok(id) = u16::try_from(id) else { break };
                if language.node_kind_for_id(id) == Some(name)
                    && let Some(slot) = kinds.get_mut(usize::from(id))
                {
                    *slot = kind;
                }
            }
        }
        Grammar { fields: Fields::of(&language), language, kinds }
    })
}
