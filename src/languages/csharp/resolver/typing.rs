//! Declared and inferred types of names, as far as they matter for what a member means.

use crate::codebase::Atom;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{CallValue, DefinitionIndex, SymbolKind, Value};

use super::super::extract::split_arguments;
use super::Names;

/// How far inference follows one value through others.
pub(super) const DEPTH_MAX: usize = 6;
/// How deep type arguments are read.
const ARGUMENTS_DEPTH_MAX: usize = 4;

/// Types whose only argument is what they hold.
const SEQUENCES: &[&str] = &[
    "IEnumerable",
    "List",
    "IList",
    "ICollection",
    "IReadOnlyList",
    "IReadOnlyCollection",
    "IQueryable",
    "HashSet",
    "ISet",
    "IAsyncEnumerable",
    "Collection",
    "ObservableCollection",
    "Queue",
    "Stack",
    "ConcurrentBag",
    "ImmutableList",
    "DbSet",
    "ImmutableArray",
    "IOrderedEnumerable",
    "IOrderedQueryable",
    "IIncludableQueryable",
    "Span",
    "ReadOnlySpan",
];
/// Types that stand for their argument once awaited or asked for their value.
const WRAPPERS: &[&str] = &["Task", "ValueTask", "Nullable", "Lazy", "IOptions", "IOptionsSnapshot", "IOptionsMonitor"];
/// Calls on a sequence that give one of its elements.
const ELEMENT_CALLS: &[&str] =
    &["First", "Single", "Last", "Find", "ElementAt", "Min", "Max", "Dequeue", "Peek", "Pop"];
/// Calls on a sequence that give such a sequence again.
const SEQUENCE_CALLS: &[&str] = &[
    "Where",
    "OrderBy",
    "OrderByDescending",
    "ThenBy",
    "ThenByDescending",
    "Take",
    "Skip",
    "Distinct",
    "Reverse",
    "ToList",
    "ToListAsync",
    "ToArray",
    "ToArrayAsync",
    "AsEnumerable",
    "AsQueryable",
    "AsNoTracking",
    "Include",
    "ThenInclude",
    "Concat",
    "ConfigureAwait",
    "AsReadOnly",
    "FindAll",
    "AsSplitQuery",
    "IgnoreQueryFilters",
    "AsTracking",
];

/// A type with its arguments.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Typed {
    /// Its declaration, if it is one of this repository.
    pub(super) symbol: Option<Symbol>,
    /// Its plain name.
    pub(super) name: Atom,
    pub(super) args: Vec<Typed>,
}

impl Typed {
    pub(super) fn of(symbol: Symbol, name: &str) -> Self {
        Self { symbol: Some(symbol), name: Atom::new(name), args: Vec::new() }
    }

    /// What is inside `Task<..>`, `IOptions<..>` and the like.
    pub(super) fn unwrapped(self) -> Self {
        let mut current = self;
        while current.symbol.is_none() && WRAPPERS.contains(&current.name.as_str()) {
            match current.args.pop() {
                Some(inner) => current = inner,
                None => break,
            }
        }
        current
    }

    fn element(self) -> Option<Self> {
        let mut current = self.unwrapped();
        if current.name == "[]" || SEQUENCES.contains(&current.name.as_str()) { current.args.pop() } else { None }
    }
}

impl Names<'_> {
    /// A type as written at a place.
    pub(super) fn typed(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, text: &str) -> Typed {
        self.typed_within(file, enclosing, text, 0)
    }

    fn typed_within(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, text: &str, depth: usize) -> Typed {
        let text = text.trim().trim_end_matches('?');
        if depth > ARGUMENTS_DEPTH_MAX {
            return Typed::default();
        }
        if let Some(inner) = text.strip_suffix("[]") {
            let inner = self.typed_within(file, enclosing, inner, depth + 1);
            return Typed { symbol: None, name: Atom::new("[]"), args: vec![inner] };
        }
        let (name, args) = match text.split_once('<') {
            Some((name, rest)) => (name, rest.strip_suffix('>').unwrap_or(rest)),
            None => (text, ""),
        };
        let args = if args.is_empty() {
            Vec::new()
        } else {
            split_arguments(args).map(|arg| self.typed_within(file, enclosing, arg, depth + 1)).collect()
        };
        let parts: Vec<&str> = name.split('.').collect();
        let symbol =
            self.type_at(file, enclosing, &parts).filter(|(_, used)| *used == parts.len()).map(|(symbol, _)| symbol);
        Typed { symbol, name: Atom::new(parts.last().copied().unwrap_or_default()), args }
    }

    /// The type of a local variable or parameter that a place can see.
    pub(super) fn local(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        depth: usize,
    ) -> Option<Typed> {
        let facts = self.index.scope.facts.get(file as usize)?;
        let mut scope = enclosing;
        loop {
            let definition = scope.and_then(|index| facts.outline.definitions.get(index as usize));
            let is_type = definition.is_some_and(|definition| definition.kind.is_type());
            if let Some(parameter) =
                definition.and_then(|it| it.parameters.iter().find(|parameter| parameter.name == name))
            {
                return Some(
                    parameter.type_name.as_deref().map(|text| self.typed(file, scope, text)).unwrap_or_default(),
                );
            }
            if !is_type && let Some(position) = self.assigned.get(&(file, scope, name)) {
                let assignment = facts.outline.assignments.get(*position)?;
                return Some(match &assignment.type_name {
                    Some(text) => self.typed(file, scope, text),
                    None => self.type_of(file, scope, &assignment.value, depth + 1).unwrap_or_default(),
                });
            }
            let index = scope?;
            scope = definition?.parent.filter(|parent| *parent < index);
        }
    }

    /// The type of a value, if it can be told.
    fn type_of(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        value: &Value,
        depth: usize,
    ) -> Option<Typed> {
        if depth > DEPTH_MAX {
            return None;
        }
        match value {
            Value::Name(name) => self.type_of_path(file, enclosing, name, depth + 1),
            Value::Call(call) if call.is_new => {
                let path = call.path()?;
                let text = if call.type_args.is_empty() {
                    path.to_string()
                } else {
                    format!("{path}<{}>", call.type_args.join(","))
                };
                Some(self.typed(file, enclosing, &text))
            }
            Value::Call(call) => self.type_of_call(file, enclosing, call, depth),
            Value::Member(holder, name) => {
                let holder = self.type_of(file, enclosing, holder, depth + 1)?;
                self.member_type(&holder.unwrapped(), name, depth + 1)
            }
            Value::Spread(inner) => self.type_of(file, enclosing, inner, depth + 1)?.element(),
            Value::Choice(values) => values.iter().find_map(|value| self.type_of(file, enclosing, value, depth + 1)),
            _ => None,
        }
    }

    fn type_of_call(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        call: &CallValue,
        depth: usize,
    ) -> Option<Typed> {
        // `provider.GetRequiredService<IOrders>()` and the like give what they are asked for.
        if let ("GetRequiredService" | "GetService" | "CreateInstance" | "Get" | "Deserialize", [asked]) =
            (call.callee.as_str(), call.type_args.as_slice())
        {
            return Some(self.typed(file, enclosing, asked));
        }
        let Some(receiver) = &call.receiver else {
            let method = self.member_in_reach(file, enclosing, &call.callee)?;
            return self.declared_type(method, &Typed::default());
        };
        let holder = self.type_of(file, enclosing, receiver, depth + 1)?;
        if call.callee == "[]" {
            return holder.element();
        }
        self.called_type(holder, &call.callee, depth)
    }

    /// What calling a method of a type gives.
    pub(super) fn called_type(&self, holder: Typed, method: &str, depth: usize) -> Option<Typed> {
        let holder = holder.unwrapped();
        if SEQUENCE_CALLS.contains(&method) {
            return Some(holder);
        }
        if ELEMENT_CALLS.iter().any(|call| method.starts_with(call)) && holder.clone().element().is_some() {
            return holder.element();
        }
        self.member_type(&holder, method, depth + 1)
    }

    /// The type of a field or property, or what a method returns, on a value of type `holder`.
    pub(super) fn member_type(&self, holder: &Typed, name: &str, depth: usize) -> Option<Typed> {
        if depth > DEPTH_MAX {
            return None;
        }
        if holder.symbol.is_none() && matches!(name, "Value" | "CurrentValue" | "Result") {
            return Some(holder.clone());
        }
        if let Some(found) = self.member(holder.symbol?, name) {
            let (member, through) = found;
            return self.declared_type(member, &self.as_base(holder, through));
        }
        let parameter = self.primary_parameter(holder.symbol?, name)?;
        Some(self.substituted(holder.symbol?, &parameter, holder))
    }

    /// `holder` seen as its base `base`, with that base's arguments.
    fn as_base(&self, holder: &Typed, base: Symbol) -> Typed {
        let mut current = holder.clone();
        for _ in 0..DEPTH_MAX {
            let Some(symbol) = current.symbol.filter(|symbol| *symbol != base) else { break };
            let bases = self.bases(symbol);
            let Some((_, text)) = bases.iter().find(|(it, _)| *it == base || self.derives(*it, base)) else { break };
            current = self.substituted(symbol, text, &current);
        }
        current
    }

    /// The declared type of a member, its holder's type parameters filled in.
    pub(super) fn declared_type(&self, member: Symbol, holder: &Typed) -> Option<Typed> {
        let definition = self.index.definition(member)?;
        let text = definition.type_name.as_deref()?;
        if definition.kind == SymbolKind::Member {
            return None;
        }
        let owner = self.index.parent(member)?;
        Some(self.substituted_at(member, owner, text, holder))
    }

    fn substituted(&self, owner: Symbol, text: &str, holder: &Typed) -> Typed {
        self.substituted_at(owner, owner, text, holder)
    }

    fn substituted_at(&self, place: Symbol, owner: Symbol, text: &str, holder: &Typed) -> Typed {
        let typed = self.typed(place.file, place.definition, text);
        let parameters = self.index.definition(owner).map(|owner| owner.type_parameters.as_slice()).unwrap_or_default();
        if parameters.is_empty() || holder.args.is_empty() { typed } else { fill(typed, parameters, &holder.args, 0) }
    }
}

fn fill(typed: Typed, parameters: &[Atom], args: &[Typed], depth: usize) -> Typed {
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
