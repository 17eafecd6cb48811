//! Extension methods: by name, by what is in use at a place, and by the type that they extend.

use crate::codebase::graph::Symbol;
use crate::codebase::outline::last_part;

use super::Names;
use super::index::{Pick, Place};
use super::space::{Namespace, Word};
use super::typing::Typed;

/// Names that methods of common library types have: where the receiver is not known, they tell nothing.
const LIBRARY_NAMES: &[&str] = &[
    "Add",
    "AddAsync",
    "AddOrUpdate",
    "AddRange",
    "Aggregate",
    "All",
    "Any",
    "AnyAsync",
    "Append",
    "AsQueryable",
    "AuthorizeAsync",
    "Clear",
    "Clone",
    "Close",
    "CompareTo",
    "Concat",
    "Contains",
    "ContainsKey",
    "Convert",
    "Copy",
    "CopyTo",
    "Count",
    "CountAsync",
    "Create",
    "CreateAsync",
    "Delete",
    "DeleteAsync",
    "Dispose",
    "Distinct",
    "EndsWith",
    "Equals",
    "Except",
    "Execute",
    "ExecuteAsync",
    "Exists",
    "Find",
    "FindAsync",
    "First",
    "FirstOrDefault",
    "FirstOrDefaultAsync",
    "ForEach",
    "Format",
    "Get",
    "GetAsync",
    "GetHashCode",
    "GetOrAdd",
    "GetService",
    "GetType",
    "GetValue",
    "GetValueOrDefault",
    "Include",
    "IndexOf",
    "Insert",
    "Invoke",
    "InvokeAsync",
    "IsMatch",
    "Join",
    "Last",
    "Load",
    "LoadAsync",
    "Log",
    "Match",
    "Max",
    "Min",
    "Next",
    "Open",
    "OrderBy",
    "Parse",
    "Post",
    "PostAsync",
    "Publish",
    "PublishAsync",
    "Put",
    "PutAsync",
    "Query",
    "QueryAsync",
    "Read",
    "ReadAsync",
    "Remove",
    "RemoveAll",
    "RemoveAt",
    "RemoveRange",
    "Replace",
    "Reset",
    "Run",
    "RunAsync",
    "Save",
    "SaveAsync",
    "SaveChangesAsync",
    "Select",
    "SelectMany",
    "Send",
    "SendAsync",
    "Set",
    "SetAsync",
    "SetValue",
    "Single",
    "SingleOrDefault",
    "Skip",
    "Split",
    "Start",
    "StartAsync",
    "StartsWith",
    "Stop",
    "StopAsync",
    "Substring",
    "Sum",
    "Take",
    "ToArray",
    "ToDictionary",
    "ToList",
    "ToListAsync",
    "ToLower",
    "ToString",
    "ToUpper",
    "Trim",
    "TryAdd",
    "TryGet",
    "TryGetValue",
    "TryParse",
    "TryRemove",
    "Union",
    "Update",
    "UpdateAsync",
    "Validate",
    "ValidateAsync",
    "Wait",
    "WaitAsync",
    "Where",
    "Write",
    "WriteAsync",
    "WriteLine",
];

/// How well a value fits what an extension method extends, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is of that type.
    Exact,
    /// The method extends all types.
    Open,
    /// Nothing that is known speaks against it.
    Perhaps,
}

struct Candidate {
    method: Symbol,
    namespace: Namespace,
    fit: Fit,
}

impl<'a> Names<'a> {
    /// The extension method that a call of this name means at a place, and whether only its name tells so. Of two
    /// classes that offer one equally well, none is meant.
    pub(super) fn extension(&self, place: Place, name: Word, holder: Option<&Typed<'a>>) -> Option<(Symbol, bool)> {
        let is_telling = |symbol: Symbol| {
            let name = self.index.definition(symbol).map_or("", |definition| definition.name.as_str());
            !LIBRARY_NAMES.contains(&name)
        };
        self.fitting_extension(place, name, holder).filter(|(symbol, by_name)| !by_name || is_telling(*symbol))
    }

    fn fitting_extension(&self, place: Place, name: Word, holder: Option<&Typed<'a>>) -> Option<(Symbol, bool)> {
        let named = self.index.extensions(name);
        if named.is_empty() {
            return None;
        }
        let mut candidates: Vec<Candidate> = Vec::new();
        for method in named.iter().copied() {
            if self.index.reach.sees(place.file, method.file)
                && let Some(fit) = self.fit(method, holder)
            {
                let namespace = self.index.namespace_at(method.into());
                candidates.push(Candidate { method, namespace, fit });
            }
        }
        // What other projects keep to themselves counts only where there is nothing else.
        let is_open =
            |it: &Candidate| self.index.parent(it.method).is_some_and(|it| self.index.is_open(place.file, it));
        if candidates.len() > 1 && candidates.iter().any(is_open) {
            candidates.retain(is_open);
        }
        let home = self.index.namespace_at(place);
        for level in self.index.space.outward(home) {
            let inner = |it: &&Candidate| {
                it.namespace == level || level == home && self.usings.inner(place.file).any(|used| used == it.namespace)
            };
            match self.best(candidates.iter().filter(inner)) {
                Pick::One(found) => return Some(found),
                Pick::Several => return None,
                Pick::Nothing => {}
            }
        }
        let used = |it: &&Candidate| self.usings.outer(place.file).any(|used| used == it.namespace);
        self.best(candidates.iter().filter(used)).one()
    }

    /// The best of the candidates of one level.
    fn best<'c>(&self, candidates: impl Iterator<Item = &'c Candidate>) -> Pick<(Symbol, bool)> {
        let mut best: Option<&Candidate> = None;
        let mut clashes = false;
        for candidate in candidates {
            match best {
                Some(known) if candidate.fit > known.fit => {}
                Some(known) if candidate.fit == known.fit => {
                    // Overloads of one class are one answer.
                    let (one, other) = (self.index.parent(known.method), self.index.parent(candidate.method));
                    let same = one.zip(other).is_some_and(|(one, other)| self.index.is_same(one, other));
                    clashes |= !same;
                }
                _ => (best, clashes) = (Some(candidate), false),
            }
        }
        Pick::new(best.map(|found| (found.method, found.fit == Fit::Perhaps)), clashes)
    }

    /// How well an extension method may be called on a value of this type, as far as names tell.
    fn fit(&self, method: Symbol, holder: Option<&Typed<'a>>) -> Option<Fit> {
        let Some(holder) = holder.filter(|holder| !holder.is_unknown()) else { return Some(Fit::Perhaps) };
        let definition = self.index.definition(method)?;
        let wanted = self.typed(method.into(), definition.parameters.first()?.type_name.as_deref()?);
        if wanted.is_parameter && wanted.symbol.is_none() || wanted.name == "object" {
            return Some(Fit::Open);
        }
        match (holder.symbol, wanted.symbol) {
            (Some(own), Some(wanted)) => self.derives(own, wanted).then_some(Fit::Exact),
            (None, Some(_)) => None,
            (Some(own), None) => self.fit_of_bases(own, wanted.name),
            (None, None) => fit_of_library(holder, &wanted),
        }
    }

    /// Whether a type of the repository is derived from a type of a library.
    fn fit_of_bases(&self, own: Symbol, wanted: &str) -> Option<Fit> {
        let lineage = self.lineage(&own).iter().filter_map(|symbol| Some((*symbol, self.index.definition(*symbol)?)));
        let mut has_unknown = false;
        for (symbol, definition) in lineage {
            if definition.bases.iter().any(|base| last_part(base) == wanted) {
                return Some(Fit::Exact);
            }
            has_unknown |= definition.bases.len() > self.bases(symbol).count();
        }
        has_unknown.then_some(Fit::Perhaps)
    }
}

/// Whether a value of one library type may be used as another one.
fn fit_of_library(holder: &Typed<'_>, wanted: &Typed<'_>) -> Option<Fit> {
    let same = plain(holder.name) == plain(wanted.name);
    if same || holder.is_sequence() && wanted.is_sequence() {
        let mut elements = holder.args.iter().zip(&wanted.args);
        let clash = elements.any(|(own, wanted)| {
            !own.is_unknown() && !wanted.is_unknown() && own.symbol.is_some() != wanted.symbol.is_some()
        });
        return (!clash).then_some(Fit::Exact);
    }
    let may_derive = is_interface(wanted.name) && !is_scalar(holder.name) || holder.name.ends_with(wanted.name);
    may_derive.then_some(Fit::Perhaps)
}

fn is_interface(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
}

/// Keyword types by the names of what they stand for.
fn plain(name: &str) -> &str {
    match name {
        "String" => "string",
        "Int32" => "int",
        "Int64" => "long",
        "Boolean" => "bool",
        "Decimal" => "decimal",
        "Double" => "double",
        "Single" => "float",
        "Object" => "object",
        other => other,
    }
}

fn is_scalar(name: &str) -> bool {
    matches!(
        plain(name),
        "string"
            | "int"
            | "long"
            | "bool"
            | "decimal"
            | "double"
            | "float"
            | "byte"
            | "char"
            | "Guid"
            | "DateTime"
            | "DateTimeOffset"
            | "TimeSpan"
    )
}
