//! What a source file's outline says of external systems: imports, calls, keys that are read, literals.
//!
//! Only outline values are read, so that a comment can never match.

use std::collections::HashMap;

use super::environment;
use super::literals;
use super::redaction::redact;
use super::sightings::Found;
use super::table::{CallRule, Claim, Family, Name, Table};
use super::values;
use crate::codebase::EvidenceKind;
use crate::codebase::outline::{Call, Import, Outline, Taken, Value, last_part};

/// Names that a file has for things of a driver.
type Names<'a> = HashMap<&'a str, Claim>;

/// Everything that `outline` says, into `found`.
pub(super) fn read(table: &Table, family: Family, outline: &Outline, text: &str, found: &mut Found) {
    let names = read_imports(table, family, outline, found);
    for call in &outline.calls {
        read_call(table, family, call, &names, found);
    }
    read_providers(table, family, outline, text, found);
    environment::read(table, outline, text, found);
    literals::read(table, outline, found);
}

/// First-party code that imports a driver; gives the names under which it is known afterwards.
fn read_imports<'a>(table: &Table, family: Family, outline: &'a Outline, found: &mut Found) -> Names<'a> {
    let mut names = Names::new();
    for import in &outline.imports {
        for (module, local) in imported_modules(family, import) {
            let Some(mut claim) = table.module(family, &module) else { continue };
            // A type says what something looks like, not that it is used.
            claim.weak |= import.has_flag("type");
            found.add(claim.rule, EvidenceKind::Import, import.line, module, claim.weak);
            if let Some(local) = local {
                names.insert(local, claim);
            }
        }
    }
    names
}

/// The modules that an import statement may name, each with the local name that stands for it or for a part of it.
fn imported_modules(family: Family, import: &Import) -> Vec<(String, Option<&str>)> {
    let module = import.module.as_str();
    match &import.taken {
        Taken::Names(taken) if family == Family::Python => {
            taken.iter().map(|(there, here)| (format!("{module}.{there}"), Some(here.as_str()))).collect()
        }
        Taken::Names(taken) => taken.iter().map(|(_, here)| (module.to_owned(), Some(here.as_str()))).collect(),
        Taken::Module(local) => vec![(module.to_owned(), Some(local.as_str()))],
        Taken::Nothing | Taken::Star => vec![(module.to_owned(), None)],
    }
}

fn read_call(table: &Table, family: Family, call: &Call, names: &Names, found: &mut Found) {
    let value = &call.value;
    if let Some(claim) = claimed_by_import(call, names) {
        let detail = value.path().unwrap_or_else(|| value.callee.clone());
        found.call(claim, value.line, &detail, call.conditional);
    }
    for rule in table.calls(family, &value.callee) {
        if call_matches(rule, call) {
            let text = rule.argument.is_some().then(|| first_text(call)).flatten();
            let text = text.map(|text| format!("({})", redact(&text))).unwrap_or_default();
            let receiver = rule.receiver.as_ref().map(|receiver| format!("{receiver}.")).unwrap_or_default();
            let detail = format!("{receiver}{}{text}", value.callee);
            found.call(rule.claim, value.line, &detail, call.conditional);
        }
    }
}

/// The driver that the called name was imported from.
fn claimed_by_import(call: &Call, names: &Names) -> Option<Claim> {
    if names.is_empty() {
        return None;
    }
    let mut name = match &call.value.receiver {
        None => call.value.callee.as_str(),
        Some(Value::Name(receiver)) => receiver.as_str(),
        Some(_) => return None,
    };
    loop {
        if let Some(claim) = names.get(name) {
            return Some(*claim);
        }
        name = name.rsplit_once('.')?.0;
    }
}

fn call_matches(rule: &CallRule, call: &Call) -> bool {
    let value = &call.value;
    (!rule.is_new || value.is_new)
        && rule.receiver.as_deref().is_none_or(|wanted| value.receiver.as_ref().and_then(last_name) == Some(wanted))
        && rule.type_argument.as_ref().is_none_or(|wanted| value.type_args.iter().any(|own| own == wanted))
        && rule.argument.as_ref().is_none_or(|wanted| first_text(call).is_some_and(|text| wanted.is_match(&text)))
}

/// The last name of a receiver: `WriteTo` in `new LoggerConfiguration().WriteTo.Seq()`.
fn last_name(value: &Value) -> Option<&str> {
    match value {
        Value::Name(name) => Some(last_part(name)),
        Value::Member(_, name) => Some(name),
        Value::Call(call) => Some(&call.callee),
        _ => None,
    }
}

/// The first text among a call's arguments; of a text put together, its literal start.
fn first_text(call: &Call) -> Option<String> {
    call.value.args.iter().find_map(|argument| values::leading_text(&argument.value)).map(str::to_owned)
}

/// Providers that settings name as text (Django's engines) or in an ORM's options (`type: "postgres"`).
fn read_providers(table: &Table, family: Family, outline: &Outline, source: &str, found: &mut Found) {
    let orms = if family == Family::TypeScript { orms_of(outline) } else { Vec::new() };
    if family == Family::CSharp || (family == Family::TypeScript && orms.is_empty()) {
        return;
    }
    let assigned = outline.assignments.iter().map(|own| (&own.value, own.line, own.conditional));
    let passed = outline
        .calls
        .iter()
        .flat_map(|call| call.value.args.iter().map(|argument| (&argument.value, call.value.line, call.conditional)));
    for (value, line, conditional) in assigned.chain(passed) {
        values::visit(value, &mut |key, text| {
            let rule = match family {
                Family::Python => table.name(Name::Backend, text),
                _ => orms
                    .iter()
                    .filter(|(_, own)| *own == key)
                    .find_map(|(orm, _)| table.name(Name::Orm, &format!("{orm}:{text}"))),
            };
            if let Some(rule) = rule {
                let line = values::line_of(source, line, text);
                found.add_conditional(rule, EvidenceKind::Config, line, text, conditional);
            }
        });
    }
}

/// The ORMs that a file imports, each with the option that names its provider.
fn orms_of(outline: &Outline) -> Vec<(&'static str, &'static str)> {
    const ORMS: &[(&str, &str, &str)] = &[
        ("typeorm", "typeorm", "type"),
        ("@nestjs/typeorm", "typeorm", "type"),
        ("sequelize", "sequelize", "dialect"),
        ("@nestjs/sequelize", "sequelize", "dialect"),
        ("sequelize-typescript", "sequelize", "dialect"),
        ("knex", "knex", "client"),
        ("drizzle-kit", "drizzle", "dialect"),
        ("@mikro-orm/core", "mikro-orm", "type"),
    ];
    let imported = |module: &str| outline.imports.iter().any(|import| import.module == module);
    ORMS.iter().filter(|(module, _, _)| imported(module)).map(|(_, orm, key)| (*orm, *key)).collect()
}
