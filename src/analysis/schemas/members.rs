//! The members of a record: fields and properties, as each language says that JSON carries them.

use crate::codebase::Atom;
use crate::codebase::graph::Symbol;
use crate::codebase::outline::{
    Argument, CallValue, Decorator, Definition, DefinitionIndex, Outline, Parameter, SymbolKind, Value, last_part,
    named, positional,
};
use crate::codebase::schema::{SchemaField, Shape};

use super::expression::Dialect;
use super::plain::{self, Plain};
use super::{Collector, Scope, nullable, scalar};

/// How many base classes above each other are looked at.
const LINEAGE_MAX: usize = 8;
/// Attributes that keep a member out of JSON.
const IGNORED: &[&str] = &["JsonIgnore", "IgnoreDataMember", "Exclude", "ApiHideProperty"];
/// Attributes that name a member in JSON.
const NAMING: &[&str] = &["JsonPropertyName", "JsonProperty", "Expose"];
/// Decorators that say that a member may be missing.
const OPTIONAL: &[&str] = &["IsOptional", "ApiPropertyOptional"];

impl Collector<'_> {
    /// The members of a class, record or interface, those of its bases first.
    pub(super) fn members(&mut self, symbol: Symbol, bound: &[(Atom, Shape)], depth: usize) -> Vec<SchemaField> {
        let (Some(definition), Some(dialect), Some(index)) =
            (self.definition(symbol), self.dialect(symbol.file), symbol.definition)
        else {
            return Vec::new();
        };
        let mut fields: Vec<SchemaField> = Vec::new();
        let place = Scope { file: symbol.file, enclosing: Some(index) };
        if depth < LINEAGE_MAX {
            for base in &definition.bases {
                let inherited = self.inherited(place, definition, dialect, base, bound, depth);
                add(&mut fields, inherited);
            }
        }
        let outline = &self.names.scope().facts[symbol.file as usize].outline;
        let own = match dialect {
            Dialect::CSharp => self.csharp(place, definition, outline, bound),
            Dialect::TypeScript => self.typescript(place, outline, bound),
            Dialect::Python => self.python(place, outline, bound),
        };
        add(&mut fields, own);
        fields
    }

    /// The members that a base adds.
    fn inherited(
        &mut self,
        place: Scope,
        definition: &Definition,
        dialect: Dialect,
        base: &str,
        bound: &[(Atom, Shape)],
        depth: usize,
    ) -> Vec<SchemaField> {
        let around = Scope { enclosing: definition.parent, ..place };
        if let Some((made, rest)) = base.split_once('(').filter(|_| dialect == Dialect::TypeScript) {
            // `PartialType(CreateDto)`, `OmitType(Order, ['id'] as const)`.
            let Some(plain) = plain::plain(dialect, last_part(made)) else { return Vec::new() };
            let rest = rest.strip_suffix(')').unwrap_or(rest);
            let (of, keys) = rest.split_once(',').unwrap_or((rest, ""));
            if plain == Plain::All {
                let all =
                    rest.split(',').flat_map(|of| self.inherited(place, definition, dialect, of.trim(), bound, depth));
                return all.collect();
            }
            let fields = self.inherited(place, definition, dialect, of.trim(), bound, depth + 1);
            let keys: Vec<&str> = keys.split(['\'', '"', '`']).skip(1).step_by(2).collect();
            return chosen(fields, plain, &keys);
        }
        let name = base.split(['<', '[']).next().unwrap_or(base);
        let Some(symbol) = self.named(around, name) else { return Vec::new() };
        let Some(of) = self.definition(symbol) else { return Vec::new() };
        if of.kind == SymbolKind::Interface && definition.kind != SymbolKind::Interface {
            // A class states the members of its interfaces again.
            return Vec::new();
        }
        let arguments = match super::expression::parse(base, dialect) {
            super::Expression::Name(_, arguments) => arguments,
            _ => Vec::new(),
        };
        let arguments: Vec<Shape> =
            arguments.iter().map(|it| self.shape(around, dialect, it, bound, depth + 1)).collect();
        let inner: Vec<(Atom, Shape)> = of.type_parameters.iter().cloned().zip(arguments).collect();
        self.members(symbol, &inner, depth + 1)
    }

    fn csharp(
        &mut self,
        place: Scope,
        definition: &Definition,
        outline: &Outline,
        bound: &[(Atom, Shape)],
    ) -> Vec<SchemaField> {
        let mut fields = Vec::new();
        if definition.has_modifier("record") {
            for Parameter { name, type_name, default, decorators, .. } in &definition.parameters {
                if let Some(name) = json_name(decorators, || camel(name)) {
                    let shape = type_name.as_deref().map_or(Shape::Any, |it| self.written(place, it, bound, 0));
                    let required = default.is_none() && !matches!(shape, Shape::Nullable(_));
                    fields.push(SchemaField { name, shape, required, doc: None });
                }
            }
        }
        let open = definition.kind == SymbolKind::Interface;
        for field in own_fields(outline, place.enclosing) {
            let is_read = field.has_modifier("get") && (open || field.has_modifier("public"));
            if !is_read || field.has_modifier("static") {
                continue;
            }
            let Some(name) = json_name(&field.decorators, || camel(&field.name)) else { continue };
            let required = field.has_modifier("required") || field.decorator("Required").is_some();
            let shape = field.type_name.as_deref().map_or(Shape::Any, |it| self.written(place, it, bound, 0));
            fields.push(SchemaField { name, shape, required, doc: field.doc.clone() });
        }
        fields
    }

    fn typescript(&mut self, place: Scope, outline: &Outline, bound: &[(Atom, Shape)]) -> Vec<SchemaField> {
        let mut fields = Vec::new();
        for field in own_fields(outline, place.enclosing) {
            let hidden = ["private", "protected", "static"].iter().any(|it| field.has_modifier(it));
            if hidden || field.name.starts_with('#') {
                continue;
            }
            let Some(name) = json_name(&field.decorators, || field.name.clone()) else { continue };
            let optional = field.has_modifier("?")
                || OPTIONAL.iter().any(|it| field.decorator(it).is_some())
                || says_not_required(field.decorator("ApiProperty"));
            let shape = field.type_name.as_deref().map_or(Shape::Any, |it| self.written(place, it, bound, 0));
            fields.push(SchemaField { name, shape, required: !optional, doc: field.doc.clone() });
        }
        fields
    }

    fn python(&mut self, place: Scope, outline: &Outline, bound: &[(Atom, Shape)]) -> Vec<SchemaField> {
        let given = |name: &str| {
            let own = outline.assignments.iter().filter(|it| it.enclosing == place.enclosing);
            own.filter(|it| it.target == name).map(|it| &it.value).next_back()
        };
        let mut fields = Vec::new();
        for field in own_fields(outline, place.enclosing) {
            let value = given(&field.name);
            let call = value.and_then(Value::as_call);
            let hidden = field.name.starts_with('_')
                || field.name == "model_config"
                || call.is_some_and(|it| matches!(it.callee.as_str(), "Relationship" | "relationship"))
                || field.type_name.as_deref().is_some_and(|it| it.starts_with("ClassVar"));
            if hidden {
                continue;
            }
            if let Some(declared) = &field.type_name {
                let args = call.filter(|it| matches!(it.callee.as_str(), "Field" | "field")).map(|it| &it.args);
                let alias = args.and_then(|it| named(it, "serialization_alias").or_else(|| named(it, "alias")));
                let name = alias.and_then(Value::as_text).map_or_else(|| field.name.clone(), Atom::new);
                let required = value.is_none() || args.is_some_and(|it| has_no_default(it));
                let shape = self.written(place, declared, bound, 0);
                fields.push(SchemaField { name, shape, required, doc: field.doc.clone() });
            } else if let Some(call) = call {
                fields.extend(self.declared(place, &field.name, call));
            }
        }
        let mut all = self.of_model(place, outline, &fields);
        add(&mut all, fields);
        all
    }

    /// A field that a call declares: `serializers.CharField(required=False)`, `ItemSerializer(many=True)`.
    fn declared(&mut self, place: Scope, name: &Atom, call: &CallValue) -> Option<SchemaField> {
        let is = |key: &str, wanted: bool| call.named(key) == Some(&Value::Bool(wanted));
        let mut shape = match plain::declared_by(&call.callee) {
            Some(Plain::List) => {
                let child = call.named("child").or_else(|| call.positional(0)).and_then(Value::as_call);
                let child = child.and_then(|child| self.declared(place, name, child));
                Shape::List(Box::new(child.map(|it| it.shape).unwrap_or_default()))
            }
            Some(Plain::Map) => Shape::Map(Box::default()),
            Some(plain) => scalar(plain)?,
            None => {
                let symbol = self.named(place, &call.path()?)?;
                self.instance(symbol, Vec::new())
            }
        };
        if is("many", true) {
            shape = Shape::List(Box::new(shape));
        }
        if is("allow_null", true) || is("null", true) {
            shape = nullable(shape);
        }
        let optional = is("required", false) || is("blank", true) || call.named("default").is_some();
        Some(SchemaField { name: name.clone(), shape, required: !optional, doc: None })
    }

    /// What a model serializer takes from its model: the fields that its `Meta` lists and it does not declare.
    fn of_model(&mut self, place: Scope, outline: &Outline, declared: &[SchemaField]) -> Vec<SchemaField> {
        let Some(class) = place.enclosing else { return Vec::new() };
        let meta = outline.children(class).find(|(_, it)| it.name == "Meta" && it.kind.is_type());
        let Some((meta, _)) = meta else { return Vec::new() };
        let stated = |name: &str| {
            let own = outline.assignments.iter().find(|it| it.enclosing == Some(meta) && it.target == name);
            own.map(|it| &it.value)
        };
        let (Some(model), Some(listed)) = (stated("model").and_then(Value::as_name), stated("fields")) else {
            return Vec::new();
        };
        let around = Scope { file: place.file, enclosing: None };
        let of = self.named(around, model).map(|symbol| self.members(symbol, &[], 1)).unwrap_or_default();
        match listed {
            Value::List(names) => names
                .iter()
                .filter_map(Value::as_text)
                .filter(|name| declared.iter().all(|it| it.name != *name))
                .map(|name| {
                    let known = of.iter().find(|it| it.name == name);
                    known.cloned().unwrap_or_else(|| SchemaField { name: Atom::new(name), ..SchemaField::default() })
                })
                .collect(),
            Value::Text(all) if all == "__all__" => of,
            _ => Vec::new(),
        }
    }
}

/// The fields that stand in a type itself.
fn own_fields(outline: &Outline, class: Option<DefinitionIndex>) -> impl Iterator<Item = &Definition> {
    let within = class.into_iter().flat_map(|class| outline.children(class));
    within.map(|(_, it)| it).filter(|it| it.kind == SymbolKind::Field)
}

/// Adds members; one of a known name takes its place.
fn add(fields: &mut Vec<SchemaField>, more: Vec<SchemaField>) {
    for field in more {
        match fields.iter_mut().find(|it| it.name == field.name) {
            Some(known) => *known = field,
            None => fields.push(field),
        }
    }
}

/// The members that `Partial`, `Pick` and `Omit` leave.
pub(super) fn chosen(mut fields: Vec<SchemaField>, plain: Plain, keys: &[&str]) -> Vec<SchemaField> {
    match plain {
        Plain::Part => fields.iter_mut().for_each(|it| it.required = false),
        Plain::Pick => fields.retain(|it| keys.contains(&it.name.as_str())),
        Plain::Omit => fields.retain(|it| !keys.contains(&it.name.as_str())),
        _ => {}
    }
    fields
}

/// The name that JSON has for a member; `None` if JSON does not have it.
fn json_name(decorators: &[Decorator], own: impl Fn() -> Atom) -> Option<Atom> {
    let last = |it: &Decorator| last_part(&it.name).to_owned();
    if decorators.iter().any(|it| IGNORED.contains(&last(it).as_str())) {
        return None;
    }
    let stated = decorators.iter().filter(|it| NAMING.contains(&last(it).as_str())).find_map(|it| {
        let first = positional(&it.args, 0)?;
        first.as_text().or_else(|| first.key("name")?.as_text()).map(Atom::new)
    });
    Some(stated.unwrap_or_else(own))
}

/// .NET's names for the web: `OrderId` is `orderId`, `URL` is `url`, `IPAddress` is `ipAddress`.
fn camel(name: &str) -> Atom {
    let letters: Vec<char> = name.chars().collect();
    let mut camel = String::with_capacity(name.len());
    let mut lowering = true;
    for (at, letter) in letters.iter().enumerate() {
        let next_is_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        lowering &= letter.is_uppercase() && (at == 0 || !next_is_lower);
        if lowering {
            camel.extend(letter.to_lowercase());
        } else {
            camel.push(*letter);
        }
    }
    Atom::from(camel)
}

fn says_not_required(decorator: Option<&Decorator>) -> bool {
    let options = decorator.and_then(|it| positional(&it.args, 0));
    options.and_then(|it| it.key("required")) == Some(&Value::Bool(false))
}

/// Whether `Field(..)` gives no default: `Field(...)`, `Field(alias="x")`.
fn has_no_default(args: &[Argument]) -> bool {
    let first = positional(args, 0);
    first.is_none_or(|it| *it == Value::Unknown)
        && named(args, "default").is_none()
        && named(args, "default_factory").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_the_web_begin_small() {
        for (name, expected) in
            [("OrderId", "orderId"), ("URL", "url"), ("IPAddress", "ipAddress"), ("x", "x"), ("Id", "id"), ("", "")]
        {
            assert_eq!(camel(name), expected);
        }
    }
}
