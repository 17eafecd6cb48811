//! Which names a file uses, those left out that are known to be local variables.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::codebase::Atom;

use crate::codebase::outline::{DefinitionIndex, Outline, Reference, ReferenceKind};

/// What is given a value, by the definition around it.
type Known<'a> = BTreeSet<(Option<DefinitionIndex>, &'a str)>;

/// How many functions within functions are looked through.
const NESTING_MAX: usize = 64;

/// Names as the walk meets them.
#[derive(Default)]
pub(super) struct Names {
    used: Vec<Use>,
    bound: FxHashSet<(Option<DefinitionIndex>, Atom)>,
    declared: FxHashSet<(Option<DefinitionIndex>, Atom)>,
}

/// The scope that binds a name: a function or class, or the module.
struct Binder(Option<DefinitionIndex>);

struct Use {
    reference: Reference,
    in_head: bool,
}

impl Names {
    /// A name is used.
    pub(super) fn refer(
        &mut self,
        name: Atom,
        kind: ReferenceKind,
        enclosing: Option<DefinitionIndex>,
        in_head: bool,
        line: u32,
    ) {
        self.used.push(Use { reference: Reference { name, kind, enclosing, count: 1, line }, in_head });
    }

    /// A function, or a lambda or comprehension in it, binds a name.
    pub(super) fn bind(&mut self, function: Option<DefinitionIndex>, name: &str) {
        self.bound.insert((function, Atom::new(name)));
    }

    /// A function says that a name is not its own (`global x`), which must stand before it binds it.
    pub(super) fn release(&mut self, function: Option<DefinitionIndex>, name: &str) {
        self.bound.remove(&(function, Atom::new(name)));
    }

    /// A class or module declares a variable; tells whether it is the first time.
    pub(super) fn declare(&mut self, parent: Option<DefinitionIndex>, name: &Atom) -> bool {
        self.declared.insert((parent, name.clone()))
    }

    /// The references, equal ones added up, sorted.
    ///
    /// A local variable of which nothing is known (a loop's, an exception's) is left out, for it would be taken for
    /// a module's name, unless it or a member of it is called: then it is marked. One that is a parameter or is given a value stays where it says more than itself.
    pub(super) fn references(&mut self, outline: &Outline) -> Vec<Reference> {
        let assignments = outline.assignments.iter();
        let known: Known<'_> =
            assignments.map(|assignment| (assignment.enclosing, assignment.target.as_str())).collect();
        let used = std::mem::take(&mut self.used);
        let kept = used.into_iter().filter_map(|used| {
            if self.is_kept(&used, outline, &known) {
                return Some(used.reference);
            }
            let is_call = used.reference.kind == ReferenceKind::Call;
            is_call.then(|| Reference { name: untold(&used.reference.name), ..used.reference })
        });
        let mut kept: Vec<Reference> = kept.collect();
        kept.sort_unstable();
        kept.dedup_by(|later, first| {
            let same = later.name == first.name && later.kind == first.kind && later.enclosing == first.enclosing;
            if same {
                first.count += later.count;
                first.line = first.line.min(later.line);
            }
            same
        });
        kept
    }

    fn is_kept(&self, used: &Use, outline: &Outline, known: &Known<'_>) -> bool {
        let name = &used.reference.name;
        let (first, is_plain) = name.split_once('.').map_or((name.as_str(), true), |(first, _)| (first, false));
        let Some(binder) = self.binder(used, outline, first) else { return true };
        let Binder(scope) = binder;
        if is_plain && used.reference.kind != ReferenceKind::Call {
            return false;
        }
        let parameters =
            scope.and_then(|function| definition(outline, function)).map(|definition| &definition.parameters);
        let is_parameter = parameters.is_some_and(|all| all.iter().any(|parameter| parameter.name == first));
        is_parameter || known.contains(&(scope, first))
    }

    /// The scope around a use that binds a name: a function, or the module or class that the use itself stands in.
    fn binder(&self, used: &Use, outline: &Outline, name: &str) -> Option<Binder> {
        let mut scope = used.reference.enclosing;
        if used.in_head {
            scope = definition(outline, scope?)?.parent;
        }
        let name = Atom::new(name);
        let is_bound = |scope: Option<DefinitionIndex>| self.bound.contains(&(scope, name.clone()));
        if is_bound(scope) {
            return Some(Binder(scope));
        }
        for _ in 0..NESTING_MAX {
            let around = definition(outline, scope?)?.parent;
            scope = Some(around?);
            let is_function = !definition(outline, around?)?.kind.is_type();
            if is_function && is_bound(scope) {
                return Some(Binder(scope));
            }
        }
        None
    }
}

fn definition(outline: &Outline, index: DefinitionIndex) -> Option<&crate::codebase::outline::Definition> {
    outline.definitions.get(usize::try_from(index).ok()?)
}

/// A name whose first part is a local variable of which nothing is known.
fn untold(name: &str) -> Atom {
    let (first, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
    [first, "@", rest].into_iter().collect()
}
