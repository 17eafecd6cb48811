//! Raw routing facts of one file: what a framework declares, before anything is joined.
//!
//! All frameworks speak this small language, so that prefixes, mounts, inheritance and constants
//! are composed once, in `analysis::endpoints`:
//!
//! * a [`Router`] is an object or class that routes hang on: an app, a router, a blueprint, a
//!   controller class, a module with a list of routes;
//! * a [`Mount`] says that a router is served below another one, at a prefix;
//! * a [`Route`] hangs a handler on a router;
//! * a [`Setting`] changes all routes of an app: a global prefix, a token transformer.
//!
//! Names stay as the file writes them; `analysis` resolves them over files.

use super::atom::Atom;
use serde::{Deserialize, Serialize};

use super::endpoint::{EndpointKind, Exchange, OperationKind};
use super::evidence::Lines;
use super::outline::{DefinitionIndex, Value};

/// The placeholder of versions in ASP.NET paths.
pub const VERSION_TOKEN: &str = "apiVersion";

/// Routing facts of one file. A fact's place in the file (its line) tells in which definition its names hold. A route
/// of a class names the class as its router; classes derived from it serve the route too.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Routing {
    /// Routers born here.
    pub routers: Vec<Router>,
    /// Routers put below others here.
    pub mounts: Vec<Mount>,
    /// Routes declared here.
    pub routes: Vec<Route>,
    /// App-wide settings made here.
    pub settings: Vec<Setting>,
    /// Versions that classes and handlers of this file answer, where the app has its versions in the path
    /// ([`SettingKind::UriVersioning`]).
    pub versions: Vec<Versions>,
    /// Operations declared here that an app serves at one path for all.
    pub operations: Vec<OperationFact>,
    /// Classes of this file whose routes stand below a prefix of their own in place of the app's global one.
    pub overrides: Vec<PrefixOverride>,
    /// What is asked of the callers of all routes that a call of this file gives or is handed.
    pub demands: Vec<Demand>,
}

/// What a chain says of callers behind a call that makes or takes a router:
/// `app.MapOrders().RequireAuthorization()`, `app.MapGroup("/x").WithDefaults()`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// The method called.
    pub callee: Atom,
    /// Its line.
    pub line: u32,
    /// What is said.
    pub auth: AuthFact,
}

/// A prefix that a class's routes have in place of the app's ([`SettingKind::GlobalPrefix`]), where it has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrefixOverride {
    /// The class.
    pub definition: DefinitionIndex,
    /// Its prefix; an empty text for none.
    pub prefix: Value,
}

/// A GraphQL field, or a message of a socket: it belongs to the endpoint of `kind` and `framework` that its app serves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationFact {
    /// Query, mutation ...
    pub kind: OperationKind,
    /// Its name as callers write it.
    pub name: Atom,
    /// What answers.
    pub handler: HandlerRef,
    /// Type of the answer, as written.
    pub response: Option<Atom>,
    /// The sort of endpoint that it stands behind.
    pub of: EndpointKind,
    /// Framework id.
    pub framework: Atom,
    /// Its line.
    pub line: u32,
}

/// The versions of a class's routes, or of one method's, which then win.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Versions {
    /// The class or method.
    pub definition: DefinitionIndex,
    /// Its versions; a name that says `NEUTRAL` stands for routes without one.
    pub versions: Vec<Value>,
}

impl Routing {
    /// Whether the file declares nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Takes all facts of `other` in.
    pub fn absorb(&mut self, other: Self) {
        self.routers.extend(other.routers);
        self.mounts.extend(other.mounts);
        self.routes.extend(other.routes);
        self.settings.extend(other.settings);
        self.versions.extend(other.versions);
        self.operations.extend(other.operations);
        self.overrides.extend(other.overrides);
        self.demands.extend(other.demands);
    }
}

/// Names a router from within a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RouterRef {
    /// The app of the component that the file belongs to.
    Root,
    /// A dotted name as written here: `router`, `users.router`, `this.apiRouter.router`, `OrdersController`.
    /// Looked up first among the routers of this file (innermost enclosing definition first), then
    /// through assignments (`x = Y()`, so a class stands for the router it holds), parameters and imports.
    Name(Atom),
    /// A parameter of a function of this file: whatever router callers pass for it; the app where nobody does.
    /// (In C# the `this` parameter of an extension method is passed as the receiver.)
    Parameter {
        /// The function.
        function: DefinitionIndex,
        /// Its parameter.
        name: Atom,
    },
    /// The list of routes that a module of this name holds, as written here: Django's `include("shop.urls")`.
    Module(Atom),
    /// The routers of all files below a folder, as seen from this file: plugins that are loaded by their place.
    Folder {
        /// The folder.
        path: Atom,
        /// Whether the names of the folders between are prefixes.
        named: bool,
    },
    /// The router that a function returns: `createRouter()`, by its dotted name as written here.
    Returned(Atom),
    /// A router of the same framework by a name that holds in the whole app, whichever file it is born in: the route
    /// names of Pyramid. Its name there starts with `@`.
    Registered(Atom),
    /// An unnamed router below another: `app.MapGroup("/a")` in the middle of a chain, `router.route("/x")`.
    Below {
        /// What it hangs on.
        parent: Box<RouterRef>,
        /// Its prefix.
        prefix: Value,
    },
}

/// An object or class that routes hang on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Router {
    /// How this file names it: `router`, `this.router`, the class's name, Django's `urlpatterns`; the empty name for
    /// the file's own list (a Next.js route file).
    pub name: Atom,
    /// The definition in which that name holds: a function for a local variable, the class for `this.router`;
    /// for a class router its own index is in `class`.
    pub enclosing: Option<DefinitionIndex>,
    /// The class that is this router, if it is one (controller, viewset, Nest controller).
    pub class: Option<DefinitionIndex>,
    /// What part it plays.
    pub role: RouterRole,
    /// Its own prefixes, each of which serves every route; empty means one empty prefix.
    pub prefixes: Vec<Value>,
    /// Placeholders that its class fills in: (`controller`, `Manage`), (`area`, `Admin`). A derived class's own
    /// tokens win over its base's.
    pub tokens: Vec<(Atom, Atom)>,
    /// What it hangs on where it is born (`var g = app.MapGroup("/x")` hangs on `app`); `None` until mounted.
    pub parent: Option<RouterRef>,
    /// Whether a function of this file returns it.
    pub returned_by: Option<DefinitionIndex>,
    /// Authentication and authorisation stated on it.
    pub auth: AuthFact,
    /// Framework id.
    pub framework: Atom,
    /// The line where it is born.
    pub line: u32,
}

/// What part a router plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RouterRole {
    /// Serves requests itself: `FastAPI()`, `express()`, `WebApplication`. The root of its paths.
    App,
    /// Serves nothing until it is mounted: `APIRouter()`, `express.Router()`, a blueprint, a viewset's class.
    #[default]
    Router,
    /// A function or list that may be a router and serves nothing unless something mounts it.
    Part,
    /// A class that the framework finds by itself and hangs on its component's app.
    Controller,
}

/// A router put below another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mount {
    /// What it is put below.
    pub parent: RouterRef,
    /// What is put there.
    pub child: RouterRef,
    /// Where.
    pub prefix: Value,
    /// Whether `prefix`, when given, replaces the child's own (Flask) or stands before it (all others).
    pub replaces_prefix: bool,
    /// Under an `if`, loop or handler.
    pub conditional: bool,
    /// Authentication stated on it.
    pub auth: AuthFact,
    /// Framework id.
    pub framework: Atom,
    /// Its line.
    pub line: u32,
}

/// A handler hung on a router.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// What it hangs on.
    pub router: RouterRef,
    /// HTTP methods in capitals; `ANY` for all; empty where the handler decides: a class based view answers the verbs it defines methods for.
    pub methods: Vec<Atom>,
    /// Path below the router, in the framework's own spelling. [`Value::Null`]: the route has no template of its own; if its
    /// router has none either, the app's conventional patterns ([`SettingKind::Conventional`]) serve it.
    pub path: Value,
    /// Which of the spellings of path parameters it uses.
    pub syntax: PathSyntax,
    /// Whether the path stands by itself, without the router's prefixes (C# `/x` or `~/x` on an action).
    pub absolute: bool,
    /// What answers.
    pub handler: HandlerRef,
    /// Placeholders that the action fills in: (`action`, `Index`). One of the name [`VERSION_TOKEN`] fills every
    /// `{version:apiVersion}` in, each value of it in a path of its own; the router's do so where the route has none.
    pub tokens: Vec<(Atom, Atom)>,
    /// API, page, health check ...
    pub kind: EndpointKind,
    /// Authentication and authorisation stated on it.
    pub auth: AuthFact,
    /// What it takes and gives. Parameters of the path may be left out: they are read off the path.
    pub exchange: Exchange,
    /// What it does, where the route itself says so (`summary=`), as plain text.
    pub summary: Option<String>,
    /// Under an `if`, loop or handler.
    pub conditional: bool,
    /// Framework id.
    pub framework: Atom,
    /// The line that declares the route: the decorator's, or the statement's first.
    pub line: u32,
}

/// How a framework spells parameters in a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PathSyntax {
    /// `{id}`, `{id:int}`, `{id?}`, `{*rest}`, `{rest:path}`: ASP.NET, FastAPI.
    #[default]
    Braces,
    /// `<int:id>`: Flask, Django's `path`.
    Angles,
    /// `<id:int>`: Sanic, Bottle.
    NamedAngles,
    /// `:id`, `:id?`, `*`: Express, Nest.
    Colons,
    /// `[id]`, `[...rest]`: Next.js.
    Brackets,
    /// `.orders/.byId` below where it is served: names joined by dots, as tRPC's are.
    Dots,
    /// A regular expression with named groups: Django's `re_path`.
    Regex,
}

/// What answers a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum HandlerRef {
    /// A definition of this file.
    Definition(DefinitionIndex),
    /// A dotted name as written here, to be resolved: `views.index`, `userController.list`.
    Name(Atom),
    /// A function literal, or the file itself.
    Inline(Lines),
    /// Methods of whichever classes of the repository implement what is declared here. The route is served where they are.
    Implementation(Box<Implementation>),
}

/// Names methods of a class by what the class derives from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Implementation {
    /// Last name of a base of the class: `GreeterBase`.
    pub base: Atom,
    /// Names that the methods may have. One that is a verb, such as `Post`, is one of a route without methods.
    pub methods: Vec<Atom>,
    /// Type of their first parameter, if it tells them from others.
    pub takes: Option<Atom>,
    /// What stands for them where nobody implements it; without it, the route is then not served.
    pub otherwise: Option<DefinitionIndex>,
}

/// What a file states about who may call.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AuthFact {
    /// Signed-in callers only (`Some(true)`), explicitly open (`Some(false)`), not said (`None`).
    pub required: Option<bool>,
    /// Scheme names as written.
    pub schemes: Vec<Atom>,
    /// Role names, as values to be evaluated by their name or text.
    pub roles: Vec<Atom>,
    /// Policy, guard, permission or dependency names.
    pub policies: Vec<Atom>,
    /// Names as written here of definitions, perhaps of other files, that may state more: a dependency, a wrapper.
    pub asks: Vec<Atom>,
}

/// Something that changes all routes of an app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// What it does.
    pub kind: SettingKind,
    /// Framework id.
    pub framework: Atom,
    /// Its line.
    pub line: u32,
}

/// What an app-wide setting does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SettingKind {
    /// Every route of the app stands below this (Nest `setGlobalPrefix`, `UsePathBase`).
    GlobalPrefix {
        /// The prefix.
        prefix: Value,
        /// Paths that stand outside it.
        exclude: Vec<Value>,
    },
    /// Paths get a version segment: `prefix` + version (Nest URI versioning).
    UriVersioning {
        /// Whether the segment stands behind the path (`FastEndpoints`), not before it.
        behind: bool,
        /// Before the number, usually `v`.
        prefix: Value,
        /// Version of controllers that name none.
        default: Option<Value>,
    },
    /// Every route of the app asks this of its callers, unless it says otherwise.
    Auth(AuthFact),
    /// So does every route that is answered by a class below one of these bases, or by a function with one of these
    /// decorators, by their last names: REST framework's default permissions.
    AuthBelow {
        /// Bases and decorators.
        bases: Vec<Atom>,
        /// What is asked.
        auth: AuthFact,
    },
    /// Routes at a path, or below it too, ask this of their callers (Razor Pages' `AuthorizeFolder`).
    AuthAt {
        /// The path.
        path: Value,
        /// Whether what lies below it is meant, too.
        below: bool,
        /// What they ask.
        auth: AuthFact,
    },
    /// Placeholders' values are rewritten before they enter a path.
    Tokens(TokenStyle),
    /// A conventional route: controllers without routes of their own are served by this pattern.
    Conventional {
        /// `{controller=Home}/{action=Index}/{id?}`.
        pattern: Value,
        /// Area that it is for.
        area: Option<Value>,
        /// Placeholders' values where the pattern does not say them: (`controller`, `Blog`).
        defaults: Vec<(Atom, Value)>,
    },
}

/// How a placeholder's value is spelt in a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenStyle {
    /// `MyAccount` becomes `my-account`.
    Slug,
    /// `MyAccount` becomes `myaccount`.
    Lower,
}
