//! Who publishes or consumes: the place, and the code that it stands for.

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::message::{MessageFact, MessageRole, Party};
use crate::codebase::outline::DefinitionIndex;
use crate::codebase::routing::HandlerRef;

use super::super::evaluate;
use super::super::evaluate::At;
use super::super::link::Names;

/// The party of a fact. A publisher's line is the one that sends, a consumer's the one that its code begins at.
pub(super) fn of(names: &Names<'_>, file: FileIndex, fact: &MessageFact) -> (Party, Option<Symbol>) {
    let at = At { file, enclosing: fact.enclosing };
    match (fact.role, &fact.party) {
        (MessageRole::Consume, party) => handler(names, at, party, fact.line),
        _ => (at_line(names, file, fact.enclosing, fact.line), None),
    }
}

/// What a reference to code means, or else the line that refers to it.
pub(super) fn handler(names: &Names<'_>, at: At, handler: &HandlerRef, line: u32) -> (Party, Option<Symbol>) {
    let symbol = match handler {
        HandlerRef::Definition(index) => Some(Symbol { file: at.file, definition: Some(*index) }),
        HandlerRef::Name(name) => meant(names, at, name),
        HandlerRef::Inline(_) | HandlerRef::Implementation(_) => None,
    };
    if let Some(symbol) = symbol.filter(|symbol| symbol.definition.is_some()) {
        return (at_symbol(names, symbol), Some(symbol));
    }
    let line = match handler {
        HandlerRef::Inline(lines) => lines.first.max(1),
        _ => line,
    };
    let around = at.enclosing.map(|_| Symbol { file: at.file, definition: at.enclosing });
    (at_line(names, at.file, at.enclosing, line), around.filter(|_| matches!(handler, HandlerRef::Inline(_))))
}

/// The definition that a name means; for an object, the class that it is one of.
pub(super) fn meant(names: &Names<'_>, at: At, name: &str) -> Option<Symbol> {
    let meaning = names.resolver(at.file)?.resolve(at.file, at.enclosing, name);
    let meaning = meaning.filter(|meaning| meaning.rest == 0).map(|meaning| meaning.symbol);
    meaning.or_else(|| in_module(names, at, name)).or_else(|| {
        let given = evaluate::assigned(names, at, name)?;
        evaluate::class_of(names, At { file: at.file, enclosing: given.enclosing }, &given.value)
    })
}

/// What a text that names a function by its module means: `"shop.tasks.sweep"`.
fn in_module(names: &Names<'_>, at: At, name: &str) -> Option<Symbol> {
    let (module, function) = name.rsplit_once('.')?;
    let file = names.resolver(at.file)?.module(at.file, module)?;
    let definitions = &names.scope().facts.get(file as usize)?.outline.definitions;
    let found = (0..).zip(definitions).find(|(_, it)| it.parent.is_none() && it.name == function);
    found.map(|(index, _)| Symbol { file, definition: Some(index) })
}

/// A definition as a party.
pub(super) fn at_symbol(names: &Names<'_>, symbol: Symbol) -> Party {
    let facts = names.scope().facts.get(symbol.file as usize);
    let line = facts.zip(symbol.definition).and_then(|(facts, index)| facts.outline.definition(index));
    at_line(names, symbol.file, symbol.definition, line.map_or(1, |it| it.line))
}

/// A line within a definition as a party.
pub(super) fn at_line(names: &Names<'_>, file: FileIndex, within: Option<DefinitionIndex>, line: u32) -> Party {
    let scope = names.scope();
    let source = scope.files.get(file as usize);
    let outline = scope.facts.get(file as usize).map(|facts| &facts.outline);
    Party {
        file: source.map(|source| source.path.clone()).unwrap_or_default(),
        line,
        symbol: outline.zip(within).map(|(outline, index)| outline.dotted_name(index)).unwrap_or_default(),
        component: source.and_then(|source| source.component.clone()),
        domain: None,
    }
}
