//! What type annotations say, read from their text.

/// Types that stand for what is within their brackets, or for the first of it.
const WRAPPERS: &[&str] = &[
    "Promise",
    "PromiseLike",
    "Awaited",
    "Readonly",
    "Partial",
    "Required",
    "NonNullable",
    "Ref",
    "Relation",
    "Omit",
    "Pick",
];
/// Types that hold many values of the type that is their last argument.
const COLLECTIONS: &[&str] = &[
    "Array",
    "AsyncGenerator",
    "AsyncIterable",
    "BehaviorSubject",
    "EventEmitter",
    "Generator",
    "Iterable",
    "IterableIterator",
    "Map",
    "Observable",
    "QueryList",
    "ReadonlyArray",
    "ReadonlyMap",
    "ReadonlySet",
    "Record",
    "ReplaySubject",
    "Set",
    "Subject",
    "WeakMap",
];

/// What an annotation comes down to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Annotation<'a> {
    /// A name; `typeof x` too.
    Named(&'a str),
    /// A name with its type arguments.
    Generic(&'a str, &'a str),
    /// A fixed list of types, brackets included: `[A, B]`.
    Tuple(&'a str),
    /// Many values of one type: a list, map or set, or a stream.
    Many(&'a str),
    /// An object type, braces included.
    Object(&'a str),
    /// All of several types at once: `A & B`.
    All(&'a str),
}

impl<'a> Annotation<'a> {
    /// Reads an annotation; `None` for functions, literals and unions of several types.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let mut text = text.trim();
        for _ in 0..8 {
            text = text.strip_prefix("readonly ").unwrap_or(text).trim();
            if let Some(inner) = enclosed(text, '(', ')') {
                text = inner;
                continue;
            }
            if let Some(one) = only_member(text)? {
                text = one;
                continue;
            }
            if parts(text).nth(1).is_some() {
                return Some(Self::All(text));
            }
            if let Some(inner) = text.strip_suffix("[]") {
                return Some(Self::Many(inner.trim()));
            }
            if enclosed(text, '{', '}').is_some() {
                return Some(Self::Object(text));
            }
            if enclosed(text, '[', ']').is_some() {
                return Some(Self::Tuple(text));
            }
            let Some((generic, arguments)) = text.split_once('<') else { break };
            let (generic, arguments) = (generic.trim(), arguments.strip_suffix('>')?);
            if WRAPPERS.contains(&generic) {
                text = split(arguments, &[',']).next()?.trim();
            } else if COLLECTIONS.contains(&generic) {
                return Some(Self::Many(split(arguments, &[',']).last()?.trim()));
            } else {
                return is_dotted(generic).then_some(Self::Generic(generic, arguments));
            }
        }
        (is_dotted(text) || text.starts_with("typeof ")).then_some(Self::Named(text))
    }
}

/// The types that an intersection puts together.
pub(super) fn parts(annotation: &str) -> impl Iterator<Item = &str> {
    split(annotation, &['&']).map(str::trim).filter(|part| !part.is_empty())
}

/// Type arguments, one at a time.
pub(super) fn arguments(text: &str) -> impl Iterator<Item = &str> + Clone {
    split(text, &[',']).map(str::trim)
}

/// The type at a position of a tuple: `[A, label?: B, ...C[]]`.
pub(super) fn element(tuple: &str, position: usize) -> Option<&str> {
    let mut all = arguments(enclosed(tuple, '[', ']')?).enumerate();
    let (_, found) = all.find(|(at, one)| *at == position || one.starts_with("..."))?;
    let (rest, found) = found.strip_prefix("...").map_or((false, found), |found| (true, found));
    let unlabelled = found.split_once(':').filter(|(label, _)| label.trim_end_matches('?').chars().all(is_word));
    let found = unlabelled.map_or(found, |(_, found)| found).trim().trim_end_matches('?');
    if rest { found.strip_suffix("[]") } else { Some(found) }
}

/// The type of an object type's property.
pub(super) fn property<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    split(enclosed(object.trim(), '{', '}')?, &[';', ',']).find_map(|entry| {
        let (key, annotation) = entry.split_once(':')?;
        let key = key.trim().trim_end_matches('?');
        let key = key.strip_prefix("readonly ").unwrap_or(key).trim();
        (key == name).then_some(annotation.trim())
    })
}

/// The key that a plain entry of an object pattern (`{ a, b: c = 1 }`) binds to a name.
pub(super) fn bound_key<'a>(pattern: &'a str, name: &str) -> Option<&'a str> {
    split(enclosed(pattern.trim(), '{', '}')?, &[',']).find_map(|entry| {
        let (key, local) = entry.split_once(':').unwrap_or((entry, entry));
        let without_default = |text: &'a str| text.split('=').next().unwrap_or(text).trim();
        (without_default(local) == name).then(|| without_default(key))
    })
}

/// Of a union with nothing, the type that is left: `Some(None)` where the text is no union, `None` where several are.
#[expect(clippy::option_option, reason = "no union and a union of several types are two answers")]
fn only_member(text: &str) -> Option<Option<&str>> {
    let mut all = split(text, &['|']).map(str::trim);
    if all.clone().nth(1).is_none() {
        return Some(None);
    }
    let mut members = all.by_ref().filter(|it| !matches!(*it, "null" | "undefined" | ""));
    let first = members.next()?;
    members.next().is_none().then_some(Some(first))
}

/// What stands between two brackets that enclose the whole text.
fn enclosed(text: &str, open: char, close: char) -> Option<&str> {
    let inner = text.strip_prefix(open)?.strip_suffix(close)?;
    let mut depth = 0_i32;
    for letter in inner.chars() {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
        }
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// The parts of a text between separators that stand in no brackets.
fn split<'a>(text: &'a str, separators: &'static [char]) -> impl Iterator<Item = &'a str> + Clone {
    let mut depth = 0_i32;
    let mut before = ' ';
    text.split(move |letter: char| {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            // The arrow of a function type closes nothing.
            '>' if before == '=' => {}
            ')' | ']' | '}' | '>' => depth -= 1,
            _ => {}
        }
        before = letter;
        depth == 0 && separators.contains(&letter)
    })
}

fn is_dotted(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| is_word(letter) || letter == '.')
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_come_down_to_one_type() {
        use Annotation::{All, Generic, Many, Named, Object, Tuple};
        let cases = [
            ("Order", Some(Named("Order"))),
            ("models.Order | null", Some(Named("models.Order"))),
            ("Promise<Order | undefined>", Some(Named("Order"))),
            ("Promise<Order> | undefined", Some(Named("Order"))),
            ("Repository<Order>", Some(Generic("Repository", "Order"))),
            ("Promise<Pair<A, B[]>>", Some(Generic("Pair", "A, B[]"))),
            ("Omit<Order, 'id' | 'name'>", Some(Named("Order"))),
            ("typeof orders", Some(Named("typeof orders"))),
            ("Order[]", Some(Many("Order"))),
            ("Promise<readonly Order[]>", Some(Many("Order"))),
            ("(Order | null)[]", Some(Many("(Order | null)"))),
            ("Map<string, Array<Order>>", Some(Many("Array<Order>"))),
            ("Array<Order>[]", Some(Many("Array<Order>"))),
            ("{ a: A; b: B }", Some(Object("{ a: A; b: B }"))),
            ("A | B", None),
            ("A & { b: B }", Some(All("A & { b: B }"))),
            ("(x: number) => void", None),
            ("(a: A) => (b: B)", None),
            ("readonly [A, B]", Some(Tuple("[A, B]"))),
            ("[A, B][]", Some(Many("[A, B]"))),
            ("\"a\"", None),
            ("Map<", None),
        ];
        for (annotation, expected) in cases {
            assert_eq!(Annotation::of(annotation), expected, "{annotation}");
        }
    }

    #[test]
    fn elements_of_tuples_are_found_by_position() {
        let cases = [
            ("[A, B]", 1, Some("B")),
            ("[A, B]", 2, None),
            ("[first: A, second?: Map<B, C>]", 1, Some("Map<B, C>")),
            ("[A, B?]", 1, Some("B")),
            ("[A, ...B[]]", 3, Some("B")),
            ("[A, ...rest: B[]]", 1, Some("B")),
            ("[A, ...B]", 1, None),
        ];
        for (tuple, position, expected) in cases {
            assert_eq!(element(tuple, position), expected, "{tuple} {position}");
        }
    }

    #[test]
    fn properties_and_patterns_are_read_by_name() {
        let object = "{ a: A; readonly b?: Map<string, B>, on: (x: X) => void; c: C }";
        let found = ["a", "b", "c", "x"].map(|name| property(object, name));
        assert_eq!(found, [Some("A"), Some("Map<string, B>"), Some("C"), None]);
        let pattern = "{ a, b: c = make(1, 2), d = 1, ...rest }";
        let found = ["a", "b", "c", "d", "rest"].map(|name| bound_key(pattern, name));
        assert_eq!(found, [Some("a"), None, Some("b"), Some("d"), None]);
    }
}
