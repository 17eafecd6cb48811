//! The declared type of what a name stands for, as far as one file says it.

use crate::codebase::Atom;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};

/// How many definitions around a place are looked through.
const NESTING_MAX: usize = 16;

/// Last part of the declared type of a dotted name at a place: that of a parameter, a local variable, a field.
pub fn declared<'o>(outline: &'o Outline, enclosing: Option<DefinitionIndex>, name: &str) -> Option<&'o str> {
    let name = name.strip_prefix("this.").or_else(|| name.strip_prefix("self.")).unwrap_or(name);
    let mut scope = enclosing;
    for _ in 0..NESTING_MAX {
        if let Some(found) = in_scope(outline, scope, name) {
            return Some(last_part(found));
        }
        scope = outline.definition(scope?)?.parent;
    }
    None
}

fn in_scope<'o>(outline: &'o Outline, scope: Option<DefinitionIndex>, name: &str) -> Option<&'o str> {
    let definition = scope.and_then(|index| outline.definition(index));
    if let Some(found) = definition.and_then(|definition| parameter(definition, name)) {
        return Some(found);
    }
    let given = outline.assignments.iter().find(|it| it.enclosing == scope && is_target(&it.target, name));
    if let Some(found) = given.and_then(|it| it.type_name.as_deref().or_else(|| made(&it.value))) {
        return Some(found);
    }
    let class = scope.filter(|_| definition.is_some_and(|it| it.kind.is_type()))?;
    let member = |(_, it): &(DefinitionIndex, &Definition)| {
        matches!(it.kind, SymbolKind::Field | SymbolKind::Variable) && it.name == name
    };
    let field = outline.children(class).find(member).and_then(|(_, it)| it.type_name.as_deref());
    let constructor = || {
        let mut makers = outline.children(class).filter(|(_, it)| it.kind == SymbolKind::Constructor);
        makers.find_map(|(_, it)| parameter(it, name))
    };
    let set = || {
        let in_class = |index: DefinitionIndex| outline.definition(index).is_some_and(|it| it.parent == Some(class));
        let mut sets = outline.assignments.iter().filter(|it| it.enclosing.is_some_and(in_class));
        let given = sets.find(|it| it.target.contains('.') && is_target(&it.target, name))?;
        given.type_name.as_deref().or_else(|| made(&given.value)).or_else(|| {
            let maker = outline.definition(given.enclosing?)?;
            parameter(maker, given.value.as_name()?)
        })
    };
    field.or_else(constructor).or_else(set)
}

fn parameter<'o>(definition: &'o Definition, name: &str) -> Option<&'o str> {
    definition.parameters.iter().find(|it| it.name == name)?.type_name.as_deref()
}

fn is_target(target: &str, name: &str) -> bool {
    target == name || target.strip_prefix("this.").or_else(|| target.strip_prefix("self.")) == Some(name)
}

/// The class that a construction names.
fn made(value: &Value) -> Option<&str> {
    let call = value.as_call()?;
    let is_class = call.callee.starts_with(|letter: char| letter.is_uppercase());
    (call.is_new || (is_class && call.receiver.is_none())).then_some(call.callee.as_str())
}

/// The type arguments of a type as written: `Order` and `int` of `Handler<Order, int>`.
pub fn arguments(type_name: &str) -> Vec<Atom> {
    let Some((_, rest)) = type_name.split_once('<') else { return Vec::new() };
    let inner = rest.trim_end().strip_suffix('>').unwrap_or(rest);
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, letter) in inner.char_indices() {
        match letter {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(Atom::new(inner[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(Atom::new(inner[start..].trim()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_arguments_are_split_at_their_own_commas() {
        let found = |text: &str| arguments(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found("Handler<Order, Map<int, string>>"), ["Order", "Map<int, string>"]);
        assert_eq!(found("Handler"), [""; 0]);
    }
}
