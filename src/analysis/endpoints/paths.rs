//! Path templates: every framework's spelling becomes `{name}` and `{*name}`.

use crate::codebase::routing::{PathSyntax, TokenStyle};

/// A framework's path as `{name}`, `{name?}` and `{*name}`, with its constraints left out.
pub(super) fn normalise(raw: &str, syntax: PathSyntax) -> String {
    match syntax {
        PathSyntax::Braces => braces(raw),
        PathSyntax::Angles => angles(raw, converter_first),
        PathSyntax::NamedAngles => angles(raw, name_first),
        PathSyntax::Colons => colons(raw),
        PathSyntax::Brackets => brackets(raw),
        PathSyntax::Dots => dots(raw),
        PathSyntax::Regex => regex(raw),
    }
}

/// Converters and constraints that say of a parameter which type it has.
const CONVERTERS: &[&str] = &[
    "bool", "date", "datetime", "decimal", "double", "float", "guid", "int", "integer", "long", "slug", "str",
    "string", "uuid",
];

/// The types that a path states of its parameters: `<int:id>`, `{id:int}`.
pub(super) fn types(raw: &str, syntax: PathSyntax) -> Vec<(&str, &str)> {
    let (open, close, split): (char, char, Split) = match syntax {
        PathSyntax::Angles => ('<', '>', converter_first),
        PathSyntax::NamedAngles => ('<', '>', name_first),
        PathSyntax::Braces => ('{', '}', name_first),
        PathSyntax::Colons | PathSyntax::Brackets | PathSyntax::Dots | PathSyntax::Regex => return Vec::new(),
    };
    let inside = raw.split(open).skip(1).filter_map(|part| part.split(close).next());
    inside.map(|inside| split(inside.trim_end_matches('?'))).filter(|(_, it)| CONVERTERS.contains(it)).collect()
}

/// Two parts of a path with exactly one `/` between them; an empty part adds nothing.
pub(super) fn join(prefix: &str, path: &str) -> String {
    if path.is_empty() {
        return prefix.to_owned();
    }
    if prefix.is_empty() {
        return path.to_owned();
    }
    format!("{}/{}", prefix.trim_end_matches('/'), path.trim_start_matches('/'))
}

/// A whole path: one leading `/`, no doubled ones, no trailing one but where the framework tells them apart.
pub(super) fn whole(path: &str) -> String {
    let mut clean = String::with_capacity(path.len() + 1);
    clean.push('/');
    for letter in path.chars() {
        if letter != '/' || !clean.ends_with('/') {
            clean.push(letter);
        }
    }
    clean
}

/// Fills `[controller]`-like placeholders in.
pub(super) fn fill(path: &str, tokens: &[(&str, String)]) -> String {
    let mut filled = path.to_owned();
    for (name, value) in tokens {
        filled = filled.replace(&format!("[{name}]"), value);
    }
    filled
}

/// A path with each of the versions in place of `{version:apiVersion}`; as it is, where it has no such place or no version
/// is known.
pub(super) fn versioned(path: String, versions: &[crate::codebase::Atom]) -> Vec<String> {
    let place = path.find(":apiVersion}").and_then(|end| Some((path[..end].rfind('{')?, end + ":apiVersion}".len())));
    match place {
        Some((start, end)) if !versions.is_empty() => {
            versions.iter().map(|version| format!("{}{version}{}", &path[..start], &path[end..])).collect()
        }
        _ => vec![path],
    }
}

/// A placeholder's value in an app's style.
pub(super) fn styled(value: &str, style: Option<TokenStyle>) -> String {
    match style {
        None => value.to_owned(),
        Some(TokenStyle::Lower) => value.to_lowercase(),
        Some(TokenStyle::Slug) => slug(value),
    }
}

/// `MyAccount2FA` becomes `my-account2fa`: a dash wherever a lower case letter meets an upper case one, as the usual
/// slug transformer of ASP.NET does (`([a-z])([A-Z])`).
fn slug(value: &str) -> String {
    let mut slug = String::with_capacity(value.len() + 4);
    let mut before = ' ';
    for letter in value.chars() {
        if before.is_lowercase() && letter.is_uppercase() {
            slug.push('-');
        }
        slug.extend(letter.to_lowercase());
        before = letter;
    }
    slug
}

/// The text up to the bracket that closes the one already open, and what follows it.
fn closed(text: &str, open: char, close: char) -> Option<(&str, &str)> {
    let mut depth = 1;
    for (at, letter) in text.char_indices() {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
            if depth == 0 {
                return Some((&text[..at], &text[at + close.len_utf8()..]));
            }
        }
    }
    None
}

fn braces(raw: &str) -> String {
    let mut path = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let Some((inside, after)) = closed(after, '{', '}') else {
            path.push('{');
            rest = after;
            continue;
        };
        path.push_str(&brace(inside));
        rest = after;
    }
    path.push_str(rest);
    path
}

fn brace(inside: &str) -> String {
    if inside == "?" {
        return "{?}".to_owned();
    }
    let catches_all =
        inside.starts_with('*') || inside.ends_with(":path") || inside.ends_with(":.*") || inside.ends_with('*');
    let optional = inside.ends_with('?') || inside.contains('=');
    let name = inside.trim_start_matches('*').split([':', '=', '?', '*']).next().unwrap_or_default();
    match (catches_all, optional) {
        (true, _) => format!("{{*{name}}}"),
        (false, true) => format!("{{{name}?}}"),
        (false, false) => format!("{{{name}}}"),
    }
}

/// Tells name and converter apart.
type Split = fn(&str) -> (&str, &str);

/// Name and converter of `int:id`.
fn converter_first(inside: &str) -> (&str, &str) {
    inside.rsplit_once(':').map_or((inside, ""), |(converter, name)| (name, converter))
}

/// Name and converter of `id:int`; a regular expression after it may hold further colons.
fn name_first(inside: &str) -> (&str, &str) {
    inside.split_once(':').unwrap_or((inside, ""))
}

fn angles(raw: &str, split: Split) -> String {
    let mut path = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('<') {
        path.push_str(before);
        let Some((inside, after)) = after.split_once('>') else {
            path.push('<');
            rest = after;
            continue;
        };
        let (name, converter) = split(inside);
        let star = if converter == "path" { "*" } else { "" };
        path += &format!("{{{star}{name}}}");
        rest = after;
    }
    path.push_str(rest);
    path
}

fn colons(raw: &str) -> String {
    let mut path = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut stars = 0;
    while let Some(at) = rest.find([':', '*', '{']) {
        let (before, after) = rest.split_at(at);
        path.push_str(before);
        let after_sign = &after[1..];
        if after.starts_with('{') {
            // An evaluator's `{?}`, or an optional group of Express 5: `{/:id}`.
            if let Some((inside, after)) = closed(after_sign, '{', '}') {
                path.push_str(&if inside == "?" { "{?}".to_owned() } else { colons_once(inside) });
                rest = after;
                continue;
            }
        }
        let length = after_sign.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after_sign.len());
        let (name, mut after) = after_sign.split_at(length);
        if after_sign.len() == rest.len() || rest[at..].starts_with('*') {
            stars += 1;
            path.push_str(&if name.is_empty() {
                format!("{{*rest{}}}", number(stars))
            } else {
                format!("{{*{name}}}")
            });
        } else if name.is_empty() {
            path.push(':');
        } else {
            if let Some(group) = after.strip_prefix('(') {
                after = closed(group, '(', ')').map_or("", |(_, after)| after);
            }
            match after.as_bytes().first() {
                Some(b'?') => path += &format!("{{{name}?}}"),
                Some(b'*' | b'+') => path += &format!("{{*{name}}}"),
                _ => path += &format!("{{{name}}}"),
            }
            after = after.strip_prefix(['?', '*', '+']).unwrap_or(after);
        }
        rest = after;
    }
    path.push_str(rest);
    path
}

/// An optional group holds no further groups in practice.
fn colons_once(inside: &str) -> String {
    inside
        .split('/')
        .map(|part| part.strip_prefix(':').map_or_else(|| part.to_owned(), |name| format!("{{{name}?}}")))
        .collect::<Vec<_>>()
        .join("/")
}

fn number(count: usize) -> String {
    if count > 1 { count.to_string() } else { String::new() }
}

fn brackets(raw: &str) -> String {
    let mut path = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('[') {
        path.push_str(before);
        let (inside, after) = after.split_once(']').unwrap_or((after, ""));
        let (inside, after) = match inside.strip_prefix('[') {
            Some(optional) => (optional, after.strip_prefix(']').unwrap_or(after)),
            None => (inside, after),
        };
        match inside.strip_prefix("...") {
            Some(name) => path += &format!("{{*{name}}}"),
            None => path += &format!("{{{inside}}}"),
        }
        rest = after;
    }
    path.push_str(rest);
    path
}

/// Names that are joined by dots; where nothing says at which path they are served, it is the usual `/trpc`.
fn dots(raw: &str) -> String {
    let (above, names) = match raw.strip_prefix('.') {
        Some(names) => ("", names),
        None => raw.split_once("/.").unwrap_or((raw, "")),
    };
    let above = if above.is_empty() { "/trpc" } else { above };
    format!("{above}/{}", names.replace("/.", "."))
}

/// How deep groups stand within groups in a pattern that anybody writes.
const GROUPS_MAX: u32 = 8;

fn regex(raw: &str) -> String {
    let raw = raw.trim_start_matches('^').trim_end_matches("\\Z").trim_end_matches('$');
    let mut unnamed = 0;
    groups(raw, &mut unnamed, 0).replace("/?", "/").replace(['\\', '^', '$'], "").replace("??}", "?}")
}

/// A pattern with its groups as parameters; those of an optional group are optional.
fn groups(raw: &str, unnamed: &mut usize, depth: u32) -> String {
    let mut path = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('(') {
        path.push_str(before);
        let Some((inside, after)) = closed(after, '(', ')') else { break };
        rest = after;
        if let Some(named) = inside.strip_prefix("?P<").or_else(|| inside.strip_prefix("?<")) {
            path += &format!("{{{}}}", named.split('>').next().unwrap_or_default());
        } else if let Some(group) = inside.strip_prefix("?:") {
            let inner = if depth < GROUPS_MAX { groups(group, unnamed, depth + 1) } else { group.to_owned() };
            path.push_str(&if rest.starts_with('?') { inner.replace('}', "?}") } else { inner });
        } else if !inside.starts_with('?') {
            *unnamed += 1;
            path += &format!("{{arg{}}}", number(*unnamed));
        }
        rest = rest.trim_start_matches(['?', '*', '+']);
    }
    path.push_str(rest);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_becomes_braces() {
        for (syntax, raw, expected) in [
            (PathSyntax::Braces, "items/{id:int}/{*rest}", "items/{id}/{*rest}"),
            (PathSyntax::Braces, "{controller=Home}/{id?}", "{controller?}/{id?}"),
            (PathSyntax::Braces, "/f/{any*}", "/f/{*any}"),
            (PathSyntax::Braces, "/f/{file_path:path}", "/f/{*file_path}"),
            (PathSyntax::Braces, "/x/{id:regex(^\\d{{3}}$)}", "/x/{id}"),
            (PathSyntax::Angles, "/users/<int:id>/<path:rest>", "/users/{id}/{*rest}"),
            (PathSyntax::NamedAngles, "/users/<id:int>/<rest:path>/<x>", "/users/{id}/{*rest}/{x}"),
            (PathSyntax::Colons, "/users/:id/books/:bookId?", "/users/{id}/books/{bookId?}"),
            (PathSyntax::Colons, "/files/*", "/files/{*rest}"),
            (PathSyntax::Colons, "/n/:id(\\d+)/x", "/n/{id}/x"),
            (PathSyntax::Colons, "/a{?}/:b", "/a{?}/{b}"),
            (PathSyntax::Brackets, "/shop/[id]/[...all]", "/shop/{id}/{*all}"),
            (PathSyntax::Brackets, "/feed/[id].json/[[...rest]]", "/feed/{id}.json/{*rest}"),
            (PathSyntax::Dots, "/api/trpc/.user/.byId", "/api/trpc/user.byId"),
            (PathSyntax::Dots, ".user/.byId", "/trpc/user.byId"),
            (PathSyntax::Regex, r"^articles/(?P<year>[0-9]{4})/$", "articles/{year}/"),
            (PathSyntax::Regex, r"^a/(\d+)/(?:b/)?c\.json$", "a/{arg}/b/c.json"),
            (PathSyntax::Regex, r"/items(?:/(\d+))?", "/items/{arg?}"),
        ] {
            assert_eq!(normalise(raw, syntax), expected, "{raw}");
        }
    }

    #[test]
    fn converters_tell_types() {
        assert_eq!(types("/a/<int:id>/<rest>/<path:x>", PathSyntax::Angles), [("id", "int")]);
        assert_eq!(types("/a/<id:uuid>", PathSyntax::NamedAngles), [("id", "uuid")]);
        assert_eq!(types("/a/{id:int?}/{*rest}/{x:regex(a)}", PathSyntax::Braces), [("id", "int")]);
    }

    #[test]
    fn parts_join_with_one_slash() {
        assert_eq!(join("/api/", "/users"), "/api/users");
        assert_eq!(join("", "users"), "users");
        assert_eq!(whole("api//users/"), "/api/users/");
        assert_eq!(whole(""), "/");
    }

    #[test]
    fn tokens_take_the_apps_style() {
        assert_eq!(styled("MyAccount", Some(TokenStyle::Slug)), "my-account");
        assert_eq!(styled("MyAccount", Some(TokenStyle::Lower)), "myaccount");
        assert_eq!(fill("api/[controller]/x", &[("controller", "Manage".into())]), "api/Manage/x");
    }
}
