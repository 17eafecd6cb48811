//! The tree of routers: who is mounted below whom, over all files, and which prefixes lead to each.

use std::collections::BTreeMap;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Call, DefinitionIndex, Outline, Value};
use crate::codebase::routing::{AuthFact, Mount, Router, RouterRef, RouterRole};

use super::super::link::Names;
use super::callers::Stated;
use super::evaluate::{self, At};
use super::paths;
use super::references::Target;

/// Index of a router over all files.
pub(super) type RouterIndex = usize;

/// What a reference to a router means.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Anchor {
    /// A router of some file.
    Router(RouterIndex),
    /// The app of the component that this file belongs to.
    Root(FileIndex),
}

/// One way on which a router is reached from an app.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Way<'a> {
    /// The file of the app it starts from.
    pub(super) app: FileIndex,
    /// The path so far.
    pub(super) prefix: String,
    /// Whether a condition stands on the way.
    pub(super) conditional: bool,
    /// What is stated about callers on the way, outermost first.
    pub(super) auth: Vec<Stated<'a>>,
    /// Whether it ends at a router that nothing mounts.
    pub(super) loose: bool,
    /// Whether a router on the way serves its paths without a slash at their end: its token `/` is empty.
    pub(super) trims: bool,
}

/// A router hung below another one.
struct Placement<'a> {
    parent: Anchor,
    prefix: String,
    replaces: bool,
    conditional: bool,
    auth: Vec<Stated<'a>>,
}

/// How deep routers may be mounted, and how often one: more is a cycle or a mistake.
pub(super) const DEPTH_MAX: usize = 12;
const WAYS_MAX: usize = 64;

/// All routers.
pub(super) struct Routers<'a> {
    pub(super) names: &'a Names<'a>,
    pub(super) all: Vec<(FileIndex, &'a Router)>,
    pub(super) by_name: BTreeMap<(FileIndex, &'a str), Vec<RouterIndex>>,
    by_class: BTreeMap<(FileIndex, DefinitionIndex), RouterIndex>,
    /// Calls of the functions that take a router, by the functions' names.
    pub(super) callers: BTreeMap<&'a str, Vec<(FileIndex, &'a Call)>>,
    /// What is said of callers behind a call, by the call's place and name.
    pub(super) demands: BTreeMap<(FileIndex, u32, &'a str), &'a AuthFact>,
    placements: Vec<Vec<Placement<'a>>>,
}

impl<'a> Routers<'a> {
    /// Collects the routers of all files and resolves every mount.
    pub(super) fn new(names: &'a Names<'a>) -> Self {
        let scope = names.scope();
        let mut routers = Self {
            names,
            all: Vec::new(),
            by_name: BTreeMap::new(),
            by_class: BTreeMap::new(),
            callers: BTreeMap::new(),
            demands: BTreeMap::new(),
            placements: Vec::new(),
        };
        for (file, facts) in (0..).zip(scope.facts) {
            let demands = facts.routing.demands.iter();
            routers.demands.extend(demands.map(|it| ((file, it.line, it.callee.as_str()), &it.auth)));
            for router in &facts.routing.routers {
                let index = routers.all.len();
                routers.all.push((file, router));
                routers.by_name.entry((file, router.name.as_str())).or_default().push(index);
                if let Some(class) = router.class {
                    routers.by_class.insert((file, class), index);
                }
            }
        }
        routers.find_callers();
        routers.place();
        routers
    }

    /// The router that a class is.
    pub(super) fn of_class(&self, class: Symbol) -> Option<RouterIndex> {
        self.by_class.get(&(class.file, class.definition?)).copied()
    }

    /// Calls of the functions that take a router as a parameter.
    fn find_callers(&mut self) {
        let facts = self.names.scope().facts;
        let mut wanted: BTreeMap<&'a str, Vec<(FileIndex, &'a Call)>> = BTreeMap::new();
        for facts in facts {
            let routing = &facts.routing;
            let refs = routing.routes.iter().map(|route| &route.router);
            let refs = refs.chain(routing.mounts.iter().flat_map(|mount| [&mount.parent, &mount.child]));
            for reference in refs.chain(routing.routers.iter().filter_map(|router| router.parent.as_ref())) {
                let function = innermost(reference);
                let RouterRef::Parameter { function, .. } = function else { continue };
                if let Some(definition) = facts.outline.definition(*function) {
                    wanted.entry(definition.name.as_str()).or_default();
                }
            }
        }
        if wanted.is_empty() {
            return;
        }
        for (file, facts) in (0..).zip(facts) {
            for call in &facts.outline.calls {
                if let Some(calls) = wanted.get_mut(call.value.callee.as_str()) {
                    calls.push((file, call));
                }
            }
        }
        self.callers = wanted;
    }

    fn place(&mut self) {
        let mut placements: Vec<Vec<Placement<'a>>> = Vec::new();
        placements.resize_with(self.all.len(), Vec::new);
        for (index, (file, router)) in self.all.iter().enumerate() {
            let Some(parent) = &router.parent else { continue };
            let at = self.at(*file, router.line);
            for Target { anchor: parent, prefix, auth } in self.resolve(at, parent, 0) {
                placements[index].push(Placement { parent, prefix, replaces: false, conditional: false, auth });
            }
        }
        for (file, facts) in (0..).zip(self.names.scope().facts) {
            for mount in &facts.routing.mounts {
                self.place_mount(file, mount, &mut placements);
            }
        }
        self.placements = placements;
    }

    fn place_mount(&self, file: FileIndex, mount: &'a Mount, placements: &mut [Vec<Placement<'a>>]) {
        let at = self.at(file, mount.line);
        let own = match &mount.prefix {
            Value::Null => String::new(),
            prefix => evaluate::text(self.names, at, prefix),
        };
        for below in self.resolve(at, &mount.child, 0) {
            let Anchor::Router(child) = below.anchor else { continue };
            for above in self.resolve(at, &mount.parent, 0) {
                if above.anchor == Anchor::Router(child) {
                    continue;
                }
                let stated = Stated { at, fact: &mount.auth };
                placements[child].push(Placement {
                    parent: above.anchor,
                    prefix: paths::join(&above.prefix, &paths::join(&own, &below.prefix)),
                    replaces: mount.replaces_prefix && !own.is_empty(),
                    conditional: mount.conditional,
                    auth: above.auth.into_iter().chain([stated]).collect(),
                });
            }
        }
    }

    /// The innermost definition around a line.
    pub(super) fn at(&self, file: FileIndex, line: u32) -> At {
        let facts = self.names.scope().facts.get(file as usize);
        At { file, enclosing: facts.and_then(|facts| enclosing(&facts.outline, line)) }
    }
    /// All ways on which a router is reached.
    pub(super) fn ways(&self, router: RouterIndex) -> Vec<Way<'a>> {
        self.ways_within(router, 0)
    }

    fn ways_within(&self, index: RouterIndex, depth: usize) -> Vec<Way<'a>> {
        let Some(&(file, router)) = self.all.get(index) else { return Vec::new() };
        if depth > DEPTH_MAX {
            return Vec::new();
        }
        let at = self.at(file, router.line);
        // `~/` leads to the root in ASP.NET, where every class's prefix stands anyway.
        let spelt = |prefix: &Value| evaluate::text(self.names, at, prefix).trim_start_matches('~').to_owned();
        let own: Vec<String> = router.prefixes.iter().map(spelt).collect();
        let own = if own.is_empty() { vec![String::new()] } else { own };
        let start =
            |loose| Way { app: file, prefix: String::new(), conditional: false, auth: Vec::new(), loose, trims: false };
        let mut ways = Vec::new();
        let placements = self.placements.get(index).map_or(&[][..], Vec::as_slice);
        // A class or part that is mounted by name serves nothing before it is.
        let is_base = router.class.is_some() && router.role == RouterRole::Router || router.role == RouterRole::Part;
        // An app that is put below another one serves there alone.
        let is_inner = placements.iter().any(|placement| matches!(placement.parent, Anchor::Router(_)));
        if placements.is_empty() && !is_base || router.role == RouterRole::App && !is_inner {
            let bases = vec![start(router.role == RouterRole::Router)];
            extend(&mut ways, bases, &own, at, router);
        }
        for placement in placements {
            let above = match placement.parent {
                Anchor::Root(file) => vec![Way { app: file, ..start(false) }],
                Anchor::Router(parent) => self.ways_within(parent, depth + 1),
            };
            let above = above.into_iter().map(|mut way| {
                way.prefix = paths::join(&way.prefix, &placement.prefix);
                way.conditional |= placement.conditional;
                way.auth.extend(&placement.auth);
                way
            });
            let own = if placement.replaces { &[String::new()][..] } else { &own };
            extend(&mut ways, above.collect(), own, at, router);
        }
        ways.truncate(WAYS_MAX);
        ways
    }
}

fn extend<'a>(ways: &mut Vec<Way<'a>>, above: Vec<Way<'a>>, own: &[String], at: At, router: &'a Router) {
    for base in above {
        for prefix in own {
            let mut way = base.clone();
            way.prefix = paths::join(&way.prefix, prefix);
            way.auth.push(Stated { at, fact: &router.auth });
            way.trims |= router.tokens.iter().any(|(name, value)| name == "/" && value.is_empty());
            ways.push(way);
        }
    }
}

fn innermost(reference: &RouterRef) -> &RouterRef {
    let mut reference = reference;
    while let RouterRef::Below { parent, .. } = reference {
        reference = parent;
    }
    reference
}

/// The innermost definition whose lines hold `line`.
fn enclosing(outline: &Outline, line: u32) -> Option<DefinitionIndex> {
    let holds = |(_, definition): &(u32, &crate::codebase::outline::Definition)| {
        let decorators = definition.decorators.iter().map(|decorator| decorator.lines.first).min();
        let first = decorators.map_or(definition.lines.first, |line| line.min(definition.lines.first));
        first < line && line <= definition.lines.last
            || definition.lines.contains(line) && definition.lines.first < definition.lines.last
    };
    let inside = (0..).zip(&outline.definitions).filter(holds);
    inside.min_by_key(|(_, definition)| definition.lines.last - definition.lines.first).map(|(index, _)| index)
}
