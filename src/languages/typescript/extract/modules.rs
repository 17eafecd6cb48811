//! Imports and exports, of ECMAScript and `CommonJS`.

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{Definition, Export, Import, Taken, Value};

use super::super::syntax::Kind;
use super::values::{at_field, dot, first_expression, lines, row};
use super::{Exported, Walk};

impl<'t> Walk<'t> {
    /// `import ... from "x"`, `import "x"`, `import x = require("x")`.
    pub(super) fn import(&mut self, node: Node<'t>) -> bool {
        self.keep_file_doc(node.start_byte());
        let is_type = node.child(1).is_some_and(|child| child.kind() == "type");
        let source = at_field(node, self.read.grammar.fields.source);
        let mut flags = ThinVec::new();
        let mut cursor = node.walk();
        let clause = node
            .named_children(&mut cursor)
            .find(|child| matches!(self.read.kind(*child), Kind::ImportClause | Kind::ImportRequireClause));
        if let Some(require) = clause.filter(|clause| self.read.kind(*clause) == Kind::ImportRequireClause) {
            let source = at_field(require, self.read.grammar.fields.source);
            let name = require.named_child(0).map(|name| Atom::new(self.read.slice(name)));
            if let (Some(source), Some(name)) = (source, name) {
                flags.push("cjs".into());
                let taken = Taken::Module(name);
                self.push_import(self.read.string(source), taken, row(node), flags);
            }
            return false;
        }
        let Some(source) = source else { return false };
        let module = self.read.string(source);
        if is_type {
            flags.push("type".into());
        }
        let Some(clause) = clause else {
            self.push_import(module, Taken::Nothing, row(node), flags);
            return false;
        };
        let (names, all_types, namespace) = self.import_clause(clause);
        if all_types && !is_type && namespace.is_none() {
            flags.push("type".into());
        }
        let is_lone_namespace = namespace.is_some() && names.is_empty();
        if let Some(name) = namespace {
            self.push_import(module.clone(), Taken::Module(name), row(node), flags.clone());
        }
        if !is_lone_namespace {
            let taken = if names.is_empty() { Taken::Nothing } else { Taken::Names(names) };
            self.push_import(module, taken, row(node), flags);
        }
        false
    }

    /// The names that an import clause takes, whether all of them are types, and the namespace's name.
    fn import_clause(&self, clause: Node<'t>) -> (ThinVec<(Atom, Atom)>, bool, Option<Atom>) {
        let fields = &self.read.grammar.fields;
        let mut names = ThinVec::new();
        let mut all_types = true;
        let mut namespace = None;
        let mut cursor = clause.walk();
        for child in clause.named_children(&mut cursor) {
            match self.read.kind(child) {
                Kind::Identifier => {
                    all_types = false;
                    names.push((Atom::new("default"), Atom::new(self.read.slice(child))));
                }
                Kind::NamespaceImport => {
                    namespace = child.named_child(0).map(|name| Atom::new(self.read.slice(name)));
                }
                Kind::NamedImports => {
                    let mut specifiers = child.walk();
                    for specifier in child.named_children(&mut specifiers) {
                        let Some(name) = at_field(specifier, fields.name) else { continue };
                        let alias = at_field(specifier, fields.alias).unwrap_or(name);
                        all_types &= specifier.child(0).is_some_and(|first| first.kind() == "type");
                        names.push((self.export_name(name), self.export_name(alias)));
                    }
                }
                _ => {}
            }
        }
        let all_types = all_types && !names.is_empty();
        (names, all_types, namespace)
    }

    fn export_name(&self, node: Node<'t>) -> Atom {
        match self.read.kind(node) {
            Kind::String => self.read.string(node),
            _ => Atom::new(self.read.slice(node)),
        }
    }

    fn push_import(&mut self, module: Atom, taken: Taken, line: u32, mut flags: ThinVec<Atom>) {
        flags.sort();
        flags.dedup();
        self.outline.imports.push(Import { module, taken, line, enclosing: self.state.enclosing, flags });
    }

    /// `import A = B.C`.
    pub(super) fn import_alias(&mut self, node: Node<'t>) -> bool {
        let mut cursor = node.walk();
        let names: Vec<_> = node.named_children(&mut cursor).filter_map(|child| self.read.dotted(child)).collect();
        if let [alias, target] = names.as_slice() {
            self.assign(alias, Value::Name(target.clone()), None, row(node));
        }
        true
    }

    /// An export statement; its declaration, if it has one, is read by the walk.
    pub(super) fn export(&mut self, node: Node<'t>) -> bool {
        let fields = &self.read.grammar.fields;
        let mut cursor = node.walk();
        let mut has_default = false;
        let mut has_equals = false;
        let mut is_type = false;
        let mut start = node.start_byte();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "default" => has_default = true,
                "=" => has_equals = true,
                "type" => is_type = true,
                "export" => start = child.start_byte(),
                _ => {}
            }
        }
        if let Some(source) = at_field(node, fields.source) {
            self.keep_file_doc(node.start_byte());
            self.reexport(node, self.read.string(source), is_type);
            return false;
        }
        let is_declaration = at_field(node, fields.declaration).is_some();
        let exported = match (is_declaration, has_default) {
            (_, true) => Exported::Default,
            (true, false) => Exported::Named,
            _ => Exported::No,
        };
        let state = self.open();
        state.statement = lines(node);
        state.statement_start = start;
        state.exported = exported;
        if has_equals {
            self.export_equals(node);
        } else if has_default && !is_declaration {
            self.export_value(node);
        } else if !is_declaration {
            self.export_clause(node);
            return false;
        }
        true
    }

    fn reexport(&mut self, node: Node<'t>, module: Atom, is_type: bool) {
        let mut flags = thin_vec![Atom::new("reexport")];
        if is_type {
            flags.push("type".into());
        }
        let mut taken = Taken::Star;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match self.read.kind(child) {
                Kind::NamespaceExport => {
                    taken = Taken::Module(child.named_child(0).map(|name| self.export_name(name)).unwrap_or_default());
                }
                Kind::ExportClause => taken = Taken::Names(self.specifiers(child)),
                _ => {}
            }
        }
        self.push_import(module, taken, row(node), flags);
    }

    /// (name in the module, name outside) of each specifier.
    fn specifiers(&self, clause: Node<'t>) -> ThinVec<(Atom, Atom)> {
        let fields = &self.read.grammar.fields;
        let mut cursor = clause.walk();
        clause
            .named_children(&mut cursor)
            .filter(|child| self.read.kind(*child) == Kind::ExportSpecifier)
            .filter_map(|child| {
                let name = at_field(child, fields.name)?;
                let alias = at_field(child, fields.alias).unwrap_or(name);
                Some((self.export_name(name), self.export_name(alias)))
            })
            .collect()
    }

    fn export_clause(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        let Some(clause) = node.named_children(&mut cursor).find(|child| self.read.kind(*child) == Kind::ExportClause)
        else {
            return;
        };
        for (local, name) in self.specifiers(clause) {
            self.outline.exports.push(Export { name, local, line: row(node) });
        }
    }

    /// `export = x`.
    fn export_equals(&mut self, node: Node<'t>) {
        let Some(value) = first_expression(node, &self.read) else { return };
        let local = self.read.dotted(value).unwrap_or_default();
        self.outline.exports.push(Export { name: "=".into(), local, line: row(node) });
    }

    /// `export default <expression>`.
    fn export_value(&mut self, node: Node<'t>) {
        let Some(value) = at_field(node, self.read.grammar.fields.value) else { return };
        self.default_value(value, "default", "default", row(node));
        self.assign("export default", self.read.value(value, 0), None, row(node));
    }

    /// An exported expression: a name, a literal that becomes a definition of its own, or something anonymous.
    fn default_value(&mut self, value: Node<'t>, export: &str, definition: &'static str, line: u32) {
        let value = self.read.unwrap(value);
        let kind = self.read.kind(value);
        let mut local = self.read.dotted(value).unwrap_or_default();
        if kind == Kind::Class {
            self.open().name = Some(definition);
            let name = at_field(value, self.read.grammar.fields.name);
            local = name.map_or_else(|| definition.into(), |name| self.read.slice(name).into());
        } else if kind.is_function_literal() {
            let name = at_field(value, self.read.grammar.fields.name);
            local = name.map_or_else(|| definition.into(), |name| self.read.slice(name).into());
            self.function_value(value, &local, line);
        } else if export == "default" && self.has_functions(value) {
            local = definition.into();
            self.object_value(value, &local, line);
        }
        let known = self.outline.exports.iter().any(|own| own.name == export && own.local == local);
        if !known {
            self.outline.exports.push(Export { name: export.into(), local, line });
        }
    }

    /// `module.exports = x`, `exports.x = y`, `module.exports.x = y` at the top of a file.
    pub(super) fn common_export(&mut self, node: Node<'t>, target: &str, right: Node<'t>) {
        let line = row(node);
        if target == "module.exports" || target == "exports" {
            let value = self.read.unwrap(right);
            if self.read.kind(value) == Kind::Object {
                self.open().members_of = value.id();
                self.export_members(value);
            } else if self.read.kind(value) != Kind::AssignmentExpression {
                self.default_value(right, "=", "exports", line);
            }
            return;
        }
        let name = target.strip_prefix("module.exports.").or_else(|| target.strip_prefix("exports."));
        let Some(name) = name.filter(|name| !name.contains('.')) else { return };
        let value = self.read.unwrap(right);
        let local = if self.read.kind(value).is_function_literal() {
            self.function_value(value, name, line);
            Atom::new(name)
        } else {
            self.read.dotted(value).unwrap_or_default()
        };
        self.outline.exports.push(Export { name: name.into(), local, line });
    }

    /// The names that `module.exports = { a, b: c, d() {} }` offers.
    fn export_members(&mut self, object: Node<'t>) {
        let fields = &self.read.grammar.fields;
        let mut cursor = object.walk();
        for child in object.named_children(&mut cursor) {
            let (name, local) = match self.read.kind(child) {
                Kind::ShorthandPropertyIdentifier => (Some(child), Some(child)),
                Kind::Pair => (at_field(child, fields.key), at_field(child, fields.value)),
                Kind::MethodDefinition => (at_field(child, fields.name), Some(child)),
                Kind::SpreadElement => {
                    let spread = first_expression(child, &self.read).and_then(|inner| self.required(inner));
                    if let Some(module) = spread {
                        let flags = thin_vec!["cjs".into(), "reexport".into()];
                        self.push_import(module, Taken::Star, row(child), flags);
                    }
                    continue;
                }
                _ => continue,
            };
            let Some(name) = name.and_then(|name| self.read.key(name).or_else(|| self.read.dotted(name))) else {
                continue;
            };
            let local = local.map_or_else(Atom::default, |local| match self.read.kind(local) {
                kind if kind.is_function_literal() || kind == Kind::MethodDefinition => name.clone(),
                _ => self.read.dotted(local).unwrap_or_default(),
            });
            self.outline.exports.push(Export { name, local, line: row(child) });
        }
    }

    /// The module that `require("x")` or `import("x")` names, if the expression is one.
    fn required(&self, node: Node<'t>) -> Option<Atom> {
        let fields = &self.read.grammar.fields;
        let node = self.read.unwrap(node);
        if self.read.kind(node) != Kind::CallExpression {
            return None;
        }
        let callee = at_field(node, fields.function)?;
        let is_module = self.read.kind(callee) == Kind::Import || self.read.slice(callee) == "require";
        let first = first_expression(at_field(node, fields.arguments)?, &self.read)?;
        let literal = match self.read.kind(first) {
            Kind::String => Some(self.read.string(first)),
            Kind::TemplateString => self.read.value(first, 0).as_text().map(Atom::new),
            _ => None,
        };
        literal.filter(|_| is_module)
    }

    fn import_flag(&self, call: Node<'t>) -> Atom {
        let callee = at_field(call, self.read.grammar.fields.function);
        match callee.map(|callee| self.read.kind(callee)) {
            Some(Kind::Import) => "dynamic".into(),
            _ => "cjs".into(),
        }
    }

    /// A `require("x")` or `import("x")` that nothing is named after. Says whether the call was one.
    pub(super) fn module_call(&mut self, node: Node<'t>) -> bool {
        let Some(module) = self.required(node) else { return false };
        let mut flags = thin_vec![self.import_flag(node)];
        if self.parent() == Kind::MemberExpression && self.state.statement.last == 0 {
            flags.push("type".into());
        }
        self.push_import(module, Taken::Nothing, row(node), flags);
        true
    }

    /// `const x = require("y")`, `const { a, b: c } = await import("y")`, `const x = require("y").z`.
    pub(super) fn module_declarator(&mut self, name: Node<'t>, value: Node<'t>) -> bool {
        let fields = &self.read.grammar.fields;
        let value = self.read.unwrap(value);
        let property = match self.read.kind(value) {
            Kind::MemberExpression => at_field(value, fields.property).map(|property| self.read.slice(property)),
            _ => None,
        };
        let call = match property {
            Some(_) => at_field(value, fields.object).map(|object| self.read.unwrap(object)),
            None => Some(value),
        };
        let Some((call, module)) = call.and_then(|call| Some((call, self.required(call)?))) else { return false };
        let flags = thin_vec![self.import_flag(call)];
        let taken = match (self.read.kind(name), property) {
            (Kind::Identifier, None) => Taken::Module(self.read.slice(name).into()),
            (Kind::Identifier, Some(property)) => {
                Taken::Names(thin_vec![(property.into(), self.read.slice(name).into())])
            }
            (Kind::ObjectPattern, None) => {
                self.told_patterns.push(name.id());
                Taken::Names(self.pattern_names(name))
            }
            (Kind::ObjectPattern, Some(property)) => {
                for (key, local) in self.pattern_names(name) {
                    self.assign(&local, Value::Name(dot(property, &key)), None, row(name));
                }
                Taken::Names(thin_vec![(property.into(), property.into())])
            }
            _ => Taken::Nothing,
        };
        self.open().silent_call = call.id();
        self.push_import(module, taken, row(name), flags);
        true
    }

    /// (key, local name) of an object pattern's plain entries.
    pub(super) fn pattern_names(&self, pattern: Node<'t>) -> ThinVec<(Atom, Atom)> {
        let nodes = self.pattern_nodes(pattern).into_iter();
        nodes.map(|(key, local)| (key, Atom::new(self.read.slice(local)))).collect()
    }

    /// The same with the node of the local name.
    pub(super) fn pattern_nodes(&self, pattern: Node<'t>) -> Vec<(Atom, Node<'t>)> {
        let fields = &self.read.grammar.fields;
        let mut cursor = pattern.walk();
        let entries = pattern.named_children(&mut cursor).filter_map(|child| match self.read.kind(child) {
            Kind::ShorthandPropertyIdentifierPattern => Some((Atom::new(self.read.slice(child)), child)),
            Kind::PairPattern => {
                let key = self.read.key(at_field(child, fields.key)?)?;
                let local = at_field(child, fields.value)?;
                let local = at_field(local, fields.left).unwrap_or(local);
                (self.read.kind(local) == Kind::Identifier).then_some((key, local))
            }
            Kind::ObjectAssignmentPattern => {
                let name = at_field(child, fields.left)?;
                Some((Atom::new(self.read.slice(name)), name))
            }
            _ => None,
        });
        entries.collect()
    }

    /// Says that the definition at hand is exported, if its statement says so.
    pub(super) fn export_definition(&mut self, definition: &mut Definition) {
        let name = match self.state.exported {
            Exported::No => return,
            Exported::Named => definition.name.clone(),
            Exported::Default => "default".into(),
        };
        definition.modifiers.push("export".into());
        if self.state.exported == Exported::Default {
            definition.modifiers.push("default".into());
        }
        definition.modifiers.sort();
        // What a namespace exports is reached through the namespace.
        let is_inner = definition.parent.is_some();
        let known = self.outline.exports.iter().any(|own| own.name == name && own.local == definition.name);
        if !is_inner && !known {
            self.outline.exports.push(Export { name, local: definition.name.clone(), line: definition.line });
        }
    }
}
