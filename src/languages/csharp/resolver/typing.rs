//! Declared and inferred types of names, as far as they matter for what a member means.

use crate::codebase::graph::Symbol;
use crate::codebase::outline::{CallValue, SymbolKind, Value};
use crate::codebase::{Atom, Facts};

use super::super::super::Resolved;
use super::super::extract::split_arguments;
use super::Names;
use super::index::Place;
use super::locals::{Locals, Origin};
use super::lookup::Arity;
use super::sequences::TUPLE;

/// How far inference follows one value through others: a link of a chain is one step, a local name is several.
pub(super) const DEPTH_MAX: usize = 20;
/// How many steps a local name is.
pub(super) const LOCAL_STEPS: usize = 5;
/// How deep type arguments are read.
const ARGUMENTS_DEPTH_MAX: usize = 4;

/// A type with its arguments.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Typed<'a> {
    /// Its declaration, if it is one of this repository.
    pub(super) symbol: Option<Symbol>,
    /// Its plain name; empty where nothing is known of it.
    pub(super) name: &'a str,
    pub(super) args: Vec<Typed<'a>>,
    /// Whether it is a type parameter; its declaration is that of the type that it must be.
    pub(super) is_parameter: bool,
}

impl Typed<'_> {
    pub(super) fn is_unknown(&self) -> bool {
        self.name.is_empty() || self.is_parameter && self.symbol.is_none()
    }
}

/// What is called, on what.
pub(super) struct Callee<'a> {
    pub(super) method: Symbol,
    pub(super) holder: Typed<'a>,
    pub(super) is_extension: bool,
}

impl<'a> Names<'a> {
    /// The type that a declaration stands for.
    pub(super) fn type_of_symbol(&self, symbol: Symbol) -> Typed<'a> {
        let name = self.index.definition(symbol).map_or("", |definition| definition.name.as_str());
        Typed { symbol: Some(symbol), name, ..Typed::default() }
    }

    /// A type as written at a place.
    pub(super) fn typed(&self, place: Place, text: &'a str) -> Typed<'a> {
        self.typed_within(place, text, 0)
    }

    fn typed_within(&self, place: Place, text: &'a str, depth: usize) -> Typed<'a> {
        let text = text.trim().trim_end_matches('?');
        if depth > ARGUMENTS_DEPTH_MAX {
            return Typed::default();
        }
        if let Some(elements) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            let elements =
                split_arguments(elements).map(|element| self.typed_within(place, unnamed(element), depth + 1));
            return Typed { name: TUPLE, args: elements.collect(), ..Typed::default() };
        }
        if let Some(inner) = text.strip_suffix("[]") {
            let inner = self.typed_within(place, inner, depth + 1);
            return Typed { name: "[]", args: vec![inner], ..Typed::default() };
        }
        let (name, args) = match text.split_once('<') {
            Some((name, rest)) => (name, rest.strip_suffix('>').unwrap_or(rest)),
            None => (text, ""),
        };
        let args: Vec<Typed<'a>> = if args.is_empty() {
            Vec::new()
        } else {
            split_arguments(args).map(|arg| self.typed_within(place, arg, depth + 1)).collect()
        };
        self.named(place, name, args)
    }

    fn named(&self, place: Place, name: &'a str, args: Vec<Typed<'a>>) -> Typed<'a> {
        let Some((_, last)) = name.rsplit_once('.') else {
            let is_parameter = |symbol: Symbol| {
                let definition = self.index.definition(symbol);
                definition.is_some_and(|definition| definition.type_parameters.iter().any(|own| own == name))
            };
            if args.is_empty()
                && let Some(generic) = self.index.around(place).find(|symbol| is_parameter(*symbol))
            {
                let symbol = self.constraint(generic, name);
                return Typed { symbol, name, is_parameter: true, ..Typed::default() };
            }
            let symbol = self.type_with(place, &[name], args.len());
            return Typed { symbol, name, args, is_parameter: false };
        };
        let parts: Vec<&str> = name.split('.').collect();
        Typed { symbol: self.type_with(place, &parts, args.len()), name: last, args, is_parameter: false }
    }

    /// The type of this repository that a type parameter must be.
    fn constraint(&self, generic: Symbol, parameter: &str) -> Option<Symbol> {
        let constraints = self.index.definition(generic)?.constraints.iter().filter(|(own, _)| own == parameter);
        { constraints }.find_map(|(_, asked)| {
            let (name, arguments) = asked.split_once('<').unwrap_or((asked, ""));
            let count = if arguments.is_empty() { 0 } else { split_arguments(arguments.strip_suffix('>')?).count() };
            let parts: Vec<&str> = name.trim_end_matches('?').split('.').collect();
            self.type_with(generic.into(), &parts, count)
        })
    }

    /// The type of a whole name with this many type arguments.
    fn type_with(&self, place: Place, parts: &[&str], arguments: usize) -> Option<Symbol> {
        let found = if arguments == 0 {
            self.type_at(place, parts, Arity::Last)
        } else {
            let last = *parts.last()?;
            self.index.space.word(last).or_else(|| self.usings.alias(place.file, last).map(|_| 0))?;
            let open = format!("{last}<{}>", ",".repeat(arguments - 1));
            let mut parts = parts.to_vec();
            *parts.last_mut()? = &open;
            self.type_at(place, &parts, Arity::Last)
        };
        found.filter(|(_, used)| *used == parts.len()).map(|(symbol, _)| symbol)
    }

    pub(super) fn facts(&self, place: Place) -> Option<&'a Facts> {
        self.index.scope.facts.get(place.file as usize)
    }

    pub(super) fn locals(&self, place: Place) -> Option<&Locals<'a>> {
        let locals = self.locals.get(place.file as usize)?;
        Some(locals.get_or_init(|| self.facts(place).map(Locals::read).unwrap_or_default()))
    }

    /// What a chain of calls means where its calls say more than their names do. Nothing if two chains of these names
    /// in one definition mean different things.
    pub(super) fn resolve_chain(&self, place: Place, parts: &[&str]) -> Option<Resolved> {
        let outline = &self.facts(place)?.outline;
        let callee = *parts.last()?;
        let word = self.index.space.word(callee)?;
        let mut found: Option<Symbol> = None;
        for index in self.locals(place)?.calls(callee) {
            let Some(call) = outline.calls.get(*index as usize).filter(|call| call.enclosing == place.enclosing) else {
                continue;
            };
            let Some(receiver) = call.value.receiver.as_ref() else { continue };
            if matches!(receiver, Value::Name(_)) || !is_spelt(receiver, parts.get(..parts.len() - 1)?) {
                continue;
            }
            let holder = self.type_of(place, receiver, LOCAL_STEPS)?.unwrapped();
            let (method, _) = self.member(holder.symbol?, word)?;
            if found.is_some_and(|found| found != method) {
                return None;
            }
            found = Some(method);
        }
        found.map(|symbol| Resolved { symbol, rest: 0, by_name: false })
    }

    /// The types that a local variable or parameter may have at a place; several where a name is used more than once.
    /// One that is not known stands as such. `None` if there is no local of this name.
    pub(super) fn local(&self, place: Place, name: &str, depth: usize) -> Option<Vec<Typed<'a>>> {
        let locals = self.locals(place)?;
        let around = self.index.around(place).map(|symbol| symbol.definition);
        for enclosing in around.chain([None]) {
            let scope = Place { file: place.file, enclosing };
            let definition = self.index.definition(Symbol { file: place.file, definition: enclosing });
            let mut parameters = definition.into_iter().flat_map(|definition| &definition.parameters);
            if let Some(parameter) = parameters.find(|parameter| parameter.name == name) {
                let declared = parameter.type_name.as_deref();
                return Some(vec![declared.map(|text| self.typed(scope, text)).unwrap_or_default()]);
            }
            // Names within a field's value or a page's markup are nothing to the methods beside them.
            let is_apart = enclosing != place.enclosing && definition.is_some_and(|it| it.kind.is_type());
            if is_apart || locals.origins(enclosing, name).next().is_none() {
                continue;
            }
            // What is given to a field without `this.` looks like a local.
            if !locals.origins(enclosing, name).any(|origin| self.declares(scope, origin)) && self.is_field(place, name)
            {
                return None;
            }
            let mut types: Vec<Typed<'a>> = Vec::new();
            for origin in locals.origins(enclosing, name) {
                let typed = self.type_of_origin(scope, origin, depth + LOCAL_STEPS).unwrap_or_default();
                if !types.contains(&typed) {
                    types.push(typed);
                }
            }
            return Some(types);
        }
        None
    }

    /// Whether an origin can only be that of a local: it states a type, or is a parameter.
    fn declares(&self, place: Place, origin: Origin) -> bool {
        match origin {
            Origin::Assignment(index) => {
                let assignments = self.facts(place).map(|facts| facts.outline.assignments.as_slice());
                let assignment = assignments.and_then(|assignments| assignments.get(index as usize));
                assignment.is_some_and(|it| it.type_name.is_some() || matches!(it.value, Value::Spread(_)))
            }
            Origin::Parameter { .. } | Origin::Given { .. } | Origin::Out { .. } => true,
        }
    }

    /// Whether a type around a place has a field or property of this name.
    fn is_field(&self, place: Place, name: &str) -> bool {
        let Some(word) = self.index.space.word(name) else { return false };
        let member = self.index.types_around(place).find_map(|holder| self.member(holder, word));
        member.is_some_and(|(member, _)| self.index.kind(member) == Some(SymbolKind::Field))
    }

    fn type_of_origin(&self, place: Place, origin: Origin, depth: usize) -> Option<Typed<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        let outline = &self.facts(place)?.outline;
        match origin {
            Origin::Assignment(index) => {
                let assignment = outline.assignments.get(index as usize)?;
                match assignment.type_name.as_deref() {
                    Some(text) => Some(self.typed(place, text)),
                    None => self.type_of(place, &assignment.value, depth),
                }
            }
            Origin::Parameter { call, argument, parameter } => {
                let call = &outline.calls.get(call as usize)?.value;
                self.type_of_parameter(place, call, argument as usize, parameter as usize, depth)
            }
            Origin::Given { assignment, parameter } => {
                let declared = outline.assignments.get(assignment as usize)?.type_name.as_deref()?;
                self.given(self.typed(place, declared), parameter as usize)
            }
            Origin::Out { call, argument } => {
                let call = &outline.calls.get(call as usize)?.value;
                self.type_handed_out(place, call, argument as usize, depth)
            }
        }
    }

    /// The type of the variable that a call hands out by an argument: `map.TryGetValue(id, out var order)`.
    fn type_handed_out(&self, place: Place, call: &'a CallValue, argument: usize, depth: usize) -> Option<Typed<'a>> {
        let holder =
            call.receiver.as_ref().map(|it| self.type_of(place, it, depth + 1).unwrap_or_default().unwrapped());
        if let Some(callee) = self.callee(place, call, holder.as_ref()) {
            let method = self.overload(&callee, call);
            let callee = Callee { method, ..callee };
            let definition = self.index.definition(method)?;
            let declared = definition.parameters.get(argument + usize::from(callee.is_extension))?;
            let is_out = declared.modifiers.iter().any(|it| it == "out");
            let wanted = self.typed(method.into(), declared.type_name.as_deref().filter(|_| is_out)?);
            return Some(self.filled(place, wanted, &callee, call));
        }
        match call.type_args.as_slice() {
            [asked] if call.callee.starts_with("Try") => Some(self.typed(place, asked)),
            _ => holder?.handed_out_by(&call.callee),
        }
    }

    /// The type of a parameter of a function literal that a call is given.
    fn type_of_parameter(
        &self,
        place: Place,
        call: &'a CallValue,
        argument: usize,
        parameter: usize,
        depth: usize,
    ) -> Option<Typed<'a>> {
        let holder =
            call.receiver.as_ref().map(|it| self.type_of(place, it, depth + 1).unwrap_or_default().unwrapped());
        if let Some(callee) = self.callee(place, call, holder.as_ref()) {
            let definition = self.index.definition(callee.method)?;
            let declared = match call.args.get(argument)?.name.as_deref() {
                Some(name) => definition.parameters.iter().find(|it| it.name == name),
                None => definition.parameters.get(argument + usize::from(callee.is_extension)),
            };
            let wanted = self.typed(callee.method.into(), declared?.type_name.as_deref()?);
            let given = self.given(self.filled(place, wanted, &callee, call), parameter)?;
            let is_known = !given.is_parameter;
            let element = if is_known { None } else { callee.holder.element() };
            return element.or_else(|| (is_known || given.symbol.is_some()).then_some(given));
        }
        if let ("Configure" | "PostConfigure", [asked]) = (call.callee.as_str(), call.type_args.as_slice()) {
            return Some(self.typed(place, asked));
        }
        holder?.given_by(&call.callee, parameter)
    }

    /// What a function literal is given as its parameter, where this is the type of its place.
    fn given(&self, wanted: Typed<'a>, parameter: usize) -> Option<Typed<'a>> {
        let Some(symbol) = wanted.symbol.filter(|symbol| self.index.kind(*symbol) == Some(SymbolKind::Type)) else {
            return wanted.given(parameter);
        };
        // A delegate of this repository.
        let declared = self.index.definition(symbol)?.parameters.get(parameter)?.type_name.as_deref()?;
        Some(self.fill_for(self.typed(symbol.into(), declared), symbol, &wanted.args))
    }

    /// A type that a method names, with the type arguments of its holder and of the call put in.
    fn filled(&self, place: Place, typed: Typed<'a>, callee: &Callee<'a>, call: &'a CallValue) -> Typed<'a> {
        let typed = match self.index.parent(callee.method) {
            Some(owner) if !callee.is_extension => {
                let seen = self.as_base(&callee.holder, owner);
                self.fill_for(typed, owner, &seen.args)
            }
            _ => typed,
        };
        let arguments: Vec<Typed<'a>> = call.type_args.iter().map(|asked| self.typed(place, asked)).collect();
        self.fill_for(typed, callee.method, &arguments)
    }

    fn fill_for(&self, typed: Typed<'a>, generic: Symbol, args: &[Typed<'a>]) -> Typed<'a> {
        let parameters = self.index.definition(generic).map(|it| it.type_parameters.as_slice()).unwrap_or_default();
        if parameters.is_empty() || args.is_empty() { typed } else { fill(typed, parameters, args, 0) }
    }

    /// The method of this repository that a call means, on a receiver of this type if it has one.
    fn callee(&self, place: Place, call: &CallValue, holder: Option<&Typed<'a>>) -> Option<Callee<'a>> {
        let word = self.index.space.word(&call.callee)?;
        let Some(holder) = holder else {
            let method = self.member_in_reach(place, word)?;
            return Some(Callee { method, holder: Typed::default(), is_extension: false });
        };
        let member = holder.symbol.and_then(|symbol| self.member(symbol, word)).map(|(method, _)| method);
        let method = member.or_else(|| self.extension(place, word, Some(holder)).map(|(method, _)| method))?;
        Some(Callee { method, holder: holder.clone(), is_extension: member.is_none() })
    }

    /// The type of a value, if it can be told.
    pub(super) fn type_of(&self, place: Place, value: &'a Value, depth: usize) -> Option<Typed<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        match value {
            Value::Name(name) => self.type_of_path(place, name, depth + 1),
            Value::Call(call) if call.is_new => self.type_of_construction(place, call),
            Value::Call(call) => self.type_of_call(place, call, depth),
            Value::Member(holder, name) => {
                let holder = self.type_of(place, holder, depth + 1)?;
                self.member_type(&holder.unwrapped(), name, depth + 1)
            }
            Value::Spread(inner) => self.type_of(place, inner, depth + 1)?.element(),
            Value::Choice(values) => values.iter().find_map(|value| self.type_of(place, value, depth + 1)),
            Value::Text(_) | Value::Join(_) => Some(Typed { name: "string", ..Typed::default() }),
            _ => None,
        }
    }

    fn type_of_construction(&self, place: Place, call: &'a CallValue) -> Option<Typed<'a>> {
        let args: Vec<Typed<'a>> = call.type_args.iter().map(|arg| self.typed(place, arg)).collect();
        let symbol = match &call.receiver {
            None => self.type_with(place, &[&call.callee], args.len()),
            Some(Value::Name(receiver)) => {
                let parts: Vec<&str> = receiver.split('.').chain([call.callee.as_str()]).collect();
                self.type_with(place, &parts, args.len())
            }
            Some(_) => return None,
        };
        Some(Typed { symbol, name: &call.callee, args, is_parameter: false })
    }

    fn type_of_call(&self, place: Place, call: &'a CallValue, depth: usize) -> Option<Typed<'a>> {
        // `provider.GetRequiredService<IOrders>()` and the like give what they are asked for.
        if let ("GetRequiredService" | "GetService" | "CreateInstance" | "Get" | "Deserialize", [asked]) =
            (call.callee.as_str(), call.type_args.as_slice())
        {
            return Some(self.typed(place, asked));
        }
        let holder =
            call.receiver.as_ref().map(|it| self.type_of(place, it, depth + 1).unwrap_or_default().unwrapped());
        if let Some(holder) = &holder {
            if call.callee == "[]" {
                let own = holder.symbol.and_then(|_| self.member_type(holder, "this", depth + 1));
                return own.or_else(|| holder.clone().subscripted());
            }
            let projected = || {
                let returned = call.positional(0)?.as_function()?.returns.as_ref()?;
                self.type_of(place, returned, depth + 1)
            };
            if let Some(found) = holder.called(&call.callee, projected) {
                return Some(found);
            }
        }
        let callee = self.callee(place, call, holder.as_ref())?;
        let callee = Callee { method: self.overload(&callee, call), ..callee };
        self.given_by_call(place, &callee, call)
    }

    /// What calling a method gives.
    fn given_by_call(&self, place: Place, callee: &Callee<'a>, call: &'a CallValue) -> Option<Typed<'a>> {
        let returned = self.declared_type(callee.method, &Typed::default())?;
        let filled = self.filled(place, returned, callee, call);
        if callee.is_extension && filled.is_parameter {
            return self.extended(callee.method, &callee.holder, &filled);
        }
        Some(filled)
    }

    /// What an extension method gives that returns a type parameter: its receiver or an element of it, where that is
    /// what the parameter stands for.
    fn extended(&self, method: Symbol, holder: &Typed<'a>, returned: &Typed<'a>) -> Option<Typed<'a>> {
        let first = self.index.definition(method)?.parameters.first()?.type_name.as_deref()?;
        let wanted = self.typed(method.into(), first);
        if wanted.name == returned.name {
            return Some(holder.clone());
        }
        (wanted.element()?.name == returned.name).then(|| holder.clone().element()).flatten()
    }

    /// What calling a method of this name gives, where nothing is known of its arguments.
    pub(super) fn called_type(
        &self,
        place: Place,
        holder: &Typed<'a>,
        method: &str,
        depth: usize,
    ) -> Option<Typed<'a>> {
        if let Some(found) = holder.called(method, || None) {
            return Some(found);
        }
        let word = self.index.space.word(method)?;
        if holder.symbol.is_some_and(|symbol| self.member(symbol, word).is_some()) {
            return self.member_type(holder, method, depth + 1);
        }
        let (method, _) = self.extension(place, word, Some(holder))?;
        let returned = self.declared_type(method, &Typed::default())?;
        if returned.is_parameter { self.extended(method, holder, &returned) } else { Some(returned) }
    }

    /// The type of a field or property, or what a method returns, on a value of type `holder`.
    pub(super) fn member_type(&self, holder: &Typed<'a>, name: &str, depth: usize) -> Option<Typed<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        let Some(symbol) = holder.symbol else { return holder.property(name) };
        let word = self.index.space.word(name);
        if let Some((member, through)) = word.and_then(|word| self.member(symbol, word)) {
            return self.declared_type(member, &self.as_base(holder, through));
        }
        let parameter = self.primary_parameter(symbol, name).or_else(|| self.deconstructed(symbol, name))?;
        let typed = self.typed(symbol.into(), parameter);
        Some(self.fill_for(typed, symbol, &holder.args))
    }

    /// The declared type of a primary constructor's parameter: a record's property.
    fn primary_parameter(&self, holder: Symbol, name: &str) -> Option<&'a str> {
        self.lineage(&holder).iter().find_map(|symbol| {
            let definition = self.index.definition(*symbol)?;
            definition.parameters.iter().find(|parameter| parameter.name == name)?.type_name.as_deref()
        })
    }

    /// The declared type of what a record is taken apart into: `Item1` is its first parameter.
    fn deconstructed(&self, holder: Symbol, name: &str) -> Option<&'a str> {
        let position = name.strip_prefix("Item")?.parse::<usize>().ok()?.checked_sub(1)?;
        self.index.definition(holder)?.parameters.get(position)?.type_name.as_deref()
    }

    /// `holder` seen as its base `base`, with that base's arguments.
    fn as_base(&self, holder: &Typed<'a>, base: Symbol) -> Typed<'a> {
        let mut current = holder.clone();
        for _ in 0..DEPTH_MAX {
            let Some(symbol) = current.symbol.filter(|symbol| !self.index.is_same(*symbol, base)) else { break };
            let mut bases = self.bases(symbol);
            let Some((_, text)) = bases.find(|(it, _)| self.derives(*it, base)) else { break };
            let typed = self.typed(symbol.into(), text);
            current = self.fill_for(typed, symbol, &current.args);
        }
        current
    }

    /// The declared type of a member, its holder's type parameters filled in.
    pub(super) fn declared_type(&self, member: Symbol, holder: &Typed<'a>) -> Option<Typed<'a>> {
        let definition = self.index.definition(member)?;
        let owner = self.index.parent(member);
        if definition.kind == SymbolKind::Member {
            return owner.map(|owner| self.type_of_symbol(owner));
        }
        let typed = self.typed(member.into(), definition.type_name.as_deref()?);
        Some(owner.map_or_else(|| typed.clone(), |owner| self.fill_for(typed.clone(), owner, &holder.args)))
    }
}

/// Whether a value is written as these parts of a dotted name: calls stand as `()`.
pub(super) fn is_spelt(value: &Value, parts: &[&str]) -> bool {
    let (mut value, mut end) = (value, parts.len());
    loop {
        let Some(last) = end.checked_sub(1).and_then(|last| parts.get(last)).copied() else { return false };
        value = match value {
            Value::Call(call) if last.strip_suffix("()") == Some(call.callee.as_str()) => match &call.receiver {
                Some(receiver) => receiver,
                None => return end == 1,
            },
            Value::Member(holder, name) if *name == last => holder,
            Value::Name(name) if !last.is_empty() => {
                return name.split('.').eq(parts.get(..end).unwrap_or_default().iter().copied());
            }
            // What is no name is not spelt out.
            _ => return end == 1 && last.is_empty(),
        };
        end -= 1;
    }
}

/// The type of an element of a tuple, which may have a name.
fn unnamed(element: &str) -> &str {
    let is_inside = |rest: &str| rest.contains(['>', ')', ']', '?']);
    match element.trim().rsplit_once(' ') {
        Some((typed, name)) if !is_inside(name) => typed,
        _ => element,
    }
}

fn fill<'a>(typed: Typed<'a>, parameters: &[Atom], args: &[Typed<'a>], depth: usize) -> Typed<'a> {
    if depth > ARGUMENTS_DEPTH_MAX {
        return typed;
    }
    let position = parameters.iter().position(|parameter| *parameter == typed.name);
    if let Some(arg) = position.filter(|_| typed.args.is_empty()).and_then(|position| args.get(position)) {
        return arg.clone();
    }
    let inner = typed.args.into_iter().map(|inner| fill(inner, parameters, args, depth + 1)).collect();
    Typed { args: inner, ..typed }
}
