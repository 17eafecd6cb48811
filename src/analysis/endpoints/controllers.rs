//! Handlers that a route names as text, which the framework finds by the names of files: `"OrdersController.show"`.

use crate::codebase::SourceFile;
use crate::codebase::graph::Symbol;
use crate::codebase::outline::{DefinitionIndex, Outline};
use crate::codebase::routing::{HandlerRef, Route};
use crate::frameworks;

use super::super::link::Names;
use super::evaluate::At;

/// The method, class or file that a route names, where one file of its component bears the controller's name.
pub(super) fn named(names: &Names<'_>, at: At, route: &Route) -> Option<Symbol> {
    let HandlerRef::Name(name) = &route.handler else { return None };
    let folder = frameworks::by_id(&route.framework)?.controllers_folder()?;
    let (controller, method) = match name.rsplit_once('.') {
        Some((controller, method)) => (controller, Some(method)),
        None => (name.as_str(), None),
    };
    let controller = controller.rsplit('/').next().unwrap_or(controller);
    let scope = names.scope();
    let component = &scope.files.get(at.file as usize)?.component;
    let bears = |file: &SourceFile| {
        file.component == *component
            && same_words(file.path.stem(), controller)
            && file.path.parts().any(|part| part.eq_ignore_ascii_case(folder))
    };
    let mut found = (0..).zip(scope.files).filter(|(_, file)| bears(file));
    let (file, _) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let definition = answering(&scope.facts.get(file as usize)?.outline, method);
    (definition.is_some() || method.is_none()).then_some(Symbol { file, definition })
}

/// The method of a controller's file, or its only class.
fn answering(outline: &Outline, method: Option<&str>) -> Option<DefinitionIndex> {
    let is_it = |(_, it): &(DefinitionIndex, &crate::codebase::outline::Definition)| match method {
        Some(method) => it.name == method && !it.kind.is_type(),
        None => it.kind.is_type() && it.parent.is_none(),
    };
    let mut found = (0..).zip(&outline.definitions).filter(is_it).map(|(index, _)| index);
    found.next().filter(|_| found.next().is_none())
}

/// Whether two names are the same but for capitals and what parts their words: `orders_controller`, `OrdersController`.
fn same_words(left: &str, right: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.chars().filter(|letter| !matches!(letter, '_' | '-')).map(|letter| letter.to_ascii_lowercase())
    }
    letters(left).eq(letters(right))
}

#[cfg(test)]
mod tests {
    use super::same_words;

    #[test]
    fn names_of_files_and_classes() {
        assert!(same_words("orders_controller", "OrdersController"));
        assert!(same_words("view-homepage", "viewHomepage"));
        assert!(!same_words("orders", "OrdersController"));
    }
}
