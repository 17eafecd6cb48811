//! The types of what endpoints take and give, followed to the definitions of this repository.

mod enumerations;
mod expression;
mod members;
mod naming;
mod plain;

use rustc_hash::FxHashMap;

use crate::codebase::graph::{FileIndex, Symbol};
use crate::codebase::outline::{Definition, DefinitionIndex, SymbolKind, last_part};
use crate::codebase::schema::{Schema, SchemaField, SchemaIndex, Schemas, Shape};
use crate::codebase::{Atom, Endpoint, Place};

use super::link::Names;
use expression::{Dialect, Expression};
use plain::Plain;

/// How deep a type is looked into where no name breaks the chain.
const DEPTH_MAX: usize = 12;
/// Named types that are followed: more than any API has.
const SCHEMAS_MAX: usize = 5_000;

/// Follows the types of all endpoints.
pub(super) fn collect(names: &Names<'_>, endpoints: &[Endpoint]) -> Schemas {
    let mut collector =
        Collector { names, list: Vec::new(), known: FxHashMap::default(), looked_into: Vec::new(), texts: None };
    let mut shapes = Vec::new();
    for endpoint in endpoints {
        let Some(file) = names.file(&endpoint.handler.file) else { continue };
        let place = Scope { file, enclosing: definition_at(names, file, endpoint) };
        let exchange = &endpoint.exchange;
        let types = [&exchange.request, &exchange.response].into_iter();
        let types = types.chain(exchange.statuses.iter().map(|it| &it.type_name));
        for declared in types.chain(exchange.parameters.iter().map(|it| &it.type_name)).flatten() {
            let shape = collector.written(place, declared, &[], 0);
            shapes.push(((endpoint.handler.file.clone(), declared.clone()), shape));
        }
    }
    // One after the other and not within each other: types may form chains as long as the list.
    let mut next = 0;
    while next < collector.list.len() {
        let shape = collector.body(next);
        collector.list[next].schema.shape = shape;
        next += 1;
    }
    naming::finish(collector, shapes)
}

/// The definition that answers an endpoint.
fn definition_at(names: &Names<'_>, file: FileIndex, endpoint: &Endpoint) -> Option<DefinitionIndex> {
    let outline = &names.scope().facts.get(file as usize)?.outline;
    let found = (0..)
        .zip(&outline.definitions)
        .find(|(_, it)| it.line == endpoint.handler.line && last_part(&endpoint.handler.symbol) == it.name.as_str());
    found.map(|(index, _)| index)
}

/// Where a type is written.
#[derive(Clone, Copy)]
struct Scope {
    file: FileIndex,
    enclosing: Option<DefinitionIndex>,
}

/// A named type with the types that its parameters stand for.
type Instance = (Symbol, Vec<Shape>);

/// A named type that was met, before names are settled.
struct Found {
    symbol: Symbol,
    arguments: Vec<Shape>,
    schema: Schema,
}

struct Collector<'a> {
    names: &'a Names<'a>,
    list: Vec<Found>,
    known: FxHashMap<Instance, SchemaIndex>,
    /// Types whose members are being chosen from, which may lead back to them.
    looked_into: Vec<SchemaIndex>,
    /// Whether C# enumerations are written as texts; asked once.
    texts: Option<bool>,
}

impl<'a> Collector<'a> {
    /// What a type stands for, as a place writes it.
    fn written(&mut self, place: Scope, text: &str, bound: &[(Atom, Shape)], depth: usize) -> Shape {
        let Some(dialect) = self.dialect(place.file) else { return Shape::Any };
        let expression = expression::parse(text, dialect);
        self.shape(place, dialect, &expression, bound, depth)
    }

    fn dialect(&self, file: FileIndex) -> Option<Dialect> {
        let language = &self.names.scope().files.get(file as usize)?.language;
        Some(match language.as_str() {
            "csharp" | "razor" => Dialect::CSharp,
            "python" => Dialect::Python,
            "typescript" | "javascript" | "tsx" | "jsx" | "vue" | "svelte" => Dialect::TypeScript,
            _ => return None,
        })
    }

    fn definition(&self, symbol: Symbol) -> Option<&'a Definition> {
        self.names.scope().facts.get(symbol.file as usize)?.outline.definition(symbol.definition?)
    }

    fn shape(
        &mut self,
        place: Scope,
        dialect: Dialect,
        expression: &Expression<'_>,
        bound: &[(Atom, Shape)],
        depth: usize,
    ) -> Shape {
        if depth > DEPTH_MAX {
            return Shape::Any;
        }
        let mut inner = |it: &Expression<'_>| self.shape(place, dialect, it, bound, depth + 1);
        match expression {
            Expression::Unknown => Shape::Any,
            Expression::Literal(text) => Shape::Literals(vec![Atom::new(*text)]),
            Expression::List(of) if **of == Expression::Name("byte", Vec::new()) => {
                Shape::Text(Some(Atom::new("byte")))
            }
            Expression::List(of) => Shape::List(Box::new(inner(of))),
            Expression::Nullable(of) => nullable(inner(of)),
            Expression::Either(of) => either(of.iter().map(inner).collect()),
            Expression::All(of) => Shape::All(of.iter().map(inner).collect()),
            Expression::Record(members) => Shape::Record(
                members
                    .iter()
                    .map(|(name, required, of)| SchemaField {
                        name: Atom::new(*name),
                        shape: inner(of),
                        required: *required,
                        doc: None,
                    })
                    .collect(),
            ),
            Expression::Name(name, arguments) => {
                if let Some((_, shape)) = bound.iter().find(|(own, _)| own == name) {
                    return shape.clone();
                }
                match self.named(place, name) {
                    Some(symbol) => {
                        let arguments = arguments.iter().map(|it| self.shape(place, dialect, it, bound, depth + 1));
                        let arguments = arguments.collect();
                        self.instance(symbol, arguments)
                    }
                    None => self.plain(place, dialect, (name, arguments), bound, depth),
                }
            }
        }
    }

    /// The type of this repository that a name means.
    fn named(&self, place: Scope, name: &str) -> Option<Symbol> {
        let found = self.names.resolver(place.file)?.resolve(place.file, place.enclosing, name)?;
        let is_type = self.definition(found.symbol).is_some_and(|it| it.kind.is_type());
        (found.rest == 0 && is_type).then_some(found.symbol)
    }

    /// What a type that the repository does not define stands for.
    fn plain(
        &mut self,
        place: Scope,
        dialect: Dialect,
        (name, arguments): (&str, &[Expression<'_>]),
        bound: &[(Atom, Shape)],
        depth: usize,
    ) -> Shape {
        let Some(plain) = plain::plain(dialect, last_part(name)) else { return Shape::Any };
        if let Some(shape) = scalar(plain) {
            return shape;
        }
        if plain == Plain::Literals {
            let texts = arguments.iter().filter_map(|it| match it {
                Expression::Name(text, _) | Expression::Literal(text) => Some(Atom::new(*text)),
                _ => None,
            });
            return Shape::Literals(texts.collect());
        }
        let mut shapes: Vec<Shape> =
            arguments.iter().map(|it| self.shape(place, dialect, it, bound, depth + 1)).collect();
        match plain {
            Plain::List => Shape::List(Box::new(shapes.into_iter().next().unwrap_or_default())),
            Plain::Map => Shape::Map(Box::new(shapes.pop().unwrap_or_default())),
            Plain::Nullable => nullable(shapes.into_iter().next().unwrap_or_default()),
            Plain::Either => either(shapes),
            Plain::All => Shape::All(shapes),
            Plain::Part | Plain::Pick | Plain::Omit => {
                let keys: Vec<&str> = arguments.get(1).map(keys).unwrap_or_default();
                let fields = shapes.first().map(|shape| self.fields_of(shape)).unwrap_or_default();
                Shape::Record(members::chosen(fields, plain, &keys))
            }
            _ => shapes.into_iter().next().unwrap_or_default(),
        }
    }

    /// The members of a record.
    fn fields_of(&mut self, shape: &Shape) -> Vec<SchemaField> {
        match shape {
            Shape::Record(fields) => fields.clone(),
            Shape::All(shapes) => shapes.iter().flat_map(|it| self.fields_of(it)).collect(),
            Shape::Named(index) if !self.looked_into.contains(index) => {
                self.looked_into.push(*index);
                let body = self.body(*index as usize);
                let fields = self.fields_of(&body);
                self.looked_into.pop();
                fields
            }
            _ => Vec::new(),
        }
    }

    /// The named type, read if it was not yet.
    fn instance(&mut self, symbol: Symbol, arguments: Vec<Shape>) -> Shape {
        let instance = (symbol, arguments);
        if let Some(known) = self.known.get(&instance) {
            return Shape::Named(*known);
        }
        let Some(definition) = self.definition(symbol).filter(|_| self.list.len() < SCHEMAS_MAX) else {
            return Shape::Any;
        };
        let Ok(index) = SchemaIndex::try_from(self.list.len()) else { return Shape::Any };
        let scope = self.names.scope();
        let schema = Schema {
            name: definition.name.to_string(),
            shape: Shape::Any,
            doc: definition.doc.clone(),
            place: Place::new(scope.files[symbol.file as usize].path.clone(), definition.lines),
        };
        self.list.push(Found { symbol, arguments: instance.1.clone(), schema });
        self.known.insert(instance, index);
        Shape::Named(index)
    }

    /// What a named type looks like.
    fn body(&mut self, index: usize) -> Shape {
        let Some(Found { symbol, arguments, .. }) = self.list.get(index) else { return Shape::Any };
        let symbol = *symbol;
        let Some(definition) = self.definition(symbol) else { return Shape::Any };
        let bound: Vec<(Atom, Shape)> =
            definition.type_parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
        match definition.kind {
            SymbolKind::Enum => self.enumeration(symbol),
            SymbolKind::Type => {
                let place = Scope { file: symbol.file, enclosing: definition.parent };
                definition.type_name.as_deref().map_or(Shape::Any, |text| self.written(place, text, &bound, 0))
            }
            _ => Shape::Record(self.members(symbol, &bound, 0)),
        }
    }
}

fn scalar(plain: Plain) -> Option<Shape> {
    Some(match plain {
        Plain::Text(format) => Shape::Text(format.map(Atom::new)),
        Plain::Whole(format) => Shape::Whole(format.map(Atom::new)),
        Plain::Number => Shape::Number,
        Plain::Flag => Shape::Flag,
        Plain::Binary => Shape::Binary,
        Plain::Nothing => Shape::Nothing,
        Plain::Null => Shape::Nullable(Box::new(Shape::Nothing)),
        Plain::Any => Shape::Any,
        _ => return None,
    })
}

/// The texts that a type is a choice of.
fn keys<'t>(expression: &Expression<'t>) -> Vec<&'t str> {
    match expression {
        Expression::Literal(text) => vec![text],
        Expression::Either(of) => of.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

fn nullable(shape: Shape) -> Shape {
    match shape {
        Shape::Nullable(_) | Shape::Any => shape,
        shape => Shape::Nullable(Box::new(shape)),
    }
}

/// One of several: texts become one choice, and nothing at all becomes null.
fn either(shapes: Vec<Shape>) -> Shape {
    let (mut texts, mut others, mut is_nullable) = (Vec::new(), Vec::new(), false);
    for shape in shapes {
        match shape {
            Shape::Literals(own) => texts.extend(own),
            Shape::Nothing => is_nullable = true,
            Shape::Nullable(inner) => {
                is_nullable = true;
                others.extend((*inner != Shape::Nothing).then_some(*inner));
            }
            other if others.contains(&other) => {}
            other => others.push(other),
        }
    }
    if !texts.is_empty() {
        others.push(Shape::Literals(texts));
    }
    let one = match others.len() {
        0 => Shape::Nothing,
        1 => others.remove(0),
        _ if others.contains(&Shape::Any) => Shape::Any,
        _ => Shape::Either(others),
    };
    if is_nullable && one != Shape::Nothing { nullable(one) } else { one }
}
