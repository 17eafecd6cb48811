//! Configuration keys and environment variables that code reads or declares.

use super::sightings::Found;
use super::table::Table;
use super::values;
use crate::codebase::EvidenceKind;
use crate::codebase::outline::{Assignment, Call, CallValue, Definition, Outline, SymbolKind, Value, last_part};

/// What stands before the name of an environment variable.
const ENVIRONMENTS: &[&str] = &["process.env.", "os.environ.", "import.meta.env.", "environ.", "Bun.env."];

/// Functions that read the setting that their first text names.
const READERS: &[&str] = &[
    "getenv",
    "get",
    "getOrThrow",
    "GetEnvironmentVariable",
    "GetValue",
    "env",
    "config",
    "str",
    "bool",
    "int",
    "url",
    "get_env",
    "getEnv",
    "requireEnv",
    "required",
    "setdefault",
    "pop",
];

/// Functions that declare settings by the keys of a record.
const SCHEMAS: &[&str] = &["object", "strictObject", "cleanEnv", "createEnv", "parse", "parseEnv"];

/// All keys of `outline` that belong to a system.
pub(super) fn read(table: &Table, outline: &Outline, source: &str, found: &mut Found) {
    for reference in &outline.references {
        if let Some(key) = read_by_name(&reference.name) {
            add(table, key, reference.line, EvidenceKind::Env, found);
        }
    }
    for call in &outline.calls {
        read_call(table, call, source, found);
    }
    for assignment in &outline.assignments {
        let settings = assignment.enclosing.is_none_or(|at| is_settings(outline, at));
        let name = last_part(&assignment.target);
        if settings && is_constant_case(name) {
            // What a file fixes for itself is no setting that anybody could leave out.
            let is_fixed = assignment.enclosing.is_none() && is_literal(&assignment.value);
            let needed = needed(&assignment.value).filter(|needed| !needed || !is_fixed);
            declare(table, name, assignment.line, needed, found);
        }
    }
    let assigned = outline.assignments.iter().map(|own| (&own.value, own.line));
    let passed =
        outline.calls.iter().flat_map(|call| call.value.args.iter().map(|argument| (&argument.value, call.value.line)));
    for (value, line) in assigned.chain(passed) {
        values::visit_names(value, &mut |name| {
            if let Some((key, rule)) = read_by_name(name).and_then(|key| Some((key, table.key(key)?))) {
                found.key(rule, EvidenceKind::Env, values::line_of(source, line, key), key);
            }
        });
    }
    for definition in &outline.definitions {
        if is_setting(outline, definition) {
            let own = |assignment: &&Assignment| {
                assignment.enclosing == definition.parent && assignment.target == definition.name
            };
            let needed = outline.assignments.iter().find(own).and_then(|assignment| needed(&assignment.value));
            declare(table, &definition.name, definition.line, needed, found);
        }
    }
}

fn read_by_name(name: &str) -> Option<&str> {
    if let Some(key) = ENVIRONMENTS.iter().find_map(|prefix| name.strip_prefix(prefix)) {
        return Some(key);
    }
    // `builder.Configuration["Smtp:Host"]`
    let (receiver, key) = name.split_once("onfiguration.").or_else(|| name.split_once("onfig."))?;
    let own_word = receiver.ends_with(['C', 'c']);
    (own_word && !key.contains('.')).then_some(key)
}

fn read_call(table: &Table, call: &Call, source: &str, found: &mut Found) {
    let value = &call.value;
    let first = value.positional(0).and_then(values::leading_text);
    match (value.callee.as_str(), first) {
        ("GetConnectionString", Some(name)) => {
            found.connection(EvidenceKind::Config, value.line, name);
            add(table, &format!("ConnectionStrings:{name}"), value.line, EvidenceKind::Config, found);
        }
        ("GetSection" | "GetRequiredSection", Some(section)) => {
            // A section holds keys of its own: `SendGrid` is what `SENDGRID_*` begins with.
            if let Some(rule) = table.key(&format!("{section}:")) {
                found.key(rule, EvidenceKind::Config, value.line, section);
            }
        }
        (callee, Some(key)) if READERS.contains(&callee) && (is_constant_case(key) || is_section_key(key)) => {
            add(table, key, value.line, EvidenceKind::Env, found);
        }
        (callee, _) if SCHEMAS.contains(&callee) => {
            for argument in &value.args {
                values::visit_entries(&argument.value, &mut |key, entry| {
                    if is_constant_case(key) && table.key(key).is_some() {
                        let line = values::line_of(source, value.line, key);
                        declare(table, key, line, needed(entry), found);
                    }
                });
            }
        }
        _ => {}
    }
}

fn add(table: &Table, key: &str, line: u32, kind: EvidenceKind, found: &mut Found) {
    if let Some(rule) = table.key(key) {
        found.key(rule, kind, line, key);
    }
}

fn declare(table: &Table, key: &str, line: u32, needed: Option<bool>, found: &mut Found) {
    if let Some(rule) = table.key(key) {
        found.declared_key(rule, EvidenceKind::Config, line, key, needed);
    }
}

/// Whether a setting declared as `value` must be set: not so with `None`, `""`, `z.string().optional()` and
/// `str({ default: "" })`. Nothing where the value does not say, as in `process.env.SMTP_HOST`.
fn needed(value: &Value) -> Option<bool> {
    const LONGEST_CHAIN: usize = 16;
    let mut next = value;
    for _ in 0..LONGEST_CHAIN {
        let call = match next {
            Value::Null => return Some(false),
            Value::Bool(is) => return Some(*is),
            Value::Text(text) => return Some(!text.is_empty() && !text.to_ascii_lowercase().starts_with("dummy")),
            Value::Number(_) => return Some(true),
            Value::Call(call) => call,
            _ => return None,
        };
        let within = call.args.iter().find_map(|argument| argument.value.key("default"));
        let given = match call.callee.as_str() {
            "optional" | "nullish" | "nullable" => return Some(false),
            "get" | "getenv" => return needed(call.positional(1)?),
            // `get_bool("TIKA_ENABLED", "NO")`
            callee if callee.to_ascii_lowercase().contains("bool") && call.positional(1).is_some() => {
                let text = call.positional(1).and_then(Value::as_text)?;
                return Some(!matches!(text.to_ascii_lowercase().as_str(), "" | "no" | "false" | "off" | "0"));
            }
            "default" | "catch" | "Field" => call.positional(0),
            // `env_text("SMTP_HOST", "")`, by a function of one's own.
            _ if call.receiver.is_none() && reads_key(call) => {
                return needed(call.named("default").or(call.positional(1))?);
            }
            // `str()`, `host({ default: "localhost" })`; of what else a call makes, nothing is known.
            _ if call.receiver.is_none() && !call.args.iter().all(|it| matches!(it.value, Value::Record(_))) => {
                return needed(call.named("default")?);
            }
            _ => None,
        };
        next = match call.named("default").or(within).or(given).or(call.receiver.as_ref()) {
            // The start of a chain: `z` of `z.string()`.
            None | Some(Value::Name(_)) => return Some(true),
            Some(next) => next,
        };
    }
    None
}

/// Whether a call reads a setting by its name.
fn reads_key(call: &CallValue) -> bool {
    call.positional(0).and_then(Value::as_text).is_some_and(is_constant_case)
}

fn is_literal(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Join(_))
}

/// Whether it is a field of a settings class (pydantic's `BaseSettings`).
fn is_setting(outline: &Outline, definition: &Definition) -> bool {
    matches!(definition.kind, SymbolKind::Field | SymbolKind::Variable)
        && definition.parent.is_some_and(|at| is_settings(outline, at))
}

fn is_settings(outline: &Outline, at: u32) -> bool {
    let class = usize::try_from(at).ok().and_then(|at| outline.definitions.get(at));
    class.is_some_and(|class| class.bases.iter().any(|base| last_part(base).ends_with("Settings")))
}

/// `Smtp:Host`: words with colons in between, and no value.
fn is_section_key(key: &str) -> bool {
    key.contains(':')
        && key.split(':').all(|part| {
            !part.is_empty() && part.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.'))
        })
}

/// `SMTP_HOST`: capitals and digits, with an underscore in between.
fn is_constant_case(name: &str) -> bool {
    name.contains('_')
        && name.starts_with(|char: char| char.is_ascii_uppercase())
        && name.chars().all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
}
