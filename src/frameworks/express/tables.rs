//! Routers that are mounted from a table: `[{ path: "/users", route: users }].forEach(it => app.use(it.path, it.route))`.

use crate::codebase::outline::{Call, Outline, Value};

/// The arguments of a call, once for each entry of the table that its names go through; as they stand where none do.
pub(super) fn filled(outline: &Outline, call: &Call) -> Vec<Vec<Value>> {
    let values: Vec<Value> = call.value.args.iter().map(|argument| argument.value.clone()).collect();
    let names = values.iter().filter_map(Value::as_name);
    let table = names.filter_map(|name| name.split('.').next()).find_map(|root| table(outline, call, root));
    let Some((variable, entries)) = table else { return vec![values] };
    let entry = |entry: &Value| values.iter().map(|value| put_in(value, &variable, entry)).collect::<Vec<Value>>();
    entries.iter().map(entry).collect()
}

/// What a name stands for in turn, and how it is taken apart.
fn table<'o>(outline: &'o Outline, call: &Call, root: &str) -> Option<(Variable, &'o [Value])> {
    let line = call.value.line;
    let looping = outline.calls.iter().find_map(|each| {
        let function = each.value.positional(0).and_then(Value::as_function)?;
        let is_loop = matches!(each.value.callee.as_str(), "forEach" | "map") && function.lines.contains(line);
        let first = function.parameters.first().filter(|_| is_loop)?;
        Some((Variable::of(&first.name, root)?, each.value.receiver.as_ref()?))
    });
    let (variable, list) = looping.or_else(|| {
        let given = outline.assignments.iter().find(|it| it.target == root && it.enclosing == call.enclosing)?;
        match &given.value {
            Value::Spread(list) => Some((Variable::Whole(root.to_owned()), list.as_ref())),
            _ => None,
        }
    })?;
    let list = match list {
        Value::Name(name) => &outline.assignments.iter().find(|it| it.target == *name)?.value,
        list => list,
    };
    match list {
        Value::List(entries) if entries.iter().all(|entry| matches!(entry, Value::Record(_))) => {
            Some((variable, entries))
        }
        _ => None,
    }
}

/// A loop's variable: one name, or the keys of what it is taken apart into.
enum Variable {
    Whole(String),
    Parts,
}

impl Variable {
    fn of(parameter: &str, root: &str) -> Option<Self> {
        if parameter == root {
            return Some(Self::Whole(root.to_owned()));
        }
        let inside = parameter.strip_prefix('{')?.strip_suffix('}')?;
        inside.split(',').any(|part| part.trim() == root).then_some(Self::Parts)
    }
}

fn put_in(value: &Value, variable: &Variable, entry: &Value) -> Value {
    let key = value.as_name().and_then(|name| match variable {
        Variable::Whole(root) => name.strip_prefix(root.as_str())?.strip_prefix('.'),
        Variable::Parts => Some(name),
    });
    key.and_then(|key| entry.key(key)).unwrap_or(value).clone()
}
