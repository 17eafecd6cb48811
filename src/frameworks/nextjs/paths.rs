//! The URL that a file's place stands for.

use crate::codebase::RepoPath;

/// What a file is to the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `app/**/route.ts`.
    Handlers,
    /// `pages/api/**`.
    Api,
    /// `app/**/page.tsx`, `pages/**`.
    Page,
}

/// Names of files below `pages` that are no pages.
const SPECIAL: &[&str] = &["_app", "_document", "_error", "404", "500", "middleware", "_middleware"];

/// What a file is, and its URL in Next's spelling.
pub(super) fn place(path: &RepoPath) -> Option<(Place, String)> {
    let extension = path.extension();
    if !matches!(extension, "ts" | "tsx" | "js" | "jsx") {
        return None;
    }
    let parts: Vec<&str> = path.parts().collect();
    let (folders, _) = parts.split_at(parts.len().saturating_sub(1));
    let stem = path.stem();
    match stem {
        "route" => Some((Place::Handlers, url(app_folders(folders)?)?)),
        "page" if extension != "js" || app_folders(folders).is_some() => {
            Some((Place::Page, url(app_folders(folders)?)?))
        }
        _ => {
            let below = pages_folders(folders)?;
            // `users.test`, but not `[...slug]`.
            if SPECIAL.contains(&stem) || stem.replace("...", "").contains('.') {
                return None;
            }
            let place = if below.first() == Some(&"api") { Place::Api } else { Place::Page };
            let names = below.iter().copied().chain((stem != "index").then_some(stem));
            Some((place, format!("/{}", names.collect::<Vec<_>>().join("/"))))
        }
    }
}

/// The folders below the `app` folder: the one in `src`, else the first that holds no package of that name.
fn app_folders<'p>(folders: &'p [&'p str]) -> Option<&'p [&'p str]> {
    let in_src = folders.windows(2).position(|pair| pair == ["src", "app"]).map(|at| at + 1);
    let plain = || {
        (0..folders.len()).find(|&at| {
            let above = at.checked_sub(1).and_then(|above| folders.get(above));
            folders[at] == "app" && !above.is_some_and(|above| matches!(*above, "apps" | "packages" | "examples"))
        })
    };
    folders.get(in_src.or_else(plain)? + 1..)
}

/// The folders below the `pages` folder.
fn pages_folders<'p>(folders: &'p [&'p str]) -> Option<&'p [&'p str]> {
    let at = folders.iter().position(|folder| *folder == "pages")?;
    folders.get(at + 1..)
}

/// The URL of folders below `app`: groups add nothing; slots, intercepting and private folders serve none of their own.
fn url(folders: &[&str]) -> Option<String> {
    let mut url = String::new();
    for folder in folders {
        let is_group = folder.starts_with('(') && folder.ends_with(')');
        if folder.starts_with(['@', '_']) || folder.starts_with('(') && !is_group {
            return None;
        }
        if !is_group {
            url.push('/');
            url.push_str(&folder.replace("%5F", "_"));
        }
    }
    if url.is_empty() {
        url.push('/');
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_become_urls() {
        let cases = [
            ("app/page.tsx", Some((Place::Page, "/"))),
            ("pages/api/auth/[...nextauth].ts", Some((Place::Api, "/api/auth/[...nextauth]"))),
            ("pages/api/auth/login.test.ts", None),
            ("apps/web/app/(shop)/orders/[id]/route.ts", Some((Place::Handlers, "/orders/[id]"))),
            ("packages/app/src/app/api/[...all]/route.ts", Some((Place::Handlers, "/api/[...all]"))),
            ("apps/app/app/api/x/route.js", Some((Place::Handlers, "/api/x"))),
            ("src/pages/api/users/index.ts", Some((Place::Api, "/api/users"))),
            ("pages/index.jsx", Some((Place::Page, "/"))),
            ("pages/_app.tsx", None),
            ("app/@modal/(.)photo/page.tsx", None),
            ("app/_lib/route.ts", None),
            ("app/orders/layout.tsx", None),
        ];
        for (path, expected) in cases {
            let expected = expected.map(|(place, url)| (place, url.to_owned()));
            assert_eq!(place(&path.into()), expected, "{path}");
        }
    }
}
