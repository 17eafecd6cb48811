//! Which entity a fluent call speaks of: its builder is a parameter, a variable, or what a lambda is given.

use crate::codebase::outline::{Call, CallValue, Outline, Value, last_part};
use crate::codebase::{Atom, Lines};

/// How far a fluent chain is followed.
const LINKS_MAX: usize = 32;

/// Calls whose lambda builds a part of the entity, or a join table.
const PARTS: &[&str] = &["OwnsOne", "OwnsMany", "ComplexProperty", "UsingEntity"];

/// Where calls on a builder of this name speak of this entity.
struct Block {
    /// The entity, with the navigation for a part of it: `Order.Address`. Empty for what is not read.
    entity: Atom,
    /// The class that a snapshot names for a part.
    class: Option<Atom>,
    builder: Atom,
    lines: Lines,
    line: u32,
}

/// All builders of a file.
pub(super) struct Builders {
    blocks: Vec<Block>,
    /// Names under which the model itself is passed on.
    models: Vec<Atom>,
}

/// What a call speaks of.
#[derive(Clone)]
pub(super) struct Subject {
    pub(super) entity: Atom,
    pub(super) class: Option<Atom>,
    pub(super) line: u32,
}

impl Builders {
    pub(super) fn of(outline: &Outline) -> Self {
        let mut found = Self { blocks: Vec::new(), models: Vec::new() };
        for definition in &outline.definitions {
            for parameter in &definition.parameters {
                let typed = parameter.type_name.as_deref().unwrap_or_default();
                if let Some(entity) = super::argument(typed, "EntityTypeBuilder") {
                    found.add(Atom::new(entity), None, (&parameter.name, definition.lines, definition.line));
                } else if last_part(typed).ends_with("ModelBuilder") {
                    found.models.push(parameter.name.clone());
                }
            }
        }
        for assignment in &outline.assignments {
            let Value::Call(call) = &assignment.value else { continue };
            let lines = assignment.enclosing.and_then(|it| outline.definition(it)).map(|it| it.lines);
            if let Some((entity, lines)) = found.entity_of(call).zip(lines) {
                found.add(entity, None, (&assignment.target, lines, assignment.line));
            }
        }
        for call in &outline.calls {
            found.add_lambda(call);
        }
        found
    }

    fn add(&mut self, entity: Atom, class: Option<Atom>, (builder, lines, line): (&Atom, Lines, u32)) {
        self.blocks.push(Block { entity, class, builder: builder.clone(), lines, line });
    }

    fn add_lambda(&mut self, call: &Call) {
        let is_part = PARTS.contains(&call.value.callee.as_str());
        if !is_part && call.value.callee != "Entity" {
            return;
        }
        let mut functions = call.value.args.iter().filter_map(|arg| arg.value.as_function());
        let Some((lines, builder)) =
            functions.next_back().and_then(|it| Some((it.lines, it.parameters.first()?.name.clone())))
        else {
            return;
        };
        if !is_part {
            if let Some(entity) = self.entity_of(&call.value) {
                self.add(entity, None, (&builder, lines, call.value.line));
            }
            return;
        }
        // A snapshot names class and navigation, code the navigation alone.
        let stated = call.value.positional(1).and_then(Value::as_text);
        let class =
            stated.and_then(|_| call.value.positional(0)).and_then(Value::as_text).map(|it| Atom::new(last_part(it)));
        let navigation = stated.map(Atom::new).or_else(|| super::fluent::named(&call.value).into_iter().next());
        let owner = self.subject(call).filter(|_| call.value.callee != "UsingEntity");
        let entity =
            owner.zip(navigation).map(|(owner, navigation)| Atom::from(format!("{}.{navigation}", owner.entity)));
        self.add(entity.unwrap_or_default(), class, (&builder, lines, call.value.line));
    }

    /// The entity that `model.Entity<Order>()` or `model.Entity("Shop.Order")` begins to speak of.
    fn entity_of(&self, call: &CallValue) -> Option<Atom> {
        let model = chain(call).last()?.receiver.as_ref().and_then(Value::as_name)?;
        if call.callee != "Entity" || !self.is_model(model) {
            return None;
        }
        let typed = call.type_args.first().map(|name| Atom::new(last_part(name)));
        typed.or_else(|| call.positional(0).and_then(Value::as_text).map(|name| Atom::new(last_part(name))))
    }

    /// Whether a name stands for the model.
    pub(super) fn is_model(&self, name: &str) -> bool {
        self.models.iter().any(|own| own == name)
    }

    /// What a call on a builder speaks of, and the line where that begins.
    pub(super) fn subject(&self, call: &Call) -> Option<Subject> {
        let chain = chain(&call.value);
        let (first, before) = (chain.last()?, chain.get(1..).unwrap_or_default());
        if before.iter().any(|link| PARTS.contains(&link.callee.as_str())) {
            return None;
        }
        if let Some(link) = before.iter().find(|link| link.callee == "Entity") {
            return Some(Subject { entity: self.entity_of(link)?, class: None, line: link.line });
        }
        let builder = first.receiver.as_ref().and_then(Value::as_name)?;
        let inside = self.blocks.iter().filter(|it| it.builder == builder && it.lines.contains(call.value.line));
        let block = inside.min_by_key(|block| block.lines.last - block.lines.first)?;
        let subject = Subject { entity: block.entity.clone(), class: block.class.clone(), line: block.line };
        (!block.entity.is_empty()).then_some(subject)
    }
}

/// A call and those before it in its chain, the last made first.
pub(super) fn chain(call: &CallValue) -> Vec<&CallValue> {
    let mut links = vec![call];
    while let Some(Value::Call(before)) = links.last().and_then(|link| link.receiver.as_ref()) {
        if links.len() >= LINKS_MAX {
            break;
        }
        links.push(before);
    }
    links
}
