//! A library as a table: which constructions stand for a channel, and which calls, decorators and bases publish or consume.

use crate::codebase::message::{ChannelKind, ChannelRef, MessageFact, MessageRole, Messages};
use crate::codebase::outline::{
    Argument, Call, CallValue, Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part, named,
    positional,
};
use crate::codebase::routing::HandlerRef;
use crate::codebase::{Atom, LanguageId};

use super::{made, types};

/// What a library's users write, in one language.
pub(super) struct Rules {
    /// Id of the library.
    pub(super) id: &'static str,
    /// Ids of the languages.
    pub(super) languages: &'static [&'static str],
    /// Modules that show in a file that the library is meant.
    pub(super) imports: &'static [&'static str],
    /// Whether only files that import one of those are read. C# may import for a whole project at once.
    pub(super) gated: bool,
    /// What sort of channel it is, where a rule does not say.
    pub(super) kind: ChannelKind,
    /// Where a call or decorator names the subscription to a topic: the channel is one if something stands there.
    pub(super) subscription: &'static [Where],
    /// Constructions of what stands for a channel.
    pub(super) makers: &'static [Maker],
    /// Calls.
    pub(super) calls: &'static [CallRule],
    /// Decorators and attributes.
    pub(super) decorators: &'static [DecoratorRule],
    /// Base types.
    pub(super) bases: &'static [BaseRule],
}

/// `new Queue("emails")`, `client.CreateSender("orders")`.
pub(super) struct Maker {
    pub(super) callee: &'static str,
    pub(super) on: On,
    pub(super) channel: &'static [Where],
}

/// A call that publishes, consumes or declares.
pub(super) struct CallRule {
    pub(super) callee: &'static str,
    pub(super) on: On,
    pub(super) role: MessageRole,
    pub(super) channel: &'static [Where],
    /// What consumes, among the arguments.
    pub(super) handler: Option<Where>,
}

/// A call that publishes.
pub(super) const fn publish(callee: &'static str, on: On, channel: &'static [Where]) -> CallRule {
    CallRule { callee, on, role: MessageRole::Publish, channel, handler: None }
}

/// A call that consumes, in what it stands in or in an argument.
pub(super) const fn consume(
    callee: &'static str,
    on: On,
    channel: &'static [Where],
    handler: Option<Where>,
) -> CallRule {
    CallRule { callee, on, role: MessageRole::Consume, channel, handler }
}

/// A construction that stands for a channel.
pub(super) const fn maker(callee: &'static str, on: On, channel: &'static [Where]) -> Maker {
    Maker { callee, on, channel }
}

/// A decorator or attribute that makes what it stands on a consumer.
pub(super) const fn takes(name: &'static str, channel: &'static [Where]) -> DecoratorRule {
    DecoratorRule { name, role: MessageRole::Consume, channel }
}

/// A decorator or attribute that says where what it stands on sends to.
pub(super) const fn gives(name: &'static str, channel: &'static [Where]) -> DecoratorRule {
    DecoratorRule { name, role: MessageRole::Publish, channel }
}

/// A table without rules, to be filled in.
pub(super) const BLANK: Rules = Rules {
    id: "",
    languages: &[],
    imports: &[],
    gated: true,
    kind: ChannelKind::Queue,
    subscription: &[],
    makers: &[],
    calls: &[],
    decorators: &[],
    bases: &[],
};

/// A decorator of a function, method, class or parameter.
pub(super) struct DecoratorRule {
    /// Its last name.
    pub(super) name: &'static str,
    pub(super) role: MessageRole,
    /// The first that it has.
    pub(super) channel: &'static [Where],
}

/// A base that makes a class a consumer: `IConsumer<OrderPlaced>`.
pub(super) struct BaseRule {
    /// Its last name, without type arguments.
    pub(super) base: &'static str,
    /// Which type argument is the message.
    pub(super) argument: usize,
    /// The methods that take the message.
    pub(super) methods: &'static [&'static str],
}

/// On what a call is made.
pub(super) enum On {
    /// On anything or nothing.
    Any,
    /// As a construction.
    New,
    /// A value whose declared type has one of these names.
    Type(&'static [&'static str]),
    /// A value whose name holds one of these words, in lower case.
    Word(&'static [&'static str]),
    /// Exactly this name.
    Name(&'static [&'static str]),
}

/// Where it stands which channel is meant.
pub(super) enum Where {
    /// An argument by its position.
    Arg(usize),
    /// An argument by its name.
    Named(&'static str),
    /// Every positional argument.
    Args,
    /// A key of an argument that is a record.
    Key(usize, &'static str),
    /// A member of a C# object initialiser: `new SendMessageRequest { QueueUrl = .. }`.
    Init(&'static str),
    /// A type argument.
    TypeArg(usize),
    /// The type of an argument.
    TypeOf(usize),
    /// What the call is made on.
    Receiver,
}

/// What a file says, by the rules of its language.
pub(super) fn read(all: &'static [Rules], language: &LanguageId, outline: &Outline) -> Messages {
    let mut messages = Messages::default();
    for rules in all.iter().filter(|rules| rules.languages.contains(&language.as_str())) {
        let proven = made::imports(outline, rules.imports);
        if rules.gated && !proven {
            continue;
        }
        let before = messages.facts.len();
        of_calls(rules, outline, &mut messages.facts);
        of_definitions(rules, outline, &mut messages.facts);
        for fact in &mut messages.facts[before..] {
            fact.proven = proven;
        }
    }
    messages
}

fn of_calls(rules: &Rules, outline: &Outline, facts: &mut Vec<MessageFact>) {
    if rules.makers.is_empty() && rules.calls.is_empty() {
        return;
    }
    for call in &outline.calls {
        let callee = call.value.callee.as_str();
        for maker in rules.makers.iter().filter(|it| it.callee == callee) {
            if is_on(&maker.on, outline, call) {
                facts.extend(made_by(rules, maker, outline, call));
            }
        }
        for rule in rules.calls.iter().filter(|it| it.callee == callee) {
            if is_on(&rule.on, outline, call) {
                facts.extend(of_call(rules, rule, outline, call));
            }
        }
    }
}

fn made_by(rules: &Rules, maker: &Maker, outline: &Outline, call: &Call) -> Vec<MessageFact> {
    let carrier = made::carrier(outline, &call.value);
    let channels = channels(maker.channel, &call.value.args, Some(&call.value));
    let place = (call.enclosing, call.value.line);
    let fact = |channel| made::fact(rules.id, MessageRole::Declare, rules.kind, channel, place);
    channels.into_iter().map(|channel| MessageFact { carrier: carrier.clone(), ..fact(channel) }).collect()
}

fn of_call(rules: &Rules, rule: &CallRule, outline: &Outline, call: &Call) -> Vec<MessageFact> {
    let mut found = channels(rule.channel, &call.value.args, Some(&call.value));
    for channel in &mut found {
        // `new Queue("emails").add(..)`: the receiver says its channel itself.
        if let ChannelRef::Carrier(Value::Call(receiver)) = channel
            && let Some(maker) = rules.makers.iter().find(|it| receiver.callee == it.callee)
            && let Some(direct) = channels(maker.channel, &receiver.args, Some(receiver)).into_iter().next()
        {
            *channel = direct;
        }
    }
    let given = rule.handler.as_ref().and_then(|place| argument(place, &call.value.args)).and_then(made::handler);
    let carrier = if rule.role == MessageRole::Publish { None } else { made::carrier(outline, &call.value) };
    let fact = |channel| {
        let kind = kind_of(rules, outline, call.enclosing, &call.value.args);
        let own = made::fact(rules.id, rule.role, kind, channel, (call.enclosing, call.value.line));
        let party = given.clone().unwrap_or_else(|| own.party.clone());
        MessageFact { party, carrier: carrier.clone(), ..own }
    };
    found.into_iter().map(fact).collect()
}

/// What sort of channel arguments speak of.
fn kind_of(rules: &Rules, outline: &Outline, at: Option<DefinitionIndex>, args: &[Argument]) -> ChannelKind {
    let mut stated = rules.subscription.iter().filter_map(|place| argument(place, args));
    if stated.any(|value| names_subscription(outline, at, value)) { ChannelKind::Topic } else { rules.kind }
}

/// Whether a value names something; options of a call are none. `ServiceBusEntityType.Topic` says it outright.
fn names_subscription(outline: &Outline, at: Option<DefinitionIndex>, value: &Value) -> bool {
    match value {
        Value::Text(_) | Value::Join(_) => true,
        Value::Name(name) if name.contains("EntityType.") => name.ends_with(".Topic"),
        Value::Name(name) | Value::Member(_, name) => {
            let typed = types::declared(outline, at, name).unwrap_or_default();
            !typed.ends_with("Options") && !last_part(name).to_lowercase().ends_with("options")
        }
        Value::Choice(values) => values.iter().any(|it| matches!(it, Value::Text(_))),
        _ => false,
    }
}

fn is_on(on: &On, outline: &Outline, call: &Call) -> bool {
    let receiver = call.value.receiver.as_ref();
    let name = receiver.and_then(Value::as_name);
    match on {
        On::Any => true,
        On::New => call.value.is_new,
        On::Name(names) => name.is_some_and(|name| names.contains(&name)),
        On::Word(words) => {
            let spoken = match receiver {
                Some(Value::Name(name)) => Atom::new(last_part(name)),
                // `EmailQueue.getInstance()`.
                Some(Value::Call(call)) => call.path().unwrap_or_else(|| call.callee.clone()),
                Some(Value::Member(_, name)) => name.clone(),
                _ => return false,
            };
            let spoken = spoken.to_lowercase();
            words.iter().any(|word| spoken.contains(word))
        }
        On::Type(types) => {
            let declared = name.and_then(|name| types::declared(outline, call.enclosing, name));
            declared.is_some_and(|own| types.contains(&own))
        }
    }
}

fn argument<'a>(place: &Where, args: &'a [Argument]) -> Option<&'a Value> {
    match place {
        Where::Arg(position) => positional(args, *position),
        Where::Named(name) => named(args, name),
        Where::Key(position, key) => positional(args, *position)?.key(key),
        Where::Init(key) => named(args, "{}")?.key(key),
        _ => None,
    }
}

/// The channels that the first of these places names, one for each element of a list.
fn channels(places: &[Where], args: &[Argument], call: Option<&CallValue>) -> Vec<ChannelRef> {
    places.iter().map(|place| at(place, args, call)).find(|found| !found.is_empty()).unwrap_or_default()
}

fn at(place: &Where, args: &[Argument], call: Option<&CallValue>) -> Vec<ChannelRef> {
    match place {
        Where::Arg(_) | Where::Named(_) | Where::Key(..) | Where::Init(_) => {
            argument(place, args).into_iter().flat_map(made::each).filter_map(named_by).collect()
        }
        Where::Args => {
            let given = args.iter().filter(|argument| argument.name.is_none());
            given.flat_map(|argument| made::each(&argument.value)).filter_map(named_by).collect()
        }
        Where::TypeArg(position) => {
            let of_call = call.and_then(|call| call.type_args.get(*position));
            let of_attribute = || {
                let mut types = args.iter().filter(|it| it.name.as_deref() == Some("<>"));
                types.nth(*position).and_then(|it| it.value.as_name()).map(Atom::new)
            };
            of_call.cloned().or_else(of_attribute).map(ChannelRef::Type).into_iter().collect()
        }
        Where::TypeOf(position) => positional(args, *position).and_then(typed_by).into_iter().collect(),
        Where::Receiver => {
            let receiver = call.and_then(|call| call.receiver.clone());
            let can_stand = |value: &Value| matches!(value, Value::Name(_) | Value::Call(_) | Value::Member(..));
            receiver.filter(can_stand).map(ChannelRef::Carrier).into_iter().collect()
        }
    }
}

/// A value as a channel's name; no value that surely is none.
pub(super) fn named_by(value: &Value) -> Option<ChannelRef> {
    let is_none = matches!(
        value,
        Value::Unknown | Value::Null | Value::Bool(_) | Value::Number(_) | Value::Record(_) | Value::Function(_)
    );
    (!is_none).then(|| ChannelRef::Named(value.clone()))
}

/// The type of a value as a channel.
pub(super) fn typed_by(value: &Value) -> Option<ChannelRef> {
    match value {
        Value::Call(call) if call.is_new => Some(ChannelRef::Type(call.callee.clone())),
        // `context => new OrderPlaced(..)`, `context.Init<OrderPlaced>(..)`.
        Value::Function(function) => function.returns.as_ref().and_then(|returned| match returned {
            Value::Call(call) if call.is_new => Some(ChannelRef::Type(call.callee.clone())),
            Value::Call(call) => call.type_args.first().cloned().map(ChannelRef::Type),
            _ => None,
        }),
        Value::Name(_) | Value::Call(_) => Some(ChannelRef::TypeOf(value.clone())),
        _ => None,
    }
}

fn of_definitions(rules: &Rules, outline: &Outline, facts: &mut Vec<MessageFact>) {
    if rules.decorators.is_empty() && rules.bases.is_empty() {
        return;
    }
    for (index, definition) in (0..).zip(&outline.definitions) {
        if !rules.decorators.is_empty() {
            decorated(rules, outline, index, &definition.decorators, facts);
            for parameter in &definition.parameters {
                decorated(rules, outline, index, &parameter.decorators, facts);
            }
        }
        if definition.kind == SymbolKind::Class {
            derived(rules, outline, index, definition, facts);
        }
    }
}

fn decorated(
    rules: &Rules,
    outline: &Outline,
    index: DefinitionIndex,
    decorators: &[Decorator],
    facts: &mut Vec<MessageFact>,
) {
    for decorator in decorators {
        let name = last_part(&decorator.name);
        let Some(rule) = rules.decorators.iter().find(|rule| rule.name == name) else { continue };
        let found = channels(rule.channel, &decorator.args, None);
        let place = (Some(index), decorator.lines.first);
        let kind = kind_of(rules, outline, Some(index), &decorator.args);
        facts.extend(found.into_iter().map(|channel| made::fact(rules.id, rule.role, kind, channel, place)));
    }
}

/// A class that consumes because of what it derives from: its method that takes the message, else itself.
fn derived(rules: &Rules, outline: &Outline, index: DefinitionIndex, class: &Definition, facts: &mut Vec<MessageFact>) {
    for base in &class.bases {
        let name = last_part(base);
        let Some(rule) = rules.bases.iter().find(|rule| rule.base == name) else { continue };
        let Some(message) = types::arguments(base).into_iter().nth(rule.argument) else { continue };
        let party = taking(outline, index, rule.methods, &message).unwrap_or(index);
        let line = outline.definition(party).map_or(class.line, |it| it.line);
        let channel = ChannelRef::Type(message);
        let own = made::fact(rules.id, MessageRole::Consume, rules.kind, channel, (Some(index), line));
        facts.push(MessageFact { party: HandlerRef::Definition(party), ..own });
    }
}

/// The method of a class that takes a message: one of these names, and of several the one with the type in its signature.
pub(super) fn taking(
    outline: &Outline,
    class: DefinitionIndex,
    methods: &[&str],
    message: &str,
) -> Option<DefinitionIndex> {
    let named = |(_, it): &(DefinitionIndex, &Definition)| methods.contains(&it.name.as_str());
    let takes = |it: &Definition| {
        let first = it.parameters.first().and_then(|parameter| parameter.type_name.as_deref());
        first.is_some_and(|own| own == message || types::arguments(own).iter().any(|inner| inner == message))
    };
    let all: Vec<(DefinitionIndex, &Definition)> = outline.children(class).filter(named).collect();
    let typed = all.iter().find(|(_, it)| takes(it)).or_else(|| all.first());
    typed.map(|(index, _)| *index)
}
