//! Conventional routes of ASP.NET: patterns that serve all actions without a route of their own.

use crate::codebase::Atom;

use crate::codebase::outline::Value;
use crate::codebase::routing::{HandlerRef, Route, SettingKind};

use super::Composer;
use super::evaluate::{self, At};

/// Placeholders that an action must fit.
const ROLES: &[&str] = &["controller", "action", "area"];

impl Composer<'_> {
    /// The patterns of an app that serve an action, with the placeholders that it fills in as `[controller]`.
    pub(super) fn conventional(&self, at: At, route: &Route, app: &str, tokens: &[(Atom, Atom)]) -> Vec<String> {
        let token = |role: &str| {
            let mut own = tokens.iter().chain(&route.tokens);
            own.find(|(name, _)| name == role).map(|(_, value)| value.as_str())
        };
        let facts = self.names.scope().facts.get(at.file as usize);
        let method = match route.handler {
            HandlerRef::Definition(index) => facts.and_then(|facts| facts.outline.definition(index)),
            _ => None,
        };
        let takes = |name: &str| {
            method.is_none_or(|it| it.parameters.iter().any(|parameter| parameter.name.eq_ignore_ascii_case(name)))
        };
        let mut found: Vec<String> = Vec::new();
        for setting in self.settings(app, &route.framework) {
            let SettingKind::Conventional { pattern, area, defaults } = setting.kind else { continue };
            let text = |value: &Value| evaluate::text(self.names, setting.at, value);
            let area = area.as_ref().map(text);
            let fixed = |role: &str| {
                let stated = defaults.iter().find(|(name, _)| name.eq_ignore_ascii_case(role));
                stated.map(|(_, value)| text(value)).or_else(|| area.clone().filter(|_| role == "area"))
            };
            let pattern = text(pattern);
            if fits(&pattern, token, fixed) {
                let path = filled(&pattern, takes);
                if !found.contains(&path) {
                    found.push(path);
                }
            }
        }
        found
    }
}

/// Whether a pattern serves what these tokens name: what it has no placeholder for must be fixed to the very same.
fn fits<'a>(pattern: &str, token: impl Fn(&str) -> Option<&'a str>, fixed: impl Fn(&str) -> Option<String>) -> bool {
    let is_place = |part: &str, role: &str| placeholder(part).is_some_and(|(name, _)| name == role);
    let has_place =
        |role: &str| pattern.contains(&format!("[{role}]")) || pattern.split('/').any(|part| is_place(part, role));
    // A pattern for one action alone means that action, whether or not it repeats its area.
    let means_one = ["controller", "action"].iter().all(|role| !has_place(role)) && fixed("area").is_none();
    ROLES.iter().filter(|role| !means_one || **role != "area").all(|role| match (token(role), fixed(role)) {
        // `MapAreaControllerRoute` fixes an area beside its placeholder.
        (Some(own), Some(fixed)) if !has_place(role) || *role == "area" => {
            fixed == "*" || own.eq_ignore_ascii_case(&fixed)
        }
        (Some(_), _) => has_place(role),
        (None, fixed) => !has_place(role) && fixed.is_none(),
    })
}

/// A pattern with `[controller]` for `{controller=Home}`, without values at its end that may be left out and that nobody
/// takes.
fn filled(pattern: &str, takes: impl Fn(&str) -> bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in pattern.split('/') {
        match placeholder(part) {
            Some((name, _)) if ROLES.contains(&name) => parts.push(format!("[{name}]")),
            _ => parts.push(part.to_owned()),
        }
    }
    while let Some((name, true)) = parts.last().and_then(|last| placeholder(last))
        && !takes(name)
    {
        parts.pop();
    }
    parts.join("/")
}

/// The name of a part that is a placeholder as a whole, and whether it may be left out.
fn placeholder(part: &str) -> Option<(&str, bool)> {
    let inside = part.strip_prefix('{')?.strip_suffix('}')?;
    let name = inside.trim_start_matches('*').split(['=', ':', '?']).next()?;
    Some((name, inside.ends_with('?')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_serves_what_it_can_name() {
        let home = |role: &str| {
            [("controller", "Home"), ("action", "Index")].into_iter().find(|it| it.0 == role).map(|it| it.1)
        };
        let of_area = |role: &str| if role == "area" { Some("Back") } else { home(role) };
        let nothing = |_: &str| None;
        let index = |role: &str| (role == "action").then(|| "index".to_owned());
        let back = |role: &str| (role == "area").then(|| "Back".to_owned());
        assert!(fits("{controller=Home}/{action=Index}/{id?}", home, nothing));
        assert!(!fits("{controller}/{action}", of_area, nothing), "an area asks for its place");
        assert!(fits("{area:exists}/{controller}/{action}", of_area, nothing));
        assert!(!fits("{area:exists}/{controller}/{action}", home, nothing));
        assert!(fits("admin/{controller}/{action}", of_area, back));
        assert!(!fits("blog/{id}", home, index), "no controller is named");
        assert!(fits("start/{controller}", home, index));
        assert!(fits("odata/[controller][action]", home, nothing));
        let one = |role: &str| [("controller", "home"), ("action", "index")].into_iter().find(|it| it.0 == role);
        assert!(fits("back/start", of_area, |role| one(role).map(|it| it.1.to_owned())));
    }

    #[test]
    fn what_nobody_takes_is_left_out_at_the_end() {
        assert_eq!(filled("{controller=Home}/{action}/{id?}", |_| false), "[controller]/[action]");
        assert_eq!(filled("{controller=Home}/{action}/{id?}", |_| true), "[controller]/[action]/{id?}");
        assert_eq!(filled("x/{id}/{action}", |_| false), "x/{id}/[action]");
    }
}
