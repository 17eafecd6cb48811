//! Methods of one name, told apart by what a call passes.

use crate::codebase::graph::Symbol;
use crate::codebase::outline::{Argument, CallValue, Definition, Parameter, SymbolKind};

use super::super::super::Resolved;
use super::Names;
use super::index::Place;
use super::typing::{Callee, is_spelt};

/// How well a call fits the parameters of a method, the best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// One argument for each parameter.
    Exact,
    /// Parameters with a default value are left out.
    Defaults,
    /// Arguments are gathered in an array.
    Gathered,
}

impl<'a> Names<'a> {
    /// What a called name means, with the overload that the call passes its arguments to: the first call of this
    /// spelling in the definition counts.
    pub(super) fn with_overload(&self, place: Place, parts: &[&str], found: Resolved) -> Resolved {
        let overloads = if found.rest == 0 { self.overloads(found.symbol) } else { Vec::new() };
        if overloads.len() < 2 {
            return found;
        }
        let Some(call) = self.call_spelt(place, parts) else { return found };
        let extended = self.index.definition(found.symbol).is_some_and(extends);
        let holder = self.index.parent(found.symbol).and_then(|it| self.index.definition(it));
        // `Texts.Shorten(name)` passes what is extended.
        let is_static = holder.is_some_and(|holder| parts.iter().rev().nth(1).is_some_and(|it| holder.name == **it));
        let is_extension = extended && parts.len() > 1 && !is_static;
        Resolved { symbol: self.best_overload(found.symbol, &overloads, &call.args, is_extension), ..found }
    }

    /// The overload that a call means whose method is known by name.
    pub(super) fn overload(&self, callee: &Callee<'a>, call: &CallValue) -> Symbol {
        let overloads = self.overloads(callee.method);
        self.best_overload(callee.method, &overloads, &call.args, callee.is_extension)
    }

    /// All methods of a method's name in its type and that type's bases, the nearest first.
    fn overloads(&self, method: Symbol) -> Vec<Symbol> {
        let is_method = |it: &Symbol| matches!(self.index.kind(*it), Some(SymbolKind::Method | SymbolKind::Function));
        let word = self.index.definition(method).and_then(|it| self.index.space.word(&it.name));
        let (Some(word), Some(holder)) = (word.filter(|_| is_method(&method)), self.index.parent(method)) else {
            return Vec::new();
        };
        self.lineage(&holder).iter().flat_map(|it| self.index.held(*it, word)).filter(is_method).collect()
    }

    fn best_overload(&self, known: Symbol, overloads: &[Symbol], args: &[Argument], is_extension: bool) -> Symbol {
        let fit = |symbol: &Symbol| {
            let definition = self.index.definition(*symbol)?;
            fit(definition, args, usize::from(is_extension && extends(definition)))
        };
        let fitting = overloads.iter().filter_map(|symbol| Some((fit(symbol)?, *symbol)));
        // Of equally good ones the nearest, and first.
        fitting.min_by_key(|(fit, _)| *fit).map_or(known, |(_, symbol)| symbol)
    }

    /// The first call in a definition that is written as these parts of a dotted name.
    fn call_spelt(&self, place: Place, parts: &[&str]) -> Option<&'a CallValue> {
        let (callee, before) = parts.split_last()?;
        let outline = &self.facts(place)?.outline;
        let calls = self.locals(place)?.calls(callee).iter().filter_map(|index| outline.calls.get(*index as usize));
        let mut own = calls.filter(|call| call.enclosing == place.enclosing).map(|call| call.value.as_ref());
        own.find(|call| match &call.receiver {
            Some(receiver) => is_spelt(receiver, before),
            None => before.is_empty(),
        })
    }
}

fn extends(definition: &Definition) -> bool {
    definition.parameters.first().is_some_and(|first| first.modifiers.iter().any(|it| it == "this"))
}

/// How well arguments fit a method's parameters, of which the first are passed in another way.
fn fit(definition: &Definition, args: &[Argument], passed: usize) -> Option<Fit> {
    let parameters = definition.parameters.get(passed..)?;
    let (named, positional): (Vec<&Argument>, Vec<&Argument>) = args.iter().partition(|arg| arg.name.is_some());
    let is_array = |parameter: &Parameter| parameter.modifiers.iter().any(|it| it == "params");
    let has_array = parameters.last().is_some_and(is_array);
    let is_named = |name: &str| named.iter().any(|arg| arg.name.as_deref() == Some(name));
    let knows = |arg: &&Argument| parameters.iter().any(|it| arg.name.as_ref() == Some(&it.name));
    if !named.iter().all(knows) || positional.len() > parameters.len() && !has_array {
        return None;
    }
    let left_out = parameters.iter().skip(positional.len()).filter(|it| !is_named(&it.name));
    let mut has_defaults = false;
    for parameter in left_out {
        if is_array(parameter) {
            continue;
        }
        parameter.default.as_ref()?;
        has_defaults = true;
    }
    Some(match (has_array, has_defaults) {
        (true, _) => Fit::Gathered,
        (false, true) => Fit::Defaults,
        (false, false) => Fit::Exact,
    })
}
