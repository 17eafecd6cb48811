//! Settings that the code reads: environment variables and configuration keys, each with the places that read it.

use std::collections::{BTreeMap, BTreeSet};

use super::survey::Survey;
use crate::codebase::outline::{CallValue, Outline, ReferenceKind, SymbolKind, Value, last_part};
use crate::codebase::redact::{is_sensitive, redact};
use crate::codebase::{Place, RepoPath, Role};

/// Settings by key.
pub type Settings = BTreeMap<String, Setting>;

/// A setting that the code reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// What it is where nobody sets it, if the code says so.
    pub default: Option<String>,
    /// The lines that read it, sorted.
    pub places: BTreeSet<Place>,
}

/// Names under which code reads the environment, with what stands before the key.
const ENVIRONMENT: &[&str] = &["process.env.", "import.meta.env.", "Bun.env.", "os.environ.", "environ."];

/// Calls whose first argument is an environment variable, and the second its default.
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

/// Members of dictionaries: no keys.
const DICTIONARY_MEMBERS: &[&str] = &["get", "copy", "items", "keys", "pop", "setdefault", "update", "values"];

/// All settings that source files read.
pub fn settings(survey: &Survey<'_>) -> Settings {
    let mut found = Settings::new();
    for (index, file) in survey.codebase.files.iter().enumerate() {
        let Some(outline) = survey.outline(index).filter(|_| file.role == Role::Source) else { continue };
        let mut reader = Reader { file: &file.path, outline, found: &mut found };
        reader.read_names(file.language == *"csharp");
        reader.read_calls();
        reader.read_settings_classes();
    }
    found
}

struct Reader<'a> {
    file: &'a RepoPath,
    outline: &'a Outline,
    found: &'a mut Settings,
}

impl Reader<'_> {
    fn add(&mut self, key: &str, line: u32, default: Option<&Value>) {
        if !is_key(key) {
            return;
        }
        let setting = self.found.entry(key.to_owned()).or_default();
        setting.places.insert(Place::line(self.file.clone(), line));
        if setting.default.is_none() && !is_sensitive(key) {
            setting.default = default.and_then(written);
        }
    }

    /// `process.env.KEY`, `os.environ["KEY"]`; in C# `configuration["Section:Key"]`.
    fn read_names(&mut self, csharp: bool) {
        for reference in &self.outline.references {
            let name = reference.name.as_str();
            let variable = ENVIRONMENT.iter().find_map(|start| name.strip_prefix(start));
            let variable = variable.and_then(|key| key.split('.').next());
            if let Some(key) = variable.filter(|key| !DICTIONARY_MEMBERS.contains(key)) {
                self.add(key, reference.line, None);
            } else if csharp && reference.kind == ReferenceKind::Name {
                let indexed = name.rsplit_once('.').filter(|(holder, _)| is_configuration(holder));
                if let Some((_, key)) = indexed {
                    self.add(key, reference.line, None);
                }
            }
        }
    }

    fn read_calls(&mut self) {
        for call in self.outline.calls.iter().map(|call| &call.value) {
            let Some(key) = call.positional(0).and_then(Value::as_text) else { continue };
            if call.path().is_some_and(|path| ENVIRONMENT_CALLS.contains(&path.as_str())) {
                self.add(key, call.line, call.positional(1));
            } else if reads_configuration(call) {
                let prefix = if call.callee.ends_with("ConnectionString") { "ConnectionStrings:" } else { "" };
                self.add(&format!("{prefix}{key}"), call.line, call.positional(1));
            }
        }
    }

    /// Fields of classes derived from pydantic's `BaseSettings`.
    fn read_settings_classes(&mut self) {
        for (class, definition) in (0..).zip(&self.outline.definitions) {
            if !definition.bases.iter().any(|base| last_part(base) == "BaseSettings") {
                continue;
            }
            for (_, field) in self.outline.children(class) {
                let stored =
                    matches!(field.kind, SymbolKind::Field | SymbolKind::Variable) && field.decorators.is_empty();
                if !stored || field.name.starts_with('_') || field.name == "model_config" {
                    continue;
                }
                let mut assigned =
                    self.outline.assignments.iter().filter(|assignment| assignment.enclosing == Some(class));
                let default =
                    assigned.find(|assignment| assignment.target == field.name).map(|assignment| &assignment.value);
                self.add(&field.name, field.line, default);
            }
        }
    }
}

/// Whether a call is `configuration.GetValue(..)`, `this.configService.get(..)` or `builder.Configuration.GetSection(..)`.
fn reads_configuration(call: &CallValue) -> bool {
    let Some(Value::Name(receiver)) = &call.receiver else { return false };
    CONFIGURATION_CALLS.contains(&call.callee.as_str()) && is_configuration(receiver)
}

/// Whether a dotted name is that of an object that holds configuration.
fn is_configuration(name: &str) -> bool {
    let holder = last_part(name).trim_start_matches('_').to_lowercase();
    matches!(holder.as_str(), "config" | "configuration" | "configservice")
}

/// A short literal; secrets in it are removed.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if (1..=60).contains(&text.len()) => Some(redact(text).into_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether this can be the name of a setting.
fn is_key(text: &str) -> bool {
    (2..=80).contains(&text.len())
        && text.starts_with(char::is_alphabetic)
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | ':' | '.' | '-'))
}
