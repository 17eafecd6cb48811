//! Classes that routes hang on: what they take over from their base classes.

use crate::codebase::Atom;

use crate::codebase::graph::Symbol;
use crate::codebase::outline::Value;
use crate::codebase::routing::{Router, RouterRole};

use super::Composer;
use super::callers::Stated;
use super::evaluate::{self, At, UNKNOWN};
use super::routers::Way;

/// The placeholder that a base class fills in for those derived from it, if they do not.
const INHERITED: &str = "area";

impl<'a> Composer<'a> {
    /// The ways to a router. A controller without prefixes of its own takes its nearest base's; what its bases ask of
    /// callers stands before what it asks itself.
    pub(super) fn class_ways(&self, index: usize) -> Vec<Way<'a>> {
        let ways = self.routers.ways(index);
        let Some(&(file, router)) = self.routers.all.get(index) else { return ways };
        if router.role != RouterRole::Controller {
            return ways;
        }
        let bases = self.base_routers(index);
        let stated = |index: usize, router: &'a Router| {
            let file = self.routers.all.get(index).map_or(file, |(file, _)| *file);
            Stated { at: At { file, enclosing: router.class }, fact: &router.auth }
        };
        let asked: Vec<Stated<'a>> = bases.iter().rev().map(|(base, router)| stated(*base, router)).collect();
        let prefixed = bases.iter().find(|(_, base)| !base.prefixes.is_empty()).filter(|_| router.prefixes.is_empty());
        let Some((base, _)) = prefixed else {
            let with_bases = |way: Way<'a>| Way { auth: asked.iter().copied().chain(way.auth).collect(), ..way };
            return ways.into_iter().map(with_bases).collect();
        };
        let auth: Vec<Stated<'a>> = asked.iter().copied().chain([stated(index, router)]).collect();
        let inherited = self.routers.ways(*base).into_iter();
        inherited.map(|way| Way { app: file, auth: auth.clone(), ..way }).collect()
    }

    /// The placeholders that a class fills in, its bases' area included.
    pub(super) fn class_tokens(&self, index: usize) -> Vec<(Atom, Atom)> {
        let Some((file, router)) = self.routers.all.get(index) else { return Vec::new() };
        let of = |(name, value): &(Atom, Atom), at: At| {
            let text = evaluate::text(self.names, at, &Value::Name(value.clone()));
            let is_known = name == INHERITED && !text.contains(UNKNOWN) && !text.is_empty();
            (name.clone(), if is_known { Atom::from(text) } else { value.clone() })
        };
        let at = At { file: *file, enclosing: router.class };
        let mut tokens: Vec<(Atom, Atom)> = router.tokens.iter().map(|token| of(token, at)).collect();
        if router.class.is_some() && tokens.iter().all(|(name, _)| name != INHERITED) {
            let inherited = self.base_routers(index).into_iter().find_map(|(base, router)| {
                let token = router.tokens.iter().find(|(name, _)| name == INHERITED)?;
                let file = self.routers.all.get(base)?.0;
                Some(of(token, At { file, enclosing: router.class }))
            });
            tokens.extend(inherited);
        }
        tokens
    }

    /// The routers that a class's bases are, nearest first.
    fn base_routers(&self, index: usize) -> Vec<(usize, &'a Router)> {
        let Some(&(file, router)) = self.routers.all.get(index) else { return Vec::new() };
        let Some(class) = router.class else { return Vec::new() };
        let bases = self.bases(Symbol { file, definition: Some(class) }).into_iter();
        let routers = bases.filter_map(|base| self.routers.of_class(base));
        routers.filter_map(|base| Some((base, self.routers.all.get(base)?.1))).collect()
    }

    /// Base classes of this repository, nearest first.
    pub(super) fn bases(&self, class: Symbol) -> Vec<Symbol> {
        let mut found: Vec<Symbol> = Vec::new();
        let mut next = vec![class];
        while let Some(class) = next.pop() {
            let Some(facts) = self.names.scope().facts.get(class.file as usize) else { continue };
            let Some(definition) = class.definition.and_then(|index| facts.outline.definition(index)) else { continue };
            for base in &definition.bases {
                let plain = base.split(['<', '[', '(']).next().unwrap_or(base);
                let meaning =
                    self.names.resolver(class.file).and_then(|it| it.resolve(class.file, definition.parent, plain));
                let Some(meaning) = meaning.filter(|meaning| meaning.rest == 0) else { continue };
                if !found.contains(&meaning.symbol) && found.len() < 32 {
                    found.push(meaning.symbol);
                    next.insert(0, meaning.symbol);
                }
            }
        }
        found
    }
}
