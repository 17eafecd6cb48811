//! Where a router of procedures is served: adapters of other frameworks.

use crate::codebase::RepoPath;
use crate::codebase::outline::{Call, Outline, Value};
use crate::codebase::routing::{Mount, RouterRef};

use super::super::javascript;
use super::{ID, given, parent_of};

/// Calls that make a handler of a router.
const HANDLERS: &[&str] = &[
    "createExpressMiddleware",
    "createHTTPHandler",
    "createHTTPServer",
    "createNextApiHandler",
    "fetchRequestHandler",
    "createKoaMiddleware",
    "trpcServer",
    "nodeHTTPRequestHandler",
    "awsLambdaRequestHandler",
];

/// Reads where a file's adapters serve their routers.
pub(super) fn read(path: &RepoPath, outline: &Outline, mounts: &mut Vec<Mount>) {
    for call in &outline.calls {
        let name = call.value.callee.as_str();
        if HANDLERS.contains(&name) || name == "createExpressMiddleware" {
            handler(path, outline, call, mounts);
        } else if name == "register" {
            mounts.extend(plugin(call));
        }
    }
}

/// `createNextApiHandler({ router, endpoint })`, alone or as `app.use("/trpc", createExpressMiddleware({ router }))`.
fn handler(path: &RepoPath, outline: &Outline, call: &Call, mounts: &mut Vec<Mount>) {
    let Some(options) = call.value.positional(0) else { return };
    let Some(child) = options.key("router").and_then(given) else { return };
    let stated = options.key("endpoint").or_else(|| options.key("basePath")).cloned();
    let user = outline.calls.iter().find(|user| {
        matches!(user.value.callee.as_str(), "use" | "all")
            && user.value.args.iter().any(|it| {
                it.value
                    .as_call()
                    .is_some_and(|inner| inner.lines == call.value.lines && inner.callee == call.value.callee)
            })
    });
    let placed = user.and_then(|user| {
        let prefix = user.value.positional(0).filter(|prefix| !matches!(prefix, Value::Call(_)))?;
        let prefix = match prefix {
            Value::Text(text) => Value::Text(text.trim_end_matches('*').trim_end_matches('/').into()),
            prefix => prefix.clone(),
        };
        Some((parent_of(&user.value)?, prefix))
    });
    let (parent, prefix) = match (placed, stated) {
        (Some(placed), _) => placed,
        (None, Some(stated)) => (RouterRef::Root, stated),
        (None, None) => (RouterRef::Root, Value::Text(by_place(path).unwrap_or_default().into())),
    };
    mounts.push(javascript::mount(ID, parent, child, prefix, call));
}

/// `fastify.register(fastifyTRPCPlugin, { prefix, trpcOptions: { router } })`.
fn plugin(call: &Call) -> Option<Mount> {
    let options = call.value.positional(1)?;
    let child = options.key("trpcOptions")?.key("router").and_then(given)?;
    let prefix = options.key("prefix").cloned().unwrap_or(Value::Null);
    Some(javascript::mount(ID, parent_of(&call.value)?, child, prefix, call))
}

/// The URL of a route file: `pages/api/trpc/[trpc].ts`, `app/api/trpc/[trpc]/route.ts`.
fn by_place(path: &RepoPath) -> Option<String> {
    let parts: Vec<&str> = path.parts().collect();
    let at = parts.iter().rposition(|part| matches!(*part, "pages" | "app"))?;
    let below = parts.get(at + 1..)?.iter().take_while(|part| !part.starts_with('[') && !part.starts_with("route."));
    Some(below.fold(String::new(), |url, part| format!("{url}/{}", part.split('.').next().unwrap_or(part))))
}
