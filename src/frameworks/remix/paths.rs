//! The URL that a route file's name stands for.

use crate::codebase::RepoPath;

/// The URL of a file below `app/routes`, in the spelling of brackets.
pub(super) fn url(path: &RepoPath) -> Option<String> {
    if !matches!(path.extension(), "ts" | "tsx" | "js" | "jsx") {
        return None;
    }
    let parts: Vec<&str> = path.parts().collect();
    let at = parts.windows(2).position(|pair| pair == ["app", "routes"])?;
    let (name, folders) = parts.get(at + 2..)?.split_last()?;
    let stem = name.rsplit_once('.').map_or(*name, |(stem, _)| stem);
    // In a folder of a route only its `route` file is one; older apps nest folders instead.
    let is_flat = folders.len() == 1 && folders[0].contains(['.', '$', '_']) && stem != "route" && stem != "index";
    let is_other = stem.rsplit_once('.').is_some_and(|(_, end)| matches!(end, "server" | "client" | "test"));
    if is_flat || is_other {
        return None;
    }
    let last = (stem != "route" || folders.is_empty()).then_some(stem);
    let mut url = String::new();
    for part in folders.iter().copied().chain(last).flat_map(segments) {
        let part = part.trim_end_matches('_');
        let is_pathless = part.starts_with('_') || part.is_empty() || part == "index";
        if is_pathless {
            continue;
        }
        url.push('/');
        let optional = part.strip_prefix('(').and_then(|part| part.strip_suffix(')'));
        url.push_str(&match (optional.unwrap_or(part).strip_prefix('$'), optional) {
            (Some(""), _) => "[...splat]".to_owned(),
            (Some(name), Some(_)) => format!("[[{name}]]"),
            (Some(name), None) => format!("[{name}]"),
            (None, Some(plain)) => plain.to_owned(),
            (None, None) => part.replace(['[', ']'], ""),
        });
    }
    Some(if url.is_empty() { "/".to_owned() } else { url })
}

/// Parts between dots; a dot in brackets is one.
fn segments(name: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0_u32;
    for (at, letter) in name.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => {
                found.push(&name[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&name[start..]);
    found
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn names_become_urls() {
        for (path, expected) in [
            ("app/routes/_index.tsx", Some("/")),
            ("app/routes/users.$id.tsx", Some("/users/[id]")),
            ("app/routes/_auth.login.tsx", Some("/login")),
            ("app/routes/contacts.$contactId_.edit.tsx", Some("/contacts/[contactId]/edit")),
            ("app/routes/jokes[.]rss.tsx", Some("/jokes.rss")),
            ("app/routes/$.tsx", Some("/[...splat]")),
            ("app/routes/users.$id/route.tsx", Some("/users/[id]")),
            ("app/routes/users.$id/form.tsx", None),
            ("app/routes/users/$id.tsx", Some("/users/[id]")),
            ("app/root.tsx", None),
        ] {
            assert_eq!(url(&path.into()).as_deref(), expected, "{path}");
        }
    }
}
