//! Import statements.

use thin_vec::{ThinVec, thin_vec};

use crate::codebase::Atom;
use tree_sitter::Node;

use crate::codebase::outline::{DefinitionIndex, Import, Taken};

use super::grammar::{Grammar, Kind};
use super::values::{Source, line};

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
