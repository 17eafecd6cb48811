//! What an expression may hold: names by the assignments before them, calls by what they return, literals by their parts.

use crate::codebase::graph::FileIndex;
use crate::codebase::outline::{Assignment, CallValue, SymbolKind, Value};

use super::super::meaning::{Budget, Place};
use super::super::scopes::Binding;
use super::sites::add;
use super::{At, DEPTH_MAX, Flow, Held, is_function};

impl<'a> Flow<'_, 'a> {
    /// What a value may hold at a place.
    pub(super) fn held(&mut self, at: At, value: &'a Value) -> Vec<Held<'a>> {
        if self.steps == 0 || self.depth >= DEPTH_MAX {
            return Vec::new();
        }
        self.steps -= 1;
        self.depth += 1;
        let held = match value {
            Value::Name(name) => self.name(at, name),
            Value::Call(call) if call.callee == "[]" => self.indexed(at, call),
            Value::Call(call) => {
                if let Some((path, module)) = self.names.loaded(at.file, call) {
                    vec![Held::Module(path, module)]
                } else {
                    let called = self.callee(at, call);
                    self.union(&called, Self::returned)
                }
            }
            Value::Member(of, name) => {
                let of = self.held(at, of);
                self.union(&of, |flow, one| flow.member(one, name))
            }
            Value::Choice(values) => {
                let mut held = Vec::new();
                for value in values {
                    add(&mut held, self.held(at, value));
                }
                held
            }
            Value::Spread(of) => {
                let of = self.held(at, of);
                self.union(&of, Self::elements)
            }
            Value::List(_) | Value::Record(_) | Value::Function(_) => vec![Held::Literal(at, value)],
            _ => Vec::new(),
        };
        self.depth -= 1;
        held
    }

    /// What a call calls.
    pub(super) fn callee(&mut self, at: At, call: &'a CallValue) -> Vec<Held<'a>> {
        let held = self.unindexed_callee(at, call);
        match call.type_args.as_slice() {
            [key] if held.iter().any(|one| matches!(one, Held::Literal(..))) => {
                let keys = self.texts_of(at, key);
                self.union(&held, |flow, one| flow.items(one, &keys))
            }
            // The type arguments of a generic class.
            _ => held,
        }
    }

    fn unindexed_callee(&mut self, at: At, call: &'a CallValue) -> Vec<Held<'a>> {
        match &call.receiver {
            None if call.callee == "super" => self.enclosing_class(at).map(Held::Super).into_iter().collect(),
            None => self.name(at, &call.callee),
            // What is called has no name: `handlers[0]()`, `make()()`.
            Some(receiver) if call.callee.is_empty() => self.held(at, receiver),
            Some(receiver) => {
                let of = self.held(at, receiver);
                self.union(&of, |flow, one| flow.member(one, &call.callee))
            }
        }
    }

    /// What a dotted name may hold.
    pub(super) fn name(&mut self, at: At, name: &str) -> Vec<Held<'a>> {
        // `handlers["a"] = f` is an assignment to `handlers.a`.
        if name.contains('.') && !name.starts_with("self.") {
            let assigned = self.assigned(at, at.scope, name);
            if !assigned.is_empty() {
                return assigned;
            }
        }
        let mut parts = name.split('.');
        let mut held = parts.next().map(|first| self.first_name(at, first)).unwrap_or_default();
        for part in parts {
            held = self.union(&held, |flow, one| flow.member(one, part));
        }
        held
    }

    /// What a name without dots may hold: in the function itself, those around it, the module.
    fn first_name(&mut self, at: At, name: &str) -> Vec<Held<'a>> {
        let mut scope = at.scope;
        for _ in 0..DEPTH_MAX {
            let Some(index) = scope else { break };
            let Some(definition) = self.definition((at.file, index)) else { break };
            let sees = !definition.kind.is_type() || scope == at.scope;
            if sees && let Some(held) = self.bound(at, scope, name) {
                return held;
            }
            scope = definition.parent;
        }
        if let Some(held) = self.bound(at, None, name) {
            return held;
        }
        let meaning = self.names.module_name(at.file, name, &mut Budget::default());
        meaning.map(Held::of).into_iter().flat_map(|one| self.seen_through(one)).collect()
    }

    /// What one scope says of a name; nothing where it does not bind it.
    fn bound(&mut self, at: At, scope: Option<u32>, name: &str) -> Option<Vec<Held<'a>>> {
        let assigned = self.assigned(at, scope, name);
        if !assigned.is_empty() {
            return Some(assigned);
        }
        if let Some(index) = scope
            && let Some(held) = self.parameter((at.file, index), name)
        {
            return Some(held);
        }
        match self.names.names(at.file)?.binding(scope, name)? {
            Binding::Local(_) => Some(Vec::new()),
            binding => {
                let meaning = self.names.follow(at.file, binding, &mut Budget::default());
                Some(meaning.map(Held::of).into_iter().flat_map(|one| self.seen_through(one)).collect())
            }
        }
    }

    /// What a parameter of a function holds; nothing where it has none of this name.
    fn parameter(&mut self, function: Place, name: &str) -> Option<Vec<Held<'a>>> {
        let definition = self.definition(function).filter(|own| !own.kind.is_type())?;
        let position = definition.parameters.iter().position(|parameter| parameter.name == name)?;
        let known = self.names.parameter_meaning(function, position, &mut Budget::default());
        match known {
            Some(meaning) => Some(vec![Held::of(meaning)]),
            None if definition.parameters[position].type_name.is_some() => Some(Vec::new()),
            None => Some(self.given(function, position)),
        }
    }

    /// What the assignments to a name in a scope give it: seen from the scope itself the last one before the line, and
    /// those before it as far as that one is conditional; seen from elsewhere all of them.
    fn assigned(&mut self, at: At, scope: Option<u32>, name: &str) -> Vec<Held<'a>> {
        let all = self.assignments(at.file, scope, name);
        let mut taken: Vec<&'a Assignment> = Vec::new();
        if scope == at.scope {
            for own in all.iter().rev().filter(|own| own.line < at.line) {
                taken.push(own);
                if !own.conditional {
                    break;
                }
            }
        }
        if taken.is_empty() {
            taken = all;
        }
        let mut held = Vec::new();
        for own in taken {
            let from = At { file: at.file, scope: own.enclosing, line: own.line };
            match &own.type_name {
                Some(declared) => {
                    let meaning = self.names.annotated(at.file, scope, declared, &mut Budget::default());
                    add(&mut held, meaning.map(Held::of).into_iter().collect());
                }
                None => add(&mut held, self.held(from, &own.value)),
            }
        }
        held
    }

    /// The assignments to a name, as it is written there, in a scope.
    fn assignments(&self, file: FileIndex, scope: Option<u32>, name: &str) -> Vec<&'a Assignment> {
        let (Some(outline), Some(names)) = (self.names.outline(file), self.names.names(file)) else {
            return Vec::new();
        };
        names.values(scope, name).filter_map(|at| outline.assignments.get(at)).collect()
    }

    /// A variable stands for what it is given.
    pub(super) fn seen_through(&mut self, one: Held<'a>) -> Vec<Held<'a>> {
        let Held::Definition(place) = one else { return vec![one] };
        let Some(definition) = self.definition(place) else { return Vec::new() };
        match definition.kind {
            SymbolKind::Variable => {
                let at = At { file: place.0, scope: definition.parent, line: u32::MAX };
                let assigned = self.assigned(at, definition.parent, &definition.name);
                if !assigned.is_empty() {
                    return assigned;
                }
                let meaning = self.names.value_of(place, &mut Budget::default());
                meaning.map(Held::of).into_iter().collect()
            }
            _ => vec![one],
        }
    }

    /// What a call of this gives.
    pub(super) fn returned(&mut self, called: &Held<'a>) -> Vec<Held<'a>> {
        match called {
            Held::Super(_) => vec![called.clone()],
            Held::Definition(place) | Held::Method(place) => {
                let Some(definition) = self.definition(*place) else { return Vec::new() };
                if definition.kind.is_type() {
                    return vec![Held::Instance(*place)];
                }
                if is_function(definition) { self.returns(*place) } else { Vec::new() }
            }
            Held::Literal(at, Value::Function(lambda)) => {
                lambda.returns.as_ref().map_or_else(Vec::new, |value| self.held(*at, value))
            }
            _ => Vec::new(),
        }
    }

    /// What a function returns: what it promises, else what its `return` statements give.
    fn returns(&mut self, function: Place) -> Vec<Held<'a>> {
        if let Some(known) = self.returns.get(&function) {
            return known.clone();
        }
        self.returns.insert(function, Vec::new());
        let promised = self.names.promised(function, &mut Budget::default());
        let declares = self.definition(function).is_some_and(|own| own.type_name.is_some());
        let mut held: Vec<Held<'a>> = promised.map(Held::of).into_iter().collect();
        if !declares {
            for own in self.assignments(function.0, Some(function.1), "return") {
                let at = At { file: function.0, scope: own.enclosing, line: own.line };
                add(&mut held, self.held(at, &own.value));
            }
        }
        self.returns.insert(function, held.clone());
        held
    }

    /// What lies at an index or key of a list or dictionary.
    fn indexed(&mut self, at: At, call: &'a CallValue) -> Vec<Held<'a>> {
        let (Some(of), Some(key)) = (&call.receiver, call.positional(0)) else { return Vec::new() };
        let of = self.held(at, of);
        let keys = match key {
            Value::Text(text) | Value::Number(text) => vec![text.to_string()],
            Value::Name(name) => self.texts_of(at, name),
            _ => Vec::new(),
        };
        self.union(&of, |flow, one| flow.items(one, &keys))
    }

    /// What lies at these keys of a list or dictionary; all of it where they are not known.
    fn items(&mut self, of: &Held<'a>, keys: &[String]) -> Vec<Held<'a>> {
        match of {
            Held::Literal(_, Value::List(_)) if keys.is_empty() => self.elements(of),
            Held::Literal(own, Value::List(items)) => {
                let item = |key: &String| items.get(key.parse::<usize>().ok()?);
                keys.iter().filter_map(item).flat_map(|item| self.held(*own, item)).collect()
            }
            Held::Literal(own, Value::Record(entries)) => {
                let is_asked = |key: &str| keys.is_empty() || keys.iter().any(|own| own == key);
                let asked = entries.iter().filter(|(key, _)| is_asked(key));
                asked.flat_map(|(_, value)| self.held(*own, value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The text or number that a key as written stands for: a literal, or a name that was last given one.
    fn texts_of(&self, at: At, key: &str) -> Vec<String> {
        if key.starts_with(|first: char| first.is_ascii_digit()) {
            return vec![key.to_owned()];
        }
        if key.starts_with(['"', '\'']) {
            return vec![key.trim_matches(['"', '\'']).to_owned()];
        }
        let mut given = self.assignments(at.file, None, key);
        if at.scope.is_some() {
            given.extend(self.assignments(at.file, at.scope, key));
        }
        match given.iter().rfind(|own| !own.conditional).map(|own| &own.value) {
            Some(Value::Text(text) | Value::Number(text)) => vec![text.to_string()],
            _ => Vec::new(),
        }
    }

    /// What a loop over this gives, one at a time.
    pub(super) fn elements(&mut self, of: &Held<'a>) -> Vec<Held<'a>> {
        let Held::Literal(at, Value::List(items)) = of else { return Vec::new() };
        let mut held = Vec::new();
        for item in items {
            add(&mut held, self.held(*at, item));
        }
        held
    }

    pub(super) fn union(
        &mut self,
        of: &[Held<'a>],
        mut each: impl FnMut(&mut Self, &Held<'a>) -> Vec<Held<'a>>,
    ) -> Vec<Held<'a>> {
        let mut held = Vec::new();
        for one in of {
            add(&mut held, each(self, one));
        }
        held
    }
}
