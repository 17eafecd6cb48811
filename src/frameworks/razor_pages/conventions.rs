//! Who may call pages by their place: `options.Conventions.AuthorizeFolder("/Account")`.

use thin_vec::thin_vec;

use crate::codebase::Atom;

use crate::codebase::outline::{CallValue, Outline, Value, last_part};
use crate::codebase::routing::{AuthFact, Setting, SettingKind};

use super::super::aspnet_mvc::authorize;

/// All that a file states.
pub(super) fn read(outline: &Outline) -> Vec<Setting> {
    let by_place = outline.calls.iter().filter_map(|call| Some((by_place(&call.value)?, call.value.line)));
    let stated = by_place.chain(authorize::of_app(outline, &["MapRazorPages"], false));
    stated.map(|(kind, line)| Setting { kind, framework: Atom::new(super::ID), line }).collect()
}

fn by_place(call: &CallValue) -> Option<SettingKind> {
    let (required, rest) = match call.callee.strip_prefix("Authorize") {
        Some(rest) => (true, rest),
        None => (false, call.callee.strip_prefix("AllowAnonymousTo")?),
    };
    let on_conventions = match call.receiver.as_ref()? {
        Value::Name(name) => last_part(name).eq_ignore_ascii_case("conventions"),
        // A chain: `Conventions.AuthorizeFolder("/a").AllowAnonymousToPage("/a/b")`.
        Value::Call(_) => true,
        _ => false,
    };
    let (in_area, below) = match rest {
        "Folder" => (false, true),
        "Page" => (false, false),
        "AreaFolder" => (true, true),
        "AreaPage" => (true, false),
        _ => return None,
    };
    // A folder's `Index` is served at the folder.
    let text = |at| match call.positional(at)? {
        Value::Text(text) => Some(Value::Text(Atom::new(text.strip_suffix("/Index").unwrap_or(text)))),
        other => Some(other.clone()),
    };
    let path = if in_area { Value::Join(thin_vec![Value::Text(Atom::new("/")), text(0)?, text(1)?]) } else { text(0)? };
    let policy = call.positional(if in_area { 2 } else { 1 }).and_then(|it| it.as_text().or_else(|| it.as_name()));
    let policies = policy.filter(|_| required).map(Atom::new).into_iter().collect();
    let auth = AuthFact { required: Some(required), policies, ..AuthFact::default() };
    on_conventions.then_some(SettingKind::AuthAt { path, below, auth })
}
