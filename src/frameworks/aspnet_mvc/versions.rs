//! API versions: what `[ApiVersion("2.0")]` and `.HasApiVersion(2, 0)` put in place of `{version:apiVersion}`.

use crate::codebase::Atom;

use crate::codebase::outline::{Argument, Decorator, Value, last_part, positional};
use crate::codebase::routing::VERSION_TOKEN;

/// How a template names the place of the version.
const PLACEHOLDER: &str = ":apiVersion}";

/// The versions that attributes state.
pub(in crate::frameworks) fn stated(decorators: &[Decorator], attribute: &str) -> Vec<Atom> {
    let stating = decorators.iter().filter(|decorator| last_part(&decorator.name) == attribute);
    stating.filter_map(|decorator| of(&decorator.args)).collect()
}

/// The version that arguments state, as it is spelt in paths: `"1.0"`, `1.0`, `(1, 0)` and `new ApiVersion(1)` are `1`.
pub(in crate::frameworks) fn of(args: &[Argument]) -> Option<Atom> {
    match (positional(args, 0)?, positional(args, 1)) {
        (Value::Number(major), Some(Value::Number(minor))) if minor != "0" => {
            Some(Atom::from(format!("{major}.{minor}")))
        }
        (Value::Number(text) | Value::Text(text), _) => {
            let text = text.trim_end_matches(['d', 'D']);
            Some(Atom::new(text.strip_suffix(".0").unwrap_or(text)))
        }
        (Value::Call(call), _) if call.callee == "ApiVersion" => of(&call.args),
        _ => None,
    }
}

/// Versions as the placeholders that they fill in.
pub(in crate::frameworks) fn tokens(versions: &[Atom]) -> Vec<(Atom, Atom)> {
    versions.iter().map(|version| (Atom::new(VERSION_TOKEN), version.clone())).collect()
}

/// Prefixes with each of the versions filled in, where they have a place for one.
pub(in crate::frameworks) fn fill(prefixes: Vec<Value>, versions: &[Atom]) -> Vec<Value> {
    let has_place = |value: &Value| value.as_text().is_some_and(|text| text.contains(PLACEHOLDER));
    if versions.is_empty() || !prefixes.iter().any(has_place) {
        return prefixes;
    }
    let filled = |prefix: &Value, version: &Atom| match prefix {
        Value::Text(text) => {
            let Some((before, after)) = text.split_once(PLACEHOLDER) else { return prefix.clone() };
            let before = before.rsplit_once('{').map_or(before, |(before, _)| before);
            Value::Text(Atom::from(format!("{before}{version}{after}")))
        }
        other => other.clone(),
    };
    prefixes.iter().flat_map(|prefix| versions.iter().map(move |version| filled(prefix, version))).collect()
}
