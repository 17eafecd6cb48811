//! Rules that the code itself states: refusals with their words, limits of fields, choices, numbers, and sentences of
//! doc comments. Taken as they stand, with their lines; nothing is concluded from them.

use super::survey::Survey;
use super::words;
use crate::codebase::outline::{
    Argument, Assignment, CallValue, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, named,
    positional,
};
use crate::codebase::{Lines, RepoPath};

/// Something that the code states, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// The file.
    pub file: RepoPath,
    /// Its lines.
    pub lines: Lines,
    /// The definition it stands in, dotted; empty for the file itself.
    pub symbol: String,
    /// What it says, as plain text.
    pub text: String,
}

/// Everything that some files state, each list in the order of files and lines, without repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statements {
    /// Words with which something is refused.
    pub refusals: Vec<Statement>,
    /// Limits on fields and parameters.
    pub limits: Vec<Statement>,
    /// Enumerations with their members.
    pub choices: Vec<Statement>,
    /// Numbers with a name.
    pub numbers: Vec<Statement>,
    /// Sentences of doc comments that say what must, may or cannot be.
    pub sentences: Vec<Statement>,
}

impl Statements {
    /// The statements of `files`.
    pub fn new(survey: &Survey<'_>, files: &[usize]) -> Self {
        let mut found = Self::default();
        for &file in files {
            if let (Some(outline), Some(source)) = (survey.outline(file), survey.codebase.files.get(file)) {
                let reader = Reader { outline, file: &source.path };
                reader.read_definitions(&mut found);
                reader.read_calls(&mut found);
                reader.read_assignments(&mut found);
            }
        }
        for list in
            [&mut found.refusals, &mut found.limits, &mut found.choices, &mut found.numbers, &mut found.sentences]
        {
            list.sort();
            list.dedup_by(|later, earlier| later.text == earlier.text && later.symbol == earlier.symbol);
        }
        found
    }

    /// Whether nothing is stated.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Words that make a sentence a rule.
const RULE_WORDS: &[&str] = &[
    "must",
    "cannot",
    "can't",
    "may not",
    "only",
    "never",
    "always",
    "at least",
    "at most",
    "no more than",
    "not allowed",
    "unless",
    "forbidden",
    "expires",
    "limited to",
    "is required",
    "are required",
];

/// Calls that answer with a refusal though their names do not end in `Error` or `Exception`.
const REFUSING_CALLS: &[&str] = &[
    "abort",
    "BadRequest",
    "NotFound",
    "Forbid",
    "Conflict",
    "Problem",
    "UnprocessableEntity",
    "WithMessage",
    "AddModelError",
    "createError",
    "HttpError",
];

/// Names under which a message is passed.
const MESSAGE_NAMES: &[&str] = &["detail", "message", "msg", "description", "reason", "error", "title"];

/// How a limit reads: name of a decorator, attribute, call or named argument, and its words (`{}` is its first value).
const LIMITS: &[(&str, &str)] = &[
    ("Compare", "same as {}"),
    ("EmailAddress", "an email address"),
    ("GreaterThan", "more than {}"),
    ("GreaterThanOrEqualTo", "at least {}"),
    ("HasMaxLength", "at most {} characters"),
    ("InclusiveBetween", "from {} to {}"),
    ("IsEmail", "an email address"),
    ("IsIn", "one of {}"),
    ("IsNotEmpty", "not empty"),
    ("IsPositive", "positive"),
    ("IsUrl", "a URL"),
    ("Length", "length {} to {}"),
    ("LessThan", "less than {}"),
    ("LessThanOrEqualTo", "at most {}"),
    ("Matches", "matches `{}`"),
    ("Max", "at most {}"),
    ("MaxLength", "at most {} characters"),
    ("MaximumLength", "at most {} characters"),
    ("Min", "at least {}"),
    ("MinLength", "at least {} characters"),
    ("MinimumLength", "at least {} characters"),
    ("NotEmpty", "not empty"),
    ("Phone", "a phone number"),
    ("Range", "from {} to {}"),
    ("RegularExpression", "matches `{}`"),
    ("Required", "required"),
    ("StringLength", "at most {} characters"),
    ("decimal_places", "{} decimal places"),
    ("email", "an email address"),
    ("ge", "at least {}"),
    ("gt", "more than {}"),
    ("le", "at most {}"),
    ("lt", "less than {}"),
    ("max", "at most {}"),
    ("max_digits", "at most {} digits"),
    ("max_length", "at most {} characters"),
    ("min", "at least {}"),
    ("min_length", "at least {} characters"),
    ("pattern", "matches `{}`"),
];

/// Longest chain of calls that is followed back.
const CHAIN_MAX: usize = 32;

struct Reader<'a> {
    outline: &'a Outline,
    file: &'a RepoPath,
}

impl Reader<'_> {
    fn read_definitions(&self, found: &mut Statements) {
        for (index, definition) in (0..).zip(&self.outline.definitions) {
            for sentence in definition.doc.iter().flat_map(|doc| words::sentences(doc)).filter(|text| is_rule(text)) {
                found.sentences.push(self.state(Some(index), definition.lines, sentence));
            }
            if definition.kind == SymbolKind::Enum || definition.bases.iter().any(|base| is_enum_base(base)) {
                self.read_choices(index, definition, found);
            }
            let limits: Vec<String> =
                definition.decorators.iter().filter_map(|decorator| limit(&decorator.name, &decorator.args)).collect();
            if !limits.is_empty() {
                let text = format!("{}: {}", definition.name, limits.join(", "));
                found.limits.push(self.state(definition.parent, Lines::one(definition.line), text));
            }
            for parameter in &definition.parameters {
                let mut limits: Vec<String> = parameter
                    .decorators
                    .iter()
                    .filter_map(|decorator| limit(&decorator.name, &decorator.args))
                    .collect();
                limits.extend(
                    parameter.default.iter().filter_map(Value::as_call).flat_map(|call| named_limits(&call.args)),
                );
                if !limits.is_empty() {
                    let text = format!("{}: {}", parameter.name, limits.join(", "));
                    found.limits.push(self.state(Some(index), Lines::one(definition.line), text));
                }
            }
        }
    }

    fn read_choices(&self, index: DefinitionIndex, definition: &Definition, found: &mut Statements) {
        let members = self.outline.children(index).map(|(_, member)| member);
        let mut names: Vec<&str> = members
            .filter(|member| matches!(member.kind, SymbolKind::Member | SymbolKind::Variable | SymbolKind::Field))
            .map(|member| member.name.as_str())
            .collect();
        if names.is_empty() {
            let assigned = self.outline.assignments.iter().filter(|assignment| assignment.enclosing == Some(index));
            names = assigned.map(|assignment| assignment.target.as_str()).collect();
        }
        names.dedup();
        if names.len() < 2 {
            return;
        }
        let more = names.len().saturating_sub(15);
        names.truncate(15);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        found.choices.push(self.state(Some(index), definition.lines, format!("{}{rest}", names.join(", "))));
    }

    fn read_calls(&self, found: &mut Statements) {
        for call in &self.outline.calls {
            let enclosing = call.enclosing;
            if let Some(text) = refusal(&call.value) {
                found.refusals.push(self.state(enclosing, call.value.lines, text));
            }
            if let Some(text) = fluent_limit(&call.value).or_else(|| guard(&call.value)) {
                found.limits.push(self.state(enclosing, Lines::one(call.value.line), text));
            }
            if call.value.callee == "object" {
                for (field, limits) in call.value.positional(0).map(schema_limits).unwrap_or_default() {
                    let text = format!("{field}: {}", limits.join(", "));
                    found.limits.push(self.state(enclosing, call.value.lines, text));
                }
            }
        }
    }

    fn read_assignments(&self, found: &mut Statements) {
        for assignment in &self.outline.assignments {
            let enclosing = assignment.enclosing.and_then(|index| self.outline.definition(index));
            if enclosing.is_some_and(|definition| !definition.kind.is_type()) {
                continue;
            }
            let limits = assignment.value.as_call().map(|call| named_limits(&call.args)).unwrap_or_default();
            if !limits.is_empty() {
                let text = format!("{}: {}", assignment.target, limits.join(", "));
                found.limits.push(self.state(assignment.enclosing, Lines::one(assignment.line), text));
            }
            if let Value::Number(number) = &assignment.value
                && self.is_constant(assignment)
                && enclosing.is_none_or(|definition| definition.kind != SymbolKind::Enum)
            {
                let text = format!("{} = {number}", assignment.target);
                found.numbers.push(self.state(assignment.enclosing, Lines::one(assignment.line), text));
            }
        }
    }

    fn is_constant(&self, assignment: &Assignment) -> bool {
        let name = assignment.target.as_str();
        let screaming =
            name.len() > 3 && name.chars().all(|letter| !letter.is_lowercase()) && name.contains(char::is_alphabetic);
        let declared = || {
            let mut same = self.outline.definitions.iter().filter(|definition| definition.name == assignment.target);
            same.any(|definition| definition.parent == assignment.enclosing && definition.has_modifier("const"))
        };
        screaming || declared()
    }

    fn state(&self, definition: Option<DefinitionIndex>, lines: Lines, text: String) -> Statement {
        let symbol = definition.map(|index| self.outline.dotted_name(index)).unwrap_or_default();
        Statement { file: self.file.clone(), lines, symbol, text }
    }
}

fn is_rule(sentence: &str) -> bool {
    // Such sentences describe a property: they rule nothing.
    let describes = ["Gets ", "Indicates ", "Returns "].iter().any(|start| sentence.starts_with(start));
    let lower = format!(" {} ", sentence.to_lowercase().replace(['.', ',', ';', '(', ')'], " "));
    !describes && RULE_WORDS.iter().any(|word| lower.contains(&format!(" {word} ")))
}

fn is_enum_base(base: &str) -> bool {
    matches!(last_part(base), "Enum" | "StrEnum" | "IntEnum" | "Flag" | "TextChoices" | "IntegerChoices" | "ChoiceSet")
}

/// The message with which a call refuses something, with the HTTP status if it names one.
fn refusal(call: &CallValue) -> Option<String> {
    let callee = call.callee.as_str();
    if !is_error(call) && !REFUSING_CALLS.contains(&callee) {
        return None;
    }
    let message = message(&call.args).filter(|text| is_sentence(text))?;
    let status = status(call).map(|status| format!(" ({status})")).unwrap_or_default();
    Some(format!("“{}”{status}", words::shorten(&message, 200)))
}

/// Whether a call makes an error: `new NotFoundException(..)`, `ValueError(..)`, `serializers.ValidationError(..)`;
/// but not `Logger.LogError(..)`.
fn is_error(call: &CallValue) -> bool {
    let callee = call.callee.as_str();
    let named = callee.ends_with("Error") || callee.ends_with("Exception");
    let technical = ["NotImplemented", "NotSupported", "Log"].iter().any(|start| callee.starts_with(start));
    let module = match &call.receiver {
        None => true,
        Some(Value::Name(module)) => !module.contains(char::is_uppercase),
        Some(_) => false,
    };
    named && callee.starts_with(char::is_uppercase) && !technical && (call.is_new || module)
}

/// `Guard.Against.OutOfRange(quantity, nameof(quantity), 0, 10)`: the value and what it must not be.
fn guard(call: &CallValue) -> Option<String> {
    let path = call.path()?;
    let condition = path.strip_prefix("Guard.Against.").filter(|condition| *condition != "Null")?;
    let values: Vec<String> = (0..).map_while(|position| call.positional(position)).filter_map(short).collect();
    let (checked, bounds) = values.split_first()?;
    let bounds: Vec<&str> = bounds.iter().map(String::as_str).filter(|bound| bound != checked).collect();
    let bounds = if bounds.is_empty() { String::new() } else { format!(" ({})", bounds.join(" to ")) };
    Some(format!("{checked}: not {}{bounds}", words::humanise(condition).to_lowercase()))
}

fn message(args: &[Argument]) -> Option<String> {
    let by_name = MESSAGE_NAMES.iter().filter_map(|name| named(args, name));
    let by_position = args.iter().filter(|argument| argument.name.is_none()).map(|argument| &argument.value);
    by_name.chain(by_position).find_map(|value| match value {
        Value::Record(_) => MESSAGE_NAMES.iter().filter_map(|name| value.key(name)).find_map(written),
        value => written(value),
    })
}

/// A text as written; what is put in at run time stands as `{name}`.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Join(parts) => {
            let parts = parts.iter().map(|part| match part {
                Value::Text(text) => text.to_string(),
                Value::Name(name) => format!("{{{}}}", last_part(name)),
                _ => "{…}".to_owned(),
            });
            Some(parts.collect())
        }
        _ => None,
    }
}

/// Words for people, not for programmers or programs.
fn is_sentence(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    words >= 2 && !text.contains("must be used within") && !text.contains("not implemented")
}

fn status(call: &CallValue) -> Option<String> {
    let candidates = [call.named("status_code"), call.named("status"), call.positional(0), call.positional(1)];
    candidates.into_iter().flatten().find_map(|value| {
        let code: String = match value {
            Value::Number(number) => number.to_string(),
            Value::Name(name) => last_part(name).chars().filter(char::is_ascii_digit).collect(),
            _ => return None,
        };
        (code.len() == 3 && code.starts_with(['4', '5'])).then_some(code)
    })
}

/// The words of a limit, if `name` is one.
fn limit(name: &str, args: &[Argument]) -> Option<String> {
    let (_, pattern) = LIMITS.iter().find(|(known, _)| *known == last_part(name))?;
    let mut text = String::new();
    let mut values = (0..).map_while(|position| positional(args, position));
    for (index, part) in pattern.split("{}").enumerate() {
        if index > 0 {
            text.push_str(&short(values.next()?)?);
        }
        text.push_str(part);
    }
    Some(text)
}

fn named_limits(args: &[Argument]) -> Vec<String> {
    let limits = args.iter().filter_map(|argument| {
        let name = argument.name.as_deref().filter(|name| name.starts_with(char::is_lowercase))?;
        limit(name, &[Argument { name: None, value: argument.value.clone() }])
    });
    limits.collect()
}

/// A number, name or short text.
fn short(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(text) | Value::Name(text) | Value::Text(text) | Value::Regex(text) => text.to_string(),
        Value::List(items) => items.iter().take(12).filter_map(short).collect::<Vec<_>>().join(", "),
        _ => return None,
    };
    (!text.is_empty() && text.len() <= 100).then_some(text)
}

/// `Property(x => x.Name).HasMaxLength(50)`, `RuleFor(x => x.Name).NotEmpty()`: the field and its limit.
fn fluent_limit(call: &CallValue) -> Option<String> {
    let words = limit(&call.callee, &call.args)?;
    let mut receiver = call.receiver.as_ref();
    for _ in 0..CHAIN_MAX {
        let before = receiver?.as_call()?;
        if matches!(before.callee.as_str(), "Property" | "RuleFor") {
            let field = before.positional(0)?.as_function()?.returns.as_ref()?;
            return Some(format!("{}: {words}", last_part(field.as_name()?)));
        }
        receiver = before.receiver.as_ref();
    }
    None
}

/// `{ name: z.string().min(1).max(50) }`: fields and their limits.
fn schema_limits(value: &Value) -> Vec<(String, Vec<String>)> {
    let Value::Record(entries) = value else { return Vec::new() };
    let fields = entries.iter().map(|(field, value)| {
        let mut limits = Vec::new();
        let mut link = value.as_call();
        for _ in 0..CHAIN_MAX {
            let Some(call) = link else { break };
            limits.extend(limit(&call.callee, &call.args));
            link = call.receiver.as_ref().and_then(Value::as_call);
        }
        limits.reverse();
        (field.to_string(), limits)
    });
    fields.filter(|(_, limits)| !limits.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::codebase::outline::FunctionValue;

    use super::*;

    fn text(text: &str) -> Argument {
        Argument { name: None, value: Value::Text(text.into()) }
    }

    fn number(name: Option<&str>, number: &str) -> Argument {
        Argument { name: name.map(Into::into), value: Value::Number(number.into()) }
    }

    fn call(callee: &str, args: Vec<Argument>) -> CallValue {
        CallValue { callee: callee.into(), args: args.into(), ..CallValue::default() }
    }

    #[test]
    fn refusals_are_the_words_for_people() {
        let detail = Argument { name: Some("detail".into()), ..text("Item not found") };
        let found = refusal(&call("HTTPException", vec![number(Some("status_code"), "404"), detail]));
        assert_eq!(found.as_deref(), Some("“Item not found” (404)"));
        assert_eq!(refusal(&call("ArgumentNullException", vec![text("basket")])), None);
        assert_eq!(refusal(&call("setError", vec![text("Something went wrong")])), None);
    }

    #[test]
    fn limits_read_as_words() {
        assert_eq!(limit("Range", &[number(None, "1"), number(None, "10")]).as_deref(), Some("from 1 to 10"));
        assert_eq!(limit("Length", &[number(None, "1")]), None);
        assert_eq!(named_limits(&[number(Some("max_length"), "40")]), ["at most 40 characters"]);
    }

    #[test]
    fn fluent_limits_name_their_field() {
        let returns = Some(Value::Name("item.Name".into()));
        let field = Value::Function(Box::new(FunctionValue { returns, ..FunctionValue::default() }));
        let property = call("Property", vec![Argument { name: None, value: field }]);
        let mut length = call("HasMaxLength", vec![number(None, "50")]);
        length.receiver = Some(Value::Call(Arc::new(property)));
        assert_eq!(fluent_limit(&length).as_deref(), Some("Name: at most 50 characters"));
    }

    #[test]
    fn rules_are_sentences_with_a_must() {
        assert!(is_rule("An order must have an item."));
        assert!(!is_rule("Mustard is a sauce."));
    }
}
