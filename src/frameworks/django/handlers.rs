//! What the definition of a view says of verbs and callers, wherever its route is declared.

use crate::codebase::Atom;

use crate::codebase::endpoint::EndpointKind;
use crate::codebase::outline::{Definition, DefinitionIndex, Outline, Value, last_part};
use crate::codebase::routing::AuthFact;

use super::super::{HandlerFacts, pythonic};

/// Verbs of Django's and REST framework's own views.
const BASES: &[(&str, &[&str])] = &[
    ("ArchiveIndexView", &["GET"]),
    ("CreateAPIView", &["POST"]),
    ("CreateView", &["GET", "POST"]),
    ("DayArchiveView", &["GET"]),
    ("DeleteView", &["GET", "POST"]),
    ("DestroyAPIView", &["DELETE"]),
    ("DetailView", &["GET"]),
    ("FormView", &["GET", "POST"]),
    ("ListAPIView", &["GET"]),
    ("ListCreateAPIView", &["GET", "POST"]),
    ("ListView", &["GET"]),
    ("LoginView", &["GET", "POST"]),
    ("LogoutView", &["POST"]),
    ("MonthArchiveView", &["GET"]),
    ("ObtainAuthToken", &["POST"]),
    ("PasswordChangeView", &["GET", "POST"]),
    ("PasswordResetConfirmView", &["GET", "POST"]),
    ("PasswordResetView", &["GET", "POST"]),
    ("RedirectView", &["GET"]),
    ("RetrieveAPIView", &["GET"]),
    ("RetrieveDestroyAPIView", &["GET", "DELETE"]),
    ("RetrieveUpdateAPIView", &["GET", "PUT", "PATCH"]),
    ("RetrieveUpdateDestroyAPIView", &["GET", "PUT", "PATCH", "DELETE"]),
    ("SpectacularAPIView", &["GET"]),
    ("SpectacularRedocView", &["GET"]),
    ("SpectacularSwaggerView", &["GET"]),
    ("TemplateView", &["GET"]),
    ("TokenObtainPairView", &["POST"]),
    ("TokenRefreshView", &["POST"]),
    ("TokenVerifyView", &["POST"]),
    ("UpdateAPIView", &["PUT", "PATCH"]),
    ("UpdateView", &["GET", "POST"]),
    ("YearArchiveView", &["GET"]),
];
/// Views that answer with a page.
const PAGES: &[&str] = &[
    "ArchiveIndexView",
    "CreateView",
    "DeleteView",
    "DetailView",
    "FormView",
    "ListView",
    "LoginView",
    "TemplateView",
    "UpdateView",
];
/// Mixins that let only some callers in.
const GUARD_MIXINS: &[&str] =
    &["AccessMixin", "LoginRequiredMixin", "PermissionRequiredMixin", "StaffRequiredMixin", "UserPassesTestMixin"];
/// Calls that answer with a page.
const RENDERERS: &[&str] = &["TemplateResponse", "render", "render_to_response"];

/// Verbs that a view answers by deriving from this class.
pub(super) fn base_verbs(base: &str) -> &'static [&'static str] {
    let found = BASES.binary_search_by(|(name, _)| (*name).cmp(base)).ok();
    found.and_then(|at| BASES.get(at)).map_or(&[], |(_, verbs)| verbs)
}

/// What a view's definition says.
pub(super) fn read(outline: &Outline, index: DefinitionIndex) -> HandlerFacts {
    let Some(definition) = pythonic::definition(outline, index) else { return HandlerFacts::default() };
    let mut auth = pythonic::guards(&definition.decorators);
    for decorator in definition.decorators.iter().filter(|own| last_part(&own.name) == "permission_classes") {
        if let Some(arg) = decorator.args.first() {
            pythonic::add_auth(&mut auth, permissions(&arg.value));
        }
    }
    pythonic::add_auth(&mut auth, class_auth(outline, index));
    if let Some(class) = definition.parent {
        pythonic::add_auth(&mut auth, class_auth(outline, class));
    }
    HandlerFacts {
        methods: methods(definition),
        auth,
        kind: kind(outline, index, definition),
        ..HandlerFacts::default()
    }
}

fn methods(definition: &Definition) -> Vec<Atom> {
    for decorator in &definition.decorators {
        let fixed: &[&str] = match last_part(&decorator.name) {
            "require_GET" | "require_safe" => &["GET"],
            "require_POST" => &["POST"],
            "api_view" | "require_http_methods" => {
                let listed = pythonic::methods(decorator.args.first().map(|arg| &arg.value));
                return listed.unwrap_or_else(|| vec![Atom::new("GET")]);
            }
            _ => continue,
        };
        return fixed.iter().map(Atom::new).collect();
    }
    Vec::new()
}

fn kind(outline: &Outline, index: DefinitionIndex, definition: &Definition) -> Option<EndpointKind> {
    let derives = definition.bases.iter().any(|base| PAGES.contains(&last_part(base)));
    (derives || pythonic::renders(outline, index, RENDERERS)).then_some(EndpointKind::Page)
}

/// What a class-based view states for all its verbs.
pub(super) fn class_auth(outline: &Outline, class: DefinitionIndex) -> AuthFact {
    let mut auth = AuthFact::default();
    let Some(definition) = pythonic::definition(outline, class).filter(|own| own.kind.is_type()) else { return auth };
    for base in definition.bases.iter().map(|base| last_part(base)).filter(|base| GUARD_MIXINS.contains(base)) {
        auth.required = Some(true);
        auth.policies.push(Atom::new(base));
    }
    for own in outline.assignments.iter().filter(|own| own.enclosing == Some(class)) {
        match (own.target.as_str(), &own.value) {
            ("permission_classes", value) => pythonic::add_auth(&mut auth, permissions(value)),
            ("permission_required", Value::Text(permission)) => auth.policies.push(permission.clone()),
            ("authentication_classes", Value::List(classes)) => {
                let names = classes.iter().filter_map(Value::as_name);
                auth.schemes.extend(names.map(|name| Atom::new(last_part(name))));
            }
            _ => {}
        }
    }
    auth
}

/// What a list of permission classes demands.
pub(super) fn permissions(value: &Value) -> AuthFact {
    let Value::List(classes) = value else { return AuthFact::default() };
    let mut auth = AuthFact::default();
    for name in classes.iter().filter_map(Value::as_name).map(last_part) {
        match name {
            "AllowAny" => auth.required = auth.required.or(Some(false)),
            "IsAuthenticatedOrReadOnly" => auth.policies.push(Atom::new(name)),
            _ => {
                auth.required = Some(true);
                auth.policies.push(Atom::new(name));
            }
        }
    }
    auth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_bases_is_sorted() {
        assert!(BASES.is_sorted_by_key(|(name, _)| name));
        assert_eq!(base_verbs("ListCreateAPIView"), ["GET", "POST"]);
        assert!(base_verbs("View").is_empty());
    }
}
