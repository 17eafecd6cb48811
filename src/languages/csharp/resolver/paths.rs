//! What a dotted name in an expression means: a value's members, step by step.

use crate::codebase::graph::Symbol;

use super::super::super::Resolved;
use super::Names;
use super::index::Place;
use super::lookup::Arity;
use super::typing::{DEPTH_MAX, Typed};

/// What the first parts of a dotted name mean.
struct Start<'a> {
    /// The definition that is named; none for locals.
    symbol: Option<Symbol>,
    /// The types that it may have; unknown ones are left out.
    types: Vec<Typed<'a>>,
    /// How many parts it took.
    used: usize,
    /// Whether the type itself is named, not a value of it.
    is_type: bool,
}

impl<'a> Names<'a> {
    /// What a dotted name means at a place.
    pub(super) fn resolve_path(&self, place: Place, parts: &[&str], arity: Arity) -> Option<Resolved> {
        let Some(start) = self.start(place, parts, arity, 0) else {
            return if parts.len() > 1 { self.by_name(place, parts) } else { None };
        };
        let rest = parts.len() - start.used.min(parts.len());
        if rest == 0 {
            return start.symbol.map(|symbol| Resolved { symbol, rest, by_name: false });
        }
        if start.is_type || start.types.len() == 1 {
            let typed = start.types.first().cloned().unwrap_or_default();
            return self.follow(place, parts, &start, typed);
        }
        // One name of several locals: only one of their types may have the member.
        let mut found: Option<Resolved> = None;
        for typed in &start.types {
            let meaning = self.follow(place, parts, &start, typed.clone()).filter(|it| it.rest == 0 && !it.by_name);
            match (meaning, found) {
                (Some(meaning), Some(other)) if meaning.symbol != other.symbol => return None,
                (Some(meaning), _) => found = Some(meaning),
                (None, _) => {}
            }
        }
        let known = start.symbol.map(|symbol| Resolved { symbol, rest, by_name: false });
        found.or_else(|| self.by_name(place, parts)).or(known)
    }

    /// An extension method that is the only one of its name that the place can see.
    fn by_name(&self, place: Place, parts: &[&str]) -> Option<Resolved> {
        let word = self.index.space.word(parts.last()?)?;
        let (symbol, _) = self.extension(place, word, None)?;
        Some(Resolved { symbol, rest: 0, by_name: true })
    }

    /// Follows the members that stand after what `start` means.
    fn follow(&self, place: Place, parts: &[&str], start: &Start<'a>, typed: Typed<'a>) -> Option<Resolved> {
        let (mut symbol, mut used, mut holder) = (start.symbol, start.used, typed);
        let mut is_type = start.is_type;
        while let Some(part) = parts.get(used).copied() {
            let name = part.strip_suffix("()").unwrap_or(part);
            let typed = holder.unwrapped();
            let word = self.index.space.word(name);
            let member = word.and_then(|word| self.member(typed.symbol?, word));
            let is_last = used + 1 == parts.len();
            if let Some((member, _)) = member {
                symbol = Some(member);
            } else if is_last {
                let extension = word.filter(|_| !is_type).and_then(|word| self.extension(place, word, Some(&typed)));
                if let Some((symbol, by_name)) = extension {
                    return Some(Resolved { symbol, rest: 0, by_name });
                }
                break;
            }
            used += 1;
            let next = if is_last { None } else { self.step(place, &typed, part, 0) };
            match next {
                Some(next) => holder = next,
                None if is_last => break,
                None if member.is_some() => holder = Typed::default(),
                None => {
                    used -= 1;
                    let by_name = if is_type { None } else { self.by_name(place, parts) };
                    if by_name.is_some() {
                        return by_name;
                    }
                    break;
                }
            }
            // A record's property, or something of a library: no definition, but a type.
            if member.is_none() {
                symbol = None;
            }
            is_type = false;
        }
        Some(Resolved { symbol: symbol?, rest: parts.len() - used.min(parts.len()), by_name: false })
    }

    /// The type of the value that a dotted name stands for.
    pub(super) fn type_of_path(&self, place: Place, name: &str, depth: usize) -> Option<Typed<'a>> {
        let parts: Vec<&str> = name.split('.').collect();
        let start = self.start(place, &parts, Arity::Unknown, depth)?;
        let [typed] = start.types.as_slice() else { return None };
        let mut typed = typed.clone();
        for part in parts.get(start.used..).unwrap_or_default() {
            typed = self.step(place, &typed.unwrapped(), part, depth)?;
        }
        Some(typed)
    }

    fn step(&self, place: Place, holder: &Typed<'a>, part: &str, depth: usize) -> Option<Typed<'a>> {
        match part.strip_suffix("()") {
            Some(method) => self.called_type(place, holder, method, depth),
            None => self.member_type(holder, part, depth),
        }
    }

    /// What the first parts of a dotted name mean.
    fn start(&self, place: Place, parts: &[&str], arity: Arity, depth: usize) -> Option<Start<'a>> {
        if depth > DEPTH_MAX {
            return None;
        }
        let first = *parts.first()?;
        let called = first.strip_suffix("()");
        if matches!(first, "this" | "base") {
            let holder = self.index.types_around(place).next()?;
            let own = || vec![self.type_of_symbol(holder)];
            let types = if first == "this" { own() } else { self.base_types(holder) };
            return Some(Start { symbol: None, types, used: 1, is_type: false });
        }
        if called.is_none()
            && let Some(mut types) = self.local(place, first, depth + 1)
        {
            types.retain(|typed| !typed.is_unknown());
            return Some(Start { symbol: None, types, used: 1, is_type: false });
        }
        let name = called.unwrap_or(first);
        let member = self.index.space.word(name).and_then(|word| self.member_in_reach(place, word));
        if let Some(member) = member.filter(|member| self.index.kind(*member).is_some_and(|kind| !kind.is_type())) {
            let types = self.declared_type(member, &Typed::default()).into_iter().collect();
            return Some(Start { symbol: Some(member), types, used: 1, is_type: false });
        }
        let (symbol, used) = if parts.iter().any(|part| part.ends_with("()")) {
            let plain: Vec<&str> = parts.iter().map(|part| part.strip_suffix("()").unwrap_or(part)).collect();
            // A construction's type arguments are left out.
            self.type_at(place, &plain, if called.is_some() { Arity::Unknown } else { arity })?
        } else {
            self.type_at(place, parts, arity)?
        };
        // `new Order().Total()` starts with a construction.
        let is_type = called.is_none();
        Some(Start { symbol: Some(symbol), types: vec![self.type_of_symbol(symbol)], used, is_type })
    }

    fn base_types(&self, symbol: Symbol) -> Vec<Typed<'a>> {
        let bases = self.bases(symbol).map(|(base, text)| {
            let typed = self.typed(symbol.into(), text);
            if typed.symbol.is_some() { typed } else { self.type_of_symbol(base) }
        });
        bases.take(1).collect()
    }
}
