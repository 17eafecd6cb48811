//! Import statements.

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{CallValue, DefinitionIndex, Import, Taken, Value};

use super::grammar::{Grammar, Kind};
use super::values::{Source, line};

/// The function of `importlib` that loads a module by its name.
const LOADER: &str = "import_module";

/// What an `import` or `from … import` statement takes, one entry for each module that it names.
pub(super) fn imports(
    source: Source<'_>,
    node: Node<'_>,
    kind: Kind,
    enclosing: Option<DefinitionIndex>,
    for_types: bool,
) -> Vec<Import> {
    let flags = if for_types { thin_vec![Atom::new("type")] } else { ThinVec::new() };
    let import =
        |module: Atom, taken: Taken| Import { module, taken, line: line(node), enclosing, flags: flags.clone() };
    if kind == Kind::Import {
        let names = source.children(node).filter_map(|name| named(source, name));
        return names.map(|(module, here)| import(module, Taken::Module(here))).collect();
    }
    let Some(module) = Grammar::child(node, source.grammar.fields.module_name) else { return Vec::new() };
    let names: Vec<Node<'_>> = source.children(node).filter(|child| child.id() != module.id()).collect();
    let module: Atom = source.text(module).split_whitespace().collect();
    if names.iter().any(|name| source.kind(*name) == Kind::WildcardImport) {
        return vec![import(module, Taken::Star)];
    }
    let names = names.into_iter().filter_map(|name| named(source, name)).collect();
    vec![import(module, Taken::Names(names))]
}

/// A name there and the name here.
fn named(source: Source<'_>, node: Node<'_>) -> Option<(Atom, Atom)> {
    let fields = &source.grammar.fields;
    match source.kind(node) {
        Kind::DottedName => {
            let name = source.dotted(node)?;
            Some((name.clone(), name))
        }
        Kind::AliasedImport => {
            let name = source.dotted(Grammar::child(node, fields.name)?)?;
            let alias = Grammar::child(node, fields.alias)?;
            Some((name, Atom::new(source.text(alias))))
        }
        _ => None,
    }
}

/// The import that a call of `importlib.import_module("a.b")` is; `imports` are those that stand before it.
pub(super) fn loaded(call: &CallValue, imports: &[Import], enclosing: Option<DefinitionIndex>) -> Option<Import> {
    let module = module_loaded(call)?;
    let gives_loader = |import: &Import| match &import.taken {
        Taken::Names(names) => import.module == "importlib" && names.iter().any(|(_, here)| here == LOADER),
        _ => false,
    };
    if call.receiver.is_none() && !imports.iter().any(gives_loader) {
        return None;
    }
    let flags = thin_vec![Atom::new("dynamic")];
    Some(Import { module, taken: Taken::Nothing, line: call.line, enclosing, flags })
}

/// The module that a call loads by its literal name, as an import statement would write it.
pub(super) fn module_loaded(call: &CallValue) -> Option<Atom> {
    if call.callee != LOADER || call.receiver.as_ref().is_some_and(|of| of.as_name() != Some("importlib")) {
        return None;
    }
    let name = call.positional(0).or_else(|| call.named("name"))?.as_text()?;
    let package = call.positional(1).or_else(|| call.named("package"));
    match (name.strip_prefix('.'), package) {
        (None, _) if !name.is_empty() => Some(Atom::new(name)),
        (Some(_), Some(Value::Name(own))) if own == "__package__" => Some(Atom::new(name)),
        (Some(rest), Some(Value::Text(package))) if !rest.starts_with('.') => {
            Some([package.as_str(), ".", rest].into_iter().collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::extract;

    /// The modules that a text imports, those loaded by a call marked.
    fn modules(text: &str) -> Vec<String> {
        let imports = extract::outline(text).imports;
        let told = |import: &super::Import| {
            let mark = if import.has_flag("dynamic") { "!" } else { "" };
            format!("{}{mark}", import.module)
        };
        imports.iter().map(told).collect()
    }

    #[test]
    fn modules_loaded_by_a_literal_name_are_imports() {
        let cases = [
            ("importlib.import_module(\"a.b\")", vec!["a.b!"]),
            ("importlib.import_module(name=\"a.b\")", vec!["a.b!"]),
            ("importlib.import_module(\".b\", package=\"a\")", vec!["a.b!"]),
            ("importlib.import_module(\".b\", __package__)", vec![".b!"]),
            ("from importlib import import_module\nimport_module(\"a\")", vec!["importlib", "a!"]),
            ("importlib.import_module(\".b\")", vec![]),
            ("importlib.import_module(name)", vec![]),
            ("importlib.import_module(f\"a.{name}\")", vec![]),
            ("import_module(\"a\")", vec![]),
            ("other.import_module(\"a\")", vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(modules(text), expected, "{text}");
        }
    }
}
