//! Plain words from identifiers, doc comments and numbers.

/// Longest sentence shown in a list or table.
const SENTENCE_CHARS_MAX: usize = 220;

/// Endings of names that say what a thing is built as, not what it is about.
const TECHNICAL_ENDINGS: &[&str] =
    &["Async", "Endpoint", "Controller", "Handler", "Model", "View", "ViewSet", "APIView", "Resource", "Action", "Fn"];

/// Method names that say nothing: the class says it.
const EMPTY_NAMES: &[&str] = &[
    "handle",
    "handleasync",
    "invoke",
    "invokeasync",
    "execute",
    "executeasync",
    "call",
    "__call__",
    "default",
    "index",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "onget",
    "onpost",
    "ongetasync",
    "onpostasync",
    "handler",
    "loader",
    "action",
    "addroute",
];

/// The words of an identifier, as spelt: `getHTTPUrlById` gives `get`, `HTTP`, `Url`, `By`, `Id`.
pub fn split(identifier: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in identifier.split(|character: char| !character.is_alphanumeric()) {
        let characters: Vec<(usize, char)> = part.char_indices().collect();
        let mut start = 0;
        for (position, &(offset, character)) in characters.iter().enumerate().skip(1) {
            let before = characters.get(position - 1).is_some_and(|(_, before)| before.is_uppercase());
            let after = characters.get(position + 1).is_some_and(|(_, after)| after.is_lowercase());
            if character.is_uppercase() && (!before || after) {
                words.extend(part.get(start..offset));
                start = offset;
            }
        }
        words.extend(part.get(start..));
    }
    words.retain(|word| !word.is_empty());
    words
}

/// An identifier as words, the first with a capital: `GetMyOrders` gives `Get my orders`.
pub fn humanise(identifier: &str) -> String {
    let words: Vec<String> = split(identifier).into_iter().map(plain_word).collect();
    capitalise(&words.join(" "))
}

/// The text with a capital first letter.
pub fn capitalise(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Whether a method's name says nothing without its class: `Handle`, `OnGet`.
pub fn is_empty_name(method: &str) -> bool {
    EMPTY_NAMES.contains(&method.trim_matches('_').to_lowercase().as_str())
}

/// A handler's name as words: of a method whose name says nothing, the class's.
pub fn action(symbol: &str) -> String {
    let mut parts = symbol.rsplit('.');
    let method = parts.next().unwrap_or_default();
    let class = strip_technical(parts.next().unwrap_or_default());
    if is_empty_name(method) {
        let bare = method.trim_matches('_').to_lowercase();
        let says_verb = !matches!(bare.as_str(), "get" | "post" | "put" | "patch" | "delete");
        return match (class.is_empty(), says_verb) {
            (true, _) => String::new(),
            (false, true) => humanise(class),
            (false, false) => format!("{} {}", capitalise(&bare), humanise(class).to_lowercase()),
        };
    }
    let words = humanise(strip_technical(method));
    // One word alone (`Create`) needs its noun.
    if words.contains(' ') || class.is_empty() {
        words
    } else {
        format!("{words} ({})", humanise(class).to_lowercase())
    }
}

/// The first sentence of a doc comment, at most [`SENTENCE_CHARS_MAX`] characters; empty if it says nothing.
pub fn first_sentence(doc: &str) -> String {
    sentences(doc).into_iter().next().unwrap_or_default()
}

/// A handler's doc comment without the method and path that it begins with: `GET: /api/me - the caller's account`.
pub fn without_route(doc: &str) -> &str {
    const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "ANY", "ALL"];
    let Some((method, rest)) = doc.trim_start().split_once([' ', ':']) else { return doc };
    let rest = rest.trim_start_matches([' ', ':']);
    let (path, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if METHODS.contains(&method) && path.contains('/') {
        return words.trim_start_matches(['-', ':', '–', '—', ' ', '\n']);
    }
    doc
}

/// The sentences of a doc comment's prose: up to its first section of parameters, each shortened.
pub fn sentences(doc: &str) -> Vec<String> {
    let mut prose: Vec<Vec<&str>> = vec![Vec::new()];
    for line in doc.lines().map(str::trim) {
        if starts_section(line) {
            break;
        }
        let list = line.starts_with(['-', '*', '+']) && line.get(1..2) == Some(" ");
        if line.is_empty() || list {
            prose.push(Vec::new());
        }
        if let Some(paragraph) = prose.last_mut() {
            paragraph.push(line.trim_start_matches(['-', '*', '+', '#', ' ']));
        }
    }
    let paragraphs = prose.iter().map(|lines| lines.join(" "));
    paragraphs.flat_map(|paragraph| cut(&paragraph)).filter(|sentence| says_something(sentence)).collect()
}

/// `1 endpoint`, `2 endpoints`, `3 entities`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        return format!("1 {noun}");
    }
    let plural = match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        _ => format!("{noun}s"),
    };
    format!("{} {plural}", thousands(number))
}

/// `1 file belongs`, `2 files belong`.
pub fn belonging(files: usize) -> String {
    format!("{} belong{}", count(files, "file"), if files == 1 { "s" } else { "" })
}

/// A number with commas: `12,345`.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `a`, `a and b`, `a, b and c`.
pub fn list<T: AsRef<str>>(parts: &[T]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// At most `chars_max` characters, cut at a word.
pub fn shorten(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    let kept = cut.rsplit_once(' ').map_or(cut.as_str(), |(kept, _)| kept);
    format!("{}…", kept.trim_end_matches([',', ';', ':', ' ']))
}

fn plain_word(word: &str) -> String {
    let acronym =
        word.chars().count() > 1 && word.chars().all(|character| character.is_uppercase() || character.is_numeric());
    if acronym { word.to_owned() } else { word.to_lowercase() }
}

fn strip_technical(name: &str) -> &str {
    let ending = TECHNICAL_ENDINGS.iter().find(|&&ending| name.ends_with(ending) && name.len() > ending.len());
    ending.and_then(|ending| name.strip_suffix(ending)).unwrap_or(name)
}

fn starts_section(line: &str) -> bool {
    let heading = matches!(
        line.trim_end_matches(':').to_lowercase().as_str(),
        "args"
            | "arguments"
            | "parameters"
            | "params"
            | "returns"
            | "raises"
            | "throws"
            | "yields"
            | "example"
            | "examples"
    );
    heading && (line.ends_with(':') || line.starts_with(char::is_uppercase))
        || line.starts_with(['@', ':']) && line.get(1..2).is_some_and(|next| next.chars().all(char::is_alphabetic))
        || line.starts_with("---")
        || line.starts_with("===")
        || line.starts_with("```")
        || line.starts_with(">>>")
}

/// Cuts a paragraph into sentences.
fn cut(paragraph: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (position, _) in paragraph.match_indices(['.', '!', '?']) {
        let end = position + 1;
        let after = paragraph.get(end..).unwrap_or_default();
        let before = paragraph.get(start..position).unwrap_or_default();
        let starts_next = after.starts_with(' ') && after.trim_start().starts_with(|next: char| !next.is_lowercase());
        let abbreviation = ["e.g", "i.e", "etc", "vs", "cf"].iter().any(|short| before.ends_with(short));
        if starts_next && !abbreviation {
            sentences.extend(paragraph.get(start..end));
            start = end;
        }
    }
    sentences.extend(paragraph.get(start..));
    sentences.into_iter().map(|sentence| shorten(sentence.trim(), SENTENCE_CHARS_MAX)).collect()
}

/// Whether a sentence says something: words, and no to-do, linter directive, licence or commented-out code.
fn says_something(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let noise = [
        "todo",
        "fixme",
        "hack",
        "xxx",
        "copyright",
        "eslint",
        "noqa",
        "prettier",
        "@ts-",
        "istanbul",
        "pragma",
        "license",
    ]
    .iter()
    .any(|start| lower.starts_with(start));
    let code = sentence.ends_with([';', '{', '}']) || sentence.contains("=>") || sentence.contains("();");
    let letters = sentence.chars().filter(|character| character.is_alphabetic()).count();
    !noise && !code && letters >= 8 && sentence.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_become_words() {
        assert_eq!(split("getHTTPUrlById_v2"), ["get", "HTTP", "Url", "By", "Id", "v2"]);
        assert_eq!(humanise("GetMyOrders"), "Get my orders");
        assert_eq!(humanise("read_item"), "Read item");
    }

    #[test]
    fn handlers_say_what_they_do() {
        assert_eq!(action("OrderController.MyOrders"), "My orders");
        assert_eq!(action("CatalogItemGetByIdEndpoint.HandleAsync"), "Catalog item get by id");
        assert_eq!(action("RecipesController.create"), "Create (recipes)");
        assert_eq!(action("UserList.get"), "Get user list");
        assert_eq!(action(""), "");
    }

    #[test]
    fn sentences_stop_at_sections_and_skip_noise() {
        let doc = "Create a new item, e.g. a book. It must have a title.\nTODO: rework\n\nArgs:\n    title: the title.";
        assert_eq!(sentences(doc), ["Create a new item, e.g. a book.", "It must have a title."]);
        assert_eq!(first_sentence("eslint-disable no-console"), "");
        assert_eq!(first_sentence("@param x the x"), "");
    }

    #[test]
    fn routes_are_dropped_from_docs() {
        assert_eq!(without_route("GET: /api/me - the caller's account"), "the caller's account");
        assert_eq!(without_route("DELETE /api/keys/:id\nRemoves a key"), "Removes a key");
        assert_eq!(without_route("Get the keys"), "Get the keys");
    }

    #[test]
    fn numbers_and_lists() {
        assert_eq!(
            [count(1, "entity"), count(2, "entity"), count(1234, "key")],
            ["1 entity", "2 entities", "1,234 keys"]
        );
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(shorten("one two three", 9), "one two…");
    }
}
