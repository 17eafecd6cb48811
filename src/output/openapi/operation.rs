//! Endpoints as operations of path items.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::codebase::endpoint::{Location, Parameter};
use crate::codebase::schema::{SchemaField, Shape};
use crate::codebase::{Atom, Codebase, Endpoint};
use crate::output::words;

use super::schemas::Used;

/// Methods that a path item knows.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// All operations at one path.
pub(super) struct PathItem {
    template: String,
    operations: Map<String, Value>,
}

impl PathItem {
    pub(super) fn new(template: &str) -> Self {
        Self { template: template.to_owned(), operations: Map::new() }
    }

    /// Adds an endpoint; of two that answer the same request the first stays, and the other's app is named.
    pub(super) fn add(
        &mut self,
        endpoint: &Endpoint,
        template: &str,
        codebase: &Codebase,
        used: &mut Used<'_>,
        ids: &mut BTreeSet<String>,
    ) {
        let method = endpoint.method.to_lowercase();
        // A path item has no word for any method.
        let key = if METHODS.contains(&method.as_str()) { method } else { format!("x-{method}-method") };
        if let Some(known) = self.operations.get_mut(&key) {
            if known["x-app"] != json!(endpoint.app) {
                known["x-also-served-by"] = json!(endpoint.app);
            }
            return;
        }
        let names = names_in(template).into_iter().zip(names_in(&self.template)).collect();
        let writer = Writer { endpoint, codebase, template, names };
        self.operations.insert(key, writer.operation(used, ids));
    }

    pub(super) fn finish(self) -> (String, Value) {
        (self.template, Value::Object(self.operations))
    }
}

/// The paths that an endpoint's path stands for: one with and one without each optional parameter at its end.
pub(super) fn templates(path: &str) -> Vec<String> {
    let mut shorter = path;
    let mut found = vec![plain(path)];
    while let Some((before, last)) = shorter.rsplit_once('/') {
        if !(last.starts_with('{') && last.ends_with("?}") && last != "{?}") {
            break;
        }
        shorter = if before.is_empty() { "/" } else { before };
        found.push(plain(shorter));
    }
    found
}

/// `{*rest}` and `{id?}` as `{rest}` and `{id}`; what is made at run time gets a name.
fn plain(path: &str) -> String {
    let mut template = String::with_capacity(path.len());
    let mut unknown = 0;
    for part in path.split_inclusive(['{', '}']) {
        match part.strip_suffix('}') {
            Some("?") => {
                unknown += 1;
                template += &if unknown == 1 { "unknown}".to_owned() } else { format!("unknown{unknown}}}") };
            }
            Some(name) => {
                template.push_str(name.trim_start_matches('*').trim_end_matches('?'));
                template.push('}');
            }
            None => template.push_str(part),
        }
    }
    template
}

/// What two paths share that differ in the names of parameters only: such paths are one to `OpenAPI`.
pub(super) fn key(template: &str) -> String {
    let mut parts = template.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |key, part| key + "{}" + part.split_once('}').map_or("", |(_, rest)| rest))
}

fn names_in(template: &str) -> Vec<String> {
    let parts = template.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}

/// Writes one endpoint down.
struct Writer<'a> {
    endpoint: &'a Endpoint,
    codebase: &'a Codebase,
    template: &'a str,
    /// Names in this endpoint's path, with the names that the document has for them.
    names: Vec<(String, String)>,
}

impl Writer<'_> {
    fn operation(&self, used: &mut Used<'_>, ids: &mut BTreeSet<String>) -> Value {
        let endpoint = self.endpoint;
        let mut operation = Map::new();
        operation.insert("operationId".to_owned(), json!(unique(&self.id(), ids)));
        if let Some(summary) = endpoint.summary.as_deref() {
            let short = words::first_sentence(summary);
            operation.insert("summary".to_owned(), json!(short));
            if short.trim_end_matches('.') != summary.trim().trim_end_matches('.') {
                operation.insert("description".to_owned(), json!(summary.trim()));
            }
        }
        if let Some(domain) = endpoint.domain.as_deref().and_then(|id| self.codebase.domains.get(id)) {
            operation.insert("tags".to_owned(), json!([domain.name]));
        }
        let parameters = self.parameters(used);
        if !parameters.is_empty() {
            operation.insert("parameters".to_owned(), Value::Array(parameters));
        }
        if let Some(body) = self.body(used) {
            operation.insert("requestBody".to_owned(), body);
        }
        operation.insert("responses".to_owned(), self.responses(used));
        self.security(&mut operation);
        if endpoint.exchange.deprecated {
            operation.insert("deprecated".to_owned(), json!(true));
        }
        if endpoint.conditional {
            operation.insert("x-conditional".to_owned(), json!(true));
        }
        operation.insert("x-app".to_owned(), json!(endpoint.app));
        let handler = &endpoint.handler;
        let code = if handler.symbol.is_empty() {
            handler.file.to_string()
        } else {
            format!("{}#{}", handler.file, handler.symbol)
        };
        operation.insert("x-handler".to_owned(), json!(code));
        Value::Object(operation)
    }

    /// `getOrdersById`.
    fn id(&self) -> String {
        let mut id = self.endpoint.method.to_lowercase();
        for part in self.template.split('/').filter(|part| !part.is_empty()) {
            let inside = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            let by = if inside.is_some() { "By" } else { "" };
            id.push_str(by);
            for word in inside.unwrap_or(part).split(|c: char| !c.is_ascii_alphanumeric()) {
                let mut letters = word.chars();
                id.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                id.push_str(letters.as_str());
            }
        }
        id
    }

    fn shape(&self, type_name: Option<&Atom>) -> Option<&Shape> {
        self.codebase.schemas.shape(&self.endpoint.handler.file, type_name?)
    }

    fn parameters(&self, used: &mut Used<'_>) -> Vec<Value> {
        let mut parameters: Vec<Value> = Vec::new();
        for (own, name) in &self.names {
            let stated = self.endpoint.exchange.parameters.iter();
            let stated = stated.filter(|it| it.location == Location::Path).find(|it| it.name == own.as_str());
            let shape = stated.and_then(|it| self.shape(it.type_name.as_ref()));
            // What stands in a path is a text at the least.
            let schema = match shape {
                Some(Shape::Nullable(inner)) => used.schema(inner),
                Some(shape) if *shape != Shape::Any => used.schema(shape),
                _ => json!({ "type": "string" }),
            };
            parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
        let mut known: BTreeSet<(String, &str)> = BTreeSet::new();
        for parameter in &self.endpoint.exchange.parameters {
            let location = match parameter.location {
                Location::Query => "query",
                Location::Header => "header",
                Location::Cookie => "cookie",
                Location::Path | Location::Form => continue,
            };
            if !known.insert((parameter.name.to_string(), location)) {
                continue;
            }
            let schema = self.shape(parameter.type_name.as_ref()).map_or_else(|| json!({}), |it| used.schema(it));
            let mut value = json!({ "name": parameter.name, "in": location, "schema": schema });
            if parameter.required {
                value["required"] = json!(true);
            }
            parameters.push(value);
        }
        for field in self.query_record(used) {
            if known.insert((field.name.to_string(), "query")) {
                let schema = used.schema(&field.shape);
                parameters.push(json!({ "name": field.name, "in": "query", "schema": schema }));
            }
        }
        parameters
    }

    fn takes_body(&self) -> bool {
        matches!(self.endpoint.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE" | "ANY")
    }

    /// Members of the object that the query as a whole is read into.
    fn query_record(&self, used: &Used<'_>) -> Vec<SchemaField> {
        let request = self.endpoint.exchange.request.as_ref().filter(|_| !self.takes_body());
        match self.shape(request) {
            Some(Shape::Named(index)) => match used.all.get(*index).map(|it| &it.shape) {
                Some(Shape::Record(fields)) => fields.clone(),
                _ => Vec::new(),
            },
            Some(Shape::Record(fields)) => fields.clone(),
            _ => Vec::new(),
        }
    }

    fn body(&self, used: &mut Used<'_>) -> Option<Value> {
        let exchange = &self.endpoint.exchange;
        let form: Vec<&Parameter> = exchange.parameters.iter().filter(|it| it.location == Location::Form).collect();
        let mut content = Map::new();
        if let Some(request) = exchange.request.as_ref().filter(|_| self.takes_body()) {
            let shape = self.shape(Some(request)).cloned().unwrap_or_default();
            let kind = if shape == Shape::Binary { "multipart/form-data" } else { "application/json" };
            let schema = match used.schema(&shape) {
                schema if shape == Shape::Any => described(schema, request),
                schema => schema,
            };
            content.insert(kind.to_owned(), json!({ "schema": schema }));
        } else if !form.is_empty() {
            let field = |it: &&Parameter| SchemaField {
                name: it.name.clone(),
                shape: self.shape(it.type_name.as_ref()).cloned().unwrap_or_default(),
                required: it.required,
                doc: None,
            };
            let fields: Vec<SchemaField> = form.iter().map(field).collect();
            let has_file = fields.iter().any(|it| it.shape == Shape::Binary);
            let kind = if has_file { "multipart/form-data" } else { "application/x-www-form-urlencoded" };
            content.insert(kind.to_owned(), json!({ "schema": used.schema(&Shape::Record(fields)) }));
        }
        (!content.is_empty()).then(|| json!({ "content": content }))
    }

    fn responses(&self, used: &mut Used<'_>) -> Value {
        let exchange = &self.endpoint.exchange;
        let mut responses = Map::new();
        let given = exchange.response.as_ref().map(|it| (it, self.shape(Some(it)).cloned().unwrap_or_default()));
        let is_success = |code: u16| (200..300).contains(&code);
        for status in &exchange.statuses {
            let stated = status.type_name.as_ref().map(|it| (it, self.shape(Some(it)).cloned().unwrap_or_default()));
            let carried = stated.or_else(|| given.clone().filter(|_| is_success(status.code) && status.code != 204));
            responses.insert(status.code.to_string(), response(status.code, carried, used));
        }
        let is_answer = |code: u16| is_success(code) || (300..400).contains(&code);
        if !exchange.statuses.iter().any(|it| is_answer(it.code)) {
            // Where the code names no status, the framework's own is meant; nothing is known where it names no type.
            match given {
                Some((_, Shape::Nothing)) => responses.insert("204".to_owned(), response(204, None, used)),
                Some(given) => responses.insert("200".to_owned(), response(200, Some(given), used)),
                None => responses.insert("default".to_owned(), json!({ "description": "Not stated in the code" })),
            };
        }
        Value::Object(responses)
    }

    /// Who may call, where the code says so. A scheme that is not named cannot be described: that one is needed then
    /// stands beside the operation.
    fn security(&self, operation: &mut Map<String, Value>) {
        let Some(auth) = &self.endpoint.auth else { return };
        if !auth.required {
            operation.insert("security".to_owned(), json!([]));
            return;
        }
        let known: Vec<Value> = auth
            .schemes
            .iter()
            .filter(|scheme| described_scheme(scheme).is_some())
            .map(|scheme| json!({ scheme_key(scheme): [] }))
            .collect();
        if !known.is_empty() {
            operation.insert("security".to_owned(), Value::Array(known));
        }
        operation.insert(
            "x-auth".to_owned(),
            json!({ "required": true, "schemes": auth.schemes, "roles": auth.roles, "policies": auth.policies }),
        );
    }
}

fn response(code: u16, carried: Option<(&Atom, Shape)>, used: &mut Used<'_>) -> Value {
    let mut value = json!({ "description": reason(code) });
    let Some((type_name, shape)) = carried.filter(|(_, shape)| *shape != Shape::Nothing) else { return value };
    let kind = if shape == Shape::Binary { "application/octet-stream" } else { "application/json" };
    let schema = match used.schema(&shape) {
        schema if shape == Shape::Any => described(schema, type_name),
        schema => schema,
    };
    value["content"] = json!({ kind: { "schema": schema } });
    value
}

/// A type that could not be followed is named at the least.
fn described(mut schema: Value, type_name: &str) -> Value {
    schema["description"] = json!(format!("`{type_name}`"));
    schema
}

/// The phrase of a status code (RFC 9110), or of its class.
fn reason(code: u16) -> &'static str {
    const PHRASES: [(u16, &str); 24] = [
        (200, "OK"),
        (201, "Created"),
        (202, "Accepted"),
        (204, "No content"),
        (301, "Moved permanently"),
        (302, "Found"),
        (304, "Not modified"),
        (307, "Temporary redirect"),
        (308, "Permanent redirect"),
        (400, "Bad request"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Not found"),
        (405, "Method not allowed"),
        (406, "Not acceptable"),
        (409, "Conflict"),
        (410, "Gone"),
        (413, "Content too large"),
        (415, "Unsupported media type"),
        (422, "Unprocessable content"),
        (429, "Too many requests"),
        (500, "Internal server error"),
        (501, "Not implemented"),
        (503, "Service unavailable"),
    ];
    let own = PHRASES.iter().find(|(known, _)| *known == code).map(|(_, phrase)| *phrase);
    own.unwrap_or(match code / 100 {
        1 => "Information",
        2 => "Success",
        3 => "Redirection",
        4 => "Refused",
        _ => "Failure",
    })
}

fn unique(id: &str, ids: &mut BTreeSet<String>) -> String {
    let mut unique = id.to_owned();
    let mut count = 1;
    while !ids.insert(unique.clone()) {
        count += 1;
        unique = format!("{id}{count}");
    }
    unique
}

/// A scheme's name, in letters that a key may have.
fn scheme_key(scheme: &str) -> String {
    scheme.replace(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c)), "_")
}

/// The schemes that endpoints name, each as what its name says that it is.
pub(super) fn security_schemes(endpoints: &[&Endpoint]) -> Map<String, Value> {
    let named = endpoints.iter().filter_map(|endpoint| endpoint.auth.as_ref());
    let schemes: BTreeSet<&Atom> = named.filter(|auth| auth.required).flat_map(|auth| &auth.schemes).collect();
    schemes.into_iter().filter_map(|scheme| Some((scheme_key(scheme), described_scheme(scheme)?))).collect()
}

/// A scheme whose name says all that `OpenAPI` asks of it. Of keys and cookies it asks for the name that the request has
/// them under, which a scheme's name does not tell: those stand in `x-auth` alone.
fn described_scheme(scheme: &str) -> Option<Value> {
    let plain = scheme.to_lowercase();
    let kinds = [("basic", "basic"), ("digest", "digest"), ("bearer", "bearer"), ("jwt", "bearer")];
    let (_, kind) = kinds.iter().find(|(word, _)| plain.contains(word))?;
    Some(json!({ "type": "http", "scheme": kind, "description": format!("`{scheme}`, as the code calls it") }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_parameters_make_two_paths() {
        assert_eq!(templates("/a/{id?}"), ["/a/{id}", "/a"]);
        assert_eq!(templates("/{x?}/{y?}"), ["/{x}/{y}", "/{x}", "/"]);
        assert_eq!(templates("/a/{?}/{*rest}"), ["/a/{unknown}/{rest}"]);
    }

    #[test]
    fn a_scheme_is_described_only_where_its_name_tells_it() {
        let kind = |scheme: &str| described_scheme(scheme).map(|it| it["scheme"].as_str().unwrap().to_owned());
        assert_eq!(kind("JwtBearerDefaults.AuthenticationScheme").as_deref(), Some("bearer"));
        assert_eq!(kind("HTTPBasic").as_deref(), Some("basic"));
        for unknown in ["APIKeyHeader", "Cookies", "OpenIdConnect", "custom"] {
            assert_eq!(kind(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn paths_are_one_whatever_their_parameters_are_called() {
        assert_eq!(key("/a/{id}/b/{x}"), key("/a/{key}/b/{y}"));
        assert_ne!(key("/a/{id}"), key("/a/b"));
    }
}
