//! What C# names mean: namespaces, usings, projects, partial and nested types, members of typed values, extensions.

mod index;
mod reach;
mod typing;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::codebase::Atom;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{DefinitionIndex, ReferenceKind, SymbolKind, last_part};

use super::super::{Resolved, Resolver, Scope};
use index::{Index, join, outward};
use typing::{DEPTH_MAX, Typed};

/// How many bases are followed upwards.
const BASES_MAX: usize = 32;

type BaseList = Vec<(Symbol, Atom)>;

/// The C# resolver.
pub(super) struct Names<'a> {
    index: Index<'a>,
    /// The assignment that types a local name: the first with a declared type, else the first.
    assigned: HashMap<(FileIndex, Option<DefinitionIndex>, &'a str), usize>,
    bases: OnceLock<HashMap<Symbol, BaseList>>,
    /// Each type with bases or parts: all its parts, then those of its bases, the nearest first.
    lineages: OnceLock<HashMap<Symbol, Vec<Symbol>>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(scope: Scope<'a>) -> Self {
        let mut assigned: HashMap<(FileIndex, Option<DefinitionIndex>, &'a str), usize> = HashMap::new();
        for (file, (source, facts)) in (0..).zip(scope.files.iter().zip(scope.facts)) {
            if !matches!(source.language.as_str(), "csharp" | "razor") {
                continue;
            }
            for (position, assignment) in facts.outline.assignments.iter().enumerate() {
                assigned.entry((file, assignment.enclosing, assignment.target.as_str())).or_insert(position);
            }
        }
        let mut names = Self { index: Index::new(scope), assigned, bases: OnceLock::new(), lineages: OnceLock::new() };
        names.bases = OnceLock::from(names.all_bases());
        names.lineages = OnceLock::from(names.all_lineages());
        names
    }

    fn all_bases(&self) -> HashMap<Symbol, BaseList> {
        let mut all = HashMap::new();
        for (file, facts) in (0..).zip(self.index.scope.facts) {
            for (position, definition) in (0..).zip(&facts.outline.definitions) {
                if definition.kind.is_type() && !definition.bases.is_empty() {
                    let found = definition.bases.iter().filter_map(|base| {
                        let symbol = self.typed(file, Some(position), base).symbol?;
                        Some((symbol, base.clone()))
                    });
                    all.insert(Symbol { file, definition: Some(position) }, found.collect());
                }
            }
        }
        all
    }

    /// Bases of a type that are types of this repository, with how they are written, over all its parts.
    fn bases(&self, symbol: Symbol) -> BaseList {
        let Some(all) = self.bases.get() else { return Vec::new() };
        self.index.parts(symbol).iter().filter_map(|part| all.get(part)).flatten().cloned().collect()
    }

    fn all_lineages(&self) -> HashMap<Symbol, Vec<Symbol>> {
        let mut all = HashMap::new();
        for (file, facts) in (0..).zip(self.index.scope.facts) {
            for (position, definition) in (0..).zip(&facts.outline.definitions) {
                let symbol = Symbol { file, definition: Some(position) };
                let extends = !definition.bases.is_empty() || definition.has_modifier("partial");
                if definition.kind.is_type() && extends {
                    all.insert(symbol, self.ancestors(symbol));
                }
            }
        }
        all
    }

    fn ancestors(&self, symbol: Symbol) -> Vec<Symbol> {
        let mut found = self.index.parts(symbol);
        let mut next = 0;
        while let Some(symbol) = found.get(next).copied() {
            for (base, _) in self.bases(symbol) {
                for part in self.index.parts(base) {
                    if !found.contains(&part) && found.len() < BASES_MAX {
                        found.push(part);
                    }
                }
            }
            next += 1;
        }
        found
    }

    /// A type and all its bases, with all their parts, the nearest first.
    fn lineage<'s>(&'s self, symbol: &'s Symbol) -> &'s [Symbol] {
        let known = self.lineages.get().and_then(|all| all.get(symbol));
        known.map_or(std::slice::from_ref(symbol), Vec::as_slice)
    }

    fn derives(&self, symbol: Symbol, base: Symbol) -> bool {
        self.lineage(&symbol).contains(&base)
    }

    /// A member of a type by name, its own or inherited, with the type that declares it.
    fn member(&self, holder: Symbol, name: &str) -> Option<(Symbol, Symbol)> {
        self.lineage(&holder).iter().find_map(|symbol| {
            let mut members = self.index.held(*symbol, name);
            let found = members.find(|member| self.kind(*member) != Some(SymbolKind::Constructor))?;
            Some((found, *symbol))
        })
    }

    /// A member that a place can use by its plain name: of the types around it, or of a class used statically.
    fn member_in_reach(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Symbol> {
        // Local functions and top-level functions first.
        let mut scope = enclosing;
        let outline = &self.index.scope.facts.get(file as usize)?.outline;
        loop {
            let mut held = self.index.held(Symbol { file, definition: scope }, name);
            if let Some(found) = held.find(|symbol| self.kind(*symbol) == Some(SymbolKind::Function)) {
                return Some(found);
            }
            let Some(index) = scope else { break };
            scope = outline.definitions.get(index as usize)?.parent.filter(|parent| *parent < index);
        }
        let around = self.index.types_around(file, enclosing);
        let found = around.into_iter().find_map(|holder| self.member(holder, name));
        if let Some((member, _)) = found {
            return Some(member);
        }
        let statics = &self.index.reach.usings(file).statics;
        statics.iter().find_map(|class| {
            let parts: Vec<&str> = class.split('.').collect();
            let (class, _) = self.absolute(file, &parts).filter(|(_, used)| *used == parts.len())?;
            self.member(class, name).map(|(member, _)| member)
        })
    }

    /// The declared type of a primary constructor's parameter: a record's property, a class's captured value.
    fn primary_parameter(&self, holder: Symbol, name: &str) -> Option<Atom> {
        let definition = self.index.definition(holder)?;
        definition.parameters.iter().find(|parameter| parameter.name == name)?.type_name.clone()
    }

    fn kind(&self, symbol: Symbol) -> Option<SymbolKind> {
        self.index.definition(symbol).map(|definition| definition.kind)
    }

    /// The type that the first parts of a dotted name mean at a place, and how many parts it took.
    fn type_at(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, parts: &[&str]) -> Option<(Symbol, usize)> {
        let first = parts.first().copied().filter(|first| !first.is_empty())?;
        let aliased = || self.index.reach.usings(file).aliases.iter().any(|(alias, _)| alias == first);
        if !self.index.knows(first) && !aliased() {
            return None;
        }
        for holder in self.index.types_around(file, enclosing) {
            let nested = self.lineage(&holder).iter().find_map(|symbol| self.index.nested_type(*symbol, first));
            if let Some(nested) = nested {
                return Some(self.nested(nested, parts));
            }
        }
        if let Some(found) = self.index.beside_view(file, first) {
            return Some(self.nested(found, parts));
        }
        let namespace = self.index.namespace_at(file, enclosing);
        for level in outward(&namespace) {
            let full = join(level, first);
            if let Some(found) = self.index.type_named(file, &full) {
                return Some(self.nested(found, parts));
            }
            if self.index.is_namespace(&full) {
                return self.below_namespace(file, full, parts);
            }
        }
        self.through_usings(file, parts)
    }

    fn through_usings(&self, file: FileIndex, parts: &[&str]) -> Option<(Symbol, usize)> {
        let first = parts.first()?;
        let usings = self.index.reach.usings(file);
        if let Some((_, target)) = usings.aliases.iter().find(|(alias, _)| alias == first) {
            let target = target.split('<').next().unwrap_or(target);
            let mut whole: Vec<&str> = target.split('.').collect();
            let added = whole.len() - 1;
            whole.extend(parts.iter().skip(1));
            let (symbol, used) = self.absolute(file, &whole)?;
            return used.checked_sub(added).filter(|used| *used > 0).map(|used| (symbol, used));
        }
        let mut found: Option<Symbol> = None;
        for using in &usings.namespaces {
            let candidate = self.index.type_named(file, &join(using, first));
            match (candidate, found) {
                (Some(candidate), Some(other)) if candidate != other => return None,
                (Some(candidate), _) => found = Some(candidate),
                (None, _) => {}
            }
        }
        if let Some(found) = found {
            return Some(self.nested(found, parts));
        }
        usings.statics.iter().find_map(|class| {
            let mut whole: Vec<&str> = class.split('.').collect();
            let holder = whole.len();
            whole.extend(parts);
            let (symbol, used) = self.absolute(file, &whole).filter(|(_, used)| *used > holder)?;
            Some((symbol, used - holder))
        })
    }

    /// A type by a name that starts at the global namespace.
    fn absolute(&self, file: FileIndex, parts: &[&str]) -> Option<(Symbol, usize)> {
        let mut full = Atom::default();
        for (position, part) in parts.iter().enumerate() {
            full = join(&full, part);
            if let Some(found) = self.index.type_named(file, &full) {
                let (symbol, used) = self.nested(found, parts.get(position..).unwrap_or_default());
                return Some((symbol, used + position));
            }
            if !self.index.is_namespace(&full) {
                return None;
            }
        }
        None
    }

    fn below_namespace(&self, file: FileIndex, namespace: Atom, parts: &[&str]) -> Option<(Symbol, usize)> {
        let mut full = namespace;
        for (position, part) in parts.iter().enumerate().skip(1) {
            full = join(&full, part);
            if let Some(found) = self.index.type_named(file, &full) {
                let (symbol, used) = self.nested(found, parts.get(position..).unwrap_or_default());
                return Some((symbol, used + position));
            }
            if !self.index.is_namespace(&full) {
                return None;
            }
        }
        None
    }

    /// Nested types named after a type: the innermost one, and how many of `parts` it took.
    fn nested(&self, outer: Symbol, parts: &[&str]) -> (Symbol, usize) {
        let (mut symbol, mut used) = (outer, 1);
        for part in parts.iter().skip(1) {
            match self.index.nested_type(symbol, part) {
                Some(inner) => (symbol, used) = (inner, used + 1),
                None => break,
            }
        }
        (symbol, used)
    }

    /// The type of the value that a dotted name stands for.
    fn type_of_path(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        depth: usize,
    ) -> Option<Typed> {
        let parts: Vec<&str> = name.split('.').collect();
        let (mut typed, used) = self.start(file, enclosing, &parts, depth)?.value?;
        for part in parts.get(used..).unwrap_or_default() {
            typed = self.step(typed, part, depth)?;
        }
        Some(typed)
    }

    fn step(&self, holder: Typed, part: &str, depth: usize) -> Option<Typed> {
        match part.strip_suffix("()") {
            Some(method) => self.called_type(holder, method, depth),
            None => self.member_type(&holder.unwrapped(), part, depth),
        }
    }

    /// What the first parts of a dotted name mean: a value with its type, and the definition that is named.
    fn start(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        parts: &[&str],
        depth: usize,
    ) -> Option<Start> {
        if depth > DEPTH_MAX {
            return None;
        }
        let first = *parts.first()?;
        let called = first.strip_suffix("()");
        if matches!(first, "this" | "base") {
            let holder = *self.index.types_around(file, enclosing).first()?;
            let typed = Typed::of(holder, &self.index.definition(holder)?.name);
            return Some(Start { symbol: None, value: Some((typed, 1)), used: 1 });
        }
        if called.is_none()
            && let Some(typed) = self.local(file, enclosing, first, depth + 1)
        {
            return Some(Start { symbol: None, value: Some((typed, 1)), used: 1 });
        }
        if let Some(member) = self.member_in_reach(file, enclosing, called.unwrap_or(first))
            && self.kind(member).is_some_and(|kind| !kind.is_type())
        {
            let typed = self.declared_type(member, &Typed::default()).unwrap_or_default();
            return Some(Start { symbol: Some(member), value: Some((typed, 1)), used: 1 });
        }
        let plain: Vec<&str> = parts.iter().map(|part| part.strip_suffix("()").unwrap_or(part)).collect();
        let (symbol, used) = self.type_at(file, enclosing, &plain)?;
        let typed = Typed::of(symbol, &self.index.definition(symbol)?.name);
        Some(Start { symbol: Some(symbol), value: Some((typed, used)), used })
    }

    /// The extension method that a call of this name means at a place.
    fn extension(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        holder: Option<&Typed>,
    ) -> Option<Symbol> {
        let candidates = self.index.extensions(name);
        if candidates.is_empty() {
            return None;
        }
        let namespace = self.index.namespace_at(file, enclosing);
        let usings = self.index.reach.usings(file);
        let in_scope = |symbol: &&Symbol| {
            let Some(definition) = self.index.definition(**symbol) else { return false };
            let home = definition.namespace.as_str();
            let named =
                outward(&namespace).any(|level| level == home) || usings.namespaces.iter().any(|using| using == home);
            named && self.index.reach.sees(file, symbol.file) && self.fits(**symbol, holder)
        };
        let mut found = candidates.iter().filter(in_scope);
        let first = *found.next()?;
        let class = self.index.parent(first);
        // Overloads of one class are one answer; two classes are none.
        found.all(|other| self.index.parent(*other) == class).then_some(first)
    }

    /// Whether an extension method may be called on a value of this type, as far as names tell.
    fn fits(&self, method: Symbol, holder: Option<&Typed>) -> bool {
        let Some(holder) = holder.filter(|holder| !holder.name.is_empty()) else { return true };
        let Some(definition) = self.index.definition(method) else { return false };
        let Some(first) = definition.parameters.first().and_then(|first| first.type_name.as_deref()) else {
            return false;
        };
        let wanted = self.typed(method.file, method.definition, first);
        let is_open = definition.type_parameters.contains(&wanted.name) || wanted.name == "object";
        if is_open || wanted.name == holder.name {
            return true;
        }
        match (holder.symbol, wanted.symbol) {
            (Some(own), Some(wanted)) => self.derives(own, wanted),
            (None, Some(_)) => false,
            // A type of a package: interfaces may be implemented by anything that is no plain value.
            _ => is_interface(&wanted.name) && !is_scalar(&holder.name),
        }
    }

    fn resolve_parts(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, parts: &[&str]) -> Option<Resolved> {
        let last = *parts.last()?;
        let extension = |holder: Option<&Typed>| {
            let symbol = self.extension(file, enclosing, last, holder)?;
            Some(Resolved { symbol, rest: 0, by_name: holder.is_none_or(|holder| holder.name.is_empty()) })
        };
        let Some(Start { mut symbol, value, mut used }) = self.start(file, enclosing, parts, 0) else {
            return if parts.len() > 1 { extension(None) } else { None };
        };
        let mut holder = value.map(|(typed, _)| typed);
        while let Some(part) = parts.get(used).copied() {
            let name = part.strip_suffix("()").unwrap_or(part);
            let typed = holder.take().unwrap_or_default().unwrapped();
            let member = typed.symbol.and_then(|symbol| self.member(symbol, name));
            let is_last = used + 1 == parts.len();
            if member.is_none()
                && is_last
                && let Some(found) = extension(Some(&typed))
            {
                return Some(found);
            }
            if let Some((member, _)) = member {
                symbol = Some(member);
                used += 1;
                holder = self.step(typed, part, 0);
                continue;
            }
            // A record's property, or a call on something of a package: no definition, but perhaps a type.
            match self.step(typed, part, 0) {
                Some(next) if !is_last => {
                    holder = Some(next);
                    used += 1;
                    symbol = None;
                }
                _ => {
                    if !is_last && let Some(found) = extension(None) {
                        return Some(found);
                    }
                    break;
                }
            }
        }
        Some(Resolved { symbol: symbol?, rest: parts.len() - used.min(parts.len()), by_name: false })
    }

    fn resolve_type(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, parts: &[&str]) -> Option<Resolved> {
        let (symbol, used) = self.type_at(file, enclosing, parts)?;
        Some(Resolved { symbol, rest: parts.len() - used.min(parts.len()), by_name: false })
    }

    fn resolve_attribute(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let full = format!("{name}Attribute");
        let parts: Vec<&str> = full.split('.').collect();
        let whole = |found: &Resolved| found.rest == 0;
        self.resolve_type(file, enclosing, &parts).filter(whole).or_else(|| {
            let parts: Vec<&str> = name.split('.').collect();
            let found = self.resolve_type(file, enclosing, &parts).filter(whole)?;
            let derived =
                self.index.definition(found.symbol)?.bases.iter().any(|base| last_part(base).ends_with("Attribute"));
            derived.then_some(found)
        })
    }
}

/// What the first parts of a dotted name mean.
struct Start {
    /// The definition that is named; none for locals.
    symbol: Option<Symbol>,
    /// The type of the value, and how many parts it took.
    value: Option<(Typed, usize)>,
    used: usize,
}

fn is_interface(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
}

fn is_scalar(name: &str) -> bool {
    matches!(
        name,
        "string" | "int" | "long" | "bool" | "decimal" | "double" | "float" | "Guid" | "DateTime" | "DateTimeOffset"
    )
}

impl Resolver for Names<'_> {
    fn imports(&self, _file: FileIndex) -> Vec<(FileIndex, u32)> {
        Vec::new()
    }

    fn module(&self, _file: FileIndex, _specifier: &str) -> Option<FileIndex> {
        None
    }

    fn resolve(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, name: &str) -> Option<Resolved> {
        let name = name.split('<').next().unwrap_or(name);
        let parts: Vec<&str> = name.trim_end_matches('?').split('.').collect();
        self.resolve_parts(file, enclosing, &parts)
    }

    fn resolve_as(
        &self,
        file: FileIndex,
        enclosing: Option<DefinitionIndex>,
        name: &str,
        kind: ReferenceKind,
    ) -> Option<Resolved> {
        let parts = || -> Vec<&str> { name.split('.').collect() };
        match kind {
            ReferenceKind::Type | ReferenceKind::Inherit => self.resolve_type(file, enclosing, &parts()),
            ReferenceKind::Decorator => self.resolve_attribute(file, enclosing, name),
            ReferenceKind::Call => self.resolve_call(file, enclosing, &parts()),
            ReferenceKind::Name => self.resolve_parts(file, enclosing, &parts()),
        }
    }
}

impl Names<'_> {
    /// A call by plain name is of a method, or constructs a type; fields of that name are not meant.
    fn resolve_call(&self, file: FileIndex, enclosing: Option<DefinitionIndex>, parts: &[&str]) -> Option<Resolved> {
        if let [only] = parts {
            let method = self.member_in_reach(file, enclosing, only);
            let callable =
                |symbol: &Symbol| matches!(self.kind(*symbol), Some(SymbolKind::Method | SymbolKind::Function));
            if let Some(symbol) = method.filter(callable) {
                return Some(Resolved { symbol, rest: 0, by_name: false });
            }
            return self.resolve_type(file, enclosing, parts);
        }
        self.resolve_parts(file, enclosing, parts)
    }
}
