//! What library types hold and give, as far as it matters for the types of values: sequences, tasks, options.

use super::typing::Typed;

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
    "IReadOnlySet",
    "SortedSet",
    "LinkedList",
    "IAsyncEnumerable",
    "Collection",
    "ObservableCollection",
    "ReadOnlyCollection",
    "Queue",
    "Stack",
    "ConcurrentBag",
    "ConcurrentQueue",
    "ImmutableList",
    "DbSet",
    "ImmutableArray",
    "IOrderedEnumerable",
    "IOrderedQueryable",
    "IIncludableQueryable",
    "Span",
    "ReadOnlySpan",
];
/// Types of two arguments, the second of which is found by the first.
const MAPS: &[&str] = &[
    "Dictionary",
    "IDictionary",
    "IReadOnlyDictionary",
    "ConcurrentDictionary",
    "SortedDictionary",
    "ImmutableDictionary",
    "FrozenDictionary",
];
/// What a loop over a map gives.
const PAIR: &str = "KeyValuePair";
/// Properties of maps: any other name after one is a key.
const MAP_PROPERTIES: &[&str] = &["Comparer", "Count", "IsEmpty", "Keys"];
/// The name of all tuples' types.
pub(super) const TUPLE: &str = "()";
/// Calls on a sequence that hand one of its elements out.
const HANDING_OUT: &[&str] = &["TryDequeue", "TryPeek", "TryPop", "TryTake"];
/// Types that stand for their argument once awaited or asked for their value.
const WRAPPERS: &[&str] = &["Task", "ValueTask", "Nullable", "Lazy", "IOptions", "IOptionsSnapshot", "IOptionsMonitor"];
/// Types of function literals' places.
const FUNCTIONS: &[&str] = &["Action", "Func", "Predicate", "Comparison", "EventHandler"];
/// Calls on a sequence that give one of its elements.
const ELEMENT_CALLS: &[&str] =
    &["First", "Single", "Last", "Find", "ElementAt", "MinBy", "MaxBy", "Dequeue", "Peek", "Pop"];
/// Calls that start with the name of one that gives an element, but give something else.
const NO_ELEMENT_CALLS: &[&str] = &["FindAll", "FindIndex", "FindLastIndex"];
/// Calls on a sequence that give such a sequence again.
const SEQUENCE_CALLS: &[&str] = &[
    "Where",
    "OrderBy",
    "OrderByDescending",
    "ThenBy",
    "ThenByDescending",
    "Order",
    "OrderDescending",
    "Take",
    "TakeWhile",
    "TakeLast",
    "Skip",
    "SkipWhile",
    "SkipLast",
    "Distinct",
    "DistinctBy",
    "Reverse",
    "ToList",
    "ToListAsync",
    "ToArray",
    "ToArrayAsync",
    "ToHashSet",
    "ToHashSetAsync",
    "AsEnumerable",
    "AsAsyncEnumerable",
    "AsQueryable",
    "AsParallel",
    "AsNoTracking",
    "Include",
    "ThenInclude",
    "Concat",
    "Union",
    "Except",
    "Intersect",
    "Append",
    "Prepend",
    "DefaultIfEmpty",
    "ConfigureAwait",
    "AsReadOnly",
    "FindAll",
    "AsSplitQuery",
    "IgnoreQueryFilters",
    "AsTracking",
];
/// Calls whose function literal is given something else than an element first.
const OTHER_LITERALS: &[&str] = &["Aggregate", "Join", "GroupJoin", "Zip", "ContinueWith"];

impl Typed<'_> {
    /// What is inside `Task<..>`, `IOptions<..>` and the like.
    pub(super) fn unwrapped(self) -> Self {
        let mut current = self;
        while current.symbol.is_none() && WRAPPERS.contains(&current.name) {
            match current.args.pop() {
                Some(inner) => current = inner,
                None => break,
            }
        }
        current
    }

    pub(super) fn is_sequence(&self) -> bool {
        self.symbol.is_none() && self.args.len() == 1 && (self.name == "[]" || SEQUENCES.contains(&self.name))
    }

    fn is_map(&self) -> bool {
        self.symbol.is_none() && self.args.len() == 2 && MAPS.contains(&self.name)
    }

    /// What a loop over it gives.
    pub(super) fn element(self) -> Option<Self> {
        let mut current = self.unwrapped();
        if current.is_map() {
            return Some(Typed { name: PAIR, ..current });
        }
        if current.is_sequence() { current.args.pop() } else { None }
    }

    /// What a subscript of it gives.
    pub(super) fn subscripted(self) -> Option<Self> {
        let mut current = self.unwrapped();
        if current.is_map() { current.args.pop() } else { current.element() }
    }

    /// What calling a method of a library's type hands out.
    pub(super) fn handed_out_by(self, method: &str) -> Option<Self> {
        match method {
            "TryGetValue" | "TryRemove" if self.is_map() => self.subscripted(),
            _ if HANDING_OUT.contains(&method) => self.element(),
            _ => None,
        }
    }

    /// What calling a method of a library's sequence gives; `projected` tells what a function literal gives.
    pub(super) fn called(&self, method: &str, projected: impl FnOnce() -> Option<Self>) -> Option<Self> {
        let of = |element: Self| Typed { name: "IEnumerable", args: vec![element], ..Typed::default() };
        if SEQUENCE_CALLS.contains(&method) {
            return Some(self.clone());
        }
        if self.is_map() {
            return (method == "GetValueOrDefault").then(|| self.clone().subscripted()).flatten();
        }
        if !self.is_sequence() {
            return None;
        }
        match method {
            "Select" => projected().map(of),
            "SelectMany" => projected()?.element().map(of),
            _ if NO_ELEMENT_CALLS.contains(&method) => None,
            _ if ELEMENT_CALLS.iter().any(|call| method.starts_with(call)) => self.clone().element(),
            _ => None,
        }
    }

    /// What a property of a library's type gives.
    pub(super) fn property(&self, name: &str) -> Option<Self> {
        let position = match name {
            "Key" if self.name == PAIR => Some(1),
            "Value" if self.name == PAIR => Some(2),
            _ => name.strip_prefix("Item").filter(|_| matches!(self.name, PAIR | TUPLE)).and_then(|it| it.parse().ok()),
        };
        if let Some(position) = position {
            return self.args.get(usize::checked_sub(position, 1)?).cloned();
        }
        match name {
            // `rates["EUR"]` reads like a member.
            _ if self.is_map()
                && self.args.first().is_some_and(|key| matches!(key.name, "string" | "String"))
                && !MAP_PROPERTIES.contains(&name)
                && name != "Values" =>
            {
                self.args.last().cloned()
            }
            "Values" if self.is_map() => Some(Typed {
                name: "IEnumerable",
                args: self.args.last().cloned().into_iter().collect(),
                ..Self::default()
            }),
            "Value" | "CurrentValue" | "Result" => Some(self.clone()),
            _ => None,
        }
    }

    /// What a function literal is given as its parameter, where this is the type of its place: `Func<Order, bool>`.
    pub(super) fn given(self, parameter: usize) -> Option<Self> {
        let mut current = self;
        if current.symbol.is_none() && current.name == "Expression" {
            current = current.args.pop()?;
        }
        let is_function = current.symbol.is_none() && FUNCTIONS.contains(&current.name);
        let (inputs, position) = match current.name {
            "Func" => (current.args.len().saturating_sub(1), parameter),
            "EventHandler" => (current.args.len(), parameter.checked_sub(1)?),
            _ => (current.args.len(), parameter),
        };
        (is_function && position < inputs).then(|| current.args.swap_remove(position))
    }

    /// What a call on a sequence gives its function literal first.
    pub(super) fn given_by(self, method: &str, parameter: usize) -> Option<Self> {
        (parameter == 0 && !OTHER_LITERALS.contains(&method)).then(|| self.element()).flatten()
    }
}
