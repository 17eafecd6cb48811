//! What code says, put as facts for briefs: types, functions, the rules that it enforces, its limits.

use std::collections::BTreeMap;

use super::brief::{Brief, first_sentence};
use crate::codebase::outline::{
    Argument, Assignment, Call, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part,
};
use crate::codebase::redact::is_sensitive;
use crate::codebase::{Atom, Codebase, Endpoint, EndpointKind, FactId, Facts, RepoPath, Role};

/// Names of attributes, decorators and schema arguments that limit a value.
const CONSTRAINTS: &[&str] = &[
    "AllowedValues",
    "ArrayMaxSize",
    "ArrayMinSize",
    "Compare",
    "CreditCard",
    "EmailAddress",
    "IsDate",
    "IsEmail",
    "IsEnum",
    "IsIn",
    "IsNotEmpty",
    "IsOptional",
    "IsPositive",
    "IsUUID",
    "IsUrl",
    "Length",
    "Matches",
    "Max",
    "MaxLength",
    "Min",
    "MinLength",
    "Phone",
    "Range",
    "RegularExpression",
    "Required",
    "StringLength",
    "Url",
    "field_validator",
    "validates",
    "validator",
];
const BOUNDS: &[&str] = &[
    "choices",
    "ge",
    "gt",
    "le",
    "lt",
    "max_digits",
    "max_length",
    "max_value",
    "min_length",
    "min_value",
    "multiple_of",
    "pattern",
    "regex",
    "unique",
];
/// Methods of validation chains, each of which states a rule of the value it is called on.
const CHAIN: &[&str] = &[
    "EmailAddress",
    "ExclusiveBetween",
    "GreaterThan",
    "GreaterThanOrEqualTo",
    "InclusiveBetween",
    "LessThan",
    "LessThanOrEqualTo",
    "MaximumLength",
    "MinimumLength",
    "Must",
    "MustAsync",
    "NotEmpty",
    "WithMessage",
];

/// What every handler and service calls, whatever it does.
const PLUMBING: &[&str] = &[
    "Guard",
    "JSON",
    "Math",
    "Object",
    "Promise",
    "Response",
    "Results",
    "Task",
    "console",
    "ctx",
    "jsonify",
    "log",
    "logger",
    "logging",
    "next",
    "req",
    "request",
    "res",
    "response",
    "this.logger",
];
/// Methods that say nothing about what their type is for.
const HOUSEKEEPING: &[&str] =
    &["Configure", "Dispose", "DisposeAsync", "Equals", "GetHashCode", "ToString", "toString"];

/// A source file of the codebase with its facts.
struct Source<'a> {
    path: &'a RepoPath,
    facts: &'a Facts,
    index: usize,
}

impl Source<'_> {
    fn symbol(&self, index: DefinitionIndex) -> FactId {
        FactId::Symbol { file: self.path.clone(), name: self.facts.outline.dotted_name(index) }
    }

    fn symbol_or_file(&self, index: Option<DefinitionIndex>) -> FactId {
        index.map_or_else(|| FactId::File(self.path.clone()), |index| self.symbol(index))
    }
}

fn sources<'a>(codebase: &'a Codebase, files: &[RepoPath]) -> Vec<Source<'a>> {
    let found = files.iter().filter_map(|path| {
        let index = codebase.file_index(path)?;
        let file = codebase.files.get(index).filter(|file| file.role == Role::Source)?;
        Some(Source { path: &file.path, facts: codebase.facts.get(index)?, index })
    });
    found.collect()
}

/// Whether an endpoint belongs to what the system does, and not to its surroundings.
pub(super) fn is_told(endpoint: &Endpoint) -> bool {
    !matches!(endpoint.kind, EndpointKind::Framework | EndpointKind::Health)
}

/// What is known of an endpoint, in one line.
pub(super) fn endpoint_text(codebase: &Codebase, endpoint: &Endpoint) -> String {
    let mut parts = vec![format!("`{}`", endpoint.key())];
    if !endpoint.handler.symbol.is_empty() {
        parts.push(format!("handler `{}`", endpoint.handler.symbol));
    }
    let outline =
        codebase.file_index(&endpoint.handler.file).and_then(|file| codebase.facts.get(file)).map(|f| &f.outline);
    let handler = outline.and_then(|outline| {
        let name = &endpoint.handler.symbol;
        (0..).zip(&outline.definitions).find(|(index, definition)| {
            definition.line == endpoint.handler.line
                && name.ends_with(definition.name.as_str())
                && &outline.dotted_name(*index) == name
        })
    });
    let doc = handler.and_then(|(_, definition)| definition.doc.as_deref());
    if let Some(summary) = endpoint.summary.as_deref().or(doc) {
        parts.push(format!("says: {}", first_sentence(summary).trim_end_matches('.')));
    }
    if let Some(request) = &endpoint.exchange.request {
        parts.push(format!("takes `{request}`"));
    }
    if let Some(response) = &endpoint.exchange.response {
        parts.push(format!("answers `{response}`"));
    }
    if let Some(auth) = &endpoint.auth {
        parts.push(auth_text(auth));
    }
    if let (Some((index, _)), Some(outline)) = (handler, outline) {
        let calls = called_by(outline, index);
        if !calls.is_empty() {
            parts.push(format!("calls {}", calls.join(", ")));
        }
    }
    parts.join("; ")
}

fn auth_text(auth: &crate::codebase::Auth) -> String {
    if !auth.required {
        return "open to anyone".to_owned();
    }
    let names: Vec<&str> = auth.roles.iter().chain(&auth.policies).map(Atom::as_str).collect();
    if names.is_empty() {
        return "signed-in callers only".to_owned();
    }
    format!("only for {}", names.join(", "))
}

/// The first few things that a function calls by name, in source order.
fn called_by(outline: &Outline, function: DefinitionIndex) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for call in outline.calls.iter().filter(|call| call.enclosing == Some(function)) {
        let Some(path) = call.value.path() else { continue };
        let path = path.trim_start_matches("this.").trim_start_matches("self.").trim_start_matches('_');
        let plumbing = PLUMBING.contains(&path.split('.').next().unwrap_or(path));
        let name = format!("`{path}`");
        // What is reached through a member or a type says what is done; plain calls and answers say little.
        let telling = call.value.receiver.is_some() || (call.value.is_new && !is_message(path));
        if telling && !plumbing && !names.contains(&name) && names.len() < 5 {
            names.push(name);
        }
    }
    names
}

/// Whether a type carries a request or an answer: which one an endpoint has is told already.
fn is_message(name: &str) -> bool {
    ["Request", "Response", "Dto", "ViewModel"].iter().any(|end| name.ends_with(end))
}

/// Adds the types and functions of `files` that the rest uses most.
pub(super) fn add_types(brief: &mut Brief, codebase: &Codebase, files: &[RepoPath]) {
    const HEADING: &str = "Types and functions";
    const MOST: usize = 26;
    let used = uses(codebase);
    let mut candidates = Vec::new();
    for source in sources(codebase, files) {
        let routers: Vec<_> = source.facts.routing.routers.iter().filter_map(|router| router.class).collect();
        for (index, definition) in (0..).zip(&source.facts.outline.definitions) {
            let told = match definition.kind {
                kind if kind.is_type() => definition.parent.is_none() && !routers.contains(&index),
                SymbolKind::Function => definition.parent.is_none() && definition.doc.is_some(),
                _ => false,
            };
            if told && let Some(text) = definition_text(&source.facts.outline, index, definition) {
                let file = u32::try_from(source.index).unwrap_or(u32::MAX);
                let weight = used.get(&(file, index)).copied().unwrap_or(0) + 3 * u32::from(definition.doc.is_some());
                candidates.push((std::cmp::Reverse(weight), source.symbol(index), text));
            }
        }
    }
    drop_implemented(&mut candidates);
    candidates.sort();
    brief.leave_out(HEADING, candidates.len().saturating_sub(MOST));
    candidates.truncate(MOST);
    // By name, not by weight: a use more or less somewhere else is no change of this brief.
    candidates.sort_by(|a, b| a.1.cmp(&b.1));
    for (_, id, text) in candidates {
        brief.add(HEADING, id, &text);
    }
}

/// Drops interfaces without a doc comment whose implementation is told too: it has the same methods.
fn drop_implemented(candidates: &mut Vec<(std::cmp::Reverse<u32>, FactId, String)>) {
    let texts: Vec<String> = candidates.iter().map(|(_, _, text)| text.clone()).collect();
    candidates.retain(|(_, id, text)| {
        let FactId::Symbol { name, .. } = id else { return true };
        let documented = text.starts_with(&format!("`{name}`:"));
        let bases = [format!("({name})"), format!("({name},"), format!(" {name})"), format!(" {name},")];
        documented || !texts.iter().any(|other| bases.iter().any(|base| other.contains(base)))
    });
}

/// How often each definition is used from other files.
fn uses(codebase: &Codebase) -> BTreeMap<(u32, DefinitionIndex), u32> {
    let mut uses = BTreeMap::new();
    for dependency in codebase.graph.stated() {
        if let (Some(definition), true) = (dependency.to.definition, dependency.from.file != dependency.to.file) {
            *uses.entry((dependency.to.file, definition)).or_default() += dependency.count;
        }
    }
    uses
}

fn definition_text(outline: &Outline, index: DefinitionIndex, definition: &Definition) -> Option<String> {
    let mut text = format!("`{}`", definition.name);
    if definition.kind == SymbolKind::Function {
        text.push_str(&parameters(definition));
    } else if !definition.bases.is_empty() {
        let bases: Vec<&str> = definition.bases.iter().take(3).map(Atom::as_str).collect();
        text.push_str(&format!(" ({})", bases.join(", ")));
    }
    let doc = definition.doc.as_deref().map(first_sentence).filter(|doc| !doc.is_empty());
    if let Some(doc) = doc {
        text.push_str(&format!(": {doc}"));
    }
    let members = members(outline, index, definition.kind);
    if members.is_empty() && doc.is_none() {
        return None;
    }
    if !members.is_empty() {
        text.push_str(&format!(" [{}]", members.join(", ")));
    }
    Some(text)
}

/// Values of an enumeration, or methods that others may call.
fn members(outline: &Outline, index: DefinitionIndex, kind: SymbolKind) -> Vec<String> {
    let mut members = Vec::new();
    for (_, member) in outline.children(index) {
        let hidden = member.has_modifier("private") || member.has_modifier("override") || member.name.starts_with('_');
        match member.kind {
            SymbolKind::Member => members.push(member.name.to_string()),
            SymbolKind::Field | SymbolKind::Variable if kind == SymbolKind::Enum => {
                members.push(member.name.to_string());
            }
            SymbolKind::Method if !hidden && !HOUSEKEEPING.contains(&member.name.as_str()) => {
                members.push(format!("{}{}", member.name, parameters(member)));
            }
            _ => {}
        }
    }
    members.truncate(14);
    members
}

fn parameters(definition: &Definition) -> String {
    let told =
        definition.parameters.iter().filter(|p| !matches!(p.name.as_str(), "self" | "cls" | "cancellationToken"));
    format!("({})", told.take(5).map(|parameter| parameter.name.as_str()).collect::<Vec<_>>().join(", "))
}

/// Adds what the code of `files` refuses, checks and limits.
pub(super) fn add_rules(brief: &mut Brief, codebase: &Codebase, files: &[RepoPath]) {
    const HEADING: &str = "Checks and limits in the code";
    const MOST: usize = 36;
    let mut rules: Vec<(FactId, String)> = Vec::new();
    for source in sources(codebase, files) {
        let outline = &source.facts.outline;
        for call in &outline.calls {
            if let Some(text) = check_text(call) {
                rules.push((source.symbol_or_file(call.enclosing), text));
            }
        }
        for (index, definition) in (0..).zip(&outline.definitions) {
            rules.extend(constraints(definition).map(|text| (source.symbol(index), text)));
        }
        for assignment in &outline.assignments {
            if let Some(text) = limit_text(outline, assignment) {
                rules.push((source.symbol_or_file(assignment.enclosing), text));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    rules.retain(|rule| seen.insert(rule.clone()));
    brief.leave_out(HEADING, rules.len().saturating_sub(MOST));
    for (id, text) in rules.into_iter().take(MOST) {
        let subject = match &id {
            FactId::Symbol { name, .. } => format!("`{name}`: "),
            _ => String::new(),
        };
        brief.add(HEADING, id, &format!("{subject}{text}"));
    }
}

/// What a call refuses or checks: an exception made, a guard, a link of a validation chain.
fn check_text(call: &Call) -> Option<String> {
    let callee = call.value.callee.as_str();
    let receiver = match &call.value.receiver {
        Some(Value::Name(name)) => name.as_str(),
        _ => "",
    };
    let raises = callee.starts_with(|c: char| c.is_ascii_uppercase()) && !callee.starts_with("Log");
    let fails =
        callee == "abort" || (raises && ["Exception", "Error", "Http404"].iter().any(|end| callee.ends_with(end)));
    if fails {
        let fails = if call.conditional { "fails in some case with" } else { "fails with" };
        return Some(format!("{fails} `{callee}`{}", arguments(&call.value.args)));
    }
    // A check against null guards the program, not the business.
    let guards = receiver.split('.').any(|part| part == "Guard") && callee != "Null";
    let chained = CHAIN.contains(&callee) && call.value.receiver.is_some() && receiver.is_empty();
    (guards || chained).then(|| {
        let path = call.value.path().unwrap_or_else(|| call.value.callee.clone());
        format!("checks `{path}`{}", arguments(&call.value.args))
    })
}

/// Limits that decorators state, on the definition itself or on its parameters.
fn constraints(definition: &Definition) -> impl Iterator<Item = String> {
    let of = |subject: String, decorators: &[Decorator]| {
        let told = decorators.iter().filter(|decorator| CONSTRAINTS.contains(&last_part(&decorator.name)));
        let told: Vec<String> =
            told.map(|decorator| format!("{}{}", last_part(&decorator.name), arguments(&decorator.args))).collect();
        (!told.is_empty()).then(|| format!("{subject}must fit {}", told.join(", ")))
    };
    let own = of(String::new(), &definition.decorators);
    let parameters = definition.parameters.iter();
    let parameters: Vec<String> =
        parameters.filter_map(|parameter| of(format!("`{}` ", parameter.name), &parameter.decorators)).collect();
    own.into_iter().chain(parameters)
}

/// A limit that is given a name: a constant number, or a field with bounds.
fn limit_text(outline: &Outline, assignment: &Assignment) -> Option<String> {
    let name = last_part(&assignment.target);
    match &assignment.value {
        Value::Number(number) if !is_sensitive(name) => {
            let in_type =
                assignment.enclosing.and_then(|index| outline.definition(index)).is_none_or(|d| d.kind.is_type());
            let constant = name.len() > 3 && !name.bytes().any(|byte| byte.is_ascii_lowercase());
            (in_type && constant).then(|| format!("`{name}` is {number}"))
        }
        Value::Call(call) => {
            let bounds = call.args.iter().filter(|arg| arg.name.as_deref().is_some_and(|name| BOUNDS.contains(&name)));
            let bounds: Vec<Argument> = bounds.cloned().collect();
            (!bounds.is_empty()).then(|| format!("`{name}` must fit {}", arguments(&bounds)))
        }
        _ => None,
    }
}

fn arguments(args: &[Argument]) -> String {
    let shown = args.iter().take(4).filter_map(|arg| {
        let value = show(&arg.value, 0)?;
        Some(match &arg.name {
            Some(name) if is_sensitive(name) => format!("{name}=***"),
            Some(name) => format!("{name}={value}"),
            None => value,
        })
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() { String::new() } else { format!("({})", shown.join(", ")) }
}

/// A value in a few words; nothing for what says nothing.
fn show(value: &Value, depth: u8) -> Option<String> {
    Some(match value {
        Value::Text(text) => format!("\"{}\"", text.chars().take(140).collect::<String>()),
        Value::Regex(text) => format!("/{}/", text.chars().take(60).collect::<String>()),
        Value::Number(text) | Value::Name(text) => text.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Join(parts) if depth < 3 => {
            let parts = parts.iter().take(12).map(|part| match part {
                Value::Text(text) => text.to_string(),
                part => format!("{{{}}}", show(part, depth + 1).unwrap_or_default()),
            });
            format!("\"{}\"", parts.collect::<String>())
        }
        Value::List(items) if depth < 2 => {
            let items: Vec<String> = items.iter().take(6).filter_map(|item| show(item, depth + 1)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Member(_, name) => name.to_string(),
        _ => return None,
    })
}
