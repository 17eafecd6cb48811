//! Settings of an MVC app: conventional routes, placeholders' spelling, the path base.

use crate::codebase::Atom;

use crate::codebase::outline::{Call, CallValue, Outline, Value};
use crate::codebase::routing::{Setting, SettingKind, TokenStyle};

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
        .map(|(kind, line)| Setting { kind, framework: Atom::new(super::ID), line })
        .collect();
    settings.sort_by_key(|setting| setting.line);
    settings
}

fn kind(call: &Call) -> Option<SettingKind> {
    let value = &call.value;
    match value.callee.as_str() {
        "MapDefaultControllerRoute" => {
            Some(SettingKind::Conventional { pattern: Value::Text(Atom::new(DEFAULT_PATTERN)), area: None })
        }
        "MapControllerRoute" => conventional(value, "pattern", 1, None),
        "MapAreaControllerRoute" => {
            let area = value.named("areaName").or_else(|| value.positional(1)).cloned();
            conventional(value, "pattern", 2, Some(area.unwrap_or_default()))
        }
        "MapRoute" => conventional(value, "template", 1, None).or_else(|| conventional(value, "url", 1, None)),
        "RouteTokenTransformerConvention" if value.is_new => transformer(value),
        "UsePathBase" => {
            let prefix = value.positional(0).filter(|prefix| matches!(prefix, Value::Text(_)))?;
            Some(SettingKind::GlobalPrefix { prefix: prefix.clone(), exclude: Vec::new() })
        }
        _ => None,
    }
}

fn conventional(call: &CallValue, name: &str, position: usize, area: Option<Value>) -> Option<SettingKind> {
    let unnamed_before = call.args.iter().filter(|arg| arg.name.is_some()).count();
    let pattern = call.named(name).or_else(|| call.positional(position.saturating_sub(unnamed_before)))?;
    let says = |value: &Value| {
        matches!(value, Value::Text(text) if text.contains('{')) || matches!(value, Value::Name(_) | Value::Join(_))
    };
    says(pattern).then(|| SettingKind::Conventional { pattern: pattern.clone(), area })
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
