//! Which infrastructure templates are deployed, and which of their resources: modules are reached from where a deployment
//! begins, under conditions on parameters that somebody gives or nobody does.

use std::collections::{BTreeMap, BTreeSet};

use crate::codebase::external::Template;
use crate::codebase::{Facts, RepoPath, SourceFile};

/// Most deployments of templates that are followed.
const MOST: usize = 2048;
/// Deepest nesting of templates and of conditions.
const DEEPEST: usize = 24;

/// What a parameter or condition is, as far as the files tell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    Bool(bool),
    Unknown,
}

/// Values of the parameters of one deployment.
type Given = BTreeMap<String, Value>;

/// The templates that are deployed, each with the values of its deployments.
pub(super) struct Templates<'a> {
    known: BTreeMap<&'a RepoPath, &'a Template>,
    deployed: BTreeMap<&'a RepoPath, Vec<Given>>,
}

impl<'a> Templates<'a> {
    pub(super) fn new(files: &'a [SourceFile], facts: &'a [Facts]) -> Self {
        let templates =
            files.iter().zip(facts).filter_map(|(file, facts)| Some((&file.path, facts.template.as_deref()?)));
        let mut found = Self { known: templates.collect(), deployed: BTreeMap::new() };
        let used: BTreeSet<&RepoPath> =
            found.known.values().flat_map(|it| &it.modules).map(|module| &module.path).collect();
        let begins = |path: &RepoPath| path.file_name() == "main.bicep" || path.extension() != "bicep";
        let starts: Vec<RepoPath> = found.known.keys().filter(|path| begins(path)).map(|path| path.folder()).collect();
        // Below the folder where a deployment begins lie modules, used or not.
        let is_module = |path: &RepoPath| starts.iter().any(|start| path.folder() != *start && path.is_under(start));
        let roots = found.known.keys().copied().filter(|path| !used.contains(path));
        let mut open: Vec<(&RepoPath, Given, usize)> =
            roots.filter(|path| begins(path) || !is_module(path)).map(|path| (path, Given::new(), 0)).collect();
        let mut count = 0;
        while let Some((path, given, depth)) = open.pop() {
            let Some((path, template)) = found.known.get_key_value(path).filter(|_| count < MOST) else { continue };
            count += 1;
            let values = values(template, given);
            for module in template.modules.iter().filter(|_| depth < DEEPEST) {
                let condition = module.condition.as_ref().map(|it| eval(it, &values, 0));
                if condition != Some(Value::Bool(false)) {
                    let given = module.given.iter().map(|(name, value)| (name.to_string(), eval(value, &values, 0)));
                    open.push((&module.path, given.collect(), depth + 1));
                }
            }
            found.deployed.entry(path).or_default().push(values);
        }
        found
    }

    /// Whether what stands on a line of a file is deployed; so is what no template says anything of.
    pub(super) fn is_live(&self, path: &RepoPath, line: u32) -> bool {
        let Some(template) = self.known.get(path).filter(|_| path.extension() == "bicep") else { return true };
        let conditions = || template.conditions.iter().filter(|(at, _)| *at == line);
        let holds = |values: &Given| conditions().all(|(_, it)| eval(it, values, 0) != Value::Bool(false));
        self.deployed.get(path).is_some_and(|deployed| deployed.iter().any(holds))
    }
}

/// What the parameters of a deployment are: given, or what they are by default.
fn values(template: &Template, mut given: Given) -> Given {
    for (name, default) in &template.parameters {
        if !given.contains_key(name.as_str()) {
            let value = default.as_ref().map_or(Value::Unknown, |it| eval(it, &given, 0));
            given.insert(name.to_string(), value);
        }
    }
    given
}

/// What an expression comes to.
fn eval(expression: &str, values: &Given, depth: usize) -> Value {
    let text = bare(expression.trim());
    if depth > DEEPEST || split(text, "?").is_some() {
        return Value::Unknown;
    }
    let inner = |part: &str| eval(part, values, depth + 1);
    for (sign, decides) in [("||", true), ("&&", false)] {
        if let Some((left, right)) = split(text, sign) {
            return match (inner(left), inner(right)) {
                (Value::Bool(one), Value::Bool(other)) => {
                    Value::Bool(if decides { one || other } else { one && other })
                }
                (Value::Bool(one), _) | (_, Value::Bool(one)) if one == decides => Value::Bool(decides),
                _ => Value::Unknown,
            };
        }
    }
    for (sign, same) in [("==", true), ("!=", false)] {
        if let Some((left, right)) = split(text, sign) {
            return match (inner(left), inner(right)) {
                (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
                (one, other) => Value::Bool((one == other) == same),
            };
        }
    }
    if let Some(rest) = text.strip_prefix('!') {
        return if let Value::Bool(value) = inner(rest) { Value::Bool(!value) } else { Value::Unknown };
    }
    if let Some(argument) = text.strip_prefix("empty(").and_then(|rest| rest.strip_suffix(')')) {
        return if let Value::Text(value) = inner(argument) { Value::Bool(value.is_empty()) } else { Value::Unknown };
    }
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" | "[]" | "{}" => Value::Text(String::new()),
        _ => match text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            Some(literal) if !literal.contains(['\'', '$']) => Value::Text(literal.to_owned()),
            Some(_) => Value::Unknown,
            None => values.get(text).cloned().unwrap_or(Value::Unknown),
        },
    }
}

/// Without brackets around the whole.
fn bare(text: &str) -> &str {
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let balanced = |inner: &str| {
        let mut depth = 0_i32;
        inner.chars().all(|letter| {
            depth += i32::from(letter == '(') - i32::from(letter == ')');
            depth >= 0
        })
    };
    inner.filter(|inner| balanced(inner)).map_or(text, str::trim)
}

/// Both sides of a sign that stands outside brackets and texts.
fn split<'t>(text: &'t str, sign: &str) -> Option<(&'t str, &'t str)> {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '\'' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ if quoted || depth > 0 => {}
            _ if text.get(at..).is_some_and(|rest| rest.starts_with(sign)) => {
                return Some((text.get(..at)?, text.get(at + sign.len()..)?));
            }
            _ => {}
        }
    }
    None
}
