//! What a call like `x.MapGet` hangs on, if `x` is a route builder at all.

use std::collections::BTreeSet;

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::outline::{Assignment, CallValue, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::RouterRef;

/// Types that routes can be mapped on.
const BUILDERS: &[&str] = &[
    "IEndpointRouteBuilder",
    "WebApplication",
    "RouteGroupBuilder",
    "IVersionedEndpointRouteBuilder",
    "IEndpointConventionBuilder",
    "IApplicationBuilder",
];

/// Calls whose function literal is handed a route builder.
const HANDING: &[&str] = &["UseEndpoints", "UseRouter", "Configure"];

/// How many variables, each made from the next, are followed: they may be made from each other.
const VARIABLES_MAX: usize = 8;

/// How far fluent chains are followed.
const LINKS_MAX: usize = 32;

/// The route builders of a file.
pub(super) struct Receivers<'a> {
    outline: &'a Outline,
    /// Names of parameters of function literals that are handed a route builder.
    handed: BTreeSet<&'a str>,
}

impl<'a> Receivers<'a> {
    pub(super) fn new(outline: &'a Outline) -> Self {
        let mut handed = BTreeSet::new();
        for call in outline.calls.iter().filter(|call| HANDING.contains(&call.value.callee.as_str())) {
            for arg in &call.value.args {
                if let Some(function) = arg.value.as_function() {
                    let untyped = |parameter: &&crate::codebase::outline::Parameter| {
                        parameter.type_name.as_deref().is_none_or(is_builder)
                    };
                    handed.extend(
                        function.parameters.iter().filter(untyped).take(1).map(|parameter| parameter.name.as_str()),
                    );
                }
            }
        }
        Self { outline, handed }
    }

    /// The router that an expression stands for, if it is one.
    pub(super) fn of(&self, value: &Value, enclosing: Option<DefinitionIndex>) -> Option<RouterRef> {
        self.of_within(value, enclosing, 0)
    }

    fn of_within(&self, value: &Value, enclosing: Option<DefinitionIndex>, depth: usize) -> Option<RouterRef> {
        let mut current = value;
        let mut prefixes: Vec<Value> = Vec::new();
        for _ in 0..LINKS_MAX {
            match current {
                Value::Call(call) => {
                    if call.callee == "MapGroup" {
                        prefixes.extend(group_prefix(self.outline, call, enclosing));
                    } else if is_new_app(call) {
                        return Some(below(RouterRef::Root, prefixes));
                    }
                    current = call.receiver.as_ref()?;
                }
                Value::Name(name) => return Some(below(self.named(name, enclosing, depth)?, prefixes)),
                _ => return None,
            }
        }
        None
    }

    fn named(&self, name: &Atom, enclosing: Option<DefinitionIndex>, depth: usize) -> Option<RouterRef> {
        if depth > VARIABLES_MAX {
            return None;
        }
        let mut scope = enclosing;
        loop {
            let local = |it: &&Assignment| it.target == *name && it.enclosing == scope;
            if self.outline.assignments.iter().filter(local).any(|it| self.holds_builder(it, depth)) {
                return Some(RouterRef::Name(name.clone()));
            }
            let Some(index) = scope else { break };
            let definition = self.outline.definition(index)?;
            let typed = definition.parameters.iter().find(|parameter| parameter.name == *name);
            if let Some(parameter) = typed {
                let builds = parameter.type_name.as_deref().is_some_and(is_builder);
                return builds.then(|| match class_prefix(self.outline, index) {
                    Some(prefix) => below(RouterRef::Root, vec![prefix]),
                    None => RouterRef::Parameter { function: index, name: name.clone() },
                });
            }
            scope = definition.parent.filter(|parent| *parent < index);
        }
        if self.handed.contains(name.as_str()) {
            return Some(RouterRef::Root);
        }
        let field = self.outline.definitions.iter().find(|it| it.name == last_part(name) && it.parent.is_some())?;
        field.type_name.as_deref().is_some_and(is_builder).then_some(RouterRef::Root)
    }

    fn holds_builder(&self, assignment: &Assignment, depth: usize) -> bool {
        if assignment.type_name.as_deref().is_some_and(is_builder) || is_app_builder(&assignment.value) {
            return true;
        }
        assignment.value.as_call().is_some_and(|call| {
            group_of(call).is_some_and(|group| {
                let receiver = group.receiver.as_ref();
                // `group = group.MapGroup("x")` says nothing of what `group` was before.
                let is_itself = receiver.and_then(Value::as_name) == Some(assignment.target.as_str());
                receiver.is_some_and(|receiver| {
                    !is_itself && self.of_within(receiver, assignment.enclosing, depth + 1).is_some()
                })
            })
        })
    }
}

fn below(parent: RouterRef, prefixes: Vec<Value>) -> RouterRef {
    prefixes.into_iter().rev().fold(parent, |parent, prefix| RouterRef::Below { parent: Box::new(parent), prefix })
}

fn is_builder(type_name: &str) -> bool {
    BUILDERS.contains(&last_part(type_name.trim_end_matches('?')))
}

/// Whether a value is a web application: `WebApplication.Create(..)`, or `builder.Build()` of one.
pub(super) fn is_app_builder(value: &Value) -> bool {
    value.as_call().is_some_and(|call| is_new_app(call) || (call.callee == "Build" && call.args.is_empty() && {
        // `WebApplication.CreateBuilder(args).Build()` or any builder variable; host and container builders have other names.
        matches!(&call.receiver, Some(Value::Name(name)) if name == "builder" || name.ends_with("appBuilder") || name.ends_with("webBuilder"))
            || matches!(&call.receiver, Some(Value::Call(made)) if made.callee.starts_with("Create") || made.callee.starts_with("Configure"))
    }))
}

fn is_new_app(call: &CallValue) -> bool {
    call.callee == "Create" && matches!(&call.receiver, Some(Value::Name(name)) if last_part(name) == "WebApplication")
}

/// The innermost call of a fluent chain that makes a group: `app.MapGroup("x").WithTags("y")` or `app.NewVersionedApi()`.
pub(super) fn group_of(call: &CallValue) -> Option<&CallValue> {
    let mut current = call;
    for _ in 0..LINKS_MAX {
        if current.callee == "MapGroup" || current.callee == "NewVersionedApi" {
            return Some(current);
        }
        current = match &current.receiver {
            Some(Value::Call(inner)) => inner,
            _ => return None,
        };
    }
    None
}

/// The prefix that a group adds. `MapGroup(this)` of endpoint-group classes is named after the class.
pub(super) fn group_prefix(outline: &Outline, group: &CallValue, enclosing: Option<DefinitionIndex>) -> Option<Value> {
    if group.callee != "MapGroup" {
        return None;
    }
    match group.positional(0).or_else(|| group.named("prefix")) {
        Some(Value::Name(name)) if name == "this" => enclosing.and_then(|index| named_after_class(outline, index)),
        Some(prefix) => Some(prefix.clone()),
        None => None,
    }
}

/// The prefix of endpoint-group classes, which are handed a group of their own.
fn class_prefix(outline: &Outline, function: DefinitionIndex) -> Option<Value> {
    let class = outline.definition(outline.definition(function)?.parent?)?;
    if class.bases.iter().any(|base| last_part(base) == "CarterModule") {
        return handed_to_base(outline, outline.definition(function)?.parent?);
    }
    let is_group = class.bases.iter().any(|base| last_part(base).contains("EndpointGroup"));
    if is_group { named_after_class(outline, function) } else { None }
}

/// What a class hands to its base's constructor first: Carter's `base("/orders")`.
fn handed_to_base(outline: &Outline, class: DefinitionIndex) -> Option<Value> {
    let inside = |enclosing: Option<DefinitionIndex>| {
        enclosing == Some(class)
            || enclosing.and_then(|index| outline.definition(index)).is_some_and(|it| it.parent == Some(class))
    };
    let call = outline.calls.iter().find(|call| call.value.callee == "base" && inside(call.enclosing))?;
    call.value.positional(0).cloned()
}

fn named_after_class(outline: &Outline, inside: DefinitionIndex) -> Option<Value> {
    let index = outline.definition(inside)?.parent?;
    let own = |name: &str| {
        outline
            .assignments
            .iter()
            .find(|it| it.enclosing == Some(index) && it.target == name)
            .map(|it| it.value.clone())
    };
    if let Some(prefix) = own("RoutePrefix") {
        return Some(prefix);
    }
    let name = own("GroupName")
        .unwrap_or_else(|| Value::Text(outline.definition(index).map(|class| class.name.clone()).unwrap_or_default()));
    Some(Value::Join(thin_vec![Value::Text(Atom::new("/api/")), name]))
}
