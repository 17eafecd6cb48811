//! Services of a `.proto` file, by a small reader of its words.

/// What a file declares.
#[derive(Debug, Default, PartialEq)]
pub(super) struct File {
    pub(super) package: String,
    pub(super) methods: Vec<Method>,
}

/// An `rpc` of a service. Streams stand as `stream X`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Method {
    pub(super) service: String,
    pub(super) name: String,
    pub(super) request: String,
    pub(super) response: String,
    pub(super) deprecated: bool,
    /// The comment above it.
    pub(super) doc: Option<String>,
    pub(super) line: u32,
}

/// Reads all services; what cannot be read is left out.
pub(super) fn read(text: &str) -> File {
    let words = words(text);
    let mut file = File::default();
    let mut service: Option<(String, u32)> = None;
    let mut depth = 0_u32;
    let mut doc: Option<String> = None;
    for (at, word) in words.iter().enumerate() {
        let next = |offset: usize| words.get(at + offset).map_or("", |word| word.text);
        match word.text {
            comment if comment.starts_with("//") || comment.starts_with("/*") => {
                let before = at.checked_sub(1).and_then(|before| words.get(before));
                // Behind other words it speaks of them.
                if before.is_some_and(|it| it.line == word.line && !it.text.starts_with('/')) {
                    continue;
                }
                let line = said(comment);
                doc = Some(doc.take().map_or_else(|| line.clone(), |above| format!("{above} {line}")));
                continue;
            }
            "package" if depth == 0 && next(2) == ";" => next(1).clone_into(&mut file.package),
            "service" if depth == 0 && next(2) == "{" => service = Some((next(1).to_owned(), depth + 1)),
            "rpc" => {
                if let Some((service, _)) = &service {
                    let method = method(&words, at, service);
                    file.methods.extend(method.map(|it| Method { doc: doc.take().filter(|it| !it.is_empty()), ..it }));
                }
            }
            "deprecated" if next(1) == "=" && next(2) == "true" => {
                // Within the braces of a method.
                if let Some(last) = file.methods.last_mut().filter(|_| depth >= 2) {
                    last.deprecated = true;
                }
            }
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                service = service.take().filter(|(_, inside)| depth >= *inside);
            }
            _ => {}
        }
        if matches!(word.text, "{" | "}" | ";") {
            doc = None;
        }
    }
    file
}

fn method(words: &[Word<'_>], at: usize, service: &str) -> Option<Method> {
    let mut rest = words.get(at..)?.iter().map(|word| word.text).filter(|word| !word.starts_with('/'));
    let mut message = |opening: &str| {
        let _ = rest.by_ref().take(4).find(|word| *word == opening)?;
        let inside: Vec<&str> = rest.by_ref().take_while(|word| *word != ")").take(3).collect();
        (!inside.is_empty()).then(|| inside.join(" "))
    };
    let request = message("(")?;
    let response = message("(")?;
    let word = words.get(at + 1)?;
    let line = words.get(at)?.line;
    Some(Method {
        service: service.to_owned(),
        name: word.text.to_owned(),
        request,
        response,
        line,
        ..Method::default()
    })
}

/// A comment's text without its signs.
fn said(comment: &str) -> String {
    let inner = comment.trim_start_matches('/').trim_start_matches('*').trim_end_matches("*/");
    let lines = inner.lines().map(|line| line.trim().trim_start_matches('*').trim());
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

struct Word<'t> {
    text: &'t str,
    line: u32,
}

/// Names, signs, texts and comments, in order.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' | '\'' => quoted(rest, first),
            letter if is_of_name(letter) => rest.find(|it| !is_of_name(it)).unwrap_or(rest.len()),
            other => other.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        if !first.is_whitespace() {
            words.push(Word { text: word, line });
        }
        line += u32::try_from(word.matches('\n').count()).unwrap_or(0);
        rest = after;
    }
    words
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.')
}

/// The length of a text in quotes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !escaped {
            return at + 1;
        }
        escaped = letter == '\\' && !escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn services_are_read() {
        let file = read(
            "syntax = \"proto3\"; package shop.v1; option x = \"}\";\n\
             // not this\nmessage Order { string service = 1; }\n\
             service Orders { // trailing\n  // Places an order.\n  rpc Place (NewOrder) returns (Order);\n\
             /* All of\n * them. */ rpc List(stream Query) returns (stream .shop.v1.Order) { option deprecated = true; }\n}\n\
             service Empty {}",
        );
        assert_eq!(file.package, "shop.v1");
        let told: Vec<_> = file
            .methods
            .iter()
            .map(|it| (it.service.as_str(), it.name.as_str(), it.request.as_str(), it.response.as_str(), it.deprecated))
            .collect();
        assert_eq!(
            told,
            [
                ("Orders", "Place", "NewOrder", "Order", false),
                ("Orders", "List", "stream Query", "stream .shop.v1.Order", true)
            ]
        );
        assert_eq!((file.methods[0].doc.as_deref(), file.methods[0].line), (Some("Places an order."), 6));
        assert_eq!(file.methods[1].doc.as_deref(), Some("All of them."));
    }

    #[test]
    fn broken_files_end() {
        for text in ["service X { rpc", "service X { rpc A (", "\"", "/*", "rpc A (B) returns (C)", "service { rpc A"] {
            assert_eq!(read(text).methods, [], "{text}");
        }
    }
}
