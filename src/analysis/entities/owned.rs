//! Types that an entity owns: classes without a key, whose columns lie in the entity's own table.

use crate::codebase::entity::{Entity, Field};
use crate::codebase::graph::Symbol;
use crate::codebase::{Atom, KeyKind};

use super::super::link::Names;
use super::{bases, rulings};

/// How deep owned types within owned types are followed.
const DEPTH_MAX: usize = 3;

/// Puts the columns of owned types in place of the properties that hold them: `Address.City` for `Address`. What a
/// configuration calls a column stays one.
pub(super) fn expand(names: &Names<'_>, class: Symbol, entity: &mut Entity, is_column: impl Fn(&str) -> bool) {
    let mut fields = Vec::new();
    for field in std::mem::take(&mut entity.fields) {
        match owned(names, class, &field, &entity.store).filter(|_| !is_column(&field.name)) {
            Some(found) => add(names, &field, found, (&entity.store, 1), &mut fields),
            None => fields.push(field),
        }
    }
    entity.fields = fields;
}

/// The class that a field holds and its fields, if it is one without a key.
fn owned(names: &Names<'_>, class: Symbol, field: &Field, store: &str) -> Option<(Symbol, Vec<Field>)> {
    let meaning = names.resolver(class.file)?.resolve(class.file, None, &field.type_name)?;
    let held = Some(meaning).filter(|it| it.rest == 0)?.symbol;
    let record = bases::record(names, held, store)?;
    let mut fields = bases::inherited(names, held, store, true).fields;
    fields.extend(rulings::fields(names, held.file, record));
    fields.iter().all(|it| it.key != KeyKind::Primary).then_some((held, fields))
}

fn add(
    names: &Names<'_>,
    outer: &Field,
    (class, inner): (Symbol, Vec<Field>),
    (store, depth): (&str, usize),
    fields: &mut Vec<Field>,
) {
    let start = outer.column.as_ref().unwrap_or(&outer.name);
    for field in inner {
        let column = field.column.clone().unwrap_or_else(|| Atom::from(format!("{start}_{}", field.name)));
        let nullable = field.nullable || outer.nullable;
        let name = Atom::from(format!("{}.{}", outer.name, field.name));
        let deeper = owned(names, class, &field, store).filter(|_| depth < DEPTH_MAX);
        let field = Field { name, column: Some(column), nullable, key: KeyKind::None, ..field };
        match deeper {
            Some(found) => add(names, &field, found, (store, depth + 1), fields),
            None => fields.push(field),
        }
    }
}
