//! What `UseFastEndpoints(c => ..)` sets for all endpoints of an app.

use crate::codebase::Atom;

use crate::codebase::outline::{Outline, Value};
use crate::codebase::routing::{AuthFact, Setting, SettingKind};

/// All settings that a file makes.
pub(super) fn read(outline: &Outline) -> Vec<Setting> {
    let used = |callee: &str| matches!(callee, "UseFastEndpoints" | "MapFastEndpoints");
    let Some(call) = outline.calls.iter().find(|call| used(&call.value.callee)) else { return Vec::new() };
    let assigned = |name: &str| {
        let here = outline.assignments.iter().filter(|it| it.enclosing == call.enclosing);
        here.filter(|it| it.target.ends_with(name)).map(|it| &it.value).next_back()
    };
    let line = call.value.line;
    let setting = |kind| Setting { kind, framework: Atom::new(super::ID), line };
    // Signed-in callers only, unless an endpoint says otherwise: the framework's rule.
    let mut settings = vec![setting(SettingKind::Auth(AuthFact { required: Some(true), ..AuthFact::default() }))];
    if let Some(prefix) = assigned(".RoutePrefix").or_else(|| assigned("RoutingOptions.Prefix")) {
        settings.push(setting(SettingKind::GlobalPrefix { prefix: prefix.clone(), exclude: Vec::new() }));
    }
    settings.push(setting(SettingKind::UriVersioning {
        behind: assigned(".PrependToRoute") != Some(&Value::Bool(true)),
        prefix: assigned("Versioning.Prefix").cloned().unwrap_or_else(|| Value::Text(Atom::new("v"))),
        default: assigned(".DefaultVersion").cloned(),
    }));
    settings
}
