//! Settings that the code reads: environment variables and configuration keys, each with the places that read it.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::Survey;
use crate::codebase::outline::{CallValue, Outline, SymbolKind, Value, last_part};
use crate::codebase::{Place, Role};

/// Settings by key, each with the lines that read it, sorted.
pub type Settings = BTreeMap<String, BTreeSet<Place>>;

/// Names under which code reads the environment, with what stands before the key.
const ENVIRONMENT: &[&str] = &["process.env.", "import.meta.env.", "Bun.env."];

/// Calls whose first argument is an environment variable.
const ENVIRONMENT_CALLS: &[&str] =
    &["os.getenv", "os.environ.get", "environ.get", "getenv", "Environment.GetEnvironmentVariable", "Deno.env.get"];

/// Methods whose first argument is a key, when they are called on configuration.
const CONFIGURATION_CALLS: &[&str] = &[
    "get",
    "getOrThrow",
    "GetValue",
    "GetSection",
    "GetRequiredSection",
    "GetConnectionString",
    "GetRequiredConnectionString",
];

/// All settings that source files read.
pub fn settings(survey: &Survey<'_>) -> Settings {
    let mut settings = Settings::new();
    for (index, file) in survey.codebase.files.iter().enumerate() {
        let Some(outline) = survey.outline(index).filter(|_| file.role == Role::Source) else { continue };
        let mut add = |key: &str, line: u32| {
            settings.entry(key.to_owned()).or_default().insert(Place::line(file.path.clone(), line));
        };
        read_names(outline, &mut add);
        read_calls(outline, &mut add);
        read_settings_classes(outline, &mut add);
    }
    settings
}

fn read_names(outline: &Outline, add: &mut impl FnMut(&str, u32)) {
    for reference in &outline.references {
        let key = ENVIRONMENT.iter().find_map(|start| reference.name.strip_prefix(start));
        if let Some(key) = key.and_then(|key| key.split('.').next()).filter(|key| is_key(key)) {
            add(key, reference.line);
        }
    }
}

fn read_calls(outline: &Outline, add: &mut impl FnMut(&str, u32)) {
    for call in &outline.calls {
        let Some(key) = call.value.positional(0).and_then(Value::as_text).filter(|key| is_key(key)) else { continue };
        if call.value.path().is_some_and(|path| ENVIRONMENT_CALLS.contains(&path.as_str())) {
            add(key, call.value.line);
        } else if reads_configuration(&call.value) {
            let prefix = if call.value.callee.ends_with("ConnectionString") { "ConnectionStrings:" } else { "" };
            add(&format!("{prefix}{key}"), call.value.line);
        }
    }
}

/// Whether a call is `configuration.GetValue(..)`, `this.configService.get(..)` or `builder.Configuration.GetSection(..)`.
fn reads_configuration(call: &CallValue) -> bool {
    let Some(Value::Name(receiver)) = &call.receiver else { return false };
    let holder = last_part(receiver).trim_start_matches('_').to_lowercase();
    CONFIGURATION_CALLS.contains(&call.callee.as_str())
        && matches!(holder.as_str(), "config" | "configuration" | "configservice")
}

/// Fields of classes derived from pydantic's `BaseSettings`.
fn read_settings_classes(outline: &Outline, add: &mut impl FnMut(&str, u32)) {
    for definition in &outline.definitions {
        let parent = definition.parent.and_then(|index| outline.definitions.get(usize::try_from(index).ok()?));
        let settings = parent.is_some_and(|class| class.bases.iter().any(|base| last_part(base) == "BaseSettings"));
        let field = matches!(definition.kind, SymbolKind::Field | SymbolKind::Variable);
        if settings && field && !definition.name.starts_with('_') && definition.name != "model_config" {
            add(&definition.name, definition.line);
        }
    }
}

/// Whether this can be the name of a setting.
fn is_key(text: &str) -> bool {
    (2..=80).contains(&text.len())
        && text.starts_with(char::is_alphabetic)
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | ':' | '.' | '-'))
}
