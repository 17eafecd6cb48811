//! What a handler's signature says where a framework fills parameters in by their types and markers: FastAPI, Ninja,
//! Litestar.

use crate::codebase::Atom;
use crate::codebase::endpoint::{Exchange, Location, Parameter as Taken};
use crate::codebase::outline::{Definition, Outline, Parameter, SymbolKind, Value, last_part, named, positional};

/// Types that come from the path, the query or another place that holds text.
const SCALARS: &[&str] = &[
    "AnyHttpUrl",
    "AnyUrl",
    "Decimal",
    "EmailStr",
    "HttpUrl",
    "Literal",
    "NonNegativeInt",
    "PositiveInt",
    "UUID",
    "UUID4",
    "bool",
    "bytes",
    "date",
    "datetime",
    "float",
    "int",
    "str",
    "time",
    "timedelta",
    "uuid4",
];
/// Wrappers that leave a type what it is.
const WRAPPERS: &[&str] = &["Optional", "Union"];
/// Wrappers that make a list of a type.
const LISTS: &[&str] = &["FrozenSet", "List", "Sequence", "Set", "Tuple", "list", "set", "tuple"];
/// Files that stand in a form.
const FILES: &[&str] = &["UploadFile", "UploadedFile"];

/// Where a marker says that a parameter comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::frameworks) enum Origin {
    /// A place of its own.
    At(Location),
    /// The body.
    Body,
    /// Somewhere else: a dependency.
    Elsewhere,
}

const MARKERS: &[(&str, Origin)] = &[
    ("Body", Origin::Body),
    ("Cookie", Origin::At(Location::Cookie)),
    ("Dependency", Origin::Elsewhere),
    ("Depends", Origin::Elsewhere),
    ("File", Origin::At(Location::Form)),
    ("Form", Origin::At(Location::Form)),
    ("Header", Origin::At(Location::Header)),
    ("Inject", Origin::Elsewhere),
    ("Path", Origin::At(Location::Path)),
    ("Provide", Origin::Elsewhere),
    ("Query", Origin::At(Location::Query)),
    ("Security", Origin::Elsewhere),
];

/// One parameter of a handler, as its signature tells it.
#[derive(Clone, Debug)]
pub(in crate::frameworks) struct Signed {
    /// Its name in the request.
    pub(in crate::frameworks) name: Atom,
    /// Its type without markers.
    pub(in crate::frameworks) declared: Option<Atom>,
    /// Where a marker says that it comes from.
    pub(in crate::frameworks) origin: Option<Origin>,
    /// Whether callers must give it.
    pub(in crate::frameworks) required: bool,
}

/// A parameter without its markers.
pub(in crate::frameworks) fn signed(parameter: &Parameter) -> Option<Signed> {
    if matches!(parameter.name.as_str(), "self" | "cls") || !parameter.modifiers.is_empty() {
        return None;
    }
    let (declared, marks) = match parameter.type_name.as_deref() {
        Some(declared) => match inner(declared, "Annotated") {
            Some(inside) => split_type(inside),
            None => (declared, ""),
        },
        None => ("", ""),
    };
    let by_default = parameter.default.as_ref().and_then(Value::as_call);
    let by_default = by_default.and_then(|call| Some((marker(&call.callee)?, call)));
    let by_annotation = MARKERS.iter().find(|(word, _)| holds_call(marks, word)).map(|(_, origin)| *origin);
    let alias = match by_default {
        Some((_, call)) => named(&call.args, "alias").and_then(Value::as_text).map(Atom::new),
        None => text_argument(marks, "alias").map(Atom::new),
    };
    let required = match (by_default, &parameter.default) {
        (Some((_, call)), _) => {
            let default = positional(&call.args, 0).or_else(|| named(&call.args, "default"));
            default.is_none_or(|default| *default == Value::Unknown) && named(&call.args, "default_factory").is_none()
        }
        (None, default) => default.is_none(),
    };
    let origin = by_default.map(|(origin, _)| origin).or(by_annotation);
    let is_header = origin == Some(Origin::At(Location::Header));
    let name = alias.unwrap_or_else(|| {
        if is_header { Atom::from(parameter.name.replace('_', "-")) } else { parameter.name.clone() }
    });
    let declared = Some(declared.trim()).filter(|declared| !declared.is_empty()).map(Atom::new);
    Some(Signed { name, declared, origin, required })
}

fn marker(callee: &str) -> Option<Origin> {
    MARKERS.iter().find(|(word, _)| *word == callee).map(|(_, origin)| *origin)
}

/// What a signature says that the request holds. `is_body` tells of the name and type of a parameter without a marker,
/// which is no scalar, whether the body is read into it.
pub(in crate::frameworks) fn read(
    outline: &Outline,
    definition: &Definition,
    is_body: impl Fn(&str, &str) -> bool,
) -> Exchange {
    let mut exchange = Exchange::default();
    for signed in definition.parameters.iter().filter_map(signed) {
        let declared = signed.declared.as_deref().unwrap_or_default();
        let location = match signed.origin {
            Some(Origin::At(location)) => location,
            Some(Origin::Body) => {
                exchange.request = exchange.request.or(signed.declared);
                continue;
            }
            None if is_scalar(outline, declared) => Location::Query,
            None if FILES.contains(&element(declared)) => Location::Form,
            None if is_body(&signed.name, present(declared)) => {
                exchange.request = exchange.request.or_else(|| Some(Atom::new(present(declared))));
                continue;
            }
            Some(Origin::Elsewhere) | None => continue,
        };
        if location == Location::Query {
            // Which of them stand in the path is known where the whole path is.
            let declared = signed.declared.clone();
            let (name, required) = (signed.name.clone(), true);
            exchange.parameters.push(Taken { location: Location::Path, name, type_name: declared, required });
        }
        let Signed { name, declared, required, .. } = signed;
        exchange.parameters.push(Taken { location, name, type_name: declared, required });
    }
    exchange
}

/// A type without the `None` that stands for its absence.
fn present(declared: &str) -> &str {
    let declared = inner(declared, "Optional").unwrap_or(declared).trim();
    declared.strip_suffix("None").map_or(declared, |rest| rest.trim_end().trim_end_matches('|').trim_end())
}

/// Whether a type holds one plain value: a scalar, an optional one, an enumeration of this file.
fn is_scalar(outline: &Outline, declared: &str) -> bool {
    let mut alternatives = declared.split('|').map(str::trim).filter(|part| *part != "None").peekable();
    if alternatives.peek().is_none() {
        return false;
    }
    alternatives.all(|part| {
        let bare = WRAPPERS.iter().find_map(|wrapper| inner(part, wrapper)).unwrap_or(part);
        let mut types = bare.split(',').map(str::trim).filter(|own| *own != "None").peekable();
        types.peek().is_some()
            && types.all(|own| {
                let name = last_part(own.split('[').next().unwrap_or(own));
                SCALARS.contains(&name) || inner(own, "Literal").is_some() || is_enum(outline, name)
            })
            || part.starts_with("Literal[")
    })
}

fn is_enum(outline: &Outline, name: &str) -> bool {
    outline.definitions.iter().any(|own| own.kind == SymbolKind::Enum && own.name == name)
}

/// The type within a list, or the type itself.
fn element(declared: &str) -> &str {
    let bare = declared.split('|').next().unwrap_or(declared).trim();
    let mut all = LISTS.iter().chain(WRAPPERS);
    last_part(all.find_map(|wrapper| inner(bare, wrapper)).unwrap_or(bare))
}

/// What stands between the brackets of `wrapper[..]`, whatever module it is named with.
fn inner<'a>(declared: &'a str, wrapper: &str) -> Option<&'a str> {
    let (name, rest) = declared.split_once('[')?;
    (last_part(name.trim()) == wrapper).then(|| rest.trim_end().strip_suffix(']'))?
}

/// The type of an annotation, and the markers behind it.
fn split_type(inside: &str) -> (&str, &str) {
    let mut depth = 0_u32;
    for (at, letter) in inside.char_indices() {
        match letter {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                return (inside.get(..at).unwrap_or_default(), inside.get(at + 1..).unwrap_or_default());
            }
            _ => {}
        }
    }
    (inside, "")
}

/// Whether a text calls `word`, or names it as the last thing.
fn holds_call(marks: &str, word: &str) -> bool {
    marks.match_indices(word).any(|(at, _)| {
        let is_start =
            marks.get(..at).is_none_or(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        let rest = marks.get(at + word.len()..).unwrap_or_default();
        is_start && (rest.starts_with('(') || rest.trim().is_empty())
    })
}

/// The text of `name="value"`.
fn text_argument<'a>(marks: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = marks.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, declared: &str, default: Option<Value>) -> Parameter {
        let type_name = Some(declared).filter(|declared| !declared.is_empty()).map(Atom::new);
        Parameter { name: name.into(), type_name, default, ..Parameter::default() }
    }

    #[test]
    fn signatures_say_where_parameters_come_from() {
        let definition = Definition {
            parameters: [
                parameter("self", "", None),
                parameter("page", "int | None", Some(Value::Null)),
                parameter("q", "Annotated[Optional[str], Query(alias=\"search\", max_length=5)]", None),
                parameter("x_token", "Annotated[str, Header()]", None),
                parameter("sort", "Literal[\"a\", \"b\"]", None),
                parameter("order", "models.Order", None),
                parameter("db", "Annotated[Session, Depends(get_db)]", None),
                parameter("upload", "list[UploadFile]", None),
            ]
            .into_iter()
            .collect(),
            ..Definition::default()
        };
        let exchange = read(&Outline::default(), &definition, |_, _| true);
        let told: Vec<_> = exchange
            .parameters
            .iter()
            .filter(|it| it.location != Location::Path)
            .map(|it| (it.location, &*it.name, it.type_name.as_deref().unwrap_or_default(), it.required))
            .collect();
        assert_eq!(
            told,
            [
                (Location::Query, "page", "int | None", false),
                (Location::Query, "search", "Optional[str]", true),
                (Location::Header, "x-token", "str", true),
                (Location::Query, "sort", "Literal[\"a\", \"b\"]", true),
                (Location::Form, "upload", "list[UploadFile]", true),
            ]
        );
        assert_eq!(exchange.request.as_deref(), Some("models.Order"));
    }

    #[test]
    fn scalars_are_told_from_models() {
        for (declared, expected) in [
            ("int", true),
            ("str | None", true),
            ("Optional[uuid.UUID]", true),
            ("Union[str, None]", true),
            ("Order", false),
            ("list[int]", false),
            ("None", false),
            ("", false),
        ] {
            assert_eq!(is_scalar(&Outline::default(), declared), expected, "{declared}");
        }
    }
}
