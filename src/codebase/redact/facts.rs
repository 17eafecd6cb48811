//! Takes the secrets out of all that is kept of a file, once everything that needs the true values has read them.
//!
//! What follows (linking, pages, JSON, briefs) can then not show what it does not have. The other
//! gain over plain text: here the name that a value is given to is known.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{REDACTED, is_secret, is_sensitive, redact};
use crate::codebase::external::Template;
use crate::codebase::message::{ChannelRef, ScheduleFact};
use crate::codebase::outline::{
    Argument, CallValue, Decorator, Definition, FunctionValue, Outline, Parameter, Value, last_part,
};
use crate::codebase::source::{About, Component};
use crate::codebase::{Atom, Facts};

/// How deep values are looked into; what lies deeper is forgotten.
const DEEPEST: usize = 64;

/// Arguments that tell about a value in words.
const DESCRIBING: &[&str] = &[
    "alias",
    "aliases",
    "comment",
    "description",
    "doc",
    "env",
    "help",
    "help_text",
    "label",
    "message",
    "name",
    "pattern",
    "regex",
    "summary",
    "title",
    "validation_alias",
    "verbose_name",
];

/// `facts` without passwords, tokens and keys.
pub fn clean_facts(facts: &mut Facts) {
    let mut cleaner = Cleaner::default();
    cleaner.outline(&mut facts.outline);
    for route in &mut facts.routing.routes {
        clean_string(&mut route.summary);
    }
    for entity in &mut facts.records.entities {
        clean_string(&mut entity.doc);
    }
    for fact in &mut facts.messages.facts {
        if let ChannelRef::Named(value) | ChannelRef::TypeOf(value) | ChannelRef::Carrier(value) = &mut fact.channel
            && let Some(clean) = cleaner.value(value, None, DEEPEST)
        {
            *value = clean;
        }
    }
    for job in &mut facts.messages.jobs {
        if let Some(clean) = job.name.as_ref().and_then(|name| cleaner.value(name, None, DEEPEST)) {
            job.name = Some(clean);
        }
        if let ScheduleFact::At(value) = &mut job.schedule
            && let Some(clean) = cleaner.value(value, None, DEEPEST)
        {
            *value = clean;
        }
    }
    for sighting in &mut facts.sightings {
        let evidence = &mut sighting.evidence;
        clean_text(&mut evidence.detail);
    }
    if let Some(template) = &mut facts.template {
        clean_template(template);
    }
}

/// Of a secret parameter only that it has a value is of use: conditions ask for no more.
fn clean_template(template: &mut Template) {
    let hidden = |name: &Atom, value: &Atom| {
        let text = value.trim_matches('\'');
        (is_secret(name, text) || redact(text) != text).then(|| Atom::new("given()"))
    };
    let defaults = template.parameters.iter_mut().filter_map(|(name, value)| Some((&*name, value.as_mut()?)));
    let given = template.modules.iter_mut().flat_map(|module| &mut module.given).map(|(name, value)| (&*name, value));
    for (name, value) in defaults.chain(given) {
        if let Some(hidden) = hidden(name, value) {
            *value = hidden;
        }
    }
}

/// `component` without secrets in its commands and description.
pub fn clean_component(component: &mut Component) {
    clean_string(&mut component.description);
    for command in &mut component.commands {
        clean_text(&mut command.run);
        clean_text(&mut command.script);
    }
}

/// `about` without secrets.
pub fn clean_about(about: &mut About) {
    clean_string(&mut about.title);
    for statement in &mut about.summary {
        clean_text(&mut statement.text);
    }
}

fn clean_text(text: &mut String) {
    if let std::borrow::Cow::Owned(clean) = redact(text) {
        *text = clean;
    }
}

fn clean_string(text: &mut Option<String>) {
    if let Some(text) = text {
        clean_text(text);
    }
}

/// An atom without secrets, where it has any. `name` is what it is given to.
fn clean_atom(text: &Atom, name: Option<&str>) -> Option<Atom> {
    if name.is_some_and(|name| is_secret(name, text)) {
        return Some(Atom::new(REDACTED));
    }
    match redact(text) {
        std::borrow::Cow::Owned(clean) => Some(Atom::from(clean)),
        std::borrow::Cow::Borrowed(_) => None,
    }
}

/// The part of a target that names what is set: `password` of `self.password`. Nothing where it is no secret's name.
fn sensitive(name: &str) -> Option<&str> {
    let name = last_part(name);
    is_sensitive(name).then_some(name)
}

fn is_identifier(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// What calls that are shared became, so that they stay shared: nothing where they have no secret.
#[derive(Default)]
struct Cleaner {
    calls: FxHashMap<usize, Option<Arc<CallValue>>>,
    /// Calls that were replaced: while they live, no other call has their address.
    replaced: Vec<Arc<CallValue>>,
}

impl Cleaner {
    fn outline(&mut self, outline: &mut Outline) {
        clean_string(&mut outline.doc);
        for definition in &mut outline.definitions {
            self.definition(definition);
        }
        for assignment in &mut outline.assignments {
            let name = sensitive(&assignment.target);
            if let Some(clean) = self.value(&assignment.value, name, DEEPEST) {
                assignment.value = clean;
            }
        }
        for call in &mut outline.calls {
            if let Some(clean) = self.call(&call.value, None, DEEPEST) {
                call.value = clean;
            }
        }
        for literal in &mut outline.literals {
            if let Some(clean) = clean_atom(&literal.text, sensitive(&literal.context)) {
                literal.text = clean;
            }
        }
    }

    fn definition(&mut self, definition: &mut Definition) {
        clean_string(&mut definition.doc);
        let name = sensitive(&definition.name);
        for decorator in &mut definition.decorators {
            self.decorator(decorator, name);
        }
        for parameter in &mut definition.parameters {
            self.parameter(parameter);
        }
    }

    fn decorator(&mut self, decorator: &mut Decorator, name: Option<&str>) {
        for argument in &mut decorator.args {
            // `[Compare("NewPassword")]` of `ConfirmPassword` names another field.
            let is_field = argument.value.as_text().is_some_and(|text| is_sensitive(text) && is_identifier(text));
            let name = name.filter(|_| !is_field);
            let name = argument.name.as_deref().map_or(name, |own| inner_name(own, name));
            if let Some(clean) = self.value(&argument.value, name, DEEPEST) {
                argument.value = clean;
            }
        }
    }

    fn parameter(&mut self, parameter: &mut Parameter) {
        let name = sensitive(&parameter.name);
        if let Some(clean) = parameter.default.as_ref().and_then(|default| self.value(default, name, DEEPEST)) {
            parameter.default = Some(clean);
        }
        for decorator in &mut parameter.decorators {
            self.decorator(decorator, name);
        }
    }

    /// What `value` becomes; nothing where it stays. `name` is the secret's name that it is given to.
    fn value(&mut self, value: &Value, name: Option<&str>, depth: usize) -> Option<Value> {
        let Some(depth) = depth.checked_sub(1) else { return Some(Value::Unknown) };
        match value {
            Value::Text(text) => clean_atom(text, name).map(Value::Text),
            Value::Regex(text) => clean_atom(text, None).map(Value::Regex),
            Value::Join(parts) => self.join(parts, name, depth),
            Value::List(items) => self.values(items, name, depth).map(Value::List),
            Value::Choice(items) => self.values(items, name, depth).map(Value::Choice),
            Value::Spread(inner) => self.value(inner, name, depth).map(|inner| Value::Spread(Box::new(inner))),
            Value::Record(entries) => self.record(entries, name, depth),
            Value::Call(call) => self.call(call, name, depth).map(Value::Call),
            Value::Member(of, member) => {
                self.value(of, None, depth).map(|of| Value::Member(Box::new(of), member.clone()))
            }
            Value::Function(function) => self.function(function, depth),
            Value::Unknown | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Name(_) => None,
        }
    }

    /// A text put together: `"Password=" + "secret"` shows only as a whole what it is.
    fn join(&mut self, parts: &thin_vec::ThinVec<Value>, name: Option<&str>, depth: usize) -> Option<Value> {
        if let Some(whole) = parts.iter().map(Value::as_text).collect::<Option<String>>() {
            return clean_atom(&Atom::from(whole), name).map(Value::Text);
        }
        self.values(parts, name, depth).map(Value::Join)
    }

    fn values(
        &mut self,
        items: &thin_vec::ThinVec<Value>,
        name: Option<&str>,
        depth: usize,
    ) -> Option<thin_vec::ThinVec<Value>> {
        let mut cleaned: Option<thin_vec::ThinVec<Value>> = None;
        for (index, item) in items.iter().enumerate() {
            if let Some(clean) = self.value(item, name, depth) {
                cleaned.get_or_insert_with(|| items.clone())[index] = clean;
            }
        }
        cleaned
    }

    fn record(
        &mut self,
        entries: &thin_vec::ThinVec<(Atom, Value)>,
        name: Option<&str>,
        depth: usize,
    ) -> Option<Value> {
        let mut cleaned: Option<thin_vec::ThinVec<(Atom, Value)>> = None;
        for (index, (key, value)) in entries.iter().enumerate() {
            if let Some(clean) = self.value(value, inner_name(key, name), depth) {
                cleaned.get_or_insert_with(|| entries.clone())[index].1 = clean;
            }
        }
        cleaned.map(Value::Record)
    }

    fn function(&mut self, function: &FunctionValue, depth: usize) -> Option<Value> {
        let mut clean = function.clone();
        clean.parameters.iter_mut().for_each(|parameter| self.parameter(parameter));
        if let Some(returns) = function.returns.as_ref().and_then(|returns| self.value(returns, None, depth)) {
            clean.returns = Some(returns);
        }
        (clean != *function).then(|| Value::Function(Box::new(clean)))
    }

    fn call(&mut self, call: &Arc<CallValue>, name: Option<&str>, depth: usize) -> Option<Arc<CallValue>> {
        let address = Arc::as_ptr(call).addr();
        if let Some(known) = self.calls.get(&address)
            && (name.is_none() || known.is_some())
        {
            return known.clone();
        }
        let receiver = call.receiver.as_ref().and_then(|receiver| self.value(receiver, None, depth));
        // `getenv("SECRET_KEY", "default")`: the first text says what the others are.
        let key = call.args.first().and_then(|first| first.value.as_text()).and_then(sensitive);
        let mut args: Vec<(usize, Value)> = Vec::new();
        for (index, Argument { name: own, value }) in call.args.iter().enumerate() {
            let given = own.as_deref().map_or(key.filter(|_| index > 0).or(name), |own| inner_name(own, name.or(key)));
            args.extend(self.value(value, given, depth).map(|clean| (index, clean)));
        }
        let cleaned = (receiver.is_some() || !args.is_empty()).then(|| {
            let mut clean = CallValue::clone(call);
            clean.receiver = receiver.or(clean.receiver);
            for (index, value) in args {
                clean.args[index].value = value;
            }
            self.replaced.push(Arc::clone(call));
            Arc::new(clean)
        });
        self.calls.insert(address, cleaned.clone());
        cleaned
    }
}

/// The secret's name that a value under `key` is given to, within something that has the secret's name `outer`.
fn inner_name<'a>(key: &'a str, outer: Option<&'a str>) -> Option<&'a str> {
    sensitive(key).or_else(|| outer.filter(|_| !DESCRIBING.contains(&key)))
}

#[cfg(test)]
mod tests {
    use super::clean_facts;
    use crate::codebase::Facts;
    use crate::codebase::external::{Template, TemplateModule};

    #[test]
    fn templates_keep_no_passwords() {
        let given = |value: &str| vec![("sqlPassword".into(), value.into()), ("sqlName".into(), "'shop'".into())];
        let parameters =
            vec![("adminPassword".into(), Some("'Wint3r!99'".into())), ("apiKey".into(), Some("''".into()))];
        let modules = vec![TemplateModule { given: given("'Wint3r!99'"), ..TemplateModule::default() }];
        let template = Template { parameters, modules, ..Template::default() };
        let mut facts = Facts { template: Some(Box::new(template)), ..Facts::default() };
        clean_facts(&mut facts);
        let expected = Template {
            parameters: vec![("adminPassword".into(), Some("given()".into())), ("apiKey".into(), Some("''".into()))],
            modules: vec![TemplateModule { given: given("given()"), ..TemplateModule::default() }],
            ..Template::default()
        };
        assert_eq!(facts.template.as_deref(), Some(&expected));
    }
}
