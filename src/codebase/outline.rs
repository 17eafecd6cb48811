//! What a language extractor reads from one file, in words that all languages share.
//!
//! A pure function of the file's bytes. Names stay as written: nothing is resolved here.
//! Frameworks, stores and external rules read outlines and never see a syntax tree.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use super::atom::Atom;
use super::evidence::Lines;
use super::sharing;

/// Index of a definition in its file's [`Outline::definitions`].
pub type DefinitionIndex = u32;

/// One file's outline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outline {
    /// Doc comment or docstring of the file itself.
    pub doc: Option<String>,
    /// Named things, in source order; a parent stands before its children.
    pub definitions: Vec<Definition>,
    /// Import statements, in source order.
    pub imports: Vec<Import>,
    /// Names the file offers under another name, or at all where that must be said (TypeScript).
    pub exports: Vec<Export>,
    /// Names used, one entry for each (name, kind, enclosing), sorted.
    pub references: Vec<Reference>,
    /// Calls and constructions, in source order. Of a chain `a().b().c()` every link is listed.
    pub calls: Vec<Call>,
    /// Values given to names, in source order: variables, fields, constants, enum members.
    pub assignments: Vec<Assignment>,
    /// String literals that look like a URL or connection string, outside calls too.
    pub literals: Vec<Literal>,
    /// Nodes that the grammar could not parse.
    pub syntax_errors: u32,
    /// Parsing took too many steps and was given up: nothing is known of the file.
    pub given_up: bool,
    /// Which definitions lie in which, found when it is first asked for: after that, none is added.
    #[serde(skip)]
    pub within: Within,
}

/// What follows from an outline's definitions, and so is no part of what it says.
#[derive(Clone, Debug, Default)]
pub struct Within(OnceLock<Family>);

impl PartialEq for Within {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The definitions of a file as lists of children.
#[derive(Clone, Debug)]
struct Family {
    /// For each definition, the first one directly within it.
    first: Box<[Option<DefinitionIndex>]>,
    /// For each definition, the next one directly within the same.
    next: Box<[Option<DefinitionIndex>]>,
}

impl Family {
    fn of(definitions: &[Definition]) -> Self {
        let mut first = vec![None; definitions.len()].into_boxed_slice();
        let mut next = first.clone();
        // From the last on, so that each goes before those that follow it.
        for (index, definition) in (0..).zip(definitions).collect::<Vec<(DefinitionIndex, _)>>().into_iter().rev() {
            let parent = definition.parent.and_then(|parent| first.get_mut(parent as usize));
            if let (Some(head), Some(own)) = (parent, next.get_mut(index as usize)) {
                *own = head.replace(index);
            }
        }
        Self { first, next }
    }
}

impl Outline {
    /// The definition at an index.
    pub fn definition(&self, index: DefinitionIndex) -> Option<&Definition> {
        self.definitions.get(index as usize)
    }

    /// Names of a definition and those around it, outermost first, joined by dots: `OrdersController.Index`.
    pub fn dotted_name(&self, index: DefinitionIndex) -> String {
        let mut names: Vec<&str> = Vec::new();
        let mut next = Some(index);
        while let Some(definition) = next.and_then(|index| self.definition(index)) {
            names.push(&definition.name);
            // A parent stands before its children: anything else would be a cycle.
            next = definition.parent.filter(|parent| Some(*parent) < next);
        }
        names.reverse();
        names.join(".")
    }

    /// Definitions directly within another, with their indices, in source order.
    pub fn children(&self, parent: DefinitionIndex) -> impl Iterator<Item = (DefinitionIndex, &Definition)> {
        let within = self.within.0.get_or_init(|| Family::of(&self.definitions));
        let of = |list: &[Option<DefinitionIndex>], index: DefinitionIndex| list.get(index as usize).copied().flatten();
        let children = std::iter::successors(of(&within.first, parent), move |child| of(&within.next, *child));
        children.filter_map(|index| Some((index, self.definition(index)?)))
    }

    /// Leaves out what functions do: their calls, local variables and literals. What is defined and used stays.
    pub fn forget_bodies(&mut self) {
        let definitions = &self.definitions;
        let is_outside = |enclosing: Option<DefinitionIndex>| {
            let around = enclosing.and_then(|index| definitions.get(index as usize));
            around.is_none_or(|definition| definition.kind.is_type())
        };
        self.calls.retain(|call| is_outside(call.enclosing));
        self.assignments.retain(|assignment| is_outside(assignment.enclosing));
        self.literals.retain(|literal| is_outside(literal.enclosing));
    }

    /// Gives back memory that was set aside while reading.
    pub fn shrink_to_fit(&mut self) {
        self.definitions.shrink_to_fit();
        self.imports.shrink_to_fit();
        self.exports.shrink_to_fit();
        self.references.shrink_to_fit();
        self.calls.shrink_to_fit();
        self.assignments.shrink_to_fit();
        self.literals.shrink_to_fit();
    }

    /// The first definition with this dotted name.
    pub fn find(&self, dotted_name: &str) -> Option<&Definition> {
        let last = dotted_name.rsplit('.').next().unwrap_or(dotted_name);
        let mut named = (0..).zip(&self.definitions).filter(|(_, definition)| definition.name == last);
        named.find(|(index, _)| self.dotted_name(*index) == dotted_name).map(|(_, definition)| definition)
    }
}

/// A named thing that a file defines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// Simple name. A constructor is called as its language has it: `__init__`, `constructor`, the C# class's name.
    pub name: Atom,
    /// What it is.
    pub kind: SymbolKind,
    /// The definition around it.
    pub parent: Option<DefinitionIndex>,
    /// Dotted namespace that it lies in, as declared (C#); empty elsewhere.
    pub namespace: Atom,
    /// All its lines, decorators and doc comment left out.
    pub lines: Lines,
    /// The line that holds its name.
    pub line: u32,
    /// Doc comment or docstring as plain text, markup and comment signs removed.
    pub doc: Option<String>,
    /// Base types and interfaces, as written with their type arguments: `Repository<Order>`.
    pub bases: ThinVec<Atom>,
    /// Decorators or attributes, in source order.
    pub decorators: ThinVec<Decorator>,
    /// Parameters; of a class with a primary constructor, that constructor's.
    pub parameters: ThinVec<Parameter>,
    /// Names of its type parameters, in order: `T` of `Repository<T>` (C#; others may leave it empty).
    pub type_parameters: ThinVec<Atom>,
    /// What its type parameters must be, with the parameter's name first: `T` and `IOrder` of `where T : IOrder` (C#).
    pub constraints: ThinVec<(Atom, Atom)>,
    /// Return type, or declared type of a field or property, as written.
    pub type_name: Option<Atom>,
    /// Modifiers as written, sorted: `abstract`, `async`, `default`, `export`, `override`, `partial`, `private`,
    /// `public`, `required`, `static` ... Keyword arguments of a Python class stand as `table=True`.
    pub modifiers: ThinVec<Atom>,
    /// Whether it is defined under an `if`, loop or handler of its function or file.
    pub conditional: bool,
}

impl Definition {
    /// Whether it carries this modifier.
    pub fn has_modifier(&self, modifier: &str) -> bool {
        self.modifiers.iter().any(|own| own == modifier)
    }

    /// Its first decorator with this last name part (`Get` matches `nest.Get`).
    pub fn decorator(&self, name: &str) -> Option<&Decorator> {
        self.decorators.iter().find(|decorator| last_part(&decorator.name) == name)
    }
}

/// What a definition is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SymbolKind {
    /// A class, or a record that is one.
    Class,
    /// A C# struct or record struct.
    Struct,
    /// An interface or Python protocol.
    Interface,
    /// An enumeration.
    Enum,
    /// A type alias or delegate.
    Type,
    /// A free function, or a variable that holds one.
    #[default]
    Function,
    /// A function of a class.
    Method,
    /// A constructor.
    Constructor,
    /// A property with accessors, or a field.
    Field,
    /// A module-level or class-level variable or constant.
    Variable,
    /// A member of an enumeration.
    Member,
}

impl SymbolKind {
    /// Whether it is a type that others can derive from or name as a type.
    pub const fn is_type(self) -> bool {
        matches!(self, Self::Class | Self::Struct | Self::Interface | Self::Enum | Self::Type)
    }
}

/// A decorator (Python, TypeScript) or attribute (C#, written without its `Attribute` suffix).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decorator {
    /// Dotted name as written: `router.get`, `Controller`, `HttpGet`.
    pub name: Atom,
    /// Its arguments; type arguments (C#) stand last, as names, each passed as `<>`.
    pub args: ThinVec<Argument>,
    /// Its lines.
    pub lines: Lines,
}

/// A parameter of a function, method or constructor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: Atom,
    /// Declared type, as written.
    pub type_name: Option<Atom>,
    /// Default value.
    pub default: Option<Value>,
    /// Its decorators or attributes: `@Body()`, `[FromBody]`.
    pub decorators: ThinVec<Decorator>,
    /// Modifiers: `this` (C# extension), `private`, `readonly` (TypeScript parameter property), `*`, `**`.
    pub modifiers: ThinVec<Atom>,
}

/// A call's or decorator's argument.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name, where it is passed by name.
    pub name: Option<Atom>,
    /// Its value.
    pub value: Value,
}

/// An expression, as far as it can say something without being run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Something else: a loop, a comparison, arithmetic.
    #[default]
    Unknown,
    /// `null`, `None`, `undefined`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Atom),
    /// A string literal, unescaped; also `nameof(X.Y)` as `Y`.
    Text(Atom),
    /// A regular expression literal, without its slashes and flags.
    Regex(Atom),
    /// A dotted name: `settings.API_V1_STR`, `this.router`, `Roles.Admin`.
    Name(Atom),
    /// Text put together: concatenation, f-string, template literal, interpolated string.
    Join(ThinVec<Value>),
    /// Array, list, tuple, set, collection expression; a spread stands as `Spread`.
    List(ThinVec<Value>),
    /// `...x`, `*x`, `**x` within a list, record or call; the variable that `out var x` declares within a C# call.
    Spread(Box<Value>),
    /// Object or dictionary literal with literal keys, and object initialisers.
    Record(ThinVec<(Atom, Value)>),
    /// A call or construction. `Annotated[User, Depends(f)]`, an index that is no literal key, is a call of `[]` on
    /// the indexed value; with a literal key, `os.environ["X"]` is the name `os.environ.X`.
    Call(#[serde(with = "sharing::call")] Arc<CallValue>),
    /// A member of an expression that is no plain name: `express().router`.
    Member(Box<Value>, Atom),
    /// A function literal (lambda, arrow function).
    Function(Box<FunctionValue>),
    /// One of two or more values, chosen when the program runs: `a ? b : c`, `a || b`, `a ?? b`.
    Choice(ThinVec<Value>),
}

impl Value {
    /// The literal text, if that is what it is.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The dotted name, if that is what it is.
    pub fn as_name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The call, if that is what it is.
    pub fn as_call(&self) -> Option<&CallValue> {
        match self {
            Self::Call(call) => Some(call),
            _ => None,
        }
    }

    /// The function literal, if that is what it is.
    pub fn as_function(&self) -> Option<&FunctionValue> {
        match self {
            Self::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The value of a record's key.
    pub fn key(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Record(entries) => entries.iter().find(|(own, _)| own == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// A function literal as a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FunctionValue {
    /// All its lines.
    pub lines: Lines,
    /// Its parameters' names and types.
    pub parameters: ThinVec<Parameter>,
    /// Its own attributes: `[Authorize] () => ..` (C#; empty elsewhere).
    pub decorators: ThinVec<Decorator>,
    /// What an expression-bodied function returns, if it says something: `() => import("./x")`.
    pub returns: Option<Value>,
}

/// A call as a value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CallValue {
    /// Last name of what is called: `get`, `APIRouter`, `MapGroup`; empty where it has none. A C# constructor's `: base(..)`
    /// and `: this(..)` are calls of `base` and `this`.
    pub callee: Atom,
    /// What stands before the last dot.
    pub receiver: Option<Value>,
    /// Type arguments, as written.
    pub type_args: ThinVec<Atom>,
    /// Arguments in order; a trailing C# object initialiser is an argument named `{}` with a record.
    pub args: ThinVec<Argument>,
    /// `new X(..)`, or an awaited or plain call of something that is a type in languages without `new`: only the former sets it.
    pub is_new: bool,
    /// All lines of the call expression, its receiver included.
    pub lines: Lines,
    /// The line of the callee's name.
    pub line: u32,
}

impl CallValue {
    /// The dotted name of what is called, if its receiver is a plain name or absent.
    pub fn path(&self) -> Option<Atom> {
        match &self.receiver {
            None => Some(self.callee.clone()),
            Some(Value::Name(name)) => Some(Atom::from(format!("{name}.{}", self.callee))),
            Some(_) => None,
        }
    }

    /// The argument at this position among those passed without a name.
    pub fn positional(&self, position: usize) -> Option<&Value> {
        positional(&self.args, position)
    }

    /// The argument passed by this name.
    pub fn named(&self, name: &str) -> Option<&Value> {
        named(&self.args, name)
    }
}

/// The argument at this position among those passed without a name.
pub fn positional(args: &[Argument], position: usize) -> Option<&Value> {
    args.iter().filter(|arg| arg.name.is_none()).nth(position).map(|arg| &arg.value)
}

/// The argument passed by this name.
pub fn named<'a>(args: &'a [Argument], name: &str) -> Option<&'a Value> {
    args.iter().find(|arg| arg.name.as_deref() == Some(name)).map(|arg| &arg.value)
}

/// A call as it stands in a file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// What is called, with what; shared with the values that it is a part of.
    #[serde(with = "sharing::call")]
    pub value: Arc<CallValue>,
    /// The function, method or class it stands in.
    pub enclosing: Option<DefinitionIndex>,
    /// Whether it stands under an `if`, `switch`, loop or handler of its function or file.
    pub conditional: bool,
    /// The lines of the whole statement it stands in.
    pub statement: Lines,
}

/// A value given to a name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Dotted target as written: `router`, `self.router`, `module.exports`. `+=` on a list gives a further entry.
    /// In Python, `return x` of a function stands as the target `return` where `x` is a name or call, and the variable
    /// of a loop over a literal list gets a [`Value::Choice`] of its elements.
    pub target: Atom,
    /// What it is given; [`Value::Unknown`] assignments are left out unless their declared type says something.
    /// A loop's variable is given a [`Value::Spread`] of what is looped over: one of its elements.
    pub value: Value,
    /// Declared type, as written.
    pub type_name: Option<Atom>,
    /// The definition it stands in: a function, or the class or enum whose field or member it is.
    pub enclosing: Option<DefinitionIndex>,
    /// Whether it stands under an `if`, loop or handler.
    pub conditional: bool,
    /// The line of the target.
    pub line: u32,
}

/// An import statement (one entry for each module it names).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// Module as written: `..models`, `@/lib/db`, `System.Linq`.
    pub module: Atom,
    /// What is taken from it.
    pub taken: Taken,
    /// Its line.
    pub line: u32,
    /// The function or class it stands in.
    pub enclosing: Option<DefinitionIndex>,
    /// How it is written, where that matters, sorted: `cjs`, `dynamic`, `global`, `inner` (within a C# namespace),
    /// `reexport`, `static`, `type`.
    pub flags: ThinVec<Atom>,
}

impl Import {
    /// Whether it carries this flag.
    pub fn has_flag(&self, flag: &str) -> bool {
        self.flags.iter().any(|own| own == flag)
    }
}

/// What an import statement takes from a module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Taken {
    /// Nothing by name: `import "./setup"`, `using System.Linq`.
    #[default]
    Nothing,
    /// The module itself, under a name: `import a.b` (`a.b`), `import a.b as c`, `import * as ns`,
    /// `const x = require(..)`, `using X = A.B.C`.
    Module(Atom),
    /// Names of it: (name there, name here). A TypeScript default import takes `default`.
    Names(ThinVec<(Atom, Atom)>),
    /// All of its names: `from a import *`, `export * from`.
    Star,
}

/// A name that a module offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// Name to others: `default`, `getUser`; `=` for `module.exports = x` and `export =`.
    pub name: Atom,
    /// Name (or dotted path) in this file; empty for an anonymous value.
    pub local: Atom,
    /// Its line.
    pub line: u32,
}

/// A name that is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// Dotted name as written: `Order`, `models.User`, `self.repo.find`. Type arguments are references of their own;
    /// of a generic C# type, the brackets and commas stay, which tell types of one name apart: `Result<>`, `Map<,>`.
    /// A subscript with a literal key is a further part, so that `os.environ["HOME"]`, `process.env["HOME"]` and
    /// `configuration["Smtp:Host"]` stand as `os.environ.HOME`, `process.env.HOME` and `configuration.Smtp:Host`.
    /// In a chain of calls the earlier ones stand as `()`: `app.MapGroup().MapGet`; an empty first part stands for
    /// an expression that is no name. What stands after an `@` in the first part tells one local name from others, and
    /// nothing after it that nothing is known of the local.
    pub name: Atom,
    /// How it is used.
    pub kind: ReferenceKind,
    /// The definition it stands in.
    pub enclosing: Option<DefinitionIndex>,
    /// How often.
    pub count: u32,
    /// The first line.
    pub line: u32,
}

impl Reference {
    /// The name without what tells a local name from others.
    pub fn spelled(&self) -> Cow<'_, str> {
        match self.name.split_once('@') {
            None => Cow::Borrowed(&self.name),
            Some((local, rest)) => Cow::Owned(format!("{local}{}", rest.find('.').map_or("", |dot| &rest[dot..]))),
        }
    }
}

/// How a name is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReferenceKind {
    /// As a base type.
    Inherit,
    /// As a type: annotation, signature, cast, generic argument.
    Type,
    /// Called or constructed.
    Call,
    /// As a decorator or attribute.
    Decorator,
    /// Read in any other way.
    #[default]
    Name,
}

/// A string literal that names a host, scheme or connection.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Literal {
    /// Its text; parts that are put in at run time stand as `{}`.
    pub text: Atom,
    /// Its line.
    pub line: u32,
    /// The definition it stands in.
    pub enclosing: Option<DefinitionIndex>,
    /// Dotted name of the call it is an argument of, or of the variable or key it is given to; empty if neither.
    pub context: Atom,
}

/// The part after the last dot of a dotted name, without type arguments.
pub fn last_part(name: &str) -> &str {
    let name = name.split(['<', '[']).next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}
