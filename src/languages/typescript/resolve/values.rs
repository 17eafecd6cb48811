//! From values and types to what stands behind them: members, calls, elements.

use crate::codebase::graph::Symbol;
use crate::codebase::outline::{CallValue, DefinitionIndex, SymbolKind, Value};

use super::Modules;
use super::annotations::Annotation;
use super::generics::{Arguments, Types};
use super::symbols::STEPS_MAX;
use super::things::{At, Thing};

/// Methods of lists, maps and sets that give one of the values.
const GIVING_ONE: &[&str] = &["[]", "at", "find", "findLast", "get", "pop", "reduce", "reduceRight", "shift"];
/// Methods of lists, maps, sets and streams that give the same values again, or some of them.
const GIVING_MANY: &[&str] = &[
    "asObservable",
    "concat",
    "filter",
    "reverse",
    "slice",
    "sort",
    "splice",
    "toReversed",
    "toSorted",
    "values",
    "with",
];
/// Operators of streams that let values pass as they are.
const PASSING: &[&str] = &[
    "catchError",
    "debounceTime",
    "delay",
    "distinctUntilChanged",
    "filter",
    "finalize",
    "first",
    "last",
    "retry",
    "shareReplay",
    "skip",
    "take",
    "takeUntil",
    "takeUntilDestroyed",
    "tap",
    "throttleTime",
];
/// What asks a container of services for the one of a class.
const LOCATORS: &[&str] = &["get", "inject", "resolve"];

/// Functions of libraries that hold what they are given in a member of what they return.
const HOLDERS: &[(&str, &str)] =
    &[("ref", "value"), ("shallowRef", "value"), ("useRef", "current"), ("useState", "[0]")];
/// Names under which libraries' own functions are called.
const HOLDING_LIBRARIES: &[&str] = &["React", "Vue"];
/// How many values a list may hold of which all are looked at.
const LISTED_MAX: usize = 8;

impl<'a> Modules<'a> {
    /// What a call of a member gives; `[]` stands for an element.
    pub(super) fn called(&self, thing: Thing<'a>, callee: &str, is_new: bool, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        match self.behind(thing, depth) {
            Some(Thing::Many { at, item }) if GIVING_ONE.contains(&callee) => self.instance(at, item, None, depth),
            Some(many @ Thing::Many { .. }) if GIVING_MANY.contains(&callee) => Some(many),
            Some(Thing::List { at, values }) if GIVING_ONE.contains(&callee) => self.listed(at, values, depth),
            Some(list @ Thing::List { .. }) if GIVING_MANY.contains(&callee) => Some(list),
            Some(Thing::Many { .. } | Thing::List { .. }) => None,
            _ => self.returned(self.step(thing, callee, depth + 1)?, is_new, depth),
        }
    }

    /// What a value is, as far as names say.
    pub(super) fn value(&self, at: At<'a>, value: &'a Value, depth: usize) -> Option<Thing<'a>> {
        if depth > STEPS_MAX {
            return None;
        }
        match value {
            Value::Name(name) => self.whole(at, name, depth + 1),
            Value::Member(inner, part) => self.step(self.value(at, inner, depth + 1)?, part, depth + 1),
            Value::Choice(values) => values.iter().find_map(|value| self.value(at, value, depth + 1)),
            Value::Call(call) => self.call(at, call, depth),
            Value::Record(entries) => Some(Thing::Record { at, entries, own: None }),
            Value::List(values) => (!values.is_empty()).then_some(Thing::List { at, values }),
            // An element of a list.
            Value::Spread(inner) => match self.behind(self.value(at, inner, depth + 1)?, depth)? {
                Thing::Many { at, item } => self.instance(at, item, None, depth),
                Thing::List { at, values } => self.listed(at, values, depth),
                _ => None,
            },
            _ => None,
        }
    }

    /// What all values of a list literal are.
    fn listed(&self, at: At<'a>, values: &'a [Value], depth: usize) -> Option<Thing<'a>> {
        if values.len() > LISTED_MAX {
            return None;
        }
        let mut all = values.iter().map(|value| self.value(at, value, depth + 1));
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(first)
    }

    /// What such a function holds: a value of the type that it is told, else what it is given.
    pub(super) fn held_by(&self, at: At<'a>, call: &'a CallValue, depth: usize) -> Option<Thing<'a>> {
        if let [stated] = call.type_args.as_slice() {
            return self.instance(at, stated, None, depth);
        }
        let given = match call.positional(0)? {
            Value::Function(function) => function.returns.as_ref()?,
            given => given,
        };
        self.value(at, given, depth + 1)
    }

    /// What `Array.from(x)` and `Object.values(x)` give: the values of `x` again.
    fn values_again(&self, at: At<'a>, call: &'a CallValue, depth: usize) -> Option<Thing<'a>> {
        let is_plain = matches!(call.path()?.as_str(), "Array.from" | "Object.values") && call.args.len() == 1;
        let given = call.positional(0).filter(|_| is_plain)?;
        let values = self.behind(self.value(at, given, depth + 1)?, depth)?;
        matches!(values, Thing::Many { .. } | Thing::List { .. }).then_some(values)
    }

    fn call(&self, at: At<'a>, call: &'a CallValue, depth: usize) -> Option<Thing<'a>> {
        let Some(receiver) = &call.receiver else {
            return match (call.callee.as_str(), call.positional(0)) {
                ("require", Some(Value::Text(module))) => {
                    self.target(at.file, module).map(|target| self.required(target, depth))
                }
                ("import", Some(Value::Text(module))) => self.target(at.file, module).map(Thing::Module),
                ("inject", Some(Value::Name(class))) => self.instance(at, class, None, depth),
                (callee, _) => match self.root(at, callee, depth + 1) {
                    Some(callee) => {
                        self.stated(at, call, callee, depth).or_else(|| self.returned(callee, call.is_new, depth))
                    }
                    // `new Map<string, Order>()`
                    None if call.is_new => call.type_args.last().map(|item| Thing::Many { at, item: item.as_str() }),
                    None => holder(at, call),
                },
            };
        };
        let Some(receiver) = self.value(at, receiver, depth + 1) else {
            let located = self.located(at, call, depth).or_else(|| self.values_again(at, call, depth));
            return located.or_else(|| holder(at, call));
        };
        if let ("[]", Some(Value::Number(position))) = (call.callee.as_str(), call.positional(0)) {
            return self.step(receiver, &format!("[{position}]"), depth + 1);
        }
        let is_stream = || matches!(self.behind(receiver, depth), Some(Thing::Many { .. }));
        if call.callee == "pipe" && is_stream() {
            let passes = |value: &Value| value.as_call().is_some_and(|it| PASSING.contains(&it.callee.as_str()));
            return call.args.iter().all(|arg| passes(&arg.value)).then(|| self.behind(receiver, depth)).flatten();
        }
        let stated = || {
            let callee = self.step(receiver, &call.callee, depth + 1).filter(|_| !call.type_args.is_empty())?;
            self.stated(at, call, callee, depth)
        };
        stated().or_else(|| self.called(receiver, &call.callee, call.is_new, depth))
    }

    /// What a generic class or function gives whose type arguments are stated: `resolve<Orders>("orders")`.
    fn stated(&self, at: At<'a>, call: &'a CallValue, callee: Thing<'a>, depth: usize) -> Option<Thing<'a>> {
        let (symbol, _) = callee.defined().filter(|_| !call.type_args.is_empty())?;
        let definition = self.definition(symbol.file, symbol.definition?)?;
        let types = Types::new(&definition.type_parameters, Arguments::List(&call.type_args), at)?;
        match definition.kind {
            SymbolKind::Class if call.is_new => Some(Thing::instance(symbol, Some(types))),
            SymbolKind::Function | SymbolKind::Method => {
                let inside = At { types: Some(types), ..At::new(symbol.file, definition.parent) };
                self.instance(inside, definition.type_name.as_deref()?, definition.parent, depth)
            }
            _ => None,
        }
    }

    /// What a container of services that is not of this repository is asked for: `app.get(OrdersService)`.
    fn located(&self, at: At<'a>, call: &'a CallValue, depth: usize) -> Option<Thing<'a>> {
        if !LOCATORS.contains(&call.callee.as_str()) {
            return None;
        }
        if let [stated] = call.type_args.as_slice() {
            return self.instance(at, stated, None, depth);
        }
        let class = call.positional(0)?.as_name()?;
        let found = self.instance(at, class, None, depth)?;
        let Thing::Instance { class, .. } = found else { return None };
        (self.definition(class.file, class.definition?)?.kind == SymbolKind::Class).then_some(found)
    }

    /// What a call of a thing gives.
    pub(super) fn returned(&self, callee: Thing<'a>, is_new: bool, depth: usize) -> Option<Thing<'a>> {
        let (symbol, types) = callee.defined()?;
        let definition = self.definition(symbol.file, symbol.definition?)?;
        match definition.kind {
            SymbolKind::Class if is_new => Some(Thing::instance(symbol, None)),
            SymbolKind::Function | SymbolKind::Method => {
                let at = At { types, ..At::new(symbol.file, definition.parent) };
                if let Some(type_name) = definition.type_name.as_deref() {
                    return self.instance(at, type_name, definition.parent, depth);
                }
                let inside = At { types, ..At::new(symbol.file, symbol.definition) };
                let returns = self.table(symbol.file)?.assignments("return");
                let mut own = returns.iter().filter(|given| given.enclosing == symbol.definition);
                let given = own.next().filter(|_| own.next().is_none())?;
                self.value(inside, &given.value, depth + 1)
            }
            _ => None,
        }
    }

    /// A value of the type that an annotation names. `class` is what a returned `this` means.
    pub(super) fn instance(
        &self,
        at: At<'a>,
        annotation: &'a str,
        class: Option<DefinitionIndex>,
        depth: usize,
    ) -> Option<Thing<'a>> {
        let (name, arguments) = match Annotation::of(annotation)? {
            Annotation::Named(name) => (name, None),
            Annotation::Generic(name, arguments) => (name, Some(arguments)),
            Annotation::Tuple(tuple) => return Some(Thing::Tuple { at, tuple }),
            Annotation::Many(item) => return Some(Thing::Many { at, item }),
            Annotation::Object(object) => return Some(Thing::Shape { at, object }),
            Annotation::All(annotation) => return Some(Thing::Mixed { at, annotation }),
        };
        if let Some(value) = name.strip_prefix("typeof ") {
            return self.whole(at, value.trim(), depth + 1);
        }
        if name == "this" {
            let class = Symbol { file: at.file, definition: Some(class?) };
            return Some(Thing::instance(class, at.types));
        }
        if let Some((given, from)) = at.types.and_then(|types| types.given(name)) {
            // What is given has no type parameters of its own: this ends.
            return self.instance(from, given, None, depth + 1);
        }
        let Thing::Definition(found) = self.whole(at, name, depth + 1)? else { return None };
        let definition = self.definition(found.file, found.definition?)?;
        let types = arguments.and_then(|it| Types::new(&definition.type_parameters, Arguments::Text(it), at));
        // An alias of a list stands for the list; one of an object type has members of its own.
        if let Some(alias) = definition.type_name.as_deref().filter(|_| definition.kind == SymbolKind::Type) {
            let outer = At { types, ..At::new(found.file, definition.parent) };
            if let Some(Annotation::Many(item)) = Annotation::of(alias) {
                return Some(Thing::Many { at: outer, item });
            }
        }
        definition.kind.is_type().then_some(Thing::instance(found, types))
    }
}

/// What a library's function gives that holds its argument.
fn holder<'a>(at: At<'a>, call: &'a CallValue) -> Option<Thing<'a>> {
    let is_library = |of: &Value| of.as_name().is_some_and(|name| HOLDING_LIBRARIES.contains(&name));
    let (_, member) = HOLDERS.iter().find(|(callee, _)| *callee == call.callee)?;
    call.receiver.as_ref().is_none_or(is_library).then_some(Thing::Holder { at, call, member })
}
