//! Settings of an MVC app: conventional routes, placeholders' spelling, the path base.

use crate::codebase::Atom;

use crate::codebase::outline::{Call, CallValue, Outline, Value, last_part};
use crate::codebase::routing::{Setting, SettingKind, TokenStyle};

use super::authorize;

/// The pattern that `MapDefaultControllerRoute` stands for.
const DEFAULT_PATTERN: &str = "{controller=Home}/{action=Index}/{id?}";

/// All settings that a file makes.
pub(super) fn read(outline: &Outline) -> Vec<Setting> {
    let from_calls = outline.calls.iter().filter_map(|call| Some((kind(call)?, call.value.line)));
    let lower =
        outline.assignments.iter().filter(|it| it.target.ends_with(".LowercaseUrls") && it.value == Value::Bool(true));
    let from_assignments = lower.map(|it| (SettingKind::Tokens(TokenStyle::Lower), it.line));
    let mut settings: Vec<Setting> = from_calls
        .chain(from_assignments)
        .chain(authorize::of_app(outline, &["MapControllers", "MapControllerRoute", "MapDefaultControllerRoute"], true))
        .map(|(kind, line)| Setting { kind, framework: Atom::new(super::ID), line })
        .collect();
    settings.sort_by_key(|setting| setting.line);
    settings
}

fn kind(call: &Call) -> Option<SettingKind> {
    let value = &call.value;
    match value.callee.as_str() {
        "MapDefaultControllerRoute" => Some(SettingKind::Conventional {
            pattern: Value::Text(Atom::new(DEFAULT_PATTERN)),
            area: None,
            defaults: Vec::new(),
        }),
        "MapControllerRoute" => conventional(value, &["pattern"], 1, None),
        "MapAreaControllerRoute" => {
            let area = value.named("areaName").or_else(|| value.positional(1)).cloned();
            conventional(value, &["pattern"], 2, Some(area.unwrap_or_default()))
        }
        "MapRoute" => conventional(value, &["template", "url"], 1, None),
        "RouteTokenTransformerConvention" if value.is_new => transformer(value),
        "UsePathBase" => {
            let prefix = value.positional(0).filter(|prefix| matches!(prefix, Value::Text(_)))?;
            Some(SettingKind::GlobalPrefix { prefix: prefix.clone(), exclude: Vec::new() })
        }
        _ => None,
    }
}

/// A conventional route: its pattern under one of these names or at a position, the values that its defaults fix.
pub(in crate::frameworks) fn conventional(
    call: &CallValue,
    names: &[&str],
    position: usize,
    area: Option<Value>,
) -> Option<SettingKind> {
    let by_name = |names: &[&str]| names.iter().find_map(|name| call.named(name));
    // Arguments before it that are named leave its place among the others.
    let named_before = call.args.iter().take(position).filter(|arg| arg.name.is_some()).count();
    let place = position.saturating_sub(named_before);
    let pattern = by_name(names).or_else(|| call.positional(place))?;
    let defaults = match by_name(&["defaults"]).or_else(|| call.positional(place + 1)) {
        Some(Value::Record(entries)) => entries.as_slice(),
        _ => &[],
    };
    let pattern = match pattern {
        Value::Text(text) => Value::Text(with_optional(text, defaults)),
        other => other.clone(),
    };
    let defaults: Vec<(Atom, Value)> = defaults.iter().filter(|(_, value)| !is_optional(value)).cloned().collect();
    let says = match &pattern {
        Value::Text(text) => text.contains('{') || !defaults.is_empty(),
        other => matches!(other, Value::Name(_) | Value::Join(_)),
    };
    says.then_some(SettingKind::Conventional { pattern, area, defaults })
}

/// `UrlParameter.Optional`, `RouteParameter.Optional`, `""`.
fn is_optional(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.is_empty(),
        value => value.as_name().is_none_or(|name| last_part(name) == "Optional"),
    }
}

/// A pattern with `{id?}` for `{id}` where the defaults say that it may be left out.
fn with_optional(pattern: &str, defaults: &[(Atom, Value)]) -> Atom {
    let optional = defaults.iter().filter(|(_, value)| is_optional(value));
    let marked = optional.fold(pattern.to_owned(), |pattern, (name, _)| {
        pattern.replace(&format!("{{{name}}}"), &format!("{{{name}?}}"))
    });
    Atom::from(marked)
}

/// A transformer says by its name what it does: `SlugifyParameterTransformer`, `LowerCaseTransformer`.
fn transformer(call: &CallValue) -> Option<SettingKind> {
    let name = match call.positional(0)? {
        Value::Call(made) => made.callee.to_ascii_lowercase(),
        Value::Name(name) => name.to_ascii_lowercase(),
        _ => return None,
    };
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if is(&["slug", "kebab", "dash", "hyphen"]) {
        return Some(SettingKind::Tokens(TokenStyle::Slug));
    }
    is(&["lower"]).then_some(SettingKind::Tokens(TokenStyle::Lower))
}
