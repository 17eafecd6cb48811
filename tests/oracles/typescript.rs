//! What is read from TypeScript and JavaScript files, against the parser of the oxc project.
//!
//! Compared are classes, interfaces, enumerations and type aliases; functions that are declared or that a variable is
//! given; methods and accessors of classes; ECMAScript's imports and re-exports. By design:
//! - A function literal that is given to an export or is a member of an object may be a definition and need not be.
//! - Signatures without a body may stand for themselves or be merged with their implementation.
//! - Members of interfaces and objects, `require(..)` and `import(..)` are not compared.
//! - A class without a name has that of the variable it is given to, or `default`; else it is no definition.

use std::collections::BTreeSet;
use std::path::PathBuf;

use docagent::codebase::RepoPath;
use docagent::codebase::outline::{Definition, Outline, SymbolKind, Taken};
use docagent::languages::Language;
use docagent::languages::typescript::TypeScript;
use oxc_allocator::Allocator;
use oxc_ast::ast;
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::{GetSpan, SourceType, Span};
use oxc_syntax::scope::ScopeFlags;

use crate::required;
use crate::sources::{files_below, own};

use super::differences;

/// Real source trees, in what `npm ci` in `tests/mermaid` installs.
const PACKAGES: [&str; 7] = [
    "@upsetjs/venn.js/src",
    "cytoscape/src",
    "d3-sankey/src",
    "dagre-d3-es/src",
    "dompurify/src",
    "katex/src",
    "khroma/src",
];

#[test]
fn typescript_fixtures_are_read_as_oxc_reads_them() {
    compare(&files_below(&own("fixtures")), 20);
}

#[test]
fn packages_are_read_as_oxc_reads_them() {
    let folders = PACKAGES.map(|package| own("tests/mermaid/node_modules").join(package));
    let installed = folders.into_iter().filter(|folder| folder.is_dir());
    let files: Vec<PathBuf> = installed.flat_map(|folder| files_below(&folder)).collect();
    if files.is_empty() {
        return required("source trees of npm: `npm ci` in tests/mermaid");
    }
    compare(&files, 200);
}

/// Kind, name (of a method with its class's before it) and line.
type Definitions = BTreeSet<(&'static str, String, u32)>;
/// Module, name there, name here and line.
type Imports = BTreeSet<(String, String, String, u32)>;

fn compare(files: &[PathBuf], at_least: usize) {
    let mut faults = String::new();
    let mut compared = 0;
    for path in files {
        let Ok(kind) = SourceType::from_path(path) else { continue };
        let text = std::fs::read_to_string(path).unwrap();
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, &text, kind).parse();
        if parsed.panicked || !parsed.diagnostics.is_empty() {
            continue;
        }
        compared += 1;
        let mut told = Told { text: &text, ..Told::default() };
        told.visit_program(&parsed.program);
        let outline = TypeScript.outline(&RepoPath::new(path.to_str().unwrap()), &text);
        let mut read = definitions(&outline);
        read.retain(|one| !told.allowed.contains(&one.2) || told.definitions.contains(one));
        let path = path.display().to_string();
        faults.push_str(&differences(&path, &told.definitions, &read));
        faults.push_str(&differences(&path, &told.imports, &imports(&outline)));
    }
    assert!(compared >= at_least, "there is something to compare: {compared} files");
    assert!(faults.is_empty(), "missed (-) and invented (+):\n{faults}");
}

fn definitions(outline: &Outline) -> Definitions {
    let class_of = |definition: &Definition| {
        let class = outline.definition(definition.parent?)?;
        (class.kind == SymbolKind::Class).then_some(class.name.as_str())
    };
    let told = |definition: &Definition| {
        let (kind, name) = match definition.kind {
            SymbolKind::Class => ("class", definition.name.as_str().to_owned()),
            SymbolKind::Interface => ("interface", definition.name.as_str().to_owned()),
            SymbolKind::Enum => ("enum", definition.name.as_str().to_owned()),
            SymbolKind::Type => ("type", definition.name.as_str().to_owned()),
            SymbolKind::Function => ("function", definition.name.as_str().to_owned()),
            SymbolKind::Method | SymbolKind::Constructor => {
                ("method", format!("{}.{}", class_of(definition)?, definition.name))
            }
            SymbolKind::Field if definition.has_modifier("get") || definition.has_modifier("set") => {
                ("method", format!("{}.{}", class_of(definition)?, definition.name))
            }
            _ => return None,
        };
        Some((kind, name, definition.line))
    };
    outline.definitions.iter().filter_map(told).collect()
}

fn imports(outline: &Outline) -> Imports {
    let mut imports = Imports::new();
    for import in outline.imports.iter().filter(|import| !import.has_flag("dynamic") && !import.has_flag("cjs")) {
        let mut add = |there: &str, here: &str| {
            imports.insert((import.module.as_str().to_owned(), there.to_owned(), here.to_owned(), import.line));
        };
        match &import.taken {
            Taken::Nothing => add("", ""),
            Taken::Star => add("*", ""),
            Taken::Module(here) => add("*", here),
            Taken::Names(names) => names.iter().for_each(|(there, here)| add(there, here)),
        }
    }
    imports
}

/// What oxc finds in one file.
#[derive(Default)]
struct Told<'s> {
    text: &'s str,
    definitions: Definitions,
    imports: Imports,
    /// Lines on which a definition of ours may stand that is none here.
    allowed: BTreeSet<u32>,
    /// The variable that the next class is given to.
    given_to: Option<String>,
    /// Names of the classes around; empty for one that is no definition.
    classes: Vec<String>,
}

impl Told<'_> {
    fn line(&self, span: Span) -> u32 {
        let before = &self.text.as_bytes()[..usize::try_from(span.start).unwrap()];
        1 + u32::try_from(before.split(|byte| *byte == b'\n').count() - 1).unwrap()
    }

    /// Leaves it to us whether there is a definition on the first line of this.
    fn allow(&mut self, span: Span) {
        self.allowed.insert(self.line(span));
    }

    fn define(&mut self, kind: &'static str, name: impl Into<String>, span: Span) {
        let line = self.line(span);
        self.definitions.insert((kind, name.into(), line));
    }

    fn import(&mut self, source: &ast::StringLiteral<'_>, names: (&str, &str), at: Span) {
        let line = self.line(at);
        self.imports.insert((source.value.to_string(), names.0.to_owned(), names.1.to_owned(), line));
    }

    fn method(&mut self, key: &ast::PropertyKey<'_>, is_computed: bool, has_body: bool) {
        let span = key.span();
        let class = self.classes.last().cloned().unwrap_or_default();
        if is_computed || !has_body || class.is_empty() {
            self.allow(span);
            return;
        }
        let range = usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap();
        let name = self.text[range].trim_matches(['"', '\'']).to_owned();
        self.define("method", format!("{class}.{name}"), span);
    }
}

/// The expression within parentheses and type assertions.
fn inner<'e, 'a>(mut value: &'e ast::Expression<'a>) -> &'e ast::Expression<'a> {
    loop {
        value = match value {
            ast::Expression::ParenthesizedExpression(it) => &it.expression,
            ast::Expression::TSAsExpression(it) => &it.expression,
            ast::Expression::TSSatisfiesExpression(it) => &it.expression,
            ast::Expression::TSNonNullExpression(it) => &it.expression,
            ast::Expression::TSTypeAssertion(it) => &it.expression,
            _ => return value,
        }
    }
}

fn is_function(value: &ast::Expression<'_>) -> bool {
    let value = inner(value);
    matches!(value, ast::Expression::FunctionExpression(_) | ast::Expression::ArrowFunctionExpression(_))
}

impl<'a> Visit<'a> for Told<'_> {
    fn visit_function(&mut self, it: &ast::Function<'a>, flags: ScopeFlags) {
        if let Some(id) = it.id.as_ref().filter(|_| it.is_declaration() && it.body.is_some()) {
            self.define("function", id.name.as_str(), id.span);
        } else {
            self.allow(it.span);
            it.id.iter().for_each(|id| self.allow(id.span));
        }
        walk::walk_function(self, it, flags);
    }

    fn visit_arrow_function_expression(&mut self, it: &ast::ArrowFunctionExpression<'a>) {
        self.allow(it.span);
        walk::walk_arrow_function_expression(self, it);
    }

    fn visit_variable_declarator(&mut self, it: &ast::VariableDeclarator<'a>) {
        if let (ast::BindingPattern::BindingIdentifier(id), Some(value)) = (&it.id, &it.init) {
            if is_function(value) {
                self.define("function", id.name.as_str(), id.span);
            } else if matches!(inner(value), ast::Expression::ClassExpression(_)) {
                self.given_to = Some(id.name.to_string());
            }
        }
        walk::walk_variable_declarator(self, it);
        self.given_to = None;
    }

    fn visit_export_default_declaration(&mut self, it: &ast::ExportDefaultDeclaration<'a>) {
        self.allow(it.span);
        if matches!(it.declaration, ast::ExportDefaultDeclarationKind::ClassDeclaration(_)) {
            self.given_to = Some("default".to_owned());
        }
        walk::walk_export_default_declaration(self, it);
        self.given_to = None;
    }

    fn visit_assignment_expression(&mut self, it: &ast::AssignmentExpression<'a>) {
        self.allow(it.span);
        walk::walk_assignment_expression(self, it);
    }

    fn visit_object_property(&mut self, it: &ast::ObjectProperty<'a>) {
        self.allow(it.span);
        walk::walk_object_property(self, it);
    }

    fn visit_class(&mut self, it: &ast::Class<'a>) {
        let given = self.given_to.take();
        let name = match &it.id {
            Some(id) => Some((id.name.to_string(), id.span)),
            None => given.map(|name| (name, it.span)),
        };
        if let Some((name, span)) = &name {
            self.define("class", name.clone(), *span);
        }
        self.classes.push(name.map_or_else(String::new, |(name, _)| name));
        walk::walk_class(self, it);
        self.classes.pop();
    }

    fn visit_method_definition(&mut self, it: &ast::MethodDefinition<'a>) {
        self.method(&it.key, it.computed, it.value.body.is_some());
        walk::walk_method_definition(self, it);
    }

    fn visit_property_definition(&mut self, it: &ast::PropertyDefinition<'a>) {
        if it.value.as_ref().is_some_and(is_function) {
            self.method(&it.key, it.computed, true);
        }
        walk::walk_property_definition(self, it);
    }

    fn visit_ts_interface_declaration(&mut self, it: &ast::TSInterfaceDeclaration<'a>) {
        self.define("interface", it.id.name.as_str(), it.id.span);
        walk::walk_ts_interface_declaration(self, it);
    }

    fn visit_ts_enum_declaration(&mut self, it: &ast::TSEnumDeclaration<'a>) {
        self.define("enum", it.id.name.as_str(), it.id.span);
        walk::walk_ts_enum_declaration(self, it);
    }

    fn visit_ts_type_alias_declaration(&mut self, it: &ast::TSTypeAliasDeclaration<'a>) {
        self.define("type", it.id.name.as_str(), it.id.span);
        walk::walk_ts_type_alias_declaration(self, it);
    }

    fn visit_import_declaration(&mut self, it: &ast::ImportDeclaration<'a>) {
        for specifier in it.specifiers.iter().flatten() {
            match specifier {
                ast::ImportDeclarationSpecifier::ImportSpecifier(one) => {
                    self.import(&it.source, (&one.imported.name(), &one.local.name), it.span);
                }
                ast::ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                    self.import(&it.source, ("default", &one.local.name), it.span);
                }
                ast::ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                    self.import(&it.source, ("*", &one.local.name), it.span);
                }
            }
        }
        if it.specifiers.as_ref().is_none_or(|specifiers| specifiers.is_empty()) {
            self.import(&it.source, ("", ""), it.span);
        }
    }

    fn visit_export_from_declaration(&mut self, it: &ast::ExportFromDeclaration<'a>) {
        for one in &it.specifiers {
            self.import(&it.source, (&one.local.name(), &one.exported.name()), it.span);
        }
    }

    fn visit_export_all_declaration(&mut self, it: &ast::ExportAllDeclaration<'a>) {
        let here = it.exported.as_ref().map_or_else(String::new, |name| name.name().to_string());
        self.import(&it.source, ("*", &here), it.span);
    }
}
