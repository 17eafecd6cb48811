//! Where the local names of a file come from: assignments, and parameters of function literals that state no type.

use rustc_hash::{FxHashMap, FxHashSet};
use thin_vec::ThinVec;

use crate::codebase::Facts;
use crate::codebase::outline::{DefinitionIndex, SymbolKind, Value};

/// How many values of one name in a definition are looked at.
const ORIGINS_MAX: usize = 6;

/// What gives a local name its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The assignment of this index.
    Assignment(u32),
    /// A parameter of a function literal that a call is given.
    Parameter {
        /// Index of the call.
        call: u32,
        /// Which of its arguments.
        argument: u32,
        /// Which of the literal's parameters.
        parameter: u32,
    },
    /// A parameter of a function literal that a variable of stated type is given.
    Given {
        /// Index of the assignment.
        assignment: u32,
        /// Which of the literal's parameters.
        parameter: u32,
    },
    /// What a call hands out.
    Out {
        /// Index of the call.
        call: u32,
        /// Which of its arguments.
        argument: u32,
    },
}

/// The local names of one file, and its calls on what other calls give.
#[derive(Default)]
pub(super) struct Locals<'a> {
    origins: FxHashMap<&'a str, ThinVec<(Option<DefinitionIndex>, Origin)>>,
    calls: FxHashMap<&'a str, ThinVec<u32>>,
}

impl<'a> Locals<'a> {
    pub(super) fn read(facts: &'a Facts) -> Self {
        let mut locals = Self::default();
        let definitions = facts.outline.definitions.iter();
        let fields: FxHashSet<(Option<DefinitionIndex>, &str)> = definitions
            .filter(|it| matches!(it.kind, SymbolKind::Field | SymbolKind::Member))
            .map(|it| (it.parent, it.name.as_str()))
            .collect();
        for (index, assignment) in (0..).zip(&facts.outline.assignments) {
            let is_field = fields.contains(&(assignment.enclosing, &assignment.target));
            if !is_field && !assignment.target.contains('.') {
                locals.add(assignment.enclosing, &assignment.target, Origin::Assignment(index));
            }
            if let (Value::Function(function), Some(_)) = (&assignment.value, &assignment.type_name) {
                for (parameter, named) in (0..).zip(&function.parameters) {
                    if named.type_name.is_none() {
                        locals.add(assignment.enclosing, &named.name, Origin::Given { assignment: index, parameter });
                    }
                }
            }
        }
        for (call, found) in (0..).zip(&facts.outline.calls) {
            locals.calls.entry(found.value.callee.as_str()).or_default().push(call);
            for (argument, given) in (0..).zip(&found.value.args) {
                if let Value::Spread(declared) = &given.value
                    && let Value::Name(name) = declared.as_ref()
                {
                    locals.add(found.enclosing, name, Origin::Out { call, argument });
                }
                let Value::Function(function) = &given.value else { continue };
                for (parameter, named) in (0..).zip(&function.parameters) {
                    if named.type_name.is_none() {
                        locals.add(found.enclosing, &named.name, Origin::Parameter { call, argument, parameter });
                    }
                }
            }
        }
        locals
    }

    fn add(&mut self, enclosing: Option<DefinitionIndex>, name: &'a str, origin: Origin) {
        self.origins.entry(name).or_default().push((enclosing, origin));
    }

    /// What gives a name its value in a definition, as far as it is looked at.
    pub(super) fn origins(&self, enclosing: Option<DefinitionIndex>, name: &str) -> impl Iterator<Item = Origin> {
        let origins = self.origins.get(name).map(ThinVec::as_slice).unwrap_or_default().iter();
        origins.filter(move |(own, _)| *own == enclosing).map(|(_, origin)| *origin).take(ORIGINS_MAX)
    }

    /// Indices of the calls of this name.
    pub(super) fn calls(&self, callee: &str) -> &[u32] {
        self.calls.get(callee).map_or(&[], ThinVec::as_slice)
    }
}
