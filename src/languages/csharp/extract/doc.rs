//! XML doc comments as plain text.

/// The plain text of consecutive `///` lines or one `/** */` block; `None` where they say nothing themselves.
pub(super) fn plain_text(comments: &[&str]) -> Option<String> {
    let xml = strip_signs(comments);
    let main =
        ["summary", "remarks"].iter().filter_map(|tag| inner(&xml, tag)).map(prose).filter(|text| !text.is_empty());
    let text = main.collect::<Vec<_>>().join("\n\n");
    if !text.is_empty() {
        return Some(text);
    }
    // Doc comments without tags are taken as they are.
    let bare = if xml.contains('<') { String::new() } else { prose(&xml) };
    (!bare.is_empty()).then_some(bare)
}

fn strip_signs(comments: &[&str]) -> String {
    let mut xml = String::new();
    for comment in comments {
        let block = comment.strip_prefix("/**").map(|rest| rest.strip_suffix("*/").unwrap_or(rest));
        for line in block.unwrap_or(comment).lines() {
            let line = line.trim();
            let line = line.strip_prefix("///").or_else(|| line.strip_prefix('*')).unwrap_or(line);
            xml.push_str(line);
            xml.push('\n');
        }
    }
    xml
}

fn inner<'x>(xml: &'x str, tag: &str) -> Option<&'x str> {
    let open = xml.find(&format!("<{tag}>"))? + tag.len() + 2;
    let rest = xml.get(open..)?;
    Some(rest.find(&format!("</{tag}>")).and_then(|end| rest.get(..end)).unwrap_or(rest))
}

/// Text without tags: references become names, paragraphs blank lines, everything else single spaces.
fn prose(xml: &str) -> String {
    let mut text = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        text.push_str(rest.get(..start).unwrap_or_default());
        let tail = rest.get(start + 1..).unwrap_or_default();
        let Some(end) = tail.find('>') else {
            rest = "";
            break;
        };
        let tag = tail.get(..end).unwrap_or_default();
        match tag.trim_matches('/').split([' ', '/']).next().unwrap_or_default() {
            "para" | "p" | "list" | "item" | "br" | "code" => text.push('\u{1}'),
            "see" | "seealso" | "paramref" | "typeparamref" => text.push_str(named_thing(tag)),
            _ => {}
        }
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    let paragraphs = text.split('\u{1}').map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let paragraphs = paragraphs.filter(|part| !part.is_empty()).collect::<Vec<_>>();
    unescape(&paragraphs.join("\n"))
}

/// What `<see cref="T:Shop.Order.Total(int)"/>` or `<paramref name="id"/>` names; empty for closing tags.
fn named_thing(tag: &str) -> &str {
    if !tag.ends_with('/') {
        return "";
    }
    let value = tag.split('"').nth(1).unwrap_or_default();
    if tag.contains("href") {
        return value;
    }
    let name = value.split(['(', '{']).next().unwrap_or(value);
    name.rsplit(['.', ':']).next().unwrap_or(name)
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn keeps_what_doc_comments_say() {
        let cases: &[(&[&str], Option<&str>)] = &[
            (
                &[
                    "/// <summary>",
                    "/// Adds  an",
                    "/// item.",
                    "/// </summary>",
                    "/// <param name=\"x\">the x</param>",
                ],
                Some("Adds an item."),
            ),
            (
                &["/// <summary>See <see cref=\"T:Shop.Order.Pay(int)\"/> &amp; <paramref name=\"id\"/>.</summary>"],
                Some("See Pay & id."),
            ),
            (
                &["/** <summary>One.<para>Two.</para></summary>", " * <remarks>Three</remarks> */"],
                Some("One.\nTwo.\n\nThree"),
            ),
            (&["/// <inheritdoc/>"], None),
            (&["/// Just words"], Some("Just words")),
            (&["/// <summary>open"], Some("open")),
        ];
        for (comments, expected) in cases {
            assert_eq!(plain_text(comments).as_deref(), *expected, "{comments:?}");
        }
    }
}
