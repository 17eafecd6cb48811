//! What the definition of a view says of verbs and callers, wherever its route is declared.

use crate::codebase::Atom;

use crate::codebase::endpoint::{EndpointKind, Exchange, Location, Parameter, Status};
use crate::codebase::outline::{Argument, Definition, DefinitionIndex, Outline, Value, last_part, named};
use crate::codebase::routing::{AuthFact, Route, RouterRef};

use super::super::HandlerFacts;
use super::super::pythonic::{self, Access};
use super::viewsets;

/// What Django's and REST framework's request objects hold.
const ACCESS: Access = Access {
    maps: &[
        ("request.GET", Location::Query),
        ("request.query_params", Location::Query),
        ("request.POST", Location::Form),
        ("request.FILES", Location::Form),
        ("request.headers", Location::Header),
        ("request.COOKIES", Location::Cookie),
    ],
    calls: &[],
};
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
const GUARD_MIXINS: &[&str] = &[
    "AccessMixin",
    "GroupRequiredMixin",
    "LoginRequiredMixin",
    "ObjectPermissionRequiredMixin",
    "PermissionRequiredMixin",
    "StaffRequiredMixin",
    "SuperuserRequiredMixin",
    "UserPassesTestMixin",
];
/// REST framework's classes, and its decorator, that ask for the default permissions.
pub(super) const REST_BASES: &[&str] = &[
    "APIView",
    "CreateAPIView",
    "DestroyAPIView",
    "GenericAPIView",
    "GenericViewSet",
    "ListAPIView",
    "ListCreateAPIView",
    "ModelViewSet",
    "ReadOnlyModelViewSet",
    "RetrieveAPIView",
    "RetrieveDestroyAPIView",
    "RetrieveUpdateAPIView",
    "RetrieveUpdateDestroyAPIView",
    "UpdateAPIView",
    "ViewSet",
    "api_view",
];
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
    if let Some(stated) = definition.decorator("action").and_then(|it| named(&it.args, "permission_classes")) {
        pythonic::add_auth(&mut auth, permissions(stated));
    }
    let is_stated = auth.required.is_some();
    for class in std::iter::once(index).chain(definition.parent) {
        let mut of_class = class_auth(outline, class);
        // A method's own permissions stand in its class's stead.
        if is_stated {
            of_class = AuthFact { schemes: of_class.schemes, ..AuthFact::default() };
        }
        pythonic::add_auth(&mut auth, of_class);
    }
    let allowed = pythonic::attribute(outline, index, "http_method_names").filter(|_| definition.kind.is_type());
    HandlerFacts {
        methods: pythonic::methods(allowed).unwrap_or_else(|| methods(definition)),
        auth,
        exchange: exchange(outline, index, definition),
        kind: kind(outline, index, definition),
    }
}

/// What a class states for all its actions, those of its bases included: permissions, and the serializer.
pub(super) fn class_states(outline: &Outline, class: DefinitionIndex, route: &Route) -> HandlerFacts {
    let verb = route.methods.first().map(Atom::as_str).unwrap_or_default();
    // An action's name is its path; the standard ones stand at the viewset's own path, or at one object's.
    let path = route.path.as_text().unwrap_or_default();
    let is_standard = path.is_empty() || path.starts_with('<') && path.matches('/').count() == 1;
    let is_viewset_route = matches!(&route.router, RouterRef::Name(name) if pythonic::is_class_name(name));
    let serializer = serializer(outline, class).filter(|_| is_viewset_route && is_standard);
    let exchange = viewsets::exchange(serializer.as_ref(), verb, path.is_empty() && verb == "GET");
    HandlerFacts { auth: class_auth(outline, class), exchange, ..HandlerFacts::default() }
}

/// The serializer that a class names for all its answers and bodies.
pub(super) fn serializer(outline: &Outline, class: DefinitionIndex) -> Option<Atom> {
    pythonic::attribute(outline, class, "serializer_class").and_then(Value::as_name).map(Atom::new)
}

/// What a view takes and gives: its class's serializer, what it reads from the request, what a schema's decorator says.
fn exchange(outline: &Outline, index: DefinitionIndex, definition: &Definition) -> Exchange {
    let mut exchange = pythonic::handler_facts(outline, index, &ACCESS).exchange;
    let of = |class: Option<DefinitionIndex>| class.and_then(|class| serializer(outline, class));
    match definition.name.as_str() {
        _ if definition.kind.is_type() => {
            exchange.request = of(Some(index));
            exchange.response.clone_from(&exchange.request);
        }
        "get" => exchange.response = of(definition.parent),
        // What a method of its own answers with, a serializer that reads its body does not tell.
        "patch" | "post" | "put" => exchange.request = of(definition.parent),
        _ => {}
    }
    for decorator in &definition.decorators {
        match last_part(&decorator.name) {
            "extend_schema" => documented(&decorator.args, ("request", "responses"), &mut exchange),
            "swagger_auto_schema" => documented(&decorator.args, ("request_body", "responses"), &mut exchange),
            _ => {}
        }
    }
    exchange
}

/// `@extend_schema(request=X, responses={200: Y, 404: None}, parameters=[OpenApiParameter("q", str)])`.
fn documented(args: &[Argument], (request, responses): (&str, &str), exchange: &mut Exchange) {
    exchange.request = named(args, request).and_then(schema).or(exchange.request.take());
    exchange.deprecated |= named(args, "deprecated") == Some(&Value::Bool(true));
    match named(args, responses) {
        Some(Value::Record(entries)) => {
            for (key, answer) in entries {
                let code = pythonic::status_code(&Value::Number(key.clone()));
                let Some(code) = code.or_else(|| pythonic::status_code(&Value::Name(key.clone()))) else { continue };
                let type_name = schema(answer);
                if (200..300).contains(&code) && type_name.is_some() {
                    exchange.response.clone_from(&type_name);
                }
                exchange.statuses.retain(|own| own.code != code);
                exchange.statuses.push(Status { code, type_name });
            }
            exchange.statuses.sort();
        }
        Some(answer) => exchange.response = schema(answer).or(exchange.response.take()),
        None => {}
    }
    let Some(Value::List(parameters)) = named(args, "parameters") else { return };
    for call in parameters.iter().filter_map(|it| pythonic::call_of(it, &["OpenApiParameter"])) {
        let Some(Value::Text(name)) = call.positional(0).or_else(|| call.named("name")) else { continue };
        let place = call.named("location").or_else(|| call.positional(2));
        let location = match place.and_then(Value::as_name).map(last_part) {
            Some("PATH") => continue,
            Some("HEADER") => Location::Header,
            Some("COOKIE") => Location::Cookie,
            _ => Location::Query,
        };
        let required = call.named("required") == Some(&Value::Bool(true));
        let type_name = call.named("type").or_else(|| call.positional(1)).and_then(pythonic::spell);
        exchange.parameters.retain(|own| own.name != *name);
        exchange.parameters.push(Parameter { location, name: name.clone(), type_name, required });
    }
}

/// A serializer by its name: `DeskSerializer`, `DeskSerializer(many=True)`, `OpenApiResponse(DeskSerializer)`.
fn schema(value: &Value) -> Option<Atom> {
    match value {
        Value::Name(name) if !name.starts_with("OpenApiTypes.") => Some(name.clone()),
        Value::Call(call) if call.callee == "OpenApiResponse" => {
            schema(call.positional(0).or_else(|| call.named("response"))?)
        }
        Value::Call(call) if call.named("many") == Some(&Value::Bool(true)) => {
            Some(format!("list[{}]", call.path()?).into())
        }
        Value::Call(call) if call.callee.ends_with("Serializer") => call.path(),
        _ => None,
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
    // An empty list asks nothing of anybody.
    let mut auth = AuthFact { required: classes.is_empty().then_some(false), ..AuthFact::default() };
    // Settings name classes in text.
    for name in classes.iter().filter_map(|it| it.as_name().or_else(|| it.as_text())).map(last_part) {
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
