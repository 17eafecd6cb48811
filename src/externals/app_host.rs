//! Which projects an Aspire app host gives a resource to: `AddProject<Projects.Web>("web").WithReference(redis)`.

use std::collections::{BTreeMap, HashMap};

use super::sightings::Found;
use crate::codebase::Atom;
use crate::codebase::external::User;
use crate::codebase::outline::{CallValue, Outline, Value};

/// Longest chain of calls, and of variables, that is followed.
const LONGEST: usize = 64;

/// Tells the lines of `found` that make a resource who uses it.
pub(super) fn wire(outline: &Outline, found: &mut Found) {
    if !outline.calls.iter().any(|call| project_of(&call.value).is_some()) {
        return;
    }
    let host = AppHost::new(outline);
    let mut users: BTreeMap<u32, Vec<User>> = BTreeMap::new();
    for call in &outline.calls {
        let call = &call.value;
        if let Some((line, user)) = host.reader(call) {
            users.entry(line).or_default().push(user);
        }
        let given = call.args.iter().filter_map(|argument| argument.value.as_name());
        if call.callee.starts_with("With") {
            let Some(project) = host.project_above(call) else { continue };
            for line in given.filter_map(|name| host.resource(name)) {
                users.entry(line).or_default().push(User::Project(project.clone()));
            }
        } else {
            let projects = given.filter_map(|name| host.project_above(host.variables.get(name)?));
            users.entry(call.line).or_default().extend(projects.map(User::Project));
        }
    }
    found.use_lines(&users);
}

/// The calls that variables of an app host are given.
struct AppHost<'a> {
    variables: HashMap<&'a str, &'a CallValue>,
}

impl<'a> AppHost<'a> {
    fn new(outline: &'a Outline) -> Self {
        let given = outline.assignments.iter().filter_map(|assignment| match &assignment.value {
            Value::Call(call) => Some((assignment.target.as_ref(), call.as_ref())),
            _ => None,
        });
        Self { variables: given.collect() }
    }

    /// The project that a chain of calls is about.
    fn project_above(&self, call: &CallValue) -> Option<Atom> {
        if let Some(project) = chain(call).find_map(project_of) {
            return Some(project);
        }
        let Some(Value::Name(variable)) = &chain(call).last()?.receiver else { return None };
        chain(self.variables.get(variable.as_ref() as &str)?).find_map(project_of)
    }

    /// The line that makes the resource in this variable: of a database, that of its server.
    fn resource(&self, variable: &str) -> Option<u32> {
        let mut call = chain(self.variables.get(variable)?).last()?;
        for _ in 0..LONGEST {
            match self.parent(call) {
                Some(parent) => call = parent,
                None => return project_of(call).is_none().then_some(call.line),
            }
        }
        None
    }

    /// The call that makes the resource to which `call` adds a part; nothing if it adds to the host itself.
    fn parent(&self, call: &CallValue) -> Option<&'a CallValue> {
        let Some(Value::Name(variable)) = &call.receiver else { return None };
        let parent = chain(self.variables.get(variable.as_ref() as &str)?).last()?;
        (parent.callee != "CreateBuilder").then_some(parent)
    }

    /// A resource's own name is that of a connection string: who reads it uses the resource.
    fn reader(&self, call: &CallValue) -> Option<(u32, User)> {
        let name = call.positional(0)?.as_text().filter(|_| call.callee.starts_with("Add"))?;
        let line = self.parent(call).map_or(call.line, |parent| parent.line);
        project_of(call).is_none().then(|| (line, User::Reader(Atom::new(name))))
    }
}

/// A call and those before it in its chain, the last one first.
fn chain(call: &CallValue) -> impl Iterator<Item = &CallValue> {
    std::iter::successors(Some(call), |call| before(call)).take(LONGEST)
}

fn before(call: &CallValue) -> Option<&CallValue> {
    match &call.receiver {
        Some(Value::Call(receiver)) => Some(receiver),
        _ => None,
    }
}

/// `Ordering_API` of `AddProject<Projects.Ordering_API>("ordering")`.
fn project_of(call: &CallValue) -> Option<Atom> {
    let project = call.type_args.first()?.strip_prefix("Projects.")?;
    Some(Atom::new(project))
}
