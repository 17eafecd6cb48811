//! What objects are: from annotations and from the values that names are given.

use crate::codebase::graph::FileIndex;
use crate::codebase::outline::{CallValue, DefinitionIndex, SymbolKind, Value, last_part};

use super::PythonResolver;
use super::meaning::{Budget, Meaning, Place};

/// Generic types that say something about their first argument without being containers of it.
const WRAPPERS: &[&str] =
    &["Annotated", "Awaitable", "ClassVar", "Final", "Mapped", "NotRequired", "Optional", "ReadOnly", "Required"];

impl PythonResolver<'_> {
    /// The object that a variable or property holds.
    pub(super) fn value_of(&self, place: Place, budget: &mut Budget) -> Option<Meaning> {
        budget.spend()?;
        let definition = self.definition(place)?;
        if let Some(declared) = &definition.type_name {
            return self.annotated(place.0, definition.parent, declared, budget);
        }
        let at = self.names(place.0)?.value(definition.parent, &definition.name)?;
        let assignment = self.outline(place.0)?.assignments.get(at)?;
        self.valued(place.0, assignment.enclosing, &assignment.value, budget)
    }

    /// The object that an annotation promises.
    pub(super) fn annotated(
        &self,
        file: FileIndex,
        scope: Option<DefinitionIndex>,
        declared: &str,
        budget: &mut Budget,
    ) -> Option<Meaning> {
        budget.spend()?;
        let declared = only_choice(declared)?;
        let (name, arguments) = match declared.split_once('[') {
            Some((name, rest)) => (name.trim(), rest.strip_suffix(']')),
            None => (declared, None),
        };
        match (last_part(name), arguments) {
            (wrapper, Some(arguments)) if WRAPPERS.contains(&wrapper) => {
                self.annotated(file, scope, first_argument(arguments), budget)
            }
            ("type" | "Type", Some(arguments)) => match self.annotated(file, scope, arguments, budget)? {
                Meaning::Instance(class) => Some(Meaning::Definition(class)),
                _ => None,
            },
            _ => self.instance(&self.dotted(file, scope, name, budget)?, budget),
        }
    }

    /// The object that a type, or an alias of one, makes.
    fn instance(&self, of: &Meaning, budget: &mut Budget) -> Option<Meaning> {
        budget.spend()?;
        let &Meaning::Definition(place) = of else { return None };
        let definition = self.definition(place)?;
        match definition.kind {
            SymbolKind::Type => self.annotated(place.0, definition.parent, definition.type_name.as_deref()?, budget),
            SymbolKind::Variable => {
                let at = self.names(place.0)?.value(definition.parent, &definition.name)?;
                let assignment = self.outline(place.0)?.assignments.get(at)?;
                self.alias(place.0, assignment.enclosing, &assignment.value, budget)
            }
            kind if kind.is_type() => Some(Meaning::Instance(place)),
            _ => None,
        }
    }

    /// The object of a type that is written as a value: `CurrentUser = Annotated[User, Depends(..)]`.
    fn alias(
        &self,
        file: FileIndex,
        scope: Option<DefinitionIndex>,
        value: &Value,
        budget: &mut Budget,
    ) -> Option<Meaning> {
        budget.spend()?;
        match value {
            Value::Name(name) | Value::Text(name) => self.annotated(file, scope, name, budget),
            Value::Call(call) if call.callee == "[]" => {
                let name = call.receiver.as_ref()?.as_name()?;
                let target =
                    if WRAPPERS.contains(&last_part(name)) { call.positional(0)? } else { call.receiver.as_ref()? };
                self.alias(file, scope, target, budget)
            }
            _ => None,
        }
    }

    /// What a value means.
    pub(super) fn valued(
        &self,
        file: FileIndex,
        scope: Option<DefinitionIndex>,
        value: &Value,
        budget: &mut Budget,
    ) -> Option<Meaning> {
        budget.spend()?;
        match value {
            Value::Name(name) => match self.dotted(file, scope, name, budget)? {
                Meaning::Definition(place) if self.is_variable(place) => self.value_of(place, budget),
                meaning => Some(meaning),
            },
            Value::Call(call) => self.called(file, scope, call, budget),
            Value::Member(of, name) => {
                let of = self.valued(file, scope, of, budget)?;
                self.member(&of, name, budget)
            }
            Value::Choice(values) => values.iter().find_map(|value| self.valued(file, scope, value, budget)),
            _ => None,
        }
    }

    /// What a call gives: an object of the class called, or what the function called promises.
    fn called(
        &self,
        file: FileIndex,
        scope: Option<DefinitionIndex>,
        call: &CallValue,
        budget: &mut Budget,
    ) -> Option<Meaning> {
        if let Some((path, module)) = self.loaded(file, call) {
            return Some(Meaning::Module(path, module));
        }
        let callee = match &call.receiver {
            None => self.lookup(file, scope, &call.callee, budget)?,
            Some(receiver) => {
                let receiver = self.valued(file, scope, receiver, budget)?;
                self.member(&receiver, &call.callee, budget)?
            }
        };
        let Meaning::Definition(place) = callee else { return None };
        match self.definition(place)?.kind {
            kind if kind.is_type() => Some(Meaning::Instance(place)),
            SymbolKind::Function | SymbolKind::Method => self.promised(place, budget),
            _ => None,
        }
    }

    /// The object that a function's return annotation promises.
    pub(super) fn promised(&self, function: Place, budget: &mut Budget) -> Option<Meaning> {
        let definition = self.definition(function)?;
        let declared = definition.type_name.as_deref()?;
        match (declared, definition.parent) {
            ("Self" | "typing.Self", Some(class)) => Some(Meaning::Instance((function.0, class))),
            _ => self.annotated(function.0, definition.parent, declared, budget),
        }
    }

    pub(super) fn is_variable(&self, place: Place) -> bool {
        let kind = self.definition(place).map(|definition| definition.kind);
        matches!(kind, Some(SymbolKind::Variable | SymbolKind::Field))
    }
}

/// The one type of `X | None`; nothing where there is a true choice.
fn only_choice(declared: &str) -> Option<&str> {
    let mut choices =
        split(declared, '|').map(|part| part.trim().trim_matches(['"', '\''])).filter(|part| *part != "None");
    let only = choices.next()?;
    choices.next().is_none().then_some(only)
}

fn first_argument(arguments: &str) -> &str {
    split(arguments, ',').next().unwrap_or_default().trim()
}

/// The parts between separators that stand outside brackets.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    text.split(move |c: char| {
        match c {
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && c == separator
    })
}
