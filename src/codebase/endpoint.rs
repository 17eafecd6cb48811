//! What the system answers: method, path and handler.

use super::atom::Atom;
use serde::{Deserialize, Serialize};

use super::evidence::Place;
use super::source::RepoPath;

/// One method and path, with the code that answers it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// HTTP method in capitals, or `ANY`.
    pub method: Atom,
    /// Path with parameters as `{name}` and catch-alls as `{*name}`; `{?}` stands for what could not be evaluated.
    pub path: String,
    /// Path as the framework spells it, before placeholders are filled in.
    pub raw_path: String,
    /// API, page, health check ...
    pub kind: EndpointKind,
    /// Id of the component that serves it.
    pub app: String,
    /// Framework id.
    pub framework: Atom,
    /// The code that answers.
    pub handler: Handler,
    /// The line that declares the route.
    pub route: RoutePlace,
    /// Who may call, if that could be determined.
    pub auth: Option<Auth>,
    /// What it takes and gives.
    #[serde(flatten)]
    pub exchange: Exchange,
    /// The operations behind it, where one path serves many: GraphQL fields, methods of a hub.
    pub operations: Vec<Operation>,
    /// Whether it is registered only under a condition.
    pub conditional: bool,
    /// Id of the domain it belongs to.
    pub domain: Option<String>,
    /// What it does, from the route's summary or the handler's doc comment.
    pub summary: Option<String>,
}

impl Endpoint {
    /// Key that stays while the endpoint stays: `GET /orders/{id}`, with its app where that must be told apart.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// The code that answers an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Handler {
    /// Dotted name in its file: `ManageController.MyAccount`; empty for a function literal.
    pub symbol: String,
    /// Its file.
    pub file: RepoPath,
    /// The line that names it; for a function literal, its route's line.
    pub line: u32,
    /// Its last line.
    #[serde(skip)]
    pub last_line: u32,
}

impl Handler {
    /// Its lines.
    pub fn place(&self) -> Place {
        Place::new(self.file.clone(), super::evidence::Lines::new(self.line, self.last_line))
    }
}

/// What an endpoint takes and gives, as far as the code states it. Types stand as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Parameters of the path, query, headers, cookies and forms.
    pub parameters: Vec<Parameter>,
    /// Type of the body or parameters object.
    pub request: Option<Atom>,
    /// Type of the answer.
    pub response: Option<Atom>,
    /// Status codes that are stated, sorted.
    pub statuses: Vec<Status>,
    /// Whether callers are told not to use it any more.
    pub deprecated: bool,
}

/// A value that a caller gives beside the body.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Parameter {
    /// Where it stands.
    #[serde(rename = "in")]
    pub location: Location,
    /// Its name in the request. In the facts of one file it may be empty: the members of its type are the parameters.
    pub name: Atom,
    /// Its type, as written.
    #[serde(rename = "type")]
    pub type_name: Option<Atom>,
    /// Whether a request without it is refused.
    pub required: bool,
}

/// Where a parameter stands in a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    /// In the path.
    #[default]
    Path,
    /// After the `?`.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
    /// In a form's field.
    Form,
}

/// A status code that an endpoint answers with.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Status {
    /// The code: 100 to 599.
    pub code: u16,
    /// Type of what it carries, as written.
    #[serde(rename = "type")]
    pub type_name: Option<Atom>,
}

/// One of many operations behind one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Operation {
    /// Query, mutation ...
    pub kind: OperationKind,
    /// Its name as callers write it.
    pub name: Atom,
    /// The code that answers.
    pub handler: Handler,
    /// Type of the answer, as written.
    pub response: Option<Atom>,
}

/// What sort of operation it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    /// A GraphQL field that reads.
    #[default]
    Query,
    /// A GraphQL field that writes.
    Mutation,
    /// A GraphQL field that keeps sending.
    Subscription,
    /// A message that clients send to a hub or socket.
    Message,
}

/// What a file of the repository that describes an API (`OpenAPI`, Swagger) says that it answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Paths that may stand before all others: those of its servers.
    pub bases: Vec<String>,
    /// Its operations, in order.
    pub operations: Vec<Described>,
}

/// A request that a description names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Described {
    /// HTTP method in capitals.
    pub method: Atom,
    /// Its path, as written.
    pub path: String,
    /// The line of the path.
    pub line: u32,
}

/// A description of an API in the repository, beside the code that answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The file that describes.
    pub file: RepoPath,
    /// Id of the component that serves what it describes.
    pub app: String,
    /// How many of its operations the code has.
    pub agreed: usize,
    /// Those that the code does not have.
    pub not_in_code: Vec<Described>,
    /// Keys of the endpoints that it does not describe.
    pub not_described: Vec<String>,
}

/// Where a route is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RoutePlace {
    /// Its file.
    pub file: RepoPath,
    /// Its line.
    pub line: u32,
}

/// What sort of surface an endpoint is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointKind {
    /// Called by programs or forms.
    #[default]
    Api,
    /// A page that a browser shows.
    Page,
    /// A health probe.
    Health,
    /// A GraphQL endpoint.
    Graphql,
    /// A gRPC method.
    Grpc,
    /// A `SignalR` or WebSocket hub.
    Hub,
    /// Made by a framework, not by this repository's code.
    Framework,
}

/// Who may call an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Auth {
    /// Whether a caller must be signed in.
    pub required: bool,
    /// Authentication schemes, sorted.
    pub schemes: Vec<Atom>,
    /// Roles, any of which will do, sorted.
    pub roles: Vec<Atom>,
    /// Policies, permissions or guards, sorted.
    pub policies: Vec<Atom>,
}
