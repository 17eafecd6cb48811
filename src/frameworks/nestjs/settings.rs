//! What holds for a whole application: its prefix, its versions, its guards.

use crate::codebase::Atom;

use crate::codebase::outline::{Call, Outline, SymbolKind, Value, last_part, positional};
use crate::codebase::routing::{AuthFact, Setting, SettingKind};

use super::{ID, auth};

/// The settings that a file makes.
pub(super) fn read(outline: &Outline) -> Vec<Setting> {
    let mut settings: Vec<Setting> = outline
        .calls
        .iter()
        .filter_map(|call| {
            let kind = match call.value.callee.as_str() {
                "setGlobalPrefix" => prefix(call)?,
                "enableVersioning" => versioning(call)?,
                "useGlobalGuards" => guards(call.value.args.iter().map(|argument| &argument.value))?,
                _ => return None,
            };
            Some(Setting { kind, framework: Atom::new(ID), line: call.value.line })
        })
        .collect();
    settings.extend(provided(outline));
    settings
}

/// `app.setGlobalPrefix("api", { exclude: ["health", { path: "docs" }] })`.
fn prefix(call: &Call) -> Option<SettingKind> {
    let exclude = call.value.positional(1).and_then(|options| options.key("exclude"));
    let exclude = match exclude {
        Some(Value::List(items)) => items.iter().map(|item| item.key("path").unwrap_or(item).clone()).collect(),
        _ => Vec::new(),
    };
    Some(SettingKind::GlobalPrefix { prefix: call.value.positional(0)?.clone(), exclude })
}

/// `app.enableVersioning({ type: VersioningType.URI, prefix: "v", defaultVersion: "1" })`; versions in headers or media
/// types leave the path alone.
fn versioning(call: &Call) -> Option<SettingKind> {
    let options = call.value.positional(0);
    let kind = options.and_then(|options| options.key("type"));
    let in_path = kind.is_none_or(|kind| match kind {
        Value::Name(name) => last_part(name) == "URI",
        Value::Number(number) => number == "0",
        _ => false,
    });
    if !in_path {
        return None;
    }
    let prefix = match options.and_then(|options| options.key("prefix")) {
        None => Value::Text(Atom::new("v")),
        Some(Value::Bool(false)) => Value::Text(Atom::default()),
        Some(prefix) => prefix.clone(),
    };
    let default = options.and_then(|options| options.key("defaultVersion")).cloned();
    Some(SettingKind::UriVersioning { behind: false, prefix, default })
}

/// `{ provide: APP_GUARD, useClass: JwtAuthGuard }` among a module's providers.
fn provided(outline: &Outline) -> Vec<Setting> {
    let mut settings = Vec::new();
    for class in outline.definitions.iter().filter(|it| it.kind == SymbolKind::Class) {
        let Some(module) = class.decorator("Module") else { continue };
        let options = positional(&module.args, 0);
        let Some(Value::List(providers)) = options.and_then(|options| options.key("providers")) else { continue };
        let is_guard = |provider: &&Value| provider.key("provide").and_then(Value::as_name) == Some("APP_GUARD");
        let guards_of_app = providers.iter().filter(is_guard);
        let classes =
            guards_of_app.filter_map(|provider| provider.key("useClass").or_else(|| provider.key("useExisting")));
        if let Some(kind) = guards(classes) {
            settings.push(Setting { kind, framework: Atom::new(ID), line: module.lines.first });
        }
    }
    settings
}

fn guards<'v>(values: impl Iterator<Item = &'v Value>) -> Option<SettingKind> {
    let mut fact = AuthFact::default();
    values.for_each(|value| auth::guard(value, &mut fact));
    // Guards of roles let pass what states none, and others ask something else: only names that say so ask who calls.
    let asks = fact.policies.iter().any(|policy| {
        let lower = policy.to_lowercase();
        ["auth", "jwt", "session", "token", "apikey", "login"].iter().any(|word| lower.contains(word))
    });
    if !asks && fact.schemes.is_empty() {
        return None;
    }
    (fact.required == Some(true)).then_some(SettingKind::Auth(fact))
}
