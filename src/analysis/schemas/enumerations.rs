//! Enumerations: the texts or numbers that stand for their members.

use crate::codebase::Atom;
use crate::codebase::graph::Symbol;
use crate::codebase::outline::{SymbolKind, Value};
use crate::codebase::schema::Shape;

use super::Collector;
use super::expression::Dialect;

/// The converter that has .NET write enumerations as texts.
const AS_TEXT: &str = "JsonStringEnumConverter";

impl Collector<'_> {
    pub(super) fn enumeration(&mut self, symbol: Symbol) -> Shape {
        let Some((facts, index)) = self.names.scope().facts.get(symbol.file as usize).zip(symbol.definition) else {
            return Shape::Any;
        };
        let members = facts.outline.children(index).filter(|(_, it)| it.kind == SymbolKind::Member);
        let names: Vec<&Atom> = members.map(|(_, it)| &it.name).collect();
        if self.dialect(symbol.file) == Some(Dialect::CSharp) {
            let is_text = self.writes_texts();
            return if is_text { Shape::Literals(names.into_iter().cloned().collect()) } else { Shape::Whole(None) };
        }
        let value = |name: &Atom| {
            let given = facts.outline.assignments.iter().find(|it| it.enclosing == Some(index) && it.target == *name);
            given.map(|it| &it.value)
        };
        let texts: Option<Vec<Atom>> = names
            .iter()
            .map(|name| match value(name)? {
                Value::Text(text) => Some(text.clone()),
                // Python's `auto()` of a text enumeration.
                Value::Call(call) if call.callee == "auto" => Some(Atom::from(name.to_lowercase())),
                // Django's choices: the value, then its label.
                Value::List(pair) => pair.first().and_then(Value::as_text).map(Atom::new),
                _ => None,
            })
            .collect();
        texts.filter(|texts| !texts.is_empty()).map_or_else(
            || {
                let is_whole = |name: &&Atom| value(name).is_none_or(|it| matches!(it, Value::Number(_)));
                if names.iter().all(is_whole) { Shape::Whole(None) } else { Shape::Any }
            },
            Shape::Literals,
        )
    }

    /// Whether some file asks .NET to write enumerations as texts.
    fn writes_texts(&mut self) -> bool {
        let names = self.names;
        *self.texts.get_or_insert_with(|| {
            let all = names.scope().facts.iter().flat_map(|facts| &facts.outline.references);
            all.into_iter().any(|it| it.name.split(['.', '<']).any(|part| part == AS_TEXT))
        })
    }
}
